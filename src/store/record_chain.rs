//! Verifying the chains of filed records, from what is stored and nothing else.

use diesel::{prelude::*, result::Error};
use sha2::{Digest as _, Sha256};

use super::{
    Reader, StoreError, StoreResult,
    filed_record::Row,
    record_addendum::Row as AddendumRow,
    schema::{filed_record, posting, record_addendum, record_head, record_segment, record_standing, stored_file},
};
use crate::{
    domain::record::{
        Attachment,
        chain::{Break, Fault, Hash, NOTHING, Verdict},
    },
    kernel::{
        digest::hex,
        district::District,
        id::{FiledRecordId, PostingId},
    },
};

/// How far files are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// That they are there, with the hash that was filed.
    Names,
    /// Their contents as well.
    Contents,
}

/// The postings of a district, the first numbered first.
pub fn postings(reader: &mut Reader, district: &District) -> StoreResult<Vec<(PostingId, i32)>> {
    Ok(posting::table
        .filter(posting::district.eq(district.as_str()))
        .order(posting::number.asc())
        .select((posting::id, posting::number))
        .load(reader.conn())?)
}

/// Verifies all records of a posting, year by year. Years of which only the checkpoint is left begin
/// with that.
pub fn verify(reader: &mut Reader, posting: PostingId, files: Files) -> StoreResult<Verdict> {
    let mut verdict = Verdict { records: 0, checkpoints: 0, broken: None };
    let mut previous = NOTHING;
    let heads: Vec<(i32, i32, Vec<u8>)> = record_head::table
        .filter(record_head::posting.eq(posting))
        .order(record_head::year.asc())
        .select((record_head::year, record_head::number, record_head::hash))
        .load(reader.conn())?;
    for (year, number, hash) in &heads {
        let years = Year { posting, year: *year, number: *number, hash, files };
        match years.verify(reader, &mut previous, &mut verdict)? {
            Ok(()) => {}
            Err(broken) => {
                verdict.broken = Some(broken);
                return Ok(verdict);
            }
        }
    }
    let years: Vec<i32> = heads.iter().map(|(year, ..)| *year).collect();
    let stray: Option<(i32, i32)> = filed_record::table
        .filter(filed_record::posting.eq(posting).and(filed_record::year.ne_all(years)))
        .order((filed_record::year.asc(), filed_record::number.asc()))
        .select((filed_record::year, filed_record::number))
        .first(reader.conn())
        .optional()?;
    verdict.broken = stray.map(|(year, number)| Break { year, number, what: Fault::Head });
    Ok(verdict)
}

/// One year of a posting, as its head says that it is.
struct Year<'a> {
    posting: PostingId,
    year: i32,
    number: i32,
    hash: &'a [u8],
    files: Files,
}

impl Year<'_> {
    fn verify(&self, reader: &mut Reader, previous: &mut Hash, verdict: &mut Verdict) -> StoreResult<Result<(), Break>> {
        let there: i64 = self.all().count().get_result(reader.conn())?;
        let segment: Option<(i32, Vec<u8>)> = record_segment::table
            .find((self.posting, self.year))
            .select((record_segment::records, record_segment::last_hash))
            .get_result(reader.conn())
            .optional()?;
        let at_end = |what| Err(Break { year: self.year, number: self.number, what });
        if let Some((records, last_hash)) = &segment
            && (*records != self.number || last_hash.as_slice() != self.hash)
        {
            return Ok(at_end(Fault::Head));
        }
        if there == 0 && segment.is_some() {
            verdict.checkpoints += 1;
            return Ok(match self.hash.try_into() {
                Ok(hash) => {
                    *previous = Hash(hash);
                    Ok(())
                }
                Err(_) => at_end(Fault::Head),
            });
        }
        for number in 1..=self.number {
            match self.verify_one(reader, number, *previous)? {
                Ok(hash) => *previous = hash,
                Err(what) => return Ok(Err(Break { year: self.year, number, what })),
            }
            verdict.records += 1;
        }
        if there != i64::from(self.number) || previous.0.as_slice() != self.hash {
            return Ok(at_end(Fault::Head));
        }
        Ok(Ok(()))
    }

    fn all(&self) -> filed_record::BoxedQuery<'static, super::conn::MultiBackend> {
        filed_record::table.filter(filed_record::posting.eq(self.posting).and(filed_record::year.eq(self.year))).into_boxed()
    }

    fn verify_one(&self, reader: &mut Reader, number: i32, previous: Hash) -> StoreResult<Result<Hash, Fault>> {
        let of_number = filed_record::table
            .filter(filed_record::posting.eq(self.posting).and(filed_record::year.eq(self.year)))
            .filter(filed_record::number.eq(number))
            .select(Row::as_select());
        let row = match read(of_number.get_result(reader.conn()).optional())? {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(Err(Fault::Missing)),
            Err(unreadable) => return Ok(Err(unreadable)),
        };
        if row.previous_hash != previous.0 {
            return Ok(Err(Fault::Unlinked));
        }
        let hash = row.computed();
        if row.hash != hash.0 {
            return Ok(Err(Fault::Changed));
        }
        if !self.attachments_hold(reader, &row.attachments)? {
            return Ok(Err(Fault::Attachment));
        }
        let checked = addenda(reader, row.id(), hash)?;
        Ok(checked.map(|()| hash))
    }

    fn attachments_hold(&self, reader: &mut Reader, attachments: &str) -> StoreResult<bool> {
        let Ok(attachments) = serde_json::from_str::<Vec<Attachment>>(attachments) else {
            return Ok(false);
        };
        for Attachment { file, sha256 } in attachments {
            let known: Option<Vec<u8>> =
                stored_file::table.find(file).select(stored_file::sha256).get_result(reader.conn()).optional()?;
            if known.is_none_or(|known| hex(&known) != sha256) {
                return Ok(false);
            }
            if self.files == Files::Contents {
                let content = super::stored_file::content(reader, file)?.unwrap_or_default();
                if hex(&Sha256::digest(&content)) != sha256 {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

/// What a row came to, an unreadable one being a fault of the chain and not of ours.
fn read<T>(row: QueryResult<T>) -> StoreResult<Result<T, Fault>> {
    match row {
        Ok(row) => Ok(Ok(row)),
        Err(Error::DeserializationError(_)) => Ok(Err(Fault::Unreadable)),
        Err(other) => Err(StoreError::from(other)),
    }
}

/// The addenda of a record, which begin with its own hash.
fn addenda(reader: &mut Reader, record: FiledRecordId, hash: Hash) -> StoreResult<Result<(), Fault>> {
    let said: Option<(i32, Vec<u8>)> = record_standing::table
        .find(record)
        .select((record_standing::addenda, record_standing::addenda_hash))
        .get_result(reader.conn())
        .optional()?;
    let Some((count, last_hash)) = said else {
        return Ok(Err(Fault::Standing));
    };
    let rows = record_addendum::table
        .filter(record_addendum::record.eq(record))
        .order(record_addendum::number.asc())
        .select(AddendumRow::as_select());
    let Ok(rows) = read(rows.load::<AddendumRow>(reader.conn()))? else {
        return Ok(Err(Fault::Addendum));
    };
    let mut previous = hash;
    for (number, row) in (1..).zip(&rows) {
        let hash = row.computed();
        if row.number != number || row.previous_hash != previous.0 || row.hash != hash.0 {
            return Ok(Err(Fault::Addendum));
        }
        previous = hash;
    }
    let whole = i32::try_from(rows.len()) == Ok(count) && last_hash == previous.0;
    Ok(if whole { Ok(()) } else { Err(Fault::Addendum) })
}
