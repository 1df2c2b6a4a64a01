//! Grants in the API.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    account::{Account, AccountLoader},
    loader::Load,
    organisation::{Organisation, OrganisationLoader},
    page::{Connection, Listed, PageArguments, page_cost, print},
    place::{Place, PlaceLoader},
    posting::{Posting, PostingLoader},
    request::{Request, bounded_argument, id_argument, ids_argument, load, or_error},
    scalar::{Date, DateTime},
    zone::{Zone, ZoneLoader},
};
use crate::{
    domain::grant as domain,
    kernel::id::{AccountId, GrantId},
    policy::{self, Action, Scope},
    store::{self, Reader, StoreResult, grant as rows},
};

/// A grant as the API shows it.
#[derive(Clone)]
pub struct Grant(pub domain::Grant);

/// A grant (授权): a role in a scope for an account, from a day to a day. It gives a right while it
/// is active and its days have come; one administrator proposes it, another approves it.
#[Object]
impl Grant {
    /// The opaque id, `grt_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// Whom it is for; null when that account is hidden.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>, Error> {
        load::<AccountLoader>(ctx, self.0.account).await
    }

    /// What the account is trusted with (角色).
    async fn role(&self) -> GrantRole {
        self.0.role.into()
    }

    /// What kind of thing it reaches (授权范围).
    async fn scope_kind(&self) -> GrantScopeKind {
        self.0.scope.kind().into()
    }

    /// The id of the zone, place, organisation or posting that it reaches; null for the whole district.
    async fn scope_id(&self) -> Option<ID> {
        self.0.scope.id().map(ID)
    }

    /// The organisation that it reaches; null where the scope is of another kind.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        match self.0.scope {
            domain::GrantScope::Organisation(id) => load::<OrganisationLoader>(ctx, id).await,
            domain::GrantScope::District
            | domain::GrantScope::Zone(_)
            | domain::GrantScope::Place(_)
            | domain::GrantScope::Posting(_) => Ok(None),
        }
    }

    /// The zone that it reaches; null where the scope is of another kind.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, Error> {
        match self.0.scope {
            domain::GrantScope::Zone(id) => load::<ZoneLoader>(ctx, id).await,
            domain::GrantScope::District
            | domain::GrantScope::Place(_)
            | domain::GrantScope::Organisation(_)
            | domain::GrantScope::Posting(_) => Ok(None),
        }
    }

    /// The place that it reaches with all that lie in it; null where the scope is of another kind.
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<Place>, Error> {
        match self.0.scope {
            domain::GrantScope::Place(id) => load::<PlaceLoader>(ctx, id).await,
            domain::GrantScope::District
            | domain::GrantScope::Zone(_)
            | domain::GrantScope::Organisation(_)
            | domain::GrantScope::Posting(_) => Ok(None),
        }
    }

    /// The posting that it is for; null where the scope is of another kind.
    async fn posting(&self, ctx: &Context<'_>) -> Result<Option<Posting>, Error> {
        match self.0.scope {
            domain::GrantScope::Posting(id) => load::<PostingLoader>(ctx, id).await,
            domain::GrantScope::District
            | domain::GrantScope::Zone(_)
            | domain::GrantScope::Place(_)
            | domain::GrantScope::Organisation(_) => Ok(None),
        }
    }

    /// Its first day.
    async fn from(&self) -> Date {
        Date(self.0.from)
    }

    /// Its last day; null while no end is foreseen.
    async fn to(&self) -> Option<Date> {
        self.0.to.map(Date)
    }

    /// Where it stands (状态).
    async fn status(&self) -> GrantStatus {
        self.0.status.into()
    }

    /// Whether it gives its right today: it is active and its days have come and not gone.
    async fn in_force(&self, ctx: &Context<'_>) -> bool {
        self.0.is_in_force(Request::of(ctx).today())
    }

    /// Who proposed it; null when that account is hidden, and for the first administrators.
    async fn proposed_by(&self, ctx: &Context<'_>) -> Result<Option<Account>, Error> {
        match self.0.proposed_by {
            Some(id) => load::<AccountLoader>(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Who approved it; null until then, when that account is hidden, and for the first
    /// administrators.
    async fn approved_by(&self, ctx: &Context<'_>) -> Result<Option<Account>, Error> {
        match self.0.approved_by {
            Some(id) => load::<AccountLoader>(ctx, id).await,
            None => Ok(None),
        }
    }

    /// When it was proposed.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Whether the signed-in account may approve it, its state aside.
    async fn viewer_can_approve(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.viewer_can(ctx, Action::GrantApprove)
    }

    /// Whether the signed-in account may suspend it, its state aside.
    async fn viewer_can_suspend(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.viewer_can(ctx, Action::GrantSuspend)
    }

    /// Whether the signed-in account may resume it, its state aside.
    async fn viewer_can_resume(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.viewer_can(ctx, Action::GrantResume)
    }

    /// Whether the signed-in account may end it or turn it down, its state aside.
    async fn viewer_can_end(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.viewer_can(ctx, Action::GrantEnd)
    }
}

impl Grant {
    fn viewer_can(&self, ctx: &Context<'_>, action: Action) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).any_cx()?.actor, action, &self.0))
    }
}

/// What an account is trusted with (角色). The last three administer and see no business text; a
/// person holds one of them alone (三员分立).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Role")]
pub enum GrantRole {
    /// An enterprise's liaison (企业联络员); scope: an enterprise.
    Liaison,
    /// An official of a department (部门经办); scope: a department.
    Official,
    /// The head of a department's service (部门负责人); scope: a department.
    Lead,
    /// Looks after places (楼宇专员); scope: a zone or a place.
    Steward,
    /// Coordinates the district (统筹协调员); scope: the district.
    Coordinator,
    /// Serves organisations and files records of it (党建指导员); scope: the posting.
    Instructor,
    /// Proposes and reviews the instructors of a department (选派单位考核员); scope: a department.
    DispatchReviewer,
    /// Approves postings and grades for the organisation department (区委组织部评定员); scope: the district.
    OrganisationReviewer,
    /// Administers accounts and proposes grants (系统管理员); scope: the district.
    SystemAdmin,
    /// Approves grants (安全管理员); scope: the district.
    SecurityAdmin,
    /// Reads the audit log (审计员); scope: the district.
    Auditor,
}

/// What kind of thing a grant reaches (授权范围类型).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::ScopeKind")]
pub enum GrantScopeKind {
    /// The whole district (全区).
    District,
    /// The places of a zone (集聚区).
    Zone,
    /// A place with all that lie in it (楼宇/园区).
    Place,
    /// One organisation (单位).
    Organisation,
    /// The posting of an instructor (选派).
    Posting,
}

/// Where a grant stands (授权状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum GrantStatus {
    /// Waits for approval (待批准); gives no right yet.
    Proposed,
    /// Approved (有效).
    Active,
    /// Gives no right for a time (暂停).
    Suspended,
    /// Ended or turned down (终止).
    Ended,
}

/// Narrows a list of grants; every field that is given must match.
#[derive(InputObject, Default)]
pub struct GrantFilter {
    /// Of any of these accounts, at most 50.
    account: Option<Vec<ID>>,
    /// In any of these states.
    status: Option<Vec<GrantStatus>>,
    /// Of any of these roles.
    role: Option<Vec<GrantRole>>,
}

impl GrantFilter {
    fn read(self, ctx: &Context<'_>) -> Result<rows::Filter, Error> {
        Ok(rows::Filter {
            accounts: ids_argument(ctx, self.account)?,
            statuses: bounded_argument(ctx, self.status)?.into_iter().map(Into::into).collect(),
            roles: bounded_argument(ctx, self.role)?.into_iter().map(Into::into).collect(),
        })
    }
}

/// How a list of grants is ordered.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
#[graphql(remote = "rows::Order")]
pub enum GrantOrder {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

/// Reads grants by id.
pub struct GrantLoader;

impl Load for GrantLoader {
    type Key = GrantId;
    type Value = Grant;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[GrantId]) -> StoreResult<HashMap<GrantId, Grant>> {
        let found = store::grant::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|grant| (grant.id, Grant(grant))).collect())
    }
}

