//! Bad input for projects: told with a code and a path, nothing written.

use rstest::rstest;
use serde_json::{Value, json};

use super::{answers, attempt, delivered, look, opened};
use crate::world::{
    Db, World,
    steps::{self, Made, listed_demand},
};

#[rstest]
#[tokio::test]
async fn every_bad_field_is_told_with_its_path(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let planned = opened(&world, &demand, "justice").await;
    let done = delivered(&world, &demand, "labour").await;
    let milestones = |count: usize, title: &str, on: &str| json!({ "plan": "上门讲解", "milestones": vec![json!({ "title": title, "dueOn": on }); count] });
    let said = |change: Value| steps::with(&answers("NO"), change);
    for (login, mutation, project, more, problem) in [
        ("justice.lead", "projectContactLog", &planned, json!({ "note": "字".repeat(501) }), "VALIDATION at input.note"),
        ("justice.lead", "projectContactLog", &planned, json!({ "note": "一\u{7}二" }), "VALIDATION at input.note"),
        ("justice.lead", "projectPlanFile", &planned, json!({ "plan": "一" }), "VALIDATION at input.plan"),
        ("justice.lead", "projectPlanFile", &planned, json!({ "plan": "字".repeat(2001) }), "VALIDATION at input.plan"),
        ("justice.lead", "projectPlanFile", &planned, milestones(21, "踏勘", "2026-12-01"), "VALIDATION at input.milestones"),
        (
            "justice.lead",
            "projectPlanFile",
            &planned,
            milestones(1, "踏", "2026-12-01"),
            "VALIDATION at input.milestones.0.title",
        ),
        (
            "justice.lead",
            "projectPlanFile",
            &planned,
            milestones(1, "踏勘", "2026-11-22"),
            "VALIDATION at input.milestones.0.dueOn",
        ),
        ("labour.lead", "projectDeliver", &done, json!({ "summary": "" }), "VALIDATION at input.summary"),
        ("mill.liaison", "projectConfirm", &done, said(json!({ "satisfaction": 0 })), "VALIDATION at input.satisfaction"),
        ("mill.liaison", "projectConfirm", &done, said(json!({ "satisfaction": 6 })), "VALIDATION at input.satisfaction"),
        (
            "mill.liaison",
            "projectConfirm",
            &done,
            said(json!({ "satisfaction": 1_000_000_000_000_i64 })),
            "VALIDATION at input.satisfaction",
        ),
        ("mill.liaison", "projectConfirm", &done, said(json!({ "comment": "字".repeat(501) })), "VALIDATION at input.comment"),
        ("mill.liaison", "projectReopen", &done, json!({ "reason": "" }), "VALIDATION at input.reason"),
    ] {
        let reply = attempt(&world, login, mutation, project, more).await;
        assert_eq!(reply.payload["project"], Value::Null, "{mutation}");
        assert_eq!(reply.problems(), [problem], "{mutation}");
    }
    assert_eq!(look(&world, &planned, "/version").await, planned.version);
    assert_eq!(look(&world, &done, "/version").await, done.version);
    assert_eq!(world.count("milestone").await, 0);
}

#[rstest]
#[tokio::test]
async fn ids_that_are_none_of_ones_own_answer_as_if_there_were_nothing(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = opened(&world, &demand, "justice").await;
    let contact = json!({ "note": "已电话联系" });
    let of = |id: &str| Made { id: id.to_owned(), version: 1 };
    for (login, target, problem) in [
        ("justice.lead", of(&demand.id), "BAD_ID at input.project"),
        ("justice.lead", of("prj_00000000000000000000000001"), "NOT_FOUND at input.project"),
        ("labour.lead", project.clone(), "NOT_FOUND at input.project"),
        ("neighbour.coordinator", project.clone(), "NOT_FOUND at input.project"),
        ("bakery.liaison", project.clone(), "NOT_FOUND at input.project"),
    ] {
        let reply = attempt(&world, login, "projectContactLog", &target, contact.clone()).await;
        assert_eq!(reply.problems(), [problem], "{login}");
    }
    let stale = attempt(&world, "justice.lead", "projectContactLog", &Made { version: 2, ..project.clone() }, contact).await;
    assert_eq!(stale.code(), "STALE_VERSION");
    assert_eq!(look(&world, &project, "/contact").await, Value::Null);
}
