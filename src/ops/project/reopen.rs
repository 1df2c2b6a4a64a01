//! Opening a project again (P6), and its demand with it.

use super::{
    super::{
        Cx, Failure, Scene,
        demand::{listing, moved as demand_moved},
    },
    find, moved, progress_due,
};
use crate::{
    domain::{call_back::last_word, project::Project, rules::RuleCode},
    kernel::{id::ProjectId, text::Reason, version::Version},
    policy::{Action, Permit, Tie},
    store::{self, Tx, audit::Effect},
};

/// The enterprise is not content after all, or tells the coordinator so on the phone. A demand that was
/// closed with the project is listed again.
pub async fn reopen(cx: &Cx, id: ProjectId, expected: Version, reason: Reason) -> Result<Project, Failure> {
    cx.write(Action::ProjectReopen, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectReopen, &before)?;
        let after = opened_again(cx, tx, &permit, &before, reason.clone())?;
        cx.expect(before.version, expected)?;
        store::project::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after).number("reopen_count", after.reopen_count)];
        let dropped = store::call_back::drop_due(tx, id)?;
        effects.extend(dropped.into_iter().map(|call| Effect::moved(call.id, &call.from, "DROPPED").code("project", id)));
        effects.extend(list_again(cx, tx, &after)?);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// The enterprise opens again what it has confirmed; the coordinator whatever was called about.
fn opened_again(cx: &Scene, tx: &mut Tx, permit: &Permit, before: &Project, reason: Reason) -> Result<Project, Failure> {
    let progress_due_at = progress_due(&cx.calendar, &cx.rules, cx.now)?;
    if permit.tie() == Tie::DemandSide {
        // What is not confirmed has no window; its state refuses it.
        let since = before.confirmation().map_or(cx.now, |confirmation| confirmation.at);
        let window_ends = cx.workdays_from(RuleCode::ProjectReopenWindow, since)?.at;
        return Ok(before.clone().reopen(reason, cx.now, window_ends, progress_due_at)?);
    }
    let calls = store::call_back::get_of_project(tx, before.id)?;
    let said = before.delivery().and_then(|delivery| last_word(&calls, delivery.at));
    Ok(before.clone().reopen_after_call(reason, said, progress_due_at)?)
}

/// Puts a closed demand on the list again, as one of which something is agreed; nobody has to decide
/// about it while a project is open.
fn list_again(cx: &Scene, tx: &mut Tx, project: &Project) -> Result<Option<Effect>, Failure> {
    let Some(before) = store::demand::get(tx, project.demand)? else {
        return Ok(None);
    };
    let mut listing = listing(&cx.calendar, &cx.rules, &before.terms, cx.now)?;
    listing.unclaimed = None;
    let Some(after) = before.clone().work_again(cx.now, listing) else {
        return Ok(None);
    };
    if before.closed_at.is_some() {
        let organisation = store::organisation::get(tx, after.organisation)?;
        organisation.ok_or(Failure::missing("project"))?.must_be_active()?;
    }
    store::demand::save(tx, &after, before.version)?;
    Ok(Some(demand_moved(&before, &after)))
}
