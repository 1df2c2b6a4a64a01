//! Resources through the API: what happens to one, step by step.

mod constraints;
mod counters;
mod input;
mod list;
mod rights;

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World,
    rows::enter_claim,
    steps::{self, Made, drafted_resource, listed_demand, listed_resource, step},
};

/// Everything a resource shows of its own.
const FIELDS: &str = "resource { id version refNo status statusReason pausedUntil organisation { name } unit category { code } \
    title detail tags mode coverage { wholeDistrict streets { code } zones { code } places { name } } \
    eligibility { industrySections sizeBands placeKinds } capacity per availableIn validFrom validTo fee requiredDocuments \
    contact { post } assuredOn createdAt listedAt }";

/// The part of a resource that a state machine is about.
async fn state_of(world: &World, made: &Made) -> Value {
    let query = "query($id: ID!) { resource(id: $id) { version status } }";
    world.run("justice.lead", query, json!({ "id": made.id })).await.data("/resource").clone()
}

#[rstest]
#[tokio::test]
async fn a_draft_shows_all_of_its_terms(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let input = steps::with(
        &steps::resource_input(),
        json!({
            "tags": ["用工", "合同"],
            "coverage": {
                "streets": ["420105006"], "zones": [steps::zone_id("park")], "places": [steps::place_id("office")],
            },
            "eligibility": { "industrySections": ["I", "C"], "sizeBands": ["SMALL"], "placeKinds": ["INDUSTRIAL"] },
            "validTo": "2026-12-31", "requiredDocuments": ["营业执照"], "idempotencyKey": "draft-1",
        }),
    );
    let reply = world.mutate("justice.official", "resourceDraft", FIELDS, input.clone()).await;
    let id = reply.text("/resource/id");
    assert_eq!(
        reply.done("/resource"),
        &json!({
            "id": id, "version": 1, "refNo": null, "status": "DRAFT", "statusReason": null, "pausedUntil": null,
            "organisation": { "name": "justice" }, "unit": "公共法律服务科", "category": { "code": "LEGAL" },
            "title": "园区法律体检", "detail": "律师上门查找用工风险", "tags": ["用工", "合同"], "mode": "ONSITE",
            "coverage": {
                "wholeDistrict": false, "streets": [{ "code": "420105006" }], "zones": [{ "code": "park" }],
                "places": [{ "name": "office" }],
            },
            "eligibility": { "industrySections": ["C", "I"], "sizeBands": ["SMALL"], "placeKinds": ["INDUSTRIAL"] },
            "capacity": 4, "per": "MONTH", "availableIn": 4, "validFrom": "2026-01-01", "validTo": "2026-12-31",
            "fee": "FREE", "requiredDocuments": ["营业执照"], "contact": null, "assuredOn": null,
            "createdAt": "2026-11-23T01:00:00Z", "listedAt": null,
        })
    );
    let again = world.mutate("justice.official", "resourceDraft", "resource { id }", input).await;
    assert_eq!(again.text("/resource/id"), id);
    assert_eq!(world.count("resource").await, 1);
    assert_eq!(world.audit().await, ["resource.draft OK"]);
}

