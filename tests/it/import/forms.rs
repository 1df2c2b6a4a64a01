//! Lists as they really come: titles above, columns in any order, every spelling of a day.

use jiff::civil::date;
use rstest::rstest;
use serde_json::{Value, json};

use super::{
    bad_cells, commit, counts, effects_of, import, notes, preview,
    sheet::{Table, Typed, csv, csv_with_mark, gb18030, row, serial, xlsx},
    upload,
};
use crate::world::{Db, World};

const DEMANDS: &str = "{ demands(first: 50, order: OLDEST_FIRST) { nodes {
    title detail quantity unit desiredFrom desiredTo urgency urgencyReason status source refNo tags
    organisation { name } place { name } category { code } contact { post isMasked } triageDueAt } } }";

/// Six demands, each with its day written in another way.
fn spelled() -> Table {
    let usual = ["一一", "场", "mall", "法律服务", "mill"];
    let other = |changes: &[(usize, &'static str)]| {
        let mut words = usual;
        changes.iter().for_each(|(place, word)| words[*place] = word);
        words
    };
    vec![
        row(["2026年第四季度需求清单"]),
        Vec::new(),
        row(["填报单位：汉阳区"]),
        row(["期望时间", "数量", "需求内容", "需求名称", "计量单位", "所在楼宇/园区", "类别", "需求单位", "备用"]),
        demand(Typed::Day(date(2026, 12, 1)), Typed::Number(3.0), usual),
        Vec::new(),
        demand(Typed::Number(serial(date(2026, 12, 1))), "３".into(), other(&[(0, "二二")])),
        demand("2026年12月1日".into(), "３场".into(), other(&[(0, "三三"), (1, ""), (3, "LEGAL")])),
        demand("2026/12/1".into(), "3".into(), other(&[(0, "四四"), (2, ""), (4, "ＭＩＬＬ")])),
        demand("２０２６－１２－０１".into(), "3".into(), other(&[(0, "五五"), (3, "法律 服务"), (4, " mill ")])),
        demand("2026.12.1".into(), "3.0".into(), other(&[(0, "六六")])),
        row(["合计", "18"]),
        row(["填表人：某某"]),
    ]
}

/// The cells of one demand in the order of the heading.
fn demand(day: Typed, quantity: Typed, [title, unit, place, category, organisation]: [&str; 5]) -> Vec<Typed> {
    let mut cells = vec![day, quantity, "内容".into()];
    cells.extend([title, unit, place, category, organisation].map(Into::into));
    cells
}

#[rstest]
#[tokio::test]
async fn titles_order_blanks_widths_and_days_do_not_matter(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values("XLSX", "UTF-8", "UTF-8 with a mark", "GB18030")] format: &str,
) {
    let Some(world) = World::new(db).await else { return };
    let table = spelled();
    let file = match format {
        "XLSX" => xlsx(&table),
        "UTF-8" => csv(&table),
        "GB18030" => gb18030(&table),
        _ => csv_with_mark(&table),
    };
    let id = upload(&world, "coordinator", &file).await;
    let report = preview(&world, "coordinator", &id, "DEMANDS").await.done("/preview").clone();
    assert_eq!(bad_cells(&report), Vec::<String>::new());
    assert_eq!(counts(&report), [6, 6, 0, 0]);
    assert_eq!((&report["headingRow"], &report["blank"], &report["footer"]), (&json!(4), &json!(1), &json!(2)));
    assert_eq!(report["unusedHeadings"], json!(["备用"]));
    assert_eq!(report["sheet"], if format == "XLSX" { json!("清单") } else { Value::Null });

    let done = commit(&world, "coordinator", &id, "DEMANDS", "ALL_OR_NOTHING").await;
    assert_eq!(done.done("/created"), 6);
    let nodes = world.run("coordinator", DEMANDS, json!({})).await.data("/demands/nodes").clone();
    for (index, title) in ["一一", "二二", "三三", "四四", "五五", "六六"].into_iter().enumerate() {
        let node = &nodes[index];
        let of_row = ["title", "detail", "quantity", "unit", "desiredFrom", "desiredTo", "urgency", "status", "source", "refNo"];
        let expected = json!([
            title,
            "内容",
            3,
            "场",
            "2026-12-01",
            "2026-12-01",
            "NORMAL",
            "SUBMITTED",
            "IMPORT",
            format!("D-420105-2026-{:06}", index + 1)
        ]);
        assert_eq!(json!(of_row.map(|name| node[name].clone())), expected, "{format}");
        let named = json!([node["organisation"]["name"], node["place"]["name"], node["category"]["code"]]);
        assert_eq!(named, json!(["mill", "mall", "LEGAL"]));
        // Three working days from Monday morning.
        assert!(node["triageDueAt"].is_string());
    }
}

