//! Lists of tenancies.

use std::collections::HashMap;

use diesel::{dsl::count_star, prelude::*, sql_types::Bool};
use jiff::civil::Date;
use serde::Serialize;

use super::{
    Reader, StoreError, StoreResult,
    conn::MultiBackend,
    page::{Sort, Window},
    schema::tenancy,
    tenancy::Row,
    types::{At, On},
};
use crate::{
    domain::tenancy::Tenancy,
    kernel::{
        id::{OrganisationId, PlaceId, TenancyId},
        page::{Mark, Page, PageRequest},
    },
    policy::Scope,
};

/// Which tenancies a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    pub organisations: Vec<OrganisationId>,
    pub places: Vec<PlaceId>,
    /// In force on this day.
    pub on: Option<Date>,
}

/// Where a tenancy stands in a list; the newest are first.
pub fn mark(tenancy: &Tenancy) -> Mark {
    Mark { key: tenancy.created_at.as_microsecond(), id: *tenancy.id.as_bytes() }
}

/// Those of the tenancies that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[TenancyId]) -> StoreResult<Vec<Tenancy>> {
    let rows: Vec<Row> =
        tenancy::table.filter(tenancy::id.eq_any(ids)).filter(visible(scope)).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// One page of the list.
pub fn page(reader: &mut Reader, scope: &Scope, filter: &Filter, request: &PageRequest) -> StoreResult<Page<Tenancy>> {
    let window = Window::new(request, Sort::Descending);
    let mut query = tenancy::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    if let Some(mark) = window.above {
        let (at, id) = position_of(mark)?;
        query = query.filter(tenancy::created_at.gt(at).or(tenancy::created_at.eq(at).and(tenancy::id.gt(id))));
    }
    if let Some(mark) = window.below {
        let (at, id) = position_of(mark)?;
        query = query.filter(tenancy::created_at.lt(at).or(tenancy::created_at.eq(at).and(tenancy::id.lt(id))));
    }
    query = if window.upwards {
        query.order((tenancy::created_at.asc(), tenancy::id.asc()))
    } else {
        query.order((tenancy::created_at.desc(), tenancy::id.desc()))
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    let rows = rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?;
    Ok(Page::cut(rows, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(tenancy::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

/// The tenancies in each of these places on each of these days, newest first.
pub fn in_places(
    reader: &mut Reader,
    scope: &Scope,
    keys: &[(PlaceId, Date)],
) -> StoreResult<HashMap<(PlaceId, Date), Vec<Tenancy>>> {
    let places: Vec<PlaceId> = keys.iter().map(|(place, _)| *place).collect();
    let found = around(reader, scope, Box::new(tenancy::place.eq_any(places)), keys.iter().map(|(_, day)| *day))?;
    Ok(grouped(keys, &found, |tenancy| tenancy.place))
}

/// The tenancies of each of these organisations on each of these days, newest first.
pub fn of_organisations(
    reader: &mut Reader,
    scope: &Scope,
    keys: &[(OrganisationId, Date)],
) -> StoreResult<HashMap<(OrganisationId, Date), Vec<Tenancy>>> {
    let organisations: Vec<OrganisationId> = keys.iter().map(|(organisation, _)| *organisation).collect();
    let whose = Box::new(tenancy::organisation.eq_any(organisations));
    let found = around(reader, scope, whose, keys.iter().map(|(_, day)| *day))?;
    Ok(grouped(keys, &found, |tenancy| tenancy.organisation))
}

/// The tenancies of an organisation that have no end yet, whoever asks.
pub fn open_of(reader: &mut Reader, organisation: OrganisationId) -> StoreResult<Vec<Tenancy>> {
    let rows: Vec<Row> = tenancy::table
        .filter(tenancy::organisation.eq(organisation).and(tenancy::to_on.is_null()))
        .order(tenancy::id.asc())
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

type Condition<'a> = Box<dyn BoxableExpression<tenancy::table, MultiBackend, SqlType = Bool> + 'a>;

/// Tenancies that may be in force on one of the days, which in one request is one day.
fn around(
    reader: &mut Reader,
    scope: &Scope,
    whose: Condition<'_>,
    days: impl Iterator<Item = Date> + Clone,
) -> StoreResult<Vec<Tenancy>> {
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else {
        return Ok(Vec::new());
    };
    let rows: Vec<Row> = tenancy::table
        .filter(whose)
        .filter(visible(scope))
        .filter(in_force(first, last))
        .order((tenancy::created_at.desc(), tenancy::id.desc()))
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

fn grouped<K: Copy + Eq + std::hash::Hash>(
    keys: &[(K, Date)],
    found: &[Tenancy],
    key: impl Fn(&Tenancy) -> K,
) -> HashMap<(K, Date), Vec<Tenancy>> {
    let mut groups: HashMap<K, Vec<&Tenancy>> = HashMap::new();
    for tenancy in found {
        groups.entry(key(tenancy)).or_default().push(tenancy);
    }
    let on = |(key, day): &(K, Date)| {
        let group = groups.get(key).into_iter().flatten();
        ((*key, *day), group.filter(|tenancy| tenancy.is_in_force(*day)).map(|tenancy| (*tenancy).clone()).collect())
    };
    keys.iter().map(on).collect()
}

/// Tenancies are shown to every business role of the district.
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = tenancy::district.eq(scope.district.to_string());
    if scope.business { Box::new(district) } else { Box::new(district.and(tenancy::id.ne(tenancy::id))) }
}

fn in_force<'a>(first: Date, last: Date) -> Condition<'a> {
    let goes_on = tenancy::to_on.is_null().or(tenancy::to_on.assume_not_null().ge(On(first)));
    Box::new(tenancy::from_on.le(On(last)).and(goes_on))
}

fn position_of(mark: Mark) -> StoreResult<(At, TenancyId)> {
    let at = jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?;
    Ok((At(at), TenancyId::from_bytes(mark.id)))
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut condition: Condition<'a> = Box::new(tenancy::id.eq(tenancy::id));
    if !filter.organisations.is_empty() {
        condition = Box::new(condition.and(tenancy::organisation.eq_any(filter.organisations.clone())));
    }
    if !filter.places.is_empty() {
        condition = Box::new(condition.and(tenancy::place.eq_any(filter.places.clone())));
    }
    match filter.on {
        Some(day) => Box::new(condition.and(in_force(day, day))),
        None => condition,
    }
}
