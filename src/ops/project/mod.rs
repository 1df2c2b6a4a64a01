//! What people do with projects: log the contact, file the plan, start, report, pause, extend, deliver,
//! confirm, call back, reopen.

mod call_back;
mod clocks;
mod extension;
mod pause;
mod reopen;

pub use call_back::{Answered, call_back_log};
pub(super) use clocks::{progress_due, rest};
pub use extension::{extension_ask, extension_decide, extension_withdraw};
use jiff::{Timestamp, civil::Date};
pub(super) use pause::ended as pause_ended;
pub use pause::{pause_ask, pause_decide, pause_withdraw, resume};
pub use reopen::reopen;

use super::{Cx, Failure, Scene};
use crate::{
    domain::{
        clock::Clock,
        milestone::{self, Milestone},
        project::{Confirmation, Delivery, ExtensionError, PauseError, Progress, Project, ProjectError, Solved},
        rules::RuleCode,
    },
    kernel::{
        calendar::shanghai_date,
        id::ProjectId,
        problem::{Code, Problem},
        text::{Account, Note, Title},
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

/// What the coordinator says to a request of the lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    Approve,
    Refuse,
}

/// The work starts (P1).
pub async fn start(cx: &Cx, id: ProjectId, expected: Version) -> Result<Project, Failure> {
    cx.write(Action::ProjectStart, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectStart, &before)?;
        let after = before.clone().start(progress_due(&cx.calendar, &cx.rules, cx.now)?)?;
        cx.expect(before.version, expected)?;
        store::project::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// The lead reports how the work goes; the next report is due a month later.
pub async fn progress_report(cx: &Cx, id: ProjectId, expected: Version, note: Account) -> Result<Project, Failure> {
    cx.write(Action::ProjectProgressReport, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ProjectProgressReport, &before)?;
        let after = before.clone().report_progress(progress_due(&cx.calendar, &cx.rules, cx.now)?)?;
        cx.expect(before.version, expected)?;
        let report = Progress { id: cx.new_id(), project: id, at: cx.now, by: cx.actor.account, note: note.clone() };
        store::project_progress::insert(tx, &report)?;
        store::project::save(tx, &after, expected)?;
        let effect = moved(&before, &after).code("reported_at", cx.now);
        cx.record(tx, permit, &[effect, Effect::changed(report.id).code("project", id)], after)
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
        let delivery = Delivery { at: cx.now, summary: summary.clone(), confirm_due_at, unconfirmed_at: None };
        let after = before.clone().deliver(delivery, &milestones)?;
        cx.expect(before.version, expected)?;
        store::project::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(drop_requests(tx, id, cx.now)?);
        cx.record(tx, permit, &effects, after)
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

fn find(cx: &Scene, tx: &mut Tx, id: ProjectId) -> Result<Project, Failure> {
    store::project::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("project"))
}

/// Drops what is asked for a project and not decided, and ends its pause: it goes on without them, or
/// is over.
pub(super) fn drop_requests(tx: &mut Tx, id: ProjectId, at: Timestamp) -> Result<Vec<Effect>, Failure> {
    let mut effects = Vec::new();
    effects.extend(pause::end_with_project(tx, id, at)?);
    effects.extend(extension::drop_with_project(tx, id, at)?);
    Ok(effects)
}

/// The effect of a step, with the end of every clock that starts with it or ends at another moment.
pub(super) fn moved(before: &Project, after: &Project) -> Effect {
    let effect = Effect::moved(after.id, before.status().name(), after.status().name());
    let ran = before.clocks();
    let started = after.clocks().into_iter().filter(|running| !ran.contains(running));
    started.fold(effect, |effect, running| match running.clock {
        // It is a day that people know the project by.
        Clock::Due => effect.code("due_on", after.due_on),
        clock => effect.code(&clock.fact(), running.due_at),
    })
}

/// The same with the four answers, from which the rates are computed.
fn with_answers(effect: Effect, confirmation: &Confirmation) -> Effect {
    effect
        .code("solved", <&str>::from(confirmation.solved))
        .flag("answered", confirmation.answered)
        .flag("reached_out", confirmation.reached_out)
        .number("satisfaction", confirmation.satisfaction)
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
            ProjectError::CallBackFirst => Self::refused(Code::CallBackFirst),
        }
    }
}

impl From<PauseError> for Failure {
    fn from(error: PauseError) -> Self {
        match error {
            PauseError::WrongState(_) => Self::refused(Code::InvalidState),
            PauseError::Until { max_days } => Self::Invalid(vec![Problem::new(Code::Validation).at("until").saying(
                format!("恢复日期应在明天起 {max_days} 天之内。"),
                format!("A pause ends after today and within {max_days} days."),
            )]),
        }
    }
}

impl From<ExtensionError> for Failure {
    fn from(error: ExtensionError) -> Self {
        match error {
            ExtensionError::WrongState(_) => Self::refused(Code::InvalidState),
            ExtensionError::TooLate => Self::refused(Code::TooLate),
            ExtensionError::Limit => Self::refused(Code::ExtensionLimit),
            ExtensionError::Day => Self::Invalid(vec![
                Problem::new(Code::Validation)
                    .at("dueOn")
                    .saying("新的办结日期应为原日期之后的工作日。", "The new day is a working day after the old one."),
            ]),
        }
    }
}
