//! Operations over a WebSocket, and changes as they happen.

mod client;
mod load;

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use self::client::{Client, Heard, PLENTY, PROTOCOL, Room, served};
use crate::world::{
    Db, World,
    steps::{Made, drafted_demand, listed_demand, listed_resource, organisation_id, step},
    token,
};

const CHANGES: &str =
    "subscription { listChanged { cursor kind object { id ... on Demand { title status } ... on Resource { title status } } } }";

/// A change without its cursor.
fn plain(data: &Value) -> Value {
    json!([data["listChanged"]["kind"], data["listChanged"]["object"]["title"], data["listChanged"]["object"]["status"]])
}

async fn closed_with(client: &mut Client, code: u16) {
    assert_eq!(client.hear().await, Heard::Closed(code));
}

#[tokio::test]
async fn the_protocol_is_kept() {
    let Some(world) = World::new(Db::Sqlite).await else { return };
    let server = served(&world, PLENTY).await;
    let init = |token: &str| json!({ "type": "connection_init", "payload": { "token": token } });

    // Another sub-protocol, or none.
    let mut client = Client::connect(&server, &[]).await;
    closed_with(&mut client, 4406).await;
    // An operation before anything else.
    let mut client = Client::connect(&server, &[PROTOCOL]).await;
    client.subscribe("1", "{ viewer { account { login } } }").await;
    closed_with(&mut client, 4401).await;
    // No token, and one that nobody has.
    for (message, code) in [(json!({ "type": "connection_init" }), 4401), (init("stranger"), 4403)] {
        let mut client = Client::connect(&server, &[PROTOCOL]).await;
        client.say(message).await;
        closed_with(&mut client, code).await;
    }
    // Two of them.
    let mut client = Client::of(&server, "mill.liaison").await;
    client.say(init(&token("mill.liaison"))).await;
    closed_with(&mut client, 4429).await;
    // What is no message of the protocol.
    for text in [
        "",
        "no json",
        "[]",
        "{}",
        r#"{"type":"connection_initialise"}"#,
        r#"{"type":7}"#,
        r#"{"type":"subscribe"}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{ viewer { account { login } } }"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"next","id":"1"}"#,
    ] {
        let mut client = Client::of(&server, "mill.liaison").await;
        client.say_text(text).await;
        closed_with(&mut client, 4400).await;
    }
    let mut client = Client::of(&server, "mill.liaison").await;
    futures_util::SinkExt::send(&mut client.socket, tokio_tungstenite::tungstenite::Message::Binary(vec![1].into()))
        .await
        .unwrap();
    closed_with(&mut client, 4400).await;
    // An id that is in use; and one that is free again.
    let mut client = Client::of(&server, "mill.liaison").await;
    client.subscribe("1", CHANGES).await;
    client.say(json!({ "id": "1", "type": "complete" })).await;
    client.subscribe("1", CHANGES).await;
    client.is_quiet().await;
    client.subscribe("1", CHANGES).await;
    closed_with(&mut client, 4409).await;
    // A pong that nobody asked for is no matter.
    let mut client = Client::of(&server, "mill.liaison").await;
    client.say(json!({ "type": "pong" })).await;
    client.is_quiet().await;
}

#[tokio::test]
async fn queries_and_mutations_are_answered_and_faults_told() {
    let Some(world) = World::new(Db::Sqlite).await else { return };
    let server = served(&world, PLENTY).await;
    let mut client = Client::of(&server, "coordinator").await;
    client.subscribe("q", "{ viewer { account { login } } }").await;
    assert_eq!(client.data("q").await, json!({ "viewer": { "account": { "login": "coordinator" } } }));
    assert_eq!(client.hear().await, Heard::Message(json!({ "id": "q", "type": "complete" })));
    let mutation = "mutation($input: ZoneCreateInput!) { zoneCreate(input: $input) { zone { code } problems { code } } }";
    let variables = json!({ "input": { "code": "NEW", "name": "新谷", "kind": "VALLEY" } });
    client.say(json!({ "id": "m", "type": "subscribe", "payload": { "query": mutation, "variables": variables } })).await;
    assert_eq!(client.data("m").await, json!({ "zoneCreate": { "zone": { "code": "NEW" }, "problems": [] } }));
    assert_eq!(client.hear().await, Heard::Message(json!({ "id": "m", "type": "complete" })));
    for (query, code) in [
        ("{ nonsense }", "VALIDATION_FAILED"),
        ("{", "SYNTAX_ERROR"),
        ("subscription { listChanged(after: \"x\") { cursor } }", "BAD_CURSOR"),
    ] {
        client.subscribe("e", query).await;
        let Heard::Message(message) = client.hear().await else { panic!("{query}") };
        assert_eq!(
            (&message["type"], &message["payload"][0]["extensions"]["code"]),
            (&json!("error"), &json!(code)),
            "{message}"
        );
    }
    // The same guard as over HTTP stands before the socket.
    let deep = format!("{{ viewer {{ account {{ {} }} }} }}", "login ".repeat(5000));
    client.subscribe("g", &deep).await;
    let Heard::Message(message) = client.hear().await else { panic!() };
    assert_eq!(message["type"], "error", "{message}");
    client.is_quiet().await;
}

