//! Demands in the API.

use std::{collections::HashMap, marker::PhantomData};

use async_graphql::{Context, Enum, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    loader::Load,
    page::{Connection, Listed, PageArguments, print},
    request::{Outcome, Request, id_argument, load, or_error, settle},
    scalar::{Date, DateTime},
};
use crate::{
    domain::demand::{self as domain, MAX_TAGS},
    kernel::{id::DemandId, version::Version},
    ops,
    policy::{self, Action, Scope},
    store::{self, Reader, StoreResult, demand as rows},
};

/// A demand (需求): what an enterprise needs.
#[derive(Clone)]
pub struct Demand(pub domain::Demand);

#[Object]
impl Demand {
    /// The opaque id, `dem_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// The number that people quote, e.g. `D-420105-2026-000123`; null while it is a draft.
    async fn ref_no(&self) -> Option<&str> {
        self.0.ref_no.as_ref().map(crate::kernel::reference::RefNo::as_str)
    }

    /// Where it stands (状态).
    async fn status(&self) -> DemandStatus {
        self.0.status().into()
    }

    /// What is asked for, in one line of 2–60 characters.
    async fn title(&self) -> &str {
        self.0.terms.title.as_str()
    }

    /// The full description, up to 4,000 characters.
    async fn detail(&self) -> &str {
        self.0.terms.detail.as_str()
    }

    /// How many are needed, 1–10,000.
    async fn quantity(&self) -> u32 {
        self.0.terms.quantity.get()
    }

    /// The demand that this one was merged into, if it was.
    async fn merged_into(&self, ctx: &Context<'_>) -> Result<Option<Demand>, Error> {
        match &self.0.state {
            domain::State::Merged { into } => load::<DemandLoader>(ctx, *into).await,
            _ => Ok(None),
        }
    }

    /// Whether the signed-in account may submit it, its state aside.
    async fn viewer_can_submit(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).cx()?.actor, Action::DemandSubmit, &self.0))
    }
}

/// Where a demand stands (需求状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum DemandStatus {
    /// Being written (草稿); only its own organisation and creator see it.
    Draft,
    /// Waits for triage (待审核).
    Submitted,
    /// Given back with a reason (退回).
    Returned,
    /// On the list (已发布); claims are possible.
    Listed,
    /// Merged into another demand (已合并).
    Merged,
    /// Ended (已办结).
    Closed,
}

/// Narrows a list of demands; every field that is given must match.
#[derive(InputObject, Default)]
pub struct DemandFilter {
    /// In any of these states.
    status: Option<Vec<DemandStatus>>,
    /// A phrase of the title or detail, 1–60 characters.
    text: Option<String>,
    /// Created at or after this moment.
    created_from: Option<DateTime>,
}

/// How a list of demands is ordered.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
#[graphql(remote = "rows::Order")]
pub enum DemandOrder {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
    /// The most urgent first, of these the newest.
    UrgentFirst,
}

/// Reads demands by id.
pub struct DemandLoader;

impl Load for DemandLoader {
    type Key = DemandId;
    type Value = Demand;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[DemandId]) -> StoreResult<HashMap<DemandId, Demand>> {
        let found = store::demand::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|demand| (demand.id, Demand(demand))).collect())
    }
}

impl Listed for Demand {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about demands.
#[derive(Default)]
pub struct DemandQuery;

#[Object]
impl DemandQuery {
    /// A demand by its id; null when it does not exist or is hidden.
    async fn demand(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The demand's id, `dem_…`.")] id: ID,
    ) -> Result<Option<Demand>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<DemandLoader>(ctx, id).await
    }

    /// The demands that the signed-in account may see.
    #[graphql(complexity = "10 + first.or(last).unwrap_or(20).max(0) as usize * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the Relay specification")]
    async fn demands(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<DemandFilter>,
        #[graphql(desc = "The order of the list.", default)] order: DemandOrder,
    ) -> Result<Connection<Demand>, Error> {
        let filter = rows::Filter { text: filter.and_then(|filter| filter.text), ..rows::Filter::default() };
        let order = rows::Order::from(order);
        let list = print("demands", &filter, &order);
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let cx = Request::of(ctx).cx()?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, order, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, |demand| order.mark(demand), Demand))
    }
}

/// What came of a change to a demand.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "DemandSubmitPayload", params(DemandSubmitInput)),
    concrete(name = "DemandReturnPayload", params(DemandReturnInput))
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

/// Changes to demands.
#[derive(Default)]
pub struct DemandMutation;

#[Object]
impl DemandMutation {
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
}
