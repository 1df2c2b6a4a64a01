//! The endpoint `/graphql`: GraphQL over HTTP by GET and POST.
//!
//! Semantics follow the specification of the GraphQL Foundation, "GraphQL over HTTP". Cross-site
//! requests do no harm: GET executes queries only, and the one media type accepted for a body is
//! not among those that a page may send elsewhere without being asked.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Response as Answer, ServerError};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, request};
use axum::response::Response;
use axum::routing::{MethodRouter, get};

use super::negotiate::{Media, Outcome};
use super::refusal::Refusal;
use super::request::{Params, from_address, from_body};
use crate::graphql::answer;
use crate::graphql::guard::{Admitted, Guard};
use crate::graphql::shape::Shape;
use crate::kernel::lang::Lang;

/// What stands behind the endpoint: the schema, and who may ask it.
pub trait Execute: Send + Sync + 'static {
    /// Executes an operation that the guard has admitted.
    fn execute(&self, call: Call) -> impl Future<Output = Answer> + Send;

    /// Logs an error of ours that the client will not read; an id given back reaches the client.
    fn incident(&self, _cause: &ServerError) -> Option<String> {
        None
    }

    /// The status of an answer without data, where another one says more than the usual one: for
    /// example 401 or 503. Never asked for an answer with data.
    fn status(&self, _answer: &Answer) -> Option<StatusCode> {
        None
    }
}

/// One admitted operation with all that is known about its request.
pub struct Call {
    pub params: Params,
    pub admitted: Admitted,
    /// Method, address, headers, and what earlier layers left in the extensions.
    pub parts: request::Parts,
    pub lang: Lang,
}

impl Call {
    /// The request for the schema, with the document parsed already; the other parts are left.
    pub fn into_request(self) -> (async_graphql::Request, request::Parts) {
        let mut request = self.admitted.to_request(self.params.variables);
        request.extensions = self.params.extensions;
        (request, self.parts)
    }
}

/// The guard, what it guards, and the shape that answers are given.
pub struct Endpoint<E> {
    pub guard: Arc<Guard>,
    pub shape: Arc<Shape>,
    pub execute: E,
}

/// GET and POST; other methods are told so.
pub fn route<E: Execute>(endpoint: Endpoint<E>) -> MethodRouter {
    get(handle::<E>).post(handle::<E>).fallback(refuse_method).with_state(Arc::new(endpoint))
}

/// Answers one request by GET or POST.
pub async fn handle<E: Execute>(State(endpoint): State<Arc<Endpoint<E>>>, request: Request) -> Response {
    let lang = language(request.headers());
    let Some(media) = Media::negotiate(request.headers()) else {
        return refuse(Refusal::NotAcceptable, Media::Json, lang);
    };
    let (parts, body) = request.into_parts();
    match endpoint.admit(parts, body, lang).await {
        Ok(call) => endpoint.answer(call, media).await,
        Err(refusal) => refuse(refusal, media, lang),
    }
}

impl<E: Execute> Endpoint<E> {
    async fn admit(&self, parts: request::Parts, body: Body, lang: Lang) -> Result<Call, Refusal> {
        let params = match parts.method {
            Method::POST => from_body(&parts.headers, body, &self.guard).await?,
            _ => from_address(parts.uri.query(), &self.guard)?,
        };
        let admitted = self.guard.admit(&params.query, params.operation_name.as_deref())?;
        match admitted.operation_type() {
            OperationType::Mutation if parts.method != Method::POST => {
                return Err(Refusal::MutationByGet);
            }
            OperationType::Subscription => return Err(Refusal::SubscriptionOverHttp),
            OperationType::Query | OperationType::Mutation => {}
        }
        self.guard.check_values(&admitted, &params.variables)?;
        Ok(Call { params, admitted, parts, lang })
    }

    async fn answer(&self, call: Call, media: Media) -> Response {
        let lang = call.lang;
        let outline = self.shape.outline(&call.admitted, &call.params.variables);
        let mut answer = self.execute.execute(call).await;
        outline.complete(&mut answer);
        answer::seal(&mut answer, lang, |cause| self.execute.incident(cause));
        let status = match Outcome::of(&answer) {
            Outcome::Refused => self.execute.status(&answer),
            Outcome::Complete | Outcome::Partial => None,
        };
        let status = status.unwrap_or_else(|| media.status(Outcome::of(&answer)));
        let headers = std::mem::take(&mut answer.http_headers);
        reply(status, media, headers, &answer)
    }
}

fn refuse(refusal: Refusal, media: Media, lang: Lang) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(methods) = refusal.allowed_methods() {
        headers.insert(ALLOW, HeaderValue::from_static(methods));
    }
    reply(refusal.status(media), media, headers, &refusal.to_answer(lang))
}

async fn refuse_method(headers: HeaderMap) -> Response {
    refuse(Refusal::MethodNotAllowed, Media::Json, language(&headers))
}

fn reply(status: StatusCode, media: Media, headers: HeaderMap, answer: &Answer) -> Response {
    let (status, body) = match answer::to_json(answer) {
        Ok(body) => (status, body),
        // Of all values only those of a faulty scalar of ours cannot be written.
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, UNWRITABLE.to_vec()),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.headers_mut().insert(CONTENT_TYPE, media.content_type());
    response
}

const UNWRITABLE: &[u8] = br#"{"errors":[{"message":"Something went wrong on our side.","extensions":{"code":"INTERNAL"}}]}"#;

fn language(headers: &HeaderMap) -> Lang {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    wanted.map_or(Lang::default(), Lang::from_accept_language)
}
