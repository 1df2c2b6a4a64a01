//! The demo district: 汉阳区 as it might look after a few busy weeks.
//!
//! The registry and the accounts are entered by the system in one audited write; everything that
//! people do with branches, lists, claims and projects is done through [`crate::ops`] by the accounts
//! themselves, on a clock that runs from [`HISTORY`] ago to now. The same content comes out on every
//! run, counted from the day of the run.

mod branches;
mod cast;
mod claims;
mod data;
mod lists;
mod projects;
mod registry;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::{
    kernel::{
        calendar::shanghai_date,
        clock::{Clock, Entropy},
        district::District,
    },
    ops::{
        App, Failure,
        district::{self, HANYANG},
    },
    store::{self, Reader, StoreResult},
};

/// What all demo accounts sign in with. The demo serves on the loopback only.
pub const PASSWORD: &str = "hanyang-demo-2026";

/// How far back the demo's history begins.
const HISTORY: SignedDuration = SignedDuration::from_hours(50 * 24);

/// What stands in a database that a demo could go into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Nothing but empty tables.
    Empty,
    /// The demo itself.
    Demo,
    /// A part of the demo, whose loading was interrupted.
    Unfinished,
    /// Somebody's data.
    Foreign,
}

/// An account to show, with its roles.
#[derive(Clone, Debug)]
pub struct Featured {
    pub login: String,
    pub display_name: String,
    pub roles: Vec<String>,
}

/// Why the demo could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("the demo's content cannot be read: {0}")]
    Content(String),
    #[error("{what} was refused: {failure}")]
    Refused { what: String, failure: String },
}

/// Looks whether the demo is there, could be put there, or must keep its hands off.
pub fn ground(reader: &mut Reader) -> StoreResult<Ground> {
    let districts = store::district::all(reader)?;
    if districts.is_empty() {
        return Ok(Ground::Empty);
    }
    if districts.len() != 1 || !store::audit_list::has_action(reader, registry::BEGUN)? {
        return Ok(Ground::Foreign);
    }
    Ok(if store::audit_list::has_action(reader, registry::DONE)? { Ground::Demo } else { Ground::Unfinished })
}

/// Fills an empty database.
pub async fn load(app: &App) -> Result<(), DemoError> {
    let content = data::content().map_err(|e| DemoError::Content(e.to_string()))?;
    let now = app.clock.now();
    let stage = Arc::new(App {
        store: app.store.clone(),
        clock: Clock::fixed(now - HISTORY),
        entropy: app.entropy,
        secrets: app.secrets.clone(),
        passwords: app.passwords.clone(),
    });
    let district: District =
        district::create(&stage.store, &stage.clock, Entropy, HANYANG).await.map_err(refused("the district"))?;
    let cast = registry::enter(&stage, &district, &content).await?;
    branches::act(&stage, &cast, &content, shanghai_date(now)).await?;
    let lists = lists::act(&stage, &cast, &content, shanghai_date(now)).await?;
    claims::act(&stage, &cast, &content, &lists, now).await?;
    registry::finish(&stage, &district).await
}

/// Moves the stage's clock to a moment, unless it is past it.
fn advance_to(stage: &App, moment: Timestamp) {
    let ahead = moment.duration_since(stage.clock.now());
    stage.clock.advance(ahead.max(SignedDuration::ZERO));
}

/// The accounts that the demo shows when it starts.
pub fn featured() -> Result<Vec<Featured>, DemoError> {
    let content = data::content().map_err(|e| DemoError::Content(e.to_string()))?;
    let accounts = content.accounts.into_iter().filter(|account| account.featured);
    Ok(accounts
        .map(|account| Featured {
            login: account.login,
            display_name: account.display_name,
            roles: account.grants.into_iter().map(|grant| grant.role).collect(),
        })
        .collect())
}

fn refused(what: impl ToString) -> impl FnOnce(Failure) -> DemoError {
    move |failure| {
        let told = failure.problems().and_then(|problems| problems.into_iter().next());
        let told = told.map(|problem| format!("{} at {}", problem.code.name(), problem.path.join(".")));
        DemoError::Refused { what: what.to_string(), failure: told.unwrap_or_else(|| failure.to_string()) }
    }
}
