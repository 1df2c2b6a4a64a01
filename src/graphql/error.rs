//! How failures reach a client: problems inside a payload, or top-level errors with a code.

use async_graphql::{Error, ErrorExtensions, Object};

use super::request::Request;
use crate::{
    kernel::problem::{self, Code},
    ops::Failure,
    store::StoreError,
};

/// A refusal as the API shows it.
pub struct Problem(pub problem::Problem);

/// A refusal that a person can act on (业务提示). Nothing was changed.
#[Object]
impl Problem {
    /// A stable machine code such as `STALE_VERSION`; new ones may be added.
    async fn code(&self) -> &'static str {
        self.0.code.name()
    }

    /// What to tell the person, in the language that the request's `Accept-Language` prefers.
    async fn message(&self, ctx: &async_graphql::Context<'_>) -> String {
        self.0.message.text(Request::of(ctx).lang).to_owned()
    }

    /// Which argument it is about, from `input` on, e.g. `["input", "title"]`; empty when it is
    /// about no single one.
    async fn path(&self) -> &[String] {
        &self.0.path
    }
}

/// A failure as a top-level error: what a form cannot mend.
pub fn top_level(failure: Failure, request: &Request) -> Error {
    if let Some(problem) = failure.problems().and_then(|problems| problems.into_iter().next()) {
        return coded(problem.code, problem.message.text(request.lang));
    }
    match failure {
        Failure::Denied(_) => plain(Code::Forbidden, request),
        Failure::Unauthenticated => plain(Code::Unauthenticated, request),
        Failure::PasswordChangeRequired => plain(Code::PasswordChangeRequired, request),
        Failure::Store(StoreError::Overloaded) => plain(Code::Overloaded, request),
        fault => internal(&fault, request),
    }
}

/// Our own fault: logged once with an incident id, which is all that the client is told.
fn internal(fault: &Failure, request: &Request) -> Error {
    tracing::error!(incident = %request.id, error = %fault, "a request failed");
    let incident = request.id.clone();
    plain(Code::Internal, request).extend_with(|_, extensions| extensions.set("incident", incident.as_str()))
}

fn plain(code: Code, request: &Request) -> Error {
    coded(code, code.message().text(request.lang))
}

fn coded(code: Code, message: &str) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code.name()))
}
