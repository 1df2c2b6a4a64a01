//! A list as it was when it was frozen for a quarter.
//!
//! The SHA-256 is that of all canonical lines in order, each followed by a line feed, so that anyone
//! who has the lines can count it again.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::period::{Per, Period};
use crate::kernel::{
    digest,
    district::District,
    id::{AccountId, SnapshotId},
};

/// A frozen list. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub id: SnapshotId,
    pub district: District,
    pub list: List,
    /// A calendar quarter, as text `2026-Q4`.
    pub quarter: Period,
    pub rows: u32,
    /// In small hexadecimal digits.
    pub sha256: String,
    /// The one of the same list before; `None` for the first.
    pub previous: Option<SnapshotId>,
    /// What is different from the one before.
    pub difference: Difference,
    pub taken_by: AccountId,
    pub taken_at: Timestamp,
}

/// A list that can be frozen.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum List {
    Demands,
    Resources,
    Projects,
}

/// One row of a frozen list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The sixteen bytes of the object's id.
    pub object: [u8; 16],
    /// A JSON array, whose fields `docs/snapshots.md` names.
    pub text: String,
}

/// How many rows are in one list and not in the other, or differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub added: u32,
    pub removed: u32,
    pub changed: u32,
}

/// The quarter is neither the present one nor the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only the present quarter and the one before can be frozen")]
pub struct NotNow;

impl List {
    /// The name in the database and in the API.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A list is frozen as it is now, so for the quarter that goes on or, in arrears, for the last one.
pub fn check_quarter(quarter: Period, today: Date) -> Result<(), NotNow> {
    let present = Period::of(Per::Quarter, today);
    let first_month = (today.month() - 1) / 3 * 3 + 1;
    let eve = jiff::civil::date(today.year(), first_month, 1).yesterday();
    let before = eve.ok().map(|day| Period::of(Per::Quarter, day));
    if quarter == present || Some(quarter) == before { Ok(()) } else { Err(NotNow) }
}

/// The SHA-256 of the lines in their order.
pub fn digest(lines: &[Line]) -> String {
    digest::of_lines(lines.iter().map(|line| line.text.as_str()))
}

/// What is different in `now` from what was `before`, objects being the same by their id.
pub fn difference(before: &[Line], now: &[Line]) -> Difference {
    let earlier: HashMap<&[u8; 16], &str> = before.iter().map(|line| (&line.object, line.text.as_str())).collect();
    let mut difference = Difference::default();
    for line in now {
        match earlier.get(&line.object) {
            None => difference.added += 1,
            Some(text) if *text != line.text => difference.changed += 1,
            Some(_) => {}
        }
    }
    let kept = u32::try_from(now.len()).unwrap_or(u32::MAX) - difference.added;
    difference.removed = u32::try_from(before.len()).unwrap_or(u32::MAX) - kept;
    difference
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn line(object: u8, text: &str) -> Line {
        Line { object: [object; 16], text: text.to_owned() }
    }

    #[test]
    fn rows_are_told_apart_by_their_object() {
        let before = [line(1, "a"), line(2, "b"), line(3, "c")];
        let now = [line(4, "d"), line(2, "b"), line(1, "A")];
        assert_eq!(difference(&before, &now), Difference { added: 1, removed: 1, changed: 1 });
        assert_eq!(difference(&before, &before), Difference::default());
        assert_eq!(difference(&[], &now), Difference { added: 3, removed: 0, changed: 0 });
        assert_eq!(difference(&before, &[]), Difference { added: 0, removed: 3, changed: 0 });
    }

    #[test]
    fn the_digest_is_that_of_the_lines_with_their_line_feeds() {
        // printf 'a\nb\n' | sha256sum
        let known = "911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2";
        assert_eq!(digest(&[line(1, "a"), line(2, "b")]), known);
    }

    #[test]
    fn the_present_quarter_and_the_one_before_can_be_frozen() {
        let quarter = |text: &str| text.parse::<Period>().unwrap();
        let may = |text: &str, today| check_quarter(quarter(text), today).is_ok();
        assert!(may("2026-Q4", date(2026, 10, 1)) && may("2026-Q3", date(2026, 10, 1)));
        assert!(may("2025-Q4", date(2026, 1, 1)) && may("2026-Q1", date(2026, 3, 31)));
        assert!(!may("2026-Q2", date(2026, 10, 1)) && !may("2027-Q1", date(2026, 12, 31)));
        assert!(!may("2026-11", date(2026, 11, 5)) && !may("ONCE", date(2026, 11, 5)));
    }
}
