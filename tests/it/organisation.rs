//! Organisations through the API.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World,
    steps::{organisation_id, place_id, zone_id},
    walk::{but, walk},
};

const PROFILE: &str = "__typename kind name shortName uscc industrySection industryDivision sizeBand status statusReason version \
    parent { name __typename }";

fn press() -> Value {
    json!({
        "name": "武汉压力机有限公司", "shortName": "压力机", "uscc": " 91420105ma4k00029y", "industrySection": "C",
        "industryDivision": "35", "sizeBand": "MEDIUM", "parent": organisation_id("mill"),
    })
}

#[rstest]
#[tokio::test]
async fn an_enterprise_is_entered_and_found_by_its_name(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let profile = but(press(), json!({ "uscc": "91420105MA4K00028U" }));
    let fields = format!("organisation {{ {PROFILE} }} warnings {{ code path message }}");
    let reply =
        world.mutate("coordinator", "organisationCreate", &fields, json!({ "kind": "ENTERPRISE", "profile": profile })).await;
    assert_eq!(
        reply.done("/organisation"),
        &json!({
            "__typename": "Enterprise", "kind": "ENTERPRISE", "name": "武汉压力机有限公司", "shortName": "压力机",
            "uscc": "91420105MA4K00028U", "industrySection": "C", "industryDivision": "35", "sizeBand": "MEDIUM",
            "status": "ACTIVE", "statusReason": null, "version": 1, "parent": { "name": "mill", "__typename": "Enterprise" },
        })
    );
    // The code inside the code is odd: that is told, and saved all the same.
    assert_eq!(reply.done("/warnings/0/code"), "USCC_INNER_CODE");
    assert_eq!(reply.done("/warnings/0/path"), &json!(["input", "profile", "uscc"]));

    let query = "query($filter: OrganisationFilter) { organisations(filter: $filter) { totalCount nodes { name } } }";
    for (text, count) in [("压力", 1), ("压力机有限", 1), ("力压", 0), ("MILL", 1), ("%", 0), ("有限公司", 1)] {
        let reply = world.run("mill.liaison", query, json!({ "filter": { "text": text } })).await;
        assert_eq!(reply.data("/organisations/totalCount"), count, "{text}");
    }
    assert_eq!(world.audit().await, ["organisation.create OK"]);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn an_organisation_that_is_not_acceptable_is_refused(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let before = world.count("organisation").await;
    for (kind, changes, problems) in [
        ("ENTERPRISE", json!({}), ["DUPLICATE_USCC at input.profile.uscc"].as_slice()),
        ("ENTERPRISE", json!({ "uscc": null }), &["VALIDATION at input.profile.uscc"]),
        ("PROPERTY_COMPANY", json!({ "uscc": null }), &["VALIDATION at input.profile.uscc"]),
        ("ENTERPRISE", json!({ "uscc": "91420105MA4K00029X" }), &["VALIDATION at input.profile.uscc"]),
        ("DEPARTMENT", json!({ "name": "mill", "uscc": null }), &["DUPLICATE_NAME at input.profile.name"]),
        (
            "DEPARTMENT",
            json!({ "name": "", "shortName": "长".repeat(121), "uscc": "1", "industryDivision": "44", "parent": "org_x" }),
            &[
                "VALIDATION at input.profile.name",
                "VALIDATION at input.profile.shortName",
                "VALIDATION at input.profile.uscc",
                "VALIDATION at input.profile.industryDivision",
                "BAD_ID at input.profile.parent",
            ],
        ),
        ("DEPARTMENT", json!({ "industrySection": null }), &["VALIDATION at input.profile.industryDivision"]),
        ("DEPARTMENT", json!({ "parent": organisation_id("neighbour") }), &["NOT_FOUND at input.profile.parent"]),
    ] {
        let input = json!({ "kind": kind, "profile": but(press(), changes) });
        let reply = world.mutate("coordinator", "organisationCreate", "organisation { id }", input).await;
        assert_eq!(reply.problems(), problems, "{kind}");
    }
    for login in ["circle.steward", "mill.liaison", "justice.lead", "sysadmin"] {
        let input = json!({ "kind": "DEPARTMENT", "profile": but(press(), json!({ "uscc": null })) });
        let reply = world.mutate(login, "organisationCreate", "organisation { id }", input).await;
        assert_eq!(reply.code(), "FORBIDDEN", "{login}");
    }
    assert_eq!(world.count("organisation").await, before);
}

#[rstest]
#[tokio::test]
async fn an_update_replaces_what_is_known(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let update = |name: &str, version: i32, profile: Value| json!({ "organisation": organisation_id(name), "expectedVersion": version, "profile": profile });
    let fields = format!("organisation {{ {PROFILE} }} warnings {{ code }}");
    let street = json!({ "name": "洲头街道办事处", "parent": organisation_id("justice") });
    let reply = world.mutate("coordinator", "organisationUpdate", &fields, update("street", 1, street)).await;
    assert_eq!(
        reply.done("/organisation"),
        &json!({
            "__typename": "Department", "kind": "STREET_OFFICE", "name": "洲头街道办事处", "shortName": null, "uscc": null,
            "industrySection": null, "industryDivision": null, "sizeBand": null, "status": "ACTIVE", "statusReason": null,
            "version": 2, "parent": { "name": "justice", "__typename": "Department" },
        })
    );
    for (name, version, profile, problem) in [
        ("street", 1, json!({ "name": "街道" }), "STALE_VERSION at "),
        ("street", 2, json!({ "name": "justice" }), "DUPLICATE_NAME at input.profile.name"),
        ("street", 2, json!({ "name": "街道", "uscc": "91420105MA4K000102" }), "DUPLICATE_USCC at input.profile.uscc"),
        ("street", 2, json!({ "name": "街道", "parent": organisation_id("street") }), "VALIDATION at input.profile.parent"),
        ("justice", 1, json!({ "name": "justice", "parent": organisation_id("street") }), "VALIDATION at input.profile.parent"),
        ("mill", 1, json!({ "name": "mill" }), "VALIDATION at input.profile.uscc"),
        ("neighbour", 1, json!({ "name": "邻居" }), "NOT_FOUND at input.organisation"),
    ] {
        let reply = world.mutate("coordinator", "organisationUpdate", &fields, update(name, version, profile)).await;
        assert_eq!(reply.problems(), [problem], "{name}");
    }
    let reply = world.mutate("mill.liaison", "organisationUpdate", &fields, update("mill", 1, json!({ "name": "m" }))).await;
    assert_eq!(reply.code(), "FORBIDDEN");
    assert_eq!(world.number("SELECT sum(version) FROM organisation").await, 9);
    // The new name is found, the old one is not.
    let query = "query($text: String!) { organisations(filter: { text: $text }) { totalCount } }";
    for (text, count) in [("街道办", 1), ("street", 0)] {
        let reply = world.run("mill.liaison", query, json!({ "text": text })).await;
        assert_eq!(reply.data("/organisations/totalCount"), count, "{text}");
    }
}

#[rstest]
#[tokio::test]
async fn a_suspended_organisation_comes_back(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let step = |version: i32| json!({ "organisation": organisation_id("mill"), "expectedVersion": version });
    let why = |version: i32| but(step(version), json!({ "reason": "证照过期" }));
    let fields = "organisation { status statusReason version }";
    let reply = world.mutate("coordinator", "organisationResume", fields, step(1)).await;
    assert_eq!(reply.code(), "INVALID_STATE");
    let reply = world.mutate("coordinator", "organisationSuspend", fields, but(why(1), json!({ "reason": "x" }))).await;
    assert_eq!(reply.problems(), ["VALIDATION at input.reason"]);
    let reply = world.mutate("coordinator", "organisationSuspend", fields, why(1)).await;
    assert_eq!(reply.done("/organisation"), &json!({ "status": "SUSPENDED", "statusReason": "证照过期", "version": 2 }));
    let reply = world.mutate("coordinator", "organisationSuspend", fields, why(2)).await;
    assert_eq!(reply.code(), "INVALID_STATE");
    let reply = world.mutate("coordinator", "organisationResume", fields, step(1)).await;
    assert_eq!(reply.code(), "STALE_VERSION");
    let reply = world.mutate("mill.liaison", "organisationResume", fields, step(2)).await;
    assert_eq!(reply.code(), "FORBIDDEN");
    let reply = world.mutate("coordinator", "organisationResume", fields, step(2)).await;
    assert_eq!(reply.done("/organisation"), &json!({ "status": "ACTIVE", "statusReason": null, "version": 3 }));
    assert_eq!(
        world.audit().await,
        [
            "organisation.resume INVALID_STATE",
            "organisation.suspend OK",
            "organisation.suspend INVALID_STATE",
            "organisation.resume STALE_VERSION",
            "organisation.resume FORBIDDEN",
            "organisation.resume OK",
        ]
    );
}

#[rstest]
#[tokio::test]
async fn organisations_are_narrowed_and_paged(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let update = json!({
        "organisation": organisation_id("bakery"), "expectedVersion": 1,
        "profile": { "name": "bakery", "uscc": "91420105MA4K00029Y", "industrySection": "C", "industryDivision": "14",
            "sizeBand": "MICRO", "parent": organisation_id("keeper") },
    });
    world.mutate("coordinator", "organisationUpdate", "organisation { id }", update).await.done("");
    let query = "query($filter: OrganisationFilter) { organisations(filter: $filter, order: OLDEST_FIRST) { totalCount nodes { name } } }";
    for (filter, expected) in [
        (json!({}), &["bakery", "forge", "justice", "keeper", "labour", "mill", "street"][..]),
        (json!({ "kind": ["DEPARTMENT", "PROPERTY_COMPANY"] }), &["justice", "keeper", "labour"]),
        (json!({ "status": ["CLOSED", "SUSPENDED"] }), &[]),
        (json!({ "industrySection": ["C", "A"] }), &["bakery"]),
        (json!({ "sizeBand": ["SMALL"] }), &["forge", "keeper", "mill"]),
        (json!({ "zone": [zone_id("circle")] }), &["bakery", "keeper", "mill"]),
        (json!({ "place": [place_id("plant"), place_id("mall")] }), &["forge", "mill"]),
        (json!({ "zone": [zone_id("circle")], "place": [place_id("plant")] }), &[]),
        (json!({ "parent": [organisation_id("keeper")] }), &["bakery"]),
        (json!({ "text": "MIL" }), &["mill"]),
    ] {
        let reply = world.run("justice.official", query, json!({ "filter": filter })).await;
        let mut names: Vec<&str> = reply
            .data("/organisations/nodes")
            .as_array()
            .expect("nodes")
            .iter()
            .filter_map(|node| node["name"].as_str())
            .collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{filter}");
        assert_eq!(reply.data("/organisations/totalCount"), expected.len(), "{filter}");
    }
    assert_eq!(walk(&world, "organisations", "name", "").await.len(), 7);
    let reply = world.run("justice.official", query, json!({ "filter": { "text": "" } })).await;
    assert_eq!(reply.code(), "VALIDATION");
    let many = vec![zone_id("circle"); 51];
    let reply = world.run("justice.official", query, json!({ "filter": { "zone": many } })).await;
    assert_eq!(reply.code(), "VALIDATION");
}

#[rstest]
#[tokio::test]
async fn a_page_takes_as_many_statements_as_one_row(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let query = |first: u32| {
        format!(
            "{{ organisations(first: {first}) {{ totalCount nodes {{ parent {{ name }} viewerCanCreateContactPoint \
             contactPoints {{ phone email isMasked viewerCanUpdate }} \
             tenancies {{ place {{ zone {{ name }} division {{ name }} operator {{ name }} children {{ name }} tenancies {{ id }} }} }} }} }} }}"
        )
    };
    for name in ["mill", "bakery", "forge", "keeper", "justice", "labour", "street"] {
        let sits =
            json!({ "organisation": organisation_id(name), "place": place_id("office"), "unit": "9 层", "from": "2026-01-01" });
        world.mutate("coordinator", "tenancyStart", "tenancy { id }", sits).await.done("");
        let input = json!({ "organisation": organisation_id(name), "post": "办公室", "phone": "027-84001212" });
        world.mutate("coordinator", "contactPointCreate", "contactPoint { id }", input).await.done("");
    }
    let mut counts = Vec::new();
    for first in [4, 7] {
        let before = statements(&world).await;
        assert_eq!(world.run("circle.steward", &query(first), json!({})).await.code(), "OK");
        counts.push(statements(&world).await - before);
    }
    assert_eq!(counts[0], counts[1]);
}

/// Statements so far, once the lanes are still: they answer before they end their transactions.
async fn statements(world: &World) -> u64 {
    let mut counted = world.app.store.statements();
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let again = world.app.store.statements();
        if again == counted {
            return counted;
        }
        counted = again;
    }
}
