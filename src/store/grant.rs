//! Grants in the database, and who sees which. The table is called `role_grant`, because `grant`
//! is a word of SQL.

use std::collections::HashMap;

use diesel::{dsl::count_star, prelude::*, sql_types::Bool};
use jiff::civil::Date;
use serde::Serialize;

use super::{
    Reader, StoreError, StoreResult, Tx,
    conn::MultiBackend,
    page::{Sort, Window},
    schema::{account, role_grant},
    types::{At, On},
};
use crate::{
    domain::grant::{Grant, GrantScope, Role, ScopeKind, Status},
    kernel::{
        district::District,
        id::{AccountId, GrantId, OrganisationId, PlaceId, PostingId, ZoneId},
        page::{Mark, Page, PageRequest},
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = role_grant, treat_none_as_null = true)]
struct Row {
    id: GrantId,
    district: String,
    account: AccountId,
    role: String,
    scope_kind: String,
    /// Of whichever kind `scope_kind` says; any id type reads and writes its bytes.
    scope_id: Option<OrganisationId>,
    from_on: On,
    to_on: Option<On>,
    status: String,
    proposed_by: Option<AccountId>,
    approved_by: Option<AccountId>,
    created_at: At,
    version: i32,
}

/// Which grants a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    pub accounts: Vec<AccountId>,
    pub statuses: Vec<Status>,
    pub roles: Vec<Role>,
}

/// How a list of grants is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// The most grants that are shown inside their account; `grants` lists all.
pub const MAX_NESTED: usize = 100;

/// A grant that is not ended.
const OPEN: [&str; 3] = ["PROPOSED", "ACTIVE", "SUSPENDED"];

impl Order {
    fn sort(self) -> Sort {
        match self {
            Self::NewestFirst => Sort::Descending,
            Self::OldestFirst => Sort::Ascending,
        }
    }

    /// Where a grant stands in a list of this order.
    pub fn mark(self, grant: &Grant) -> Mark {
        Mark { key: grant.created_at.as_microsecond(), id: *grant.id.as_bytes() }
    }
}

