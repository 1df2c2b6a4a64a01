//! `POST /uploads`: one file in, one id out, for mutations to refer to.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Multipart, State, multipart::MultipartError},
    http::{HeaderMap, StatusCode, header::ACCEPT_LANGUAGE},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    Portal, UPLOAD_LIMIT,
    portal::{Barred, Entry},
};
use crate::{
    kernel::{lang::Lang, problem::Code},
    ops::{self, Failure},
};

/// Why an upload is refused.
enum Refused {
    Barred(Barred),
    NotSignedIn,
    NoFile,
    TooLarge,
    Broken,
    Failed(Failure),
}

/// Takes the first file of a multipart form: up to 20 MiB, from a signed-in account.
pub async fn receive(State(portal): State<Arc<Portal>>, headers: HeaderMap, form: Multipart) -> Response {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let lang = wanted.map_or(Lang::default(), Lang::from_accept_language);
    match take(&portal, &headers, form).await {
        Ok(id) => (StatusCode::CREATED, Json(json!({ "id": id }))).into_response(),
        Err(refused) => refused.answer(lang),
    }
}

async fn take(portal: &Portal, headers: &HeaderMap, mut form: Multipart) -> Result<String, Refused> {
    let cx = match portal.enter(headers).await.map_err(Refused::Barred)? {
        Entry::SignedIn(cx) => cx,
        Entry::Anonymous => return Err(Refused::NotSignedIn),
    };
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let Some(name) = field.file_name().map(str::to_owned) else {
            continue;
        };
        let mut content = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            if content.len() + chunk.len() > UPLOAD_LIMIT {
                return Err(Refused::TooLarge);
            }
            content.extend_from_slice(&chunk);
        }
        let id = ops::upload::receive(&cx, &name, content).await.map_err(Refused::Failed)?;
        return Ok(id.to_string());
    }
    Err(Refused::NoFile)
}

fn broken(error: MultipartError) -> Refused {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Refused::TooLarge } else { Refused::Broken }
}

impl Refused {
    fn answer(self, lang: Lang) -> Response {
        let (status, code) = match self {
            Self::Barred(barred) => barred.code(),
            Self::NotSignedIn => (StatusCode::UNAUTHORIZED, Code::Unauthenticated),
            Self::NoFile | Self::Broken => (StatusCode::BAD_REQUEST, Code::UploadMissing),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Code::UploadTooLarge),
            Self::Failed(Failure::Denied(_)) => (StatusCode::FORBIDDEN, Code::Forbidden),
            Self::Failed(Failure::PasswordChangeRequired) => (StatusCode::FORBIDDEN, Code::PasswordChangeRequired),
            Self::Failed(Failure::Unauthenticated) => (StatusCode::UNAUTHORIZED, Code::Unauthenticated),
            Self::Failed(Failure::Store(crate::store::StoreError::Overloaded)) => {
                (StatusCode::SERVICE_UNAVAILABLE, Code::Overloaded)
            }
            Self::Failed(failure) => match failure.problems().and_then(|problems| problems.into_iter().next()) {
                Some(problem) => (StatusCode::BAD_REQUEST, problem.code),
                None => {
                    tracing::error!(error = %failure, "an upload failed");
                    (StatusCode::INTERNAL_SERVER_ERROR, Code::Internal)
                }
            },
        };
        let message = code.message();
        let error = json!({ "message": message.text(lang), "extensions": { "code": code.name() } });
        (status, Json(json!({ "errors": [error] }))).into_response()
    }
}
