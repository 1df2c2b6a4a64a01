//! Changes to projects while they run, in the API: reports, pauses, extensions, calls.

use async_graphql::{Context, Error, ID, InputObject, Object};

use super::{
    form::Form,
    project::{ProjectPauseReason, ProjectRuling, ProjectSolved},
    project_input::ProjectPayload,
    request::settle,
    scalar::Date,
};
use crate::{
    kernel::{text::Reason, version::Version},
    ops::{
        self,
        project::{Answered, Ruling},
    },
};

/// Reports how the work on a project goes.
#[derive(InputObject)]
pub struct ProjectProgressReportInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// How the work goes, 2–2,000 characters; both sides read it.
    note: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Asks for a pause of a project.
#[derive(InputObject)]
pub struct ProjectPauseAskInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why the work cannot go on.
    reason: ProjectPauseReason,
    /// What else there is to say, up to 500 characters; both sides read it.
    #[graphql(default)]
    note: String,
    /// The day on which the work goes on: after today and within the days of the rule `PROJECT_PAUSE`.
    until: Date,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Takes the request for a pause back.
#[derive(InputObject)]
pub struct ProjectPauseWithdrawInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Decides about a pause.
#[derive(InputObject)]
pub struct ProjectPauseDecideInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// What is decided.
    ruling: ProjectRuling,
    /// Why, 2–500 characters; needed to refuse.
    reason: Option<String>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Lets the work go on before the pause ends.
#[derive(InputObject)]
pub struct ProjectResumeInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why before its day, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Asks for a later day.
#[derive(InputObject)]
pub struct ProjectExtensionAskInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// By when it will be delivered instead: a working day after the day by which it is due.
    due_on: Date,
    /// Why, 2–500 characters; both sides read it.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Takes the request for a later day back.
