//! A claim (认领): one organisation takes up what another has listed; both consent.
//!
//! ```text
//! Pending ──consent──▶ Agreed ──cancel──▶ Cancelled   (a project exists from Agreed on)
//!    ├──decline──▶ Declined
//!    ├──withdraw─▶ Withdrawn
//!    ├──(what was left went to another claim)──────▶ Superseded
//!    └──(its demand or resource was taken away)────▶ Ended
//! ```
//!
//! An offer comes from the provider and waits for the enterprise; a request comes from the
//! enterprise and waits for the provider. This file decides *when* a step is possible; *who* may
//! take it is [`crate::policy`]'s business.

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::period::Period;
use crate::kernel::{
    district::District,
    id::{AccountId, ClaimId, DemandId, OrganisationId, PlaceId, ResourceId},
    quantity::Quantity,
    reference::RefNo,
    text::{Note, Reason, Title},
    version::Version,
};

/// A claim in one of its states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub id: ClaimId,
    pub district: District,
    pub version: Version,
    pub ref_no: RefNo,
    pub kind: Kind,
    pub demand: DemandId,
    /// The enterprise whose demand it is.
    pub demand_organisation: OrganisationId,
    /// The demand's place; it ties the claim to a steward.
    pub place: PlaceId,
    /// What of the provider's list it is about, with the period whose capacity it counts against.
    pub resource: Option<Use>,
    pub provider: OrganisationId,
    pub quantity: Quantity,
    pub note: Note,
    pub plan: Plan,
    pub demand_consent: Option<Consent>,
    pub provider_consent: Option<Consent>,
    pub state: State,
    /// When the waiting side should have answered.
    pub respond_by: Timestamp,
    /// The last request of one side to cancel what is agreed; see [`CancelAsk::is_open`].
    pub cancel_ask: Option<CancelAsk>,
    pub created_by: AccountId,
    pub created_at: Timestamp,
    /// When it last came to a state in which nobody has to consent any more.
    pub settled_at: Option<Timestamp>,
}

/// A resource and the period in which a claim uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    pub resource: ResourceId,
    /// The resource's period in which the plan starts.
    pub period: Period,
}

/// How the work is meant to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub start: Date,
    /// Never before the start.
    pub due: Date,
    /// At most [`MAX_STEPS`].
    pub steps: Vec<Title>,
}

/// The most steps that a plan has.
pub const MAX_STEPS: usize = 20;

/// That somebody consented for a side. Never edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub at: Timestamp,
    pub by: AccountId,
}

/// One side's request to cancel an agreed claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelAsk {
    pub side: Side,
    pub at: Timestamp,
    pub reason: Reason,
    /// The request ends by itself when the other side has not agreed by then.
    pub respond_by: Timestamp,
}

/// One of the two parties of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Side {
    /// The enterprise that has the need.
    Demand,
    /// The organisation that gives.
    Provider,
}

/// From which side the claim came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A provider claims a demand.
    Offer,
    /// An enterprise claims a resource.
    Request,
}

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Waits for the consent of one side.
    Pending {
        missing: Side,
    },
    Agreed,
    Declined {
        reason: Reason,
    },
    Withdrawn,
    Superseded {
        by: Shortage,
    },
    Cancelled {
        reason: Reason,
    },
    /// Its demand or resource was taken away, for this reason.
    Ended {
        reason: Reason,
    },
}

/// The name of a state, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Pending,
    Agreed,
    Declined,
    Withdrawn,
    Superseded,
    Cancelled,
    Ended,
}

/// Of what there was not enough left after another claim was agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
pub enum Shortage {
    /// The demand's quantity.
    #[strum(serialize = "QUANTITY_EXCEEDED")]
    Quantity,
    /// The resource's capacity in the period.
    #[strum(serialize = "CAPACITY_EXCEEDED")]
    Capacity,
}

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    #[error("a {} claim cannot do this", <&str>::from(*.0))]
    WrongState(Status),
    #[error("this side has already consented")]
    AlreadyConsented,
    #[error("what was left went to another claim: {}", <&str>::from(*.0))]
    Superseded(Shortage),
    #[error("a request to cancel already waits for an answer")]
    CancelAsked,
    #[error("nobody has asked to cancel")]
    CancelNotAsked,
    #[error("the request to cancel has ended without an answer")]
    TooLate,
}

impl Claim {
    /// The name of its state.
    pub fn status(&self) -> Status {
        self.state.status()
    }

    /// Whose consent it waits for.
    pub fn missing(&self) -> Option<Side> {
        match self.state {
            State::Pending { missing } => Some(missing),
            State::Agreed
            | State::Declined { .. }
            | State::Withdrawn
            | State::Superseded { .. }
            | State::Cancelled { .. }
            | State::Ended { .. } => None,
        }
    }

