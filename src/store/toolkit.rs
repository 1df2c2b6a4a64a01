//! The toolkit in the database: items, and who was given them.

use diesel::{
    dsl::{count_star, max},
    prelude::*,
    sql_types::Bool,
};
use jiff::Timestamp;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::text,
    conn::MultiBackend,
    page::{Sort, Window},
    posting as postings,
    schema::{toolkit_issue, toolkit_item},
    types::{At, On},
};
use crate::{
    domain::toolkit::{ToolkitIssue, ToolkitItem},
    kernel::{
        district::District,
        id::{AccountId, PostingId, StoredFileId, ToolkitIssueId, ToolkitItemId},
        page::{Mark, Page, PageRequest},
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = toolkit_item)]
struct ItemRow {
    id: ToolkitItemId,
    district: String,
    code: String,
    revision: i32,
    title: String,
    file: StoredFileId,
    effective_from: On,
    published_by: AccountId,
    published_at: At,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = toolkit_issue)]
struct IssueRow {
    id: ToolkitIssueId,
    district: String,
    posting: PostingId,
    item: ToolkitItemId,
    issued_by: AccountId,
    issued_at: At,
    acknowledge_due_at: At,
    acknowledged_at: Option<At>,
    version: i32,
}

/// The constraint that gives somebody a version once, by name and by columns.
pub const ONCE: (&str, &str) = ("toolkit_issue_once", "toolkit_issue.posting, toolkit_issue.item");

/// Issues that are read at most for the postings of one page.
const MAX_NESTED: i64 = 10_000;

/// Where an item stands in the list, the newest first.
pub fn mark(item: &ToolkitItem) -> Mark {
    Mark { key: item.published_at.as_microsecond(), id: *item.id.as_bytes() }
}

/// The item, if the scope shows it.
pub fn find_item(reader: &mut Reader, scope: &Scope, id: ToolkitItemId) -> StoreResult<Option<ToolkitItem>> {
    Ok(find_items(reader, scope, &[id])?.pop())
}

