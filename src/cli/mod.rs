//! The command line: one file per subcommand.

mod account;
mod audit;
mod demo;
mod district;
mod export;
mod import;
mod import_report;
mod records;
mod serve;

use std::{io::Write, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};

use crate::{
    config::{Config, LogFormat, SETTINGS, SecretKey},
    domain::account::Login,
    graphql::sdl,
    kernel::{
        clock::{Clock, Entropy},
        lang::Lang,
        seal::Sealer,
    },
    ops::{App, Cx, Failure, operator, password::PasswordPolicy},
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
    /// Load a demo district into an empty database and serve it.
    Demo,
    /// Bring the database to the newest schema.
    Migrate,
    /// Print the GraphQL schema.
    Schema,
    /// Set a district up.
    #[command(subcommand)]
    District(district::DistrictCommand),
    /// Import a spreadsheet of organisations, demands or resources.
    Import(import::ImportArguments),
    /// Write a list into a spreadsheet.
    Export(export::ExportArguments),
    /// Create the first administrators.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Work with the audit log.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Work with filed records.
    #[command(subcommand)]
    Records(records::RecordsCommand),
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
            Command::Demo => demo::run(config).await,
            Command::Migrate => migrate(&config),
            Command::District(command) => district::run(command, &config).await,
            Command::Import(arguments) => import::run(arguments, &config).await,
            Command::Export(arguments) => export::run(arguments, &config).await,
            Command::Account(command) => account::run(command, &config).await,
            Command::Audit(command) => audit::run(command, &config).await,
            Command::Records(command) => records::run(command, &config).await,
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
fn open(config: &Config) -> Result<Arc<App>, Fault> {
    let Some(SecretKey(key)) = &config.secret_key else {
        return Err(
            "set `secret_key` or `secret_key_file`: 32 random bytes in base64, for example from `openssl rand -base64 32`".into(),
        );
    };
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
    let filter =
        tracing_subscriber::EnvFilter::try_new(&config.log_level).map_err(|e| format!("the setting `log_level`: {e}"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let started = match config.log_format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    started.map_err(|e| e as Fault)
}

/// What a person at the terminal is told of a refusal: its sentence and its code.
fn refusal(failure: &Failure) -> Fault {
    refusal_in(failure, Lang::En)
}

/// The same in a language of the person's own.
fn refusal_in(failure: &Failure, lang: Lang) -> Fault {
    match (failure.problems().and_then(|problems| problems.into_iter().next()), failure.audited_as()) {
        (Some(problem), _) => format!("{} [{}]", problem.message.text(lang), problem.code.name()).into(),
        (None, Some(code)) => format!("{} [{}]", code.message().text(lang), code.name()).into(),
        (None, None) => failure.to_string().into(),
    }
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

/// The operator with the rights of the account with that login, or of the only coordinator there is.
async fn acting(app: Arc<App>, login: Option<&str>, lang: Lang) -> Result<Cx, Fault> {
    let found = match login {
        Some(text) => operator::act_as(app, Login::parse(text)?).await,
        None => operator::act_as_coordinator(app).await,
    };
    found.map_err(|failure| match (failure, login, lang) {
        (Failure::NotFound { .. }, Some(login), Lang::Zh) => format!("没有可用的账号“{login}”。").into(),
        (Failure::NotFound { .. }, Some(login), Lang::En) => format!("There is no active account \"{login}\".").into(),
        (Failure::NotFound { .. }, None, Lang::Zh) => "没有唯一的统筹员账号，请用 --as 指明使用哪个账号。".into(),
        (Failure::NotFound { .. }, None, Lang::En) => {
            "There is not exactly one coordinator; name with --as whose rights to use.".into()
        }
        (other, _, _) => refusal_in(&other, lang),
    })
}
