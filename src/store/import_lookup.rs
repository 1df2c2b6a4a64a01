//! What the rows of a spreadsheet can name, read for a whole list at once: one statement per noun,
//! whatever the rows.

use diesel::prelude::*;
use jiff::Timestamp;

use super::{
    Reader, StoreError, StoreResult,
    schema::{category, contact_point, demand, division, organisation, place, tenancy, zone},
    types::{At, On},
};
use crate::{
    domain::organisation::Status,
    kernel::{
        id::{CategoryId, ContactPointId, OrganisationId, PlaceId, ZoneId},
        reference::RefNo,
    },
    policy::Scope,
};

/// An organisation as lists name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedOrganisation {
    pub id: OrganisationId,
    pub name: String,
    pub short_name: Option<String>,
    pub uscc: Option<String>,
    pub status: Status,
}

/// A place as lists name it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct NamedPlace {
    pub id: PlaceId,
    pub name: String,
    pub zone: Option<ZoneId>,
}

/// A category as lists name it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct NamedCategory {
    pub id: CategoryId,
    pub code: String,
    pub name: String,
}

/// A contact point, its number masked.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct NamedContact {
    pub id: ContactPointId,
    pub organisation: OrganisationId,
    pub post: String,
    pub phone_masked: String,
}

/// A demand that a new one may repeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentDemand {
    pub organisation: OrganisationId,
    pub category: CategoryId,
    pub ref_no: Option<RefNo>,
    pub search_text: String,
}

/// Organisations looked up per statement.
const LOOKED_UP: usize = 4_096;

/// All organisations of the district.
pub fn organisations(reader: &mut Reader, scope: &Scope) -> StoreResult<Vec<NamedOrganisation>> {
    type Columns = (OrganisationId, String, Option<String>, Option<String>, String);
    if !scope.business {
        return Ok(Vec::new());
    }
    let rows: Vec<Columns> = organisation::table
        .filter(organisation::district.eq(scope.district.as_str()))
        .select((organisation::id, organisation::name, organisation::short_name, organisation::uscc, organisation::status))
        .order(organisation::id.asc())
        .load(reader.conn())?;
    let parse = |(id, name, short_name, uscc, status): Columns| {
        let corrupt = |_| StoreError::Corrupt { table: "organisation", id: id.to_string(), what: status.clone() };
        Ok(NamedOrganisation { id, name, short_name, uscc, status: status.parse().map_err(corrupt)? })
    };
    rows.into_iter().map(parse).collect()
}

/// All places of the district.
pub fn places(reader: &mut Reader, scope: &Scope) -> StoreResult<Vec<NamedPlace>> {
    if !scope.business {
        return Ok(Vec::new());
    }
    Ok(place::table
        .filter(place::district.eq(scope.district.as_str()))
        .select((place::id, place::name, place::zone))
        .order(place::id.asc())
        .load(reader.conn())?)
}

/// All categories of the district.
pub fn categories(reader: &mut Reader, scope: &Scope) -> StoreResult<Vec<NamedCategory>> {
    if !scope.business {
        return Ok(Vec::new());
    }
    Ok(category::table
        .filter(category::district.eq(scope.district.as_str()))
        .select((category::id, category::code, category::name))
        .order(category::id.asc())
        .load(reader.conn())?)
}

/// Code and name of every street of the district.
pub fn streets(reader: &mut Reader, scope: &Scope) -> StoreResult<Vec<(String, String)>> {
    Ok(division::table
        .filter(division::district.eq(scope.district.as_str()).and(division::level.eq("STREET")))
        .select((division::code, division::name))
        .order(division::code.asc())
        .load(reader.conn())?)
}

/// Id and name of every zone of the district.
pub fn zones(reader: &mut Reader, scope: &Scope) -> StoreResult<Vec<(ZoneId, String)>> {
    if !scope.business {
        return Ok(Vec::new());
    }
    Ok(zone::table
        .filter(zone::district.eq(scope.district.as_str()))
        .select((zone::id, zone::name))
        .order(zone::id.asc())
        .load(reader.conn())?)
}

/// Who sits where today.
pub fn tenancies(reader: &mut Reader, scope: &Scope) -> StoreResult<Vec<(OrganisationId, PlaceId)>> {
    if !scope.business {
        return Ok(Vec::new());
    }
    Ok(tenancy::table
        .filter(tenancy::district.eq(scope.district.as_str()).and(tenancy::from_on.le(On(scope.today))))
        .filter(tenancy::to_on.is_null().or(tenancy::to_on.assume_not_null().ge(On(scope.today))))
        .select((tenancy::organisation, tenancy::place))
        .distinct()
        .order((tenancy::organisation.asc(), tenancy::place.asc()))
        .load(reader.conn())?)
}

/// All contact points of the district.
pub fn contacts(reader: &mut Reader, scope: &Scope) -> StoreResult<Vec<NamedContact>> {
    if !scope.business {
        return Ok(Vec::new());
    }
    Ok(contact_point::table
        .filter(contact_point::district.eq(scope.district.as_str()))
        .select((contact_point::id, contact_point::organisation, contact_point::post, contact_point::phone_masked))
        .order(contact_point::id.asc())
        .load(reader.conn())?)
}

/// Demands of these organisations since a moment, drafts and closed ones left out, the oldest first:
/// what a new demand may repeat.
pub fn recent_demands(reader: &mut Reader, of: &[OrganisationId], since: Timestamp) -> StoreResult<Vec<RecentDemand>> {
    type Columns = (OrganisationId, CategoryId, Option<String>, String);
    let mut recent = Vec::new();
    for some in of.chunks(LOOKED_UP) {
        let rows: Vec<Columns> = demand::table
            .filter(demand::organisation.eq_any(some).and(demand::created_at.ge(At(since))))
            .filter(demand::status.eq_any(["SUBMITTED", "RETURNED", "LISTED"]))
            .select((demand::organisation, demand::category, demand::ref_no, demand::search_text))
            .order((demand::created_at.asc(), demand::id.asc()))
            .load(reader.conn())?;
        recent.extend(rows.into_iter().map(|(organisation, category, ref_no, search_text)| RecentDemand {
            organisation,
            category,
            ref_no: ref_no.map(RefNo::stored),
            search_text,
        }));
    }
    Ok(recent)
}
