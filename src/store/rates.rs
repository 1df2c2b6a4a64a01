//! What the rates of organisations are counted from.

use std::collections::HashMap;

use diesel::{prelude::*, sql_types::Bool};
use jiff::{Timestamp, civil::Date};

use super::{
    Reader, StoreResult,
    conn::MultiBackend,
    schema::{category, claim, demand, organisation, project, resource},
    types::At,
};
use crate::{
    domain::rates::Rates,
    kernel::{
        calendar::{Calendar, shanghai_date, start_of_day},
        id::{DemandId, OrganisationId},
    },
    policy::Scope,
};

/// What a rate is asked about: the days, both included, and the numbers of the district.
#[derive(Clone, Debug)]
pub struct Question {
    pub from: Date,
    pub to: Date,
    /// Only of these; empty means all that the scope shows.
    pub organisations: Vec<OrganisationId>,
    pub now: Timestamp,
    /// Working days within which something of a demand should be agreed.
    pub claimed_within: u32,
    /// The least score that counts as satisfied.
    pub satisfied_least: u32,
}

/// An organisation with its name and its rates.
pub type Named = (OrganisationId, String, Rates);

/// The rates of each organisation that has any, by name. A coordinator sees all of the district,
/// everybody else those of their own organisations.
pub fn of_organisations(reader: &mut Reader, scope: &Scope, calendar: &Calendar, question: &Question) -> StoreResult<Vec<Named>> {
    let names = names(reader, scope, question)?;
    let mut rates: HashMap<OrganisationId, Rates> = HashMap::new();
    count_projects(reader, scope, question, &mut rates)?;
    count_demands(reader, scope, calendar, question, &mut rates)?;
    count_resources(reader, scope, &mut rates)?;
    let mut named: Vec<Named> =
        names.into_iter().filter_map(|(id, name)| rates.remove(&id).map(|rates| (id, name, rates))).collect();
    named.retain(|(_, _, rates)| !rates.is_empty());
    named.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(named)
}

fn names(reader: &mut Reader, scope: &Scope, question: &Question) -> StoreResult<Vec<(OrganisationId, String)>> {
    type Condition<'a> = Box<dyn BoxableExpression<organisation::table, MultiBackend, SqlType = Bool> + 'a>;
    let mut seen: Condition<'_> = Box::new(organisation::district.eq(scope.district.to_string()));
    if !(scope.business && scope.whole_district) {
        seen = Box::new(seen.and(organisation::id.eq_any(scope.own.clone())));
    }
    if !question.organisations.is_empty() {
        seen = Box::new(seen.and(organisation::id.eq_any(question.organisations.clone())));
    }
    Ok(organisation::table.filter(seen).select((organisation::id, organisation::name)).load(reader.conn())?)
}

#[derive(Queryable)]
struct ProjectCase {
    lead: OrganisationId,
    status: String,
    contact_due_at: At,
    contacted_at: Option<At>,
    delivered_at: Option<At>,
    confirmed_at: Option<At>,
    solved: Option<String>,
    satisfaction: Option<i32>,
}

fn count_projects(
    reader: &mut Reader,
    scope: &Scope,
    question: &Question,
    rates: &mut HashMap<OrganisationId, Rates>,
) -> StoreResult<()> {
    let (first, end) = (At(start_of_day(question.from)), At(end_of(question)));
    let delivered = project::delivered_at.assume_not_null();
    let confirmed = project::confirmed_at.assume_not_null();
    let cases: Vec<ProjectCase> = project::table
        .filter(project::district.eq(scope.district.as_str()))
        .filter(
            project::contact_due_at
                .ge(first)
                .and(project::contact_due_at.lt(end))
                .or(project::delivered_at.is_not_null().and(delivered.ge(first)).and(delivered.lt(end)))
                .or(project::confirmed_at.is_not_null().and(confirmed.ge(first)).and(confirmed.lt(end))),
        )
        .select((
            project::lead,
            project::status,
            project::contact_due_at,
            project::contacted_at,
            project::delivered_at,
            project::confirmed_at,
            project::solved,
            project::satisfaction,
        ))
        .load(reader.conn())?;
    let within = |at: Option<At>| at.is_some_and(|at| first.0 <= at.0 && at.0 < end.0);
    for case in cases {
        let of_lead = rates.entry(case.lead).or_default();
        // What was cancelled before anybody was contacted was not to be answered any more.
        let is_due = case.contacted_at.is_some() || (case.status != "CANCELLED" && case.contact_due_at.0 < question.now);
        if within(Some(case.contact_due_at)) && is_due {
            of_lead.response.count(case.contacted_at.is_some_and(|at| at <= case.contact_due_at));
        }
        if within(case.delivered_at) {
            of_lead.answered.count(case.confirmed_at.is_some());
        }
        if within(case.confirmed_at) {
            of_lead.resolution.count(case.solved.as_deref() == Some("YES"));
            let satisfied = case.satisfaction.is_some_and(|score| i64::from(score) >= i64::from(question.satisfied_least));
            of_lead.satisfaction.count(satisfied);
        }
    }
    Ok(())
}

