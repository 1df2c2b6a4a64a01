//! The demo district: whole, the same on every run, and kept away from other data.

mod dump;

use std::collections::BTreeMap;

use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query};
use park_portal::{
    demo::{self, Ground, PASSWORD},
    kernel::uscc::Uscc,
    store::conn::Conn,
};
use rstest::rstest;
use serde_json::json;

use crate::world::{
    Db, World, bare,
    process::{self, Server, post_with},
    scratch,
};
use dump::dump;

#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    number: i64,
}

/// The rows of a query for a name and a number.
fn counted(world: &World, sql: &str) -> Vec<(String, i64)> {
    let rows: Vec<Counted> = sql_query(sql).load(&mut world.connection()).expect("the rows");
    rows.into_iter().map(|row| (row.name, row.number)).collect()
}

/// How many rows of a table have each value of a column, as `VALUE number`.
fn spread(world: &World, table: &str, column: &str) -> Vec<String> {
    let sql = format!("SELECT {column} AS name, CAST(count(*) AS BIGINT) AS number FROM {table} GROUP BY {column}");
    let spread: BTreeMap<_, _> = counted(world, &sql).into_iter().collect();
    spread.into_iter().map(|(name, number)| format!("{name} {number}")).collect()
}

async fn loaded(db: Db) -> Option<World> {
    let world = World::empty(db).await?;
    demo::load(&world.app).await.expect("the demo is loaded");
    Some(world)
}

#[rstest]
#[tokio::test]
async fn the_demo_is_whole_and_the_same_on_every_run(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(first) = loaded(db).await else { return };
    let Some(second) = loaded(db).await else { return };
    let (once, again) = (dump(&first), dump(&second));
    assert_eq!(once.len(), again.len());
    for (once, again) in once.iter().zip(&again) {
        assert_eq!(once, again);
    }
    registry_is_whole(&first).await;
    lists_are_in_every_state(&first).await;
    assert!(first.chains_hold().await);
    let begun = first.app.clock.now();
    assert_eq!(begun, crate::world::start(), "the demo's own clock is its own");
    let late = first.number("SELECT count(*) FROM audit_line WHERE outcome <> 'OK'").await;
    assert_eq!(late, 0, "nothing was refused on the way");
    assert_eq!(first.app.store.read(demo::ground).await.expect("the ground"), Ground::Demo);
}

async fn registry_is_whole(world: &World) {
    assert_eq!(spread(world, "division", "level"), ["COMMUNITY 118", "DISTRICT 1", "STREET 11"]);
    assert_eq!(spread(world, "zone", "kind"), ["CIRCLE 2", "PARK 2", "VALLEY 1"]);
    let places = "SELECT name || ' ' || dominance AS name, CAST(depth AS BIGINT) AS number FROM place WHERE parent IS NULL";
    let mut places: Vec<String> = counted(world, places).into_iter().map(|(name, _)| name).collect();
    places.sort();
    assert_eq!(
        places,
        [
            "万科汉阳国际 PROPERTY_LED",
            "九州通大厦 ENTERPRISE_LED",
            "武汉摩尔城 COMPLEX",
            "汉阳造文创园 PARK_ADMIN",
            "黄金口工业园区 PARK_ADMIN",
            "龙阳湖健康谷 PARK_ADMIN",
        ]
    );
    let is_enterprise = "kind IN ('ENTERPRISE', 'SOCIAL_ORGANISATION', 'PROPERTY_COMPANY')";
    assert_eq!(world.number(&format!("SELECT count(*) FROM organisation WHERE {is_enterprise}")).await, 42);
    assert_eq!(world.number(&format!("SELECT count(*) FROM organisation WHERE NOT {is_enterprise}")).await, 15);
    let codes = counted(world, "SELECT uscc AS name, CAST(1 AS BIGINT) AS number FROM organisation WHERE uscc IS NOT NULL");
    assert_eq!(codes.len(), 41);
    for (code, _) in codes {
        let code = Uscc::parse(&code).expect("a valid code");
        assert!(code.inner_code_warning().is_none(), "{code:?}");
    }
    let uncoded = "SELECT count(*) FROM organisation WHERE uscc IS NULL AND kind IN ('ENTERPRISE', 'PROPERTY_COMPANY')";
    assert_eq!(world.number(uncoded).await, 0);
    let unanswered = "SELECT count(*) FROM category c LEFT JOIN category r ON r.id = c.parent \
                      WHERE coalesce(c.duty_unit, r.duty_unit) IS NULL";
    assert_eq!(world.number(unanswered).await, 0, "each category has its duty unit");
    assert_eq!(world.number("SELECT count(*) FROM category WHERE parent IS NULL").await, 20);
}

