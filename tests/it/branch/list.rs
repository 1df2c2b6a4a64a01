//! Lists of branches: filters, orders, pages, and what they cost.

use rstest::rstest;
use serde_json::{Value, json};

use super::{FIELDS, active, but, custody, hub, property, propose, sits_in, step_because};
use crate::world::{
    Db, World,
    steps::{organisation_id, place_id, zone_id},
};

/// A hub branch that is at work, a property branch that rests, a station that is proposed.
async fn three(world: &World) {
    sits_in(world, "forge", "tower").await;
    let hub = active(world, but(hub("摩尔城 HUB 支部"), &json!({ "memberCount": 9, "committeeSize": 3 }))).await;
    let second = json!({ "covers": [organisation_id("keeper")], "memberCount": 4 });
    let second = active(world, but(property("国际物业支部"), &second)).await;
    step_because(world, "branchSuspend", &second).await;
    propose(world, custody("大厦联络站", &hub)).await;
}

async fn names(world: &World, login: &str, filter: Value, order: &str) -> Vec<String> {
    let query =
        format!("query($filter: BranchFilter) {{ branches(filter: $filter, order: {order}) {{ totalCount nodes {{ name }} }} }}");
    let reply = world.run(login, &query, json!({ "filter": filter })).await;
    assert_eq!(reply.code(), "OK", "{}", reply.body);
    let nodes = reply.data("/branches/nodes").as_array().cloned().unwrap_or_default();
    let names: Vec<String> = nodes.iter().map(|node| node["name"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(*reply.data("/branches/totalCount"), names.len());
    names
}

#[rstest]
#[tokio::test]
async fn a_list_is_narrowed_and_ordered_as_asked(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    three(&world).await;
    let (hub, office, station) = ("摩尔城 HUB 支部", "国际物业支部", "大厦联络站");
    let filtered = async |filter: Value| names(&world, "coordinator", filter, "OLDEST_FIRST").await;
    assert_eq!(filtered(Value::Null).await, [hub, office, station]);
    assert_eq!(filtered(json!({ "kind": ["HUB", "CUSTODY"] })).await, [hub, station]);
    assert_eq!(filtered(json!({ "status": ["SUSPENDED"] })).await, [office]);
    assert_eq!(filtered(json!({ "place": [place_id("tower"), place_id("mall")] })).await, [hub, station]);
    assert_eq!(filtered(json!({ "zone": [zone_id("circle")] })).await, [hub, office, station]);
    assert_eq!(filtered(json!({ "zone": [zone_id("park")] })).await, Vec::<String>::new());
    assert_eq!(filtered(json!({ "organisation": [organisation_id("mill")] })).await, [hub]);
    assert_eq!(filtered(json!({ "organisation": [organisation_id("keeper")] })).await, [office]);
    assert_eq!(filtered(json!({ "organisation": [organisation_id("forge")] })).await, [station]);
    assert_eq!(filtered(json!({ "text": "hub" })).await, [hub]);
    assert_eq!(filtered(json!({ "text": "支部" })).await, [hub, office]);
    assert_eq!(filtered(json!({ "text": "%" })).await, Vec::<String>::new());
    assert_eq!(filtered(json!({ "kind": ["HUB"], "text": "联络站" })).await, Vec::<String>::new());
    assert_eq!(names(&world, "coordinator", Value::Null, "NEWEST_FIRST").await, [station, office, hub]);
    assert_eq!(names(&world, "coordinator", Value::Null, "MOST_MEMBERS_FIRST").await, [hub, office, station]);
    assert_eq!(names(&world, "mill.liaison", Value::Null, "OLDEST_FIRST").await, [hub, office]);
    let reply = world.run("coordinator", "{ branches(filter: { place: [\"x\"] }) { totalCount } }", json!({})).await;
    assert_eq!(reply.code(), "BAD_ID");
}

#[rstest]
#[tokio::test]
async fn a_list_is_read_page_by_page_in_both_directions(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values("NEWEST_FIRST", "OLDEST_FIRST", "MOST_MEMBERS_FIRST")] order: &str,
) {
    let Some(world) = World::new(db).await else { return };
    for number in 0..5 {
        // All are of one moment, and two have the same number of members: the id breaks the ties.
        propose(&world, but(hub(&format!("支部 {number}")), &json!({ "memberCount": 3 + number / 2 }))).await;
    }
    let whole = names(&world, "coordinator", Value::Null, order).await;
    for (size, before) in [("first", "after"), ("last", "before")] {
        let query = format!(
            "query($cursor: String) {{ branches({size}: 2, {before}: $cursor, order: {order}) {{ \
             nodes {{ name }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        );
        let (mut found, mut cursor) = (Vec::new(), Value::Null);
        for _ in 0..3 {
            let reply = world.run("coordinator", &query, json!({ "cursor": cursor })).await;
            let page: Vec<String> = reply
                .data("/branches/nodes")
                .as_array()
                .into_iter()
                .flatten()
                .map(|node| node["name"].as_str().unwrap_or_default().to_owned())
                .collect();
            if size == "first" {
                found.extend(page);
                cursor = reply.data("/branches/pageInfo/endCursor").clone();
            } else {
                found.splice(0..0, page);
                cursor = reply.data("/branches/pageInfo/startCursor").clone();
            }
        }
        assert_eq!(found, whole, "{size}");
    }
}

#[rstest]
#[tokio::test]
async fn a_list_costs_the_same_statements_whatever_its_rows(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    three(&world).await;
    let nested = "{ branches(first: 50) { nodes { name place { name } lead { name } parent { name } mergedInto { name }
        coverCount covers { name coverage { kind branch { name } } }
        ... on HubBranch { stations { name custodian { name } } } ... on CustodyBranch { custodian { name } } } } }";
    let counted = async || {
        let before = world.app.store.statements();
        let reply = world.run("coordinator", nested, json!({})).await;
        assert_eq!(reply.code(), "OK", "{}", reply.body);
        world.app.store.statements() - before
    };
    let few = counted().await;
    for number in 0..6 {
        let covers = json!({ "covers": [organisation_id("justice"), organisation_id("labour")] });
        world.mutate("circle.steward", "branchPropose", FIELDS, but(hub(&format!("支部 {number}")), &covers)).await.done("");
    }
    assert_eq!(counted().await, few);
}

#[test]
fn every_type_has_all_fields_of_the_interface() {
    let sdl = park_portal::graphql::sdl();
    let fields = |header: &str| -> Vec<String> {
        let body = sdl
            .split_once(&format!("\n{header} "))
            .map(|(_, rest)| rest.split_once("\n}").unwrap_or_default().0)
            .unwrap_or_default();
        let declared = body.lines().filter_map(|line| line.trim().split_once(": "));
        declared
            .filter(|(name, _)| name.chars().all(char::is_alphanumeric))
            .map(|(name, kind)| format!("{name}: {kind}"))
            .collect()
    };
    let common = fields("interface Branch");
    assert!(common.len() > 25, "{common:?}");
    for (name, own) in [("HubBranch", 2), ("PropertyBranch", 2), ("CustodyBranch", 1)] {
        let found = fields(&format!("type {name}"));
        assert!(common.iter().all(|field| found.contains(field)), "{name}: {found:?}");
        assert_eq!(found.len(), common.len() + own, "{name}");
    }
    for hidden in ["Standing", "InCustody"] {
        assert!(!sdl.contains(&format!("type {hidden} ")), "{hidden} is shown");
    }
}