#[rstest]
#[tokio::test]
async fn a_resource_goes_from_draft_to_list_and_off_it(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let drafted = drafted_resource(&world, "justice.official", json!({})).await;
    let mut terms = steps::with(
        &steps::resource_input(),
        json!({ "title": "园区用工体检", "coverage": { "zones": [steps::zone_id("park")] } }),
    );
    terms.as_object_mut().expect("an object").remove("organisation");
    let revised = step(&world, "justice.official", "resourceRevise", "resource", &drafted, terms).await;

    let lists = json!({ "resource": revised.id, "expectedVersion": revised.version });
    let reply = world.mutate("justice.lead", "resourceList", FIELDS, lists).await;
    assert_eq!(reply.done("/resource/refNo"), "R-420105-2026-000001");
    assert_eq!(reply.done("/resource/status"), "LISTED");
    assert_eq!(reply.done("/resource/title"), "园区用工体检");
    assert_eq!(reply.done("/resource/coverage/zones"), &json!([{ "code": "park" }]));
    assert_eq!(reply.done("/resource/assuredOn"), "2026-11-23");
    assert_eq!(reply.done("/resource/listedAt"), "2026-11-23T01:00:00Z");

    let listed = Made { id: revised.id, version: 3 };
    let pauses = json!({ "resource": listed.id, "expectedVersion": 3, "reason": "场地检修", "until": "2026-12-10" });
    let reply = world.mutate("justice.lead", "resourcePause", FIELDS, pauses).await;
    assert_eq!(reply.done("/resource/status"), "PAUSED");
    assert_eq!(reply.done("/resource/statusReason"), "场地检修");
    assert_eq!(reply.done("/resource/pausedUntil"), "2026-12-10");

    let paused = Made { version: 4, ..listed };
    let resumed = step(&world, "justice.lead", "resourceResume", "resource", &paused, json!({})).await;
    world.advance(jiff::SignedDuration::from_hours(24)).await;
    let assures = json!({ "resource": resumed.id, "expectedVersion": resumed.version });
    let reply = world.mutate("justice.official", "resourceAssure", FIELDS, assures).await;
    assert_eq!(reply.done("/resource/status"), "LISTED");
    assert_eq!(reply.done("/resource/assuredOn"), "2026-11-24");

    let assured = Made { version: 6, ..resumed };
    let grown = step(&world, "justice.lead", "resourceCapacitySet", "resource", &assured, json!({ "capacity": 9 })).await;
    let retires = json!({ "resource": grown.id, "expectedVersion": grown.version, "reason": "政策到期" });
    let reply = world.mutate("justice.lead", "resourceRetire", FIELDS, retires).await;
    assert_eq!(reply.done("/resource/status"), "RETIRED");
    assert_eq!(reply.done("/resource/statusReason"), "政策到期");
    assert_eq!(reply.done("/resource/capacity"), 9);
    assert_eq!(reply.done("/resource/version"), 8);
    assert_eq!(
        world.audit().await,
        [
            "resource.draft OK",
            "resource.revise OK",
            "resource.list OK",
            "resource.pause OK",
            "resource.resume OK",
            "resource.assure OK",
            "resource.capacity_set OK",
            "resource.retire OK"
        ]
    );
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_stale_resource_comes_back_by_being_assured(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let listed = listed_resource(&world, json!({})).await;
    world.execute("UPDATE resource SET status = 'STALE', assured_on = '2026-08-01'");
    let seen = world.run("mill.liaison", "query($id: ID!) { resource(id: $id) { id } }", json!({ "id": listed.id })).await;
    assert_eq!(seen.data("/resource"), &Value::Null);
    let assures = json!({ "resource": listed.id, "expectedVersion": listed.version });
    let reply = world.mutate("justice.official", "resourceAssure", "resource { status assuredOn }", assures).await;
    assert_eq!(reply.done("/resource"), &json!({ "status": "LISTED", "assuredOn": "2026-11-23" }));
}

#[rstest]
#[tokio::test]
async fn a_step_from_the_wrong_state_is_refused_and_changes_nothing(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values("DRAFT", "LISTED", "PAUSED", "STALE", "RETIRED")] state: &str,
) {
    let Some(world) = World::new(db).await else { return };
    let made = in_state(&world, state).await;
    let mut terms = steps::resource_input();
    terms.as_object_mut().expect("an object").remove("organisation");
    let possible: &[&str] = match state {
        "DRAFT" => &["resourceRevise", "resourceList", "resourceRetire"],
        "LISTED" => &["resourcePause", "resourceAssure", "resourceCapacitySet", "resourceRetire"],
        "PAUSED" => &["resourceResume", "resourceCapacitySet", "resourceRetire"],
        "STALE" => &["resourceAssure", "resourceCapacitySet", "resourceRetire"],
        _ => &[],
    };
    let before = (state_of(&world, &made).await, world.count("audit_line").await);
    let attempts = [
        ("resourceRevise", terms),
        ("resourceList", json!({})),
        ("resourcePause", json!({ "reason": "设备检修", "until": "2026-12-01" })),
        ("resourceResume", json!({})),
        ("resourceAssure", json!({})),
        ("resourceCapacitySet", json!({ "capacity": 5 })),
        ("resourceRetire", json!({ "reason": "政策到期" })),
    ];
    let mut refused = 0;
    for (mutation, more) in attempts {
        // A wrong version as well: the state is looked at first.
        let base = json!({ "resource": made.id, "expectedVersion": made.version + 7 });
        let reply = world.mutate("justice.lead", mutation, "resource { id }", steps::with(&base, more)).await;
        let expected = if possible.contains(&mutation) { "STALE_VERSION" } else { "INVALID_STATE" };
        assert_eq!(reply.code(), expected, "{mutation} from {state}");
        refused += 1;
    }
    assert_eq!(state_of(&world, &made).await, before.0);
    assert_eq!(world.count("audit_line").await, before.1 + refused);
}

