//! Signing in and out, sessions and passwords through the API.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, header},
};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    people::{PASSWORD, change, create, run, settled, sign_in, token, viewer},
    world::{Db, Reply, World},
};

#[rstest]
#[tokio::test]
async fn the_first_sign_in_forces_a_password_of_ones_own(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let person = create(&world, "li.ming").await;
    let signed_in = sign_in(&world, " Li.Ming", &person.initial).await;
    assert_eq!(signed_in.done("/mustChangePassword"), true);
    let first = token(&signed_in);
    assert_eq!(first.len(), 43);

    for query in ["{ demands { totalCount } }", "{ accounts { totalCount } }", "{ grants { totalCount } }"] {
        assert_eq!(run(&world, &first, query, json!({})).await.code(), "PASSWORD_CHANGE_REQUIRED", "{query}");
    }
    let revoke = "mutation { sessionRevokeAll(input: {}) { problems { code } } }";
    assert_eq!(run(&world, &first, revoke, json!({})).await.code(), "PASSWORD_CHANGE_REQUIRED");
    let query = "{ viewer { mustChangePassword account { login status viewerCanEnd } grants { role inForce } \
        sessions { isCurrent client } district { code name } } }";
    let seen = run(&world, &first, query, json!({})).await;
    assert_eq!(
        seen.data("/viewer"),
        &json!({
            "mustChangePassword": true,
            "account": { "login": "li.ming", "status": "INVITED", "viewerCanEnd": false },
            "grants": [],
            "sessions": [{ "isCurrent": true, "client": "- · -" }],
            "district": { "code": "420105", "name": "汉阳区" },
        })
    );

    let changed = change(&world, &first, &person.initial, PASSWORD).await;
    assert_eq!(changed.done("/account/status"), "ACTIVE");
    assert_eq!(viewer(&world, &first).await, Value::Null);
    let reply = run(&world, &changed.text("/token"), "{ accounts { totalCount } }", json!({})).await;
    assert_eq!(reply.data("/accounts/totalCount"), 1);
    assert_eq!(world.audit().await, ["account.create OK", "session.create OK", "password.change OK"]);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn an_invited_account_can_sign_out(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let person = create(&world, "li.ming").await;
    let token = token(&sign_in(&world, "li.ming", &person.initial).await);
    let end = "mutation { sessionEnd(input: {}) { session { endedAt isCurrent } problems { code } } }";
    let reply = run(&world, &token, end, json!({})).await.inside("sessionEnd");
    assert_eq!(reply.done("/session"), &json!({ "endedAt": "2026-11-23T01:00:00Z", "isCurrent": true }));
    assert_eq!(run(&world, &token, end, json!({})).await.code(), "UNAUTHENTICATED");
}

#[rstest]
#[tokio::test]
async fn every_failed_sign_in_is_answered_alike_and_leaves_nothing(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (suspended, _) = settled(&world, "su.spended").await;
    settled(&world, "li.ming").await;
    let input = json!({ "account": suspended.id, "expectedVersion": 2 });
    world.mutate("sysadmin", "accountSuspend", "account { id }", input).await.done("/account");
    let (lines, sessions) = (world.count("audit_line").await, world.count("session").await);
    let mut answers: Vec<Value> = Vec::new();
    for (login, password) in
        [("li.ming", "wrong horse battery"), ("su.spended", PASSWORD), ("un.known", PASSWORD), ("no login!", PASSWORD), ("", "")]
    {
        let reply = sign_in(&world, login, password).await;
        assert_eq!((reply.status, reply.code().as_str()), (200, "SIGN_IN_FAILED"), "{login}");
        answers.push(reply.body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!((world.count("audit_line").await, world.count("session").await), (lines, sessions));
}

#[rstest]
#[tokio::test]
async fn a_weak_or_wrong_password_changes_nothing(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (_, token) = settled(&world, "li.ming").await;
    let before = world.number("SELECT version FROM account WHERE login = 'li.ming'").await;
    for weak in ["short", "aaaaaaaaaaaa", "1234567890", "qwertyuiop", "li.ming2026", "Password123", PASSWORD, &"abxy5".repeat(41)]
    {
        let reply = change(&world, &token, PASSWORD, weak).await;
        assert_eq!(reply.problems(), ["WEAK_PASSWORD at input.newPassword"], "{weak}");
    }
    let reply = change(&world, &token, "wrong horse battery", "another horse battery").await;
    assert_eq!(reply.problems(), ["SIGN_IN_FAILED at input.currentPassword"]);
    assert_eq!(world.number("SELECT version FROM account WHERE login = 'li.ming'").await, before);
    assert_eq!(viewer(&world, &token).await, "li.ming");
    assert_eq!(world.audit().await.last().unwrap(), "password.change SIGN_IN_FAILED");
}

#[rstest]
#[tokio::test]
async fn a_change_of_password_ends_all_other_sessions(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (_, here) = settled(&world, "li.ming").await;
    let there = token(&sign_in(&world, "li.ming", PASSWORD).await);
    let changed = change(&world, &here, PASSWORD, "another horse battery").await;
    let now = changed.text("/token");
    assert_eq!(viewer(&world, &there).await, Value::Null);
    assert_eq!(viewer(&world, &here).await, Value::Null);
    assert_eq!(viewer(&world, &now).await, "li.ming");
    assert_eq!(sign_in(&world, "li.ming", PASSWORD).await.code(), "SIGN_IN_FAILED");
}

#[rstest]
#[tokio::test]
async fn a_repeated_key_answers_the_change_of_password_without_its_token(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (_, token) = settled(&world, "li.ming").await;
    let query = "mutation($input: PasswordChangeInput!) { passwordChange(input: $input) { token account { version } problems { code } } }";
    let input = json!({ "input": {
        "currentPassword": PASSWORD, "newPassword": "another horse battery", "idempotencyKey": "k" } });
    let first = run(&world, &token, query, input.clone()).await.inside("passwordChange");
    let again = run(&world, &first.text("/token"), query, input).await.inside("passwordChange");
    assert_eq!(again.done("/token"), &Value::Null);
    assert_eq!(again.done("/account"), first.done("/account"));
    let told = format!("SELECT count(*) FROM idempotency WHERE answer LIKE '%{}%'", first.text("/token"));
    assert_eq!(world.number(&told).await, 0);
}

#[rstest]
#[tokio::test]
async fn people_see_and_end_their_own_sessions_only(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (_, here) = settled(&world, "li.ming").await;
    let other = sign_in(&world, "li.ming", PASSWORD).await;
    let (_, stranger) = settled(&world, "wang.fang").await;
    let sessions = "{ viewer { sessions { id } } }";
    let listed = run(&world, &here, sessions, json!({})).await;
    assert_eq!(listed.data("/viewer/sessions").as_array().map(Vec::len), Some(2));

    let revoke =
        "mutation($input: SessionRevokeInput!) { sessionRevoke(input: $input) { session { id } problems { code path } } }";
    let input = json!({ "input": { "session": other.done("/session/id") } });
    let refused = run(&world, &stranger, revoke, input.clone()).await.inside("sessionRevoke");
    assert_eq!(refused.problems(), ["NOT_FOUND at input.session"]);
    assert_eq!(viewer(&world, &token(&other)).await, "li.ming");
    assert_eq!(run(&world, &here, revoke, input.clone()).await.inside("sessionRevoke").code(), "OK");
    assert_eq!(viewer(&world, &token(&other)).await, Value::Null);
    let again = run(&world, &here, revoke, input).await.inside("sessionRevoke");
    assert_eq!(again.problems(), ["NOT_FOUND at input.session"]);
}

#[rstest]
#[tokio::test]
async fn all_sessions_end_but_this_one_unless_it_is_asked_for(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (_, here) = settled(&world, "li.ming").await;
    let there = token(&sign_in(&world, "li.ming", PASSWORD).await);
    let all =
        "mutation($input: SessionRevokeAllInput!) { sessionRevokeAll(input: $input) { sessions { id } problems { code } } }";
    let reply = run(&world, &here, all, json!({ "input": {} })).await.inside("sessionRevokeAll");
    assert_eq!(reply.done("/sessions").as_array().map(Vec::len), Some(1));
    assert_eq!((viewer(&world, &here).await, viewer(&world, &there).await), (json!("li.ming"), Value::Null));
    let reply = run(&world, &here, all, json!({ "input": { "includeCurrent": true } })).await.inside("sessionRevokeAll");
    assert_eq!(reply.done("/sessions").as_array().map(Vec::len), Some(1));
    assert_eq!(viewer(&world, &here).await, Value::Null);
}

/// When the session of the token was last seen.
async fn seen_at(world: &World, token: &str) -> Value {
    let query = "{ viewer { sessions { seenAt } } }";
    run(world, token, query, json!({})).await.data("/viewer/sessions/0/seenAt").clone()
}

/// Sends requests until the idle stamp says that one came now: it is moved beside the request, which
/// does not wait for it.
async fn stamped(world: &World, token: &str) {
    let now = json!(world.clock.now().to_string());
    for _ in 0..500 {
        if seen_at(world, token).await == now {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the idle stamp was not moved to {now}");
}

#[rstest]
#[tokio::test]
async fn a_session_idles_out_and_grows_too_old(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (_, token) = settled(&world, "li.ming").await;
    let minutes = |minutes| world.clock.advance(SignedDuration::from_mins(minutes));
    for _ in 0..24 {
        minutes(29);
        stamped(&world, &token).await;
    }
    // Eleven hours and 36 minutes: its last half hour cannot be prolonged.
    minutes(23);
    stamped(&world, &token).await;
    minutes(1);
    assert_eq!(viewer(&world, &token).await, Value::Null);

    let token = crate::people::token(&sign_in(&world, "li.ming", PASSWORD).await);
    minutes(30);
    assert_eq!(viewer(&world, &token).await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn the_idle_stamp_moves_once_a_minute(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (_, token) = settled(&world, "li.ming").await;
    world.clock.advance(SignedDuration::from_secs(59));
    assert_eq!(viewer(&world, &token).await, "li.ming");
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(seen_at(&world, &token).await, "2026-11-23T01:00:00Z");
    world.clock.advance(SignedDuration::from_secs(1));
    stamped(&world, &token).await;
}

#[rstest]
#[tokio::test]
async fn a_browser_gets_a_cookie_instead_of_a_token(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    settled(&world, "li.ming").await;
    let send = async |cookie: &str, query: &str| {
        let request = Request::post("/graphql")
            .header("content-type", "application/json")
            .header("cookie", cookie)
            .body(Body::from(json!({ "query": query }).to_string()))
            .expect("a request");
        let response = world.send(request).await;
        let set = response.headers().get(header::SET_COOKIE).map(|value| value.to_str().unwrap().to_owned());
        (set, Reply::read(response).await)
    };
    let query = format!(
        "mutation {{ sessionCreate(input: {{ login: \"li.ming\", password: \"{PASSWORD}\", cookie: true, client: \"浏览器\" }}) \
         {{ token session {{ client }} problems {{ code }} }} }}"
    );
    let (set, reply) = send("", &query).await;
    let reply = reply.inside("sessionCreate");
    assert_eq!((reply.done("/token"), reply.done("/session/client")), (&Value::Null, &json!("浏览器")));
    let set = set.expect("a cookie");
    assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"), "{set}");
    let cookie = set.split(';').next().unwrap().to_owned();

    let (set, reply) = send(&cookie, "{ viewer { account { login } } }").await;
    assert_eq!((set, reply.data("/viewer/account/login")), (None, &json!("li.ming")));
    let (set, reply) = send(&cookie, "mutation { sessionEnd(input: {}) { session { id } problems { code } } }").await;
    assert_eq!(reply.inside("sessionEnd").code(), "OK");
    assert!(set.expect("a cookie").contains("Max-Age=0"));
    let (_, reply) = send(&cookie, "{ viewer { account { login } } }").await;
    assert_eq!(reply.data("/viewer"), &Value::Null);
}

#[rstest]
#[tokio::test]
async fn a_clients_name_is_bounded(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let sessions = world.count("session").await;
    let query = "mutation($input: SessionCreateInput!) { sessionCreate(input: $input) { problems { code path } } }";
    let input = json!({ "input": { "login": "a", "password": "b", "client": "x".repeat(121) } });
    let reply = world.run("", query, input).await.inside("sessionCreate");
    assert_eq!(reply.problems(), ["VALIDATION at input.client"]);
    assert_eq!(world.count("session").await, sessions);
}

#[rstest]
#[tokio::test]
async fn neither_passwords_nor_tokens_are_stored(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (person, token) = settled(&world, "li.ming").await;
    for secret in [PASSWORD, &token, &person.initial] {
        for (table, column) in
            [("audit_line", "effects"), ("idempotency", "answer"), ("account", "password_hash"), ("session", "client")]
        {
            let found = format!("SELECT count(*) FROM {table} WHERE {column} LIKE '%{secret}%'");
            assert_eq!(world.number(&found).await, 0, "{table}.{column}");
        }
    }
}
