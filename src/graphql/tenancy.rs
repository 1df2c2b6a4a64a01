//! Tenancies in the API.

use std::collections::HashMap;

use async_graphql::{Context, Error, ID, InputObject, Object};

use super::{
    loader::Load,
    organisation::{Organisation, OrganisationLoader},
    page::{Connection, Listed, PageArguments, page_cost, print},
    place::{Place, PlaceLoader},
    request::{Request, id_argument, ids_argument, load, or_error},
    scalar::{Date, DateTime},
};
use crate::{
    domain::tenancy as domain,
    kernel::id::TenancyId,
    policy::{self, Action, Scope},
    store::{Reader, StoreResult, tenancy_list as rows},
};

/// A tenancy (入驻) as the API shows it.
#[derive(Clone)]
pub struct Tenancy(pub domain::Tenancy);

/// The most tenancies, places or contact points that stand inside another object.
pub const MAX_NESTED: usize = 100;

/// A tenancy (入驻): that an organisation sits in a unit of a place, from a day to a day.
#[Object]
impl Tenancy {
    /// The opaque id, `ten_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.organisation).await
    }

    /// The place.
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<Place>, Error> {
        load::<PlaceLoader>(ctx, self.0.place).await
    }

    /// A room or floor (房号), e.g. `A座 1203`.
    async fn unit(&self) -> &str {
        self.0.unit.as_str()
    }

    /// The first day.
    async fn from(&self) -> Date {
        Date(self.0.from)
    }

    /// The last day; null while it goes on.
    async fn to(&self) -> Option<Date> {
        self.0.to.map(Date)
    }

    /// When it was entered.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Whether the signed-in account may end it, its state aside.
    async fn viewer_can_end(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).cx()?.actor, Action::TenancyEnd, &self.0))
    }
}

impl Tenancy {
    /// Tenancies as they stand inside another object.
    pub fn nested(tenancies: Vec<domain::Tenancy>) -> Vec<Self> {
        tenancies.into_iter().take(MAX_NESTED).map(Self).collect()
    }
}

/// Narrows a list of tenancies; every field that is given must match.
#[derive(InputObject, Default)]
pub struct TenancyFilter {
    /// Of any of these organisations, at most 50.
    organisation: Option<Vec<ID>>,
    /// In any of these places, at most 50.
    place: Option<Vec<ID>>,
    /// In force on this day.
    on: Option<Date>,
}

/// Reads tenancies by id.
pub struct TenancyLoader;

impl Load for TenancyLoader {
    type Key = TenancyId;
    type Value = Tenancy;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[TenancyId]) -> StoreResult<HashMap<TenancyId, Tenancy>> {
        let found = rows::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|tenancy| (tenancy.id, Tenancy(tenancy))).collect())
    }
}

impl Listed for Tenancy {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about tenancies.
#[derive(Default)]
pub struct TenancyQuery;

#[Object]
impl TenancyQuery {
    /// A tenancy by its id; null when it does not exist or is hidden.
    async fn tenancy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tenancy's id, `ten_…`.")] id: ID,
    ) -> Result<Option<Tenancy>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<TenancyLoader>(ctx, id).await
    }

    /// Who sits or sat where (入驻), the newest first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn tenancies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<TenancyFilter>,
    ) -> Result<Connection<Tenancy>, Error> {
        let filter = filter.unwrap_or_default();
        let filter = rows::Filter {
            organisations: ids_argument(ctx, filter.organisation)?,
            places: ids_argument(ctx, filter.place)?,
            on: filter.on.map(|day| day.0),
        };
        let list = print("tenancies", &filter, &());
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let cx = Request::of(ctx).cx()?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, rows::mark, Tenancy))
    }
}
