//! Grants through the API.

use diesel::connection::SimpleConnection;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    people::create,
    world::{
        Db, Reply, World, named,
        steps::{enter_grant, organisation_id, place_id, zone_id},
    },
};

const FIELDS: &str = "grant { id version status inForce account { login } role scopeKind scopeId from to \
    proposedBy { login } approvedBy { login } }";

fn id_of(login: &str) -> String {
    let id: park_portal::kernel::id::AccountId = named(login);
    id.to_string()
}

async fn propose(world: &World, by: &str, account: &str, role: &str, scope: Option<String>) -> Reply {
    let input = json!({ "account": id_of(account), "role": role, "scope": scope, "from": "2026-11-23" });
    world.mutate(by, "grantPropose", FIELDS, input).await
}

async fn step(world: &World, by: &str, mutation: &str, grant: &str, version: i32) -> Reply {
    world.mutate(by, mutation, FIELDS, json!({ "grant": grant, "expectedVersion": version })).await
}

/// Whether the account may do what system administrators may.
async fn administers(world: &World, login: &str) -> Value {
    world
        .run(login, "{ viewer { district { viewerCanCreateAccount } } }", json!({}))
        .await
        .data("/viewer/district/viewerCanCreateAccount")
        .clone()
}

#[rstest]
#[tokio::test]
async fn a_right_comes_with_the_approval_and_goes_at_once(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let proposed = propose(&world, "sysadmin", "nobody", "SYSTEM_ADMIN", None).await;
    let grant = proposed.text("/grant/id");
    assert_eq!(
        proposed.done("/grant"),
        &json!({
            "id": grant, "version": 1, "status": "PROPOSED", "inForce": false, "account": { "login": "nobody" },
            "role": "SYSTEM_ADMIN", "scopeKind": "DISTRICT", "scopeId": null, "from": "2026-11-23", "to": null,
            "proposedBy": { "login": "sysadmin" }, "approvedBy": null,
        })
    );
    assert_eq!(administers(&world, "nobody").await, false);
    let approved = step(&world, "secadmin", "grantApprove", &grant, 1).await;
    assert_eq!(approved.done("/grant/status"), "ACTIVE");
    assert_eq!((approved.done("/grant/inForce"), approved.done("/grant/approvedBy/login")), (&json!(true), &json!("secadmin")));
    assert_eq!(administers(&world, "nobody").await, true);
    assert_eq!(step(&world, "secadmin", "grantSuspend", &grant, 2).await.done("/grant/status"), "SUSPENDED");
    assert_eq!(administers(&world, "nobody").await, false);
    assert_eq!(step(&world, "secadmin", "grantResume", &grant, 3).await.done("/grant/status"), "ACTIVE");
    assert_eq!(administers(&world, "nobody").await, true);
    assert_eq!(step(&world, "sysadmin", "grantEnd", &grant, 4).await.done("/grant/status"), "ENDED");
    assert_eq!(administers(&world, "nobody").await, false);
    let lines = ["grant.propose OK", "grant.approve OK", "grant.suspend OK", "grant.resume OK", "grant.end OK"];
    assert_eq!(world.audit().await, lines);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_grant_counts_from_its_first_to_its_last_day(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let input = json!({ "account": id_of("nobody"), "role": "SYSTEM_ADMIN", "from": "2026-11-24", "to": "2026-11-24" });
    let grant = world.mutate("sysadmin", "grantPropose", FIELDS, input).await.text("/grant/id");
    assert_eq!(step(&world, "secadmin", "grantApprove", &grant, 1).await.done("/grant/inForce"), false);
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(administers(&world, "nobody").await);
        world.advance(SignedDuration::from_hours(24)).await;
    }
    assert_eq!(seen, [false, true, false]);
}

#[rstest]
#[tokio::test]
async fn it_takes_two_persons_and_a_third(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let own = propose(&world, "sysadmin", "sysadmin", "SYSTEM_ADMIN", None).await;
    assert_eq!(own.problems(), ["SAME_PERSON at "]);
    let grant = propose(&world, "sysadmin", "nobody", "AUDITOR", None).await.text("/grant/id");
    assert_eq!(step(&world, "sysadmin", "grantApprove", &grant, 1).await.code(), "FORBIDDEN");

    // One person who came to hold both roles, whichever way, still cannot approve what they proposed.
    enter_grant(&mut world.connection(), "420105", "sysadmin", "SECURITY_ADMIN", "DISTRICT", "");
    assert_eq!(step(&world, "sysadmin", "grantApprove", &grant, 1).await.problems(), ["SAME_PERSON at "]);
    let theirs = propose(&world, "sysadmin", "secadmin", "SECURITY_ADMIN", None).await.text("/grant/id");
    assert_eq!(step(&world, "secadmin", "grantApprove", &theirs, 1).await.problems(), ["SAME_PERSON at "]);
    let proposed = "SELECT count(*) FROM role_grant WHERE status = 'PROPOSED' AND version = 1";
    assert_eq!(world.number(proposed).await, 2);
}

