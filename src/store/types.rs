//! The SQL types that both databases share, and how our values travel through them.
//!
//! | SQL type    | SQLite                 | PostgreSQL    | Rust             |
//! |-------------|------------------------|---------------|------------------|
//! | [`Uuid`]    | BLOB, 16 bytes         | `uuid`        | [`Id`]           |
//! | [`Instant`] | INTEGER, microseconds  | `timestamptz` | [`At`]           |
//! | [`Day`]     | TEXT `2026-12-01`      | `date`        | [`On`]           |
//!
//! Enums are TEXT with a CHECK; lists and small structures are JSON in TEXT, because their exact
//! bytes matter where they are hashed.

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{self, HasSqlType, SqlType},
    sqlite::Sqlite,
};
use jiff::{Timestamp, civil::Date};

use super::conn::{MultiBackend, MultiRawValue};
use crate::kernel::id::{Id, Kind};

/// A UUID.
#[derive(Clone, Copy, Debug, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Binary"), postgres_type(oid = 2950, array_oid = 2951))]
pub struct Uuid;

/// A moment, in microseconds.
#[derive(Clone, Copy, Debug, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Long"), postgres_type(oid = 1184, array_oid = 1185))]
pub struct Instant;

/// A calendar day without a time zone.
#[derive(Clone, Copy, Debug, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Text"), postgres_type(oid = 1082, array_oid = 1182))]
pub struct Day;

/// A moment as a column holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Instant)]
pub struct At(pub Timestamp);

/// A day as a column holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Day)]
pub struct On(pub Date);

impl From<At> for Timestamp {
    fn from(at: At) -> Self {
        at.0
    }
}

impl From<On> for Date {
    fn from(on: On) -> Self {
        on.0
    }
}

/// PostgreSQL counts from 2000-01-01T00:00:00Z, which is this many microseconds after 1970.
const PG_EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;
/// The same moment as a day.
const PG_EPOCH_DAY: Date = jiff::civil::date(2000, 1, 1);

impl HasSqlType<Uuid> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Uuid>(lookup)
    }
}
impl HasSqlType<Instant> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Instant>(lookup)
    }
}
impl HasSqlType<Day> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Day>(lookup)
    }
}

// An id is not a diesel derive because its kind parameter carries no bounds.
impl<K: Kind + 'static> ToSql<Uuid, MultiBackend> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Uuid, self));
        Ok(IsNull::No)
    }
}
impl<K: Kind> ToSql<Uuid, Sqlite> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(&self.as_bytes()[..]);
        Ok(IsNull::No)
    }
}
impl<K: Kind> ToSql<Uuid, Pg> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, self.as_bytes())?;
        Ok(IsNull::No)
    }
}
impl<K> FromSql<Uuid, MultiBackend> for Id<K> {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Uuid>()
    }
}
impl<K> FromSql<Uuid, Sqlite> for Id<K> {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<sql_types::Binary, Sqlite>>::from_sql(value)?;
        Ok(Self::from_bytes(bytes.try_into().map_err(|_| "an id has 16 bytes")?))
    }
}
impl<K> FromSql<Uuid, Pg> for Id<K> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_bytes(value.as_bytes().try_into().map_err(|_| "an id has 16 bytes")?))
    }
}
impl<K> diesel::expression::AsExpression<Uuid> for Id<K>
where
    K: 'static,
{
    type Expression = diesel::internal::derives::as_expression::Bound<Uuid, Self>;
    fn as_expression(self) -> Self::Expression {
        Self::Expression::new(self)
    }
}
impl<K: 'static> diesel::expression::AsExpression<Uuid> for &Id<K> {
    type Expression = diesel::internal::derives::as_expression::Bound<Uuid, Self>;
    fn as_expression(self) -> Self::Expression {
        Self::Expression::new(self)
    }
}
impl<K> diesel::expression::AsExpression<sql_types::Nullable<Uuid>> for Id<K>
where
    K: 'static,
{
    type Expression = diesel::internal::derives::as_expression::Bound<sql_types::Nullable<Uuid>, Self>;
    fn as_expression(self) -> Self::Expression {
        Self::Expression::new(self)
    }
}
impl<K: 'static> diesel::expression::AsExpression<sql_types::Nullable<Uuid>> for &Id<K> {
    type Expression = diesel::internal::derives::as_expression::Bound<sql_types::Nullable<Uuid>, Self>;
    fn as_expression(self) -> Self::Expression {
        Self::Expression::new(self)
    }
}
impl<K: Kind, DB> ToSql<sql_types::Nullable<Uuid>, DB> for Id<K>
where
    DB: Backend,
    Self: ToSql<Uuid, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        ToSql::<Uuid, DB>::to_sql(self, out)
    }
}
impl<K, ST, DB> diesel::deserialize::Queryable<ST, DB> for Id<K>
where
    DB: Backend,
    ST: diesel::sql_types::SingleValue,
    Self: FromSql<ST, DB>,
{
    type Row = Self;
    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

impl ToSql<Instant, MultiBackend> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Instant, self));
        Ok(IsNull::No)
    }
}
impl ToSql<Instant, Sqlite> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_microsecond());
        Ok(IsNull::No)
    }
}
impl ToSql<Instant, Pg> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let since_2000 = self.0.as_microsecond() - PG_EPOCH_MICROSECONDS;
        std::io::Write::write_all(out, &since_2000.to_be_bytes())?;
        Ok(IsNull::No)
    }
}
impl FromSql<Instant, MultiBackend> for At {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Instant>()
    }
}
impl FromSql<Instant, Sqlite> for At {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let microseconds = <i64 as FromSql<sql_types::BigInt, Sqlite>>::from_sql(value)?;
        Ok(Self(Timestamp::from_microsecond(microseconds)?))
    }
}
impl FromSql<Instant, Pg> for At {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let since_2000 = i64::from_be_bytes(value.as_bytes().try_into()?);
        let microseconds = since_2000.checked_add(PG_EPOCH_MICROSECONDS).ok_or("this moment is infinite")?;
        Ok(Self(Timestamp::from_microsecond(microseconds)?))
    }
}

impl ToSql<Day, MultiBackend> for On {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Day, self));
        Ok(IsNull::No)
    }
}
impl ToSql<Day, Sqlite> for On {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}
impl ToSql<Day, Pg> for On {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let days = PG_EPOCH_DAY.until((jiff::Unit::Day, self.0))?.get_days();
        std::io::Write::write_all(out, &days.to_be_bytes())?;
        Ok(IsNull::No)
    }
}
impl FromSql<Day, MultiBackend> for On {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Day>()
    }
}
impl FromSql<Day, Sqlite> for On {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<sql_types::Text, Sqlite>>::from_sql(value)?;
        Ok(Self(text.parse()?))
    }
}
impl FromSql<Day, Pg> for On {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let days = i32::from_be_bytes(value.as_bytes().try_into()?);
        Ok(Self(PG_EPOCH_DAY.checked_add(jiff::Span::new().try_days(days)?)?))
    }
}
