//! Changes to resources in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    reach::{ResourceCoverageInput, ResourceEligibilityInput},
    request::{Outcome, settle},
    resource::{Resource, ResourceFee, ResourceMode, ResourcePer},
    scalar::Date,
};
use crate::{
    domain::{
        demand::MAX_TAGS,
        reach::Coverage,
        resource::{self as domain, MAX_DOCUMENTS, Terms},
    },
    kernel::{id::ResourceId, version::Version},
    ops,
};

/// What came of a change to a resource.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "ResourceDraftPayload", params(ResourceDraftInput)),
    concrete(name = "ResourceRevisePayload", params(ResourceReviseInput)),
    concrete(name = "ResourceListPayload", params(ResourceListInput)),
    concrete(name = "ResourcePausePayload", params(ResourcePauseInput)),
    concrete(name = "ResourceResumePayload", params(ResourceResumeInput)),
    concrete(name = "ResourceAssurePayload", params(ResourceAssureInput)),
    concrete(name = "ResourceCapacitySetPayload", params(ResourceCapacitySetInput)),
    concrete(name = "ResourceRetirePayload", params(ResourceRetireInput))
)]
pub struct ResourcePayload<I: Send + Sync> {
    /// The resource as it is now; null when there are problems.
    resource: Option<Resource>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Resource>> for ResourcePayload<I> {
    fn from(outcome: Outcome<domain::Resource>) -> Self {
        let (resource, problems) = match outcome {
            Ok(resource) => (Some(Resource(resource)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { resource, problems, input: PhantomData }
    }
}

/// What a resource offers.
#[derive(InputObject)]
pub struct ResourceTermsInput {
    /// The office of the organisation that gives it (科室), 1–20 characters.
    unit: String,
    /// What sort of service it is (类别).
    category: ID,
    /// What is offered, in one line of 2–60 characters (资源名称).
    title: String,
    /// The full description, up to 4,000 characters.
    detail: String,
    /// Keywords of 1–20 characters, at most 8 (标签).
    #[graphql(default)]
    tags: Vec<String>,
    /// How it is given (服务方式).
    mode: ResourceMode,
    /// Where it reaches (覆盖范围); leave it out for the whole district.
    coverage: Option<ResourceCoverageInput>,
    /// Whom it is meant for (适用对象); leave it out for all.
    eligibility: Option<ResourceEligibilityInput>,
    /// How much there is in each period of `per`, 0–10,000 (可提供次数).
    capacity: i64,
    /// How often the capacity is there anew (周期).
    per: ResourcePer,
    /// The first day on which it can be used (有效期起).
    valid_from: Date,
    /// The last day on which it can be used (有效期止); leave it out while no end is set.
    valid_to: Option<Date>,
    /// What it costs (收费).
    fee: ResourceFee,
    /// Documents to bring, 1–120 characters each, at most 20 (所需材料).
    #[graphql(default)]
    required_documents: Vec<String>,
    /// The post to ask (联系岗位), one of the organisation's own.
    contact: Option<ID>,
}

impl ResourceTermsInput {
    fn read(&self, form: &mut Form) -> Option<Terms> {
        let unit = form.text("unit", &self.unit);
        let category = form.id("category", &self.category);
        let title = form.text("title", &self.title);
        let detail = form.text("detail", &self.detail);
        let tags = form.texts("tags", &self.tags, MAX_TAGS);
        let coverage = self.coverage.as_ref().map_or(Some(Coverage::District), |coverage| coverage.read(form));
        let capacity = form.capacity("capacity", self.capacity);
        let validity = form.span("validTo", Some(self.valid_from.0), self.valid_to.map(|day| day.0));
        let required_documents = form.texts("requiredDocuments", &self.required_documents, MAX_DOCUMENTS);
        let contact = form.optional_id("contact", self.contact.as_ref());
        let (_, valid_to) = validity?;
        Some(Terms {
            unit: unit?,
            category: category?,
            title: title?,
            detail: detail?,
            tags: tags?,
            mode: self.mode.into(),
            coverage: coverage?,
            eligibility: self.eligibility.as_ref().map(ResourceEligibilityInput::read).unwrap_or_default(),
            capacity: capacity?,
            per: self.per.into(),
            valid_from: self.valid_from.0,
            valid_to,
            fee: self.fee.into(),
            required_documents: required_documents?,
            contact: contact?,
        })
    }
}

/// Drafts a resource.
#[derive(InputObject)]
pub struct ResourceDraftInput {
    /// Who gives it (提供单位).
    organisation: ID,
    #[graphql(flatten)]
    terms: ResourceTermsInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Gives a draft other terms; all of them are replaced.
#[derive(InputObject)]
pub struct ResourceReviseInput {
    /// The resource.
    resource: ID,
    /// The version that the client has seen.
    expected_version: i32,
    #[graphql(flatten)]
    terms: ResourceTermsInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Puts a draft on the list.
#[derive(InputObject)]
pub struct ResourceListInput {
    /// The resource.
    resource: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Takes a resource off the list for a time.
#[derive(InputObject)]
pub struct ResourcePauseInput {
    /// The resource.
    resource: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// The last day of the pause: after today and within 180 days, unless the district has other rules.
    until: Date,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Brings a paused resource back to the list.
#[derive(InputObject)]
pub struct ResourceResumeInput {
    /// The resource.
    resource: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Says that all of a resource is still true.
#[derive(InputObject)]
pub struct ResourceAssureInput {
    /// The resource.
    resource: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes how much there is.
#[derive(InputObject)]
pub struct ResourceCapacitySetInput {
    /// The resource.
    resource: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// How much there is in the present period and in later ones, 0–10,000.
    capacity: i64,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Takes a resource off the list for good.
#[derive(InputObject)]
pub struct ResourceRetireInput {
    /// The resource.
    resource: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes to resources.
#[derive(Default)]
pub struct ResourceMutation;

#[Object]
impl ResourceMutation {
    /// Drafts a resource for one's own organisation, or on behalf of one in scope (起草资源).
    async fn resource_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who offers what.")] input: ResourceDraftInput,
    ) -> Option<Result<ResourcePayload<ResourceDraftInput>, Error>> {
        let mut form = Form::default();
        let organisation = form.id("organisation", &input.organisation);
        let terms = input.terms.read(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(organisation), Some(terms)) = (organisation, terms) else {
                return Err(form.refuse());
            };
            ops::resource::draft(&cx, organisation, terms).await
        })
        .await
    }

    /// Gives a draft other terms (修改资源).
    async fn resource_revise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft and all of its new terms.")] input: ResourceReviseInput,
    ) -> Option<Result<ResourcePayload<ResourceReviseInput>, Error>> {
        let mut form = Form::default();
        let resource = form.id("resource", &input.resource);
        let terms = input.terms.read(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(resource), Some(terms)) = (resource, terms) else {
                return Err(form.refuse());
            };
            ops::resource::revise(&cx, resource, Version(input.expected_version), terms).await
        })
        .await
    }

    /// Puts a draft on the list, which also says that it is true today (发布资源).
    async fn resource_list(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to list.")] input: ResourceListInput,
    ) -> Option<Result<ResourcePayload<ResourceListInput>, Error>> {
        let mut form = Form::default();
        let resource: Option<ResourceId> = form.id("resource", &input.resource);
        settle(ctx, input.idempotency_key, async |cx| {
            let resource = resource.ok_or_else(|| form.refuse())?;
            ops::resource::list(&cx, resource, Version(input.expected_version)).await
        })
        .await
    }

    /// Takes a resource off the list for a time (暂停资源). What is agreed goes on; new claims are
    /// not accepted.
    async fn resource_pause(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to pause, why and until when.")] input: ResourcePauseInput,
    ) -> Option<Result<ResourcePayload<ResourcePauseInput>, Error>> {
        let mut form = Form::default();
        let resource = form.id("resource", &input.resource);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(resource), Some(reason)) = (resource, reason) else {
                return Err(form.refuse());
            };
            ops::resource::pause(&cx, resource, Version(input.expected_version), reason, input.until.0).await
        })
        .await
    }

    /// Brings a paused resource back to the list (恢复资源).
    async fn resource_resume(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to resume.")] input: ResourceResumeInput,
    ) -> Option<Result<ResourcePayload<ResourceResumeInput>, Error>> {
        let mut form = Form::default();
        let resource: Option<ResourceId> = form.id("resource", &input.resource);
        settle(ctx, input.idempotency_key, async |cx| {
            let resource = resource.ok_or_else(|| form.refuse())?;
            ops::resource::resume(&cx, resource, Version(input.expected_version)).await
        })
        .await
    }

    /// Says that all of a resource is still true; brings a stale one back to the list (确认资源有效).
    async fn resource_assure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to assure.")] input: ResourceAssureInput,
    ) -> Option<Result<ResourcePayload<ResourceAssureInput>, Error>> {
        let mut form = Form::default();
        let resource: Option<ResourceId> = form.id("resource", &input.resource);
        settle(ctx, input.idempotency_key, async |cx| {
            let resource = resource.ok_or_else(|| form.refuse())?;
            ops::resource::assure(&cx, resource, Version(input.expected_version)).await
        })
        .await
    }

    /// Changes how much there is (调整容量); not below what is agreed in the present or a later period.
    async fn resource_capacity_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The resource and its new capacity.")] input: ResourceCapacitySetInput,
    ) -> Option<Result<ResourcePayload<ResourceCapacitySetInput>, Error>> {
        let mut form = Form::default();
        let resource = form.id("resource", &input.resource);
        let capacity = form.capacity("capacity", input.capacity);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(resource), Some(capacity)) = (resource, capacity) else {
                return Err(form.refuse());
            };
            ops::resource::capacity_set(&cx, resource, Version(input.expected_version), capacity).await
        })
        .await
    }

    /// Takes a resource off the list for good (停止提供资源): its pending claims end, agreed ones go on.
    async fn resource_retire(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to retire, and why.")] input: ResourceRetireInput,
    ) -> Option<Result<ResourcePayload<ResourceRetireInput>, Error>> {
        let mut form = Form::default();
        let resource = form.id("resource", &input.resource);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(resource), Some(reason)) = (resource, reason) else {
                return Err(form.refuse());
            };
            ops::resource::retire(&cx, resource, Version(input.expected_version), reason).await
        })
        .await
    }
}