/// The grant, if the scope shows it.
pub fn find(reader: &mut Reader, scope: &Scope, id: GrantId) -> StoreResult<Option<Grant>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the grants that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[GrantId]) -> StoreResult<Vec<Grant>> {
    let rows: Vec<Row> = role_grant::table
        .filter(role_grant::id.eq_any(ids))
        .filter(visible(scope))
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// The grants of these accounts that are not ended, oldest first, at most [`MAX_NESTED`] of each.
pub fn open_of_many(reader: &mut Reader, scope: &Scope, accounts: &[AccountId]) -> StoreResult<HashMap<AccountId, Vec<Grant>>> {
    let rows: Vec<Row> = role_grant::table
        .filter(role_grant::account.eq_any(accounts).and(role_grant::status.eq_any(OPEN)))
        .filter(visible(scope))
        .order((role_grant::created_at.asc(), role_grant::id.asc()))
        .select(Row::as_select())
        .load(reader.conn())?;
    let mut found: HashMap<AccountId, Vec<Grant>> = accounts.iter().map(|id| (*id, Vec::new())).collect();
    for row in rows {
        let grants = found.entry(row.account).or_default();
        if grants.len() < MAX_NESTED {
            grants.push(row.parse()?);
        }
    }
    Ok(found)
}

/// The grants of an account that are not ended, oldest first, whoever asks: what decides whether
/// another role may stand beside them.
pub fn open_of(reader: &mut Reader, account: AccountId) -> StoreResult<Vec<Grant>> {
    let rows: Vec<Row> = role_grant::table
        .filter(role_grant::account.eq(account).and(role_grant::status.eq_any(OPEN)))
        .order((role_grant::created_at.asc(), role_grant::id.asc()))
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// One page of the list.
pub fn page(
    reader: &mut Reader,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    request: &PageRequest,
) -> StoreResult<Page<Grant>> {
    let window = Window::new(request, order.sort());
    let mut query = role_grant::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(mark, above)?);
        }
    }
    query = if window.upwards {
        query.order((role_grant::created_at.asc(), role_grant::id.asc()))
    } else {
        query.order((role_grant::created_at.desc(), role_grant::id.desc()))
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    let rows = rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?;
    Ok(Page::cut(rows, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(role_grant::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

/// Enters a new grant.
pub fn insert(tx: &mut Tx, grant: &Grant) -> StoreResult<()> {
    diesel::insert_into(role_grant::table).values(&Row::of(grant)).execute(tx.conn())?;
    Ok(())
}

/// Saves a step of a grant whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, grant: &Grant, expected: Version) -> StoreResult<()> {
    let changed = diesel::update(role_grant::table.filter(role_grant::id.eq(grant.id).and(role_grant::version.eq(expected.0))))
        .set(&Row::of(grant))
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Whether some account of the district that can sign in holds the role today.
pub fn somebody_holds(reader: &mut Reader, district: &District, role: Role, today: Date) -> StoreResult<bool> {
    let holders: i64 = role_grant::table
        .inner_join(account::table.on(account::id.eq(role_grant::account)))
        .filter(role_grant::district.eq(district.as_str()).and(role_grant::role.eq(role.name())))
        .filter(role_grant::status.eq("ACTIVE").and(role_grant::from_on.le(On(today))))
        .filter(role_grant::to_on.is_null().or(role_grant::to_on.assume_not_null().ge(On(today))))
        .filter(account::status.eq_any(["INVITED", "ACTIVE"]))
        .select(count_star())
        .get_result(reader.conn())?;
    Ok(holders > 0)
}

/// The accounts that can sign in and hold the role today, in whichever district; two at most, for
/// whoever asks wants to know whether there is exactly one.
pub fn holders(reader: &mut Reader, role: Role, today: Date) -> StoreResult<Vec<AccountId>> {
    Ok(role_grant::table
        .inner_join(account::table.on(account::id.eq(role_grant::account)))
        .filter(role_grant::role.eq(role.name()).and(role_grant::status.eq("ACTIVE")))
        .filter(role_grant::from_on.le(On(today)))
        .filter(role_grant::to_on.is_null().or(role_grant::to_on.assume_not_null().ge(On(today))))
        .filter(account::status.eq_any(["INVITED", "ACTIVE"]))
        .select(account::id)
        .distinct()
        .limit(2)
        .load(reader.conn())?)
}

type Condition<'a> = Box<dyn BoxableExpression<role_grant::table, MultiBackend, SqlType = Bool> + 'a>;

/// Administrators see the grants of their district, everybody their own.
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = role_grant::district.eq(scope.district.to_string());
    if scope.administers { Box::new(district) } else { Box::new(district.and(role_grant::account.eq(scope.account))) }
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut condition: Condition<'a> = Box::new(role_grant::id.eq(role_grant::id));
    if !filter.accounts.is_empty() {
        condition = Box::new(condition.and(role_grant::account.eq_any(filter.accounts.clone())));
    }
    if !filter.statuses.is_empty() {
        let names: Vec<&'static str> = filter.statuses.iter().map(|status| status.name()).collect();
        condition = Box::new(condition.and(role_grant::status.eq_any(names)));
    }
    if !filter.roles.is_empty() {
        let names: Vec<&'static str> = filter.roles.iter().map(|role| role.name()).collect();
        condition = Box::new(condition.and(role_grant::role.eq_any(names)));
    }
    condition
}

fn beyond<'a>(mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = GrantId::from_bytes(mark.id);
    let at = At(jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
    Ok(if above {
        Box::new(role_grant::created_at.gt(at).or(role_grant::created_at.eq(at).and(role_grant::id.gt(id))))
    } else {
        Box::new(role_grant::created_at.lt(at).or(role_grant::created_at.eq(at).and(role_grant::id.lt(id))))
    })
}

impl Row {
    fn of(grant: &Grant) -> Self {
        let scope_id = match grant.scope {
            GrantScope::District => None,
            GrantScope::Zone(id) => Some(OrganisationId::from_bytes(*id.as_bytes())),
            GrantScope::Place(id) => Some(OrganisationId::from_bytes(*id.as_bytes())),
            GrantScope::Organisation(id) => Some(id),
            GrantScope::Posting(id) => Some(OrganisationId::from_bytes(*id.as_bytes())),
        };
        Self {
            id: grant.id,
            district: grant.district.to_string(),
            account: grant.account,
            role: grant.role.name().to_owned(),
            scope_kind: <&str>::from(grant.scope.kind()).to_owned(),
            scope_id,
            from_on: On(grant.from),
            to_on: grant.to.map(On),
            status: grant.status.name().to_owned(),
            proposed_by: grant.proposed_by,
            approved_by: grant.approved_by,
            created_at: At(grant.created_at),
            version: grant.version.0,
        }
    }

    fn parse(self) -> StoreResult<Grant> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "role_grant", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Grant, &'static str> {
        let kind = self.scope_kind.parse::<ScopeKind>().map_err(|_| "scope_kind")?;
        let scope = match (kind, self.scope_id) {
            (ScopeKind::District, None) => GrantScope::District,
            (ScopeKind::Zone, Some(id)) => GrantScope::Zone(ZoneId::from_bytes(*id.as_bytes())),
            (ScopeKind::Place, Some(id)) => GrantScope::Place(PlaceId::from_bytes(*id.as_bytes())),
            (ScopeKind::Organisation, Some(id)) => GrantScope::Organisation(id),
            (ScopeKind::Posting, Some(id)) => GrantScope::Posting(PostingId::from_bytes(*id.as_bytes())),
            (ScopeKind::District, Some(_))
            | (ScopeKind::Zone | ScopeKind::Place | ScopeKind::Organisation | ScopeKind::Posting, None) => {
                return Err("scope_id");
            }
        };
        Ok(Grant {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            account: self.account,
            role: self.role.parse::<Role>().map_err(|_| "role")?,
            scope,
            from: self.from_on.into(),
            to: self.to_on.map(Into::into),
            status: self.status.parse::<Status>().map_err(|_| "status")?,
            proposed_by: self.proposed_by,
            approved_by: self.approved_by,
            created_at: self.created_at.into(),
        })
    }
}
