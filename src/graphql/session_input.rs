//! Signing in and out in the API, and changing one's own password.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    account::Account,
    error::Problem,
    form::Form,
    request::{Outcome, Request, hand_over, settle, settle_anonymous, settle_any, take_back},
    session::Session,
};
use crate::{
    domain::session::{self as domain, SessionToken},
    kernel::text::NameBounds,
    ops::{
        self,
        password::Changed,
        session::{NewSession, Which},
    },
};

/// What came of a sign-in.
#[derive(SimpleObject)]
pub struct SessionCreatePayload {
    /// What proves the session from now on, as `Authorization: Bearer …`. Shown once; null when there
    /// are problems and when it was set as a cookie.
    token: Option<String>,
    /// The session that was opened; null when there are problems.
    session: Option<Session>,
    /// Whether the account has to choose a password before it can do anything else.
    must_change_password: bool,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
}

/// A new session with the token that is left to answer.
struct Opened {
    new: NewSession,
    token: Option<SessionToken>,
}

impl From<Outcome<Opened>> for SessionCreatePayload {
    fn from(outcome: Outcome<Opened>) -> Self {
        match outcome {
            Ok(Opened { new, token }) => Self {
                token: token.map(|token| token.reveal().to_owned()),
                must_change_password: new.must_change_password,
                session: Some(Session(new.session)),
                problems: Vec::new(),
            },
            Err(problems) => Self {
                token: None,
                session: None,
                must_change_password: false,
                problems: problems.into_iter().map(Problem).collect(),
            },
        }
    }
}

