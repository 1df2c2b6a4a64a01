//! Changes to grants in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    grant::{Grant, GrantRole},
    request::{Outcome, settle},
    scalar::Date,
};
use crate::{
    domain::grant::{self as domain, GrantScope},
    kernel::version::Version,
    ops::{self, grant::Proposal},
};

/// What came of a change to a grant.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "GrantProposePayload", params(GrantProposeInput)),
    concrete(name = "GrantApprovePayload", params(GrantApproveInput)),
    concrete(name = "GrantSuspendPayload", params(GrantSuspendInput)),
    concrete(name = "GrantResumePayload", params(GrantResumeInput)),
    concrete(name = "GrantEndPayload", params(GrantEndInput))
)]
pub struct GrantPayload<I: Send + Sync> {
    /// The grant as it is now; null when there are problems.
    grant: Option<Grant>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Grant>> for GrantPayload<I> {
    fn from(outcome: Outcome<domain::Grant>) -> Self {
        let (grant, problems) = match outcome {
            Ok(grant) => (Some(Grant(grant)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { grant, problems, input: PhantomData }
    }
}

/// Proposes a grant.
#[derive(InputObject)]
pub struct GrantProposeInput {
    /// Whom it is for; never oneself.
    account: ID,
    /// What the account is to be trusted with.
    role: GrantRole,
    /// The enterprise of a liaison, the department of an official, a lead or a dispatch reviewer, the
    /// zone or place of a steward, the active posting of an instructor; left out for the other roles, which reach the whole district.
    scope: Option<ID>,
    /// Its first day.
    from: Date,
    /// Its last day, not before the first and not in the past; without it no end is foreseen.
    to: Option<Date>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Approves a grant.
#[derive(InputObject)]
pub struct GrantApproveInput {
    /// The grant; never one's own, nor one that oneself has proposed.
    grant: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Takes a right away for a time.
#[derive(InputObject)]
pub struct GrantSuspendInput {
    /// The grant.
    grant: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Gives a suspended right back.
#[derive(InputObject)]
pub struct GrantResumeInput {
    /// The grant; never one's own.
    grant: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Ends a grant or turns a proposal down.
#[derive(InputObject)]
pub struct GrantEndInput {
    /// The grant.
    grant: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes to grants.
#[derive(Default)]
pub struct GrantMutation;

#[Object]
impl GrantMutation {
    /// Proposes a grant for an account of the district (提议授权); it gives no right until another
    /// administrator approves it.
    async fn grant_propose(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to trust with what.")] input: GrantProposeInput,
    ) -> Option<Result<GrantPayload<GrantProposeInput>, Error>> {
        let mut form = Form::default();
        let account = form.id("account", &input.account);
        let scope = read_scope(&mut form, input.scope.as_ref());
        let span = form.span("to", Some(input.from.0), input.to.map(|to| to.0));
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(account), Some(scope), Some((_, to))) = (account, scope, span) else {
                return Err(form.refuse());
            };
            let proposal = Proposal { account, role: input.role.into(), scope, from: input.from.0, to };
            ops::grant::propose(&cx, proposal).await
        })
        .await
    }

    /// Puts a proposed grant into force (批准授权).
    async fn grant_approve(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grant.")] input: GrantApproveInput,
    ) -> Option<Result<GrantPayload<GrantApproveInput>, Error>> {
        let mut form = Form::default();
        let grant = form.id("grant", &input.grant);
        settle(ctx, input.idempotency_key, async |cx| match grant {
            Some(grant) => ops::grant::approve(&cx, grant, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Takes the right of an active grant away for a time (暂停授权); it ends at once.
    async fn grant_suspend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grant.")] input: GrantSuspendInput,
    ) -> Option<Result<GrantPayload<GrantSuspendInput>, Error>> {
        let mut form = Form::default();
        let grant = form.id("grant", &input.grant);
        settle(ctx, input.idempotency_key, async |cx| match grant {
            Some(grant) => ops::grant::suspend(&cx, grant, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Gives the right of a suspended grant back (恢复授权).
    async fn grant_resume(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grant.")] input: GrantResumeInput,
    ) -> Option<Result<GrantPayload<GrantResumeInput>, Error>> {
        let mut form = Form::default();
        let grant = form.id("grant", &input.grant);
        settle(ctx, input.idempotency_key, async |cx| match grant {
            Some(grant) => ops::grant::resume(&cx, grant, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Ends a grant for good, or turns a proposal down (终止授权).
    async fn grant_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grant.")] input: GrantEndInput,
    ) -> Option<Result<GrantPayload<GrantEndInput>, Error>> {
        let mut form = Form::default();
        let grant = form.id("grant", &input.grant);
        settle(ctx, input.idempotency_key, async |cx| match grant {
            Some(grant) => ops::grant::end(&cx, grant, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }
}

/// A scope by the kind of its id. Whether the role goes with it is not the form's business.
fn read_scope(form: &mut Form, scope: Option<&ID>) -> Option<GrantScope> {
    let Some(id) = scope else {
        return Some(GrantScope::District);
    };
    if let Ok(zone) = id.parse() {
        Some(GrantScope::Zone(zone))
    } else if let Ok(place) = id.parse() {
        Some(GrantScope::Place(place))
    } else if let Ok(posting) = id.parse() {
        Some(GrantScope::Posting(posting))
    } else {
        form.id("scope", id).map(GrantScope::Organisation)
    }
}
