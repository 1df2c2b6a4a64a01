//! `park-portal serve`.

use std::{process::ExitCode, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use super::{Fault, open};
use crate::{
    config::Config,
    http::{self, Portal, Settings},
    ops::{self, App},
};

/// How often the system looks for what has fallen due.
const UPKEEP_EVERY: Duration = Duration::from_secs(60);

/// Serves until the process is asked to stop.
pub async fn run(config: Config) -> Result<ExitCode, Fault> {
    let app = open(&config)?;
    serve(listen(&config).await?, app, &config).await
}

/// Takes the address that is to be served on.
pub async fn listen(config: &Config) -> Result<TcpListener, Fault> {
    TcpListener::bind(config.listen).await.map_err(|e| format!("cannot listen on {}: {e}", config.listen).into())
}

/// Serves an application, and answers when it has stopped.
pub async fn serve(listener: TcpListener, app: Arc<App>, config: &Config) -> Result<ExitCode, Fault> {
    // Whoever reads the address in the log may ask at once to stop.
    let asked = asked_to_stop()?;
    let settings = Settings {
        execution_timeout: config.execution_timeout,
        export_slots: config.export_slots,
        sockets: config.sockets,
        sockets_of_account: config.sockets_of_account,
        insecure_cookies: config.insecure_cookies,
        introspection_for_all: config.introspection_for_all,
    };
    tracing::info!(address = %listener.local_addr()?, database = %config.database, "serving");
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let upkeep = tokio::spawn(look_after(Arc::clone(&app)));
    app.store.follow()?;
    let portal = Portal::new(app, settings);
    let sockets = Arc::clone(&portal.sockets);
    let router = http::router(portal);
    let mut hears = stopped.clone();
    let server = http::serve(listener, router, async move {
        // A closed channel means the same as a signal: stop.
        drop(hears.wait_for(|stop| *stop).await);
    });
    let server = tokio::spawn(server);
    asked.await;
    tracing::info!("stopping");
    stop.send_replace(true);
    // What is being written is written to its end on its own thread.
    upkeep.abort();
    sockets.stop();
    let ended = async {
        let ended = server.await;
        sockets.closed().await;
        ended
    };
    match tokio::time::timeout(config.shutdown_grace.max(Duration::from_millis(1)), ended).await {
        Ok(ended) => ended??,
        Err(_) => tracing::warn!("some requests did not finish in time"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Does what falls due, until it is aborted. What fails is tried again the next time.
async fn look_after(app: Arc<App>) {
    let mut time = tokio::time::interval(UPKEEP_EVERY);
    loop {
        time.tick().await;
        match ops::upkeep::run_due(&app).await {
            Ok(0) => {}
            Ok(done) => tracing::info!(upkeep.done = done, "did what was due"),
            Err(fault) => tracing::error!(error = %fault, "the upkeep failed"),
        }
    }
}

/// Listens for the signals from now on; ends with the first of them.
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
