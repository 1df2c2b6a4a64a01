//! `park-portal records …`.

use std::process::ExitCode;

use clap::Subcommand;

use super::{Fault, say};
use crate::{
    config::Config,
    store::{Store, StoreError, district, record_chain},
};

#[derive(Subcommand)]
pub enum RecordsCommand {
    /// Verify the chains of all filed records, their files included; ends with status 1 when one does not
    /// hold.
    Verify,
}

/// Runs a command about records.
pub async fn run(command: RecordsCommand, config: &Config) -> Result<ExitCode, Fault> {
    match command {
        RecordsCommand::Verify => verify(config).await,
    }
}

async fn verify(config: &Config) -> Result<ExitCode, Fault> {
    let store = Store::open(config.database.clone(), &config.lanes)?;
    let districts = store.read(district::all).await?;
    let mut whole = true;
    for district in districts {
        let (of, name) = (district.clone(), district);
        let postings = store.read(move |reader| record_chain::postings(reader, &of)).await?;
        for (posting, number) in postings {
            // One posting at a time: a long chain with many files is no reason to hold one snapshot of all.
            let read = move |reader: &mut _| record_chain::verify(reader, posting, record_chain::Files::Contents);
            let verdict = store.read(read).await.map_err(|error: StoreError| error)?;
            let (records, checkpoints) = (verdict.records, verdict.checkpoints);
            match verdict.broken {
                None => say(&format!("{name} {number:04}: {records} records, {checkpoints} checkpoints, whole\n"))?,
                Some(at) => {
                    whole = false;
                    let fault = <&str>::from(at.what);
                    say(&format!("{name} {number:04}: broken at record {} of {}: {fault}\n", at.number, at.year))?;
                }
            }
        }
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
