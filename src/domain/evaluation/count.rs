//! What level 1 is computed from, counted from a posting and its records.
//!
//! A record counts in the cycle in which it happened. What was voided counts as filed and for nothing
//! else; what nobody has verified in time counts as filed and, if it was, as filed in time.

use std::collections::BTreeSet;

use jiff::{ToSpan as _, civil::Date};

use super::score::LevelOne;
use crate::{
    domain::{
        posting::{Posting, TargetState},
        record::standing::Status,
    },
    kernel::{calendar::shanghai_date, id::OrganisationId},
};

/// A record as far as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub occurred_on: Date,
    pub target: OrganisationId,
    pub filed: Filed,
    pub standing: Status,
    pub links: LinkedTo,
}

/// Whether it was filed soon after the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filed {
    InTime,
    Late,
}

/// Whether it names a demand or a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkedTo {
    Something,
    Nothing,
}

/// Days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Date,
    pub to: Date,
}

impl Span {
    fn meet(self, other: Self) -> Option<Self> {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        (from <= to).then_some(Self { from, to })
    }

    fn days(self) -> i32 {
        (self.to - self.from).get_days() + 1
    }

    /// The half-years that it has a day in, each as its year and whether it is the second.
    fn halves(self) -> BTreeSet<(i16, bool)> {
        let mut halves = BTreeSet::new();
        let mut day = self.from.first_of_month();
        while day <= self.to {
            halves.insert(half_of(day));
            day = day.saturating_add(1.month());
        }
        halves
    }
}

fn half_of(day: Date) -> (i16, bool) {
    (day.year(), day.month() > 6)
}

/// The organisations that a posting serves within a span, and for which part of it.
pub fn served(posting: &Posting, span: Span) -> Vec<(OrganisationId, Span)> {
    let whole = Span { from: posting.from, to: posting.to };
    let part = |target: &super::super::posting::Target| {
        let last = match &target.state {
            TargetState::Consented => posting.to,
            TargetState::Ended { at, .. } if target.answer.is_some() => shanghai_date(*at),
            TargetState::Ended { .. } | TargetState::Asked | TargetState::Declined { .. } => return None,
        };
        let until = Span { from: posting.from, to: last.max(posting.from) };
        Some((target.organisation, whole.meet(until)?.meet(span)?))
    };
    posting.targets.iter().filter_map(part).collect()
}

/// The organisations that are asked about a posting: served for so many days of the span.
pub fn asked(posting: &Posting, span: Span, least_days: u32) -> Vec<OrganisationId> {
    let long = |(_, part): &(OrganisationId, Span)| i64::from(part.days()) >= i64::from(least_days);
    served(posting, span).into_iter().filter(long).map(|(organisation, _)| organisation).collect()
}

/// Counts the records of a posting in a span.
pub fn count(posting: &Posting, span: Span, records: &[Counted], required_days: u32) -> LevelOne {
    let records: Vec<&Counted> =
        records.iter().filter(|record| span.from <= record.occurred_on && record.occurred_on <= span.to).collect();
    let verified = || records.iter().filter(|record| matches!(record.standing, Status::Verified | Status::VerifiedByReview));
    let served = served(posting, span);
    let cells: BTreeSet<(OrganisationId, (i16, bool))> =
        served.iter().flat_map(|(target, part)| part.halves().into_iter().map(|half| (*target, half))).collect();
    let done: BTreeSet<(OrganisationId, (i16, bool))> =
        verified().map(|record| (record.target, half_of(record.occurred_on))).filter(|cell| cells.contains(cell)).collect();
    let days: BTreeSet<Date> = verified().map(|record| record.occurred_on).collect();
    let linked = |target: &OrganisationId| {
        let counts = |record: &&&Counted| record.target == *target && record.standing != Status::Voided;
        records.iter().filter(counts).any(|record| record.links == LinkedTo::Something)
    };
    LevelOne {
        service_days: small(days.len()),
        required_days,
        cells_done: small(done.len()),
        cells: small(cells.len()),
        filed: small(records.len()),
        in_time: small(records.iter().filter(|record| record.filed == Filed::InTime).count()),
        verified: small(verified().count()),
        targets_linked: small(served.iter().filter(|(target, _)| linked(target)).count()),
        targets: small(served.len()),
    }
}

/// A posting has thousands of records a year at most.
fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
