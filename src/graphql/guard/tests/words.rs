//! The words of refusals.

use super::super::{Bound, Fault, GuardError, Place};
use super::admit;
use crate::kernel::lang::Lang;

const BOUNDS: [Bound; 16] = [
    Bound::DocumentBytes,
    Bound::Tokens,
    Bound::Nesting,
    Bound::Depth,
    Bound::NameBytes,
    Bound::Fields,
    Bound::Aliases,
    Bound::Directives,
    Bound::Arguments,
    Bound::Values,
    Bound::RootFields,
    Bound::Variables,
    Bound::Operations,
    Bound::VariableDepth,
    Bound::VariableValues,
    Bound::VariableCopies,
];

const FAULTS: [Fault; 11] = [
    Fault::Syntax,
    Fault::AnonymousNotAlone,
    Fault::DuplicateOperation,
    Fault::DuplicateFragment,
    Fault::UnknownFragment,
    Fault::FragmentCycle,
    Fault::UnknownDirective,
    Fault::MisplacedDirective,
    Fault::BadDirective,
    Fault::IntrospectionTooDeep,
    Fault::VariableRequired,
];

fn every_refusal() -> Vec<GuardError> {
    let at = Place { line: 3, column: 7 };
    let bounds = BOUNDS.map(|bound| GuardError::Exceeds { bound, limit: 48 });
    let faults = FAULTS.map(|fault| GuardError::Faulty { fault, at });
    let others = [GuardError::NoOperation, GuardError::UnknownOperation, GuardError::OperationNameRequired];
    bounds.into_iter().chain(faults).chain(others).collect()
}

#[test]
fn every_refusal_has_a_screaming_code() {
    for refusal in every_refusal() {
        let code = refusal.code();
        assert!(code.bytes().all(|byte| byte == b'_' || byte.is_ascii_uppercase()), "{code}");
    }
}

#[test]
fn every_refusal_speaks_english_and_chinese() {
    for refusal in every_refusal() {
        assert!(refusal.message(Lang::En).is_ascii(), "{refusal:?}");
        assert!(!refusal.message(Lang::Zh).is_ascii(), "{refusal:?}");
    }
}

#[test]
fn a_refusal_names_its_bound_or_its_place() {
    let too_deep = GuardError::Exceeds { bound: Bound::Nesting, limit: 48 };
    let unknown = Fault::UnknownFragment.at(Place { line: 3, column: 7 });

    assert_eq!(too_deep.message(Lang::En), "Too much for one request: levels of nesting in the document, at most 48.");
    assert_eq!(too_deep.message(Lang::Zh), "请求超出限制:查询文档的嵌套层数不得超过 48。");
    assert_eq!(unknown.message(Lang::En), "This fragment is not defined (line 3, column 7)");
    assert_eq!(unknown.message(Lang::Zh), "片段未定义(第 3 行第 7 列)");
}

#[test]
fn a_refusal_never_repeats_the_document() {
    let secret = "swordfish";
    for document in [
        format!("{{{secret} ?}}"),
        format!("{{a(b:\"{secret})}}"),
        format!("{{...{secret}}}"),
        format!("{{a @{secret}}}"),
        format!("query {secret}{{a}} query {secret}{{b}}"),
        format!("{{...{secret}}} fragment {secret} on A {{b}} fragment {secret} on A {{c}}"),
        format!("{{a(b:1{secret})}}"),
        format!("{{{}}}", secret.repeat(100)),
    ] {
        let refusal = admit(&document).unwrap_err();
        assert!(!refusal.message(Lang::En).contains(secret), "{document}");
        assert!(!refusal.message(Lang::Zh).contains(secret), "{document}");
    }
}
