//! An extension of a project's time (延期): asked for by the lead, decided by the coordinator (P3).
//!
//! ```text
//! Asked ──approve──▶ Approved
//!   ├──refuse────▶ Refused
//!   ├──withdraw──▶ Withdrawn
//!   └──(the project goes on without it)──▶ Dropped
//! ```

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::Decision;
use crate::kernel::{
    calendar::Calendar,
    id::{AccountId, ProjectExtensionId, ProjectId},
    text::Reason,
};

/// A request for more time, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    pub id: ProjectExtensionId,
    pub project: ProjectId,
    pub old_due_on: Date,
    pub new_due_on: Date,
    /// Working days between the two.
    pub workdays: u32,
    pub reason: Reason,
    pub asked_at: Timestamp,
    pub asked_by: AccountId,
    pub state: ExtensionState,
}

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExtensionState {
    Asked,
    Withdrawn { at: Timestamp },
    Dropped { at: Timestamp },
    Refused(Decision),
    Approved(Decision),
}

/// The name of a state, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ExtensionStatus {
    Asked,
    Withdrawn,
    Dropped,
    Refused,
    Approved,
}

/// How far a project can be extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many working days before the project is due one asks at the latest.
    pub ask_before: u32,
    /// Working days of all extensions together.
    pub total: u32,
    pub count: u32,
}

/// What a project has got so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    pub count: u32,
    pub workdays: u32,
}

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtensionError {
    #[error("a {} extension cannot do this", <&str>::from(*.0))]
    WrongState(ExtensionStatus),
    #[error("the new day is no working day after the old one")]
    Day,
    #[error("it is too late to ask")]
    TooLate,
    #[error("there were too many extensions, or they are too long")]
    Limit,
}

impl Extensions {
    /// What was approved of these.
    pub fn of(extensions: &[Extension]) -> Self {
        let approved = extensions.iter().filter(|extension| extension.status() == ExtensionStatus::Approved);
        approved
            .fold(Self::default(), |sum, extension| Self { count: sum.count + 1, workdays: sum.workdays + extension.workdays })
    }

    /// Whether there may be one more of so many working days.
    pub fn allow(self, workdays: u32, limits: Limits) -> Result<(), ExtensionError> {
        let fits = self.count < limits.count && self.workdays.saturating_add(workdays) <= limits.total;
        if fits { Ok(()) } else { Err(ExtensionError::Limit) }
    }
}

impl Limits {
    /// Whether one may ask today to move the day on which a project is due; answers by how many
    /// working days.
    pub fn check(self, calendar: &Calendar, today: Date, due_on: Date, new: Date) -> Result<u32, ExtensionError> {
        if calendar.workdays_between(today, due_on) < self.ask_before || today >= due_on {
            return Err(ExtensionError::TooLate);
        }
        let workdays = calendar.workdays_between(due_on, new);
        if workdays == 0 || !calendar.is_workday(new) {
            return Err(ExtensionError::Day);
        }
        Ok(workdays)
    }
}

impl Extension {
    /// The name of its state.
    pub fn status(&self) -> ExtensionStatus {
        match &self.state {
            ExtensionState::Asked => ExtensionStatus::Asked,
            ExtensionState::Withdrawn { .. } => ExtensionStatus::Withdrawn,
            ExtensionState::Dropped { .. } => ExtensionStatus::Dropped,
            ExtensionState::Refused(_) => ExtensionStatus::Refused,
            ExtensionState::Approved(_) => ExtensionStatus::Approved,
        }
    }

    /// The project gets the time.
    pub fn approve(self, decision: Decision) -> Result<Self, ExtensionError> {
        self.settle(ExtensionState::Approved(decision))
    }

    /// It does not.
    pub fn refuse(self, decision: Decision) -> Result<Self, ExtensionError> {
        self.settle(ExtensionState::Refused(decision))
    }

    /// The lead does not need it after all.
    pub fn withdraw(self, at: Timestamp) -> Result<Self, ExtensionError> {
        self.settle(ExtensionState::Withdrawn { at })
    }

    /// Its project has gone on without it, or is over.
    pub fn drop_with_project(self, at: Timestamp) -> Result<Self, ExtensionError> {
        self.settle(ExtensionState::Dropped { at })
    }

    /// What the coordinator has said to it.
    pub fn decision(&self) -> Option<&Decision> {
        match &self.state {
            ExtensionState::Refused(decision) | ExtensionState::Approved(decision) => Some(decision),
            ExtensionState::Asked | ExtensionState::Withdrawn { .. } | ExtensionState::Dropped { .. } => None,
        }
    }

    fn settle(self, state: ExtensionState) -> Result<Self, ExtensionError> {
        match self.status() {
            ExtensionStatus::Asked => Ok(Self { state, ..self }),
            other => Err(ExtensionError::WrongState(other)),
        }
    }
}

impl ExtensionStatus {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::kernel::calendar::CalendarVersion;

    const LIMITS: Limits = Limits { ask_before: 1, total: 30, count: 2 };

    #[test]
    fn one_asks_a_working_day_before_and_for_a_working_day() {
        let calendar = Calendar::new(CalendarVersion(1), []).unwrap();
        let check = |today, new| LIMITS.check(&calendar, today, date(2026, 12, 14), new);
        assert_eq!(check(date(2026, 12, 11), date(2026, 12, 15)), Ok(1));
        assert_eq!(check(date(2026, 12, 11), date(2027, 1, 25)), Ok(30));
        assert_eq!(check(date(2026, 12, 14), date(2026, 12, 15)), Err(ExtensionError::TooLate));
        assert_eq!(check(date(2026, 12, 15), date(2026, 12, 16)), Err(ExtensionError::TooLate));
        for day in [date(2026, 12, 14), date(2026, 12, 11), date(2026, 12, 19)] {
            assert_eq!(check(date(2026, 12, 1), day), Err(ExtensionError::Day), "{day}");
        }
    }

    #[test]
    fn there_are_two_of_thirty_working_days_in_all() {
        let had = |count, workdays| Extensions { count, workdays };
        assert_eq!(had(0, 0).allow(30, LIMITS), Ok(()));
        assert_eq!(had(0, 0).allow(31, LIMITS), Err(ExtensionError::Limit));
        assert_eq!(had(1, 20).allow(10, LIMITS), Ok(()));
        assert_eq!(had(1, 20).allow(11, LIMITS), Err(ExtensionError::Limit));
        assert_eq!(had(2, 2).allow(1, LIMITS), Err(ExtensionError::Limit));
    }
}
