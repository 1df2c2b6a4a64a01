//! The portal behind the endpoint: who asks, then the schema, then the answer.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use async_graphql::{Response, ServerError};
use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, header},
};

use futures_util::StreamExt as _;
use tokio::sync::Semaphore;

use super::{
    Sockets,
    graphql::{Call, Execute},
    session::{Presented, is_foreign, set_cookie},
    surround::{self, RequestId},
};
use crate::{
    graphql::{
        PortalSchema, answer,
        loader::{Loaders, drive},
        request::{CookieChange, Request, SessionCookie},
        schema,
    },
    kernel::{lang::Lang, problem::Code},
    ops::{self, App, Cx, Failure},
    store::StoreError,
};

/// Everything that requests share.
pub struct Portal {
    pub app: Arc<App>,
    pub schema: PortalSchema,
    pub settings: Settings,
    /// One for each spreadsheet that may be written at the same time.
    pub exports: Arc<Semaphore>,
    pub sockets: Arc<Sockets>,
}

/// What the operator decides about requests.
#[derive(Clone, Debug)]
pub struct Settings {
    pub execution_timeout: Duration,
    /// Spreadsheets that are written at the same time.
    pub export_slots: usize,
    /// WebSockets of this process.
    pub sockets: usize,
    /// WebSockets of one account.
    pub sockets_of_account: usize,
    /// Lets the session cookie travel over plain HTTP.
    pub insecure_cookies: bool,
    /// Lets clients read the schema without signing in.
    pub introspection_for_all: bool,
}

/// How a request is let in.
pub enum Entry {
    /// Nobody is signed in.
    Anonymous,
    /// A living session.
    SignedIn(Cx),
}

/// Why a request is not let in at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// A page of another origin sent it with a browser's cookie.
    ForeignOrigin,
    /// The database cannot be asked now.
    Overloaded,
    Fault,
}

impl Portal {
    /// Puts the schema before an application.
    pub fn new(app: Arc<App>, settings: Settings) -> Self {
        let exports = Arc::new(Semaphore::new(settings.export_slots));
        let sockets = Sockets::new(settings.sockets, settings.sockets_of_account);
        Self { app, schema: schema(), settings, exports, sockets }
    }

    /// Finds out who sends a request. A token that is not known (any more) is nobody's.
    pub async fn enter(&self, headers: &HeaderMap) -> Result<Entry, Barred> {
        let Some(presented) = Presented::of(headers) else {
            return Ok(Entry::Anonymous);
        };
        if presented.by_cookie && is_foreign(headers) {
            return Err(Barred::ForeignOrigin);
        }
        match ops::session::resume(&self.app, presented.hash()).await {
            Ok(None) => Ok(Entry::Anonymous),
            Ok(Some(cx)) => Ok(Entry::SignedIn(cx)),
            Err(Failure::Store(StoreError::Overloaded)) => Err(Barred::Overloaded),
            Err(fault) => {
                tracing::error!(error = %fault, "a session could not be read");
                Err(Barred::Fault)
            }
        }
    }
}

impl Portal {
    /// Executes a query or a mutation, in its time.
    pub(super) async fn answer(&self, scene: Request, request: async_graphql::Request) -> Response {
        let (lang, cx, anonymous) = (scene.lang, scene.cx.clone(), scene.cx.is_none());
        let loaders = Arc::new(Loaders::default());
        let request = self.prepared(request, scene, &loaders);
        let execution = drive(&loaders, cx.as_ref(), self.schema.execute(request));
        let mut answer = match tokio::time::timeout(self.settings.execution_timeout, execution).await {
            Ok(answer) => answer,
            Err(_) => refused(Code::TimedOut, lang),
        };
        if anonymous {
            answer::mask_suggestions(&mut answer.errors);
        }
        answer
    }

