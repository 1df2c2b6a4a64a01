//! Only `@skip` and `@include`, only on selections, only in the one form they have.

use super::{place, verdict};

#[test]
fn forty_directives_are_enough() {
    let directives = |count: usize| format!("{{a{{{}}}}}", "b @skip(if:true) ".repeat(count));
    assert_eq!(verdict(&directives(40)), "ADMITTED");
    assert_eq!(verdict(&directives(41)), "TOO_MANY_DIRECTIVES");
}

#[test]
fn directives_on_typename_count_as_well() {
    let document = format!("{{a{{{}}}}}", "__typename @skip(if:true) ".repeat(41));
    assert_eq!(verdict(&document), "TOO_MANY_DIRECTIVES");
}

#[test]
fn directives_on_fragments_count_as_well() {
    let spreads = "...F @skip(if:true) ".repeat(21);
    let inline = "... @include(if:true) {c} ".repeat(20);
    let document = format!("{{a{{{spreads}{inline}}}}} fragment F on A {{b}}");
    assert_eq!(verdict(&document), "TOO_MANY_DIRECTIVES");
}

#[test]
fn directives_in_a_fragment_count_at_every_spread() {
    let document = format!("{{a{{{}}}}} fragment F on A {{{}}}", "...F ".repeat(5), "b @skip(if:false) ".repeat(9));
    assert_eq!(verdict(&document), "TOO_MANY_DIRECTIVES");
}

#[test]
fn a_thousand_directives_on_one_field_are_refused() {
    assert_eq!(verdict(&format!("{{a {}}}", "@a ".repeat(1_000))), "UNKNOWN_DIRECTIVE");
    assert_eq!(verdict(&format!("{{a {}}}", "@skip(if:true) ".repeat(500))), "BAD_DIRECTIVE");
}

#[test]
fn an_unknown_directive_on_a_field_is_refused() {
    assert_eq!(verdict("{a @defer}"), "UNKNOWN_DIRECTIVE");
    assert_eq!(place("{\n a @defer\n}"), Some((2, 4)));
}

#[test]
fn an_unknown_directive_on_typename_is_refused() {
    assert_eq!(verdict("{__typename @nothing}"), "UNKNOWN_DIRECTIVE");
}

#[test]
fn an_unknown_directive_on_a_spread_is_refused() {
    assert_eq!(verdict("{...F @defer} fragment F on A {b}"), "UNKNOWN_DIRECTIVE");
}

#[test]
fn an_unknown_directive_on_an_inline_fragment_is_refused() {
    assert_eq!(verdict("{... @defer {a}}"), "UNKNOWN_DIRECTIVE");
}

#[test]
fn an_unknown_directive_on_an_operation_is_refused() {
    assert_eq!(verdict("query @live {a}"), "UNKNOWN_DIRECTIVE");
}

#[test]
fn an_unknown_directive_on_a_fragment_definition_is_refused() {
    assert_eq!(verdict("{...F} fragment F on A @nothing {b}"), "UNKNOWN_DIRECTIVE");
    assert_eq!(verdict("{a} fragment F on A @nothing {b}"), "UNKNOWN_DIRECTIVE");
}

#[test]
fn an_unknown_directive_on_a_variable_is_refused() {
    assert_eq!(verdict("query($a:Int @nothing){b(c:$a)}"), "UNKNOWN_DIRECTIVE");
}

#[test]
fn a_known_directive_on_a_definition_is_misplaced() {
    assert_eq!(verdict("query @skip(if:true) {a}"), "MISPLACED_DIRECTIVE");
    assert_eq!(verdict("{...F} fragment F on A @include(if:true) {b}"), "MISPLACED_DIRECTIVE");
    assert_eq!(verdict("query($a:Int @skip(if:true)){b(c:$a)}"), "MISPLACED_DIRECTIVE");
}

#[test]
fn a_directive_without_its_condition_is_refused() {
    assert_eq!(verdict("{__typename @skip}"), "BAD_DIRECTIVE");
    assert_eq!(verdict("{a @include(unless:true)}"), "BAD_DIRECTIVE");
    assert_eq!(verdict("{a @include(if:true,if:false)}"), "BAD_DIRECTIVE");
}

#[test]
fn a_condition_that_is_no_truth_value_is_refused() {
    for condition in ["1", "\"true\"", "null", "[true]", "[$a]", "{a:true}", "TRUE"] {
        let document = format!("query($a:Boolean!){{a @skip(if:{condition})}}");
        assert_eq!(verdict(&document), "BAD_DIRECTIVE", "{condition}");
    }
}

#[test]
fn the_same_directive_twice_on_one_selection_is_refused() {
    assert_eq!(verdict("{a @skip(if:true) @skip(if:false)}"), "BAD_DIRECTIVE");
    assert_eq!(verdict("{a @skip(if:true) @include(if:false)}"), "ADMITTED");
}

#[test]
fn conditions_by_variable_pass_on_every_selection() {
    let document = "query($a:Boolean!){__typename @skip(if:$a) ...F @include(if:$a) \
                    ... on A @skip(if:$a) {b}} fragment F on A {c}";
    assert_eq!(verdict(document), "ADMITTED");
}
