//! Rates of organisations: numerator, denominator, and nothing said of a handful.

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    project,
    world::{
        Db, World,
        steps::{Made, listed_demand, listed_resource},
    },
};

const RATE: &str = "{ numerator denominator sufficiency permille }";

async fn rates(world: &World, login: &str, from: &str, to: &str) -> Vec<Value> {
    let query = format!(
        "query($from: Date!, $to: Date!) {{ rates(from: $from, to: $to) {{ organisation {{ name }} response {RATE} \
         resolution {RATE} satisfaction {RATE} answered {RATE} claimed {RATE} stale {RATE} }} }}"
    );
    let reply = world.run(login, &query, json!({ "from": from, "to": to })).await;
    reply.data("/rates").as_array().expect("rates").clone()
}

/// A rate as text, `n/d` with its ‰ where there is one.
fn short(rate: &Value) -> String {
    let permille = rate["permille"].as_u64();
    let expected = if permille.is_some() { "SUFFICIENT" } else { "INSUFFICIENT" };
    assert_eq!(rate["sufficiency"], expected);
    let share = permille.map_or(String::new(), |permille| format!(" {permille}"));
    format!("{}/{}{share}", rate["numerator"], rate["denominator"])
}

fn of(rates: &[Value], name: &str) -> [String; 6] {
    let found = rates.iter().find(|rates| rates["organisation"]["name"] == name).expect(name);
    ["response", "resolution", "satisfaction", "answered", "claimed", "stale"].map(|rate| short(&found[rate]))
}

/// A demand of the mill that nothing else looks like.
async fn demand(world: &World, number: usize) -> Made {
    let word = ["甲乙", "丙丁", "戊己", "庚辛", "壬癸", "子丑"][number].repeat(6);
    listed_demand(world, json!({ "title": word, "detail": word, "quantity": 1 })).await
}

#[rstest]
#[tokio::test]
async fn rates_are_counted_per_organisation_and_say_nothing_of_a_handful(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    for (number, solved) in ["YES", "YES", "PARTLY", "YES", "NO"].into_iter().enumerate() {
        let demand = demand(&world, number).await;
        project::confirmed(&world, &demand, "justice", solved).await;
    }
    world.execute("UPDATE project SET satisfaction = 3 WHERE solved = 'NO'");
    listed_resource(&world, json!({})).await;
    let unclaimed = demand(&world, 5).await;
    let seen = rates(&world, "coordinator", "2026-11-23", "2026-11-23").await;
    let names: Vec<&str> = seen.iter().filter_map(|rates| rates["organisation"]["name"].as_str()).collect();
    assert_eq!(names, ["justice", "mill"]);
    // The first contacts are due on the day after.
    assert_eq!(of(&seen, "justice"), ["0/0", "3/5 600", "4/5 800", "5/5 1000", "5/5 1000", "0/1"]);
    assert_eq!(of(&seen, "mill"), ["0/0", "0/0", "0/0", "0/0", "5/5 1000", "0/0"]);
    let month = rates(&world, "coordinator", "2026-11-01", "2026-11-30").await;
    assert_eq!(of(&month, "justice")[0], "5/5 1000");
    assert!(
        rates(&world, "coordinator", "2026-11-25", "2026-11-30").await.iter().all(|rates| rates["claimed"]["denominator"] == 0)
    );

    // Ten working days later it is certain that nobody has claimed the sixth in time.
    world.advance("2026-12-07T09:30:01Z".parse::<Timestamp>().unwrap().duration_since(world.app.clock.now())).await;
    let later = rates(&world, "coordinator", "2026-11-23", "2026-11-23").await;
    assert_eq!(of(&later, "mill")[4], "5/6 833");
    // A claim that comes then is too late to count.
    project::opened(&world, &unclaimed, "justice").await;
    assert_eq!(of(&rates(&world, "coordinator", "2026-11-23", "2026-11-23").await, "mill")[4], "5/6 833");

    // Everybody sees their own, and nobody else's.
    let own = rates(&world, "mill.liaison", "2026-11-01", "2026-11-30").await;
    assert_eq!(own.len(), 1);
    assert_eq!(of(&own, "mill")[4], "5/6 833");
    assert_eq!(rates(&world, "bakery.liaison", "2026-11-01", "2026-11-30").await, Vec::<Value>::new());
    assert_eq!(rates(&world, "auditor", "2026-11-01", "2026-11-30").await, Vec::<Value>::new());
}

#[rstest]
#[tokio::test]
async fn a_contact_that_is_late_or_never_made_counts_against_whoever_leads(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    project::started(&world, &demand(&world, 0).await, "justice").await;
    project::opened(&world, &demand(&world, 1).await, "justice").await;
    let seen = rates(&world, "coordinator", "2026-11-24", "2026-11-24").await;
    assert_eq!(of(&seen, "justice")[0], "1/1", "the second still has time");
    world.advance(SignedDuration::from_hours(33)).await;
    let seen = rates(&world, "coordinator", "2026-11-24", "2026-11-24").await;
    assert_eq!(of(&seen, "justice")[0], "1/2");
}

#[rstest]
#[tokio::test]
async fn a_span_has_a_length_that_can_be_counted(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(("2026-11-02", "2026-11-01"), ("2025-11-01", "2026-11-02"))] (from, to): (&str, &str),
) {
    let Some(world) = World::new(db).await else { return };
    let query = "query($from: Date!, $to: Date!) { rates(from: $from, to: $to) { stale { numerator } } }";
    let reply = world.run("coordinator", query, json!({ "from": from, "to": to })).await;
    assert_eq!(reply.code(), "VALIDATION");
    let year = world.run("coordinator", query, json!({ "from": "2025-11-01", "to": "2026-11-01" })).await;
    assert_eq!(year.data("/rates"), &json!([]));
}
