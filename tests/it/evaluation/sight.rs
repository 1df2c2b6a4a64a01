//! Who sees what of an evaluation, in every state that it goes through.

use rstest::rstest;
use serde_json::{Value, json};

use super::{EXPLAINED, act, answered, frozen, graded, scored, seen, served, turn};
use crate::world::{
    Db, World,
    steps::{Made, organisation_id},
};

const FIELDS: &str = "level1 level2 level3 level4 total suggestedGrade grade gradeReason objectDueAt objection decision asked \
    records { filed } waivers { level } answers { organisation { id } items }";

/// Everybody, and as what they look.
const WATCHERS: [(&str, Watcher); 14] = [
    ("org.reviewer", Watcher::Department),
    ("nobody", Watcher::Department),
    ("justice.reviewer", Watcher::Unit),
    ("instructor", Watcher::Instructor),
    ("mill.liaison", Watcher::Enterprise("mill")),
    ("bakery.liaison", Watcher::Enterprise("bakery")),
    ("forge.liaison", Watcher::Enterprise("forge")),
    ("justice.lead", Watcher::Stranger),
    ("labour.official", Watcher::Stranger),
    ("circle.steward", Watcher::Stranger),
    ("coordinator", Watcher::Stranger),
    ("sysadmin", Watcher::Stranger),
    ("auditor", Watcher::Stranger),
    ("neighbour.coordinator", Watcher::Stranger),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Watcher {
    Department,
    Unit,
    Instructor,
    Enterprise(&'static str),
    Stranger,
}

/// How far an evaluation has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Asked,
    Answered,
    Scored,
    Graded,
    Published,
    Objected,
    Final,
}

/// What there is in a stage, as whoever sees everything sees it.
fn whole(stage: Stage) -> Value {
    let from = |first: Stage, value: Value| if stage >= first { value } else { Value::Null };
    let answer = |name: &str, item: u8| json!({ "organisation": { "id": organisation_id(name) }, "items": vec![item; 5] });
    let mut answers = vec![answer("mill", 5), answer("bakery", 4), answer("forge", 3)];
    answers.sort_by_key(|answer| answer["organisation"]["id"].as_str().unwrap_or_default().to_owned());
    json!({
        "level1": 0, "level2": from(Stage::Answered, json!(7_500)), "level3": from(Stage::Scored, json!(8_400)),
        "level4": from(Stage::Graded, json!(8_800)), "total": from(Stage::Graded, json!(5_690)),
        "suggestedGrade": from(Stage::Graded, json!("INCOMPETENT")),
        "grade": if stage == Stage::Final { json!("EXCELLENT") } else { from(Stage::Graded, json!("COMPETENT")) },
        "gradeReason": from(Stage::Graded, json!(EXPLAINED)),
        "objectDueAt": from(Stage::Published, json!("2026-12-04T09:30:00Z")),
        "objection": from(Stage::Objected, json!("走访次数计算有误")), "decision": from(Stage::Final, json!(EXPLAINED)),
        "asked": 3, "records": { "filed": 0 }, "waivers": [],
        "answers": if stage >= Stage::Answered { answers } else { Vec::new() },
    })
}

/// What is taken away from it, as the domain model says it and not as the code does.
fn expected(watcher: Watcher, stage: Stage) -> Value {
    let mut shown = whole(stage);
    let mut hide = |fields: &[&str]| fields.iter().for_each(|field| shown[*field] = Value::Null);
    let last = ["level4", "total", "suggestedGrade", "grade", "gradeReason", "objectDueAt", "objection", "decision"];
    match watcher {
        Watcher::Stranger => return Value::Null,
        Watcher::Department => {}
        Watcher::Unit if stage < Stage::Published => hide(&last),
        Watcher::Instructor if stage < Stage::Published => {
            hide(&last);
            hide(&["level2", "level3", "asked"]);
        }
        Watcher::Unit | Watcher::Instructor => {}
        Watcher::Enterprise(_) => {
            hide(&last);
            hide(&["level1", "level2", "level3", "asked", "records"]);
        }
    }
    let own = match watcher {
        Watcher::Enterprise(name) => organisation_id(name),
        _ => String::new(),
    };
    if watcher != Watcher::Department {
        let answers = shown["answers"].as_array_mut().expect("answers");
        answers.retain(|answer| answer["organisation"]["id"] == own);
    }
    shown
}

async fn look(world: &World, evaluation: &Made, stage: Stage) {
    for (login, watcher) in WATCHERS {
        let mut shown = seen(world, login, evaluation, FIELDS).await;
        if let Some(answers) = shown.get_mut("answers").and_then(Value::as_array_mut) {
            answers.sort_by_key(|answer| answer["organisation"]["id"].as_str().unwrap_or_default().to_owned());
        }
        assert_eq!(shown, expected(watcher, stage), "{login} in stage {}", stage as u8);
        let again =
            "query($id: ID!) { evaluationRecompute(evaluation: $id) { agrees level1 level2 level3 total suggestedGrade } }";
        let again = world.run(login, again, json!({ "id": evaluation.id })).await.data("/evaluationRecompute").clone();
        let mut fields = expected(watcher, stage);
        if fields != Value::Null {
            let (names, all) = (["level1", "level2", "level3", "total", "suggestedGrade"], fields.take());
            fields = names.iter().map(|name| ((*name).to_owned(), all[*name].clone())).collect();
            fields["agrees"] = json!(true);
        }
        assert_eq!(again, fields, "{login} recomputes in stage {}", stage as u8);
    }
}

#[rstest]
#[tokio::test]
async fn each_sees_the_levels_that_are_theirs_and_nobody_a_single_answer(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = served(db).await else { return };
    let (cycle, evaluation) = frozen(&world).await;
    look(&world, &evaluation, Stage::Asked).await;
    let evaluation = answered(&world, &evaluation).await;
    look(&world, &evaluation, Stage::Answered).await;
    let evaluation = scored(&world, &evaluation).await;
    look(&world, &evaluation, Stage::Scored).await;
    let evaluation = graded(&world, &evaluation).await;
    look(&world, &evaluation, Stage::Graded).await;
    turn(&world, "cyclePublish", &cycle).await.done("/cycle/status");
    let evaluation = Made { version: evaluation.version + 1, ..evaluation };
    look(&world, &evaluation, Stage::Published).await;
    act(&world, "instructor", "evaluationObject", &evaluation, json!({ "reason": "走访次数计算有误" }))
        .await
        .done("/evaluation/id");
    look(&world, &evaluation, Stage::Objected).await;
    let evaluation = Made { version: evaluation.version + 1, ..evaluation };
    let decision = json!({ "grade": "EXCELLENT", "reason": EXPLAINED });
    act(&world, "nobody", "evaluationObjectionDecide", &evaluation, decision).await.done("/evaluation/id");
    look(&world, &evaluation, Stage::Final).await;
}

/// The log that the auditor reads holds what an evaluation came to, and no single answer.
#[rstest]
#[tokio::test]
async fn the_log_holds_no_single_answer(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = served(db).await else { return };
    let (_, evaluation) = frozen(&world).await;
    answered(&world, &evaluation).await;
    let facts = json!(world.last_effects()).to_string();
    assert!(facts.contains("7500"), "{facts}");
    let lines = world.run("auditor", "{ auditEntries(first: 5) { nodes { id action } } }", json!({})).await;
    assert_eq!(lines.data("/auditEntries/nodes/0/action"), "evaluation.answer");
    let kept =
        world.number("SELECT count(*) FROM audit_line WHERE action = 'evaluation.answer' AND effects LIKE '%items%'").await;
    assert_eq!(kept, 0);
}
