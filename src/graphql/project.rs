//! Projects in the API.

use std::collections::HashMap;

use async_graphql::{Context, Error, ID, Object, SimpleObject};

use super::project_time::{
    ProjectCallBacksLoader, ProjectExtension, ProjectExtensionsLoader, ProjectPause, ProjectPausesLoader, ProjectProgress,
    ProjectProgressLoader,
};
pub use super::project_words::{
    CallBackStatus, ProjectExtensionStatus, ProjectPauseReason, ProjectPauseStatus, ProjectRuling, ProjectSolved, ProjectStatus,
};
use super::{
    call_back::CallBack,
    claim::{Claim, ClaimLoader},
    clock::{self, RunningClock},
    demand::{Demand, DemandLoader},
    loader::Load,
    milestone::{Milestone, ProjectMilestonesLoader},
    organisation::{Organisation, OrganisationLoader},
    place::{Place, PlaceLoader},
    request::{Request, load},
    resource::{Resource, ResourceLoader},
    scalar::{Date, DateTime},
};
use crate::{
    domain::project as domain,
    kernel::id::{ClaimId, DemandId, ProjectId},
    policy::{self, Action, Scope},
    store::{self, Reader, StoreResult},
};

/// A project as the API shows it.
#[derive(Clone)]
pub struct Project(pub domain::Project);

/// A project (项目): what an agreed claim becomes, dated and owned, until the enterprise confirms it.
#[Object]
impl Project {
    /// The opaque id, `prj_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes, those of its milestones included; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// The number that people quote, e.g. `P-420105-2026-000123`.
    async fn ref_no(&self) -> &str {
        self.0.ref_no.as_str()
    }

    /// Where it stands (状态).
    async fn status(&self) -> ProjectStatus {
        self.0.status().into()
    }

    /// Why it was cancelled, or why it was reopened; null otherwise.
    async fn status_reason(&self) -> Option<&str> {
        self.0.reason().map(|reason| reason.as_str())
    }

    /// What it is about: the demand's title at the time of the agreement.
    async fn title(&self) -> &str {
        self.0.title.as_str()
    }

    /// The agreed claim that it comes from (认领).
    async fn claim(&self, ctx: &Context<'_>) -> Result<Option<Claim>, Error> {
        load::<ClaimLoader>(ctx, self.0.claim).await
    }

    /// The demand that it serves (需求); null when it is hidden.
    async fn demand(&self, ctx: &Context<'_>) -> Result<Option<Demand>, Error> {
        load::<DemandLoader>(ctx, self.0.demand).await
    }