#[tokio::test]
async fn strangers_and_too_many_are_not_let_in() {
    let Some(world) = World::new(Db::Sqlite).await else { return };
    let server = served(&world, Room { all: 3, of_account: 2 }).await;
    let foreign = Client::try_connect(&server, &[PROTOCOL, ("origin", "https://evil.example")]).await;
    assert_eq!(foreign.err(), Some(403));
    let own = format!("http://{}", server.address);
    let mut first =
        Client::connect(&server, &[PROTOCOL, ("origin", &own), ("cookie", "portal_session=token-of-mill.liaison")]).await;
    first.say(json!({ "type": "connection_init" })).await;
    assert_eq!(first.hear().await, Heard::Message(json!({ "type": "connection_ack" })));
    let _second = Client::of(&server, "mill.liaison").await;
    let mut third = Client::connect(&server, &[PROTOCOL]).await;
    assert_eq!(Client::try_connect(&server, &[PROTOCOL]).await.err(), Some(503));
    third.say(json!({ "type": "connection_init", "payload": { "token": token("mill.liaison") } })).await;
    closed_with(&mut third, 4430).await;
    // Its place is free again.
    let mut other = loop {
        if let Ok(client) = Client::try_connect(&server, &[PROTOCOL]).await {
            break client;
        }
    };
    other.say(json!({ "type": "connection_init", "payload": { "token": token("coordinator") } })).await;
    assert_eq!(other.hear().await, Heard::Message(json!({ "type": "connection_ack" })));
}

#[rstest]
#[tokio::test]
async fn changes_come_as_whoever_listens_sees_them(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let server = served(&world, PLENTY).await;
    let mut mill = Client::of(&server, "mill.liaison").await;
    let mut bakery = Client::of(&server, "bakery.liaison").await;
    let mut admin = Client::of(&server, "sysadmin").await;
    for client in [&mut mill, &mut bakery, &mut admin] {
        client.subscribe("s", CHANGES).await;
        // The answer to a query that comes after it says that it is open.
        client.subscribe("q", "{ viewer { account { id } } }").await;
        client.data("q").await;
        client.hear().await;
    }
    let draft = drafted_demand(&world, "mill.liaison", json!({})).await;
    let submitted = step(&world, "mill.liaison", "demandSubmit", "demand", &draft, json!({})).await;
    let listed = step(&world, "coordinator", "demandList", "demand", &submitted, json!({})).await;
    // The reader comes after the writer, so a state may be skipped, but never the last one.
    let mut seen = plain(&mill.data("s").await);
    while seen != json!(["LISTED", "劳动合同法律咨询", "LISTED"]) {
        assert_eq!(seen[0], "CHANGED", "{seen}");
        seen = plain(&mill.data("s").await);
    }
    // Others see it from the list on.
    let first = loop {
        let change = plain(&bakery.data("s").await);
        if change[0] == "LISTED" {
            break change;
        }
    };
    assert_eq!(first, json!(["LISTED", "劳动合同法律咨询", "LISTED"]));
    let offer = json!({ "demand": listed.id, "provider": organisation_id("justice"), "quantity": 1,
        "plan": { "start": "2026-12-31", "due": "2026-12-31" } });
    let claim = world.mutate("justice.lead", "claimOffer", "claim { id }", offer).await.text("/claim/id");
    for client in [&mut mill, &mut bakery] {
        assert_eq!(plain(&client.data("s").await), json!(["CLAIMED", "劳动合同法律咨询", "LISTED"]));
    }
    let withdraw = json!({ "reason": "已自行解决" });
    step(&world, "mill.liaison", "demandWithdraw", "demand", &listed, withdraw).await;
    assert_eq!(plain(&mill.data("s").await), json!(["OFF_LIST", "劳动合同法律咨询", "CLOSED"]));
    // What is closed is hidden from others, and so nothing is told; the next thing is.
    listed_resource(&world, json!({})).await;
    loop {
        let change = plain(&bakery.data("s").await);
        assert_eq!(change[1], "园区法律体检", "{claim}: {change}");
        if change[0] == "LISTED" {
            break;
        }
    }
    // Who sees no lists hears nothing at all.
    admin.is_quiet().await;
}

