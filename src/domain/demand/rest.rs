//! What takes a demand off the list without being done, and what brings it back.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoStaticStr};

use super::{Demand, DemandError, Listing, Outcome, State, Terms};
use crate::{
    domain::clock::{Clock, Running},
    kernel::{calendar::Recount, text::Reason},
};

/// What the coordinator can decide about a demand (D10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Decision {
    PartlySatisfied,
    NotFeasible,
    OutOfScope,
}

/// What the enterprise can do about such a decision, and has done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    /// The last moment for an objection.
    pub object_due_at: Timestamp,
    pub objection: Option<Objection>,
}

/// That the enterprise does not accept the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    pub at: Timestamp,
    pub reason: Reason,
    /// By when the coordinator is to answer it.
    pub decide_due_at: Timestamp,
    /// An objection that is upheld brings the demand back to the list and is gone with the decision.
    pub dismissal: Option<Dismissal>,
}

/// That the decision stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissal {
    pub at: Timestamp,
    pub reason: Reason,
}

impl From<Decision> for Outcome {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::PartlySatisfied => Self::PartlySatisfied,
            Decision::NotFeasible => Self::NotFeasible,
            Decision::OutOfScope => Self::OutOfScope,
        }
    }
}

/// A review lies after today, at most `max_days` from it.
pub fn check_review(review_on: Date, today: Date, max_days: u32) -> Result<(), DemandError> {
    let days = (review_on - today).get_days();
    if days > 0 && days.unsigned_abs() <= max_days { Ok(()) } else { Err(DemandError::ReviewDay { max_days }) }
}

impl Demand {
    /// Puts a listed demand aside (D7): its clocks stop. Not while a claim on it is agreed, for its
    /// project goes on.
    pub fn park(self, reason: Reason, review_on: Date) -> Result<Self, DemandError> {
        self.must_be_free()?;
        Ok(self.into(State::Parked { reason, review_on }))
    }

    /// Brings a parked demand back to the list on its day (D7); its clocks start anew.
    pub fn unpark(self, at: Timestamp, today: Date, listing: Listing) -> Result<Self, DemandError> {
        let State::Parked { review_on, .. } = self.state else {
            return Err(self.wrong_state());
        };
        if review_on <= today { Ok(self.back(at, listing)) } else { Err(DemandError::NotDue) }
    }

    /// The coordinator decides that no more will come of it (D10). Whether work on it still goes on
    /// is for the projects to say.
    pub fn decide(
        self,
        decision: Decision,
        explanation: Reason,
        at: Timestamp,
        object_due_at: Timestamp,
    ) -> Result<Self, DemandError> {
        match self.state {
            State::Listed(_) | State::Parked { .. } => {
                let appeal = Some(Appeal { object_due_at, objection: None });
                let closed = State::Closed { outcome: decision.into(), reason: Some(explanation), appeal };
                Ok(Self { closed_at: Some(at), ..self.into(closed) })
            }
            State::Draft
            | State::Submitted { .. }
            | State::Returned { .. }
            | State::Merged { .. }
            | State::Closed { .. }
            | State::Expired { .. } => Err(self.wrong_state()),
        }
    }

    /// The enterprise does not accept the coordinator's decision (D10): once, and in time.
    pub fn object(self, reason: Reason, at: Timestamp, decide_due_at: Timestamp) -> Result<Self, DemandError> {
        let (outcome, explanation, appeal) = self.decided()?;
        match appeal {
            Appeal { objection: Some(_), .. } => Err(DemandError::AlreadyDone),
            Appeal { object_due_at, .. } if at > object_due_at => Err(DemandError::TooLate),
            Appeal { object_due_at, .. } => {
                let objection = Some(Objection { at, reason, decide_due_at, dismissal: None });
                let appeal = Some(Appeal { object_due_at, objection });
                Ok(self.into(State::Closed { outcome, reason: explanation, appeal }))
            }
        }
    }

    /// The objection is right: the demand is listed again.
    pub fn uphold(self, at: Timestamp, listing: Listing) -> Result<Self, DemandError> {
        self.objected()?;
        Ok(self.back(at, listing))
    }

    /// The decision stands.
    pub fn dismiss(self, reason: Reason, at: Timestamp) -> Result<Self, DemandError> {
        let objection = self.objected()?;
        let (outcome, explanation, appeal) = self.decided()?;
        let objection = Some(Objection { dismissal: Some(Dismissal { at, reason }), ..objection });
        Ok(self.into(State::Closed { outcome, reason: explanation, appeal: Some(Appeal { objection, ..appeal }) }))
    }

    /// Brings an expired demand back to the list with another end of the desired time (D11).
    pub fn renew(self, desired_to: Date, at: Timestamp, today: Date, listing: Listing) -> Result<Self, DemandError> {
        let State::Expired { renew_until, .. } = self.state else {
            return Err(self.wrong_state());
        };
        if today > renew_until {
            return Err(DemandError::TooLate);
        }
        let terms = Terms { desired_to: Some(desired_to), ..self.terms.clone() };
        Ok(Self { terms, ..self.back(at, listing) })
    }

