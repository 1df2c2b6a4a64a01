//! Filed records in the database, where they stand, and who sees them.

use std::collections::BTreeSet;

use diesel::{dsl::count_star, prelude::*, sql_types::Bool};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{from_json, json, optional_text, text},
    conn::MultiBackend,
    page::{Sort, Window},
    record_standing,
    schema::{filed_record, posting, record_file, record_head, record_standing as standing_table},
    types::{At, On},
};
use crate::{
    domain::record::{
        Content, FiledRecord, Kind, Timing,
        chain::{self, Hash, RecordFields},
        standing::{Standing, Status},
    },
    kernel::{
        district::District,
        id::{AccountId, FiledRecordId, OrganisationId, PostingId, RecordDraftId, RecordOpeningId, StoredFileId},
        page::{Mark, Page, PageRequest},
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = filed_record)]
pub(super) struct Row {
    id: FiledRecordId,
    district: String,
    posting: PostingId,
    pub(super) year: i32,
    pub(super) number: i32,
    ref_no: String,
    occurred_on: On,
    target: OrganisationId,
    kind: String,
    summary: String,
    links: String,
    pub(super) attachments: String,
    timing: String,
    late_reason: Option<String>,
    opening: Option<RecordOpeningId>,
    filed_by: AccountId,
    filed_at: At,
    pub(super) previous_hash: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

/// A record with what is said of it.
pub type Kept = (FiledRecord, Standing);

/// Which records a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    pub posting: Option<PostingId>,
    pub target: Option<OrganisationId>,
    pub kinds: Vec<Kind>,
    pub statuses: Vec<Status>,
    /// The year in which they were filed.
    pub year: Option<i32>,
}

/// Where a record stands in a list, the newest first.
pub fn mark((record, _): &Kept) -> Mark {
    Mark { key: record.filed_at.as_microsecond(), id: *record.id.as_bytes() }
}

/// The record, if the scope shows it.
pub fn find(reader: &mut Reader, scope: &Scope, id: FiledRecordId) -> StoreResult<Option<Kept>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the records that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[FiledRecordId]) -> StoreResult<Vec<Kept>> {
    let seen: Condition<'_> = Box::new(filed_record::id.eq_any(ids).and(visible(scope)));
    let rows: Vec<Row> = filed_record::table.filter(seen).select(Row::as_select()).load(reader.conn())?;
    with_standings(reader, rows)
}

