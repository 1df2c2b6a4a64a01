//! What the database itself refuses, whatever the program does.

use rstest::rstest;
use serde_json::json;

use super::{answered, frozen, prepare, published, served};
use crate::world::Db;

#[rstest]
#[tokio::test]
async fn each_constraint_of_a_cycle_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("cycle_range", "to_on = '2025-12-31'"),
        ("cycle_status_known", "status = 'CLOSED', frozen_at = prepared_at"),
        ("cycle_frozen", "status = 'FROZEN'"),
        ("cycle_frozen", "frozen_at = prepared_at"),
        ("cycle_published", "status = 'PUBLISHED', frozen_at = prepared_at"),
        ("cycle_published", "published_at = prepared_at")
    )]
    (constraint, change): (&str, &str),
) {
    let Some(world) = served(db).await else { return };
    prepare(&world, 2026, json!({})).await.done("/cycle/id");
    let said = world.refused_by(&format!("UPDATE cycle SET {change}"));
    assert!(said.contains(constraint), "{said}");
}

#[rstest]
#[tokio::test]
async fn each_constraint_of_an_evaluation_that_is_asked_about_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("evaluation_status_known", "status = 'NOT_STARTED'"),
        ("evaluation_asked_first", "enterprises = 5000"),
        ("evaluation_asked_first", "unit = '{}'"),
        ("evaluation_unit_before_grade", "status = 'ENTERPRISE_DONE', unit = '{}'"),
        ("evaluation_enterprises_range", "status = 'ENTERPRISE_DONE', enterprises = 10001"),
        ("evaluation_graded", "grading = '{}'"),
        ("evaluation_graded", "status = 'GRADED'"),
        ("evaluation_published", "object_due_at = answers_end_at"),
        ("evaluation_objected", "objection = '{}'"),
        ("evaluation_decided", "decision = '{}'")
    )]
    (constraint, change): (&str, &str),
) {
    let Some(world) = served(db).await else { return };
    frozen(&world).await;
    let said = world.refused_by(&format!("UPDATE evaluation SET {change}"));
    assert!(said.contains(constraint), "{said}");
}

#[rstest]
#[tokio::test]
async fn each_constraint_of_a_published_evaluation_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("evaluation_published", "object_due_at = NULL"),
        ("evaluation_graded", "grading = NULL"),
        ("evaluation_objected", "objection = '{}'"),
        ("evaluation_decided", "status = 'FINAL', objection = '{}'"),
        ("evaluation_decided", "status = 'FINAL', decision = '{}'")
    )]
    (constraint, change): (&str, &str),
) {
    let Some(world) = served(db).await else { return };
    published(&world).await;
    let said = world.refused_by(&format!("UPDATE evaluation SET {change}"));
    assert!(said.contains(constraint), "{said}");
}

#[rstest]
#[tokio::test]
async fn an_answer_is_whole_and_a_posting_is_assessed_once_a_cycle(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = served(db).await else { return };
    let (_, evaluation) = frozen(&world).await;
    answered(&world, &evaluation).await;
    for change in ["items = NULL", "answered_by = NULL", "answered_at = NULL"] {
        let said = world.refused_by(&format!("UPDATE evaluation_asked SET {change}"));
        assert!(said.contains("evaluation_asked_whole"), "{said}");
    }
    let columns = crate::world::rows::columns(&world, "evaluation").join(", ");
    let others = columns.replacen("id", "(SELECT id FROM cycle)", 1);
    let said = world.refused_by(&format!("INSERT INTO evaluation ({columns}) SELECT {others} FROM evaluation"));
    assert!(said.contains("evaluation_once") || said.contains("evaluation.cycle, evaluation.posting"), "{said}");
}
