//! What people do with projects: log the contact, file the plan, start, deliver, confirm, reopen.

use jiff::civil::Date;

use super::{Cx, Failure, Scene};
use crate::{
    domain::{
        milestone::{self, Milestone},
        project::{Confirmation, Delivery, Project, ProjectError, Solved},
        rules::RuleCode,
    },
    kernel::{
        calendar::shanghai_date,
        id::ProjectId,
        problem::{Code, Problem},
        text::{Account, Note, Reason, Title},
        version::Version,
    },
    policy::Action,
    store::{self, Tx, audit::Effect},
};

/// A milestone of a plan that is filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedMilestone {
    pub title: Title,
    pub due_on: Date,
}

/// What the enterprise says of a delivered project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    pub solved: Solved,
    pub answered: bool,
    pub reached_out: bool,
    /// 1 to 5.
    pub satisfaction: u8,
    pub comment: Option<Note>,
}

/// Logs the first contact with the enterprise.
pub async fn contact_log(cx: &Cx, id: ProjectId, expected: Version, note: Note) -> Result<Project, Failure> {
    cx.write(Action::ProjectContactLog, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectContactLog, &before)?;
        let after = before.clone().log_contact(note.clone(), cx.now)?;
        cx.expect(before.version, expected)?;
        store::project::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).code("contacted_at", cx.now)], after)
    })
    .await
}

/// Files the plan with its milestones. Until the work starts, filing again replaces both.
pub async fn plan_file(
    cx: &Cx,
    id: ProjectId,
    expected: Version,
    plan: Account,
    milestones: Vec<PlannedMilestone>,
) -> Result<Project, Failure> {
    cx.write(Action::ProjectPlanFile, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectPlanFile, &before)?;
        let after = before.clone().file_plan(plan.clone(), cx.now)?;
        cx.expect(before.version, expected)?;
        check_ahead(cx, &milestones)?;
        let milestones = enter(cx, id, &milestones);
        store::milestone::replace(tx, id, &milestones)?;
        store::project::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after).code("plan_filed_at", cx.now)];
        effects.extend(milestones.iter().map(|milestone| {
            Effect::made(milestone.id, milestone.status().name()).code("project", id).code("due_on", milestone.due_on)
        }));
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// The work starts (P1).
pub async fn start(cx: &Cx, id: ProjectId, expected: Version) -> Result<Project, Failure> {
    cx.write(Action::ProjectStart, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectStart, &before)?;
        let after = before.clone().start()?;
        cx.expect(before.version, expected)?;
        store::project::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// The lead says that it is done (P4); the enterprise has some days to confirm.
pub async fn deliver(cx: &Cx, id: ProjectId, expected: Version, summary: Account) -> Result<Project, Failure> {
    cx.write(Action::ProjectDeliver, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectDeliver, &before)?;
        let milestones = store::milestone::of_projects(tx, &cx.actor.scope(), &[id])?;
        let confirm_due_at = cx.workdays(RuleCode::ProjectConfirm)?.at;
        let delivery = Delivery { at: cx.now, summary: summary.clone(), confirm_due_at };
        let after = before.clone().deliver(delivery, &milestones)?;
        cx.expect(before.version, expected)?;
        store::project::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).code("confirm_due_at", confirm_due_at)], after)
    })
    .await
}

/// The enterprise says what came of it (P5).
pub async fn confirm(cx: &Cx, id: ProjectId, expected: Version, answers: Answers) -> Result<Project, Failure> {
    cx.write(Action::ProjectConfirm, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectConfirm, &before)?;
        let confirmation = Confirmation {
            at: cx.now,
            by: cx.actor.account,
            solved: answers.solved,
            answered: answers.answered,
            reached_out: answers.reached_out,
            satisfaction: answers.satisfaction,
            comment: answers.comment.clone(),
            close_due_at: cx.workdays(close_rule(answers.solved))?.at,
        };
        let after = before.clone().confirm(confirmation.clone())?;
        cx.expect(before.version, expected)?;
        store::project::save(tx, &after, expected)?;
        cx.record(tx, permit, &[with_answers(moved(&before, &after), &confirmation)], after)
    })
    .await
}

/// The enterprise is not content after all (P6).
pub async fn reopen(cx: &Cx, id: ProjectId, expected: Version, reason: Reason) -> Result<Project, Failure> {
    cx.write(Action::ProjectReopen, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectReopen, &before)?;
        // What is not confirmed has no window; its state refuses it.
        let since = before.confirmation().map_or(cx.now, |confirmation| confirmation.at);
        let window_ends = cx.workdays_from(RuleCode::ProjectReopenWindow, since)?.at;
        let after = before.clone().reopen(reason.clone(), cx.now, window_ends)?;
        cx.expect(before.version, expected)?;
        store::project::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).number("reopen_count", after.reopen_count)], after)
    })
    .await
}

fn find(cx: &Scene, tx: &mut Tx, id: ProjectId) -> Result<Project, Failure> {
    store::project::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("project"))
}

/// The effect of a step.
fn moved(before: &Project, after: &Project) -> Effect {
    Effect::moved(after.id, before.status().name(), after.status().name())
}

/// The same with the four answers, from which the rates are computed.
fn with_answers(effect: Effect, confirmation: &Confirmation) -> Effect {
    effect
        .code("solved", <&str>::from(confirmation.solved))
        .flag("answered", confirmation.answered)
        .flag("reached_out", confirmation.reached_out)
        .number("satisfaction", confirmation.satisfaction)
        .code("close_due_at", confirmation.close_due_at)
}

fn close_rule(solved: Solved) -> RuleCode {
    match solved {
        Solved::Yes => RuleCode::ProjectCloseSolved,
        Solved::Partly | Solved::No => RuleCode::ProjectCloseUnsolved,
    }
}

fn check_ahead(cx: &Scene, milestones: &[PlannedMilestone]) -> Result<(), Failure> {
    let today = shanghai_date(cx.now);
    let past = milestones.iter().enumerate().filter(|(_, milestone)| milestone.due_on < today);
    let problems: Vec<Problem> = past
        .map(|(place, _)| {
            let problem = Problem::new(Code::Validation).at(&format!("milestones.{place}.dueOn"));
            problem.saying("里程碑日期不能早于今天。", "A milestone cannot be due in the past.")
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Failure::Invalid(problems)) }
}

fn enter(cx: &Scene, project: ProjectId, milestones: &[PlannedMilestone]) -> Vec<Milestone> {
    let numbered = (1..).zip(milestones);
    let milestone = |(position, planned): (i32, &PlannedMilestone)| Milestone {
        id: cx.new_id(),
        project,
        position,
        title: planned.title.clone(),
        due_on: planned.due_on,
        state: milestone::State::Open,
    };
    numbered.map(milestone).collect()
}

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::WrongState(_)
            | ProjectError::ContactLogged
            | ProjectError::Solved
            | ProjectError::NotDue
            | ProjectError::ClaimStands => Self::refused(Code::InvalidState),
            ProjectError::PlanIncomplete => Self::refused(Code::PlanIncomplete),
            ProjectError::MilestonesOpen => Self::refused(Code::MilestonesOpen),
            ProjectError::TooLate => Self::refused(Code::TooLate),
            ProjectError::ReopenLimit => Self::refused(Code::ReopenLimit),
        }
    }
}
