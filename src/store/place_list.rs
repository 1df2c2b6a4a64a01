//! Lists of places.

use std::collections::HashMap;

use diesel::{dsl::count_star, prelude::*};
use serde::Serialize;

use super::{
    Reader, StoreError, StoreResult,
    page::{Sort, Window},
    place::{Condition, Row, visible},
    schema::place,
    types::At,
};
use crate::{
    domain::place::{Dominance, Kind, Place, Status},
    kernel::{
        division::DivisionCode,
        id::{OrganisationId, PlaceId, ZoneId},
        page::{Mark, Page, PageRequest},
    },
    policy::Scope,
};

/// Which places a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    pub kinds: Vec<Kind>,
    pub statuses: Vec<Status>,
    pub dominances: Vec<Dominance>,
    pub zones: Vec<ZoneId>,
    pub parents: Vec<PlaceId>,
    pub operators: Vec<OrganisationId>,
    /// In one of these divisions or below it.
    pub divisions: Vec<DivisionCode>,
    /// Those at the top of the tree only.
    pub roots: bool,
}

/// How a list of places is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

impl Order {
    fn sort(self) -> Sort {
        match self {
            Self::NewestFirst => Sort::Descending,
            Self::OldestFirst => Sort::Ascending,
        }
    }
}

/// Where a place stands in a list.
pub fn mark(place: &Place) -> Mark {
    Mark { key: place.created_at.as_microsecond(), id: *place.id.as_bytes() }
}

/// One page of the list.
pub fn page(
    reader: &mut Reader,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    request: &PageRequest,
) -> StoreResult<Page<Place>> {
    let window = Window::new(request, order.sort());
    let mut query = place::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    if let Some(mark) = window.above {
        let (at, id) = position_of(mark)?;
        query = query.filter(place::created_at.gt(at).or(place::created_at.eq(at).and(place::id.gt(id))));
    }
    if let Some(mark) = window.below {
        let (at, id) = position_of(mark)?;
        query = query.filter(place::created_at.lt(at).or(place::created_at.eq(at).and(place::id.lt(id))));
    }
    query = if window.upwards {
        query.order((place::created_at.asc(), place::id.asc()))
    } else {
        query.order((place::created_at.desc(), place::id.desc()))
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    let rows = rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?;
    Ok(Page::cut(rows, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(place::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

/// The places directly below each of these, oldest first.
pub fn children_of(reader: &mut Reader, scope: &Scope, parents: &[PlaceId]) -> StoreResult<HashMap<PlaceId, Vec<Place>>> {
    let rows: Vec<Row> = place::table
        .filter(place::parent.is_not_null().and(place::parent.assume_not_null().eq_any(parents)))
        .filter(visible(scope))
        .order((place::created_at.asc(), place::id.asc()))
        .select(Row::as_select())
        .load(reader.conn())?;
    let mut children: HashMap<PlaceId, Vec<Place>> = HashMap::new();
    for row in rows {
        let place = row.parse()?;
        if let Some(parent) = place.parent {
            children.entry(parent).or_default().push(place);
        }
    }
    Ok(children)
}

fn position_of(mark: Mark) -> StoreResult<(At, PlaceId)> {
    let at = jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?;
    Ok((At(at), PlaceId::from_bytes(mark.id)))
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut condition: Condition<'a> = Box::new(place::id.eq(place::id));
    if !filter.kinds.is_empty() {
        let names: Vec<&'static str> = filter.kinds.iter().map(|kind| (*kind).into()).collect();
        condition = Box::new(condition.and(place::kind.eq_any(names)));
    }
    if !filter.statuses.is_empty() {
        let names: Vec<&'static str> = filter.statuses.iter().map(|status| (*status).into()).collect();
        condition = Box::new(condition.and(place::status.eq_any(names)));
    }
    if !filter.dominances.is_empty() {
        let names: Vec<&'static str> = filter.dominances.iter().map(|dominance| (*dominance).into()).collect();
        condition = Box::new(condition.and(place::dominance.eq_any(names)));
    }
    if !filter.zones.is_empty() {
        let zone = place::zone.assume_not_null().eq_any(filter.zones.clone());
        condition = Box::new(condition.and(place::zone.is_not_null().and(zone)));
    }
    if !filter.parents.is_empty() {
        let parent = place::parent.assume_not_null().eq_any(filter.parents.clone());
        condition = Box::new(condition.and(place::parent.is_not_null().and(parent)));
    }
    if !filter.operators.is_empty() {
        let operator = place::operator.assume_not_null().eq_any(filter.operators.clone());
        condition = Box::new(condition.and(place::operator.is_not_null().and(operator)));
    }
    if filter.roots {
        condition = Box::new(condition.and(place::parent.is_null()));
    }
    if filter.divisions.is_empty() { condition } else { Box::new(condition.and(lying_in(&filter.divisions))) }
}

/// A division's code is a prefix of the codes below it, and has digits only.
fn lying_in<'a>(divisions: &[DivisionCode]) -> Condition<'a> {
    let mut condition: Condition<'a> = Box::new(place::id.ne(place::id));
    for division in divisions {
        condition = Box::new(condition.or(place::division.like(format!("{division}%"))));
    }
    condition
}
