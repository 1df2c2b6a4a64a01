//! A change of one of the district's numbers: one coordinator proposes it, another decides.
//!
//! ```text
//! Proposed ──approve──▶ Approved   (the number counts for clocks that start from here on)
//!    ├──reject───▶ Rejected
//!    └──withdraw─▶ Withdrawn       (by whoever proposed it)
//! ```

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, EnumIter, EnumString, IntoStaticStr};

use super::rules::{RuleBasis, RuleCode};
use crate::kernel::{
    district::District,
    id::{AccountId, RuleChangeId},
    text::{Name, Reason},
    version::Version,
};

/// A change that was proposed, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleChange {
    pub id: RuleChangeId,
    pub district: District,
    pub version: Version,
    pub code: RuleCode,
    /// The number in force when it was proposed; no other change of it can come between.
    pub old_value: u32,
    pub new_value: u32,
    pub basis: RuleBasis,
    /// The document that the new number comes from.
    pub source: Name,
    pub reason: Reason,
    pub proposed_by: AccountId,
    pub proposed_at: Timestamp,
    pub state: State,
}

/// Where a change stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Status), derive(EnumIter, EnumString, IntoStaticStr, Hash, PartialOrd, Ord, Serialize, Deserialize))]
#[strum_discriminants(strum(serialize_all = "SCREAMING_SNAKE_CASE"))]
pub enum State {
    Proposed,
    Approved { by: AccountId, at: Timestamp },
    Rejected { by: AccountId, at: Timestamp, reason: Reason },
    Withdrawn,
}

/// Why a change cannot be decided that way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleChangeError {
    #[error("the change is settled")]
    WrongState,
    #[error("nobody decides about a change of their own")]
    OwnProposal,
    #[error("only whoever proposed a change takes it back")]
    ForeignProposal,
}

impl RuleChange {
    /// Puts the new number into force.
    pub fn approve(self, by: AccountId, at: Timestamp) -> Result<Self, RuleChangeError> {
        self.must_be_another(by)?;
        self.settle(State::Approved { by, at })
    }

    /// Leaves the number as it is.
    pub fn reject(self, by: AccountId, at: Timestamp, reason: Reason) -> Result<Self, RuleChangeError> {
        self.must_be_another(by)?;
        self.settle(State::Rejected { by, at, reason })
    }

    /// Takes a proposal back.
    pub fn withdraw(self, by: AccountId) -> Result<Self, RuleChangeError> {
        if self.state != State::Proposed {
            return Err(RuleChangeError::WrongState);
        }
        if self.proposed_by != by {
            return Err(RuleChangeError::ForeignProposal);
        }
        self.settle(State::Withdrawn)
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        Status::from(&self.state)
    }

    /// The state comes before the person, so that a settled change answers everybody the same.
    fn must_be_another(&self, by: AccountId) -> Result<(), RuleChangeError> {
        if self.state != State::Proposed {
            return Err(RuleChangeError::WrongState);
        }
        if self.proposed_by == by { Err(RuleChangeError::OwnProposal) } else { Ok(()) }
    }

    fn settle(self, state: State) -> Result<Self, RuleChangeError> {
        match self.state {
            State::Proposed => Ok(Self { state, version: self.version.next(), ..self }),
            State::Approved { .. } | State::Rejected { .. } | State::Withdrawn => Err(RuleChangeError::WrongState),
        }
    }
}

impl Status {
    /// The name in the database and in the API.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
