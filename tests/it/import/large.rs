//! 5,000 demands of which 7 % are bad.

use std::{collections::BTreeSet, time::Instant};

use jiff::{ToSpan, civil::date};
use park_portal::domain::category::ROOTS;
use rstest::rstest;
use serde_json::{Value, json};

use super::{
    bad_cells, commit, counts, effects_of, preview, rows_there,
    sheet::{Table, Typed, gb18030, row, serial, xlsx},
    upload,
};
use crate::world::{Db, World};

const ROWS: usize = 5_000;
const BAD: usize = 350;
/// One bad row in ten has a second bad cell.
const BAD_CELLS: usize = BAD + BAD / 10;
/// Two title rows and a blank one stand above the heading.
const HEADING_ROW: usize = 4;
const SITES: [(&str, &str); 4] = [("mill", "mall"), ("bakery", "office"), ("forge", "plant"), ("keeper", "office")];

/// The list, and each of its bad cells as `row column code`.
fn list() -> (Table, Vec<String>) {
    let mut table = vec![row(["汉阳区楼宇园区需求清单"]), row(["填报日期：2026年11月"]), Vec::new()];
    table.push(row([
        "序号",
        "类别",
        "需求单位",
        "需求内容",
        "数量",
        "期望时间",
        "紧急程度",
        "所在楼宇/园区",
        "联系人（岗位）及电话",
    ]));
    let (mut bad, mut number) = (Vec::new(), 0);
    for index in 0..ROWS {
        let mut cells = good(index);
        // A blank row after each thousand.
        if index > 0 && index % 1_000 == 0 {
            table.push(Vec::new());
        }
        if index % 100 < 7 {
            let at = table.len() + 1;
            bad.extend(spoil(&mut cells, number % 10).into_iter().map(|fault| format!("{at} {fault}")));
            number += 1;
        }
        table.push(cells);
    }
    (table, bad)
}

fn good(index: usize) -> Vec<Typed> {
    let (organisation, place) = SITES[index % 4];
    let day = date(2026, 12, 1).checked_add((index as i64 % 300).days()).unwrap();
    vec![
        Typed::Number((index + 1) as f64),
        ROOTS[index % 20].1.into(),
        organisation.into(),
        format!("第{index}项：请安排人员上门，讲解有关办理流程和材料。").into(),
        match index % 3 {
            0 => Typed::Number((index % 50 + 1) as f64),
            1 => format!("{}", index % 50 + 1).into(),
            _ => "３人次".into(),
        },
        match index % 4 {
            0 => Typed::Day(day),
            1 => format!("{}年{}月{}日", day.year(), day.month(), day.day()).into(),
            2 => Typed::Number(serial(day)),
            _ => format!("{}/{}/{}", day.year(), day.month(), day.day()).into(),
        },
        ["一般", "较急", ""][index % 3].into(),
        place.into(),
        format!("综合部 027-8400{:04}", index % 4).into(),
    ]
}

/// Makes a row bad in one of ten ways, and says at which cells.
fn spoil(cells: &mut [Typed], way: usize) -> Vec<&'static str> {
    let (column, content, fault): (usize, Typed, &'static str) = match way {
        0 => (2, "没有登记的有限公司".into(), "C UNKNOWN_ORGANISATION"),
        1 => (1, "占卜".into(), "B UNKNOWN_CATEGORY"),
        2 => (3, "长".repeat(4_001).into(), "D TOO_LONG"),
        3 => (4, Typed::Number(3.5), "E NOT_WHOLE"),
        4 => (4, Typed::Number(0.0), "E OUT_OF_RANGE"),
        5 => (4, Typed::Number(1e12), "E OUT_OF_RANGE"),
        6 => (5, "12月底前".into(), "F DATE_NOT_EXACT"),
        7 => (5, "2026/11/1".into(), "F PAST_DATE"),
        8 => (7, "tower".into(), "H NO_TENANCY"),
        _ => {
            cells[8] = "综合部".into();
            cells[6] = "马上".into();
            return vec!["G UNKNOWN_WORD", "I PHONE_INVALID"];
        }
    };
    cells[column] = content;
    vec![fault]
}

