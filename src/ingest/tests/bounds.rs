//! Files that are empty, damaged, too large, or made to hurt.

use super::table::{Table, Typed, places, texts, utf8, xlsx};
use super::xlsx::{package, parts};
use crate::ingest::{DemandRecord, FileError, MAX_CELL_CHARS, MAX_FILE_BYTES, MAX_ROWS, Parsed, read};

fn demands(bytes: &[u8]) -> Result<Parsed<DemandRecord>, FileError> {
    read(bytes, None)
}

fn list(rows: usize) -> Table {
    let mut table = texts(&[["需求单位", "类别", "需求名称"]]);
    table.extend((0..rows).map(|_| ["甲公司", "场地", "会议室"].map(Typed::from).to_vec()));
    table
}

#[test]
fn empty_files_of_every_kind_are_refused() {
    let blank = xlsx(&vec![vec![Typed::from("  ")]]);
    for bytes in [&b""[..], b"\r\n \r\n,,\r\n", b"\xef\xbb\xbf", &blank] {
        assert_eq!(demands(bytes), Err(FileError::Empty), "{bytes:?}");
    }
    assert_eq!(demands(&xlsx(&list(0))).unwrap().rows, []);
}

#[test]
fn other_formats_are_refused_with_the_cure() {
    let old = demands(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more").unwrap_err();
    assert_eq!(old.message_zh(), "文件是旧版 .xls 格式或设有密码，请另存为不带密码的 .xlsx 后再上传。");
    assert_eq!(demands(b"<html><table>"), Err(FileError::WebPage));
    assert_eq!(demands(b"PK\x03\x04 not an archive"), Err(FileError::BrokenWorkbook));
    assert_eq!(demands(&parts(&[("mimetype", "text")])), Err(FileError::BrokenWorkbook));
}

#[test]
fn a_workbook_cut_anywhere_is_refused_and_nothing_panics() {
    let bytes = xlsx(&list(3));
    for end in (4..bytes.len()).step_by(7) {
        assert_eq!(demands(&bytes[..end]), Err(FileError::BrokenWorkbook), "{end}");
    }
}

#[test]
fn a_workbook_with_any_byte_changed_is_read_or_refused_but_nothing_panics() {
    let bytes = xlsx(&list(3));
    let mut refused = 0;
    for index in 4..bytes.len() {
        let mut changed = bytes.clone();
        changed[index] ^= 0x55;
        refused += usize::from(demands(&changed).is_err());
    }
    assert!(refused > 0);
}

#[test]
fn the_limits_of_size_rows_and_columns_are_exact() {
    assert_eq!(demands(&vec![b' '; MAX_FILE_BYTES + 1]), Err(FileError::TooLarge));
    assert_eq!(demands(&vec![b' '; MAX_FILE_BYTES]), Err(FileError::Empty));
    for write in [utf8, xlsx] {
        assert_eq!(demands(&write(&list(MAX_ROWS))).unwrap().rows.len(), MAX_ROWS);
        assert_eq!(demands(&write(&list(MAX_ROWS + 1))), Err(FileError::TooManyRows));
        assert_eq!(demands(&write(&list(MAX_ROWS + 200))), Err(FileError::TooManyRows));
        let mut wide = list(1);
        wide[1].resize(100, Typed::from("附注"));
        assert_eq!(demands(&write(&wide)).unwrap().rows.len(), 1);
        wide[1].push(Typed::from("附注"));
        assert_eq!(demands(&write(&wide)), Err(FileError::TooManyColumns));
    }
}

#[test]
fn a_cell_above_the_limit_is_a_problem_of_its_row_only() {
    for write in [utf8, xlsx] {
        let mut table = list(2);
        table[1][2] = Typed::from(&*"长".repeat(MAX_CELL_CHARS + 1));
        let parsed = demands(&write(&table)).unwrap();
        assert_eq!(places(&parsed.problems), ["C2 TOO_LONG"]);
        assert_eq!(parsed.rows.len(), 1);
    }
}

#[test]
fn a_sheet_formatted_down_to_its_last_corner_costs_nothing() {
    let corner = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>题</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\" s=\"1\"/></row>";
    assert!(matches!(demands(&package(corner, "", "0")), Err(FileError::HeadingNotFound { .. })));
    let filled = corner.replace("s=\"1\"/>", "><v>1</v></c>");
    assert_eq!(demands(&package(&filled, "", "0")), Err(FileError::TooManyColumns));
}

#[test]
fn a_small_file_that_unpacks_to_gigabytes_is_refused_by_what_it_declares() {
    let bomb = parts(&[("xl/media/a.bin", &"0".repeat(201 * 1024 * 1024))]);
    assert!(bomb.len() < 1024 * 1024);
    assert_eq!(demands(&bomb), Err(FileError::ContentsTooLarge));
}

#[test]
fn a_part_that_declares_less_than_it_holds_is_stopped_by_what_arrives() {
    let honest = package("", &format!("<si><t>{}</t></si>", "0".repeat(70 * 1024 * 1024)), "0");
    assert_eq!(demands(&honest), Err(FileError::ContentsTooLarge));
    let mut lying = honest;
    let size = (70 * 1024 * 1024 + "<sst><si><t></t></si></sst>".len() as u32).to_le_bytes();
    let places: Vec<usize> = (0..lying.len() - 4).filter(|index| lying[*index..*index + 4] == size).collect();
    assert!(!places.is_empty(), "the archive holds its sizes");
    for place in places {
        lying[place..place + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    // Either the counter or the archive's own check stops it, before it is unpacked.
    assert!(matches!(demands(&lying), Err(FileError::ContentsTooLarge | FileError::BrokenWorkbook)));
}

#[test]
fn one_long_text_that_many_cells_share_is_stopped_before_it_is_copied_everywhere() {
    let strings = format!("<si><t>{}</t></si>", "长".repeat(MAX_CELL_CHARS));
    let rows = "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>0</v></c></row>".repeat(10_000);
    assert_eq!(demands(&package(&rows, &strings, "0")), Err(FileError::ContentsTooLarge));
}

#[test]
fn announced_counts_missing_texts_and_foreign_entities_do_no_harm() {
    let row = "<row><c t=\"s\"><v>0</v></c></row>";
    let counted = package(row, "<si><t>题</t></si>", "0");
    let announced = parts_with(&counted, "<sst>", "<sst uniqueCount=\"99999999999999\">");
    assert!(matches!(demands(&announced), Err(FileError::HeadingNotFound { .. })));
    assert_eq!(demands(&package(row, "", "0")), Err(FileError::BrokenWorkbook));
    let entity = "<row><c t=\"str\"><v>&lol;</v></c></row>";
    assert_eq!(demands(&package(entity, "", "0")), Err(FileError::BrokenWorkbook));
    let nested = "<a>".repeat(100_000);
    assert_eq!(demands(&package(&nested, "", "0")), Err(FileError::BrokenWorkbook));
}

/// The same archive with a text replaced in every part.
fn parts_with(archive: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let texts: Vec<(String, String)> = (0..archive.len())
        .map(|index| {
            let part = archive.by_index(index).unwrap();
            let name = part.name().unwrap().into_owned();
            (name, std::io::read_to_string(part).unwrap().replace(from, to))
        })
        .collect();
    parts(&texts.iter().map(|(name, text)| (&**name, &**text)).collect::<Vec<_>>())
}