/// Reads the grants of accounts that have not ended.
pub struct OpenGrantsLoader;

impl Load for OpenGrantsLoader {
    type Key = AccountId;
    type Value = Vec<Grant>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[AccountId]) -> StoreResult<HashMap<AccountId, Vec<Grant>>> {
        let found = store::grant::open_of_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|(account, grants)| (account, grants.into_iter().map(Grant).collect())).collect())
    }
}

impl Listed for Grant {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about grants.
#[derive(Default)]
pub struct GrantQuery;

#[Object]
impl GrantQuery {
    /// A grant by its id; null when it does not exist or is hidden.
    async fn grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grant's id, `grt_…`.")] id: ID,
    ) -> Result<Option<Grant>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<GrantLoader>(ctx, id).await
    }

    /// The grants that the signed-in account may see: administrators those of their district,
    /// everybody else their own.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the Relay specification")]
    async fn grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<GrantFilter>,
        #[graphql(desc = "The order of the list.", default)] order: GrantOrder,
    ) -> Result<Connection<Grant>, Error> {
        let cx = Request::of(ctx).cx()?;
        let filter = filter.unwrap_or_default().read(ctx)?;
        let order = rows::Order::from(order);
        let list = print("grants", &filter, &order);
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, order, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, |grant| order.mark(grant), Grant))
    }
}