#[rstest]
#[tokio::test]
async fn the_same_list_in_another_format_is_the_same_list(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let mut table = spelled();
    assert_eq!(import(&world, "DEMANDS", &xlsx(&table)).await.done("/created"), 6);
    for file in [csv(&table), csv_with_mark(&table), gb18030(&table), xlsx(&table)] {
        let again = import(&world, "DEMANDS", &file).await;
        assert_eq!((again.done("/created"), counts(again.done("/report"))), (&json!(0), [6, 0, 0, 6]));
    }
    table.insert(5, table[4].clone());
    table[5][3] = "一一又一".into();
    let more = import(&world, "DEMANDS", &xlsx(&table)).await;
    assert_eq!(counts(more.done("/report")), [7, 1, 0, 6]);
    assert_eq!(world.number("SELECT last FROM counter WHERE kind = 'D'").await, 7);
}

#[rstest]
#[tokio::test]
async fn what_would_be_a_formula_stays_a_text(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values("XLSX", "GB18030")] format: &str,
) {
    let Some(world) = World::new(db).await else { return };
    let texts = ["=1+1", "+SUM(A1:A9)", "-cmd|' /C calc'!A0", "@SUM(1,2)", "＝HYPERLINK(\"http://x\")"];
    let mut table = vec![row(["需求单位", "类别", "需求名称", "需求内容", "标签"])];
    table.extend(texts.iter().map(|text| row(["mill", "法律服务", text, text, "=1+1"])));
    let file = if format == "XLSX" { xlsx(&table) } else { gb18030(&table) };
    let done = import(&world, "DEMANDS", &file).await;
    assert_eq!((bad_cells(done.done("/report")), done.done("/created")), (Vec::new(), &json!(5)));
    let nodes = world.run("coordinator", DEMANDS, json!({})).await.data("/demands/nodes").clone();
    for (index, text) in texts[..4].iter().enumerate() {
        assert_eq!(json!([nodes[index]["title"], nodes[index]["detail"]]), json!([text, text]), "{format}");
    }
    assert_eq!(nodes[0]["tags"], json!(["=1+1"]));
}

#[rstest]
#[tokio::test]
async fn warnings_let_rows_in_and_never_crowd_out_what_is_bad(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let mut table = vec![row(["需求单位", "类别", "需求内容"])];
    table.extend((0..1_200).map(|index| row(["mill", "法律服务", &format!("劳动合同审查,请律师上门讲解,第{index}次")])));
    table.push(row(["mill", "占卜", "劳动合同审查"]));
    let id = upload(&world, "coordinator", &gb18030(&table)).await;
    let report = preview(&world, "coordinator", &id, "DEMANDS").await.done("/preview").clone();
    assert_eq!(counts(&report), [1_201, 1_200, 1, 0]);
    assert_eq!(report["rowsTotal"], 1_200);
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(1_000));
    assert_eq!(bad_cells(&report), ["1202 B UNKNOWN_CATEGORY"]);
    assert_eq!(notes(&report)[0], "3 C SIMILAR_DEMAND");
}

