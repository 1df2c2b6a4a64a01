//! Bad input for claims: told with a code and a path, nothing written.

use rstest::rstest;
use serde_json::{Value, json};

use super::{new_demand, offer_input, request_input};
use crate::world::{
    Db, World,
    rows::enter_contact,
    steps::{self, listed_demand, listed_resource},
};

#[rstest]
#[tokio::test]
async fn every_bad_field_is_told_with_its_path(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let resource = listed_resource(&world, json!({})).await;
    let plan = |start: &str, due: &str| json!({ "plan": { "start": start, "due": due } });
    for (changes, problem) in [
        (json!({ "quantity": 0 }), "VALIDATION at input.quantity"),
        (json!({ "quantity": 1_000_000_000_000_i64 }), "VALIDATION at input.quantity"),
        (json!({ "quantity": 6 }), "QUANTITY_EXCEEDED at input.quantity"),
        (json!({ "note": "字".repeat(501) }), "VALIDATION at input.note"),
        (json!({ "note": "一\u{7}二" }), "VALIDATION at input.note"),
        (plan("2026-12-02", "2026-12-01"), "VALIDATION at input.plan.due"),
        (plan("2026-11-22", "2026-12-01"), "VALIDATION at input.plan.start"),
        (
            json!({ "plan": { "start": "2026-11-24", "due": "2026-12-01", "steps": vec!["步骤"; 21] } }),
            "VALIDATION at input.plan.steps",
        ),
        (json!({ "plan": { "start": "2026-11-24", "due": "2026-12-01", "steps": ["一"] } }), "VALIDATION at input.plan.steps.0"),
        (json!({ "demand": resource.id }), "BAD_ID at input.demand"),
        (json!({ "demand": "dem_00000000000000000000000001" }), "NOT_FOUND at input.demand"),
        (json!({ "resource": "res_00000000000000000000000001" }), "NOT_FOUND at input.resource"),
        (json!({ "provider": steps::organisation_id("neighbour") }), "NOT_FOUND at input.provider"),
        (json!({ "provider": demand.id }), "BAD_ID at input.provider"),
        (json!({ "idempotencyKey": "键" }), "VALIDATION at input.idempotencyKey"),
    ] {
        let reply = world.mutate("justice.lead", "claimOffer", "claim { id }", offer_input(&demand, changes)).await;
        assert_eq!(reply.payload["claim"], Value::Null, "{}", reply.body);
        assert_eq!(reply.problems(), [problem]);
    }
    let foreign = enter_contact(&world, "bakery");
    for (field, value, problem) in [
        ("title", json!("体"), "VALIDATION at input.newDemand.title"),
        ("detail", json!(""), "VALIDATION at input.newDemand.detail"),
        ("quantity", json!(0), "VALIDATION at input.newDemand.quantity"),
        ("unit", json!(""), "VALIDATION at input.newDemand.unit"),
        ("place", json!("plc_00000000000000000000000001"), "NOT_FOUND at input.newDemand.place"),
        ("contact", json!(foreign), "NOT_FOUND at input.newDemand.contact"),
    ] {
        let new = steps::with(&new_demand(), json!({ field: value }));
        let input = request_input(&resource, json!({ "newDemand": new }));
        let reply = world.mutate("mill.liaison", "claimRequest", "claim { id }", input).await;
        assert_eq!(reply.problems(), [problem]);
    }
    assert_eq!((world.count("claim").await, world.count("demand").await), (0, 1));
}

#[rstest]
#[tokio::test]
async fn what_is_not_on_offer_is_not_claimed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let resource = listed_resource(&world, json!({ "validTo": "2026-12-31" })).await;
    let offer = async |changes: Value| {
        let changes = steps::with(&json!({ "resource": resource.id }), changes);
        world.mutate("justice.lead", "claimOffer", "claim { id }", offer_input(&demand, changes)).await.problems()
    };
    // The last day of the resource comes before the plan.
    let late = json!({ "plan": { "start": "2027-01-04", "due": "2027-01-05" } });
    assert_eq!(offer(late).await, ["RESOURCE_UNAVAILABLE at input.resource"]);
    for (change, back, problem) in [
        (
            "resource SET status = 'PAUSED', status_reason = '检修', paused_until = '2026-12-01'",
            "resource SET status = 'LISTED', status_reason = NULL, paused_until = NULL",
            "RESOURCE_UNAVAILABLE at input.resource",
        ),
        ("resource SET status = 'STALE'", "resource SET status = 'LISTED'", "RESOURCE_UNAVAILABLE at input.resource"),
        (
            "resource SET status = 'RETIRED', status_reason = '停办'",
            "resource SET status = 'LISTED', status_reason = NULL",
            "RESOURCE_UNAVAILABLE at input.resource",
        ),
        (
            "resource SET eligibility = '{\"industry_sections\":[],\"size_bands\":[\"LARGE\"],\"place_kinds\":[]}'",
            "resource SET eligibility = '{\"industry_sections\":[],\"size_bands\":[],\"place_kinds\":[]}'",
            "NOT_ELIGIBLE at input.resource",
        ),
        (
            "organisation SET status = 'SUSPENDED', status_reason = '整改' WHERE name = 'mill'",
            "organisation SET status = 'ACTIVE', status_reason = NULL WHERE name = 'mill'",
            "ORGANISATION_INACTIVE at ",
        ),
    ] {
        world.execute(&format!("UPDATE {change}"));
        assert_eq!(offer(json!({})).await, [problem], "{change}");
        world.execute(&format!("UPDATE {back}"));
    }
    assert_eq!(world.count("claim").await, 0);
    assert_eq!(offer(json!({})).await, Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn nobody_claims_a_demand_of_its_own_or_with_what_is_not_its_own(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let resource = listed_resource(&world, json!({})).await;
    for (login, changes, answered) in [
        ("mill.liaison", json!({ "provider": steps::organisation_id("mill") }), "OWN_DEMAND"),
        ("mill.liaison", json!({}), "FORBIDDEN"),
        ("labour.lead", json!({}), "FORBIDDEN"),
        ("coordinator", json!({}), "FORBIDDEN"),
        ("labour.lead", json!({ "provider": steps::organisation_id("labour"), "resource": resource.id }), "NOT_FOUND"),
    ] {
        let reply = world.mutate(login, "claimOffer", "claim { id }", offer_input(&demand, changes)).await;
        assert_eq!(reply.code(), answered, "{login}");
    }
    let input = request_input(&resource, json!({ "demand": demand.id }));
    for login in ["bakery.liaison", "justice.lead", "circle.steward"] {
        let reply = world.mutate(login, "claimRequest", "claim { id }", input.clone()).await;
        assert_eq!(reply.code(), "FORBIDDEN", "{login}");
    }
    assert_eq!(world.count("claim").await, 0);
}
