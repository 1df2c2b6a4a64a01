//! What the database itself refuses, whatever the program does.

use rstest::rstest;
use serde_json::json;

use super::{delivered, opened, step};
use crate::world::{Db, World, steps::listed_demand};

#[rstest]
#[tokio::test]
async fn each_constraint_of_a_project_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("project_status_known", "status = 'OPEN'"),
        ("project_active_prepared", "status = 'ACTIVE', contacted_at = NULL"),
        ("project_active_prepared", "status = 'ACTIVE', plan_filed_at = NULL"),
        ("project_delivery_whole", "delivery_summary = NULL"),
        ("project_delivery_whole", "confirm_due_at = NULL"),
        ("project_delivered", "delivered_at = NULL, delivery_summary = NULL, confirm_due_at = NULL"),
        ("project_confirmation_whole", "solved = 'YES'"),
        ("project_confirmation_whole", "close_due_at = created_at"),
        ("project_confirmed", "status = 'CONFIRMED'"),
        ("project_solved_known",
         "solved = 'MAYBE', confirmed_at = created_at, answered = (1 = 1), reached_out = (1 = 1), satisfaction = 5, \
          confirmed_by = (SELECT id FROM account WHERE login = 'mill.liaison'), close_due_at = created_at"),
        ("project_satisfaction_range",
         "solved = 'YES', confirmed_at = created_at, answered = (1 = 1), reached_out = (1 = 1), satisfaction = 6, \
          confirmed_by = (SELECT id FROM account WHERE login = 'mill.liaison'), close_due_at = created_at"),
        ("project_reopen_range", "reopen_count = 3"),
        ("project_reopen_range", "reopen_count = -1"),
        ("project_reason_given", "status = 'CANCELLED'")
    )]
    (constraint, change): (&str, &str),
) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    delivered(&world, &demand, "justice").await;
    let said = world.refused_by(&format!("UPDATE project SET {change}"));
    assert!(said.contains(constraint), "{said}");
}

#[rstest]
#[tokio::test]
async fn a_claim_has_one_project_and_a_number_is_given_once(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    opened(&world, &demand, "justice").await;
    opened(&world, &demand, "labour").await;
    let said = world.refused_by("UPDATE project SET claim = (SELECT claim FROM project WHERE ref_no LIKE '%1')");
    assert!(said.contains("project_claim_unique") || said.contains("project.claim"), "{said}");
    let said = world.refused_by("UPDATE project SET ref_no = 'P-420105-2026-000001'");
    assert!(said.contains("project_ref_no_unique") || said.contains("project.district, project.ref_no"), "{said}");
}

#[rstest]
#[tokio::test]
async fn a_milestone_is_done_or_waived_and_has_its_own_place(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = opened(&world, &demand, "justice").await;
    let milestones = json!([{ "title": "现场踏勘", "dueOn": "2026-11-30" }, { "title": "提交报告", "dueOn": "2026-12-04" }]);
    step(&world, "justice.lead", "projectPlanFile", &project, json!({ "plan": "先踏勘", "milestones": milestones })).await;
    let said = world.refused_by("UPDATE milestone SET done_on = '2026-11-23', waived_reason = '不再需要'");
    assert!(said.contains("milestone_done_or_waived"), "{said}");
    let said = world.refused_by("UPDATE milestone SET position = 1");
    assert!(said.contains("milestone_position_unique") || said.contains("milestone.project, milestone.position"), "{said}");
}
