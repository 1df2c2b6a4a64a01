//! An answer on its way out: nothing internal in it, every error with a code, not too many.

use async_graphql::{Pos, Response, ServerError, Value};
use serde::Serialize;

use super::guard::GuardError;
use crate::kernel::lang::Lang;

/// More errors help nobody, and a document could ask for thousands.
const MOST_ERRORS: usize = 20;
/// Locations of one error; a conflict names two.
const MOST_LOCATIONS: usize = 4;
/// The library repeats names and values of the request in its messages; this cuts them short.
const LONGEST_MESSAGE_CHARS: usize = 300;

/// Where an error without a code came from, which decides what a client may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The request: its message helps whoever wrote it.
    Request,
    /// Our own fault: its message is for the log only.
    Inside,
}

/// Gives every error a code, masks our own faults and cuts what is too much.
///
/// `incident` is called with each masked error before its words are lost: it logs them and may
/// give back an id, which the client then finds in `extensions.incident`.
pub fn seal(response: &mut Response, lang: Lang, mut incident: impl FnMut(&ServerError) -> Option<String>) {
    response.errors.truncate(MOST_ERRORS);
    let executed = response.data != Value::Null;
    for error in &mut response.errors {
        if !has_code(error) {
            match origin(error, executed) {
                Origin::Request => set_code(error, "VALIDATION_FAILED"),
                Origin::Inside => mask(error, lang, incident(error)),
            }
        }
        error.locations.truncate(MOST_LOCATIONS);
        shorten(&mut error.message);
    }
}

/// Removes the names that the library suggests for misspelt ones: they describe the schema.
pub fn mask_suggestions(errors: &mut [ServerError]) {
    for error in errors {
        if let Some(start) = error.message.find(" Did you mean ") {
            error.message.truncate(start);
        }
    }
}

/// Whether nothing was executed, so that the answer has no `data` at all.
///
/// An execution that failed up to the root has `data: null` instead; its errors have paths.
pub fn is_request_error(response: &Response) -> bool {
    response.data == Value::Null && !response.errors.is_empty() && response.errors.iter().all(|error| error.path.is_empty())
}

/// The answer to a request that the guard refused.
pub fn refused_by_guard(error: &GuardError, lang: Lang) -> Response {
    let mut response = refused(error.code(), error.message(lang));
    if let (Some(at), [error]) = (error.place(), response.errors.as_mut_slice()) {
        error.locations.push(Pos { line: at.line, column: at.column });
    }
    response
}

/// The answer to a request that was not executed.
pub fn refused(code: &str, message: impl Into<String>) -> Response {
    let mut error = ServerError::new(message, None);
    set_code(&mut error, code);
    Response::from_errors(vec![error])
}

/// The JSON of an answer; the fields of `data` keep the order of the document.
pub fn to_json(response: &Response) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Answer {
        data: (!is_request_error(response)).then_some(&response.data),
        errors: &response.errors,
        extensions: &response.extensions,
    })
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    extensions: &'a std::collections::BTreeMap<String, Value>,
}

fn has_code(error: &ServerError) -> bool {
    error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some())
}

fn set_code(error: &mut ServerError, code: &str) {
    error.extensions.get_or_insert_default().set("code", code);
}

/// An error without a path before anything was executed is validation's. One with a path is a
/// resolver's, unless an input value was of the wrong form: these carry no source and say so.
fn origin(error: &ServerError, executed: bool) -> Origin {
    let refuses_a_value = error.source.is_none()
        && (error.message.starts_with("Failed to parse \"") || error.message.starts_with("Expected input type \""));
    if refuses_a_value || (error.path.is_empty() && !executed) { Origin::Request } else { Origin::Inside }
}

