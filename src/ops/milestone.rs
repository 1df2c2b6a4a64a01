//! What people do with milestones: reach them, or waive them. Either counts in the project's version.

use jiff::civil::Date;

use super::{Cx, Failure, Scene};
use crate::{
    domain::{
        milestone::{Milestone, MilestoneError},
        project::Project,
    },
    kernel::{
        calendar::shanghai_date,
        id::MilestoneId,
        problem::{Code, Problem},
        text::{Note, Reason},
        version::Version,
    },
    policy::Action,
    store::{self, Tx, audit::Effect},
};

/// A milestone was reached on a day. `expected` is the version of its project.
pub async fn done(cx: &Cx, id: MilestoneId, expected: Version, on: Date, note: Note) -> Result<Milestone, Failure> {
    cx.write(Action::MilestoneDone, move |cx, tx| {
        let (before, project) = find(cx, tx, id)?;
        let permit = cx.permit(Action::MilestoneDone, &project)?;
        let progressed = project.clone().progress()?;
        let after = before.clone().done(on, note.clone())?;
        cx.expect(project.version, expected)?;
        if on > shanghai_date(cx.now) {
            let problem = Problem::new(Code::Validation).at("doneOn");
            return Err(Failure::Invalid(vec![
                problem.saying("完成日期不能晚于今天。", "It cannot have been done in the future."),
            ]));
        }
        settle(tx, &after, &progressed, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).code("done_on", on)], after)
    })
    .await
}

/// A milestone is not needed after all. `expected` is the version of its project.
pub async fn waive(cx: &Cx, id: MilestoneId, expected: Version, reason: Reason) -> Result<Milestone, Failure> {
    cx.write(Action::MilestoneWaive, move |cx, tx| {
        let (before, project) = find(cx, tx, id)?;
        let permit = cx.permit(Action::MilestoneWaive, &project)?;
        let progressed = project.clone().progress()?;
        let after = before.clone().waive(reason.clone())?;
        cx.expect(project.version, expected)?;
        settle(tx, &after, &progressed, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

fn find(cx: &Scene, tx: &mut Tx, id: MilestoneId) -> Result<(Milestone, Project), Failure> {
    let scope = cx.actor.scope();
    let milestone = store::milestone::find(tx, &scope, id)?.ok_or(Failure::missing("milestone"))?;
    let project = store::project::find(tx, &scope, milestone.project)?.ok_or(Failure::missing("milestone"))?;
    Ok((milestone, project))
}

fn settle(tx: &mut Tx, milestone: &Milestone, project: &Project, expected: Version) -> Result<(), Failure> {
    store::project::save(tx, project, expected)?;
    Ok(store::milestone::settle(tx, milestone)?)
}

/// The effect of a step.
fn moved(before: &Milestone, after: &Milestone) -> Effect {
    Effect::moved(after.id, before.status().name(), after.status().name()).code("project", after.project)
}

impl From<MilestoneError> for Failure {
    fn from(_: MilestoneError) -> Self {
        Self::refused_at(Code::InvalidState, "milestone")
    }
}
