//! Claims through the API: both directions, their answers, and cancelling what was agreed.

mod constraints;
mod dispatch;
mod input;
mod list;

use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, Reply, World,
    steps::{self, Made, listed_demand, listed_resource},
};

/// Everything a claim shows of its own.
const FIELDS: &str = "claim { id version refNo kind status statusReason supersededBy waitsFor demand { id } enterprise { name } \
    place { name } resource { id } period provider { name } quantity note plan { start due steps } demandConsent { at } \
    providerConsent { at } respondBy cancelAsk { side isOpen } createdAt settledAt project { refNo } }";

/// The input of an offer by justice of one unit.
fn offer_input(demand: &Made, changes: Value) -> Value {
    steps::with(
        &json!({
            "demand": demand.id, "provider": steps::organisation_id("justice"), "quantity": 1, "note": "可派两名律师",
            "plan": { "start": "2026-11-24", "due": "2026-12-01", "steps": ["电话沟通", "上门讲解"] },
        }),
        changes,
    )
}

/// The input of a request by the mill of one unit.
fn request_input(resource: &Made, changes: Value) -> Value {
    steps::with(
        &json!({ "resource": resource.id, "quantity": 1, "plan": { "start": "2026-11-24", "due": "2026-12-01" } }),
        changes,
    )
}

fn new_demand() -> Value {
    json!({
        "organisation": steps::organisation_id("mill"), "place": steps::place_id("mall"), "title": "用工风险体检",
        "detail": "请律师上门", "quantity": 2, "unit": "次",
    })
}

pub async fn offered(world: &World, login: &str, demand: &Made, changes: Value) -> Made {
    let reply = world.mutate(login, "claimOffer", "claim { id version }", offer_input(demand, changes)).await;
    Made { id: reply.text("/claim/id"), version: 1 }
}

async fn answer(world: &World, login: &str, mutation: &str, claim: &Made, more: Value) -> Reply {
    let input = steps::with(&json!({ "claim": claim.id, "expectedVersion": claim.version }), more);
    world.mutate(login, mutation, "claim { id version status statusReason settledAt supersededBy }", input).await
}

/// A claim as the coordinator sees it.
async fn look(world: &World, claim: &Made, pointer: &str) -> Value {
    let query = "query($id: ID!) { claim(id: $id) { version status waitsFor settledAt cancelAsk { side isOpen respondBy } \
        demand { agreedQuantity openQuantity commitStatus } project { status statusReason } } }";
    world.run("coordinator", query, json!({ "id": claim.id })).await.data(&format!("/claim{pointer}")).clone()
}

#[rstest]
#[tokio::test]
async fn an_offer_waits_for_the_enterprise_whose_consent_opens_the_project(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": 2 })).await;
    let resource = listed_resource(&world, json!({})).await;
    let input = offer_input(&demand, json!({ "resource": resource.id }));
    let reply = world.mutate("justice.official", "claimOffer", FIELDS, input).await;
    let id = reply.text("/claim/id");
    assert_eq!(
        reply.done("/claim"),
        &json!({
            "id": id, "version": 1, "refNo": "C-420105-2026-000001", "kind": "OFFER", "status": "PENDING", "statusReason": null,
            "supersededBy": null, "waitsFor": "DEMAND", "demand": { "id": demand.id }, "enterprise": { "name": "mill" },
            "place": { "name": "mall" }, "resource": { "id": resource.id }, "period": "2026-11",
            "provider": { "name": "justice" }, "quantity": 1, "note": "可派两名律师",
            "plan": { "start": "2026-11-24", "due": "2026-12-01", "steps": ["电话沟通", "上门讲解"] }, "demandConsent": null,
            "providerConsent": { "at": "2026-11-23T01:00:00Z" },
            // Three working days after Monday.
            "respondBy": "2026-11-26T09:30:00Z", "cancelAsk": null, "createdAt": "2026-11-23T01:00:00Z", "settledAt": null,
            "project": null,
        })
    );
    let consents = json!({ "claim": id, "expectedVersion": 1 });
    let fields = "claim { version status waitsFor settledAt demandConsent { at by } demand { agreedQuantity commitStatus status } \
        project { id refNo status title dueOn originalDueOn contactDueAt planDueAt lead { name } enterprise { name } } }";
    let reply = world.mutate("mill.liaison", "claimConsent", fields, consents).await;
    let project = reply.text("/claim/project/id");
    assert_eq!(
        reply.done("/claim"),
        &json!({
            "version": 2, "status": "AGREED", "waitsFor": null, "settledAt": "2026-11-23T01:00:00Z",
            "demandConsent": { "at": "2026-11-23T01:00:00Z", "by": account("mill.liaison") },
            "demand": { "agreedQuantity": 1, "commitStatus": "PARTIAL", "status": "LISTED" },
            "project": {
                "id": project, "refNo": "P-420105-2026-000001", "status": "PLANNED", "title": "劳动合同法律咨询",
                // Fifteen working days for a normal category; one for the contact, three for the plan.
                "dueOn": "2026-12-14", "originalDueOn": "2026-12-14", "contactDueAt": "2026-11-24T09:30:00Z",
                "planDueAt": "2026-11-26T09:30:00Z", "lead": { "name": "justice" }, "enterprise": { "name": "mill" },
            },
        })
    );
    let effects = world.last_effects();
    assert_eq!(effects[0], json!({ "object": id, "from": "PENDING", "to": "AGREED", "facts": { "side": "DEMAND" } }));
    assert_eq!(effects[1]["facts"], json!({ "agreed_quantity": 1 }));
    assert_eq!(effects[2], json!({ "object": resource.id, "facts": { "period": "2026-11", "taken": 1 } }));
    assert_eq!((&effects[3]["object"], &effects[3]["facts"]["claim"]), (&json!(project), &json!(id)));
    assert_eq!(effects.len(), 4);
    let made = Made { id, version: 2 };
    assert_eq!(answer(&world, "mill.liaison", "claimConsent", &made, json!({})).await.code(), "ALREADY_CONSENTED");
    assert_eq!(answer(&world, "justice.lead", "claimConsent", &made, json!({})).await.code(), "ALREADY_CONSENTED");
    assert_eq!(world.count("project").await, 1);
    assert!(world.chains_hold().await);
}

