//! Lists of demands, and who sees which.

use diesel::{dsl::count_star, prelude::*, sql_types::Bool};
use serde::{Deserialize, Serialize};

use super::{
    Reader, StoreError, StoreResult,
    conn::MultiBackend,
    demand::Row,
    page::{Sort, Window, containing},
    schema::{claim, demand, text_token},
    text_token::{Noun, lookup_tokens},
    types::At,
};
use crate::{
    domain::demand::{Demand, Status, Urgency},
    kernel::{
        id::{CategoryId, DemandId, OrganisationId, PlaceId, ZoneId},
        page::{Mark, Page, PageRequest},
        tokens::search_form,
    },
    policy::{Covered, Scope},
};

/// Which demands a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Filter {
    pub statuses: Vec<Status>,
    pub categories: Vec<CategoryId>,
    pub zones: Vec<ZoneId>,
    pub places: Vec<PlaceId>,
    pub organisations: Vec<OrganisationId>,
    pub urgencies: Vec<Urgency>,
    /// A phrase of the title or detail.
    pub text: Option<String>,
    pub created_from: Option<jiff::Timestamp>,
    pub created_before: Option<jiff::Timestamp>,
    pub listed_from: Option<jiff::Timestamp>,
    pub listed_before: Option<jiff::Timestamp>,
}

/// How a list of demands is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
    UrgentFirst,
}

impl Order {
    fn sort(self) -> Sort {
        match self {
            Self::NewestFirst | Self::UrgentFirst => Sort::Descending,
            Self::OldestFirst => Sort::Ascending,
        }
    }

    /// Where a demand stands in a list of this order.
    pub fn mark(self, demand: &Demand) -> Mark {
        let key = match self {
            Self::NewestFirst | Self::OldestFirst => demand.created_at.as_microsecond(),
            Self::UrgentFirst => i64::from(demand.terms.urgency.rank()),
        };
        Mark { key, id: *demand.id.as_bytes() }
    }
}

