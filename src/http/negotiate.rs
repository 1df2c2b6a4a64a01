//! Which of its two media types an answer has.

use async_graphql::Response;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};

use crate::graphql::answer::is_request_error;
use crate::kernel::quality::{Quality, Ranked, ranked};

/// The media type of an answer (GraphQL over HTTP, "Media Types").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// For clients of old: its status is 200 whenever the request itself was well formed.
    Json,
    /// Its status says what happened.
    GraphqlResponse,
}

/// What became of a well-formed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Complete,
    /// Executed, with errors beside the data.
    Partial,
    /// Not executed: the answer has no data.
    Refused,
}

// The newer text of the specification has 422 and 294 here, the audits still have these.
const DOCUMENT_REFUSED: StatusCode = StatusCode::BAD_REQUEST;
const PARTIAL: StatusCode = StatusCode::OK;

impl Media {
    /// The type that the `Accept` headers prefer, or `None` if they allow neither.
    ///
    /// Without a preference it is `application/json`, as the specification's audits ask; of two
    /// types named alike the newer one, because a client that names it knows it.
    pub fn negotiate(headers: &HeaderMap) -> Option<Self> {
        if !headers.contains_key(ACCEPT) {
            return Some(Self::Json);
        }
        let ranges: Vec<_> =
            headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(ranked).filter(speaks_utf8).collect();
        let newer = Match::best(&ranges, "graphql-response+json");
        let older = Match::best(&ranges, "json");
        if newer.quality == Quality::NONE && older.quality == Quality::NONE {
            None
        } else if newer.quality > older.quality || (newer.quality == older.quality && newer.precision == Precision::Exact) {
            Some(Self::GraphqlResponse)
        } else {
            Some(Self::Json)
        }
    }

    pub fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }

    /// The status of the answer to a well-formed request.
    pub fn status(self, outcome: Outcome) -> StatusCode {
        match (self, outcome) {
            (Self::Json, _) | (_, Outcome::Complete) => StatusCode::OK,
            (Self::GraphqlResponse, Outcome::Partial) => PARTIAL,
            (Self::GraphqlResponse, Outcome::Refused) => DOCUMENT_REFUSED,
        }
    }
}

impl Outcome {
    pub fn of(answer: &Response) -> Self {
        if answer.is_ok() {
            Self::Complete
        } else if is_request_error(answer) {
            Self::Refused
        } else {
            Self::Partial
        }
    }
}

/// Whether the body is JSON in UTF-8 by its own account.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(Ranked::parse)
        .is_some_and(|media| media.value.eq_ignore_ascii_case("application/json") && speaks_utf8(&media))
}

/// How well a range fits a type, and how much it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Match {
    precision: Precision,
    quality: Quality,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Precision {
    Nothing,
    Anything,
    AnyApplication,
    Exact,
}

impl Match {
    /// The most precise range decides, also if it wants the type less (RFC 9110 §12.5.1).
    fn best(ranges: &[Ranked<'_>], subtype: &str) -> Self {
        ranges
            .iter()
            .map(|range| Self { precision: precision(range.value, subtype), quality: range.quality })
            .filter(|found| found.precision != Precision::Nothing)
            .max()
            .unwrap_or(Self { precision: Precision::Nothing, quality: Quality::NONE })
    }
}

fn precision(range: &str, subtype: &str) -> Precision {
    match range.split_once('/') {
        Some(("*", "*")) => Precision::Anything,
        Some((kind, rest)) if kind.eq_ignore_ascii_case("application") => match rest {
            "*" => Precision::AnyApplication,
            _ if rest.eq_ignore_ascii_case(subtype) => Precision::Exact,
            _ => Precision::Nothing,
        },
        _ => Precision::Nothing,
    }
}

fn speaks_utf8(media: &Ranked<'_>) -> bool {
    media.parameter("charset").is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiated(accept: &'static str) -> Option<Media> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        Media::negotiate(&headers)
    }

    #[test]
    fn without_a_preference_the_answer_is_plain_json() {
        assert_eq!(Media::negotiate(&HeaderMap::new()), Some(Media::Json));
        assert_eq!(negotiated("*/*"), Some(Media::Json));
        assert_eq!(negotiated("application/*"), Some(Media::Json));
        assert_eq!(negotiated("text/html, */*;q=0.8"), Some(Media::Json));
    }

    #[test]
    fn a_type_asked_for_by_name_is_answered() {
        assert_eq!(negotiated("application/json"), Some(Media::Json));
        assert_eq!(negotiated("Application/JSON; charset=UTF-8"), Some(Media::Json));
        assert_eq!(negotiated("application/graphql-response+json"), Some(Media::GraphqlResponse));
    }

    #[test]
    fn of_two_types_wanted_alike_the_newer_one_is_answered() {
        let both = "application/json, application/graphql-response+json";
        assert_eq!(negotiated(both), Some(Media::GraphqlResponse));
        assert_eq!(negotiated("application/json, */*"), Some(Media::Json));
        assert_eq!(negotiated("application/graphql-response+json, */*"), Some(Media::GraphqlResponse));
    }

    #[test]
    fn the_higher_quality_wins() {
        let json = "application/graphql-response+json;q=0.5, application/json;q=0.9";
        let newer = "application/json;q=0.9, application/graphql-response+json";
        assert_eq!(negotiated(json), Some(Media::Json));
        assert_eq!(negotiated(newer), Some(Media::GraphqlResponse));
        assert_eq!(negotiated("application/json;q=0.1, */*"), Some(Media::GraphqlResponse));
    }

    #[test]
    fn the_more_precise_range_decides_against_a_wildcard() {
        assert_eq!(negotiated("application/json;q=0, */*"), Some(Media::GraphqlResponse));
        let neither = "application/json;q=0, application/graphql-response+json;q=0, */*";
        assert_eq!(negotiated(neither), None);
    }

    #[test]
    fn several_headers_count_as_one_list() {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT, HeaderValue::from_static("text/html"));
        headers.append(ACCEPT, HeaderValue::from_static("application/graphql-response+json"));

        assert_eq!(Media::negotiate(&headers), Some(Media::GraphqlResponse));
    }

    #[test]
    fn what_we_cannot_answer_in_is_not_acceptable() {
        assert_eq!(negotiated("text/html"), None);
        assert_eq!(negotiated("application/xml, text/*"), None);
        assert_eq!(negotiated("application/json; charset=iso-8859-1"), None);
        assert_eq!(negotiated(""), None);
        assert_eq!(negotiated("*/*;q=0"), None);
    }

    #[test]
    fn a_body_is_json_only_in_utf8() {
        for (content_type, expected) in [
            ("application/json", true),
            ("application/json;charset=utf-8", true),
            ("APPLICATION/JSON; Charset=\"UTF-8\"", true),
            ("application/json; charset=gbk", false),
            ("application/graphql", false),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("multipart/form-data; boundary=x", false),
            ("application/jsonp", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            assert_eq!(is_json(&headers), expected, "{content_type}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
