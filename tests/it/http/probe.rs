//! A tiny schema behind the endpoint, in process or on a port.

use std::net::SocketAddr;
use std::sync::Arc;

use async_graphql::{EmptySubscription, Error, ErrorExtensions, Object, Response, Schema, ServerError};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use park_portal::graphql::answer;
use park_portal::graphql::guard::{Guard, Limits};
use park_portal::graphql::shape::Shape;
use park_portal::http::graphql::{Call, Endpoint, Execute, route};
use tower::ServiceExt;

pub struct Query;
pub struct Mutation;

pub type DemoSchema = Schema<Query, Mutation, EmptySubscription>;

#[Object]
impl Query {
    async fn zebra(&self) -> &str {
        "striped"
    }

    async fn apple(&self) -> &str {
        "round"
    }

    async fn mango(&self) -> i32 {
        7
    }

    async fn itself(&self) -> Query {
        Query
    }

    async fn sum(&self, numbers: Vec<i32>) -> i32 {
        numbers.iter().sum()
    }

    async fn echo(&self, text: String) -> String {
        text
    }

    /// Fails as a database would, with words that are nobody's business.
    async fn leak(&self) -> Result<Option<i32>, std::io::Error> {
        Err(std::io::Error::other("secret://user:password@db"))
    }

    /// Fails up to the root.
    async fn must(&self) -> Result<i32, Error> {
        Err(Error::new("No such thing.").extend_with(|_, extensions| extensions.set("code", "NOT_FOUND")))
    }
}

#[Object]
impl Mutation {
    async fn grow(&self) -> i32 {
        8
    }
}

pub struct Demo(pub DemoSchema);

impl Execute for Demo {
    async fn execute(&self, call: Call) -> Response {
        let anonymous = !call.parts.headers.contains_key(header::AUTHORIZATION);
        let mut response = self.0.execute(call.into_request().0).await;
        if anonymous {
            answer::mask_suggestions(&mut response.errors);
        }
        response
    }

    fn incident(&self, _cause: &ServerError) -> Option<String> {
        Some("inc_1".to_owned())
    }
}

pub fn app() -> Router {
    let guard = Arc::new(Guard::new(Limits::default()));
    let schema = Schema::new(Query, Mutation, EmptySubscription);
    let shape = Arc::new(Shape::of_sdl(&schema.sdl()).unwrap());
    let execute = Demo(schema);
    Router::new().route("/graphql", route(Endpoint { guard, shape, execute }))
}

/// Serves on a free port for as long as the runtime lives.
pub async fn serve() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app()).await.unwrap() });
    address
}

/// A status and a code as [`Reply::refusal`] gives them.
pub fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Status and code of the first error.
    pub fn refusal(&self) -> (u16, String) {
        let code = self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or("").to_owned();
        (self.status.as_u16(), code)
    }

    pub fn content_type(&self) -> &str {
        self.headers[header::CONTENT_TYPE].to_str().unwrap()
    }
}

pub async fn send(request: Request<Body>) -> Reply {
    let response = app().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Reply { status: parts.status, headers: parts.headers, body }
}

/// A POST of JSON that takes what it gets.
pub async fn post(body: impl ToString) -> Reply {
    post_accepting("*/*", body).await
}

pub async fn post_accepting(accept: &str, body: impl ToString) -> Reply {
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, accept)
        .body(Body::from(body.to_string()));
    send(request.unwrap()).await
}

/// A GET with these parameters.
pub async fn get(parameters: &[(&str, &str)]) -> Reply {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    send(Request::get(format!("/graphql?{query}")).body(Body::empty()).unwrap()).await
}
