//! Who may import what: the same as step by step.

use diesel::prelude::*;
use park_portal::{
    kernel::id::{AccountId, UploadId},
    store::schema::upload as uploads,
};
use rstest::rstest;
use serde_json::json;

use super::{
    bad_cells, commit, counts, preview, rows_there, send,
    sheet::{Table, row, xlsx},
    upload,
};
use crate::world::{Db, World, named};

/// A demand of an enterprise in the circle, and one of an enterprise in the park.
fn everywhere() -> Table {
    vec![
        row(["需求单位", "类别", "需求内容", "所在楼宇/园区"]),
        row(["mill", "法律服务", "劳动合同审查", "mall"]),
        row(["forge", "法律服务", "厂房租赁合同", "plant"]),
    ]
}

/// Hands an uploaded file to another account, behind the API.
fn hand_to(world: &World, upload: &str, login: &str) {
    let (id, account): (UploadId, AccountId) = (upload.parse().unwrap(), named(login));
    let row = uploads::table.filter(uploads::id.eq(id));
    let changed = diesel::update(row).set(uploads::account.eq(account)).execute(&mut world.connection()).unwrap();
    assert_eq!(changed, 1);
}

#[rstest]
#[tokio::test]
async fn a_steward_imports_what_lies_in_its_zone_only(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    for (login, outside) in [("circle.steward", "3 D NOT_ALLOWED"), ("plant.steward", "2 D NOT_ALLOWED")] {
        let id = upload(&world, login, &xlsx(&everywhere())).await;
        let report = preview(&world, login, &id, "DEMANDS").await.done("/preview").clone();
        assert_eq!((counts(&report), bad_cells(&report)), ([2, 1, 1, 0], vec![outside.to_owned()]), "{login}");
        let before = rows_there(&world).await;
        let refused = commit(&world, login, &id, "DEMANDS", "ALL_OR_NOTHING").await;
        assert_eq!(refused.code(), "IMPORT_ROWS");
        assert_eq!(rows_there(&world).await, before);
        assert_eq!(commit(&world, login, &id, "DEMANDS", "GOOD_ROWS").await.done("/created"), 1);
    }
    let own =
        world.number("SELECT count(*) FROM demand d JOIN place p ON p.id = d.place WHERE p.name IN ('mall', 'plant')").await;
    assert_eq!(own, 2);
    // A steward is not told that a row outside its zone has come in before.
    let id = upload(&world, "circle.steward", &xlsx(&everywhere())).await;
    let again = commit(&world, "circle.steward", &id, "DEMANDS", "GOOD_ROWS").await;
    assert_eq!(counts(again.done("/report")), [2, 0, 1, 1]);
}

#[rstest]
#[tokio::test]
async fn a_steward_enters_no_organisations(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let table = vec![row(["单位名称", "单位类型"]), row(["某某局", "部门"])];
    let id = upload(&world, "circle.steward", &xlsx(&table)).await;
    let before = rows_there(&world).await;
    let done = commit(&world, "circle.steward", &id, "ORGANISATIONS", "GOOD_ROWS").await;
    assert_eq!(bad_cells(done.done("/report")), ["2 A NOT_ALLOWED"]);
    assert_eq!(rows_there(&world).await, before);
}

#[rstest]
#[tokio::test]
async fn whoever_looks_after_nothing_neither_uploads_nor_imports(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let id = upload(&world, "coordinator", &xlsx(&everywhere())).await;
    let uploads = world.count("upload").await;
    let before = rows_there(&world).await;
    for login in ["mill.liaison", "justice.lead", "sysadmin", "secadmin", "auditor", "nobody"] {
        let sent = send(&world, login, "a.xlsx", &xlsx(&everywhere())).await;
        assert_eq!((sent.status, sent.body["errors"][0]["extensions"]["code"].clone()), (403, json!("FORBIDDEN")), "{login}");
        hand_to(&world, &id, login);
        let looked = preview(&world, login, &id, "DEMANDS").await;
        assert_eq!(looked.body["errors"][0]["extensions"]["code"], "FORBIDDEN", "{login}");
        let refused = commit(&world, login, &id, "DEMANDS", "GOOD_ROWS").await;
        assert_eq!(refused.body["errors"][0]["extensions"]["code"], "FORBIDDEN", "{login}");
    }
    assert_eq!(world.count("upload").await, uploads);
    assert_eq!(rows_there(&world).await, before);
    let refusals = world.audit().await.into_iter().filter(|line| line.ends_with(" FORBIDDEN")).count();
    assert_eq!(refusals, 18);
    let sent = send(&world, "", "a.xlsx", b"x").await;
    assert_eq!((sent.status, sent.body["errors"][0]["extensions"]["code"].clone()), (401, json!("UNAUTHENTICATED")));
}