/// Those of the items that the scope shows, in no order.
pub fn find_items(reader: &mut Reader, scope: &Scope, ids: &[ToolkitItemId]) -> StoreResult<Vec<ToolkitItem>> {
    let rows: Vec<ItemRow> = toolkit_item::table
        .filter(toolkit_item::id.eq_any(ids))
        .filter(visible(scope))
        .select(ItemRow::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(ItemRow::parse).collect()
}

/// Those of the files that are of items which the scope shows.
pub(super) fn files_of_items(reader: &mut Reader, scope: &Scope, files: &[StoredFileId]) -> StoreResult<Vec<StoredFileId>> {
    let seen = toolkit_item::table.filter(toolkit_item::file.eq_any(files)).filter(visible(scope));
    Ok(seen.select(toolkit_item::file).load(reader.conn())?)
}

/// One page of the list, the newest first.
pub fn page(reader: &mut Reader, scope: &Scope, code: Option<&str>, request: &PageRequest) -> StoreResult<Page<ToolkitItem>> {
    let window = Window::new(request, Sort::Descending);
    let mut query = toolkit_item::table.filter(visible(scope)).filter(matching(code)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(mark, above)?);
        }
    }
    query = if window.upwards {
        query.order((toolkit_item::published_at.asc(), toolkit_item::id.asc()))
    } else {
        query.order((toolkit_item::published_at.desc(), toolkit_item::id.desc()))
    };
    let rows: Vec<ItemRow> = query.limit(window.limit).select(ItemRow::as_select()).load(reader.conn())?;
    Ok(Page::cut(rows.into_iter().map(ItemRow::parse).collect::<StoreResult<_>>()?, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, code: Option<&str>) -> StoreResult<i64> {
    let all = toolkit_item::table.filter(visible(scope)).filter(matching(code));
    Ok(all.select(count_star()).get_result(reader.conn())?)
}

/// The number of the newest version of an item; 0 before there is one.
pub fn last_revision(tx: &mut Tx, district: &District, code: &str) -> StoreResult<i32> {
    let newest: Option<i32> = toolkit_item::table
        .filter(toolkit_item::district.eq(district.as_str()).and(toolkit_item::code.eq(code)))
        .select(max(toolkit_item::revision))
        .get_result(tx.conn())?;
    Ok(newest.unwrap_or(0))
}

/// Enters a version of an item.
pub fn insert_item(tx: &mut Tx, item: &ToolkitItem) -> StoreResult<()> {
    let row = ItemRow {
        id: item.id,
        district: item.district.to_string(),
        code: item.code.clone(),
        revision: item.revision,
        title: item.title.to_string(),
        file: item.file,
        effective_from: On(item.effective_from),
        published_by: item.published_by,
        published_at: At(item.published_at),
    };
    diesel::insert_into(toolkit_item::table).values(&row).execute(tx.conn())?;
    Ok(())
}

/// The issue, if the scope shows its posting.
pub fn find_issue(reader: &mut Reader, scope: &Scope, id: ToolkitIssueId) -> StoreResult<Option<ToolkitIssue>> {
    Ok(find_issues(reader, scope, &[id])?.pop())
}

/// Those of the issues whose posting the scope shows, the oldest first.
pub fn find_issues(reader: &mut Reader, scope: &Scope, ids: &[ToolkitIssueId]) -> StoreResult<Vec<ToolkitIssue>> {
    issues(reader, scope, Box::new(toolkit_issue::id.eq_any(ids.to_vec())))
}

/// What was issued to each of these postings as far as the scope shows them, the oldest first.
pub fn issues_of(reader: &mut Reader, scope: &Scope, postings: &[PostingId]) -> StoreResult<Vec<ToolkitIssue>> {
    issues(reader, scope, Box::new(toolkit_issue::posting.eq_any(postings.to_vec())))
}

type IssueCondition = Box<dyn BoxableExpression<toolkit_issue::table, MultiBackend, SqlType = Bool>>;

fn issues(reader: &mut Reader, scope: &Scope, which: IssueCondition) -> StoreResult<Vec<ToolkitIssue>> {
    // Administrators see who is posted, and nothing of the work.
    if scope.administers {
        return Ok(Vec::new());
    }
    let rows: Vec<IssueRow> = toolkit_issue::table
        .filter(which)
        .order((toolkit_issue::issued_at.asc(), toolkit_issue::id.asc()))
        .limit(MAX_NESTED)
        .select(IssueRow::as_select())
        .load(reader.conn())?;
    let about: Vec<PostingId> = rows.iter().map(|row| row.posting).collect();
    let seen = postings::seen(reader, scope, &about)?;
    rows.into_iter().filter(|row| seen.contains(&row.posting)).map(IssueRow::parse).collect()
}

/// Enters an issue. The same version for the same posting a second time is [`StoreError::Unique`].
pub fn insert_issue(tx: &mut Tx, issue: &ToolkitIssue) -> StoreResult<()> {
    let row = IssueRow {
        id: issue.id,
        district: issue.district.to_string(),
        posting: issue.posting,
        item: issue.item,
        issued_by: issue.issued_by,
        issued_at: At(issue.issued_at),
        acknowledge_due_at: At(issue.acknowledge_due_at),
        acknowledged_at: issue.acknowledged_at.map(At),
        version: issue.version.0,
    };
    diesel::insert_into(toolkit_issue::table).values(&row).execute(tx.conn())?;
    Ok(())
}

/// Saves that an issue was acknowledged; [`StoreError::Stale`] when its version is another.
pub fn save_issue(tx: &mut Tx, issue: &ToolkitIssue, expected: Version) -> StoreResult<()> {
    let seen = toolkit_issue::id.eq(issue.id).and(toolkit_issue::version.eq(expected.0));
    let changed = diesel::update(toolkit_issue::table.filter(seen))
        .set((toolkit_issue::acknowledged_at.eq(issue.acknowledged_at.map(At)), toolkit_issue::version.eq(issue.version.0)))
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

type Condition<'a> = Box<dyn BoxableExpression<toolkit_item::table, MultiBackend, SqlType = Bool> + 'a>;

/// Who has to do with instructors: those who review them, the coordinator, and instructors themselves.
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = toolkit_item::district.eq(scope.district.to_string());
    let concerned = scope.whole_district || scope.reviews || !scope.dispatches.is_empty() || !scope.postings.is_empty();
    if concerned { Box::new(district) } else { Box::new(district.and(toolkit_item::id.ne(toolkit_item::id))) }
}

fn matching<'a>(code: Option<&str>) -> Condition<'a> {
    match code {
        Some(code) => Box::new(toolkit_item::code.eq(code.to_owned())),
        None => Box::new(toolkit_item::id.eq(toolkit_item::id)),
    }
}

fn beyond<'a>(mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = ToolkitItemId::from_bytes(mark.id);
    let at = At(Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
    Ok(if above {
        Box::new(toolkit_item::published_at.gt(at).or(toolkit_item::published_at.eq(at).and(toolkit_item::id.gt(id))))
    } else {
        Box::new(toolkit_item::published_at.lt(at).or(toolkit_item::published_at.eq(at).and(toolkit_item::id.lt(id))))
    })
}

impl ItemRow {
    fn parse(self) -> StoreResult<ToolkitItem> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "toolkit_item", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<ToolkitItem, &'static str> {
        Ok(ToolkitItem {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            code: self.code,
            revision: self.revision,
            title: text(&self.title, "title")?,
            file: self.file,
            effective_from: self.effective_from.into(),
            published_by: self.published_by,
            published_at: self.published_at.into(),
        })
    }
}

impl IssueRow {
    fn parse(self) -> StoreResult<ToolkitIssue> {
        let corrupt = |_| StoreError::Corrupt { table: "toolkit_issue", id: self.id.to_string(), what: "district".to_owned() };
        Ok(ToolkitIssue {
            id: self.id,
            district: self.district.parse().map_err(corrupt)?,
            version: Version(self.version),
            posting: self.posting,
            item: self.item,
            issued_by: self.issued_by,
            issued_at: self.issued_at.into(),
            acknowledge_due_at: self.acknowledge_due_at.into(),
            acknowledged_at: self.acknowledged_at.map(Into::into),
        })
    }
}
