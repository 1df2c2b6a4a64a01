//! Any object by its id: as visible as by its own query, and read a kind at a time.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use park_portal::graphql::sdl;
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World, named,
    rows::{enter_claim, enter_confirmed_project, enter_contact},
    steps::{self, category_id, listed_demand, listed_resource, organisation_id, place_id, zone_id},
};

const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";

/// One object of every kind that a coordinator can see, by the name of its type.
async fn one_of_each(world: &World) -> BTreeMap<&'static str, String> {
    let demand = listed_demand(world, json!({})).await;
    let resource = listed_resource(world, json!({})).await;
    let claim = enter_claim(world, "a claim", &demand, Some(&resource), "AGREED");
    enter_confirmed_project(world, &claim, &demand, "YES");
    let project = named::<park_portal::kernel::id::kind::Project>(&claim).to_string();
    let branch = json!({
        "kind": "HUB", "place": place_id("mall"), "name": "摩尔城党支部", "form": "BRANCH", "lead": organisation_id("street"),
        "memberCount": 6, "covers": [organisation_id("mill")],
    });
    let branch = world.mutate("circle.steward", "branchPropose", "branch { id }", branch).await.text("/branch/id");
    BTreeMap::from([
        ("Building", place_id("mall")),
        ("Park", place_id("plant")),
        ("Enterprise", organisation_id("mill")),
        ("Department", organisation_id("justice")),
        ("Category", category_id("LEGAL")),
        ("Zone", zone_id("circle")),
        ("ContactPoint", enter_contact(world, "mill")),
        ("Tenancy", named::<park_portal::kernel::id::kind::Tenancy>("mill in mall").to_string()),
        ("Demand", demand.id),
        ("Resource", resource.id),
        ("Claim", claim),
        ("Project", project),
        ("HubBranch", branch),
        ("Session", named::<park_portal::kernel::id::kind::Session>("coordinator").to_string()),
    ])
}

#[rstest]
#[tokio::test]
async fn any_object_is_found_by_its_id_alone(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let objects = one_of_each(&world).await;
    let ids: Vec<&String> = objects.values().collect();
    let expected: Vec<Value> = objects.iter().map(|(name, id)| json!({ "__typename": name, "id": id })).collect();
    let reply = world.run("coordinator", NODES, json!({ "ids": ids })).await;
    assert_eq!(reply.data("/nodes"), &json!(expected), "{}", reply.body);
    for (expected, id) in expected.iter().zip(ids) {
        assert_eq!(world.run("coordinator", NODE, json!({ "id": id })).await.data("/node"), expected);
    }
}

#[rstest]
#[tokio::test]
async fn accounts_grants_and_lines_of_the_log_are_found_by_whoever_looks_after_them(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    steps::drafted_demand(&world, "mill.liaison", json!({})).await;
    let account = named::<park_portal::kernel::id::kind::Account>("mill.liaison").to_string();
    let entries = world.run("auditor", "{ auditEntries(first: 1) { nodes { id } } }", json!({})).await;
    let line = entries.data("/auditEntries/nodes/0/id").as_str().expect("a line").to_owned();
    let grants = world.run("sysadmin", "{ grants(first: 1) { nodes { id } } }", json!({})).await;
    let grant = grants.data("/grants/nodes/0/id").as_str().expect("a grant").to_owned();
    let ids = json!({ "ids": [account, grant, line] });
    let seen = async |login: &str| world.run(login, NODES, ids.clone()).await.data("/nodes").clone();
    let names = |nodes: Value| -> Vec<String> {
        nodes.as_array().expect("nodes").iter().map(|node| node["__typename"].as_str().unwrap_or("-").to_owned()).collect()
    };
    assert_eq!(names(seen("sysadmin").await), ["Account", "Grant", "-"]);
    assert_eq!(names(seen("auditor").await), ["-", "-", "AuditEntry"]);
    assert_eq!(names(seen("justice.lead").await), ["-", "-", "-"]);
}

#[rstest]
#[tokio::test]
async fn what_is_hidden_absent_or_of_no_kind_answers_null_alike(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let objects = one_of_each(&world).await;
    let ids: Vec<&str> = vec![
        &objects["Claim"],
        &objects["Project"],
        &objects["Session"],
        "clm_00000000000000000000000001",
        "aud_00000000000000000000000001",
    ];
    for login in ["forge.liaison", "neighbour.coordinator", "nobody"] {
        let reply = world.run(login, NODES, json!({ "ids": ids })).await;
        assert_eq!(reply.body, json!({ "data": { "nodes": [null, null, null, null, null] } }), "{login}");
    }
    let reply = world.run("", NODES, json!({ "ids": ids })).await;
    assert_eq!(reply.code(), "UNAUTHENTICATED");
    for id in ["", "dem", "dem_1", "zzz_00000000000000000000000001", "DEM_00000000000000000000000001"] {
        assert_eq!(world.run("coordinator", NODE, json!({ "id": id })).await.code(), "BAD_ID", "{id}");
    }
    let many = vec![objects["Demand"].clone(); 51];
    assert_eq!(world.run("coordinator", NODES, json!({ "ids": many })).await.code(), "VALIDATION");
}

#[rstest]
#[tokio::test]
async fn many_objects_of_a_kind_are_read_in_one_statement(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let mut ids = Vec::new();
    for number in 0..6 {
        let changes = json!({ "title": format!("第 {number} 项"), "detail": format!("{number}").repeat(12) });
        ids.push(steps::drafted_demand(&world, "mill.liaison", changes).await.id);
    }
    let mut counted = Vec::new();
    for some in [&ids[..1], &ids[..]] {
        world.run("mill.liaison", NODES, json!({ "ids": some })).await;
        let before = world.statements().await;
        world.run("mill.liaison", NODES, json!({ "ids": some })).await;
        counted.push(world.statements().await - before);
    }
    assert_eq!(counted[0], counted[1]);
}

#[test]
fn every_type_with_an_id_is_a_node() {
    let document = parse_schema(sdl()).expect("the schema parses");
    let mut missing = BTreeSet::new();
    let mut nodes = 0;
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let TypeKind::Object(object) = definition.node.kind else { continue };
        let has_id = object.fields.iter().any(|field| field.node.name.node == "id" && field.node.ty.node.to_string() == "ID!");
        let is_node = object.implements.iter().any(|interface| interface.node == "Node");
        nodes += usize::from(is_node);
        if has_id != is_node {
            missing.insert(definition.node.name.node.to_string());
        }
    }
    assert_eq!(missing, BTreeSet::new());
    assert_eq!(nodes, 30);
}