#[rstest]
#[tokio::test]
async fn a_role_has_its_kind_of_scope(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let before = world.count("role_grant").await;
    let mill = || Some(organisation_id("mill"));
    let justice = || Some(organisation_id("justice"));
    let refused = [
        ("LIAISON", None, "GRANT_SCOPE"),
        ("LIAISON", justice(), "GRANT_SCOPE"),
        ("LIAISON", Some(place_id("mall")), "GRANT_SCOPE"),
        ("OFFICIAL", mill(), "GRANT_SCOPE"),
        ("LEAD", mill(), "GRANT_SCOPE"),
        ("LEAD", Some(zone_id("circle")), "GRANT_SCOPE"),
        ("STEWARD", None, "GRANT_SCOPE"),
        ("STEWARD", mill(), "GRANT_SCOPE"),
        ("COORDINATOR", Some(zone_id("circle")), "GRANT_SCOPE"),
        ("AUDITOR", mill(), "GRANT_SCOPE"),
        ("SYSTEM_ADMIN", Some(place_id("mall")), "GRANT_SCOPE"),
        ("LIAISON", Some(organisation_id("nowhere")), "NOT_FOUND"),
        ("LIAISON", Some(organisation_id("neighbour")), "NOT_FOUND"),
        ("STEWARD", Some(zone_id("nowhere")), "NOT_FOUND"),
        ("STEWARD", Some(place_id("nowhere")), "NOT_FOUND"),
        ("STEWARD", Some(id_of("nobody")), "BAD_ID"),
        ("STEWARD", Some("x".to_owned()), "BAD_ID"),
    ];
    for (role, scope, code) in refused {
        let reply = propose(&world, "sysadmin", "nobody", role, scope.clone()).await;
        assert_eq!(reply.problems(), [format!("{code} at input.scope")], "{role} {scope:?}");
    }
    assert_eq!(world.count("role_grant").await, before);
    let fitting = [
        ("LIAISON", mill()),
        ("OFFICIAL", justice()),
        ("LEAD", justice()),
        ("STEWARD", Some(zone_id("circle"))),
        ("STEWARD", Some(place_id("mall"))),
        ("COORDINATOR", None),
    ];
    for (role, scope) in fitting {
        let reply = propose(&world, "sysadmin", "nobody", role, scope.clone()).await;
        assert_eq!(reply.done("/grant/scopeId"), &json!(scope), "{role}");
    }
    let query = "query($account: ID!) { grants(filter: { account: [$account] }, order: OLDEST_FIRST) { \
        nodes { organisation { name } zone { name } place { name } } } }";
    let shown = world.run("secadmin", query, json!({ "account": id_of("nobody") })).await;
    let name = |kind: &str| {
        let nodes = shown.data("/grants/nodes").as_array().cloned().unwrap_or_default();
        nodes.iter().filter_map(|node| node[kind]["name"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(name("organisation"), ["mill", "justice", "justice"]);
    assert_eq!((name("zone"), name("place")), (vec!["circle".to_owned()], vec!["mall".to_owned()]));
}

#[rstest]
#[tokio::test]
async fn powers_are_not_joined_in_one_person(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let before = world.count("role_grant").await;
    let mill = || Some(organisation_id("mill"));
    let refused = [
        ("mill.liaison", "AUDITOR", None),
        ("coordinator", "SECURITY_ADMIN", None),
        ("secadmin", "SYSTEM_ADMIN", None),
        ("secadmin", "LIAISON", mill()),
        ("auditor", "COORDINATOR", None),
        ("auditor", "SECURITY_ADMIN", None),
    ];
    for (account, role, scope) in refused {
        let reply = propose(&world, "sysadmin", account, role, scope).await;
        assert_eq!(reply.problems(), ["GRANT_SCOPE at input.role"], "{account} {role}");
    }
    assert_eq!(world.count("role_grant").await, before);
    // A proposal counts like a grant, and one that was turned down does not count any more.
    let proposal = propose(&world, "sysadmin", "nobody", "AUDITOR", None).await.text("/grant/id");
    assert_eq!(propose(&world, "sysadmin", "nobody", "COORDINATOR", None).await.code(), "GRANT_SCOPE");
    assert_eq!(step(&world, "secadmin", "grantEnd", &proposal, 1).await.code(), "OK");
    assert_eq!(propose(&world, "sysadmin", "nobody", "COORDINATOR", None).await.code(), "OK");
}

#[rstest]
#[tokio::test]
async fn days_and_accounts_that_are_over_get_no_grant(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let person = create(&world, "li.ming").await;
    let before = world.count("role_grant").await;
    let days = async |from: &str, to: &str| {
        let input = json!({ "account": person.id, "role": "COORDINATOR", "from": from, "to": to });
        world.mutate("sysadmin", "grantPropose", FIELDS, input).await
    };
    assert_eq!(days("2026-12-02", "2026-12-01").await.problems(), ["VALIDATION at input.to"]);
    assert_eq!(days("2026-11-01", "2026-11-22").await.problems(), ["VALIDATION at input.to"]);
    assert_eq!(days("2026-11-01", "2026-02-30").await.code(), "VALIDATION_FAILED");
    let end = json!({ "account": person.id, "expectedVersion": 1 });
    world.mutate("sysadmin", "accountEnd", "account { id }", end).await.done("/account");
    assert_eq!(days("2026-11-23", "2026-12-01").await.code(), "INVALID_STATE");
    assert_eq!(world.count("role_grant").await, before);
}

#[rstest]
#[tokio::test]
async fn a_step_from_the_wrong_state_or_version_changes_nothing(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let grant = propose(&world, "sysadmin", "nobody", "COORDINATOR", None).await.text("/grant/id");
    let code = async |mutation: &str, version: i32| step(&world, "secadmin", mutation, &grant, version).await.code();
    assert_eq!(code("grantSuspend", 1).await, "INVALID_STATE");
    assert_eq!(code("grantResume", 1).await, "INVALID_STATE");
    assert_eq!(code("grantApprove", 2).await, "STALE_VERSION");
    assert_eq!(code("grantApprove", 1).await, "OK");
    assert_eq!(code("grantApprove", 2).await, "INVALID_STATE");
    assert_eq!(code("grantResume", 2).await, "INVALID_STATE");
    assert_eq!(code("grantSuspend", 9).await, "STALE_VERSION");
    assert_eq!(code("grantEnd", 9).await, "STALE_VERSION");
    assert_eq!(code("grantEnd", 2).await, "OK");
    for mutation in ["grantApprove", "grantSuspend", "grantResume", "grantEnd"] {
        assert_eq!(code(mutation, 3).await, "INVALID_STATE", "{mutation}");
    }
    let left = "SELECT count(*) FROM role_grant WHERE status = 'ENDED' AND version = 3";
    assert_eq!(world.number(left).await, 1);
}

#[rstest]
#[tokio::test]
async fn only_administrators_see_and_decide(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let all = world.number("SELECT count(*) FROM role_grant WHERE district = '420105'").await;
    let count =
        async |login: &str| world.run(login, "{ grants { totalCount } }", json!({})).await.data("/grants/totalCount").clone();
    assert_eq!((count("sysadmin").await, count("secadmin").await), (json!(all), json!(all)));
    assert_eq!((count("mill.liaison").await, count("auditor").await, count("nobody").await), (json!(1), json!(1), json!(0)));

    let grant = propose(&world, "sysadmin", "nobody", "COORDINATOR", None).await.text("/grant/id");
    for login in ["coordinator", "auditor", "mill.liaison", "neighbour.coordinator"] {
        assert_eq!(propose(&world, login, "nobody", "COORDINATOR", None).await.code(), "NOT_FOUND", "{login}");
        assert_eq!(step(&world, login, "grantApprove", &grant, 1).await.code(), "NOT_FOUND", "{login}");
    }
    assert_eq!(propose(&world, "secadmin", "nobody", "COORDINATOR", None).await.code(), "FORBIDDEN");
    assert_eq!(propose(&world, "sysadmin", "neighbour.coordinator", "COORDINATOR", None).await.code(), "NOT_FOUND");
    // It is their own, so they see it; they may not touch it.
    for mutation in ["grantApprove", "grantSuspend", "grantResume", "grantEnd"] {
        assert_eq!(step(&world, "nobody", mutation, &grant, 1).await.code(), "FORBIDDEN", "{mutation}");
    }
    assert_eq!(step(&world, "sysadmin", "grantResume", &grant, 1).await.code(), "FORBIDDEN");
    let query =
        "query($id: ID!) { grant(id: $id) { viewerCanApprove viewerCanSuspend viewerCanResume viewerCanEnd account { login } } }";
    let rights = async |login: &str| world.run(login, query, json!({ "id": grant })).await.data("/grant").clone();
    let seen = |approve, suspend, resume, end| {
        json!({ "viewerCanApprove": approve, "viewerCanSuspend": suspend, "viewerCanResume": resume, "viewerCanEnd": end,
            "account": { "login": "nobody" } })
    };
    assert_eq!(rights("sysadmin").await, seen(false, true, false, true));
    assert_eq!(rights("secadmin").await, seen(true, true, true, true));
    assert_eq!(rights("nobody").await, seen(false, false, false, false));
    assert_eq!(rights("coordinator").await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn a_list_is_narrowed_by_account_state_and_role(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    propose(&world, "sysadmin", "nobody", "COORDINATOR", None).await.done("/grant");
    let found = async |filter: Value| {
        let query = "query($filter: GrantFilter) { grants(filter: $filter, order: OLDEST_FIRST) { nodes { role status } } }";
        world.run("secadmin", query, json!({ "filter": filter })).await.data("/grants/nodes").clone()
    };
    let proposal = json!([{ "role": "COORDINATOR", "status": "PROPOSED" }]);
    assert_eq!(found(json!({ "status": ["PROPOSED"] })).await, proposal);
    assert_eq!(found(json!({ "account": [id_of("nobody")] })).await, proposal);
    assert_eq!(found(json!({ "role": ["COORDINATOR"] })).await.as_array().map(Vec::len), Some(2));
    assert_eq!(found(json!({ "role": ["AUDITOR"], "status": ["PROPOSED"] })).await, json!([]));
    let query = "{ grants(filter: { account: [\"x\"] }) { totalCount } }";
    assert_eq!(world.run("secadmin", query, json!({})).await.code(), "BAD_ID");
}

/// Statements so far. A lane ends its snapshot after it has answered, so the last may be still to come.
async fn statements_at_rest(world: &World) -> u64 {
    let mut seen = world.app.store.statements();
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        match world.app.store.statements() {
            now if now == seen => return now,
            now => seen = now,
        }
    }
}

#[rstest]
#[tokio::test]
async fn the_number_of_statements_does_not_depend_on_the_rows(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let statements = async |first: i32| {
        let query = "query($first: Int) { accounts(first: $first, filter: { role: [LIAISON, OFFICIAL, LEAD, STEWARD] }) { \
            nodes { login grants { role account { login grants { role } } } } } }";
        let before = statements_at_rest(&world).await;
        assert_eq!(world.run("secadmin", query, json!({ "first": first })).await.code(), "OK");
        statements_at_rest(&world).await - before
    };
    let few = statements(2).await;
    assert_eq!(statements(9).await, few);
}

#[rstest]
#[tokio::test]
async fn the_table_refuses_what_the_rules_refuse(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    propose(&world, "sysadmin", "nobody", "COORDINATOR", None).await.done("/grant");
    let refuses = |set: &str, constraint: &str| {
        let statement = format!("UPDATE role_grant SET {set} WHERE status = 'PROPOSED'");
        let error = world.connection().batch_execute(&statement).expect_err(set).to_string();
        assert!(error.contains(constraint), "{set}: {error}");
    };
    refuses("approved_by = proposed_by", "role_grant_two_persons");
    refuses("approved_by = account", "role_grant_not_for_oneself");
    refuses("proposed_by = account", "role_grant_not_for_oneself");
    refuses("status = 'ACTIVE'", "role_grant_approved");
    refuses("status = 'SUSPENDED'", "role_grant_approved");
    refuses("status = 'GONE'", "role_grant_");
    refuses("role = 'LIAISON'", "role_grant_scope_fits");
    refuses("scope_kind = 'ZONE'", "role_grant_scope_fits");
    refuses("role = 'KING'", "role_grant_");
    refuses("to_on = '2026-11-22'", "role_grant_range");
}
