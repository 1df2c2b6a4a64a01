//! Lists of claims in the API.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    claim::{Claim, ClaimKind, ClaimLoader, ClaimStatus},
    page::{Connection, Listed, PageArguments, page_cost, print},
    request::{Request, id_argument, ids_argument, load, or_error},
    scalar::DateTime,
};
use crate::store::claim_list as rows;

/// Narrows a list of claims; every field that is given must match.
#[derive(InputObject, Default)]
pub struct ClaimFilter {
    /// In any of these states.
    status: Option<Vec<ClaimStatus>>,
    /// From any of these sides.
    kind: Option<Vec<ClaimKind>>,
    /// On any of these demands, at most 50.
    demand: Option<Vec<ID>>,
    /// With any of these resources, at most 50.
    resource: Option<Vec<ID>>,
    /// Provided by any of these organisations, at most 50.
    provider: Option<Vec<ID>>,
    /// On demands of any of these enterprises, at most 50.
    enterprise: Option<Vec<ID>>,
    /// On demands in any of these zones, at most 50.
    zone: Option<Vec<ID>>,
    /// On demands in any of these places, at most 50.
    place: Option<Vec<ID>>,
    /// Whose answer is or was due before this moment, given or not.
    respond_before: Option<DateTime>,
}

impl ClaimFilter {
    /// What the store is asked for.
    fn read(self, ctx: &Context<'_>) -> Result<rows::Filter, Error> {
        Ok(rows::Filter {
            statuses: self.status.unwrap_or_default().into_iter().map(Into::into).collect(),
            kinds: self.kind.unwrap_or_default().into_iter().map(Into::into).collect(),
            demands: ids_argument(ctx, self.demand)?,
            resources: ids_argument(ctx, self.resource)?,
            providers: ids_argument(ctx, self.provider)?,
            enterprises: ids_argument(ctx, self.enterprise)?,
            zones: ids_argument(ctx, self.zone)?,
            places: ids_argument(ctx, self.place)?,
            respond_before: self.respond_before.map(|moment| moment.0),
        })
    }
}

/// How a list of claims is ordered.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
#[graphql(remote = "rows::Order")]
pub enum ClaimOrder {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
    /// What is to be answered soonest first.
    DueSoonest,
}

impl Listed for Claim {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about claims.
#[derive(Default)]
pub struct ClaimQuery;

#[Object]
impl ClaimQuery {
    /// A claim by its id; null when it does not exist or is hidden.
    async fn claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim's id, `clm_…`.")] id: ID,
    ) -> Result<Option<Claim>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<ClaimLoader>(ctx, id).await
    }

    /// The claims that the signed-in account may see (认领): those of its own organisations, and those
    /// that it looks after.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the Relay specification")]
    async fn claims(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<ClaimFilter>,
        #[graphql(desc = "The order of the list.", default)] order: ClaimOrder,
    ) -> Result<Connection<Claim>, Error> {
        let filter = filter.unwrap_or_default().read(ctx)?;
        let order = rows::Order::from(order);
        let list = print("claims", &filter, &order);
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let cx = Request::of(ctx).cx()?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, order, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, |claim| order.mark(claim), Claim))
    }
}