fn mask(error: &mut ServerError, lang: Lang, incident: Option<String>) {
    error.message = match lang {
        Lang::En => "Something went wrong on our side.".to_owned(),
        Lang::Zh => "服务器内部错误。".to_owned(),
    };
    // Whatever stood beside the missing code was not meant for clients either.
    error.extensions = None;
    error.source = None;
    set_code(error, "INTERNAL");
    if let (Some(id), Some(extensions)) = (incident, error.extensions.as_mut()) {
        extensions.set("incident", id);
    }
}

fn shorten(message: &mut String) {
    if let Some((end, _)) = message.char_indices().nth(LONGEST_MESSAGE_CHARS) {
        message.truncate(end);
        message.push('…');
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{PathSegment, value};

    use super::*;

    fn failed(message: &str, path: &[&str], data: Value) -> Response {
        let mut error = ServerError::new(message, None);
        error.path = path.iter().map(|key| PathSegment::Field((*key).to_owned())).collect();
        let mut response = Response::new(data);
        response.errors.push(error);
        response
    }

    fn sealed(mut response: Response) -> (String, String) {
        seal(&mut response, Lang::En, |_| None);
        let error = serde_json::to_value(&response.errors[0]).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        (text(&error["extensions"]["code"]), text(&error["message"]))
    }

    #[test]
    fn a_failure_of_validation_keeps_its_words() {
        let (code, message) = sealed(failed("Unknown field.", &[], Value::Null));
        assert_eq!((code.as_str(), message.as_str()), ("VALIDATION_FAILED", "Unknown field."));
    }

    #[test]
    fn a_failure_with_a_path_or_beside_data_is_ours() {
        let masked = ("INTERNAL".to_owned(), "Something went wrong on our side.".to_owned());
        assert_eq!(sealed(failed("disk full", &["a"], Value::Null)), masked);
        assert_eq!(sealed(failed("disk full", &[], value!({"a": 1}))), masked);
    }

    #[test]
    fn a_value_of_the_wrong_form_is_the_fault_of_the_request_wherever_it_is_found() {
        let message = "Failed to parse \"Date\": no such day";
        let (code, kept) = sealed(failed(message, &["a"], Value::Null));
        assert_eq!((code.as_str(), kept.as_str()), ("VALIDATION_FAILED", message));

        let mut with_a_source = failed(message, &["a"], Value::Null);
        with_a_source.errors[0].source = Some(std::sync::Arc::new(1));
        assert_eq!(sealed(with_a_source).0, "INTERNAL");
    }

    #[test]
    fn an_error_with_a_code_stays_as_it_is() {
        let mut response = failed("No such claim.", &["claim"], Value::Null);
        set_code(&mut response.errors[0], "NOT_FOUND");
        let expected = ("NOT_FOUND".to_owned(), "No such claim.".to_owned());
        assert_eq!(sealed(response), expected);
    }

    #[test]
    fn what_stood_beside_a_missing_code_is_masked_as_well() {
        let mut response = failed("disk full", &["a"], Value::Null);
        response.errors[0].extensions.get_or_insert_default().set("path", "/var/lib/portal");

        seal(&mut response, Lang::Zh, |cause| Some(cause.message.clone()));

        let error = serde_json::to_value(&response.errors[0]).unwrap();
        let extensions = serde_json::json!({"code": "INTERNAL", "incident": "disk full"});
        assert_eq!(error["extensions"], extensions);
        assert_eq!(error["message"], "服务器内部错误。");
    }

    #[test]
    fn suggestions_are_cut_off() {
        let suggestion = r#"Unknown field "a" on type "Query". Did you mean "b", "c"?"#;
        let mut errors = vec![ServerError::new(suggestion, None)];

        mask_suggestions(&mut errors);

        assert_eq!(errors[0].message, r#"Unknown field "a" on type "Query"."#);
    }

    #[test]
    fn long_messages_are_cut_between_characters() {
        let (_, message) = sealed(failed(&"园".repeat(5_000), &[], Value::Null));
        assert_eq!(message, format!("{}…", "园".repeat(300)));
    }
}
