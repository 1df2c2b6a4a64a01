//! Lists of resources: filters, orders, pages, and how many statements they take.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World,
    steps::{self, drafted_resource, listed_resource},
};

const TITLES: &str = "query($filter: ResourceFilter, $order: ResourceOrder! = OLDEST_FIRST) { \
    resources(first: 100, filter: $filter, order: $order) { totalCount nodes { title } } }";

/// A handful of resources that differ in everything a filter looks at.
async fn with_resources(db: Db) -> Option<World> {
    let world = World::new(db).await?;
    let part = |kind: &str, value: String| json!({ kind: [value] });
    for changes in [
        json!({ "title": "district", "validTo": "2026-12-31" }),
        json!({ "title": "circle", "coverage": part("zones", steps::zone_id("circle")), "mode": "ONLINE", "validFrom": "2026-12-01" }),
        json!({ "title": "tower", "coverage": part("places", steps::place_id("tower")), "fee": "AT_COST", "validTo": "2027-06-30" }),
        json!({ "title": "mall", "coverage": part("places", steps::place_id("mall")), "category": steps::category_id("TALENT") }),
        json!({ "title": "street", "coverage": part("streets", "420105010".to_owned()), "detail": "招聘会 100% 免费_到场", "validTo": "2026-12-31" }),
    ] {
        listed_resource(&world, changes).await;
        world.advance(jiff::SignedDuration::from_secs(1)).await;
    }
    drafted_resource(&world, "labour.lead", json!({ "organisation": steps::organisation_id("labour"), "title": "labour" })).await;
    Some(world)
}

