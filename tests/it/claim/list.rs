//! Lists of claims: filters, orders, cursors.

use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use super::{answer, offered, request_input};
use crate::world::{
    Db, World,
    steps::{self, Made, listed_demand, listed_resource},
};

struct Claims {
    world: World,
    demands: [Made; 2],
    resource: Made,
}

/// Three claims, a second apart: two offers on a demand of the mill, a request of the forge.
async fn with_claims(db: Db) -> Option<Claims> {
    let world = World::new(db).await?;
    let first = listed_demand(&world, json!({})).await;
    let forge = json!({
        "organisation": steps::organisation_id("forge"), "place": steps::place_id("plant"), "title": "消防培训", "detail": "请讲解",
    });
    let drafted = steps::drafted_demand(&world, "forge.liaison", forge).await;
    let submitted = steps::step(&world, "forge.liaison", "demandSubmit", "demand", &drafted, json!({})).await;
    let second = steps::step(&world, "coordinator", "demandList", "demand", &submitted, json!({})).await;
    let resource = listed_resource(&world, json!({})).await;
    let offer = offered(&world, "justice.lead", &first, json!({})).await;
    world.advance(SignedDuration::from_secs(1)).await;
    offered(&world, "labour.lead", &first, json!({ "provider": steps::organisation_id("labour") })).await;
    // Over the end of a working day: its answer is due a day later.
    world.advance(SignedDuration::from_hours(24)).await;
    let input = request_input(&resource, json!({ "demand": second.id, "plan": { "start": "2026-11-24", "due": "2026-12-01" } }));
    let requested = world.mutate("forge.liaison", "claimRequest", "claim { id }", input).await;
    requested.done("/claim/id");
    answer(&world, "mill.liaison", "claimDecline", &offer, json!({ "reason": "已有安排" })).await.done("/claim/status");
    Some(Claims { world, demands: [first, second], resource })
}

async fn providers(world: &World, filter: Value, order: &str) -> Vec<String> {
    let query = "query($filter: ClaimFilter, $order: ClaimOrder!) { \
        claims(first: 100, filter: $filter, order: $order) { totalCount nodes { refNo } } }";
    let reply = world.run("coordinator", query, json!({ "filter": filter, "order": order })).await;
    let nodes = reply.data("/claims/nodes").as_array().unwrap_or_else(|| panic!("{}", reply.body)).clone();
    assert_eq!(reply.data("/claims/totalCount"), nodes.len());
    nodes.iter().map(|node| node["refNo"].as_str().unwrap_or_default().replace("C-420105-2026-00000", "")).collect()
}

#[rstest]
#[tokio::test]
async fn each_filter_narrows_the_list(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(Claims { world, demands, resource }) = with_claims(db).await else { return };
    for (filter, expected) in [
        (json!({}), &["1", "2", "3"][..]),
        (json!({ "status": ["PENDING"] }), &["2", "3"]),
        (json!({ "status": ["DECLINED", "AGREED"] }), &["1"]),
        (json!({ "kind": ["REQUEST"] }), &["3"]),
        (json!({ "demand": [demands[0].id] }), &["1", "2"]),
        (json!({ "demand": [demands[1].id] }), &["3"]),
        (json!({ "resource": [resource.id] }), &["3"]),
        (json!({ "provider": [steps::organisation_id("justice")] }), &["1", "3"]),
        (json!({ "enterprise": [steps::organisation_id("forge")] }), &["3"]),
        (json!({ "zone": [steps::zone_id("circle")] }), &["1", "2"]),
        (json!({ "place": [steps::place_id("plant")] }), &["3"]),
        (json!({ "respondBefore": "2026-11-27T00:00:00Z" }), &["1", "2"]),
        (json!({ "respondBefore": "2026-11-28T00:00:00Z", "status": ["PENDING"] }), &["2", "3"]),
    ] {
        assert_eq!(providers(&world, filter.clone(), "OLDEST_FIRST").await, expected, "{filter}");
    }
    assert_eq!(providers(&world, json!({}), "NEWEST_FIRST").await, ["3", "2", "1"]);
}

#[rstest]
#[tokio::test]
async fn a_cursor_belongs_to_its_list_its_filter_and_its_order(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(Claims { world, .. }) = with_claims(db).await else { return };
    let page = "query($after: String, $order: ClaimOrder!, $filter: ClaimFilter) { \
        claims(first: 1, after: $after, order: $order, filter: $filter) { nodes { refNo } pageInfo { endCursor hasNextPage } } }";
    let at = async |after: Value, order: &str, filter: Value| {
        world.run("coordinator", page, json!({ "after": after, "order": order, "filter": filter })).await
    };
    let first = at(Value::Null, "OLDEST_FIRST", json!({})).await;
    let cursor = first.data("/claims/pageInfo/endCursor").clone();
    let second = at(cursor.clone(), "OLDEST_FIRST", json!({})).await;
    assert_eq!(second.data("/claims/nodes/0/refNo"), "C-420105-2026-000002");
    assert_eq!(at(cursor.clone(), "NEWEST_FIRST", json!({})).await.code(), "BAD_CURSOR");
    assert_eq!(at(cursor.clone(), "OLDEST_FIRST", json!({ "kind": ["OFFER"] })).await.code(), "BAD_CURSOR");
    let elsewhere = "query($after: String) { projects(first: 1, after: $after) { nodes { refNo } } }";
    assert_eq!(world.run("coordinator", elsewhere, json!({ "after": cursor })).await.code(), "BAD_CURSOR");
}
