//! Counting the ends of running clocks anew when a year of the calendar is replaced.

use jiff::{
    Timestamp,
    civil::{Date, date},
};

use super::{Calendar, shanghai_date, start_of_day};

/// Two calendars that differ in one year, and the day up to which both are taken to agree.
///
/// A clock does not remember the day on which it started or how many days it was given. It need not:
/// what is left of it after the day of reference is counted in the old calendar and given in the new.
#[derive(Clone, Copy, Debug)]
pub struct Recount<'a> {
    old: &'a Calendar,
    new: &'a Calendar,
    /// The last day before the year, or today if that is later: what was counted until then was
    /// counted by what people knew, and stands.
    reference: Date,
}

impl<'a> Recount<'a> {
    /// From one calendar to another that differs in `year`.
    pub fn new(old: &'a Calendar, new: &'a Calendar, year: i16, today: Date) -> Self {
        let eve = date(year - 1, 12, 31);
        Self { old, new, reference: eve.max(today) }
    }

    /// The day up to which everything stays as it was counted.
    #[must_use]
    pub fn reference(&self) -> Date {
        self.reference
    }

    /// When a day ends on which a clock does.
    #[must_use]
    pub fn closing(&self, day: Date) -> Timestamp {
        self.new.add_workdays(day, 0).map_or_else(|_| start_of_day(day), |due| due.at)
    }

    /// The new end of a clock. What ends by the day of reference stays.
    #[must_use]
    pub fn moment(&self, due_at: Timestamp) -> Timestamp {
        let left = self.old.workdays_between(self.reference, shanghai_date(due_at));
        if left == 0 {
            return due_at;
        }
        // Nothing that is counted in the same way ends outside of what can be counted.
        self.new.add_workdays(self.reference, left).map_or(due_at, |due| due.at)
    }

    /// The same for a clock that ends with a day.
    #[must_use]
    pub fn day(&self, due_on: Date) -> Date {
        let left = self.old.workdays_between(self.reference, due_on);
        if left == 0 {
            return due_on;
        }
        self.new.add_workdays(self.reference, left).map_or(due_on, |due| due.date)
    }
}
