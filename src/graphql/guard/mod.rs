//! The document guard: every request is admitted or refused here, cheaply, before the schema.
//!
//! ```text
//! text ──scan──▶ bytes, tokens, brackets    one pass, no recursion
//!      ──parse─▶ document
//!      ──walk──▶ cost, fragments, directives  each fragment entered once
//!      ──keep──▶ cache                        the second time costs one lookup
//! ```
//!
//! HTTP and WebSocket share one guard. What it lets through is bounded in every measure that
//! validation and execution pay for, so that neither needs to be cut off half-way.

mod cache;
mod cost;
mod directive;
mod document;
mod error;
mod fault;
mod introspection;
mod json;
mod limits;
mod scan;
#[cfg(test)]
mod tests;
mod value;
mod walk;

use std::sync::Arc;

use async_graphql::Variables;
use async_graphql::parser::{self, parse_query};

use cache::Cache;
use document::Checked;

pub use document::Admitted;
pub use error::GuardError;
pub use fault::{Bound, Fault, Place};
pub use limits::Limits;

/// Admits or refuses documents, and keeps the admitted ones for the next time.
pub struct Guard {
    limits: Limits,
    cache: Cache,
}

impl Guard {
    pub fn new(limits: Limits) -> Self {
        Self { cache: Cache::new(&limits), limits }
    }

    /// Admits the operation of this name; `None` and the empty name mean "the only one".
    pub fn admit(&self, query: &str, operation_name: Option<&str>) -> Result<Admitted, GuardError> {
        let checked = match self.cache.find(query) {
            Some(checked) => checked,
            None => self.check(query)?,
        };
        Admitted::select(checked, operation_name)
    }

    /// Refuses variables by their raw JSON, before anything parses it.
    pub fn check_variables(&self, raw: &[u8]) -> Result<(), GuardError> {
        json::scan(raw, 0, &self.limits)
    }

    /// Like [`Self::check_variables`] for a whole message with the variables `wrapping` objects
    /// deep in it: one in the body of a request, two in a message of a WebSocket.
    pub fn check_message(&self, raw: &[u8], wrapping: usize) -> Result<(), GuardError> {
        json::scan(raw, wrapping, &self.limits)
    }

    /// Refuses variables that lack a required value or are too much for the places that use them.
    ///
    /// Whether the values fit their types is a question for the schema.
    pub fn check_values(&self, admitted: &Admitted, variables: &Variables) -> Result<(), GuardError> {
        admitted.accepts(variables, &self.limits)
    }

    /// The bounds this guard works with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    fn check(&self, query: &str) -> Result<Arc<Checked>, GuardError> {
        let tokens = scan::scan(query, &self.limits)?;
        let document = parse_query(query).map_err(|error| unparsed(&error, &self.limits))?;
        let operations = walk::walk(&document, &self.limits)?;
        let checked = Arc::new(Checked { document, operations, tokens });
        self.cache.keep(query, &checked);
        Ok(checked)
    }
}

/// The parser's own words quote the document, so only its positions are taken over.
fn unparsed(error: &parser::Error, limits: &Limits) -> GuardError {
    let at = error.positions().next().map_or(Place { line: 1, column: 1 }, Place::from);
    match error {
        parser::Error::MultipleOperations { .. } => Fault::AnonymousNotAlone.at(at),
        parser::Error::OperationDuplicated { .. } => Fault::DuplicateOperation.at(at),
        parser::Error::FragmentDuplicated { .. } => Fault::DuplicateFragment.at(at),
        parser::Error::MissingOperation => GuardError::NoOperation,
        parser::Error::RecursionLimitExceeded => Bound::Nesting.exceeded(limits.nesting),
        // The rest of the enum is open and speaks of schemas, which are no executable documents.
        _ => Fault::Syntax.at(at),
    }
}
