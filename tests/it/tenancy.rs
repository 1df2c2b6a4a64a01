//! Tenancies through the API.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World,
    steps::{organisation_id, place_id},
    walk::{but, walk},
};

fn sits(organisation: &str, place: &str, unit: &str, from: &str) -> Value {
    json!({ "organisation": organisation_id(organisation), "place": place_id(place), "unit": unit, "from": from })
}

const FIELDS: &str = "tenancy { id version organisation { name } place { name } unit from to viewerCanEnd }";

#[rstest]
#[tokio::test]
async fn a_steward_lets_an_organisation_in_and_out(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let reply = world.mutate("circle.steward", "tenancyStart", FIELDS, sits("forge", "mall", "A座 12", "2026-12-01")).await;
    let id = reply.text("/tenancy/id");
    assert_eq!(
        reply.done("/tenancy"),
        &json!({
            "id": id, "version": 1, "organisation": { "name": "forge" }, "place": { "name": "mall" }, "unit": "A座 12",
            "from": "2026-12-01", "to": null, "viewerCanEnd": true,
        })
    );
    let end = |version: i32, day: &str| json!({ "tenancy": id, "expectedVersion": version, "lastDay": day });
    for (login, input, problem) in [
        ("circle.steward", end(1, "2026-11-30"), "VALIDATION at input.lastDay"),
        ("circle.steward", end(2, "2026-12-31"), "STALE_VERSION at "),
    ] {
        assert_eq!(world.mutate(login, "tenancyEnd", FIELDS, input).await.problems(), [problem]);
    }
    assert_eq!(world.mutate("plant.steward", "tenancyEnd", FIELDS, end(1, "2026-12-31")).await.code(), "FORBIDDEN");
    assert_eq!(world.mutate("forge.liaison", "tenancyEnd", FIELDS, end(1, "2026-12-31")).await.code(), "FORBIDDEN");
    let reply = world.mutate("circle.steward", "tenancyEnd", "tenancy { version to }", end(1, "2026-12-31")).await;
    assert_eq!(reply.done("/tenancy"), &json!({ "version": 2, "to": "2026-12-31" }));
    let reply = world.mutate("coordinator", "tenancyEnd", FIELDS, end(2, "2026-12-31")).await;
    assert_eq!(reply.code(), "INVALID_STATE");
    assert_eq!(
        world.audit().await,
        [
            "tenancy.start OK",
            "tenancy.end STALE_VERSION",
            "tenancy.end FORBIDDEN",
            "tenancy.end FORBIDDEN",
            "tenancy.end OK",
            "tenancy.end INVALID_STATE",
        ]
    );
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn the_same_unit_is_not_taken_twice_at_a_time(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let span = |from: &str, to: Value| but(sits("forge", "mall", "B1", from), json!({ "to": to }));
    for (from, to, code) in [
        ("2026-03-01", json!("2026-03-31"), "OK"),
        ("2026-03-31", json!("2026-04-30"), "TENANCY_OVERLAP"),
        ("2026-01-01", Value::Null, "TENANCY_OVERLAP"),
        ("2026-02-01", json!("2026-02-28"), "OK"),
        ("2026-04-01", Value::Null, "OK"),
        ("2027-01-01", Value::Null, "TENANCY_OVERLAP"),
    ] {
        let reply = world.mutate("coordinator", "tenancyStart", FIELDS, span(from, to)).await;
        assert_eq!(reply.code(), code, "{from}: {}", reply.body);
    }
    // Another unit, place or organisation is not in the way.
    for input in [
        sits("forge", "mall", "B2", "2026-04-01"),
        sits("forge", "office", "B1", "2026-04-01"),
        sits("bakery", "mall", "B1", "2026-04-01"),
    ] {
        world.mutate("coordinator", "tenancyStart", FIELDS, input).await.done("");
    }
}

#[rstest]
#[tokio::test]
async fn a_tenancy_that_is_not_possible_is_refused(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let suspend = json!({ "organisation": organisation_id("bakery"), "expectedVersion": 1, "reason": "暂停" });
    world.mutate("coordinator", "organisationSuspend", "organisation { id }", suspend).await.done("");
    let close = json!({ "place": place_id("plant"), "expectedVersion": 1 });
    world.mutate("coordinator", "placeClose", "place { id }", close).await.done("");
    let before = world.count("tenancy").await;
    let good = || sits("forge", "mall", "B1", "2026-12-01");
    for (changes, problem) in [
        (json!({ "organisation": organisation_id("bakery") }), "ORGANISATION_INACTIVE at input.organisation"),
        (json!({ "organisation": organisation_id("neighbour") }), "NOT_FOUND at input.organisation"),
        (json!({ "place": place_id("plant") }), "INVALID_STATE at input.place"),
        (json!({ "place": "plc_00000000000000000000000000" }), "NOT_FOUND at input.place"),
        (json!({ "place": organisation_id("mill") }), "BAD_ID at input.place"),
        (json!({ "unit": "" }), "VALIDATION at input.unit"),
        (json!({ "unit": "很长".repeat(11) }), "VALIDATION at input.unit"),
        (json!({ "to": "2026-11-30" }), "VALIDATION at input.to"),
    ] {
        let reply = world.mutate("coordinator", "tenancyStart", FIELDS, but(good(), changes)).await;
        assert_eq!(reply.problems(), [problem]);
    }
    for login in ["plant.steward", "forge.liaison", "justice.lead"] {
        assert_eq!(world.mutate(login, "tenancyStart", FIELDS, good()).await.code(), "FORBIDDEN", "{login}");
    }
    assert_eq!(world.count("tenancy").await, before);
}

#[rstest]
#[tokio::test]
async fn who_sits_where_is_seen_from_both_sides(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    world.advance(jiff::SignedDuration::from_secs(1)).await;
    for (organisation, from, to) in [
        ("forge", "2026-11-23", Value::Null),
        ("bakery", "2026-11-01", json!("2026-11-22")),
        ("keeper", "2026-11-24", Value::Null),
    ] {
        let input = but(sits(organisation, "mall", "B1", from), json!({ "to": to }));
        world.mutate("coordinator", "tenancyStart", FIELDS, input).await.done("");
    }
    let query = "query($mall: ID!, $forge: ID!, $filter: TenancyFilter!, $at: OrganisationFilter!) { \
        place(id: $mall) { tenancies { organisation { name } unit viewerCanEnd } viewerCanStartTenancy } \
        organisation(id: $forge) { tenancies { place { name } } } \
        all: tenancies { totalCount } then: tenancies(filter: $filter) { totalCount nodes { organisation { name } } } \
        organisations(filter: $at) { totalCount } }";
    let variables = json!({
        "mall": place_id("mall"), "forge": organisation_id("forge"),
        "filter": { "place": [place_id("mall")], "on": "2026-11-22" },
        "at": { "place": [place_id("mall"), place_id("plant")], "zone": [crate::world::steps::zone_id("circle")] },
    });
    let reply = world.run("circle.steward", query, variables.clone()).await;
    assert_eq!(
        reply.body["data"],
        json!({
            "place": { "tenancies": [
                { "organisation": { "name": "forge" }, "unit": "B1", "viewerCanEnd": true },
                { "organisation": { "name": "mill" }, "unit": "1 层", "viewerCanEnd": true },
            ], "viewerCanStartTenancy": true },
            "organisation": { "tenancies": [{ "place": { "name": "mall" } }, { "place": { "name": "plant" } }] },
            "all": { "totalCount": 7 },
            "then": { "totalCount": 2, "nodes": [{ "organisation": { "name": "bakery" } }, { "organisation": { "name": "mill" } }] },
            "organisations": { "totalCount": 2 },
        })
    );
    let reply = world.run("mill.liaison", query, variables).await;
    assert_eq!(reply.data("/place/viewerCanStartTenancy"), false);
    assert_eq!(reply.data("/place/tenancies/0/viewerCanEnd"), false);
    assert_eq!(walk(&world, "tenancies", "id", "").await.len(), 7);
}
