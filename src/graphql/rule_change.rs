//! Changes of the district's numbers in the API.

use std::{collections::HashMap, marker::PhantomData};

use async_graphql::{Context, Enum, Error, ID, InputObject, Object, SimpleObject};

use super::{
    account::{Account, AccountLoader},
    calendar::RuleBasis,
    error::Problem,
    form::Form,
    loader::Load,
    page::{Connection, Listed, PageArguments, page_cost, print},
    request::{Outcome, Request, bounded_argument, load, or_error, settle},
    scalar::DateTime,
};
use crate::{
    domain::{
        rule_change::{self as domain, State},
        rules::RuleCode,
    },
    kernel::{
        id::RuleChangeId,
        problem::{Code, Problem as Refusal},
        version::Version,
    },
    ops::{self, rule_change::Proposal},
    policy::{self, Action, Scope},
    store::{self, Reader, StoreResult, rule_change as rows},
};

/// A change of a rule as the API shows it.
#[derive(Clone)]
pub struct RuleChange(pub domain::RuleChange);

/// A proposed change of one of the district's numbers (规则修改), and what became of it.
#[Object]
impl RuleChange {
    /// The opaque id, `rch_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// Which rule, e.g. `DEMAND_TRIAGE`.
    async fn code(&self) -> &str {
        self.0.code.into()
    }

    /// The number in force when this was proposed.
    async fn old_value(&self) -> u32 {
        self.0.old_value
    }

    /// The number that is proposed.
    async fn new_value(&self) -> u32 {
        self.0.new_value
    }

    /// Where the new number comes from.
    async fn basis(&self) -> RuleBasis {
        self.0.basis.into()
    }

    /// The document that it comes from (依据).
    async fn source(&self) -> &str {
        self.0.source.as_str()
    }

    /// Why it is to change (修改理由).
    async fn reason(&self) -> &str {
        self.0.reason.as_str()
    }

    /// Where it stands (状态).
    async fn status(&self) -> RuleChangeStatus {
        self.0.status().into()
    }

    /// Who proposed it; null when that account is hidden.
    async fn proposed_by(&self, ctx: &Context<'_>) -> Result<Option<Account>, Error> {
        load::<AccountLoader>(ctx, self.0.proposed_by).await
    }

    /// When it was proposed.
    async fn proposed_at(&self) -> DateTime {
        DateTime(self.0.proposed_at)
    }

    /// When it was approved or rejected; null unless it was.
    async fn decided_at(&self) -> Option<DateTime> {
        match self.0.state {
            State::Approved { at, .. } | State::Rejected { at, .. } => Some(DateTime(at)),
            State::Proposed | State::Withdrawn => None,
        }
    }

    /// Why it was rejected; null unless it was.
    async fn decision_reason(&self) -> Option<&str> {
        match &self.0.state {
            State::Rejected { reason, .. } => Some(reason.as_str()),
            State::Proposed | State::Approved { .. } | State::Withdrawn => None,
        }
    }

    /// Whether the signed-in account may approve it, its state aside; never whoever proposed it.
    async fn viewer_can_approve(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let actor = &Request::of(ctx).cx()?.actor;
        Ok(policy::may(actor, Action::RuleChangeApprove, &self.0))
    }
}

/// Where a change of a rule stands (规则修改状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum RuleChangeStatus {
    /// Waits for another coordinator (待批准).
    Proposed,
    /// In force since it was approved (已批准).
    Approved,
    /// Turned down (已驳回).
    Rejected,
    /// Taken back by whoever proposed it (已撤回).
    Withdrawn,
}

