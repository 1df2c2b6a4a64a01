//! `park-portal account …`.

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use super::{Fault, open, refusal, say};
use crate::{
    config::Config,
    domain::{account::Login, grant::Role, password::InitialPassword},
    kernel::{district::District, text::Name},
    ops::bootstrap::{self, FirstAdmin},
};

#[derive(Subcommand)]
pub enum AccountCommand {
    /// Create the first administrator of a role; further ones are proposed and approved in the API.
    Create(CreateArguments),
    /// Give an account a new initial password, when nobody can sign in who could do so.
    PasswordReset {
        /// The account's login.
        #[arg(long)]
        login: String,
    },
}

#[derive(Args)]
pub struct CreateArguments {
    /// The district's six-digit code.
    #[arg(long)]
    district: String,
    /// What the person signs in with: a-z, 0-9, dot, dash and underscore.
    #[arg(long)]
    login: String,
    /// What the person is shown as.
    #[arg(long)]
    name: String,
    /// Which administrator this is.
    #[arg(long, value_enum)]
    role: AdminRole,
}

/// The two roles that must exist before anybody can be granted anything.
#[derive(Clone, Copy, ValueEnum)]
enum AdminRole {
    /// Creates accounts and proposes grants.
    System,
    /// Approves grants.
    Security,
}

/// Runs an account command.
pub async fn run(command: AccountCommand, config: &Config) -> Result<ExitCode, Fault> {
    let app = open(config)?;
    let (login, initial) = match command {
        AccountCommand::Create(arguments) => {
            let login = Login::parse(&arguments.login)?;
            let admin = FirstAdmin {
                district: arguments.district.parse::<District>()?,
                login: login.clone(),
                display_name: Name::parse(&arguments.name)?,
                role: match arguments.role {
                    AdminRole::System => Role::SystemAdmin,
                    AdminRole::Security => Role::SecurityAdmin,
                },
            };
            (login, bootstrap::account_create(&app, admin).await.map_err(|failure| refusal(&failure))?)
        }
        AccountCommand::PasswordReset { login } => {
            let login = Login::parse(&login)?;
            (login.clone(), bootstrap::password_reset(&app, login).await.map_err(|failure| refusal(&failure))?)
        }
    };
    tell(&login, &initial)?;
    Ok(ExitCode::SUCCESS)
}

/// The initial password is shown this once; nothing keeps it.
fn tell(login: &Login, initial: &InitialPassword) -> std::io::Result<()> {
    say(&format!("login:            {login}\ninitial password: {}\n", initial.reveal()))?;
    say("It must be changed at the first sign-in and is not shown again.\n")
}
