//! Milestones in the API.

use std::{collections::HashMap, marker::PhantomData};

use async_graphql::{Context, Enum, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    loader::Load,
    project::{Project, ProjectLoader},
    request::{Outcome, Request, load, settle},
    scalar::Date,
};
use crate::{
    domain::milestone as domain,
    kernel::{
        id::{MilestoneId, ProjectId},
        version::Version,
    },
    ops,
    policy::{self, Action, Scope},
    store::{self, Reader, StoreResult},
};

/// A milestone as the API shows it.
#[derive(Clone)]
pub struct Milestone(pub domain::Milestone);

/// A milestone (里程碑): a dated part of a project's plan. Its changes count in the version of its
/// project.
#[Object]
impl Milestone {
    /// The opaque id, `mil_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The project it belongs to (项目).
    async fn project(&self, ctx: &Context<'_>) -> Result<Option<Project>, Error> {
        load::<ProjectLoader>(ctx, self.0.project).await
    }

    /// Where it stands in the plan, from 1.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// What is reached, in one line of 2–60 characters.
    async fn title(&self) -> &str {
        self.0.title.as_str()
    }

    /// By when.
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }

    /// Where it stands (状态).
    async fn status(&self) -> MilestoneStatus {
        self.0.status().into()
    }

    /// The day on which it was reached; null unless it was.
    async fn done_on(&self) -> Option<Date> {
        match &self.0.state {
            domain::State::Done { on, .. } => Some(Date(*on)),
            domain::State::Open | domain::State::Waived { .. } => None,
        }
    }

    /// What there is to say about reaching it; null unless it was.
    async fn note(&self) -> Option<&str> {
        match &self.0.state {
            domain::State::Done { note, .. } => Some(note.as_str()),
            domain::State::Open | domain::State::Waived { .. } => None,
        }
    }

    /// Why it is not needed; null unless it was waived.
    async fn waived_reason(&self) -> Option<&str> {
        match &self.0.state {
            domain::State::Waived { reason } => Some(reason.as_str()),
            domain::State::Open | domain::State::Done { .. } => None,
        }
    }

    /// Whether the signed-in account may mark it done, its state aside.
    async fn viewer_can_mark_done(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::MilestoneDone).await
    }

    /// Whether the signed-in account may waive it, its state aside.
    async fn viewer_can_waive(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::MilestoneWaive).await
    }
}

impl Milestone {
    /// Rights on a milestone are rights on its project.
    async fn may(&self, ctx: &Context<'_>, action: Action) -> Result<bool, Error> {
        let project = load::<ProjectLoader>(ctx, self.0.project).await?;
        let actor = &Request::of(ctx).cx()?.actor;
        Ok(project.is_some_and(|project| policy::may(actor, action, &project.0)))
    }
}

/// Where a milestone stands (里程碑状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum MilestoneStatus {
    /// Still to be reached (未完成).
    Open,
    /// Reached (已完成).
    Done,
    /// Not needed after all (已豁免).
    Waived,
}

/// Reads milestones by id.
pub struct MilestoneLoader;

impl Load for MilestoneLoader {
    type Key = MilestoneId;
    type Value = Milestone;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[MilestoneId]) -> StoreResult<HashMap<MilestoneId, Milestone>> {
        let found = store::milestone::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|milestone| (milestone.id, Milestone(milestone))).collect())
    }
}

/// Reads the milestones of projects. A plan has few of them, so all are read.
pub struct ProjectMilestonesLoader;

impl Load for ProjectMilestonesLoader {
    type Key = ProjectId;
    type Value = Vec<Milestone>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[ProjectId]) -> StoreResult<HashMap<ProjectId, Vec<Milestone>>> {
        let mut milestones: HashMap<ProjectId, Vec<Milestone>> = HashMap::new();
        for milestone in store::milestone::of_projects(reader, scope, keys)? {
            milestones.entry(milestone.project).or_default().push(Milestone(milestone));
        }
        Ok(milestones)
    }
}

/// What came of a change to a milestone.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "MilestoneDonePayload", params(MilestoneDoneInput)),
    concrete(name = "MilestoneWaivePayload", params(MilestoneWaiveInput))
)]
pub struct MilestonePayload<I: Send + Sync> {
    /// The milestone as it is now; null when there are problems. Its project has the new version.
    milestone: Option<Milestone>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Milestone>> for MilestonePayload<I> {
    fn from(outcome: Outcome<domain::Milestone>) -> Self {
        let (milestone, problems) = match outcome {
            Ok(milestone) => (Some(Milestone(milestone)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { milestone, problems, input: PhantomData }
    }
}

/// Marks a milestone as reached.
#[derive(InputObject)]
pub struct MilestoneDoneInput {
    /// The milestone.
    milestone: ID,
    /// The version of its project that the client has seen.
    expected_version: i32,
    /// The day on which it was reached, not in the future.
    done_on: Date,
    /// What there is to say about it, up to 500 characters.
    #[graphql(default)]
    note: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Waives a milestone.
#[derive(InputObject)]
pub struct MilestoneWaiveInput {
    /// The milestone.
    milestone: ID,
    /// The version of its project that the client has seen.
    expected_version: i32,
    /// Why it is not needed, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes to milestones.
#[derive(Default)]
pub struct MilestoneMutation;

#[Object]
impl MilestoneMutation {
    /// Marks a milestone of an active project as reached (完成里程碑).
    async fn milestone_done(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was reached, and when.")] input: MilestoneDoneInput,
    ) -> Option<Result<MilestonePayload<MilestoneDoneInput>, Error>> {
        let mut form = Form::default();
        let milestone = form.id("milestone", &input.milestone);
        let note = form.text("note", &input.note);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(milestone), Some(note)) = (milestone, note) else { return Err(form.refuse()) };
            ops::milestone::done(&cx, milestone, Version(input.expected_version), input.done_on.0, note).await
        })
        .await
    }

    /// Waives a milestone of an active project with a reason (豁免里程碑).
    async fn milestone_waive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to waive, and why.")] input: MilestoneWaiveInput,
    ) -> Option<Result<MilestonePayload<MilestoneWaiveInput>, Error>> {
        let mut form = Form::default();
        let milestone = form.id("milestone", &input.milestone);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(milestone), Some(reason)) = (milestone, reason) else { return Err(form.refuse()) };
            ops::milestone::waive(&cx, milestone, Version(input.expected_version), reason).await
        })
        .await
    }
}
