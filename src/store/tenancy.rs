//! Tenancies in the database.

use diesel::{
    dsl::{exists, select},
    prelude::*,
};
use jiff::civil::Date;

use super::{
    Reader, StoreError, StoreResult, Tx, batch,
    columns::text,
    schema::tenancy,
    types::{At, On},
};
use crate::{
    domain::tenancy::Tenancy,
    kernel::{
        id::{OrganisationId, PlaceId, TenancyId},
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tenancy, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Row {
    id: TenancyId,
    district: String,
    organisation: OrganisationId,
    place: PlaceId,
    unit: String,
    from_on: On,
    to_on: Option<On>,
    created_at: At,
    version: i32,
}

/// The unique index, by name and by columns.
pub const ONE_OPEN: (&str, &str) = ("tenancy_one_open", "tenancy.organisation, tenancy.place, tenancy.unit");

/// Whether an organisation sits in a place on a day.
pub fn sits_in(reader: &mut Reader, organisation: OrganisationId, place: PlaceId, on: Date) -> StoreResult<bool> {
    let sitting = tenancy::table
        .filter(tenancy::organisation.eq(organisation).and(tenancy::place.eq(place)))
        .filter(tenancy::from_on.le(On(on)))
        .filter(tenancy::to_on.is_null().or(tenancy::to_on.assume_not_null().ge(On(on))));
    Ok(select(exists(sitting)).get_result(reader.conn())?)
}

/// The places in which an organisation sits on a day; they tie it to a steward.
pub fn places_of(reader: &mut Reader, organisation: OrganisationId, on: Date) -> StoreResult<Vec<PlaceId>> {
    Ok(tenancy::table
        .filter(tenancy::organisation.eq(organisation))
        .filter(tenancy::from_on.le(On(on)))
        .filter(tenancy::to_on.is_null().or(tenancy::to_on.assume_not_null().ge(On(on))))
        .select(tenancy::place)
        .order(tenancy::place.asc())
        .load(reader.conn())?)
}

/// The tenancy, if the scope shows it. Tenancies are shown to every business role of the district.
pub fn find(reader: &mut Reader, scope: &Scope, id: TenancyId) -> StoreResult<Option<Tenancy>> {
    if !scope.business {
        return Ok(None);
    }
    let row: Option<Row> = tenancy::table
        .filter(tenancy::id.eq(id).and(tenancy::district.eq(scope.district.as_str())))
        .select(Row::as_select())
        .get_result(reader.conn())
        .optional()?;
    row.map(Row::parse).transpose()
}

/// Whether a tenancy of the same unit by the same organisation overlaps this one.
pub fn overlaps(reader: &mut Reader, new: &Tenancy) -> StoreResult<bool> {
    let last_day = new.to.unwrap_or(Date::MAX);
    let overlapping = tenancy::table
        .filter(
            tenancy::organisation.eq(new.organisation).and(tenancy::place.eq(new.place)).and(tenancy::unit.eq(new.unit.as_str())),
        )
        .filter(tenancy::id.ne(new.id))
        .filter(tenancy::from_on.le(On(last_day)))
        .filter(tenancy::to_on.is_null().or(tenancy::to_on.assume_not_null().ge(On(new.from))));
    Ok(select(exists(overlapping)).get_result(reader.conn())?)
}

/// Enters a new tenancy. The caller has made sure that nothing overlaps.
pub fn insert(tx: &mut Tx, new: &Tenancy) -> StoreResult<()> {
    diesel::insert_into(tenancy::table).values(&Row::of(new)).execute(tx.conn())?;
    Ok(())
}

/// Enters many new tenancies. The caller has made sure that nothing overlaps.
pub fn insert_many(tx: &mut Tx, new: &[Tenancy]) -> StoreResult<()> {
    let rows: Vec<Row> = new.iter().map(Row::of).collect();
    batch::insert::<tenancy::table, Row>(tx, 9, &rows)
}

/// Saves the end of a tenancy whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, changed: &Tenancy, expected: Version) -> StoreResult<()> {
    let row = Row::of(changed);
    let saved = diesel::update(tenancy::table.filter(tenancy::id.eq(row.id).and(tenancy::version.eq(expected.0))))
        .set(&row)
        .execute(tx.conn())?;
    if saved == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

impl Row {
    fn of(tenancy: &Tenancy) -> Self {
        Self {
            id: tenancy.id,
            district: tenancy.district.to_string(),
            organisation: tenancy.organisation,
            place: tenancy.place,
            unit: tenancy.unit.to_string(),
            from_on: On(tenancy.from),
            to_on: tenancy.to.map(On),
            created_at: At(tenancy.created_at),
            version: tenancy.version.0,
        }
    }

    pub(super) fn parse(self) -> StoreResult<Tenancy> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "tenancy", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Tenancy, &'static str> {
        Ok(Tenancy {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            organisation: self.organisation,
            place: self.place,
            unit: text(&self.unit, "unit")?,
            from: self.from_on.into(),
            to: self.to_on.map(Into::into),
            created_at: self.created_at.into(),
        })
    }
}