async fn titles(world: &World, login: &str, filter: Value, order: &str) -> Vec<String> {
    let reply = world.run(login, TITLES, json!({ "filter": filter, "order": order })).await;
    let nodes = reply.data("/resources/nodes").as_array().unwrap_or_else(|| panic!("{}", reply.body)).clone();
    assert_eq!(reply.data("/resources/totalCount"), nodes.len());
    nodes.iter().map(|node| node["title"].as_str().unwrap_or_default().to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn each_filter_narrows_the_list(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = with_resources(db).await else { return };
    let id = |kind: &str| match kind {
        "justice" | "labour" => steps::organisation_id(kind),
        "circle" | "park" => steps::zone_id(kind),
        "TALENT" => steps::category_id(kind),
        place => steps::place_id(place),
    };
    for (filter, expected) in [
        (json!({}), &["district", "circle", "tower", "mall", "street"][..]),
        (json!({ "status": ["DRAFT"] }), &[]),
        (json!({ "status": ["LISTED", "DRAFT"] }), &["district", "circle", "tower", "mall", "street"]),
        (json!({ "organisation": [id("labour")] }), &[]),
        (json!({ "organisation": [id("justice"), id("labour")], "fee": ["AT_COST"] }), &["tower"]),
        (json!({ "category": [id("TALENT")] }), &["mall"]),
        (json!({ "mode": ["ONLINE", "VENUE"] }), &["circle"]),
        (json!({ "place": [id("tower")] }), &["district", "circle", "tower", "mall"]),
        (json!({ "place": [id("mall")] }), &["district", "circle", "mall"]),
        (json!({ "place": [id("plant")] }), &["district", "street"]),
        (json!({ "place": [steps::place_id("nowhere")] }), &["district"]),
        (json!({ "zone": [id("circle")] }), &["district", "circle", "tower", "mall"]),
        (json!({ "zone": [id("park")] }), &["district", "street"]),
        (json!({ "zone": [id("park")], "mode": ["ONLINE"] }), &[]),
        (json!({ "validOn": "2026-11-23" }), &["district", "tower", "mall", "street"]),
        (json!({ "validOn": "2027-01-01" }), &["circle", "tower", "mall"]),
        (json!({ "text": "招聘" }), &["street"]),
        (json!({ "text": "100%" }), &["street"]),
        (json!({ "text": "0_ 免费" }), &[]),
        (json!({ "text": "风险" }), &["district", "circle", "tower", "mall"]),
    ] {
        assert_eq!(titles(&world, "mill.liaison", filter.clone(), "OLDEST_FIRST").await, expected, "{filter}");
    }
    assert_eq!(titles(&world, "labour.lead", json!({ "status": ["DRAFT"] }), "OLDEST_FIRST").await, ["labour"]);
}

#[rstest]
#[tokio::test]
async fn a_bad_filter_is_an_error_with_a_code(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    for (filter, code) in [
        (json!({ "place": [steps::zone_id("circle")] }), "BAD_ID"),
        (json!({ "category": vec![steps::category_id("LEGAL"); 51] }), "VALIDATION"),
        (json!({ "text": " " }), "VALIDATION"),
        (json!({ "text": "字".repeat(61) }), "VALIDATION"),
    ] {
        let reply = world.run("mill.liaison", TITLES, json!({ "filter": filter })).await;
        assert_eq!(reply.code(), code, "{filter}");
    }
}

#[rstest]
#[tokio::test]
async fn a_list_by_the_last_day_is_read_in_pages_both_ways(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = with_resources(db).await else { return };
    let all = ["district", "street", "tower", "circle", "mall"];
    assert_eq!(titles(&world, "mill.liaison", json!({}), "ENDING_FIRST").await, all);
    assert_eq!(
        titles(&world, "mill.liaison", json!({}), "NEWEST_FIRST").await,
        ["street", "mall", "tower", "circle", "district"]
    );
    for size in 1..=4 {
        for (query, cursor, more) in [
            (
                "query($n: Int!, $c: String) { resources(first: $n, after: $c, order: ENDING_FIRST) { edges { cursor node { title } } pageInfo { hasNextPage endCursor } } }",
                "endCursor",
                "hasNextPage",
            ),
            (
                "query($n: Int!, $c: String) { resources(last: $n, before: $c, order: ENDING_FIRST) { edges { cursor node { title } } pageInfo { hasPreviousPage startCursor } } }",
                "startCursor",
                "hasPreviousPage",
            ),
        ] {
            let (mut seen, mut at) = (Vec::new(), Value::Null);
            loop {
                let reply = world.run("mill.liaison", query, json!({ "n": size, "c": at })).await;
                let edges = reply.data("/resources/edges").as_array().expect("edges").clone();
                let page: Vec<String> =
                    edges.iter().map(|edge| edge["node"]["title"].as_str().unwrap_or_default().to_owned()).collect();
                if more == "hasNextPage" {
                    seen.extend(page)
                } else {
                    seen.splice(0..0, page);
                }
                at = reply.data(&format!("/resources/pageInfo/{cursor}")).clone();
                if reply.data(&format!("/resources/pageInfo/{more}")) == false {
                    break;
                }
            }
            assert_eq!(seen, all, "{size} {more}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_cursor_of_another_list_is_refused(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = with_resources(db).await else { return };
    let first = world.run("mill.liaison", "{ resources(first: 1) { pageInfo { endCursor } } }", json!({})).await;
    let cursor = first.data("/resources/pageInfo/endCursor").clone();
    for list in
        ["resources(after: $c, order: ENDING_FIRST)", "resources(after: $c, filter: { mode: [ONLINE] })", "demands(after: $c)"]
    {
        let reply = world
            .run("mill.liaison", &format!("query($c: String) {{ {list} {{ nodes {{ id }} }} }}"), json!({ "c": cursor }))
            .await;
        assert_eq!(reply.code(), "BAD_CURSOR", "{list}");
    }
}

#[rstest]
#[tokio::test]
async fn the_statements_of_a_page_do_not_depend_on_its_rows(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = with_resources(db).await else { return };
    let query = "query($n: Int!) { resources(first: $n) { nodes { title availableIn viewerCanRetire \
        organisation { name tenancies { place { name } } } category { name } contact { post } \
        coverage { streets { name } zones { name } places { name zone { name } } } } } }";
    let count = async |rows: u32| {
        let before = world.statements().await;
        let reply = world.run("mill.liaison", query, json!({ "n": rows })).await;
        assert_eq!(reply.data("/resources/nodes").as_array().map(Vec::len), Some(rows as usize), "{}", reply.body);
        world.statements().await - before
    };
    // The newest resource reaches a street, those behind it zones and places as well.
    let (four, five) = (count(4).await, count(5).await);
    assert_eq!(four, five);
}
