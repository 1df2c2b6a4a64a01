//! What the pass over the bytes refuses and what it lets through.

use super::{admit, many, nested, place, verdict};

#[test]
fn a_document_longer_than_sixty_four_kib_is_too_large() {
    let fits = format!("{{a}}{}", " ".repeat(64 * 1024 - 3));
    assert_eq!(verdict(&fits), "ADMITTED");
    assert_eq!(verdict(&format!("{fits} ")), "DOCUMENT_TOO_LARGE");
}

#[test]
fn four_thousand_tokens_are_enough() {
    let list = |items: usize| format!("{{a(b:[{}])}}", "1 ".repeat(items));
    assert_eq!(verdict(&list(4_000 - 9)), "ADMITTED");
    assert_eq!(verdict(&list(4_000 - 8)), "TOO_MANY_TOKENS");
}

#[test]
fn numbers_without_a_space_between_them_are_counted_one_by_one() {
    assert_eq!(verdict(&format!("{{a(b:[{}])}}", "-1".repeat(3_991))), "ADMITTED");
    assert_eq!(verdict(&format!("{{a(b:[{}])}}", "-1".repeat(3_992))), "TOO_MANY_TOKENS");
}

#[test]
fn punctuators_alone_are_tokens_as_well() {
    assert_eq!(verdict(&"!".repeat(4_001)), "TOO_MANY_TOKENS");
    assert_eq!(verdict(&"...".repeat(4_001)), "TOO_MANY_TOKENS");
}

#[test]
fn braces_nested_without_end_are_too_deep() {
    assert_eq!(verdict(&"{a".repeat(30_000)), "DOCUMENT_TOO_DEEP");
}

#[test]
fn lists_nested_without_end_are_too_deep() {
    assert_eq!(verdict(&format!("{{a(b:{}", "[".repeat(60_000))), "DOCUMENT_TOO_DEEP");
}

