//! What runs while a demand is on the list, and what the system does when it has run out.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Demand, DemandError, State};
use crate::kernel::calendar::Recount;

/// The clocks of a demand that is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Runs while nothing is agreed.
    pub unclaimed: Option<Unclaimed>,
    /// By when the coordinator is to decide: all of it is agreed and every project closed, but not
    /// each as solved (D8).
    pub decide_due_at: Option<Timestamp>,
    /// The day on which it expires unless something is agreed (D11); `None` without an end of the
    /// desired time.
    pub expires_on: Option<Date>,
}

/// The clock of a listed demand of which nothing is agreed (D6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unclaimed {
    /// When the duty unit is reminded.
    pub remind_due_at: Timestamp,
    /// When the coordinator takes over; never before the reminder.
    pub escalate_due_at: Timestamp,
    pub reminded_at: Option<Timestamp>,
    pub escalated_at: Option<Timestamp>,
}

impl Unclaimed {
    /// A clock that starts.
    pub fn new(remind_due_at: Timestamp, escalate_due_at: Timestamp) -> Self {
        let escalate_due_at = escalate_due_at.max(remind_due_at);
        Self { remind_due_at, escalate_due_at, reminded_at: None, escalated_at: None }
    }
}

impl Demand {
    /// What runs for it on the list; `None` when it is not there.
    pub fn listing(&self) -> Option<&Listing> {
        match &self.state {
            State::Listed(listing) => Some(listing),
            State::Draft
            | State::Submitted { .. }
            | State::Returned { .. }
            | State::Parked { .. }
            | State::Merged { .. }
            | State::Closed { .. }
            | State::Expired { .. } => None,
        }
    }

    /// The duty unit is reminded that nobody has claimed it (D6).
    pub fn remind(self, at: Timestamp) -> Result<Self, DemandError> {
        let (listing, waiting) = self.waiting()?;
        match waiting {
            Unclaimed { reminded_at: Some(_), .. } => Err(DemandError::AlreadyDone),
            waiting if at < waiting.remind_due_at => Err(DemandError::NotDue),
            waiting => Ok(self.waits(listing, Unclaimed { reminded_at: Some(at), ..waiting })),
        }
    }

    /// It becomes the coordinator's business (D6); the duty unit was reminded before.
    pub fn escalate(self, at: Timestamp) -> Result<Self, DemandError> {
        let (listing, waiting) = self.waiting()?;
        match waiting {
            Unclaimed { escalated_at: Some(_), .. } => Err(DemandError::AlreadyDone),
            Unclaimed { reminded_at: None, .. } => Err(DemandError::NotDue),
            waiting if at < waiting.escalate_due_at => Err(DemandError::NotDue),
            waiting => Ok(self.waits(listing, Unclaimed { escalated_at: Some(at), ..waiting })),
        }
    }

    /// The clock that runs while it is listed and nothing is agreed.
    pub fn unclaimed(&self) -> Option<&Unclaimed> {
        self.listing()?.unclaimed.as_ref().filter(|_| self.agreed == 0)
    }

    /// Every project is closed and not each as solved: the coordinator has to decide (D8). Only once
    /// all of the quantity is agreed; what is left stays on the list.
    pub fn await_decision(self, decide_due_at: Timestamp) -> Result<Self, DemandError> {
        let listing = self.must_be_listed()?;
        if listing.decide_due_at.is_some() {
            return Err(DemandError::AlreadyDone);
        }
        if self.agreed < self.terms.quantity.get() {
            return Err(DemandError::NotDue);
        }
        Ok(self.into(State::Listed(Listing { decide_due_at: Some(decide_due_at), ..listing })))
    }

    /// Takes what nobody has agreed to off the list, when its time is over (D11).
    pub fn expire(self, at: Timestamp, today: Date, renew_until: Date) -> Result<Self, DemandError> {
        let listing = self.must_be_free()?;
        match listing.expires_on {
            Some(day) if day <= today => Ok(self.into(State::Expired { at, renew_until })),
            Some(_) | None => Err(DemandError::NotDue),
        }
    }

    fn must_be_listed(&self) -> Result<Listing, DemandError> {
        self.listing().copied().ok_or_else(|| self.wrong_state())
    }

    /// On the list, with nothing agreed.
    pub(super) fn must_be_free(&self) -> Result<Listing, DemandError> {
        let listing = self.must_be_listed()?;
        if self.agreed == 0 { Ok(listing) } else { Err(DemandError::ClaimAgreed) }
    }

    /// The clock that runs while nothing is agreed.
    fn waiting(&self) -> Result<(Listing, Unclaimed), DemandError> {
        let listing = self.must_be_free()?;
        Ok((listing, listing.unclaimed.ok_or(DemandError::NotDue)?))
    }

    fn waits(self, listing: Listing, unclaimed: Unclaimed) -> Self {
        self.into(State::Listed(Listing { unclaimed: Some(unclaimed), ..listing }))
    }
}

impl Listing {
    /// What has been acted on keeps the moment at which that was due.
    pub(super) fn recounted(self, recount: &Recount<'_>) -> Self {
        let unclaimed = self.unclaimed.map(|waiting| Unclaimed {
            remind_due_at: if waiting.reminded_at.is_none() {
                recount.moment(waiting.remind_due_at)
            } else {
                waiting.remind_due_at
            },
            escalate_due_at: if waiting.escalated_at.is_none() {
                recount.moment(waiting.escalate_due_at)
            } else {
                waiting.escalate_due_at
            },
            ..waiting
        });
        Self { unclaimed, decide_due_at: self.decide_due_at.map(|due_at| recount.moment(due_at)), ..self }
    }
}
