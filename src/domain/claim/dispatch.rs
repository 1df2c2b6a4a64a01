//! What is particular to a dispatch (派单): one objection, and the coordinator's last word.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Claim, ClaimError, Side, State, Status};
use crate::kernel::{id::AccountId, text::Reason};

/// How far a dispatch can still be objected to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// Until when the provider may object; `None` once the dispatch is final.
    pub object_by: Option<Timestamp>,
    /// The one objection, whatever became of it.
    pub objection: Option<Objection>,
}

/// Why a department does not want what it was named for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    pub at: Timestamp,
    pub by: AccountId,
    pub reason: Reason,
    /// By when the coordinator should have decided.
    pub decide_by: Timestamp,
}

/// What the coordinator says to an objection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// The department is let off; the demand is dispatched elsewhere.
    Uphold(Reason),
    /// The dispatch stands for good; the department has until then to consent.
    Dismiss { respond_by: Timestamp },
}

impl Dispatch {
    /// One that can be objected to until a moment.
    pub fn open(object_by: Timestamp) -> Self {
        Self { object_by: Some(object_by), objection: None }
    }

    /// One that was decided before it was made: for the unit that stands in.
    pub const FINAL: Self = Self { object_by: None, objection: None };
}

impl Claim {
    /// The provider objects (C6): once, in time, before it has consented.
    pub fn object(self, objection: Objection) -> Result<Self, ClaimError> {
        let dispatch = self.dispatch.as_ref().ok_or(ClaimError::NotDispatched)?;
        match self.missing() {
            Some(Side::Provider) => {}
            Some(Side::Demand) => return Err(ClaimError::AlreadyConsented),
            None => return Err(ClaimError::WrongState(self.status())),
        }
        let object_by = dispatch.object_by.ok_or(ClaimError::Final)?;
        if objection.at > object_by {
            return Err(ClaimError::TooLate);
        }
        let dispatch = Some(Dispatch { object_by: Some(object_by), objection: Some(objection) });
        Ok(Self { state: State::Objected, dispatch, version: self.version.next(), ..self })
    }

    /// The coordinator decides on the objection (C7).
    pub fn rule(self, ruling: Ruling, at: Timestamp) -> Result<Self, ClaimError> {
        match (self.status(), ruling) {
            (Status::Objected, Ruling::Uphold(reason)) => Ok(self.settle(State::Cancelled { reason }, at)),
            (Status::Objected, Ruling::Dismiss { respond_by }) => {
                let objection = self.dispatch.as_ref().and_then(|dispatch| dispatch.objection.clone());
                Ok(Self { dispatch: Some(Dispatch { object_by: None, objection }), ..self.wait_for(Side::Provider, respond_by) })
            }
            (other, _) => Err(ClaimError::WrongState(other)),
        }
    }

    /// The coordinator takes a dispatch back (C4).
    pub fn recall(self, at: Timestamp) -> Result<Self, ClaimError> {
        match self.dispatch {
            Some(_) => self.withdraw(at),
            None => Err(ClaimError::NotDispatched),
        }
    }

    /// Whether it can no longer be objected to.
    pub fn is_final(&self) -> bool {
        self.dispatch.as_ref().is_some_and(|dispatch| dispatch.object_by.is_none())
    }
}
