//! Call-backs and the draws they come from in the database. Only the coordinator sees them.

use std::collections::BTreeSet;

use diesel::{prelude::*, sql_types::Bool};
use jiff::Timestamp;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{from_json, json, optional_text},
    conn::MultiBackend,
    ended::{Ended, all_changed},
    schema::{call_back, call_back_draw, project},
    types::At,
};
use crate::{
    domain::call_back::{Call, CallBack, Candidate, Draw, State, Status},
    kernel::{
        calendar::Month,
        district::District,
        id::{AccountId, CallBackDrawId, CallBackId, OrganisationId, ProjectId},
        reference::RefNo,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = call_back, treat_none_as_null = true)]
struct Row {
    id: CallBackId,
    district: String,
    project: ProjectId,
    draw: Option<CallBackDrawId>,
    status: String,
    called_at: Option<At>,
    called_by: Option<AccountId>,
    reached: Option<bool>,
    solved: Option<String>,
    note: Option<String>,
    created_at: At,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = call_back_draw)]
struct DrawRow {
    id: CallBackDrawId,
    district: String,
    month: String,
    seed: String,
    share: i32,
    pool: String,
    drawn: i32,
    drawn_at: At,
}

/// Rows that are read at most for the projects or draws of one page.
const MAX_NESTED: i64 = 10_000;

/// The call-backs about these projects, the newest first; none for whoever is no coordinator. The
/// projects themselves must have been seen through the scope.
pub fn of_projects(reader: &mut Reader, scope: &Scope, projects: &[ProjectId]) -> StoreResult<Vec<CallBack>> {
    if !scope.whole_district {
        return Ok(Vec::new());
    }
    of(reader, Box::new(call_back::project.eq_any(projects.to_vec())))
}

/// The call-backs of these draws, as far as the scope shows them.
pub fn of_draws(reader: &mut Reader, scope: &Scope, draws: &[CallBackDrawId]) -> StoreResult<Vec<CallBack>> {
    if !scope.whole_district {
        return Ok(Vec::new());
    }
    let drawn = call_back::draw.is_not_null().and(call_back::draw.assume_not_null().eq_any(draws.to_vec()));
    of(reader, Box::new(call_back::district.eq(scope.district.to_string()).and(drawn)))
}

/// The call-backs about a project in the system's own hands.
pub fn get_of_project(tx: &mut Tx, project: ProjectId) -> StoreResult<Vec<CallBack>> {
    of(tx, Box::new(call_back::project.eq(project)))
}

type Condition = Box<dyn BoxableExpression<call_back::table, MultiBackend, SqlType = Bool>>;

