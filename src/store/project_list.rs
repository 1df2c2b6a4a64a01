//! Lists of projects: pages of all that a scope shows, and the newest of given demands.

use diesel::{dsl::count_star, prelude::*};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Reader, StoreError, StoreResult,
    page::{Sort, Window},
    project::{Condition, Row, visible},
    schema::{place, project},
    types::{At, On},
};
use crate::{
    domain::project::{Project, Status, UNDELIVERED},
    kernel::{
        id::{DemandId, OrganisationId, PlaceId, ProjectId, ZoneId},
        page::{Mark, Page, PageRequest},
    },
    policy::Scope,
};

/// Which projects a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Filter {
    pub statuses: Vec<Status>,
    /// Those that provide.
    pub leads: Vec<OrganisationId>,
    /// Those whose demand it is.
    pub enterprises: Vec<OrganisationId>,
    pub demands: Vec<DemandId>,
    pub zones: Vec<ZoneId>,
    pub places: Vec<PlaceId>,
    /// Only what should have been delivered before this day and is not.
    pub overdue_on: Option<Date>,
}

/// How a list of projects is ordered.
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

    /// Where a project stands in a list of this order.
    pub fn mark(self, project: &Project) -> Mark {
        let key = match self {
            Self::NewestFirst | Self::OldestFirst => project.created_at.as_microsecond(),
            Self::DueSoonest => day_key(project.due_on),
        };
        Mark { key, id: *project.id.as_bytes() }
    }
}

/// A day as an integer that orders like it: 20261201.
fn day_key(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// The day of a key; a forged one is no day and finds nothing.
fn day_of(key: i64) -> StoreResult<Date> {
    let (year, month, day) = (key.div_euclid(10_000), key.rem_euclid(10_000) / 100, key.rem_euclid(100));
    let date = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    match date {
        (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).map_err(|_| StoreError::Stale),
        _ => Err(StoreError::Stale),
    }
}

/// Projects that are read at most for the demands of one page: far above what a page needs, since a
/// demand has at most as many as its quantity; beyond it the oldest projects of the page are left out.
const MAX_NESTED: i64 = 10_000;

/// One page of the list.
pub fn page(
    reader: &mut Reader,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    request: &PageRequest,
) -> StoreResult<Page<Project>> {
    let window = Window::new(request, order.sort());
    let mut query = project::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(order, mark, above)?);
        }
    }
    query = match (order, window.upwards) {
        (Order::NewestFirst | Order::OldestFirst, true) => query.order((project::created_at.asc(), project::id.asc())),
        (Order::NewestFirst | Order::OldestFirst, false) => query.order((project::created_at.desc(), project::id.desc())),
        (Order::DueSoonest, true) => query.order((project::due_on.asc(), project::id.asc())),
        (Order::DueSoonest, false) => query.order((project::due_on.desc(), project::id.desc())),
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    let rows = rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?;
    Ok(Page::cut(rows, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(project::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

/// The projects of any of the demands, the newest first; at most [`MAX_NESTED`] of them.
pub fn of_demands(reader: &mut Reader, scope: &Scope, demands: &[DemandId]) -> StoreResult<Vec<Project>> {
    let rows: Vec<Row> = project::table
        .filter(visible(scope))
        .filter(project::demand.eq_any(demands))
        .order((project::created_at.desc(), project::id.desc()))
        .limit(MAX_NESTED)
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut condition: Condition<'a> = Box::new(project::id.eq(project::id));
    if !filter.statuses.is_empty() {
        let names: Vec<&'static str> = filter.statuses.iter().map(|status| status.name()).collect();
        condition = Box::new(condition.and(project::status.eq_any(names)));
    }
    if !filter.leads.is_empty() {
        condition = Box::new(condition.and(project::lead.eq_any(filter.leads.clone())));
    }
    if !filter.enterprises.is_empty() {
        condition = Box::new(condition.and(project::demand_organisation.eq_any(filter.enterprises.clone())));
    }
    if !filter.demands.is_empty() {
        condition = Box::new(condition.and(project::demand.eq_any(filter.demands.clone())));
    }
    if !filter.zones.is_empty() {
        let in_zones = place::table
            .filter(place::zone.is_not_null().and(place::zone.assume_not_null().eq_any(filter.zones.clone())))
            .select(place::id);
        condition = Box::new(condition.and(project::place.eq_any(in_zones)));
    }
    if !filter.places.is_empty() {
        condition = Box::new(condition.and(project::place.eq_any(filter.places.clone())));
    }
    match filter.overdue_on {
        Some(today) => {
            let names = UNDELIVERED.map(Status::name);
            Box::new(condition.and(project::due_on.lt(On(today))).and(project::status.eq_any(names)))
        }
        None => condition,
    }
}

fn beyond<'a>(order: Order, mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = ProjectId::from_bytes(mark.id);
    Ok(match order {
        Order::NewestFirst | Order::OldestFirst => {
            let at = At(jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
            if above {
                Box::new(project::created_at.gt(at).or(project::created_at.eq(at).and(project::id.gt(id))))
            } else {
                Box::new(project::created_at.lt(at).or(project::created_at.eq(at).and(project::id.lt(id))))
            }
        }
        Order::DueSoonest => {
            let day = On(day_of(mark.key)?);
            if above {
                Box::new(project::due_on.gt(day).or(project::due_on.eq(day).and(project::id.gt(id))))
            } else {
                Box::new(project::due_on.lt(day).or(project::due_on.eq(day).and(project::id.lt(id))))
            }
        }
    })
}
