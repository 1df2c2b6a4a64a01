//! A resource (资源): what an organisation can give, from draft to the list and off it again.
//!
//! ```text
//! Draft ──list──▶ Listed ──pause──▶ Paused ──resume, (its day comes)──▶ Listed
//!                    └──(nobody assures it)──▶ Stale ──assure──▶ Listed
//! ```
//!
//! A listed resource is assured without leaving the list; every state but Retired can be retired, and
//! what has left the draft is when its last day has passed.
//! This file decides *when* a step is possible; *who* may take it is [`crate::policy`]'s business.

mod assurance;
#[cfg(test)]
mod tests;

pub use assurance::Assurance;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::{
    period::{Per, Period},
    reach::{Coverage, Eligibility},
};
use crate::kernel::{
    district::District,
    id::{AccountId, CategoryId, ContactPointId, OrganisationId, ResourceId},
    quantity::Capacity,
    reference::RefNo,
    text::{Detail, Name, Reason, Tag, Title, Unit},
    version::Version,
};

/// A resource in one of its states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    pub id: ResourceId,
    pub district: District,
    pub version: Version,
    /// Given when the resource leaves the draft for the list.
    pub ref_no: Option<RefNo>,
    pub organisation: OrganisationId,
    pub terms: Terms,
    pub state: State,
    /// That somebody has said that all this is still true; `None` until it is listed.
    pub assurance: Option<Assurance>,
    pub created_by: AccountId,
    pub created_at: Timestamp,
    pub listed_at: Option<Timestamp>,
}

/// What is offered: everything that a revision may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The office that gives it: a section or desk of the organisation.
    pub unit: Unit,
    pub category: CategoryId,
    pub title: Title,
    pub detail: Detail,
    /// At most [`super::demand::MAX_TAGS`].
    pub tags: Vec<Tag>,
    pub mode: Mode,
    pub coverage: Coverage,
    pub eligibility: Eligibility,
    /// How much there is in each period of `per`.
    pub capacity: Capacity,
    pub per: Per,
    pub valid_from: Date,
    /// The last day; `None` while no end is set.
    pub valid_to: Option<Date>,
    pub fee: Fee,
    /// At most [`MAX_DOCUMENTS`].
    pub required_documents: Vec<Name>,
    pub contact: Option<ContactPointId>,
}

/// The most documents that a resource can ask for.
pub const MAX_DOCUMENTS: usize = 20;

/// How it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mode {
    Onsite,
    Online,
    Venue,
    Window,
    Policy,
    Expert,
}

/// What it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fee {
    Free,
    AtCost,
}

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Draft,
    Listed,
    Paused {
        reason: Reason,
        /// The day on which it is back on the list.
        until: Date,
    },
    /// Nobody has said for too long that it is still true.
    Stale,
    Retired {
        reason: Reason,
    },
}

/// The name of a state, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Draft,
    Listed,
    Paused,
    Stale,
    Retired,
}

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResourceError {
    #[error("a {} resource cannot do this", <&str>::from(*.0))]
    WrongState(Status),
    #[error("the resource has ended")]
    Ended,
    #[error("its time has not come")]
    NotDue,
    #[error("a pause ends after today and within {max_days} days")]
    PauseEnd { max_days: u32 },
}

impl Resource {
    /// The name of its state.
    pub fn status(&self) -> Status {
        self.state.status()
    }

    /// New terms while nobody else has seen the resource.
    pub fn revise(self, terms: Terms) -> Result<Self, ResourceError> {
        match self.state {
            State::Draft => Ok(Self { terms, version: self.version.next(), ..self }),
            State::Listed | State::Paused { .. } | State::Stale | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Puts the resource on the list; listing it says that it is true today.
    pub fn list(self, at: Timestamp, assurance: Assurance) -> Result<Self, ResourceError> {
        match self.state {
            State::Draft => Ok(Self { listed_at: Some(at), assurance: Some(assurance), ..self.into(State::Listed) }),
            State::Listed | State::Paused { .. } | State::Stale | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Takes the resource off the list for a time; see [`check_pause`].
    pub fn pause(self, reason: Reason, until: Date) -> Result<Self, ResourceError> {
        match self.state {
            State::Listed => Ok(self.into(State::Paused { reason, until })),
            State::Draft | State::Paused { .. } | State::Stale | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Brings a paused resource back to the list.
    pub fn resume(self) -> Result<Self, ResourceError> {
        match self.state {
            State::Paused { .. } => Ok(self.into(State::Listed)),
            State::Draft | State::Listed | State::Stale | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Says that all of it is still true; brings a stale resource back to the list.
    pub fn assure(self, assurance: Assurance) -> Result<Self, ResourceError> {
        match self.state {
            State::Listed | State::Stale => Ok(Self { assurance: Some(assurance), ..self.into(State::Listed) }),
            State::Draft | State::Paused { .. } | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Changes how much there is. A draft is revised instead.
    pub fn set_capacity(self, capacity: Capacity) -> Result<Self, ResourceError> {
        match self.state {
            State::Listed | State::Paused { .. } | State::Stale => {
                Ok(Self { terms: Terms { capacity, ..self.terms }, version: self.version.next(), ..self })
            }
            State::Draft | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Takes the resource off the list for good; what is agreed goes on.
    pub fn retire(self, reason: Reason) -> Result<Self, ResourceError> {
        match self.state {
            State::Draft | State::Listed | State::Paused { .. } | State::Stale => Ok(self.into(State::Retired { reason })),
            State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Refuses what makes no sense for a resource whose last day has passed.
    pub fn must_not_have_ended(&self, today: Date) -> Result<(), ResourceError> {
        match self.terms.valid_to {
            Some(last_day) if last_day < today => Err(ResourceError::Ended),
            _ => Ok(()),
        }
    }

    /// Whether it can be used on a day, its state aside.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.terms.valid_from <= day && self.terms.valid_to.is_none_or(|last_day| day <= last_day)
    }

    /// The period of its capacity that a day belongs to.
    pub fn period_of(&self, day: Date) -> Period {
        Period::of(self.terms.per, day)
    }

    /// What a search looks through.
    pub fn search_text(&self) -> String {
        format!("{}\n{}", self.terms.title, self.terms.detail)
    }

    fn into(self, state: State) -> Self {
        Self { state, version: self.version.next(), ..self }
    }

    fn wrong_state(&self) -> ResourceError {
        ResourceError::WrongState(self.status())
    }
}

/// A pause ends after today, at most `max_days` from it.
pub fn check_pause(until: Date, today: Date, max_days: u32) -> Result<(), ResourceError> {
    let days = (until - today).get_days();
    if days > 0 && days.unsigned_abs() <= max_days { Ok(()) } else { Err(ResourceError::PauseEnd { max_days }) }
}

impl State {
    /// The name of the state.
    pub fn status(&self) -> Status {
        match self {
            Self::Draft => Status::Draft,
            Self::Listed => Status::Listed,
            Self::Paused { .. } => Status::Paused,
            Self::Stale => Status::Stale,
            Self::Retired { .. } => Status::Retired,
        }
    }
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
