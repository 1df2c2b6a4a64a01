//! Lists of projects in the API.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    page::{Connection, Listed, PageArguments, page_cost, print},
    project::{Project, ProjectLoader, ProjectStatus},
    request::{Request, id_argument, ids_argument, load, or_error},
};
use crate::store::project_list as rows;

/// Narrows a list of projects; every field that is given must match.
#[derive(InputObject, Default)]
pub struct ProjectFilter {
    /// In any of these states.
    status: Option<Vec<ProjectStatus>>,
    /// Run by any of these organisations, at most 50.
    lead: Option<Vec<ID>>,
    /// For any of these enterprises, at most 50.
    enterprise: Option<Vec<ID>>,
    /// For any of these demands, at most 50.
    demand: Option<Vec<ID>>,
    /// In any of these zones, at most 50.
    zone: Option<Vec<ID>>,
    /// In any of these places, at most 50.
    place: Option<Vec<ID>>,
    /// Only what should have been delivered before today and is not (逾期).
    #[graphql(default)]
    overdue: bool,
}

impl ProjectFilter {
    /// What the store is asked for.
    pub(super) fn read(self, ctx: &Context<'_>) -> Result<rows::Filter, Error> {
        Ok(rows::Filter {
            statuses: self.status.unwrap_or_default().into_iter().map(Into::into).collect(),
            leads: ids_argument(ctx, self.lead)?,
            enterprises: ids_argument(ctx, self.enterprise)?,
            demands: ids_argument(ctx, self.demand)?,
            zones: ids_argument(ctx, self.zone)?,
            places: ids_argument(ctx, self.place)?,
            overdue_on: self.overdue.then(|| Request::of(ctx).today()),
        })
    }
}

/// How a list of projects is ordered.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
#[graphql(remote = "rows::Order")]
pub enum ProjectOrder {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
    /// What falls due soonest first.
    DueSoonest,
}

impl Listed for Project {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about projects.
#[derive(Default)]
pub struct ProjectQuery;

#[Object]
impl ProjectQuery {
    /// A project by its id; null when it does not exist or is hidden.
    async fn project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project's id, `prj_…`.")] id: ID,
    ) -> Result<Option<Project>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<ProjectLoader>(ctx, id).await
    }

    /// The projects that the signed-in account may see (项目清单): those of its own organisations, and
    /// those that it looks after.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the Relay specification")]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<ProjectFilter>,
        #[graphql(desc = "The order of the list.", default)] order: ProjectOrder,
    ) -> Result<Connection<Project>, Error> {
        let filter = filter.unwrap_or_default().read(ctx)?;
        let order = rows::Order::from(order);
        let list = print("projects", &filter, &order);
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let cx = Request::of(ctx).cx()?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, order, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, |project| order.mark(project), Project))
    }
}
