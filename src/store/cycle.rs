//! Cycles of evaluations in the database.

use diesel::{dsl::exists, prelude::*, select, sql_types::Bool};
use jiff::civil::Date;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{from_json, json},
    conn::MultiBackend,
    schema::cycle,
    types::{At, On},
};
use crate::{
    domain::evaluation::cycle::{Cycle, Status},
    kernel::{
        district::District,
        id::{AccountId, CycleId},
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = cycle, treat_none_as_null = true)]
struct Row {
    id: CycleId,
    district: String,
    year: i32,
    terms: String,
    from_on: On,
    to_on: On,
    status: String,
    prepared_by: AccountId,
    prepared_at: At,
    frozen_at: Option<At>,
    published_at: Option<At>,
    version: i32,
}

/// The constraint that lets a year have one cycle, by name and by columns.
pub const ONE_A_YEAR: (&str, &str) = ("cycle_year_unique", "cycle.district, cycle.year");

/// The cycle, if the scope shows it.
pub fn find(reader: &mut Reader, scope: &Scope, id: CycleId) -> StoreResult<Option<Cycle>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the cycles that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[CycleId]) -> StoreResult<Vec<Cycle>> {
    cycles(reader, scope, Box::new(cycle::id.eq_any(ids.to_vec())))
}

/// All cycles that the scope shows, the newest first.
pub fn all(reader: &mut Reader, scope: &Scope) -> StoreResult<Vec<Cycle>> {
    cycles(reader, scope, Box::new(cycle::id.eq(cycle::id)))
}

type Condition = Box<dyn BoxableExpression<cycle::table, MultiBackend, SqlType = Bool>>;

/// Whoever does business sees by what measure is assessed; before a cycle is open only who prepares it.
fn cycles(reader: &mut Reader, scope: &Scope, which: Condition) -> StoreResult<Vec<Cycle>> {
    if !scope.business {
        return Ok(Vec::new());
    }
    let mut query = cycle::table.filter(which).filter(cycle::district.eq(scope.district.to_string())).into_boxed();
    if !scope.reviews {
        query = query.filter(cycle::status.ne("PREPARED"));
    }
    let rows: Vec<Row> = query.order(cycle::year.desc()).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// A cycle in the system's own hands, whatever the scope.
pub fn get(tx: &mut Tx, id: CycleId) -> StoreResult<Option<Cycle>> {
    let row: Option<Row> = cycle::table.find(id).select(Row::as_select()).get_result(tx.conn()).optional()?;
    row.map(Row::parse).transpose()
}

/// Whether a day lies in a cycle whose records were counted.
pub fn is_frozen(tx: &mut Tx, district: &District, day: Date) -> StoreResult<bool> {
    let counted = cycle::table
        .filter(cycle::district.eq(district.as_str()).and(cycle::frozen_at.is_not_null()))
        .filter(cycle::from_on.le(On(day)).and(cycle::to_on.ge(On(day))));
    Ok(select(exists(counted)).get_result(tx.conn())?)
}

/// Enters a cycle. A second one of the year is [`StoreError::Unique`].
pub fn insert(tx: &mut Tx, new: &Cycle) -> StoreResult<()> {
    diesel::insert_into(cycle::table).values(&Row::of(new)?).execute(tx.conn())?;
    Ok(())
}

/// Saves a step of a cycle whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, after: &Cycle, expected: Version) -> StoreResult<()> {
    let seen = cycle::id.eq(after.id).and(cycle::version.eq(expected.0));
    let changed = diesel::update(cycle::table.filter(seen)).set(&Row::of(after)?).execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

impl Row {
    fn of(cycle: &Cycle) -> StoreResult<Self> {
        Ok(Self {
            id: cycle.id,
            district: cycle.district.to_string(),
            year: cycle.year.into(),
            terms: json(&cycle.terms)?,
            from_on: On(cycle.terms.from),
            to_on: On(cycle.terms.to),
            status: cycle.status.name().to_owned(),
            prepared_by: cycle.prepared_by,
            prepared_at: At(cycle.prepared_at),
            frozen_at: cycle.frozen_at.map(At),
            published_at: cycle.published_at.map(At),
            version: cycle.version.0,
        })
    }

    fn parse(self) -> StoreResult<Cycle> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "cycle", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Cycle, &'static str> {
        Ok(Cycle {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            year: i16::try_from(self.year).map_err(|_| "year")?,
            terms: from_json(&self.terms, "terms")?,
            status: self.status.parse::<Status>().map_err(|_| "status")?,
            prepared_by: self.prepared_by,
            prepared_at: self.prepared_at.into(),
            frozen_at: self.frozen_at.map(Into::into),
            published_at: self.published_at.map(Into::into),
        })
    }
}
