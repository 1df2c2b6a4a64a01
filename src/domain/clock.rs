//! Clocks: what runs for an object, and when it runs out.
//!
//! Each noun says which of its clocks run. What has run out and been acted on is no clock any more;
//! what a person still has to do stays one, however late it is.

use jiff::{Timestamp, civil::Date};
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::kernel::calendar::start_of_day;

/// The name of a clock, unique among those of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Clock {
    Triage,
    Unclaimed,
    Escalation,
    Review,
    Decision,
    Objection,
    ObjectionDecision,
    Expiry,
    Renewal,
    Response,
    CancelResponse,
    Contact,
    Plan,
    Due,
    Progress,
    Pause,
    Confirmation,
    Closing,
    Consent,
    Approval,
    Acknowledgement,
    Verification,
    DisputeDecision,
}

/// A clock that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    pub clock: Clock,
    pub due_at: Timestamp,
    pub counted_in: CountedIn,
}

/// What a clock counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedIn {
    /// Its end moves when a year of the working-day calendar is replaced.
    Workdays,
    /// Its end is the beginning of a day.
    Days,
}

impl Running {
    /// A clock of working days.
    pub fn at(clock: Clock, due_at: Timestamp) -> Self {
        Self { clock, due_at, counted_in: CountedIn::Workdays }
    }

    /// A clock of days that ends when that day begins.
    pub fn on(clock: Clock, day: Date) -> Self {
        Self { clock, due_at: start_of_day(day), counted_in: CountedIn::Days }
    }
}

impl Clock {
    /// The name in the database.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The name of the fact in the log that says when it ends.
    pub fn fact(self) -> String {
        match self {
            // As the columns are called.
            Self::Confirmation => "confirm_due_at".to_owned(),
            Self::Closing => "close_due_at".to_owned(),
            Self::Approval => "approve_due_at".to_owned(),
            Self::Verification => "verify_due_at".to_owned(),
            Self::DisputeDecision => "decide_due_at".to_owned(),
            Self::Acknowledgement => "acknowledge_due_at".to_owned(),
            named => format!("{}_due_at", named.name().to_lowercase()),
        }
    }
}
