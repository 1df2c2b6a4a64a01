//! Checkpoints of record chains: years that are over.

use diesel::prelude::*;
use jiff::{Timestamp, civil::date};

use super::{
    Reader, StoreError, StoreResult, Tx,
    schema::{record_head, record_segment},
    types::At,
};
use crate::{
    domain::record::chain::Hash,
    kernel::{
        calendar::{shanghai_date, start_of_day},
        district::District,
        id::PostingId,
    },
};

/// A year of a posting's records.
pub type Year = (PostingId, i32);

/// Years that are over and not sealed, due since they are over.
pub fn due_to_seal(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<(Timestamp, District, Year)>> {
    let this_year = i32::from(shanghai_date(now).year());
    let rows: Vec<(PostingId, i32, String)> = record_head::table
        .left_join(
            record_segment::table
                .on(record_segment::posting.eq(record_head::posting).and(record_segment::year.eq(record_head::year))),
        )
        .filter(record_head::year.lt(this_year).and(record_segment::posting.nullable().is_null()))
        .order((record_head::year.asc(), record_head::posting.asc()))
        .limit(most.into())
        .select((record_head::posting, record_head::year, record_head::district))
        .load(reader.conn())?;
    let due = |(posting, year, district): (PostingId, i32, String)| {
        let corrupt = |what: &str| StoreError::Corrupt { table: "record_head", id: posting.to_string(), what: what.to_owned() };
        let next = i16::try_from(year + 1).map_err(|_| corrupt("year"))?;
        Ok((start_of_day(date(next, 1, 1)), district.parse().map_err(|_| corrupt("district"))?, (posting, year)))
    };
    rows.into_iter().map(due).collect()
}

/// Seals a year: its number of records and its last hash. `None` when it is sealed already, or goes on.
pub fn seal(tx: &mut Tx, posting: PostingId, year: i32, now: Timestamp) -> StoreResult<Option<(i32, Hash)>> {
    let sealed: i64 = record_segment::table.find((posting, year)).count().get_result(tx.conn())?;
    if sealed > 0 || year >= i32::from(shanghai_date(now).year()) {
        return Ok(None);
    }
    let (district, number, hash): (String, i32, Vec<u8>) = record_head::table
        .find((posting, year))
        .select((record_head::district, record_head::number, record_head::hash))
        .get_result(tx.conn())?;
    diesel::insert_into(record_segment::table)
        .values((
            record_segment::posting.eq(posting),
            record_segment::year.eq(year),
            record_segment::district.eq(district),
            record_segment::records.eq(number),
            record_segment::last_hash.eq(&hash),
            record_segment::sealed_at.eq(At(now)),
        ))
        .execute(tx.conn())?;
    let hash = hash.try_into().map_err(|_| StoreError::Corrupt {
        table: "record_head",
        id: posting.to_string(),
        what: "hash".to_owned(),
    })?;
    Ok(Some((number, Hash(hash))))
}
