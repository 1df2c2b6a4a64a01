//! Lists of claims: pages of all that a scope shows, and the newest of given parents.

use diesel::{dsl::count_star, prelude::*};
use serde::Serialize;

use super::{
    Reader, StoreError, StoreResult,
    claim::{Condition, Row, visible},
    page::{Sort, Window},
    schema::{claim, place},
    types::At,
};
use crate::{
    domain::claim::{Claim, Kind, Status},
    kernel::{
        id::{ClaimId, DemandId, OrganisationId, PlaceId, ResourceId, ZoneId},
        page::{Mark, Page, PageRequest},
    },
    policy::Scope,
};

/// Which claims a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    pub statuses: Vec<Status>,
    pub kinds: Vec<Kind>,
    pub demands: Vec<DemandId>,
    pub resources: Vec<ResourceId>,
    pub providers: Vec<OrganisationId>,
    /// Those whose demand it is.
    pub enterprises: Vec<OrganisationId>,
    pub zones: Vec<ZoneId>,
    pub places: Vec<PlaceId>,
    /// Whose answer is or was due before this moment, given or not.
    pub respond_before: Option<jiff::Timestamp>,
}

/// How a list of claims is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
    DueSoonest,
}

impl Order {
    fn sort(self) -> Sort {
        match self {
            Self::NewestFirst => Sort::Descending,
            Self::OldestFirst | Self::DueSoonest => Sort::Ascending,
        }
    }

    /// Where a claim stands in a list of this order.
    pub fn mark(self, claim: &Claim) -> Mark {
        let at = match self {
            Self::NewestFirst | Self::OldestFirst => claim.created_at,
            Self::DueSoonest => claim.respond_by,
        };
        Mark { key: at.as_microsecond(), id: *claim.id.as_bytes() }
    }
}

/// Claims that are read at most for the parents of one page. A demand or resource has as many
/// claims as organisations took an interest in it, so this is far above what a page needs; beyond
/// it the oldest claims of the page are left out.
const MAX_NESTED: i64 = 10_000;

/// One page of the list.
pub fn page(
    reader: &mut Reader,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    request: &PageRequest,
) -> StoreResult<Page<Claim>> {
    let window = Window::new(request, order.sort());
    let mut query = claim::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(order, mark, above)?);
        }
    }
    query = match (order, window.upwards) {
        (Order::NewestFirst | Order::OldestFirst, true) => query.order((claim::created_at.asc(), claim::id.asc())),
        (Order::NewestFirst | Order::OldestFirst, false) => query.order((claim::created_at.desc(), claim::id.desc())),
        (Order::DueSoonest, true) => query.order((claim::respond_by.asc(), claim::id.asc())),
        (Order::DueSoonest, false) => query.order((claim::respond_by.desc(), claim::id.desc())),
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    let rows = rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?;
    Ok(Page::cut(rows, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(claim::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

/// The claims on any of the demands, the newest first; at most [`MAX_NESTED`] of them.
pub fn of_demands(reader: &mut Reader, scope: &Scope, demands: &[DemandId]) -> StoreResult<Vec<Claim>> {
    newest(reader, scope, Box::new(claim::demand.eq_any(demands)))
}

/// The claims on any of the resources, the newest first; at most [`MAX_NESTED`] of them.
pub fn of_resources(reader: &mut Reader, scope: &Scope, resources: &[ResourceId]) -> StoreResult<Vec<Claim>> {
    newest(reader, scope, Box::new(claim::resource.is_not_null().and(claim::resource.assume_not_null().eq_any(resources))))
}

fn newest(reader: &mut Reader, scope: &Scope, which: Condition<'_>) -> StoreResult<Vec<Claim>> {
    let rows: Vec<Row> = claim::table
        .filter(visible(scope))
        .filter(which)
        .order((claim::created_at.desc(), claim::id.desc()))
        .limit(MAX_NESTED)
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut condition: Condition<'a> = Box::new(claim::id.eq(claim::id));
    if !filter.statuses.is_empty() {
        let names: Vec<&'static str> = filter.statuses.iter().map(|status| status.name()).collect();
        condition = Box::new(condition.and(claim::status.eq_any(names)));
    }
    if !filter.kinds.is_empty() {
        let names: Vec<&'static str> = filter.kinds.iter().map(|kind| (*kind).into()).collect();
        condition = Box::new(condition.and(claim::kind.eq_any(names)));
    }
    if !filter.demands.is_empty() {
        condition = Box::new(condition.and(claim::demand.eq_any(filter.demands.clone())));
    }
    if !filter.resources.is_empty() {
        let resources = claim::resource.assume_not_null().eq_any(filter.resources.clone());
        condition = Box::new(condition.and(claim::resource.is_not_null().and(resources)));
    }
    if !filter.providers.is_empty() {
        condition = Box::new(condition.and(claim::provider.eq_any(filter.providers.clone())));
    }
    if !filter.enterprises.is_empty() {
        condition = Box::new(condition.and(claim::demand_organisation.eq_any(filter.enterprises.clone())));
    }
    if !filter.zones.is_empty() {
        let in_zones = place::table
            .filter(place::zone.is_not_null().and(place::zone.assume_not_null().eq_any(filter.zones.clone())))
            .select(place::id);
        condition = Box::new(condition.and(claim::place.eq_any(in_zones)));
    }
    if !filter.places.is_empty() {
        condition = Box::new(condition.and(claim::place.eq_any(filter.places.clone())));
    }
    match filter.respond_before {
        Some(before) => Box::new(condition.and(claim::respond_by.lt(At(before)))),
        None => condition,
    }
}

fn beyond<'a>(order: Order, mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = ClaimId::from_bytes(mark.id);
    let at = At(jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
    Ok(match (order, above) {
        (Order::NewestFirst | Order::OldestFirst, true) => {
            Box::new(claim::created_at.gt(at).or(claim::created_at.eq(at).and(claim::id.gt(id))))
        }
        (Order::NewestFirst | Order::OldestFirst, false) => {
            Box::new(claim::created_at.lt(at).or(claim::created_at.eq(at).and(claim::id.lt(id))))
        }
        (Order::DueSoonest, true) => Box::new(claim::respond_by.gt(at).or(claim::respond_by.eq(at).and(claim::id.gt(id)))),
        (Order::DueSoonest, false) => Box::new(claim::respond_by.lt(at).or(claim::respond_by.eq(at).and(claim::id.lt(id)))),
    })
}
