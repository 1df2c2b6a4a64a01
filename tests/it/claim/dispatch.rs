//! Dispatching and lapsing: what happens when nobody answers, and who has the last word.

use jiff::SignedDuration;
use park_portal::ops::upkeep;
use rstest::rstest;
use serde_json::{Value, json};

use super::{answer, look, offer_input, offered};
use crate::world::{
    Db, World,
    steps::{self, Made, listed_demand},
};

async fn dispatched(world: &World, demand: &Made) -> Made {
    let reply = world.mutate("coordinator", "claimDispatch", "claim { id version }", offer_input(demand, json!({}))).await;
    Made { id: reply.text("/claim/id"), version: 1 }
}

/// To the end of the office hours of the n-th working day of the week that the world begins with
/// (Tuesday is the first), and a second more.
fn past_working_day(number: i64) -> SignedDuration {
    SignedDuration::from_secs(number * 24 * 3600 + 8 * 3600 + 30 * 60 + 1)
}

#[rstest]
#[tokio::test]
async fn a_dispatch_is_asked_of_the_department_and_then_of_the_enterprise(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let fields = "claim { id kind status waitsFor respondBy objectBy isFinal objection { reason } demandConsent { at } \
        providerConsent { at } viewerCanDecideObjection viewerCanWithdrawDispatch viewerCanObject }";
    let reply = world.mutate("coordinator", "claimDispatch", fields, offer_input(&demand, json!({}))).await;
    let id = reply.text("/claim/id");
    assert_eq!(
        reply.done("/claim"),
        &json!({
            "id": id, "kind": "DISPATCH", "status": "PENDING", "waitsFor": "PROVIDER", "respondBy": "2026-11-26T09:30:00Z",
            "objectBy": "2026-11-24T09:30:00Z", "isFinal": false, "objection": null, "demandConsent": null,
            "providerConsent": null, "viewerCanDecideObjection": true, "viewerCanWithdrawDispatch": true,
            "viewerCanObject": false,
        })
    );
    assert_eq!(world.last_effects()[0]["facts"]["object_by"], "2026-11-24T09:30:00Z");
    let claim = Made { id, version: 1 };
    assert_eq!(answer(&world, "mill.liaison", "claimConsent", &claim, json!({})).await.code(), "NOT_YOUR_TURN");
    world.advance(SignedDuration::from_hours(24)).await;
    let once = answer(&world, "justice.official", "claimConsent", &claim, json!({})).await;
    assert_eq!((once.done("/claim/status"), once.done("/claim/settledAt")), (&json!("PENDING"), &Value::Null));
    assert_eq!(
        world.last_effects(),
        [json!({
            "object": claim.id, "from": "PENDING", "to": "PENDING",
            // The enterprise has its three working days from Tuesday on.
            "facts": { "side": "PROVIDER", "respond_by": "2026-11-27T09:30:00Z" },
        })]
    );
    assert_eq!(look(&world, &claim, "/waitsFor").await, "DEMAND");
    assert_eq!((world.count("project").await, world.number("SELECT agreed_quantity FROM demand").await), (0, 0));
    let agreed = answer(&world, "mill.liaison", "claimConsent", &Made { version: 2, ..claim.clone() }, json!({})).await;
    assert_eq!(agreed.done("/claim/status"), "AGREED");
    assert_eq!(look(&world, &claim, "/project/status").await, "PLANNED");
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn an_objection_is_upheld_or_the_dispatch_is_final(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let reason = json!({ "reason": "不属于本单位职责" });
    let claim = dispatched(&world, &demand).await;
    let declined = answer(&world, "justice.lead", "claimDecline", &claim, reason.clone()).await;
    assert_eq!(declined.code(), "OBJECT_INSTEAD");
    // An official answers for the department, but the objection is its head's.
    assert_eq!(answer(&world, "justice.official", "claimObject", &claim, reason.clone()).await.code(), "FORBIDDEN");
    assert_eq!(answer(&world, "justice.lead", "claimObject", &claim, reason.clone()).await.done("/claim/status"), "OBJECTED");
    let claim = Made { version: 2, ..claim };
    let query = "query($id: ID!) { claim(id: $id) { objection { at reason decideBy } waitsFor } }";
    assert_eq!(
        world.run("mill.liaison", query, json!({ "id": claim.id })).await.data("/claim"),
        &json!({
            "objection": { "at": "2026-11-23T01:00:00Z", "reason": "不属于本单位职责", "decideBy": "2026-11-24T09:30:00Z" },
            "waitsFor": null,
        })
    );
    // The pair is still taken.
    let again = world.mutate("coordinator", "claimDispatch", "claim { id }", offer_input(&demand, json!({}))).await;
    assert_eq!(again.problems(), ["DUPLICATE_CLAIM at input.demand"]);
    let decide = async |claim: &Made, ruling: Value| answer(&world, "coordinator", "claimObjectionDecide", claim, ruling).await;
    assert_eq!(decide(&claim, json!({ "ruling": "UPHOLD" })).await.problems(), ["VALIDATION at input.reason"]);
    let both = json!({ "ruling": "DISMISS", "reason": "请尽快办理" });
    assert_eq!(decide(&claim, both).await.problems(), ["VALIDATION at input.reason"]);
    let upheld = decide(&claim, json!({ "ruling": "UPHOLD", "reason": "改派人社局" })).await;
    assert_eq!((upheld.done("/claim/status"), upheld.done("/claim/statusReason")), (&json!("CANCELLED"), &json!("改派人社局")));
    let second = dispatched(&world, &demand).await;
    answer(&world, "justice.lead", "claimObject", &second, reason.clone()).await.done("/claim/id");
    let second = Made { version: 2, ..second };
    let dismissed = decide(&second, json!({ "ruling": "DISMISS" })).await;
    assert_eq!(dismissed.done("/claim/status"), "PENDING");
    assert_eq!(world.last_effects()[0]["facts"], json!({ "final": true, "respond_by": "2026-11-26T09:30:00Z" }));
    let second = Made { version: 3, ..second };
    assert_eq!(answer(&world, "justice.lead", "claimObject", &second, reason).await.code(), "FINAL_DISPATCH");
    assert_eq!(answer(&world, "justice.lead", "claimConsent", &second, json!({})).await.code(), "OK");
}

#[rstest]
#[tokio::test]
async fn an_objection_comes_within_one_working_day(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let claim = dispatched(&world, &demand).await;
    world.advance(past_working_day(1)).await;
    let late = answer(&world, "justice.lead", "claimObject", &claim, json!({ "reason": "不属于本单位职责" })).await;
    assert_eq!(late.code(), "TOO_LATE");
    let recalled = answer(&world, "coordinator", "claimDispatchWithdraw", &claim, json!({})).await;
    assert_eq!(recalled.done("/claim/status"), "WITHDRAWN");
}

#[rstest]
#[tokio::test]
async fn only_departments_are_dispatched_to(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let input = offer_input(&demand, json!({ "provider": steps::organisation_id("bakery") }));
    let reply = world.mutate("coordinator", "claimDispatch", "claim { id }", input).await;
    assert_eq!(reply.problems(), ["VALIDATION at input.provider"]);
    assert_eq!(world.count("claim").await, 0);
}

#[rstest]
#[tokio::test]
async fn what_nobody_answers_lapses_once_and_not_before_its_time(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let claim = offered(&world, "justice.lead", &demand, json!({})).await;
    world.advance(past_working_day(3) - SignedDuration::from_secs(1)).await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 0);
    assert_eq!(look(&world, &claim, "/status").await, "PENDING");
    world.advance(SignedDuration::from_secs(1)).await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 1);
    assert_eq!(look(&world, &claim, "/status").await, "LAPSED");
    assert_eq!(look(&world, &claim, "/settledAt").await, "2026-11-26T09:30:01Z");
    assert_eq!(
        world.last_effects(),
        [json!({ "object": claim.id, "from": "PENDING", "to": "LAPSED", "facts": { "side": "DEMAND" } })]
    );
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 0);
    let late = answer(&world, "mill.liaison", "claimConsent", &Made { version: 2, ..claim }, json!({})).await;
    assert_eq!(late.code(), "INVALID_STATE");
    // The pair is free again.
    let plan = json!({ "plan": { "start": "2026-11-30", "due": "2026-12-01" } });
    offered(&world, "justice.lead", &demand, plan).await;
}

