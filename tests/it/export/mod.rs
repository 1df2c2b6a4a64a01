//! Lists as files: what is in them, who gets them, and what they cost.

mod memory;

use std::io::Cursor;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use calamine::{Data, Reader, Xlsx};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World,
    process::{run, url},
    rows::{enter_claim, enter_confirmed_project, enter_contact},
    scratch,
    steps::{drafted_demand, listed_demand, listed_resource},
};

const LINK: &str = "export { url expiresAt }";

/// Asks for a link, and answers its path.
async fn link(world: &World, login: &str, input: Value) -> String {
    world.mutate(login, "exportCreate", LINK, input).await.text("/export/url")
}

/// Follows a link.
async fn fetch(world: &World, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request = Request::get(path).header("host", "portal.test").body(Body::empty()).unwrap();
    let response = world.send(request).await;
    let (head, body) = response.into_parts();
    (head.status, head.headers, to_bytes(body, 64 * 1024 * 1024).await.unwrap().to_vec())
}

async fn csv_of(world: &World, login: &str, input: Value) -> Vec<Vec<String>> {
    let path = link(world, login, input).await;
    let (status, _, bytes) = fetch(world, &path).await;
    assert_eq!(status, StatusCode::OK);
    let text = String::from_utf8(bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark").to_owned();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn cells_of(bytes: Vec<u8>) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    sheet.rows().map(<[Data]>::to_vec).collect()
}

/// What `code` an answer without a file carries.
fn code(bytes: &[u8]) -> String {
    let body: Value = serde_json::from_slice(bytes).unwrap();
    body["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
}

#[rstest]
#[tokio::test]
async fn a_demand_list_is_what_the_page_shows_with_the_headings_of_an_import(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let contact = enter_contact(&world, "mill");
    listed_demand(
        &world,
        json!({ "title": "=HYPERLINK(\"x\")", "detail": "𠮷野家\n+86,“引号\"", "contact": contact,
            "tags": ["用工", "法律"], "desiredFrom": "2026-12-01", "desiredTo": "2026-12-31" }),
    )
    .await;
    let rows = csv_of(&world, "coordinator", json!({ "list": "DEMANDS", "format": "CSV" })).await;
    assert_eq!(
        rows,
        [
            [
                "编号",
                "需求单位",
                "统一社会信用代码",
                "所在楼宇/园区",
                "类别",
                "需求名称",
                "需求内容",
                "数量",
                "单位(计量)",
                "期望时间",
                "紧急程度",
                "紧急原因",
                "可见范围",
                "标签",
                "联系人(岗位)及电话",
                "状态",
                "已认领数量",
                "提交时间",
                "发布时间"
            ]
            .map(str::to_owned)
            .to_vec(),
            [
                "D-420105-2026-000001",
                "mill",
                &rows[1][2],
                "mall",
                &rows[1][4],
                "'=HYPERLINK(\"x\")",
                "𠮷野家\n+86,“引号\"",
                "5",
                "次",
                "2026-12-01至2026-12-31",
                "一般",
                "",
                "全区",
                "用工、法律",
                &rows[1][14],
                "已发布",
                "0",
                "2026-11-23 09:00",
                "2026-11-23 09:00"
            ]
            .map(str::to_owned)
            .to_vec(),
        ]
    );
    assert!(rows[1][14].contains("****"), "{}", rows[1][14]);
    assert_eq!(
        world.audit().await.iter().filter(|line| line.starts_with("export.")).collect::<Vec<_>>(),
        ["export.create OK", "export.download OK"]
    );
    assert_eq!(world.last_effects()[0]["facts"], json!({ "format": "CSV", "list": "DEMANDS" }));
}

#[rstest]
#[tokio::test]
async fn a_workbook_has_texts_numbers_and_days_as_what_they_are(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let claim = enter_claim(&world, "claim", &demand, None, "AGREED");
    enter_confirmed_project(&world, &claim, &demand, "YES");
    let path = link(&world, "coordinator", json!({ "list": "PROJECTS", "format": "XLSX" })).await;
    let (status, headers, bytes) = fetch(&world, &path).await;
    assert_eq!(status, StatusCode::OK);
    let shown = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(shown("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    assert_eq!(
        shown("content-disposition"),
        "attachment; filename*=UTF-8''%E9%A1%B9%E7%9B%AE%E6%B8%85%E5%8D%95-420105-2026-11-23.xlsx"
    );
    assert_eq!([shown("cache-control"), shown("x-content-type-options")], ["no-store", "nosniff"]);
    assert_eq!(shown("content-length"), bytes.len().to_string());
    let cells = cells_of(bytes);
    assert_eq!(cells.len(), 2);
    assert_eq!(cells[0][1], Data::String("项目名称".to_owned()));
    assert_eq!(cells[1][2], Data::String("D-420105-2026-000001".to_owned()));
    assert_eq!(cells[1][6], Data::String("已确认".to_owned()));
    assert_eq!(cells[1][13], Data::String("已解决".to_owned()));
    assert_eq!(cells[1][15], Data::Float(0.0));
    let Data::DateTime(due) = &cells[1][7] else { panic!("{:?}", cells[1][7]) };
    let ids = "{ projects { nodes { dueOn } } }";
    let listed = world.run("coordinator", ids, json!({})).await.data("/projects/nodes/0/dueOn").clone();
    let (year, month, day, ..) = due.to_ymd_hms_milli();
    assert_eq!(json!(format!("{year}-{month:02}-{day:02}")), listed);
}

#[rstest]
#[tokio::test]
async fn everybody_takes_away_just_what_they_see(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    listed_demand(&world, json!({})).await;
    listed_demand(&world, json!({ "title": "仅归口单位可见", "detail": "内部事项", "visibility": "DUTY_UNIT" })).await;
    drafted_demand(&world, "mill.liaison", json!({ "title": "尚未提交的需求", "detail": "草稿" })).await;
    listed_resource(&world, json!({})).await;
    for login in ["mill.liaison", "coordinator", "justice.official", "bakery.liaison"] {
        for (list, field, column) in [("DEMANDS", "demands", 5), ("RESOURCES", "resources", 3), ("PROJECTS", "projects", 1)] {
            let order = "first: 100, order: OLDEST_FIRST";
            let query = format!("{{ {field}({order}) {{ nodes {{ title }} }} }}");
            let reply = world.run(login, &query, json!({})).await;
            let seen: Vec<&str> = reply
                .data(&format!("/{field}/nodes"))
                .as_array()
                .unwrap()
                .iter()
                .map(|node| node["title"].as_str().unwrap())
                .collect();
            let rows = csv_of(&world, login, json!({ "list": list, "format": "CSV" })).await;
            let taken: Vec<&str> = rows[1..].iter().map(|row| row[column].as_str()).collect();
            assert_eq!(taken, seen, "{login} {list}");
        }
    }
    let filter = json!({ "list": "DEMANDS", "format": "CSV", "demands": { "text": "归口" } });
    assert_eq!(csv_of(&world, "coordinator", filter).await.len(), 2);
    assert_eq!(
        world.mutate("sysadmin", "exportCreate", LINK, json!({ "list": "DEMANDS", "format": "CSV" })).await.code(),
        "FORBIDDEN"
    );
}

#[rstest]
#[tokio::test]
async fn rates_and_frozen_lists_are_sheets_as_well(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    listed_demand(&world, json!({})).await;
    listed_resource(&world, json!({})).await;
    let taken =
        world.mutate("coordinator", "snapshotTake", "snapshot { id }", json!({ "list": "DEMANDS", "quarter": "2026-Q4" })).await;
    let frozen = taken.text("/snapshot/id");
    let input = json!({ "list": "SNAPSHOT", "format": "CSV", "snapshot": frozen });
    let rows = csv_of(&world, "coordinator", input.clone()).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1][..2], ["D-420105-2026-000001", "mill"]);
    assert_eq!([&rows[1][7], &rows[1][8], &rows[1][12]], ["NORMAL", "LISTED", "2026-11-23 09:00"]);
    // Hidden equals absent.
    let path = link(&world, "mill.liaison", input).await;
    let (status, _, bytes) = fetch(&world, &path).await;
    assert_eq!((status, code(&bytes)), (StatusCode::NOT_FOUND, "NOT_FOUND".to_owned()));

    let rates = json!({ "list": "RATES", "format": "CSV", "from": "2026-11-01", "to": "2026-11-30" });
    let rows = csv_of(&world, "coordinator", rates).await;
    let justice = rows.iter().find(|row| row[0] == "justice").unwrap();
    assert_eq!([&justice[16], &justice[17], &justice[18]], ["0", "1", "样本不足"]);
    assert_eq!([&justice[1], &justice[2], &justice[3]], ["0", "0", "样本不足"]);
}

#[rstest]
#[tokio::test]
async fn what_does_not_go_with_the_list_is_refused(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let before = world.audit().await;
    let refused = async |input: Value| world.mutate("coordinator", "exportCreate", LINK, input).await.problems();
    let rates = json!({ "list": "RATES", "format": "CSV", "from": "2026-11-01" });
    assert_eq!(refused(rates).await, ["VALIDATION at input.to"]);
    let mixed = json!({ "list": "DEMANDS", "format": "CSV", "snapshot": "snp_1", "projects": {} });
    assert_eq!(refused(mixed).await, ["VALIDATION at input.projects", "VALIDATION at input.snapshot"]);
    assert_eq!(refused(json!({ "list": "SNAPSHOT", "format": "CSV" })).await, ["VALIDATION at input.snapshot"]);
    assert_eq!(world.audit().await, before);
}

#[rstest]
#[tokio::test]
async fn a_link_ends_with_its_minutes_and_with_its_session(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let input = json!({ "list": "DEMANDS", "format": "CSV" });
    let path = link(&world, "mill.liaison", input.clone()).await;
    let (status, _, _) = fetch(&world, &path).await;
    assert_eq!(status, StatusCode::OK);
    let lines = world.count("audit_line").await;
    let gone = async |path: &str| {
        let (status, _, bytes) = fetch(&world, path).await;
        (status, code(&bytes))
    };
    let absent = (StatusCode::NOT_FOUND, "NOT_FOUND".to_owned());
    let mut tampered = path.clone();
    let last = tampered.pop().unwrap();
    tampered.push(if last == 'A' { 'B' } else { 'A' });
    assert_eq!(gone(&tampered).await, absent);
    assert_eq!(gone("/exports").await, absent);
    world.advance(SignedDuration::from_secs(5 * 60)).await;
    assert_eq!(gone(&path).await, absent);

    let path = link(&world, "mill.liaison", input.clone()).await;
    world.execute("UPDATE session SET ended_at = created_at");
    assert_eq!(gone(&path).await, absent);
    assert_eq!(world.count("audit_line").await, lines + 1, "only the second link was made");
}

#[rstest]
#[tokio::test]
async fn a_right_that_was_withdrawn_since_the_link_was_made_is_gone(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    listed_demand(&world, json!({})).await;
    let path = link(&world, "mill.liaison", json!({ "list": "DEMANDS", "format": "CSV" })).await;
    world.execute("UPDATE role_grant SET status = 'ENDED' WHERE role = 'LIAISON'");
    let (status, _, bytes) = fetch(&world, &path).await;
    assert_eq!((status, code(&bytes)), (StatusCode::FORBIDDEN, "FORBIDDEN".to_owned()));
    assert_eq!(world.audit().await.last().map(String::as_str), Some("export.download FORBIDDEN"));
}

#[rstest]
#[tokio::test]
async fn the_command_writes_the_file_with_the_rights_of_an_account(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    listed_demand(&world, json!({})).await;
    listed_demand(&world, json!({ "title": "仅归口单位可见", "detail": "内部事项", "visibility": "DUTY_UNIT" })).await;
    let database = url(&world.target);
    let key = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [7; 32]);
    let settings = [("PORTAL_DATABASE_URL", database.as_str()), ("PORTAL_SECRET_KEY", key.as_str()), ("LC_ALL", "en_GB.UTF-8")];
    let folder = scratch();
    let file = folder.join("list.xlsx");
    let place = file.to_str().unwrap();
    let done = run(&["export", "--list", "demands", "--as", "bakery.liaison", "--out", place], &settings);
    assert_eq!(String::from_utf8_lossy(&done.stdout), format!("1 rows exported: {place}\n"));
    assert_eq!(cells_of(std::fs::read(&file).unwrap()).len(), 2);
    let done = run(&["export", "--list", "demands", "--as", "coordinator", "--out", place], &settings);
    assert_eq!(String::from_utf8_lossy(&done.stdout), format!("2 rows exported: {place}\n"));

    let kept = std::fs::read(&file).unwrap();
    for (arguments, says) in [
        (vec!["export", "--list", "rates", "--out", place], "--from"),
        (vec!["export", "--list", "demands", "--as", "stranger", "--out", place], "There is no active account \"stranger\"."),
        (vec!["export", "--list", "demands", "--out", "list.ods"], ".xlsx"),
        (vec!["export", "--list", "snapshot", "--snapshot", "snp_x", "--out", place], "not an id"),
    ] {
        let refused = run(&arguments, &settings);
        assert!(!refused.status.success());
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains(says), "{said}");
    }
    assert_eq!(std::fs::read(&file).unwrap(), kept);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing half written is left");
}
