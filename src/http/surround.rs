//! What surrounds every request: an id, a log line, headers, and a net for panics.

use std::{fmt::Write, panic::AssertUnwindSafe, time::Instant};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use tracing::Instrument;

use crate::kernel::clock::Entropy;

/// The id of a request: in every log line of it, and in the header of its answer.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives a request its id, logs it once, and hardens its answer.
pub async fn every_request(mut request: Request, next: Next) -> Response {
    let id = new_id();
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", id = %id, method = %request.method(), path = %request.uri().path());
    let begun = Instant::now();
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone()).await;
    let mut response = answered.unwrap_or_else(|_| {
        span.in_scope(|| tracing::error!("a request panicked"));
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    });
    span.in_scope(|| {
        let status = response.status().as_u16();
        tracing::info!(http.status = status, http.duration_ms = begun.elapsed().as_millis() as u64, "answered");
    });
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// An id that names one request, or one fault, in the log.
pub fn new_id() -> String {
    Entropy.bytes::<8>().iter().fold(String::from("req_"), |mut id, byte| {
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}
