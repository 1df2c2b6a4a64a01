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
        ("demand_status_known", "status = 'LOST'"),
        ("demand_merge_target", "status = 'MERGED'"),
        ("demand_outcome_given", "status = 'CLOSED'"),
        ("demand_outcome_known", "status = 'CLOSED', outcome = 'LOST'"),
        ("demand_triage_clock", "status = 'SUBMITTED'"),
        ("demand_unclaimed_clock", "unclaimed_due_at = NULL, escalate_due_at = NULL"),
        ("demand_unclaimed_whole", "escalate_due_at = NULL"),
        ("demand_unclaimed_whole", "unclaimed_due_at = escalate_due_at, escalate_due_at = unclaimed_due_at"),
        ("demand_unclaimed_listed", "status = 'CLOSED', outcome = 'WITHDRAWN'"),
        ("demand_reminder_due", "reminded_at = created_at, unclaimed_due_at = NULL, escalate_due_at = NULL, agreed_quantity = 1"),
        ("demand_reminded_first", "escalated_at = created_at"),
        ("demand_decision_due", "decide_due_at = created_at"),
        ("demand_expiry_listed", "status = 'CLOSED', outcome = 'WITHDRAWN', unclaimed_due_at = NULL, escalate_due_at = NULL, expires_on = '2026-12-01'"),
        ("demand_review_day", "review_on = '2026-12-01'"),
        ("demand_review_day", "status = 'PARKED', status_reason = '等待', unclaimed_due_at = NULL, escalate_due_at = NULL"),
        ("demand_off_list_free", "status = 'PARKED', status_reason = '等待', review_on = '2026-12-01', unclaimed_due_at = NULL, escalate_due_at = NULL, agreed_quantity = 1"),
        ("demand_reason_given", "status = 'PARKED', review_on = '2026-12-01', unclaimed_due_at = NULL, escalate_due_at = NULL"),
        ("demand_object_clock", "object_due_at = created_at, status_reason = '说明'"),
        ("demand_object_clock", "status = 'CLOSED', outcome = 'NOT_FEASIBLE', status_reason = '说明', unclaimed_due_at = NULL, escalate_due_at = NULL"),
        ("demand_objection_whole", "status = 'CLOSED', outcome = 'NOT_FEASIBLE', status_reason = '说明', unclaimed_due_at = NULL, escalate_due_at = NULL, object_due_at = created_at, objected_at = created_at"),
        ("demand_objection_to_decision", "objected_at = created_at, objection = '不同意', objection_due_at = created_at"),
        ("demand_objection_in_time", "status = 'CLOSED', outcome = 'NOT_FEASIBLE', status_reason = '说明', objected_at = unclaimed_due_at, objection = '不同意', objection_due_at = created_at, unclaimed_due_at = NULL, escalate_due_at = NULL, object_due_at = created_at"),
        ("demand_dismissal_whole", "status = 'CLOSED', outcome = 'NOT_FEASIBLE', status_reason = '说明', unclaimed_due_at = NULL, escalate_due_at = NULL, object_due_at = created_at, objected_at = created_at, objection = '不同意', objection_due_at = created_at, dismissed_at = created_at"),
        ("demand_dismissal_of_objection", "dismissed_at = created_at, dismissal = '维持'"),
        ("demand_expired_whole", "expired_at = created_at"),
        ("demand_expired_whole", "status = 'EXPIRED', expired_at = created_at, unclaimed_due_at = NULL, escalate_due_at = NULL")
    )]
    (constraint, change): (&str, &str),
) {
    let Some(world) = World::new(db).await else { return };
    steps::listed_demand(&world, json!({})).await;
    let said = world.refused_by(&format!("UPDATE demand SET {change}"));
    assert!(said.contains(constraint), "{said}");
}
