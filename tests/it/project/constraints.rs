//! What the database itself refuses, whatever the program does.

use rstest::rstest;
use serde_json::json;

use super::{confirmed, delivered, opened, started, step};
use crate::world::{Db, World, steps::listed_demand};

#[rstest]
#[tokio::test]
async fn each_constraint_of_a_project_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("project_status_known", "status = 'OPEN'"),
        ("project_active_prepared", "contacted_at = NULL"),
        ("project_active_prepared", "plan_filed_at = NULL"),
        ("project_delivery_whole", "delivery_summary = NULL"),
        ("project_delivery_whole", "confirm_due_at = NULL"),
        ("project_delivered", "delivered_at = NULL, delivery_summary = NULL, confirm_due_at = NULL"),
        ("project_confirmation_whole", "solved = 'YES'"),
        ("project_confirmation_whole", "confirm_comment = NULL, confirmed_at = created_at"),
        ("project_confirmed", "status = 'CONFIRMED', close_due_at = created_at"),
        ("project_confirmed",
         "solved = 'NO', confirmed_at = created_at, answered = (1 = 1), reached_out = (1 = 1), satisfaction = 5, \
          confirmed_by = (SELECT id FROM account WHERE login = 'mill.liaison')"),
        ("project_unconfirmed", "status = 'UNCONFIRMED', close_due_at = created_at"),
        ("project_unconfirmed",
         "unconfirmed_at = created_at, delivered_at = NULL, delivery_summary = NULL, confirm_due_at = NULL, status = 'PLANNED'"),
        ("project_closed_after", "status = 'CLOSED'"),
        ("project_close_clock", "close_due_at = created_at"),
        ("project_close_clock", "status = 'UNCONFIRMED', unconfirmed_at = created_at"),
        ("project_progress_clock", "status = 'ACTIVE'"),
        ("project_progress_clock", "progress_due_at = created_at"),
        ("project_paused", "status = 'PAUSED', progress_due_at = created_at"),
        ("project_paused", "paused_at = created_at, paused_until = due_on, due_minutes_left = 0, progress_minutes_left = 0"),
        ("project_pause_whole",
         "status = 'PAUSED', progress_due_at = created_at, paused_at = created_at, due_minutes_left = 0, progress_minutes_left = 0"),
        ("project_pause_whole",
         "status = 'PAUSED', progress_due_at = created_at, paused_at = created_at, paused_until = due_on, due_minutes_left = 0"),
        ("project_pause_whole",
         "status = 'PAUSED', progress_due_at = created_at, paused_at = created_at, paused_until = due_on, progress_minutes_left = 0"),
        ("project_minutes_range",
         "status = 'PAUSED', progress_due_at = created_at, paused_at = created_at, paused_until = due_on, due_minutes_left = -1, \
          progress_minutes_left = 0"),
        ("project_solved_known",
         "solved = 'MAYBE', confirmed_at = created_at, answered = (1 = 1), reached_out = (1 = 1), satisfaction = 5, \
          confirmed_by = (SELECT id FROM account WHERE login = 'mill.liaison'), close_due_at = created_at, status = 'CONFIRMED'"),
        ("project_satisfaction_range",
         "solved = 'YES', confirmed_at = created_at, answered = (1 = 1), reached_out = (1 = 1), satisfaction = 6, \
          confirmed_by = (SELECT id FROM account WHERE login = 'mill.liaison'), close_due_at = created_at, status = 'CONFIRMED'"),
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

#[rstest]
#[tokio::test]
async fn each_constraint_of_a_pause_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("project_pause_reason_known", "reason = 'TIRED'"),
        ("project_pause_status_known", "status = 'OPEN'"),
        ("project_pause_decided", "status = 'RUNNING'"),
        ("project_pause_decided", "decided_at = asked_at"),
        ("project_pause_decided", "status = 'RUNNING', decided_at = asked_at"),
        ("project_pause_refusal_explained", "status = 'REFUSED', decided_at = asked_at, decided_by = asked_by"),
        ("project_pause_ended", "status = 'DROPPED'"),
        ("project_pause_ended", "status = 'WITHDRAWN'"),
        ("project_pause_ended", "ended_at = asked_at"),
        ("project_pause_ended", "ended_by = asked_by"),
        ("project_pause_ended", "end_reason = '条件已具备'")
    )]
    (constraint, change): (&str, &str),
) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = started(&world, &demand, "justice").await;
    let asks = json!({ "reason": "SEASON", "until": "2026-12-15" });
    step(&world, "justice.lead", "projectPauseAsk", &project, asks).await;
    let said = world.refused_by(&format!("UPDATE project_pause SET {change}"));
    assert!(said.contains(constraint), "{said}");
}