#[derive(InputObject)]
pub struct ProjectExtensionWithdrawInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Decides about a later day.
#[derive(InputObject)]
pub struct ProjectExtensionDecideInput {
    /// The project.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// What is decided.
    ruling: ProjectRuling,
    /// Why, 2–500 characters; needed to refuse.
    reason: Option<String>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Logs a call to an enterprise.
#[derive(InputObject)]
pub struct ProjectCallBackLogInput {
    /// The project that it was about.
    project: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Whether anybody was reached (是否接通).
    reached: bool,
    /// Whether the enterprise calls its need met (是否解决); given when somebody was reached, and only then.
    solved: Option<ProjectSolved>,
    /// What else there is to say, up to 500 characters.
    #[graphql(default)]
    note: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes of that sort.
#[derive(Default)]
pub struct ProjectTimeMutation;

#[Object]
impl ProjectTimeMutation {
    /// Reports how the work on an active project goes (登记进展), at least as often as the rule
    /// `PROJECT_PROGRESS` says.
    async fn project_progress_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to report.")] input: ProjectProgressReportInput,
    ) -> Option<Result<ProjectPayload<ProjectProgressReportInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        let note = form.text("note", &input.note);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(project), Some(note)) = (project, note) else { return Err(form.refuse()) };
            ops::project::progress_report(&cx, project, Version(input.expected_version), note).await
        })
        .await
    }

    /// Asks for a pause of an active project (申请暂停). Its clocks stand from the approval on; a request that
    /// is not decided when the project is delivered or cancelled is dropped.
    async fn project_pause_ask(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Why to pause, and until when.")] input: ProjectPauseAskInput,
    ) -> Option<Result<ProjectPayload<ProjectPauseAskInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        let note = form.text("note", &input.note);
        let until = input.until.0;
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(project), Some(note)) = (project, note) else { return Err(form.refuse()) };
            let why = (input.reason.into(), note);
            ops::project::pause_ask(&cx, project, Version(input.expected_version), why, until).await
        })
        .await
    }

    /// Takes the request for a pause back (撤回暂停申请).
    async fn project_pause_withdraw(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to take back.")] input: ProjectPauseWithdrawInput,
    ) -> Option<Result<ProjectPayload<ProjectPauseWithdrawInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(project) = project else { return Err(form.refuse()) };
            ops::project::pause_withdraw(&cx, project, Version(input.expected_version)).await
        })
        .await
    }

    /// Decides about a pause that is asked for (审批暂停). Once it is approved the clocks stand, with the
    /// working minutes that are left; a request for a later day is dropped then.
    async fn project_pause_decide(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to decide.")] input: ProjectPauseDecideInput,
    ) -> Option<Result<ProjectPayload<ProjectPauseDecideInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        let ruling = input.ruling.into();
        let reason = said(&mut form, ruling, input.reason.as_deref());
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(project), Some(reason)) = (project, reason) else { return Err(form.refuse()) };
            ops::project::pause_decide(&cx, project, Version(input.expected_version), ruling, reason).await
        })
        .await
    }

    /// Lets the work on a paused project go on before its day (恢复项目). Each clock ends on the working day
    /// on which the minutes run out that were left of it.
    async fn project_resume(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What goes on, and why.")] input: ProjectResumeInput,
    ) -> Option<Result<ProjectPayload<ProjectResumeInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(project), Some(reason)) = (project, reason) else { return Err(form.refuse()) };
            ops::project::resume(&cx, project, Version(input.expected_version), reason).await
        })
        .await
    }

    /// Asks for a later day for a planned or active project (申请延期), in time by the rule
    /// `PROJECT_EXTENSION_ASK` and within `PROJECT_EXTENSION_TOTAL` and `PROJECT_EXTENSIONS_MOST`.
    async fn project_extension_ask(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Until when, and why.")] input: ProjectExtensionAskInput,
    ) -> Option<Result<ProjectPayload<ProjectExtensionAskInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(project), Some(reason)) = (project, reason) else { return Err(form.refuse()) };
            ops::project::extension_ask(&cx, project, Version(input.expected_version), input.due_on.0, reason).await
        })
        .await
    }

    /// Takes the request for a later day back (撤回延期申请).
    async fn project_extension_withdraw(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to take back.")] input: ProjectExtensionWithdrawInput,
    ) -> Option<Result<ProjectPayload<ProjectExtensionWithdrawInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(project) = project else { return Err(form.refuse()) };
            ops::project::extension_withdraw(&cx, project, Version(input.expected_version)).await
        })
        .await
    }

    /// Decides about a later day that is asked for (审批延期).
    async fn project_extension_decide(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to decide.")] input: ProjectExtensionDecideInput,
    ) -> Option<Result<ProjectPayload<ProjectExtensionDecideInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        let ruling = input.ruling.into();
        let reason = said(&mut form, ruling, input.reason.as_deref());
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(project), Some(reason)) = (project, reason) else { return Err(form.refuse()) };
            ops::project::extension_decide(&cx, project, Version(input.expected_version), ruling, reason).await
        })
        .await
    }

    /// Logs a call to the enterprise about a confirmed, unconfirmed or closed project (登记回访). An unconfirmed
    /// one closes once the enterprise was reached.
    async fn project_call_back_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was said.")] input: ProjectCallBackLogInput,
    ) -> Option<Result<ProjectPayload<ProjectCallBackLogInput>, Error>> {
        let mut form = Form::default();
        let project = form.id("project", &input.project);
        let note = form.text("note", &input.note);
        if input.reached != input.solved.is_some() {
            form.only_with(
                "solved",
                "仅在联系到企业时填写“是否解决”,且必须填写。",
                "This is given when somebody was reached, and only then.",
            );
        }
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(project), Some(note), true) = (project, note, form.is_clean()) else { return Err(form.refuse()) };
            let answered = Answered { said: input.solved.map(Into::into), note };
            ops::project::call_back_log(&cx, project, Version(input.expected_version), answered).await
        })
        .await
    }
}

/// The reason of a decision, without which nothing is refused: the outer `None` is a problem.
fn said(form: &mut Form, ruling: Ruling, reason: Option<&str>) -> Option<Option<Reason>> {
    match ruling {
        Ruling::Approve => form.optional_text("reason", reason),
        Ruling::Refuse => form.text("reason", reason.unwrap_or_default()).map(Some),
    }
}
