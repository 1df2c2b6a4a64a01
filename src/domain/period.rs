//! The spans of time in which a capacity is counted: once and for all, or per month, quarter, year.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

/// One span of counting. Of two periods of the same sort the later one is the greater, as values and
/// as texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// All time: `ONCE`.
    Once,
    /// A calendar month: `2026-12`.
    Month { year: i16, month: i8 },
    /// A quarter: `2026-Q4`.
    Quarter { year: i16, quarter: i8 },
    /// A calendar year: `2026`.
    Year { year: i16 },
}

/// How often a capacity is there anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Per {
    Once,
    Month,
    Quarter,
    Year,
}

/// The text names no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a period reads ONCE, 2026-12, 2026-Q4 or 2026")]
pub struct PeriodError;

impl Period {
    /// The period that a day belongs to.
    pub fn of(per: Per, day: Date) -> Self {
        let year = day.year();
        match per {
            Per::Once => Self::Once,
            Per::Month => Self::Month { year, month: day.month() },
            Per::Quarter => Self::Quarter { year, quarter: (day.month() - 1) / 3 + 1 },
            Per::Year => Self::Year { year },
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once => f.write_str("ONCE"),
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::Quarter { year, quarter } => write!(f, "{year:04}-Q{quarter}"),
            Self::Year { year } => write!(f, "{year:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        match text.split_once('-') {
            None if text == "ONCE" => Ok(Self::Once),
            None => Ok(Self::Year { year: number(text, 4)? }),
            Some((year, rest)) => {
                let year = number(year, 4)?;
                Ok(match rest.strip_prefix('Q') {
                    Some(quarter) => Self::Quarter { year, quarter: within(number(quarter, 1)?, 4)? },
                    None => Self::Month { year, month: within(number(rest, 2)?, 12)? },
                })
            }
        }
    }
}

/// A number of exactly so many digits: one period has one text.
fn number(digits: &str, length: usize) -> Result<i16, PeriodError> {
    if digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse().map_err(|_| PeriodError)
    } else {
        Err(PeriodError)
    }
}

fn within(number: i16, most: i8) -> Result<i8, PeriodError> {
    i8::try_from(number).ok().filter(|number| (1..=most).contains(number)).ok_or(PeriodError)
}

impl TryFrom<String> for Period {
    type Error = PeriodError;
    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use strum::IntoEnumIterator;

    use super::*;

    fn text(per: Per, day: Date) -> String {
        Period::of(per, day).to_string()
    }

    #[test]
    fn a_day_belongs_to_one_period_of_each_sort() {
        let day = date(2026, 12, 1);
        let periods: Vec<String> = Per::iter().map(|per| text(per, day)).collect();
        assert_eq!(periods, ["ONCE", "2026-12", "2026-Q4", "2026"]);
    }

    #[test]
    fn a_quarter_begins_in_january_april_july_and_october() {
        let quarters: Vec<String> = (1..=12).map(|month| text(Per::Quarter, date(2027, month, 1))).collect();
        assert_eq!(quarters[..3], ["2027-Q1"; 3]);
        assert_eq!(quarters[3..6], ["2027-Q2"; 3]);
        assert_eq!(quarters[6..9], ["2027-Q3"; 3]);
        assert_eq!(quarters[9..], ["2027-Q4"; 3]);
    }

    #[test]
    fn a_period_survives_its_text() {
        for per in Per::iter() {
            for day in [date(2026, 1, 31), date(2026, 12, 31), date(1, 1, 1), date(9999, 12, 31)] {
                let period = Period::of(per, day);
                assert_eq!(period.to_string().parse(), Ok(period));
            }
        }
    }

    #[test]
    fn nothing_but_a_periods_own_text_is_a_period() {
        let foreign = [
            "",
            "once",
            "26",
            "02026",
            "2026-",
            "2026-0",
            "2026-00",
            "2026-13",
            "2026-1",
            "2026-Q0",
            "2026-Q5",
            "2026-Q04",
            "2026-q1",
            "-026",
            "+026",
            "2026-+1",
            "2026-12-01",
            "２０２６",
        ];
        for text in foreign {
            assert_eq!(text.parse::<Period>(), Err(PeriodError), "{text}");
        }
    }

    #[test]
    fn later_periods_are_greater_as_values_and_as_texts() {
        let days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 9, 30), date(2026, 10, 1), date(2027, 1, 1)];
        for per in [Per::Month, Per::Quarter, Per::Year] {
            let mut periods: Vec<Period> = days.map(|day| Period::of(per, day)).to_vec();
            periods.dedup();
            assert!(periods.is_sorted_by(|a, b| a < b), "{per:?}");
            assert!(periods.iter().map(ToString::to_string).is_sorted_by(|a, b| a < b), "{per:?}");
        }
    }
}
