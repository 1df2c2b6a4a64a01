//! One table, written as XLSX, as CSV in UTF-8 and as CSV in GB18030.

use encoding_rs::GB18030;
use jiff::civil::{Date, date};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::ingest::{CellProblem, Parsed, Record, read};

/// What a clerk types into a cell.
#[derive(Debug, Clone)]
pub(super) enum Typed {
    Nothing,
    Text(String),
    Number(f64),
    Day(Date),
}

impl From<&str> for Typed {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text.to_owned()) }
    }
}

impl From<f64> for Typed {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Date> for Typed {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

impl Typed {
    /// How a spreadsheet program writes the cell into CSV.
    fn exported(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => format!("{}/{}/{}", day.year(), day.month(), day.day()),
        }
    }
}

pub(super) type Table = Vec<Vec<Typed>>;

/// A table of texts only.
pub(super) fn texts<const N: usize>(rows: &[[&str; N]]) -> Table {
    rows.iter().map(|row| row.iter().map(|text| Typed::from(*text)).collect()).collect()
}

/// A table of texts only, one row a line, cells between bars.
pub(super) fn lines(rows: &[&str]) -> Table {
    rows.iter().map(|row| row.split('|').map(Typed::from).collect()).collect()
}

pub(super) fn xlsx(table: &Table) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("清单").unwrap();
    let day_format = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    for (row, cells) in (0..).zip(table) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Typed::Nothing => continue,
                Typed::Text(text) => sheet.write_string(row, column, text),
                Typed::Number(number) => sheet.write_number(row, column, *number),
                Typed::Day(day) => {
                    let serial = (*day - date(1899, 12, 30)).get_days();
                    let day = ExcelDateTime::from_serial_datetime(serial).unwrap();
                    sheet.write_datetime_with_format(row, column, &day, &day_format)
                }
            }
            .unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

pub(super) fn utf8(table: &Table) -> Vec<u8> {
    let mut writer = ::csv::WriterBuilder::new().flexible(true).terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    for row in table {
        writer.write_record(row.iter().map(Typed::exported)).unwrap();
    }
    writer.into_inner().unwrap()
}

pub(super) fn gb18030(table: &Table) -> Vec<u8> {
    let text = String::from_utf8(utf8(table)).unwrap();
    let (bytes, _, lost) = GB18030.encode(&text);
    assert!(!lost);
    bytes.into_owned()
}

/// Reads the table in all three formats, which must not differ in anything but the sheet.
pub(super) fn read_all<R: Record + PartialEq + std::fmt::Debug>(table: &Table) -> Parsed<R> {
    let from_xlsx = read::<R>(&xlsx(table), None).unwrap();
    assert_eq!(from_xlsx.sheet, "清单");
    for bytes in [utf8(table), gb18030(table)] {
        let from_csv = read::<R>(&bytes, None).unwrap();
        assert_eq!(from_csv.sheet, "");
        assert_eq!(Parsed { sheet: from_xlsx.sheet.clone(), ..from_csv }, from_xlsx);
    }
    from_xlsx
}

/// Places and codes, such as `C4 NOT_WHOLE`.
pub(super) fn places(problems: &[CellProblem]) -> Vec<String> {
    problems.iter().map(|p| format!("{}{} {}", p.column, p.row, p.code)).collect()
}
