//! The resource list from file to record.

use jiff::civil::date;

use super::table::{Typed, lines, places, read_all, texts};
use crate::{
    domain::{
        period::Per,
        resource::{Fee, Mode},
    },
    ingest::{Capacity, Coverage, ResourceRecord, Span},
};

const HEADINGS: [&str; 12] = [
    "提供单位",
    "处室",
    "资源名称与内容",
    "类别",
    "服务方式",
    "覆盖范围",
    "可提供次数/容量",
    "有效期",
    "是否收费",
    "所需材料",
    "标签",
    "联系人(岗位)及电话",
];

const GOOD: [&str; 12] = [
    "区司法局",
    "公共法律服务科",
    "律师上门“法治体检”。\n包括合同审查、劳动用工。",
    "法律服务",
    "上门服务",
    "黄金口工业园区、琴断口街道",
    "每月4次",
    "2026年1月1日-2026年12月31日",
    "免费",
    "营业执照复印件",
    "法律;合同",
    "科长/84001234",
];

#[test]
fn a_full_row_becomes_a_record_with_every_field() {
    let parsed = read_all::<ResourceRecord>(&texts(&[HEADINGS, GOOD]));

    assert_eq!(parsed.problems, []);
    let record = &parsed.rows[0].record;
    assert_eq!(record.organisation, "区司法局");
    assert_eq!(record.office.as_deref(), Some("公共法律服务科"));
    assert_eq!(record.title, "律师上门“法治体检”");
    assert_eq!(record.detail, "律师上门“法治体检”。\n包括合同审查、劳动用工。");
    assert_eq!((record.category.as_str(), record.mode), ("法律服务", Mode::Onsite));
    let places = ["黄金口工业园区", "琴断口街道"].map(str::to_owned).to_vec();
    assert_eq!(record.coverage, Some(Coverage::Named(places)));
    assert_eq!(record.capacity, Capacity { amount: 4.try_into().unwrap(), per: Per::Month });
    let year = Span::new(Some(date(2026, 1, 1)), Some(date(2026, 12, 31)));
    assert_eq!(record.valid, year);
    assert_eq!(record.fee, Some(Fee::Free));
    assert_eq!(record.documents.as_deref(), Some("营业执照复印件"));
    assert_eq!(record.tags, ["法律", "合同"]);
    assert_eq!(record.contact.as_ref().unwrap().phone.expose(), "84001234");
    assert_eq!(
        parsed.rows[0].canonical(),
        "11:resources/1;12:区司法局;21:公共法律服务科;12:法律服务;30:律师上门“法治体检”;\
         70:律师上门“法治体检”。\n包括合同审查、劳动用工。;1:2;6:法律;6:合同;6:ONSITE;5:NAMED;1:2;\
         21:黄金口工业园区;15:琴断口街道;1:4;5:MONTH;10:2026-01-01;10:2026-12-31;4:FREE;\
         21:营业执照复印件;6:科长;8:84001234;"
    );
}

#[test]
fn name_and_content_may_have_columns_of_their_own() {
    let table = lines(&[
        "提供单位|资源名称|资源内容|类别|服务方式|容量|联系人|联系电话",
        "区文旅局|共享会议室||场地|场地|20|办公室|027-84001234",
        "区文旅局||音乐厅，周末可用。需预约。|场地|场地|20||84001234",
    ]);
    let parsed = read_all::<ResourceRecord>(&table);

    assert_eq!(parsed.problems, []);
    let (first, second) = (&parsed.rows[0].record, &parsed.rows[1].record);
    assert_eq!([&*first.title, &*first.detail], ["共享会议室", ""]);
    assert_eq!(post(first), Some("办公室"));
    assert_eq!(second.title, "音乐厅，周末可用");
    assert_eq!(post(second), None);
    assert_eq!((second.capacity.amount.get(), second.capacity.per), (20, Per::Once));
    assert_eq!((&second.coverage, second.fee), (&None, None));
    assert_eq!(second.valid, Span::default());
}

fn post(record: &ResourceRecord) -> Option<&str> {
    record.contact.as_ref().unwrap().post.as_deref()
}

#[test]
fn every_problem_of_a_row_is_reported() {
    let mut bad = GOOD;
    bad[0] = "";
    bad[2] = "";
    bad[4] = "上门、线上";
    bad[5] = "全区、琴断口街道";
    bad[6] = "不限";
    bad[7] = "2026年底";
    bad[8] = "是";
    bad[10] = "1、2、3、4、5、6、7、8、9";
    bad[11] = "科长";
    let parsed = read_all::<ResourceRecord>(&texts(&[HEADINGS, bad]));

    assert_eq!(
        places(&parsed.problems),
        [
            "A2 REQUIRED",
            "C2 REQUIRED",
            "E2 SEVERAL_WORDS",
            "F2 SEVERAL_WORDS",
            "G2 CAPACITY_UNCLEAR",
            "H2 DATE_NOT_EXACT",
            "I2 UNKNOWN_WORD",
            "K2 TOO_MANY",
            "L2 PHONE_INVALID",
        ]
    );
}

#[test]
fn a_validity_is_open_a_span_or_its_last_day() {
    let mut table = texts(&[HEADINGS, GOOD, GOOD, GOOD, GOOD]);
    table[1][7] = Typed::from("长期");
    table[2][7] = Typed::from(date(2026, 12, 31));
    table[3][7] = Typed::Number(46_387.0);
    table[4][7] = Typed::from("2026年12月31日止");
    let parsed = read_all::<ResourceRecord>(&table);

    let until = Span::new(None, Some(date(2026, 12, 31)));
    let spans: Vec<Span> = parsed.rows.iter().map(|row| row.record.valid).collect();
    assert_eq!(spans, [Span::default(), until, until, until]);
}
