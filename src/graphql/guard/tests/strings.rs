//! Strings and comments, and what cannot hide in them.

use super::verdict;

#[test]
fn brackets_in_strings_do_not_count() {
    assert_eq!(verdict(&format!("{{a(b:\"{}\")}}", "[{(".repeat(1_000))), "ADMITTED");
    assert_eq!(verdict(&format!("{{a(b:\"\"\"{}\"\"\")}}", "[{(".repeat(1_000))), "ADMITTED");
    assert_eq!(verdict(&format!("{{a #{}\n}}", "[{(".repeat(1_000))), "ADMITTED");
}

#[test]
fn a_quotation_mark_in_a_comment_hides_no_brackets() {
    assert_eq!(verdict(&format!("{{a # \"\n(b:{}", "[".repeat(100))), "DOCUMENT_TOO_DEEP");
}

#[test]
fn a_number_sign_in_a_string_hides_no_brackets() {
    assert_eq!(verdict(&format!("{{a(b:\"#\",c:{}", "[".repeat(100))), "DOCUMENT_TOO_DEEP");
}

#[test]
fn an_escaped_quotation_mark_hides_no_brackets() {
    assert_eq!(verdict(&format!(r#"{{a(b:"\\",c:{}"#, "[".repeat(100))), "DOCUMENT_TOO_DEEP");
    assert_eq!(verdict(&format!(r#"{{a(b:"\"",c:{}"#, "[".repeat(100))), "DOCUMENT_TOO_DEEP");
}

#[test]
fn an_escaped_block_quote_hides_no_brackets() {
    let escaped = format!(r#"{{a(b:"""\"""""",c:{}"#, "[".repeat(100));
    assert_eq!(verdict(&escaped), "DOCUMENT_TOO_DEEP");
    let a_backslash_is_nothing_special = format!(r#"{{a(b:"""\\""",c:{}"#, "[".repeat(100));
    assert_eq!(verdict(&a_backslash_is_nothing_special), "SYNTAX_ERROR");
    assert_eq!(verdict(r#"{a(b:"""\""" \ " "" """)}"#), "ADMITTED");
}

#[test]
fn an_empty_string_hides_no_brackets() {
    assert_eq!(verdict(&format!("{{a(b:\"\",c:{}", "[".repeat(100))), "DOCUMENT_TOO_DEEP");
    assert_eq!(verdict("{a(b:\"\",c:\"\"\"\"\"\")}"), "ADMITTED");
}

#[test]
fn a_carriage_return_ends_a_comment() {
    assert_eq!(verdict(&format!("{{a #\r(b:{}", "[".repeat(100))), "DOCUMENT_TOO_DEEP");
}

#[test]
fn control_characters_are_syntax_errors_everywhere() {
    assert_eq!(verdict("{a\0}"), "SYNTAX_ERROR");
    assert_eq!(verdict("{a(b:\"\u{1}\")}"), "SYNTAX_ERROR");
    assert_eq!(verdict("{a(b:\"\"\"\u{1b}[2J\"\"\")}"), "SYNTAX_ERROR");
    assert_eq!(verdict("{a #\u{8}\n}"), "SYNTAX_ERROR");
    assert_eq!(verdict("{a(b:\"\t\")}"), "ADMITTED");
}

#[test]
fn a_string_without_end_is_a_syntax_error() {
    assert_eq!(verdict("{a(b:\"c)}"), "SYNTAX_ERROR");
    assert_eq!(verdict("{a(b:\"c\\"), "SYNTAX_ERROR");
    assert_eq!(verdict("{a(b:\"c\n\")}"), "SYNTAX_ERROR");
    assert_eq!(verdict("{a(b:\"c\\\n\")}"), "SYNTAX_ERROR");
}

#[test]
fn a_block_string_without_end_is_a_syntax_error() {
    assert_eq!(verdict("{a(b:\"\"\"c\"\")}"), "SYNTAX_ERROR");
}

#[test]
fn half_of_a_character_is_a_syntax_error() {
    assert_eq!(verdict(r#"{a(b:"\ud800")}"#), "SYNTAX_ERROR");
    assert_eq!(verdict(r#"{a(b:"\u12")}"#), "SYNTAX_ERROR");
}
