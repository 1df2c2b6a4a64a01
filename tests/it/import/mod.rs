//! Spreadsheets in: through the API and through the command line.

mod command;
mod forms;
mod large;
mod rights;
mod sheet;
mod uploads;

use axum::{body::Body, http::Request};
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};

use crate::world::{Reply, World, token};

/// What a report says.
pub const REPORT: &str = "sheet headingRow total good bad known blank footer unusedHeadings rowsTotal \
    rows { row column heading code blocks message }";

/// Sends a file as the account with this login and answers the server's answer.
async fn send(world: &World, login: &str, name: &str, content: &[u8]) -> Reply {
    let head = format!("--frontier\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let body = [head.as_bytes(), content, b"\r\n--frontier--\r\n"].concat();
    let mut request = Request::post("/uploads")
        .header("content-type", "multipart/form-data; boundary=frontier")
        .header("host", "portal.test")
        .header("accept-language", "zh-CN");
    if !login.is_empty() {
        request = request.header("authorization", format!("Bearer {}", token(login)));
    }
    Reply::read(world.send(request.body(Body::from(body)).expect("a request")).await).await
}

/// The id of a file that was sent.
async fn upload(world: &World, login: &str, content: &[u8]) -> String {
    let reply = send(world, login, "清单.xlsx", content).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.body["id"].as_str().expect("an id").to_owned()
}

/// Looks at an uploaded list.
async fn preview(world: &World, login: &str, upload: &str, kind: &str) -> Reply {
    let input = json!({ "upload": upload, "kind": kind });
    world.mutate(login, "importPreview", &format!("preview {{ {REPORT} }}"), input).await
}

/// Imports an uploaded list.
async fn commit(world: &World, login: &str, upload: &str, kind: &str, mode: &str) -> Reply {
    let input = json!({ "upload": upload, "kind": kind, "mode": mode });
    world.mutate(login, "importCommit", &format!("batch created report {{ {REPORT} }}"), input).await
}

/// Uploads a list of one kind and imports its good rows as the coordinator.
async fn import(world: &World, kind: &str, content: &[u8]) -> Reply {
    let upload = upload(world, "coordinator", content).await;
    commit(world, "coordinator", &upload, kind, "GOOD_ROWS").await
}

/// The counts of a report: total, good, bad, known.
fn counts(report: &Value) -> [i64; 4] {
    ["total", "good", "bad", "known"].map(|name| report[name].as_i64().expect("a count"))
}

/// What keeps rows out, as `row column code`.
fn bad_cells(report: &Value) -> Vec<String> {
    cells(report, |problem| problem["blocks"] == true)
}

/// What a clerk should know besides, as `row column code`.
fn notes(report: &Value) -> Vec<String> {
    cells(report, |problem| problem["blocks"] == false)
}

fn cells(report: &Value, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
    let rows = report["rows"].as_array().expect("rows").iter().filter(|problem| wanted(problem));
    let text = |problem: &Value| {
        let [column, code] = ["column", "code"].map(|name| problem[name].as_str().expect("a text").to_owned());
        format!("{} {column} {code}", problem["row"])
    };
    rows.map(text).collect()
}

/// The effects of every line of an action, each line's own list.
fn effects_of(world: &World, action: &str) -> Vec<Vec<Value>> {
    #[derive(diesel::QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        effects: String,
    }
    let sql = format!("SELECT effects FROM audit_line WHERE action = '{action}' AND outcome = 'OK' ORDER BY number");
    let lines: Vec<Line> = sql_query(sql).load(&mut world.connection()).expect("the log");
    lines.iter().map(|line| serde_json::from_str(&line.effects).expect("effects are JSON")).collect()
}

/// Rows that an import could have made, whatever its kind.
async fn rows_there(world: &World) -> [i64; 5] {
    [
        world.count("demand").await,
        world.count("resource").await,
        world.count("organisation").await,
        world.count("contact_point").await,
        world.count("import_row").await,
    ]
}
