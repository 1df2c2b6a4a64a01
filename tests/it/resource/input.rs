//! Bad input for resources: told with a code and a path, nothing written.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{Db, World, rows::enter_contact, steps};

async fn draft(world: &World, changes: Value) -> Vec<String> {
    let input = steps::with(&steps::resource_input(), changes);
    let reply = world.mutate("justice.lead", "resourceDraft", "resource { id }", input).await;
    assert_eq!(reply.payload["resource"], Value::Null, "{}", reply.body);
    reply.problems()
}

#[rstest]
#[tokio::test]
async fn every_bad_field_is_told_with_its_path(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let wrong = |field: &str| vec![format!("VALIDATION at input.{field}")];
    for (changes, field) in [
        (json!({ "unit": "" }), "unit"),
        (json!({ "unit": "室".repeat(21) }), "unit"),
        (json!({ "title": "法" }), "title"),
        (json!({ "title": "一\u{200b}二" }), "title"),
        (json!({ "detail": "字".repeat(4001) }), "detail"),
        (json!({ "tags": vec!["标签"; 9] }), "tags"),
        (json!({ "tags": ["好", ""] }), "tags.1"),
        (json!({ "capacity": -1 }), "capacity"),
        (json!({ "capacity": 10_001 }), "capacity"),
        (json!({ "capacity": 1_000_000_000_000_i64 }), "capacity"),
        (json!({ "validTo": "2025-12-31" }), "validTo"),
        (json!({ "validTo": "2026-11-22" }), "validTo"),
        (json!({ "requiredDocuments": vec!["材料"; 21] }), "requiredDocuments"),
        (json!({ "coverage": {} }), "coverage"),
        (json!({ "coverage": { "streets": vec!["420105006"; 51] } }), "coverage"),
        (json!({ "coverage": { "streets": ["420105006", "420105"] } }), "coverage.streets.1"),
        (json!({ "idempotencyKey": "" }), "idempotencyKey"),
    ] {
        assert_eq!(draft(&world, changes).await, wrong(field));
    }
    assert_eq!(world.count("resource").await, 0);
    assert_eq!(world.audit().await, Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn all_faults_of_an_input_are_told_at_once(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let told =
        draft(&world, json!({ "title": "", "capacity": -1, "category": "nonsense", "contact": steps::place_id("mall") })).await;
    assert_eq!(
        told,
        ["BAD_ID at input.category", "VALIDATION at input.title", "VALIDATION at input.capacity", "BAD_ID at input.contact"]
    );
}

#[rstest]
#[tokio::test]
async fn what_an_input_refers_to_must_exist_in_the_district(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    world.execute(
        "INSERT INTO division (code, district, level, name, source) VALUES ('420106', '420106', 'DISTRICT', '邻区', 'test')
        ",
    );
    world.execute(
        "INSERT INTO division (code, district, level, name, parent, source)
         VALUES ('420106001', '420106', 'STREET', '邻街', '420106', 'test')",
    );
    for (changes, path) in [
        (json!({ "organisation": steps::organisation_id("nowhere") }), "organisation"),
        (json!({ "organisation": steps::organisation_id("neighbour") }), "organisation"),
        (json!({ "category": steps::category_id("NOTHING") }), "category"),
        (json!({ "contact": "con_00000000000000000000000001" }), "contact"),
        (json!({ "coverage": { "streets": ["420105999"] } }), "coverage.streets"),
        (json!({ "coverage": { "streets": ["420106001"] } }), "coverage.streets"),
        (json!({ "coverage": { "zones": [steps::zone_id("park"), steps::zone_id("nowhere")] } }), "coverage.zones"),
        (json!({ "coverage": { "places": [steps::place_id("nowhere")] } }), "coverage.places"),
    ] {
        assert_eq!(draft(&world, changes).await, [format!("NOT_FOUND at input.{path}")]);
    }
    assert_eq!(
        draft(&world, json!({ "coverage": { "zones": [steps::place_id("mall")] } })).await,
        ["BAD_ID at input.coverage.zones.0"]
    );
    assert_eq!(world.count("resource").await, 0);
    assert_eq!(world.count("resource_reach").await, 0);
    assert_eq!(
        world.count("text_token").await,
        world.number("SELECT count(*) FROM text_token WHERE noun = 'ORGANISATION'").await
    );
}

#[rstest]
#[tokio::test]
async fn a_contact_is_one_of_the_organisations_own(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (own, foreign) = (enter_contact(&world, "justice"), enter_contact(&world, "labour"));
    assert_eq!(draft(&world, json!({ "contact": foreign })).await, ["NOT_FOUND at input.contact"]);
    let input = steps::with(&steps::resource_input(), json!({ "contact": own }));
    let reply = world.mutate("justice.lead", "resourceDraft", "resource { contact { id post } }", input).await;
    assert_eq!(reply.done("/resource/contact"), &json!({ "id": own, "post": "综合办公室" }));
}

#[rstest]
#[tokio::test]
async fn a_pause_ends_after_today_and_within_the_districts_limit(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let listed = steps::listed_resource(&world, json!({})).await;
    let pause = async |until: &str, reason: &str| {
        let input = json!({ "resource": listed.id, "expectedVersion": 2, "reason": reason, "until": until });
        world.mutate("justice.lead", "resourcePause", "resource { pausedUntil }", input).await
    };
    for until in ["2026-11-22", "2026-11-23", "2027-05-23"] {
        assert_eq!(pause(until, "设备检修").await.problems(), ["VALIDATION at input.until"], "{until}");
    }
    assert_eq!(pause("2026-12-01", "修").await.problems(), ["VALIDATION at input.reason"]);
    world.execute("UPDATE rule SET value = 30 WHERE code = 'RESOURCE_PAUSE'");
    assert_eq!(pause("2026-12-24", "设备检修").await.problems(), ["VALIDATION at input.until"]);
    assert_eq!(pause("2026-12-23", "设备检修").await.done("/resource/pausedUntil"), "2026-12-23");
}

#[rstest]
#[tokio::test]
async fn the_same_key_with_another_body_is_a_conflict(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let input = steps::with(&steps::resource_input(), json!({ "idempotencyKey": "k" }));
    let first = world.mutate("justice.lead", "resourceDraft", "resource { id }", input.clone()).await;
    let again = world.mutate("justice.lead", "resourceDraft", "resource { id }", input).await;
    assert_eq!(first.text("/resource/id"), again.text("/resource/id"));
    assert_eq!(
        draft(&world, json!({ "idempotencyKey": "k", "title": "另一项" })).await,
        ["IDEMPOTENCY_CONFLICT at input.idempotencyKey"]
    );
    assert_eq!(world.count("resource").await, 1);
}