/// One page of the list, the newest first.
pub fn page(reader: &mut Reader, scope: &Scope, filter: &Filter, request: &PageRequest) -> StoreResult<Page<Kept>> {
    let window = Window::new(request, Sort::Descending);
    let mut query = filed_record::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(mark, above)?);
        }
    }
    query = if window.upwards {
        query.order((filed_record::filed_at.asc(), filed_record::id.asc()))
    } else {
        query.order((filed_record::filed_at.desc(), filed_record::id.desc()))
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    Ok(Page::cut(with_standings(reader, rows)?, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    let all = filed_record::table.filter(visible(scope)).filter(matching(filter));
    Ok(all.select(count_star()).get_result(reader.conn())?)
}

/// Those of the files that belong to records which the scope shows.
pub(super) fn files_of_records(reader: &mut Reader, scope: &Scope, files: &[StoredFileId]) -> StoreResult<Vec<StoredFileId>> {
    let pairs: Vec<(StoredFileId, Option<FiledRecordId>)> = record_file::table
        .filter(record_file::file.eq_any(files).and(record_file::record.is_not_null()))
        .select((record_file::file, record_file::record))
        .load(reader.conn())?;
    let records: Vec<FiledRecordId> = pairs.iter().filter_map(|(_, record)| *record).collect();
    let seen: Condition<'_> = Box::new(filed_record::id.eq_any(records).and(visible(scope)));
    let seen: Vec<FiledRecordId> = filed_record::table.filter(seen).select(filed_record::id).load(reader.conn())?;
    let seen: BTreeSet<FiledRecordId> = seen.into_iter().collect();
    Ok(pairs.into_iter().filter(|(_, record)| record.is_some_and(|id| seen.contains(&id))).map(|(file, _)| file).collect())
}

/// Summaries of the posting's records about the same organisation since a moment, for finding
/// near-duplicates.
pub fn summaries_since(
    tx: &mut Tx,
    (posting, target): (PostingId, OrganisationId),
    since: Timestamp,
) -> StoreResult<Vec<(FiledRecordId, String)>> {
    Ok(filed_record::table
        .filter(filed_record::posting.eq(posting).and(filed_record::target.eq(target)))
        .filter(filed_record::filed_at.ge(At(since)))
        .order(filed_record::id.asc())
        .select((filed_record::id, filed_record::summary))
        .load(tx.conn())?)
}

/// Takes the next number of a posting's records in a year, with the hash of the one before, and holds
/// the chain for this transaction.
pub fn take_number(tx: &mut Tx, district: &District, posting: PostingId, year: i16) -> StoreResult<(i32, Hash)> {
    let year = i32::from(year);
    let advanced = diesel::update(record_head::table.find((posting, year)))
        .set(record_head::number.eq(record_head::number + 1))
        .execute(tx.conn())?;
    if advanced == 0 {
        let before: Option<Vec<u8>> = record_head::table
            .filter(record_head::posting.eq(posting).and(record_head::year.lt(year)))
            .order(record_head::year.desc())
            .select(record_head::hash)
            .first(tx.conn())
            .optional()?;
        let values = (
            record_head::posting.eq(posting),
            record_head::year.eq(year),
            record_head::district.eq(district.to_string()),
            record_head::number.eq(1),
            record_head::hash.eq(before.unwrap_or_else(|| chain::NOTHING.0.to_vec())),
        );
        diesel::insert_into(record_head::table).values(values).execute(tx.conn())?;
    }
    let (number, hash): (i32, Vec<u8>) =
        record_head::table.find((posting, year)).select((record_head::number, record_head::hash)).get_result(tx.conn())?;
    let hash = hash.try_into().map_err(|_| StoreError::Corrupt {
        table: "record_head",
        id: posting.to_string(),
        what: "hash".to_owned(),
    })?;
    Ok((number, Hash(hash)))
}

/// Enters a record whose number was just taken, with where it stands. Its hash is that of
/// [`hash_of`], and becomes the end of the chain.
pub fn insert(tx: &mut Tx, record: &FiledRecord, standing: &Standing, draft: RecordDraftId) -> StoreResult<()> {
    let row = Row::of(record)?;
    diesel::insert_into(filed_record::table).values(&row).execute(tx.conn())?;
    let at_end = record_head::number.eq(row.number).and(record_head::hash.eq(&row.previous_hash));
    let moved = diesel::update(record_head::table.find((record.posting, row.year)).filter(at_end))
        .set(record_head::hash.eq(&row.hash))
        .execute(tx.conn())?;
    if moved != 1 {
        return Err(StoreError::Stale);
    }
    record_standing::insert(tx, standing, record.hash)?;
    diesel::update(record_file::table.filter(record_file::draft.eq(draft)))
        .set(record_file::record.eq(record.id))
        .execute(tx.conn())?;
    Ok(())
}

/// The hash that a record has by its content and the hash before it.
pub fn hash_of(record: &FiledRecord) -> StoreResult<Hash> {
    Ok(Row::of(record)?.computed())
}

type Condition<'a> = Box<dyn BoxableExpression<filed_record::table, MultiBackend, SqlType = Bool> + 'a>;

/// The instructor's own, those about enterprises that one speaks for, those of a unit's instructors;
/// everything for the coordinator and the organisation department.
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = filed_record::district.eq(scope.district.to_string());
    if !scope.business {
        return Box::new(district.and(filed_record::id.ne(filed_record::id)));
    }
    if scope.whole_district || scope.reviews {
        return Box::new(district);
    }
    let sent = posting::table.filter(posting::dispatch_unit.eq_any(scope.dispatches.clone())).select(posting::id);
    Box::new(
        district.and(
            filed_record::posting
                .eq_any(scope.postings.clone())
                .or(filed_record::target.eq_any(scope.speaks_for.clone()))
                .or(filed_record::posting.eq_any(sent)),
        ),
    )
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut matching: Condition<'a> = Box::new(filed_record::id.eq(filed_record::id));
    if let Some(posting) = filter.posting {
        matching = Box::new(matching.and(filed_record::posting.eq(posting)));
    }
    if let Some(target) = filter.target {
        matching = Box::new(matching.and(filed_record::target.eq(target)));
    }
    if let Some(year) = filter.year {
        matching = Box::new(matching.and(filed_record::year.eq(year)));
    }
    if !filter.kinds.is_empty() {
        let names: Vec<&'static str> = filter.kinds.iter().map(|kind| kind.name()).collect();
        matching = Box::new(matching.and(filed_record::kind.eq_any(names)));
    }
    if !filter.statuses.is_empty() {
        let names: Vec<&'static str> = filter.statuses.iter().map(|status| status.name()).collect();
        let standing = standing_table::table.filter(standing_table::status.eq_any(names)).select(standing_table::record);
        matching = Box::new(matching.and(filed_record::id.eq_any(standing)));
    }
    matching
}

fn beyond<'a>(mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = FiledRecordId::from_bytes(mark.id);
    let at = At(Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
    Ok(if above {
        Box::new(filed_record::filed_at.gt(at).or(filed_record::filed_at.eq(at).and(filed_record::id.gt(id))))
    } else {
        Box::new(filed_record::filed_at.lt(at).or(filed_record::filed_at.eq(at).and(filed_record::id.lt(id))))
    })
}

fn with_standings(reader: &mut Reader, rows: Vec<Row>) -> StoreResult<Vec<Kept>> {
    let ids: Vec<FiledRecordId> = rows.iter().map(|row| row.id).collect();
    let mut standings = record_standing::of(reader, &ids)?;
    let pair = |row: Row| {
        let id = row.id;
        let standing = standings.remove(&id).ok_or_else(|| corrupt(id, "nothing is said of it"))?;
        Ok((row.parse()?, standing))
    };
    rows.into_iter().map(pair).collect()
}

pub(super) fn corrupt(id: FiledRecordId, what: &str) -> StoreError {
    StoreError::Corrupt { table: "filed_record", id: id.to_string(), what: what.to_owned() }
}

impl Row {
    fn of(record: &FiledRecord) -> StoreResult<Self> {
        Ok(Self {
            id: record.id,
            district: record.district.to_string(),
            posting: record.posting,
            year: record.year.into(),
            number: record.number,
            ref_no: record.ref_no.clone(),
            occurred_on: On(record.content.occurred_on),
            target: record.content.target,
            kind: record.content.kind.name().to_owned(),
            summary: record.content.summary.to_string(),
            links: json(&record.content.links)?,
            attachments: json(&record.attachments)?,
            timing: record.timing.name().to_owned(),
            late_reason: record.timing.reason().map(ToString::to_string),
            opening: record.opening,
            filed_by: record.filed_by,
            filed_at: At(record.filed_at),
            previous_hash: record.previous_hash.0.to_vec(),
            hash: record.hash.0.to_vec(),
        })
    }

    /// Its id.
    pub(super) fn id(&self) -> FiledRecordId {
        self.id
    }

    /// The hash by what is stored, whatever that is.
    pub(super) fn computed(&self) -> Hash {
        let opening = self.opening.map(|id| id.to_string());
        RecordFields {
            id: &self.id.to_string(),
            district: &self.district,
            posting: &self.posting.to_string(),
            year: self.year,
            number: self.number,
            ref_no: &self.ref_no,
            occurred_on: &self.occurred_on.0.to_string(),
            target: &self.target.to_string(),
            kind: &self.kind,
            summary: &self.summary,
            links: &self.links,
            attachments: &self.attachments,
            timing: &self.timing,
            late_reason: self.late_reason.as_deref(),
            opening: opening.as_deref(),
            filed_by: &self.filed_by.to_string(),
            filed_at: &self.filed_at.0.to_string(),
            previous_hash: &self.previous_hash,
        }
        .hash()
    }

    fn parse(self) -> StoreResult<FiledRecord> {
        let id = self.id;
        self.read().map_err(|what| corrupt(id, what))
    }

    fn read(self) -> Result<FiledRecord, &'static str> {
        let late = optional_text(self.late_reason.as_deref(), "late_reason")?;
        Ok(FiledRecord {
            timing: match (self.timing.as_str(), late) {
                ("IN_TIME", None) => Timing::InTime,
                ("LATE", Some(reason)) => Timing::Late { reason },
                _ => return Err("timing"),
            },
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            posting: self.posting,
            year: i16::try_from(self.year).map_err(|_| "year")?,
            number: self.number,
            ref_no: self.ref_no,
            content: Content {
                occurred_on: self.occurred_on.into(),
                target: self.target,
                kind: self.kind.parse().map_err(|_| "kind")?,
                summary: text(&self.summary, "summary")?,
                links: from_json(&self.links, "links")?,
            },
            attachments: from_json(&self.attachments, "attachments")?,
            opening: self.opening,
            filed_by: self.filed_by,
            filed_at: self.filed_at.into(),
            previous_hash: Hash(self.previous_hash.try_into().map_err(|_| "previous_hash")?),
            hash: Hash(self.hash.try_into().map_err(|_| "hash")?),
        })
    }
}
