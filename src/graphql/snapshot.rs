//! Frozen lists in the API.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, ID, InputObject, Object, SimpleObject};

use super::{
    account::{Account, AccountLoader},
    error::Problem,
    form::Form,
    loader::Load,
    page::{Connection, Listed, PageArguments, page_cost, print},
    request::{Outcome, Request, bounded_argument, id_argument, load, or_error, settle},
    scalar::DateTime,
};
use crate::{
    domain::{period::Period, snapshot as domain},
    kernel::{
        id::SnapshotId,
        page::Mark,
        problem::{Code, Problem as Refusal},
    },
    ops,
    policy::Scope,
    store::{self, Reader, StoreResult, snapshot as rows},
};

/// A frozen list as the API shows it.
#[derive(Clone)]
pub struct Snapshot(pub domain::Snapshot);

/// A list of the district as it was when it was frozen for a quarter (清单快照). It never changes.
#[Object]
impl Snapshot {
    /// The opaque id, `snp_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Which list (清单).
    async fn list(&self) -> SnapshotList {
        self.0.list.into()
    }

    /// For which quarter (季度), e.g. `2026-Q4`.
    async fn quarter(&self) -> String {
        self.0.quarter.to_string()
    }

    /// How many rows it has (条数).
    async fn row_count(&self) -> u32 {
        self.0.rows
    }

    /// The SHA-256 of its rows, each followed by a line feed, in small hexadecimal digits (校验值).
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// The one of the same list before it (上期); null for the first.
    async fn previous(&self, ctx: &Context<'_>) -> Result<Option<Snapshot>, Error> {
        match self.0.previous {
            Some(id) => load::<SnapshotLoader>(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Rows that the one before does not have (新增).
    async fn added(&self) -> u32 {
        self.0.difference.added
    }

    /// Rows that only the one before has (减少).
    async fn removed(&self) -> u32 {
        self.0.difference.removed
    }

    /// Rows that are different in the one before (变更).
    async fn changed(&self) -> u32 {
        self.0.difference.changed
    }

    /// Who froze it; null when that account is hidden.
    async fn taken_by(&self, ctx: &Context<'_>) -> Result<Option<Account>, Error> {
        load::<AccountLoader>(ctx, self.0.taken_by).await
    }

    /// When it was frozen.
    async fn taken_at(&self) -> DateTime {
        DateTime(self.0.taken_at)
    }

    /// Its rows in their order (明细).
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<SnapshotRow>, Error> {
        let id = self.0.id;
        let list = print("snapshotRows", id.as_bytes(), &());
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let cx = Request::of(ctx).cx()?;
        let page = or_error(ctx, cx.read(move |reader, _| rows::rows(reader, id, &request)).await)?;
        let mark = |placed: &rows::Placed| Mark { key: i64::from(placed.position), id: placed.line.object };
        Ok(Connection::new(page, i64::from(self.0.rows), list, mark, SnapshotRow))
    }
}

/// A row of a frozen list.
pub struct SnapshotRow(rows::Placed);

/// A row of a frozen list (快照明细).
#[Object]
impl SnapshotRow {
    /// Where it stands in the list, counted from 1.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// The row as it was hashed: a JSON array, whose fields the documentation names for each list.
    async fn line(&self) -> &str {
        &self.0.line.text
    }
}

impl Listed for SnapshotRow {
    type Filter = i64;
    async fn total(_: &Context<'_>, filter: &i64) -> Result<i64, Error> {
        Ok(*filter)
    }
}

/// A list that can be frozen (清单类型).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::List")]
pub enum SnapshotList {
    /// The demand list (需求清单).
    Demands,
    /// The resource list (资源清单).
    Resources,
    /// The project list (项目清单).
    Projects,
}

/// Freezes a list.
#[derive(InputObject)]
pub struct SnapshotTakeInput {
    /// Which list.
    list: SnapshotList,
    /// For which quarter, the present one or the one before, e.g. `2026-Q4`.
    quarter: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// What came of freezing a list.
#[derive(SimpleObject)]
pub struct SnapshotTakePayload {
    /// The frozen list; null when there are problems.
    snapshot: Option<Snapshot>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
}

impl From<Outcome<domain::Snapshot>> for SnapshotTakePayload {
    fn from(outcome: Outcome<domain::Snapshot>) -> Self {
        match outcome {
            Ok(snapshot) => Self { snapshot: Some(Snapshot(snapshot)), problems: Vec::new() },
            Err(problems) => Self { snapshot: None, problems: problems.into_iter().map(Problem).collect() },
        }
    }
}

/// Changes to frozen lists: there are only new ones.
#[derive(Default)]
pub struct SnapshotMutation;

#[Object]
impl SnapshotMutation {
    /// Freezes a list of the district as it is now (生成清单快照), once for a quarter.
    async fn snapshot_take(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which list, for which quarter.")] input: SnapshotTakeInput,
    ) -> Option<Result<SnapshotTakePayload, Error>> {
        let mut form = Form::default();
        let quarter: Option<Period> = input.quarter.parse().ok();
        if quarter.is_none() {
            let problem = Refusal::new(Code::Validation).at("quarter");
            form.note(problem.saying("季度应写作 2026-Q4。", "A quarter reads 2026-Q4."));
        }
        settle(ctx, input.idempotency_key, async |cx| match quarter {
            Some(quarter) => ops::snapshot::take(&cx, input.list.into(), quarter).await,
            None => Err(form.refuse()),
        })
        .await
    }
}

/// Narrows a list of frozen lists.
#[derive(InputObject, Default)]
pub struct SnapshotFilter {
    /// Of any of these lists.
    list: Option<Vec<SnapshotList>>,
}

/// Reads frozen lists by id.
pub struct SnapshotLoader;

impl Load for SnapshotLoader {
    type Key = SnapshotId;
    type Value = Snapshot;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[SnapshotId]) -> StoreResult<HashMap<SnapshotId, Snapshot>> {
        let found = store::snapshot::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|snapshot| (snapshot.id, Snapshot(snapshot))).collect())
    }
}

impl Listed for Snapshot {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about frozen lists.
#[derive(Default)]
pub struct SnapshotQuery;

#[Object]
impl SnapshotQuery {
    /// A frozen list by its id; null when it does not exist or is hidden.
    async fn snapshot(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The frozen list's id, `snp_…`.")] id: ID,
    ) -> Result<Option<Snapshot>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<SnapshotLoader>(ctx, id).await
    }

    /// The frozen lists of the district (清单快照), the newest first: for coordinators.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn snapshots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<SnapshotFilter>,
    ) -> Result<Connection<Snapshot>, Error> {
        let cx = Request::of(ctx).cx()?;
        let lists = bounded_argument(ctx, filter.unwrap_or_default().list)?;
        let filter = rows::Filter { lists: lists.into_iter().map(|list| domain::List::from(list).name().to_owned()).collect() };
        let list = print("snapshots", &filter, &());
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, rows::mark, Snapshot))
    }
}