fn of(reader: &mut Reader, which: Condition) -> StoreResult<Vec<CallBack>> {
    let rows: Vec<Row> = call_back::table
        .filter(which)
        .order((call_back::created_at.desc(), call_back::id.desc()))
        .limit(MAX_NESTED)
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// Enters a call-back.
pub fn insert(tx: &mut Tx, call_back: &CallBack) -> StoreResult<()> {
    diesel::insert_into(call_back::table).values(&Row::of(call_back)).execute(tx.conn())?;
    Ok(())
}

/// Saves the call that was waited for; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, done: &CallBack) -> StoreResult<()> {
    let row = Row::of(done);
    let waits = call_back::id.eq(row.id).and(call_back::status.eq("DUE"));
    let changed = diesel::update(call_back::table.filter(waits)).set(&row).execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Drops the calls that wait to be made about a project; answers which.
pub fn drop_due(tx: &mut Tx, project: ProjectId) -> StoreResult<Vec<Ended<CallBackId>>> {
    let due = || call_back::table.filter(call_back::project.eq(project).and(call_back::status.eq("DUE")));
    let found = due().order(call_back::id.asc()).select((call_back::id, call_back::status)).load(tx.conn())?;
    let changed = diesel::update(due()).set(call_back::status.eq("DROPPED")).execute(tx.conn())?;
    all_changed(found, changed)
}

/// The newest draws that the scope shows.
pub fn draws(reader: &mut Reader, scope: &Scope, most: u32) -> StoreResult<Vec<Draw>> {
    if !scope.whole_district {
        return Ok(Vec::new());
    }
    let rows: Vec<DrawRow> = call_back_draw::table
        .filter(call_back_draw::district.eq(scope.district.to_string()))
        .order(call_back_draw::month.desc())
        .limit(most.into())
        .select(DrawRow::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(DrawRow::parse).collect()
}

/// The draw of a month, if there was one.
pub fn draw_of(tx: &mut Tx, district: &District, month: Month) -> StoreResult<Option<Draw>> {
    let row: Option<DrawRow> = call_back_draw::table
        .filter(call_back_draw::district.eq(district.as_str()).and(call_back_draw::month.eq(month.to_string())))
        .select(DrawRow::as_select())
        .get_result(tx.conn())
        .optional()?;
    row.map(DrawRow::parse).transpose()
}

/// Enters a draw; there is one for a month.
pub fn insert_draw(tx: &mut Tx, draw: &Draw) -> StoreResult<()> {
    let number = |number: u32, what: &str| i32::try_from(number).map_err(|_| corrupt_draw(draw.id, what));
    let row = DrawRow {
        id: draw.id,
        district: draw.district.to_string(),
        month: draw.month.to_string(),
        seed: draw.seed.to_string(),
        share: number(draw.share, "share")?,
        pool: json(&draw.pool)?,
        drawn: number(draw.drawn, "drawn")?,
        drawn_at: At(draw.drawn_at),
    };
    diesel::insert_into(call_back_draw::table).values(&row).execute(tx.conn())?;
    Ok(())
}

/// What a month's call-backs are drawn from, by reference number: what was closed in it and still is,
/// and what became unconfirmed in it and was not reopened since.
pub fn pool(tx: &mut Tx, district: &District, month: Month) -> StoreResult<Vec<Candidate>> {
    let rows: Vec<(String, ProjectId, OrganisationId)> = project::table
        .filter(project::district.eq(district.as_str()).and(ended_between(month.start(), month.next().start())))
        .order(project::ref_no.asc())
        .select((project::ref_no, project::id, project::lead))
        .load(tx.conn())?;
    let candidate = |(ref_no, project, lead)| Candidate { ref_no: RefNo::stored(ref_no), project, lead };
    let mut pool: Vec<_> = rows.into_iter().map(candidate).collect();
    // A database may sort texts in its own way.
    pool.sort();
    Ok(pool)
}

/// The months before one, newest first, that a draw is looked for in.
const LOOK_BACK: i32 = 12;

/// Months that are over and have something to draw from but no draw, of all districts; at most the
/// oldest one of each district, and of the last year only.
pub fn months_without_draw(reader: &mut Reader, now: Timestamp) -> StoreResult<Vec<(District, Month)>> {
    let present = Month::of(now);
    let drawn: Vec<(String, String)> = call_back_draw::table
        .filter(call_back_draw::month.ge(present.earlier(LOOK_BACK).to_string()))
        .select((call_back_draw::district, call_back_draw::month))
        .load(reader.conn())?;
    let drawn: BTreeSet<(String, String)> = drawn.into_iter().collect();
    let mut found = Vec::new();
    for district in super::district::all(reader)? {
        let undrawn = |month: &Month| !drawn.contains(&(district.to_string(), month.to_string()));
        let months = (1..=LOOK_BACK).rev().map(|back| present.earlier(back)).filter(undrawn);
        if let Some(month) = oldest_with_pool(reader, &district, &months.collect::<Vec<_>>())? {
            found.push((district, month));
        }
    }
    Ok(found)
}

/// The oldest of some months, which are in their order, in which something was closed or became
/// unconfirmed.
fn oldest_with_pool(reader: &mut Reader, district: &District, months: &[Month]) -> StoreResult<Option<Month>> {
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return Ok(None);
    };
    // Most of the time there is nothing to draw: one statement says so.
    if !has_pool(reader, district, *first, *last)? {
        return Ok(None);
    }
    for month in months {
        if has_pool(reader, district, *month, *month)? {
            return Ok(Some(*month));
        }
    }
    Ok(None)
}

fn has_pool(reader: &mut Reader, district: &District, first: Month, last: Month) -> StoreResult<bool> {
    let there = project::district.eq(district.as_str()).and(ended_between(first.start(), last.next().start()));
    let found: Option<ProjectId> = project::table.filter(there).select(project::id).first(reader.conn()).optional()?;
    Ok(found.is_some())
}

type ProjectCondition = Box<dyn BoxableExpression<project::table, MultiBackend, SqlType = Bool>>;

/// Closed, or found to be unconfirmed, from one moment until before another.
fn ended_between(from: Timestamp, to: Timestamp) -> ProjectCondition {
    let closed = project::closed_at.is_not_null().and(project::closed_at.assume_not_null().ge(At(from)));
    let closed = closed.and(project::closed_at.assume_not_null().lt(At(to))).and(project::status.eq("CLOSED"));
    let unconfirmed = project::unconfirmed_at.is_not_null().and(project::unconfirmed_at.assume_not_null().ge(At(from)));
    Box::new(closed.or(unconfirmed.and(project::unconfirmed_at.assume_not_null().lt(At(to)))))
}

impl Row {
    fn of(call_back: &CallBack) -> Self {
        let call = call_back.call();
        Self {
            id: call_back.id,
            district: call_back.district.to_string(),
            project: call_back.project,
            draw: call_back.draw,
            status: call_back.status().name().to_owned(),
            called_at: call.map(|call| At(call.at)),
            called_by: call.map(|call| call.by),
            reached: call.map(|call| call.said.is_some()),
            solved: call.and_then(|call| call.said).map(|said| <&str>::from(said).to_owned()),
            note: call.map(|call| call.note.to_string()),
            created_at: At(call_back.created_at),
        }
    }

    fn parse(self) -> StoreResult<CallBack> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "call_back", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<CallBack, &'static str> {
        Ok(CallBack {
            state: match self.status.parse::<Status>().map_err(|_| "status")? {
                Status::Due => State::Due,
                Status::Done => State::Done(self.call()?),
                Status::Dropped => State::Dropped,
            },
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            project: self.project,
            draw: self.draw,
            created_at: self.created_at.into(),
        })
    }

    fn call(&self) -> Result<Call, &'static str> {
        Ok(Call {
            at: self.called_at.ok_or("called_at")?.into(),
            by: self.called_by.ok_or("called_by")?,
            said: self.solved.as_deref().map(|solved| solved.parse().map_err(|_| "solved")).transpose()?,
            note: optional_text(self.note.as_deref(), "note")?.ok_or("note")?,
        })
    }
}

impl DrawRow {
    fn parse(self) -> StoreResult<Draw> {
        let id = self.id;
        self.read().map_err(|what| corrupt_draw(id, what))
    }

    fn read(self) -> Result<Draw, &'static str> {
        Ok(Draw {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            month: self.month.parse().map_err(|_| "month")?,
            seed: self.seed.parse().map_err(|_| "seed")?,
            share: u32::try_from(self.share).map_err(|_| "share")?,
            pool: from_json(&self.pool, "pool")?,
            drawn: u32::try_from(self.drawn).map_err(|_| "drawn")?,
            drawn_at: self.drawn_at.into(),
        })
    }
}

fn corrupt_draw(id: CallBackDrawId, what: &str) -> StoreError {
    StoreError::Corrupt { table: "call_back_draw", id: id.to_string(), what: what.to_owned() }
}
