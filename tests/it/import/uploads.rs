//! Files that are not taken, and uploads that cannot be used.

use std::io::Write;

use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{
    REPORT, commit, preview, rows_there, send,
    sheet::{csv, row, xlsx},
    upload,
};
use crate::world::{Db, World};

fn good() -> Vec<u8> {
    xlsx(&vec![row(["需求单位", "类别", "需求内容"]), row(["mill", "法律服务", "劳动合同审查"])])
}

#[rstest]
#[tokio::test]
async fn an_upload_serves_its_sender_for_a_day(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let id = upload(&world, "coordinator", &good()).await;
    let before = rows_there(&world).await;
    for login in ["circle.steward", "neighbour.coordinator"] {
        assert_eq!(preview(&world, login, &id, "DEMANDS").await.problems(), ["NOT_FOUND at input.upload"], "{login}");
        let refused = commit(&world, login, &id, "DEMANDS", "GOOD_ROWS").await;
        assert_eq!(refused.problems(), ["NOT_FOUND at input.upload"], "{login}");
    }
    world.advance(SignedDuration::from_hours(24)).await;
    assert_eq!(preview(&world, "coordinator", &id, "DEMANDS").await.code(), "OK");
    world.advance(SignedDuration::from_secs(1)).await;
    assert_eq!(preview(&world, "coordinator", &id, "DEMANDS").await.problems(), ["NOT_FOUND at input.upload"]);
    let refused = commit(&world, "coordinator", &id, "DEMANDS", "GOOD_ROWS").await;
    assert_eq!(refused.problems(), ["NOT_FOUND at input.upload"]);
    assert_eq!(rows_there(&world).await, before);
    // The next file takes the old one's place.
    upload(&world, "circle.steward", &good()).await;
    assert_eq!(world.count("upload").await, 1);
}

#[rstest]
#[tokio::test]
async fn an_id_of_another_kind_is_no_upload(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let id = upload(&world, "coordinator", &good()).await;
    for bad in [id.replacen("upl_", "dem_", 1), "upl_".to_owned(), String::new(), "清单.xlsx".to_owned()] {
        assert_eq!(preview(&world, "coordinator", &bad, "DEMANDS").await.problems(), ["BAD_ID at input.upload"], "{bad}");
        let refused = commit(&world, "coordinator", &bad, "DEMANDS", "GOOD_ROWS").await;
        assert_eq!(refused.problems(), ["BAD_ID at input.upload"], "{bad}");
    }
    assert_eq!(world.count("demand").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_file_larger_than_twenty_mebibytes_is_not_kept(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let limit = 20 * 1024 * 1024;
    let sent = send(&world, "coordinator", "a.csv", &vec![b' '; limit + 1]).await;
    assert_eq!((sent.status, sent.body["errors"][0]["extensions"]["code"].clone()), (413, json!("UPLOAD_TOO_LARGE")));
    assert_eq!(sent.body["errors"][0]["message"], "文件超过 20 MiB。");
    let sent = send(&world, "coordinator", "a.csv", b"").await;
    assert_eq!((sent.status, sent.body["errors"][0]["extensions"]["code"].clone()), (400, json!("UPLOAD_MISSING")));
    assert_eq!(world.count("upload").await, 0);
    let sent = send(&world, "coordinator", "a.csv", &vec![b' '; limit]).await;
    assert_eq!(sent.status, 201);
}

/// A workbook of a few hundred kilobytes whose sheet unpacks to 300 MiB.
fn bomb() -> Vec<u8> {
    const TYPE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let relation = |role: &str, target: &str| {
        format!("<Relationships><Relationship Id=\"r1\" Type=\"{TYPE}/{role}\" Target=\"{target}\"/></Relationships>")
    };
    for (path, text) in [
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", "<workbook><sheets><sheet name=\"表\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>".to_owned()),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
    ] {
        archive.start_file(path, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default()).unwrap();
    archive.write_all(b"<worksheet><sheetData>").unwrap();
    let blanks = vec![b' '; 1024 * 1024];
    (0..300).for_each(|_| archive.write_all(&blanks).unwrap());
    archive.write_all(b"</sheetData></worksheet>").unwrap();
    archive.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_file_that_is_no_list_is_refused_with_its_reason() {
    let Some(world) = World::new(Db::Sqlite).await else { return };
    let many: Vec<_> = (0..=20_000).map(|index| row(["mill", "法律服务", &format!("第{index}项")])).collect();
    let too_many = [vec![row(["需求单位", "类别", "需求内容"])], many].concat();
    let bomb = bomb();
    assert!(bomb.len() < 1024 * 1024, "{} bytes", bomb.len());
    for (content, field, sentence) in [
        (bomb, "upload", "workbook are too large"),
        (csv(&too_many), "upload", "more than 20000 rows"),
        (b"PK\x03\x04 not a workbook".to_vec(), "upload", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "upload", "old .xls"),
        ("<html><table/></html>".into(), "upload", "web page"),
        (vec![0xff, 0x00, 0x80, 0xfe], "upload", "neither UTF-8 nor GB18030"),
        ("需求单位,数量\nmill,3\n".into(), "upload", "No heading row"),
        ("需求单位,类别,需求内容\n\"mill,法律服务,a\nmill,法律服务,b\nmill,法律服务,c\n".into(), "upload", "never closed"),
        (" \n \n".into(), "upload", "empty"),
    ] {
        let id = upload(&world, "coordinator", &content).await;
        for reply in [
            preview(&world, "coordinator", &id, "DEMANDS").await,
            commit(&world, "coordinator", &id, "DEMANDS", "GOOD_ROWS").await,
        ] {
            assert_eq!(reply.problems(), [format!("IMPORT_FILE at input.{field}")], "{sentence}");
            let message = reply.payload["problems"][0]["message"].as_str().unwrap_or_default();
            assert!(message.contains(sentence), "{message}");
        }
    }
    let id = upload(&world, "coordinator", &good()).await;
    let input = json!({ "upload": id, "kind": "DEMANDS", "sheet": "另一张" });
    let reply = world.mutate("coordinator", "importPreview", &format!("preview {{ {REPORT} }}"), input).await;
    assert_eq!(reply.problems(), ["IMPORT_FILE at input.sheet"]);
    assert_eq!(world.count("demand").await, 0);
}