    /// Executes a subscription for one delivery; `None` where there is nothing in it for whoever asks.
    pub(super) async fn deliver(&self, scene: Request, request: async_graphql::Request) -> Option<Response> {
        let (lang, cx, anonymous) = (scene.lang, scene.cx.clone(), scene.cx.is_none());
        let loaders = Arc::new(Loaders::default());
        let request = self.prepared(request, scene, &loaders);
        let mut deliveries = Box::pin(self.schema.execute_stream(request));
        let delivery = drive(&loaders, cx.as_ref(), deliveries.next());
        let mut answer = match tokio::time::timeout(self.settings.execution_timeout, delivery).await {
            Ok(answer) => answer?,
            Err(_) => refused(Code::TimedOut, lang),
        };
        if anonymous {
            answer::mask_suggestions(&mut answer.errors);
        }
        Some(answer)
    }

    fn prepared(&self, request: async_graphql::Request, scene: Request, loaders: &Arc<Loaders>) -> async_graphql::Request {
        let introspects = scene.cx.is_some() || self.settings.introspection_for_all;
        let request = if introspects { request } else { request.disable_introspection() };
        request.data(scene).data(Arc::clone(loaders))
    }
}

impl Barred {
    /// The answer's status and code.
    pub fn code(self) -> (StatusCode, Code) {
        match self {
            Self::ForeignOrigin => (StatusCode::FORBIDDEN, Code::Forbidden),
            Self::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, Code::Overloaded),
            Self::Fault => (StatusCode::INTERNAL_SERVER_ERROR, Code::Internal),
        }
    }
}

/// The portal as the endpoint calls it.
pub struct Door(pub Arc<Portal>);

impl Execute for Door {
    async fn execute(&self, call: Call) -> Response {
        let portal = &self.0;
        let lang = call.lang;
        let cx = match portal.enter(&call.parts.headers).await {
            Ok(Entry::SignedIn(cx)) => Some(cx),
            Ok(Entry::Anonymous) => None,
            Err(barred) => return refused(barred.code().1, lang),
        };
        let (request, parts) = call.into_request();
        let cookie = Arc::new(SessionCookie::default());
        let scene = Request {
            id: request_id(&parts.extensions),
            lang,
            cx,
            client: client(&parts.headers, &parts.extensions),
            app: Arc::clone(&portal.app),
        };
        let mut answer = portal.answer(scene, request.data(Arc::clone(&cookie))).await;
        let change = cookie.take().and_then(|change| match change {
            CookieChange::Set(token) => set_cookie(Some(token.reveal()), portal.settings.insecure_cookies),
            CookieChange::Clear => set_cookie(None, portal.settings.insecure_cookies),
        });
        if self.status(&answer) == Some(StatusCode::SERVICE_UNAVAILABLE) {
            answer.http_headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        answer.http_headers.extend(change.map(|change| (header::SET_COOKIE, change)));
        answer
    }

    fn incident(&self, cause: &ServerError) -> Option<String> {
        let incident = surround::new_id();
        tracing::error!(%incident, error = %cause.message, "an answer was masked");
        Some(incident)
    }

    fn status(&self, answer: &Response) -> Option<StatusCode> {
        let code = answer.errors.first()?.extensions.as_ref()?.get("code")?;
        let async_graphql::Value::String(code) = code else { return None };
        match code.parse::<Code>() {
            Ok(Code::Overloaded) => Some(StatusCode::SERVICE_UNAVAILABLE),
            Ok(Code::TimedOut) => Some(StatusCode::GATEWAY_TIMEOUT),
            Ok(Code::Forbidden) => Some(StatusCode::FORBIDDEN),
            Ok(Code::Internal) => Some(StatusCode::INTERNAL_SERVER_ERROR),
            _ => None,
        }
    }
}

pub(super) fn refused(code: Code, lang: Lang) -> Response {
    answer::refused(code.name(), code.message().text(lang))
}

pub(super) fn request_id(extensions: &Extensions) -> String {
    extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// Where a session comes from, for its owner to recognise it: program and address.
pub(super) fn client(headers: &HeaderMap, extensions: &Extensions) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("-");
    let address = extensions.get::<ConnectInfo<SocketAddr>>().map_or_else(|| "-".to_owned(), |info| info.0.ip().to_string());
    agent.chars().take(100).chain(" · ".chars()).chain(address.chars()).collect()
}