fn account(login: &str) -> String {
    let id: park_portal::kernel::id::AccountId = crate::world::named(login);
    id.to_string()
}

#[rstest]
#[tokio::test]
async fn a_request_for_a_new_need_lists_it_in_the_same_line(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let resource = listed_resource(&world, json!({})).await;
    let lines = world.count("audit_line").await;
    let fields = "claim { id kind status waitsFor quantity period demandConsent { at } providerConsent { at } \
        demand { id refNo status source title quantity unit category { code } desiredFrom desiredTo visibility unclaimedDueAt } }";
    let input = request_input(&resource, json!({ "newDemand": new_demand() }));
    let reply = world.mutate("mill.liaison", "claimRequest", fields, input).await;
    let (id, demand) = (reply.text("/claim/id"), reply.text("/claim/demand/id"));
    assert_eq!(
        reply.done("/claim"),
        &json!({
            "id": id, "kind": "REQUEST", "status": "PENDING", "waitsFor": "PROVIDER", "quantity": 1, "period": "2026-11",
            "demandConsent": { "at": "2026-11-23T01:00:00Z" }, "providerConsent": null,
            "demand": {
                "id": demand, "refNo": "D-420105-2026-000001", "status": "LISTED", "source": "FROM_RESOURCE",
                "title": "用工风险体检", "quantity": 2, "unit": "次", "category": { "code": "LEGAL" },
                "desiredFrom": "2026-11-24", "desiredTo": "2026-12-01", "visibility": "DISTRICT",
                "unclaimedDueAt": "2026-11-30T09:30:00Z",
            },
        })
    );
    assert_eq!(world.count("audit_line").await, lines + 1);
    let effects = world.last_effects();
    assert_eq!((&effects[0]["object"], &effects[0]["to"]), (&json!(demand), &json!("LISTED")));
    assert_eq!((&effects[1]["object"], &effects[1]["to"]), (&json!(id), &json!("PENDING")));
    let made = Made { id, version: 1 };
    let agreed = answer(&world, "justice.official", "claimConsent", &made, json!({})).await;
    assert_eq!(agreed.done("/claim/status"), "AGREED");
}

#[rstest]
#[tokio::test]
async fn a_request_that_is_refused_lists_no_demand(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let resource = listed_resource(&world, json!({ "capacity": 1 })).await;
    for (changes, problem) in [
        (json!({ "quantity": 3, "newDemand": new_demand() }), "QUANTITY_EXCEEDED at input.quantity"),
        (json!({ "quantity": 2, "newDemand": new_demand() }), "CAPACITY_EXCEEDED at input.quantity"),
        (
            json!({ "newDemand": steps::with(&new_demand(), json!({ "place": steps::place_id("plant") })) }),
            "TENANCY_MISSING at input.newDemand.place",
        ),
        (json!({}), "VALIDATION at input.demand"),
    ] {
        let reply = world.mutate("mill.liaison", "claimRequest", "claim { id }", request_input(&resource, changes)).await;
        assert_eq!(reply.problems(), [problem]);
    }
    // What an enterprise itself offers it cannot request.
    let own = json!({ "organisation": steps::organisation_id("mill"), "title": "会议室开放", "detail": "可容纳五十人" });
    let drafted = steps::drafted_resource(&world, "mill.liaison", own).await;
    let own = steps::step(&world, "mill.liaison", "resourceList", "resource", &drafted, json!({})).await;
    let input = request_input(&own, json!({ "newDemand": new_demand() }));
    let reply = world.mutate("mill.liaison", "claimRequest", "claim { id }", input).await;
    assert_eq!(reply.problems(), ["OWN_DEMAND at input.resource"]);
    assert_eq!((world.count("demand").await, world.count("claim").await), (0, 0));
    assert_eq!(world.number("SELECT count(*) FROM counter WHERE kind = 'D'").await, 0);
}

