//! Projects whose time has come: pauses end, silence is noted, what is confirmed or never will be
//! closes, and with the last one of a demand the demand.

use super::{Deed, Shift, demand::after_project};
use crate::{
    domain::{
        project::{Project, ProjectError},
        rules::RuleCode,
    },
    kernel::{calendar::shanghai_date, id::ProjectId},
    ops::{
        Failure,
        project::{moved, pause_ended, rest},
    },
    store::{self, Tx},
};

/// Lets the work go on with a project that was paused until today (P2).
pub(super) fn end_pause(shift: &Shift, tx: &mut Tx, id: ProjectId) -> Result<Option<Deed>, Failure> {
    let Some(paused) = store::project::get(tx, id)? else {
        return Ok(None);
    };
    let Ok(pause) = paused.paused() else {
        return Ok(None);
    };
    let rest = rest(&shift.calendar, pause, paused.due_on, shift.now)?;
    let today = shanghai_date(shift.now);
    let Some((before, after)) = step(tx, id, |project| project.end_pause(today, rest))? else {
        return Ok(None);
    };
    let mut effects = vec![moved(&before, &after)];
    effects.extend(pause_ended(tx, id, shift.now, None, None)?);
    Ok(Some(Deed { action: "project.end_pause", effects }))
}

/// Notes that nobody has confirmed a project in time (P7).
pub(super) fn unconfirm(shift: &Shift, tx: &mut Tx, id: ProjectId) -> Result<Option<Deed>, Failure> {
    let close_due_at = shift.workdays(RuleCode::ProjectCloseUnconfirmed)?.at;
    let silent = step(tx, id, |project| project.unconfirm(shift.now, close_due_at))?;
    Ok(silent.map(|(before, after)| Deed { action: "project.unconfirm", effects: vec![moved(&before, &after)] }))
}

/// Closes a project whose time has come (P8).
pub(super) fn close(shift: &Shift, tx: &mut Tx, id: ProjectId) -> Result<Option<Deed>, Failure> {
    let Some((before, after)) = step(tx, id, |project| project.close(shift.now))? else {
        return Ok(None);
    };
    let mut effects = vec![moved(&before, &after)];
    effects.extend(after_project(shift, tx, after.demand)?);
    Ok(Some(Deed { action: "project.close", effects }))
}

/// Takes a step with a project; `None` is that it is not possible (any more), and nothing is changed.
fn step(
    tx: &mut Tx,
    id: ProjectId,
    take: impl Fn(Project) -> Result<Project, ProjectError>,
) -> Result<Option<(Project, Project)>, Failure> {
    let Some(before) = store::project::get(tx, id)? else {
        return Ok(None);
    };
    // Done by another server, or taken on by people, since it was found.
    let Ok(after) = take(before.clone()) else {
        return Ok(None);
    };
    store::project::save(tx, &after, before.version)?;
    Ok(Some((before, after)))
}
