//! Demands: D1–D5 and D9 of the domain model, and the offers that are made on them (C1).

use park_portal::{
    domain::{
        claim::{self, Kind, Side},
        demand::{Demand, Outcome, State, Status},
    },
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{
    Entry, Machine, Object, Step, Viewer, making,
    rows::{QUANTITY, claim, demand, later, listed, plan, reason},
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
             CLOSED_WITHDRAWN CLOSED_SATISFIED",
    statuses: || Status::iter().map(Status::name).collect(),
    enter,
    steps: STEPS,
    viewers: VIEWERS,
};

const VIEWERS: &[Viewer] = &[
    viewer("mill.liaison", "*", "demandRevise demandSubmit demandWithdraw claimOffer/own"),
    viewer("bakery.liaison", "LISTED*", "claimOffer/enterprise"),
    viewer("forge.liaison", "LISTED*", ""),
    viewer("justice.official", "LISTED*", "claimOffer"),
    viewer("justice.lead", "LISTED*", "claimOffer"),
    viewer("labour.official", "LISTED*", ""),
    viewer("labour.lead", "LISTED*", ""),
    viewer("circle.steward", "* -DRAFT", "demand* -demandWithdraw"),
    viewer("plant.steward", "LISTED*", ""),
    viewer("coordinator", "* -DRAFT*", "demand* -demandWithdraw"),
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
    step("demandWithdraw", because, &[("*", "DRAFT* SUBMITTED* RETURNED LISTED LISTED_CLAIMED", "OK")]),
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
        "CLOSED_WITHDRAWN" => State::Closed { outcome: Outcome::Withdrawn, reason: Some(reason()) },
        "CLOSED_SATISFIED" => State::Closed { outcome: Outcome::Satisfied, reason: None },
        other => panic!("no demand is {other}"),
    };
    let mut demand = demand(entry, "demand", state);
    match entry.state {
        "DRAFT_BEHALF" => demand.created_by = named("circle.steward"),
        "SUBMITTED_NO_DUTY" => demand.terms.category = named("OTHER"),
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
