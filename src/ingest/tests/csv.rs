//! Encodings, delimiters and row numbers of CSV files.

use encoding_rs::GB18030;

use super::table::places;
use crate::ingest::{DemandRecord, FileError, Parsed, read};

fn demands(bytes: &[u8]) -> Result<Parsed<DemandRecord>, FileError> {
    read(bytes, None)
}

fn titles(parsed: &Parsed<DemandRecord>) -> Vec<(u32, &str)> {
    parsed.rows.iter().map(|row| (row.number, row.record.title.as_str())).collect()
}

const LIST: &str = "需求单位,类别,需求名称\r\n甲公司,场地,会议室㐀𠀀\r\n";

#[test]
fn utf8_with_and_without_mark_gb18030_and_marked_utf16_read_alike() {
    let utf16: Vec<u8> =
        "\u{feff}".chars().chain(LIST.chars()).collect::<String>().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files =
        [LIST.as_bytes().to_vec(), [b"\xef\xbb\xbf", LIST.as_bytes()].concat(), GB18030.encode(LIST).0.into_owned(), utf16];
    for bytes in files {
        assert_eq!(titles(&demands(&bytes).unwrap()), [(2, "会议室㐀𠀀")]);
    }
}

#[test]
fn bytes_of_no_known_encoding_are_refused() {
    let broken = [LIST.as_bytes(), b"\xff\xff,\xff"].concat();
    assert_eq!(demands(&broken), Err(FileError::UnknownEncoding));
    assert_eq!(demands(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Err(FileError::UnknownEncoding));
    let unmarked: Vec<u8> = LIST.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(demands(&unmarked), Err(FileError::UnknownEncoding));
}

#[test]
fn another_chinese_encoding_is_answered_with_a_heading_that_was_not_found() {
    let (big5, _, _) = encoding_rs::BIG5.encode("需求單位,類別,需求名稱\n甲公司,場地,會議室\n");
    assert!(matches!(demands(&big5), Err(FileError::HeadingNotFound { .. })));
}

#[test]
fn comma_semicolon_and_tab_are_recognised_by_the_headings_they_show() {
    for delimiter in [",", ";", "\t"] {
        let text = format!("清单;甲,乙\n{}\n", LIST.trim_end().replace(',', delimiter));
        assert_eq!(titles(&demands(text.as_bytes()).unwrap()), [(3, "会议室㐀𠀀")], "{delimiter:?}");
    }
}

#[test]
fn quoted_cells_hold_delimiters_quotes_and_breaks_and_count_as_one_row() {
    let text = "清单\r\n\r\n,,\r\n需求单位,类别,\"需求\r\n名称\",需求内容\r\n\
                \"甲,\"\"乙\"\"公司\",场地,会议室,\"一\r\n\r\n二\r\n\"\r\n\r\n\r\n丙公司,场地,展厅,\r\n";
    let parsed = demands(text.as_bytes()).unwrap();

    assert_eq!(parsed.heading_row, 4);
    assert_eq!(titles(&parsed), [(5, "会议室"), (8, "展厅")]);
    assert_eq!(parsed.blank_rows, 2);
    assert_eq!(parsed.rows[0].record.organisation.as_deref(), Some("甲,\"乙\"公司"));
    assert_eq!(parsed.rows[0].record.detail, "一\n\n二");
}

#[test]
fn every_kind_of_line_break_counts_rows_alike() {
    for line_break in ["\r\n", "\n", "\r"] {
        let text = ["需求单位,类别,需求名称", "", "甲公司,,会议室"].join(line_break);
        let parsed = demands(text.as_bytes()).unwrap();
        assert_eq!(places(&parsed.problems), ["B3 REQUIRED"], "{line_break:?}");
    }
}

#[test]
fn a_quotation_mark_that_is_never_closed_does_not_swallow_the_rows_below() {
    let text = "需求单位,类别,需求名称\n甲公司,场地,\"会议室\n乙公司,场地,展厅\n";
    assert_eq!(demands(text.as_bytes()), Err(FileError::OpenQuote { row: 2 }));

    let inches = "需求单位,类别,需求名称\n甲公司,场地,5\"屏幕\n乙公司,场地,展厅\n";
    assert_eq!(titles(&demands(inches.as_bytes()).unwrap()), [(2, "5\"屏幕"), (3, "展厅")]);
}

#[test]
fn texts_that_look_like_formulas_are_kept_as_they_stand() {
    let text = "需求单位,类别,需求名称\n=cmd|'/c calc'!A0,+场地,@SUM(1+1)\n-乙公司,场地,=1+2\n";
    let parsed = demands(text.as_bytes()).unwrap();

    assert_eq!(titles(&parsed), [(2, "@SUM(1+1)"), (3, "=1+2")]);
    assert_eq!(parsed.rows[0].record.organisation.as_deref(), Some("=cmd|'/c calc'!A0"));
    assert_eq!(parsed.rows[0].record.category, "+场地");
}

#[test]
fn a_sheet_cannot_be_chosen_in_csv() {
    let refusal = read::<DemandRecord>(LIST.as_bytes(), Some("清单")).unwrap_err();
    assert_eq!(refusal.code(), "SHEET_NOT_FOUND");
    assert_eq!(refusal.message_zh(), "没有名为“清单”的工作表。CSV 文件不分工作表，请不要指定。");
}