/// A demand counts for its enterprise, and for the duty unit of its category.
fn count_demands(
    reader: &mut Reader,
    scope: &Scope,
    calendar: &Calendar,
    question: &Question,
    rates: &mut HashMap<OrganisationId, Rates>,
) -> StoreResult<()> {
    let (first, end) = (At(start_of_day(question.from)), At(end_of(question)));
    let listed = demand::listed_at.assume_not_null();
    let in_span = || {
        demand::district
            .eq(scope.district.to_string())
            .and(demand::listed_at.is_not_null())
            .and(listed.ge(first))
            .and(listed.lt(end))
    };
    let cases: Vec<(DemandId, OrganisationId, Option<OrganisationId>, Option<At>)> = demand::table
        .inner_join(category::table.on(category::id.eq(demand::category)))
        .filter(in_span())
        .select((demand::id, demand::organisation, category::duty_unit, demand::listed_at))
        .load(reader.conn())?;
    let consents: Vec<(DemandId, Option<At>, Option<At>)> = claim::table
        .inner_join(demand::table.on(demand::id.eq(claim::demand)))
        .filter(in_span())
        .filter(claim::demand_consent_at.is_not_null().and(claim::provider_consent_at.is_not_null()))
        .select((claim::demand, claim::demand_consent_at, claim::provider_consent_at))
        .load(reader.conn())?;
    let mut agreed: HashMap<DemandId, Timestamp> = HashMap::new();
    for (demand, one, other) in consents {
        // The second consent is the agreement; the first agreement of a demand is what counts.
        let Some(at) = one.max(other) else { continue };
        let first = agreed.entry(demand).or_insert(at.0);
        *first = at.0.min(*first);
    }
    for (demand, enterprise, duty_unit, listed_at) in cases {
        let Some(listed_at) = listed_at else { continue };
        let due = calendar.add_workdays(shanghai_date(listed_at.0), question.claimed_within).map_or(Timestamp::MAX, |due| due.at);
        let in_time = agreed.get(&demand).is_some_and(|at| *at <= due);
        // What still has time is not counted, unless it needed none.
        if in_time || due < question.now {
            rates.entry(enterprise).or_default().claimed.count(in_time);
            if let Some(unit) = duty_unit.filter(|unit| *unit != enterprise) {
                rates.entry(unit).or_default().claimed.count(in_time);
            }
        }
    }
    Ok(())
}

/// As the list stands now, whatever the span.
fn count_resources(reader: &mut Reader, scope: &Scope, rates: &mut HashMap<OrganisationId, Rates>) -> StoreResult<()> {
    let cases: Vec<(OrganisationId, String)> = resource::table
        .filter(resource::district.eq(scope.district.as_str()).and(resource::status.eq_any(["LISTED", "STALE"])))
        .select((resource::organisation, resource::status))
        .load(reader.conn())?;
    for (organisation, status) in cases {
        rates.entry(organisation).or_default().stale.count(status == "STALE");
    }
    Ok(())
}

fn end_of(question: &Question) -> Timestamp {
    question.to.tomorrow().map_or(Timestamp::MAX, start_of_day)
}
