//! Lists of projects: filters and orders.

use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use super::{delivered, opened};
use crate::world::{
    Db, World,
    steps::{self, listed_demand},
};

async fn numbers(world: &World, filter: Value, order: &str) -> Vec<String> {
    let query = "query($filter: ProjectFilter, $order: ProjectOrder!) { \
        projects(first: 100, filter: $filter, order: $order) { totalCount nodes { refNo } } }";
    let reply = world.run("coordinator", query, json!({ "filter": filter, "order": order })).await;
    let nodes = reply.data("/projects/nodes").as_array().unwrap_or_else(|| panic!("{}", reply.body)).clone();
    assert_eq!(reply.data("/projects/totalCount"), nodes.len());
    nodes.iter().map(|node| node["refNo"].as_str().unwrap_or_default().replace("P-420105-2026-00000", "")).collect()
}

#[rstest]
#[tokio::test]
async fn each_filter_narrows_the_list_and_each_order_is_its_own(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (first, second) = (
        listed_demand(&world, json!({})).await,
        listed_demand(&world, json!({ "title": "另一件事", "detail": "完全不同的内容" })).await,
    );
    // Delivered at once; due on 14 December; due on 15 December.
    delivered(&world, &first, "justice").await;
    opened(&world, &first, "labour").await;
    world.advance(SignedDuration::from_hours(24)).await;
    opened(&world, &second, "justice").await;
    world.execute("UPDATE project SET due_on = '2026-11-23' WHERE ref_no = 'P-420105-2026-000002'");
    for (filter, expected) in [
        (json!({}), &["1", "2", "3"][..]),
        (json!({ "status": ["DELIVERED"] }), &["1"]),
        (json!({ "status": ["PLANNED", "ACTIVE"] }), &["2", "3"]),
        (json!({ "lead": [steps::organisation_id("labour")] }), &["2"]),
        (json!({ "enterprise": [steps::organisation_id("mill")] }), &["1", "2", "3"]),
        (json!({ "enterprise": [steps::organisation_id("bakery")] }), &[]),
        (json!({ "demand": [second.id] }), &["3"]),
        (json!({ "zone": [steps::zone_id("circle")] }), &["1", "2", "3"]),
        (json!({ "zone": [steps::zone_id("park")] }), &[]),
        (json!({ "place": [steps::place_id("mall")] }), &["1", "2", "3"]),
        (json!({ "overdue": true }), &["2"]),
    ] {
        assert_eq!(numbers(&world, filter.clone(), "OLDEST_FIRST").await, expected, "{filter}");
    }
    assert_eq!(numbers(&world, json!({}), "NEWEST_FIRST").await, ["3", "2", "1"]);
    assert_eq!(numbers(&world, json!({}), "DUE_SOONEST").await, ["2", "1", "3"]);
}
