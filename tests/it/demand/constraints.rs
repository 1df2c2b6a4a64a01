//! What the database itself refuses, whatever the program does.

use rstest::rstest;
use serde_json::json;

use crate::world::{Db, World, steps};

#[rstest]
#[tokio::test]
async fn each_constraint_of_a_demand_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("demand_ref_no_given", "ref_no = NULL"),
        ("demand_quantity_range", "quantity = 0"),
        ("demand_quantity_range", "quantity = 10001"),
        ("demand_agreed_fits", "agreed_quantity = 6"),
        ("demand_agreed_fits", "agreed_quantity = -1"),
        ("demand_urgency_known", "urgency = 'NOW'"),
        ("demand_urgency_reason", "urgency = 'URGENT'"),
        ("demand_desired_range", "desired_from = '2026-12-02', desired_to = '2026-12-01'"),
        ("demand_visibility_known", "visibility = 'WORLD'"),
        ("demand_source_known", "source = 'RUMOUR'"),
        ("demand_status_known", "status = 'PARKED'"),
        ("demand_merge_target", "status = 'MERGED'"),
        ("demand_outcome_given", "status = 'CLOSED'"),
        ("demand_outcome_known", "status = 'CLOSED', outcome = 'LOST'"),
        ("demand_triage_clock", "status = 'SUBMITTED'"),
        ("demand_unclaimed_clock", "unclaimed_due_at = NULL")
    )]
    (constraint, change): (&str, &str),
) {
    let Some(world) = World::new(db).await else { return };
    steps::listed_demand(&world, json!({})).await;
    let said = world.refused_by(&format!("UPDATE demand SET {change}"));
    assert!(said.contains(constraint), "{said}");
}
