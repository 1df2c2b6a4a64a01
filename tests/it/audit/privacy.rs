//! The log says what was done, and never what somebody wrote.

use diesel::{RunQueryDsl, sql_query, sql_types::Text};
use rstest::rstest;
use serde_json::json;

use crate::world::{
    Db, World,
    steps::{self, organisation_id},
};

/// What no line may contain, whatever was written where.
const CANARY: &str = "金丝雀七三";
const PHONE: &str = "027-84730073";

/// Everything that the log keeps of what was done.
fn kept(world: &World) -> Vec<String> {
    #[derive(diesel::QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let sql = "SELECT action || ' ' || outcome || ' ' || effects AS line FROM audit_line";
    let lines: Vec<Line> = sql_query(sql).load(&mut world.connection()).expect("the log");
    lines.into_iter().map(|line| line.line).collect()
}

#[rstest]
#[tokio::test]
async fn nothing_that_people_write_stands_in_the_log(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let contact = json!({ "organisation": organisation_id("mill"), "post": format!("{CANARY}岗"), "phone": PHONE, "email": "canary73@example.com" });
    let contact =
        world.mutate("mill.liaison", "contactPointCreate", "contactPoint { id }", contact).await.text("/contactPoint/id");
    let words = json!({
        "title": format!("{CANARY}咨询"), "detail": format!("{CANARY}:希望上门讲解。"), "tags": [CANARY], "unit": "次", "contact": contact,
        "urgency": "URGENT", "urgencyReason": format!("{CANARY}很急"),
    });
    let demand = steps::drafted_demand(&world, "mill.liaison", words.clone()).await;
    let demand = steps::step(&world, "mill.liaison", "demandSubmit", "demand", &demand, json!({})).await;
    let reason = json!({ "reason": format!("{CANARY}不清楚") });
    let demand = steps::step(&world, "coordinator", "demandReturn", "demand", &demand, reason.clone()).await;
    let demand = steps::step(&world, "mill.liaison", "demandSubmit", "demand", &demand, json!({})).await;
    let demand = steps::step(&world, "coordinator", "demandList", "demand", &demand, json!({})).await;
    let offer = json!({
        "demand": demand.id, "provider": organisation_id("justice"), "quantity": 1, "note": format!("{CANARY}可以办"),
        "plan": { "start": "2026-11-24", "due": "2026-12-01", "steps": [format!("{CANARY}第一步")] },
    });
    let claim = world.mutate("justice.official", "claimOffer", "claim { id version }", offer).await;
    let claim = steps::Made { id: claim.text("/claim/id"), version: 1 };
    steps::step(&world, "mill.liaison", "claimDecline", "claim", &claim, reason.clone()).await;
    let refused = world
        .mutate(
            "mill.liaison",
            "claimDecline",
            "claim { id }",
            steps::with(&reason, json!({ "claim": claim.id, "expectedVersion": 2 })),
        )
        .await;
    assert_eq!(refused.code(), "INVALID_STATE");

    let lines = kept(&world);
    assert!(lines.iter().any(|line| line.starts_with("claim.decline INVALID_STATE")), "{lines:?}");
    for canary in [CANARY, PHONE, "84730073", "canary73"] {
        let found: Vec<&String> = lines.iter().filter(|line| line.contains(canary)).collect();
        assert!(found.is_empty(), "{canary} stands in {found:?}");
    }
    let stored = world.number(&format!("SELECT count(*) FROM demand WHERE title LIKE '%{CANARY}%'")).await;
    assert_eq!(stored, 1, "it was written where it belongs");
}