#[rstest]
#[tokio::test]
async fn nothing_is_lost_or_doubled_over_a_reconnect(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let server = served(&world, PLENTY).await;
    let mut client = Client::of(&server, "coordinator").await;
    client.subscribe("s", CHANGES).await;
    client.subscribe("q", "{ viewer { account { id } } }").await;
    client.data("q").await;
    client.hear().await;
    listed_demand(&world, json!({ "title": "第一项", "detail": "甲" })).await;
    let mut cursors = Vec::new();
    loop {
        let data = client.data("s").await;
        cursors.push(data["listChanged"]["cursor"].as_str().unwrap().to_owned());
        if data["listChanged"]["kind"] == "LISTED" {
            break;
        }
    }
    drop(client);
    for title in ["消防检查", "财税宣讲", "接驳班车"] {
        listed_demand(&world, json!({ "title": title, "detail": title })).await;
    }
    // From each cursor on comes exactly what came after it, in the same order.
    let mut all: Vec<Value> = Vec::new();
    for (place, cursor) in cursors.iter().enumerate().rev() {
        let mut again = Client::of(&server, "coordinator").await;
        again
            .subscribe("s", &format!("subscription {{ listChanged(scope: DEMANDS, after: \"{cursor}\") {{ cursor kind object {{ id ... on Demand {{ title }} }} }} }}"))
            .await;
        let mut heard = Vec::new();
        loop {
            let data = again.data("s").await;
            heard.push(data["listChanged"].clone());
            if data["listChanged"]["kind"] == "LISTED" && data["listChanged"]["object"]["title"] == "接驳班车" {
                break;
            }
        }
        again.is_quiet().await;
        let marks: Vec<&Value> = heard.iter().map(|change| &change["cursor"]).collect();
        let distinct: std::collections::BTreeSet<String> = marks.iter().map(|mark| mark.to_string()).collect();
        assert_eq!(distinct.len(), marks.len(), "nothing twice");
        assert_eq!(heard.iter().filter(|change| change["kind"] == "LISTED").count(), 3 + usize::from(place + 1 < cursors.len()));
        assert!(heard.len() >= all.len() && heard[heard.len() - all.len()..] == all[..], "the same order from every cursor");
        all = heard;
    }
}

#[rstest]
#[tokio::test]
async fn an_inbox_is_told_when_it_changes(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let server = served(&world, PLENTY).await;
    let mut steward = Client::of(&server, "circle.steward").await;
    steward.subscribe("i", "subscription { inbox { counts { kind count overdue } items { kind label dueAt } } }").await;
    assert_eq!(steward.data("i").await, json!({ "inbox": { "counts": [], "items": [] } }));
    let draft = drafted_demand(&world, "mill.liaison", json!({})).await;
    let submitted = step(&world, "mill.liaison", "demandSubmit", "demand", &draft, json!({})).await;
    assert_eq!(
        steward.data("i").await,
        json!({ "inbox": {
            "counts": [{ "kind": "DEMAND_TRIAGE", "count": 1, "overdue": 0 }],
            "items": [{ "kind": "DEMAND_TRIAGE", "label": "D-420105-2026-000001 劳动合同法律咨询", "dueAt": "2026-11-26T09:30:00Z" }],
        } })
    );
    step(&world, "coordinator", "demandList", "demand", &submitted, json!({})).await;
    assert_eq!(steward.data("i").await, json!({ "inbox": { "counts": [], "items": [] } }));
    // What changes nothing for it is not told.
    listed_resource(&world, json!({})).await;
    assert_eq!(steward.hear_within(Duration::from_secs(1)).await, Heard::Nothing);
}

#[tokio::test]
async fn what_one_server_writes_another_one_tells() {
    let Some(world) = World::new(Db::Postgres).await else { return };
    let other = world.beside().await;
    let server = served(&world, PLENTY).await;
    world.app.store.follow().unwrap();
    let mut client = Client::of(&server, "coordinator").await;
    client.subscribe("s", CHANGES).await;
    client.subscribe("q", "{ viewer { account { id } } }").await;
    client.data("q").await;
    client.hear().await;
    // The other server has a store of its own, so that only the database can tell.
    let listed: Made = listed_demand(&other, json!({})).await;
    let change = loop {
        let data = client.data("s").await;
        if data["listChanged"]["kind"] == "LISTED" {
            break data;
        }
    };
    assert_eq!(change["listChanged"]["object"]["id"], json!(listed.id));
}

#[rstest]
#[tokio::test]
async fn a_socket_ends_with_its_session_or_its_account(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values("UPDATE session SET ended_at = created_at", "UPDATE account SET status = 'SUSPENDED' WHERE login = 'mill.liaison'")]
    sql: &str,
) {
    let Some(world) = World::new(db).await else { return };
    let server = served(&world, PLENTY).await;
    let mut client = Client::of(&server, "mill.liaison").await;
    client.subscribe("s", CHANGES).await;
    client.is_quiet().await;
    world.execute(sql);
    assert_eq!(client.hear_within(Duration::from_secs(5)).await, Heard::Closed(4401));
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let Some(world) = World::new(Db::Sqlite).await else { return };
    let server = served(&world, PLENTY).await;
    let mut clients = Vec::new();
    for login in ["mill.liaison", "coordinator", "justice.lead"] {
        let mut client = Client::of(&server, login).await;
        client.subscribe("s", CHANGES).await;
        clients.push(client);
    }
    server.sockets.stop();
    for client in &mut clients {
        assert_eq!(client.hear().await, Heard::Closed(1001));
    }
    drop(clients);
    server.sockets.closed().await;
    assert_eq!(Client::try_connect(&server, &[PROTOCOL]).await.err(), Some(503));
}
