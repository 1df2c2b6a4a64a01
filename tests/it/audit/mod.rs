//! The audit log: for the auditor alone, and any change of it is found.

mod privacy;
mod tampering;

use diesel::{RunQueryDsl, sql_query};
use rstest::rstest;
use serde_json::json;

use crate::world::{Db, World};

const VERIFY: &str = "{ auditVerify { stream lines isWhole brokenAt fault } }";
const ENTRIES: &str = "{ auditEntries(first: 100) { totalCount nodes { number stream action outcome } } }";

/// A world in whose log stand a few lines: refusals of unknown demands.
async fn with_lines(db: Db) -> Option<World> {
    let world = World::new(db).await?;
    for number in 0..5_u8 {
        let id = format!("dem_0000000000000000000000000{number}");
        let input = json!({ "demand": id, "expectedVersion": 1, "reason": "看不清楚" });
        let reply = world.mutate("coordinator", "demandReturn", "demand { id }", input).await;
        assert_eq!(reply.problems(), ["NOT_FOUND at input.demand"]);
    }
    Some(world)
}

#[rstest]
#[tokio::test]
async fn a_refusal_leaves_one_line_that_only_the_auditor_sees(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = with_lines(db).await else { return };
    assert_eq!(world.audit().await, vec!["demand.return NOT_FOUND"; 5]);
    let reply = world.run("auditor", ENTRIES, json!({})).await;
    assert_eq!(reply.data("/auditEntries/totalCount"), 5);
    assert_eq!(
        reply.data("/auditEntries/nodes/0"),
        &json!({ "number": 5, "stream": "BUSINESS", "action": "demand.return", "outcome": "NOT_FOUND" })
    );
    for login in ["coordinator", "sysadmin", "secadmin", "mill.liaison", "neighbour.coordinator", "nobody"] {
        let reply = world.run(login, ENTRIES, json!({})).await;
        assert_eq!(reply.data("/auditEntries/totalCount"), 0, "{login}");
        let reply = world.run(login, VERIFY, json!({})).await;
        assert_eq!(reply.body, json!({ "data": { "auditVerify": null } }), "{login}");
    }
}

#[rstest]
#[tokio::test]
async fn whatever_is_done_to_a_line_is_found(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("UPDATE audit_line SET outcome = 'OK' WHERE number = 3", 3, "ALTERED"),
        ("UPDATE audit_line SET action = 'demand.list' WHERE number = 1", 1, "ALTERED"),
        ("DELETE FROM audit_line WHERE number = 2", 2, "MISSING"),
        ("DELETE FROM audit_line WHERE number = 5", 5, "HEAD_DIFFERS"),
        ("UPDATE audit_line SET number = CASE number WHEN 2 THEN 102 ELSE 2 END WHERE number IN (2, 4)", 2, "UNLINKED")
    )]
    (sql, number, fault): (&str, i64, &str),
) {
    let Some(world) = with_lines(db).await else { return };
    assert!(world.chains_hold().await);
    sql_query(sql).execute(&mut world.connection()).expect("the log is tampered with");
    let reply = world.run("auditor", VERIFY, json!({})).await;
    assert_eq!(reply.data("/auditVerify/0/isWhole"), false, "{}", reply.body);
    assert_eq!((reply.data("/auditVerify/0/brokenAt"), reply.data("/auditVerify/0/fault")), (&json!(number), &json!(fault)));
}