/// Names the unit that stands in.
async fn stand_in(world: &World, unit: &str) {
    let input = json!({ "unit": steps::organisation_id(unit), "expectedVersion": 1 });
    let reply = world.mutate("coordinator", "districtBackstopSet", "district { version backstop { name } }", input).await;
    assert_eq!(reply.done("/district"), &json!({ "version": 2, "backstop": { "name": unit } }));
}

/// A dispatch to justice that is final.
async fn final_dispatch(world: &World, demand: &Made) -> Made {
    let claim = dispatched(world, demand).await;
    let reason = json!({ "reason": "不属于本单位职责" });
    answer(world, "justice.lead", "claimObject", &claim, reason).await.done("/claim/id");
    let objected = Made { version: 2, ..claim };
    answer(world, "coordinator", "claimObjectionDecide", &objected, json!({ "ruling": "DISMISS" })).await.done("/claim/id");
    Made { version: 3, ..objected }
}

#[rstest]
#[tokio::test]
async fn a_final_dispatch_that_lapses_goes_to_the_unit_that_stands_in(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    stand_in(&world, "street").await;
    let demand = listed_demand(&world, json!({})).await;
    let claim = final_dispatch(&world, &demand).await;
    world.advance(past_working_day(3)).await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 1);
    assert_eq!(look(&world, &claim, "/status").await, "LAPSED");
    let query = "{ claims(first: 5, filter: { status: [PENDING] }) { nodes { id kind isFinal provider { name } quantity waitsFor \
        respondBy objectBy plan { start due } demand { id } } } }";
    let found = world.run("coordinator", query, json!({})).await;
    let new = found.data("/claims/nodes/0").clone();
    assert_eq!(
        new,
        json!({
            "id": new["id"], "kind": "DISPATCH", "isFinal": true, "provider": { "name": "street" }, "quantity": 1,
            // Three working days from Thursday; the plan begins on the day of the lapse and is as long.
            "waitsFor": "PROVIDER", "respondBy": "2026-12-01T09:30:00Z", "objectBy": null,
            "plan": { "start": "2026-11-26", "due": "2026-12-03" }, "demand": { "id": demand.id },
        })
    );
    let effects = world.last_effects();
    assert_eq!((&effects[1]["object"], &effects[1]["facts"]["stands_in_for"]), (&new["id"], &json!(claim.id)));
    // When that lapses too, nobody is left to ask. By then the demand has waited for so long that the
    // duty unit was reminded and the coordinator has it.
    world.advance(SignedDuration::from_hours(14 * 24)).await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 3);
    assert_eq!(world.number("SELECT count(*) FROM claim WHERE status = 'LAPSED'").await, 2);
    assert_eq!(world.count("claim").await, 2);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn nobody_stands_in_where_nobody_can(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        "nobody is named",
        "the unit itself has lapsed",
        "the unit is suspended",
        "the demand is gone",
        "it could still object"
    )]
    case: &str,
) {
    let Some(world) = World::new(db).await else { return };
    match case {
        "nobody is named" => {}
        "the unit itself has lapsed" => stand_in(&world, "justice").await,
        _ => stand_in(&world, "street").await,
    }
    let demand = listed_demand(&world, json!({})).await;
    let claim = match case {
        "it could still object" => dispatched(&world, &demand).await,
        _ => final_dispatch(&world, &demand).await,
    };
    match case {
        "the unit is suspended" => {
            world.execute("UPDATE organisation SET status = 'SUSPENDED', status_reason = '改组' WHERE name = 'street'");
        }
        "the demand is gone" => {
            world.execute(
                "UPDATE demand SET status = 'CLOSED', outcome = 'WITHDRAWN', unclaimed_due_at = NULL, escalate_due_at = NULL, \
                 expires_on = NULL",
            );
        }
        _ => {}
    }
    world.advance(past_working_day(3)).await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 1);
    assert_eq!(look(&world, &claim, "/status").await, "LAPSED");
    assert_eq!(world.count("claim").await, 1);
}