#[test]
fn closed_lists_nested_forty_nine_deep_are_too_deep() {
    let lists = |depth: usize| format!("{{a(b:{}{})}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(verdict(&lists(46)), "ADMITTED");
    assert_eq!(verdict(&lists(47)), "DOCUMENT_TOO_DEEP");
}

#[test]
fn objects_nested_without_end_are_too_deep() {
    assert_eq!(verdict(&format!("{{a(b:{}", "{c:".repeat(20_000))), "DOCUMENT_TOO_DEEP");
}

#[test]
fn objects_and_lists_in_turn_are_too_deep() {
    assert_eq!(verdict(&format!("{{a(b:{}", "[{c:".repeat(15_000))), "DOCUMENT_TOO_DEEP");
}

#[test]
fn a_default_value_nested_without_end_is_too_deep() {
    assert_eq!(verdict(&format!("query($a:A={}", "[".repeat(50_000))), "DOCUMENT_TOO_DEEP");
}

#[test]
fn a_variable_type_nested_without_end_is_too_deep() {
    assert_eq!(verdict(&format!("query($a:{}A", "[".repeat(50_000))), "DOCUMENT_TOO_DEEP");
}

#[test]
fn an_argument_of_a_directive_nested_without_end_is_too_deep() {
    assert_eq!(verdict(&format!("{{a@skip(if:{}", "[".repeat(50_000))), "DOCUMENT_TOO_DEEP");
}

#[test]
fn inline_fragments_nested_without_end_are_too_deep() {
    assert_eq!(verdict(&"{...".repeat(15_000)), "DOCUMENT_TOO_DEEP");
}

#[test]
fn parentheses_nested_without_end_are_too_deep() {
    assert_eq!(verdict(&"(".repeat(50_000)), "DOCUMENT_TOO_DEEP");
}

#[test]
fn a_name_longer_than_256_bytes_is_refused() {
    assert_eq!(verdict(&format!("{{{}}}", "a".repeat(256))), "ADMITTED");
    assert_eq!(verdict(&format!("{{{}}}", "a".repeat(257))), "NAME_TOO_LONG");
}

#[test]
fn a_number_longer_than_256_bytes_is_refused() {
    assert_eq!(verdict(&format!("{{a(b:{})}}", "1".repeat(257))), "NAME_TOO_LONG");
    assert_eq!(verdict(&format!("{{a(b:0.{})}}", "1".repeat(257))), "NAME_TOO_LONG");
    assert_eq!(verdict(&format!("{{a(b:1e{})}}", "1".repeat(257))), "NAME_TOO_LONG");
}

#[test]
fn a_name_of_other_letters_is_a_syntax_error() {
    assert_eq!(verdict("{园区}"), "SYNTAX_ERROR");
    assert_eq!(place("{a\n 园区}"), Some((2, 2)));
    assert_eq!(verdict("{a(b:\"园区 🏢\")}"), "ADMITTED");
}

#[test]
fn characters_outside_the_grammar_are_syntax_errors() {
    for stray in ["?", "%", "'", "`", "\\", "^", "~", "/", "*", ";", "<", "+", "\u{a0}", "\u{7f}"] {
        assert_eq!(verdict(&format!("{{a {stray}}}")), "SYNTAX_ERROR", "{stray}");
    }
}

#[test]
fn a_byte_order_mark_is_ignored() {
    assert_eq!(verdict("\u{feff}{a}"), "ADMITTED");
}

#[test]
fn brackets_that_do_not_match_are_syntax_errors() {
    assert_eq!(verdict("{a(b:[1)]}"), "SYNTAX_ERROR");
    assert_eq!(verdict("}"), "SYNTAX_ERROR");
    assert_eq!(verdict("{a"), "SYNTAX_ERROR");
    assert_eq!(place("{\n  a(b: 1]\n}"), Some((2, 9)));
}

#[test]
fn closing_brackets_do_not_pay_for_opening_ones() {
    let document = format!("{}{}", "]".repeat(1_000), "[".repeat(1_000));
    assert_eq!(verdict(&document), "SYNTAX_ERROR");
}

#[test]
fn two_dots_are_a_syntax_error() {
    assert_eq!(verdict("{..a}"), "SYNTAX_ERROR");
    assert_eq!(place("{..a}"), Some((1, 2)));
}

#[test]
fn an_empty_document_is_a_syntax_error() {
    assert_eq!(verdict(""), "SYNTAX_ERROR");
    assert_eq!(verdict(" ,,\n# nothing"), "SYNTAX_ERROR");
    assert_eq!(verdict("{}"), "SYNTAX_ERROR");
}

#[test]
fn a_schema_is_a_syntax_error() {
    assert_eq!(verdict("type Query { a: Int }"), "SYNTAX_ERROR");
    assert_eq!(verdict("{a} type Query { a: Int }"), "SYNTAX_ERROR");
}

#[test]
fn a_syntax_error_says_where_in_lines_and_characters() {
    assert_eq!(place("{\r\n  a(b: \"园区\") ?\r\n}"), Some((2, 14)));
    assert_eq!(place("{\r  a\r  ?}"), Some((3, 3)));
    assert_eq!(place("query {\n  a(b:)\n}"), Some((2, 7)));
}

#[test]
fn the_deepest_brackets_admitted_fit_into_a_small_stack() {
    let documents = [
        format!("{{a(b:{}{})}}", "[".repeat(46), "]".repeat(46)),
        format!("{{a(b:{}1{})}}", "{c:".repeat(46), "}".repeat(46)),
        format!("query($a:A={}{}){{a}}", "[".repeat(47), "]".repeat(47)),
        format!("query($a:{}A{}){{a}}", "[".repeat(47), "]".repeat(47)),
        format!("{}{{a}}{}", "{...".repeat(47), "}".repeat(47)),
        nested("__schema", 48),
    ];
    let thread = std::thread::Builder::new().stack_size(512 * 1024);
    let verdicts = thread.spawn(move || documents.map(|document| verdict(&document))).unwrap();

    assert_eq!(verdicts.join().unwrap(), ["ADMITTED"; 6]);
}

#[test]
fn an_ordinary_document_passes() {
    let document = r#"
        # What waits for me.
        query Inbox($first: Int! = 20, $after: String, $closed: Boolean!) {
          inbox(first: $first, after: $after, filter: {kinds: [CLAIM, DEMAND], since: "2026-01-01"}) {
            totalCount @include(if: $closed)
            edges { cursor node { ...Line, ... on Claim @skip(if: $closed) { other: demand { id } } } }
          }
        }
        fragment Line on Node { id __typename }
    "#;
    assert_eq!(verdict(document), "ADMITTED");
    assert_eq!(admit(document).unwrap().root_fields(), ["inbox"]);
    assert_eq!(verdict(&format!("{{{}}}", many(40, |n| format!("field{n}")))), "ADMITTED");
}
