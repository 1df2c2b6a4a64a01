//! Evaluations of instructors through the API: from filed records to a grade that stands.

mod constraints;
mod sight;
mod year_file;

use jiff::Timestamp;
use park_portal::{kernel::id::PostingId, ops::upkeep};
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    DISTRICT, Db, Reply, World, named,
    posting::active,
    steps::{self, Made, organisation_id},
};

const CYCLE: &str = "cycle { id version status evaluations { id version } }";
const EVALUATION: &str = "evaluation { id version status }";

/// A world in which the account "instructor" serves three enterprises, and a second reviewer.
async fn served(db: Db) -> Option<World> {
    let world = World::new(db).await?;
    let posting = active("instructor", 9001, "instructor", &[named("mill"), named("bakery"), named("forge")]);
    let entered = world.app.store.write(move |tx| park_portal::store::posting::insert(tx, &posting)).await;
    entered.expect("a posting is entered");
    steps::enter_grant(&mut world.connection(), DISTRICT, "nobody", "ORGANISATION_REVIEWER", "DISTRICT", "");
    Some(world)
}

fn terms(changes: Value) -> Value {
    let terms = json!({
        "from": "2026-01-01", "to": "2026-11-27", "answersDueOn": "2026-12-04",
        "template": [{ "title": "工作实效", "weight": 60 }, { "title": "遵守纪律", "weight": 40 }],
    });
    steps::with(&terms, changes)
}

async fn prepare(world: &World, year: i64, changes: Value) -> Reply {
    let input = json!({ "year": year, "terms": terms(changes) });
    world.mutate("org.reviewer", "cyclePrepare", CYCLE, input).await
}

/// A step with a cycle.
async fn turn(world: &World, mutation: &str, cycle: &Made) -> Reply {
    let input = json!({ "cycle": cycle.id, "expectedVersion": cycle.version });
    world.mutate("org.reviewer", mutation, CYCLE, input).await
}

fn cycle_of(reply: &Reply) -> Made {
    Made { id: reply.text("/cycle/id"), version: reply.done("/cycle/version").as_i64().expect("a version") }
}

fn evaluation_of(reply: &Reply) -> Made {
    Made { id: reply.text("/evaluation/id"), version: reply.done("/evaluation/version").as_i64().expect("a version") }
}

async fn act(world: &World, login: &str, mutation: &str, evaluation: &Made, more: Value) -> Reply {
    let input = json!({ "evaluation": evaluation.id, "expectedVersion": evaluation.version });
    world.mutate(login, mutation, EVALUATION, steps::with(&input, more)).await
}

async fn answer(world: &World, enterprise: &str, evaluation: &Made, items: [u8; 5]) -> Reply {
    let input = json!({ "evaluation": evaluation.id, "organisation": organisation_id(enterprise), "items": items });
    world.mutate(&format!("{enterprise}.liaison"), "evaluationAnswer", EVALUATION, input).await
}

async fn seen(world: &World, login: &str, evaluation: &Made, fields: &str) -> Value {
    let query = format!("query($id: ID!) {{ evaluation(id: $id) {{ {fields} }} }}");
    world.run(login, &query, json!({ "id": evaluation.id })).await.data("/evaluation").clone()
}

async fn waiting(world: &World, login: &str) -> Value {
    world.run(login, "{ inbox { nodes { kind label dueAt } } }", json!({})).await.data("/inbox/nodes").clone()
}

async fn at(world: &World, moment: &str) {
    let moment: Timestamp = moment.parse().expect("a moment");
    world.advance(moment.duration_since(world.app.clock.now())).await;
}

/// What the instructor did at an enterprise, filed today.
async fn recorded(world: &World, enterprise: &str, words: &str) -> Made {
    let posting: PostingId = named("instructor");
    let content =
        json!({ "occurredOn": "2026-11-23", "target": organisation_id(enterprise), "kind": "VISIT", "summary": words.repeat(6) });
    let input = json!({ "posting": posting.to_string(), "content": content });
    let draft = world.mutate("instructor", "recordDraft", "recordDraft { id }", input).await.text("/recordDraft/id");
    let input = json!({ "recordDraft": draft, "expectedVersion": 1 });
    let id = world.mutate("instructor", "recordFile", "filedRecord { id }", input).await.text("/filedRecord/id");
    Made { id, version: 1 }
}

async fn verify(world: &World, enterprise: &str, record: &Made) -> Reply {
    let input = json!({ "filedRecord": record.id, "expectedVersion": record.version });
    world.mutate(&format!("{enterprise}.liaison"), "recordVerify", "filedRecord { status }", input).await
}

