//! Lists of resources in the API.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    page::{Connection, Listed, PageArguments, page_cost, print},
    request::{Request, bounded_argument, id_argument, ids_argument, load, or_error, phrase_argument},
    resource::{Resource, ResourceFee, ResourceLoader, ResourceMode, ResourceStatus},
    scalar::Date,
};
use crate::store::resource as rows;

/// Narrows a list of resources; every field that is given must match.
#[derive(InputObject, Default)]
pub struct ResourceFilter {
    /// In any of these states.
    status: Option<Vec<ResourceStatus>>,
    /// Of any of these categories, at most 50.
    category: Option<Vec<ID>>,
    /// Of any of these organisations, at most 50.
    organisation: Option<Vec<ID>>,
    /// Given in any of these ways.
    mode: Option<Vec<ResourceMode>>,
    /// At any of these costs.
    fee: Option<Vec<ResourceFee>>,
    /// Reaching any of these zones or a place in it, at most 50.
    zone: Option<Vec<ID>>,
    /// Reaching any of these places, at most 50.
    place: Option<Vec<ID>>,
    /// A phrase of the title or detail, 1–60 characters.
    text: Option<String>,
    /// Usable on this day, as far as its validity goes.
    valid_on: Option<Date>,
}

impl ResourceFilter {
    pub(super) fn read(self, ctx: &Context<'_>) -> Result<rows::Filter, Error> {
        Ok(rows::Filter {
            statuses: bounded_argument(ctx, self.status)?.into_iter().map(Into::into).collect(),
            categories: ids_argument(ctx, self.category)?,
            organisations: ids_argument(ctx, self.organisation)?,
            modes: bounded_argument(ctx, self.mode)?.into_iter().map(Into::into).collect(),
            fees: bounded_argument(ctx, self.fee)?.into_iter().map(Into::into).collect(),
            zones: ids_argument(ctx, self.zone)?,
            places: ids_argument(ctx, self.place)?,
            text: phrase_argument(ctx, self.text)?,
            valid_on: self.valid_on.map(|day| day.0),
        })
    }
}

/// How a list of resources is ordered.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
#[graphql(remote = "rows::Order")]
pub enum ResourceOrder {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
    /// Those whose last day comes first; those without one last.
    EndingFirst,
}

impl Listed for Resource {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about resources.
#[derive(Default)]
pub struct ResourceQuery;

#[Object]
impl ResourceQuery {
    /// A resource by its id; null when it does not exist or is hidden.
    async fn resource(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The resource's id, `res_…`.")] id: ID,
    ) -> Result<Option<Resource>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<ResourceLoader>(ctx, id).await
    }

    /// The resources that the signed-in account may see (资源清单).
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the Relay specification")]
    async fn resources(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<ResourceFilter>,
        #[graphql(desc = "The order of the list.", default)] order: ResourceOrder,
    ) -> Result<Connection<Resource>, Error> {
        let cx = Request::of(ctx).cx()?;
        let filter = filter.unwrap_or_default().read(ctx)?;
        let order = rows::Order::from(order);
        let list = print("resources", &filter, &order);
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, order, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, |resource| order.mark(resource), Resource))
    }
}