async fn lists_are_in_every_state(world: &World) {
    assert_eq!(
        spread(world, "branch", "kind || ' ' || status"),
        [
            "CUSTODY ACTIVE 1",
            "CUSTODY APPROVED 1",
            "CUSTODY CONVERTED 1",
            "HUB ACTIVE 2",
            "HUB DISSOLVED 1",
            "HUB MERGED 1",
            "HUB PROPOSED 1",
            "HUB RETURNED 1",
            "PROPERTY ACTIVE 1",
            "PROPERTY SUSPENDED 1",
        ]
    );
    let demands = spread(world, "demand", "status || coalesce(' ' || outcome, '')");
    assert_eq!(
        demands,
        ["CLOSED SATISFIED 2", "CLOSED WITHDRAWN 3", "DRAFT 3", "LISTED 43", "MERGED 3", "RETURNED 3", "SUBMITTED 5"]
    );
    assert_eq!(spread(world, "resource", "status"), ["DRAFT 4", "LISTED 49", "PAUSED 4", "RETIRED 3"]);
    assert_eq!(
        spread(world, "claim", "status"),
        ["AGREED 20", "CANCELLED 2", "DECLINED 2", "ENDED 1", "PENDING 8", "SUPERSEDED 2", "WITHDRAWN 2"]
    );
    assert_eq!(
        spread(world, "project", "status"),
        ["ACTIVE 8", "CANCELLED 2", "CLOSED 2", "CONFIRMED 3", "DELIVERED 3", "PLANNED 4"]
    );
    assert_eq!(world.number("SELECT count(*) FROM project WHERE reopen_count = 1 AND status = 'ACTIVE'").await, 2);
    let milestone = "CASE WHEN done_on IS NOT NULL THEN 'DONE' WHEN waived_reason IS NOT NULL THEN 'WAIVED' ELSE 'OPEN' END";
    assert_eq!(spread(world, "milestone", milestone), ["DONE 29", "OPEN 13", "WAIVED 1"]);
}

#[rstest]
#[tokio::test]
async fn the_demo_serves_its_own_database_again_and_lets_everybody_in(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(target) = bare(db) else { return };
    let folder = scratch();
    let server = Server::demo(&target, &folder);
    let said = server.said("Stop with Ctrl-C");
    assert!(said.contains("Loading the demo district"), "{said}");
    assert!(said.contains(&format!("http://{}/graphql", server.address)), "{said}");
    let featured = demo::featured().expect("the content");
    assert_eq!(featured.len(), 31);
    for account in featured {
        assert!(said.contains(&account.login), "{said}");
        signs_in(&server.address, &account.login, &account.roles);
    }
    server.terminate();
    assert_eq!(server.exit_code(), Some(0));

    let again = Server::demo(&target, &folder);
    let said = again.said("Stop with Ctrl-C");
    assert!(!said.contains("Loading"), "{said}");
    signs_in(&again.address, "coordinator", &["COORDINATOR".to_owned()]);
}