#[rstest]
#[tokio::test]
async fn the_waiting_side_declines_and_the_other_withdraws(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let first = offered(&world, "justice.lead", &demand, json!({})).await;
    let declined = answer(&world, "mill.liaison", "claimDecline", &first, json!({ "reason": "已有安排" })).await;
    assert_eq!(
        declined.done("/claim"),
        &json!({
            "id": first.id, "version": 2, "status": "DECLINED", "statusReason": "已有安排",
            "settledAt": "2026-11-23T01:00:00Z", "supersededBy": null,
        })
    );
    // The pair is free for another attempt.
    let second = offered(&world, "justice.lead", &demand, json!({})).await;
    let again = world.mutate("justice.lead", "claimOffer", "claim { id }", offer_input(&demand, json!({}))).await;
    assert_eq!(again.problems(), ["DUPLICATE_CLAIM at input.demand"]);
    let stale = answer(&world, "justice.lead", "claimWithdraw", &Made { version: 2, ..second.clone() }, json!({})).await;
    assert_eq!(stale.code(), "STALE_VERSION");
    let withdrawn = answer(&world, "justice.lead", "claimWithdraw", &second, json!({})).await;
    assert_eq!(withdrawn.done("/claim/status"), "WITHDRAWN");
    let late = answer(&world, "mill.liaison", "claimConsent", &Made { version: 2, ..second }, json!({})).await;
    assert_eq!(late.code(), "INVALID_STATE");
    assert_eq!(world.count("project").await, 0);
    assert_eq!(world.number("SELECT agreed_quantity FROM demand").await, 0);
}

#[rstest]
#[tokio::test]
async fn what_no_longer_fits_is_superseded_and_says_so_whatever_version_is_sent(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": 3 })).await;
    let labour = json!({ "provider": steps::organisation_id("labour"), "quantity": 2 });
    let bakery = json!({ "provider": steps::organisation_id("bakery"), "quantity": 1 });
    let two = offered(&world, "justice.lead", &demand, json!({ "quantity": 2 })).await;
    let too_many = offered(&world, "labour.lead", &demand, labour).await;
    let fits = offered(&world, "bakery.liaison", &demand, bakery).await;
    assert_eq!(answer(&world, "mill.liaison", "claimConsent", &two, json!({})).await.code(), "OK");
    assert_eq!(look(&world, &too_many, "/status").await, "SUPERSEDED");
    assert_eq!(look(&world, &fits, "/status").await, "PENDING");
    let superseded = world.last_effects().into_iter().find(|effect| effect["to"] == "SUPERSEDED");
    assert_eq!(
        superseded,
        Some(json!({ "object": too_many.id, "from": "PENDING", "to": "SUPERSEDED", "facts": { "code": "QUANTITY_EXCEEDED" } }))
    );
    for version in [1, 2, 99] {
        let late = answer(&world, "mill.liaison", "claimConsent", &Made { version, ..too_many.clone() }, json!({})).await;
        assert_eq!(late.code(), "QUANTITY_EXCEEDED");
    }
    assert_eq!(answer(&world, "mill.liaison", "claimConsent", &fits, json!({})).await.code(), "OK");
    assert_eq!(look(&world, &fits, "/demand/commitStatus").await, "COMPLETE");
    assert_eq!(world.number("SELECT agreed_quantity FROM demand").await, 3);
    let more = world.mutate("labour.lead", "claimOffer", "claim { id }", {
        offer_input(&demand, json!({ "provider": steps::organisation_id("labour") }))
    });
    assert_eq!(more.await.problems(), ["QUANTITY_EXCEEDED at input.quantity"]);
}

