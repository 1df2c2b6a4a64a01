//! Projects and their milestones: P1, P4, P5, P6 and the steps that change no state. P9 is a step of
//! the claim.

use jiff::{SignedDuration, civil::date};
use park_portal::{
    domain::{
        claim::{self, Claim, Kind},
        milestone::{self, Milestone},
        project::{Clocks, Confirmation, Contact, Delivery, FiledPlan, Project, Solved, State, Status},
    },
    kernel::{reference::Series, text::Text},
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{
    Entry, Machine, Object, Step, party,
    rows::{claim, demand, later, listed, reason},
    step, viewer,
};
use crate::world::{Db, named, start};

/// A project of justice for the mill, with one milestone.
pub const PROJECT: Machine = Machine {
    noun: "project",
    states: "PLANNED PLANNED_CONTACTED PLANNED_READY ACTIVE ACTIVE_DONE ACTIVE_WAIVED DELIVERED CONFIRMED_YES CONFIRMED_PARTLY \
             CONFIRMED_NO CONFIRMED_LONG_AGO CONFIRMED_TWICE_REOPENED CLOSED CANCELLED",
    statuses: || Status::iter().map(Status::name).collect(),
    enter,
    steps: STEPS,
    viewers: &[
        party("mill.liaison", "demand", "*", "projectConfirm projectReopen"),
        party("justice.official", "provider", "*", LEADS),
        party("justice.lead", "provider", "*", LEADS),
        viewer("circle.steward", "*", ""),
        viewer("coordinator", "*", ""),
    ],
};

const LEADS: &str = "projectContactLog projectPlanFile projectStart milestoneDone milestoneWaive projectDeliver";

const STEPS: &[Step] = &[
    // There is only one first contact.
    step("projectContactLog", |it| with(it, json!({ "note": "已联系" })), &[("*", "PLANNED", "OK")]),
    step("projectPlanFile", |it| with(it, json!({ "plan": "先走访,再讲解。" })), &[("*", "PLANNED*", "OK")]),
    step("projectStart", bare, &[("*", "PLANNED_READY", "OK"), ("*", "PLANNED*", "PLAN_INCOMPLETE")]),
    step("milestoneDone", |it| json!({ "milestone": it.get("milestone"), "doneOn": "2026-11-23" }), &[("*", "ACTIVE", "OK")]),
    step("milestoneWaive", |it| json!({ "milestone": it.get("milestone"), "reason": "不再需要" }), &[("*", "ACTIVE", "OK")]),
    step(
        "projectDeliver",
        |it| with(it, json!({ "summary": "已完成讲解。" })),
        &[("*", "ACTIVE", "MILESTONES_OPEN"), ("*", "ACTIVE_DONE ACTIVE_WAIVED", "OK")],
    ),
    step("projectConfirm", answers, &[("*", "DELIVERED", "OK")]),
    step(
        "projectReopen",
        |it| with(it, json!({ "reason": "问题没有解决" })),
        &[
            ("*", "CONFIRMED_PARTLY CONFIRMED_NO", "OK"),
            ("*", "CONFIRMED_LONG_AGO", "TOO_LATE"),
            ("*", "CONFIRMED_TWICE_REOPENED", "REOPEN_LIMIT"),
        ],
    ),
];

fn bare(it: &Object) -> Value {
    json!({ "project": it.id })
}

fn with(it: &Object, changes: Value) -> Value {
    crate::world::steps::with(&bare(it), changes)
}

fn answers(it: &Object) -> Value {
    with(it, json!({ "solved": "YES", "answered": true, "reachedOut": true, "satisfaction": 5 }))
}

fn enter(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let mut demand = demand(entry, "demand", listed());
    demand.agreed = 1;
    store::demand::insert(tx, &demand)?;
    let settled = if entry.state == "CANCELLED" { claim::State::Cancelled { reason: reason() } } else { claim::State::Agreed };
    let claim = claim(entry, Kind::Offer, &demand, None, "justice", settled);
    store::claim::insert(tx, &claim)?;
    let project = enter_of(tx, entry, &claim, entry.state)?;
    let milestone = Milestone {
        id: entry.id("milestone"),
        project: project.id,
        position: 1,
        title: Text::parse("现场踏勘").expect("a title"),
        due_on: date(2026, 12, 1),
        state: match entry.state {
            "ACTIVE_WAIVED" => milestone::State::Waived { reason: reason() },
            "PLANNED" | "PLANNED_CONTACTED" | "PLANNED_READY" | "ACTIVE" | "CANCELLED" => milestone::State::Open,
            _ => milestone::State::Done { on: date(2026, 11, 20), note: Text::parse("").expect("a note") },
        },
    };
    store::milestone::replace(tx, project.id, std::slice::from_ref(&milestone))?;
    Ok(Object::of(project.id).with("milestone", milestone.id))
}

/// Enters the project of an agreed claim in one of the states of [`PROJECT`].
pub fn enter_of(tx: &mut Tx, entry: &Entry, claim: &Claim, name: &str) -> StoreResult<Project> {
    let clocks = Clocks { contact_due_at: later(), plan_due_at: later(), due_on: date(2026, 12, 14) };
    let title = Text::parse("法律咨询").expect("a title");
    let mut project = Project::open(entry.id("project"), entry.ref_no(Series::Project), claim, title, clocks, start());
    project.state = state(name);
    if name != "PLANNED" {
        project.contact = Some(Contact { at: start(), note: Text::parse("").expect("a note") });
    }
    if !matches!(name, "PLANNED" | "PLANNED_CONTACTED") {
        project.plan = Some(FiledPlan { at: start(), text: Text::parse("先走访。").expect("a plan") });
    }
    if name == "CONFIRMED_TWICE_REOPENED" {
        project.reopen_count = 2;
    }
    store::project::insert(tx, &project)?;
    Ok(project)
}

fn state(name: &str) -> State {
    let summary = Text::parse("已完成讲解。").expect("a summary");
    let delivery = Delivery { at: start(), summary, confirm_due_at: later() };
    let confirmation = Confirmation {
        at: start(),
        by: named("mill.liaison"),
        solved: Solved::No,
        answered: true,
        reached_out: true,
        satisfaction: 2,
        comment: None,
        close_due_at: later(),
    };
    let confirmed = |confirmation: Confirmation| State::Confirmed { delivery: delivery.clone(), confirmation };
    match name {
        "PLANNED" | "PLANNED_CONTACTED" | "PLANNED_READY" => State::Planned,
        "ACTIVE" | "ACTIVE_DONE" | "ACTIVE_WAIVED" => State::Active { reopened: None },
        "DELIVERED" => State::Delivered { delivery },
        "CONFIRMED_YES" => confirmed(Confirmation { solved: Solved::Yes, ..confirmation }),
        "CONFIRMED_PARTLY" => confirmed(Confirmation { solved: Solved::Partly, ..confirmation }),
        "CONFIRMED_NO" | "CONFIRMED_TWICE_REOPENED" => confirmed(confirmation),
        "CONFIRMED_LONG_AGO" => confirmed(Confirmation { at: start() - SignedDuration::from_hours(24 * 30), ..confirmation }),
        "CLOSED" => State::Closed { delivery, confirmation },
        "CANCELLED" => State::Cancelled { reason: reason() },
        other => panic!("no project is {other}"),
    }
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_project_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &PROJECT).await;
}
