//! Requests that are refused before anything is executed.

use async_graphql::Response as Answer;
use axum::http::StatusCode;

use super::negotiate::{Media, Outcome};
use crate::graphql::answer;
use crate::graphql::guard::{Bound, GuardError};
use crate::kernel::lang::Lang;

/// Why a request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("Answers are application/graphql-response+json or application/json, in UTF-8.")]
    NotAcceptable,
    #[error("A request body must be application/json in UTF-8.")]
    UnsupportedMediaType,
    #[error("The request body is longer than {limit} bytes.")]
    BodyTooLarge { limit: usize },
    #[error("The request body did not arrive completely.")]
    BodyIncomplete,
    #[error("This is not JSON: {0}.")]
    NotJson(Part),
    #[error("Several requests in one body are not accepted.")]
    Batch,
    #[error("This must be a JSON object: {0}.")]
    NotAnObject(Part),
    #[error("This must be a string: {0}.")]
    NotAString(Part),
    #[error("The parameter query is missing.")]
    QueryMissing,
    #[error("This parameter is given twice: {0}.")]
    Repeated(Part),
    #[error("A mutation needs a POST request.")]
    MutationByGet,
    #[error("A subscription needs a WebSocket.")]
    SubscriptionOverHttp,
    #[error("This address accepts GET and POST.")]
    MethodNotAllowed,
    #[error(transparent)]
    Guard(#[from] GuardError),
}

/// The part of a request that a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Body,
    Query,
    OperationName,
    Variables,
    Extensions,
}

impl Refusal {
    pub fn status(&self, media: Media) -> StatusCode {
        match self {
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MutationByGet | Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyIncomplete
            | Self::NotJson(_)
            | Self::Batch
            | Self::NotAnObject(_)
            | Self::NotAString(_)
            | Self::QueryMissing
            | Self::Repeated(_)
            | Self::SubscriptionOverHttp => StatusCode::BAD_REQUEST,
            Self::Guard(error) => status_of_guard(error, media),
        }
    }

    /// What the `Allow` header of a 405 names; `None` for other refusals.
    pub fn allowed_methods(&self) -> Option<&'static str> {
        match self {
            Self::MutationByGet => Some("POST"),
            Self::MethodNotAllowed => Some("GET, HEAD, POST"),
            Self::NotAcceptable
            | Self::UnsupportedMediaType
            | Self::BodyTooLarge { .. }
            | Self::BodyIncomplete
            | Self::NotJson(_)
            | Self::Batch
            | Self::NotAnObject(_)
            | Self::NotAString(_)
            | Self::QueryMissing
            | Self::Repeated(_)
            | Self::SubscriptionOverHttp
            | Self::Guard(_) => None,
        }
    }

    pub fn to_answer(self, lang: Lang) -> Answer {
        match (self, lang) {
            (Self::Guard(error), _) => answer::refused_by_guard(&error, lang),
            (_, Lang::En) => answer::refused(self.code(), self.to_string()),
            (_, Lang::Zh) => answer::refused(self.code(), self.chinese()),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::BodyTooLarge { .. } => "BODY_TOO_LARGE",
            Self::BodyIncomplete => "BODY_INCOMPLETE",
            Self::NotJson(_) => "BAD_JSON",
            Self::Batch => "BATCH_REFUSED",
            Self::NotAnObject(_) | Self::NotAString(_) | Self::Repeated(_) => "BAD_PARAMETER",
            Self::QueryMissing => "QUERY_MISSING",
            Self::MutationByGet => "MUTATION_BY_GET",
            Self::SubscriptionOverHttp => "SUBSCRIPTION_OVER_HTTP",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::Guard(error) => error.code(),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotAcceptable => "响应只能是 application/graphql-response+json 或 application/json(UTF-8)。".to_owned(),
            Self::UnsupportedMediaType => "请求体必须是 UTF-8 编码的 application/json。".to_owned(),
            Self::BodyTooLarge { limit } => format!("请求体超过 {limit} 字节。"),
            Self::BodyIncomplete => "请求体未完整到达。".to_owned(),
            Self::NotJson(part) => format!("{part} 不是有效的 JSON。"),
            Self::Batch => "不接受批量请求。".to_owned(),
            Self::NotAnObject(part) => format!("{part} 必须是 JSON 对象。"),
            Self::NotAString(part) => format!("{part} 必须是字符串。"),
            Self::QueryMissing => "缺少参数 query。".to_owned(),
            Self::Repeated(part) => format!("参数 {part} 重复。"),
            Self::MutationByGet => "变更操作必须使用 POST 请求。".to_owned(),
            Self::SubscriptionOverHttp => "订阅操作必须使用 WebSocket。".to_owned(),
            Self::MethodNotAllowed => "此地址只接受 GET 和 POST 请求。".to_owned(),
            Self::Guard(error) => error.message(Lang::Zh),
        }
    }
}

/// Variables that are too much make a request malformed, and so does the choice of an operation
/// that is not there; all else is the document's fault, as if validation had refused it.
fn status_of_guard(error: &GuardError, media: Media) -> StatusCode {
    match error {
        GuardError::UnknownOperation
        | GuardError::OperationNameRequired
        | GuardError::Exceeds { bound: Bound::VariableDepth | Bound::VariableValues, .. } => StatusCode::BAD_REQUEST,
        GuardError::Exceeds { .. } | GuardError::Faulty { .. } | GuardError::NoOperation => media.status(Outcome::Refused),
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Body => "body",
            Self::Query => "query",
            Self::OperationName => "operationName",
            Self::Variables => "variables",
            Self::Extensions => "extensions",
        })
    }
}
