//! A claim (认领): one organisation takes up what another has listed; both consent.
//!
//! ```text
//! Pending ──consent──▶ Agreed ──cancel──▶ Cancelled   (a project exists from Agreed on)
//!    ├──decline──▶ Declined                    ▲
//!    ├──withdraw─▶ Withdrawn                   │ (objection upheld)
//!    ├──object───▶ Objected ──decide───────────┤
//!    │                 └──────▶ Pending, final │
//!    ├──(nobody answers in time)───────────────────▶ Lapsed
//!    ├──(what was left went to another claim)──────▶ Superseded
//!    └──(its demand or resource was taken away)────▶ Ended
//! ```
//!
//! An offer comes from the provider and waits for the enterprise; a request comes from the
//! enterprise and waits for the provider; a dispatch comes from the coordinator and waits for both,
//! the provider first. What is objected to is superseded and ended like what is pending. This file
//! decides *when* a step is possible; *who* may take it is [`crate::policy`]'s business.

mod dispatch;
#[cfg(test)]
mod tests;

pub use dispatch::{Dispatch, Objection, Ruling};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::{
    clock::{Clock, Running},
    period::Period,
};
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
    /// What is particular to a dispatch; `None` for the other kinds.
    pub dispatch: Option<Dispatch>,
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
    /// The coordinator names a department for a demand.
    Dispatch,
}

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Waits for the consent of one side.
    Pending {
        missing: Side,
    },
    /// The provider of a dispatch objects; the coordinator decides.
    Objected,
    Agreed,
    Declined {
        reason: Reason,
    },
    Withdrawn,
    /// Nobody answered in time.
    Lapsed,
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
    Objected,
    Agreed,
    Declined,
    Withdrawn,
    Lapsed,
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
    #[error("the time for this has passed")]
    TooLate,
    #[error("the other side answers first")]
    NotYourTurn,
    #[error("the provider of a dispatch objects instead")]
    ObjectInstead,
    #[error("a final dispatch is not objected to")]
    Final,
    #[error("this is not a dispatch")]
    NotDispatched,
    #[error("the time to answer has not passed")]
    NotDue,
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
            State::Objected
            | State::Agreed
            | State::Declined { .. }
            | State::Withdrawn
            | State::Lapsed
            | State::Superseded { .. }
            | State::Cancelled { .. }
            | State::Ended { .. } => None,
        }
    }

    /// A consent. The last one that is missing agrees the claim; the first of two, which only a
    /// dispatch needs, gives the other side until `respond_by`.
    pub fn consent(self, side: Side, by: AccountId, at: Timestamp, respond_by: Timestamp) -> Result<Self, ClaimError> {
        match &self.state {
            State::Pending { missing } if *missing == side => {
                let consent = Some(Consent { at, by });
                let given = match side {
                    Side::Demand => Self { demand_consent: consent, ..self },
                    Side::Provider => Self { provider_consent: consent, ..self },
                };
                Ok(match given.demand_consent.and(given.provider_consent) {
                    Some(_) => given.settle(State::Agreed, at),
                    None => given.wait_for(side.other(), respond_by),
                })
            }
            State::Pending { .. } if self.has_consented(side) => Err(ClaimError::AlreadyConsented),
            State::Pending { .. } => Err(ClaimError::NotYourTurn),
            State::Agreed => Err(ClaimError::AlreadyConsented),
            State::Superseded { by } => Err(ClaimError::Superseded(*by)),
            State::Objected
            | State::Declined { .. }
            | State::Withdrawn
            | State::Lapsed
            | State::Cancelled { .. }
            | State::Ended { .. } => Err(self.wrong_state()),
        }
    }

    /// The waiting side does not want it (C3).
    pub fn decline(self, side: Side, reason: Reason, at: Timestamp) -> Result<Self, ClaimError> {
        match self.missing() {
            Some(Side::Provider) if side == Side::Provider && self.kind == Kind::Dispatch => Err(ClaimError::ObjectInstead),
            Some(missing) if missing == side => Ok(self.settle(State::Declined { reason }, at)),
            Some(_) if self.has_consented(side) => Err(ClaimError::AlreadyConsented),
            Some(_) => Err(ClaimError::NotYourTurn),
            None => Err(self.wrong_state()),
        }
    }

    /// Whoever made it takes it back (C4).
    pub fn withdraw(self, at: Timestamp) -> Result<Self, ClaimError> {
        self.while_open(State::Withdrawn, at)
    }

    /// What was left of the demand or the resource went to another claim.
    pub fn supersede(self, by: Shortage, at: Timestamp) -> Result<Self, ClaimError> {
        self.while_open(State::Superseded { by }, at)
    }

    /// Nobody answered in time (C5).
    pub fn lapse(self, at: Timestamp) -> Result<Self, ClaimError> {
        match self.missing() {
            Some(_) if at > self.respond_by => Ok(self.settle(State::Lapsed, at)),
            Some(_) => Err(ClaimError::NotDue),
            None => Err(self.wrong_state()),
        }
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

    /// The clocks that run for it at a moment. One whose end has passed and that nobody has acted on yet
    /// is the system's business and still shown; an objection that is too late is none.
    pub fn clocks(&self, now: Timestamp) -> Vec<Running> {
        let objection = self.dispatch.as_ref().and_then(|dispatch| dispatch.objection.as_ref());
        match &self.state {
            State::Pending { missing } => {
                // A provider that has consented objects no more.
                let dispatch = self.dispatch.as_ref().filter(|_| *missing == Side::Provider);
                let objects = dispatch.and_then(|dispatch| dispatch.object_by).filter(|by| now <= *by);
                let response = Running::at(Clock::Response, self.respond_by);
                objects.map(|by| Running::at(Clock::Objection, by)).into_iter().chain([response]).collect()
            }
            State::Objected => objection.map(|it| Running::at(Clock::ObjectionDecision, it.decide_by)).into_iter().collect(),
            State::Agreed => {
                let asked = self.cancel_ask.as_ref().filter(|ask| ask.is_open(now));
                asked.map(|ask| Running::at(Clock::CancelResponse, ask.respond_by)).into_iter().collect()
            }
            State::Declined { .. }
            | State::Withdrawn
            | State::Lapsed
            | State::Superseded { .. }
            | State::Cancelled { .. }
            | State::Ended { .. } => Vec::new(),
        }
    }

    fn must_be_agreed(&self) -> Result<(), ClaimError> {
        if self.status() == Status::Agreed { Ok(()) } else { Err(self.wrong_state()) }
    }

    fn while_open(self, state: State, at: Timestamp) -> Result<Self, ClaimError> {
        match self.status() {
            Status::Pending | Status::Objected => Ok(self.settle(state, at)),
            Status::Agreed
            | Status::Declined
            | Status::Withdrawn
            | Status::Lapsed
            | Status::Superseded
            | Status::Cancelled
            | Status::Ended => Err(self.wrong_state()),
        }
    }

    fn wait_for(self, missing: Side, respond_by: Timestamp) -> Self {
        Self { state: State::Pending { missing }, respond_by, version: self.version.next(), ..self }
    }

    fn has_consented(&self, side: Side) -> bool {
        match side {
            Side::Demand => self.demand_consent.is_some(),
            Side::Provider => self.provider_consent.is_some(),
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
    /// The side that makes such a claim and so consents first; `None` for a dispatch, which comes
    /// from neither.
    pub fn proposer(self) -> Option<Side> {
        match self {
            Self::Offer => Some(Side::Provider),
            Self::Request => Some(Side::Demand),
            Self::Dispatch => None,
        }
    }

    /// The side that answers first.
    pub fn first_asked(self) -> Side {
        self.proposer().map_or(Side::Provider, Side::other)
    }
}

impl State {
    /// The name of the state.
    pub fn status(&self) -> Status {
        match self {
            Self::Pending { .. } => Status::Pending,
            Self::Objected => Status::Objected,
            Self::Agreed => Status::Agreed,
            Self::Declined { .. } => Status::Declined,
            Self::Withdrawn => Status::Withdrawn,
            Self::Lapsed => Status::Lapsed,
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
