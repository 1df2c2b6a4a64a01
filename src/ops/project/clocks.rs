//! The clocks of projects that count more than working days.

use jiff::{Timestamp, civil::Date};

use super::super::Failure;
use crate::{
    domain::{
        project::{Paused, Rest},
        rules::{RuleCode, Rules},
    },
    kernel::calendar::{Calendar, CalendarError, shanghai_date},
    store::StoreError,
};

/// By when the lead reports that has reported, or begun to work, now.
pub(in crate::ops) fn progress_due(calendar: &Calendar, rules: &Rules, now: Timestamp) -> Result<Timestamp, Failure> {
    let due = calendar.add_months(shanghai_date(now), rules.get(RuleCode::ProjectProgress));
    due.map(|due| due.at).map_err(uncountable)
}

/// Where the clocks of a paused project end when its work goes on now.
pub(in crate::ops) fn rest(calendar: &Calendar, paused: &Paused, due_on: Date, now: Timestamp) -> Result<Rest, Failure> {
    paused.rest(due_on, now, calendar).map_err(uncountable)
}

fn uncountable(error: CalendarError) -> Failure {
    Failure::Store(StoreError::Corrupt { table: "project", id: "a clock".to_owned(), what: error.to_string() })
}
