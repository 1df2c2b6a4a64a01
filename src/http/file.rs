//! `GET /files/{id}`: a file that is kept, for whoever sees what it belongs to.
//!
//! It is always handed out to be saved, never to be shown as a page of this server.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT_LANGUAGE, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    Portal,
    portal::{Barred, Entry},
};
use crate::{
    domain::stored_file::StoredFile,
    kernel::{digest::hex, lang::Lang, problem::Code},
    ops::{self, Failure},
    store::StoreError,
};

/// Why there is no file.
enum Refused {
    Barred(Barred),
    NotSignedIn,
    /// What is no id is as good as none.
    NoSuchFile,
    Failed(Failure),
}

/// Answers a file.
pub async fn fetch(State(portal): State<Arc<Portal>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let lang = wanted.map_or(Lang::default(), Lang::from_accept_language);
    match find(&portal, &id, &headers).await {
        Ok((file, content)) => answer(&file, content),
        Err(refused) => refused.answer(lang),
    }
}

async fn find(portal: &Portal, id: &str, headers: &HeaderMap) -> Result<(StoredFile, Vec<u8>), Refused> {
    let cx = match portal.enter(headers).await.map_err(Refused::Barred)? {
        Entry::SignedIn(cx) => cx,
        Entry::Anonymous => return Err(Refused::NotSignedIn),
    };
    if cx.must_change_password {
        return Err(Refused::Failed(Failure::PasswordChangeRequired));
    }
    let id = id.parse().map_err(|_| Refused::NoSuchFile)?;
    ops::toolkit::open_file(&cx, id).await.map_err(Refused::Failed)
}

fn answer(file: &StoredFile, content: Vec<u8>) -> Response {
    let name: String = form_urlencoded::byte_serialize(file.name.as_bytes()).collect();
    let disposition = format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20"));
    let digest = hex(&file.sha256);
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.media_type.name()));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    for (header, value) in [(CONTENT_DISPOSITION, disposition), (ETAG, format!("\"{digest}\""))] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header, value);
        }
    }
    response
}

impl Refused {
    fn answer(self, lang: Lang) -> Response {
        let (status, code) = match self {
            Self::Barred(barred) => barred.code(),
            Self::NotSignedIn | Self::Failed(Failure::Unauthenticated) => (StatusCode::UNAUTHORIZED, Code::Unauthenticated),
            Self::NoSuchFile | Self::Failed(Failure::NotFound { .. }) => (StatusCode::NOT_FOUND, Code::NotFound),
            Self::Failed(Failure::PasswordChangeRequired) => (StatusCode::FORBIDDEN, Code::PasswordChangeRequired),
            Self::Failed(Failure::Store(StoreError::Overloaded)) => (StatusCode::SERVICE_UNAVAILABLE, Code::Overloaded),
            Self::Failed(failure) => {
                tracing::error!(error = %failure, "a file could not be read");
                (StatusCode::INTERNAL_SERVER_ERROR, Code::Internal)
            }
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
