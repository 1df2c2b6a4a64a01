//! Working days: which dates count, and when something is due that is asked for in n of them.
//!
//! Monday to Friday are working days. The State Council's notice of each year makes exceptions
//! both ways (holidays, and weekends worked in exchange: 调休); a [`CalendarYear`] holds them.
//!
//! Day 1 is the first working day *after* a date, whether or not that date was one. Due is the
//! end of the n-th working day, when offices close. A year whose notice is not out yet is counted
//! as it stands, and the answer says that it is provisional.

mod csv;
mod minutes;
mod month;
mod recount;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, date, time};
use jiff::tz::{Offset, offset};
use jiff::{Span, Timestamp};

pub use self::csv::{CsvError, CsvProblem};
pub use self::month::{Month, MonthError};
pub use self::recount::Recount;

/// Which dates are working days, in one version; a change of any table makes a new value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    version: CalendarVersion,
    closing: Time,
    years: BTreeMap<i16, CalendarYear>,
    corrections: Vec<Correction>,
}

/// Grows with every published or corrected year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarVersion(pub u32);

/// The exceptions of one year to the rule that Monday to Friday are working days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarYear {
    pub year: i16,
    /// The number of the State Council's notice, or [`STATUTORY_DAYS_ONLY`].
    pub source: String,
    pub status: YearStatus,
    /// Dates of this year only. A notice that also moves a day of the year before corrects that
    /// year's table.
    pub exceptions: BTreeMap<Date, DayKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum YearStatus {
    /// The State Council has published the year.
    Official,
    /// Counted as well as is known; to be replaced.
    Provisional,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayKind {
    Off,
    Work,
}

/// When something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Due {
    pub date: Date,
    /// When offices close on that date.
    pub at: Timestamp,
    /// Whether a day was counted, or passed over, in a year that has no official table.
    pub provisional: bool,
}

/// The source of a table that holds the holidays fixed by law, before the year's notice is out.
pub const STATUTORY_DAYS_ONLY: &str = "statutory days only";

impl Calendar {
    /// The largest number of working days that can be asked for, about four years.
    pub const MAX_WORKDAYS: u32 = 1_000;
    /// When offices close unless [`Calendar::closing_at`] says otherwise.
    pub const DEFAULT_CLOSING: Time = time(17, 30, 0, 0);
    /// When offices open.
    pub const OPENING: Time = time(8, 30, 0, 0);

    pub fn new(version: CalendarVersion, tables: impl IntoIterator<Item = CalendarYear>) -> Result<Self, CalendarError> {
        let mut years = BTreeMap::new();
        for table in tables {
            let year = table.year;
            if let Some(&date) = table.exceptions.keys().find(|date| date.year() != year) {
                return Err(CalendarError::ForeignDate { year, date });
            }
            if years.insert(year, table).is_some() {
                return Err(CalendarError::DuplicateYear { year });
            }
        }
        let corrections = corrections(&years);
        Ok(Self { version, closing: Self::DEFAULT_CLOSING, years, corrections })
    }

    /// `closing` is the time of day in Shanghai.
    #[must_use]
    pub fn closing_at(self, closing: Time) -> Self {
        Self { closing, ..self }
    }

    #[must_use]
    pub fn version(&self) -> CalendarVersion {
        self.version
    }

    #[must_use]
    pub fn closing(&self) -> Time {
        self.closing
    }

    /// The tables there are, ascending.
    pub fn years(&self) -> impl Iterator<Item = &CalendarYear> {
        self.years.values()
    }

    #[must_use]
    pub fn is_workday(&self, date: Date) -> bool {
        let table = self.years.get(&date.year());
        match table.and_then(|table| table.exceptions.get(&date)) {
            Some(DayKind::Work) => true,
            Some(DayKind::Off) => false,
            None => is_weekday(date),
        }
    }

    /// The end of the n-th working day after `from`, n being at most [`Calendar::MAX_WORKDAYS`].
    ///
    /// Zero working days after a date is that date itself at closing time, working day or not.
    pub fn add_workdays(&self, from: Date, n: u32) -> Result<Due, CalendarError> {
        if n > Self::MAX_WORKDAYS {
            return Err(CalendarError::TooManyWorkdays { n });
        }
        let mut date = from;
        loop {
            // A day is at most one working day: a step of as many days as are missing cannot
            // pass the due date, and the step that leaves none missing ends on a working day.
            let missing = n - self.workdays_between(from, date);
            if missing == 0 {
                break;
            }
            date = date.checked_add(Span::new().days(missing)).map_err(|_| CalendarError::OutOfRange { from })?;
        }
        let at = SHANGHAI.to_timestamp(date.to_datetime(self.closing)).map_err(|_| CalendarError::OutOfRange { from })?;
        Ok(Due { date, at, provisional: self.is_provisional(from, date) })
    }

