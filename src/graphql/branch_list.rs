//! Lists of branches in the API.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    branch::{Branch, BranchLoader},
    branch_words::{BranchKind, BranchStatus},
    page::{Connection, Listed, PageArguments, page_cost, print},
    request::{Request, bounded_argument, id_argument, ids_argument, load, or_error, phrase_argument},
};
use crate::store::branch_list as rows;

/// Narrows a list of branches; every field that is given must match.
#[derive(InputObject, Default)]
pub struct BranchFilter {
    /// Of any of these types.
    kind: Option<Vec<BranchKind>>,
    /// In any of these states.
    status: Option<Vec<BranchStatus>>,
    /// Of any of these places, at most 50.
    place: Option<Vec<ID>>,
    /// Of places in any of these zones, at most 50.
    zone: Option<Vec<ID>>,
    /// Led by or covering today any of these organisations, at most 50.
    organisation: Option<Vec<ID>>,
    /// A phrase of the name, 1–60 characters.
    text: Option<String>,
}

impl BranchFilter {
    fn read(self, ctx: &Context<'_>) -> Result<rows::Filter, Error> {
        Ok(rows::Filter {
            kinds: bounded_argument(ctx, self.kind)?.into_iter().map(Into::into).collect(),
            statuses: bounded_argument(ctx, self.status)?.into_iter().map(Into::into).collect(),
            places: ids_argument(ctx, self.place)?,
            zones: ids_argument(ctx, self.zone)?,
            organisations: ids_argument(ctx, self.organisation)?,
            text: phrase_argument(ctx, self.text)?,
        })
    }
}

/// How a list of branches is ordered.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
#[graphql(remote = "rows::Order")]
pub enum BranchOrder {
    /// The last proposed first.
    #[default]
    NewestFirst,
    /// The first proposed first.
    OldestFirst,
    /// The one with the most members first.
    MostMembersFirst,
}

impl Listed for Branch {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about branches.
#[derive(Default)]
pub struct BranchQuery;

#[Object]
impl BranchQuery {
    /// A branch by its id; null when it does not exist or is hidden.
    async fn branch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The branch's id, `brn_…`.")] id: ID,
    ) -> Result<Option<Branch>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<BranchLoader>(ctx, id).await
    }

    /// The branches (党组织) that the signed-in account may see: those at work, and what is proposed or
    /// has ended where the account looks after the place or has proposed it.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the Relay specification")]
    async fn branches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<BranchFilter>,
        #[graphql(desc = "The order of the list.", default)] order: BranchOrder,
    ) -> Result<Connection<Branch>, Error> {
        let filter = filter.unwrap_or_default().read(ctx)?;
        let order = rows::Order::from(order);
        let list = print("branches", &filter, &order);
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let cx = Request::of(ctx).cx()?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, order, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, |branch| order.mark(branch), Branch::of))
    }
}