/// A cycle whose records are counted, with the only evaluation of it.
async fn frozen(world: &World) -> (Made, Made) {
    let cycle = cycle_of(&prepare(world, 2026, json!({})).await);
    let cycle = cycle_of(&turn(world, "cycleOpen", &cycle).await);
    at(world, "2026-11-28T01:00:00Z").await;
    let reply = turn(world, "cycleFreeze", &cycle).await;
    let evaluations = reply.done("/cycle/evaluations").as_array().expect("evaluations");
    assert_eq!(evaluations.len(), 1);
    let id = evaluations[0]["id"].as_str().expect("an id").to_owned();
    (cycle_of(&reply), Made { id, version: 1 })
}

/// Answers of three enterprises, whose mean is 7,500.
async fn answered(world: &World, evaluation: &Made) -> Made {
    answer(world, "mill", evaluation, [5; 5]).await.done("/evaluation/id");
    answer(world, "bakery", evaluation, [4; 5]).await.done("/evaluation/id");
    evaluation_of(&answer(world, "forge", evaluation, [3; 5]).await)
}

async fn scored(world: &World, evaluation: &Made) -> Made {
    evaluation_of(&act(world, "justice.reviewer", "evaluationScore", evaluation, json!({ "items": [80, 90] })).await)
}

const EXPLAINED: &str = "企业停产三个月,指导员仍坚持每周上门服务。";

async fn graded(world: &World, evaluation: &Made) -> Made {
    let given = json!({ "points": 8_800, "grade": "COMPETENT", "reason": EXPLAINED });
    evaluation_of(&act(world, "org.reviewer", "evaluationGrade", evaluation, given).await)
}

/// Published, with the versions of then.
async fn published(world: &World) -> (Made, Made) {
    let (cycle, evaluation) = frozen(world).await;
    let evaluation = answered(world, &evaluation).await;
    let evaluation = scored(world, &evaluation).await;
    let evaluation = graded(world, &evaluation).await;
    let cycle = cycle_of(&turn(world, "cyclePublish", &cycle).await);
    (cycle, Made { version: evaluation.version + 1, ..evaluation })
}

async fn status_of_cycle(world: &World, cycle: &Made) -> Value {
    let query = "query($id: ID!) { cycle(id: $id) { status } }";
    world.run("mill.liaison", query, json!({ "id": cycle.id })).await.data("/cycle/status").clone()
}

