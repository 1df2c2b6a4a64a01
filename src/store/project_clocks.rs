//! The clocks of projects in the database, and which have run out.

use diesel::prelude::*;
use jiff::Timestamp;

use super::{
    Reader, StoreError, StoreResult,
    schema::project,
    types::{At, On},
};
use crate::kernel::{
    calendar::{shanghai_date, start_of_day},
    district::District,
    id::ProjectId,
};

/// A project for which something is due, since when, and whose district it is in.
pub type DueProject = (Timestamp, District, ProjectId);

/// Delivered projects that nobody has confirmed in time, the longest waiting first; of all districts,
/// like the others here.
pub fn due_to_unconfirm(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueProject>> {
    let due = project::confirm_due_at.is_not_null().and(project::confirm_due_at.assume_not_null().le(At(now)));
    let rows: Vec<(Option<At>, String, ProjectId)> = project::table
        .filter(project::status.eq("DELIVERED").and(due))
        .order((project::confirm_due_at.asc(), project::id.asc()))
        .limit(most.into())
        .select((project::confirm_due_at, project::district, project::id))
        .load(reader.conn())?;
    rows.into_iter().map(|(at, district, id)| due_at(at.map(Into::into), &district, id)).collect()
}

/// Confirmed and unconfirmed projects that should be closed by now.
pub fn due_to_close(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueProject>> {
    let due = project::close_due_at.is_not_null().and(project::close_due_at.assume_not_null().le(At(now)));
    let rows: Vec<(Option<At>, String, ProjectId)> = project::table
        .filter(project::status.eq_any(["CONFIRMED", "UNCONFIRMED"]).and(due))
        .order((project::close_due_at.asc(), project::id.asc()))
        .limit(most.into())
        .select((project::close_due_at, project::district, project::id))
        .load(reader.conn())?;
    rows.into_iter().map(|(at, district, id)| due_at(at.map(Into::into), &district, id)).collect()
}

/// Paused projects whose day has come.
pub fn due_to_resume(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueProject>> {
    let due = project::paused_until.is_not_null().and(project::paused_until.assume_not_null().le(On(shanghai_date(now))));
    let rows: Vec<(Option<On>, String, ProjectId)> = project::table
        .filter(project::status.eq("PAUSED").and(due))
        .order((project::paused_until.asc(), project::id.asc()))
        .limit(most.into())
        .select((project::paused_until, project::district, project::id))
        .load(reader.conn())?;
    rows.into_iter().map(|(day, district, id)| due_at(day.map(|day| start_of_day(day.0)), &district, id)).collect()
}

fn due_at(since: Option<Timestamp>, district: &str, id: ProjectId) -> StoreResult<DueProject> {
    let corrupt = |what: &str| StoreError::Corrupt { table: "project", id: id.to_string(), what: what.to_owned() };
    let since = since.ok_or_else(|| corrupt("a clock without an end"))?;
    Ok((since, district.parse().map_err(|_| corrupt("district"))?, id))
}
