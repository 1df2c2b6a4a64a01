//! Accounts with real passwords, and requests with real tokens.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::world::{Reply, World};

/// A password that nothing is wrong with.
pub const PASSWORD: &str = "correct horse battery";

/// An account that was created through the API.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: String,
    pub initial: String,
}

/// Creates an account.
pub async fn create(world: &World, login: &str) -> Person {
    let input = json!({ "login": login, "displayName": format!("测试{login}") });
    let reply = world.mutate("sysadmin", "accountCreate", "account { id } initialPassword", input).await;
    Person { id: reply.text("/account/id"), initial: reply.text("/initialPassword") }
}

/// Creates an account, signs it in and chooses [`PASSWORD`]; answers its token as well.
pub async fn settled(world: &World, login: &str) -> (Person, String) {
    let person = create(world, login).await;
    let first = token(&sign_in(world, login, &person.initial).await);
    let changed = change(world, &first, &person.initial, PASSWORD).await;
    let token = changed.text("/token");
    (person, token)
}

/// Signs in with a password.
pub async fn sign_in(world: &World, login: &str, password: &str) -> Reply {
    let query = "mutation($input: SessionCreateInput!) { sessionCreate(input: $input) { \
        token mustChangePassword session { id client isCurrent } problems { code message path } } }";
    let input = json!({ "login": login, "password": password });
    world.run("", query, json!({ "input": input })).await.inside("sessionCreate")
}

/// The token of a sign-in that succeeded.
pub fn token(reply: &Reply) -> String {
    reply.text("/token")
}

/// Changes the password of whoever has the token.
pub async fn change(world: &World, token: &str, present: &str, new: &str) -> Reply {
    let query = "mutation($input: PasswordChangeInput!) { passwordChange(input: $input) { \
        token account { status version } problems { code path } } }";
    let input = json!({ "currentPassword": present, "newPassword": new });
    run(world, token, query, json!({ "input": input })).await.inside("passwordChange")
}

/// Sends a document with a token.
pub async fn run(world: &World, token: &str, query: &str, variables: Value) -> Reply {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::from(body))
        .expect("a request");
    Reply::read(world.send(request).await).await
}

/// Who the token's owner is to the server: a login, or null.
pub async fn viewer(world: &World, token: &str) -> Value {
    let reply = run(world, token, "{ viewer { account { login } } }", json!({})).await;
    reply.data("/viewer/account/login").clone()
}
