//! The demand list from file to record.

use jiff::civil::date;

use super::table::{Typed, places, read_all, texts, utf8};
use crate::{
    domain::demand::Visibility,
    ingest::{DemandRecord, Span, Urgency, read},
    kernel::quantity::Quantity,
};

const HEADINGS: [&str; 14] = [
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
];

const GOOD: [&str; 14] = [
    "武汉某某机械（集团）有限公司",
    "914201053000000107",
    "黄金口工业园区",
    "法律服务",
    "劳动合同审查",
    "希望律师上门，\n审查合同模板。",
    "３",
    "场",
    "2026年12月1日-12月31日",
    "紧急",
    "月底前续签",
    "全区",
    "法律、合同",
    "综合部主任 027-84001234",
];

#[test]
fn a_full_row_becomes_a_record_with_every_field() {
    let parsed = read_all::<DemandRecord>(&texts(&[HEADINGS, GOOD]));

    assert_eq!(parsed.problems, []);
    assert_eq!((parsed.heading_row, parsed.rows[0].number), (1, 2));
    let record = &parsed.rows[0].record;
    assert_eq!(record.organisation.as_deref(), Some("武汉某某机械（集团）有限公司"));
    assert_eq!(record.uscc.as_ref().map(|code| code.as_str()), Some("914201053000000107"));
    assert_eq!(record.place.as_deref(), Some("黄金口工业园区"));
    assert_eq!(record.category, "法律服务");
    assert_eq!(record.title, "劳动合同审查");
    assert_eq!(record.detail, "希望律师上门，\n审查合同模板。");
    assert_eq!((record.quantity.map(Quantity::get), record.unit.as_deref()), (Some(3), Some("场")));
    let december = Span { from: Some(date(2026, 12, 1)), to: Some(date(2026, 12, 31)) };
    assert_eq!(record.desired, december);
    assert_eq!(record.urgency, Some(Urgency::Urgent { reason: "月底前续签".to_owned() }));
    assert_eq!(record.visibility, Some(Visibility::District));
    assert_eq!(record.tags, ["法律", "合同"]);
    let contact = record.contact.as_ref().unwrap();
    assert_eq!(contact.post.as_deref(), Some("综合部主任"));
    assert_eq!(contact.phone.expose(), "027-84001234");
}

#[test]
fn the_canonical_text_is_the_same_for_every_spelling_of_the_same_row() {
    let mut other = texts(&[HEADINGS, GOOD]);
    other[1][6] = Typed::Number(3.0);
    other[1][8] = Typed::from("2026/12/1至2026/12/31");
    other[1][13] = Typed::from("综合部主任/027-84001234");
    other.insert(0, vec![Typed::from("某区需求清单")]);
    let first = read_all::<DemandRecord>(&texts(&[HEADINGS, GOOD]));
    let second = read_all::<DemandRecord>(&other);

    assert_ne!(first.rows[0].number, second.rows[0].number);
    assert_eq!(first.rows[0].canonical(), second.rows[0].canonical());
    assert_eq!(
        first.rows[0].canonical(),
        "9:demands/1;42:武汉某某机械（集团）有限公司;18:914201053000000107;21:黄金口工业园区;\
         12:法律服务;18:劳动合同审查;43:希望律师上门，\n审查合同模板。;1:2;6:法律;6:合同;1:3;3:场;\
         10:2026-12-01;10:2026-12-31;6:URGENT;15:月底前续签;8:DISTRICT;15:综合部主任;"
    );
}

#[test]
fn columns_stand_in_any_order_under_titles_and_blank_rows_are_counted() {
    let table = texts(&[
        ["汉阳区园区企业需求清单", "", "", ""],
        ["填报单位：某街道", "", "填报日期：2026年11月1日", ""],
        ["", "", "", ""],
        ["序号", "类别", "具体需求", "企业\n名称"],
        ["1", "法律服务", "劳动合同审查", "甲公司"],
        ["", "", " ", ""],
        ["2", "场地", "会议室", "乙公司"],
        ["3", "", "", ""],
        ["4", "人才", "招聘会", "丙公司"],
        ["5", "", "", ""],
        ["合计：3 项", "", "", ""],
        ["填表人：张三", "", "审核人：李四", ""],
        ["注：1.数量请填整数；", "", "", ""],
        ["2.时间请填到日。", "", "", ""],
    ]);
    let parsed = read_all::<DemandRecord>(&table);

    assert_eq!(parsed.problems, []);
    assert_eq!(parsed.heading_row, 4);
    assert_eq!(parsed.unused_headings, ["序号"]);
    assert_eq!((parsed.blank_rows, parsed.footer_rows), (2, 4));
    let rows: Vec<(u32, &str)> = parsed.rows.iter().map(|row| (row.number, row.record.title.as_str())).collect();
    assert_eq!(rows, [(5, "劳动合同审查"), (7, "会议室"), (9, "招聘会")]);
}