/// One page of the list.
pub fn page(
    reader: &mut Reader,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    request: &PageRequest,
) -> StoreResult<Page<Demand>> {
    let window = Window::new(request, order.sort());
    let mut query = demand::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(order, mark, above)?);
        }
    }
    query = match (order, window.upwards) {
        (Order::NewestFirst | Order::OldestFirst, true) => query.order((demand::created_at.asc(), demand::id.asc())),
        (Order::NewestFirst | Order::OldestFirst, false) => query.order((demand::created_at.desc(), demand::id.desc())),
        (Order::UrgentFirst, true) => query.order((demand::urgency_rank.asc(), demand::id.asc())),
        (Order::UrgentFirst, false) => query.order((demand::urgency_rank.desc(), demand::id.desc())),
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    let rows = rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?;
    Ok(Page::cut(rows, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(demand::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

type Condition<'a> = Box<dyn BoxableExpression<demand::table, MultiBackend, SqlType = Bool> + 'a>;

diesel::alias!(demand as follower: Follower);

/// What a scope shows: its own, what it looks after, and what is listed for it (`domain.md` §9).
pub(super) fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = demand::district.eq(scope.district.to_string());
    if !scope.business {
        return Box::new(district.and(never()));
    }
    let listed = demand::status.eq("LISTED").and(shown_to(scope));
    let looked_after = demand::status.ne("DRAFT").or(demand::created_by.eq(scope.account)).and(looked_after(scope));
    Box::new(district.and(own(scope).or(looked_after).or(listed)))
}

/// One's organisation is a side of it. Whoever has a claim on it that is open or agreed is a side; whoever
/// had a demand that was merged into it keeps seeing where it went.
fn own<'a>(scope: &Scope) -> Condition<'a> {
    let claimed = claim::table
        .filter(claim::provider.eq_any(scope.sides.clone()))
        .filter(claim::status.eq_any(["PENDING", "AGREED"]))
        .select(claim::demand);
    let followed = follower
        .filter(follower.field(demand::organisation).eq_any(scope.sides.clone()))
        .filter(follower.field(demand::merged_into).is_not_null())
        .select(follower.field(demand::merged_into).assume_not_null());
    Box::new(demand::organisation.eq_any(scope.sides.clone()).or(demand::id.eq_any(claimed)).or(demand::id.eq_any(followed)))
}

fn looked_after<'a>(scope: &Scope) -> Condition<'a> {
    if scope.whole_district { always() } else { Box::new(demand::place.eq_any(scope.steward_places.clone())) }
}

fn always<'a>() -> Condition<'a> {
    Box::new(demand::id.eq(demand::id))
}

fn never<'a>() -> Condition<'a> {
    Box::new(demand::id.ne(demand::id))
}

fn shown_to<'a>(scope: &Scope) -> Condition<'a> {
    let duty = demand::category.eq_any(scope.duty_categories.clone());
    let zone = demand::zone.is_not_null().and(demand::zone.assume_not_null().eq_any(scope.tenancy_zones.clone()));
    let covered: Condition<'a> = match &scope.covered {
        Covered::Nowhere => never(),
        Covered::Places(places) => Box::new(demand::place.eq_any(places.iter().copied().collect::<Vec<_>>())),
        Covered::District => always(),
    };
    Box::new(
        demand::visibility
            .eq("DISTRICT")
            .or(demand::visibility.eq("DUTY_UNIT").and(duty.clone()))
            .or(demand::visibility.eq("ZONE").and(zone.or(duty).or(covered))),
    )
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut condition = created_and_listed(filter);
    if !filter.statuses.is_empty() {
        let names: Vec<&'static str> = filter.statuses.iter().map(|status| status.name()).collect();
        condition = Box::new(condition.and(demand::status.eq_any(names)));
    }
    if !filter.categories.is_empty() {
        condition = Box::new(condition.and(demand::category.eq_any(filter.categories.clone())));
    }
    if !filter.zones.is_empty() {
        let zones = demand::zone.assume_not_null().eq_any(filter.zones.clone());
        condition = Box::new(condition.and(demand::zone.is_not_null().and(zones)));
    }
    if !filter.places.is_empty() {
        condition = Box::new(condition.and(demand::place.eq_any(filter.places.clone())));
    }
    if !filter.organisations.is_empty() {
        condition = Box::new(condition.and(demand::organisation.eq_any(filter.organisations.clone())));
    }
    if !filter.urgencies.is_empty() {
        let ranks: Vec<i32> = filter.urgencies.iter().map(|urgency| urgency.rank()).collect();
        condition = Box::new(condition.and(demand::urgency_rank.eq_any(ranks)));
    }
    match &filter.text {
        Some(phrase) => Box::new(condition.and(saying(phrase))),
        None => condition,
    }
}

fn created_and_listed<'a>(filter: &Filter) -> Condition<'a> {
    let mut condition = always();
    if let Some(from) = filter.created_from {
        condition = Box::new(condition.and(demand::created_at.ge(At(from))));
    }
    if let Some(before) = filter.created_before {
        condition = Box::new(condition.and(demand::created_at.lt(At(before))));
    }
    let listed_at = demand::listed_at.assume_not_null();
    if let Some(from) = filter.listed_from {
        condition = Box::new(condition.and(demand::listed_at.is_not_null()).and(listed_at.ge(At(from))));
    }
    if let Some(before) = filter.listed_before {
        condition = Box::new(condition.and(demand::listed_at.is_not_null()).and(listed_at.lt(At(before))));
    }
    condition
}

/// The tokens narrow the rows down by index; the phrase itself decides.
fn saying<'a>(phrase: &str) -> Condition<'a> {
    let pattern = containing(&search_form(phrase));
    let mut condition: Condition<'a> = Box::new(demand::search_text.like(pattern).escape('\\'));
    for token in lookup_tokens(phrase) {
        let with_token = text_token::table
            .filter(text_token::noun.eq(Noun::Demand.name()).and(text_token::token.eq(token)))
            .select(text_token::object);
        condition = Box::new(condition.and(demand::id.eq_any(with_token)));
    }
    condition
}

fn beyond<'a>(order: Order, mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = DemandId::from_bytes(mark.id);
    Ok(match order {
        Order::NewestFirst | Order::OldestFirst => {
            let at = At(jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
            if above {
                Box::new(demand::created_at.gt(at).or(demand::created_at.eq(at).and(demand::id.gt(id))))
            } else {
                Box::new(demand::created_at.lt(at).or(demand::created_at.eq(at).and(demand::id.lt(id))))
            }
        }
        Order::UrgentFirst => {
            let rank = i32::try_from(mark.key).map_err(|_| StoreError::Stale)?;
            if above {
                Box::new(demand::urgency_rank.gt(rank).or(demand::urgency_rank.eq(rank).and(demand::id.gt(id))))
            } else {
                Box::new(demand::urgency_rank.lt(rank).or(demand::urgency_rank.eq(rank).and(demand::id.lt(id))))
            }
        }
    })
}
