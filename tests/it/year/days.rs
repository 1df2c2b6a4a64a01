//! Working days and minutes counted one by one, from the fixture alone.

use std::collections::HashMap;

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime, Weekday, time},
    tz::Offset,
};

/// Which days are worked.
pub struct Days(HashMap<Date, bool>);

const SHANGHAI: Offset = Offset::constant(8);

/// The day it is in Shanghai.
pub fn day_of(at: Timestamp) -> Date {
    SHANGHAI.to_datetime(at).date()
}

/// When a day begins in Shanghai.
pub fn start_of(day: Date) -> Timestamp {
    moment(day.at(0, 0, 0, 0))
}

/// When offices close on a day.
pub fn close_of(day: Date) -> Timestamp {
    moment(day.at(17, 30, 0, 0))
}

fn moment(at: DateTime) -> Timestamp {
    SHANGHAI.to_timestamp(at).expect("a moment")
}

fn next(day: Date) -> Date {
    day.tomorrow().expect("a day")
}

impl Days {
    pub fn new() -> Self {
        let text = include_str!("../../fixtures/cn_holiday_exceptions_2024_2026.csv");
        let exception = |line: &str| {
            let mut cells = line.split(',');
            let day = cells.next().expect("a day").parse().expect("a day");
            (day, cells.next() == Some("WORK"))
        };
        Self(text.lines().skip(1).filter(|line| !line.is_empty()).map(exception).collect())
    }

    pub fn works(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.0.get(&day).copied().unwrap_or(!weekend)
    }

    /// The close of the n-th working day after the day of a moment.
    pub fn after(&self, at: Timestamp, workdays: u32) -> Timestamp {
        let (mut day, mut left) = (day_of(at), workdays);
        while left > 0 {
            day = next(day);
            left -= u32::from(self.works(day));
        }
        close_of(day)
    }

    /// The first working day from a day on.
    pub fn from(&self, mut day: Date) -> Date {
        while !self.works(day) {
            day = next(day);
        }
        day
    }

    /// The close of the same day of the next month, or of the next working day.
    pub fn month_after(&self, at: Timestamp) -> Timestamp {
        close_of(self.from(day_of(at) + 1.month()))
    }

    /// The office minutes between two moments, each taken at the beginning of its minute.
    pub fn minutes(&self, from: Timestamp, to: Timestamp) -> i64 {
        let (from, to) = (whole(from), whole(to));
        let (mut sum, mut day) = (0, day_of(from));
        while day <= day_of(to) {
            if self.works(day) {
                let open = moment(day.to_datetime(time(8, 30, 0, 0))).max(from);
                sum += (close_of(day).min(to).as_second() - open.as_second()).max(0) / 60;
            }
            day = next(day);
        }
        sum
    }

    /// The close of the day on which so many office minutes after a moment are used up.
    pub fn used_up(&self, at: Timestamp, minutes: i64) -> Timestamp {
        let mut day = day_of(at);
        while self.minutes(at, close_of(day)) < minutes {
            day = next(day);
        }
        close_of(day)
    }
}

fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).expect("a moment")
}
