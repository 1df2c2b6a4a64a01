//! Where a filed record stands: what the served enterprise, and then the dispatch unit, say of it.
//!
//! ```text
//! Filed ──verify──▶ Verified
//!   ├──(some days)─▶ Unverified ──verify──▶ Verified
//!   └──dispute─────▶ Disputed ──decide──▶ VerifiedByReview | Voided
//! ```
//!
//! The record itself never changes. This file decides *when* a step is possible; *who* may take it is
//! [`crate::policy`]'s business.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::domain::clock::{Clock, Running};
use crate::kernel::{
    district::District,
    id::{AccountId, FiledRecordId, OrganisationId, PostingId},
    text::Reason,
    version::Version,
};

/// Where a record stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub record: FiledRecordId,
    pub district: District,
    pub version: Version,
    pub posting: PostingId,
    /// Of the posting, which decides about disputes.
    pub dispatch_unit: OrganisationId,
    /// The enterprise that was served.
    pub target: OrganisationId,
    pub ref_no: String,
    /// Until when the enterprise should have said something.
    pub verify_due_at: Timestamp,
    pub state: State,
}

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Filed,
    /// The enterprise says that this happened.
    Verified {
        by: AccountId,
        at: Timestamp,
    },
    /// It has not said anything in time, and still may.
    Unverified,
    Disputed(Dispute),
    /// The dispatch unit found that it happened.
    VerifiedByReview(Dispute, Decision),
    /// The dispatch unit found that it did not; it counts for nothing.
    Voided(Dispute, Decision),
}

/// That the enterprise says that this did not happen so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    pub by: AccountId,
    pub at: Timestamp,
    pub reason: Reason,
    /// By when the dispatch unit should have decided.
    pub decide_due_at: Timestamp,
}

/// What the dispatch unit found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub by: AccountId,
    pub at: Timestamp,
    pub reason: Reason,
}

/// The name of a state, without what it carries.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Filed,
    Verified,
    Unverified,
    Disputed,
    VerifiedByReview,
    Voided,
}

/// What the dispatch unit says to a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It happened as it was filed.
    Confirm,
    /// It did not.
    Void,
}

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StandingError {
    #[error("a {} record cannot do this", <&str>::from(*.0))]
    WrongState(Status),
    #[error("the time to verify has not passed")]
    NotDue,
    #[error("whoever disputed or filed a record does not decide about it")]
    SamePerson,
}

impl Standing {
    /// The name of its state.
    pub fn status(&self) -> Status {
        match &self.state {
            State::Filed => Status::Filed,
            State::Verified { .. } => Status::Verified,
            State::Unverified => Status::Unverified,
            State::Disputed(_) => Status::Disputed,
            State::VerifiedByReview(..) => Status::VerifiedByReview,
            State::Voided(..) => Status::Voided,
        }
    }

    /// The enterprise says that this happened (F3), in time or late.
    pub fn verify(self, by: AccountId, at: Timestamp) -> Result<Self, StandingError> {
        match self.status() {
            Status::Filed | Status::Unverified => Ok(self.into(State::Verified { by, at })),
            Status::Verified | Status::Disputed | Status::VerifiedByReview | Status::Voided => Err(self.wrong_state()),
        }
    }

    /// The enterprise says that this did not happen so (F4).
    pub fn dispute(self, dispute: Dispute) -> Result<Self, StandingError> {
        match self.status() {
            Status::Filed => Ok(self.into(State::Disputed(dispute))),
            Status::Verified | Status::Unverified | Status::Disputed | Status::VerifiedByReview | Status::Voided => {
                Err(self.wrong_state())
            }
        }
    }

    /// The dispatch unit decides (F4); `filed_by` is whose record it is.
    pub fn decide(self, ruling: Ruling, decision: Decision, filed_by: AccountId) -> Result<Self, StandingError> {
        let State::Disputed(dispute) = self.state.clone() else {
            return Err(self.wrong_state());
        };
        if [dispute.by, filed_by].contains(&decision.by) {
            return Err(StandingError::SamePerson);
        }
        Ok(self.into(match ruling {
            Ruling::Confirm => State::VerifiedByReview(dispute, decision),
            Ruling::Void => State::Voided(dispute, decision),
        }))
    }

    /// The enterprise has said nothing in time (F5).
    pub fn unverify(self, at: Timestamp) -> Result<Self, StandingError> {
        match self.status() {
            Status::Filed if at >= self.verify_due_at => Ok(self.into(State::Unverified)),
            Status::Filed => Err(StandingError::NotDue),
            Status::Verified | Status::Unverified | Status::Disputed | Status::VerifiedByReview | Status::Voided => {
                Err(self.wrong_state())
            }
        }
    }

    /// The clocks that run.
    pub fn clocks(&self) -> Vec<Running> {
        match &self.state {
            State::Filed => vec![Running::at(Clock::Verification, self.verify_due_at)],
            State::Disputed(dispute) => vec![Running::at(Clock::DisputeDecision, dispute.decide_due_at)],
            State::Verified { .. } | State::Unverified | State::VerifiedByReview(..) | State::Voided(..) => Vec::new(),
        }
    }

    /// What the enterprise has said against it.
    pub fn disputed(&self) -> Option<&Dispute> {
        match &self.state {
            State::Disputed(dispute) | State::VerifiedByReview(dispute, _) | State::Voided(dispute, _) => Some(dispute),
            State::Filed | State::Verified { .. } | State::Unverified => None,
        }
    }

    /// What the dispatch unit has found.
    pub fn decided(&self) -> Option<&Decision> {
        match &self.state {
            State::VerifiedByReview(_, decision) | State::Voided(_, decision) => Some(decision),
            State::Filed | State::Verified { .. } | State::Unverified | State::Disputed(_) => None,
        }
    }

    fn into(self, state: State) -> Self {
        Self { state, version: self.version.next(), ..self }
    }

    fn wrong_state(&self) -> StandingError {
        StandingError::WrongState(self.status())
    }
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
