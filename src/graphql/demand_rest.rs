//! Changes that take a demand off the list without its being done, and what the enterprise says to
//! them, in the API.

use async_graphql::{Context, Error, ID, InputObject, Object};

use super::{
    demand::{DemandDecision, DemandObjectionRuling},
    demand_input::DemandPayload,
    form::Form,
    request::settle,
    scalar::Date,
};
use crate::{kernel::version::Version, ops};

/// Puts a demand aside.
#[derive(InputObject)]
pub struct DemandParkInput {
    /// The demand.
    demand: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// The day on which it is listed again: after today and within the days of the rule `DEMAND_PARK`.
    review_on: Date,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Decides that no more will come of a demand.
#[derive(InputObject)]
pub struct DemandCloseInput {
    /// The demand.
    demand: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// How it ends (办理结论).
    outcome: DemandDecision,
    /// Why, for the enterprise, 2–500 characters (说明).
    explanation: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Objects to the decision about a demand.
#[derive(InputObject)]
pub struct DemandObjectInput {
    /// The demand.
    demand: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why the decision is not accepted, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Answers an objection.
#[derive(InputObject)]
pub struct DemandObjectionDecideInput {
    /// The demand.
    demand: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// What is answered.
    ruling: DemandObjectionRuling,
    /// Why, 2–500 characters; it is kept when the decision stands.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Renews an expired demand.
#[derive(InputObject)]
pub struct DemandRenewInput {
    /// The demand.
    demand: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// The new last day on which it would help (期望时间止), not in the past.
    desired_to: Date,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes of that sort.
#[derive(Default)]
pub struct DemandRestMutation;

#[Object]
impl DemandRestMutation {
    /// Puts a listed demand aside until a day (暂缓需求): its pending claims end. Not while a claim on it is
    /// agreed.
    async fn demand_park(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to put aside, and until when.")] input: DemandParkInput,
    ) -> Option<Result<DemandPayload<DemandParkInput>, Error>> {
        let mut form = Form::default();
        let demand = form.id("demand", &input.demand);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(demand), Some(reason)) = (demand, reason) else { return Err(form.refuse()) };
            ops::demand::park(&cx, demand, Version(input.expected_version), reason, input.review_on.0).await
        })
        .await
    }

    /// Decides that no more will come of a listed or parked demand (办结需求): its pending claims end, and
    /// the enterprise can object once. Not while a project for it is open.
    async fn demand_close(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is decided, and why.")] input: DemandCloseInput,
    ) -> Option<Result<DemandPayload<DemandCloseInput>, Error>> {
        let mut form = Form::default();
        let demand = form.id("demand", &input.demand);
        let explanation = form.text("explanation", &input.explanation);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(demand), Some(explanation)) = (demand, explanation) else { return Err(form.refuse()) };
            ops::demand::close(&cx, demand, Version(input.expected_version), input.outcome.into(), explanation).await
        })
        .await
    }

    /// Objects to the coordinator's decision about one's demand (提出异议), once and within the time of the
    /// rule `DEMAND_OBJECT`.
    async fn demand_object(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to object to, and why.")] input: DemandObjectInput,
    ) -> Option<Result<DemandPayload<DemandObjectInput>, Error>> {
        let mut form = Form::default();
        let demand = form.id("demand", &input.demand);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(demand), Some(reason)) = (demand, reason) else { return Err(form.refuse()) };
            ops::demand::object(&cx, demand, Version(input.expected_version), reason).await
        })
        .await
    }

    /// Answers an enterprise's objection (处理异议): upheld, the demand is listed again.
    async fn demand_objection_decide(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is answered.")] input: DemandObjectionDecideInput,
    ) -> Option<Result<DemandPayload<DemandObjectionDecideInput>, Error>> {
        let mut form = Form::default();
        let demand = form.id("demand", &input.demand);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(demand), Some(reason)) = (demand, reason) else { return Err(form.refuse()) };
            ops::demand::objection_decide(&cx, demand, Version(input.expected_version), input.ruling.into(), reason).await
        })
        .await
    }

    /// Brings an expired demand back to the list (需求续期), within the time of the rule `DEMAND_RENEW`.
    async fn demand_renew(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to renew, and until when.")] input: DemandRenewInput,
    ) -> Option<Result<DemandPayload<DemandRenewInput>, Error>> {
        let mut form = Form::default();
        let demand = form.id("demand", &input.demand);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(demand) = demand else { return Err(form.refuse()) };
            ops::demand::renew(&cx, demand, Version(input.expected_version), input.desired_to.0).await
        })
        .await
    }
}
