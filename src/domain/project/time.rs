//! What runs while a project is under way: its clocks, pauses that stop them, and reports.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Project, ProjectError, State, Status};
use crate::{
    domain::clock::{Clock, Running},
    kernel::calendar::{Calendar, CalendarError, close_of_day, shanghai_date},
};

/// That the work rests, and what was left of each clock when it began to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    pub at: Timestamp,
    /// The day on which the work goes on by itself.
    pub until: Date,
    /// Working minutes until the project is to be delivered.
    pub due_minutes: u32,
    /// Working minutes until the next report.
    pub progress_minutes: u32,
    /// The end of the clock of the reports when it was stopped.
    pub progress_due_at: Timestamp,
}

/// The ends of the clocks of a project whose work goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    pub due_on: Date,
    pub progress_due_at: Timestamp,
}

impl Project {
    /// A pause is asked for, or the request is taken back or refused: the state stays, the version
    /// does not.
    pub fn weigh_pause(self) -> Result<Self, ProjectError> {
        self.counted(&[Status::Active])
    }

    /// The same with a request for an extension.
    pub fn weigh_extension(self) -> Result<Self, ProjectError> {
        self.counted(&[Status::Planned, Status::Active])
    }

    /// The work rests (P2). The clocks stand from now on.
    pub fn pause(self, at: Timestamp, until: Date, calendar: &Calendar) -> Result<Self, ProjectError> {
        let State::Active { reopened, progress_due_at } = self.state.clone() else {
            return Err(self.wrong_state());
        };
        if until <= shanghai_date(at) {
            return Err(ProjectError::TooLate);
        }
        let left = |due_at| calendar.minutes_between(at, due_at);
        let (due_minutes, progress_minutes) = (left(close_of_day(self.due_on)), left(progress_due_at));
        let paused = Paused { at, until, due_minutes, progress_minutes, progress_due_at };
        Ok(self.into(State::Paused { reopened, paused }))
    }

    /// What is known of the pause that it is in.
    pub fn paused(&self) -> Result<&Paused, ProjectError> {
        match &self.state {
            State::Paused { paused, .. } => Ok(paused),
            State::Planned
            | State::Active { .. }
            | State::Delivered { .. }
            | State::Confirmed { .. }
            | State::Unconfirmed { .. }
            | State::Closed { .. }
            | State::Cancelled { .. } => Err(self.wrong_state()),
        }
    }

    /// The work goes on (P2) with what was left of each clock; `rest` is what [`Paused::rest`] answers.
    pub fn resume(self, rest: Rest) -> Result<Self, ProjectError> {
        let State::Paused { reopened, .. } = self.state.clone() else {
            return Err(self.wrong_state());
        };
        let Rest { due_on, progress_due_at } = rest;
        Ok(Self { due_on, ..self.into(State::Active { reopened, progress_due_at }) })
    }

    /// The same on the day until which it was paused.
    pub fn end_pause(self, today: Date, rest: Rest) -> Result<Self, ProjectError> {
        if self.paused()?.until <= today { self.resume(rest) } else { Err(ProjectError::NotDue) }
    }

    /// It may be delivered later (P3).
    pub fn extend(self, due_on: Date) -> Result<Self, ProjectError> {
        Ok(Self { due_on, ..self.weigh_extension()? })
    }

    /// The lead has reported; the next report has its own time.
    pub fn report_progress(self, next_due_at: Timestamp) -> Result<Self, ProjectError> {
        let State::Active { reopened, .. } = self.state.clone() else {
            return Err(self.wrong_state());
        };
        Ok(self.into(State::Active { reopened, progress_due_at: next_due_at }))
    }

    /// The clocks that run. What is overdue stays a clock until it is done.
    pub fn clocks(&self) -> Vec<Running> {
        let due = Running::at(Clock::Due, close_of_day(self.due_on));
        match &self.state {
            State::Planned => {
                let contact = self.contact.is_none().then(|| Running::at(Clock::Contact, self.contact_due_at));
                let plan = self.plan.is_none().then(|| Running::at(Clock::Plan, self.plan_due_at));
                contact.into_iter().chain(plan).chain([due]).collect()
            }
            State::Active { progress_due_at, .. } => vec![due, Running::at(Clock::Progress, *progress_due_at)],
            State::Paused { paused, .. } => vec![Running::on(Clock::Pause, paused.until)],
            State::Delivered { delivery } => vec![Running::at(Clock::Confirmation, delivery.confirm_due_at)],
            State::Confirmed { confirmation, .. } => vec![Running::at(Clock::Closing, confirmation.close_due_at)],
            State::Unconfirmed { close_due_at, .. } => vec![Running::at(Clock::Closing, *close_due_at)],
            State::Closed { .. } | State::Cancelled { .. } => Vec::new(),
        }
    }

    fn counted(self, statuses: &[Status]) -> Result<Self, ProjectError> {
        self.must_be(statuses)?;
        Ok(Self { version: self.version.next(), ..self })
    }
}

impl Paused {
    /// Where the clocks end when the work goes on at a moment: at the close of the working day on
    /// which their minutes run out. A clock that had run out before stays overdue.
    pub fn rest(&self, due_on: Date, at: Timestamp, calendar: &Calendar) -> Result<Rest, CalendarError> {
        Ok(Rest {
            due_on: match self.due_minutes {
                0 => due_on,
                minutes => calendar.add_minutes(at, minutes)?.date,
            },
            progress_due_at: match self.progress_minutes {
                0 => self.progress_due_at,
                minutes => calendar.add_minutes(at, minutes)?.at,
            },
        })
    }
}