/// The usual resource in a state.
async fn in_state(world: &World, state: &str) -> Made {
    if state == "DRAFT" {
        return drafted_resource(world, "justice.lead", json!({})).await;
    }
    let listed = listed_resource(world, json!({})).await;
    let (mutation, more) = match state {
        "PAUSED" => ("resourcePause", json!({ "reason": "设备检修", "until": "2026-12-01" })),
        "RETIRED" => ("resourceRetire", json!({ "reason": "政策到期" })),
        state => {
            world.execute(&format!("UPDATE resource SET status = '{state}'"));
            return listed;
        }
    };
    step(world, "justice.lead", mutation, "resource", &listed, more).await
}

#[rstest]
#[tokio::test]
async fn retiring_ends_the_pending_claims_and_no_other(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let (resource, other) = (listed_resource(&world, json!({})).await, listed_resource(&world, json!({})).await);
    let declined = enter_claim(&world, "declined", &demand, Some(&resource), "DECLINED");
    let agreed = enter_claim(&world, "agreed", &demand, Some(&resource), "AGREED");
    let pending = enter_claim(&world, "pending", &demand, Some(&resource), "PENDING");
    step(&world, "justice.lead", "resourceRetire", "resource", &resource, json!({ "reason": "政策到期" })).await;

    let ended =
        "SELECT count(*) FROM claim WHERE status = 'ENDED' AND version = 2 AND settled_at IS NOT NULL AND ref_no = 'pending'";
    assert_eq!(world.number(ended).await, 1);
    assert_eq!(world.number("SELECT count(*) FROM claim WHERE version = 1").await, 2, "{declined} {agreed}");
    let effects = world.last_effects();
    assert_eq!(effects[0], json!({ "object": resource.id, "from": "LISTED", "to": "RETIRED" }));
    assert_eq!(effects[1], json!({ "object": pending, "from": "PENDING", "to": "ENDED" }));
    assert_eq!(effects.len(), 2);
    assert_eq!(state_of(&world, &other).await["status"], "LISTED");
    // The enterprise of the agreed claim keeps seeing what it has agreed on.
    let query = "query($id: ID!) { resource(id: $id) { status } }";
    assert_eq!(world.run("mill.liaison", query, json!({ "id": resource.id })).await.data("/resource/status"), "RETIRED");
    assert_eq!(world.run("forge.liaison", query, json!({ "id": resource.id })).await.data("/resource"), &Value::Null);
}

#[rstest]
#[tokio::test]
async fn only_what_is_on_offer_comes_on_the_list(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let list = async |made: &Made| {
        let input = json!({ "resource": made.id, "expectedVersion": made.version });
        world.mutate("justice.lead", "resourceList", "resource { id }", input).await
    };
    let nobodys = drafted_resource(&world, "justice.lead", json!({ "category": steps::category_id("OTHER") })).await;
    assert_eq!(list(&nobodys).await.code(), "NO_DUTY_UNIT");
    let ending = drafted_resource(&world, "justice.lead", json!({ "validTo": "2026-11-23" })).await;
    world.advance(jiff::SignedDuration::from_hours(24)).await;
    assert_eq!(list(&ending).await.problems(), ["INVALID_STATE at input.resource"]);
    let usual = drafted_resource(&world, "justice.lead", json!({})).await;
    world.execute("UPDATE organisation SET status = 'SUSPENDED', status_reason = '整改' WHERE name = 'justice'");
    assert_eq!(list(&usual).await.code(), "ORGANISATION_INACTIVE");
    assert_eq!(world.number("SELECT count(*) FROM resource WHERE status = 'DRAFT'").await, 3);
    assert_eq!(world.number("SELECT count(*) FROM counter WHERE kind = 'R'").await, 0);
}
