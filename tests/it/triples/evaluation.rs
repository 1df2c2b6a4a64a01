//! Evaluations of instructors: cycles that are opened, frozen and published, and what each of the four levels does.

use jiff::civil::date;
use park_portal::{
    domain::evaluation::{
        self, Answer, Decision, Evaluation, Grading, Level, Objection, UnitScore, Waiver,
        cycle::{self, Cycle, TemplateItem, Terms},
        score::{Grade, LevelOne, Points, Thresholds, Weights},
    },
    kernel::{text::Text, version::Version},
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{
    Entry, Machine, Object, Step, making,
    rows::{district, earlier, later, reason},
    step, viewer,
};
use crate::world::{Db, named, start, steps::organisation_id};

/// A cycle of a year that has passed, in which nobody was posted but where the state says so.
pub const CYCLE: Machine = Machine {
    noun: "cycle of evaluations",
    states: "PREPARED OPEN OPEN_RUNNING FROZEN FROZEN_UNGRADED FROZEN_GRADED PUBLISHED FINAL",
    statuses: || cycle::Status::iter().map(cycle::Status::name).collect(),
    enter: enter_cycle,
    steps: &[
        step("cycleRevise", |it| json!({ "cycle": it.id, "terms": terms_input() }), &[("*", "PREPARED", "OK")]),
        step("cycleOpen", bare, &[("*", "PREPARED", "OK")]),
        step("cycleFreeze", bare, &[("*", "OPEN", "OK"), ("*", "OPEN_RUNNING", "CYCLE_NOT_OVER")]),
        step("cyclePublish", bare, &[("*", "FROZEN FROZEN_GRADED", "OK"), ("*", "FROZEN_UNGRADED", "late NOT_GRADED")]),
    ],
    viewers: &[
        viewer("org.reviewer", "*", "*"),
        // By what measure is assessed is known to all, once it stands.
        viewer("mill.liaison", "* -PREPARED", ""),
        viewer("bakery.liaison", "* -PREPARED", ""),
        viewer("forge.liaison", "* -PREPARED", ""),
        viewer("justice.official", "* -PREPARED", ""),
        viewer("justice.lead", "* -PREPARED", ""),
        viewer("labour.official", "* -PREPARED", ""),
        viewer("labour.lead", "* -PREPARED", ""),
        viewer("circle.steward", "* -PREPARED", ""),
        viewer("plant.steward", "* -PREPARED", ""),
        viewer("coordinator", "* -PREPARED", ""),
        viewer("instructor", "* -PREPARED", ""),
        viewer("justice.reviewer", "* -PREPARED", ""),
    ],
};

/// The evaluation of the instructor's posting, about which the mill, the bakery and the forge are asked.
pub const EVALUATION: Machine = Machine {
    noun: "evaluation",
    states: "RECORDS_READY RECORDS_READY_ANSWERED ENTERPRISE_DONE ENTERPRISE_DONE_MISSING UNIT_DONE UNIT_DONE_MISSING \
        UNIT_DONE_WAIVED GRADED PUBLISHED PUBLISHED_LATE OBJECTED OBJECTED_TO_ANOTHER FINAL",
    statuses: || evaluation::Status::iter().map(evaluation::Status::name).collect(),
    enter: enter_evaluation,
    steps: STEPS,
    viewers: &[
        viewer("instructor", "*", "evaluationObject"),
        viewer("mill.liaison", "*", "evaluationAnswer"),
        viewer("bakery.liaison", "*", ""),
        viewer("forge.liaison", "*", ""),
        viewer("justice.reviewer", "*", "evaluationScore"),
        viewer("org.reviewer", "*", "evaluationWaive* evaluationGrade evaluationObjectionDecide"),
    ],
};

const STEPS: &[Step] = &[
    making(
        "evaluationAnswer",
        |it| json!({ "evaluation": it.id, "organisation": organisation_id("mill"), "items": [5, 4, 3, 2, 1] }),
        &[("*", "RECORDS_READY", "OK"), ("*", "RECORDS_READY_ANSWERED", "ALREADY_ANSWERED")],
    ),
    step("evaluationScore", |it| with(it, json!({ "items": [80] })), &[("*", "ENTERPRISE_DONE*", "OK")]),
    // Level 1 is computed, and level 4 is the reviewer's own.
    step("evaluationWaive/records", |it| waive(it, "RECORDS"), &[("*", "*", "NOT_WAIVABLE")]),
    step("evaluationWaive/department", |it| waive(it, "ORGANISATION_DEPARTMENT"), &[("*", "*", "NOT_WAIVABLE")]),
    step(
        "evaluationWaive/enterprises",
        |it| waive(it, "ENTERPRISES"),
        &[("*", "ENTERPRISE_DONE_MISSING UNIT_DONE_MISSING", "OK"), ("*", "ENTERPRISE_DONE UNIT_DONE*", "NOT_WAIVABLE")],
    ),
    step("evaluationWaive/unit", |it| waive(it, "DISPATCH_UNIT"), &[("*", "ENTERPRISE_DONE*", "OK")]),
    step(
        "evaluationGrade",
        |it| with(it, json!({ "points": 8000, "grade": "COMPETENT", "reason": explained() })),
        &[("*", "UNIT_DONE UNIT_DONE_WAIVED", "OK"), ("*", "UNIT_DONE_MISSING", "LEVEL_MISSING")],
    ),
    step(
        "evaluationObject",
        |it| with(it, json!({ "reason": "走访次数计算有误" })),
        &[("*", "PUBLISHED", "OK"), ("*", "PUBLISHED_LATE", "TOO_LATE")],
    ),
    step(
        "evaluationObjectionDecide",
        |it| with(it, json!({ "grade": "EXCELLENT", "reason": explained() })),
        &[("*", "OBJECTED_TO_ANOTHER", "OK"), ("*", "OBJECTED", "SAME_PERSON")],
    ),
];

fn bare(it: &Object) -> Value {
    json!({ "cycle": it.id })
}

fn with(it: &Object, more: Value) -> Value {
    crate::world::steps::with(&json!({ "evaluation": it.id }), more)
}

fn waive(it: &Object, level: &str) -> Value {
    with(it, json!({ "level": level, "reason": "企业停产" }))
}

fn explained() -> String {
    "经核实".repeat(7)
}

/// The measures of a cycle as a client sends them.
pub fn terms_input() -> Value {
    json!({
        "from": "2025-01-01", "to": "2025-12-31", "template": [{ "title": "工作实效", "weight": 1 }], "answersDueOn": "2026-12-11",
    })
}

fn points(hundredths: u32) -> Points {
    hundredths.try_into().expect("points")
}

fn enter_cycle_of(tx: &mut Tx, entry: &Entry, status: cycle::Status) -> StoreResult<Cycle> {
    let to = if entry.state == "OPEN_RUNNING" { date(2026, 11, 23) } else { date(2025, 12, 31) };
    let is_counted = status >= cycle::Status::Frozen;
    let cycle = Cycle {
        id: entry.id("cycle"),
        district: district(),
        version: Version::FIRST,
        year: 2030 + i16::try_from(entry.number).expect("a year"),
        terms: Terms {
            from: date(2025, 1, 1),
            to,
            weights: Weights([30, 30, 20, 20]),
            thresholds: Thresholds { excellent: points(9_000), competent: points(7_500), basic: points(6_000) },
            required_days: 36,
            template: vec![TemplateItem { title: Text::parse("工作实效").expect("a title"), weight: 1 }],
            answers_due_on: date(2026, 12, 11),
        },
        status,
        prepared_by: named("org.reviewer"),
        prepared_at: start(),
        frozen_at: is_counted.then(start),
        published_at: (status >= cycle::Status::Published).then(start),
    };
    store::cycle::insert(tx, &cycle)?;
    Ok(cycle)
}

fn enter_cycle(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let status = match entry.state {
        "FROZEN_UNGRADED" | "FROZEN_GRADED" => cycle::Status::Frozen,
        "OPEN_RUNNING" => cycle::Status::Open,
        named => named.parse().expect("a status"),
    };
    let cycle = enter_cycle_of(tx, entry, status)?;
    let inside = match entry.state {
        "FROZEN_UNGRADED" => Some("UNIT_DONE"),
        "FROZEN_GRADED" => Some("GRADED"),
        _ => None,
    };
    if let Some(state) = inside {
        store::evaluation::insert(tx, &evaluation_in(&Entry { state, number: entry.number }, &cycle))?;
    }
    Ok(Object::of(cycle.id))
}

fn enter_evaluation(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let cycle = enter_cycle_of(tx, entry, cycle::Status::Frozen)?;
    let evaluation = evaluation_in(entry, &cycle);
    store::evaluation::insert(tx, &evaluation)?;
    if entry.state == "RECORDS_READY_ANSWERED" {
        let answer = Answer { organisation: named("mill"), items: [5; 5], by: named("mill.liaison"), at: start() };
        store::evaluation::keep_answer(tx, evaluation.id, &answer)?;
    }
    Ok(Object::of(evaluation.id))
}

/// Everything that an evaluation in a state has.
fn evaluation_in(entry: &Entry, cycle: &Cycle) -> Evaluation {
    let status = evaluation::Status::iter()
        .filter(|status| entry.state.starts_with(status.name()))
        .max_by_key(|status| status.name().len())
        .expect("a status");
    let is_missing = entry.state.ends_with("_MISSING") || entry.state.ends_with("_WAIVED");
    let (at, by) = (start(), named("org.reviewer"));
    let grader = if entry.state == "OBJECTED_TO_ANOTHER" { named("nobody") } else { by };
    let grading = Grading {
        points: points(8_000),
        total: points(7_600),
        suggested: Grade::Competent,
        grade: Grade::Competent,
        reason: None,
        by: grader,
        at,
    };
    let grade_reason = || Text::parse(&explained()).expect("a reason");
    let waiver = || Waiver { level: Level::Enterprises, reason: reason(), by, at };
    let is_objected = status >= evaluation::Status::Objected;
    Evaluation {
        id: entry.id("evaluation"),
        district: district(),
        version: Version::FIRST,
        cycle: cycle.id,
        posting: named("instructor"),
        instructor: named("instructor"),
        dispatch_unit: named("justice"),
        records: LevelOne { service_days: 18, required_days: 36, ..LevelOne::default() },
        label: format!("{}-9001", cycle.year),
        asked: vec![named("mill"), named("bakery"), named("forge")],
        answers_end_at: later(),
        enterprises: (status > evaluation::Status::RecordsReady && !is_missing).then(|| points(8_000)),
        unit: (status > evaluation::Status::EnterpriseDone).then(|| UnitScore {
            items: vec![80],
            points: points(8_000),
            by: named("justice.reviewer"),
            at,
        }),
        waivers: if entry.state.ends_with("_WAIVED") { vec![waiver()] } else { Vec::new() },
        grading: (status >= evaluation::Status::Graded).then_some(grading),
        objection: is_objected.then(|| Objection { reason: reason(), at }),
        decision: (status == evaluation::Status::Final).then(|| Decision {
            grade: Grade::Excellent,
            reason: grade_reason(),
            by,
            at,
        }),
        object_due_at: (status >= evaluation::Status::Published)
            .then(|| if entry.state == "PUBLISHED_LATE" { earlier() } else { later() }),
        status,
    }
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_cycle_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &CYCLE).await;
}

#[rstest]
#[tokio::test]
async fn every_triple_of_an_evaluation_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &EVALUATION).await;
}
