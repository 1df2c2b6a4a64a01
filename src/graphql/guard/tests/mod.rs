//! Documents that mean harm, and the ordinary ones beside them that must pass.

mod corpus;
mod directives;
mod fragments;
mod introspection;
mod keeping;
mod measures;
mod scanning;
mod selecting;
mod strings;
mod variables;
mod words;

use super::{Admitted, Guard, GuardError, Limits};

fn admit(document: &str) -> Result<Admitted, GuardError> {
    Guard::new(Limits::default()).admit(document, None)
}

/// The code a document is refused with, or `ADMITTED`.
fn verdict(document: &str) -> &'static str {
    admit(document).map_or_else(|error| error.code(), |_| "ADMITTED")
}

/// Line and column of a refusal.
fn place(document: &str) -> Option<(usize, usize)> {
    let error = admit(document).expect_err("a refusal");
    error.place().map(|at| (at.line, at.column))
}

/// Fields inside one another, `levels` deep.
fn nested(field: &str, levels: usize) -> String {
    format!("{{{field}{}", "}".repeat(levels)).replacen(field, &vec![field; levels].join("{"), 1)
}

/// So many parts made from their number, side by side.
fn many(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(" ")
}
