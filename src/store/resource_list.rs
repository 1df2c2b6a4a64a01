//! Lists of resources, and who sees which.

use diesel::{dsl::count_star, prelude::*, sql_types::Bool};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Reader, StoreError, StoreResult,
    conn::MultiBackend,
    page::{Sort, Window, containing},
    resource::{Row, complete},
    resource_reach::Targets,
    schema::{claim, resource, resource_reach, tenancy, text_token},
    text_token::{Noun, lookup_tokens},
    types::{At, On},
};
use crate::{
    domain::resource::{Fee, Mode, Resource, Status},
    kernel::{
        id::{CategoryId, OrganisationId, PlaceId, ResourceId, ZoneId},
        page::{Mark, Page, PageRequest},
        tokens::search_form,
    },
    policy::Scope,
};

/// Which resources a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Filter {
    pub statuses: Vec<Status>,
    pub categories: Vec<CategoryId>,
    pub organisations: Vec<OrganisationId>,
    pub modes: Vec<Mode>,
    pub fees: Vec<Fee>,
    /// Reaching any place of one of these zones.
    pub zones: Vec<ZoneId>,
    /// Reaching one of these places.
    pub places: Vec<PlaceId>,
    /// A phrase of the title or detail.
    pub text: Option<String>,
    pub valid_on: Option<Date>,
}

/// How a list of resources is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
    /// By the last day; those without one come last.
    EndingFirst,
}

/// Where a resource without a last day stands in a list by the last day.
const WITHOUT_END: i64 = i64::MAX;

impl Order {
    fn sort(self) -> Sort {
        match self {
            Self::NewestFirst => Sort::Descending,
            Self::OldestFirst | Self::EndingFirst => Sort::Ascending,
        }
    }

    /// Where a resource stands in a list of this order.
    pub fn mark(self, resource: &Resource) -> Mark {
        let key = match self {
            Self::NewestFirst | Self::OldestFirst => resource.created_at.as_microsecond(),
            Self::EndingFirst => resource.terms.valid_to.map_or(WITHOUT_END, day_key),
        };
        Mark { key, id: *resource.id.as_bytes() }
    }
}

/// One page of the list.
pub fn page(
    reader: &mut Reader,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    request: &PageRequest,
) -> StoreResult<Page<Resource>> {
    let window = Window::new(request, order.sort());
    let targets = Targets::of(reader, scope, &filter.zones, &filter.places)?;
    let mut query = resource::table.filter(visible(scope)).filter(matching(filter, targets)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(order, mark, above)?);
        }
    }
    let endless = resource::valid_to.is_null();
    query = match (order, window.upwards) {
        (Order::NewestFirst | Order::OldestFirst, true) => query.order((resource::created_at.asc(), resource::id.asc())),
        (Order::NewestFirst | Order::OldestFirst, false) => query.order((resource::created_at.desc(), resource::id.desc())),
        (Order::EndingFirst, true) => query.order((endless.asc(), resource::valid_to.asc(), resource::id.asc())),
        (Order::EndingFirst, false) => query.order((endless.desc(), resource::valid_to.desc(), resource::id.desc())),
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    Ok(Page::cut(complete(reader, rows)?, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    let targets = Targets::of(reader, scope, &filter.zones, &filter.places)?;
    let listed = resource::table.filter(visible(scope)).filter(matching(filter, targets));
    Ok(listed.select(count_star()).get_result(reader.conn())?)
}

type Condition<'a> = Box<dyn BoxableExpression<resource::table, MultiBackend, SqlType = Bool> + 'a>;

/// What a scope shows: its own, what it looks after, and what is listed (`domain.md` §9).
pub(super) fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = resource::district.eq(scope.district.to_string());
    if !scope.business {
        return Box::new(district.and(never()));
    }
    let listed = resource::status.eq("LISTED");
    let looked_after = resource::status.ne("DRAFT").or(resource::created_by.eq(scope.account)).and(looked_after(scope));
    Box::new(district.and(own(scope).or(looked_after).or(listed)))
}

/// A side of it or its creator. Whoever has a demand with a claim on it that is open or agreed is a
/// side.
fn own<'a>(scope: &Scope) -> Condition<'a> {
    let claimed = claim::table
        .filter(claim::demand_organisation.eq_any(scope.sides.clone()))
        .filter(claim::status.eq_any(["PENDING", "AGREED"]))
        .filter(claim::resource.is_not_null())
        .select(claim::resource.assume_not_null());
    Box::new(resource::organisation.eq_any(scope.sides.clone()).or(resource::id.eq_any(claimed)))
}

/// A steward looks after whoever sits in its places today.
fn looked_after<'a>(scope: &Scope) -> Condition<'a> {
    if scope.whole_district {
        return always();
    }
    let today = On(scope.today);
    let sitting = tenancy::table
        .filter(tenancy::place.eq_any(scope.steward_places.clone()))
        .filter(tenancy::from_on.le(today))
        .filter(tenancy::to_on.is_null().or(tenancy::to_on.assume_not_null().ge(today)))
        .select(tenancy::organisation);
    Box::new(resource::organisation.eq_any(sitting))
}

fn always<'a>() -> Condition<'a> {
    Box::new(resource::id.eq(resource::id))
}

fn never<'a>() -> Condition<'a> {
    Box::new(resource::id.ne(resource::id))
}

fn matching<'a>(filter: &Filter, targets: Targets) -> Condition<'a> {
    let mut condition = always();
    if !filter.statuses.is_empty() {
        let names: Vec<&'static str> = filter.statuses.iter().map(|status| status.name()).collect();
        condition = Box::new(condition.and(resource::status.eq_any(names)));
    }
    if !filter.categories.is_empty() {
        condition = Box::new(condition.and(resource::category.eq_any(filter.categories.clone())));
    }
    if !filter.organisations.is_empty() {
        condition = Box::new(condition.and(resource::organisation.eq_any(filter.organisations.clone())));
    }
    if !filter.modes.is_empty() {
        let names: Vec<&'static str> = filter.modes.iter().map(|mode| (*mode).into()).collect();
        condition = Box::new(condition.and(resource::mode.eq_any(names)));
    }
    if !filter.fees.is_empty() {
        let names: Vec<&'static str> = filter.fees.iter().map(|fee| (*fee).into()).collect();
        condition = Box::new(condition.and(resource::fee.eq_any(names)));
    }
    if !filter.zones.is_empty() || !filter.places.is_empty() {
        condition = Box::new(condition.and(reaching(targets)));
    }
    if let Some(day) = filter.valid_on {
        let not_over = resource::valid_to.is_null().or(resource::valid_to.assume_not_null().ge(On(day)));
        condition = Box::new(condition.and(resource::valid_from.le(On(day)).and(not_over)));
    }
    match &filter.text {
        Some(phrase) => Box::new(condition.and(saying(phrase))),
        None => condition,
    }
}

fn reaching<'a>(targets: Targets) -> Condition<'a> {
    let named = |kind: &'static str, targets: Vec<String>| {
        resource_reach::table
            .filter(resource_reach::kind.eq(kind).and(resource_reach::target.eq_any(targets)))
            .select(resource_reach::resource)
    };
    let streets = named("STREET", targets.streets.into_iter().collect());
    let zones = named("ZONE", targets.zones.iter().map(ToString::to_string).collect());
    let places = named("PLACE", targets.places.iter().map(ToString::to_string).collect());
    Box::new(
        resource::coverage
            .eq("DISTRICT")
            .or(resource::id.eq_any(streets))
            .or(resource::id.eq_any(zones))
            .or(resource::id.eq_any(places)),
    )
}

