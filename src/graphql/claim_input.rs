//! Changes to claims in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    claim::Claim,
    claim_dispatch::{ClaimDispatchInput, ClaimDispatchWithdrawInput, ClaimObjectInput, ClaimObjectionDecideInput},
    error::Problem,
    form::Form,
    request::{Outcome, settle},
    scalar::Date,
};
use crate::{
    domain::claim::{self as domain, MAX_STEPS, Plan},
    kernel::{
        problem::{self, Code},
        text::Detail,
        version::Version,
    },
    ops::{
        self,
        claim::{About, NewDemand, Terms},
    },
};

/// What came of a change to a claim.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "ClaimOfferPayload", params(ClaimOfferInput)),
    concrete(name = "ClaimRequestPayload", params(ClaimRequestInput)),
    concrete(name = "ClaimDispatchPayload", params(ClaimDispatchInput)),
    concrete(name = "ClaimDispatchWithdrawPayload", params(ClaimDispatchWithdrawInput)),
    concrete(name = "ClaimObjectPayload", params(ClaimObjectInput)),
    concrete(name = "ClaimObjectionDecidePayload", params(ClaimObjectionDecideInput)),
    concrete(name = "ClaimConsentPayload", params(ClaimConsentInput)),
    concrete(name = "ClaimDeclinePayload", params(ClaimDeclineInput)),
    concrete(name = "ClaimWithdrawPayload", params(ClaimWithdrawInput)),
    concrete(name = "ClaimCancelAskPayload", params(ClaimCancelAskInput)),
    concrete(name = "ClaimCancelAgreePayload", params(ClaimCancelAgreeInput)),
    concrete(name = "ClaimCancelPayload", params(ClaimCancelInput))
)]
pub struct ClaimPayload<I: Send + Sync> {
    /// The claim as it is now; null when there are problems.
    claim: Option<Claim>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Claim>> for ClaimPayload<I> {
    fn from(outcome: Outcome<domain::Claim>) -> Self {
        let (claim, problems) = match outcome {
            Ok(claim) => (Some(Claim(claim)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { claim, problems, input: PhantomData }
    }
}

/// How the work of a claim is meant to go (计划).
#[derive(InputObject)]
pub struct ClaimPlanInput {
    /// Its first day, not in the past.
    start: Date,
    /// Its last day, not before the first.
    due: Date,
    /// What is done one after the other: at most 20 steps of 2–60 characters.
    #[graphql(default)]
    steps: Vec<String>,
}

impl ClaimPlanInput {
    fn read(&self, form: &mut Form) -> Option<Plan> {
        let span = form.span("plan.due", Some(self.start.0), Some(self.due.0));
        let steps = form.texts("plan.steps", &self.steps, MAX_STEPS);
        span?;
        Some(Plan { start: self.start.0, due: self.due.0, steps: steps? })
    }
}

/// A demand that is listed together with the request for a resource. Its category is that of the
/// resource, its desired time that of the plan; everybody in the district sees it.
#[derive(InputObject)]
pub struct ClaimNewDemandInput {
    /// Who needs it (需求单位).
    organisation: ID,
    /// Where it is needed (所在楼宇 / 园区): a place in which the organisation sits.
    place: ID,
    /// What is asked for, in one line of 2–60 characters (需求名称).
    title: String,
    /// The full description, 1–4,000 characters (需求内容).
    detail: String,
    /// How many are needed, 1–10,000 and not fewer than the request asks for (数量).
    quantity: i64,
    /// What the quantity counts (单位), 1–20 characters: 次, 场, 人 …
    unit: String,
    /// The post to ask (联系岗位), one of the organisation's own.
    contact: Option<ID>,
}

impl ClaimNewDemandInput {
    fn read(&self, form: &mut Form) -> Option<NewDemand> {
        let organisation = form.id("newDemand.organisation", &self.organisation);
        let place = form.id("newDemand.place", &self.place);
        let title = form.text("newDemand.title", &self.title);
        let detail = self.detail(form);
        let quantity = form.quantity("newDemand.quantity", self.quantity);
        let unit = form.text("newDemand.unit", &self.unit);
        let contact = form.optional_id("newDemand.contact", self.contact.as_ref());
        Some(NewDemand {
            organisation: organisation?,
            place: place?,
            title: title?,
            detail: detail?,
            quantity: quantity?,
            unit: unit?,
            contact: contact?,
        })
    }

    fn detail(&self, form: &mut Form) -> Option<Detail> {
        let detail: Detail = form.text("newDemand.detail", &self.detail)?;
        if detail.as_str().is_empty() {
            let problem = problem::Problem::new(Code::Validation).at("newDemand.detail");
            form.note(problem.saying("请填写需求内容。", "Describe the demand."));
            return None;
        }
        Some(detail)
    }
}

/// Claims a demand for a provider.
#[derive(InputObject)]
pub struct ClaimOfferInput {
    /// The demand, which is on the list.
    demand: ID,
    /// What of the provider's list is used (资源), if anything.
    resource: Option<ID>,
    /// Who gives it (提供单位): an organisation of one's own.
    provider: ID,
    /// How many of the demand's quantity, 1–10,000.
    quantity: i64,
    /// What is said to it, up to 500 characters.
    #[graphql(default)]
    note: String,
    /// How the work is meant to go.
    plan: ClaimPlanInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Claims a resource for an enterprise: either for a demand on the list or for a new one.
#[derive(InputObject)]
pub struct ClaimRequestInput {
    /// The resource, which is on the list.
    resource: ID,
    /// A demand of one's own on the list; left out when `newDemand` is given.
    demand: Option<ID>,
    /// A demand that is listed with the request; left out when `demand` is given.
    new_demand: Option<ClaimNewDemandInput>,
    /// How many of the demand's quantity, 1–10,000.
    quantity: i64,
    /// What is said to it, up to 500 characters.
    #[graphql(default)]
    note: String,
    /// How the work is meant to go.
    plan: ClaimPlanInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

impl ClaimRequestInput {
    fn about(&self, form: &mut Form) -> Option<About> {
        match (&self.demand, &self.new_demand) {
            (Some(demand), None) => form.id("demand", demand).map(About::Listed),
            (None, Some(new)) => new.read(form).map(|new| About::New(Box::new(new))),
            (None, None) | (Some(_), Some(_)) => {
                let problem = problem::Problem::new(Code::Validation).at("demand");
                form.note(
                    problem.saying(
                        "请选择一条已发布的需求,或填写新需求,两者选一。",
                        "Give either a demand on the list or a new one.",
                    ),
                );
                None
            }
        }
    }
}

pub(super) fn terms(form: &mut Form, quantity: i64, note: &str, plan: &ClaimPlanInput) -> Option<Terms> {
    let quantity = form.quantity("quantity", quantity);
    let note = form.text("note", note);
    let plan = plan.read(form);
    Some(Terms { quantity: quantity?, note: note?, plan: plan? })
}

/// Consents to a claim.
#[derive(InputObject)]
pub struct ClaimConsentInput {
    /// The claim.
    claim: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Declines a claim.
#[derive(InputObject)]
pub struct ClaimDeclineInput {
    /// The claim.
    claim: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Takes a claim back.
#[derive(InputObject)]
pub struct ClaimWithdrawInput {
    /// The claim.
    claim: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Asks the other side to cancel an agreed claim.
#[derive(InputObject)]
pub struct ClaimCancelAskInput {
    /// The claim.
    claim: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Agrees to cancel an agreed claim.
#[derive(InputObject)]
pub struct ClaimCancelAgreeInput {
    /// The claim.
    claim: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Cancels an agreed claim over the heads of both sides.
#[derive(InputObject)]
pub struct ClaimCancelInput {
    /// The claim.
    claim: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes to claims.
#[derive(Default)]
pub struct ClaimMutation;

#[Object]
impl ClaimMutation {
    /// Claims a demand for a provider (认领需求); it waits for the enterprise.
    async fn claim_offer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to offer.")] input: ClaimOfferInput,
    ) -> Option<Result<ClaimPayload<ClaimOfferInput>, Error>> {
        let mut form = Form::default();
        let demand = form.id("demand", &input.demand);
        let resource = form.optional_id("resource", input.resource.as_ref());
        let provider = form.id("provider", &input.provider);
        let terms = terms(&mut form, input.quantity, &input.note, &input.plan);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(demand), Some(resource), Some(provider), Some(terms)) = (demand, resource, provider, terms) else {
                return Err(form.refuse());
            };
            ops::claim::offer(&cx, demand, resource, provider, terms).await
        })
        .await
    }

    /// Claims a resource for an enterprise (认领资源); it waits for the provider.
    async fn claim_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to request.")] input: ClaimRequestInput,
    ) -> Option<Result<ClaimPayload<ClaimRequestInput>, Error>> {
        let mut form = Form::default();
        let resource = form.id("resource", &input.resource);
        let about = input.about(&mut form);
        let terms = terms(&mut form, input.quantity, &input.note, &input.plan);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(resource), Some(about), Some(terms)) = (resource, about, terms) else {
                return Err(form.refuse());
            };
            ops::claim::request(&cx, resource, about, terms).await
        })
        .await
    }

    /// Gives the consent that is missing (同意认领); the project opens at once. Where another claim
    /// took what was left, the answer is `QUANTITY_EXCEEDED` or `CAPACITY_EXCEEDED`.
    async fn claim_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to consent to.")] input: ClaimConsentInput,
    ) -> Option<Result<ClaimPayload<ClaimConsentInput>, Error>> {
        let mut form = Form::default();
        let claim = form.id("claim", &input.claim);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(claim) = claim else { return Err(form.refuse()) };
            ops::claim::consent(&cx, claim, Version(input.expected_version)).await
        })
        .await
    }

    /// Declines a claim that waits for one's own side (谢绝认领).
    async fn claim_decline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to decline, and why.")] input: ClaimDeclineInput,
    ) -> Option<Result<ClaimPayload<ClaimDeclineInput>, Error>> {
        let mut form = Form::default();
        let claim = form.id("claim", &input.claim);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(claim), Some(reason)) = (claim, reason) else { return Err(form.refuse()) };
            ops::claim::decline(&cx, claim, Version(input.expected_version), reason).await
        })
        .await
    }

    /// Takes back a claim that one's own side has made (撤回认领).
    async fn claim_withdraw(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to take back.")] input: ClaimWithdrawInput,
    ) -> Option<Result<ClaimPayload<ClaimWithdrawInput>, Error>> {
        let mut form = Form::default();
        let claim = form.id("claim", &input.claim);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(claim) = claim else { return Err(form.refuse()) };
            ops::claim::withdraw(&cx, claim, Version(input.expected_version)).await
        })
        .await
    }

    /// Asks the other side to cancel what is agreed (申请取消认领); without an answer in time the
    /// request ends by itself.
    async fn claim_cancel_ask(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to cancel, and why.")] input: ClaimCancelAskInput,
    ) -> Option<Result<ClaimPayload<ClaimCancelAskInput>, Error>> {
        let mut form = Form::default();
        let claim = form.id("claim", &input.claim);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(claim), Some(reason)) = (claim, reason) else { return Err(form.refuse()) };
            ops::claim::cancel_ask(&cx, claim, Version(input.expected_version), reason).await
        })
        .await
    }

    /// Agrees to the other side's request to cancel (同意取消认领): claim and project are cancelled.
    async fn claim_cancel_agree(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to cancel.")] input: ClaimCancelAgreeInput,
    ) -> Option<Result<ClaimPayload<ClaimCancelAgreeInput>, Error>> {
        let mut form = Form::default();
        let claim = form.id("claim", &input.claim);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(claim) = claim else { return Err(form.refuse()) };
            ops::claim::cancel_agree(&cx, claim, Version(input.expected_version)).await
        })
        .await
    }

    /// Cancels an agreed claim and its project over the heads of both sides (取消认领).
    async fn claim_cancel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to cancel, and why.")] input: ClaimCancelInput,
    ) -> Option<Result<ClaimPayload<ClaimCancelInput>, Error>> {
        let mut form = Form::default();
        let claim = form.id("claim", &input.claim);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(claim), Some(reason)) = (claim, reason) else { return Err(form.refuse()) };
            ops::claim::cancel(&cx, claim, Version(input.expected_version), reason).await
        })
        .await
    }
}
