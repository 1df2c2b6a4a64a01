//! Changes to projects in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    project::{Project, ProjectSolved},
    project_time_input::{
        ProjectCallBackLogInput, ProjectExtensionAskInput, ProjectExtensionDecideInput, ProjectExtensionWithdrawInput,
        ProjectPauseAskInput, ProjectPauseDecideInput, ProjectPauseWithdrawInput, ProjectProgressReportInput, ProjectResumeInput,
    },
    request::{Outcome, settle},
    scalar::Date,
};
use crate::{
    domain::{milestone::MAX_MILESTONES, project as domain},
    kernel::version::Version,
    ops::{
        self,
        project::{Answers, PlannedMilestone},
    },
};

/// What came of a change to a project.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "ProjectContactLogPayload", params(ProjectContactLogInput)),
    concrete(name = "ProjectPlanFilePayload", params(ProjectPlanFileInput)),
    concrete(name = "ProjectStartPayload", params(ProjectStartInput)),
    concrete(name = "ProjectDeliverPayload", params(ProjectDeliverInput)),
    concrete(name = "ProjectConfirmPayload", params(ProjectConfirmInput)),
    concrete(name = "ProjectReopenPayload", params(ProjectReopenInput)),
    concrete(name = "ProjectProgressReportPayload", params(ProjectProgressReportInput)),
    concrete(name = "ProjectPauseAskPayload", params(ProjectPauseAskInput)),
    concrete(name = "ProjectPauseWithdrawPayload", params(ProjectPauseWithdrawInput)),
    concrete(name = "ProjectPauseDecidePayload", params(ProjectPauseDecideInput)),
    concrete(name = "ProjectResumePayload", params(ProjectResumeInput)),
    concrete(name = "ProjectExtensionAskPayload", params(ProjectExtensionAskInput)),
    concrete(name = "ProjectExtensionWithdrawPayload", params(ProjectExtensionWithdrawInput)),
    concrete(name = "ProjectExtensionDecidePayload", params(ProjectExtensionDecideInput)),
    concrete(name = "ProjectCallBackLogPayload", params(ProjectCallBackLogInput))
)]
pub struct ProjectPayload<I: Send + Sync> {
    /// The project as it is now; null when there are problems.
    project: Option<Project>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Project>> for ProjectPayload<I> {
    fn from(outcome: Outcome<domain::Project>) -> Self {
        let (project, problems) = match outcome {
            Ok(project) => (Some(Project(project)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { project, problems, input: PhantomData }
    }
}

/// Logs the first contact with the enterprise.
#[derive(InputObject)]
pub struct ProjectContactLogInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// What came of it, up to 500 characters.
    #[graphql(default)]
    note: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// A milestone of a plan.
#[derive(InputObject)]
pub struct PlannedMilestoneInput {
    /// What is reached, in one line of 2–60 characters.
    title: String,
    /// By when, not in the past.
    due_on: Date,
}

/// Files the plan of a project.
#[derive(InputObject)]
pub struct ProjectPlanFileInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// How the work goes, 2–2,000 characters.
    plan: String,
    /// Its milestones in their order, at most 20; they replace those filed before.
    #[graphql(default)]
    milestones: Vec<PlannedMilestoneInput>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

impl ProjectPlanFileInput {
    fn milestones(&self, form: &mut Form) -> Option<Vec<PlannedMilestone>> {
        if self.milestones.len() > MAX_MILESTONES {
            form.too_many("milestones", MAX_MILESTONES);
            return None;
        }
        let numbered = self.milestones.iter().enumerate();
        let milestone = |(place, milestone): (usize, &PlannedMilestoneInput)| {
            let title = form.text(&format!("milestones.{place}.title"), &milestone.title)?;
            Some(PlannedMilestone { title, due_on: milestone.due_on.0 })
        };
        // Every fault is told, not only the first one.
        let all: Vec<_> = numbered.map(milestone).collect();
        all.into_iter().collect()
    }
}

/// Starts the work.
#[derive(InputObject)]
pub struct ProjectStartInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Says that the work is done.
#[derive(InputObject)]
pub struct ProjectDeliverInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// What was done, 2–2,000 characters; both sides read it.
    summary: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Says what came of a delivered project.
#[derive(InputObject)]
pub struct ProjectConfirmInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Whether the need is met (是否解决).
    solved: ProjectSolved,
    /// Whether questions were answered (是否答复).
    answered: bool,
    /// Whether the lead came by itself (是否主动联系).
    reached_out: bool,
    /// How content the enterprise is, 1–5 (满意度).
    satisfaction: i64,
    /// What else there is to say, up to 500 characters.
    comment: Option<String>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

impl ProjectConfirmInput {
    fn answers(&self, form: &mut Form) -> Option<Answers> {
        let satisfaction = form.number("satisfaction", self.satisfaction, 1, 5);
        let comment = form.optional_text("comment", self.comment.as_deref());
        Some(Answers {
            solved: self.solved.into(),
            answered: self.answered,
            reached_out: self.reached_out,
            satisfaction: u8::try_from(satisfaction?).ok()?,
            comment: comment?,
        })
    }
}

/// Opens a project again.
#[derive(InputObject)]
pub struct ProjectReopenInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes to projects.
#[derive(Default)]
pub struct ProjectMutation;

#[Object]
impl ProjectMutation {
    /// Logs the first contact with the enterprise (登记首次联系). There is only one first.
    async fn project_contact_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to log.")] input: ProjectContactLogInput,
    ) -> Option<Result<ProjectPayload<ProjectContactLogInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        let note = form.text("note", &input.note);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(project), Some(note)) = (project, note) else { return Err(form.refuse()) };
            ops::project::contact_log(&cx, project, Version(input.expected_version), note).await
        })
        .await
    }

    /// Files the plan with its milestones (提交计划); until the work starts, filing again replaces both.
    async fn project_plan_file(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to file.")] input: ProjectPlanFileInput,
    ) -> Option<Result<ProjectPayload<ProjectPlanFileInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        let plan = form.text("plan", &input.plan);
        let milestones = input.milestones(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(project), Some(plan), Some(milestones)) = (project, plan, milestones) else {
                return Err(form.refuse());
            };
            ops::project::plan_file(&cx, project, Version(input.expected_version), plan, milestones).await
        })
        .await
    }

    /// Starts the work (启动项目), once the first contact is logged and the plan is filed.
    async fn project_start(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to start.")] input: ProjectStartInput,
    ) -> Option<Result<ProjectPayload<ProjectStartInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(project) = project else { return Err(form.refuse()) };
            ops::project::start(&cx, project, Version(input.expected_version)).await
        })
        .await
    }

    /// Says that the work is done (交付项目), once every milestone is done or waived.
    async fn project_deliver(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to deliver.")] input: ProjectDeliverInput,
    ) -> Option<Result<ProjectPayload<ProjectDeliverInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        let summary = form.text("summary", &input.summary);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(project), Some(summary)) = (project, summary) else { return Err(form.refuse()) };
            ops::project::deliver(&cx, project, Version(input.expected_version), summary).await
        })
        .await
    }

    /// Says what came of a delivered project (企业确认), in time or late. Some working days later it closes by
    /// itself.
    async fn project_confirm(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What came of it.")] input: ProjectConfirmInput,
    ) -> Option<Result<ProjectPayload<ProjectConfirmInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        let answers = input.answers(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(project), Some(answers)) = (project, answers) else { return Err(form.refuse()) };
            ops::project::confirm(&cx, project, Version(input.expected_version), answers).await
        })
        .await
    }

    /// Opens a project again that is not solved (重新开启), at most twice: the enterprise what it has
    /// confirmed, within the time of the rule `PROJECT_REOPEN_WINDOW`; the coordinator what is confirmed,
    /// unconfirmed or closed, after a call in which the enterprise was reached and did not call it solved.
    /// A demand that was closed with it is listed again.
    async fn project_reopen(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to open again, and why.")] input: ProjectReopenInput,
    ) -> Option<Result<ProjectPayload<ProjectReopenInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(project), Some(reason)) = (project, reason) else { return Err(form.refuse()) };
            ops::project::reopen(&cx, project, Version(input.expected_version), reason).await
        })
        .await
    }
}
