//! Changes to branches in the API.

use async_graphql::{Context, Error, Object};

use super::{
    branch_input::{
        BranchActivateInput, BranchApproveInput, BranchConvertInput, BranchCoverInput, BranchDissolveInput, BranchHandOverInput,
        BranchMergeInput, BranchPayload, BranchProposeInput, BranchResumeInput, BranchReturnInput, BranchReviseInput,
        BranchSuspendInput, BranchUncoverInput, MAX_MEMBERS,
    },
    form::Form,
    request::settle,
};
use crate::{kernel::version::Version, ops};

/// Changes to branches.
#[derive(Default)]
pub struct BranchMutation;

#[Object]
impl BranchMutation {
    /// Proposes a branch for a place (提议设立党组织).
    async fn branch_propose(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to propose.")] input: BranchProposeInput,
    ) -> Option<Result<BranchPayload<BranchProposeInput>, Error>> {
        let mut form = Form::default();
        let place = form.id("place", &input.place);
        let terms = input.terms.read(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(place), Some(terms)) = (place, terms) else {
                return Err(form.refuse());
            };
            ops::branch::propose(&cx, input.kind.into(), place, terms).await
        })
        .await
    }

    /// Changes a proposal that is not decided on (修改提议); one that was given back stands again.
    async fn branch_revise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: BranchReviseInput,
    ) -> Option<Result<BranchPayload<BranchReviseInput>, Error>> {
        let mut form = Form::default();
        let branch = form.id("branch", &input.branch);
        let terms = input.terms.read(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(branch), Some(terms)) = (branch, terms) else {
                return Err(form.refuse());
            };
            ops::branch::revise(&cx, branch, Version(input.expected_version), terms).await
        })
        .await
    }

    /// Gives a proposal back with a reason (退回提议).
    async fn branch_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to give back, and why.")] input: BranchReturnInput,
    ) -> Option<Result<BranchPayload<BranchReturnInput>, Error>> {
        let mut form = Form::default();
        let branch = form.id("branch", &input.branch);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(branch), Some(reason)) = (branch, reason) else {
                return Err(form.refuse());
            };
            ops::branch::give_back(&cx, branch, Version(input.expected_version), reason).await
        })
        .await
    }

    /// Approves a proposal (批准设立); every warning that stands must be acknowledged.
    async fn branch_approve(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to approve.")] input: BranchApproveInput,
    ) -> Option<Result<BranchPayload<BranchApproveInput>, Error>> {
        let mut form = Form::default();
        let branch = form.id("branch", &input.branch);
        let acknowledged = input.acknowledge_warnings.into_iter().map(Into::into).collect();
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(branch) = branch else {
                return Err(form.refuse());
            };
            ops::branch::approve(&cx, branch, Version(input.expected_version), acknowledged).await
        })
        .await
    }

    /// Puts an approved branch to work (启动); from today on it covers what was proposed.
    async fn branch_activate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to activate.")] input: BranchActivateInput,
    ) -> Option<Result<BranchPayload<BranchActivateInput>, Error>> {
        let mut form = Form::default();
        let branch = form.id("branch", &input.branch);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(branch) = branch else {
                return Err(form.refuse());
            };
            ops::branch::activate(&cx, branch, Version(input.expected_version)).await
        })
        .await
    }

    /// Lets a branch rest (暂停); it keeps what it covers.
    async fn branch_suspend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to suspend, and why.")] input: BranchSuspendInput,
    ) -> Option<Result<BranchPayload<BranchSuspendInput>, Error>> {
        let mut form = Form::default();
        let branch = form.id("branch", &input.branch);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(branch), Some(reason)) = (branch, reason) else {
                return Err(form.refuse());
            };
            ops::branch::suspend(&cx, branch, Version(input.expected_version), reason).await
        })
        .await
    }

    /// Puts a resting branch to work again (恢复).
    async fn branch_resume(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to resume.")] input: BranchResumeInput,
    ) -> Option<Result<BranchPayload<BranchResumeInput>, Error>> {
        let mut form = Form::default();
        let branch = form.id("branch", &input.branch);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(branch) = branch else {
                return Err(form.refuse());
            };
            ops::branch::resume(&cx, branch, Version(input.expected_version)).await
        })
        .await
    }

    /// Ends a branch because another form takes its place (转建); what it covers is free from today on.
    async fn branch_convert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to convert, and why.")] input: BranchConvertInput,
    ) -> Option<Result<BranchPayload<BranchConvertInput>, Error>> {
        let mut form = Form::default();
        let branch = form.id("branch", &input.branch);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(branch), Some(reason)) = (branch, reason) else {
                return Err(form.refuse());
            };
            ops::branch::convert(&cx, branch, Version(input.expected_version), reason).await
        })
        .await
    }

    /// Merges a branch into an active one (合并), which covers from today on what this one covered.
    async fn branch_merge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to merge, and into what.")] input: BranchMergeInput,
    ) -> Option<Result<BranchPayload<BranchMergeInput>, Error>> {
        let mut form = Form::default();
        let branch = form.id("branch", &input.branch);
        let into = form.id("into", &input.into);
        let member_count = form.number("memberCount", input.member_count, 0, MAX_MEMBERS);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(branch), Some(into), Some(member_count)) = (branch, into, member_count) else {
                return Err(form.refuse());
            };
            ops::branch::merge(&cx, branch, Version(input.expected_version), into, member_count).await
        })
        .await
    }

    /// Ends a branch for good (撤销). While it has stations in its care, hand them over first.
    async fn branch_dissolve(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to dissolve, and why.")] input: BranchDissolveInput,
    ) -> Option<Result<BranchPayload<BranchDissolveInput>, Error>> {
        let mut form = Form::default();
        let branch = form.id("branch", &input.branch);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(branch), Some(reason)) = (branch, reason) else {
                return Err(form.refuse());
            };
            ops::branch::dissolve(&cx, branch, Version(input.expected_version), reason).await
        })
        .await
    }

    /// Covers one organisation more from today on (纳入覆盖).
    async fn branch_cover(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which branch and organisation.")] input: BranchCoverInput,
    ) -> Option<Result<BranchPayload<BranchCoverInput>, Error>> {
        let mut form = Form::default();
        let branch = form.id("branch", &input.branch);
        let organisation = form.id("organisation", &input.organisation);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(branch), Some(organisation)) = (branch, organisation) else {
                return Err(form.refuse());
            };
            ops::branch::cover(&cx, branch, Version(input.expected_version), organisation).await
        })
        .await
    }

    /// Stops covering an organisation; today is its last day (移出覆盖).
    async fn branch_uncover(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which branch and organisation.")] input: BranchUncoverInput,
    ) -> Option<Result<BranchPayload<BranchUncoverInput>, Error>> {
        let mut form = Form::default();
        let branch = form.id("branch", &input.branch);
        let organisation = form.id("organisation", &input.organisation);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(branch), Some(organisation)) = (branch, organisation) else {
                return Err(form.refuse());
            };
            ops::branch::uncover(&cx, branch, Version(input.expected_version), organisation).await
        })
        .await
    }

    /// Hands a custody branch over to another custodian (移交托管).
    async fn branch_hand_over(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to hand over, and to whom.")] input: BranchHandOverInput,
    ) -> Option<Result<BranchPayload<BranchHandOverInput>, Error>> {
        let mut form = Form::default();
        let branch = form.id("branch", &input.branch);
        let custodian = form.id("custodian", &input.custodian);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(branch), Some(custodian)) = (branch, custodian) else {
                return Err(form.refuse());
            };
            ops::branch::hand_over(&cx, branch, Version(input.expected_version), custodian).await
        })
        .await
    }
}
