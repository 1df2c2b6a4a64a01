//! Resources of which something is due with a day, of all districts.

use diesel::{prelude::*, sql_types::Bool};
use jiff::{Timestamp, civil::Date};

use super::{
    Reader, StoreError, StoreResult, Tx,
    conn::MultiBackend,
    resource::{Row, complete},
    schema::resource,
    types::On,
};
use crate::{
    domain::resource::Resource,
    kernel::{
        calendar::{shanghai_date, start_of_day},
        district::District,
        id::ResourceId,
    },
};

/// A resource for which something is due, since when, and whose district it is in.
pub type DueResource = (Timestamp, District, ResourceId);
type Condition = Box<dyn BoxableExpression<resource::table, MultiBackend, SqlType = Bool>>;

/// A resource in the system's own hands, whatever the scope.
pub fn get(tx: &mut Tx, id: ResourceId) -> StoreResult<Option<Resource>> {
    let rows: Vec<Row> = resource::table.filter(resource::id.eq(id)).select(Row::as_select()).load(tx.conn())?;
    Ok(complete(tx, rows)?.pop())
}

/// Resources of which somebody should be reminded to say that they are still true, the longest
/// waiting first like the others here; one that should have been reminded of twice comes once.
pub fn due_to_remind(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueResource>> {
    let day = On(shanghai_date(now));
    let first = resource::remind_first_on.is_not_null().and(resource::remind_first_on.assume_not_null().le(day));
    let mut due = search(reader, Box::new(listed().and(resource::reminded.eq(0)).and(first)), Column::First, most)?;
    let second = resource::remind_second_on.is_not_null().and(resource::remind_second_on.assume_not_null().le(day));
    due.extend(search(reader, Box::new(listed().and(resource::reminded.eq(1)).and(second)), Column::Second, most)?);
    Ok(due)
}

/// Resources that nobody has said for too long to be true.
pub fn due_to_go_stale(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueResource>> {
    let due = resource::stale_on.is_not_null().and(resource::stale_on.assume_not_null().le(On(shanghai_date(now))));
    search(reader, Box::new(listed().and(due)), Column::Stale, most)
}

/// Paused resources whose pause is over.
pub fn due_to_resume(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueResource>> {
    let due = resource::paused_until.is_not_null().and(resource::paused_until.assume_not_null().le(On(shanghai_date(now))));
    search(reader, Box::new(resource::status.eq("PAUSED").and(due)), Column::Pause, most)
}

/// Resources whose last day has passed.
pub fn due_to_end(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueResource>> {
    let due = resource::valid_to.is_not_null().and(resource::valid_to.assume_not_null().lt(On(shanghai_date(now))));
    let found = search(reader, Box::new(resource::status.eq_any(["LISTED", "PAUSED", "STALE"]).and(due)), Column::End, most)?;
    // It is over when the day after its last one begins.
    let over = |(last_day, district, id): DueResource| {
        (start_of_day(shanghai_date(last_day).tomorrow().unwrap_or(Date::MAX)), district, id)
    };
    Ok(found.into_iter().map(over).collect())
}

/// The days of a row, in the order of [`Column`].
type Days = (Option<On>, Option<On>, Option<On>, Option<On>, Option<On>);

/// The day that a search goes by.
#[derive(Clone, Copy)]
enum Column {
    First,
    Second,
    Stale,
    Pause,
    End,
}

fn search(reader: &mut Reader, due: Condition, column: Column, most: u32) -> StoreResult<Vec<DueResource>> {
    let query = resource::table.filter(due).into_boxed();
    let query = match column {
        Column::First => query.order((resource::remind_first_on.asc(), resource::id.asc())),
        Column::Second => query.order((resource::remind_second_on.asc(), resource::id.asc())),
        Column::Stale => query.order((resource::stale_on.asc(), resource::id.asc())),
        Column::Pause => query.order((resource::paused_until.asc(), resource::id.asc())),
        Column::End => query.order((resource::valid_to.asc(), resource::id.asc())),
    };
    let days =
        (resource::remind_first_on, resource::remind_second_on, resource::stale_on, resource::paused_until, resource::valid_to);
    let rows: Vec<(ResourceId, String, Days)> =
        query.limit(most.into()).select((resource::id, resource::district, days)).load(reader.conn())?;
    rows.into_iter()
        .map(|(id, district, (first, second, stale, pause, end))| {
            let day = match column {
                Column::First => first,
                Column::Second => second,
                Column::Stale => stale,
                Column::Pause => pause,
                Column::End => end,
            };
            let corrupt = |what: &str| StoreError::Corrupt { table: "resource", id: id.to_string(), what: what.to_owned() };
            let day = day.ok_or_else(|| corrupt("a clock without an end"))?;
            Ok((start_of_day(day.0), district.parse().map_err(|_| corrupt("district"))?, id))
        })
        .collect()
}

fn listed() -> diesel::dsl::Eq<resource::status, &'static str> {
    resource::status.eq("LISTED")
}
