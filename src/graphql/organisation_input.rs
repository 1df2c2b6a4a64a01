//! Changes to organisations in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    industry::IndustrySection,
    organisation::{Organisation, OrganisationKind, SizeBand},
    request::{Outcome, settle},
    scalar::UsccText,
};
use crate::{domain::organisation as domain, kernel::version::Version, ops};

/// What came of a change to an organisation.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "OrganisationCreatePayload", params(OrganisationCreateInput)),
    concrete(name = "OrganisationUpdatePayload", params(OrganisationUpdateInput)),
    concrete(name = "OrganisationSuspendPayload", params(OrganisationSuspendInput)),
    concrete(name = "OrganisationResumePayload", params(OrganisationResumeInput)),
    concrete(name = "OrganisationClosePayload", params(OrganisationCloseInput))
)]
pub struct OrganisationPayload<I: Send + Sync> {
    /// The organisation as it is now; null when there are problems.
    organisation: Option<Organisation>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    /// What is odd about the organisation although it was saved, e.g. `USCC_INNER_CODE`.
    warnings: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Organisation>> for OrganisationPayload<I> {
    fn from(outcome: Outcome<domain::Organisation>) -> Self {
        let (organisation, problems, warnings) = match outcome {
            Ok(organisation) => {
                let warnings = ops::organisation::warnings(&organisation);
                (Some(Organisation::of(organisation)), Vec::new(), warnings)
            }
            Err(problems) => (None, problems, Vec::new()),
        };
        let [problems, warnings] = [problems, warnings].map(|list| list.into_iter().map(Problem).collect());
        Self { organisation, problems, warnings, input: PhantomData }
    }
}

/// What is known of an organisation. An update replaces it as a whole: what is left out is empty
/// afterwards.
#[derive(InputObject)]
pub struct OrganisationProfileInput {
    /// The full name, unique in the district; 1–120 characters.
    name: String,
    /// What it is called for short, 1–120 characters.
    short_name: Option<String>,
    /// The unified social credit code, unique in the district; enterprises and property companies
    /// need one.
    uscc: Option<UsccText>,
    /// The section of GB/T 4754-2017.
    industry_section: Option<IndustrySection>,
    /// The division in that section, two digits, e.g. `27`.
    industry_division: Option<String>,
    /// How large it is.
    size_band: Option<SizeBand>,
    /// The organisation above it.
    parent: Option<ID>,
}

impl OrganisationProfileInput {
    fn read(&self, form: &mut Form) -> Option<domain::Profile> {
        let name = form.text("profile.name", &self.name);
        let short_name = form.optional_text("profile.shortName", self.short_name.as_deref());
        let uscc = form.optional_uscc("profile.uscc", self.uscc.as_ref().map(|code| code.0.as_str()));
        let section = self.industry_section.map(IndustrySection::letter);
        let industry = form.industry("profile.industryDivision", section, self.industry_division.as_deref());
        let parent = form.optional_id("profile.parent", self.parent.as_ref());
        Some(domain::Profile {
            name: name?,
            short_name: short_name?,
            uscc: uscc?,
            industry: industry?,
            size_band: self.size_band.map(Into::into),
            parent: parent?,
        })
    }
}

/// Enters an organisation.
#[derive(InputObject)]
pub struct OrganisationCreateInput {
    /// What kind of organisation it is; it cannot be changed later.
    kind: OrganisationKind,
    /// What is known of it.
    profile: OrganisationProfileInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Corrects what is known of an organisation.
#[derive(InputObject)]
pub struct OrganisationUpdateInput {
    /// The organisation.
    organisation: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// What is known of it, as a whole.
    profile: OrganisationProfileInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Keeps an organisation from taking part for a time.
#[derive(InputObject)]
pub struct OrganisationSuspendInput {
    /// The organisation.
    organisation: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Lets a suspended organisation take part again.
#[derive(InputObject)]
pub struct OrganisationResumeInput {
    /// The organisation.
    organisation: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Ends an organisation for good.
#[derive(InputObject)]
pub struct OrganisationCloseInput {
    /// The organisation.
    organisation: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters; also the reason of everything that ends with it.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes to organisations.
#[derive(Default)]
pub struct OrganisationMutation;

#[Object]
impl OrganisationMutation {
    /// Enters an organisation (新建单位).
    async fn organisation_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the organisation is.")] input: OrganisationCreateInput,
    ) -> Option<Result<OrganisationPayload<OrganisationCreateInput>, Error>> {
        let mut form = Form::default();
        let profile = input.profile.read(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(profile) = profile else {
                return Err(form.refuse());
            };
            ops::organisation::create(&cx, input.kind.into(), profile).await
        })
        .await
    }

    /// Corrects what is known of an organisation (修改单位资料).
    async fn organisation_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which organisation, and what is known of it.")] input: OrganisationUpdateInput,
    ) -> Option<Result<OrganisationPayload<OrganisationUpdateInput>, Error>> {
        let mut form = Form::default();
        let organisation = form.id("organisation", &input.organisation);
        let profile = input.profile.read(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(organisation), Some(profile)) = (organisation, profile) else {
                return Err(form.refuse());
            };
            ops::organisation::update(&cx, organisation, Version(input.expected_version), profile).await
        })
        .await
    }

    /// Keeps an organisation from taking part for a time (停用单位). What it has listed and agreed
    /// stays.
    async fn organisation_suspend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which organisation, and why.")] input: OrganisationSuspendInput,
    ) -> Option<Result<OrganisationPayload<OrganisationSuspendInput>, Error>> {
        let mut form = Form::default();
        let organisation = form.id("organisation", &input.organisation);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(organisation), Some(reason)) = (organisation, reason) else {
                return Err(form.refuse());
            };
            ops::organisation::suspend(&cx, organisation, Version(input.expected_version), reason).await
        })
        .await
    }

    /// Lets a suspended organisation take part again (恢复单位).
    async fn organisation_resume(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which organisation.")] input: OrganisationResumeInput,
    ) -> Option<Result<OrganisationPayload<OrganisationResumeInput>, Error>> {
        let mut form = Form::default();
        let organisation = form.id("organisation", &input.organisation);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(organisation) = organisation else {
                return Err(form.refuse());
            };
            ops::organisation::resume(&cx, organisation, Version(input.expected_version)).await
        })
        .await
    }

    /// Ends an organisation for good (注销单位): its demands without an agreed claim are withdrawn,
    /// its resources retired, its pending claims and open tenancies ended. Agreed claims and their
    /// projects go on.
    async fn organisation_close(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which organisation, and why.")] input: OrganisationCloseInput,
    ) -> Option<Result<OrganisationPayload<OrganisationCloseInput>, Error>> {
        let mut form = Form::default();
        let organisation = form.id("organisation", &input.organisation);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(organisation), Some(reason)) = (organisation, reason) else {
                return Err(form.refuse());
            };
            ops::organisation::close(&cx, organisation, Version(input.expected_version), reason).await
        })
        .await
    }
}
