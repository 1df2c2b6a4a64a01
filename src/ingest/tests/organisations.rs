//! The list of organisations from file to record.

use jiff::civil::date;

use super::table::{Typed, places, read_all, texts};
use crate::{
    domain::organisation::{Kind as OrganisationKind, SizeBand},
    ingest::OrganisationRecord,
};

const HEADINGS: [&str; 12] = [
    "单位名称",
    "简称",
    "单位类型",
    "统一社会信用代码",
    "行业门类",
    "行业大类",
    "规模",
    "所在楼宇/园区",
    "房号/单元",
    "入驻时间",
    "联系人(岗位)及电话",
    "邮箱",
];

const GOOD: [&str; 12] = [
    "武汉某某软件有限公司",
    "某某软件",
    "企业",
    "９１４２０１０５３００００００１０７",
    "I 信息传输、软件和信息技术服务业",
    "65",
    "小型",
    "九州通大厦",
    "3-1203",
    "2021年3月1日",
    "行政部 027-84001234",
    "office@example.com",
];

#[test]
fn a_full_row_becomes_a_record_with_every_field() {
    let mut table = texts(&[HEADINGS, GOOD]);
    table[1][5] = Typed::Number(65.0);
    table[1][9] = Typed::from(date(2021, 3, 1));
    let parsed = read_all::<OrganisationRecord>(&table);

    assert_eq!(parsed.problems, []);
    let record = &parsed.rows[0].record;
    assert_eq!(record.name, "武汉某某软件有限公司");
    assert_eq!(record.short_name.as_deref(), Some("某某软件"));
    assert_eq!(record.kind, OrganisationKind::Enterprise);
    assert_eq!(record.uscc.as_ref().unwrap().as_str(), "914201053000000107");
    assert_eq!(record.industry_section.unwrap().letter(), 'I');
    assert_eq!(record.industry_division.unwrap().to_string(), "65");
    assert_eq!(record.size_band, Some(SizeBand::Small));
    assert_eq!(record.place.as_deref(), Some("九州通大厦"));
    assert_eq!(record.room.as_deref(), Some("3-1203"));
    assert_eq!(record.since, Some(date(2021, 3, 1)));
    assert_eq!(record.email.as_deref(), Some("office@example.com"));
    assert_eq!(
        parsed.rows[0].canonical(),
        "15:organisations/1;30:武汉某某软件有限公司;12:某某软件;10:ENTERPRISE;18:914201053000000107;\
         1:I;2:65;5:SMALL;15:九州通大厦;6:3-1203;10:2021-03-01;9:行政部;12:027-84001234;\
         18:office@example.com;"
    );
}

#[test]
fn whoever_trades_needs_a_code_and_others_do_not() {
    let table = texts(&[
        ["单位名称", "单位类型", "统一社会信用代码"],
        ["甲公司", "企业", ""],
        ["乙物业", "物业公司", ""],
        ["区司法局", "部门", ""],
        ["琴断口街道", "街道办事处", ""],
    ]);
    let parsed = read_all::<OrganisationRecord>(&table);

    assert_eq!(places(&parsed.problems), ["C2 REQUIRED", "C3 REQUIRED"]);
    assert_eq!(parsed.problems[0].message_zh, "第 2 行 C 列“统一社会信用代码”：企业和物业公司必须填写统一社会信用代码。");
    assert_eq!(parsed.rows.len(), 2);
}

#[test]
fn every_problem_of_a_row_is_reported() {
    let mut bad = GOOD;
    bad[2] = "公司";
    bad[3] = "42010519800101123";
    bad[4] = "C";
    bad[6] = "小微";
    bad[9] = "2021年3月";
    bad[10] = "行政部";
    bad[11] = "office";
    let parsed = read_all::<OrganisationRecord>(&texts(&[HEADINGS, bad]));

    assert_eq!(
        places(&parsed.problems),
        [
            "C2 UNKNOWN_WORD",
            "D2 USCC_INVALID",
            "F2 INDUSTRY_MISMATCH",
            "G2 UNKNOWN_WORD",
            "J2 DATE_NOT_EXACT",
            "K2 PHONE_INVALID",
            "L2 EMAIL_INVALID",
        ]
    );
    assert_eq!(
        parsed.problems[1].message_zh,
        "第 2 行 D 列“统一社会信用代码”：统一社会信用代码应为 18 位，现在是 17 位，请核对。"
    );
}

#[test]
fn codes_and_rooms_that_a_spreadsheet_program_changed_are_refused_with_the_cure() {
    let mut table = texts(&[HEADINGS, GOOD]);
    table[1][3] = Typed::Number(114_201_050_110_000_142.0);
    table[1][8] = Typed::Day(date(2026, 3, 1));
    let parsed = crate::ingest::read::<OrganisationRecord>(&super::table::xlsx(&table), None).unwrap();

    assert_eq!(places(&parsed.problems), ["D2 DIGITS_LOST", "I2 DATE_IN_TEXT"]);

    let mut exported = GOOD;
    exported[3] = "1.14201E+17";
    let parsed = read_all::<OrganisationRecord>(&texts(&[HEADINGS, exported]));
    assert_eq!(places(&parsed.problems), ["D2 DIGITS_LOST"]);
}