    /// Whose demand it is, and who confirms (需求单位).
    async fn enterprise(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.demand_organisation).await
    }

    /// Who provides and runs it (牵头单位).
    async fn lead(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.lead).await
    }

    /// Where it is needed (所在楼宇 / 园区).
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<Place>, Error> {
        load::<PlaceLoader>(ctx, self.0.place).await
    }

    /// What of the lead's list it uses (资源); null when it uses none, or when that is hidden.
    async fn resource(&self, ctx: &Context<'_>) -> Result<Option<Resource>, Error> {
        match self.0.resource {
            Some(resource) => load::<ResourceLoader>(ctx, resource).await,
            None => Ok(None),
        }
    }

    /// By when it is to be delivered (办结时限): by the rule for the category, pauses and extensions counted in.
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }

    /// The clocks that run for it (时限), each with its end; empty when nothing does.
    #[graphql(complexity = "4 + child_complexity")]
    async fn clocks(&self, ctx: &Context<'_>) -> Result<Vec<RunningClock>, Error> {
        clock::shown(ctx, self.0.id, self.0.clocks()).await
    }

    /// The day on which the work goes on by itself (暂停至); null unless it is paused.
    async fn paused_until(&self) -> Option<Date> {
        self.0.paused().ok().map(|paused| Date(paused.until))
    }

    /// The newest pauses and requests for one (暂停), at most 20.
    #[graphql(complexity = "5 + 20 * child_complexity")]
    async fn pauses(&self, ctx: &Context<'_>) -> Result<Vec<ProjectPause>, Error> {
        Ok(load::<ProjectPausesLoader>(ctx, self.0.id).await?.unwrap_or_default())
    }

    /// The newest requests for a later day (延期), at most 20.
    #[graphql(complexity = "5 + 20 * child_complexity")]
    async fn extensions(&self, ctx: &Context<'_>) -> Result<Vec<ProjectExtension>, Error> {
        Ok(load::<ProjectExtensionsLoader>(ctx, self.0.id).await?.unwrap_or_default())
    }

    /// What the lead has reported about the work (进展), the newest first, at most 20.
    #[graphql(complexity = "5 + 20 * child_complexity")]
    async fn progress(&self, ctx: &Context<'_>) -> Result<Vec<ProjectProgress>, Error> {
        Ok(load::<ProjectProgressLoader>(ctx, self.0.id).await?.unwrap_or_default())
    }

    /// The newest calls about it to the enterprise (回访), at most 20; empty for everybody but the
    /// coordinator.
    #[graphql(complexity = "5 + 20 * child_complexity")]
    async fn call_backs(&self, ctx: &Context<'_>) -> Result<Vec<CallBack>, Error> {
        Ok(load::<ProjectCallBacksLoader>(ctx, self.0.id).await?.unwrap_or_default())
    }

    /// By when it was to be delivered in the beginning.
    async fn original_due_on(&self) -> Date {
        Date(self.0.original_due_on)
    }

    /// The last day of the plan that both sides agreed to in the claim (计划完成日期).
    async fn planned_due_on(&self, ctx: &Context<'_>) -> Result<Option<Date>, Error> {
        let claim = load::<ClaimLoader>(ctx, self.0.claim).await?;
        Ok(claim.map(|claim| Date(claim.0.plan.due)))
    }

    /// Whether it should have been delivered before today and is not (逾期).
    async fn is_overdue(&self, ctx: &Context<'_>) -> bool {
        self.0.is_overdue(Request::of(ctx).today())
    }

    /// By when the lead is to be in contact with the enterprise (首次联系时限).
    async fn contact_due_at(&self) -> DateTime {
        DateTime(self.0.contact_due_at)
    }

    /// The first contact (首次联系); null until it is logged.
    async fn contact(&self) -> Option<ProjectContact> {
        let contact = self.0.contact.as_ref()?;
        Some(ProjectContact { at: DateTime(contact.at), note: contact.note.to_string() })
    }

    /// By when the plan is to be filed (计划时限).
    async fn plan_due_at(&self) -> DateTime {
        DateTime(self.0.plan_due_at)
    }

    /// The filed plan (计划); null until it is filed.
    async fn plan(&self) -> Option<ProjectPlan> {
        let plan = self.0.plan.as_ref()?;
        Some(ProjectPlan { filed_at: DateTime(plan.at), text: plan.text.to_string() })
    }

    /// The milestones of the plan in its order (里程碑), at most 20.
    #[graphql(complexity = "5 + 20 * child_complexity")]
    async fn milestones(&self, ctx: &Context<'_>) -> Result<Vec<Milestone>, Error> {
        Ok(load::<ProjectMilestonesLoader>(ctx, self.0.id).await?.unwrap_or_default())
    }

    /// What the lead delivered (交付), since it was last reopened; null until then.
    async fn delivery(&self) -> Option<ProjectDelivery> {
        let delivery = self.0.delivery()?;
        Some(ProjectDelivery {
            at: DateTime(delivery.at),
            summary: delivery.summary.to_string(),
            confirm_due_at: DateTime(delivery.confirm_due_at),
            unconfirmed_at: delivery.unconfirmed_at.map(DateTime),
        })
    }

    /// What the enterprise says of it (企业确认), since it was last reopened; null until then.
    async fn confirmation(&self) -> Option<ProjectConfirmation> {
        let confirmation = self.0.confirmation()?;
        Some(ProjectConfirmation {
            at: DateTime(confirmation.at),
            by: ID(confirmation.by.to_string()),
            solved: confirmation.solved.into(),
            answered: confirmation.answered,
            reached_out: confirmation.reached_out,
            satisfaction: confirmation.satisfaction,
            comment: confirmation.comment.as_ref().map(ToString::to_string),
            close_due_at: DateTime(confirmation.close_due_at),
        })
    }

    /// How often it was reopened, at most twice.
    async fn reopen_count(&self) -> u8 {
        self.0.reopen_count
    }

    /// When it was opened.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was closed or cancelled; null until then.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    /// Whether the signed-in account may log the first contact, its state aside.
    async fn viewer_can_log_contact(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectContactLog)
    }

    /// Whether the signed-in account may file the plan, its state aside.
    async fn viewer_can_file_plan(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectPlanFile)
    }

    /// Whether the signed-in account may start it, its state aside.
    async fn viewer_can_start(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectStart)
    }

    /// Whether the signed-in account may report how the work goes, its state aside.
    async fn viewer_can_report_progress(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectProgressReport)
    }

    /// Whether the signed-in account may ask for a pause, its state aside.
    async fn viewer_can_ask_pause(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectPauseAsk)
    }

    /// Whether the signed-in account may decide about a pause, its state aside.
    async fn viewer_can_decide_pause(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectPauseDecide)
    }

    /// Whether the signed-in account may let the work go on, its state aside.
    async fn viewer_can_resume(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectResume)
    }

    /// Whether the signed-in account may ask for a later day, its state aside.
    async fn viewer_can_ask_extension(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectExtensionAsk)
    }

    /// Whether the signed-in account may decide about a later day, its state aside.
    async fn viewer_can_decide_extension(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectExtensionDecide)
    }

    /// Whether the signed-in account may log a call to the enterprise about it, its state aside.
    async fn viewer_can_log_call_back(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectCallBackLog)
    }

    /// Whether the signed-in account may deliver it, its state aside.
    async fn viewer_can_deliver(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectDeliver)
    }

    /// Whether the signed-in account may confirm it, its state aside.
    async fn viewer_can_confirm(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectConfirm)
    }

    /// Whether the signed-in account may reopen it, its state aside.
    async fn viewer_can_reopen(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ProjectReopen)
    }
}

