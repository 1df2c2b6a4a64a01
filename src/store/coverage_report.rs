//! How many organisations the branches cover and instructors serve: always counted, never kept.
//!
//! Counted are the organisations that are not closed and have a tenancy that goes on; covered are
//! those of them that any branch covers today, wherever it has its place.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    dsl::{auto_type, count},
    prelude::*,
    sql_types::Bool,
};
use jiff::civil::Date;

use super::{
    Reader, StoreError, StoreResult,
    conn::MultiBackend,
    page::{Sort, Window},
    schema::{branch_coverage, organisation, place, tenancy, zone},
    types::{At, On},
};
use crate::{
    domain::branch_coverage::Figures,
    kernel::{
        id::{OrganisationId, PlaceId, ZoneId},
        page::{Mark, Page, PageRequest},
    },
    policy::Scope,
};

/// The part of the district that a report is about: a zone, a place, where both meet, or everything.
/// Both are meant with all places that lie inside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Part {
    pub zone: Option<ZoneId>,
    pub place: Option<PlaceId>,
}

/// The figures of a part of the district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Each organisation once, in however many places it sits.
    pub total: Figures,
    /// In the order in which the places were entered. A place counts its own tenants, those of the
    /// places inside it not.
    pub places: Vec<(PlaceId, Figures)>,
}

/// An organisation that nobody covers, with the moment it was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uncovered {
    pub organisation: OrganisationId,
    pub entered_at: jiff::Timestamp,
}

impl Uncovered {
    /// Where it stands in the list.
    pub fn mark(&self) -> Mark {
        Mark { key: self.entered_at.as_microsecond(), id: *self.organisation.as_bytes() }
    }
}

/// The figures of a part of the district on a day; `None` when there is no such part to be seen.
pub fn report(reader: &mut Reader, scope: &Scope, part: Part, today: Date) -> StoreResult<Option<Report>> {
    let Some(places) = places(reader, scope, part)? else {
        return Ok(None);
    };
    let district = scope.district.as_str();
    let tenants = || sitting(&places, On(today)).filter(tenancy::organisation.eq_any(present(district)));
    let covered_tenants = || tenants().filter(tenancy::organisation.eq_any(covered(district)));
    let organisations = || count(tenancy::organisation).aggregate_distinct();
    let all: Vec<(PlaceId, i64)> =
        tenants().group_by(tenancy::place).select((tenancy::place, organisations())).load(reader.conn())?;
    let with_branch: Vec<(PlaceId, i64)> =
        covered_tenants().group_by(tenancy::place).select((tenancy::place, organisations())).load(reader.conn())?;
    let served_tenants = || {
        let others = tenants().filter(tenancy::organisation.ne_all(covered(district)));
        others.filter(tenancy::organisation.eq_any(super::posting::served(district)))
    };
    let with_instructor: Vec<(PlaceId, i64)> =
        served_tenants().group_by(tenancy::place).select((tenancy::place, organisations())).load(reader.conn())?;
    let total: i64 = tenants().select(organisations()).get_result(reader.conn())?;
    let total_covered: i64 = covered_tenants().select(organisations()).get_result(reader.conn())?;
    let total_served: i64 = served_tenants().select(organisations()).get_result(reader.conn())?;
    let counts = [all, with_branch, with_instructor].map(|counts| counts.into_iter().collect::<BTreeMap<PlaceId, i64>>());
    let of = |place: &PlaceId| counts.each_ref().map(|counts| counts.get(place).copied().unwrap_or(0));
    let places = places.iter().map(|id| Ok((*id, figures(of(id))?)));
    let total = figures([total, total_covered, total_served])?;
    Ok(Some(Report { total, places: places.collect::<StoreResult<_>>()? }))
}

/// One page of the organisations in a part of the district that nobody covers, the first entered first.
pub fn uncovered(
    reader: &mut Reader,
    scope: &Scope,
    part: Part,
    today: Date,
    request: &PageRequest,
) -> StoreResult<Page<Uncovered>> {
    let Some(places) = places(reader, scope, part)? else {
        return Ok(Page::cut(Vec::new(), request));
    };
    let window = Window::new(request, Sort::Ascending);
    let mut query = organisation::table.filter(lacking(scope, &places, today)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(mark, above)?);
        }
    }
    query = if window.upwards {
        query.order((organisation::created_at.asc(), organisation::id.asc()))
    } else {
        query.order((organisation::created_at.desc(), organisation::id.desc()))
    };
    let rows: Vec<(OrganisationId, At)> =
        query.limit(window.limit).select((organisation::id, organisation::created_at)).load(reader.conn())?;
    let rows = rows.into_iter().map(|(organisation, at)| Uncovered { organisation, entered_at: at.into() });
    Ok(Page::cut(rows.collect(), request))
}

