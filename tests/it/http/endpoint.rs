//! What the endpoint accepts, and what it says to the rest.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::json;

use super::probe::{get, post, refused, send};

#[tokio::test]
async fn a_query_is_answered_by_post_and_by_get() {
    let posted = post(json!({"query": "{zebra}"})).await;
    let got = get(&[("query", "{zebra}")]).await;

    assert_eq!(posted.status, StatusCode::OK);
    assert_eq!(posted.content_type(), "application/json; charset=utf-8");
    assert_eq!(posted.body, r#"{"data":{"zebra":"striped"}}"#);
    assert_eq!(got.body, posted.body);
}

#[tokio::test]
async fn variables_and_operation_names_arrive_by_post_and_by_get() {
    let query = "query A($n:[Int!]!){sum(numbers:$n)} query B{apple}";

    let body = json!({"query": query, "operationName": "A", "variables": {"n": [1, 2]}});
    let parameters = [("query", query), ("operationName", "A"), ("variables", r#"{"n":[1,2]}"#)];

    assert_eq!(post(body).await.body, r#"{"data":{"sum":3}}"#);
    assert_eq!(get(&parameters).await.body, r#"{"data":{"sum":3}}"#);
}

#[tokio::test]
async fn the_empty_operation_name_means_none() {
    let got = get(&[("query", "query A{apple}"), ("operationName", "")]).await;
    let posted = post(json!({"query": "query A{apple}", "operationName": ""})).await;

    assert_eq!(got.body, r#"{"data":{"apple":"round"}}"#);
    assert_eq!(posted.body, got.body);
}

#[tokio::test]
async fn a_mutation_by_get_is_refused_and_not_executed() {
    for (query, operation) in [("mutation{grow}", ""), ("query A{apple} mutation B{grow}", "B")] {
        let reply = get(&[("query", query), ("operationName", operation)]).await;

        assert_eq!(reply.refusal(), refused(405, "MUTATION_BY_GET"));
        assert_eq!(reply.headers[header::ALLOW], "POST");
        assert_eq!(reply.json().get("data"), None);
    }
}

#[tokio::test]
async fn a_query_beside_a_mutation_is_answered_by_get() {
    let parameters = [("query", "query A{apple} mutation B{grow}"), ("operationName", "A")];
    assert_eq!(get(&parameters).await.body, r#"{"data":{"apple":"round"}}"#);
}

#[tokio::test]
async fn a_subscription_is_sent_to_the_web_socket() {
    let reply = post(json!({"query": "subscription{inbox}"})).await;
    assert_eq!(reply.refusal(), refused(400, "SUBSCRIPTION_OVER_HTTP"));
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
    ] {
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from(r#"{"query":"mutation{grow}"}"#));
        let reply = send(request.unwrap()).await;
        assert_eq!(reply.refusal(), refused(415, "UNSUPPORTED_MEDIA_TYPE"), "{content_type}");
    }
}

#[tokio::test]
async fn a_body_without_a_type_is_refused() {
    let request = Request::post("/graphql").body(Body::from(r#"{"query":"{apple}"}"#));
    let reply = send(request.unwrap()).await;
    assert_eq!(reply.refusal(), refused(415, "UNSUPPORTED_MEDIA_TYPE"));
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    for body in ["", "{", "nonsense", r#"{"query":"{apple}"} x"#, "{\"query\":\"\u{1}\"}"] {
        assert_eq!(post(body).await.refusal(), refused(400, "BAD_JSON"), "{body:?}");
    }
}

#[tokio::test]
async fn a_batch_is_refused() {
    let reply = post(json!([{"query": "{apple}"}])).await;
    assert_eq!(reply.refusal(), refused(400, "BATCH_REFUSED"));
}

#[tokio::test]
async fn parameters_of_a_wrong_type_are_refused() {
    for body in [
        json!("{apple}"),
        json!({"query": 1}),
        json!({"query": "{apple}", "operationName": ["A"]}),
        json!({"query": "{apple}", "variables": [1]}),
        json!({"query": "{apple}", "variables": "{}"}),
        json!({"query": "{apple}", "extensions": 0}),
    ] {
        assert_eq!(post(&body).await.refusal(), refused(400, "BAD_PARAMETER"), "{body}");
    }
}

#[tokio::test]
async fn a_request_without_a_query_is_refused() {
    assert_eq!(post(json!({})).await.refusal(), refused(400, "QUERY_MISSING"));
    assert_eq!(post(json!({"query": null})).await.refusal(), refused(400, "QUERY_MISSING"));
    assert_eq!(get(&[]).await.refusal(), refused(400, "QUERY_MISSING"));
}

#[tokio::test]
async fn parameters_of_an_address_are_judged_alike() {
    let with = |name, value| [("query", "{apple}"), (name, value)];
    assert_eq!(get(&with("variables", "{")).await.refusal(), refused(400, "BAD_JSON"));
    assert_eq!(get(&with("variables", "[]")).await.refusal(), refused(400, "BAD_PARAMETER"));
    assert_eq!(get(&with("extensions", "1")).await.refusal(), refused(400, "BAD_PARAMETER"));
    assert_eq!(get(&with("query", "{zebra}")).await.refusal(), refused(400, "BAD_PARAMETER"));
    assert_eq!(get(&with("variables", "null")).await.status, StatusCode::OK);
    assert_eq!(get(&with("unheard", "of")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn variables_nested_too_deep_are_refused_before_they_are_parsed() {
    let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
    let body = format!(r#"{{"query":"{{apple}}","variables":{{"a":{deep}}}}}"#);

    assert_eq!(post(body).await.refusal(), refused(400, "VARIABLES_TOO_DEEP"));
    let got = get(&[("query", "{apple}"), ("variables", &deep)]).await;
    assert_eq!(got.refusal(), refused(400, "VARIABLES_TOO_DEEP"));
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are() {
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let request = Request::builder().method(&method).uri("/graphql").body(Body::empty());
        let reply = send(request.unwrap()).await;
        assert_eq!(reply.refusal(), refused(405, "METHOD_NOT_ALLOWED"), "{method}");
        assert_eq!(reply.headers[header::ALLOW], "GET, HEAD, POST");
    }
}

#[tokio::test]
async fn a_head_request_is_a_get_without_its_body() {
    let request = Request::head("/graphql?query=%7Bapple%7D").body(Body::empty());
    let reply = send(request.unwrap()).await;
    assert_eq!((reply.status, reply.body.as_str()), (StatusCode::OK, ""));

    let request = Request::head("/graphql?query=mutation%7Bgrow%7D").body(Body::empty());
    assert_eq!(send(request.unwrap()).await.status, StatusCode::METHOD_NOT_ALLOWED);
}
