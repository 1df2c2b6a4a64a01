//! Who sees a demand, and who may do what with it.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World,
    steps::{self, drafted_demand, listed_demand, step},
};

const RIGHTS: &str = "query($id: ID!) { demand(id: $id) { viewerCanRevise viewerCanSubmit viewerCanReturn viewerCanList \
    viewerCanMerge viewerCanWithdraw } }";

/// The rights that the API says an account has, as a row of letters; `-` when it does not see it.
async fn rights(world: &World, login: &str, id: &str) -> String {
    let reply = world.run(login, RIGHTS, json!({ "id": id })).await;
    let Some(demand) = reply.data("/demand").as_object() else { return "-".to_owned() };
    let fields = ["Revise", "Submit", "Return", "List", "Merge", "Withdraw"];
    let letter = |field: &&str| {
        if demand[&format!("viewerCan{field}")] == true { field.chars().next().unwrap_or(' ') } else { '·' }
    };
    fields.iter().map(letter).collect()
}

#[rstest]
#[tokio::test]
async fn the_rights_shown_are_those_of_the_table(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let draft = drafted_demand(&world, "mill.liaison", json!({})).await;
    let listed = listed_demand(&world, json!({ "title": "另一件事", "detail": "完全不同的内容" })).await;
    for (login, on_draft, on_listed) in [
        ("mill.liaison", "RS···W", "RS···W"),
        ("bakery.liaison", "-", "······"),
        ("justice.lead", "-", "······"),
        ("circle.steward", "-", "RSRLM·"),
        ("plant.steward", "-", "······"),
        ("coordinator", "-", "RSRLM·"),
        ("sysadmin", "-", "-"),
        ("auditor", "-", "-"),
        ("nobody", "-", "-"),
        ("neighbour.coordinator", "-", "-"),
    ] {
        assert_eq!(rights(&world, login, &draft.id).await, on_draft, "{login} on a draft");
        assert_eq!(rights(&world, login, &listed.id).await, on_listed, "{login} on a listed one");
    }
}

#[rstest]
#[tokio::test]
async fn a_steward_drafts_on_behalf_of_whoever_sits_in_its_places(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let input = steps::demand_input("mill", "mall", "劳动合同法律咨询");
    let stranger = world.mutate("plant.steward", "demandDraft", "demand { id }", input.clone()).await;
    assert_eq!(stranger.code(), "FORBIDDEN");
    let reply = world.mutate("circle.steward", "demandDraft", "demand { id source }", input).await;
    assert_eq!(reply.done("/demand/source"), "STEWARD");
    let id = reply.text("/demand/id");
    // Its organisation and its creator see a draft, and nobody else.
    assert_eq!(rights(&world, "circle.steward", &id).await, "RSRLM·");
    assert_eq!(rights(&world, "mill.liaison", &id).await, "RS···W");
    assert_eq!(rights(&world, "coordinator", &id).await, "-");
}

#[rstest]
#[tokio::test]
async fn what_one_sees_but_may_not_do_is_forbidden_and_what_one_does_not_see_is_not_there(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
) {
    let Some(world) = World::new(db).await else { return };
    let listed = listed_demand(&world, json!({})).await;
    let withdraw = json!({ "demand": listed.id, "expectedVersion": 9, "reason": "已自行解决" });
    let withdrawing = async |login: &str| world.mutate(login, "demandWithdraw", "demand { id }", withdraw.clone()).await.code();
    for login in ["bakery.liaison", "justice.lead", "circle.steward", "coordinator"] {
        assert_eq!(withdrawing(login).await, "FORBIDDEN", "{login}");
    }
    for login in ["sysadmin", "secadmin", "auditor", "nobody", "neighbour.coordinator"] {
        assert_eq!(withdrawing(login).await, "NOT_FOUND", "{login}");
    }
    assert_eq!(withdrawing("").await, "UNAUTHENTICATED");
    assert_eq!(world.status_of_demand(&listed.id).as_deref(), Some("LISTED"));
}

#[rstest]
#[tokio::test]
async fn a_narrow_demand_is_shown_to_those_whom_it_concerns(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let zone = listed_demand(&world, json!({ "visibility": "ZONE" })).await;
    let duty = listed_demand(&world, json!({ "visibility": "DUTY_UNIT", "title": "另一件事", "detail": "完全不同的内容" })).await;
    let seen = async |login: &str| {
        let reply = world.run(login, "{ demands(order: OLDEST_FIRST) { nodes { id } } }", json!({})).await;
        let ids: Vec<Value> =
            reply.data("/demands/nodes").as_array().into_iter().flatten().map(|node| node["id"].clone()).collect();
        (ids.contains(&json!(zone.id)), ids.contains(&json!(duty.id)))
    };
    assert_eq!(seen("mill.liaison").await, (true, true));
    assert_eq!(seen("bakery.liaison").await, (true, false));
    assert_eq!(seen("forge.liaison").await, (false, false));
    assert_eq!(seen("justice.official").await, (true, true));
    assert_eq!(seen("labour.official").await, (false, false));
    // A listed resource that reaches the place brings its department into the circle.
    let own = json!({ "organisation": steps::organisation_id("labour"), "coverage": { "places": [steps::place_id("mall")] } });
    let drafted = steps::drafted_resource(&world, "labour.lead", own).await;
    step(&world, "labour.lead", "resourceList", "resource", &drafted, json!({})).await;
    assert_eq!(seen("labour.official").await, (true, false));
}
