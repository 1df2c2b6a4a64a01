//! Resources: drafting, listing, pausing, assuring, retiring; and the claims that are made on them
//! in both directions (C1).

use park_portal::{
    domain::{
        claim::{self, Kind, Side},
        resource::{State, Status},
    },
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{
    Entry, Machine, Object, Step, making,
    rows::{claim, demand, enter_used, listed, plan, reason, resource},
    step, viewer,
};
use crate::world::{
    Db,
    steps::{organisation_id, resource_input},
};

const STATES: &str = "DRAFT LISTED LISTED_USED PAUSED PAUSED_CLAIMED STALE RETIRED";

/// A resource of a department that sits nowhere, so no steward looks after it.
pub const OF_A_DEPARTMENT: Machine = Machine {
    noun: "a department's resource",
    states: STATES,
    statuses: || Status::iter().map(Status::name).collect(),
    enter: |tx, entry| enter(tx, entry, "justice"),
    steps: STEPS,
    viewers: &[
        viewer("mill.liaison", "LISTED* PAUSED_CLAIMED", "claimRequest"),
        viewer("bakery.liaison", "LISTED*", ""),
        viewer("forge.liaison", "LISTED*", ""),
        viewer("justice.official", "*", "resourceRevise resourceAssure claimOffer"),
        viewer("justice.lead", "*", "resource* claimOffer"),
        viewer("labour.official", "LISTED*", ""),
        viewer("labour.lead", "LISTED*", ""),
        viewer("instructor", "LISTED* PAUSED_CLAIMED", ""),
        viewer("justice.reviewer", "LISTED*", ""),
        viewer("org.reviewer", "LISTED*", ""),
        viewer("circle.steward", "LISTED*", ""),
        viewer("plant.steward", "LISTED*", ""),
        viewer("coordinator", "* -DRAFT", "resource*"),
    ],
};

/// A resource of the bakery, which sits in the circle.
pub const OF_AN_ENTERPRISE: Machine = Machine {
    noun: "an enterprise's resource",
    enter: |tx, entry| enter(tx, entry, "bakery"),
    viewers: &[
        viewer("mill.liaison", "LISTED* PAUSED_CLAIMED", "claimRequest"),
        viewer("bakery.liaison", "*", "resource* claimOffer"),
        viewer("forge.liaison", "LISTED*", ""),
        viewer("justice.official", "LISTED*", ""),
        viewer("justice.lead", "LISTED*", ""),
        viewer("labour.official", "LISTED*", ""),
        viewer("labour.lead", "LISTED*", ""),
        viewer("instructor", "LISTED* PAUSED_CLAIMED", ""),
        viewer("justice.reviewer", "LISTED*", ""),
        viewer("org.reviewer", "LISTED*", ""),
        viewer("circle.steward", "* -DRAFT", "resource*"),
        viewer("plant.steward", "LISTED*", ""),
        viewer("coordinator", "* -DRAFT", "resource*"),
    ],
    ..OF_A_DEPARTMENT
};

const STEPS: &[Step] = &[
    step("resourceRevise", revision, &[("*", "DRAFT", "OK")]),
    step("resourceList", bare, &[("*", "DRAFT", "OK")]),
    step("resourcePause", |it| with(it, json!({ "reason": "设备检修", "until": "2026-12-31" })), &[("*", "LISTED*", "OK")]),
    step("resourceResume", bare, &[("*", "PAUSED*", "OK")]),
    step("resourceAssure", bare, &[("*", "LISTED* STALE", "OK")]),
    // Three are agreed where it is used.
    step(
        "resourceCapacitySet",
        |it| with(it, json!({ "capacity": 2 })),
        &[("*", "LISTED_USED", "late CAPACITY_EXCEEDED"), ("*", "LISTED PAUSED* STALE", "OK")],
    ),
    step("resourceRetire", |it| with(it, json!({ "reason": "不再提供" })), &[("*", "* -RETIRED", "OK")]),
    making(
        "claimRequest",
        |it| claiming(it, "claimRequest"),
        &[("*", "LISTED", "OK"), ("*", "LISTED_USED", "CAPACITY_EXCEEDED"), ("*", "PAUSED_CLAIMED", "RESOURCE_UNAVAILABLE")],
    ),
    making(
        "claimOffer",
        |it| claiming(it, "claimOffer"),
        &[("*", "LISTED", "OK"), ("*", "LISTED_USED", "CAPACITY_EXCEEDED"), ("*", "*", "RESOURCE_UNAVAILABLE")],
    ),
];

fn bare(it: &Object) -> Value {
    json!({ "resource": it.id })
}

fn with(it: &Object, changes: Value) -> Value {
    crate::world::steps::with(&bare(it), changes)
}

fn revision(it: &Object) -> Value {
    let mut terms = with(it, resource_input());
    terms.as_object_mut().expect("an object").remove("organisation");
    terms
}

fn claiming(it: &Object, mutation: &str) -> Value {
    let mut input = with(it, json!({ "demand": it.get("demand"), "quantity": 2, "plan": plan() }));
    if mutation == "claimOffer" {
        input["provider"] = json!(organisation_id(it.get("owner")));
    }
    input
}

fn enter(tx: &mut Tx, entry: &Entry, owner: &str) -> StoreResult<Object> {
    let state = match entry.state {
        "DRAFT" => State::Draft,
        "LISTED" | "LISTED_USED" => State::Listed,
        "PAUSED" | "PAUSED_CLAIMED" => State::Paused { reason: reason(), until: jiff::civil::date(2026, 12, 31) },
        "STALE" => State::Stale,
        "RETIRED" => State::Retired { reason: reason() },
        other => panic!("no resource is {other}"),
    };
    let resource = resource(entry, "resource", owner, state);
    enter_used(tx, &resource, if entry.state == "LISTED_USED" { 3 } else { 0 })?;
    let wanted = demand(entry, "demand", listed());
    store::demand::insert(tx, &wanted)?;
    if entry.state == "PAUSED_CLAIMED" {
        let other = demand(entry, "other", listed());
        store::demand::insert(tx, &other)?;
        let waiting = claim::State::Pending { missing: Side::Provider };
        store::claim::insert(tx, &claim(entry, Kind::Request, &other, Some(&resource), owner, waiting))?;
    }
    Ok(Object::of(resource.id).with("demand", wanted.id).with("owner", owner))
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_departments_resource_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &OF_A_DEPARTMENT).await;
}

#[rstest]
#[tokio::test]
async fn every_triple_of_an_enterprises_resource_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &OF_AN_ENTERPRISE).await;
}