/// What came of a step of a change of a rule.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "RuleChangeProposePayload", params(RuleChangeProposeInput)),
    concrete(name = "RuleChangeApprovePayload", params(RuleChangeApproveInput)),
    concrete(name = "RuleChangeRejectPayload", params(RuleChangeRejectInput)),
    concrete(name = "RuleChangeWithdrawPayload", params(RuleChangeWithdrawInput))
)]
pub struct RuleChangePayload<I: Send + Sync> {
    /// The change as it is now; null when there are problems.
    rule_change: Option<RuleChange>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::RuleChange>> for RuleChangePayload<I> {
    fn from(outcome: Outcome<domain::RuleChange>) -> Self {
        let (rule_change, problems) = match outcome {
            Ok(change) => (Some(RuleChange(change)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { rule_change, problems, input: PhantomData }
    }
}

/// Proposes another number for a rule.
#[derive(InputObject)]
pub struct RuleChangeProposeInput {
    /// Which rule, e.g. `DEMAND_TRIAGE`; `rules` lists them.
    code: String,
    /// The number: 1–250 working days, 1–1,000 days, things or thousandths, 1–120 months.
    value: i64,
    /// Where it comes from.
    basis: RuleBasis,
    /// The document that it comes from, 1–120 characters.
    source: String,
    /// Why it is to change, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Approves a change of a rule.
#[derive(InputObject)]
pub struct RuleChangeApproveInput {
    /// The change; never one that oneself has proposed.
    rule_change: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Rejects a change of a rule.
#[derive(InputObject)]
pub struct RuleChangeRejectInput {
    /// The change; never one that oneself has proposed.
    rule_change: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Takes a proposed change of a rule back.
#[derive(InputObject)]
pub struct RuleChangeWithdrawInput {
    /// The change; only one's own.
    rule_change: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes of rules.
#[derive(Default)]
pub struct RuleChangeMutation;

#[Object]
impl RuleChangeMutation {
    /// Proposes another number for a rule (提议修改规则); nothing changes until another coordinator
    /// approves it.
    async fn rule_change_propose(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which rule is to have which number.")] input: RuleChangeProposeInput,
    ) -> Option<Result<RuleChangePayload<RuleChangeProposeInput>, Error>> {
        let mut form = Form::default();
        let code: Option<RuleCode> = input.code.parse().ok();
        if code.is_none() {
            form.note(Refusal::new(Code::Validation).at("code").saying("没有这条规则。", "There is no such rule."));
        }
        let value = form.number("value", input.value, 0, 100_000);
        let source = form.text("source", &input.source);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(code), Some(value), Some(source), Some(reason)) = (code, value, source, reason) else {
                return Err(form.refuse());
            };
            ops::rule_change::propose(&cx, Proposal { code, value, basis: input.basis.into(), source, reason }).await
        })
        .await
    }

    /// Puts a proposed number into force (批准修改规则), for clocks that start from then on.
    async fn rule_change_approve(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which change.")] input: RuleChangeApproveInput,
    ) -> Option<Result<RuleChangePayload<RuleChangeApproveInput>, Error>> {
        let mut form = Form::default();
        let change = form.id("ruleChange", &input.rule_change);
        settle(ctx, input.idempotency_key, async |cx| match change {
            Some(change) => ops::rule_change::approve(&cx, change, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Turns a proposed number down (驳回修改规则).
    async fn rule_change_reject(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which change, and why not.")] input: RuleChangeRejectInput,
    ) -> Option<Result<RuleChangePayload<RuleChangeRejectInput>, Error>> {
        let mut form = Form::default();
        let change = form.id("ruleChange", &input.rule_change);
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| match (change, reason) {
            (Some(change), Some(reason)) => ops::rule_change::reject(&cx, change, Version(input.expected_version), reason).await,
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Takes one's own proposal back (撤回修改规则).
    async fn rule_change_withdraw(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which change.")] input: RuleChangeWithdrawInput,
    ) -> Option<Result<RuleChangePayload<RuleChangeWithdrawInput>, Error>> {
        let mut form = Form::default();
        let change = form.id("ruleChange", &input.rule_change);
        settle(ctx, input.idempotency_key, async |cx| match change {
            Some(change) => ops::rule_change::withdraw(&cx, change, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }
}

/// Narrows a list of changes of rules; every field that is given must match.
#[derive(InputObject, Default)]
pub struct RuleChangeFilter {
    /// In any of these states.
    status: Option<Vec<RuleChangeStatus>>,
}

/// Reads changes of rules by id.
pub struct RuleChangeLoader;

impl Load for RuleChangeLoader {
    type Key = RuleChangeId;
    type Value = RuleChange;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[RuleChangeId]) -> StoreResult<HashMap<RuleChangeId, RuleChange>> {
        let found = store::rule_change::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|change| (change.id, RuleChange(change))).collect())
    }
}

impl Listed for RuleChange {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about changes of rules.
#[derive(Default)]
pub struct RuleChangeQuery;

#[Object]
impl RuleChangeQuery {
    /// The changes of the district's rules (规则修改), the newest first: for coordinators.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn rule_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<RuleChangeFilter>,
    ) -> Result<Connection<RuleChange>, Error> {
        let cx = Request::of(ctx).cx()?;
        let filter = rows::Filter {
            statuses: bounded_argument(ctx, filter.unwrap_or_default().status)?.into_iter().map(Into::into).collect(),
        };
        let list = print("ruleChanges", &filter, &());
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, rows::mark, RuleChange))
    }
}
