//! A branch of one type as the API shows it: what all types have in common.

use std::marker::PhantomData;

use async_graphql::{Context, Description, Error, ID, Object, OutputType};
use futures_util::future::try_join_all;

use super::{
    branch::{Branch, CoversLoader, CustodyRealm, HubRealm, PropertyRealm, Realm, load_other},
    branch_words::{BranchForm, BranchNotice, BranchStatus, BranchWarning},
    organisation::{Organisation, OrganisationLoader},
    place::{Place, PlaceLoader},
    request::{Request, load},
    scalar::{Date, DateTime},
    tenancy::MAX_NESTED,
};
use crate::{
    domain::branch::{self as domain, State, Status},
    kernel::id::OrganisationId,
    policy::{self, Action},
};

/// A branch of one type. The types have most fields in common; see [`Realm`] for the others.
pub struct Shown<R: Realm> {
    branch: domain::Branch,
    realm: PhantomData<fn() -> R>,
}

impl<R: Realm> Clone for Shown<R> {
    fn clone(&self) -> Self {
        Self::of(self.branch.clone())
    }
}

impl<R: Realm> Description for Shown<R> {
    fn description() -> &'static str {
        R::DESCRIPTION
    }
}

#[Object(
    use_type_description,
    concrete(name = "HubBranch", params(HubRealm)),
    concrete(name = "PropertyBranch", params(PropertyRealm)),
    concrete(name = "CustodyBranch", params(CustodyRealm))
)]
impl<R: Realm> Shown<R> {
    /// The opaque id, `brn_…`.
    pub async fn id(&self) -> ID {
        ID(self.branch.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    pub async fn version(&self) -> i32 {
        self.branch.version.0
    }

    /// What it is called; unique in the district.
    pub async fn name(&self) -> &str {
        self.branch.terms.name.as_str()
    }

    /// How it is organised (组织形式).
    pub async fn form(&self) -> BranchForm {
        self.branch.terms.form.into()
    }

    /// Where it stands (状态).
    pub async fn status(&self) -> BranchStatus {
        self.branch.status().into()
    }

    /// Why it was given back, suspended, converted or dissolved.
    pub async fn status_reason(&self) -> Option<&str> {
        match &self.branch.state {
            State::Returned { reason }
            | State::Suspended { reason }
            | State::Converted { reason }
            | State::Dissolved { reason } => Some(reason.as_str()),
            State::Proposed | State::Approved | State::Active | State::Merged { .. } => None,
        }
    }

    /// The building or park it belongs to.
    pub async fn place(&self, ctx: &Context<'_>) -> Result<Option<Place>, Error> {
        load::<PlaceLoader>(ctx, self.branch.place).await
    }

    /// The organisation that leads it (牵头单位).
    pub async fn lead(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.branch.terms.lead).await
    }

    /// The branch above it (上级党组织), if there is one.
    pub async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Branch>, Error> {
        load_other(ctx, self.branch.terms.parent).await
    }

    /// The branch that it was merged into, if it was.
    pub async fn merged_into(&self, ctx: &Context<'_>) -> Result<Option<Branch>, Error> {
        match &self.branch.state {
            State::Merged { into } => load_other(ctx, Some(*into)).await,
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
    pub async fn member_count(&self) -> u32 {
        self.branch.terms.member_count
    }

    /// Seats of its committee (支委人数); 0 when there is none.
    pub async fn committee_size(&self) -> u32 {
        self.branch.terms.committee_size
    }

    /// The day it was formed (成立日期).
    pub async fn formed_on(&self) -> Option<Date> {
        self.branch.terms.formed_on.map(Date)
    }

    /// The organisations it covers (覆盖单位), the longest covered first, or is to cover; at most 100.
    /// Empty once it has ended.
    #[graphql(complexity = "5 + 10 * child_complexity")]
    pub async fn covers(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>, Error> {
        let ids = self.covered(ctx).await?.into_iter().take(MAX_NESTED);
        let found = try_join_all(ids.map(|id| load::<OrganisationLoader>(ctx, id))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// How many organisations it covers, or is to cover.
    pub async fn cover_count(&self, ctx: &Context<'_>) -> Result<u32, Error> {
        Ok(u32::try_from(self.covered(ctx).await?.len()).unwrap_or(u32::MAX))
    }

    /// What was to be warned of at its last step.
    pub async fn warnings(&self) -> Vec<BranchNotice> {
        self.branch.warnings.iter().copied().map(BranchNotice).collect()
    }

    /// The warnings that the approver acknowledged.
    pub async fn acknowledged_warnings(&self) -> Vec<BranchWarning> {
        let acknowledged = self.branch.decision.iter().flat_map(|decision| &decision.acknowledged);
        acknowledged.copied().map(BranchWarning::from).collect()
    }

    /// When it was proposed.
    pub async fn created_at(&self) -> DateTime {
        DateTime(self.branch.created_at)
    }

    /// Whether the signed-in account may revise it, its state aside.
    pub async fn viewer_can_revise(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchRevise)
    }

    /// Whether the signed-in account may give it back, its state aside.
    pub async fn viewer_can_return(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchReturn)
    }

    /// Whether the signed-in account may approve it, its state aside.
    pub async fn viewer_can_approve(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchApprove)
    }

    /// Whether the signed-in account may activate it, its state aside.
    pub async fn viewer_can_activate(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchActivate)
    }

    /// Whether the signed-in account may suspend it, its state aside.
    pub async fn viewer_can_suspend(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchSuspend)
    }

    /// Whether the signed-in account may resume it, its state aside.
    pub async fn viewer_can_resume(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchResume)
    }

    /// Whether the signed-in account may convert it, its state aside.
    pub async fn viewer_can_convert(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchConvert)
    }

    /// Whether the signed-in account may merge it, its state aside.
    pub async fn viewer_can_merge(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchMerge)
    }

    /// Whether the signed-in account may dissolve it, its state aside.
    pub async fn viewer_can_dissolve(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchDissolve)
    }

    /// Whether the signed-in account may add an organisation to it, its state aside.
    pub async fn viewer_can_cover(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchCover)
    }

    /// Whether the signed-in account may take an organisation from it, its state aside.
    pub async fn viewer_can_uncover(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchUncover)
    }

    /// Whether the signed-in account may hand it over to another custodian, its type and state aside.
    pub async fn viewer_can_hand_over(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::BranchHandOver)
    }

    /// What only its type has.
    #[graphql(flatten)]
    async fn own(&self) -> R::Own {
        R::own(&self.branch)
    }
}

impl<R: Realm> Shown<R> {
    /// A branch that is of this type.
    pub(super) fn of(branch: domain::Branch) -> Self {
        Self { branch, realm: PhantomData }
    }

    fn may(&self, ctx: &Context<'_>, action: Action) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).cx()?.actor, action, &self.branch))
    }

    /// What it covers if it works, what it is to cover before, and nothing afterwards.
    async fn covered(&self, ctx: &Context<'_>) -> Result<Vec<OrganisationId>, Error> {
        match self.branch.status() {
            Status::Proposed | Status::Returned | Status::Approved => Ok(self.branch.terms.covers.clone()),
            Status::Active | Status::Suspended => Ok(load::<CoversLoader>(ctx, self.branch.id).await?.unwrap_or_default()),
            Status::Converted | Status::Merged | Status::Dissolved => Ok(Vec::new()),
        }
    }
}