#[rstest]
#[tokio::test]
async fn a_year_of_work_becomes_a_grade_level_by_level(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = served(db).await else { return };
    let (first, second) = (recorded(&world, "mill", "安全检查").await, recorded(&world, "bakery", "政策宣讲").await);
    verify(&world, "mill", &first).await.done("/filedRecord/status");
    let cycle = cycle_of(&prepare(&world, 2026, json!({})).await);
    let cycle = cycle_of(&turn(&world, "cycleOpen", &cycle).await);
    assert_eq!(turn(&world, "cycleFreeze", &cycle).await.code(), "CYCLE_NOT_OVER");
    assert_eq!(world.count("evaluation").await, 0);
    at(&world, "2026-11-28T01:00:00Z").await;
    let reply = turn(&world, "cycleFreeze", &cycle).await;
    let cycle = cycle_of(&reply);
    let evaluation = Made { id: reply.text("/cycle/evaluations/0/id"), version: 1 };
    // What is counted stays counted.
    assert_eq!(verify(&world, "bakery", &second).await.code(), "TOO_LATE");

    let records = json!({
        "serviceDays": 1, "requiredDays": 36, "cellsDone": 1, "cells": 6, "filed": 2, "inTime": 2, "verified": 1,
        "targetsLinked": 0, "targets": 3,
    });
    let fields =
        "status level1 level2 records { serviceDays requiredDays cellsDone cells filed inTime verified targetsLinked targets }";
    // 4000/36 + 2000/6 + 1500 + 1500/2
    let counted = json!({ "status": "RECORDS_READY", "level1": 2_694, "level2": null, "records": records });
    assert_eq!(seen(&world, "instructor", &evaluation, fields).await, counted);
    let asked = json!([{ "kind": "EVALUATION_ANSWER", "label": "2026-9001", "dueAt": "2026-12-04T09:30:00Z" }]);
    assert_eq!(waiting(&world, "forge.liaison").await, asked);
    assert_eq!(answer(&world, "mill", &evaluation, [5; 5]).await.done("/evaluation/status"), "RECORDS_READY");
    assert_eq!(answer(&world, "mill", &evaluation, [1; 5]).await.code(), "ALREADY_ANSWERED");
    answer(&world, "bakery", &evaluation, [4; 5]).await.done("/evaluation/id");
    let reply = answer(&world, "forge", &evaluation, [3; 5]).await;
    assert_eq!(reply.done("/evaluation/status"), "ENTERPRISE_DONE");
    assert_eq!(waiting(&world, "forge.liaison").await, json!([]));

    let evaluation = evaluation_of(&reply);
    assert_eq!(waiting(&world, "justice.reviewer").await[0]["kind"], "EVALUATION_SCORE");
    let wrong = act(&world, "justice.reviewer", "evaluationScore", &evaluation, json!({ "items": [80] })).await;
    assert_eq!((wrong.code(), wrong.problem_path()), ("VALIDATION".to_owned(), "input.items".to_owned()));
    let evaluation = scored(&world, &evaluation).await;
    let levels = "level1 level2 level3 level4 total suggestedGrade grade gradeReason";
    let so_far = json!({
        "level1": 2_694, "level2": 7_500, "level3": 8_400, "level4": null, "total": null, "suggestedGrade": null, "grade": null,
        "gradeReason": null,
    });
    assert_eq!(seen(&world, "org.reviewer", &evaluation, levels).await, so_far);

    assert_eq!(waiting(&world, "org.reviewer").await[0]["kind"], "EVALUATION_GRADE");
    assert_eq!(turn(&world, "cyclePublish", &cycle).await.code(), "NOT_GRADED");
    let unexplained = json!({ "points": 8_800, "grade": "COMPETENT" });
    let refused = act(&world, "org.reviewer", "evaluationGrade", &evaluation, unexplained).await;
    assert_eq!((refused.code(), refused.problem_path()), ("VALIDATION".to_owned(), "input.reason".to_owned()));
    assert_eq!(seen(&world, "org.reviewer", &evaluation, levels).await, so_far);
    let evaluation = graded(&world, &evaluation).await;
    // 30 % of 2,694 and of 7,500, 20 % of 8,400 and of 8,800.
    let whole = json!({
        "level1": 2_694, "level2": 7_500, "level3": 8_400, "level4": 8_800, "total": 6_498, "suggestedGrade": "BASIC",
        "grade": "COMPETENT", "gradeReason": EXPLAINED,
    });
    assert_eq!(seen(&world, "org.reviewer", &evaluation, levels).await, whole);
    assert_eq!(seen(&world, "instructor", &evaluation, "level2 grade").await, json!({ "level2": null, "grade": null }));

    let cycle = cycle_of(&turn(&world, "cyclePublish", &cycle).await);
    let evaluation = Made { version: evaluation.version + 1, ..evaluation };
    assert_eq!(seen(&world, "instructor", &evaluation, levels).await, whole);
    assert_eq!(seen(&world, "instructor", &evaluation, "objectDueAt").await["objectDueAt"], "2026-12-04T09:30:00Z");
    let again = "query($id: ID!) { evaluationRecompute(evaluation: $id) { agrees level1 level2 level3 total suggestedGrade } }";
    let recomputed = world.run("instructor", again, json!({ "id": evaluation.id })).await;
    let agrees =
        json!({ "agrees": true, "level1": 2_694, "level2": 7_500, "level3": 8_400, "total": 6_498, "suggestedGrade": "BASIC" });
    assert_eq!(recomputed.data("/evaluationRecompute"), &agrees);

    let reply = act(&world, "instructor", "evaluationObject", &evaluation, json!({ "reason": "走访次数计算有误" })).await;
    assert_eq!(reply.done("/evaluation/status"), "OBJECTED");
    let evaluation = evaluation_of(&reply);
    let decision = json!({ "grade": "EXCELLENT", "reason": EXPLAINED });
    assert_eq!(
        act(&world, "org.reviewer", "evaluationObjectionDecide", &evaluation, decision.clone()).await.code(),
        "SAME_PERSON"
    );
    assert_eq!(status_of_cycle(&world, &cycle).await, "PUBLISHED");
    assert_eq!(waiting(&world, "nobody").await[0]["kind"], "EVALUATION_OBJECTION_DECIDE");
    let reply = act(&world, "nobody", "evaluationObjectionDecide", &evaluation, decision).await;
    assert_eq!(reply.done("/evaluation/status"), "FINAL");
    assert_eq!(status_of_cycle(&world, &cycle).await, "FINAL");
    let told = json!({ "grade": "EXCELLENT", "objection": "走访次数计算有误", "decision": EXPLAINED });
    assert_eq!(seen(&world, "instructor", &evaluation, "grade objection decision").await, told);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_level_that_is_missing_is_waived_or_nothing_is_graded(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = served(db).await else { return };
    let (cycle, evaluation) = frozen(&world).await;
    answer(&world, "mill", &evaluation, [5; 5]).await.done("/evaluation/id");
    answer(&world, "bakery", &evaluation, [5; 5]).await.done("/evaluation/id");
    at(&world, "2026-12-04T09:30:00Z").await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 0);
    at(&world, "2026-12-04T09:30:01Z").await;
    assert_eq!(answer(&world, "forge", &evaluation, [5; 5]).await.code(), "TOO_LATE");
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 1);
    // From two answers each of the two could tell the other.
    let missing = json!({ "status": "ENTERPRISE_DONE", "level2": null });
    assert_eq!(seen(&world, "org.reviewer", &evaluation, "status level2").await, missing);
    let evaluation = scored(&world, &Made { version: 4, ..evaluation }).await;
    let given = json!({ "points": 9_500, "grade": "BASIC" });
    assert_eq!(act(&world, "org.reviewer", "evaluationGrade", &evaluation, given.clone()).await.code(), "LEVEL_MISSING");
    let waiver = |level: &str| json!({ "level": level, "reason": "企业停产" });
    assert_eq!(act(&world, "org.reviewer", "evaluationWaive", &evaluation, waiver("RECORDS")).await.code(), "NOT_WAIVABLE");
    let evaluation = evaluation_of(&act(&world, "org.reviewer", "evaluationWaive", &evaluation, waiver("ENTERPRISES")).await);
    // (30 × 0 + 20 × 8,400 + 20 × 9,500) / 70
    let evaluation = {
        let given = json!({ "points": 9_500, "grade": "INCOMPETENT" });
        evaluation_of(&act(&world, "org.reviewer", "evaluationGrade", &evaluation, given).await)
    };
    let whole = json!({
        "total": 5_114, "suggestedGrade": "INCOMPETENT", "waivers": [{ "level": "ENTERPRISES", "reason": "企业停产" }],
    });
    assert_eq!(seen(&world, "org.reviewer", &evaluation, "total suggestedGrade waivers { level reason }").await, whole);

    let cycle = cycle_of(&turn(&world, "cyclePublish", &cycle).await);
    // Five working days after Friday the 4th.
    at(&world, "2026-12-11T09:30:00Z").await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 0);
    at(&world, "2026-12-11T09:30:01Z").await;
    let evaluation = Made { version: evaluation.version + 1, ..evaluation };
    let late = act(&world, "instructor", "evaluationObject", &evaluation, json!({ "reason": "走访次数计算有误" })).await;
    assert_eq!(late.code(), "TOO_LATE");
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 1);
    assert_eq!(
        seen(&world, "instructor", &evaluation, "status objection").await,
        json!({ "status": "FINAL", "objection": null })
    );
    assert_eq!(status_of_cycle(&world, &cycle).await, "FINAL");
}

