//! Lists of organisations.

use diesel::{dsl::count_star, prelude::*};
use jiff::civil::Date;
use serde::Serialize;

use super::{
    Reader, StoreError, StoreResult,
    organisation::{Condition, Row, visible},
    page::{Sort, Window, containing},
    schema::{organisation, place, tenancy, text_token},
    text_token::{Noun, lookup_tokens},
    types::{At, On},
};
use crate::{
    domain::organisation::{Kind, Organisation, SizeBand, Status},
    kernel::{
        id::{OrganisationId, PlaceId, ZoneId},
        page::{Mark, Page, PageRequest},
        tokens::search_form,
    },
    policy::Scope,
};

/// Which organisations a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    pub kinds: Vec<Kind>,
    pub statuses: Vec<Status>,
    /// Section letters of GB/T 4754-2017.
    pub industry_sections: Vec<char>,
    pub size_bands: Vec<SizeBand>,
    /// Sitting in one of these zones on the day of the list.
    pub zones: Vec<ZoneId>,
    /// Sitting in one of these places on the day of the list.
    pub places: Vec<PlaceId>,
    pub parents: Vec<OrganisationId>,
    /// A phrase of the name.
    pub text: Option<String>,
}

/// How a list of organisations is ordered.
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

/// Where an organisation stands in a list.
pub fn mark(organisation: &Organisation) -> Mark {
    Mark { key: organisation.created_at.as_microsecond(), id: *organisation.id.as_bytes() }
}

/// One page of the list as it is on `today`.
pub fn page(
    reader: &mut Reader,
    scope: &Scope,
    (filter, today): (&Filter, Date),
    order: Order,
    request: &PageRequest,
) -> StoreResult<Page<Organisation>> {
    let window = Window::new(request, order.sort());
    let mut query = organisation::table.filter(visible(scope)).filter(matching(scope, filter, today)).into_boxed();
    if let Some(mark) = window.above {
        let (at, id) = place_of(mark)?;
        query = query.filter(organisation::created_at.gt(at).or(organisation::created_at.eq(at).and(organisation::id.gt(id))));
    }
    if let Some(mark) = window.below {
        let (at, id) = place_of(mark)?;
        query = query.filter(organisation::created_at.lt(at).or(organisation::created_at.eq(at).and(organisation::id.lt(id))));
    }
    query = if window.upwards {
        query.order((organisation::created_at.asc(), organisation::id.asc()))
    } else {
        query.order((organisation::created_at.desc(), organisation::id.desc()))
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    let rows = rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?;
    Ok(Page::cut(rows, request))
}

/// How many the list has on `today`.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter, today: Date) -> StoreResult<i64> {
    Ok(organisation::table
        .filter(visible(scope))
        .filter(matching(scope, filter, today))
        .select(count_star())
        .get_result(reader.conn())?)
}

fn place_of(mark: Mark) -> StoreResult<(At, OrganisationId)> {
    let at = jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?;
    Ok((At(at), OrganisationId::from_bytes(mark.id)))
}

fn always<'a>() -> Condition<'a> {
    Box::new(organisation::id.eq(organisation::id))
}

fn never<'a>() -> Condition<'a> {
    Box::new(organisation::id.ne(organisation::id))
}

fn matching<'a>(scope: &Scope, filter: &Filter, today: Date) -> Condition<'a> {
    let mut condition = always();
    if !filter.kinds.is_empty() {
        let names: Vec<&'static str> = filter.kinds.iter().map(|kind| (*kind).into()).collect();
        condition = Box::new(condition.and(organisation::kind.eq_any(names)));
    }
    if !filter.statuses.is_empty() {
        let names: Vec<&'static str> = filter.statuses.iter().map(|status| (*status).into()).collect();
        condition = Box::new(condition.and(organisation::status.eq_any(names)));
    }
    if !filter.industry_sections.is_empty() {
        let letters: Vec<String> = filter.industry_sections.iter().map(char::to_string).collect();
        let section = organisation::industry_section.assume_not_null().eq_any(letters);
        condition = Box::new(condition.and(organisation::industry_section.is_not_null().and(section)));
    }
    if !filter.size_bands.is_empty() {
        let names: Vec<&'static str> = filter.size_bands.iter().map(|band| (*band).into()).collect();
        let band = organisation::size_band.assume_not_null().eq_any(names);
        condition = Box::new(condition.and(organisation::size_band.is_not_null().and(band)));
    }
    if !filter.parents.is_empty() {
        let parent = organisation::parent.assume_not_null().eq_any(filter.parents.clone());
        condition = Box::new(condition.and(organisation::parent.is_not_null().and(parent)));
    }
    if !filter.places.is_empty() {
        condition = Box::new(condition.and(sitting_in_places(scope, &filter.places, today)));
    }
    if !filter.zones.is_empty() {
        condition = Box::new(condition.and(sitting_in_zones(scope, &filter.zones, today)));
    }
    match &filter.text {
        Some(phrase) => Box::new(condition.and(named(phrase))),
        None => condition,
    }
}

/// Who sits where is business: to whoever does not see tenancies, nobody sits anywhere.
fn sitting_in_places<'a>(scope: &Scope, places: &[PlaceId], today: Date) -> Condition<'a> {
    if !scope.business {
        return never();
    }
    let tenants = tenancy::table
        .filter(tenancy::place.eq_any(places.to_vec()))
        .filter(tenancy::from_on.le(On(today)))
        .filter(tenancy::to_on.is_null().or(tenancy::to_on.assume_not_null().ge(On(today))))
        .select(tenancy::organisation);
    Box::new(organisation::id.eq_any(tenants))
}

/// See [`sitting_in_places`].
fn sitting_in_zones<'a>(scope: &Scope, zones: &[ZoneId], today: Date) -> Condition<'a> {
    if !scope.business {
        return never();
    }
    let zone = place::zone.assume_not_null().eq_any(zones.to_vec());
    let inside = place::table.filter(place::zone.is_not_null().and(zone)).select(place::id);
    let tenants = tenancy::table
        .filter(tenancy::place.eq_any(inside))
        .filter(tenancy::from_on.le(On(today)))
        .filter(tenancy::to_on.is_null().or(tenancy::to_on.assume_not_null().ge(On(today))))
        .select(tenancy::organisation);
    Box::new(organisation::id.eq_any(tenants))
}

/// The tokens narrow the rows down by index; the phrase itself decides.
fn named<'a>(phrase: &str) -> Condition<'a> {
    let pattern = containing(&search_form(phrase));
    let mut condition: Condition<'a> = Box::new(organisation::search_text.like(pattern).escape('\\'));
    for token in lookup_tokens(phrase) {
        let with_token = text_token::table
            .filter(text_token::noun.eq(Noun::Organisation.name()).and(text_token::token.eq(token)))
            .select(text_token::object);
        condition = Box::new(condition.and(organisation::id.eq_any(with_token)));
    }
    condition
}
