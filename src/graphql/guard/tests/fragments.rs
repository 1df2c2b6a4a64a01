//! Fragments: cycles, explosions and loose ends.

use super::{many, place, verdict};

/// Fragments that each spread the next one twice, with one field in the last.
fn doubling(fragments: usize) -> String {
    let chain = many(fragments, |n| format!("fragment F{n} on A {{...F{0} ...F{0}}}", n + 1));
    format!("{{a{{...F0}}}} {chain} fragment F{fragments} on A {{b}}")
}

/// Fragments that each spread the next one once, with one field in the last.
fn chain(fragments: usize) -> String {
    let chain = many(fragments, |n| format!("fragment F{n} on A {{...F{}}}", n + 1));
    format!("{{a{{...F0}}}} {chain} fragment F{fragments} on A {{b}}")
}

#[test]
fn fragments_that_double_thirty_times_are_too_many_fields() {
    assert_eq!(verdict(&doubling(30)), "TOO_MANY_FIELDS");
}

#[test]
fn fragments_that_double_two_hundred_times_are_refused_as_quickly() {
    assert_eq!(verdict(&doubling(200)), "DOCUMENT_TOO_DEEP");
}

#[test]
fn fragments_that_double_a_few_times_pass() {
    assert_eq!(verdict(&doubling(8)), "ADMITTED");
    assert_eq!(verdict(&doubling(9)), "TOO_MANY_FIELDS");
}

#[test]
fn a_fragment_of_a_hundred_fields_spread_ten_times_is_too_much() {
    let spread = |times: usize| format!("{{a{{{}}}}} fragment F on A {{{}}}", "...F ".repeat(times), "b ".repeat(100));
    assert_eq!(verdict(&spread(9)), "ADMITTED");
    assert_eq!(verdict(&spread(10)), "TOO_MANY_FIELDS");
}

#[test]
fn aliases_in_a_fragment_count_at_every_spread() {
    let spread = |times: usize| {
        let aliases = many(10, |n| format!("b{n}:c"));
        format!("{{a{{{}}}}} fragment F on A {{{aliases}}}", "...F ".repeat(times))
    };
    assert_eq!(verdict(&spread(6)), "ADMITTED");
    assert_eq!(verdict(&spread(7)), "TOO_MANY_ALIASES");
}

#[test]
fn a_chain_of_four_hundred_fragments_is_too_deep() {
    assert_eq!(verdict(&chain(400)), "DOCUMENT_TOO_DEEP");
}

#[test]
fn a_chain_of_fragments_nests_like_braces() {
    assert_eq!(verdict(&chain(45)), "ADMITTED");
    assert_eq!(verdict(&chain(46)), "DOCUMENT_TOO_DEEP");
}

#[test]
fn a_fragment_known_from_a_shallow_place_is_too_deep_in_a_deep_one() {
    let inner = format!("fragment I on A {{{}b{}}}", "...{".repeat(30), "}".repeat(30));
    let outer = format!("{{...I {}...I{}}}", "...{".repeat(20), "}".repeat(20));
    assert_eq!(verdict(&format!("{{...I}} {inner}")), "ADMITTED");
    assert_eq!(verdict(&format!("{outer} {inner}")), "DOCUMENT_TOO_DEEP");
}

#[test]
fn fields_in_fragments_count_towards_the_depth() {
    let document = |outer: usize| {
        let fields = "a{".repeat(outer);
        format!("{{{fields}...F{}}} fragment F on A {{b{{c{{d{{e}}}}}}}}", "}".repeat(outer))
    };
    assert_eq!(verdict(&document(10)), "ADMITTED");
    assert_eq!(verdict(&document(11)), "DOCUMENT_TOO_DEEP");
}

#[test]
fn a_fragment_that_spreads_itself_is_a_cycle() {
    assert_eq!(verdict("{...F} fragment F on A {b ...F}"), "FRAGMENT_CYCLE");
    assert_eq!(place("{...F}\nfragment F on A {b ...F}"), Some((2, 23)));
}

#[test]
fn two_fragments_that_spread_each_other_are_a_cycle() {
    let document = "{...F} fragment F on A {b{...G}} fragment G on A {c ...F}";
    assert_eq!(verdict(document), "FRAGMENT_CYCLE");
}

#[test]
fn a_cycle_through_fields_and_inline_fragments_is_a_cycle() {
    let document = "{...F} fragment F on A {b{... on C {d{...G}}}} fragment G on A {e{...{...F}}}";
    assert_eq!(verdict(document), "FRAGMENT_CYCLE");
}

#[test]
fn a_cycle_that_nothing_spreads_is_a_cycle() {
    assert_eq!(verdict("{a} fragment F on A {b ...F}"), "FRAGMENT_CYCLE");
}

#[test]
fn a_cycle_in_an_operation_that_is_not_chosen_is_a_cycle() {
    let document = "query A{a} query B{...F} fragment F on A {...F}";
    assert_eq!(verdict(document), "FRAGMENT_CYCLE");
}

#[test]
fn a_fragment_that_does_not_exist_is_unknown() {
    assert_eq!(verdict("{...F}"), "UNKNOWN_FRAGMENT");
    assert_eq!(verdict("{a} fragment F on A {b{...G}}"), "UNKNOWN_FRAGMENT");
    assert_eq!(place("{\n  a\n  ...F\n}"), Some((3, 6)));
}

#[test]
fn a_fragment_defined_twice_is_refused() {
    let document = "{...F} fragment F on A {b} fragment F on A {c}";
    assert_eq!(verdict(document), "DUPLICATE_FRAGMENT");
}

#[test]
fn fragments_that_nothing_spreads_count_as_well() {
    let fields = "b ".repeat(600);
    let document = format!("{{a}} fragment F on A {{{fields}}} fragment G on A {{{fields}}}");
    assert_eq!(verdict(&document), "TOO_MANY_FIELDS");
}

#[test]
fn the_same_document_is_refused_for_the_same_reason_every_time() {
    let document = "{a} fragment F on A {b ...F} fragment G on A {...H} fragment I on A {c @no}";
    for _ in 0..100 {
        assert_eq!(verdict(document), "FRAGMENT_CYCLE");
    }
}
