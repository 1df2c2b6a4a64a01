//! Extensions of projects (P3): asked for by the lead in time, decided by the coordinator.

use jiff::{Timestamp, civil::Date};

use super::{
    super::{Cx, Failure, Scene},
    Ruling, find, moved,
};
use crate::{
    domain::{
        project::{Decision, Extension, ExtensionState, ExtensionStatus, Extensions, Limits, Project},
        rules::{RuleCode, Rules},
    },
    kernel::{calendar::shanghai_date, id::ProjectId, problem::Code, text::Reason, version::Version},
    policy::Action,
    store::{self, Tx, audit::Effect},
};

/// The lead asks for a later day. What cannot be approved is refused at once.
pub async fn extension_ask(cx: &Cx, id: ProjectId, expected: Version, due_on: Date, reason: Reason) -> Result<Project, Failure> {
    cx.write(Action::ProjectExtensionAsk, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectExtensionAsk, &before)?;
        let after = before.clone().weigh_extension()?;
        let all = store::project_extension::of_projects(tx, &[id])?;
        if asked_of(&all).is_some() {
            return Err(Failure::refused(Code::AlreadyAsked));
        }
        cx.expect(before.version, expected)?;
        let limits = limits(&cx.rules);
        let workdays = limits.check(&cx.calendar, shanghai_date(cx.now), before.due_on, due_on)?;
        Extensions::of(&all).allow(workdays, limits)?;
        let extension = Extension {
            id: cx.new_id(),
            project: id,
            old_due_on: before.due_on,
            new_due_on: due_on,
            workdays,
            reason: reason.clone(),
            asked_at: cx.now,
            asked_by: cx.actor.account,
            state: ExtensionState::Asked,
        };
        store::project_extension::insert(tx, &extension)?;
        store::project::save(tx, &after, expected)?;
        let asked = Effect::made(extension.id, extension.status().name()).code("project", id);
        let asked = asked.code("new_due_on", due_on).number("workdays", workdays);
        cx.record(tx, permit, &[moved(&before, &after), asked], after)
    })
    .await
}

/// The lead takes the request back.
pub async fn extension_withdraw(cx: &Cx, id: ProjectId, expected: Version) -> Result<Project, Failure> {
    cx.write(Action::ProjectExtensionWithdraw, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectExtensionWithdraw, &before)?;
        let after = before.clone().weigh_extension()?;
        let asked = asked(tx, id)?;
        cx.expect(before.version, expected)?;
        let effect = step(tx, &asked, asked.clone().withdraw(cx.now)?)?;
        store::project::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after), effect], after)
    })
    .await
}

/// The coordinator decides, by the limits in force by then.
pub async fn extension_decide(
    cx: &Cx,
    id: ProjectId,
    expected: Version,
    ruling: Ruling,
    reason: Option<Reason>,
) -> Result<Project, Failure> {
    cx.write(Action::ProjectExtensionDecide, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectExtensionDecide, &before)?;
        let weighed = before.clone().weigh_extension()?;
        let asked = asked(tx, id)?;
        cx.expect(before.version, expected)?;
        let decision = Decision { at: cx.now, by: cx.actor.account, reason: reason.clone() };
        let (after, decided) = match ruling {
            Ruling::Approve => {
                must_still_fit(cx, tx, &asked)?;
                (before.clone().extend(asked.new_due_on)?, asked.clone().approve(decision)?)
            }
            Ruling::Refuse => (weighed, asked.clone().refuse(decision)?),
        };
        let effect = step(tx, &asked, decided)?;
        store::project::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after), effect], after)
    })
    .await
}

/// Drops the request that waits when its project goes on without it, or is over.
pub(super) fn drop_with_project(tx: &mut Tx, project: ProjectId, at: Timestamp) -> Result<Option<Effect>, Failure> {
    let all = store::project_extension::of_projects(tx, &[project])?;
    let Some(asked) = asked_of(&all) else {
        return Ok(None);
    };
    Ok(Some(step(tx, asked, asked.clone().drop_with_project(at)?)?))
}

fn limits(rules: &Rules) -> Limits {
    Limits {
        ask_before: rules.get(RuleCode::ProjectExtensionAsk),
        total: rules.get(RuleCode::ProjectExtensionTotal),
        count: rules.get(RuleCode::ProjectExtensionsMost),
    }
}

fn must_still_fit(cx: &Scene, tx: &mut Tx, asked: &Extension) -> Result<(), Failure> {
    let all = store::project_extension::of_projects(tx, &[asked.project])?;
    Ok(Extensions::of(&all).allow(asked.workdays, limits(&cx.rules))?)
}

fn asked_of(all: &[Extension]) -> Option<&Extension> {
    all.iter().find(|extension| extension.status() == ExtensionStatus::Asked)
}

/// The request that waits; without one there is nothing to decide or to take back.
fn asked(tx: &mut Tx, project: ProjectId) -> Result<Extension, Failure> {
    let all = store::project_extension::of_projects(tx, &[project])?;
    asked_of(&all).cloned().ok_or(Failure::refused(Code::InvalidState))
}

fn step(tx: &mut Tx, before: &Extension, after: Extension) -> Result<Effect, Failure> {
    store::project_extension::save(tx, &after)?;
    Ok(Effect::moved(after.id, before.status().name(), after.status().name()).code("project", after.project))
}
