//! Resources in the database.

use std::collections::BTreeMap;

use diesel::prelude::*;

pub use super::resource_due::{due_to_end, due_to_go_stale, due_to_remind, due_to_resume, get};
pub use super::resource_list::{Filter, Order, count, page};
pub use super::resource_period::{Use, give_back, set_capacity, take, taken_in, uses};
pub use super::resource_reach::unknown_parts;
use super::{
    Reader, StoreError, StoreResult, Tx, batch,
    columns::{from_json, json, optional_text, text},
    resource_list::visible,
    resource_reach,
    schema::resource,
    text_token::{Noun, index, index_new},
    types::{At, On},
};
use crate::{
    domain::{
        period::Per,
        reach::{Coverage, Part},
        resource::{Assurance, Fee, Mode, Resource, State, Status, Terms},
    },
    kernel::{
        id::{AccountId, CategoryId, ContactPointId, OrganisationId, ResourceId},
        reference::RefNo,
        tokens::search_form,
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = resource, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Row {
    id: ResourceId,
    district: String,
    ref_no: Option<String>,
    organisation: OrganisationId,
    unit: String,
    category: CategoryId,
    title: String,
    detail: String,
    tags: String,
    mode: String,
    /// `DISTRICT`, or `PARTS` which stand in `resource_reach`.
    coverage: String,
    eligibility: String,
    capacity: i32,
    per: String,
    valid_from: On,
    valid_to: Option<On>,
    fee: String,
    required_documents: String,
    contact: Option<ContactPointId>,
    assured_on: Option<On>,
    remind_first_on: Option<On>,
    remind_second_on: Option<On>,
    stale_on: Option<On>,
    reminded: i32,
    status: String,
    status_reason: Option<String>,
    paused_until: Option<On>,
    created_by: AccountId,
    created_at: At,
    listed_at: Option<At>,
    search_text: String,
    version: i32,
}

/// The resource, if the scope shows it.
pub fn find(reader: &mut Reader, scope: &Scope, id: ResourceId) -> StoreResult<Option<Resource>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the resources that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[ResourceId]) -> StoreResult<Vec<Resource>> {
    let rows: Vec<Row> =
        resource::table.filter(resource::id.eq_any(ids)).filter(visible(scope)).select(Row::as_select()).load(reader.conn())?;
    complete(reader, rows)
}

/// Adds to rows what stands in another table, in one statement whatever the rows.
pub(super) fn complete(reader: &mut Reader, rows: Vec<Row>) -> StoreResult<Vec<Resource>> {
    let ids: Vec<ResourceId> = rows.iter().map(|row| row.id).collect();
    let mut parts = resource_reach::of_many(reader, &ids)?;
    rows.into_iter().map(|row| row.parse(&mut parts)).collect()
}

/// Enters a new resource.
pub fn insert(tx: &mut Tx, resource: &Resource) -> StoreResult<()> {
    diesel::insert_into(resource::table).values(&Row::of(resource)?).execute(tx.conn())?;
    resource_reach::replace(tx, resource.id, &resource.terms.coverage)?;
    index(tx, Noun::Resource, resource.id, &resource.search_text())
}

/// Enters many new resources.
pub fn insert_many(tx: &mut Tx, resources: &[Resource]) -> StoreResult<()> {
    let rows: Vec<Row> = resources.iter().map(Row::of).collect::<StoreResult<_>>()?;
    batch::insert::<resource::table, Row>(tx, 32, &rows)?;
    resource_reach::insert_many(tx, resources)?;
    let texts: Vec<_> = resources.iter().map(|resource| (resource.id, resource.search_text())).collect();
    index_new(tx, Noun::Resource, &texts)
}

/// Saves a step of a resource whose version was `expected`; [`StoreError::Stale`] when it no longer
/// is. A step changes neither what the resource says nor where it reaches; see [`save_terms`].
pub fn save(tx: &mut Tx, resource: &Resource, expected: Version) -> StoreResult<()> {
    let row = Row::of(resource)?;
    let changed = diesel::update(resource::table.filter(resource::id.eq(row.id).and(resource::version.eq(expected.0))))
        .set(&row)
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Saves new terms of a resource whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save_terms(tx: &mut Tx, resource: &Resource, expected: Version) -> StoreResult<()> {
    save(tx, resource, expected)?;
    resource_reach::replace(tx, resource.id, &resource.terms.coverage)?;
    index(tx, Noun::Resource, resource.id, &resource.search_text())
}

impl Row {
    fn of(resource: &Resource) -> StoreResult<Self> {
        let terms = &resource.terms;
        let (reason, paused_until) = match &resource.state {
            State::Draft | State::Listed | State::Stale => (None, None),
            State::Paused { reason, until } => (Some(reason.to_string()), Some(*until)),
            State::Retired { reason } => (Some(reason.to_string()), None),
        };
        Ok(Self {
            id: resource.id,
            district: resource.district.to_string(),
            ref_no: resource.ref_no.as_ref().map(ToString::to_string),
            organisation: resource.organisation,
            unit: terms.unit.to_string(),
            category: terms.category,
            title: terms.title.to_string(),
            detail: terms.detail.to_string(),
            tags: json(&terms.tags)?,
            mode: <&str>::from(terms.mode).to_owned(),
            coverage: coverage_name(&terms.coverage).to_owned(),
            eligibility: json(&terms.eligibility)?,
            capacity: terms.capacity.column(),
            per: <&str>::from(terms.per).to_owned(),
            valid_from: On(terms.valid_from),
            valid_to: terms.valid_to.map(On),
            fee: <&str>::from(terms.fee).to_owned(),
            required_documents: json(&terms.required_documents)?,
            contact: terms.contact,
            assured_on: resource.assurance.map(|assurance| On(assurance.on)),
            remind_first_on: resource.assurance.map(|assurance| On(assurance.remind_first_on)),
            remind_second_on: resource.assurance.map(|assurance| On(assurance.remind_second_on)),
            stale_on: resource.assurance.map(|assurance| On(assurance.stale_on)),
            reminded: resource.assurance.map_or(0, |assurance| assurance.reminded.into()),
            status: resource.status().name().to_owned(),
            status_reason: reason,
            paused_until: paused_until.map(On),
            created_by: resource.created_by,
            created_at: At(resource.created_at),
            listed_at: resource.listed_at.map(At),
            search_text: search_form(&resource.search_text()),
            version: resource.version.0,
        })
    }

    fn parse(self, parts: &mut BTreeMap<ResourceId, Vec<Part>>) -> StoreResult<Resource> {
        let id = self.id;
        let parts = parts.remove(&id).unwrap_or_default();
        self.read(parts).map_err(|what| StoreError::Corrupt { table: "resource", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self, parts: Vec<Part>) -> Result<Resource, &'static str> {
        let state = self.state()?;
        let assurance = self.assurance()?;
        let coverage = match (self.coverage.as_str(), parts.is_empty()) {
            ("DISTRICT", true) => Coverage::District,
            ("PARTS", false) => Coverage::Parts(parts.into_iter().collect()),
            _ => return Err("coverage"),
        };
        let terms = Terms {
            unit: text(&self.unit, "unit")?,
            category: self.category,
            title: text(&self.title, "title")?,
            detail: text(&self.detail, "detail")?,
            tags: from_json(&self.tags, "tags")?,
            mode: self.mode.parse::<Mode>().map_err(|_| "mode")?,
            coverage,
            eligibility: from_json(&self.eligibility, "eligibility")?,
            capacity: i64::from(self.capacity).try_into().map_err(|_| "capacity")?,
            per: self.per.parse::<Per>().map_err(|_| "per")?,
            valid_from: self.valid_from.into(),
            valid_to: self.valid_to.map(Into::into),
            fee: self.fee.parse::<Fee>().map_err(|_| "fee")?,
            required_documents: from_json(&self.required_documents, "required_documents")?,
            contact: self.contact,
        };
        Ok(Resource {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            ref_no: self.ref_no.map(RefNo::stored),
            organisation: self.organisation,
            terms,
            state,
            assurance,
            created_by: self.created_by,
            created_at: self.created_at.into(),
            listed_at: self.listed_at.map(Into::into),
        })
    }

    fn assurance(&self) -> Result<Option<Assurance>, &'static str> {
        let Some(on) = self.assured_on else {
            return Ok(None);
        };
        Ok(Some(Assurance {
            on: on.into(),
            remind_first_on: self.remind_first_on.ok_or("remind_first_on")?.into(),
            remind_second_on: self.remind_second_on.ok_or("remind_second_on")?.into(),
            stale_on: self.stale_on.ok_or("stale_on")?.into(),
            reminded: u8::try_from(self.reminded).map_err(|_| "reminded")?,
        }))
    }

    fn state(&self) -> Result<State, &'static str> {
        let reason = || optional_text(self.status_reason.as_deref(), "status_reason")?.ok_or("status_reason");
        Ok(match self.status.parse::<Status>().map_err(|_| "status")? {
            Status::Draft => State::Draft,
            Status::Listed => State::Listed,
            Status::Paused => State::Paused { reason: reason()?, until: self.paused_until.ok_or("paused_until")?.into() },
            Status::Stale => State::Stale,
            Status::Retired => State::Retired { reason: reason()? },
        })
    }
}

fn coverage_name(coverage: &Coverage) -> &'static str {
    match coverage {
        Coverage::District => "DISTRICT",
        Coverage::Parts(_) => "PARTS",
    }
}
