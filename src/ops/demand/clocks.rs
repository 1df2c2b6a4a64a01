//! The clocks that start when a demand comes to the list.

use jiff::{Timestamp, ToSpan as _};

use super::super::{Failure, due_after};
use crate::{
    domain::{
        demand::{Listing, Terms, Unclaimed, Urgency},
        rules::{RuleCode, Rules},
    },
    kernel::calendar::Calendar,
};

/// What runs for a demand that comes to the list now, by the rules in force.
pub(in crate::ops) fn listing(calendar: &Calendar, rules: &Rules, terms: &Terms, now: Timestamp) -> Result<Listing, Failure> {
    let days = i64::from(rules.get(RuleCode::DemandExpire)).days();
    Ok(Listing {
        unclaimed: Some(unclaimed(calendar, rules, terms.urgency, now)?),
        decide_due_at: None,
        expires_on: terms.desired_to.map(|last_day| last_day.saturating_add(days)),
    })
}

/// The clock of a demand of which nothing is agreed, from now (D6).
pub(in crate::ops) fn unclaimed(
    calendar: &Calendar,
    rules: &Rules,
    urgency: Urgency,
    now: Timestamp,
) -> Result<Unclaimed, Failure> {
    let (remind, escalate) = match urgency {
        Urgency::Normal | Urgency::Soon => (RuleCode::DemandUnclaimed, RuleCode::DemandEscalate),
        Urgency::Urgent => (RuleCode::DemandUnclaimedUrgent, RuleCode::DemandEscalateUrgent),
    };
    let due = |rule| due_after(calendar, rules, rule, now).map(|due| due.at);
    Ok(Unclaimed::new(due(remind)?, due(escalate)?))
}
