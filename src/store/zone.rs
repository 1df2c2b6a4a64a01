//! Zones in the database.

use diesel::{prelude::*, sql_types::Bool};

use super::{Reader, StoreError, StoreResult, Tx, columns::text, conn::MultiBackend, schema::zone, types::At};
use crate::{
    domain::zone::{Kind, Zone},
    kernel::{id::ZoneId, version::Version},
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = zone)]
struct Row {
    id: ZoneId,
    district: String,
    code: String,
    name: String,
    kind: String,
    created_at: At,
    version: i32,
}

/// The unique constraints, by name and by columns.
pub const CODE_UNIQUE: (&str, &str) = ("zone_code_unique", "zone.district, zone.code");
/// See [`CODE_UNIQUE`].
pub const NAME_UNIQUE: (&str, &str) = ("zone_name_unique", "zone.district, zone.name");

/// The most zones that a list answers; a district has a handful.
pub const MAX_LISTED: i64 = 500;

/// The zone, if the scope shows it. Zones are shown to every role of the district.
pub fn find(reader: &mut Reader, scope: &Scope, id: ZoneId) -> StoreResult<Option<Zone>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the zones that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[ZoneId]) -> StoreResult<Vec<Zone>> {
    let rows: Vec<Row> =
        zone::table.filter(zone::id.eq_any(ids)).filter(visible(scope)).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// All zones of the district, by code.
pub fn all(reader: &mut Reader, scope: &Scope) -> StoreResult<Vec<Zone>> {
    let rows: Vec<Row> = zone::table
        .filter(visible(scope))
        .order(zone::code.asc())
        .limit(MAX_LISTED)
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// Enters a new zone.
pub fn insert(tx: &mut Tx, zone: &Zone) -> StoreResult<()> {
    diesel::insert_into(zone::table).values(&Row::of(zone)).execute(tx.conn())?;
    Ok(())
}

type Condition<'a> = Box<dyn BoxableExpression<zone::table, MultiBackend, SqlType = Bool> + 'a>;

/// Every business role sees the zones; the two admins need them to grant.
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = zone::district.eq(scope.district.to_string());
    if scope.business || scope.administers { Box::new(district) } else { Box::new(district.and(zone::id.ne(zone::id))) }
}

impl Row {
    fn of(zone: &Zone) -> Self {
        Self {
            id: zone.id,
            district: zone.district.to_string(),
            code: zone.code.clone(),
            name: zone.name.to_string(),
            kind: <&str>::from(zone.kind).to_owned(),
            created_at: At(zone.created_at),
            version: zone.version.0,
        }
    }

    fn parse(self) -> StoreResult<Zone> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "zone", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Zone, &'static str> {
        Ok(Zone {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            code: self.code,
            name: text(&self.name, "name")?,
            kind: self.kind.parse::<Kind>().map_err(|_| "kind")?,
            created_at: self.created_at.into(),
        })
    }
}
