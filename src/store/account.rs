//! Accounts in the database, and who sees which. Their password hashes leave this file in a
//! [`Credential`] only.

use std::collections::HashMap;

use diesel::{dsl::count_star, prelude::*, sql_types::Bool};
use serde::Serialize;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::text,
    conn::MultiBackend,
    page::{Sort, Window, containing},
    schema::{account, role_grant},
    types::At,
};
use crate::{
    domain::{
        account::{Account, Login, Status},
        grant::Role,
    },
    kernel::{
        district::District,
        id::AccountId,
        page::{Mark, Page, PageRequest},
        password::PasswordHash,
        tokens::search_form,
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = account, treat_none_as_null = true)]
struct Row {
    id: AccountId,
    district: String,
    login: String,
    display_name: String,
    must_change: bool,
    status: String,
    search_text: String,
    created_at: At,
    version: i32,
}

/// An account with what its password is compared to.
#[derive(Clone, Debug)]
pub struct Credential {
    pub account: Account,
    pub hash: PasswordHash,
}

/// Which accounts a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    pub statuses: Vec<Status>,
    /// Those that hold an active grant of any of these roles.
    pub roles: Vec<Role>,
    /// A phrase of the login or the display name.
    pub text: Option<String>,
}

/// How a list of accounts is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// The unique constraint, by name and by columns.
pub const LOGIN_UNIQUE: (&str, &str) = ("account_login_unique", "account.login");

impl Order {
    fn sort(self) -> Sort {
        match self {
            Self::NewestFirst => Sort::Descending,
            Self::OldestFirst => Sort::Ascending,
        }
    }

    /// Where an account stands in a list of this order.
    pub fn mark(self, account: &Account) -> Mark {
        Mark { key: account.created_at.as_microsecond(), id: *account.id.as_bytes() }
    }
}

/// The account, if the scope shows it.
pub fn find(reader: &mut Reader, scope: &Scope, id: AccountId) -> StoreResult<Option<Account>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the accounts that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[AccountId]) -> StoreResult<Vec<Account>> {
    let rows: Vec<Row> =
        account::table.filter(account::id.eq_any(ids)).filter(visible(scope)).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// One page of the list.
pub fn page(
    reader: &mut Reader,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    request: &PageRequest,
) -> StoreResult<Page<Account>> {
    let window = Window::new(request, order.sort());
    let mut query = account::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(mark, above)?);
        }
    }
    query = if window.upwards {
        query.order((account::created_at.asc(), account::id.asc()))
    } else {
        query.order((account::created_at.desc(), account::id.desc()))
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    let rows = rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?;
    Ok(Page::cut(rows, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(account::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

/// What signs in under this name, in whichever district.
pub fn by_login(reader: &mut Reader, login: &Login) -> StoreResult<Option<Credential>> {
    credential(reader, Box::new(account::login.eq(login.to_string())))
}

/// What the account signs in with.
pub fn by_id(reader: &mut Reader, id: AccountId) -> StoreResult<Option<Credential>> {
    credential(reader, Box::new(account::id.eq(id)))
}

fn credential(reader: &mut Reader, which: Condition<'_>) -> StoreResult<Option<Credential>> {
    let found: Option<(Row, String)> =
        account::table.filter(which).select((Row::as_select(), account::password_hash)).get_result(reader.conn()).optional()?;
    found.map(|(row, hash)| Ok(Credential { account: row.parse()?, hash: PasswordHash::stored(hash) })).transpose()
}

/// The account of a district with this login that may sign in.
pub fn living_by_login(tx: &mut Tx, district: &District, login: &Login) -> StoreResult<Option<AccountId>> {
    let living = account::district
        .eq(district.as_str())
        .and(account::login.eq(login.as_str()))
        .and(account::status.eq_any(["INVITED", "ACTIVE"]));
    Ok(account::table.filter(living).select(account::id).get_result(tx.conn()).optional()?)
}

/// What accounts are called, for those who see what they do.
pub fn names(reader: &mut Reader, ids: &[AccountId]) -> StoreResult<HashMap<AccountId, String>> {
    let rows: Vec<(AccountId, String)> =
        account::table.filter(account::id.eq_any(ids)).select((account::id, account::display_name)).load(reader.conn())?;
    Ok(rows.into_iter().collect())
}

/// Enters a new account with its password.
pub fn insert(tx: &mut Tx, account: &Account, hash: &PasswordHash) -> StoreResult<()> {
    diesel::insert_into(account::table)
        .values((&Row::of(account), account::password_hash.eq(hash.as_str())))
        .execute(tx.conn())?;
    Ok(())
}

/// Saves a step of an account whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, account: &Account, expected: Version) -> StoreResult<()> {
    let changed = diesel::update(account::table.filter(account::id.eq(account.id).and(account::version.eq(expected.0))))
        .set(&Row::of(account))
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// The same with a new password.
pub fn save_with_password(tx: &mut Tx, account: &Account, hash: &PasswordHash, expected: Version) -> StoreResult<()> {
    let changed = diesel::update(account::table.filter(account::id.eq(account.id).and(account::version.eq(expected.0))))
        .set((&Row::of(account), account::password_hash.eq(hash.as_str())))
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

type Condition<'a> = Box<dyn BoxableExpression<account::table, MultiBackend, SqlType = Bool> + 'a>;

/// Administrators see the accounts of their district, everybody their own.
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = account::district.eq(scope.district.to_string());
    if scope.administers { Box::new(district) } else { Box::new(district.and(account::id.eq(scope.account))) }
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut condition: Condition<'a> = Box::new(account::id.eq(account::id));
    if !filter.statuses.is_empty() {
        let names: Vec<&'static str> = filter.statuses.iter().map(|status| status.name()).collect();
        condition = Box::new(condition.and(account::status.eq_any(names)));
    }
    if !filter.roles.is_empty() {
        let names: Vec<&'static str> = filter.roles.iter().map(|role| role.name()).collect();
        let holders = role_grant::table
            .filter(role_grant::status.eq("ACTIVE").and(role_grant::role.eq_any(names)))
            .select(role_grant::account);
        condition = Box::new(condition.and(account::id.eq_any(holders)));
    }
    match &filter.text {
        // A district has hundreds of accounts at most: no index of tokens is needed.
        Some(phrase) => Box::new(condition.and(account::search_text.like(containing(&search_form(phrase))).escape('\\'))),
        None => condition,
    }
}

fn beyond<'a>(mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = AccountId::from_bytes(mark.id);
    let at = At(jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
    Ok(if above {
        Box::new(account::created_at.gt(at).or(account::created_at.eq(at).and(account::id.gt(id))))
    } else {
        Box::new(account::created_at.lt(at).or(account::created_at.eq(at).and(account::id.lt(id))))
    })
}

impl Row {
    fn of(account: &Account) -> Self {
        Self {
            id: account.id,
            district: account.district.to_string(),
            login: account.login.to_string(),
            display_name: account.display_name.to_string(),
            must_change: account.must_change_password,
            status: account.status.name().to_owned(),
            search_text: search_form(&account.search_text()),
            created_at: At(account.created_at),
            version: account.version.0,
        }
    }

    fn parse(self) -> StoreResult<Account> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "account", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Account, &'static str> {
        Ok(Account {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            login: Login::parse(&self.login).map_err(|_| "login")?,
            display_name: text(&self.display_name, "display_name")?,
            status: self.status.parse::<Status>().map_err(|_| "status")?,
            must_change_password: self.must_change,
            created_at: self.created_at.into(),
        })
    }
}