/// An agreed offer of justice that uses its resource.
async fn agreed(world: &World) -> Made {
    let demand = listed_demand(world, json!({})).await;
    let resource = listed_resource(world, json!({})).await;
    let claim = offered(world, "justice.lead", &demand, json!({ "resource": resource.id, "quantity": 2 })).await;
    assert_eq!(answer(world, "mill.liaison", "claimConsent", &claim, json!({})).await.code(), "OK");
    assert_eq!(world.number("SELECT sum(taken) FROM resource_period").await, 2);
    Made { version: 2, ..claim }
}

#[rstest]
#[tokio::test]
async fn both_sides_together_cancel_and_quantity_and_capacity_return(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let claim = agreed(&world).await;
    assert_eq!(answer(&world, "justice.lead", "claimCancelAgree", &claim, json!({})).await.code(), "INVALID_STATE");
    let asked = answer(&world, "mill.liaison", "claimCancelAsk", &claim, json!({ "reason": "项目推迟" })).await;
    assert_eq!(asked.done("/claim/status"), "AGREED");
    assert_eq!(
        look(&world, &claim, "/cancelAsk").await,
        json!({ "side": "DEMAND", "isOpen": true, "respondBy": "2026-11-26T09:30:00Z" })
    );
    let claim = Made { version: 3, ..claim };
    // Whoever asked cannot answer for the other side.
    assert_eq!(answer(&world, "mill.liaison", "claimCancelAgree", &claim, json!({})).await.code(), "ALREADY_CONSENTED");
    assert_eq!(world.number("SELECT agreed_quantity FROM demand").await, 2);
    let reply = answer(&world, "justice.official", "claimCancelAgree", &claim, json!({})).await;
    assert_eq!(reply.done("/claim/status"), "CANCELLED");
    assert_eq!(reply.done("/claim/statusReason"), "项目推迟");
    assert_eq!(look(&world, &claim, "/project").await, json!({ "status": "CANCELLED", "statusReason": "项目推迟" }));
    assert_eq!(look(&world, &claim, "/demand").await, json!({ "agreedQuantity": 0, "openQuantity": 5, "commitStatus": "NONE" }));
    assert_eq!(world.number("SELECT sum(taken) FROM resource_period").await, 0);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_request_to_cancel_ends_unanswered_and_another_may_follow(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let claim = agreed(&world).await;
    answer(&world, "mill.liaison", "claimCancelAsk", &claim, json!({ "reason": "项目推迟" })).await.done("/claim");
    let claim = Made { version: 3, ..claim };
    let twice = answer(&world, "justice.lead", "claimCancelAsk", &claim, json!({ "reason": "人手不足" })).await;
    assert_eq!(twice.code(), "INVALID_STATE");
    // The third working day ends at half past five in Shanghai: 80 hours and a half from the start.
    world.advance(SignedDuration::from_mins(80 * 60 + 31)).await;
    assert_eq!(look(&world, &claim, "/cancelAsk/isOpen").await, false);
    assert_eq!(answer(&world, "justice.lead", "claimCancelAgree", &claim, json!({})).await.code(), "TOO_LATE");
    assert_eq!(look(&world, &claim, "/status").await, "AGREED");
    let asked = answer(&world, "justice.lead", "claimCancelAsk", &claim, json!({ "reason": "人手不足" })).await;
    assert_eq!(asked.done("/claim/version"), 4);
    assert_eq!(look(&world, &claim, "/cancelAsk/side").await, "PROVIDER");
}

#[rstest]
#[tokio::test]
async fn the_coordinator_cancels_over_the_heads_of_both_until_it_is_delivered(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let claim = agreed(&world).await;
    world.execute(
        "UPDATE project SET status = 'DELIVERED', contacted_at = created_at, contact_note = '已联系', plan_filed_at = created_at, \
         plan = '上门讲解', delivered_at = created_at, delivery_summary = '已完成', confirm_due_at = created_at",
    );
    let reason = json!({ "reason": "政策调整" });
    assert_eq!(answer(&world, "coordinator", "claimCancel", &claim, reason.clone()).await.code(), "INVALID_STATE");
    assert_eq!(world.number("SELECT agreed_quantity FROM demand").await, 2);
    world.execute("UPDATE project SET status = 'ACTIVE', progress_due_at = created_at, delivered_at = NULL, delivery_summary = NULL, confirm_due_at = NULL");
    assert_eq!(answer(&world, "circle.steward", "claimCancel", &claim, reason.clone()).await.code(), "FORBIDDEN");
    let cancelled = answer(&world, "coordinator", "claimCancel", &claim, reason).await;
    assert_eq!(cancelled.done("/claim/status"), "CANCELLED");
    assert_eq!(look(&world, &claim, "/project/status").await, "CANCELLED");
    assert_eq!(world.number("SELECT agreed_quantity FROM demand").await, 0);
    assert_eq!(world.number("SELECT sum(taken) FROM resource_period").await, 0);
}
