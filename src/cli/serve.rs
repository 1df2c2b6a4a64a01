//! `park-portal serve`.

use std::{process::ExitCode, sync::Arc, time::Duration};

use tokio::{net::TcpListener, signal::unix::SignalKind};

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
    serve(app, &config).await
}

/// Serves an application, and answers when it has stopped.
pub async fn serve(app: Arc<App>, config: &Config) -> Result<ExitCode, Fault> {
    let settings = Settings {
        execution_timeout: config.execution_timeout,
        insecure_cookies: config.insecure_cookies,
        introspection_for_all: config.introspection_for_all,
    };
    let listener = TcpListener::bind(config.listen).await?;
    tracing::info!(address = %listener.local_addr()?, database = %config.database, "serving");
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let upkeep = tokio::spawn(look_after(Arc::clone(&app)));
    let router = http::router(Portal::new(app, settings));
    let mut hears = stopped.clone();
    let server = http::serve(listener, router, async move {
        // A closed channel means the same as a signal: stop.
        drop(hears.wait_for(|stop| *stop).await);
    });
    let server = tokio::spawn(server);
    asked_to_stop().await?;
    tracing::info!("stopping");
    stop.send_replace(true);
    // What is being written is written to its end on its own thread.
    upkeep.abort();
    match tokio::time::timeout(config.shutdown_grace.max(Duration::from_millis(1)), server).await {
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
        match ops::upkeep::close_confirmed(&app).await {
            Ok(0) => {}
            Ok(closed) => tracing::info!(projects.closed = closed, "closed confirmed projects"),
            Err(fault) => tracing::error!(error = %fault, "the upkeep failed"),
        }
    }
}

async fn asked_to_stop() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}
