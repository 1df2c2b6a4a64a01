//! Addenda of filed records in the database.

use diesel::prelude::*;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::text,
    filed_record::corrupt,
    schema::{record_addendum, record_standing},
    types::At,
};
use crate::{
    domain::record::{
        Addendum,
        chain::{AddendumFields, Hash},
    },
    kernel::{
        district::District,
        id::{AccountId, FiledRecordId, PostingId, RecordAddendumId},
    },
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = record_addendum)]
pub(super) struct Row {
    id: RecordAddendumId,
    district: String,
    record: FiledRecordId,
    posting: PostingId,
    year: i32,
    pub(super) number: i32,
    text: String,
    added_by: AccountId,
    added_at: At,
    pub(super) previous_hash: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

/// Addenda that are read at most for the records of one page.
const MAX_NESTED: i64 = 10_000;

/// The addenda of these records, the first said first. The records must have been seen through a scope.
pub fn of(reader: &mut Reader, records: &[FiledRecordId]) -> StoreResult<Vec<Addendum>> {
    let rows: Vec<Row> = record_addendum::table
        .filter(record_addendum::record.eq_any(records))
        .order((record_addendum::record.asc(), record_addendum::number.asc()))
        .limit(MAX_NESTED)
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// Takes the next number of a record's addenda, with the hash before it, and holds them for this
/// transaction.
pub fn take_number(tx: &mut Tx, record: FiledRecordId) -> StoreResult<(i32, Hash)> {
    let at = || record_standing::table.find(record);
    let changed = diesel::update(at()).set(record_standing::addenda.eq(record_standing::addenda + 1)).execute(tx.conn())?;
    if changed != 1 {
        return Err(StoreError::Stale);
    }
    let (number, hash): (i32, Vec<u8>) =
        at().select((record_standing::addenda, record_standing::addenda_hash)).get_result(tx.conn())?;
    Ok((number, Hash(hash.try_into().map_err(|_| corrupt(record, "addenda_hash"))?)))
}

/// Enters an addendum whose number was just taken; its hash becomes the end of its chain.
pub fn insert(tx: &mut Tx, addendum: &Addendum, district: &District) -> StoreResult<()> {
    let row = Row::of(addendum, district);
    diesel::insert_into(record_addendum::table).values(&row).execute(tx.conn())?;
    let moved = diesel::update(record_standing::table.find(addendum.record))
        .set(record_standing::addenda_hash.eq(&row.hash))
        .execute(tx.conn())?;
    if moved == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// The hash that an addendum has by its content and the hash before it.
pub fn hash_of(addendum: &Addendum, district: &District) -> Hash {
    Row::of(addendum, district).computed()
}

impl Row {
    fn of(addendum: &Addendum, district: &District) -> Self {
        Self {
            id: addendum.id,
            district: district.to_string(),
            record: addendum.record,
            posting: addendum.posting,
            year: addendum.year.into(),
            number: addendum.number,
            text: addendum.text.to_string(),
            added_by: addendum.added_by,
            added_at: At(addendum.added_at),
            previous_hash: addendum.previous_hash.0.to_vec(),
            hash: addendum.hash.0.to_vec(),
        }
    }

    /// The hash by what is stored, whatever that is.
    pub(super) fn computed(&self) -> Hash {
        AddendumFields {
            id: &self.id.to_string(),
            district: &self.district,
            record: &self.record.to_string(),
            posting: &self.posting.to_string(),
            year: self.year,
            number: self.number,
            text: &self.text,
            added_by: &self.added_by.to_string(),
            added_at: &self.added_at.0.to_string(),
            previous_hash: &self.previous_hash,
        }
        .hash()
    }

    fn parse(self) -> StoreResult<Addendum> {
        let id = self.record;
        self.read().map_err(|what| corrupt(id, what))
    }

    fn read(self) -> Result<Addendum, &'static str> {
        Ok(Addendum {
            id: self.id,
            record: self.record,
            posting: self.posting,
            year: i16::try_from(self.year).map_err(|_| "year")?,
            number: self.number,
            text: text(&self.text, "text")?,
            added_by: self.added_by,
            added_at: self.added_at.into(),
            previous_hash: Hash(self.previous_hash.try_into().map_err(|_| "previous_hash")?),
            hash: Hash(self.hash.try_into().map_err(|_| "hash")?),
        })
    }
}
