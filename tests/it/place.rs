//! Zones, divisions and places through the API.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World,
    steps::{category_id, organisation_id, place_id, zone_id},
    walk::{but, walk},
};

fn hall(name: &str) -> Value {
    json!({
        "kind": "OFFICE_BUILDING",
        "name": name,
        "dominance": "PROPERTY_LED",
        "zone": zone_id("circle"),
        "division": "420105006",
        "address": "测试路 2 号",
        "operator": organisation_id("keeper"),
    })
}

const PLACE: &str = "place { id version kind: __typename status depth name zone { name } parent { name } division { name } \
    operator { name } viewerCanOpen viewerCanClose }";

#[rstest]
#[tokio::test]
async fn a_coordinator_enters_a_zone(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let input = json!({ "code": "VALLEY_1", "name": " 龙阳湖健康谷 ", "kind": "VALLEY" });
    let reply = world.mutate("coordinator", "zoneCreate", "zone { version code name kind }", input).await;
    assert_eq!(reply.done("/zone"), &json!({ "version": 1, "code": "VALLEY_1", "name": "龙阳湖健康谷", "kind": "VALLEY" }));
    let reply = world.run("mill.liaison", "{ zones { code } }", json!({})).await;
    assert_eq!(reply.data("/zones"), &json!([{ "code": "VALLEY_1" }, { "code": "circle" }, { "code": "park" }]));
    assert_eq!(world.audit().await, ["zone.create OK"]);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_zone_that_is_not_acceptable_is_refused(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let good = json!({ "code": "NEW", "name": "新区", "kind": "PARK" });
    world.mutate("coordinator", "zoneCreate", "zone { id }", good.clone()).await.done("/zone/id");
    for (input, problems) in [
        (but(good.clone(), json!({ "name": "另一个" })), ["DUPLICATE_NAME at input.code"].as_slice()),
        (but(good.clone(), json!({ "code": "OTHER" })), &["DUPLICATE_NAME at input.name"]),
        (json!({ "code": "n", "name": " ", "kind": "PARK" }), &["VALIDATION at input.code", "VALIDATION at input.name"]),
    ] {
        let reply = world.mutate("coordinator", "zoneCreate", "zone { id }", input).await;
        assert_eq!(reply.problems(), problems);
    }
    for login in ["circle.steward", "mill.liaison", "justice.lead", "sysadmin", "secadmin", "auditor", "nobody"] {
        let reply = world.mutate(login, "zoneCreate", "zone { id }", json!({ "code": "X1", "name": "某", "kind": "PARK" })).await;
        assert_eq!(reply.code(), "FORBIDDEN", "{login}");
    }
    assert_eq!(world.count("zone").await, 3);
}

#[rstest]
#[tokio::test]
async fn a_place_is_entered_opened_and_closed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let reply = world.mutate("coordinator", "placeCreate", PLACE, hall("新楼")).await;
    let id = reply.text("/place/id");
    assert_eq!(
        reply.done("/place"),
        &json!({
            "id": id, "version": 1, "kind": "Building", "status": "PLANNED", "depth": 1, "name": "新楼",
            "zone": { "name": "circle" }, "parent": null, "division": { "name": "洲头街道" }, "operator": { "name": "keeper" },
            "viewerCanOpen": true, "viewerCanClose": true,
        })
    );
    let step = |version: i32| json!({ "place": id, "expectedVersion": version });
    let reply = world.mutate("coordinator", "placeOpen", "place { status version }", step(2)).await;
    assert_eq!(reply.code(), "STALE_VERSION");
    let reply = world.mutate("coordinator", "placeOpen", "place { status version }", step(1)).await;
    assert_eq!(reply.done("/place"), &json!({ "status": "OPEN", "version": 2 }));
    // The state is looked at before the version.
    let reply = world.mutate("coordinator", "placeOpen", "place { status version }", step(1)).await;
    assert_eq!(reply.code(), "INVALID_STATE");
    let reply = world.mutate("coordinator", "placeClose", "place { status version }", step(2)).await;
    assert_eq!(reply.done("/place"), &json!({ "status": "CLOSED", "version": 3 }));
    let reply = world.mutate("coordinator", "placeClose", "place { status }", step(3)).await;
    assert_eq!(reply.code(), "INVALID_STATE");
    let reply = world.mutate("circle.steward", "placeClose", "place { status }", step(3)).await;
    assert_eq!(reply.code(), "FORBIDDEN");
    assert_eq!(
        world.audit().await,
        [
            "place.create OK",
            "place.open STALE_VERSION",
            "place.open OK",
            "place.open INVALID_STATE",
            "place.close OK",
            "place.close INVALID_STATE",
            "place.close FORBIDDEN",
        ]
    );
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_place_inside_another_takes_over_its_zone_and_counts_its_depth(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let mut parent = place_id("tower");
    for (name, depth) in [("三层", 3), ("四层", 4)] {
        let input = but(hall(name), json!({ "zone": null, "parent": parent }));
        let reply = world.mutate("coordinator", "placeCreate", PLACE, input).await;
        assert_eq!((reply.done("/place/depth"), reply.done("/place/zone/name")), (&json!(depth), &json!("circle")));
        parent = reply.text("/place/id");
    }
    let input = but(hall("五层"), json!({ "parent": parent }));
    let reply = world.mutate("coordinator", "placeCreate", PLACE, input).await;
    assert_eq!(reply.problems(), ["PLACE_TREE at input.parent"]);
    let query = "query($id: ID!) { place(id: $id) { children { name children { name children { name children { name } } } } } }";
    let reply = world.run("mill.liaison", query, json!({ "id": place_id("mall") })).await;
    assert_eq!(
        reply.data("/place/children"),
        &json!([{ "name": "tower", "children": [{ "name": "三层", "children": [{ "name": "四层", "children": [] }] }] }])
    );
}

#[rstest]
#[tokio::test]
async fn a_place_that_does_not_fit_is_refused(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let before = world.count("place").await;
    let suspend = json!({ "organisation": organisation_id("bakery"), "expectedVersion": 1, "reason": "暂停" });
    world.mutate("coordinator", "organisationSuspend", "organisation { id }", suspend).await.done("");
    let close = json!({ "place": place_id("plant"), "expectedVersion": 1 });
    world.mutate("coordinator", "placeClose", "place { id }", close).await.done("");
    for (changes, problem) in [
        (json!({ "name": "mall" }), "DUPLICATE_NAME at input.name"),
        (json!({ "name": "" }), "VALIDATION at input.name"),
        (json!({ "address": "一\u{0}二" }), "VALIDATION at input.address"),
        (json!({ "zone": "zon_00000000000000000000000000" }), "NOT_FOUND at input.zone"),
        (json!({ "zone": place_id("mall") }), "BAD_ID at input.zone"),
        (json!({ "parent": "plc_00000000000000000000000000" }), "NOT_FOUND at input.parent"),
        (json!({ "operator": organisation_id("neighbour") }), "NOT_FOUND at input.operator"),
        (json!({ "operator": organisation_id("bakery") }), "ORGANISATION_INACTIVE at input.operator"),
        (json!({ "division": "4201" }), "VALIDATION at input.division"),
        (json!({ "division": "420105999" }), "VALIDATION at input.division"),
        (json!({ "division": "420105" }), "VALIDATION at input.division"),
        (json!({ "parent": place_id("mall"), "division": "420105008" }), "PLACE_TREE at input.division"),
        (json!({ "parent": place_id("plant"), "division": "420105010" }), "INVALID_STATE at input.parent"),
    ] {
        let reply = world.mutate("coordinator", "placeCreate", "place { id }", but(hall("新楼"), changes)).await;
        assert_eq!(reply.problems(), [problem]);
    }
    for login in ["circle.steward", "mill.liaison", "justice.lead"] {
        assert_eq!(world.mutate(login, "placeCreate", "place { id }", hall("新楼")).await.code(), "FORBIDDEN", "{login}");
    }
    // Whoever sees nothing of the district is told that its zone is not there.
    for login in ["auditor", "nobody", "neighbour.coordinator"] {
        let reply = world.mutate(login, "placeCreate", "place { id }", hall("新楼")).await;
        assert_eq!(reply.problems(), ["NOT_FOUND at input.zone"], "{login}");
    }
    assert_eq!(world.count("place").await, before);
}

#[rstest]
#[tokio::test]
async fn places_are_narrowed_and_paged(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let query = "query($filter: PlaceFilter) { places(filter: $filter, first: 100) { totalCount nodes { name } } }";
    for (filter, expected) in [
        (json!({}), &["mall", "office", "plant", "tower"][..]),
        (json!({ "kind": ["INDUSTRIAL", "COMPLEX"] }), &["mall", "plant"]),
        (json!({ "dominance": ["PROPERTY_LED"] }), &["office"]),
        (json!({ "status": ["PLANNED"] }), &[]),
        (json!({ "zone": [zone_id("park")] }), &["plant"]),
        (json!({ "parent": [place_id("mall")] }), &["tower"]),
        (json!({ "operator": [organisation_id("keeper")] }), &["office"]),
        (json!({ "division": ["420105006", "420105010"] }), &["mall", "plant", "tower"]),
        (json!({ "division": ["420105"], "roots": true }), &["mall", "office", "plant"]),
    ] {
        let reply = world.run("mill.liaison", query, json!({ "filter": filter })).await;
        let mut names: Vec<&str> =
            reply.data("/places/nodes").as_array().expect("nodes").iter().filter_map(|node| node["name"].as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{filter}");
        assert_eq!(reply.data("/places/totalCount"), expected.len(), "{filter}");
    }
    assert_eq!(walk(&world, "places", "name", "").await.len(), 4);
    let wrong = world.run("mill.liaison", query, json!({ "filter": { "division": ["42"] } })).await;
    assert_eq!(wrong.code(), "VALIDATION");
    let wrong = world.run("mill.liaison", query, json!({ "filter": { "zone": ["zon_x"] } })).await;
    assert_eq!(wrong.code(), "BAD_ID");
}

#[rstest]
#[tokio::test]
async fn divisions_come_each_before_those_inside_it(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    assert_eq!(walk(&world, "divisions", "code", "").await, ["420105", "420105006", "420105008", "420105010"]);
    let streets = walk(&world, "divisions", "code", r#", level: STREET, parent: "420105""#).await;
    assert_eq!(streets, ["420105006", "420105008", "420105010"]);
    let query = "{ divisions(first: 2) { totalCount nodes { name level source parent { name level parent { name } } } } \
        district { code name division { name } viewerCanCreatePlace } }";
    let reply = world.run("coordinator", query, json!({})).await;
    assert_eq!(
        reply.body["data"],
        json!({
            "divisions": { "totalCount": 4, "nodes": [
                { "name": "汉阳区", "level": "DISTRICT", "source": "test", "parent": null },
                { "name": "洲头街道", "level": "STREET", "source": "test",
                  "parent": { "name": "汉阳区", "level": "DISTRICT", "parent": null } },
            ] },
            "district": { "code": "420105", "name": "汉阳区", "division": { "name": "汉阳区" }, "viewerCanCreatePlace": true },
        })
    );
    let reply = world.run("mill.liaison", "{ district { viewerCanCreatePlace } }", json!({})).await;
    assert_eq!(reply.data("/district/viewerCanCreatePlace"), false);
    let reply = world.run("mill.liaison", r#"{ divisions(parent: "42010") { totalCount } }"#, json!({})).await;
    assert_eq!(reply.code(), "VALIDATION");
    let reply = world.run("neighbour.coordinator", "{ divisions { totalCount } }", json!({})).await;
    assert_eq!(reply.data("/divisions/totalCount"), 0);
}

#[rstest]
#[tokio::test]
async fn the_administrators_see_names_and_the_auditor_nothing(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let query = "query($place: ID!, $zone: ID!, $mill: ID!, $legal: ID!, $filter: OrganisationFilter!) { \
        place(id: $place) { name tenancies { id } } zone(id: $zone) { name } \
        organisation(id: $mill) { name tenancies { id } contactPoints { id } } category(id: $legal) { name } \
        organisations { totalCount } sitting: organisations(filter: $filter) { totalCount } places { totalCount } \
        zones { name } categories { name } tenancies { totalCount } divisions { totalCount } }";
    let variables = json!({
        "place": place_id("mall"), "zone": zone_id("circle"), "mill": organisation_id("mill"), "legal": category_id("LEGAL"),
        "filter": { "zone": [zone_id("circle")] },
    });
    for login in ["sysadmin", "secadmin"] {
        let reply = world.run(login, query, variables.clone()).await;
        assert_eq!(
            reply.body["data"],
            json!({
                "place": { "name": "mall", "tenancies": [] }, "zone": { "name": "circle" },
                "organisation": { "name": "mill", "tenancies": [], "contactPoints": [] }, "category": null,
                "organisations": { "totalCount": 7 }, "sitting": { "totalCount": 0 }, "places": { "totalCount": 4 },
                "zones": [{ "name": "circle" }, { "name": "park" }], "categories": [], "tenancies": { "totalCount": 0 },
                "divisions": { "totalCount": 4 },
            }),
            "{login}"
        );
    }
    for login in ["auditor", "nobody"] {
        let reply = world.run(login, query, variables.clone()).await;
        assert_eq!(
            reply.body["data"],
            json!({
                "place": null, "zone": null, "organisation": null, "category": null,
                "organisations": { "totalCount": 0 }, "sitting": { "totalCount": 0 }, "places": { "totalCount": 0 },
                "zones": [], "categories": [], "tenancies": { "totalCount": 0 }, "divisions": { "totalCount": 0 },
            }),
            "{login}"
        );
    }
    let reply = world.run("neighbour.coordinator", query, variables).await;
    assert_eq!(reply.data("/organisations/totalCount"), 1);
    assert_eq!(
        (reply.data("/place"), reply.data("/organisation"), reply.data("/zone")),
        (&Value::Null, &Value::Null, &Value::Null)
    );
}
