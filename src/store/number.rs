//! Reference numbers without gaps.

use diesel::prelude::*;
use jiff::Timestamp;

use super::{StoreError, StoreResult, Tx, schema::counter};
use crate::kernel::{
    calendar::shanghai_date,
    district::District,
    reference::{RefNo, Series},
};

/// Takes the next number of a series in this transaction: a rollback gives it back, and of two
/// transactions that want it the second waits for the first.
pub fn next(tx: &mut Tx, series: Series, district: &District, now: Timestamp) -> StoreResult<RefNo> {
    let (year, last) = take(tx, series, district, now, 1)?;
    Ok(RefNo::new(series, district, year, last))
}

/// Takes the next `count` numbers of a series, in their order, as [`next`] takes one.
pub fn next_block(tx: &mut Tx, series: Series, district: &District, now: Timestamp, count: usize) -> StoreResult<Vec<RefNo>> {
    let Ok(size @ 1..) = i32::try_from(count) else {
        return Ok(Vec::new());
    };
    let (year, last) = take(tx, series, district, now, size)?;
    Ok((last - size + 1..=last).map(|sequence| RefNo::new(series, district, year, sequence)).collect())
}

/// The number of the next posting of a district, which goes on over the years.
pub fn next_posting(tx: &mut Tx, district: &District) -> StoreResult<i32> {
    count_on(tx, (district.as_str(), "I", 0), 1)
}

/// Moves the counter of this year on, and answers the year and where the counter is now.
fn take(tx: &mut Tx, series: Series, district: &District, now: Timestamp, count: i32) -> StoreResult<(i32, i32)> {
    let year = i32::from(shanghai_date(now).year());
    Ok((year, count_on(tx, (district.as_str(), series.letter(), year), count)?))
}

fn count_on(tx: &mut Tx, key: (&str, &str, i32), count: i32) -> StoreResult<i32> {
    let taken = diesel::update(counter::table.find(key)).set(counter::last.eq(counter::last + count)).execute(tx.conn())?;
    if taken == 0 {
        diesel::insert_into(counter::table)
            .values((counter::district.eq(key.0), counter::kind.eq(key.1), counter::year.eq(key.2), counter::last.eq(count)))
            .execute(tx.conn())
            .map_err(first_of_the_year)?;
    }
    Ok(counter::table.find(key).select(counter::last).get_result(tx.conn())?)
}

/// Another transaction has just opened the year: run again behind it.
fn first_of_the_year(error: diesel::result::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Unique(_) => StoreError::Conflict,
        other => other,
    }
}
