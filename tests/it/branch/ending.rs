//! How branches end, and what becomes of whatever leans on them.

use rstest::rstest;
use serde_json::{Value, json};

use super::{FIELDS, Known, active, approve, but, cover_of, custody, everything, hub, property, propose, sits_in, step_because};
use crate::world::{Db, World, steps::organisation_id};

#[rstest]
#[tokio::test]
async fn a_custodian_ends_only_after_it_has_handed_its_stations_over(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    sits_in(&world, "forge", "tower").await;
    let custodian = active(&world, hub("枢纽支部")).await;
    let other = active(&world, but(property("物业支部"), &json!({ "covers": [organisation_id("keeper")] }))).await;
    let station = active(&world, custody("联络站", &custodian)).await;
    // A proposal would be left without its custodian as well.
    let planned = propose(&world, custody("筹建联络站", &custodian)).await;
    let before = everything(&world).await;

    for (mutation, more) in [
        ("branchDissolve", json!({ "reason": "组织设置调整" })),
        ("branchConvert", json!({ "reason": "组织设置调整" })),
        ("branchMerge", json!({ "into": other.id, "memberCount": 12 })),
    ] {
        let reply = world.mutate("coordinator", mutation, FIELDS, but(custodian.input(), &more)).await;
        assert_eq!(reply.problems(), ["STATIONS_DEPEND at input.branch"], "{mutation}");
    }
    let hand_over = async |branch: &Known, to: &Known| {
        world.mutate("coordinator", "branchHandOver", FIELDS, branch.with("custodian", to.id.clone())).await
    };
    assert_eq!(hand_over(&station, &planned).await.problems(), ["BRANCH_RULE at input.custodian"]);
    assert_eq!(hand_over(&station, &station).await.problems(), ["BRANCH_RULE at input.custodian"]);
    assert_eq!(hand_over(&other, &custodian).await.problems(), ["BRANCH_RULE at input.custodian"]);
    let ghost = Known { id: "brn_00000000000000000000000000".to_owned(), version: 1 };
    assert_eq!(hand_over(&station, &ghost).await.problems(), ["NOT_FOUND at input.custodian"]);
    assert_eq!(everything(&world).await, before);

    let handed = Known::of(&hand_over(&station, &other).await);
    let reply = world.mutate("coordinator", "branchDissolve", FIELDS, custodian.with("reason", "组织设置调整")).await;
    assert_eq!(reply.code(), "STATIONS_DEPEND");
    hand_over(&planned, &other).await;
    step_because(&world, "branchDissolve", &custodian).await;
    let query = "query($id: ID!) { branch(id: $id) { ... on CustodyBranch { custodian { name } } } }";
    let reply = world.run("mill.liaison", query, json!({ "id": handed.id })).await;
    assert_eq!(*reply.data("/branch/custodian/name"), "物业支部");
    assert_eq!(cover_of(&world, "mill").await, Value::Null);
    assert_eq!(cover_of(&world, "forge").await, "联络站");
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_station_that_has_ended_no_longer_holds_its_custodian(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    sits_in(&world, "forge", "tower").await;
    let custodian = active(&world, hub("枢纽支部")).await;
    let station = active(&world, custody("联络站", &custodian)).await;
    step_because(&world, "branchDissolve", &station).await;
    step_because(&world, "branchDissolve", &custodian).await;
    assert_eq!(world.number("SELECT count(*) FROM branch_coverage WHERE to_on IS NULL").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_merger_moves_what_is_covered_the_same_day(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let small = active(&world, property("物业支部")).await;
    let large =
        active(&world, but(hub("枢纽支部"), &json!({ "covers": [organisation_id("mill"), organisation_id("forge")] }))).await;
    let before = everything(&world).await;
    let merge = async |into: &Known, members: i64| {
        let input = but(small.with("into", into.id.clone()), &json!({ "memberCount": members }));
        world.mutate("coordinator", "branchMerge", FIELDS, input).await
    };
    assert_eq!(merge(&small, 9).await.problems(), ["INVALID_STATE at input.into"]);
    assert_eq!(merge(&large, 2).await.problems(), ["BRANCH_RULE at input.memberCount"]);
    assert_eq!(merge(&large, 1_000_000_000_000).await.problems(), ["VALIDATION at input.memberCount"]);
    assert_eq!(everything(&world).await, before);

    let merged = merge(&large, 11).await;
    assert_eq!(*merged.done("/branch/status"), "MERGED");
    assert_eq!(cover_of(&world, "bakery").await, "枢纽支部");
    let query = "query($id: ID!) { branch(id: $id) { mergedInto { name memberCount version coverCount warnings { code } } } }";
    let reply = world.run("coordinator", query, json!({ "id": small.id })).await;
    let into = json!({
        "name": "枢纽支部", "memberCount": 11, "version": large.version + 1, "coverCount": 3,
        "warnings": [{ "code": "NO_COMMITTEE" }],
    });
    assert_eq!(*reply.data("/branch/mergedInto"), into);
    let reply = world.run("mill.liaison", query, json!({ "id": small.id })).await;
    assert_eq!(*reply.data("/branch"), Value::Null);
    let moved = "SELECT count(*) FROM branch_coverage a JOIN branch_coverage b ON a.organisation = b.organisation \
        WHERE a.to_on = b.from_on AND b.to_on IS NULL";
    assert_eq!(world.number(moved).await, 1);
}

#[rstest]
#[tokio::test]
async fn a_station_takes_in_nobody_from_outside_its_place(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    sits_in(&world, "forge", "tower").await;
    let custodian = active(&world, hub("枢纽支部")).await;
    let station = active(&world, custody("联络站", &custodian)).await;
    let other = active(&world, but(property("物业支部"), &json!({ "covers": [organisation_id("keeper")] }))).await;
    let before = everything(&world).await;
    // The keeper does not sit in the tower.
    let office = but(other.with("into", station.id.clone()), &json!({ "memberCount": 2 }));
    world.mutate("coordinator", "branchMerge", FIELDS, office).await;
    let reply = world
        .mutate("coordinator", "branchMerge", FIELDS, but(other.with("into", station.id), &json!({ "memberCount": 2 })))
        .await;
    assert_eq!(reply.problems(), ["BRANCH_RULE at input.into"]);
    assert_eq!(everything(&world).await, before);
}

#[rstest]
#[tokio::test]
async fn branches_below_one_that_ends_move_below_its_parent(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let top = active(&world, but(hub("顶层"), &json!({ "covers": [organisation_id("mill"), organisation_id("forge")] }))).await;
    let middle = json!({ "parent": top.id, "covers": [organisation_id("justice"), organisation_id("labour")] });
    let middle = active(&world, but(hub("中层"), &middle)).await;
    let below = json!({ "parent": middle.id });
    let below = active(&world, but(property("下层"), &below)).await;
    let planned = propose(&world, but(property("拟设"), &json!({ "parent": middle.id }))).await;

    // Merged into the very branch below it: neither dangles, and no circle comes of it.
    let input = but(middle.with("into", below.id.clone()), &json!({ "memberCount": 12 }));
    world.mutate("coordinator", "branchMerge", FIELDS, input).await.done("");
    let parent = async |branch: &Known| {
        let query = "query($id: ID!) { branch(id: $id) { version parent { name } coverCount } }";
        world.run("coordinator", query, json!({ "id": branch.id })).await.data("/branch").clone()
    };
    assert_eq!(parent(&below).await, json!({ "version": below.version + 2, "parent": { "name": "顶层" }, "coverCount": 3 }));
    assert_eq!(parent(&planned).await, json!({ "version": planned.version + 1, "parent": { "name": "顶层" }, "coverCount": 1 }));
    step_because(&world, "branchDissolve", &top).await;
    assert_eq!(parent(&below).await["parent"], Value::Null);
    assert_eq!(world.audit().await.iter().filter(|line| line.starts_with("branch.merge ")).count(), 1);
}

#[rstest]
#[tokio::test]
async fn every_object_that_a_step_changes_stands_in_its_line(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let proposed = propose(&world, hub("枢纽支部")).await;
    let approved = approve(&world, &proposed).await;
    let working = Known::of(&world.mutate("coordinator", "branchActivate", FIELDS, approved.input()).await);
    step_because(&world, "branchDissolve", &working).await;
    let query = "{ auditEntries(filter: { actions: [\"branch.propose\", \"branch.activate\", \"branch.dissolve\"] }) { nodes { effects } } }";
    let reply = world.run("auditor", query, json!({})).await;
    let effects = |line: usize| -> Vec<Value> {
        let text = reply.data(&format!("/auditEntries/nodes/{line}/effects")).as_str().unwrap_or_default().to_owned();
        serde_json::from_str(&text).expect("effects")
    };
    let (dissolved, activated, made) = (effects(0), effects(1), effects(2));
    assert_eq!(made[0]["to"], "PROPOSED");
    assert_eq!(made[0]["facts"]["member_count"], 6);
    assert!(!made[0].to_string().contains("枢纽"), "{}", made[0]);
    let steps = |effects: &[Value]| -> Vec<String> {
        effects
            .iter()
            .map(|effect| format!("{} → {}", effect["from"].as_str().unwrap_or("·"), effect["to"].as_str().unwrap_or("·")))
            .collect()
    };
    assert_eq!(steps(&activated), ["APPROVED → ACTIVE", "· → CURRENT", "· → CURRENT"]);
    assert_eq!(steps(&dissolved), ["ACTIVE → DISSOLVED", "CURRENT → ENDED", "CURRENT → ENDED"]);
    assert_eq!(activated[1]["facts"]["organisation"], organisation_id("mill"));
}
