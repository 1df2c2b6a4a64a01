//! Changes to accounts in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    account::Account,
    error::Problem,
    form::Form,
    request::{Outcome, settle},
};
use crate::{
    domain::account::{self as domain, Login},
    kernel::{
        problem::{self, Code},
        text::NameBounds,
        version::Version,
    },
    ops::{self, account::Issued},
};

/// What came of a change to an account.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "AccountSuspendPayload", params(AccountSuspendInput)),
    concrete(name = "AccountResumePayload", params(AccountResumeInput)),
    concrete(name = "AccountEndPayload", params(AccountEndInput))
)]
pub struct AccountPayload<I: Send + Sync> {
    /// The account as it is now; null when there are problems.
    account: Option<Account>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Account>> for AccountPayload<I> {
    fn from(outcome: Outcome<domain::Account>) -> Self {
        let (account, problems) = match outcome {
            Ok(account) => (Some(Account(account)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { account, problems, input: PhantomData }
    }
}

/// What came of a change that gives an account an initial password.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "AccountCreatePayload", params(AccountCreateInput)),
    concrete(name = "AccountPasswordResetPayload", params(AccountPasswordResetInput))
)]
pub struct AccountIssuedPayload<I: Send + Sync> {
    /// The account as it is now; null when there are problems.
    account: Option<Account>,
    /// The password for the first sign-in (初始密码), which forces another one. Shown once: null when
    /// there are problems and when a repeated idempotency key is answered, for it is stored nowhere.
    initial_password: Option<String>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<Issued>> for AccountIssuedPayload<I> {
    fn from(outcome: Outcome<Issued>) -> Self {
        let (issued, problems) = match outcome {
            Ok(issued) => (Some(issued), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        let initial = issued.as_ref().and_then(|issued| issued.initial_password.as_ref());
        let initial_password = initial.map(|initial| initial.reveal().to_owned());
        Self { account: issued.map(|issued| Account(issued.account)), initial_password, problems, input: PhantomData }
    }
}

/// Creates an account.
#[derive(InputObject)]
pub struct AccountCreateInput {
    /// The name to sign in with: 3–40 of `a-z`, `0-9`, `.`, `_` and `-`; capitals become small
    /// letters. Unique among all districts.
    login: String,
    /// What it is called, 1–120 characters.
    display_name: String,
    /// Makes a repetition answer the first outcome, for 24 hours; without the password.
    idempotency_key: Option<String>,
}

/// Keeps an account from signing in for a time.
#[derive(InputObject)]
pub struct AccountSuspendInput {
    /// The account; never one's own.
    account: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Lets an account sign in again.
#[derive(InputObject)]
pub struct AccountResumeInput {
    /// The account.
    account: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Ends an account for good.
#[derive(InputObject)]
pub struct AccountEndInput {
    /// The account; never one's own.
    account: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Gives an account a new initial password.
#[derive(InputObject)]
pub struct AccountPasswordResetInput {
    /// The account; never one's own, a security administrator's or an auditor's.
    account: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours; without the password.
    idempotency_key: Option<String>,
}

/// Changes to accounts.
#[derive(Default)]
pub struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Creates an account without any right (新建账号); grants give it some.
    async fn account_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How it signs in and what it is called.")] input: AccountCreateInput,
    ) -> Option<Result<AccountIssuedPayload<AccountCreateInput>, Error>> {
        let mut form = Form::default();
        let login = read_login(&mut form, "login", &input.login);
        let display_name = form.text::<NameBounds>("displayName", &input.display_name);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(login), Some(display_name)) = (login, display_name) else {
                return Err(form.refuse());
            };
            ops::account::create(&cx, login, display_name).await
        })
        .await
    }

    /// Keeps an active account from signing in and ends its sessions at once (停用账号).
    async fn account_suspend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: AccountSuspendInput,
    ) -> Option<Result<AccountPayload<AccountSuspendInput>, Error>> {
        let mut form = Form::default();
        let account = form.id("account", &input.account);
        settle(ctx, input.idempotency_key, async |cx| match account {
            Some(account) => ops::account::suspend(&cx, account, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Lets a suspended account sign in again (恢复账号).
    async fn account_resume(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: AccountResumeInput,
    ) -> Option<Result<AccountPayload<AccountResumeInput>, Error>> {
        let mut form = Form::default();
        let account = form.id("account", &input.account);
        settle(ctx, input.idempotency_key, async |cx| match account {
            Some(account) => ops::account::resume(&cx, account, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Ends an account for good, with its sessions and grants (注销账号).
    async fn account_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: AccountEndInput,
    ) -> Option<Result<AccountPayload<AccountEndInput>, Error>> {
        let mut form = Form::default();
        let account = form.id("account", &input.account);
        settle(ctx, input.idempotency_key, async |cx| match account {
            Some(account) => ops::account::end(&cx, account, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Gives an invited or active account a new initial password and ends its sessions (重置密码). The
    /// passwords of security administrators and auditors are reset on the server's command line.
    async fn account_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: AccountPasswordResetInput,
    ) -> Option<Result<AccountIssuedPayload<AccountPasswordResetInput>, Error>> {
        let mut form = Form::default();
        let account = form.id("account", &input.account);
        settle(ctx, input.idempotency_key, async |cx| match account {
            Some(account) => ops::account::password_reset(&cx, account, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }
}

/// A login name.
pub(super) fn read_login(form: &mut Form, field: &str, login: &str) -> Option<Login> {
    let refuse = |_| {
        form.note(problem::Problem::new(Code::Validation).at(field).saying(
            "登录名为 3 至 40 个字符,可用小写字母、数字和 . _ -。",
            "A login name has 3 to 40 of a-z, 0-9, '.', '_' and '-'.",
        ));
    };
    Login::parse(login).map_err(refuse).ok()
}
