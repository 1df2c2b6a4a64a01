//! What the database itself refuses, whatever the program does.

use rstest::rstest;
use serde_json::json;

use crate::world::{Db, World, steps};

#[rstest]
#[tokio::test]
async fn each_constraint_of_a_resource_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("resource_ref_no_given", "ref_no = NULL"),
        ("resource_mode_known", "mode = 'POST'"),
        ("resource_coverage_known", "coverage = 'CITY'"),
        ("resource_capacity_range", "capacity = 10001"),
        ("resource_capacity_range", "capacity = -1"),
        ("resource_per_known", "per = 'WEEK'"),
        ("resource_valid_range", "valid_to = '2025-12-31'"),
        ("resource_fee_known", "fee = 'DEAR'"),
        ("resource_status_known", "status = 'OPEN'"),
        ("resource_assured", "assured_on = NULL, remind_first_on = NULL, remind_second_on = NULL, stale_on = NULL"),
        ("resource_assurance_clock", "stale_on = NULL"),
        ("resource_assurance_clock", "remind_first_on = NULL"),
        ("resource_assurance_clock", "remind_second_on = NULL"),
        ("resource_reminded_range", "reminded = 3"),
        (
            "resource_reminder_due",
            "status = 'RETIRED', status_reason = '停用', reminded = 1, assured_on = NULL, remind_first_on = NULL, \
             remind_second_on = NULL, stale_on = NULL"
        ),
        ("resource_reason_given", "status = 'RETIRED'"),
        ("resource_pause_end", "status = 'PAUSED', status_reason = '检修'"),
        ("resource_pause_end", "paused_until = '2026-12-01'")
    )]
    (constraint, change): (&str, &str),
) {
    let Some(world) = World::new(db).await else { return };
    steps::listed_resource(&world, json!({})).await;
    let said = world.refused_by(&format!("UPDATE resource SET {change}"));
    assert!(said.contains(constraint), "{said}");
}

#[rstest]
#[tokio::test]
async fn a_reference_number_is_given_once(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    steps::listed_resource(&world, json!({})).await;
    steps::listed_resource(&world, json!({})).await;
    assert_eq!(world.number("SELECT count(DISTINCT ref_no) FROM resource").await, 2);
    let said = world.refused_by("UPDATE resource SET ref_no = 'R-420105-2026-000001'");
    assert!(said.contains("resource_ref_no_unique") || said.contains("resource.district, resource.ref_no"), "{said}");
}

#[rstest]
#[tokio::test]
async fn a_counter_never_passes_its_capacity(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values("taken = 5", "taken = -1", "capacity = 1")] change: &str,
) {
    let Some(world) = World::new(db).await else { return };
    steps::listed_resource(&world, json!({})).await;
    world.execute("INSERT INTO resource_period (resource, period, capacity, taken) SELECT id, '2026-11', 4, 2 FROM resource");
    let said = world.refused_by(&format!("UPDATE resource_period SET {change}"));
    assert!(said.contains("resource_period_fits"), "{said}");
}

#[rstest]
#[tokio::test]
async fn a_part_is_a_street_a_zone_or_a_place(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    steps::listed_resource(&world, json!({ "coverage": { "zones": [steps::zone_id("park")] } })).await;
    let said = world.refused_by("UPDATE resource_reach SET kind = 'CITY'");
    assert!(said.contains("resource_reach_kind_known"), "{said}");
}
