//! The operation that a request means.

use async_graphql::parser::types::OperationType;

use super::super::{Admitted, Guard, GuardError, Limits};
use super::{admit, verdict};

const THREE: &str = "query Read {a} mutation Write {b c} subscription Watch {d}";

fn select(document: &str, name: Option<&str>) -> Result<Admitted, GuardError> {
    Guard::new(Limits::default()).admit(document, name)
}

#[test]
fn an_operation_is_found_by_its_name() {
    let write = select(THREE, Some("Write")).unwrap();

    assert_eq!(write.operation_type(), OperationType::Mutation);
    assert_eq!(write.operation_name(), Some("Write"));
    assert_eq!(write.root_fields(), ["b", "c"]);
    assert_eq!(select(THREE, Some("Read")).unwrap().operation_type(), OperationType::Query);
    assert_eq!(select(THREE, Some("Watch")).unwrap().operation_type(), OperationType::Subscription);
}

#[test]
fn the_only_operation_needs_no_name() {
    assert_eq!(admit("mutation Write {b}").unwrap().operation_name(), Some("Write"));
    assert_eq!(admit("{a}").unwrap().operation_name(), None);
    assert_eq!(select("{a}", Some("")).unwrap().operation_type(), OperationType::Query);
}

#[test]
fn one_of_several_operations_needs_a_name() {
    assert_eq!(select(THREE, None).unwrap_err(), GuardError::OperationNameRequired);
    assert_eq!(select(THREE, Some("")).unwrap_err(), GuardError::OperationNameRequired);
}

#[test]
fn an_operation_of_another_name_is_unknown() {
    assert_eq!(select(THREE, Some("read")).unwrap_err(), GuardError::UnknownOperation);
    assert_eq!(select("{a}", Some("Read")).unwrap_err(), GuardError::UnknownOperation);
}

#[test]
fn two_operations_of_one_name_are_refused() {
    assert_eq!(verdict("query A{a} mutation A{b}"), "DUPLICATE_OPERATION");
}

#[test]
fn an_operation_without_a_name_stands_alone() {
    assert_eq!(verdict("{a} {b}"), "ANONYMOUS_NOT_ALONE");
    assert_eq!(verdict("{a} query B{b}"), "ANONYMOUS_NOT_ALONE");
    assert_eq!(verdict("query B{b} {a}"), "ANONYMOUS_NOT_ALONE");
}

#[test]
fn fragments_alone_are_no_operation() {
    assert_eq!(verdict("fragment F on A {b}"), "NO_OPERATION");
}

#[test]
fn root_fields_have_their_own_names_in_the_order_of_the_document() {
    let document = "{z ...F alias:y ... on Query {x}} fragment F on Query {w z}";
    assert_eq!(admit(document).unwrap().root_fields(), ["z", "w", "z", "y", "x"]);
}

#[test]
fn the_request_for_the_schema_names_the_chosen_operation() {
    let request = select(THREE, Some("Write")).unwrap().to_request(Default::default());
    assert_eq!(request.operation_name.as_deref(), Some("Write"));
    assert_eq!(admit("{a}").unwrap().to_request(Default::default()).operation_name, None);
}
