//! Places, and what begins in them: tenancies, branches, places inside.

use park_portal::{
    domain::place::Status,
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{Entry, Machine, Object, Viewer, making, rows::place, step, viewer};
use crate::world::{Db, steps::organisation_id};

/// A place in the circle, seen by every business role and the two administrators.
pub const PLACE: Machine = Machine {
    noun: "place",
    states: "PLANNED OPEN CLOSED",
    statuses: || Status::iter().map(<&str>::from).collect(),
    enter,
    steps: &[
        step("placeOpen", bare, &[("*", "PLANNED", "OK")]),
        step("placeClose", bare, &[("*", "PLANNED OPEN", "OK")]),
        making("placeCreate/inside", inside, &[("*", "PLANNED OPEN", "OK")]),
        making("tenancyStart", tenancy, &[("*", "PLANNED OPEN", "OK")]),
        // Whether a place must be open for it is decided with the branch, not with the proposal.
        making("branchPropose", proposal, &[("*", "*", "OK")]),
    ],
    viewers: VIEWERS,
};

const VIEWERS: &[Viewer] = &[
    viewer("mill.liaison", "*", ""),
    viewer("bakery.liaison", "*", ""),
    viewer("forge.liaison", "*", ""),
    viewer("justice.official", "*", ""),
    viewer("justice.lead", "*", ""),
    viewer("labour.official", "*", ""),
    viewer("labour.lead", "*", ""),
    viewer("instructor", "*", ""),
    viewer("justice.reviewer", "*", ""),
    viewer("org.reviewer", "*", ""),
    viewer("circle.steward", "*", "tenancyStart branchPropose"),
    viewer("plant.steward", "*", ""),
    viewer("coordinator", "*", "place* tenancyStart"),
    viewer("sysadmin", "*", ""),
    viewer("secadmin", "*", ""),
];

fn bare(it: &Object) -> Value {
    json!({ "place": it.id })
}

fn inside(it: &Object) -> Value {
    json!({
        "kind": "OFFICE_BUILDING", "name": format!("内{}", it.id), "dominance": "PROPERTY_LED", "parent": it.id,
        "division": "420105006", "address": "测试路 3 号",
    })
}

fn tenancy(it: &Object) -> Value {
    json!({ "organisation": organisation_id("bakery"), "place": it.id, "unit": "3 层", "from": "2026-11-23" })
}

fn proposal(it: &Object) -> Value {
    json!({
        "kind": "HUB", "place": it.id, "name": format!("支部{}", it.id), "form": "BRANCH",
        "lead": organisation_id("street"), "memberCount": 6,
    })
}

fn enter(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let status = entry.state.parse().expect("a status");
    let place = place(entry, "place", status);
    store::place::insert(tx, &place)?;
    Ok(Object::of(place.id))
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_place_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &PLACE).await;
}
