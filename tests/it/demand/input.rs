//! Bad input for demands: told with a code and a path, nothing written.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{Db, World, rows::enter_contact, steps};

async fn draft(world: &World, changes: Value) -> Vec<String> {
    let input = steps::with(&steps::demand_input("mill", "mall", "劳动合同法律咨询"), changes);
    let reply = world.mutate("mill.liaison", "demandDraft", "demand { id }", input).await;
    assert_eq!(reply.payload["demand"], Value::Null, "{}", reply.body);
    reply.problems()
}

#[rstest]
#[tokio::test]
async fn every_bad_field_is_told_with_its_path(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    for (changes, field) in [
        (json!({ "title": "法" }), "title"),
        (json!({ "title": "字".repeat(61) }), "title"),
        (json!({ "detail": "字".repeat(4001) }), "detail"),
        (json!({ "detail": "一\u{7}二" }), "detail"),
        (json!({ "tags": vec!["标签"; 9] }), "tags"),
        (json!({ "tags": ["字".repeat(21)] }), "tags.0"),
        (json!({ "quantity": 0 }), "quantity"),
        (json!({ "quantity": -1 }), "quantity"),
        (json!({ "quantity": 10_001 }), "quantity"),
        (json!({ "quantity": 1_000_000_000_000_i64 }), "quantity"),
        (json!({ "unit": "" }), "unit"),
        (json!({ "urgency": "URGENT" }), "urgencyReason"),
        (json!({ "urgency": "SOON", "urgencyReason": "着急" }), "urgencyReason"),
        (json!({ "urgency": "URGENT", "urgencyReason": "急" }), "urgencyReason"),
        (json!({ "desiredFrom": "2026-12-02", "desiredTo": "2026-12-01" }), "desiredTo"),
        (json!({ "desiredFrom": "2026-11-22" }), "desiredFrom"),
        (json!({ "desiredTo": "2026-11-22" }), "desiredTo"),
        (json!({ "idempotencyKey": "键" }), "idempotencyKey"),
    ] {
        assert_eq!(draft(&world, changes).await, [format!("VALIDATION at input.{field}")]);
    }
    assert_eq!(world.count("demand").await, 0);
    assert_eq!(world.audit().await, Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn what_an_input_refers_to_must_exist_and_fit(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    for (changes, problem) in [
        (json!({ "organisation": steps::organisation_id("neighbour") }), "NOT_FOUND at input.organisation"),
        (json!({ "organisation": steps::place_id("mall") }), "BAD_ID at input.organisation"),
        (json!({ "place": steps::place_id("nowhere") }), "NOT_FOUND at input.place"),
        (json!({ "place": steps::place_id("plant") }), "TENANCY_MISSING at input.place"),
        (json!({ "category": steps::category_id("NOTHING") }), "NOT_FOUND at input.category"),
        (json!({ "contact": enter_contact(&world, "bakery") }), "NOT_FOUND at input.contact"),
    ] {
        assert_eq!(draft(&world, changes).await, [problem]);
    }
    world.execute("UPDATE organisation SET status = 'SUSPENDED', status_reason = '整改' WHERE name = 'mill'");
    assert_eq!(draft(&world, json!({})).await, ["ORGANISATION_INACTIVE at "]);
    assert_eq!(world.count("demand").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_draft_may_lack_its_detail_and_a_submitted_demand_may_not(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let drafted = steps::drafted_demand(&world, "mill.liaison", json!({ "detail": "" })).await;
    let submits = json!({ "demand": drafted.id, "expectedVersion": 1 });
    let reply = world.mutate("mill.liaison", "demandSubmit", "demand { id }", submits).await;
    assert_eq!(reply.problems(), ["VALIDATION at input.demand"]);
    assert_eq!(world.status_of_demand(&drafted.id).as_deref(), Some("DRAFT"));
}

#[rstest]
#[tokio::test]
async fn a_demand_may_name_a_contact_of_its_own(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let contact = enter_contact(&world, "mill");
    let input = steps::with(&steps::demand_input("mill", "mall", "劳动合同法律咨询"), json!({ "contact": contact }));
    let reply = world.mutate("mill.liaison", "demandDraft", "demand { contact { id post } }", input).await;
    assert_eq!(reply.done("/demand/contact"), &json!({ "id": contact, "post": "综合办公室" }));
}