    /// A project for it is open again (P6): what was closed with its projects is listed again, and
    /// about what is listed nobody has to decide any more. `None` is that nothing changes.
    pub fn work_again(self, at: Timestamp, listing: Listing) -> Option<Self> {
        match &self.state {
            State::Listed(listed) if listed.decide_due_at.is_some() => {
                let listed = Listing { decide_due_at: None, ..*listed };
                Some(self.into(State::Listed(listed)))
            }
            State::Closed { .. } => Some(self.back(at, listing)),
            State::Draft
            | State::Submitted { .. }
            | State::Returned { .. }
            | State::Listed(_)
            | State::Parked { .. }
            | State::Merged { .. }
            | State::Expired { .. } => None,
        }
    }

    /// The clocks that run at a moment.
    pub fn clocks(&self, now: Timestamp) -> Vec<Running> {
        match &self.state {
            State::Draft | State::Returned { .. } | State::Merged { .. } => Vec::new(),
            State::Submitted { triage_due_at } => vec![Running::at(Clock::Triage, *triage_due_at)],
            State::Listed(listing) => self.clocks_of(listing),
            State::Parked { review_on, .. } => vec![Running::on(Clock::Review, *review_on)],
            State::Closed { appeal, .. } => appeal.iter().filter_map(|appeal| appeal.clock(now)).collect(),
            State::Expired { renew_until, .. } => {
                // It can be renewed on the last day, too.
                let ends = Running::on(Clock::Renewal, renew_until.tomorrow().unwrap_or(*renew_until));
                if now < ends.due_at { vec![ends] } else { Vec::new() }
            }
        }
    }

    fn clocks_of(&self, listing: &Listing) -> Vec<Running> {
        let mut clocks = Vec::new();
        if let (Some(waiting), 0) = (&listing.unclaimed, self.agreed) {
            if waiting.reminded_at.is_none() {
                clocks.push(Running::at(Clock::Unclaimed, waiting.remind_due_at));
            }
            if waiting.escalated_at.is_none() {
                clocks.push(Running::at(Clock::Escalation, waiting.escalate_due_at));
            }
        }
        clocks.extend(listing.decide_due_at.map(|due_at| Running::at(Clock::Decision, due_at)));
        if let (Some(day), 0) = (listing.expires_on, self.agreed) {
            clocks.push(Running::on(Clock::Expiry, day));
        }
        clocks
    }

    /// The same with the ends of its working-day clocks counted anew; the same version if none moves.
    #[must_use]
    pub fn recounted(self, recount: &Recount<'_>) -> Self {
        let state = match self.state.clone() {
            State::Submitted { triage_due_at } => State::Submitted { triage_due_at: recount.moment(triage_due_at) },
            State::Listed(listing) => State::Listed(listing.recounted(recount)),
            State::Closed { outcome, reason, appeal } => {
                State::Closed { outcome, reason, appeal: appeal.map(|appeal| appeal.recounted(recount)) }
            }
            other @ (State::Draft
            | State::Returned { .. }
            | State::Parked { .. }
            | State::Merged { .. }
            | State::Expired { .. }) => other,
        };
        if state == self.state { self } else { self.into(state) }
    }

    /// What the coordinator has decided, and what can be done about it.
    fn decided(&self) -> Result<(Outcome, Option<Reason>, Appeal), DemandError> {
        let State::Closed { outcome, reason, appeal: Some(appeal) } = &self.state else {
            return Err(self.wrong_state());
        };
        Ok((*outcome, reason.clone(), appeal.clone()))
    }

    /// The objection that waits for an answer.
    fn objected(&self) -> Result<Objection, DemandError> {
        let (_, _, appeal) = self.decided()?;
        match appeal.objection {
            Some(objection) if objection.dismissal.is_none() => Ok(objection),
            Some(_) => Err(DemandError::AlreadyDone),
            None => Err(self.wrong_state()),
        }
    }

    fn back(self, at: Timestamp, listing: Listing) -> Self {
        Self { listed_at: Some(at), closed_at: None, ..self.into(State::Listed(listing)) }
    }
}

impl Appeal {
    fn clock(&self, now: Timestamp) -> Option<Running> {
        match &self.objection {
            Some(Objection { dismissal: None, decide_due_at, .. }) => Some(Running::at(Clock::ObjectionDecision, *decide_due_at)),
            None if now <= self.object_due_at => Some(Running::at(Clock::Objection, self.object_due_at)),
            Some(_) | None => None,
        }
    }

    /// Of the two clocks only the one that runs is counted anew.
    fn recounted(self, recount: &Recount<'_>) -> Self {
        match self.objection {
            None => Self { object_due_at: recount.moment(self.object_due_at), ..self },
            Some(objection) if objection.dismissal.is_none() => {
                let objection = Objection { decide_due_at: recount.moment(objection.decide_due_at), ..objection };
                Self { objection: Some(objection), ..self }
            }
            Some(_) => self,
        }
    }
}
