//! A long list takes no more memory than a short one.

use rstest::rstest;
use serde_json::json;

use super::cells_of;
use crate::world::{
    Db, World,
    process::{program, url},
    rows::multiply,
    scratch,
    steps::{listed_demand, scale},
};

/// What a long list may take above a short one, in KiB.
const MOST_EXTRA_KIB: i64 = 64 * 1024;

/// Runs an export to its end, and answers the most memory of its own that it was seen with, in KiB. Pages
/// of the database file that are mapped into it belong to the system's cache and are not counted.
fn peak_of(world: &World, place: &str) -> i64 {
    let key = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [7; 32]);
    let mut process = program(&["export", "--list", "demands", "--as", "coordinator", "--out", place])
        .env("PORTAL_DATABASE_URL", url(&world.target))
        .env("PORTAL_SECRET_KEY", key)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut peak = 0;
    while process.try_wait().unwrap().is_none() {
        if let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", process.id())) {
            let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
            let kib = line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse().ok());
            peak = peak.max(kib.unwrap_or(0));
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert!(process.wait().unwrap().success());
    peak
}

#[rstest]
#[tokio::test]
async fn a_long_list_takes_little_more_memory_than_a_short_one(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let rows = scale(5_000, 100_000);
    listed_demand(&world, json!({ "detail": "请安排律师上门讲解劳动合同。".repeat(20) })).await;
    let folder = scratch();
    for ending in ["csv", "xlsx"] {
        let file = folder.join(format!("short.{ending}"));
        let short = peak_of(&world, file.to_str().unwrap());
        println!("{db:?} {ending}: 1 row, peak {short} KiB");
    }
    let short = peak_of(&world, folder.join("short.csv").to_str().unwrap());
    multiply(&world, "demand", rows);
    for ending in ["csv", "xlsx"] {
        let file = folder.join(format!("long.{ending}"));
        let long = peak_of(&world, file.to_str().unwrap());
        println!("{db:?} {ending}: {rows} rows, peak {long} KiB");
        assert!(long - short < MOST_EXTRA_KIB, "{ending}: {short} KiB for 1 row, {long} KiB for {rows}");
    }
    let cells = cells_of(std::fs::read(folder.join("long.xlsx")).unwrap());
    assert_eq!(cells.len(), rows + 1);
    let lines = csv::Reader::from_path(folder.join("long.csv")).unwrap().into_records().count();
    assert_eq!(lines, rows);
}
