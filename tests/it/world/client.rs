//! A GraphQL client's tool that is not ours: it has to understand the schema as it is published,
//! and every document that the server answers.

use std::{
    collections::HashSet,
    sync::{Mutex, OnceLock, PoisonError},
};

use apollo_compiler::{ExecutableDocument, Schema, validation::Valid};

/// The published schema as the tool reads it.
pub fn schema() -> &'static Valid<Schema> {
    static SCHEMA: OnceLock<Valid<Schema>> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let text = include_str!("../../../schema.graphql");
        Schema::parse_and_validate(text, "schema.graphql").unwrap_or_else(|faults| panic!("{faults}"))
    })
}

/// What the tool has against a document; `None` when it would send it.
pub fn fault(document: &str) -> Option<String> {
    ExecutableDocument::parse_and_validate(schema(), document, "document.graphql").err().map(|faults| faults.to_string())
}

/// Fails the test when the tool would not have sent what the server has answered.
pub fn must_understand(document: &str) {
    static UNDERSTOOD: OnceLock<Mutex<HashSet<String>>> = OnceLock::new();
    let understood = UNDERSTOOD.get_or_init(Mutex::default);
    if understood.lock().unwrap_or_else(PoisonError::into_inner).contains(document) {
        return;
    }
    if let Some(fault) = fault(document) {
        panic!("the server answered what a client's tool refuses to send: {fault}");
    }
    understood.lock().unwrap_or_else(PoisonError::into_inner).insert(document.to_owned());
}
