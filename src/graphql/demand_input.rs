//! Changes to demands in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    demand::{Demand, DemandUrgency, DemandVisibility},
    demand_rest::{DemandCloseInput, DemandObjectInput, DemandObjectionDecideInput, DemandParkInput, DemandRenewInput},
    error::Problem,
    form::Form,
    request::{Outcome, settle},
    scalar::Date,
};
use crate::{
    domain::demand::{self as domain, MAX_TAGS, Terms, Urgency},
    kernel::{
        id::DemandId,
        problem::{self, Code},
        text::Reason,
        version::Version,
    },
    ops,
};

/// What came of a change to a demand.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "DemandDraftPayload", params(DemandDraftInput)),
    concrete(name = "DemandRevisePayload", params(DemandReviseInput)),
    concrete(name = "DemandSubmitPayload", params(DemandSubmitInput)),
    concrete(name = "DemandReturnPayload", params(DemandReturnInput)),
    concrete(name = "DemandListPayload", params(DemandListInput)),
    concrete(name = "DemandMergePayload", params(DemandMergeInput)),
    concrete(name = "DemandWithdrawPayload", params(DemandWithdrawInput)),
    concrete(name = "DemandParkPayload", params(DemandParkInput)),
    concrete(name = "DemandClosePayload", params(DemandCloseInput)),
    concrete(name = "DemandObjectPayload", params(DemandObjectInput)),
    concrete(name = "DemandObjectionDecidePayload", params(DemandObjectionDecideInput)),
    concrete(name = "DemandRenewPayload", params(DemandRenewInput))
)]
pub struct DemandPayload<I: Send + Sync> {
    /// The demand as it is now; null when there are problems.
    demand: Option<Demand>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Demand>> for DemandPayload<I> {
    fn from(outcome: Outcome<domain::Demand>) -> Self {
        let (demand, problems) = match outcome {
            Ok(demand) => (Some(Demand(demand)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { demand, problems, input: PhantomData }
    }
}

/// What a demand asks for.
#[derive(InputObject)]
pub struct DemandTermsInput {
    /// What sort of service is needed (类别).
    category: ID,
    /// What is asked for, in one line of 2–60 characters (需求名称).
    title: String,
    /// The full description, up to 4,000 characters (需求内容); a draft may lack it.
    #[graphql(default)]
    detail: String,
    /// Keywords of 1–20 characters, at most 8 (标签).
    #[graphql(default)]
    tags: Vec<String>,
    /// How many are needed, 1–10,000 (数量).
    quantity: i64,
    /// What the quantity counts (单位), 1–20 characters: 次, 场, 人 …
    unit: String,
    /// How pressing it is (紧急程度).
    #[graphql(default_with = "DemandUrgency::Normal")]
    urgency: DemandUrgency,
    /// Why it is urgent, 2–500 characters; given exactly when the urgency is `URGENT`.
    urgency_reason: Option<String>,
    /// The first day on which it would help (期望时间起), not in the past.
    desired_from: Option<Date>,
    /// The last day on which it would help (期望时间止), not in the past.
    desired_to: Option<Date>,
    /// Who sees it while it is listed (公开范围).
    #[graphql(default_with = "DemandVisibility::District")]
    visibility: DemandVisibility,
    /// The post to ask (联系岗位), one of the organisation's own.
    contact: Option<ID>,
}

impl DemandTermsInput {
    fn read(&self, form: &mut Form) -> Option<Terms> {
        let category = form.id("category", &self.category);
        let title = form.text("title", &self.title);
        let detail = form.text("detail", &self.detail);
        let tags = form.texts("tags", &self.tags, MAX_TAGS);
        let quantity = form.quantity("quantity", self.quantity);
        let unit = form.text("unit", &self.unit);
        let urgency_reason = self.urgency_reason(form);
        let desired = form.span("desiredTo", self.desired_from.map(|day| day.0), self.desired_to.map(|day| day.0));
        let contact = form.optional_id("contact", self.contact.as_ref());
        let (desired_from, desired_to) = desired?;
        Some(Terms {
            category: category?,
            title: title?,
            detail: detail?,
            tags: tags?,
            quantity: quantity?,
            unit: unit?,
            urgency: self.urgency.into(),
            urgency_reason: urgency_reason?,
            desired_from,
            desired_to,
            visibility: self.visibility.into(),
            contact: contact?,
        })
    }

    fn urgency_reason(&self, form: &mut Form) -> Option<Option<Reason>> {
        let is_urgent = Urgency::from(self.urgency) == Urgency::Urgent;
        if is_urgent != self.urgency_reason.is_some() {
            form.note(
                problem::Problem::new(Code::Validation).at("urgencyReason").saying(
                    "紧急需求须说明理由,其他需求无需填写。",
                    "An urgent demand needs a reason, and no other one has one.",
                ),
            );
            return None;
        }
        form.optional_text("urgencyReason", self.urgency_reason.as_deref())
    }
}

/// Drafts a demand.
#[derive(InputObject)]
pub struct DemandDraftInput {
    /// Who needs it (需求单位).
    organisation: ID,
    /// Where it is needed (所在楼宇 / 园区): a place in which the organisation sits.
    place: ID,
    #[graphql(flatten)]
    terms: DemandTermsInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Gives a draft or returned demand other terms; all of them are replaced.
#[derive(InputObject)]
pub struct DemandReviseInput {
    /// The demand.
    demand: ID,
    /// The version that the client has seen.
    expected_version: i32,
    #[graphql(flatten)]
    terms: DemandTermsInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Hands a demand in.
#[derive(InputObject)]
pub struct DemandSubmitInput {
    /// The demand.
    demand: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Similar demands that the person has looked at, from the problem `DUPLICATE_SUSPECTED`.
    #[graphql(default)]
    acknowledge_similar: Vec<ID>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Gives a demand back.
#[derive(InputObject)]
pub struct DemandReturnInput {
    /// The demand.
    demand: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Puts a demand on the list.
#[derive(InputObject)]
pub struct DemandListInput {
    /// The demand.
    demand: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Merges a demand into another one.
#[derive(InputObject)]
pub struct DemandMergeInput {
    /// The demand.
    demand: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// The listed demand that it says the same as.
    into: ID,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Takes a demand back.
#[derive(InputObject)]
pub struct DemandWithdrawInput {
    /// The demand.
    demand: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes to demands.
#[derive(Default)]
pub struct DemandMutation;

#[Object]
impl DemandMutation {
    /// Drafts a demand for one's own organisation, or on behalf of one in scope (起草需求).
    async fn demand_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who needs what, and where.")] input: DemandDraftInput,
    ) -> Option<Result<DemandPayload<DemandDraftInput>, Error>> {
        let mut form = Form::default();
        let organisation = form.id("organisation", &input.organisation);
        let place = form.id("place", &input.place);
        let terms = input.terms.read(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(organisation), Some(place), Some(terms)) = (organisation, place, terms) else {
                return Err(form.refuse());
            };
            ops::demand::draft(&cx, organisation, place, terms).await
        })
        .await
    }

    /// Gives a draft or returned demand other terms (修改需求).
    async fn demand_revise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The demand and all of its new terms.")] input: DemandReviseInput,
    ) -> Option<Result<DemandPayload<DemandReviseInput>, Error>> {
        let mut form = Form::default();
        let demand = form.id("demand", &input.demand);
        let terms = input.terms.read(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(demand), Some(terms)) = (demand, terms) else {
                return Err(form.refuse());
            };
            ops::demand::revise(&cx, demand, Version(input.expected_version), terms).await
        })
        .await
    }

    /// Hands a draft or returned demand in (提交需求).
    async fn demand_submit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to submit.")] input: DemandSubmitInput,
    ) -> Option<Result<DemandPayload<DemandSubmitInput>, Error>> {
        let mut form = Form::default();
        let demand = form.id("demand", &input.demand);
        let similar = form.ids("acknowledgeSimilar", &input.acknowledge_similar, 50);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(demand), Some(similar)) = (demand, similar) else {
                return Err(form.refuse());
            };
            ops::demand::submit(&cx, demand, Version(input.expected_version), similar).await
        })
        .await
    }

    /// Gives a submitted demand back with a reason (退回需求).
    async fn demand_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to give back, and why.")] input: DemandReturnInput,
    ) -> Option<Result<DemandPayload<DemandReturnInput>, Error>> {
        let mut form = Form::default();
        let demand = form.id("demand", &input.demand);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(demand), Some(reason)) = (demand, reason) else {
                return Err(form.refuse());
            };
            ops::demand::give_back(&cx, demand, Version(input.expected_version), reason).await
        })
        .await
    }

    /// Puts a submitted demand on the list (发布需求).
    async fn demand_list(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to list.")] input: DemandListInput,
    ) -> Option<Result<DemandPayload<DemandListInput>, Error>> {
        let mut form = Form::default();
        let demand: Option<DemandId> = form.id("demand", &input.demand);
        settle(ctx, input.idempotency_key, async |cx| {
            let demand = demand.ok_or_else(|| form.refuse())?;
            ops::demand::list(&cx, demand, Version(input.expected_version)).await
        })
        .await
    }

    /// Merges a submitted demand into a listed one (合并需求); its enterprise sees where it went.
    async fn demand_merge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to merge, and into which demand.")] input: DemandMergeInput,
    ) -> Option<Result<DemandPayload<DemandMergeInput>, Error>> {
        let mut form = Form::default();
        let demand = form.id("demand", &input.demand);
        let into = form.id("into", &input.into);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(demand), Some(into)) = (demand, into) else {
                return Err(form.refuse());
            };
            ops::demand::merge(&cx, demand, Version(input.expected_version), into).await
        })
        .await
    }

    /// Takes a demand back (撤回需求): its pending claims end. Not while a claim on it is agreed.
    async fn demand_withdraw(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to withdraw, and why.")] input: DemandWithdrawInput,
    ) -> Option<Result<DemandPayload<DemandWithdrawInput>, Error>> {
        let mut form = Form::default();
        let demand = form.id("demand", &input.demand);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(demand), Some(reason)) = (demand, reason) else {
                return Err(form.refuse());
            };
            ops::demand::withdraw(&cx, demand, Version(input.expected_version), reason).await
        })
        .await
    }
}
