//! Lists that are frozen for a quarter.

use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    project,
    world::{
        Db, Reply, World,
        steps::{drafted_demand, listed_demand, listed_resource, step},
    },
};

const SNAPSHOT: &str = "snapshot { id list quarter rowCount sha256 added removed changed previous { id } takenAt \
    rows(first: 100) { totalCount nodes { position line } pageInfo { hasNextPage } } }";

async fn take(world: &World, list: &str, quarter: &str) -> Reply {
    world.mutate("coordinator", "snapshotTake", SNAPSHOT, json!({ "list": list, "quarter": quarter })).await
}

/// The lines of a frozen list, each checked to stand where it says.
fn lines(reply: &Reply) -> Vec<Value> {
    let rows = reply.done("/snapshot/rows/nodes").as_array().expect("rows").clone();
    let text = |(place, row): (usize, &Value)| {
        assert_eq!(row["position"], json!(place + 1));
        serde_json::from_str(row["line"].as_str().expect("a line")).expect("JSON")
    };
    rows.iter().enumerate().map(text).collect()
}

/// The SHA-256 of the lines as a stranger counts it.
fn sha256(reply: &Reply) -> String {
    let mut hash = Sha256::new();
    for row in reply.done("/snapshot/rows/nodes").as_array().expect("rows") {
        hash.update(format!("{}\n", row["line"].as_str().expect("a line")));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[rstest]
#[tokio::test]
async fn a_demand_list_is_frozen_row_by_row_and_compared_with_the_one_before(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let first = listed_demand(&world, json!({})).await;
    listed_demand(&world, json!({ "title": "厂房消防检查", "detail": "请上门", "quantity": 2 })).await;
    drafted_demand(&world, "mill.liaison", json!({ "title": "尚未提交", "detail": "草稿" })).await;

    let frozen = take(&world, "DEMANDS", "2026-Q4").await;
    let listed = "2026-11-23T01:00:00Z";
    assert_eq!(
        lines(&frozen),
        [
            json!([
                "D-420105-2026-000001",
                "mill",
                "mall",
                "LEGAL",
                "劳动合同法律咨询",
                5,
                "次",
                "NORMAL",
                "LISTED",
                null,
                0,
                listed,
                listed,
                null
            ]),
            json!([
                "D-420105-2026-000002",
                "mill",
                "mall",
                "LEGAL",
                "厂房消防检查",
                2,
                "次",
                "NORMAL",
                "LISTED",
                null,
                0,
                listed,
                listed,
                null
            ]),
        ]
    );
    assert_eq!(frozen.done("/snapshot/sha256"), &json!(sha256(&frozen)));
    assert_eq!(frozen.done("/snapshot/rows/totalCount"), 2);
    let difference = |reply: &Reply| {
        ["rowCount", "added", "removed", "changed"]
            .map(|name| reply.done(&format!("/snapshot/{name}")).as_i64().expect("a number"))
    };
    assert_eq!((difference(&frozen), frozen.done("/snapshot/previous")), ([2, 2, 0, 0], &Value::Null));
    let effects = world.last_effects();
    let id = frozen.text("/snapshot/id");
    assert_eq!((&effects[0]["object"], &effects[0]["facts"]["sha256"]), (&json!(id), frozen.done("/snapshot/sha256")));

    // What happens afterwards changes nothing in it, and shows as a difference in the next.
    step(&world, "mill.liaison", "demandWithdraw", "demand", &first, json!({ "reason": "不再需要" })).await;
    listed_demand(&world, json!({ "title": "员工心理讲座", "detail": "一次" })).await;
    let again = take(&world, "DEMANDS", "2026-Q4").await;
    assert_eq!(again.problems(), ["INVALID_STATE at input.quarter"]);
    world.advance(SignedDuration::from_hours(24 * 60)).await;
    let next = take(&world, "DEMANDS", "2027-Q1").await;
    assert_eq!((difference(&next), next.done("/snapshot/previous/id")), ([3, 1, 0, 1], &json!(id)));
    assert_eq!(next.done("/snapshot/sha256"), &json!(sha256(&next)));
    let query = "query($id: ID!) { snapshot(id: $id) { sha256 rowCount } node(id: $id) { id } }";
    let found = world.run("coordinator", query, json!({ "id": id })).await;
    assert_eq!(found.data("/snapshot"), &json!({ "sha256": frozen.done("/snapshot/sha256"), "rowCount": 2 }));
    assert_eq!(found.data("/node/id"), &json!(id));
    // It is the district's, and hidden from whoever sees a part of that.
    let hidden = world.run("circle.steward", query, json!({ "id": id })).await;
    assert_eq!(hidden.body["data"], json!({ "snapshot": null, "node": null }));
    assert_eq!(world.run("mill.liaison", "{ snapshots { totalCount } }", json!({})).await.data("/snapshots/totalCount"), 0);
    let all = world.run("coordinator", "{ snapshots { nodes { quarter list } } }", json!({})).await;
    let newest_first = json!([{ "quarter": "2027-Q1", "list": "DEMANDS" }, { "quarter": "2026-Q4", "list": "DEMANDS" }]);
    assert_eq!(all.data("/snapshots/nodes"), &newest_first);
}

#[rstest]
#[tokio::test]
async fn resources_and_projects_are_frozen_as_well(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    listed_resource(&world, json!({})).await;
    let resources = take(&world, "RESOURCES", "2026-Q3").await;
    assert_eq!(
        lines(&resources),
        [json!([
            "R-420105-2026-000001",
            "justice",
            "公共法律服务科",
            "LEGAL",
            "园区法律体检",
            "ONSITE",
            4,
            "MONTH",
            "2026-01-01",
            null,
            "FREE",
            "LISTED",
            "2026-11-23"
        ])]
    );
    let demand = listed_demand(&world, json!({})).await;
    project::opened(&world, &demand, "justice").await;
    let projects = take(&world, "PROJECTS", "2026-Q4").await;
    let line = lines(&projects)[0].clone();
    assert_eq!(
        line,
        json!([
            "P-420105-2026-000001",
            "D-420105-2026-000001",
            "mill",
            "justice",
            line[4],
            "PLANNED",
            line[6],
            line[7],
            null,
            null,
            null,
            null,
            null,
            0,
            null
        ])
    );
}

#[rstest]
#[tokio::test]
async fn only_the_present_quarter_and_the_one_before_are_frozen(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values("2026-Q2", "2027-Q1", "2026-11", "ONCE", "2026", "")] quarter: &str,
) {
    let Some(world) = World::new(db).await else { return };
    assert_eq!(take(&world, "DEMANDS", quarter).await.problems(), ["VALIDATION at input.quarter"]);
    assert_eq!(world.count("snapshot").await, 0);
}

#[rstest]
#[tokio::test]
async fn the_database_refuses_to_change_what_is_frozen(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    listed_demand(&world, json!({})).await;
    take(&world, "DEMANDS", "2026-Q4").await.done("/snapshot/id");
    for sql in [
        "UPDATE snapshot SET row_count = 0",
        "DELETE FROM snapshot",
        "UPDATE snapshot_row SET line = '[]'",
        "DELETE FROM snapshot_row",
        "INSERT INTO snapshot_row (snapshot, position, object, line) SELECT snapshot, 2, snapshot, line FROM snapshot_row",
    ] {
        let said = world.refused_by(sql);
        assert!(said.contains("a snapshot is frozen"), "{sql}: {said}");
    }
    assert_eq!((world.count("snapshot").await, world.count("snapshot_row").await), (1, 1));
}

#[rstest]
#[tokio::test]
async fn each_constraint_of_a_snapshot_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("snapshot_list_known", "'RUMOURS', '2026-Q4', 0, repeat64, 0"),
        ("snapshot_quarter_form", "'DEMANDS', '2026', 0, repeat64, 0"),
        ("snapshot_sha256_form", "'DEMANDS', '2026-Q4', 0, 'ab', 0"),
        ("snapshot_counts_range", "'DEMANDS', '2026-Q4', -1, repeat64, 0"),
        ("snapshot_counts_range", "'DEMANDS', '2026-Q4', 0, repeat64, -1"),
        ("snapshot_once|snapshot.quarter", "'RESOURCES', '2026-Q4', 0, repeat64, 0")
    )]
    (constraint, values): (&str, &str),
) {
    let Some(world) = World::new(db).await else { return };
    take(&world, "RESOURCES", "2026-Q4").await.done("/snapshot/id");
    let values = values.replace("repeat64", &format!("'{}'", "0".repeat(64)));
    let said = world.refused_by(&format!(
        "INSERT INTO snapshot (list, quarter, row_count, sha256, added, removed, changed, id, district, taken_by, taken_at) \
         SELECT {values}, 0, 0, id, district, id, created_at FROM account WHERE login = 'coordinator'"
    ));
    assert!(constraint.split('|').any(|name| said.contains(name)), "{said}");
}
