//! Pauses of projects (P2): asked for by the lead, decided by the coordinator.

use jiff::{Timestamp, civil::Date};

use super::{
    super::{Cx, Failure},
    Ruling, find, moved, rest,
};
use crate::{
    domain::{
        project::{Decision, Pause, PauseEnd, PauseReason, PauseState, PauseStatus, Project, check_until},
        rules::RuleCode,
    },
    kernel::{
        calendar::shanghai_date,
        id::{AccountId, ProjectId},
        problem::Code,
        text::{Note, Reason},
        version::Version,
    },
    policy::Action,
    store::{self, Tx, audit::Effect},
};

/// The lead asks for a pause until a day.
pub async fn pause_ask(
    cx: &Cx,
    id: ProjectId,
    expected: Version,
    (reason, note): (PauseReason, Note),
    until: Date,
) -> Result<Project, Failure> {
    cx.write(Action::ProjectPauseAsk, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectPauseAsk, &before)?;
        let after = before.clone().weigh_pause()?;
        if store::project_pause::open_of(tx, id)?.is_some() {
            return Err(Failure::refused(Code::AlreadyAsked));
        }
        cx.expect(before.version, expected)?;
        check_until(until, shanghai_date(cx.now), cx.rules.get(RuleCode::ProjectPause))?;
        let pause = Pause {
            id: cx.new_id(),
            project: id,
            reason,
            note: note.clone(),
            until,
            asked_at: cx.now,
            asked_by: cx.actor.account,
            state: PauseState::Asked,
        };
        store::project_pause::insert(tx, &pause)?;
        store::project::save(tx, &after, expected)?;
        let asked = Effect::made(pause.id, pause.status().name()).code("project", id);
        let asked = asked.code("reason", <&str>::from(reason)).code("until", until);
        cx.record(tx, permit, &[moved(&before, &after), asked], after)
    })
    .await
}

/// The lead takes the request back.
pub async fn pause_withdraw(cx: &Cx, id: ProjectId, expected: Version) -> Result<Project, Failure> {
    cx.write(Action::ProjectPauseWithdraw, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectPauseWithdraw, &before)?;
        let after = before.clone().weigh_pause()?;
        let asked = asked(tx, id)?;
        cx.expect(before.version, expected)?;
        let end = PauseEnd { at: cx.now, by: Some(cx.actor.account), reason: None };
        let effect = step(tx, &asked, asked.clone().withdraw(end)?)?;
        store::project::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after), effect], after)
    })
    .await
}

/// The coordinator decides. Once it is approved the work rests and its clocks stand; an extension that
/// is asked for is dropped, for its days no longer hold.
pub async fn pause_decide(
    cx: &Cx,
    id: ProjectId,
    expected: Version,
    ruling: Ruling,
    reason: Option<Reason>,
) -> Result<Project, Failure> {
    cx.write(Action::ProjectPauseDecide, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectPauseDecide, &before)?;
        // What waits for nothing is in the wrong state, whatever is said to it.
        let weighed = before.clone().weigh_pause()?;
        let asked = asked(tx, id)?;
        let decision = Decision { at: cx.now, by: cx.actor.account, reason: reason.clone() };
        let (after, decided) = match ruling {
            Ruling::Approve => (before.clone().pause(cx.now, asked.until, &cx.calendar)?, asked.clone().approve(decision)?),
            Ruling::Refuse => (weighed, asked.clone().refuse(decision)?),
        };
        cx.expect(before.version, expected)?;
        let mut effects = vec![paused(moved(&before, &after), &after), step(tx, &asked, decided)?];
        if ruling == Ruling::Approve {
            effects.extend(super::extension::drop_with_project(tx, id, cx.now)?);
        }
        store::project::save(tx, &after, expected)?;
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// The work goes on before the day until which it was paused.
pub async fn resume(cx: &Cx, id: ProjectId, expected: Version, reason: Reason) -> Result<Project, Failure> {
    cx.write(Action::ProjectResume, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectResume, &before)?;
        let rest = rest(&cx.calendar, before.paused()?, before.due_on, cx.now)?;
        let after = before.clone().resume(rest)?;
        cx.expect(before.version, expected)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(ended(tx, id, cx.now, Some(cx.actor.account), Some(reason.clone()))?);
        store::project::save(tx, &after, expected)?;
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Ends the pause of a project; `by` is `None` for the system.
pub(in crate::ops) fn ended(
    tx: &mut Tx,
    project: ProjectId,
    at: Timestamp,
    by: Option<AccountId>,
    reason: Option<Reason>,
) -> Result<Option<Effect>, Failure> {
    let Some(running) = store::project_pause::open_of(tx, project)? else {
        return Ok(None);
    };
    let over = running.clone().end(PauseEnd { at, by, reason })?;
    Ok(Some(step(tx, &running, over)?))
}

/// Ends what is asked for or runs when its project goes on without it, or is over.
pub(super) fn end_with_project(tx: &mut Tx, project: ProjectId, at: Timestamp) -> Result<Option<Effect>, Failure> {
    let Some(open) = store::project_pause::open_of(tx, project)? else {
        return Ok(None);
    };
    let over = open.clone().drop_with_project(PauseEnd { at, by: None, reason: None })?;
    Ok(Some(step(tx, &open, over)?))
}

/// The request that waits; without one there is nothing to decide or to take back.
fn asked(tx: &mut Tx, project: ProjectId) -> Result<Pause, Failure> {
    let open = store::project_pause::open_of(tx, project)?;
    open.filter(|pause| pause.status() == PauseStatus::Asked).ok_or(Failure::refused(Code::InvalidState))
}

fn step(tx: &mut Tx, before: &Pause, after: Pause) -> Result<Effect, Failure> {
    store::project_pause::save(tx, &after, before.status())?;
    Ok(Effect::moved(after.id, before.status().name(), after.status().name()).code("project", after.project))
}

/// The effect of a pause, with what is left of each clock.
fn paused(effect: Effect, after: &Project) -> Effect {
    let Ok(paused) = after.paused() else { return effect };
    effect.number("due_minutes", paused.due_minutes).number("progress_minutes", paused.progress_minutes)
}
