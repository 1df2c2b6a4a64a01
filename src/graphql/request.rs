//! What a resolver knows of its request, and the two ways it answers.

use std::sync::Arc;

use async_graphql::{Context, Error, Value};
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{
    error::top_level,
    loader::{Load, Loaders},
};
use crate::{
    kernel::{
        calendar::shanghai_date,
        lang::Lang,
        problem::{Code, Problem},
    },
    ops::{Cx, Failure, Idempotency},
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
    pub app: Arc<crate::ops::App>,
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

    /// The signed-in account.
    pub fn cx(&self) -> Result<&Cx, Error> {
        self.cx.as_ref().ok_or_else(|| top_level(Failure::Unauthenticated, self))
    }
}

/// A nested object by its key; `None` when it is absent or hidden.
pub async fn load<L: Load>(ctx: &Context<'_>, key: L::Key) -> Result<Option<L::Value>, Error> {
    let request = Request::of(ctx);
    request.cx()?;
    ctx.data_unchecked::<std::sync::Arc<Loaders>>().load::<L>(key).await.map_err(|failure| top_level(failure, request))
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

async fn run<T, P, F>(ctx: &Context<'_>, key: Option<String>, story: impl FnOnce(Cx) -> F) -> Result<P, Error>
where
    F: Future<Output = Result<T, Failure>>,
    P: From<Outcome<T>>,
{
    let request = Request::of(ctx);
    let mut cx = request.cx()?.clone();
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
    // Whatever is read after this shall see its effect.
    ctx.data_unchecked::<std::sync::Arc<Loaders>>().forget();
    match outcome {
        Ok(done) => Ok(P::from(Ok(done))),
        Err(failure) => match failure.problems() {
            Some(problems) => Ok(P::from(Err(problems))),
            None => Err(top_level(failure, request)),
        },
    }
}

/// What an idempotency key stands for: the mutation's name and its input, the key itself left out.
fn fingerprint(ctx: &Context<'_>) -> Result<[u8; 32], Error> {
    let mut digest = Sha256::new();
    digest.update(ctx.field().name().as_bytes());
    for (name, value) in ctx.field().arguments()? {
        digest.update(name.as_bytes());
        hash_value(&mut digest, &value);
    }
    Ok(digest.finalize().into())
}

/// Hashes a value so that the order in which a client wrote its fields does not matter.
fn hash_value(digest: &mut Sha256, value: &Value) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().filter(|(name, _)| name.as_str() != "idempotencyKey").collect();
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
