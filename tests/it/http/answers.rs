//! What an answer says, in which type, status and words.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use super::probe::{post, post_accepting, refused, send};

const NEWER: &str = "application/graphql-response+json";

#[tokio::test]
async fn fields_keep_the_order_of_the_document() {
    let query = "{zebra ...F apple itself{mango apple b:zebra a:zebra}} fragment F on Query {mango}";

    let reply = post(json!({"query": query})).await;

    let expected = r#"{"data":{"zebra":"striped","mango":7,"apple":"round","itself":{"mango":7,"apple":"round","b":"striped","a":"striped"}}}"#;
    assert_eq!(reply.body, expected);
}

#[tokio::test]
async fn an_answer_in_another_type_is_not_to_be_had() {
    let reply = post_accepting("text/html", json!({"query": "{apple}"})).await;

    assert_eq!(reply.refusal(), refused(406, "NOT_ACCEPTABLE"));
    assert_eq!(reply.content_type(), "application/json; charset=utf-8");
}

#[tokio::test]
async fn the_newer_type_tells_by_its_status_what_happened() {
    for (query, code) in [
        ("{", "SYNTAX_ERROR"),
        ("{nothing}", "VALIDATION_FAILED"),
        ("{apple @no}", "UNKNOWN_DIRECTIVE"),
        ("query($t:String!){echo(text:$t)}", "VARIABLE_REQUIRED"),
    ] {
        let older = post(json!({"query": query})).await;
        let newer = post_accepting(NEWER, json!({"query": query})).await;

        assert_eq!(older.refusal(), refused(200, code));
        assert_eq!(newer.refusal(), refused(400, code));
        assert_eq!(newer.content_type(), "application/graphql-response+json; charset=utf-8");
        assert_eq!(older.json().get("data"), None);
        assert_eq!(newer.json().get("data"), None);
    }
}

#[tokio::test]
async fn an_operation_that_cannot_be_found_is_a_bad_request_in_both_types() {
    for accept in ["application/json", NEWER] {
        let unknown = json!({"query": "query A{apple}", "operationName": "B"});
        let unnamed = json!({"query": "query A{apple} query B{apple}"});
        let unknown = post_accepting(accept, unknown).await;
        let unnamed = post_accepting(accept, unnamed).await;

        assert_eq!(unknown.refusal(), refused(400, "UNKNOWN_OPERATION"));
        assert_eq!(unnamed.refusal(), refused(400, "OPERATION_NAME_REQUIRED"));
    }
}

#[tokio::test]
async fn an_execution_that_fails_up_to_the_root_has_null_for_data() {
    let reply = post_accepting(NEWER, json!({"query": "{must}"})).await;

    assert_eq!(reply.refusal(), refused(200, "NOT_FOUND"));
    assert_eq!(reply.json()["data"], json!(null));
    assert_eq!(reply.json().get("data"), Some(&json!(null)));
    assert_eq!(reply.json()["errors"][0]["path"], json!(["must"]));
}

#[tokio::test]
async fn our_own_faults_keep_their_words_to_themselves() {
    let reply = post(json!({"query": "{apple leak}"})).await;

    let expected = json!({
        "data": {"apple": "round", "leak": null},
        "errors": [{
            "message": "Something went wrong on our side.",
            "locations": [{"line": 1, "column": 8}],
            "path": ["leak"],
            "extensions": {"code": "INTERNAL", "incident": "inc_1"},
        }],
    });
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.json(), expected);
}

#[tokio::test]
async fn a_value_of_a_wrong_type_is_the_fault_of_the_request() {
    let query = "query($t:String!){echo(text:$t)}";
    let reply = post_accepting(NEWER, json!({"query": query, "variables": {"t": 1}})).await;
    assert_eq!(reply.refusal(), refused(400, "VALIDATION_FAILED"));
}

#[tokio::test]
async fn names_are_suggested_to_nobody_unknown() {
    let request = |token: Option<&str>| {
        let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        let request = token.into_iter().fold(request, |r, t| r.header(header::AUTHORIZATION, t));
        request.body(Body::from(r#"{"query":"{zebro}"}"#)).unwrap()
    };

    let unknown = send(request(None)).await.json();
    let known = send(request(Some("Bearer x"))).await.json();

    assert_eq!(unknown["errors"][0]["message"], r#"Unknown field "zebro" on type "Query"."#);
    assert!(known["errors"][0]["message"].as_str().unwrap().contains("Did you mean"));
}

#[tokio::test]
async fn an_answer_has_at_most_twenty_errors_and_none_is_long() {
    let fields: String = (0..39).map(|n| format!("f{n}{} ", "x".repeat(240))).collect();
    let text = "y".repeat(50_000);

    let many = post(json!({"query": format!("{{{fields}}}")})).await;
    let long = post(json!({"query": format!("{{sum(numbers:[{text}])}}")})).await;

    assert_eq!(many.json()["errors"].as_array().unwrap().len(), 20);
    assert_eq!(long.refusal(), refused(200, "NAME_TOO_LONG"));
    for error in many.json()["errors"].as_array().unwrap() {
        assert!(error["message"].as_str().unwrap().chars().count() <= 301);
    }
}

#[tokio::test]
async fn a_refused_document_is_answered_in_less_than_a_kilobyte() {
    for query in ["[".repeat(60_000), "x".repeat(60_000), format!("{{{}}}", "a@b ".repeat(900))] {
        let reply = post(json!({"query": query})).await;
        assert!(reply.body.len() < 1_024, "{}", reply.body);
    }
}

#[tokio::test]
async fn a_syntax_error_has_a_location_and_nothing_of_the_document() {
    let reply = post(json!({"query": "{\n  swordfish ?\n}"})).await;

    let expected = json!({"errors": [{
        "message": "Syntax error (line 2, column 13)",
        "locations": [{"line": 2, "column": 13}],
        "extensions": {"code": "SYNTAX_ERROR"},
    }]});
    assert_eq!(reply.json(), expected);
}

#[tokio::test]
async fn a_chinese_browser_reads_chinese() {
    let request =
        Request::get("/graphql?query=%7B%3F%7D").header(header::ACCEPT_LANGUAGE, "zh-CN,zh;q=0.9,en;q=0.8").body(Body::empty());
    let reply = send(request.unwrap()).await.json();
    assert_eq!(reply["errors"][0]["message"], "语法错误(第 1 行第 2 列)");
}
