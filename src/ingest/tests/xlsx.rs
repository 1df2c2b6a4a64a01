//! Workbooks: sheets, formulas, and the many ways in which programs write the same cell.

use std::io::Write;

use calamine::{Data, Reader, Xlsx};
use jiff::civil::date;
use rust_xlsxwriter::{Format, Formula, Workbook};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::table::{places, texts, xlsx};
use crate::ingest::workbook::{Cell, Grid, open};
use crate::ingest::{DemandRecord, FileError, Parsed, read};
use crate::kernel::quantity::Quantity;

const HEADINGS: [&str; 4] = ["需求单位", "类别", "需求名称", "数量"];

fn grid(bytes: &[u8]) -> Result<Grid, FileError> {
    open(bytes, None, &|_| 0)
}

/// A workbook of which only the sheet's XML matters.
pub(super) fn package(sheet_data: &str, strings: &str, date_1904: &str) -> Vec<u8> {
    const TYPE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    parts(&[
        (
            "_rels/.rels",
            &format!(
                "<Relationships><Relationship Id=\"r1\" Type=\"{TYPE}/officeDocument\" Target=\"/xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            &format!(
                "<workbook><workbookPr date1904=\"{date_1904}\"/><sheets><sheet name=\"表\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl\\_rels\\workbook.xml.rels",
            &format!(
                "<Relationships><Relationship Id=\"r1\" Type=\"{TYPE}/worksheet\" Target=\"worksheets/Sheet1.xml\"/>\
                 <Relationship Id=\"r2\" Type=\"{TYPE}/sharedStrings\" Target=\"sharedStrings.xml\"/>\
                 <Relationship Id=\"r3\" Type=\"{TYPE}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        ("xl/sharedStrings.xml", &format!("<sst>{strings}</sst>")),
        (
            "xl/styles.xml",
            "<styleSheet><cellStyleXfs><xf numFmtId=\"0\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
        ),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet><sheetData>{sheet_data}</sheetData></worksheet>")),
    ])
}

pub(super) fn parts(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, text) in parts {
        archive.start_file(*path, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn cells(sheet_data: &str, strings: &str) -> Vec<Cell> {
    grid(&package(sheet_data, strings, "0")).unwrap().rows.remove(0).cells
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

#[test]
fn the_first_visible_sheet_is_read_unless_one_is_named() {
    let mut workbook = Workbook::new();
    for (name, title) in [("说明", "隐藏"), ("一季度", "会议室"), ("二季度", "展厅")] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        sheet.write_row(0, 0, HEADINGS).unwrap();
        sheet.write_row(1, 0, ["甲公司", "场地", title]).unwrap();
        sheet.set_hidden(name == "说明").set_active(name == "一季度");
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let title = |sheet| {
        let parsed: Parsed<DemandRecord> = read(&bytes, sheet).unwrap();
        (parsed.sheet, parsed.rows[0].record.title.clone())
    };

    assert_eq!(title(None), ("一季度".to_owned(), "会议室".to_owned()));
    assert_eq!(title(Some("二季度")), ("二季度".to_owned(), "展厅".to_owned()));
    let refusal = read::<DemandRecord>(&bytes, Some("三季度")).unwrap_err();
    assert_eq!(refusal.message_zh(), "没有名为“三季度”的工作表。文件中有：说明、一季度、二季度。");
}

#[test]
fn a_formula_cell_has_the_value_the_file_keeps_and_is_never_evaluated() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, HEADINGS).unwrap();
    let formula = |text: &str, kept: &str| Formula::new(text).set_result(kept);
    sheet.write_formula(1, 0, formula("=\"甲\"&\"公司\"", "甲公司")).unwrap();
    sheet.write_string(1, 1, "=HYPERLINK(\"http://a.example\")").unwrap();
    sheet.write_formula(1, 2, formula("=A1&B1", "会议室")).unwrap();
    sheet.write_formula(1, 3, formula("=1+1", "3")).unwrap();
    sheet.write_row(2, 0, ["乙公司", "场地"]).unwrap();
    sheet.write_formula(2, 2, formula("=1/0", "#DIV/0!")).unwrap();
    let parsed: Parsed<DemandRecord> = read(&workbook.save_to_buffer().unwrap(), None).unwrap();

    let record = &parsed.rows[0].record;
    assert_eq!(record.organisation.as_deref(), Some("甲公司"));
    assert_eq!(record.category, "=HYPERLINK(\"http://a.example\")");
    assert_eq!((record.title.as_str(), record.quantity.map(Quantity::get)), ("会议室", Some(3)));
    assert_eq!(places(&parsed.problems), ["C3 FORMULA_ERROR"]);
    assert_eq!(parsed.problems[0].message_zh, "第 3 行 C 列“需求名称”：公式出错（#DIV/0!），请直接填写内容。");
}

#[test]
fn every_way_to_write_a_cell_gives_its_value() {
    let row = "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c>\
               <c t=\"inlineStr\"><is><r><t>会</t></r><r><t>议&amp;&#23460;</t></r><rPh><t>shi</t></rPh></is></c>\
               <c t=\"str\"><f>A1&amp;\"x\"</f><v>一_x000D_二</v></c><c t=\"b\"><v>1</v></c>\
               <c t=\"e\"><v>#REF!</v></c><c s=\"1\"><v>46357.5</v></c><c><v>3.0</v></c>\
               <c t=\"d\"><v>2026-12-01T00:00:00</v></c><c><f>1+1</f></c><c s=\"1\"/><c r=\"L1\"><v>1E-3</v></c></row>";
    let strings = "<si><t xml:space=\"preserve\"> 甲 </t></si><si><r><t>乙</t></r><r><t>丙</t></r></si>";

    assert_eq!(
        cells(row, strings),
        [
            text(" 甲 "),
            text("乙丙"),
            text("会议&室"),
            text("一\r二"),
            text("TRUE"),
            Cell::Error("#REF!".to_owned()),
            Cell::Day(date(2026, 12, 1)),
            Cell::Number(3.0),
            text("2026-12-01T00:00:00"),
            Cell::Empty,
            Cell::Empty,
            Cell::Number(0.001),
        ]
    );
}

#[test]
fn rows_may_come_without_order_and_dates_may_count_from_1904() {
    let rows = "<row r=\"7\"><c r=\"B7\" s=\"1\"><v>44895</v></c></row><row r=\"2\"><c r=\"A2\" s=\"1\"><v>44895</v></c></row>";
    let grid = grid(&package(rows, "", "1")).unwrap();

    let numbers: Vec<u32> = grid.rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [2, 7]);
    assert_eq!(grid.rows[0].cells, [Cell::Day(date(2026, 12, 1))]);
}

#[test]
fn another_reader_sees_the_same_cells() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let day = Format::new().set_num_format("yyyy/m/d");
    for row in 0..200_u32 {
        sheet.write_string(row * 2, 0, format!("第{row}行\n<&>\"'_x000D_ 　")).unwrap();
        sheet.write_number(row * 2, 3, f64::from(row) / 4.0).unwrap();
        sheet.write_number_with_format(row * 2, 5, f64::from(46_000 + row), &day).unwrap();
        sheet.write_boolean(row * 2, 7, row % 2 == 0).unwrap();
        sheet.write_blank(row * 2, 9, &day).unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let mut other: Xlsx<_> = Xlsx::new(std::io::Cursor::new(&bytes)).unwrap();
    let range = other.worksheet_range("Sheet1").unwrap();

    let ours = grid(&bytes).unwrap();
    assert_eq!(ours.rows.len(), 200);
    for row in &ours.rows {
        for (column, cell) in (0..).zip(&row.cells) {
            let theirs = match range.get_value((row.number - 1, column)).unwrap() {
                Data::Empty => Cell::Empty,
                Data::String(text) => Cell::Text(text.clone()),
                Data::Float(number) => Cell::Number(*number),
                Data::Bool(truth) => text(&truth.to_string().to_uppercase()),
                Data::DateTime(day) => {
                    let (year, month, day, ..) = day.to_ymd_hms_milli();
                    Cell::Day(date(year as i16, month as i8, day as i8))
                }
                other => panic!("unexpected {other:?}"),
            };
            assert_eq!(*cell, theirs);
        }
    }
}

#[test]
fn a_missing_heading_is_answered_with_what_is_missing_and_what_was_found() {
    let table = texts(&[["清单", "", ""], ["需求单位", "数量", "说明"], ["甲公司", "3", ""]]);
    let refusal = read::<DemandRecord>(&xlsx(&table), None).unwrap_err();

    assert_eq!(
        refusal.message_zh(),
        "前 20 行中没有找到完整的表头。缺少：类别、需求名称或需求内容或需求名称与内容；已识别：需求单位、数量。"
    );
    let mut low = vec![vec!["题".into()]; 20];
    low.extend(texts(&[HEADINGS, ["甲公司", "场地", "会议室", ""]]));
    assert_eq!(read::<DemandRecord>(&xlsx(&low), None).unwrap_err().code(), "HEADING_NOT_FOUND");
    low.remove(0);
    assert_eq!(read::<DemandRecord>(&xlsx(&low), None).unwrap().heading_row, 20);
}

#[test]
fn two_columns_for_one_field_are_refused() {
    let table = texts(&[["需求单位", "类别", "企业名称", "需求名称"], ["甲", "乙", "丙", "丁"]]);
    let refusal = read::<DemandRecord>(&xlsx(&table), None).unwrap_err();
    assert_eq!(refusal.message_zh(), "A 列和 C 列都会被当作“企业名称”，请改名或删除其中一列。");
}
