//! Claims that the coordinator dispatches: C2–C4, C6, C7 of the domain model.

use park_portal::{
    domain::claim::{Claim, Consent, Dispatch, Kind, Objection, Shortage, Side, State, Status},
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::json;
use strum::IntoEnumIterator;

use super::{
    Entry, Machine, Object, Step, Viewer,
    claim::{CANCEL, CANCEL_ASK, COORDINATES, bare, because},
    party, project,
    rows::{claim, demand, earlier, later, listed, reason},
    step, viewer,
};
use crate::world::{Db, named, start};

/// A claim that the coordinator has dispatched to justice on a demand of the mill.
pub const DISPATCH: Machine = Machine {
    noun: "dispatch",
    states: "PENDING PENDING_OBJECT_LATE PENDING_FINAL PENDING_FOR_DEMAND OBJECTED AGREED DECLINED WITHDRAWN LAPSED \
             SUPERSEDED CANCELLED ENDED",
    statuses: || Status::iter().map(Status::name).collect(),
    enter,
    steps: STEPS,
    viewers: VIEWERS,
};

const ANSWERS: &str = "claimConsent claimDecline claimCancelAsk claimCancelAgree";
const VIEWERS: &[Viewer] = &[
    party("mill.liaison", "demand", "*", ANSWERS),
    // The posting serves the mill.
    viewer("instructor", "*", ""),
    party("justice.official", "provider", "*", ANSWERS),
    party("justice.lead", "provider", "*", "claimConsent claimDecline claimCancelAsk claimCancelAgree claimObject"),
    viewer("circle.steward", "*", ""),
    viewer("coordinator", "*", COORDINATES),
];

/// The states in which the department is to answer.
const AT_PROVIDER: &str = "PENDING* -PENDING_FOR_DEMAND";
const STEPS: &[Step] = &[
    step(
        "claimConsent",
        bare,
        &[
            ("provider", AT_PROVIDER, "OK"),
            ("demand", AT_PROVIDER, "NOT_YOUR_TURN"),
            ("demand", "PENDING_FOR_DEMAND", "OK"),
            ("provider", "PENDING_FOR_DEMAND", "ALREADY_CONSENTED"),
            ("*", "AGREED", "ALREADY_CONSENTED"),
            ("*", "SUPERSEDED", "QUANTITY_EXCEEDED"),
        ],
    ),
    step(
        "claimDecline",
        because,
        &[
            ("provider", AT_PROVIDER, "OBJECT_INSTEAD"),
            ("demand", AT_PROVIDER, "NOT_YOUR_TURN"),
            ("demand", "PENDING_FOR_DEMAND", "OK"),
            ("provider", "PENDING_FOR_DEMAND", "ALREADY_CONSENTED"),
        ],
    ),
    // Neither side has made it, so neither takes it back.
    step("claimWithdraw", bare, &[]),
    step(
        "claimObject",
        because,
        &[
            ("*", "PENDING", "OK"),
            ("*", "PENDING_OBJECT_LATE", "TOO_LATE"),
            ("*", "PENDING_FINAL", "FINAL_DISPATCH"),
            ("*", "PENDING_FOR_DEMAND", "ALREADY_CONSENTED"),
        ],
    ),
    step(
        "claimObjectionDecide/uphold",
        |it| json!({ "claim": it.id, "ruling": "UPHOLD", "reason": "另行派单" }),
        &[("*", "OBJECTED", "OK")],
    ),
    step("claimObjectionDecide/dismiss", |it| json!({ "claim": it.id, "ruling": "DISMISS" }), &[("*", "OBJECTED", "OK")]),
    step("claimDispatchWithdraw", bare, &[("*", "PENDING* OBJECTED", "OK")]),
    CANCEL_ASK,
    step("claimCancelAgree", bare, &[]),
    CANCEL,
];

fn enter(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let mut demand = demand(entry, "demand", listed());
    demand.agreed = u32::from(entry.state == "AGREED");
    store::demand::insert(tx, &demand)?;
    let consent = |by: &str| Some(Consent { at: start(), by: named(by) });
    let objection = Objection { at: earlier(), by: named("justice.lead"), reason: reason(), decide_by: later() };
    let plain = claim(entry, Kind::Dispatch, &demand, None, "justice", state(entry.state));
    let claim = match entry.state {
        "PENDING_OBJECT_LATE" => Claim { dispatch: Some(Dispatch::open(earlier())), ..plain },
        "PENDING_FINAL" => Claim { dispatch: Some(Dispatch { object_by: None, objection: Some(objection) }), ..plain },
        "PENDING_FOR_DEMAND" => Claim { provider_consent: consent("justice.lead"), ..plain },
        "OBJECTED" => Claim { dispatch: Some(Dispatch { object_by: Some(later()), objection: Some(objection) }), ..plain },
        _ => plain,
    };
    store::claim::insert(tx, &claim)?;
    if entry.state == "AGREED" {
        project::enter_of(tx, entry, &claim, "PLANNED")?;
    }
    Ok(Object::of(claim.id))
}

fn state(name: &str) -> State {
    match name {
        "PENDING_FOR_DEMAND" => State::Pending { missing: Side::Demand },
        "OBJECTED" => State::Objected,
        "AGREED" => State::Agreed,
        "DECLINED" => State::Declined { reason: reason() },
        "WITHDRAWN" => State::Withdrawn,
        "LAPSED" => State::Lapsed,
        "SUPERSEDED" => State::Superseded { by: Shortage::Quantity },
        "CANCELLED" => State::Cancelled { reason: reason() },
        "ENDED" => State::Ended { reason: reason() },
        _ => State::Pending { missing: Side::Provider },
    }
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_dispatch_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &DISPATCH).await;
}
