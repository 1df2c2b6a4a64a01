//! A month of a year, as it is in Shanghai.

use std::{fmt, str::FromStr};

use jiff::{
    Span, Timestamp,
    civil::{Date, date},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{shanghai_date, start_of_day};

/// A month, kept as its first day; between the years 1000 and 9998.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

/// Not a month as `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a month is written as 2026-11")]
pub struct MonthError;

impl Month {
    /// The month that a moment lies in.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self(shanghai_date(at).first_of_month())
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        self.0
    }

    /// When it begins.
    #[must_use]
    pub fn start(self) -> Timestamp {
        start_of_day(self.0)
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        self.later(1)
    }

    /// So many months before it.
    #[must_use]
    pub fn earlier(self, months: i32) -> Self {
        self.later(-months)
    }

    fn later(self, months: i32) -> Self {
        Self(self.0.saturating_add(Span::new().months(months)))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, MonthError> {
        let (year, month) = text.split_once('-').ok_or(MonthError)?;
        let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(MonthError);
        }
        let (year, month): (i16, i8) = (year.parse().map_err(|_| MonthError)?, month.parse().map_err(|_| MonthError)?);
        if !(1000..=9998).contains(&year) || !(1..=12).contains(&month) {
            return Err(MonthError);
        }
        Ok(Self(date(year, month, 1)))
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_midnight_in_shanghai() {
        let november: Month = "2026-11".parse().unwrap();
        assert_eq!(november.start(), "2026-10-31T16:00:00Z".parse().unwrap());
        assert_eq!(Month::of("2026-10-31T16:00:00Z".parse().unwrap()), november);
        assert_eq!(Month::of("2026-10-31T15:59:59Z".parse().unwrap()).next(), november);
        assert_eq!(november.next().next().to_string(), "2027-01");
        assert_eq!(november.earlier(12).to_string(), "2025-11");
    }

    #[test]
    fn nothing_else_is_a_month() {
        for text in ["", "2026", "2026-1", "2026-13", "2026-00", "26-11", "2026-11-01", "+026-11", "0999-12", "9999-01"] {
            assert_eq!(text.parse::<Month>(), Err(MonthError), "{text}");
        }
    }
}
