//! Many sockets, and sockets that nobody reads.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::client::{Client, Heard, PLENTY, served};
use crate::world::{
    Db, World,
    process::Server,
    steps::{listed_demand, scale},
    token,
};

/// Who listens, in turn, and whether they see a demand that is for its duty unit only: justice answers for
/// legal advice, the mill owns it, and stewards and the coordinator see what lies in their scope.
const LISTENERS: &[(&str, bool)] = &[
    ("mill.liaison", true),
    ("bakery.liaison", false),
    ("justice.official", true),
    ("labour.lead", false),
    ("circle.steward", true),
    ("plant.steward", false),
    ("coordinator", true),
];

#[rstest]
#[tokio::test]
async fn many_sockets_hear_only_what_their_scope_shows(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let server = served(&world, PLENTY).await;
    let mut clients = Vec::new();
    for (login, sees) in LISTENERS.iter().cycle().take(scale(100, 1000)) {
        let mut client = Client::of(&server, login).await;
        client.subscribe("s", "subscription { listChanged(scope: DEMANDS) { kind object { ... on Demand { title } } } }").await;
        client.subscribe("q", "{ viewer { account { id } } }").await;
        client.data("q").await;
        client.hear().await;
        clients.push((login, sees, client));
    }
    listed_demand(&world, json!({ "title": "只给归口单位", "detail": "内部事项", "visibility": "DUTY_UNIT" })).await;
    listed_demand(&world, json!({ "title": "大家都可认领", "detail": "公开事项" })).await;
    for (login, sees, client) in &mut clients {
        let mut listed: Vec<Value> = Vec::new();
        while listed.last() != Some(&json!("大家都可认领")) {
            let data = client.data("s").await;
            if data["listChanged"]["kind"] == "LISTED" {
                listed.push(data["listChanged"]["object"]["title"].clone());
            } else {
                let title = data["listChanged"]["object"]["title"].clone();
                assert!(**sees || title == "大家都可认领", "{login} hears of {title}");
            }
        }
        let expected: &[&str] = if **sees { &["只给归口单位", "大家都可认领"] } else { &["大家都可认领"] };
        assert_eq!(listed, expected, "{login}");
    }
    for (_, _, client) in &mut clients {
        client.is_quiet().await;
    }
}

fn own_memory_kib(process: u32) -> i64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// TCP connections that are established with a server on the loopback, by the kernel's own table.
fn connections(address: &str) -> usize {
    let port: u16 = address.rsplit(':').next().unwrap().parse().unwrap();
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let local = format!("0100007F:{port:04X}");
    let established = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields[1] == local && fields[3] == "01"
    };
    table.lines().skip(1).filter(established).count()
}

#[tokio::test]
async fn clients_that_never_read_take_little_memory_and_are_dropped() {
    let Some(world) = World::new(Db::Sqlite).await else { return };
    world.renew_sessions(crate::world::process::now());
    listed_demand(&world, json!({ "detail": "说明".repeat(1900) })).await;
    let server = Server::serve(&world, &[("PORTAL_SOCKETS_OF_ACCOUNT", "100")]);
    let before = own_memory_kib(server.id());
    let mut sockets = Vec::new();
    // Each asks for far more than the buffers of the transport hold, and reads none of it.
    let query = "{ demands(first: 100) { nodes { title detail organisation { name } place { name } } } }";
    for _ in 0..50 {
        let address = server.address.parse().unwrap();
        let mut client = Client::raw(address).await;
        client.say(json!({ "type": "connection_init", "payload": { "token": token("coordinator") } })).await;
        assert_eq!(client.hear().await, Heard::Message(json!({ "type": "connection_ack" })));
        for number in 0..90 {
            let aliases: String = (0..20).map(|n| format!("a{n}: {}", &query[2..query.len() - 2])).collect::<Vec<_>>().join(" ");
            client.subscribe(&format!("{number}"), &format!("{{ {aliases} }}")).await;
        }
        sockets.push(client);
    }
    let mut most = 0;
    let patience = std::time::Instant::now() + Duration::from_secs(60);
    // They are dropped one after the other; the last one is gone when the server has none left.
    while connections(&server.address) > 0 && std::time::Instant::now() < patience {
        most = most.max(own_memory_kib(server.id()) - before);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("50 clients that never read: {most} KiB more");
    assert_eq!(connections(&server.address), 0, "those that do not read are dropped");
    assert!(most < 128 * 1024, "{most} KiB more");
}
