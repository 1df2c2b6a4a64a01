//! Organisations in the database.

use diesel::{prelude::*, sql_types::Bool};

use super::{
    Reader, StoreError, StoreResult, Tx, batch,
    columns::{optional_text, text},
    conn::MultiBackend,
    schema::organisation,
    text_token::{Noun, index, index_new},
    types::At,
};
use crate::{
    domain::organisation::{Industry, Kind, Organisation, Profile, SizeBand, State, Status},
    kernel::{id::OrganisationId, tokens::search_form, uscc::Uscc, version::Version},
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organisation, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Row {
    id: OrganisationId,
    district: String,
    name: String,
    short_name: Option<String>,
    kind: String,
    uscc: Option<String>,
    industry_section: Option<String>,
    industry_division: Option<String>,
    size_band: Option<String>,
    status: String,
    status_reason: Option<String>,
    parent: Option<OrganisationId>,
    search_text: String,
    created_at: At,
    version: i32,
}

/// The unique constraints, by name and by columns.
pub const NAME_UNIQUE: (&str, &str) = ("organisation_name_unique", "organisation.district, organisation.name");
/// See [`NAME_UNIQUE`].
pub const USCC_UNIQUE: (&str, &str) = ("organisation_uscc_unique", "organisation.district, organisation.uscc");

/// The organisation, if the scope shows it. Names are shown to every role of the district.
pub fn find(reader: &mut Reader, scope: &Scope, id: OrganisationId) -> StoreResult<Option<Organisation>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the organisations that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[OrganisationId]) -> StoreResult<Vec<Organisation>> {
    let rows: Vec<Row> = organisation::table
        .filter(organisation::id.eq_any(ids))
        .filter(visible(scope))
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// An organisation in the system's own hands, whatever the scope.
pub fn get(tx: &mut Tx, id: OrganisationId) -> StoreResult<Option<Organisation>> {
    let row: Option<Row> = organisation::table.find(id).select(Row::as_select()).get_result(tx.conn()).optional()?;
    row.map(Row::parse).transpose()
}

/// Whether `below` is `above` itself or lies anywhere below it.
pub fn is_below(reader: &mut Reader, below: OrganisationId, above: OrganisationId) -> StoreResult<bool> {
    let mut next = Some(below);
    while let Some(id) = next {
        if id == above {
            return Ok(true);
        }
        next = organisation::table.find(id).select(organisation::parent).get_result(reader.conn()).optional()?.flatten();
    }
    Ok(false)
}

/// Enters a new organisation.
pub fn insert(tx: &mut Tx, organisation: &Organisation) -> StoreResult<()> {
    diesel::insert_into(organisation::table).values(&Row::of(organisation)).execute(tx.conn())?;
    index(tx, Noun::Organisation, organisation.id, organisation.profile.name.as_str())
}

/// Enters many new organisations.
pub fn insert_many(tx: &mut Tx, organisations: &[Organisation]) -> StoreResult<()> {
    let rows: Vec<Row> = organisations.iter().map(Row::of).collect();
    batch::insert::<organisation::table, Row>(tx, 15, &rows)?;
    let texts: Vec<_> = organisations.iter().map(|one| (one.id, one.profile.name.to_string())).collect();
    index_new(tx, Noun::Organisation, &texts)
}

/// Saves a step of an organisation whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, organisation: &Organisation, expected: Version) -> StoreResult<()> {
    let row = Row::of(organisation);
    let changed =
        diesel::update(organisation::table.filter(organisation::id.eq(row.id).and(organisation::version.eq(expected.0))))
            .set(&row)
            .execute(tx.conn())?;
    if changed == 0 {
        return Err(StoreError::Stale);
    }
    index(tx, Noun::Organisation, organisation.id, organisation.profile.name.as_str())
}

pub(super) type Condition<'a> = Box<dyn BoxableExpression<organisation::table, MultiBackend, SqlType = Bool> + 'a>;

/// Every role of the district sees organisation names; the two admins need them to grant.
pub(super) fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = organisation::district.eq(scope.district.to_string());
    if scope.business || scope.administers {
        Box::new(district)
    } else {
        Box::new(district.and(organisation::id.ne(organisation::id)))
    }
}

impl Row {
    fn of(organisation: &Organisation) -> Self {
        let profile = &organisation.profile;
        let reason = match &organisation.state {
            State::Active => None,
            State::Suspended { reason } | State::Closed { reason } => Some(reason.to_string()),
        };
        Self {
            id: organisation.id,
            district: organisation.district.to_string(),
            name: profile.name.to_string(),
            short_name: profile.short_name.as_ref().map(ToString::to_string),
            kind: <&str>::from(organisation.kind).to_owned(),
            uscc: profile.uscc.as_ref().map(ToString::to_string),
            industry_section: profile.industry.as_ref().map(|industry| industry.section.to_string()),
            industry_division: profile.industry.as_ref().and_then(|industry| industry.division).map(|two| format!("{two:02}")),
            size_band: profile.size_band.map(|band| <&str>::from(band).to_owned()),
            status: <&str>::from(organisation.status()).to_owned(),
            status_reason: reason,
            parent: profile.parent,
            search_text: search_form(profile.name.as_str()),
            created_at: At(organisation.created_at),
            version: organisation.version.0,
        }
    }

    pub(super) fn parse(self) -> StoreResult<Organisation> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "organisation", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Organisation, &'static str> {
        let reason = optional_text(self.status_reason.as_deref(), "status_reason")?;
        let state = match self.status.parse::<Status>().map_err(|_| "status")? {
            Status::Active => State::Active,
            Status::Suspended => State::Suspended { reason: reason.ok_or("status_reason")? },
            Status::Closed => State::Closed { reason: reason.ok_or("status_reason")? },
        };
        let division = self.industry_division.map(|two| two.parse().map_err(|_| "industry_division")).transpose()?;
        let section = self.industry_section.and_then(|section| section.chars().next());
        let profile = Profile {
            name: text(&self.name, "name")?,
            short_name: optional_text(self.short_name.as_deref(), "short_name")?,
            uscc: self.uscc.map(|code| Uscc::parse(&code).map_err(|_| "uscc")).transpose()?,
            industry: section.map(|section| Industry { section, division }),
            size_band: self.size_band.map(|band| band.parse::<SizeBand>().map_err(|_| "size_band")).transpose()?,
            parent: self.parent,
        };
        Ok(Organisation {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            kind: self.kind.parse::<Kind>().map_err(|_| "kind")?,
            profile,
            state,
            created_at: self.created_at.into(),
        })
    }
}
