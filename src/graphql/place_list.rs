//! Lists of places in the API.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    division::code_argument,
    page::{Connection, Listed, PageArguments, page_cost, print},
    place::{Dominance, Place, PlaceKind, PlaceLoader, PlaceStatus},
    request::{Request, bounded_argument, id_argument, ids_argument, load, or_error},
};
use crate::store::place_list as rows;

/// Narrows a list of places; every field that is given must match.
#[derive(InputObject, Default)]
pub struct PlaceFilter {
    /// Of any of these kinds.
    kind: Option<Vec<PlaceKind>>,
    /// In any of these states.
    status: Option<Vec<PlaceStatus>>,
    /// Dominated in any of these ways.
    dominance: Option<Vec<Dominance>>,
    /// In any of these zones, at most 50.
    zone: Option<Vec<ID>>,
    /// Directly inside any of these places, at most 50.
    parent: Option<Vec<ID>>,
    /// Operated by any of these organisations, at most 50.
    operator: Option<Vec<ID>>,
    /// In any of the divisions with these codes or below them, at most 50.
    division: Option<Vec<String>>,
    /// At the top of the tree only.
    #[graphql(default)]
    roots: bool,
}

impl PlaceFilter {
    /// What the store is asked for.
    fn read(self, ctx: &Context<'_>) -> Result<rows::Filter, Error> {
        let divisions = bounded_argument(ctx, self.division)?;
        Ok(rows::Filter {
            kinds: self.kind.unwrap_or_default().into_iter().map(Into::into).collect(),
            statuses: self.status.unwrap_or_default().into_iter().map(Into::into).collect(),
            dominances: self.dominance.unwrap_or_default().into_iter().map(Into::into).collect(),
            zones: ids_argument(ctx, self.zone)?,
            parents: ids_argument(ctx, self.parent)?,
            operators: ids_argument(ctx, self.operator)?,
            divisions: divisions.iter().map(|code| code_argument(ctx, code)).collect::<Result<_, _>>()?,
            roots: self.roots,
        })
    }
}

/// How a list of places is ordered.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
#[graphql(remote = "rows::Order")]
pub enum PlaceOrder {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

impl Listed for Place {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about places.
#[derive(Default)]
pub struct PlaceQuery;

#[Object]
impl PlaceQuery {
    /// A place by its id; null when it does not exist or is hidden.
    async fn place(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The place's id, `plc_…`.")] id: ID,
    ) -> Result<Option<Place>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<PlaceLoader>(ctx, id).await
    }

    /// The places of the district (楼宇 / 园区).
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the Relay specification")]
    async fn places(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<PlaceFilter>,
        #[graphql(desc = "The order of the list.", default)] order: PlaceOrder,
    ) -> Result<Connection<Place>, Error> {
        let filter = filter.unwrap_or_default().read(ctx)?;
        let order = rows::Order::from(order);
        let list = print("places", &filter, &order);
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let cx = Request::of(ctx).cx()?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, order, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, rows::mark, Place::of))
    }
}