#[rstest]
#[tokio::test]
async fn only_an_active_department_stands_in(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let set = async |login: &str, unit: &str, version: u8| {
        let input = json!({ "unit": unit, "expectedVersion": version });
        world.mutate(login, "districtBackstopSet", "district { version }", input).await
    };
    let bakery = set("coordinator", &steps::organisation_id("bakery"), 1).await;
    assert_eq!(bakery.problems(), ["VALIDATION at input.unit"]);
    let foreign = set("coordinator", &steps::organisation_id("neighbour"), 1).await;
    assert_eq!(foreign.problems(), ["NOT_FOUND at input.unit"]);
    assert_eq!(set("coordinator", &steps::organisation_id("street"), 2).await.code(), "STALE_VERSION");
    assert_eq!(set("circle.steward", &steps::organisation_id("street"), 1).await.code(), "FORBIDDEN");
    world.execute("UPDATE organisation SET status = 'SUSPENDED', status_reason = '改组' WHERE name = 'street'");
    let suspended = set("coordinator", &steps::organisation_id("street"), 1).await;
    assert_eq!(suspended.problems(), ["ORGANISATION_INACTIVE at input.unit"]);
    assert_eq!(world.number("SELECT count(*) FROM district WHERE backstop IS NOT NULL").await, 0);
}
