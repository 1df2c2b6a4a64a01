//! A demand (需求): what an enterprise needs, from draft to the list and off it again.
//!
//! ```text
//! Draft ──submit──▶ Submitted ──list──▶ Listed ──(all projects solved)──▶ Closed
//!   ▲                 │  │ ╲             │ ▲│╲                            ▲ ▲ │
//!   │              return merge╲     park│ ││ ╲─────decide, withdraw──────┘ │ │
//!   │                 ▼  ▼      ╲        ▼ ││(review day)                   │ │
//!   └─(submit again) Returned  Merged  Parked ──────decide, withdraw───────┘  │
//!                                          │▲◀──────(objection upheld)────────┘
//!                                 (nobody │ renew
//!                                  agrees)▼│
//!                                       Expired
//! ```
//!
//! Draft, Submitted and Returned can be withdrawn as well. This file decides *when* a step is
//! possible; *who* may take it is [`crate::policy`]'s business.

mod listing;
mod rest;

use jiff::{Timestamp, civil::Date};
pub use listing::{Listing, Unclaimed};
pub use rest::{Appeal, Decision, Dismissal, Objection, check_review};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::kernel::{
    district::District,
    id::{AccountId, CategoryId, ContactPointId, DemandId, OrganisationId, PlaceId, ZoneId},
    quantity::Quantity,
    reference::RefNo,
    text::{Detail, Reason, Tag, Title, Unit},
    version::Version,
};

/// A demand in one of its states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    pub id: DemandId,
    pub district: District,
    pub version: Version,
    /// Given when the demand leaves the draft.
    pub ref_no: Option<RefNo>,
    pub organisation: OrganisationId,
    pub place: PlaceId,
    /// The zone of the place, kept here for filters.
    pub zone: Option<ZoneId>,
    pub terms: Terms,
    pub source: Source,
    pub state: State,
    /// How much of the quantity is agreed in claims; never above it.
    pub agreed: u32,
    pub created_by: AccountId,
    pub created_at: Timestamp,
    pub submitted_at: Option<Timestamp>,
    pub listed_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
}

/// What is asked for: everything that a revision may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub category: CategoryId,
    pub title: Title,
    pub detail: Detail,
    /// At most [`MAX_TAGS`].
    pub tags: Vec<Tag>,
    pub quantity: Quantity,
    /// What the quantity counts: 次, 场, 人 …
    pub unit: Unit,
    pub urgency: Urgency,
    /// Given exactly when the urgency is [`Urgency::Urgent`].
    pub urgency_reason: Option<Reason>,
    pub desired_from: Option<Date>,
    pub desired_to: Option<Date>,
    pub visibility: Visibility,
    pub contact: Option<ContactPointId>,
}

/// The most tags a demand or resource can carry.
pub const MAX_TAGS: usize = 8;

/// How pressing it is; an urgent demand has shorter clocks.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Urgency {
    Normal,
    Soon,
    Urgent,
}

/// Who sees the demand while it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Visibility {
    District,
    Zone,
    DutyUnit,
}

/// How the demand came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Source {
    /// The enterprise's own liaison.
    #[strum(serialize = "SELF")]
    #[serde(rename = "SELF")]
    Own,
    Instructor,
    Steward,
    FromResource,
    Import,
}

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Draft,
    Submitted {
        triage_due_at: Timestamp,
    },
    Returned {
        reason: Reason,
    },
    Listed(Listing),
    /// Put aside until a day.
    Parked {
        reason: Reason,
        review_on: Date,
    },
    Merged {
        into: DemandId,
    },
    /// `appeal` is there exactly when the coordinator has decided the outcome.
    Closed {
        outcome: Outcome,
        reason: Option<Reason>,
        appeal: Option<Appeal>,
    },
    /// Nobody agreed to it in time; it can be renewed up to and including a day.
    Expired {
        at: Timestamp,
        renew_until: Date,
    },
}

/// The name of a state, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Draft,
    Submitted,
    Returned,
    Listed,
    Parked,
    Merged,
    Closed,
    Expired,
}

/// How a closed demand ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    Satisfied,
    Withdrawn,
    PartlySatisfied,
    NotFeasible,
    OutOfScope,
}

/// How much of the quantity is agreed, or delivered and solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fulfilment {
    None,
    Partial,
    Complete,
}

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DemandError {
    #[error("a {} demand cannot do this", <&str>::from(*.0))]
    WrongState(Status),
    #[error("a claim on the demand is agreed")]
    ClaimAgreed,
    #[error("a demand cannot be merged into itself or into one that is not listed")]
    MergeTarget,
    #[error("its time has not come")]
    NotDue,
    #[error("the time for this has passed")]
    TooLate,
    #[error("it was done before")]
    AlreadyDone,
    #[error("a review lies after today and within {max_days} days")]
    ReviewDay { max_days: u32 },
}

impl Demand {
    /// The name of its state.
    pub fn status(&self) -> Status {
        self.state.status()
    }

    /// Why it was given back, put aside or closed.
    pub fn reason(&self) -> Option<&Reason> {
        match &self.state {
            State::Returned { reason } | State::Parked { reason, .. } => Some(reason),
            State::Closed { reason, .. } => reason.as_ref(),
            State::Draft | State::Submitted { .. } | State::Listed(_) | State::Merged { .. } | State::Expired { .. } => None,
        }
    }

