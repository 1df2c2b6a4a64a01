//! A server that is asked to stop finishes what it has begun; its log tells one request from another.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    crash::write_until,
    world::{
        Db, World,
        process::{Server, now},
        steps, token,
    },
};

/// A request that the server has begun to read, and whose body is still to come.
struct Begun {
    stream: TcpStream,
    body: String,
}

impl Begun {
    fn draft(address: &str, title: &str) -> Self {
        let input = steps::demand_input("mill", "mall", title);
        let body = json!({ "query": steps::DRAFT, "variables": { "input": input } }).to_string();
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
             expect: 100-continue\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            token("mill.liaison"),
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("the head is sent");
        // The server asks for the body: from now on the request is in its hands.
        let mut line = String::new();
        let mut reader = BufReader::new(stream.try_clone().expect("the same connection"));
        reader.read_line(&mut line).expect("an answer");
        assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
        Self { stream, body }
    }

    /// Sends the body and answers what came back.
    fn finish(mut self) -> Value {
        self.stream.write_all(self.body.as_bytes()).expect("the body is sent");
        let mut lines = BufReader::new(self.stream).lines().map(|line| line.expect("the answer is read to its end"));
        let answer = lines.by_ref().find(|line| line.starts_with('{'));
        serde_json::from_str(&answer.expect("an answer")).expect("JSON")
    }
}

#[rstest]
#[tokio::test]
async fn a_server_that_is_asked_to_stop_answers_what_it_has_begun(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    world.renew_sessions(now());
    let server = Server::serve(&world, &[]);
    let (ledger, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
    let clients: Vec<_> = (0..4)
        .map(|client| {
            let (address, ledger, stop) = (server.address.clone(), Arc::clone(&ledger), Arc::clone(&stop));
            thread::spawn(move || write_until(&address, client, &stop, &ledger))
        })
        .collect();
    let enough = Instant::now() + Duration::from_secs(20);
    while ledger.lock().expect("the ledger").len() < 20 && Instant::now() < enough {
        thread::sleep(Duration::from_millis(5));
    }
    let begun: Vec<_> = (0..3).map(|number| Begun::draft(&server.address, &format!("停机前的第 {number} 项需求"))).collect();

    server.terminate();
    server.logged(|line| line.contains("stopping"));
    for begun in begun {
        let answer = begun.finish();
        let id = answer["data"]["demandDraft"]["demand"]["id"].as_str().unwrap_or_else(|| panic!("{answer}"));
        ledger.lock().expect("the ledger").push(format!("{id} DRAFT"));
    }

    assert_eq!(server.exit_code(), Some(0));
    stop.store(true, Ordering::Relaxed);
    clients.into_iter().for_each(|client| client.join().expect("the client ends"));
    let ledger = ledger.lock().expect("the ledger").clone();
    assert!(ledger.len() >= 23, "only {} writes were acknowledged", ledger.len());
    for entry in &ledger {
        let (id, status) = entry.split_once(' ').expect("an entry");
        let kept = world.status_of_demand(id);
        let went_on = status == "DRAFT" && kept.as_deref() == Some("SUBMITTED");
        assert!(kept == Some(status.to_owned()) || went_on, "{entry} is {kept:?}");
    }
    assert!(world.chains_hold().await);
}

#[tokio::test]
async fn who_does_not_send_the_rest_of_a_request_does_not_keep_the_server() {
    let Some(world) = World::new(Db::Sqlite).await else { return };
    world.renew_sessions(now());
    let server = Server::serve(&world, &[("PORTAL_SHUTDOWN_GRACE_MS", "50")]);
    let silent = Begun::draft(&server.address, "永远发不完的需求");
    server.terminate();
    server.logged(|line| line.contains("some requests did not finish in time"));
    assert_eq!(server.exit_code(), Some(0));
    drop(silent);
    assert_eq!(world.count("demand").await, 0);
}

#[tokio::test]
async fn every_line_about_a_request_carries_the_id_that_its_answer_has() {
    let Some(world) = World::new(Db::Sqlite).await else { return };
    let server = Server::serve(&world, &[("PORTAL_LOG_FORMAT", "json")]);
    let ids: Vec<String> = (0..2)
        .map(|_| {
            let answer = ureq::get(format!("http://{}/readyz", server.address)).call().expect("an answer");
            answer.headers().get("x-request-id").expect("an id").to_str().expect("a text").to_owned()
        })
        .collect();
    assert_ne!(ids[0], ids[1]);
    for id in ids {
        let line: Value = serde_json::from_str(&server.logged(|line| line.contains(&id))).expect("a line of JSON");
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["span"]["id"], id.as_str());
        assert_eq!((&line["span"]["method"], &line["span"]["path"]), (&json!("GET"), &json!("/readyz")));
        assert_eq!((&line["fields"]["message"], &line["fields"]["http.status"]), (&json!("answered"), &json!(200)));
        assert!(line["fields"]["http.duration_ms"].is_u64(), "{line}");
    }
}
