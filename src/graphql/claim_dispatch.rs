//! Dispatching in the API: naming a department for a demand, its objection, the last word.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    claim_input::{ClaimPayload, ClaimPlanInput, terms},
    form::Form,
    request::settle,
};
use crate::{
    kernel::{
        problem::{Code, Problem},
        text::Reason,
        version::Version,
    },
    ops,
};

/// Names a department for a demand.
#[derive(InputObject)]
pub struct ClaimDispatchInput {
    /// The demand, which is on the list.
    demand: ID,
    /// What of the department's list is used (资源), if anything.
    resource: Option<ID>,
    /// The department that is to do it (承办单位).
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

/// Takes a dispatch back.
#[derive(InputObject)]
pub struct ClaimDispatchWithdrawInput {
    /// The dispatch, which is pending or objected to.
    claim: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Objects to a dispatch.
#[derive(InputObject)]
pub struct ClaimObjectInput {
    /// The dispatch, to which one's own department has not consented.
    claim: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why the department should not do it, 2–200 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Decides on an objection.
#[derive(InputObject)]
pub struct ClaimObjectionDecideInput {
    /// The claim that is objected to.
    claim: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// What is decided.
    ruling: ClaimObjectionRuling,
    /// Why it is upheld, 2–200 characters; left out when it is dismissed.
    reason: Option<String>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// What the coordinator says to an objection (异议处理).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum ClaimObjectionRuling {
    /// The department is let off and the claim cancelled (异议成立).
    Uphold,
    /// The dispatch is final (异议不成立).
    Dismiss,
}

impl ClaimObjectionDecideInput {
    /// The reason when the objection is upheld. `None` is that the input does not fit together.
    fn upheld(&self, form: &mut Form) -> Option<Option<Reason>> {
        match (self.ruling, &self.reason) {
            (ClaimObjectionRuling::Uphold, Some(reason)) => form.text("reason", reason).map(Some),
            (ClaimObjectionRuling::Dismiss, None) => Some(None),
            (ClaimObjectionRuling::Uphold, None) => {
                let problem = Problem::new(Code::Validation).at("reason");
                form.note(problem.saying("请填写采纳异议的理由。", "Say why the objection is upheld."));
                None
            }
            (ClaimObjectionRuling::Dismiss, Some(_)) => {
                let problem = Problem::new(Code::Validation).at("reason");
                form.note(
                    problem.saying("不采纳异议时无需填写理由。", "A reason is given only for an objection that is upheld."),
                );
                None
            }
        }
    }
}

/// Changes to dispatches.
#[derive(Default)]
pub struct ClaimDispatchMutation;

#[Object]
impl ClaimDispatchMutation {
    /// Names a department for a demand (派单); it waits for the department first, then for the
    /// enterprise.
    async fn claim_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to dispatch to whom.")] input: ClaimDispatchInput,
    ) -> Option<Result<ClaimPayload<ClaimDispatchInput>, Error>> {
        let mut form = Form::default();
        let demand = form.id("demand", &input.demand);
        let resource = form.optional_id("resource", input.resource.as_ref());
        let provider = form.id("provider", &input.provider);
        let terms = terms(&mut form, input.quantity, &input.note, &input.plan);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(demand), Some(resource), Some(provider), Some(terms)) = (demand, resource, provider, terms) else {
                return Err(form.refuse());
            };
            ops::claim::dispatch(&cx, demand, resource, provider, terms).await
        })
        .await
    }

    /// Takes back a dispatch that nobody has agreed to yet (撤回派单).
    async fn claim_dispatch_withdraw(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to take back.")] input: ClaimDispatchWithdrawInput,
    ) -> Option<Result<ClaimPayload<ClaimDispatchWithdrawInput>, Error>> {
        let mut form = Form::default();
        let claim = form.id("claim", &input.claim);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(claim) = claim else { return Err(form.refuse()) };
            ops::claim::dispatch_withdraw(&cx, claim, Version(input.expected_version)).await
        })
        .await
    }

    /// Objects to a dispatch for one's own department (提出异议), once and within the time of the
    /// rule `CLAIM_OBJECT`.
    async fn claim_object(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to object to, and why.")] input: ClaimObjectInput,
    ) -> Option<Result<ClaimPayload<ClaimObjectInput>, Error>> {
        let mut form = Form::default();
        let claim = form.id("claim", &input.claim);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(claim), Some(reason)) = (claim, reason) else { return Err(form.refuse()) };
            ops::claim::object(&cx, claim, Version(input.expected_version), reason).await
        })
        .await
    }

    /// Decides on an objection (处理异议): upheld, the claim is cancelled and the demand can be
    /// dispatched elsewhere; dismissed, the dispatch is final.
    async fn claim_objection_decide(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is decided.")] input: ClaimObjectionDecideInput,
    ) -> Option<Result<ClaimPayload<ClaimObjectionDecideInput>, Error>> {
        let mut form = Form::default();
        let claim = form.id("claim", &input.claim);
        let upheld = input.upheld(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(claim), Some(upheld)) = (claim, upheld) else { return Err(form.refuse()) };
            ops::claim::objection_decide(&cx, claim, Version(input.expected_version), upheld).await
        })
        .await
    }
}
