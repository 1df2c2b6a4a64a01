//! What the three types of branch have in common in the API.

use async_graphql::{Context, Error, ID, Object};
use futures_util::future::try_join_all;

use super::{
    branch::{Branch, BranchLoader, CoversLoader},
    branch_words::{BranchForm, BranchNotice, BranchStatus, BranchWarning},
    error::top_level,
    organisation::{Organisation, OrganisationLoader},
    place::{Place, PlaceLoader},
    request::{Request, load},
    scalar::{Date, DateTime},
};
use crate::{
    domain::branch::{self as domain, State, Status},
    kernel::{
        id::{BranchId, OrganisationId},
        problem::Code,
    },
    ops::Failure,
    policy::{self, Action},
};

/// What all three types have. It has no name in the API: each type shows its fields as its own.
#[derive(Clone)]
pub struct BranchCommon(pub(super) domain::Branch);

/// What all three types of branch have.
#[Object]
impl BranchCommon {
    /// The opaque id, `brn_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// What it is called; unique in the district.
    async fn name(&self) -> String {
        self.0.terms.name.to_string()
    }

    /// How it is organised (组织形式).
    async fn form(&self) -> BranchForm {
        self.0.terms.form.into()
    }

    /// Where it stands (状态).
    async fn status(&self) -> BranchStatus {
        self.0.status().into()
    }

    /// Why it was given back, suspended, converted or dissolved.
    async fn status_reason(&self) -> Option<String> {
        match &self.0.state {
            State::Returned { reason }
            | State::Suspended { reason }
            | State::Converted { reason }
            | State::Dissolved { reason } => Some(reason.to_string()),
            State::Proposed | State::Approved | State::Active | State::Merged { .. } => None,
        }
    }

    /// The building or park it belongs to.
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<Place>, Error> {
        load::<PlaceLoader>(ctx, self.0.place).await
    }

    /// The organisation that leads it (牵头单位).
    async fn lead(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.terms.lead).await
    }

    /// The branch above it (上级党组织), if there is one.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Branch>, Error> {
        other(ctx, self.0.terms.parent).await
    }

    /// The branch that it was merged into, if it was.
    async fn merged_into(&self, ctx: &Context<'_>) -> Result<Option<Branch>, Error> {
        match &self.0.state {
            State::Merged { into } => other(ctx, Some(*into)).await,
            State::Proposed
            | State::Returned { .. }
            | State::Approved
            | State::Active
            | State::Suspended { .. }
            | State::Converted { .. }
            | State::Dissolved { .. } => Ok(None),
        }
    }

    /// How many members it has (党员人数). A number, never a roster.
    async fn member_count(&self) -> u32 {
        self.0.terms.member_count
    }

    /// Seats of its committee (支委人数); 0 when there is none.
    async fn committee_size(&self) -> u32 {
        self.0.terms.committee_size
    }

    /// The day it was formed (成立日期).
    async fn formed_on(&self) -> Option<Date> {
        self.0.terms.formed_on.map(Date)
    }

    /// The organisations it covers (覆盖单位), the longest covered first; before it is activated those
    /// it is to cover. Empty once it has ended.
    #[graphql(complexity = "5 + first.clamp(0, 100) as usize * child_complexity")]
    async fn covers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most, 1–100.", default = 20)] first: i32,
    ) -> Result<Vec<Organisation>, Error> {
        let Some(first) = usize::try_from(first).ok().filter(|first| (1..=100).contains(first)) else {
            return Err(top_level(Failure::refused(Code::BadPage), Request::of(ctx)));
        };
        let mut ids = self.covered(ctx).await?;
        ids.truncate(first);
        let found = try_join_all(ids.into_iter().map(|id| load::<OrganisationLoader>(ctx, id))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// How many organisations it covers, or is to cover.
    async fn cover_count(&self, ctx: &Context<'_>) -> Result<u32, Error> {
        Ok(u32::try_from(self.covered(ctx).await?.len()).unwrap_or(u32::MAX))
    }

    /// What was to be warned of at its last step.
    async fn warnings(&self) -> Vec<BranchNotice> {
        self.0.warnings.iter().copied().map(BranchNotice).collect()
    }

    /// The warnings that the approver acknowledged.
    async fn acknowledged_warnings(&self) -> Vec<BranchWarning> {
        let acknowledged = self.0.decision.iter().flat_map(|decision| &decision.acknowledged);
        acknowledged.copied().map(BranchWarning::from).collect()
    }

    /// When it was proposed.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Whether the signed-in account may revise it, its state aside.
    async fn viewer_can_revise(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchRevise)
    }

    /// Whether the signed-in account may give it back, its state aside.
    async fn viewer_can_return(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchReturn)
    }

    /// Whether the signed-in account may approve it, its state aside.
    async fn viewer_can_approve(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchApprove)
    }

    /// Whether the signed-in account may activate it, its state aside.
    async fn viewer_can_activate(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchActivate)
    }

    /// Whether the signed-in account may suspend it, its state aside.
    async fn viewer_can_suspend(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchSuspend)
    }

    /// Whether the signed-in account may resume it, its state aside.
    async fn viewer_can_resume(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchResume)
    }

    /// Whether the signed-in account may convert it, its state aside.
    async fn viewer_can_convert(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchConvert)
    }

    /// Whether the signed-in account may merge it, its state aside.
    async fn viewer_can_merge(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchMerge)
    }

    /// Whether the signed-in account may dissolve it, its state aside.
    async fn viewer_can_dissolve(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchDissolve)
    }

    /// Whether the signed-in account may add an organisation to it, its state aside.
    async fn viewer_can_cover(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchCover)
    }

    /// Whether the signed-in account may take an organisation from it, its state aside.
    async fn viewer_can_uncover(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchUncover)
    }
}

impl BranchCommon {
    fn may(&self, ctx: &Context<'_>, action: Action) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).cx()?.actor, action, &self.0))
    }

    /// What it covers if it works, what it is to cover before, and nothing afterwards.
    async fn covered(&self, ctx: &Context<'_>) -> Result<Vec<OrganisationId>, Error> {
        match self.0.status() {
            Status::Proposed | Status::Returned | Status::Approved => Ok(self.0.terms.covers.clone()),
            Status::Active | Status::Suspended => Ok(load::<CoversLoader>(ctx, self.0.id).await?.unwrap_or_default()),
            Status::Converted | Status::Merged | Status::Dissolved => Ok(Vec::new()),
        }
    }

    /// The day its term is over.
    pub(super) fn term_ends_on(&self) -> Option<Date> {
        self.0.term_ends_on().map(Date)
    }

    /// The branch that has it in its care.
    pub(super) async fn custodian(&self, ctx: &Context<'_>) -> Result<Option<Branch>, Error> {
        other(ctx, self.0.terms.custodian).await
    }

    /// Whether the signed-in account may hand it over.
    pub(super) fn may_hand_over(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchHandOver)
    }
}

async fn other(ctx: &Context<'_>, id: Option<BranchId>) -> Result<Option<Branch>, Error> {
    match id {
        Some(id) => load::<BranchLoader>(ctx, id).await,
        None => Ok(None),
    }
}
