//! Two servers on one database do what is due exactly once, also when one of them is killed on the way.

use std::{
    thread,
    time::{Duration, Instant},
};

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types};
use serde_json::json;

use crate::world::{
    Db, World,
    process::Server,
    rows::{copy, enter_claim, multiply},
    steps::{listed_demand, listed_resource, scale},
};

/// How many of each list are due.
const EACH: usize = 150;
/// A day that has passed, whenever this runs.
const LONG_AGO: &str = "2026-11-01";

/// Demands that are reminded of and escalated, a pending claim on each of as many others, and resources
/// that are reminded of twice and go stale: all of it due since long.
async fn everything_due(world: &World) {
    let demand = listed_demand(world, json!({})).await;
    listed_resource(world, json!({})).await;
    multiply(world, "demand", EACH);
    multiply(world, "resource", EACH);
    enter_claim(world, "C-420105-2026-000001", &demand, None, "PENDING");
    let others = "claim, demand WHERE demand.id <> claim.demand";
    let changes = [("id", "gen_random_uuid()"), ("demand", "demand.id"), ("ref_no", "replace(demand.ref_no, 'D-', 'C-')")];
    copy(world, "claim", others, &changes);
    let past = format!("'{LONG_AGO}T08:00:00Z'");
    world.execute(&format!("UPDATE demand SET unclaimed_due_at = {past}, escalate_due_at = {past}"));
    world.execute(&format!("UPDATE claim SET respond_by = {past}"));
    world.execute(&format!(
        "UPDATE resource SET remind_first_on = '2026-10-01', remind_second_on = '2026-10-15', stale_on = '{LONG_AGO}'"
    ));
}

/// How often the system has done what to one object, for everything that it did.
fn deeds(world: &World) -> Vec<(String, i64, i64)> {
    #[derive(QueryableByName)]
    struct Deed {
        #[diesel(sql_type = sql_types::Text)]
        action: String,
        #[diesel(sql_type = sql_types::BigInt)]
        lines: i64,
        #[diesel(sql_type = sql_types::BigInt)]
        objects: i64,
    }
    // The effects of a deed begin with its object; what tells repeated reminders apart stays in.
    let sql = "SELECT action, count(*) AS lines, count(DISTINCT CASE WHEN action = 'resource.remind' THEN effects \
        ELSE substr(effects, 1, 45) END) AS objects FROM audit_line WHERE account IS NULL AND outcome = 'OK' \
        AND action IN ('claim.lapse', 'demand.remind', 'demand.escalate', 'resource.remind', 'resource.go_stale') \
        GROUP BY action ORDER BY action";
    let rows: Vec<Deed> = sql_query(sql).load(&mut world.connection()).expect("the log");
    rows.into_iter().map(|deed| (deed.action, deed.lines, deed.objects)).collect()
}

fn done(world: &World) -> i64 {
    deeds(world).iter().map(|(_, lines, _)| lines).sum()
}

/// Waits until so much is done.
fn wait(world: &World, wanted: i64) {
    let patience = Instant::now() + Duration::from_secs(120);
    while done(world) < wanted {
        assert!(Instant::now() < patience, "only {} of {wanted} things are done", done(world));
        thread::sleep(Duration::from_millis(10));
    }
}

#[tokio::test]
async fn what_is_due_is_done_once_by_two_servers_one_of_which_is_killed() {
    for round in 1..=scale(2, 20) {
        // Two processes share a database on PostgreSQL; SQLite is for one.
        let Some(world) = World::new(Db::Postgres).await else { return };
        everything_due(&world).await;
        let each = i64::try_from(EACH).unwrap();
        let all = 6 * each;
        let killed = Server::serve(&world, &[]);
        let stays = Server::serve(&world, &[]);
        // At another moment in every round, and never before anything is done or after all is.
        wait(&world, all * i64::try_from(round % 8 + 1).unwrap() / 10);
        killed.kill();
        wait(&world, all);
        drop(stays);
        let expected =
            [("claim.lapse", 1), ("demand.escalate", 1), ("demand.remind", 1), ("resource.go_stale", 1), ("resource.remind", 2)];
        assert_eq!(
            deeds(&world),
            expected.map(|(action, times)| (action.to_owned(), times * each, times * each)),
            "round {round}"
        );
        assert_eq!(world.number("SELECT count(*) FROM claim WHERE status = 'LAPSED'").await, each, "round {round}");
        assert_eq!(world.number("SELECT count(*) FROM demand WHERE escalated_at IS NOT NULL").await, each, "round {round}");
        assert_eq!(world.number("SELECT count(*) FROM resource WHERE status = 'STALE'").await, each, "round {round}");
        assert!(world.chains_hold().await, "round {round}");
    }
}