impl Project {
    fn may(&self, ctx: &Context<'_>, action: Action) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).cx()?.actor, action, &self.0))
    }
}

/// The first contact of the lead with the enterprise (首次联系).
#[derive(SimpleObject)]
pub struct ProjectContact {
    /// When it was logged.
    at: DateTime,
    /// What came of it, up to 500 characters.
    note: String,
}

/// The plan that the lead has filed (计划).
#[derive(SimpleObject)]
pub struct ProjectPlan {
    /// When it was filed the last time.
    filed_at: DateTime,
    /// How the work goes, 2–2,000 characters.
    text: String,
}

/// That the lead says it is done (交付).
#[derive(SimpleObject)]
pub struct ProjectDelivery {
    /// When.
    at: DateTime,
    /// What was done, 2–2,000 characters.
    summary: String,
    /// By when the enterprise is to confirm.
    confirm_due_at: DateTime,
    /// When it was found that the enterprise had not (未确认时间); it stays if the enterprise does later.
    unconfirmed_at: Option<DateTime>,
}

/// What the enterprise says of a delivered project (企业确认).
#[derive(SimpleObject)]
pub struct ProjectConfirmation {
    /// When.
    at: DateTime,
    /// The account that confirmed, `acc_…`.
    by: ID,
    /// Whether the need is met (是否解决).
    solved: ProjectSolved,
    /// Whether questions were answered (是否答复).
    answered: bool,
    /// Whether the lead came by itself (是否主动联系).
    reached_out: bool,
    /// How content the enterprise is, 1–5 (满意度).
    satisfaction: u8,
    /// What else there is to say, if anything.
    comment: Option<String>,
    /// When the project closes by itself.
    close_due_at: DateTime,
}

/// Reads projects by id.
pub struct ProjectLoader;

impl Load for ProjectLoader {
    type Key = ProjectId;
    type Value = Project;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[ProjectId]) -> StoreResult<HashMap<ProjectId, Project>> {
        let found = store::project::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|project| (project.id, Project(project))).collect())
    }
}

/// Reads the projects of claims.
pub struct ClaimProjectLoader;

impl Load for ClaimProjectLoader {
    type Key = ClaimId;
    type Value = Project;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[ClaimId]) -> StoreResult<HashMap<ClaimId, Project>> {
        let found = store::project::of_claims(reader, scope, keys)?;
        Ok(found.into_iter().map(|project| (project.claim, Project(project))).collect())
    }
}

/// Reads the newest projects of demands, so many each. One statement reads for all demands of a
/// level, within the bound of [`store::project_list`], and what is too much for one of them is cut here.
pub struct DemandProjectsLoader;

impl Load for DemandProjectsLoader {
    type Key = (DemandId, usize);
    type Value = Vec<Project>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[Self::Key]) -> StoreResult<HashMap<Self::Key, Vec<Project>>> {
        let demands: Vec<DemandId> = keys.iter().map(|(demand, _)| *demand).collect();
        let found = store::project_list::of_demands(reader, scope, &demands)?;
        let of = |demand: DemandId| found.iter().filter(move |project| project.demand == demand);
        Ok(keys.iter().map(|key| (*key, of(key.0).take(key.1).cloned().map(Project).collect())).collect())
    }
}
