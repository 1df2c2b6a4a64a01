//! Changes of rules in the database, and who sees them.

use diesel::{dsl::count_star, prelude::*, sql_types::Bool};
use serde::Serialize;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{optional_text, text},
    conn::MultiBackend,
    page::{Sort, Window},
    schema::{rule, rule_change},
    types::At,
};
use crate::{
    domain::{
        rule_change::{RuleChange, State, Status},
        rules::RuleCode,
    },
    kernel::{
        district::District,
        id::{AccountId, RuleChangeId},
        page::{Mark, Page, PageRequest},
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = rule_change, treat_none_as_null = true)]
struct Row {
    id: RuleChangeId,
    district: String,
    code: String,
    old_value: i32,
    new_value: i32,
    basis: String,
    source: String,
    reason: String,
    status: String,
    proposed_by: AccountId,
    proposed_at: At,
    decided_by: Option<AccountId>,
    decided_at: Option<At>,
    decision_reason: Option<String>,
    version: i32,
}

/// Which changes a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    pub statuses: Vec<Status>,
}

/// Where a change stands in a list, the newest first.
pub fn mark(change: &RuleChange) -> Mark {
    Mark { key: change.proposed_at.as_microsecond(), id: *change.id.as_bytes() }
}

/// The change, if the scope shows it.
pub fn find(reader: &mut Reader, scope: &Scope, id: RuleChangeId) -> StoreResult<Option<RuleChange>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the changes that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[RuleChangeId]) -> StoreResult<Vec<RuleChange>> {
    let rows: Vec<Row> = rule_change::table
        .filter(rule_change::id.eq_any(ids))
        .filter(visible(scope))
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// One page of the list, the newest first.
pub fn page(reader: &mut Reader, scope: &Scope, filter: &Filter, request: &PageRequest) -> StoreResult<Page<RuleChange>> {
    let window = Window::new(request, Sort::Descending);
    let mut query = rule_change::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(mark, above)?);
        }
    }
    query = if window.upwards {
        query.order((rule_change::proposed_at.asc(), rule_change::id.asc()))
    } else {
        query.order((rule_change::proposed_at.desc(), rule_change::id.desc()))
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    let rows = rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?;
    Ok(Page::cut(rows, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(rule_change::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

/// The change of the number that waits for its decision; there is at most one.
pub fn open(tx: &mut Tx, district: &District, code: RuleCode) -> StoreResult<Option<RuleChange>> {
    let row: Option<Row> = rule_change::table
        .filter(rule_change::district.eq(district.as_str()).and(rule_change::code.eq(<&str>::from(code))))
        .filter(rule_change::status.eq("PROPOSED"))
        .select(Row::as_select())
        .get_result(tx.conn())
        .optional()?;
    row.map(Row::parse).transpose()
}

/// Enters a proposal. A second open one of the same number is [`StoreError::Unique`].
pub fn insert(tx: &mut Tx, change: &RuleChange) -> StoreResult<()> {
    diesel::insert_into(rule_change::table).values(&Row::of(change)).execute(tx.conn())?;
    Ok(())
}

/// Saves a step of a change whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, change: &RuleChange, expected: Version) -> StoreResult<()> {
    let seen = rule_change::id.eq(change.id).and(rule_change::version.eq(expected.0));
    let changed = diesel::update(rule_change::table.filter(seen)).set(&Row::of(change)).execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Puts the new number into force; [`StoreError::Stale`] when the old one no longer is.
pub fn put_into_force(tx: &mut Tx, change: &RuleChange) -> StoreResult<()> {
    let in_force = rule::district
        .eq(change.district.as_str())
        .and(rule::code.eq(<&str>::from(change.code)))
        .and(rule::value.eq(change.old_value.cast_signed()));
    let changed = diesel::update(rule::table.filter(in_force))
        .set((
            rule::value.eq(change.new_value.cast_signed()),
            rule::basis.eq(<&str>::from(change.basis)),
            rule::source.eq(change.source.as_str()),
        ))
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

type Condition<'a> = Box<dyn BoxableExpression<rule_change::table, MultiBackend, SqlType = Bool> + 'a>;

/// Coordinators see the changes of their district: they are who proposes and decides.
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = rule_change::district.eq(scope.district.to_string());
    if scope.business && scope.whole_district {
        Box::new(district)
    } else {
        Box::new(district.and(rule_change::id.ne(rule_change::id)))
    }
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    if filter.statuses.is_empty() {
        return Box::new(rule_change::id.eq(rule_change::id));
    }
    let names: Vec<&'static str> = filter.statuses.iter().map(|status| status.name()).collect();
    Box::new(rule_change::status.eq_any(names))
}

fn beyond<'a>(mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = RuleChangeId::from_bytes(mark.id);
    let at = At(jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
    Ok(if above {
        Box::new(rule_change::proposed_at.gt(at).or(rule_change::proposed_at.eq(at).and(rule_change::id.gt(id))))
    } else {
        Box::new(rule_change::proposed_at.lt(at).or(rule_change::proposed_at.eq(at).and(rule_change::id.lt(id))))
    })
}

impl Row {
    fn of(change: &RuleChange) -> Self {
        let (by, at, reason) = match &change.state {
            State::Proposed | State::Withdrawn => (None, None, None),
            State::Approved { by, at } => (Some(*by), Some(*at), None),
            State::Rejected { by, at, reason } => (Some(*by), Some(*at), Some(reason.to_string())),
        };
        Self {
            id: change.id,
            district: change.district.to_string(),
            code: <&str>::from(change.code).to_owned(),
            old_value: change.old_value.cast_signed(),
            new_value: change.new_value.cast_signed(),
            basis: <&str>::from(change.basis).to_owned(),
            source: change.source.to_string(),
            reason: change.reason.to_string(),
            status: change.status().name().to_owned(),
            proposed_by: change.proposed_by,
            proposed_at: At(change.proposed_at),
            decided_by: by,
            decided_at: at.map(At),
            decision_reason: reason,
            version: change.version.0,
        }
    }

    fn parse(self) -> StoreResult<RuleChange> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "rule_change", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<RuleChange, &'static str> {
        let by = self.decided_by.ok_or("decided_by");
        let at = self.decided_at.map(Into::into).ok_or("decided_at");
        let state = match self.status.parse::<Status>().map_err(|_| "status")? {
            Status::Proposed => State::Proposed,
            Status::Withdrawn => State::Withdrawn,
            Status::Approved => State::Approved { by: by?, at: at? },
            Status::Rejected => {
                let reason = optional_text(self.decision_reason.as_deref(), "decision_reason")?.ok_or("decision_reason")?;
                State::Rejected { by: by?, at: at?, reason }
            }
        };
        Ok(RuleChange {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            code: self.code.parse().map_err(|_| "code")?,
            old_value: u32::try_from(self.old_value).map_err(|_| "old_value")?,
            new_value: u32::try_from(self.new_value).map_err(|_| "new_value")?,
            basis: self.basis.parse().map_err(|_| "basis")?,
            source: text(&self.source, "source")?,
            reason: text(&self.reason, "reason")?,
            proposed_by: self.proposed_by,
            proposed_at: self.proposed_at.into(),
            state,
        })
    }
}
