//! Projects and their milestones: P1–P6, call-backs and the steps that change no state. P9 is a step of
//! the claim.

use jiff::{SignedDuration, civil::date};
use park_portal::{
    domain::{
        call_back::{self, Call, CallBack},
        claim::{self, Claim, Kind},
        milestone::{self, Milestone},
        project::{
            Clocks, Confirmation, Contact, Decision, Delivery, Extension, ExtensionState, FiledPlan, Pause, PauseReason,
            PauseState, Paused, Project, Solved, State, Status,
        },
    },
    kernel::{reference::Series, text::Text},
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{
    Entry, Machine, Object, Step, party,
    rows::{claim, demand, earlier, later, listed, reason},
    step, viewer,
};
use crate::world::{Db, named, start};

/// A project of justice for the mill, with one milestone.
pub const PROJECT: Machine = Machine {
    noun: "project",
    states: "PLANNED PLANNED_CONTACTED PLANNED_READY ACTIVE ACTIVE_DONE ACTIVE_WAIVED ACTIVE_PAUSE_ASKED ACTIVE_EXTENSION_ASKED \
             PAUSED DELIVERED CONFIRMED_YES CONFIRMED_PARTLY CONFIRMED_NO CONFIRMED_LONG_AGO CONFIRMED_TWICE_REOPENED \
             CONFIRMED_CALLED UNCONFIRMED UNCONFIRMED_CALLED CLOSED CLOSED_SILENT CLOSED_CALLED CLOSED_CALLED_YES CANCELLED",
    statuses: || Status::iter().map(Status::name).collect(),
    enter,
    steps: STEPS,
    viewers: &[
        party("mill.liaison", "demand", "*", "projectConfirm projectReopen"),
        // The posting serves the mill.
        viewer("instructor", "*", ""),
        party("justice.official", "provider", "*", LEADS),
        party("justice.lead", "provider", "*", LEADS),
        viewer("circle.steward", "*", ""),
        party("coordinator", "coordinator", "*", COORDINATES),
    ],
};

const LEADS: &str = "projectContactLog projectPlanFile projectStart projectProgressReport milestoneDone milestoneWaive \
                     projectPauseAsk projectPauseWithdraw projectResume projectExtensionAsk projectExtensionWithdraw projectDeliver";
const COORDINATES: &str = "projectPauseDecide* projectResume projectExtensionDecide* projectCallBackLog* projectReopen";

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
        &[("*", "ACTIVE", "MILESTONES_OPEN"), ("*", "ACTIVE_*", "OK")],
    ),
    step("projectProgressReport", |it| with(it, json!({ "note": "已走访两次" })), &[("*", "ACTIVE*", "OK")]),
    step(
        "projectPauseAsk",
        |it| with(it, json!({ "reason": "SEASON", "until": "2026-12-15" })),
        &[("*", "ACTIVE_PAUSE_ASKED", "ALREADY_ASKED"), ("*", "ACTIVE*", "OK")],
    ),
    step("projectPauseWithdraw", bare, &[("*", "ACTIVE_PAUSE_ASKED", "OK")]),
    step("projectPauseDecide/approve", |it| with(it, json!({ "ruling": "APPROVE" })), &[("*", "ACTIVE_PAUSE_ASKED", "OK")]),
    step("projectPauseDecide/refuse", refusal, &[("*", "ACTIVE_PAUSE_ASKED", "OK")]),
    step("projectResume", |it| with(it, json!({ "reason": "条件已具备" })), &[("*", "PAUSED", "OK")]),
    step(
        "projectExtensionAsk",
        |it| with(it, json!({ "dueOn": "2026-12-18", "reason": "材料未齐" })),
        &[("*", "ACTIVE_EXTENSION_ASKED", "ALREADY_ASKED"), ("*", "PLANNED* ACTIVE*", "OK")],
    ),
    step("projectExtensionWithdraw", bare, &[("*", "ACTIVE_EXTENSION_ASKED", "OK")]),
    step(
        "projectExtensionDecide/approve",
        |it| with(it, json!({ "ruling": "APPROVE" })),
        &[("*", "ACTIVE_EXTENSION_ASKED", "OK")],
    ),
    step("projectExtensionDecide/refuse", refusal, &[("*", "ACTIVE_EXTENSION_ASKED", "OK")]),
    step("projectConfirm", answers, &[("*", "DELIVERED UNCONFIRMED*", "OK")]),
    step(
        "projectCallBackLog/missed",
        |it| with(it, json!({ "reached": false })),
        &[("*", "CONFIRMED* UNCONFIRMED* CLOSED*", "OK")],
    ),
    step(
        "projectCallBackLog/reached",
        |it| with(it, json!({ "reached": true, "solved": "NO" })),
        &[("*", "CONFIRMED* UNCONFIRMED* CLOSED*", "OK")],
    ),
    step(
        "projectReopen",
        |it| with(it, json!({ "reason": "问题没有解决" })),
        &[
            ("demand", "CONFIRMED_PARTLY CONFIRMED_NO CONFIRMED_CALLED", "OK"),
            ("demand", "CONFIRMED_LONG_AGO", "TOO_LATE"),
            ("demand", "CONFIRMED_TWICE_REOPENED", "REOPEN_LIMIT"),
            ("coordinator", "CONFIRMED_CALLED UNCONFIRMED_CALLED CLOSED_CALLED", "OK"),
            ("coordinator", "CONFIRMED* UNCONFIRMED CLOSED*", "CALL_BACK_FIRST"),
        ],
    ),
];

