//! Lists of organisations in the API.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    industry::IndustrySection,
    organisation::{Organisation, OrganisationKind, OrganisationLoader, OrganisationStatus, SizeBand},
    page::{Connection, Listed, PageArguments, page_cost, print},
    request::{Request, id_argument, ids_argument, load, or_error, phrase_argument},
};
use crate::store::organisation_list as rows;

/// Narrows a list of organisations; every field that is given must match.
#[derive(InputObject, Default)]
pub struct OrganisationFilter {
    /// Of any of these kinds.
    kind: Option<Vec<OrganisationKind>>,
    /// In any of these states.
    status: Option<Vec<OrganisationStatus>>,
    /// In any of these industry sections.
    industry_section: Option<Vec<IndustrySection>>,
    /// Of any of these sizes.
    size_band: Option<Vec<SizeBand>>,
    /// Sitting today in a place of any of these zones, at most 50.
    zone: Option<Vec<ID>>,
    /// Sitting today in any of these places, at most 50.
    place: Option<Vec<ID>>,
    /// Directly below any of these organisations, at most 50.
    parent: Option<Vec<ID>>,
    /// A phrase of the name, 1–60 characters.
    text: Option<String>,
}

impl OrganisationFilter {
    /// What the store is asked for.
    fn read(self, ctx: &Context<'_>) -> Result<rows::Filter, Error> {
        let sections = self.industry_section.unwrap_or_default();
        Ok(rows::Filter {
            kinds: self.kind.unwrap_or_default().into_iter().map(Into::into).collect(),
            statuses: self.status.unwrap_or_default().into_iter().map(Into::into).collect(),
            industry_sections: sections.into_iter().map(IndustrySection::letter).collect(),
            size_bands: self.size_band.unwrap_or_default().into_iter().map(Into::into).collect(),
            zones: ids_argument(ctx, self.zone)?,
            places: ids_argument(ctx, self.place)?,
            parents: ids_argument(ctx, self.parent)?,
            text: phrase_argument(ctx, self.text)?,
        })
    }
}

/// How a list of organisations is ordered.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
#[graphql(remote = "rows::Order")]
pub enum OrganisationOrder {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

impl Listed for Organisation {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let request = Request::of(ctx);
        let today = request.today();
        or_error(ctx, request.cx()?.read(move |reader, scope| rows::count(reader, scope, &filter, today)).await)
    }
}

/// Queries about organisations.
#[derive(Default)]
pub struct OrganisationQuery;

#[Object]
impl OrganisationQuery {
    /// An organisation by its id; null when it does not exist or is hidden.
    async fn organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organisation's id, `org_…`.")] id: ID,
    ) -> Result<Option<Organisation>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<OrganisationLoader>(ctx, id).await
    }

    /// The organisations of the district (单位).
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the Relay specification")]
    async fn organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<OrganisationFilter>,
        #[graphql(desc = "The order of the list.", default)] order: OrganisationOrder,
    ) -> Result<Connection<Organisation>, Error> {
        let filter = filter.unwrap_or_default().read(ctx)?;
        let order = rows::Order::from(order);
        let list = print("organisations", &filter, &order);
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let (cx, today) = (Request::of(ctx).cx()?, Request::of(ctx).today());
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, (&narrowed, today), order, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, rows::mark, Organisation::of))
    }
}
