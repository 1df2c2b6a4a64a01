//! The coverage report: counted from tenancies and coverages, never kept.

use diesel::connection::SimpleConnection;
use rstest::rstest;
use serde_json::{Value, json};

use super::{active, but, hub, property, sits_in, step_because};
use crate::world::{
    Db, World,
    steps::{organisation_id, place_id, zone_id},
};

const REPORT: &str = "query($zone: ID, $place: ID) { coverageReport(zone: $zone, place: $place) {
    asOf total { organisations covered uncovered permille }
    places(first: 100) { totalCount nodes { place { name } figures { organisations covered permille } } }
    uncovered(first: 100) { totalCount nodes { organisation { name } } } } }";

/// `name covered/organisations` of each place, sorted.
fn places(report: &Value) -> Vec<String> {
    let nodes = report["places"]["nodes"].as_array().cloned().unwrap_or_default();
    let figure = |node: &Value, name: &str| node["figures"][name].as_i64().unwrap_or(-1);
    let line = |node: &Value| {
        let name = node["place"]["name"].as_str().unwrap_or_default().to_owned();
        format!("{name} {}/{}", figure(node, "covered"), figure(node, "organisations"))
    };
    let mut lines: Vec<String> = nodes.iter().map(line).collect();
    lines.sort();
    lines
}

fn uncovered(report: &Value) -> Vec<String> {
    let nodes = report["uncovered"]["nodes"].as_array().cloned().unwrap_or_default();
    let mut names: Vec<String> =
        nodes.iter().map(|node| node["organisation"]["name"].as_str().unwrap_or_default().to_owned()).collect();
    names.sort();
    names
}

async fn report(world: &World, variables: Value) -> Value {
    let reply = world.run("mill.liaison", REPORT, variables).await;
    assert_eq!(reply.code(), "OK", "{}", reply.body);
    reply.data("/coverageReport").clone()
}

#[rstest]
#[tokio::test]
async fn the_report_counts_each_organisation_once_and_each_place_its_tenants(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let nobody = report(&world, json!({})).await;
    assert_eq!(nobody["total"], json!({ "organisations": 4, "covered": 0, "uncovered": 4, "permille": 0 }));
    assert_eq!(nobody["asOf"], "2026-11-23");

    // The bakery sits in two places; justice is covered and sits nowhere.
    sits_in(&world, "bakery", "tower").await;
    let covers = json!({ "covers": [organisation_id("bakery"), organisation_id("justice")] });
    let branch = active(&world, but(hub("枢纽支部"), &covers)).await;
    let whole = report(&world, json!({})).await;
    assert_eq!(whole["total"], json!({ "organisations": 4, "covered": 1, "uncovered": 3, "permille": 250 }));
    assert_eq!(places(&whole), ["mall 0/1", "office 1/2", "plant 0/1", "tower 1/1"]);
    assert_eq!(whole["places"]["totalCount"], 4);
    assert_eq!(uncovered(&whole), ["forge", "keeper", "mill"]);
    assert_eq!(whole["uncovered"]["totalCount"], 3);

    let park = report(&world, json!({ "zone": zone_id("park") })).await;
    assert_eq!(park["total"], json!({ "organisations": 1, "covered": 0, "uncovered": 1, "permille": 0 }));
    assert_eq!(places(&park), ["plant 0/1"]);
    let mall = report(&world, json!({ "place": place_id("mall") })).await;
    assert_eq!(places(&mall), ["mall 0/1", "tower 1/1"]);
    assert_eq!(mall["total"]["permille"], 500);
    let both = report(&world, json!({ "zone": zone_id("circle"), "place": place_id("tower") })).await;
    assert_eq!(places(&both), ["tower 1/1"]);
    assert_eq!(both["total"]["permille"], 1000);
    let nowhere = report(&world, json!({ "zone": zone_id("park"), "place": place_id("tower") })).await;
    assert_eq!(nowhere["total"], json!({ "organisations": 0, "covered": 0, "uncovered": 0, "permille": null }));

    step_because(&world, "branchDissolve", &branch).await;
    assert_eq!(report(&world, json!({})).await["total"]["covered"], 0);
}

