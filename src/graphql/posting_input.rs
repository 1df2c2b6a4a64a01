//! Changes to postings in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    account_input::read_login,
    error::Problem,
    form::Form,
    posting::{Posting, PostingKind, PostingWarning},
    request::{Outcome, settle},
    scalar::Date,
};
use crate::{
    domain::posting as domain,
    kernel::version::Version,
    ops::{self, posting::Proposal},
};

/// More than the rule of any district allows.
const MOST_TARGETS: usize = 50;

/// What came of a step with a posting.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "PostingProposePayload", params(PostingProposeInput)),
    concrete(name = "PostingConsentPayload", params(PostingConsentInput)),
    concrete(name = "PostingDeclinePayload", params(PostingDeclineInput)),
    concrete(name = "PostingApprovePayload", params(PostingApproveInput)),
    concrete(name = "PostingTargetEndPayload", params(PostingTargetEndInput)),
    concrete(name = "PostingEndPayload", params(PostingEndInput))
)]
pub struct PostingPayload<I: Send + Sync> {
    /// The object as it is now; null when there are problems.
    posting: Option<Posting>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Posting>> for PostingPayload<I> {
    fn from(outcome: Outcome<domain::Posting>) -> Self {
        let (posting, problems) = match outcome {
            Ok(found) => (Some(Posting(found)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { posting, problems, input: PhantomData }
    }
}

/// Proposes that somebody is posted.
#[derive(InputObject)]
pub struct PostingProposeInput {
    /// The login of the account of the instructor; never oneself.
    instructor: String,
    /// The department that sends the instructor.
    dispatch_unit: ID,
    /// In what way somebody is an instructor.
    kind: PostingKind,
    /// The first day.
    from: Date,
    /// The last day, within the usual term; without it the usual term.
    to: Option<Date>,
    /// The enterprises to serve: 1 to 5 different ones, by the rule of the district.
    targets: Vec<ID>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Says for an organisation that it wants to be served.
#[derive(InputObject)]
pub struct PostingConsentInput {
    /// The posting.
    posting: ID,
    /// The organisation of the posting.
    target: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Says for an organisation that it does not want to be served.
#[derive(InputObject)]
pub struct PostingDeclineInput {
    /// The posting.
    posting: ID,
    /// The organisation of the posting.
    target: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Puts a posting into force.
#[derive(InputObject)]
pub struct PostingApproveInput {
    /// The posting.
    posting: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// What the posting warns of and is accepted.
    acknowledged_warnings: Option<Vec<PostingWarning>>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Takes an organisation out of a posting.
#[derive(InputObject)]
pub struct PostingTargetEndInput {
    /// The posting.
    posting: ID,
    /// The organisation of the posting.
    target: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Ends a posting, or takes a proposal back.
#[derive(InputObject)]
pub struct PostingEndInput {
    /// The posting.
    posting: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Postings.
#[derive(Default)]
pub struct PostingMutation;

#[Object]
impl PostingMutation {
    /// Proposes that somebody is posted as an instructor (提出选派); each organisation is asked, then the
    /// organisation department decides.
    async fn posting_propose(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is to serve whom.")] input: PostingProposeInput,
    ) -> Option<Result<PostingPayload<PostingProposeInput>, Error>> {
        let mut form = Form::default();
        let instructor = read_login(&mut form, "instructor", &input.instructor);
        let unit = form.id("dispatchUnit", &input.dispatch_unit);
        let targets = form.ids("targets", &input.targets, MOST_TARGETS);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(instructor), Some(dispatch_unit), Some(targets)) = (instructor, unit, targets) else {
                return Err(form.refuse());
            };
            let (kind, from, to) = (input.kind.into(), input.from.0, input.to.map(|to| to.0));
            ops::posting::propose(&cx, Proposal { instructor, dispatch_unit, kind, from, to, targets }).await
        })
        .await
    }

    /// Says that an organisation wants to be served (同意选派).
    async fn posting_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which posting, for which organisation.")] input: PostingConsentInput,
    ) -> Option<Result<PostingPayload<PostingConsentInput>, Error>> {
        let mut form = Form::default();
        let (posting, target) = (form.id("posting", &input.posting), form.id("target", &input.target));
        settle(ctx, input.idempotency_key, async |cx| match (posting, target) {
            (Some(posting), Some(target)) => ops::posting::consent(&cx, posting, Version(input.expected_version), target).await,
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Says that an organisation does not want to be served (谢绝选派); the others still may.
    async fn posting_decline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which posting, for which organisation, and why not.")] input: PostingDeclineInput,
    ) -> Option<Result<PostingPayload<PostingDeclineInput>, Error>> {
        let mut form = Form::default();
        let (posting, target) = (form.id("posting", &input.posting), form.id("target", &input.target));
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| match (posting, target, reason) {
            (Some(posting), Some(target), Some(reason)) => {
                ops::posting::decline(&cx, posting, Version(input.expected_version), target, reason).await
            }
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Takes an organisation out of a posting (结束对某单位的服务); with the last one the posting ends.
    async fn posting_target_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which organisation, and why.")] input: PostingTargetEndInput,
    ) -> Option<Result<PostingPayload<PostingTargetEndInput>, Error>> {
        let mut form = Form::default();
        let (posting, target) = (form.id("posting", &input.posting), form.id("target", &input.target));
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| match (posting, target, reason) {
            (Some(posting), Some(target), Some(reason)) => {
                ops::posting::target_end(&cx, posting, Version(input.expected_version), target, reason).await
            }
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Puts a posting into force (批准选派). The role of an instructor is then granted for it by the administrators.
    async fn posting_approve(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which posting.")] input: PostingApproveInput,
    ) -> Option<Result<PostingPayload<PostingApproveInput>, Error>> {
        let mut form = Form::default();
        let posting = form.id("posting", &input.posting);
        let acknowledged = input.acknowledged_warnings.unwrap_or_default().into_iter().map(Into::into).collect();
        settle(ctx, input.idempotency_key, async |cx| match posting {
            Some(posting) => ops::posting::approve(&cx, posting, Version(input.expected_version), acknowledged).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Ends a posting, or takes a proposal back (结束选派).
    async fn posting_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which posting, and why.")] input: PostingEndInput,
    ) -> Option<Result<PostingPayload<PostingEndInput>, Error>> {
        let mut form = Form::default();
        let (posting, reason) = (form.id("posting", &input.posting), form.text("reason", &input.reason));
        settle(ctx, input.idempotency_key, async |cx| match (posting, reason) {
            (Some(posting), Some(reason)) => ops::posting::end(&cx, posting, Version(input.expected_version), reason).await,
            _ => Err(form.refuse()),
        })
        .await
    }
}
