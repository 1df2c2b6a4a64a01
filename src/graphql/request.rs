//! What a resolver knows of its request, and the two ways it answers.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Context, Error, Value};
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{
    error::top_level,
    loader::{Load, Loaders},
};
use crate::{
    domain::session::SessionToken,
    kernel::{
        calendar::shanghai_date,
        lang::Lang,
        problem::{Code, Problem},
    },
    ops::{App, Cx, Failure, Idempotency},
};

/// One request as resolvers see it.
pub struct Request {
    /// Also in the answer's `X-Request-Id` and in every log line of the request.
    pub id: String,
    pub lang: Lang,
    /// `None` when nobody is signed in.
    pub cx: Option<Cx>,
    /// Where the request came from, for the list of sessions.
    pub client: String,
    pub app: Arc<App>,
}

/// What the answer does with the browser's session cookie. A transport that can set cookies puts an
/// `Arc` of one into the request's data and reads it after the execution; others leave it out.
#[derive(Debug, Default)]
pub struct SessionCookie(Mutex<Option<CookieChange>>);

/// A change of the session cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CookieChange {
    /// The browser keeps the token until it is closed.
    Set(SessionToken),
    /// The browser forgets its token.
    Clear,
}

impl SessionCookie {
    /// What is to be done, if anything.
    pub fn take(&self) -> Option<CookieChange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, change: CookieChange) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
    }
}

/// Puts a token where the client wants it: into the cookie, where the transport can set one, or
/// into the answer.
pub fn hand_over(ctx: &Context<'_>, wants_cookie: Option<bool>, token: SessionToken) -> Option<SessionToken> {
    match ctx.data_opt::<Arc<SessionCookie>>() {
        Some(cookie) if wants_cookie == Some(true) => {
            cookie.put(CookieChange::Set(token));
            None
        }
        Some(_) | None => Some(token),
    }
}

/// Makes the browser forget the token of a session that has ended.
pub fn take_back(ctx: &Context<'_>) {
    if let Some(cookie) = ctx.data_opt::<Arc<SessionCookie>>() {
        cookie.put(CookieChange::Clear);
    }
}

/// What a mutation came to: its object, or problems.
pub type Outcome<T> = Result<T, Vec<Problem>>;

impl Request {
    /// The request that a resolver runs in.
    pub fn of<'a>(ctx: &Context<'a>) -> &'a Self {
        ctx.data_unchecked::<Self>()
    }

    /// The day it is in Asia/Shanghai.
    pub fn today(&self) -> Date {
        shanghai_date(self.app.clock.now())
    }

    /// The signed-in account, which has chosen its password itself.
    pub fn cx(&self) -> Result<&Cx, Error> {
        let cx = self.any_cx()?;
        if cx.must_change_password { Err(top_level(Failure::PasswordChangeRequired, self)) } else { Ok(cx) }
    }

    /// The signed-in account, even one that has to choose a password before anything else.
    pub fn any_cx(&self) -> Result<&Cx, Error> {
        self.cx.as_ref().ok_or_else(|| top_level(Failure::Unauthenticated, self))
    }
}

/// A nested object by its key; `None` when it is absent or hidden.
pub async fn load<L: Load>(ctx: &Context<'_>, key: L::Key) -> Result<Option<L::Value>, Error> {
    let request = Request::of(ctx);
    request.cx()?;
    ctx.data_unchecked::<Arc<Loaders>>().load::<L>(key).await.map_err(|failure| top_level(failure, request))
}

/// Turns a failure of a query into a top-level error.
pub fn or_error<T>(ctx: &Context<'_>, outcome: Result<T, Failure>) -> Result<T, Error> {
    outcome.map_err(|failure| top_level(failure, Request::of(ctx)))
}

/// Reads an id that stands in a query argument: one of the wrong kind is a top-level error.
pub fn id_argument<K: crate::kernel::id::Kind>(
    ctx: &Context<'_>,
    id: &async_graphql::ID,
) -> Result<crate::kernel::id::Id<K>, Error> {
    id.parse().map_err(|_| top_level(Failure::refused(Code::BadId), Request::of(ctx)))
}

/// The most values that one argument of a filter may have.
const MAX_VALUES: usize = 50;

/// A list in a query argument, empty when it was left out: too long a one is a top-level error.
pub fn bounded_argument<T>(ctx: &Context<'_>, values: Option<Vec<T>>) -> Result<Vec<T>, Error> {
    let values = values.unwrap_or_default();
    if values.len() <= MAX_VALUES {
        return Ok(values);
    }
    let problem = Problem::new(Code::Validation)
        .saying(format!("最多 {MAX_VALUES} 项。"), format!("At most {MAX_VALUES} values are allowed."));
    Err(top_level(Failure::Invalid(vec![problem]), Request::of(ctx)))
}

/// The same for a list of ids.
pub fn ids_argument<K: crate::kernel::id::Kind>(
    ctx: &Context<'_>,
    ids: Option<Vec<async_graphql::ID>>,
) -> Result<Vec<crate::kernel::id::Id<K>>, Error> {
    bounded_argument(ctx, ids)?.iter().map(|id| id_argument(ctx, id)).collect()
}

