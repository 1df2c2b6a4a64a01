//! An instructor's year as a file: whole, provable, and for those who see all of it.

use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use park_portal::kernel::id::PostingId;
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{answered, frozen, published, recorded, served, verify};
use crate::{
    posting::fetch,
    world::{
        Db, Reply, World, named,
        steps::{self, Made},
    },
};

async fn asked_for(world: &World, login: &str, changes: Value) -> Reply {
    let posting: PostingId = named("instructor");
    let input = json!({ "list": "YEAR_FILE", "format": "JSON", "posting": posting.to_string(), "year": 2026 });
    world.mutate(login, "exportCreate", "export { url }", steps::with(&input, changes)).await
}

async fn downloaded(world: &World, login: &str, format: &str) -> Vec<u8> {
    let path = asked_for(world, login, json!({ "format": format })).await.text("/export/url");
    let (status, _, content) = fetch(world, login, &path).await;
    assert_eq!(status, 200, "{login}");
    content
}

async fn manifest(world: &World, login: &str) -> Value {
    serde_json::from_slice(&downloaded(world, login, "JSON").await).expect("a manifest")
}

/// The lines of a part, whose hash is the one that is told.
fn lines(manifest: &Value, part: usize, name: &str) -> Vec<Value> {
    let part = &manifest["parts"][part];
    assert_eq!(part["name"], name);
    let lines: Vec<&str> = part["lines"].as_array().expect("lines").iter().filter_map(Value::as_str).collect();
    assert_eq!(part["rows"], lines.len());
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let hash: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(part["sha256"], hash, "{name}");
    lines.iter().map(|line| serde_json::from_str(line).expect("a line")).collect()
}

/// Two records, one of them verified and added to.
async fn worked(world: &World) -> Made {
    let first = recorded(world, "mill", "安全检查").await;
    verify(world, "mill", &first).await.done("/filedRecord/status");
    let input = json!({ "filedRecord": first.id, "text": "企业已整改完毕。" });
    world.mutate("instructor", "recordAdd", "addendum { number }", input).await.done("/addendum/number");
    recorded(world, "bakery", "政策宣讲").await;
    first
}

#[rstest]
#[tokio::test]
async fn the_file_is_whole_and_each_part_proves_itself(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = served(db).await else { return };
    let first = worked(&world).await;
    published(&world).await;
    let manifest = manifest(&world, "instructor").await;
    let posting: PostingId = named("instructor");
    assert_eq!(manifest["posting"], json!({ "id": posting.to_string(), "number": 9001 }));
    assert_eq!((&manifest["year"], &manifest["district"]), (&json!(2026), &json!("420105")));
    let records = lines(&manifest, 0, "RECORDS");
    let query = "query($id: ID!) { filedRecord(id: $id) { refNo hash summary } }";
    let kept = world.run("instructor", query, json!({ "id": first.id })).await.data("/filedRecord").clone();
    let told = json!({ "refNo": records[0]["refNo"], "hash": records[0]["hash"], "summary": records[0]["summary"] });
    assert_eq!(told, kept);
    assert_eq!(records[1]["previousHash"], kept["hash"]);
    let addenda = lines(&manifest, 1, "ADDENDA");
    assert_eq!((&addenda[0]["refNo"], &addenda[0]["text"]), (&kept["refNo"], &json!("企业已整改完毕。")));
    let statuses: Vec<Value> = lines(&manifest, 2, "VERIFICATION").iter().map(|line| line["status"].clone()).collect();
    assert_eq!(statuses, ["VERIFIED", "FILED"]);
    let evaluations = lines(&manifest, 3, "EVALUATION");
    assert_eq!(evaluations.len(), 1);
    assert_eq!(evaluations[0]["levels"], json!([2_694, 7_500, 8_400, 8_800]));
    assert_eq!((&evaluations[0]["total"], &evaluations[0]["grade"]), (&json!(6_498), &json!("COMPETENT")));

    let book = downloaded(&world, "instructor", "XLSX").await;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(book)).expect("a workbook");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("its cells");
    let rows: Vec<Vec<String>> = sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    let kinds: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let evaluated = ["考核评定"; 6];
    let expected = [&["部分", "档案纪实", "补充说明", "档案纪实"][..], &evaluated, &["校验"; 4]].concat();
    assert_eq!(kinds, expected);
    assert_eq!((rows[1][3].as_str(), rows[1][4].as_str(), rows[1][6].as_str()), ("mill", "走访", "已核实"));
    assert_eq!((rows[9][4].as_str(), rows[9][5].as_str()), ("等次", "称职"));
    let hashes: Vec<&str> = rows[10..].iter().map(|row| row[10].as_str()).collect();
    let told: Vec<&str> = (0..4).map(|part| manifest["parts"][part]["sha256"].as_str().expect("a hash")).collect();
    assert_eq!(hashes, told);
    assert_eq!(world.number("SELECT count(*) FROM audit_line WHERE action = 'export.download' AND outcome = 'OK'").await, 2);
}

#[rstest]
#[tokio::test]
async fn it_is_for_those_who_see_all_of_it_and_shows_the_levels_that_they_see(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = served(db).await else { return };
    worked(&world).await;
    let (_, evaluation) = frozen(&world).await;
    answered(&world, &evaluation).await;
    for (login, levels) in [
        ("instructor", json!([2_694, null, null, null])),
        ("justice.reviewer", json!([2_694, 7_500, null, null])),
        ("org.reviewer", json!([2_694, 7_500, null, null])),
    ] {
        let manifest = manifest(&world, login).await;
        assert_eq!(lines(&manifest, 3, "EVALUATION")[0]["levels"], levels, "{login}");
        assert!(!manifest.to_string().contains("items"), "{login}");
    }
    // The district's coordinator sees the work, and nothing of what is assessed of it.
    let manifest = manifest(&world, "coordinator").await;
    assert_eq!((lines(&manifest, 0, "RECORDS").len(), lines(&manifest, 3, "EVALUATION").len()), (2, 0));
    for login in ["mill.liaison", "justice.lead", "circle.steward", "neighbour.coordinator"] {
        assert_eq!(asked_for(&world, login, json!({})).await.code(), "NOT_FOUND", "{login}");
    }
    for login in ["sysadmin", "secadmin", "auditor"] {
        let code = asked_for(&world, login, json!({})).await.code();
        assert!(["NOT_FOUND", "FORBIDDEN"].contains(&code.as_str()), "{login}: {code}");
    }
    for (changes, path) in [
        (json!({ "format": "CSV" }), "input.format"),
        (json!({ "year": null }), "input.year"),
        (json!({ "year": 1999 }), "input.year"),
        (json!({ "posting": null }), "input.posting"),
        (json!({ "list": "DEMANDS", "posting": null, "year": null }), "input.format"),
        (json!({ "list": "DEMANDS", "format": "CSV" }), "input.posting"),
    ] {
        let reply = asked_for(&world, "org.reviewer", changes.clone()).await;
        assert_eq!((reply.code(), reply.problem_path()), ("VALIDATION".to_owned(), path.to_owned()), "{changes}");
    }
}