#[rstest]
#[tokio::test]
async fn who_has_moved_out_or_closed_is_not_counted(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let mut conn = world.connection();
    let gone = "UPDATE tenancy SET to_on = '2026-11-22' WHERE organisation = (SELECT id FROM organisation WHERE name = 'mill')";
    conn.batch_execute(gone).expect("the mill moves out");
    conn.batch_execute("UPDATE organisation SET status = 'CLOSED', status_reason = '注销' WHERE name = 'forge'")
        .expect("it closes");
    let rest = report(&world, json!({})).await;
    assert_eq!(rest["total"]["organisations"], 2);
    assert_eq!(uncovered(&rest), ["bakery", "keeper"]);
    // Today is the last day of a tenancy that ends today.
    conn.batch_execute("UPDATE tenancy SET to_on = '2026-11-23'").expect("everybody stays for today");
    assert_eq!(report(&world, json!({})).await["total"]["organisations"], 3);
}

#[rstest]
#[tokio::test]
async fn a_part_that_is_hidden_or_absent_has_no_report(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    assert_eq!(report(&world, json!({ "zone": zone_id("nowhere") })).await, Value::Null);
    assert_eq!(report(&world, json!({ "place": place_id("nowhere") })).await, Value::Null);
    for login in ["sysadmin", "auditor", "nobody"] {
        let reply = world.run(login, REPORT, json!({})).await;
        assert_eq!(*reply.data("/coverageReport"), Value::Null, "{login}");
    }
    let reply = world.run("mill.liaison", REPORT, json!({ "place": organisation_id("mill") })).await;
    assert_eq!(reply.code(), "BAD_ID");
    let query = "query($id: ID!) { organisation(id: $id) { coverage { kind } } }";
    let reply = world.run("sysadmin", query, json!({ "id": organisation_id("mill") })).await;
    assert_eq!(reply.body, json!({ "data": { "organisation": { "coverage": null } } }));
}

#[rstest]
#[tokio::test]
async fn the_lists_of_a_report_are_read_page_by_page(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    for (list, node) in [("uncovered", "organisation { name }"), ("places", "place { name }")] {
        let query = format!(
            "query($after: String, $before: String, $first: Int, $last: Int) {{ coverageReport {{ \
             list: {list}(first: $first, after: $after, last: $last, before: $before) {{ \
             edges {{ cursor node {{ {node} }} }} pageInfo {{ hasNextPage hasPreviousPage endCursor startCursor }} }} }} }}"
        );
        let all = world.run("mill.liaison", &query, json!({ "first": 100 })).await.data("/coverageReport/list/edges").clone();
        assert_eq!(all.as_array().map(Vec::len), Some(4), "{list}");
        let page = world.run("mill.liaison", &query, json!({ "first": 3 })).await.data("/coverageReport/list").clone();
        assert_eq!(page["pageInfo"]["hasNextPage"], true);
        assert_eq!(page["edges"][2], all[2]);
        let rest = world.run("mill.liaison", &query, json!({ "first": 3, "after": page["pageInfo"]["endCursor"] })).await;
        assert_eq!(*rest.data("/coverageReport/list/edges"), json!([all[3]]));
        assert_eq!(*rest.data("/coverageReport/list/pageInfo/hasNextPage"), false);
        let back = world.run("mill.liaison", &query, json!({ "last": 2, "before": all[3]["cursor"] })).await;
        assert_eq!(*back.data("/coverageReport/list/edges"), json!([all[1], all[2]]));
        assert_eq!(*back.data("/coverageReport/list/pageInfo/hasPreviousPage"), true);
        let foreign = world
            .run(
                "mill.liaison",
                "query($after: String) { branches(after: $after) { totalCount } }",
                json!({ "after": all[0]["cursor"] }),
            )
            .await;
        assert_eq!(foreign.code(), "BAD_CURSOR");
    }
}

#[rstest]
#[tokio::test]
async fn a_report_costs_the_same_statements_whatever_it_counts(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let nested = "{ coverageReport { total { permille }
        places { nodes { place { name operator { name } } figures { permille } } }
        uncovered { nodes { organisation { name coverage { kind branch { name } } } } } } }";
    let counted = async || {
        let before = world.app.store.statements();
        world.run("mill.liaison", nested, json!({})).await;
        world.app.store.statements() - before
    };
    let few = counted().await;
    for (organisation, place) in [("justice", "office"), ("labour", "plant"), ("street", "mall"), ("mill", "office")] {
        sits_in(&world, organisation, place).await;
    }
    active(&world, property("物业支部")).await;
    assert_eq!(counted().await, few);
}
