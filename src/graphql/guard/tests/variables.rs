//! Variables: their raw JSON and their values.

use async_graphql::Variables;
use serde_json::json;

use super::super::{Guard, Limits};

fn raw(json: &str) -> &'static str {
    let checked = Guard::new(Limits::default()).check_variables(json.as_bytes());
    checked.map_or_else(|error| error.code(), |()| "ADMITTED")
}

fn values(document: &str, variables: serde_json::Value) -> &'static str {
    let guard = Guard::new(Limits::default());
    let admitted = guard.admit(document, None).unwrap();
    let checked = guard.check_values(&admitted, &Variables::from_json(variables));
    checked.map_or_else(|error| error.code(), |()| "ADMITTED")
}

#[test]
fn thirty_two_levels_of_json_are_enough() {
    let lists = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(raw(&lists(32)), "ADMITTED");
    assert_eq!(raw(&lists(33)), "VARIABLES_TOO_DEEP");
}

#[test]
fn json_nested_without_end_is_too_deep() {
    assert_eq!(raw(&"[".repeat(200_000)), "VARIABLES_TOO_DEEP");
    assert_eq!(raw(&"{\"a\":".repeat(50_000)), "VARIABLES_TOO_DEEP");
    assert_eq!(raw(&"[{\"a\":".repeat(30_000)), "VARIABLES_TOO_DEEP");
}

#[test]
fn the_objects_around_the_variables_are_not_theirs() {
    let guard = Guard::new(Limits::default());
    let body = format!("{{\"variables\":{}{}}}", "[".repeat(32), "]".repeat(32));

    assert!(guard.check_message(body.as_bytes(), 1).is_ok());
    assert!(guard.check_message(body.as_bytes(), 0).is_err());
}

#[test]
fn brackets_in_json_strings_do_not_count() {
    assert_eq!(raw(&format!("\"{}\"", "[{".repeat(1_000))), "ADMITTED");
    assert_eq!(raw(&format!("\"\\\"{}\"", "[{".repeat(1_000))), "ADMITTED");
    assert_eq!(raw(&format!("\"\\\\\"{}", "[{".repeat(1_000))), "VARIABLES_TOO_DEEP");
}

#[test]
fn closing_brackets_of_json_do_not_pay_for_opening_ones() {
    assert_eq!(raw(&format!("{}{}", "]".repeat(1_000), "[".repeat(33))), "VARIABLES_TOO_DEEP");
}

#[test]
fn ten_thousand_json_values_are_enough() {
    let list = |items: usize| format!("[{}]", vec!["0"; items].join(","));
    assert_eq!(raw(&list(9_999)), "ADMITTED");
    assert_eq!(raw(&list(10_000)), "VARIABLES_TOO_LARGE");
    assert_eq!(raw(&"[],".repeat(6_000)), "VARIABLES_TOO_LARGE");
}

#[test]
fn json_of_no_form_at_all_is_left_to_the_parser() {
    for text in ["", "\"", "\"\\", "nonsense", "}", "\u{0}"] {
        assert_eq!(raw(text), "ADMITTED", "{text:?}");
    }
}

#[test]
fn a_variable_that_must_not_be_null_needs_a_value() {
    let document = "query($a:ID!){b(c:$a)}";
    assert_eq!(values(document, json!({})), "VARIABLE_REQUIRED");
    assert_eq!(values(document, json!({"a": null})), "VARIABLE_REQUIRED");
    assert_eq!(values(document, json!({"a": "x"})), "ADMITTED");
}

#[test]
fn a_variable_with_a_default_or_without_a_mark_needs_none() {
    assert_eq!(values("query($a:ID!=1,$b:ID){c(d:$a,e:$b)}", json!({})), "ADMITTED");
}

#[test]
fn a_large_variable_is_used_in_few_places() {
    let uses = |count: usize| format!("query($a:[Int!]!){{b{{{}}}}}", "c(d:$a) ".repeat(count));
    let thousand = json!({"a": vec![0; 1_000]});
    assert_eq!(values(&uses(99), thousand.clone()), "ADMITTED");
    assert_eq!(values(&uses(100), thousand), "VARIABLES_TOO_COSTLY");
    assert_eq!(values(&uses(500), json!({"a": [1, 2, 3]})), "ADMITTED");
}

#[test]
fn a_long_string_is_used_in_few_places() {
    let document = format!("query($a:String!){{b{{{}}}}}", "c(d:$a) ".repeat(100));
    assert_eq!(values(&document, json!({"a": "x".repeat(60_000)})), "ADMITTED");
    assert_eq!(values(&document, json!({"a": "x".repeat(70_000)})), "VARIABLES_TOO_COSTLY");
}

#[test]
fn a_large_variable_in_a_fragment_counts_at_every_spread() {
    let document = format!("query($a:[Int!]!){{b{{{}}}}} fragment F on B {{c(d:[$a,$a])}}", "...F ".repeat(50));
    assert_eq!(values(&document, json!({"a": vec![0; 1_000]})), "VARIABLES_TOO_COSTLY");
}

#[test]
fn a_large_default_value_counts_like_a_given_one() {
    let document = format!("query($a:[Int!]=[{}]){{b{{{}}}}}", "1 ".repeat(500), "c(d:$a) ".repeat(300));
    assert_eq!(values(&document, json!({})), "VARIABLES_TOO_COSTLY");
    assert_eq!(values(&document, json!({"a": []})), "ADMITTED");
}

#[test]
fn variables_that_no_operation_declares_cost_nothing() {
    assert_eq!(values("{a}", json!({"b": vec![0; 9_000]})), "ADMITTED");
}
