//! A server that is killed in the middle of its work has kept everything it acknowledged.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rstest::rstest;
use serde_json::json;

use crate::world::{
    Db, World,
    process::{Server, now, post},
    steps,
};

/// Clients that write at the same time.
const CLIENTS: usize = 4;

/// Drafts and submits demands until it is told to stop, and keeps a ledger of what was acknowledged.
pub fn write_until(address: &str, client: usize, stop: &AtomicBool, ledger: &Mutex<Vec<String>>) {
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let input = steps::demand_input("mill", "mall", &format!("第 {client} 号窗口的第 {number} 项需求"));
        let draft = json!({ "query": steps::DRAFT, "variables": { "input": input } });
        let Some(reply) = post(address, "mill.liaison", &draft) else { return };
        let id = reply["data"]["demandDraft"]["demand"]["id"].as_str().unwrap_or_else(|| panic!("{reply}")).to_owned();
        ledger.lock().expect("the ledger").push(format!("{id} DRAFT"));
        let input = json!({ "demand": id, "expectedVersion": 1 });
        let submit = json!({ "query": steps::SUBMIT, "variables": { "input": input } });
        let Some(reply) = post(address, "mill.liaison", &submit) else { return };
        if reply["data"]["demandSubmit"]["demand"]["id"].is_string() {
            ledger.lock().expect("the ledger").push(format!("{id} SUBMITTED"));
        }
    }
}

#[rstest]
#[tokio::test]
async fn what_was_acknowledged_survives_a_kill(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    world.renew_sessions(now());
    for round in 1..=steps::scale(3, 100) {
        let server = Server::serve(&world, &[]);
        let ledger = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (address, ledger, stop) = (server.address.clone(), Arc::clone(&ledger), Arc::clone(&stop));
                thread::spawn(move || write_until(&address, client * 1000 + round, &stop, &ledger))
            })
            .collect();
        let enough = Instant::now() + Duration::from_secs(20);
        while ledger.lock().expect("the ledger").len() < 40 && Instant::now() < enough {
            thread::sleep(Duration::from_millis(5));
        }
        server.kill();
        stop.store(true, Ordering::Relaxed);
        clients.into_iter().for_each(|client| client.join().expect("the client ends"));
        let ledger = ledger.lock().expect("the ledger").clone();
        assert!(ledger.len() >= 40, "round {round}: only {} writes were acknowledged", ledger.len());
        for entry in &ledger {
            let (id, status) = entry.split_once(' ').expect("an entry");
            let kept = world.status_of_demand(id);
            assert!(
                kept == Some(status.to_owned()) || (status == "DRAFT" && kept.as_deref() == Some("SUBMITTED")),
                "round {round}: {entry} is {kept:?}"
            );
        }
        assert!(world.chains_hold().await, "round {round}");
        nothing_is_half_done(&world, round).await;
    }
}

/// Every demand has its line in the log, every line its demand, and the numbers have no gap.
async fn nothing_is_half_done(world: &World, round: usize) {
    let demands = world.count("demand").await;
    let drafted = world.number("SELECT count(*) FROM audit_line WHERE action = 'demand.draft' AND outcome = 'OK'").await;
    assert_eq!(demands, drafted, "round {round}");
    let numbered = world.number("SELECT count(*) FROM demand WHERE ref_no IS NOT NULL").await;
    let last = world.number("SELECT coalesce(max(last), 0) FROM counter WHERE kind = 'D'").await;
    assert_eq!(numbered, last, "round {round}");
    let submitted = world.number("SELECT count(*) FROM audit_line WHERE action = 'demand.submit' AND outcome = 'OK'").await;
    assert_eq!(numbered, submitted, "round {round}");
}
