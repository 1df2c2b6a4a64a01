//! Buildings and parks in the database.

use diesel::{prelude::*, sql_types::Bool};

use super::{Reader, StoreError, StoreResult, Tx, columns::text, conn::MultiBackend, schema::place, types::At};
use crate::{
    domain::place::{Dominance, Kind, MAX_DEPTH, Place, Status},
    kernel::{
        id::{OrganisationId, PlaceId, ZoneId},
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = place, treat_none_as_null = true)]
pub(super) struct Row {
    id: PlaceId,
    district: String,
    realm: String,
    kind: String,
    name: String,
    dominance: String,
    zone: Option<ZoneId>,
    parent: Option<PlaceId>,
    depth: i32,
    division: String,
    address: String,
    operator: Option<OrganisationId>,
    status: String,
    created_at: At,
    version: i32,
}

/// The unique constraint, by name and by columns.
pub const NAME_UNIQUE: (&str, &str) = ("place_name_unique", "place.district, place.name");

/// The place, if the scope shows it. Places are shown to every role of the district.
pub fn find(reader: &mut Reader, scope: &Scope, id: PlaceId) -> StoreResult<Option<Place>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the places that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[PlaceId]) -> StoreResult<Vec<Place>> {
    let rows: Vec<Row> =
        place::table.filter(place::id.eq_any(ids)).filter(visible(scope)).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// The place with all that it lies in, itself first; empty when the scope does not show it.
pub fn line(reader: &mut Reader, scope: &Scope, id: PlaceId) -> StoreResult<Vec<Place>> {
    let mut line = Vec::new();
    let mut next = Some(id);
    // The tree has no cycles; the limit is only a seat belt.
    while let Some(id) = next.filter(|_| line.len() < usize::from(MAX_DEPTH)) {
        let found = find(reader, scope, id)?;
        next = found.as_ref().and_then(|place| place.parent);
        line.extend(found);
    }
    Ok(line)
}

/// Enters a new place.
pub fn insert(tx: &mut Tx, place: &Place) -> StoreResult<()> {
    diesel::insert_into(place::table).values(&Row::of(place)).execute(tx.conn())?;
    Ok(())
}

/// Saves a step of a place whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, place: &Place, expected: Version) -> StoreResult<()> {
    let row = Row::of(place);
    let changed = diesel::update(place::table.filter(place::id.eq(row.id).and(place::version.eq(expected.0))))
        .set(&row)
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

pub(super) type Condition<'a> = Box<dyn BoxableExpression<place::table, MultiBackend, SqlType = Bool> + 'a>;

/// Every business role sees the places; the two admins need them to grant.
pub(super) fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = place::district.eq(scope.district.to_string());
    if scope.business || scope.administers { Box::new(district) } else { Box::new(district.and(place::id.ne(place::id))) }
}

impl Row {
    fn of(place: &Place) -> Self {
        Self {
            id: place.id,
            district: place.district.to_string(),
            realm: if place.kind.is_building() { "BUILDING" } else { "PARK" }.to_owned(),
            kind: <&str>::from(place.kind).to_owned(),
            name: place.name.to_string(),
            dominance: <&str>::from(place.dominance).to_owned(),
            zone: place.zone,
            parent: place.parent,
            depth: i32::from(place.depth),
            division: place.division.clone(),
            address: place.address.to_string(),
            operator: place.operator,
            status: <&str>::from(place.status).to_owned(),
            created_at: At(place.created_at),
            version: place.version.0,
        }
    }

    pub(super) fn parse(self) -> StoreResult<Place> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "place", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Place, &'static str> {
        Ok(Place {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            kind: self.kind.parse::<Kind>().map_err(|_| "kind")?,
            name: text(&self.name, "name")?,
            dominance: self.dominance.parse::<Dominance>().map_err(|_| "dominance")?,
            zone: self.zone,
            parent: self.parent,
            depth: u8::try_from(self.depth).map_err(|_| "depth")?,
            division: self.division,
            address: text(&self.address, "address")?,
            operator: self.operator,
            status: self.status.parse::<Status>().map_err(|_| "status")?,
            created_at: self.created_at.into(),
        })
    }
}