#[rstest]
#[tokio::test]
async fn nobody_acts_on_two_levels_or_on_their_own_work(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = served(db).await else { return };
    for (login, role, kind, scope) in [
        ("mill.liaison", "DISPATCH_REVIEWER", "ORGANISATION", "justice"),
        ("instructor", "LIAISON", "ORGANISATION", "bakery"),
        ("instructor", "DISPATCH_REVIEWER", "ORGANISATION", "justice"),
        ("instructor", "ORGANISATION_REVIEWER", "DISTRICT", ""),
        ("justice.reviewer", "ORGANISATION_REVIEWER", "DISTRICT", ""),
    ] {
        steps::enter_grant(&mut world.connection(), DISTRICT, login, role, kind, scope);
    }
    let (_, evaluation) = frozen(&world).await;
    let own = json!({ "evaluation": evaluation.id, "organisation": organisation_id("bakery"), "items": [5, 5, 5, 5, 5] });
    assert_eq!(world.mutate("instructor", "evaluationAnswer", EVALUATION, own).await.code(), "OTHER_LEVEL");
    assert_eq!(world.number("SELECT count(*) FROM evaluation_asked WHERE answered_at IS NOT NULL").await, 0);
    let evaluation = answered(&world, &evaluation).await;
    let items = json!({ "items": [80, 90] });
    for login in ["mill.liaison", "instructor"] {
        assert_eq!(act(&world, login, "evaluationScore", &evaluation, items.clone()).await.code(), "OTHER_LEVEL", "{login}");
    }
    let waiver = json!({ "level": "DISPATCH_UNIT", "reason": "选派单位撤并" });
    assert_eq!(act(&world, "instructor", "evaluationWaive", &evaluation, waiver).await.code(), "OTHER_LEVEL");
    let evaluation = scored(&world, &evaluation).await;
    let given = json!({ "points": 8_800, "grade": "BASIC" });
    for login in ["justice.reviewer", "instructor"] {
        assert_eq!(act(&world, login, "evaluationGrade", &evaluation, given.clone()).await.code(), "OTHER_LEVEL", "{login}");
    }
    assert_eq!(
        seen(&world, "org.reviewer", &evaluation, "status level4").await,
        json!({ "status": "UNIT_DONE", "level4": null })
    );
}

