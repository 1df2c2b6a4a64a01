//! How much a document may ask for.

use super::{many, nested, verdict};

#[test]
fn a_thousand_fields_are_enough() {
    let fields = |count: usize| format!("{{a{{{}}}}}", "b ".repeat(count - 1));
    assert_eq!(verdict(&fields(1_000)), "ADMITTED");
    assert_eq!(verdict(&fields(1_001)), "TOO_MANY_FIELDS");
}

#[test]
fn fourteen_fields_inside_one_another_are_enough() {
    assert_eq!(verdict(&nested("a", 14)), "ADMITTED");
    assert_eq!(verdict(&nested("a", 15)), "DOCUMENT_TOO_DEEP");
}

#[test]
fn inline_fragments_do_not_make_fields_deeper_or_shallower() {
    let deep = |levels: usize| format!("{{{}a{}}}", "a{...{".repeat(levels - 1), "}}".repeat(levels - 1));
    assert_eq!(verdict(&deep(14)), "ADMITTED");
    assert_eq!(verdict(&deep(15)), "DOCUMENT_TOO_DEEP");
}

#[test]
fn many_fields_within_many_inline_fragments_are_too_many() {
    let within =
        |levels: usize, fields: usize| format!("{{a{}{{{}}}{}}}", "{...".repeat(levels), "b ".repeat(fields), "}".repeat(levels));
    assert_eq!(verdict(&within(3, 900)), "ADMITTED");
    assert_eq!(verdict(&within(5, 900)), "TOO_MANY_FIELDS");
    assert_eq!(verdict(&within(45, 100)), "TOO_MANY_FIELDS");
}

#[test]
fn sixty_aliases_are_enough() {
    let aliased = |count: usize| format!("{{a{{{}}}}}", many(count, |n| format!("b{n}:c")));
    assert_eq!(verdict(&aliased(60)), "ADMITTED");
    assert_eq!(verdict(&aliased(61)), "TOO_MANY_ALIASES");
}

#[test]
fn aliases_of_one_field_at_the_root_are_counted_as_well() {
    assert_eq!(verdict(&format!("{{{}}}", many(61, |n| format!("b{n}:c")))), "TOO_MANY_ALIASES");
}

#[test]
fn aliases_of_typename_are_counted_as_well() {
    let typenames = format!("{{a{{{}}}}}", many(61, |n| format!("b{n}:__typename")));
    assert_eq!(verdict(&typenames), "TOO_MANY_ALIASES");
}

#[test]
fn forty_root_fields_are_enough() {
    assert_eq!(verdict(&format!("{{{}}}", "a ".repeat(40))), "ADMITTED");
    assert_eq!(verdict(&format!("{{{}}}", "a ".repeat(41))), "TOO_MANY_ROOT_FIELDS");
}

#[test]
fn root_fields_of_a_mutation_are_counted_as_well() {
    assert_eq!(verdict(&format!("mutation{{{}}}", "a ".repeat(41))), "TOO_MANY_ROOT_FIELDS");
}

#[test]
fn root_fields_in_fragments_are_counted_as_well() {
    let document = "{...F ...F ... {...F} a} fragment F on Query {b c d e f g h i j k l m n}";
    assert_eq!(verdict(document), "ADMITTED");
    assert_eq!(verdict(&document.replacen('{', "{z ", 1)), "TOO_MANY_ROOT_FIELDS");
}

#[test]
fn a_hundred_variables_are_enough() {
    let variables = |count: usize| format!("query({}){{a}}", many(count, |n| format!("$v{n}:Int")));
    assert_eq!(verdict(&variables(100)), "ADMITTED");
    assert_eq!(verdict(&variables(101)), "TOO_MANY_VARIABLES");
}

#[test]
fn ten_operations_are_enough() {
    let operations = |count: usize| many(count, |n| format!("query Q{n}{{a}}"));
    assert_eq!(verdict(&operations(10)), "OPERATION_NAME_REQUIRED");
    assert_eq!(verdict(&operations(11)), "TOO_MANY_OPERATIONS");
}

#[test]
fn the_fields_of_all_operations_count_together() {
    let document = many(5, |n| format!("query Q{n}{{a{{{}}}}}", "b ".repeat(300)));
    assert_eq!(verdict(&document), "TOO_MANY_FIELDS");
}

#[test]
fn the_aliases_of_all_operations_count_together() {
    let document = many(2, |n| format!("query Q{n}{{{}}}", many(31, |alias| format!("b{alias}:a"))));
    assert_eq!(verdict(&document), "TOO_MANY_ALIASES");
}

#[test]
fn sixty_four_arguments_of_one_field_are_enough() {
    let arguments = |count: usize| format!("{{a({})}}", many(count, |n| format!("b{n}:1")));
    assert_eq!(verdict(&arguments(64)), "ADMITTED");
    assert_eq!(verdict(&arguments(65)), "TOO_MANY_ARGUMENTS");
}

#[test]
fn a_long_literal_in_a_fragment_counts_at_every_spread() {
    let spread = |times: usize| format!("{{a{{{}}}}} fragment F on A {{b(c:[{}])}}", "...F ".repeat(times), "1 ".repeat(2_000));
    assert_eq!(verdict(&spread(9)), "ADMITTED");
    assert_eq!(verdict(&spread(10)), "TOO_MANY_VALUES");
}

#[test]
fn a_long_string_in_a_fragment_counts_at_every_spread() {
    let spread = |times: usize| {
        let text = "x".repeat(60_000);
        format!("{{a{{{}}}}} fragment F on A {{b(c:\"{text}\")}}", "...F ".repeat(times))
    };
    assert_eq!(verdict(&spread(21)), "ADMITTED");
    assert_eq!(verdict(&spread(22)), "TOO_MANY_VALUES");
}
