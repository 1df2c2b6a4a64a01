//! `park-portal district …`.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;

use super::{Fault, refusal, say};
use crate::{
    config::Config,
    kernel::clock::{Clock, Entropy},
    ops::district::{self, HANYANG},
    store::Store,
};

#[derive(Subcommand)]
pub enum DistrictCommand {
    /// Enter a district with its streets and communities, the root categories and the calendar.
    Create {
        /// A CSV file `code,level,name,parent_code,source`; without one, 汉阳区 (420105).
        #[arg(long, value_name = "FILE")]
        divisions: Option<PathBuf>,
    },
}

/// Runs a district command.
pub async fn run(command: DistrictCommand, config: &Config) -> Result<ExitCode, Fault> {
    let DistrictCommand::Create { divisions } = command;
    let divisions = match divisions {
        Some(path) => std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?,
        None => HANYANG.to_owned(),
    };
    let store = Store::open(config.database.clone(), &config.lanes)?;
    let entered = district::create(&store, &Clock::System, Entropy, &divisions).await;
    let code = entered.map_err(|failure| refusal(&failure))?;
    say(&format!("District {code} is entered.\n"))?;
    Ok(ExitCode::SUCCESS)
}
