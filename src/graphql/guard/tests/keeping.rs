//! What the cache keeps.

use super::super::{Guard, Limits};
use super::many;

#[test]
fn a_document_seen_before_is_not_checked_again() {
    let guard = Guard::new(Limits::default());

    let first = guard.admit("query A{a} query B{b}", Some("A")).unwrap();
    let second = guard.admit("query A{a} query B{b}", Some("B")).unwrap();

    assert!(first.shares_its_document_with(&second));
    assert_eq!(second.root_fields(), ["b"]);
}

#[test]
fn a_refused_document_is_not_kept() {
    let guard = Guard::new(Limits::default());

    assert!(guard.admit("{a @no}", None).is_err());
    assert!(guard.admit("{a @no}", None).is_err());

    assert_eq!(guard.cache.len(), 0);
}

#[test]
fn a_document_without_the_wanted_operation_is_kept_all_the_same() {
    let guard = Guard::new(Limits::default());

    assert!(guard.admit("query A{a}", Some("B")).is_err());

    assert_eq!(guard.cache.len(), 1);
}

#[test]
fn no_more_documents_are_kept_than_allowed() {
    let guard = Guard::new(Limits { cached_documents: 50, ..Limits::default() });

    for number in 0..1_000 {
        guard.admit(&format!("{{field{number}}}"), None).unwrap();
    }

    assert!(guard.cache.len() <= 50, "{}", guard.cache.len());
    assert!(guard.cache.len() > 25, "{}", guard.cache.len());
}

#[test]
fn large_documents_take_the_room_of_many() {
    let guard = Guard::new(Limits { cached_bytes: 1024 * 1024, ..Limits::default() });

    for number in 0..100 {
        let fields = many(900, |field| format!("f{number}_{field}"));
        guard.admit(&format!("{{a{{{fields}}}}}"), None).unwrap();
    }

    assert!(guard.cache.len() <= 4, "{}", guard.cache.len());
}