/// How many organisations in a part of the district nobody covers.
pub fn count_uncovered(reader: &mut Reader, scope: &Scope, part: Part, today: Date) -> StoreResult<i64> {
    let Some(places) = places(reader, scope, part)? else {
        return Ok(0);
    };
    Ok(organisation::table.filter(lacking(scope, &places, today)).select(count(organisation::id)).get_result(reader.conn())?)
}

/// A place with all that lie inside it.
pub fn places_inside(reader: &mut Reader, scope: &Scope, id: PlaceId) -> StoreResult<Vec<PlaceId>> {
    let part = Part { zone: None, place: Some(id) };
    Ok(places(reader, scope, part)?.unwrap_or_default())
}

/// The places of a part of the district; `None` when there is no such part to be seen.
fn places(reader: &mut Reader, scope: &Scope, part: Part) -> StoreResult<Option<Vec<PlaceId>>> {
    if !scope.business {
        return Ok(None);
    }
    let district = scope.district.as_str();
    if let Some(id) = part.zone {
        let known: i64 = zone::table
            .filter(zone::id.eq(id).and(zone::district.eq(district)))
            .select(count(zone::id))
            .get_result(reader.conn())?;
        if known == 0 {
            return Ok(None);
        }
    }
    // Parents come before what lies inside them.
    let tree: Vec<(PlaceId, Option<PlaceId>, Option<ZoneId>)> = place::table
        .filter(place::district.eq(district))
        .order((place::depth.asc(), place::id.asc()))
        .select((place::id, place::parent, place::zone))
        .load(reader.conn())?;
    if part.place.is_some_and(|id| !tree.iter().any(|(place, _, _)| *place == id)) {
        return Ok(None);
    }
    let below = |seed: &dyn Fn(PlaceId, Option<ZoneId>) -> bool| -> BTreeSet<PlaceId> {
        let mut reached = BTreeSet::new();
        for (id, parent, zone) in &tree {
            if seed(*id, *zone) || parent.is_some_and(|parent| reached.contains(&parent)) {
                reached.insert(*id);
            }
        }
        reached
    };
    let in_zone = below(&|_, zone| part.zone.is_none() || zone == part.zone);
    let in_place = below(&|id, _| part.place.is_none_or(|place| place == id));
    Ok(Some(in_zone.intersection(&in_place).copied().collect()))
}

type Condition<'a> = Box<dyn BoxableExpression<organisation::table, MultiBackend, SqlType = Bool> + 'a>;

/// The tenancies that go on in the places.
#[auto_type]
fn sitting<'a>(places: &'a [PlaceId], today: On) -> _ {
    tenancy::table
        .filter(tenancy::place.eq_any(places))
        .filter(tenancy::from_on.le(today))
        .filter(tenancy::to_on.is_null().or(tenancy::to_on.assume_not_null().ge(today)))
}

/// The organisations that are not closed.
#[auto_type]
fn present<'a>(district: &'a str) -> _ {
    organisation::table
        .filter(organisation::district.eq(district))
        .filter(organisation::status.ne("CLOSED"))
        .select(organisation::id)
}

/// The organisations that a branch covers.
#[auto_type]
fn covered<'a>(district: &'a str) -> _ {
    branch_coverage::table
        .filter(branch_coverage::district.eq(district))
        .filter(branch_coverage::to_on.is_null())
        .select(branch_coverage::organisation)
}

fn lacking<'a>(scope: &'a Scope, places: &'a [PlaceId], today: Date) -> Condition<'a> {
    let district = scope.district.as_str();
    let is_tenant = organisation::id.eq_any(sitting(places, On(today)).select(tenancy::organisation));
    let is_present = organisation::district.eq(district).and(organisation::status.ne("CLOSED"));
    Box::new(is_present.and(is_tenant).and(organisation::id.ne_all(covered(district))))
}

fn beyond<'a>(mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = OrganisationId::from_bytes(mark.id);
    let at = At(jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
    Ok(if above {
        Box::new(organisation::created_at.gt(at).or(organisation::created_at.eq(at).and(organisation::id.gt(id))))
    } else {
        Box::new(organisation::created_at.lt(at).or(organisation::created_at.eq(at).and(organisation::id.lt(id))))
    })
}

fn figures([organisations, covered, served]: [i64; 3]) -> StoreResult<Figures> {
    let number = |number: i64| {
        u32::try_from(number).map_err(|_| StoreError::Corrupt {
            table: "tenancy",
            id: String::new(),
            what: "a count out of range".to_owned(),
        })
    };
    Ok(Figures { organisations: number(organisations)?, covered: number(covered)?, served: number(served)? })
}
