//! 5,000 rows with 7 % bad ones, as workbook and as GB18030.

use std::collections::{BTreeMap, HashSet};

use jiff::ToSpan;
use jiff::civil::date;

use super::table::{Table, Typed, read_all, texts, xlsx};
use crate::ingest::{CellProblem, DemandRecord, ProblemCode, read};
use crate::kernel::quantity::Quantity;

const ROWS: usize = 5_000;
const HEADINGS: [&str; 9] =
    ["需求单位", "所在楼宇/园区", "类别", "需求内容", "数量", "期望时间", "紧急程度", "标签", "联系人（岗位）及电话"];

/// Every spelling takes its turn; 7 rows of each hundred are bad, in ten ways.
fn list() -> Table {
    let mut table = texts(&[["汉阳区需求清单（2026年第四季度）"]]);
    table.extend(texts(&[HEADINGS]));
    table.extend((0..ROWS).map(|index| if index % 100 < 7 { bad(index) } else { good(index) }));
    table
}

fn good(index: usize) -> Vec<Typed> {
    let day = date(2026, 12, 1).checked_add((index as i64 % 300).days()).unwrap();
    let (year, month, of_month) = (day.year(), day.month(), day.day());
    let quantity = index % 50 + 1;
    vec![
        Typed::from(&*format!("武汉第{index}号精密机械有限公司")),
        Typed::from(["黄金口工业园区", "", "龙阳湖健康谷"][index % 3]),
        Typed::from(["法律服务", "人才招聘", "场地设施", "融资对接"][index % 4]),
        Typed::from(&*format!("第{index}项需求。\n希望尽快对接，内容见附件，共{quantity}项。")),
        match index % 3 {
            0 => Typed::Number(quantity as f64),
            1 => Typed::from(&*format!("{quantity}")),
            _ => Typed::from(&*format!("{quantity}人")),
        },
        match index % 4 {
            0 => Typed::Day(day),
            1 => Typed::from(&*format!("{year}年{month}月{of_month}日")),
            2 => Typed::Number(f64::from((day - date(1899, 12, 30)).get_days())),
            _ => Typed::from(&*format!("{day}至{day}")),
        },
        Typed::from(["一般", "较急", ""][index % 3]),
        Typed::from(["法律、合同", "＝SUM（A1）", "=1+1", ""][index % 4]),
        Typed::from(&*format!("综合部主任 027-8400{:04}", index % 10_000)),
    ]
}

fn bad(index: usize) -> Vec<Typed> {
    let mut row = good(index);
    match (index / 100 * 7 + index % 100) % 10 {
        0 => row[0] = Typed::Nothing,
        1 => row[2] = Typed::Nothing,
        2 => row[3] = Typed::from(&*"长".repeat(4_001)),
        3 => row[4] = Typed::Number(3.5),
        4 => row[4] = Typed::Number(0.0),
        5 => row[4] = Typed::Number(1e12),
        6 => row[5] = Typed::from("12月底前"),
        7 => row[6] = Typed::from("马上"),
        8 => row[8] = Typed::from("综合部主任"),
        _ => {
            row[3] = Typed::from("含控制\u{7f}字符");
            row[5] = Typed::from("2026-12-31至2026-12-01");
        }
    }
    row
}

fn per_code(problems: &[CellProblem]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for problem in problems {
        *counts.entry(problem.code.name()).or_default() += 1;
    }
    counts
}

#[test]
fn five_thousand_rows_read_alike_from_a_workbook_and_from_gb18030() {
    let parsed = read_all::<DemandRecord>(&list());

    assert_eq!(parsed.heading_row, 2);
    assert_eq!(parsed.rows.len(), 4_650);
    let bad_rows: HashSet<u32> = parsed.problems.iter().map(|problem| problem.row).collect();
    assert_eq!(bad_rows.len(), 350);
    assert!(parsed.rows.iter().all(|row| !bad_rows.contains(&row.number)));
    let expected = [
        (ProblemCode::ControlCharacter.name(), 35),
        (ProblemCode::DateNotExact.name(), 35),
        (ProblemCode::DateOrder.name(), 35),
        (ProblemCode::NotWhole.name(), 35),
        (ProblemCode::OutOfRange.name(), 70),
        (ProblemCode::PhoneInvalid.name(), 35),
        (ProblemCode::Required.name(), 70),
        (ProblemCode::TooLong.name(), 35),
        (ProblemCode::UnknownWord.name(), 35),
    ];
    assert_eq!(per_code(&parsed.problems), BTreeMap::from_iter(expected));
    let texts: HashSet<String> = parsed.rows.iter().map(|row| row.canonical()).collect();
    assert_eq!(texts.len(), 4_650);
}

#[test]
fn a_good_row_of_the_large_list_has_exactly_its_values() {
    let parsed = read::<DemandRecord>(&xlsx(&list()), None).unwrap();

    let row = parsed.rows.iter().find(|row| row.number == 12).unwrap();
    assert_eq!(row.record.organisation.as_deref(), Some("武汉第9号精密机械有限公司"));
    assert_eq!(row.record.title, "第9项需求");
    assert_eq!(row.record.quantity.map(Quantity::get), Some(10));
    assert_eq!(row.record.desired.to, Some(date(2026, 12, 10)));
    assert_eq!(row.record.tags, ["＝SUM（A1）"]);
}