#[rstest]
#[tokio::test]
async fn each_constraint_of_an_extension_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("project_extension_later", "new_due_on = old_due_on"),
        ("project_extension_workdays_range", "workdays = 0"),
        ("project_extension_status_known", "status = 'OPEN'"),
        ("project_extension_decided", "status = 'APPROVED'"),
        ("project_extension_decided", "decided_by = asked_by"),
        ("project_extension_refusal_explained", "status = 'REFUSED', decided_at = asked_at, decided_by = asked_by"),
        ("project_extension_dropped", "status = 'DROPPED'"),
        ("project_extension_dropped", "dropped_at = asked_at")
    )]
    (constraint, change): (&str, &str),
) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = started(&world, &demand, "justice").await;
    let asks = json!({ "reason": "材料未齐", "dueOn": "2026-12-15" });
    step(&world, "justice.lead", "projectExtensionAsk", &project, asks).await;
    let said = world.refused_by(&format!("UPDATE project_extension SET {change}"));
    assert!(said.contains(constraint), "{said}");
}

#[rstest]
#[tokio::test]
async fn a_project_has_one_open_request_of_each_sort(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let mut project = started(&world, &demand, "justice").await;
    for _ in 0..2 {
        let asks = json!({ "reason": "SEASON", "until": "2026-12-15" });
        project = step(&world, "justice.lead", "projectPauseAsk", &project, asks).await;
        project = step(&world, "justice.lead", "projectPauseWithdraw", &project, json!({})).await;
        let asks = json!({ "reason": "材料未齐", "dueOn": "2026-12-15" });
        project = step(&world, "justice.lead", "projectExtensionAsk", &project, asks).await;
        project = step(&world, "justice.lead", "projectExtensionWithdraw", &project, json!({})).await;
    }
    for (index, change) in [
        ("project_pause_one_asked", "project_pause SET status = 'ASKED', ended_at = NULL, ended_by = NULL"),
        (
            "project_pause_one_running",
            "project_pause SET status = 'RUNNING', ended_at = NULL, ended_by = NULL, decided_at = asked_at, decided_by = asked_by",
        ),
        ("project_extension_one_asked", "project_extension SET status = 'ASKED', dropped_at = NULL"),
    ] {
        let said = world.refused_by(&format!("UPDATE {change}"));
        let column = format!("{}.project", change.split(' ').next().unwrap_or_default());
        assert!(said.contains(index) || said.contains(&column), "{said}");
    }
}

#[rstest]
#[tokio::test]
async fn each_constraint_of_a_call_back_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("call_back_status_known",
         "call_back SET status = 'OPEN', draw = (SELECT id FROM call_back_draw), called_at = NULL, called_by = NULL, \
          reached = NULL, note = NULL"),
        ("call_back_drawn", "call_back SET status = 'DUE', called_at = NULL, called_by = NULL, reached = NULL, note = NULL"),
        ("call_back_done", "call_back SET called_at = NULL"),
        ("call_back_done", "call_back SET called_by = NULL"),
        ("call_back_done", "call_back SET reached = NULL"),
        ("call_back_done", "call_back SET note = NULL"),
        ("call_back_solved_known", "call_back SET reached = (1 = 1), solved = 'MAYBE'"),
        ("call_back_solved_if_reached", "call_back SET reached = (1 = 1)"),
        ("call_back_solved_if_reached", "call_back SET solved = 'YES'"),
        ("call_back_draw_month_form", "call_back_draw SET month = '2026-1'"),
        ("call_back_draw_seed_form", "call_back_draw SET seed = '00'"),
        ("call_back_draw_share_range", "call_back_draw SET share = 1001"),
        ("call_back_draw_drawn_range", "call_back_draw SET drawn = -1")
    )]
    (constraint, change): (&str, &str),
) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = confirmed(&world, &demand, "justice", "YES").await;
    step(&world, "coordinator", "projectCallBackLog", &project, json!({ "reached": false })).await;
    world.mutate("coordinator", "callBackDraw", "draw { month }", json!({ "month": "2026-10" })).await.done("/draw");
    let said = world.refused_by(&format!("UPDATE {change}"));
    assert!(said.contains(constraint), "{said}");
}

#[rstest]
#[tokio::test]
async fn a_month_is_drawn_once_and_a_project_once_in_a_draw(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = confirmed(&world, &demand, "justice", "YES").await;
    let called = step(&world, "coordinator", "projectCallBackLog", &project, json!({ "reached": false })).await;
    step(&world, "coordinator", "projectCallBackLog", &called, json!({ "reached": false })).await;
    for month in ["2026-09", "2026-10"] {
        world.mutate("coordinator", "callBackDraw", "draw { month }", json!({ "month": month })).await.done("/draw");
    }
    let said = world.refused_by("UPDATE call_back SET draw = (SELECT id FROM call_back_draw WHERE month = '2026-10')");
    assert!(said.contains("call_back_draw_unique") || said.contains("call_back.draw, call_back.project"), "{said}");
    let said = world.refused_by("UPDATE call_back_draw SET month = '2026-08'");
    assert!(said.contains("call_back_draw_month_unique") || said.contains("call_back_draw.district"), "{said}");
}