    /// The second consent (C2); whoever made the claim has given the first one.
    ///
    /// Who comes after the last unit is gone hears of what it was gone, and nothing else.
    pub fn consent(self, side: Side, by: AccountId, at: Timestamp) -> Result<Self, ClaimError> {
        match &self.state {
            State::Pending { missing } if *missing == side => {
                let agreed = self.settle(State::Agreed, at);
                let consent = Some(Consent { at, by });
                Ok(match side {
                    Side::Demand => Self { demand_consent: consent, ..agreed },
                    Side::Provider => Self { provider_consent: consent, ..agreed },
                })
            }
            State::Pending { .. } | State::Agreed => Err(ClaimError::AlreadyConsented),
            State::Superseded { by } => Err(ClaimError::Superseded(*by)),
            State::Declined { .. } | State::Withdrawn | State::Cancelled { .. } | State::Ended { .. } => Err(self.wrong_state()),
        }
    }

    /// The waiting side does not want it (C3).
    pub fn decline(self, side: Side, reason: Reason, at: Timestamp) -> Result<Self, ClaimError> {
        match self.missing() {
            Some(missing) if missing == side => Ok(self.settle(State::Declined { reason }, at)),
            Some(_) => Err(ClaimError::AlreadyConsented),
            None => Err(self.wrong_state()),
        }
    }

    /// Whoever made it takes it back (C4).
    pub fn withdraw(self, at: Timestamp) -> Result<Self, ClaimError> {
        self.while_pending(State::Withdrawn, at)
    }

    /// What was left of the demand or the resource went to another claim.
    pub fn supersede(self, by: Shortage, at: Timestamp) -> Result<Self, ClaimError> {
        self.while_pending(State::Superseded { by }, at)
    }

    /// One side asks the other to cancel what is agreed (C8). A request that nobody answered in
    /// time does not stand in the way of a new one.
    pub fn ask_cancel(self, ask: CancelAsk) -> Result<Self, ClaimError> {
        self.must_be_agreed()?;
        match &self.cancel_ask {
            Some(open) if open.is_open(ask.at) => Err(ClaimError::CancelAsked),
            Some(_) | None => Ok(Self { cancel_ask: Some(ask), version: self.version.next(), ..self }),
        }
    }

    /// The other side agrees to the request (C8).
    pub fn agree_cancel(self, side: Side, at: Timestamp) -> Result<Self, ClaimError> {
        self.must_be_agreed()?;
        let ask = self.cancel_ask.as_ref().ok_or(ClaimError::CancelNotAsked)?;
        if !ask.is_open(at) {
            return Err(ClaimError::TooLate);
        }
        if ask.side == side {
            return Err(ClaimError::AlreadyConsented);
        }
        let reason = ask.reason.clone();
        Ok(self.settle(State::Cancelled { reason }, at))
    }

    /// Cancels what is agreed over the heads of both sides (C8).
    pub fn cancel(self, reason: Reason, at: Timestamp) -> Result<Self, ClaimError> {
        self.must_be_agreed()?;
        Ok(self.settle(State::Cancelled { reason }, at))
    }

    fn must_be_agreed(&self) -> Result<(), ClaimError> {
        if self.status() == Status::Agreed { Ok(()) } else { Err(self.wrong_state()) }
    }

    fn while_pending(self, state: State, at: Timestamp) -> Result<Self, ClaimError> {
        match self.missing() {
            Some(_) => Ok(self.settle(state, at)),
            None => Err(self.wrong_state()),
        }
    }

    fn settle(self, state: State, at: Timestamp) -> Self {
        Self { state, version: self.version.next(), settled_at: Some(at), ..self }
    }

    fn wrong_state(&self) -> ClaimError {
        ClaimError::WrongState(self.status())
    }
}

impl CancelAsk {
    /// Whether the other side can still agree.
    pub fn is_open(&self, now: Timestamp) -> bool {
        now <= self.respond_by
    }
}

impl Side {
    /// The other party.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Demand => Self::Provider,
            Self::Provider => Self::Demand,
        }
    }
}

impl Kind {
    /// The side that makes such a claim, and thereby consents first.
    pub fn proposer(self) -> Side {
        match self {
            Self::Offer => Side::Provider,
            Self::Request => Side::Demand,
        }
    }
}

impl State {
    /// The name of the state.
    pub fn status(&self) -> Status {
        match self {
            Self::Pending { .. } => Status::Pending,
            Self::Agreed => Status::Agreed,
            Self::Declined { .. } => Status::Declined,
            Self::Withdrawn => Status::Withdrawn,
            Self::Superseded { .. } => Status::Superseded,
            Self::Cancelled { .. } => Status::Cancelled,
            Self::Ended { .. } => Status::Ended,
        }
    }
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