/// The tokens narrow the rows down by index; the phrase itself decides.
fn saying<'a>(phrase: &str) -> Condition<'a> {
    let pattern = containing(&search_form(phrase));
    let mut condition: Condition<'a> = Box::new(resource::search_text.like(pattern).escape('\\'));
    for token in lookup_tokens(phrase) {
        let with_token = text_token::table
            .filter(text_token::noun.eq(Noun::Resource.name()).and(text_token::token.eq(token)))
            .select(text_token::object);
        condition = Box::new(condition.and(resource::id.eq_any(with_token)));
    }
    condition
}

fn beyond<'a>(order: Order, mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = ResourceId::from_bytes(mark.id);
    match order {
        Order::NewestFirst | Order::OldestFirst => {
            let at = At(jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
            Ok(if above {
                Box::new(resource::created_at.gt(at).or(resource::created_at.eq(at).and(resource::id.gt(id))))
            } else {
                Box::new(resource::created_at.lt(at).or(resource::created_at.eq(at).and(resource::id.lt(id))))
            })
        }
        Order::EndingFirst if mark.key == WITHOUT_END => Ok(if above {
            Box::new(resource::valid_to.is_null().and(resource::id.gt(id)))
        } else {
            Box::new(resource::valid_to.is_not_null().or(resource::id.lt(id)))
        }),
        Order::EndingFirst => {
            let last_day = On(key_day(mark.key).ok_or(StoreError::Stale)?);
            let end = resource::valid_to.assume_not_null();
            let same = end.eq(last_day);
            Ok(if above {
                let behind = resource::valid_to.is_not_null().and(end.gt(last_day).or(same.and(resource::id.gt(id))));
                Box::new(resource::valid_to.is_null().or(behind))
            } else {
                let before = end.lt(last_day).or(same.and(resource::id.lt(id)));
                Box::new(resource::valid_to.is_not_null().and(before))
            })
        }
    }
}

/// A day as a number that orders like it: 20261201.
fn day_key(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

fn key_day(key: i64) -> Option<Date> {
    let year = i16::try_from(key / 10_000).ok()?;
    let month = i8::try_from(key / 100 % 100).ok()?;
    Date::new(year, month, i8::try_from(key % 100).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_survives_its_number() {
        for day in [date(1, 1, 1), date(2026, 12, 1), date(9999, 12, 31)] {
            assert_eq!(key_day(day_key(day)), Some(day));
        }
        assert_eq!(key_day(20_261_301), None);
    }
}
