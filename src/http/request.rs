//! The parameters of a request, from a body or from an address.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Extensions, Name, Value, Variables};
use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;

use super::negotiate::is_json;
use super::refusal::{Part, Refusal};
use crate::graphql::guard::Guard;

/// Longest body of a GraphQL request, in bytes. Files travel by `/uploads`.
pub const BODY_LIMIT: usize = 256 * 1024;

/// The parameters of a well-formed request (GraphQL over HTTP, "Request Parameters").
#[derive(Debug)]
pub struct Params {
    pub query: String,
    /// Never the empty string, which means the same as none.
    pub operation_name: Option<String>,
    pub variables: Variables,
    pub extensions: Extensions,
}

/// The parameters in the body of a POST request.
pub(super) async fn from_body(headers: &HeaderMap, body: Body, guard: &Guard) -> Result<Params, Refusal> {
    if !is_json(headers) {
        return Err(Refusal::UnsupportedMediaType);
    }
    if announced_length(headers).is_some_and(|length| length > BODY_LIMIT as u64) {
        return Err(Refusal::BodyTooLarge { limit: BODY_LIMIT });
    }
    let body = read(body).await?;
    guard.check_message(&body, 1)?;
    match serde_json::from_slice(&body) {
        Ok(given @ Value::Object(_)) => Params::from_payload(given),
        Ok(Value::List(_)) => Err(Refusal::Batch),
        Ok(_) => Err(Refusal::NotAnObject(Part::Body)),
        Err(_) => Err(Refusal::NotJson(Part::Body)),
    }
}

/// The parameters in the address of a GET request; variables and extensions are JSON there.
pub(super) fn from_address(query: Option<&str>, guard: &Guard) -> Result<Params, Refusal> {
    let pairs: Vec<_> = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).collect();
    Params::from_parts(|part| {
        let name = part.to_string();
        let mut found = pairs.iter().filter(|(key, _)| *key == name).map(|(_, value)| value);
        let value = found.next();
        if found.next().is_some() {
            return Err(Refusal::Repeated(part));
        }
        match (part, value) {
            (_, None) => Ok(Value::Null),
            (Part::Variables | Part::Extensions, Some(json)) => {
                guard.check_variables(json.as_bytes())?;
                serde_json::from_str(json).map_err(|_| Refusal::NotJson(part))
            }
            (_, Some(text)) => Ok(Value::String(text.to_string())),
        }
    })
}

impl Params {
    /// The parameters in the payload of a message of a WebSocket.
    pub(super) fn from_payload(payload: Value) -> Result<Self, Refusal> {
        match payload {
            Value::Object(mut given) => {
                Self::from_parts(|part| Ok(given.swap_remove(part.to_string().as_str()).unwrap_or_default()))
            }
            _ => Err(Refusal::NotAnObject(Part::Body)),
        }
    }

    fn from_parts(mut take: impl FnMut(Part) -> Result<Value, Refusal>) -> Result<Self, Refusal> {
        let query = string(Part::Query, take(Part::Query)?)?.ok_or(Refusal::QueryMissing)?;
        let operation_name = string(Part::OperationName, take(Part::OperationName)?)?;
        let variables = object(Part::Variables, take(Part::Variables)?)?;
        let extensions = object(Part::Extensions, take(Part::Extensions)?)?;
        Ok(Self {
            query,
            operation_name: operation_name.filter(|name| !name.is_empty()),
            variables: Variables::from_value(Value::Object(variables)),
            extensions: Extensions(extensions.into_iter().map(|(name, value)| (name.to_string(), value)).collect()),
        })
    }
}

fn string(part: Part, value: Value) -> Result<Option<String>, Refusal> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        _ => Err(Refusal::NotAString(part)),
    }
}

fn object(part: Part, value: Value) -> Result<IndexMap<Name, Value>, Refusal> {
    match value {
        Value::Null => Ok(IndexMap::default()),
        Value::Object(fields) => Ok(fields),
        _ => Err(Refusal::NotAnObject(part)),
    }
}

/// A body without an announced length is cut at the limit while it arrives.
async fn read(body: Body) -> Result<Bytes, Refusal> {
    let mut request = Request::new(body);
    DefaultBodyLimit::max(BODY_LIMIT).apply(&mut request);
    Bytes::from_request(request, &()).await.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Refusal::BodyTooLarge { limit: BODY_LIMIT }
        }
        _ => Refusal::BodyIncomplete,
    })
}

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
