//! Who sees a resource, and who may do what with it.

use diesel::prelude::*;
use park_portal::{
    kernel::id::{OrganisationId, PlaceId, TenancyId},
    store::{
        schema::tenancy,
        types::{At, On},
    },
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World, named, start,
    steps::{self, drafted_resource, listed_resource},
};

const RIGHTS: &str = "query($id: ID!) { resource(id: $id) { viewerCanRevise viewerCanList viewerCanPause viewerCanResume \
    viewerCanAssure viewerCanSetCapacity viewerCanRetire } }";

/// The rights that the API says an account has, as a row of letters; `-` when it does not see it.
async fn rights(world: &World, login: &str, id: &str) -> String {
    let reply = world.run(login, RIGHTS, json!({ "id": id })).await;
    let Some(resource) = reply.data("/resource").as_object() else { return "-".to_owned() };
    let fields = ["Revise", "List", "Pause", "Resume", "Assure", "SetCapacity", "Retire"];
    fields
        .iter()
        .map(|field| if resource[&format!("viewerCan{field}")] == true { field.chars().next().unwrap_or(' ') } else { '·' })
        .collect()
}

/// Lets an organisation sit in a place from a day to a day.
fn seat(world: &World, organisation: &str, place: &str, from: jiff::civil::Date, to: Option<jiff::civil::Date>) {
    let (organisation, place): (OrganisationId, PlaceId) = (named(organisation), named(place));
    let id: TenancyId = named(&format!("{organisation} {from}"));
    diesel::insert_into(tenancy::table)
        .values((
            tenancy::id.eq(id),
            tenancy::district.eq(crate::world::DISTRICT),
            tenancy::organisation.eq(organisation),
            tenancy::place.eq(place),
            tenancy::unit.eq("2 层"),
            tenancy::from_on.eq(On(from)),
            tenancy::to_on.eq(to.map(On)),
            tenancy::created_at.eq(At(start())),
            tenancy::version.eq(1),
        ))
        .execute(&mut world.connection())
        .expect("a tenancy");
}

#[rstest]
#[tokio::test]
async fn the_rights_shown_are_those_of_the_table(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let draft = drafted_resource(&world, "justice.official", json!({})).await;
    let listed = listed_resource(&world, json!({})).await;
    for (login, on_draft, on_listed) in [
        ("justice.official", "R···A··", "R···A··"),
        ("justice.lead", "RLPRASR", "RLPRASR"),
        ("labour.lead", "-", "·······"),
        ("mill.liaison", "-", "·······"),
        ("circle.steward", "-", "·······"),
        ("coordinator", "-", "RLPRASR"),
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
async fn what_one_sees_but_may_not_do_is_forbidden_and_what_one_does_not_see_is_not_there(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
) {
    let Some(world) = World::new(db).await else { return };
    let draft = drafted_resource(&world, "justice.official", json!({})).await;
    let list = json!({ "resource": draft.id, "expectedVersion": 9 });
    let listing = async |login: &str| world.mutate(login, "resourceList", "resource { id }", list.clone()).await.code();
    assert_eq!(listing("justice.official").await, "FORBIDDEN");
    for login in ["labour.lead", "mill.liaison", "coordinator", "sysadmin", "neighbour.coordinator", "nobody"] {
        assert_eq!(listing(login).await, "NOT_FOUND", "{login}");
    }
    let strangers = world.mutate("labour.lead", "resourceDraft", "resource { id }", steps::resource_input()).await;
    assert_eq!(strangers.code(), "FORBIDDEN");
    assert_eq!(world.mutate("", "resourceList", "resource { id }", list).await.code(), "UNAUTHENTICATED");
    assert_eq!(world.number("SELECT count(*) FROM resource WHERE status = 'DRAFT' AND version = 1").await, 1);
    let refusals = world.number("SELECT count(*) FROM audit_line WHERE action = 'resource.list' AND outcome = 'NOT_FOUND'").await;
    assert_eq!(refusals, 6);
}

#[rstest]
#[tokio::test]
async fn a_steward_looks_after_whoever_sits_in_its_places_today(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let listed = listed_resource(&world, json!({})).await;
    let pause = json!({ "resource": listed.id, "expectedVersion": 2, "reason": "设备检修", "until": "2026-12-01" });
    let pausing = async |login: &str| world.mutate(login, "resourcePause", "resource { id }", pause.clone()).await.code();
    seat(&world, "justice", "mall", jiff::civil::date(2026, 1, 1), Some(jiff::civil::date(2026, 11, 22)));
    seat(&world, "justice", "plant", jiff::civil::date(2026, 11, 24), None);
    assert_eq!(pausing("circle.steward").await, "FORBIDDEN");
    assert_eq!(pausing("plant.steward").await, "FORBIDDEN");
    seat(&world, "justice", "office", jiff::civil::date(2026, 11, 23), Some(jiff::civil::date(2026, 11, 23)));
    assert_eq!(rights(&world, "circle.steward", &listed.id).await, "RLPRASR");
    assert_eq!(pausing("circle.steward").await, "OK");
    // Off the list, only those who look after it and its own still see it.
    assert_eq!(rights(&world, "plant.steward", &listed.id).await, "-");
    assert_eq!(rights(&world, "circle.steward", &listed.id).await, "RLPRASR");
    world.advance(jiff::SignedDuration::from_hours(24)).await;
    assert_eq!(rights(&world, "circle.steward", &listed.id).await, "-");
    assert_eq!(rights(&world, "plant.steward", &listed.id).await, "RLPRASR");
}

#[rstest]
#[tokio::test]
async fn an_enterprise_may_offer_too(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let own = json!({ "organisation": steps::organisation_id("mill"), "title": "共享会议室", "mode": "VENUE" });
    let drafted = drafted_resource(&world, "mill.liaison", own.clone()).await;
    let listed = steps::step(&world, "mill.liaison", "resourceList", "resource", &drafted, json!({})).await;
    assert_eq!(rights(&world, "circle.steward", &listed.id).await, "RLPRASR");
    // A steward drafts on behalf of whoever sits in its places, and sees its own drafts.
    let on_behalf = drafted_resource(&world, "circle.steward", own.clone()).await;
    assert_eq!(rights(&world, "circle.steward", &on_behalf.id).await, "RLPRASR");
    let input = steps::with(&steps::resource_input(), own);
    assert_eq!(world.mutate("plant.steward", "resourceDraft", "resource { id }", input).await.code(), "FORBIDDEN");
    let seen = world.run("coordinator", "query($id: ID!) { resource(id: $id) { id } }", json!({ "id": on_behalf.id })).await;
    assert_eq!(seen.data("/resource"), &Value::Null);
}