/// Signs in over HTTP and answers the token.
fn signs_in(address: &str, login: &str, roles: &[String]) -> String {
    let mutation = "mutation($input: SessionCreateInput!) { sessionCreate(input: $input) { token mustChangePassword } }";
    let body = json!({ "query": mutation, "variables": { "input": { "login": login, "password": PASSWORD } } });
    let answer = post_with(address, "", &body).expect("an answer");
    assert_eq!(answer["data"]["sessionCreate"]["mustChangePassword"], false, "{login}: {answer}");
    let token = answer["data"]["sessionCreate"]["token"].as_str().expect("a token").to_owned();
    let seen = post_with(address, &token, &json!({ "query": "{ viewer { account { login } grants { role inForce } } }" }));
    let seen = seen.expect("an answer");
    assert_eq!(seen["data"]["viewer"]["account"]["login"], login);
    let grants = seen["data"]["viewer"]["grants"].as_array().cloned().unwrap_or_default();
    let mut held: Vec<String> = grants.iter().filter_map(|grant| Some(grant["role"].as_str()?.to_owned())).collect();
    let mut wanted = roles.to_vec();
    held.sort();
    wanted.sort();
    assert_eq!(held, wanted, "{login}");
    assert!(grants.iter().all(|grant| grant["inForce"] == true), "{login}: {seen}");
    token
}

#[rstest]
#[tokio::test]
async fn the_demo_refuses_a_portal_with_other_data_and_changes_nothing(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let before = dump(&world);
    assert_eq!(refused(&process::url(&world.target)), "holds other data; the demo wants an empty database");
    assert_eq!(dump(&world), before);
}

#[rstest]
#[tokio::test]
async fn the_demo_refuses_a_database_of_something_else_before_it_migrates(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(target) = bare(db) else { return };
    let open = || Conn::open(&target, std::time::Duration::from_secs(10)).expect("a connection");
    open().batch_execute("CREATE TABLE ledger (entry TEXT); INSERT INTO ledger VALUES ('1');").expect("a table");
    assert_eq!(refused(&process::url(&target)), "holds other data; the demo wants an empty database");
    let tables: Vec<String> = crate::migrations::columns(&mut open()).into_iter().map(|column| column.table_name).collect();
    assert_eq!(tables, ["ledger"]);
}

/// What the demo says instead of serving a database, after the database's name.
fn refused(url: &str) -> String {
    let folder = scratch();
    let mut command = process::program(&["demo"]);
    command.current_dir(&folder).env("PORTAL_DATABASE_URL", url).env("PORTAL_LISTEN", "127.0.0.1:0");
    let ended = command.output().expect("the program runs");
    assert_eq!(ended.status.code(), Some(1));
    assert!(std::fs::read_dir(&folder).expect("the folder").next().is_none(), "no key was left");
    let message = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
    let told = ["holds other data", "holds a demo"].iter().find_map(|told| message.find(told));
    told.map(|at| message[at..].to_owned()).unwrap_or(message)
}

#[tokio::test]
async fn a_demo_whose_loading_was_interrupted_is_told_from_a_whole_one() {
    let Some(world) = World::empty(Db::Sqlite).await else { return };
    let mut command = process::program(&["demo"]);
    let url = process::url(&world.target);
    command.current_dir(scratch()).env("PORTAL_DATABASE_URL", &url).env("PORTAL_LISTEN", "127.0.0.1:0");
    let mut process = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("a demo");
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while world.count("resource").await == 0 && std::time::Instant::now() < patience {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    process.kill().expect("SIGKILL");
    process.wait().expect("the process ends");
    assert_eq!(refused(&url), "holds a demo whose loading was interrupted; remove it and start again");
}

#[test]
fn the_demo_is_not_served_beyond_the_loopback() {
    let database = format!("sqlite:{}", scratch().join("demo.db").display());
    let ended = process::run(&["demo"], &[("PORTAL_DATABASE_URL", &database), ("PORTAL_LISTEN", "0.0.0.0:0")]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("listens on the loopback only"));
}
