//! Drafts of records and openings of months in the database. Only the instructor sees drafts.

use std::collections::HashMap;

use diesel::{dsl::max, prelude::*, sql_types::Bool};
use jiff::Timestamp;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{from_json, json, text},
    conn::MultiBackend,
    schema::{record_draft, record_file, record_opening, stored_file},
    types::{At, On},
};
use crate::{
    domain::record::{Content, Draft, DraftStatus, Opening},
    kernel::{
        calendar::Month,
        id::{AccountId, OrganisationId, PostingId, RecordDraftId, RecordOpeningId, StoredFileId},
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = record_draft, treat_none_as_null = true)]
struct Row {
    id: RecordDraftId,
    district: String,
    posting: PostingId,
    occurred_on: On,
    target: OrganisationId,
    kind: String,
    summary: String,
    links: String,
    status: String,
    created_by: AccountId,
    created_at: At,
    version: i32,
}

/// Drafts that are shown at most.
const MOST: i64 = 200;

/// The draft, if the scope shows it.
pub fn find(reader: &mut Reader, scope: &Scope, id: RecordDraftId) -> StoreResult<Option<Draft>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the drafts that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[RecordDraftId]) -> StoreResult<Vec<Draft>> {
    drafts(reader, scope, Box::new(record_draft::id.eq_any(ids.to_vec())))
}

/// What the instructor is writing, the newest first.
pub fn open(reader: &mut Reader, scope: &Scope) -> StoreResult<Vec<Draft>> {
    drafts(reader, scope, Box::new(record_draft::status.eq("DRAFT")))
}

type Condition = Box<dyn BoxableExpression<record_draft::table, MultiBackend, SqlType = Bool>>;

fn drafts(reader: &mut Reader, scope: &Scope, which: Condition) -> StoreResult<Vec<Draft>> {
    let rows: Vec<Row> = record_draft::table
        .filter(which)
        .filter(record_draft::posting.eq_any(scope.postings.clone()))
        .order((record_draft::created_at.desc(), record_draft::id.desc()))
        .limit(MOST)
        .select(Row::as_select())
        .load(reader.conn())?;
    let ids: Vec<RecordDraftId> = rows.iter().map(|row| row.id).collect();
    let pairs: Vec<(RecordDraftId, StoredFileId)> = record_file::table
        .filter(record_file::draft.eq_any(&ids))
        .order((record_file::draft.asc(), record_file::position.asc()))
        .select((record_file::draft, record_file::file))
        .load(reader.conn())?;
    let mut files: HashMap<RecordDraftId, Vec<StoredFileId>> = HashMap::new();
    for (draft, file) in pairs {
        files.entry(draft).or_default().push(file);
    }
    let parse = |row: Row| {
        let id = row.id;
        row.read(files.remove(&id).unwrap_or_default()).map_err(|what| corrupt(id, what))
    };
    rows.into_iter().map(parse).collect()
}

/// Those of the files that belong to drafts of the scope's own.
pub(super) fn files_of_drafts(reader: &mut Reader, scope: &Scope, files: &[StoredFileId]) -> StoreResult<Vec<StoredFileId>> {
    let own = record_file::file.eq_any(files).and(record_file::posting.eq_any(scope.postings.clone()));
    Ok(record_file::table.filter(own).select(record_file::file).load(reader.conn())?)
}

/// Enters a new draft.
pub fn insert(tx: &mut Tx, draft: &Draft) -> StoreResult<()> {
    diesel::insert_into(record_draft::table).values(&Row::of(draft)?).execute(tx.conn())?;
    Ok(())
}

/// Saves a step of a draft whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, draft: &Draft, expected: Version) -> StoreResult<()> {
    let seen = record_draft::id.eq(draft.id).and(record_draft::version.eq(expected.0));
    let changed = diesel::update(record_draft::table.filter(seen)).set(&Row::of(draft)?).execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Ties a file to a draft, behind those that it has.
pub fn attach(tx: &mut Tx, draft: &Draft, file: StoredFileId) -> StoreResult<()> {
    let last: Option<i32> =
        record_file::table.filter(record_file::draft.eq(draft.id)).select(max(record_file::position)).get_result(tx.conn())?;
    diesel::insert_into(record_file::table)
        .values((
            record_file::file.eq(file),
            record_file::posting.eq(draft.posting),
            record_file::draft.eq(draft.id),
            record_file::position.eq(last.unwrap_or(0) + 1),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Removes a file of a draft that is not filed.
pub fn detach(tx: &mut Tx, draft: RecordDraftId, file: StoredFileId) -> StoreResult<()> {
    let of_draft = record_file::file.eq(file).and(record_file::draft.eq(draft)).and(record_file::record.is_null());
    let gone = diesel::delete(record_file::table.filter(of_draft)).execute(tx.conn())?;
    if gone != 1 {
        return Err(StoreError::Stale);
    }
    diesel::delete(stored_file::table.find(file)).execute(tx.conn())?;
    Ok(())
}

/// Enters that a month is open.
pub fn insert_opening(tx: &mut Tx, opening: &Opening) -> StoreResult<()> {
    diesel::insert_into(record_opening::table)
        .values((
            record_opening::id.eq(opening.id),
            record_opening::district.eq(opening.district.to_string()),
            record_opening::posting.eq(opening.posting),
            record_opening::month.eq(opening.month.to_string()),
            record_opening::reason.eq(opening.reason.as_str()),
            record_opening::until_at.eq(At(opening.until)),
            record_opening::opened_by.eq(opening.opened_by),
            record_opening::opened_at.eq(At(opening.opened_at)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The opening of a month that is still good at a moment, the longest one.
pub fn opening_of(tx: &mut Tx, posting: PostingId, month: Month, now: Timestamp) -> StoreResult<Option<RecordOpeningId>> {
    Ok(record_opening::table
        .filter(record_opening::posting.eq(posting).and(record_opening::month.eq(month.to_string())))
        .filter(record_opening::until_at.ge(At(now)))
        .order(record_opening::until_at.desc())
        .select(record_opening::id)
        .first(tx.conn())
        .optional()?)
}

fn corrupt(id: RecordDraftId, what: &str) -> StoreError {
    StoreError::Corrupt { table: "record_draft", id: id.to_string(), what: what.to_owned() }
}

impl Row {
    fn of(draft: &Draft) -> StoreResult<Self> {
        Ok(Self {
            id: draft.id,
            district: draft.district.to_string(),
            posting: draft.posting,
            occurred_on: On(draft.content.occurred_on),
            target: draft.content.target,
            kind: draft.content.kind.name().to_owned(),
            summary: draft.content.summary.to_string(),
            links: json(&draft.content.links)?,
            status: draft.status.name().to_owned(),
            created_by: draft.created_by,
            created_at: At(draft.created_at),
            version: draft.version.0,
        })
    }

    fn read(self, files: Vec<StoredFileId>) -> Result<Draft, &'static str> {
        Ok(Draft {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            posting: self.posting,
            content: Content {
                occurred_on: self.occurred_on.into(),
                target: self.target,
                kind: self.kind.parse().map_err(|_| "kind")?,
                summary: text(&self.summary, "summary")?,
                links: from_json(&self.links, "links")?,
            },
            files,
            status: self.status.parse::<DraftStatus>().map_err(|_| "status")?,
            created_by: self.created_by,
            created_at: self.created_at.into(),
        })
    }
}
