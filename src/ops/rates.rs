//! The rates of organisations in a span of days.

use jiff::civil::Date;

use super::{Cx, Failure};
use crate::{
    domain::rules::RuleCode,
    kernel::{
        id::OrganisationId,
        problem::{Code, Problem},
    },
    store::{self, rates::Named},
};

/// The most days of a span.
const MOST_DAYS: i32 = 366;

/// The rates of all organisations that the actor sees any of, by name; and how many cases a rate needs
/// to say anything.
pub async fn of_organisations(
    cx: &Cx,
    (from, to): (Date, Date),
    organisations: Vec<OrganisationId>,
) -> Result<(Vec<Named>, u32), Failure> {
    if to < from || from.until(to).map_or(true, |span| span.get_days() >= MOST_DAYS) {
        let problem = Problem::new(Code::Validation);
        return Err(Failure::Invalid(vec![problem.saying(
            format!("时间范围应为 1 至 {MOST_DAYS} 天。"),
            format!("A span of 1 to {MOST_DAYS} days can be asked about."),
        )]));
    }
    let (now, district) = (cx.now(), cx.actor.district.clone());
    cx.read(move |reader, scope| {
        let rules = store::rule::load(reader, &district)?;
        let calendar = store::calendar::load(reader)?;
        let question = store::rates::Question {
            from,
            to,
            organisations,
            now,
            claimed_within: rules.get(RuleCode::RateClaimedWithin),
            satisfied_least: rules.get(RuleCode::RateSatisfiedLeast),
        };
        let named = store::rates::of_organisations(reader, scope, &calendar, &question)?;
        Ok((named, rules.get(RuleCode::RateCasesLeast)))
    })
    .await
}
