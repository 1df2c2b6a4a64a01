//! Demands: D1–D5, D7 and D9–D11 of the domain model, and the offers that are made on them (C1).

use jiff::civil::date;
use park_portal::{
    domain::{
        claim::{self, Kind, Side},
        demand::{Appeal, Demand, Dismissal, Outcome, State, Status},
    },
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{
    Entry, Machine, Object, Step, Viewer, making,
    rows::{QUANTITY, claim, decided, demand, earlier, later, listed, objection, plan, reason},
    step, viewer,
};
use crate::world::{
    Db, named,
    steps::{category_id, organisation_id},
};

/// A demand of the mill in the mall that the whole district sees once it is listed.
pub const DEMAND: Machine = Machine {
    noun: "demand",
    states: "DRAFT DRAFT_BEHALF SUBMITTED SUBMITTED_NO_DUTY RETURNED LISTED LISTED_CLAIMED LISTED_AGREED LISTED_FULL MERGED \
             PARKED EXPIRED EXPIRED_LONG_AGO CLOSED_WITHDRAWN CLOSED_SATISFIED CLOSED_DECIDED CLOSED_DECIDED_LONG_AGO \
             CLOSED_OBJECTED CLOSED_DISMISSED",
    statuses: || Status::iter().map(Status::name).collect(),
    enter,
    steps: STEPS,
    viewers: VIEWERS,
};

/// What whoever looks after demands does with them.
const HANDLES: &str = "demandRevise demandSubmit demandReturn demandList demandMerge";
/// The same with what only the coordinator decides.
const DECIDES: &str = "demandRevise demandSubmit demandReturn demandList demandMerge demandPark demandClose demandObjectionDecide* \
                       claimDispatch";
const VIEWERS: &[Viewer] = &[
    viewer("mill.liaison", "*", "demandRevise demandSubmit demandWithdraw demandObject demandRenew claimOffer/own"),
    viewer("bakery.liaison", "LISTED*", "claimOffer/enterprise"),
    viewer("forge.liaison", "LISTED*", ""),
    viewer("justice.official", "LISTED*", "claimOffer"),
    viewer("justice.lead", "LISTED*", "claimOffer"),
    viewer("labour.official", "LISTED*", ""),
    viewer("labour.lead", "LISTED*", ""),
    viewer("instructor", "*", "demandRevise demandSubmit"),
    viewer("justice.reviewer", "LISTED*", ""),
    viewer("org.reviewer", "LISTED*", ""),
    viewer("circle.steward", "* -DRAFT", HANDLES),
    viewer("plant.steward", "LISTED*", ""),
    viewer("coordinator", "* -DRAFT*", DECIDES),
];

const STEPS: &[Step] = &[
    step(
        "demandRevise",
        |it| with(it, json!({ "category": category_id("LEGAL"), "title": "另一个题目", "quantity": 5, "unit": "次" })),
        &[("*", "DRAFT* RETURNED", "OK")],
    ),
    step("demandSubmit", bare, &[("*", "DRAFT* RETURNED", "OK")]),
    step("demandReturn", because, &[("*", "SUBMITTED*", "OK")]),
    step("demandList", bare, &[("*", "SUBMITTED", "OK"), ("*", "SUBMITTED_NO_DUTY", "late NO_DUTY_UNIT")]),
    step("demandMerge", |it| with(it, json!({ "into": it.get("target") })), &[("*", "SUBMITTED*", "OK")]),
    // Not while a claim is agreed.
    step("demandWithdraw", because, &[("*", "DRAFT* SUBMITTED* RETURNED LISTED LISTED_CLAIMED PARKED", "OK")]),
    step(
        "demandPark",
        |it| with(it, json!({ "reason": "情况有变", "reviewOn": "2026-12-01" })),
        &[("*", "LISTED LISTED_CLAIMED", "OK")],
    ),
    // Nothing of what is agreed here has a project that is open.
    step(
        "demandClose",
        |it| with(it, json!({ "outcome": "NOT_FEASIBLE", "explanation": "无单位可以承接" })),
        &[("*", "LISTED* PARKED", "OK")],
    ),
    step("demandObject", because, &[("*", "CLOSED_DECIDED", "OK"), ("*", "CLOSED_DECIDED_LONG_AGO", "TOO_LATE")]),
    step("demandObjectionDecide/uphold", |it| answer(it, "UPHOLD"), &[("*", "CLOSED_OBJECTED", "OK")]),
    step("demandObjectionDecide/dismiss", |it| answer(it, "DISMISS"), &[("*", "CLOSED_OBJECTED", "OK")]),
    step(
        "demandRenew",
        |it| with(it, json!({ "desiredTo": "2026-12-31" })),
        &[("*", "EXPIRED", "OK"), ("*", "EXPIRED_LONG_AGO", "TOO_LATE")],
    ),
    making(
        "claimOffer",
        |it| offer(it, "justice"),
        &[
            ("*", "LISTED LISTED_AGREED", "OK"),
            ("*", "LISTED_CLAIMED", "DUPLICATE_CLAIM"),
            ("*", "LISTED_FULL", "QUANTITY_EXCEEDED"),
        ],
    ),
    making(
        "claimOffer/enterprise",
        |it| offer(it, "bakery"),
        &[("*", "LISTED LISTED_CLAIMED LISTED_AGREED", "OK"), ("*", "LISTED_FULL", "QUANTITY_EXCEEDED")],
    ),
    making(
        "claimDispatch",
        |it| offer(it, "justice"),
        &[
            ("*", "LISTED LISTED_AGREED", "OK"),
            ("*", "LISTED_CLAIMED", "DUPLICATE_CLAIM"),
            ("*", "LISTED_FULL", "QUANTITY_EXCEEDED"),
        ],
    ),
    making("claimOffer/own", |it| offer(it, "mill"), &[("*", "LISTED*", "OWN_DEMAND")]),
];

fn bare(it: &Object) -> Value {
    json!({ "demand": it.id })
}

fn with(it: &Object, changes: Value) -> Value {
    crate::world::steps::with(&bare(it), changes)
}

fn because(it: &Object) -> Value {
    with(it, json!({ "reason": "情况有变" }))
}

fn answer(it: &Object, ruling: &str) -> Value {
    with(it, json!({ "ruling": ruling, "reason": "已核实" }))
}

fn offer(it: &Object, provider: &str) -> Value {
    json!({ "demand": it.id, "provider": organisation_id(provider), "quantity": 1, "plan": plan() })
}

fn enter(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let target = demand(entry, "target", listed());
    store::demand::insert(tx, &target)?;
    let state = match entry.state {
        "DRAFT" | "DRAFT_BEHALF" => State::Draft,
        "SUBMITTED" | "SUBMITTED_NO_DUTY" => State::Submitted { triage_due_at: later() },
        "RETURNED" => State::Returned { reason: reason() },
        "LISTED" | "LISTED_CLAIMED" | "LISTED_AGREED" | "LISTED_FULL" => listed(),
        "MERGED" => State::Merged { into: target.id },
        "CLOSED_WITHDRAWN" => State::Closed { outcome: Outcome::Withdrawn, reason: Some(reason()), appeal: None },
        "CLOSED_SATISFIED" => State::Closed { outcome: Outcome::Satisfied, reason: None, appeal: None },
        "CLOSED_DECIDED" | "CLOSED_DECIDED_LONG_AGO" => decided(None),
        "CLOSED_OBJECTED" => decided(Some(objection(None))),
        "CLOSED_DISMISSED" => decided(Some(objection(Some(Dismissal { at: earlier(), reason: reason() })))),
        "PARKED" => State::Parked { reason: reason(), review_on: date(2026, 12, 1) },
        "EXPIRED" => State::Expired { at: earlier(), renew_until: date(2026, 11, 23) },
        "EXPIRED_LONG_AGO" => State::Expired { at: earlier(), renew_until: date(2026, 11, 22) },
        other => panic!("no demand is {other}"),
    };
    let mut demand = demand(entry, "demand", state);
    match entry.state {
        "DRAFT_BEHALF" => demand.created_by = named("circle.steward"),
        "SUBMITTED_NO_DUTY" => demand.terms.category = named("OTHER"),
        "CLOSED_DECIDED_LONG_AGO" => {
            demand.state = State::Closed {
                outcome: Outcome::OutOfScope,
                reason: Some(reason()),
                appeal: Some(Appeal { object_due_at: earlier(), objection: None }),
            };
        }
        "LISTED_AGREED" => demand.agreed = 1,
        "LISTED_FULL" | "CLOSED_SATISFIED" => demand.agreed = QUANTITY,
        _ => {}
    }
    store::demand::insert(tx, &demand)?;
    enter_claim(tx, entry, &demand)?;
    Ok(Object::of(demand.id).with("target", target.id))
}

fn enter_claim(tx: &mut Tx, entry: &Entry, demand: &Demand) -> StoreResult<()> {
    let (provider, state) = match entry.state {
        "LISTED_CLAIMED" => ("justice", claim::State::Pending { missing: Side::Demand }),
        "LISTED_AGREED" | "LISTED_FULL" => ("labour", claim::State::Agreed),
        _ => return Ok(()),
    };
    store::claim::insert(tx, &claim(entry, Kind::Offer, demand, None, provider, state))
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_demand_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &DEMAND).await;
}
