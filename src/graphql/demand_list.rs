//! Lists of demands in the API.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    demand::{Demand, DemandLoader, DemandStatus, DemandUrgency},
    page::{Connection, Listed, PageArguments, page_cost, print},
    request::{Request, bounded_argument, id_argument, ids_argument, load, or_error, phrase_argument},
    scalar::DateTime,
};
use crate::store::demand as rows;

/// Narrows a list of demands; every field that is given must match.
#[derive(InputObject, Default)]
pub struct DemandFilter {
    /// In any of these states.
    status: Option<Vec<DemandStatus>>,
    /// Of any of these categories, at most 50.
    category: Option<Vec<ID>>,
    /// In any of these zones, at most 50.
    zone: Option<Vec<ID>>,
    /// At any of these places, at most 50.
    place: Option<Vec<ID>>,
    /// Of any of these organisations, at most 50.
    organisation: Option<Vec<ID>>,
    /// As pressing as any of these.
    urgency: Option<Vec<DemandUrgency>>,
    /// A phrase of the title or detail, 1–60 characters.
    text: Option<String>,
    /// Created at or after this moment.
    created_from: Option<DateTime>,
    /// Created before this moment.
    created_before: Option<DateTime>,
    /// Listed at or after this moment.
    listed_from: Option<DateTime>,
    /// Listed before this moment.
    listed_before: Option<DateTime>,
}

impl DemandFilter {
    pub(super) fn read(self, ctx: &Context<'_>) -> Result<rows::Filter, Error> {
        Ok(rows::Filter {
            statuses: bounded_argument(ctx, self.status)?.into_iter().map(Into::into).collect(),
            categories: ids_argument(ctx, self.category)?,
            zones: ids_argument(ctx, self.zone)?,
            places: ids_argument(ctx, self.place)?,
            organisations: ids_argument(ctx, self.organisation)?,
            urgencies: bounded_argument(ctx, self.urgency)?.into_iter().map(Into::into).collect(),
            text: phrase_argument(ctx, self.text)?,
            created_from: self.created_from.map(|at| at.0),
            created_before: self.created_before.map(|at| at.0),
            listed_from: self.listed_from.map(|at| at.0),
            listed_before: self.listed_before.map(|at| at.0),
        })
    }
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

    /// The demands that the signed-in account may see (需求清单).
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
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
        let cx = Request::of(ctx).cx()?;
        let filter = filter.unwrap_or_default().read(ctx)?;
        let order = rows::Order::from(order);
        let list = print("demands", &filter, &order);
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, order, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, |demand| order.mark(demand), Demand))
    }
}
