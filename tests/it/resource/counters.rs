//! The capacity of a resource: counted per period, never passed, never below what is agreed.

use park_portal::{
    domain::period::Period,
    kernel::{id::ResourceId, quantity::Quantity},
    store::{StoreError, resource as rows},
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World,
    steps::{Made, listed_resource, step},
};

fn quantity(number: i64) -> Quantity {
    number.try_into().expect("a quantity")
}

/// Takes from the usual resource, whose capacity is 4.
async fn take(world: &World, made: &Made, period: &str, number: i64) -> bool {
    let (id, period): (ResourceId, Period) = (made.id.parse().expect("an id"), period.parse().expect("a period"));
    let capacity = 4.try_into().expect("a capacity");
    let taken = world.app.store.write(move |tx| rows::take(tx, id, period, capacity, quantity(number)));
    taken.await.expect("the counter answers")
}

async fn give_back(world: &World, made: &Made, period: &str, number: i64) -> Result<(), StoreError> {
    let (id, period): (ResourceId, Period) = (made.id.parse().expect("an id"), period.parse().expect("a period"));
    world.app.store.write(move |tx| rows::give_back(tx, id, period, quantity(number))).await
}

async fn available(world: &World, made: &Made, on: &str) -> Value {
    let query = "query($id: ID!, $on: Date) { resource(id: $id) { availableIn(on: $on) } }";
    let reply = world.run("mill.liaison", query, json!({ "id": made.id, "on": on })).await;
    reply.data("/resource/availableIn").clone()
}

#[rstest]
#[tokio::test]
async fn each_period_has_its_own_capacity(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let resource = listed_resource(&world, json!({})).await;
    assert!(take(&world, &resource, "2026-11", 3).await);
    assert!(!take(&world, &resource, "2026-11", 2).await);
    assert!(take(&world, &resource, "2026-11", 1).await);
    assert!(!take(&world, &resource, "2026-11", 1).await);
    assert!(take(&world, &resource, "2026-12", 1).await);
    assert!(!take(&world, &resource, "2027-01", 5).await);
    let left = [available(&world, &resource, "2026-11-30").await, available(&world, &resource, "2026-12-01").await];
    assert_eq!(left, [json!(0), json!(3)]);
    assert_eq!(available(&world, &resource, "2027-01-01").await, 4);
}

#[rstest]
#[tokio::test]
async fn what_is_given_back_can_be_taken_again_and_no_more(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let resource = listed_resource(&world, json!({})).await;
    assert!(take(&world, &resource, "2026-11", 4).await);
    give_back(&world, &resource, "2026-11", 2).await.expect("given back");
    assert!(take(&world, &resource, "2026-11", 2).await);
    assert!(matches!(give_back(&world, &resource, "2026-11", 5).await, Err(StoreError::Stale)));
    assert!(matches!(give_back(&world, &resource, "2026-12", 1).await, Err(StoreError::Stale)));
    assert_eq!(available(&world, &resource, "2026-11-01").await, 0);
}

#[rstest]
#[tokio::test]
async fn nothing_is_taken_from_a_resource_that_is_not_listed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let resource = listed_resource(&world, json!({})).await;
    assert!(take(&world, &resource, "2026-11", 1).await);
    let until = json!({ "reason": "设备检修", "until": "2026-12-01" });
    step(&world, "justice.lead", "resourcePause", "resource", &resource, until).await;
    assert!(!take(&world, &resource, "2026-11", 1).await);
    assert!(!take(&world, &resource, "2026-12", 1).await);
    assert_eq!(world.number("SELECT sum(taken) FROM resource_period").await, 1);
}

#[rstest]
#[tokio::test]
async fn capacity_does_not_fall_below_what_is_agreed_now_or_later(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let resource = listed_resource(&world, json!({})).await;
    for (period, number) in [("2026-10", 4), ("2026-11", 1), ("2027-02", 3)] {
        assert!(take(&world, &resource, period, number).await);
    }
    let set = async |capacity: i64| {
        let input = json!({ "resource": resource.id, "expectedVersion": 2, "capacity": capacity });
        world.mutate("justice.lead", "resourceCapacitySet", "resource { capacity version }", input).await
    };
    assert_eq!(set(2).await.problems(), ["CAPACITY_EXCEEDED at input.capacity"]);
    assert_eq!(world.number("SELECT capacity FROM resource").await, 4);
    assert_eq!(world.number("SELECT sum(capacity) FROM resource_period").await, 12);
    assert_eq!(set(3).await.done("/resource"), &json!({ "capacity": 3, "version": 3 }));
    let left = [available(&world, &resource, "2026-10-01").await, available(&world, &resource, "2026-11-01").await];
    assert_eq!(left, [json!(0), json!(2)]);
    assert_eq!(available(&world, &resource, "2027-02-01").await, 0);
    assert_eq!(available(&world, &resource, "2027-03-01").await, 3);
    // A period that is over keeps what it had.
    assert_eq!(world.number("SELECT capacity FROM resource_period WHERE period = '2026-10'").await, 4);
    assert_eq!(world.last_effects()[0]["facts"], json!({ "capacity": 3 }));
}
