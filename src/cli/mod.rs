//! The command line: one file per subcommand.

mod audit;
mod serve;

use std::{io::Write, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};

use crate::{
    config::{Config, LogFormat, SETTINGS},
    graphql::sdl,
    kernel::{
        clock::{Clock, Entropy},
        seal::Sealer,
    },
    ops::{App, password::PasswordPolicy},
    store::{Store, migrate},
};

/// A party-work portal for industrial parks and commercial buildings.
#[derive(Parser)]
#[command(name = "park-portal", version, after_help = settings_help(), max_term_width = 110)]
struct Arguments {
    /// A TOML file with settings; the environment variable PORTAL_CONFIG names one as well.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API.
    Serve,
    /// Bring the database to the newest schema.
    Migrate,
    /// Print the GraphQL schema.
    Schema,
    /// Work with the audit log.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
}

/// What went wrong, for the person at the terminal.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match execute(arguments) {
        Ok(code) => code,
        Err(fault) => {
            // Nothing can be done about a closed standard error.
            drop(writeln!(std::io::stderr(), "park-portal: {fault}"));
            ExitCode::FAILURE
        }
    }
}

fn execute(arguments: Arguments) -> Result<ExitCode, Fault> {
    if matches!(arguments.command, Command::Schema) {
        say(&sdl())?;
        return Ok(ExitCode::SUCCESS);
    }
    let config = Config::load(arguments.config.as_deref())?;
    log_to_stderr(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match arguments.command {
            Command::Serve => serve::run(config).await,
            Command::Migrate => migrate(&config),
            Command::Audit(command) => audit::run(command, &config).await,
            Command::Schema => Ok(ExitCode::SUCCESS),
        }
    })
}

fn migrate(config: &Config) -> Result<ExitCode, Fault> {
    let ran = migrate::run(&config.database)?;
    match ran.as_slice() {
        [] => say("The database is up to date.\n")?,
        names => say(&format!("Ran: {}\n", names.join(", ")))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the application on a database that has the newest schema.
fn open(config: &Config, key: &[u8; 32]) -> Result<Arc<App>, Fault> {
    let left = migrate::pending(&config.database)?;
    if !left.is_empty() {
        return Err(format!("{} lacks migrations; run `park-portal migrate` first", config.database).into());
    }
    let store = Store::open(config.database.clone(), &config.lanes)?;
    Ok(Arc::new(App {
        store,
        clock: Clock::System,
        entropy: Entropy,
        secrets: Sealer::new("k1", key),
        passwords: PasswordPolicy::default(),
    }))
}

fn log_to_stderr(config: &Config) -> Result<(), Fault> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log_level)?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let started = match config.log_format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    started.map_err(|e| e as Fault)
}

/// Prints to standard output; a pipe that was closed is an error like any other.
fn say(text: &str) -> std::io::Result<()> {
    std::io::stdout().lock().write_all(text.as_bytes())
}

fn settings_help() -> String {
    let mut help = String::from("Settings (TOML key `name`, environment variable `PORTAL_NAME`):\n");
    for setting in SETTINGS {
        let default = setting.default.map_or_else(|| "no default".to_owned(), |default| format!("default {default}"));
        help.push_str(&format!("  {:<22} {} [{default}]\n", setting.name, setting.meaning));
    }
    help
}