/// A search phrase in a query argument, 1–60 characters: another one is a top-level error.
pub fn phrase_argument(ctx: &Context<'_>, phrase: Option<String>) -> Result<Option<String>, Error> {
    let Some(phrase) = phrase else { return Ok(None) };
    if (1..=60).contains(&phrase.trim().chars().count()) && !phrase.chars().any(char::is_control) {
        return Ok(Some(phrase));
    }
    let problem = Problem::new(Code::Validation).saying("搜索内容为 1 至 60 个字符。", "A search phrase has 1 to 60 characters.");
    Err(top_level(Failure::Invalid(vec![problem]), Request::of(ctx)))
}

/// Runs a mutation of a signed-in account and answers its payload.
///
/// Problems stand in the payload; what no form can mend is an error of this field alone.
pub async fn settle<T, P, F>(ctx: &Context<'_>, key: Option<String>, story: impl FnOnce(Cx) -> F) -> Option<Result<P, Error>>
where
    F: Future<Output = Result<T, Failure>>,
    P: From<Outcome<T>>,
{
    Some(run(ctx, key, story).await)
}

/// The same for the few mutations that an account needs before it has chosen a password.
pub async fn settle_any<T, P, F>(ctx: &Context<'_>, key: Option<String>, story: impl FnOnce(Cx) -> F) -> Option<Result<P, Error>>
where
    F: Future<Output = Result<T, Failure>>,
    P: From<Outcome<T>>,
{
    Some(match Request::of(ctx).any_cx() {
        Ok(cx) => run_as(ctx, cx.clone(), key, story).await,
        Err(error) => Err(error),
    })
}

/// The same for a mutation that nobody needs to be signed in for. It takes no idempotency key, for
/// keys belong to accounts.
pub async fn settle_anonymous<T, P, F>(ctx: &Context<'_>, story: impl FnOnce(Arc<App>) -> F) -> Option<Result<P, Error>>
where
    F: Future<Output = Result<T, Failure>>,
    P: From<Outcome<T>>,
{
    let outcome = story(Arc::clone(&Request::of(ctx).app)).await;
    Some(answer(ctx, outcome))
}

async fn run<T, P, F>(ctx: &Context<'_>, key: Option<String>, story: impl FnOnce(Cx) -> F) -> Result<P, Error>
where
    F: Future<Output = Result<T, Failure>>,
    P: From<Outcome<T>>,
{
    let cx = Request::of(ctx).cx()?.clone();
    run_as(ctx, cx, key, story).await
}

async fn run_as<T, P, F>(ctx: &Context<'_>, mut cx: Cx, key: Option<String>, story: impl FnOnce(Cx) -> F) -> Result<P, Error>
where
    F: Future<Output = Result<T, Failure>>,
    P: From<Outcome<T>>,
{
    if let Some(key) = key {
        if key.is_empty() || key.len() > 64 || !key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            let problem = Problem::new(Code::Validation).at("idempotencyKey");
            return Ok(P::from(Err(vec![problem.saying(
                "幂等键为 1 至 64 个可见 ASCII 字符。",
                "An idempotency key has 1 to 64 printable ASCII characters.",
            )])));
        }
        cx.idempotency = Some(Idempotency { key, fingerprint: fingerprint(ctx)? });
    }
    let outcome = story(cx).await;
    answer(ctx, outcome)
}

fn answer<T, P: From<Outcome<T>>>(ctx: &Context<'_>, outcome: Result<T, Failure>) -> Result<P, Error> {
    // Whatever is read after this shall see its effect.
    ctx.data_unchecked::<Arc<Loaders>>().forget();
    match outcome {
        Ok(done) => Ok(P::from(Ok(done))),
        Err(failure) => match failure.problems() {
            Some(problems) => Ok(P::from(Err(problems))),
            None => Err(top_level(failure, Request::of(ctx))),
        },
    }
}

/// What an idempotency key stands for: the mutation's name and its input. The key itself is left
/// out, and so are passwords: a plain hash of one must not be stored.
fn fingerprint(ctx: &Context<'_>) -> Result<[u8; 32], Error> {
    let mut digest = Sha256::new();
    digest.update(ctx.field().name().as_bytes());
    for (name, value) in ctx.field().arguments()? {
        digest.update(name.as_bytes());
        hash_value(&mut digest, &value);
    }
    Ok(digest.finalize().into())
}

/// Fields of inputs that are no part of a fingerprint.
const UNHASHED: [&str; 4] = ["idempotencyKey", "password", "currentPassword", "newPassword"];

/// Hashes a value so that the order in which a client wrote its fields does not matter.
fn hash_value(digest: &mut Sha256, value: &Value) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().filter(|(name, _)| !UNHASHED.contains(&name.as_str())).collect();
            fields.sort_by(|a, b| a.0.cmp(b.0));
            digest.update(b"{");
            for (name, value) in fields {
                digest.update((name.len() as u64).to_be_bytes());
                digest.update(name.as_bytes());
                hash_value(digest, value);
            }
            digest.update(b"}");
        }
        Value::List(items) => {
            digest.update(b"[");
            items.iter().for_each(|item| hash_value(digest, item));
            digest.update(b"]");
        }
        other => {
            let text = other.to_string();
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text.as_bytes());
        }
    }
}
