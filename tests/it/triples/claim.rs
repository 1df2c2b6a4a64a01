//! Claims in both directions: C2–C4 and C8 of the domain model.

use park_portal::{
    domain::{
        claim::{CancelAsk, Claim, Kind, Shortage, Side, State, Status},
        demand::{self, Outcome},
        resource,
    },
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{
    Entry, Machine, Object, Step, Viewer, party, project,
    rows::{QUANTITY, claim, demand, earlier, enter_used, later, listed, reason, resource},
    step, viewer,
};
use crate::world::Db;

/// A claim that justice has made on a demand of the mill, with a resource of its own.
pub const OFFER: Machine = Machine {
    noun: "offer",
    states: "PENDING PENDING_UNLISTED PENDING_PAUSED PENDING_NO_QUANTITY PENDING_NO_CAPACITY AGREED AGREED_ASKED_BY_DEMAND \
             AGREED_ASKED_BY_PROVIDER AGREED_ASKED_LONG_AGO AGREED_PAUSED AGREED_DELIVERED AGREED_DELIVERED_ASKED DECLINED WITHDRAWN LAPSED \
             SUPERSEDED_QUANTITY SUPERSEDED_CAPACITY CANCELLED ENDED",
    // Only what is dispatched is objected to.
    statuses: || Status::iter().filter(|status| *status != Status::Objected).map(Status::name).collect(),
    enter: |tx, entry| enter(tx, entry, Kind::Offer, "justice"),
    steps: STEPS,
    viewers: OFFER_VIEWERS,
};

/// A claim that the mill has made on a resource of justice.
pub const REQUEST: Machine = Machine {
    noun: "request",
    enter: |tx, entry| enter(tx, entry, Kind::Request, "justice"),
    steps: REQUEST_STEPS,
    viewers: REQUEST_VIEWERS,
    ..OFFER
};

/// A claim that another enterprise has made on a demand of the mill: its liaison acts as a department's
/// people do, which a state of each sort shows.
pub const ENTERPRISE_OFFER: Machine = Machine {
    noun: "an enterprise's offer",
    states: "PENDING AGREED AGREED_ASKED_BY_DEMAND AGREED_ASKED_BY_PROVIDER DECLINED",
    statuses: Vec::new,
    enter: |tx, entry| enter(tx, entry, Kind::Offer, "bakery"),
    viewers: ENTERPRISE_VIEWERS,
    ..OFFER
};

/// What either side may do; whoever made the claim may take it back as well.
const EITHER: &str = "claimConsent claimDecline claimCancelAsk claimCancelAgree";
const PROPOSER: &str = "claimConsent claimDecline claimCancelAsk claimCancelAgree claimWithdraw";

/// What only a coordinator does with claims.
pub const COORDINATES: &str = "claimCancel claimDispatchWithdraw claimObjectionDecide*";

const OFFER_VIEWERS: &[Viewer] = &[
    party("mill.liaison", "demand", "*", EITHER),
    // The posting serves the mill.
    viewer("instructor", "*", ""),
    party("justice.official", "provider", "*", PROPOSER),
    party("justice.lead", "provider", "*", "claimObject claimConsent claimDecline claimCancelAsk claimCancelAgree claimWithdraw"),
    viewer("circle.steward", "*", ""),
    viewer("coordinator", "*", COORDINATES),
];
const REQUEST_VIEWERS: &[Viewer] = &[
    party("mill.liaison", "demand", "*", PROPOSER),
    // The posting serves the mill.
    viewer("instructor", "*", ""),
    party("justice.official", "provider", "*", EITHER),
    party("justice.lead", "provider", "*", "claimObject claimConsent claimDecline claimCancelAsk claimCancelAgree"),
    viewer("circle.steward", "*", ""),
    viewer("coordinator", "*", COORDINATES),
];
const ENTERPRISE_VIEWERS: &[Viewer] = &[
    party("mill.liaison", "demand", "*", EITHER),
    // The posting serves the mill.
    viewer("instructor", "*", ""),
    party("bakery.liaison", "provider", "*", PROPOSER),
    viewer("circle.steward", "*", ""),
    viewer("coordinator", "*", COORDINATES),
];

/// An offer waits for the enterprise.
const STEPS: &[Step] = &[
    step(
        "claimConsent",
        bare,
        &[
            ("provider", "PENDING* AGREED*", "ALREADY_CONSENTED"),
            ("demand", "PENDING", "OK"),
            ("demand", "PENDING_UNLISTED", "INVALID_STATE"),
            ("demand", "PENDING_PAUSED", "RESOURCE_UNAVAILABLE"),
            ("demand", "PENDING_NO_QUANTITY", "late QUANTITY_EXCEEDED"),
            ("demand", "PENDING_NO_CAPACITY", "late CAPACITY_EXCEEDED"),
            ("demand", "AGREED*", "ALREADY_CONSENTED"),
            // What was left went to somebody else, whatever version was sent.
            ("demand provider", "SUPERSEDED_QUANTITY", "QUANTITY_EXCEEDED"),
            ("demand provider", "SUPERSEDED_CAPACITY", "CAPACITY_EXCEEDED"),
        ],
    ),
    step("claimDecline", because, &[("demand", "PENDING*", "OK"), ("provider", "PENDING*", "ALREADY_CONSENTED")]),
    WITHDRAW,
    NEVER_OBJECTED,
    NEVER_RULED,
    NEVER_RECALLED,
    CANCEL_ASK,
    CANCEL_AGREE,
    CANCEL,
];

/// A request waits for the provider.
const REQUEST_STEPS: &[Step] = &[
    step(
        "claimConsent",
        bare,
        &[
            ("demand", "PENDING* AGREED*", "ALREADY_CONSENTED"),
            ("provider", "PENDING", "OK"),
            ("provider", "PENDING_UNLISTED", "INVALID_STATE"),
            ("provider", "PENDING_PAUSED", "RESOURCE_UNAVAILABLE"),
            ("provider", "PENDING_NO_QUANTITY", "late QUANTITY_EXCEEDED"),
            ("provider", "PENDING_NO_CAPACITY", "late CAPACITY_EXCEEDED"),
            ("provider", "AGREED*", "ALREADY_CONSENTED"),
            ("demand provider", "SUPERSEDED_QUANTITY", "QUANTITY_EXCEEDED"),
            ("demand provider", "SUPERSEDED_CAPACITY", "CAPACITY_EXCEEDED"),
        ],
    ),
    step("claimDecline", because, &[("provider", "PENDING*", "OK"), ("demand", "PENDING*", "ALREADY_CONSENTED")]),
    WITHDRAW,
    NEVER_OBJECTED,
    NEVER_RULED,
    NEVER_RECALLED,
    CANCEL_ASK,
    CANCEL_AGREE,
    CANCEL,
];

/// What is done to dispatches only is possible in no state of another kind.
const NEVER_OBJECTED: Step = step("claimObject", because, &[]);
const NEVER_RULED: Step = step("claimObjectionDecide", |it| json!({ "claim": it.id, "ruling": "DISMISS" }), &[]);
const NEVER_RECALLED: Step = step("claimDispatchWithdraw", bare, &[]);
const WITHDRAW: Step = step("claimWithdraw", bare, &[("*", "PENDING*", "OK")]);
// A request that nobody answered in time does not stand in the way of a new one.
pub const CANCEL_ASK: Step = step("claimCancelAsk", because, &[("*", "AGREED AGREED_PAUSED AGREED_ASKED_LONG_AGO", "OK")]);
const CANCEL_AGREE: Step = step(
    "claimCancelAgree",
    bare,
    &[
        ("provider", "AGREED_ASKED_BY_DEMAND", "OK"),
        ("demand", "AGREED_ASKED_BY_DEMAND", "ALREADY_CONSENTED"),
        ("demand", "AGREED_ASKED_BY_PROVIDER", "OK"),
        ("provider", "AGREED_ASKED_BY_PROVIDER", "ALREADY_CONSENTED"),
        ("*", "AGREED_ASKED_LONG_AGO", "TOO_LATE"),
        // Asked by the demand's side, before the work was delivered.
        ("demand", "AGREED_DELIVERED_ASKED", "ALREADY_CONSENTED"),
    ],
);
pub const CANCEL: Step = step("claimCancel", because, &[("*", "AGREED* -AGREED_DELIVERED*", "OK")]);

pub fn bare(it: &Object) -> Value {
    json!({ "claim": it.id })
}

pub fn because(it: &Object) -> Value {
    json!({ "claim": it.id, "reason": "情况有变" })
}

fn enter(tx: &mut Tx, entry: &Entry, kind: Kind, provider: &str) -> StoreResult<Object> {
    let is_agreed = entry.state.starts_with("AGREED");
    let mut demand = demand(entry, "demand", listed());
    demand.agreed = match entry.state {
        "PENDING_NO_QUANTITY" => QUANTITY,
        _ => u32::from(is_agreed),
    };
    if entry.state == "PENDING_UNLISTED" {
        demand.state = demand::State::Closed { outcome: Outcome::Withdrawn, reason: Some(reason()), appeal: None };
    }
    store::demand::insert(tx, &demand)?;
    let until = jiff::civil::date(2026, 12, 31);
    let shown = match entry.state {
        "PENDING_PAUSED" => resource::State::Paused { reason: reason(), until },
        _ => resource::State::Listed,
    };
    let resource = resource(entry, "resource", provider, shown);
    let used = if entry.state == "PENDING_NO_CAPACITY" { QUANTITY } else { u32::from(is_agreed) };
    enter_used(tx, &resource, used)?;
    let claim = claim(entry, kind, &demand, Some(&resource), provider, state(entry.state, kind));
    let claim = Claim { cancel_ask: cancel_ask(entry.state), ..claim };
    store::claim::insert(tx, &claim)?;
    if is_agreed {
        let status = match entry.state {
            "AGREED_DELIVERED" | "AGREED_DELIVERED_ASKED" => "DELIVERED",
            "AGREED_PAUSED" => "PAUSED",
            _ => "PLANNED",
        };
        project::enter_of(tx, entry, &claim, status)?;
    }
    Ok(Object::of(claim.id))
}

fn state(name: &str, kind: Kind) -> State {
    match name.split('_').next().unwrap_or(name) {
        "PENDING" => State::Pending { missing: kind.first_asked() },
        "AGREED" => State::Agreed,
        "DECLINED" => State::Declined { reason: reason() },
        "WITHDRAWN" => State::Withdrawn,
        "LAPSED" => State::Lapsed,
        "SUPERSEDED" if name == "SUPERSEDED_QUANTITY" => State::Superseded { by: Shortage::Quantity },
        "SUPERSEDED" => State::Superseded { by: Shortage::Capacity },
        "CANCELLED" => State::Cancelled { reason: reason() },
        "ENDED" => State::Ended { reason: reason() },
        other => panic!("no claim is {other}"),
    }
}

fn cancel_ask(name: &str) -> Option<CancelAsk> {
    let (side, respond_by) = match name {
        "AGREED_ASKED_BY_PROVIDER" => (Side::Provider, later()),
        "AGREED_ASKED_LONG_AGO" => (Side::Demand, earlier()),
        "AGREED_ASKED_BY_DEMAND" | "AGREED_DELIVERED_ASKED" => (Side::Demand, later()),
        _ => return None,
    };
    Some(CancelAsk { side, at: earlier(), reason: reason(), respond_by })
}

#[rstest]
#[tokio::test]
async fn every_triple_of_an_offer_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &OFFER).await;
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_request_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &REQUEST).await;
}

#[rstest]
#[tokio::test]
async fn every_triple_of_an_enterprises_offer_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &ENTERPRISE_OFFER).await;
}