fn bare(it: &Object) -> Value {
    json!({ "project": it.id })
}

fn with(it: &Object, changes: Value) -> Value {
    crate::world::steps::with(&bare(it), changes)
}

fn refusal(it: &Object) -> Value {
    with(it, json!({ "ruling": "REFUSE", "reason": "理由不充分" }))
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
    enter_requests(tx, entry, &project, name)?;
    enter_call(tx, entry, &project, name)?;
    Ok(project)
}

fn enter_requests(tx: &mut Tx, entry: &Entry, project: &Project, name: &str) -> StoreResult<()> {
    let (asked_at, asked_by) = (start(), named("justice.lead"));
    let decision = Decision { at: start(), by: named("coordinator"), reason: None };
    let paused = match name {
        "ACTIVE_PAUSE_ASKED" => Some(PauseState::Asked),
        "PAUSED" => Some(PauseState::Running(decision)),
        _ => None,
    };
    if let Some(state) = paused {
        let note = Text::parse("").expect("a note");
        let (id, until) = (entry.id("pause"), date(2026, 12, 15));
        let reason = PauseReason::WaitingPolicy;
        store::project_pause::insert(tx, &Pause { id, project: project.id, reason, note, until, asked_at, asked_by, state })?;
    }
    if name == "ACTIVE_EXTENSION_ASKED" {
        let extension = Extension {
            id: entry.id("extension"),
            project: project.id,
            old_due_on: project.due_on,
            new_due_on: date(2026, 12, 15),
            workdays: 1,
            reason: reason(),
            asked_at,
            asked_by,
            state: ExtensionState::Asked,
        };
        store::project_extension::insert(tx, &extension)?;
    }
    Ok(())
}

/// A call in which the enterprise said what it thinks.
fn enter_call(tx: &mut Tx, entry: &Entry, project: &Project, name: &str) -> StoreResult<()> {
    let said = match name {
        "CONFIRMED_CALLED" | "UNCONFIRMED_CALLED" | "CLOSED_CALLED" => Solved::No,
        "CLOSED_CALLED_YES" => Solved::Yes,
        _ => return Ok(()),
    };
    let note = Text::parse("").expect("a note");
    let call = Call { at: start(), by: named("coordinator"), said: Some(said), note };
    let call = CallBack {
        id: entry.id("call"),
        district: project.district.clone(),
        project: project.id,
        draw: None,
        state: call_back::State::Done(call),
        created_at: start(),
    };
    store::call_back::insert(tx, &call)
}

fn state(name: &str) -> State {
    let summary = Text::parse("已完成讲解。").expect("a summary");
    let silent = name.starts_with("UNCONFIRMED") || name == "CLOSED_SILENT";
    let delivery = Delivery { at: earlier(), summary, confirm_due_at: later(), unconfirmed_at: silent.then(start) };
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
        "ACTIVE" | "ACTIVE_DONE" | "ACTIVE_WAIVED" | "ACTIVE_PAUSE_ASKED" | "ACTIVE_EXTENSION_ASKED" => {
            State::Active { reopened: None, progress_due_at: later() }
        }
        "PAUSED" => State::Paused { reopened: None, paused: paused() },
        "DELIVERED" => State::Delivered { delivery },
        "CONFIRMED_YES" => confirmed(Confirmation { solved: Solved::Yes, ..confirmation }),
        "CONFIRMED_PARTLY" => confirmed(Confirmation { solved: Solved::Partly, ..confirmation }),
        "CONFIRMED_NO" | "CONFIRMED_TWICE_REOPENED" | "CONFIRMED_CALLED" => confirmed(confirmation),
        "UNCONFIRMED" | "UNCONFIRMED_CALLED" => State::Unconfirmed { delivery, close_due_at: later() },
        "CLOSED_SILENT" => State::Closed { delivery, confirmation: None },
        "CONFIRMED_LONG_AGO" => confirmed(Confirmation { at: start() - SignedDuration::from_hours(24 * 30), ..confirmation }),
        "CLOSED" | "CLOSED_CALLED" | "CLOSED_CALLED_YES" => State::Closed { delivery, confirmation: Some(confirmation) },
        "CANCELLED" => State::Cancelled { reason: reason() },
        other => panic!("no project is {other}"),
    }
}

fn paused() -> Paused {
    let until = date(2026, 12, 15);
    Paused { at: start(), until, due_minutes: 540, progress_minutes: 540, progress_due_at: later() }
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_project_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &PROJECT).await;
}
