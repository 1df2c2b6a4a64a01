//! As deep as the tools need, and no deeper.

use super::{admit, nested, place, verdict};

/// `getIntrospectionQuery` of graphql-js 16 with every option on; GraphiQL asks for less.
const STANDARD: &str = include_str!("introspection.graphql");
/// The same with `typeDepth: 10` instead of the standard nine.
const DEEPER: &str = include_str!("introspection_too_deep.graphql");

#[test]
fn the_standard_introspection_query_passes() {
    assert_eq!(verdict(STANDARD), "ADMITTED");
    assert_eq!(admit(STANDARD).unwrap().root_fields(), ["__schema"]);
}

#[test]
fn one_more_level_than_the_standard_query_is_too_deep() {
    assert_eq!(verdict(DEEPER), "INTROSPECTION_TOO_DEEP");
    assert_eq!(place(DEEPER), Some((3, 7)));
}

#[test]
fn fifteen_levels_of_introspection_are_enough() {
    let types = |levels: usize| format!("{{__type(name:\"A\"){{{}name{}}}}}", "ofType{".repeat(levels), "}".repeat(levels));
    assert_eq!(verdict(&types(13)), "ADMITTED");
    assert_eq!(verdict(&types(14)), "INTROSPECTION_TOO_DEEP");
}

#[test]
fn a_deep_fragment_is_not_excused_outside_of_introspection() {
    let document = STANDARD.replace("__schema", "schema");
    assert_eq!(verdict(&document), "DOCUMENT_TOO_DEEP");
}

#[test]
fn lists_of_types_three_deep_are_too_deep() {
    let two = "{__type(name:\"A\"){fields{type{fields{name}}}}}";
    let three = "{__type(name:\"A\"){fields{type{fields{type{fields{name}}}}}}}";
    assert_eq!(verdict(two), "ADMITTED");
    assert_eq!(verdict(three), "INTROSPECTION_TOO_DEEP");
}

#[test]
fn lists_of_every_kind_count_among_the_three() {
    let mixed = "{__schema{queryType{interfaces{possibleTypes{inputFields{name}}}}}}";
    assert_eq!(verdict(mixed), "INTROSPECTION_TOO_DEEP");
}

#[test]
fn lists_of_types_in_fragments_are_too_deep() {
    let document = "{__schema{types{...F}}} fragment F on __Type {fields{type{...G}}} \
                    fragment G on __Type {fields{type{...H}}} fragment H on __Type {fields{name}}";
    assert_eq!(verdict(document), "INTROSPECTION_TOO_DEEP");
}

#[test]
fn lists_of_types_in_inline_fragments_are_too_deep() {
    let document = "{__schema{types{... on __Type{fields{...{type{fields{type{...{fields{name}}}}}}}}}}}";
    assert_eq!(verdict(document), "INTROSPECTION_TOO_DEEP");
}

#[test]
fn lists_under_other_names_are_too_deep() {
    let document = "{__schema{types{a:fields{type{b:fields{type{c:fields{name}}}}}}}}";
    assert_eq!(verdict(document), "INTROSPECTION_TOO_DEEP");
}

#[test]
fn arguments_of_fields_of_fields_of_all_types_are_too_much() {
    let three = "{__schema{types{fields{args{name}}}}}";
    let four = "{__schema{types{fields{type{fields{args{name}}}}}}}";
    assert_eq!(verdict(three), "ADMITTED");
    assert_eq!(verdict(four), "INTROSPECTION_TOO_DEEP");
}

#[test]
fn introspection_behind_an_alias_or_a_fragment_is_introspection() {
    let deep = "fields{type{fields{type{fields{name}}}}}";
    assert_eq!(verdict(&format!("{{a:__schema{{types{{{deep}}}}}}}")), "INTROSPECTION_TOO_DEEP");
    let spread = format!("{{...F}} fragment F on Query {{__type(name:\"A\"){{{deep}}}}}");
    assert_eq!(verdict(&spread), "INTROSPECTION_TOO_DEEP");
}

#[test]
fn introspection_of_an_operation_that_is_not_chosen_is_judged_as_well() {
    let document = format!("query A{{a}} {}", DEEPER.trim_start());
    assert_eq!(verdict(&document), "INTROSPECTION_TOO_DEEP");
}

#[test]
fn introspection_within_introspection_does_not_start_anew() {
    assert_eq!(verdict(&nested("__schema", 49)), "DOCUMENT_TOO_DEEP");
}

#[test]
fn fields_with_the_names_of_lists_nest_freely_elsewhere() {
    assert_eq!(verdict("{a{fields{fields{fields{args{types{id}}}}}}}"), "ADMITTED");
}

#[test]
fn forty_one_introspections_at_the_root_are_too_many() {
    assert_eq!(verdict(&format!("{{{}}}", "__schema{types{name}} ".repeat(41))), "TOO_MANY_ROOT_FIELDS");
}
