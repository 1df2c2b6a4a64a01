//! `GET /exports?token=…`: a list as a file, for whoever holds a link that was made a moment ago.
//!
//! The whole file is written to a temporary one first: what fails halfway fails with an error, never as a
//! short file, and a slow client holds no database.

use std::{
    io::{Seek, SeekFrom},
    sync::Arc,
};

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT_LANGUAGE, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use serde_json::json;
use tokio::io::AsyncReadExt;

use super::Portal;
use crate::{
    ingest::out::{self, ExportError, Written},
    kernel::{lang::Lang, problem::Code},
    ops::{self, Cx, Failure, export::Export},
    store::StoreError,
};

/// Why there is no file.
enum Refused {
    /// As many files as may be are being written.
    Busy,
    Failed(Failure),
    /// Our own fault.
    Broken(String),
}

const CHUNK: usize = 64 * 1024;

/// Answers the file that a link stands for.
pub async fn fetch(State(portal): State<Arc<Portal>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let lang = wanted.map_or(Lang::default(), Lang::from_accept_language);
    let mut parameters = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
    let token = parameters.find(|(name, _)| name == "token").map(|(_, token)| token).unwrap_or_default();
    match write(&portal, &token).await {
        Ok((written, file, size)) => answer(&written, file, size),
        Err(refused) => refused.answer(lang),
    }
}

async fn write(portal: &Portal, token: &str) -> Result<(Written, std::fs::File, u64), Refused> {
    let (cx, export) = ops::export::redeem(&portal.app, token).await.map_err(Refused::Failed)?;
    let slot = Arc::clone(&portal.exports).try_acquire_owned().map_err(|_| Refused::Busy)?;
    let runtime = tokio::runtime::Handle::current();
    // Packing a long list keeps a thread busy for a while, so it gets one that serves no requests.
    let written = tokio::task::spawn_blocking(move || {
        let _slot = slot;
        runtime.block_on(to_file(&cx, export))
    });
    written.await.map_err(|error| Refused::Broken(error.to_string()))?
}

async fn to_file(cx: &Cx, export: Export) -> Result<(Written, std::fs::File, u64), Refused> {
    let broken = |error: std::io::Error| Refused::Broken(error.to_string());
    let mut file = tempfile::tempfile().map_err(broken)?;
    let copy = file.try_clone().map_err(broken)?;
    let written = out::write(cx, export, copy).await.map_err(|error| match error {
        ExportError::Failed(failure) => Refused::Failed(failure),
        ExportError::Write(fault) => Refused::Broken(fault.to_string()),
    })?;
    let size = file.seek(SeekFrom::End(0)).map_err(broken)?;
    file.rewind().map_err(broken)?;
    Ok((written, file, size))
}

fn answer(written: &Written, file: std::fs::File, size: u64) -> Response {
    let file = tokio::fs::File::from_std(file);
    let chunks = stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), file)))
    });
    let name: String = form_urlencoded::byte_serialize(written.file_name.as_bytes()).collect();
    let disposition = format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20"));
    let mut response = Body::from_stream(chunks).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(written.content_type));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    response
}

impl Refused {
    fn answer(self, lang: Lang) -> Response {
        let (status, code) = match self {
            Self::Busy | Self::Failed(Failure::Store(StoreError::Overloaded)) => {
                (StatusCode::SERVICE_UNAVAILABLE, Code::Overloaded)
            }
            Self::Failed(Failure::NotFound { .. }) => (StatusCode::NOT_FOUND, Code::NotFound),
            Self::Failed(Failure::Denied(_)) => (StatusCode::FORBIDDEN, Code::Forbidden),
            Self::Failed(Failure::PasswordChangeRequired) => (StatusCode::FORBIDDEN, Code::PasswordChangeRequired),
            Self::Failed(Failure::Unauthenticated) => (StatusCode::UNAUTHORIZED, Code::Unauthenticated),
            Self::Failed(failure) => match failure.problems().and_then(|problems| problems.into_iter().next()) {
                Some(problem) => (StatusCode::BAD_REQUEST, problem.code),
                None => fault(&failure.to_string()),
            },
            Self::Broken(fault_text) => fault(&fault_text),
        };
        let message = code.message();
        let error = json!({ "message": message.text(lang), "extensions": { "code": code.name() } });
        let mut response = (status, Json(json!({ "errors": [error] }))).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

fn fault(what: &str) -> (StatusCode, Code) {
    tracing::error!(error = what, "an export failed");
    (StatusCode::INTERNAL_SERVER_ERROR, Code::Internal)
}
