//! Who may do what. The whole answer is [`table`]; this file only applies it.
//!
//! Nothing here knows a database or a state machine: *when* a step is possible is the business of
//! [`crate::domain`].

pub mod action;
pub mod actor;
pub mod subject;
pub mod table;

pub use action::Action;
pub use actor::{Actor, Covered, Held, Reach, Scope};
use serde::{Deserialize, Serialize};
pub use subject::{Subject, Subjected};
pub use table::Tie;

pub use crate::domain::grant::Role;
use crate::kernel::{district::District, id::AccountId};

/// Proof that an actor may take an action on a subject. Only [`permit`] makes one, and a business
/// write cannot commit without one.
#[derive(Debug)]
pub struct Permit {
    action: Action,
    account: AccountId,
    district: District,
    tie: Tie,
}

/// The actor sees the subject but may not do this to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not allowed here", .0.name())]
pub struct Denied(pub Action);

/// One of the two parties of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Side {
    /// The enterprise that has the need.
    Demand,
    /// The organisation that gives.
    Provider,
}

/// Asks the table. The first row that allows decides the tie, in the table's order.
pub fn permit(actor: &Actor, action: Action, subject: &impl Subjected) -> Result<Permit, Denied> {
    let subject = subject.subject();
    let tie = table::RULES
        .iter()
        .filter(|rule| rule.action == action)
        .find(|rule| actor.held.iter().any(|held| held.role == rule.role && reaches(actor, held, rule.tie, &subject)))
        .map(|rule| rule.tie)
        .ok_or(Denied(action))?;
    Ok(Permit { action, account: actor.account, district: actor.district.clone(), tie })
}

/// The same answer as [`permit`], for `viewerCan…`.
pub fn may(actor: &Actor, action: Action, subject: &impl Subjected) -> bool {
    permit(actor, action, subject).is_ok()
}

/// What every signed-in account may do with its own session and password, whatever its grants.
pub fn permit_self(account: AccountId, district: &District, action: Action) -> Permit {
    Permit { action, account, district: district.clone(), tie: Tie::Own }
}

fn reaches(actor: &Actor, held: &Held, tie: Tie, subject: &Subject) -> bool {
    if subject.district != actor.district {
        return false;
    }
    match (tie, &held.reach) {
        (Tie::Own, Reach::Organisation(id)) => subject.owner == Some(*id),
        (Tie::DemandSide, Reach::Organisation(id)) => subject.demand_side == Some(*id),
        (Tie::ProviderSide, Reach::Organisation(id)) => subject.provider_side == Some(*id),
        (Tie::Zone, Reach::Places(places)) => subject.places.iter().any(|place| places.contains(place)),
        (Tie::District, Reach::District) => true,
        (Tie::Own | Tie::DemandSide | Tie::ProviderSide | Tie::Zone | Tie::District, _) => false,
    }
}

impl Permit {
    /// The action that is allowed.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Who is allowed.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// In which district.
    pub fn district(&self) -> &District {
        &self.district
    }

    /// By which tie to the subject.
    pub fn tie(&self) -> Tie {
        self.tie
    }
}