#[test]
fn a_footer_word_inside_the_list_is_reported_and_a_name_that_opens_with_one_is_an_entry() {
    let table = texts(&[
        ["需求单位", "类别", "需求名称"],
        ["小计", "", ""],
        ["甲公司", "法律服务", "合同审查"],
        ["说明(武汉)文化公司", "场地", "会议室"],
    ]);
    let parsed = read_all::<DemandRecord>(&table);

    assert_eq!(places(&parsed.problems), ["B2 REQUIRED", "C2 REQUIRED"]);
    assert_eq!(parsed.rows.len(), 2);
    assert_eq!(parsed.footer_rows, 0);
}

#[test]
fn every_problem_of_a_row_is_reported_in_words_of_a_clerk() {
    let mut bad = GOOD;
    bad[0] = "甲";
    bad[1] = "914201053000000108";
    bad[3] = "";
    bad[6] = "3.5";
    bad[8] = "12月底前";
    bad[9] = "十万火急";
    bad[13] = "张三 13800138000、13900139000";
    let parsed = read_all::<DemandRecord>(&texts(&[HEADINGS, bad]));

    assert_eq!(parsed.rows, []);
    let messages: Vec<&str> = parsed.problems.iter().map(|p| p.message_zh.as_str()).collect();
    assert_eq!(
        messages,
        [
            "第 2 行 A 列“需求单位”：内容太短，请至少填写 2 个字。",
            "第 2 行 B 列“统一社会信用代码”：统一社会信用代码校验位不正确，请对照营业执照核对。",
            "第 2 行 D 列“类别”：没有填写（合并的单元格请拆开，每一行都要填写）。",
            "第 2 行 G 列“数量”：“3.5”不是整数，请填写 1 到 10000 的整数。",
            "第 2 行 I 列“期望时间”：“12月底前”没有具体到日，请填写“2026年12月31日”，\
             或起止日期“2026年12月1日-2026年12月31日”。",
            "第 2 行 J 列“紧急程度”：“十万火急”不在可选范围内，请填写一般、较急、紧急中的一项。",
            "第 2 行 N 列“联系人(岗位)及电话”：含有多个电话号码，请只保留一个。",
        ]
    );
    assert_eq!(
        parsed.problems[3].message_en,
        "Row 2, column G \"数量\": \"3.5\" is not a whole number; enter a whole number from 1 to 10000."
    );
}

#[test]
fn an_urgent_demand_needs_its_reason_wherever_the_list_has_room_for_it() {
    let mut unexplained = GOOD;
    unexplained[10] = "";
    let parsed = read_all::<DemandRecord>(&texts(&[HEADINGS, unexplained]));
    assert_eq!(places(&parsed.problems), ["K2 REQUIRED"]);

    let table = texts(&[["需求单位", "类别", "需求名称", "紧急程度"], ["甲公司", "场地", "会议室", "特急"]]);
    let parsed = read_all::<DemandRecord>(&table);
    assert_eq!(places(&parsed.problems), ["D2 REQUIRED"]);
}

#[test]
fn blank_optional_cells_are_none_and_a_code_may_stand_for_the_name() {
    let table = texts(&[
        ["需求单位", "统一社会信用代码", "类别", "需求名称", "数量"],
        ["", "9144030071526726xg", "场地", "会议室", "20人"],
        ["", "", "场地", "会议室", ""],
    ]);
    let parsed = read_all::<DemandRecord>(&table);

    let record = &parsed.rows[0].record;
    assert_eq!(record.organisation, None);
    assert_eq!(record.uscc.as_ref().unwrap().as_str(), "9144030071526726XG");
    assert_eq!((record.quantity.map(Quantity::get), record.unit.as_deref()), (Some(20), Some("人")));
    assert_eq!((&record.urgency, record.visibility, &record.contact), (&None, None, &None));
    assert_eq!((record.desired, record.tags.len()), (Span::default(), 0));
    assert_eq!(places(&parsed.problems), ["A3 REQUIRED"]);
}

#[test]
fn a_number_that_slipped_into_another_column_is_not_repeated() {
    let mut shifted = GOOD;
    for cell in &mut shifted[6..13] {
        *cell = "13800138000";
    }
    shifted[2] = "13800138000";
    let parsed = read::<DemandRecord>(&utf8(&texts(&[HEADINGS, shifted])), None).unwrap();

    assert!(parsed.problems.len() >= 4);
    for problem in &parsed.problems {
        let json = serde_json::to_string(problem).unwrap();
        assert!(!json.contains("13800"), "{json}");
    }
}