    /// [`Calendar::add_workdays`] after the date of `from` in Shanghai; its time of day is of no
    /// account.
    pub fn add_workdays_from_instant(&self, from: Timestamp, n: u32) -> Result<Due, CalendarError> {
        self.add_workdays(shanghai_date(from), n)
    }

    /// The working days after `from` up to and including `to`; none if `to` is not later.
    #[must_use]
    pub fn workdays_between(&self, from: Date, to: Date) -> u32 {
        u32::try_from(self.workdays_until(to) - self.workdays_until(from)).unwrap_or(0)
    }

    /// Working days up to and including `date`, counted from [`MONDAY`].
    fn workdays_until(&self, date: Date) -> i32 {
        let earlier = self.corrections.partition_point(|correction| correction.date <= date);
        let correction = earlier.checked_sub(1).map_or(0, |last| self.corrections[last].total);
        weekdays_until(date) + correction
    }

    /// Whether the State Council's notice of the year has been entered.
    #[must_use]
    pub fn is_official(&self, year: i16) -> bool {
        self.years.get(&year).is_some_and(|table| table.status == YearStatus::Official)
    }

    /// Whether a day after `from` and up to `due` lies in a year that has no official table.
    #[must_use]
    pub fn is_provisional(&self, from: Date, due: Date) -> bool {
        // From the day after: an event on 31 December reaches only the new year.
        let first = from.tomorrow().unwrap_or(due);
        from < due && (first.year()..=due.year()).any(|year| !self.is_official(year))
    }
}

/// The date it is in Shanghai.
#[must_use]
pub fn shanghai_date(at: Timestamp) -> Date {
    SHANGHAI.to_datetime(at).date()
}

/// When a day begins in Shanghai.
#[must_use]
pub fn start_of_day(day: Date) -> Timestamp {
    // Only at the very edges of time a day has no beginning.
    SHANGHAI.to_timestamp(day.to_datetime(Time::midnight())).unwrap_or(Timestamp::MAX)
}

/// When offices close on a day in Shanghai, by the usual hours.
#[must_use]
pub fn close_of_day(day: Date) -> Timestamp {
    SHANGHAI.to_timestamp(day.to_datetime(Calendar::DEFAULT_CLOSING)).unwrap_or(Timestamp::MAX)
}

/// Why a calendar cannot be built, or cannot answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("{n} working days are more than {max}", max = Calendar::MAX_WORKDAYS)]
    TooManyWorkdays { n: u32 },
    #[error("counting from {from} leaves the range of dates")]
    OutOfRange { from: Date },
    #[error("there are two tables for {year}")]
    DuplicateYear { year: i16 },
    #[error("the table for {year} holds {date}")]
    ForeignDate { year: i16, date: Date },
}

/// China has kept one time without summer time since 15 September 1991, and no date here is older.
/// A fixed offset cannot fail and does not change with the time zone database.
const SHANGHAI: Offset = offset(8);

/// Where counting starts: any Monday would do.
const MONDAY: Date = date(2024, 1, 1);

/// Where the exceptions change the count of weekdays.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Correction {
    date: Date,
    /// Working days gained (lost, if negative) by all exceptions up to and including `date`.
    total: i32,
}

/// A holiday on a weekend, or a weekday that is declared worked, changes nothing.
fn corrections(years: &BTreeMap<i16, CalendarYear>) -> Vec<Correction> {
    let exceptions = years.values().flat_map(|table| &table.exceptions);
    exceptions
        .filter_map(|(&date, kind)| match (kind, is_weekday(date)) {
            (DayKind::Off, true) => Some((date, -1)),
            (DayKind::Work, false) => Some((date, 1)),
            (DayKind::Off, false) | (DayKind::Work, true) => None,
        })
        .scan(0, |total, (date, change)| {
            *total += change;
            Some(Correction { date, total: *total })
        })
        .collect()
}

fn is_weekday(date: Date) -> bool {
    date.weekday().to_monday_one_offset() <= 5
}

/// Mondays to Fridays up to and including `date`, counted from [`MONDAY`].
fn weekdays_until(date: Date) -> i32 {
    let days = (date - MONDAY).get_days();
    days.div_euclid(7) * 5 + (days.rem_euclid(7) + 1).min(5)
}
