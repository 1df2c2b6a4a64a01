//! Tables as clerks type them, saved as a workbook or as CSV.

use encoding_rs::GB18030;
use jiff::civil::{Date, date};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// What a clerk types into a cell.
#[derive(Clone, Debug)]
pub enum Typed {
    Nothing,
    Text(String),
    Number(f64),
    Day(Date),
}

pub type Table = Vec<Vec<Typed>>;

impl From<&str> for Typed {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Typed {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A row of texts.
pub fn row<const N: usize>(texts: [&str; N]) -> Vec<Typed> {
    texts.into_iter().map(Typed::from).collect()
}

/// The number that a spreadsheet keeps for a day.
pub fn serial(day: Date) -> f64 {
    f64::from((day - date(1899, 12, 30)).get_days())
}

/// The table as a workbook of one sheet.
pub fn xlsx(table: &Table) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("清单").unwrap();
    let format = Format::new().set_num_format("yyyy-mm-dd");
    for (row, cells) in (0..).zip(table) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Typed::Nothing => continue,
                Typed::Text(text) => sheet.write_string(row, column, text),
                Typed::Number(number) => sheet.write_number(row, column, *number),
                Typed::Day(day) => {
                    let day = ExcelDateTime::from_serial_datetime(serial(*day)).unwrap();
                    sheet.write_datetime_with_format(row, column, &day, &format)
                }
            }
            .unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// The table as CSV in UTF-8 without a mark.
pub fn csv(table: &Table) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let columns = table.iter().map(Vec::len).max().unwrap_or(0);
    for cells in table {
        let texts = cells.iter().map(exported).chain(std::iter::repeat(String::new())).take(columns);
        writer.write_record(texts).unwrap();
    }
    writer.into_inner().unwrap()
}

/// The table as CSV in UTF-8 with a byte order mark.
pub fn csv_with_mark(table: &Table) -> Vec<u8> {
    [b"\xef\xbb\xbf".to_vec(), csv(table)].concat()
}

/// The table as CSV in GB18030.
pub fn gb18030(table: &Table) -> Vec<u8> {
    let text = String::from_utf8(csv(table)).unwrap();
    let (bytes, _, unmappable) = GB18030.encode(&text);
    assert!(!unmappable);
    bytes.into_owned()
}

/// How a spreadsheet program writes the cell into CSV.
fn exported(cell: &Typed) -> String {
    match cell {
        Typed::Nothing => String::new(),
        Typed::Text(text) => text.clone(),
        Typed::Number(number) => number.to_string(),
        Typed::Day(day) => format!("{}/{}/{}", day.year(), day.month(), day.day()),
    }
}