#[rstest]
#[tokio::test]
async fn resources_arrive_as_drafts(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let table = vec![
        row(["资源清单"]),
        row([
            "有效期",
            "可提供次数/容量",
            "服务方式",
            "覆盖范围",
            "类别",
            "资源名称与内容",
            "提供单位",
            "是否收费",
            "联系人(岗位)及电话",
        ]),
        row([
            "2026年1月1日至2026年12月31日",
            "每月４次",
            "上门服务",
            "全区",
            "法律服务",
            "园区法律体检\n律师上门查找用工风险",
            "justice",
            "免费",
            "公共法律服务科 027-84001234",
        ]),
        row(["长期", "20次", "线上", "洲头街道、circle", "人才服务", "招聘直播\n每场两小时", "labour", "成本价", ""]),
        row(["2026/11/1", "不限", "上门、线上", "月球", "法律服务", "过期的资源", "justice", "是", ""]),
    ];
    let id = upload(&world, "coordinator", &xlsx(&table)).await;
    let report = preview(&world, "coordinator", &id, "RESOURCES").await.done("/preview").clone();
    assert_eq!(counts(&report), [3, 2, 1, 0]);
    let mut bad = bad_cells(&report);
    bad.sort();
    assert_eq!(bad, ["5 A PAST_DATE", "5 B CAPACITY_UNCLEAR", "5 C SEVERAL_WORDS", "5 D UNKNOWN_AREA", "5 H UNKNOWN_WORD"]);
    assert_eq!(commit(&world, "coordinator", &id, "RESOURCES", "GOOD_ROWS").await.done("/created"), 2);
    let query = "{ resources(first: 5, order: OLDEST_FIRST) { nodes { status refNo title detail capacity per mode fee validFrom validTo
        organisation { name } category { code } coverage { wholeDistrict streets { name } zones { name } } contact { post } } } }";
    let nodes = world.run("coordinator", query, json!({})).await.data("/resources/nodes").clone();
    assert_eq!(
        nodes,
        json!([
            { "status": "DRAFT", "refNo": null, "title": "园区法律体检", "detail": "园区法律体检\n律师上门查找用工风险", "capacity": 4, "per": "MONTH",
              "mode": "ONSITE", "fee": "FREE", "validFrom": "2026-01-01", "validTo": "2026-12-31",
              "organisation": { "name": "justice" }, "category": { "code": "LEGAL" },
              "coverage": { "wholeDistrict": true, "streets": [], "zones": [] }, "contact": { "post": "公共法律服务科" } },
            { "status": "DRAFT", "refNo": null, "title": "招聘直播", "detail": "招聘直播\n每场两小时", "capacity": 20, "per": "ONCE",
              "mode": "ONLINE", "fee": "AT_COST", "validFrom": "2026-11-23", "validTo": null,
              "organisation": { "name": "labour" }, "category": { "code": "TALENT" },
              "coverage": { "wholeDistrict": false, "streets": [{ "name": "洲头街道" }], "zones": [{ "name": "circle" }] }, "contact": null },
        ])
    );
    assert_eq!(world.count("counter").await, 0);
    assert_eq!(effects_of(&world, "import.commit").len(), 1);
}

#[rstest]
#[tokio::test]
async fn organisations_arrive_with_where_they_sit(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let table = vec![
        row(["入驻时间", "房号", "所在楼宇/园区", "统一社会信用代码", "单位类型", "单位名称", "规模", "联系岗位", "联系电话"]),
        row(["2026年3月1日", "1201", "tower", "91420100300000001X", "企业", "错码公司", "小型", "", ""]),
        row(["", "", "", "", "部门", "区某某局", "", "办公室", "027-84005678"]),
        row(["2026/3/1", "1202", "tower", "", "企业", "缺码公司", "小型", "", ""]),
        row(["2026/3/1", "1203", "没有的楼", "", "社会组织", "某某协会", "", "", ""]),
        row(["2026/3/1", "1204", "tower", "", "社会组织", "某某商会", "", "", ""]),
        row(["", "", "", "91420105MA4K000102", "企业", "与机械厂同码", "小型", "", ""]),
        row(["", "", "", "", "部门", "justice", "", "", ""]),
    ];
    let id = upload(&world, "coordinator", &gb18030(&table)).await;
    let report = preview(&world, "coordinator", &id, "ORGANISATIONS").await.done("/preview").clone();
    let bad = ["2 D USCC_INVALID", "4 D REQUIRED", "5 C UNKNOWN_PLACE", "7 D DUPLICATE", "8 F DUPLICATE"];
    assert_eq!(bad_cells(&report), bad);
    assert_eq!(counts(&report), [7, 2, 5, 0]);
    let (organisations, tenancies) = (world.count("organisation").await, world.count("tenancy").await);
    assert_eq!(commit(&world, "coordinator", &id, "ORGANISATIONS", "GOOD_ROWS").await.done("/created"), 2);
    assert_eq!(world.count("organisation").await, organisations + 2);
    assert_eq!(world.count("tenancy").await, tenancies + 1);
    let query = "{ organisations(first: 50) { nodes { name kind status contactPoints { post phone } tenancies { unit from place { name } } } } }";
    let nodes = world.run("coordinator", query, json!({})).await.data("/organisations/nodes").clone();
    let of = |name: &str| nodes.as_array().unwrap().iter().find(|node| node["name"] == name).cloned().unwrap_or_default();
    assert_eq!(of("某某商会")["tenancies"], json!([{ "unit": "1204", "from": "2026-03-01", "place": { "name": "tower" } }]));
    assert_eq!(of("区某某局")["contactPoints"][0]["post"], "办公室");
    let again = commit(&world, "coordinator", &id, "ORGANISATIONS", "GOOD_ROWS").await;
    assert_eq!(counts(again.done("/report")), [7, 0, 5, 2]);
    assert_eq!(world.count("organisation").await, organisations + 2);
}