/// What came of the end of a session.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "SessionEndPayload", params(SessionEndInput)),
    concrete(name = "SessionRevokePayload", params(SessionRevokeInput))
)]
pub struct SessionPayload<I: Send + Sync> {
    /// The session that was ended; null when there are problems.
    session: Option<Session>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Session>> for SessionPayload<I> {
    fn from(outcome: Outcome<domain::Session>) -> Self {
        let (session, problems) = match outcome {
            Ok(session) => (Some(Session(session)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { session, problems, input: PhantomData }
    }
}

/// What came of ending all sessions.
#[derive(SimpleObject)]
pub struct SessionRevokeAllPayload {
    /// The sessions that were ended; null when there are problems.
    sessions: Option<Vec<Session>>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
}

impl From<Outcome<Vec<domain::Session>>> for SessionRevokeAllPayload {
    fn from(outcome: Outcome<Vec<domain::Session>>) -> Self {
        match outcome {
            Ok(sessions) => Self { sessions: Some(sessions.into_iter().map(Session).collect()), problems: Vec::new() },
            Err(problems) => Self { sessions: None, problems: problems.into_iter().map(Problem).collect() },
        }
    }
}

/// What came of a change of password.
#[derive(SimpleObject)]
pub struct PasswordChangePayload {
    /// The account as it is now; null when there are problems.
    account: Option<Account>,
    /// What proves this session from now on; the token before it is worth nothing any more. Shown
    /// once: null when there are problems, when it was set as a cookie, and when a repeated
    /// idempotency key is answered, for it is stored nowhere.
    token: Option<String>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
}

impl From<Outcome<Changed>> for PasswordChangePayload {
    fn from(outcome: Outcome<Changed>) -> Self {
        match outcome {
            Ok(changed) => Self {
                token: changed.token.map(|token| token.reveal().to_owned()),
                account: Some(Account(changed.account)),
                problems: Vec::new(),
            },
            Err(problems) => Self { account: None, token: None, problems: problems.into_iter().map(Problem).collect() },
        }
    }
}

/// Signs in. There is no idempotency key, for keys belong to accounts: a repetition opens another
/// session.
#[derive(InputObject)]
pub struct SessionCreateInput {
    /// The login name; capitals do not matter.
    login: String,
    /// The password.
    password: String,
    /// What the client calls itself in the list of sessions, 1–120 characters; by default its program
    /// and address.
    client: Option<String>,
    /// Sets the token as an HTTP-only cookie instead of answering it, for browsers.
    cookie: Option<bool>,
}

/// Signs out.
#[derive(InputObject)]
pub struct SessionEndInput {
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Ends one of one's own sessions.
#[derive(InputObject)]
pub struct SessionRevokeInput {
    /// The session, from `viewer`.
    session: ID,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Ends all of one's own sessions.
#[derive(InputObject)]
pub struct SessionRevokeAllInput {
    /// Also ends the session that asks.
    include_current: Option<bool>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes one's own password.
#[derive(InputObject)]
pub struct PasswordChangeInput {
    /// The present password.
    current_password: String,
    /// The new one: 10–200 characters, none of those that are tried first, no run along the keyboard,
    /// not the login name. There is no other rule.
    new_password: String,
    /// Sets the new token as an HTTP-only cookie instead of answering it, for browsers.
    cookie: Option<bool>,
    /// Makes a repetition answer the first outcome, for 24 hours; without the token. Passwords are no
    /// part of what makes two requests the same.
    idempotency_key: Option<String>,
}

/// Changes to one's own sessions and password.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Signs in (登录). An unknown account, a wrong password and a suspended account are answered
    /// alike: `SIGN_IN_FAILED`.
    async fn session_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs in, and how the token is handed over.")] input: SessionCreateInput,
    ) -> Option<Result<SessionCreatePayload, Error>> {
        let mut form = Form::default();
        let client = form.optional_text::<NameBounds>("client", input.client.as_deref());
        settle_anonymous(ctx, async |app| {
            let Some(client) = client else {
                return Err(form.refuse());
            };
            let client = client.map_or_else(|| Request::of(ctx).client.clone(), Into::into);
            let new = ops::session::create(&app, &input.login, &input.password, &client).await?;
            let token = hand_over(ctx, input.cookie, new.token.clone());
            Ok(Opened { new, token })
        })
        .await
    }

    /// Signs out: ends the session of this request (退出登录).
    async fn session_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Nothing but an idempotency key.")] input: SessionEndInput,
    ) -> Option<Result<SessionPayload<SessionEndInput>, Error>> {
        settle_any(ctx, input.idempotency_key, async |cx| {
            let ended = ops::session::end(&cx).await?;
            take_back(ctx);
            Ok(ended)
        })
        .await
    }

    /// Ends one of one's own sessions (撤销会话).
    async fn session_revoke(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which session.")] input: SessionRevokeInput,
    ) -> Option<Result<SessionPayload<SessionRevokeInput>, Error>> {
        let mut form = Form::default();
        let session = form.id("session", &input.session);
        settle(ctx, input.idempotency_key, async |cx| match session {
            Some(session) => ops::session::revoke(&cx, session).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Ends all of one's own sessions but this one, or this one as well (撤销全部会话).
    async fn session_revoke_all(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether this session is meant as well.")] input: SessionRevokeAllInput,
    ) -> Option<Result<SessionRevokeAllPayload, Error>> {
        let which = if input.include_current == Some(true) { Which::All } else { Which::Others };
        settle(ctx, input.idempotency_key, async |cx| {
            let ended = ops::session::revoke_all(&cx, which).await?;
            if which == Which::All {
                take_back(ctx);
            }
            Ok(ended)
        })
        .await
    }

    /// Changes one's own password (修改密码). The first change makes an invited account active. Ends
    /// all other sessions, and gives this one a new token.
    async fn password_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The present and the new password.")] input: PasswordChangeInput,
    ) -> Option<Result<PasswordChangePayload, Error>> {
        settle_any(ctx, input.idempotency_key, async |cx| {
            let mut changed = ops::password::change(&cx, &input.current_password, &input.new_password).await?;
            if let Some(token) = changed.token.take() {
                changed.token = hand_over(ctx, input.cookie, token);
            }
            Ok(changed)
        })
        .await
    }
}
