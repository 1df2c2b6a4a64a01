//! Accounts through the API.

use diesel::connection::SimpleConnection;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    people::{self, PASSWORD, change, create, settled, sign_in, viewer},
    world::{Db, World, named},
};

const FIELDS: &str = "account { id version status mustChangePassword }";

fn id_of(login: &str) -> String {
    let id: park_portal::kernel::id::AccountId = named(login);
    id.to_string()
}

/// The version and state of an account, as the system administrator sees it.
async fn state(world: &World, id: &str) -> Value {
    let query = "query($id: ID!) { account(id: $id) { version status } }";
    world.run("sysadmin", query, json!({ "id": id })).await.data("/account").clone()
}

#[rstest]
#[tokio::test]
async fn an_initial_password_is_shown_once_and_stored_nowhere(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let input = json!({ "login": " Li.Ming ", "displayName": "李明", "idempotencyKey": "once" });
    let fields = "account { id login displayName status mustChangePassword grants { id } } initialPassword";
    let first = world.mutate("sysadmin", "accountCreate", fields, input.clone()).await;
    let initial = first.text("/initialPassword");
    assert_eq!(initial.len(), 24);
    assert_eq!(first.done("/account/login"), "li.ming");
    assert_eq!(first.done("/account/status"), "INVITED");
    assert_eq!(first.done("/account/mustChangePassword"), true);

    let again = world.mutate("sysadmin", "accountCreate", fields, input).await;
    assert_eq!(again.done("/account/id"), first.done("/account/id"));
    assert_eq!(again.done("/initialPassword"), &Value::Null);
    let kept = format!("SELECT count(*) FROM idempotency WHERE answer LIKE '%{initial}%'");
    let logged = format!("SELECT count(*) FROM audit_line WHERE effects LIKE '%{initial}%' OR effects LIKE '%ming%'");
    assert_eq!((world.number(&kept).await, world.number(&logged).await), (0, 0));
    assert_eq!(world.number("SELECT count(*) FROM account WHERE login = 'li.ming'").await, 1);
    assert_eq!(world.audit().await, ["account.create OK"]);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn an_account_that_cannot_be_is_refused(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let before = world.count("account").await;
    let refused = async |login: &str, input: Value| world.mutate(login, "accountCreate", "account { id }", input).await;
    for login in ["ab", "a b c", "李明明", "a@b.c", "x".repeat(41).as_str()] {
        let reply = refused("sysadmin", json!({ "login": login, "displayName": "x" })).await;
        assert_eq!(reply.problems(), ["VALIDATION at input.login"], "{login}");
    }
    let reply = refused("sysadmin", json!({ "login": "!", "displayName": " " })).await;
    assert_eq!(reply.problems(), ["VALIDATION at input.login", "VALIDATION at input.displayName"]);
    let reply = refused("sysadmin", json!({ "login": "SYSADMIN", "displayName": "x" })).await;
    assert_eq!(reply.problems(), ["DUPLICATE_NAME at input.login"]);
    for login in ["secadmin", "auditor", "coordinator", "mill.liaison", "nobody"] {
        assert_eq!(refused(login, json!({ "login": "new.one", "displayName": "x" })).await.code(), "FORBIDDEN", "{login}");
    }
    assert_eq!(refused("", json!({ "login": "new.one", "displayName": "x" })).await.code(), "UNAUTHENTICATED");
    assert_eq!(world.count("account").await, before);
    let mut lines = vec!["account.create DUPLICATE_NAME"];
    lines.extend(["account.create FORBIDDEN"; 5]);
    assert_eq!(world.audit().await, lines);
}

#[rstest]
#[tokio::test]
async fn a_suspended_account_is_out_at_once_until_it_is_resumed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (person, token) = settled(&world, "li.ming").await;
    assert_eq!(viewer(&world, &token).await, "li.ming");
    let version = state(&world, &person.id).await["version"].clone();
    let input = json!({ "account": person.id, "expectedVersion": version });
    let reply = world.mutate("sysadmin", "accountSuspend", FIELDS, input).await;
    assert_eq!(reply.done("/account/status"), "SUSPENDED");
    assert_eq!(viewer(&world, &token).await, Value::Null);
    assert_eq!(sign_in(&world, "li.ming", PASSWORD).await.code(), "SIGN_IN_FAILED");

    let input = json!({ "account": person.id, "expectedVersion": reply.done("/account/version") });
    let reply = world.mutate("sysadmin", "accountResume", FIELDS, input).await;
    assert_eq!(reply.done("/account/status"), "ACTIVE");
    assert_eq!(viewer(&world, &token).await, Value::Null);
    assert_eq!(sign_in(&world, "li.ming", PASSWORD).await.code(), "OK");
    assert_eq!(world.audit().await[3..], ["account.suspend OK", "account.resume OK", "session.create OK"]);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn an_ended_account_takes_its_grants_along(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let input = json!({ "account": id_of("coordinator"), "expectedVersion": 1 });
    let reply = world.mutate("sysadmin", "accountEnd", "account { status grants { id } }", input).await;
    assert_eq!(reply.done("/account"), &json!({ "status": "ENDED", "grants": [] }));
    let ended = "SELECT count(*) FROM role_grant WHERE status = 'ENDED' AND version = 2";
    assert_eq!(world.number(ended).await, 1);
    assert_eq!(world.run("coordinator", "{ viewer { account { id } } }", json!({})).await.data("/viewer"), &Value::Null);
    let effects =
        "SELECT count(*) FROM audit_line WHERE action = 'account.end' AND effects LIKE '%\"grt_%' AND effects LIKE '%\"ses_%'";
    assert_eq!(world.number(effects).await, 1);
}

#[rstest]
#[tokio::test]
async fn a_step_from_the_wrong_state_or_version_changes_nothing(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let person = create(&world, "li.ming").await;
    let step = async |mutation: &str, version: i32| {
        let input = json!({ "account": person.id, "expectedVersion": version });
        world.mutate("sysadmin", mutation, FIELDS, input).await.code()
    };
    assert_eq!(step("accountSuspend", 1).await, "INVALID_STATE");
    assert_eq!(step("accountResume", 1).await, "INVALID_STATE");
    // The state is looked at before the version.
    assert_eq!(step("accountResume", 7).await, "INVALID_STATE");
    assert_eq!(step("accountPasswordReset", 7).await, "STALE_VERSION");
    assert_eq!(step("accountEnd", 7).await, "STALE_VERSION");
    assert_eq!(state(&world, &person.id).await, json!({ "version": 1, "status": "INVITED" }));
    assert_eq!(step("accountEnd", 1).await, "OK");
    for mutation in ["accountEnd", "accountSuspend", "accountResume", "accountPasswordReset"] {
        assert_eq!(step(mutation, 2).await, "INVALID_STATE", "{mutation}");
    }
    assert_eq!(state(&world, &person.id).await, json!({ "version": 2, "status": "ENDED" }));
}

#[rstest]
#[tokio::test]
async fn nobody_does_it_to_themselves(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    for mutation in ["accountSuspend", "accountEnd", "accountPasswordReset"] {
        let input = json!({ "account": id_of("sysadmin"), "expectedVersion": 1 });
        let reply = world.mutate("sysadmin", mutation, FIELDS, input).await;
        assert_eq!(reply.problems(), ["SAME_PERSON at input.account"], "{mutation}");
    }
    assert_eq!(state(&world, &id_of("sysadmin")).await, json!({ "version": 1, "status": "ACTIVE" }));
}

#[rstest]
#[tokio::test]
async fn a_reset_password_has_to_be_changed_again(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (person, token) = settled(&world, "li.ming").await;
    let input = json!({ "account": person.id, "expectedVersion": state(&world, &person.id).await["version"] });
    let fields = "account { status mustChangePassword } initialPassword";
    let reply = world.mutate("sysadmin", "accountPasswordReset", fields, input).await;
    assert_eq!(reply.done("/account"), &json!({ "status": "ACTIVE", "mustChangePassword": true }));
    assert_eq!(viewer(&world, &token).await, Value::Null);
    assert_eq!(sign_in(&world, "li.ming", PASSWORD).await.code(), "SIGN_IN_FAILED");
    let initial = reply.text("/initialPassword");
    let again = sign_in(&world, "li.ming", &initial).await;
    assert_eq!(again.done("/mustChangePassword"), true);
    assert_eq!(change(&world, &people::token(&again), &initial, PASSWORD).await.code(), "OK");
}

#[rstest]
#[tokio::test]
async fn those_who_watch_get_no_password_from_those_they_watch(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    for login in ["secadmin", "auditor"] {
        let input = json!({ "account": id_of(login), "expectedVersion": 1 });
        let reply = world.mutate("sysadmin", "accountPasswordReset", FIELDS, input).await;
        assert_eq!(reply.problems(), ["SAME_PERSON at input.account"], "{login}");
        assert_eq!(state(&world, &id_of(login)).await["version"], 1);
    }
}

#[rstest]
#[tokio::test]
async fn administrators_see_the_district_and_others_themselves(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let all = world.number("SELECT count(*) FROM account WHERE district = '420105'").await;
    let count =
        async |login: &str| world.run(login, "{ accounts { totalCount } }", json!({})).await.data("/accounts/totalCount").clone();
    assert_eq!((count("sysadmin").await, count("secadmin").await), (json!(all), json!(all)));
    for login in ["coordinator", "auditor", "mill.liaison", "nobody"] {
        assert_eq!(count(login).await, 1, "{login}");
    }
    let see = async |login: &str, id: String| {
        world.run(login, "query($id: ID!) { account(id: $id) { login } }", json!({ "id": id })).await.data("/account").clone()
    };
    assert_eq!(see("mill.liaison", id_of("mill.liaison")).await["login"], "mill.liaison");
    assert_eq!(see("mill.liaison", id_of("sysadmin")).await, Value::Null);
    assert_eq!(see("sysadmin", id_of("neighbour.coordinator")).await, Value::Null);

    // What is hidden is absent; what is seen may still be forbidden.
    let suspend = async |login: &str, id: String| {
        let input = json!({ "account": id, "expectedVersion": 1 });
        world.mutate(login, "accountSuspend", FIELDS, input).await.code()
    };
    assert_eq!(suspend("mill.liaison", id_of("bakery.liaison")).await, "NOT_FOUND");
    assert_eq!(suspend("mill.liaison", id_of("mill.liaison")).await, "FORBIDDEN");
    assert_eq!(suspend("secadmin", id_of("mill.liaison")).await, "FORBIDDEN");
    assert_eq!(suspend("sysadmin", id_of("neighbour.coordinator")).await, "NOT_FOUND");
    assert_eq!(suspend("sysadmin", "dem_00000000000000000000000000".to_owned()).await, "BAD_ID");
}

#[rstest]
#[tokio::test]
async fn a_list_is_narrowed_by_state_role_and_text(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    create(&world, "li.ming").await;
    let logins = async |filter: Value| {
        let query =
            "query($filter: AccountFilter) { accounts(first: 50, filter: $filter, order: OLDEST_FIRST) { nodes { login } } }";
        let reply = world.run("sysadmin", query, json!({ "filter": filter })).await;
        let nodes = reply.data("/accounts/nodes").as_array().cloned().unwrap_or_default();
        let mut logins: Vec<String> = nodes.iter().map(|node| node["login"].as_str().unwrap().to_owned()).collect();
        logins.sort();
        logins
    };
    assert_eq!(logins(json!({ "status": ["INVITED"] })).await, ["li.ming"]);
    assert_eq!(logins(json!({ "role": ["AUDITOR", "SYSTEM_ADMIN"] })).await, ["auditor", "sysadmin"]);
    assert_eq!(logins(json!({ "text": "测试LI" })).await, ["li.ming"]);
    assert_eq!(logins(json!({ "text": "Ａｄｍｉｎ" })).await, ["secadmin", "sysadmin"]);
    assert_eq!(logins(json!({ "text": "%" })).await, [""; 0]);
    assert_eq!(logins(json!({ "text": "liaison", "role": ["STEWARD"] })).await, [""; 0]);
    let reply = world.run("sysadmin", "{ accounts(filter: { text: \"\" }) { totalCount } }", json!({})).await;
    assert_eq!(reply.code(), "VALIDATION");
}

#[rstest]
#[tokio::test]
async fn pages_show_every_account_once(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let query = "query($after: String, $order: AccountOrder) { accounts(first: 4, after: $after, order: $order) { \
        nodes { login } pageInfo { hasNextPage endCursor } } }";
    for order in ["NEWEST_FIRST", "OLDEST_FIRST"] {
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let reply = world.run("secadmin", query, json!({ "after": after, "order": order })).await;
            let nodes = reply.data("/accounts/nodes").as_array().cloned().unwrap_or_default();
            seen.extend(nodes.iter().map(|node| node["login"].as_str().unwrap().to_owned()));
            if reply.data("/accounts/pageInfo/hasNextPage") == false {
                break;
            }
            after = reply.data("/accounts/pageInfo/endCursor").clone();
        }
        seen.sort();
        seen.dedup();
        assert_eq!(
            i64::try_from(seen.len()).unwrap(),
            world.number("SELECT count(*) FROM account WHERE district = '420105'").await
        );
    }
}

#[rstest]
#[tokio::test]
async fn the_table_refuses_what_the_rules_refuse(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let refuses = |statement: &str, constraint: &str| {
        let error = world.connection().batch_execute(statement).expect_err(statement).to_string();
        assert!(error.contains(constraint), "{error}");
    };
    refuses("UPDATE account SET login = 'Sysadmin' WHERE login = 'sysadmin'", "account_login_folded");
    refuses("UPDATE account SET status = 'GONE' WHERE login = 'sysadmin'", "account_status_known");
    let unique = match db {
        Db::Sqlite => "account.login",
        Db::Postgres => "account_login_unique",
    };
    refuses("UPDATE account SET login = 'sysadmin' WHERE login = 'neighbour.coordinator'", unique);
}