#[rstest]
#[tokio::test]
async fn five_thousand_rows_come_in_at_once_and_the_bad_ones_are_named(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values("XLSX", "GB18030")] format: &str,
) {
    let Some(world) = World::new(db).await else { return };
    let (table, bad) = list();
    assert_eq!(bad.len(), BAD_CELLS);
    let file = if format == "XLSX" { xlsx(&table) } else { gb18030(&table) };
    let id = upload(&world, "coordinator", &file).await;
    let before = rows_there(&world).await;

    let began = Instant::now();
    let looked = preview(&world, "coordinator", &id, "DEMANDS").await;
    eprintln!("{db:?} {format}: preview {:?}", began.elapsed());
    let report = looked.done("/preview");
    assert_eq!(counts(report), [5_000, 4_650, 350, 0]);
    assert_eq!((&report["headingRow"], &report["blank"]), (&json!(HEADING_ROW), &json!(4)));
    assert_eq!(report["unusedHeadings"], json!(["序号"]));
    assert_eq!(bad_cells(report), bad);
    assert!(report["rowsTotal"].as_u64().unwrap() >= BAD_CELLS as u64);
    assert_eq!(rows_there(&world).await, before);

    let refused = commit(&world, "coordinator", &id, "DEMANDS", "ALL_OR_NOTHING").await;
    assert_eq!(refused.problems(), ["IMPORT_ROWS at input.upload"]);
    assert_eq!(refused.payload["batch"], Value::Null);
    assert_eq!(rows_there(&world).await, before);
    assert_eq!(world.count("counter").await, 0);

    let began = Instant::now();
    let done = commit(&world, "coordinator", &id, "DEMANDS", "GOOD_ROWS").await;
    eprintln!("{db:?} {format}: commit {:?}", began.elapsed());
    assert_eq!(done.done("/created"), 4_650);
    assert_eq!(counts(done.done("/report")), [5_000, 4_650, 350, 0]);
    everything_is_in(&world, &done.text("/batch")).await;

    let again = commit(&world, "coordinator", &id, "DEMANDS", "GOOD_ROWS").await;
    assert_eq!(again.done("/created"), 0);
    assert_eq!(counts(again.done("/report")), [5_000, 0, 350, 4_650]);
    assert_eq!(bad_cells(again.done("/report")), bad);
    assert_eq!(rows_there(&world).await, [4_650, 0, before[2], 4, 4_650]);
    assert_eq!(world.number("SELECT last FROM counter WHERE kind = 'D'").await, 4_650);
    assert!(world.chains_hold().await);
}

/// The good rows, each submitted under a number of its own, and one line of the log that names each.
async fn everything_is_in(world: &World, batch: &str) {
    assert_eq!(world.number("SELECT count(*) FROM demand WHERE status = 'SUBMITTED' AND source = 'IMPORT'").await, 4_650);
    for (number, edge) in [("min", "D-420105-2026-000001"), ("max", "D-420105-2026-004650")] {
        let found = world.number(&format!("SELECT count(*) FROM demand WHERE ref_no = '{edge}'")).await;
        assert_eq!(found, 1, "{number}");
    }
    assert_eq!(world.number("SELECT count(DISTINCT ref_no) FROM demand").await, 4_650);
    assert_eq!(world.number("SELECT last FROM counter WHERE kind = 'D'").await, 4_650);
    assert_eq!(world.number("SELECT count(*) FROM demand WHERE triage_due_at IS NULL").await, 0);
    let lines = effects_of(world, "import.commit");
    assert_eq!(lines.len(), 1, "one line for the batch");
    let of_batch = &lines[0][0];
    assert_eq!(of_batch["object"], batch);
    let facts = ["total", "good", "bad", "known", "kind", "mode"].map(|name| of_batch["facts"][name].clone());
    assert_eq!(json!(facts), json!([5_000, 4_650, 350, 0, "DEMANDS", "GOOD_ROWS"]));
    let hashes: BTreeSet<&str> = lines[0].iter().filter_map(|effect| effect["facts"]["row"].as_str()).collect();
    assert_eq!(hashes.len(), 4_650);
    assert!(hashes.iter().all(|hash| hash.len() == 64));
    let actions: Vec<String> = world.audit().await;
    assert_eq!(actions.iter().filter(|line| line.starts_with("demand.")).count(), 0);
    assert_eq!(actions.iter().filter(|line| *line == "import.commit IMPORT_ROWS").count(), 1);
}
