//! `park-portal audit …`.

use std::process::ExitCode;

use clap::Subcommand;

use super::{Fault, say};
use crate::{
    config::Config,
    store::{Store, StoreError, audit, district},
};

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Verify every hash chain; ends with status 1 when one does not hold.
    Verify,
}

/// Runs an audit command.
pub async fn run(command: AuditCommand, config: &Config) -> Result<ExitCode, Fault> {
    match command {
        AuditCommand::Verify => verify(config).await,
    }
}

async fn verify(config: &Config) -> Result<ExitCode, Fault> {
    let store = Store::open(config.database.clone(), &config.lanes)?;
    let verdicts = store
        .read(|reader| {
            let mut verdicts = Vec::new();
            for district in district::all(reader)? {
                let chains = audit::verify(reader, &district)?;
                verdicts.extend(chains.into_iter().map(|verdict| (district.clone(), verdict)));
            }
            Ok::<_, StoreError>(verdicts)
        })
        .await?;
    let mut whole = true;
    for (district, verdict) in verdicts {
        match &verdict.broken {
            None => say(&format!("{district} {}: {} lines, whole\n", verdict.stream, verdict.lines))?,
            Some(at) => {
                whole = false;
                let fault = <&str>::from(at.fault);
                say(&format!("{district} {}: broken at line {}: {fault}\n", verdict.stream, at.number))?;
            }
        }
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
