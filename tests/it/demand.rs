//! Demands through the API.

use rstest::rstest;
use serde_json::json;

use crate::world::{Db, World};

#[rstest]
#[tokio::test]
async fn nobody_sees_demands_without_signing_in(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let reply = world.run("", "{ demands { totalCount nodes { id } } }", json!({})).await;
    assert_eq!(reply.code(), "UNAUTHENTICATED");
    let reply = world.run("mill.liaison", "{ demands { totalCount nodes { id } } }", json!({})).await;
    assert_eq!(reply.body, json!({ "data": { "demands": { "totalCount": 0, "nodes": [] } } }));
    assert!(world.chains_hold().await);
}
