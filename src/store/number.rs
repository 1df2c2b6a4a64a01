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
    let year = i32::from(shanghai_date(now).year());
    let key = (district.as_str(), series.letter(), year);
    let taken = diesel::update(counter::table.find(key)).set(counter::last.eq(counter::last + 1)).execute(tx.conn())?;
    if taken == 0 {
        diesel::insert_into(counter::table)
            .values((counter::district.eq(key.0), counter::kind.eq(key.1), counter::year.eq(key.2), counter::last.eq(1)))
            .execute(tx.conn())
            .map_err(first_of_the_year)?;
    }
    let sequence: i32 = counter::table.find(key).select(counter::last).get_result(tx.conn())?;
    Ok(RefNo::new(series, district, year, sequence))
}

/// Another transaction has just opened the year: run again behind it.
fn first_of_the_year(error: diesel::result::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Unique(_) => StoreError::Conflict,
        other => other,
    }
}
