//! How long what somebody has said of a resource is taken for true, and what ends with a day.

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Resource, ResourceError, State};
use crate::kernel::text::Reason;

/// That somebody has said that a resource is as it is described, and how long that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assurance {
    /// The day on which it was said.
    pub on: Date,
    pub remind_first_on: Date,
    pub remind_second_on: Date,
    /// The day on which nobody can rely on it any more.
    pub stale_on: Date,
    /// How many of the two reminders there have been.
    pub reminded: u8,
}

impl Assurance {
    /// What is said on a day; the others are so many days later.
    pub fn new(on: Date, remind_first: u32, remind_second: u32, stale: u32) -> Self {
        let later = |days: u32| on.saturating_add(i64::from(days).days());
        Self {
            on,
            remind_first_on: later(remind_first),
            remind_second_on: later(remind_second),
            stale_on: later(stale),
            reminded: 0,
        }
    }

    /// The day of the next reminder, if one is left.
    fn next_reminder(&self) -> Option<Date> {
        match self.reminded {
            0 => Some(self.remind_first_on),
            1 => Some(self.remind_second_on),
            _ => None,
        }
    }
}

impl Resource {
    /// When somebody last said that all this is still true; `None` until it is listed.
    pub fn assured_on(&self) -> Option<Date> {
        self.assurance.map(|assurance| assurance.on)
    }

    /// Whoever offers it is reminded to say that it is still true.
    pub fn remind(self, today: Date) -> Result<Self, ResourceError> {
        let assurance = self.must_be_listed()?;
        match assurance.next_reminder() {
            Some(day) if day <= today => {
                let assurance = Some(Assurance { reminded: assurance.reminded + 1, ..assurance });
                Ok(Self { assurance, ..self.into(State::Listed) })
            }
            Some(_) | None => Err(ResourceError::NotDue),
        }
    }

    /// Nobody has said for too long that it is still true.
    pub fn go_stale(self, today: Date) -> Result<Self, ResourceError> {
        let assurance = self.must_be_listed()?;
        if assurance.stale_on <= today { Ok(self.into(State::Stale)) } else { Err(ResourceError::NotDue) }
    }

    /// A pause is over on its day.
    pub fn end_pause(self, today: Date) -> Result<Self, ResourceError> {
        let State::Paused { until, .. } = self.state else {
            return Err(self.wrong_state());
        };
        if until <= today { Ok(self.into(State::Listed)) } else { Err(ResourceError::NotDue) }
    }

    /// Its last day has passed. A draft is left alone: its terms can still be changed.
    pub fn end(self, today: Date, reason: Reason) -> Result<Self, ResourceError> {
        match self.state {
            State::Listed | State::Paused { .. } | State::Stale => match self.must_not_have_ended(today) {
                Err(_) => Ok(self.into(State::Retired { reason })),
                Ok(()) => Err(ResourceError::NotDue),
            },
            State::Draft | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    fn must_be_listed(&self) -> Result<Assurance, ResourceError> {
        match (&self.state, self.assurance) {
            (State::Listed, Some(assurance)) => Ok(assurance),
            (State::Listed | State::Draft | State::Paused { .. } | State::Stale | State::Retired { .. }, _) => {
                Err(self.wrong_state())
            }
        }
    }
}
