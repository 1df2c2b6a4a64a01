//! Accounts in the API.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    grant::{Grant, GrantRole, OpenGrantsLoader},
    loader::Load,
    page::{Connection, Listed, PageArguments, page_cost, print},
    request::{Request, bounded_argument, id_argument, load, or_error, phrase_argument},
    scalar::DateTime,
};
use crate::{
    domain::account as domain,
    kernel::id::AccountId,
    policy::{self, Action, Scope},
    store::{self, Reader, StoreResult, account as rows},
};

/// An account as the API shows it.
#[derive(Clone)]
pub struct Account(pub domain::Account);

/// An account (账号): who signs in. Administrators see the accounts of their district, everybody
/// else their own alone.
#[Object]
impl Account {
    /// The opaque id, `acc_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// The name it signs in with, in small letters (登录名).
    async fn login(&self) -> &str {
        self.0.login.as_str()
    }

    /// What it is called (姓名或岗位), 1–120 characters.
    async fn display_name(&self) -> &str {
        self.0.display_name.as_str()
    }

    /// Where it stands (状态).
    async fn status(&self) -> AccountStatus {
        self.0.status.into()
    }

    /// Whether it has to choose a password before it can do anything else.
    async fn must_change_password(&self) -> bool {
        self.0.must_change_password
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Its grants that have not ended, the oldest first, at most 100; the query `grants` lists all.
    #[graphql(complexity = "10 + 10 * child_complexity")]
    async fn grants(&self, ctx: &Context<'_>) -> Result<Vec<Grant>, Error> {
        Ok(load::<OpenGrantsLoader>(ctx, self.0.id).await?.unwrap_or_default())
    }

    /// Whether the signed-in account may suspend it, its state aside.
    async fn viewer_can_suspend(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.viewer_can(ctx, Action::AccountSuspend)
    }

    /// Whether the signed-in account may resume it, its state aside.
    async fn viewer_can_resume(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.viewer_can(ctx, Action::AccountResume)
    }

    /// Whether the signed-in account may end it, its state aside.
    async fn viewer_can_end(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.viewer_can(ctx, Action::AccountEnd)
    }

    /// Whether the signed-in account may give it a new initial password, its state aside.
    async fn viewer_can_reset_password(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.viewer_can(ctx, Action::AccountPasswordReset)
    }

    /// Whether the signed-in account may propose a grant for it, its state aside.
    async fn viewer_can_propose_grant(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.viewer_can(ctx, Action::GrantPropose)
    }
}

impl Account {
    fn viewer_can(&self, ctx: &Context<'_>, action: Action) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).any_cx()?.actor, action, &self.0))
    }
}

/// Where an account stands (账号状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum AccountStatus {
    /// Has its initial password still (待激活).
    Invited,
    /// Has chosen a password of its own (正常).
    Active,
    /// Cannot sign in for a time (停用).
    Suspended,
    /// Cannot sign in any more (注销).
    Ended,
}

/// Narrows a list of accounts; every field that is given must match.
#[derive(InputObject, Default)]
pub struct AccountFilter {
    /// In any of these states.
    status: Option<Vec<AccountStatus>>,
    /// Holding an active grant of any of these roles.
    role: Option<Vec<GrantRole>>,
    /// A phrase of the login or the display name, 1–60 characters.
    text: Option<String>,
}

impl AccountFilter {
    fn read(self, ctx: &Context<'_>) -> Result<rows::Filter, Error> {
        Ok(rows::Filter {
            statuses: bounded_argument(ctx, self.status)?.into_iter().map(Into::into).collect(),
            roles: bounded_argument(ctx, self.role)?.into_iter().map(Into::into).collect(),
            text: phrase_argument(ctx, self.text)?,
        })
    }
}

/// How a list of accounts is ordered.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
#[graphql(remote = "rows::Order")]
pub enum AccountOrder {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

/// Reads accounts by id.
pub struct AccountLoader;

impl Load for AccountLoader {
    type Key = AccountId;
    type Value = Account;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[AccountId]) -> StoreResult<HashMap<AccountId, Account>> {
        let found = store::account::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|account| (account.id, Account(account))).collect())
    }
}

impl Listed for Account {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about accounts.
#[derive(Default)]
pub struct AccountQuery;

#[Object]
impl AccountQuery {
    /// An account by its id; null when it does not exist or is hidden.
    async fn account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account's id, `acc_…`.")] id: ID,
    ) -> Result<Option<Account>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<AccountLoader>(ctx, id).await
    }

    /// The accounts that the signed-in account may see.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the Relay specification")]
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<AccountFilter>,
        #[graphql(desc = "The order of the list.", default)] order: AccountOrder,
    ) -> Result<Connection<Account>, Error> {
        let cx = Request::of(ctx).cx()?;
        let filter = filter.unwrap_or_default().read(ctx)?;
        let order = rows::Order::from(order);
        let list = print("accounts", &filter, &order);
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, order, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, |account| order.mark(account), Account))
    }
}