    /// New terms while nobody else works with the demand.
    pub fn revise(self, terms: Terms) -> Result<Self, DemandError> {
        match self.state {
            State::Draft | State::Returned { .. } => Ok(Self { terms, version: self.version.next(), ..self }),
            State::Submitted { .. }
            | State::Listed(_)
            | State::Parked { .. }
            | State::Merged { .. }
            | State::Closed { .. }
            | State::Expired { .. } => Err(self.wrong_state()),
        }
    }

    /// Hands the demand in (D2); its triage falls due at `triage_due_at`.
    pub fn submit(self, at: Timestamp, triage_due_at: Timestamp) -> Result<Self, DemandError> {
        match self.state {
            State::Draft | State::Returned { .. } => {
                Ok(Self { submitted_at: Some(at), ..self.into(State::Submitted { triage_due_at }) })
            }
            State::Submitted { .. }
            | State::Listed(_)
            | State::Parked { .. }
            | State::Merged { .. }
            | State::Closed { .. }
            | State::Expired { .. } => Err(self.wrong_state()),
        }
    }

    /// Gives the demand back to whoever handed it in (D3).
    pub fn give_back(self, reason: Reason) -> Result<Self, DemandError> {
        self.leave_triage(State::Returned { reason })
    }

    /// Puts the demand on the list (D4).
    pub fn list(self, at: Timestamp, listing: Listing) -> Result<Self, DemandError> {
        Ok(Self { listed_at: Some(at), ..self.leave_triage(State::Listed(listing))? })
    }

    /// Merges the demand into a listed one (D5).
    pub fn merge(self, target: &Self) -> Result<Self, DemandError> {
        let into = self.leave_triage(State::Merged { into: target.id })?;
        if target.id == into.id || target.status() != Status::Listed {
            return Err(DemandError::MergeTarget);
        }
        Ok(into)
    }

    /// Takes the demand back (D9); not while a claim on it is agreed.
    pub fn withdraw(self, at: Timestamp, reason: Reason) -> Result<Self, DemandError> {
        match self.state {
            State::Draft | State::Submitted { .. } | State::Returned { .. } | State::Listed(_) | State::Parked { .. } => {
                if self.agreed > 0 {
                    return Err(DemandError::ClaimAgreed);
                }
                let closed = State::Closed { outcome: Outcome::Withdrawn, reason: Some(reason), appeal: None };
                Ok(Self { closed_at: Some(at), ..self.into(closed) })
            }
            State::Merged { .. } | State::Closed { .. } | State::Expired { .. } => Err(self.wrong_state()),
        }
    }

    /// Closes a listed demand whose whole quantity is agreed and solved (D8).
    pub fn satisfy(self, at: Timestamp) -> Result<Self, DemandError> {
        match self.state {
            State::Listed(_) if self.agreed == self.terms.quantity.get() => {
                let closed = State::Closed { outcome: Outcome::Satisfied, reason: None, appeal: None };
                Ok(Self { closed_at: Some(at), ..self.into(closed) })
            }
            _ => Err(self.wrong_state()),
        }
    }

    /// How much of the quantity is agreed.
    pub fn commitment(&self) -> Fulfilment {
        Fulfilment::of(self.agreed, self.terms.quantity)
    }

    /// What is still open for claims.
    pub fn open_quantity(&self) -> u32 {
        self.terms.quantity.get().saturating_sub(self.agreed)
    }

    /// What a search looks through and near-duplicates are recognised by.
    pub fn search_text(&self) -> String {
        format!("{}\n{}", self.terms.title, self.terms.detail)
    }

    fn leave_triage(self, state: State) -> Result<Self, DemandError> {
        match self.state {
            State::Submitted { .. } => Ok(self.into(state)),
            State::Draft
            | State::Returned { .. }
            | State::Listed(_)
            | State::Parked { .. }
            | State::Merged { .. }
            | State::Closed { .. }
            | State::Expired { .. } => Err(self.wrong_state()),
        }
    }

    fn into(self, state: State) -> Self {
        Self { state, version: self.version.next(), ..self }
    }

    fn wrong_state(&self) -> DemandError {
        DemandError::WrongState(self.status())
    }
}

impl State {
    /// The name of the state.
    pub fn status(&self) -> Status {
        match self {
            Self::Draft => Status::Draft,
            Self::Submitted { .. } => Status::Submitted,
            Self::Returned { .. } => Status::Returned,
            Self::Listed(_) => Status::Listed,
            Self::Parked { .. } => Status::Parked,
            Self::Merged { .. } => Status::Merged,
            Self::Closed { .. } => Status::Closed,
            Self::Expired { .. } => Status::Expired,
        }
    }
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Fulfilment {
    /// Part of a whole.
    pub fn of(part: u32, whole: Quantity) -> Self {
        match part {
            0 => Self::None,
            part if part >= whole.get() => Self::Complete,
            _ => Self::Partial,
        }
    }
}

impl Urgency {
    /// Orders lists by urgency: the larger, the more pressing.
    pub fn rank(self) -> i32 {
        match self {
            Self::Normal => 0,
            Self::Soon => 1,
            Self::Urgent => 2,
        }
    }
}
