//! Lists of demands: filters, orders, and how many statements they take.

use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World,
    steps::{self, drafted_demand, step},
};

const TITLES: &str = "query($filter: DemandFilter, $order: DemandOrder! = OLDEST_FIRST) { \
    demands(first: 100, filter: $filter, order: $order) { totalCount nodes { title } } }";

/// A handful of demands that differ in everything a filter looks at, a second apart.
async fn with_demands(db: Db) -> Option<World> {
    let world = World::new(db).await?;
    let seat = |organisation: &str, place: &str| json!({ "organisation": steps::organisation_id(organisation), "place": steps::place_id(place) });
    for (login, title, changes, is_listed) in [
        ("mill.liaison", "mill legal", seat("mill", "mall"), true),
        (
            "bakery.liaison",
            "bakery talent",
            steps::with(&seat("bakery", "office"), json!({ "category": steps::category_id("TALENT") })),
            true,
        ),
        ("forge.liaison", "forge soon", steps::with(&seat("forge", "plant"), json!({ "urgency": "SOON" })), true),
        (
            "mill.liaison",
            "mill urgent",
            steps::with(
                &seat("mill", "mall"),
                json!({ "urgency": "URGENT", "urgencyReason": "停产", "detail": "供电_故障 50%" }),
            ),
            false,
        ),
    ] {
        let drafted = drafted_demand(&world, login, steps::with(&changes, json!({ "title": title }))).await;
        let similar = step(&world, login, "demandSubmit", "demand", &drafted, json!({})).await;
        if is_listed {
            step(&world, "coordinator", "demandList", "demand", &similar, json!({})).await;
        }
        world.advance(SignedDuration::from_secs(1)).await;
    }
    Some(world)
}

async fn titles(world: &World, filter: Value, order: &str) -> Vec<String> {
    let reply = world.run("coordinator", TITLES, json!({ "filter": filter, "order": order })).await;
    let nodes = reply.data("/demands/nodes").as_array().unwrap_or_else(|| panic!("{}", reply.body)).clone();
    assert_eq!(reply.data("/demands/totalCount"), nodes.len());
    nodes.iter().map(|node| node["title"].as_str().unwrap_or_default().to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn each_filter_narrows_the_list(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = with_demands(db).await else { return };
    for (filter, expected) in [
        (json!({}), &["mill legal", "bakery talent", "forge soon", "mill urgent"][..]),
        (json!({ "status": ["SUBMITTED"] }), &["mill urgent"]),
        (json!({ "status": ["LISTED", "CLOSED"] }), &["mill legal", "bakery talent", "forge soon"]),
        (json!({ "category": [steps::category_id("TALENT")] }), &["bakery talent"]),
        (json!({ "zone": [steps::zone_id("park")] }), &["forge soon"]),
        (json!({ "place": [steps::place_id("mall"), steps::place_id("plant")] }), &["mill legal", "forge soon", "mill urgent"]),
        (json!({ "organisation": [steps::organisation_id("bakery")] }), &["bakery talent"]),
        (json!({ "urgency": ["SOON", "URGENT"] }), &["forge soon", "mill urgent"]),
        (json!({ "urgency": ["NORMAL"], "zone": [steps::zone_id("circle")] }), &["mill legal", "bakery talent"]),
        (json!({ "text": "供电" }), &["mill urgent"]),
        (json!({ "text": "0%" }), &["mill urgent"]),
        (json!({ "text": "电 故障" }), &[]),
        (json!({ "text": "TALENT" }), &["bakery talent"]),
        (json!({ "createdFrom": "2026-11-23T09:00:01+08:00" }), &["bakery talent", "forge soon", "mill urgent"]),
        (json!({ "createdFrom": "2026-11-23T01:00:01Z", "createdBefore": "2026-11-23T01:00:02Z" }), &["bakery talent"]),
        (json!({ "listedFrom": "2026-11-23T01:00:01Z" }), &["bakery talent", "forge soon"]),
        (json!({ "listedBefore": "2026-11-23T01:00:02Z" }), &["mill legal", "bakery talent"]),
    ] {
        assert_eq!(titles(&world, filter.clone(), "OLDEST_FIRST").await, expected, "{filter}");
    }
}

#[rstest]
#[tokio::test]
async fn each_order_is_its_own(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = with_demands(db).await else { return };
    assert_eq!(titles(&world, json!({}), "NEWEST_FIRST").await, ["mill urgent", "forge soon", "bakery talent", "mill legal"]);
    assert_eq!(titles(&world, json!({}), "URGENT_FIRST").await, ["mill urgent", "forge soon", "bakery talent", "mill legal"]);
    let page = "query($n: Int!, $c: String) { demands(first: $n, after: $c, order: URGENT_FIRST) { nodes { title } pageInfo { endCursor } } }";
    let (mut seen, mut at) = (Vec::new(), Value::Null);
    for _ in 0..4 {
        let reply = world.run("coordinator", page, json!({ "n": 1, "c": at })).await;
        seen.push(reply.data("/demands/nodes/0/title").clone());
        at = reply.data("/demands/pageInfo/endCursor").clone();
    }
    assert_eq!(seen, ["mill urgent", "forge soon", "bakery talent", "mill legal"]);
}

#[rstest]
#[tokio::test]
async fn the_statements_of_a_page_do_not_depend_on_its_rows(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = with_demands(db).await else { return };
    let query = "query($n: Int!) { demands(first: $n, order: OLDEST_FIRST) { nodes { title fulfilStatus waitingWorkdays viewerCanList \
        organisation { name tenancies { place { name zone { name } } } } place { name zone { code } } zone { name } \
        category { name } contact { post } mergedInto { id } } } }";
    let count = async |rows: u32| {
        let before = world.statements().await;
        let reply = world.run("coordinator", query, json!({ "n": rows })).await;
        assert_eq!(reply.data("/demands/nodes").as_array().map(Vec::len), Some(rows as usize), "{}", reply.body);
        world.statements().await - before
    };
    let (one, three, four) = (count(1).await, count(3).await, count(4).await);
    assert_eq!((one, three), (four, four));
}
