//! The audit log as the auditor reads it.

use diesel::{dsl::count_star, prelude::*, sql_types::Bool};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    Reader, StoreError, StoreResult,
    audit::{Line, Row},
    conn::MultiBackend,
    page::{Sort, Window},
    schema::audit_line,
    types::At,
};
use crate::{
    kernel::{
        id::AuditLineId,
        page::{Mark, Page, PageRequest},
    },
    policy::Scope,
};

/// Which lines a list is about. Empty means the whole log of the district.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    /// `BUSINESS` or `SECURITY`.
    pub stream: Option<&'static str>,
    /// `claim.consent` and the like.
    pub actions: Vec<String>,
    /// `OK`, or codes of refusals.
    pub outcomes: Vec<String>,
    pub from: Option<Timestamp>,
    pub before: Option<Timestamp>,
}

/// Where a line stands in the log, newest first.
pub fn mark(line: &Line) -> Mark {
    Mark { key: line.at.as_microsecond(), id: *line.id.as_bytes() }
}

/// One page of the log, newest first.
pub fn page(reader: &mut Reader, scope: &Scope, filter: &Filter, request: &PageRequest) -> StoreResult<Page<Line>> {
    let window = Window::new(request, Sort::Descending);
    let mut query = audit_line::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(mark, above)?);
        }
    }
    query = if window.upwards {
        query.order((audit_line::at.asc(), audit_line::id.asc()))
    } else {
        query.order((audit_line::at.desc(), audit_line::id.desc()))
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    Ok(Page::cut(rows.into_iter().map(Line::from).collect(), request))
}

/// Those of the lines that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[AuditLineId]) -> StoreResult<Vec<Line>> {
    let rows: Vec<Row> = audit_line::table
        .filter(audit_line::id.eq_any(ids))
        .filter(visible(scope))
        .select(Row::as_select())
        .load(reader.conn())?;
    Ok(rows.into_iter().map(Line::from).collect())
}

/// How many lines the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    let lines = audit_line::table.filter(visible(scope)).filter(matching(filter));
    Ok(lines.select(count_star()).get_result(reader.conn())?)
}

type Condition<'a> = Box<dyn BoxableExpression<audit_line::table, MultiBackend, SqlType = Bool> + 'a>;

/// The log is the auditor's alone.
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = audit_line::district.eq(scope.district.to_string());
    if scope.audits { Box::new(district) } else { Box::new(district.and(audit_line::id.ne(audit_line::id))) }
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut condition: Condition<'a> = Box::new(audit_line::id.eq(audit_line::id));
    if let Some(stream) = filter.stream {
        condition = Box::new(condition.and(audit_line::stream.eq(stream)));
    }
    if !filter.actions.is_empty() {
        condition = Box::new(condition.and(audit_line::action.eq_any(filter.actions.clone())));
    }
    if !filter.outcomes.is_empty() {
        condition = Box::new(condition.and(audit_line::outcome.eq_any(filter.outcomes.clone())));
    }
    if let Some(from) = filter.from {
        condition = Box::new(condition.and(audit_line::at.ge(At(from))));
    }
    if let Some(before) = filter.before {
        condition = Box::new(condition.and(audit_line::at.lt(At(before))));
    }
    condition
}

fn beyond<'a>(mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = AuditLineId::from_bytes(mark.id);
    let at = At(Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
    Ok(if above {
        Box::new(audit_line::at.gt(at).or(audit_line::at.eq(at).and(audit_line::id.gt(id))))
    } else {
        Box::new(audit_line::at.lt(at).or(audit_line::at.eq(at).and(audit_line::id.lt(id))))
    })
}

/// Whether anything was ever done under this name, in any district.
pub fn has_action(reader: &mut Reader, action: &str) -> StoreResult<bool> {
    let lines = audit_line::table.filter(audit_line::action.eq(action));
    Ok(diesel::select(diesel::dsl::exists(lines)).get_result(reader.conn())?)
}