#[rstest]
#[tokio::test]
async fn the_measures_of_a_cycle_make_sense_and_stand_once_it_is_open(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = served(db).await else { return };
    for changes in [
        json!({ "to": "2025-12-31" }),
        json!({ "answersDueOn": "2026-11-27" }),
        json!({ "thresholds": [9_000, 9_000, 6_000] }),
        json!({ "thresholds": [9_000, 7_500] }),
        json!({ "weights": [0, 40, 30, 30] }),
        json!({ "weights": [30, 30, 40] }),
        json!({ "weights": [30, 30, 20, -20] }),
        json!({ "requiredDays": 0 }),
        json!({ "template": [] }),
        json!({ "template": [{ "title": "工作实效", "weight": 0 }] }),
        json!({ "template": vec![json!({ "title": "工作实效", "weight": 1 }); 21] }),
    ] {
        assert_eq!(prepare(&world, 2026, changes.clone()).await.code(), "VALIDATION", "{changes}");
    }
    assert_eq!(prepare(&world, 1999, json!({})).await.code(), "VALIDATION");
    assert_eq!(world.count("cycle").await, 0);
    let cycle = cycle_of(&prepare(&world, 2026, json!({})).await);
    let second = prepare(&world, 2026, json!({})).await;
    assert_eq!((second.code(), second.problem_path()), ("DUPLICATE_NAME".to_owned(), "input.year".to_owned()));
    let cycles = "{ cycles { year weights thresholds { excellent competent basic } requiredDays template { title weight } } }";
    assert_eq!(world.run("instructor", cycles, json!({})).await.data("/cycles"), &json!([]));
    let revise = async |cycle: &Made, changes: Value| {
        let input = json!({ "cycle": cycle.id, "expectedVersion": cycle.version, "terms": terms(changes) });
        world.mutate("org.reviewer", "cycleRevise", CYCLE, input).await
    };
    let cycle = cycle_of(&revise(&cycle, json!({ "requiredDays": 40 })).await);
    let cycle = cycle_of(&turn(&world, "cycleOpen", &cycle).await);
    assert_eq!(revise(&cycle, json!({})).await.code(), "INVALID_STATE");
    let shown = json!([{
        "year": 2026, "weights": [3_000, 3_000, 2_000, 2_000],
        "thresholds": { "excellent": 9_000, "competent": 7_500, "basic": 6_000 }, "requiredDays": 40,
        "template": [{ "title": "工作实效", "weight": 60 }, { "title": "遵守纪律", "weight": 40 }],
    }]);
    assert_eq!(world.run("instructor", cycles, json!({})).await.data("/cycles"), &shown);
}

#[rstest]
#[tokio::test]
async fn who_was_served_for_less_than_three_months_is_not_asked(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let mut posting = active("instructor", 9001, "instructor", &[named("mill")]);
    posting.from = jiff::civil::date(2026, 8, 31);
    world.app.store.write(move |tx| park_portal::store::posting::insert(tx, &posting)).await.expect("a posting is entered");
    let (_, evaluation) = frozen(&world).await;
    // 89 days.
    assert_eq!(seen(&world, "org.reviewer", &evaluation, "asked").await["asked"], 0);
    assert_eq!(seen(&world, "mill.liaison", &evaluation, "id").await, Value::Null);
    assert_eq!(answer(&world, "mill", &evaluation, [5; 5]).await.code(), "NOT_FOUND");
}
