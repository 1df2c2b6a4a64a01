//! `park-portal demo`.

use std::{net::SocketAddr, process::ExitCode, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{Fault, open, say, serve};
use crate::{
    config::{Config, SecretKey},
    demo::{self, Ground, PASSWORD},
    kernel::clock::Entropy,
    ops::App,
    store::{
        Store,
        conn::Target,
        migrate::{self, Standing},
    },
};

/// Loads the demo district into an empty database and serves it. Keeps its hands off other data.
pub async fn run(mut config: Config) -> Result<ExitCode, Fault> {
    if !config.listen.ip().is_loopback() {
        return Err(
            "the demo has a well-known password, so it listens on the loopback only; set `listen` to 127.0.0.1:PORT".into()
        );
    }
    let listener = serve::listen(&config).await?;
    keep_off_other_data(&config).await?;
    migrate::run(&config.database)?;
    config.secret_key = Some(key(&config)?);
    // The demo is tried out over plain HTTP.
    config.insecure_cookies = true;
    let app = open(&config)?;
    match app.store.read(demo::ground).await? {
        Ground::Demo => {}
        Ground::Foreign => return Err(other_data(&config)),
        Ground::Unfinished => return Err(unfinished(&config)),
        Ground::Empty => {
            say("Loading the demo district …\n")?;
            demo::load(&app).await?;
        }
    }
    tell(&app, listener.local_addr()?)?;
    serve::serve(listener, app, &config).await
}

/// Refuses a database that is not the demo's before anything in it is changed, migrations included.
async fn keep_off_other_data(config: &Config) -> Result<(), Fault> {
    match migrate::standing(&config.database)? {
        Standing::Bare => Ok(()),
        Standing::Foreign => Err(other_data(config)),
        Standing::Portal => match Store::open(config.database.clone(), &config.lanes)?.read(demo::ground).await? {
            Ground::Empty | Ground::Demo => Ok(()),
            Ground::Foreign => Err(other_data(config)),
            Ground::Unfinished => Err(unfinished(config)),
        },
    }
}

fn other_data(config: &Config) -> Fault {
    format!("{} holds other data; the demo wants an empty database", config.database).into()
}

fn unfinished(config: &Config) -> Fault {
    format!("{} holds a demo whose loading was interrupted; remove it and start again", config.database).into()
}

/// The demo's own key, kept beside its database, unless one is configured.
fn key(config: &Config) -> Result<SecretKey, Fault> {
    if let Some(key) = &config.secret_key {
        return Ok(key.clone());
    }
    let path = match &config.database {
        Target::Sqlite(file) => file.with_extension("key"),
        Target::Postgres(_) => "data/demo.key".into(),
    };
    if let Ok(text) = std::fs::read_to_string(&path) {
        let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        return bytes.map(SecretKey).ok_or_else(|| format!("{} does not hold a key", path.display()).into());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let key = Entropy.bytes::<32>();
    std::fs::write(&path, STANDARD.encode(key))?;
    Ok(SecretKey(key))
}

fn tell(app: &Arc<App>, address: SocketAddr) -> Result<(), Fault> {
    let mut text = format!("\nThe demo is served at http://{}/graphql from {}.\n", address, app.store.target());
    text.push_str(&format!("Every account signs in with the password {PASSWORD}:\n\n"));
    for account in demo::featured()? {
        text.push_str(&format!("  {:<22} {:<34} {}\n", account.login, account.roles.join(", "), account.display_name));
    }
    text.push_str("\nThe README's walkthrough tries them out. Stop with Ctrl-C.\n\n");
    Ok(say(&text)?)
}
