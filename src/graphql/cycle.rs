//! Cycles of evaluations in the API.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};

use super::{
    evaluation::Evaluation,
    loader::Load,
    request::{Request, id_argument, load, or_error},
    scalar::{Date, DateTime},
};
use crate::{
    domain::evaluation::cycle as domain,
    kernel::id::CycleId,
    policy::Scope,
    store::{self, Reader, StoreResult},
};

/// A cycle as the API shows it.
#[derive(Clone)]
pub struct Cycle(pub domain::Cycle);

/// A cycle of evaluations (考核周期): what is assessed, and by what measure.
#[Object]
impl Cycle {
    /// The opaque id, `cyc_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// The year (年度); there is one cycle a year.
    async fn year(&self) -> i32 {
        self.0.year.into()
    }

    /// The first day that is assessed.
    async fn from(&self) -> Date {
        Date(self.0.terms.from)
    }

    /// The last day that is assessed.
    async fn to(&self) -> Date {
        Date(self.0.terms.to)
    }

    /// How much each of the four levels weighs (权重), in the order of the levels.
    async fn weights(&self) -> Vec<u32> {
        self.0.terms.weights.0.to_vec()
    }

    /// From how many hundredths of a point on which grade is suggested (等次分数线).
    async fn thresholds(&self) -> CycleThresholds {
        let thresholds = &self.0.terms.thresholds;
        CycleThresholds {
            excellent: thresholds.excellent.hundredths(),
            competent: thresholds.competent.hundredths(),
            basic: thresholds.basic.hundredths(),
        }
    }

    /// The days of service that earn full marks (应服务天数).
    async fn required_days(&self) -> u32 {
        self.0.terms.required_days
    }

    /// What the dispatch unit scores (考核项目), each 0 to 100.
    async fn template(&self) -> Vec<CycleItem> {
        self.0.terms.template.iter().map(|item| CycleItem { title: item.title.to_string(), weight: item.weight }).collect()
    }

    /// The last day on which enterprises answer (企业评价截止).
    async fn answers_due_on(&self) -> Date {
        Date(self.0.terms.answers_due_on)
    }

    /// Where it stands (状态).
    async fn status(&self) -> CycleStatus {
        self.0.status.into()
    }

    /// When the records were counted; null until then.
    async fn frozen_at(&self) -> Option<DateTime> {
        self.0.frozen_at.map(DateTime)
    }

    /// When instructors were told; null until then.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(DateTime)
    }

    /// The evaluations of which the signed-in account sees anything, the first posting's first.
    #[graphql(complexity = "100 * child_complexity")]
    async fn evaluations(&self, ctx: &Context<'_>) -> Result<Vec<Evaluation>, Error> {
        let (cx, id) = (Request::of(ctx).cx()?, self.0.id);
        let found = or_error(ctx, cx.read(move |reader, scope| store::evaluation::of_cycle(reader, scope, id)).await)?;
        let scope = cx.actor.scope();
        Ok(found.into_iter().filter_map(|assessed| Evaluation::seen(assessed, &scope)).collect())
    }
}

/// From how many hundredths of a point on which grade is suggested (等次分数线); below the last: incompetent.
#[derive(SimpleObject)]
pub struct CycleThresholds {
    /// Excellent (优秀).
    excellent: u32,
    /// Competent (称职).
    competent: u32,
    /// Basically competent (基本称职).
    basic: u32,
}

/// An item that the dispatch unit scores (考核项目).
#[derive(SimpleObject)]
pub struct CycleItem {
    /// What is scored.
    title: String,
    /// How much it weighs among the items.
    weight: u32,
}

/// Where a cycle stands (考核周期状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum CycleStatus {
    /// Being prepared; only the organisation department sees it (筹备).
    Prepared,
    /// Its measures stand (进行中).
    Open,
    /// The records are counted, the levels follow (已截止).
    Frozen,
    /// Instructors were told (已公布).
    Published,
    /// Every evaluation is final (已办结).
    Final,
}

/// Reads cycles by id.
pub struct CycleLoader;

impl Load for CycleLoader {
    type Key = CycleId;
    type Value = Cycle;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[CycleId]) -> StoreResult<HashMap<CycleId, Cycle>> {
        let found = store::cycle::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|cycle| (cycle.id, Cycle(cycle))).collect())
    }
}

/// Queries about cycles.
#[derive(Default)]
pub struct CycleQuery;

#[Object]
impl CycleQuery {
    /// One cycle of evaluations (考核周期); null when there is none that the signed-in account may see.
    async fn cycle(&self, ctx: &Context<'_>, #[graphql(desc = "The id, `cyc_…`.")] id: ID) -> Result<Option<Cycle>, Error> {
        load::<CycleLoader>(ctx, id_argument(ctx, &id)?).await
    }

    /// All cycles of evaluations (考核周期), the newest first; there is one a year.
    #[graphql(complexity = "20 * child_complexity")]
    async fn cycles(&self, ctx: &Context<'_>) -> Result<Vec<Cycle>, Error> {
        let cycles = or_error(ctx, Request::of(ctx).cx()?.read(store::cycle::all).await)?;
        Ok(cycles.into_iter().map(Cycle).collect())
    }
}
