//! A file of any kind as a grid of cells. The format is told by the content, never by a name.

use jiff::civil::Date;

use super::error::FileError;
use super::{MAX_FILE_BYTES, delimited, xlsx};

/// The filled rows of one sheet, top to bottom.
#[derive(Debug, PartialEq)]
pub(crate) struct Grid {
    /// Empty for CSV.
    pub(crate) sheet: String,
    pub(crate) rows: Vec<GridRow>,
}

/// A row with at least one filled cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GridRow {
    /// Counted from 1.
    pub(crate) number: u32,
    /// From column A on; what lies beyond the last one is empty.
    pub(crate) cells: Vec<Cell>,
}

/// What a cell shows. Formulas are never evaluated: a cell has the value the file keeps for it, and a
/// text that looks like a formula is a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    /// Always finite.
    Number(f64),
    /// A number that the sheet formats as a date.
    Day(Date),
    /// What a failed formula shows, such as `#REF!`.
    Error(String),
}

/// How many headings a row of texts has.
pub(crate) type Recognise<'a> = &'a dyn Fn(&[String]) -> usize;

/// Reads one sheet, or the only table of a CSV file.
pub(crate) fn open(bytes: &[u8], sheet: Option<&str>, recognise: Recognise<'_>) -> Result<Grid, FileError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(FileError::TooLarge);
    }
    let grid = match format(bytes) {
        Format::Zip => xlsx::read(bytes, sheet)?,
        Format::OleCompound => return Err(FileError::OldWorkbook),
        Format::Markup => return Err(FileError::WebPage),
        Format::Text => match sheet {
            Some(asked) => {
                return Err(FileError::SheetNotFound { asked: asked.to_owned(), available: Vec::new() });
            }
            None => delimited::read(bytes, recognise)?,
        },
    };
    if grid.rows.is_empty() { Err(FileError::Empty) } else { Ok(grid) }
}

enum Format {
    Zip,
    OleCompound,
    Markup,
    Text,
}

fn format(bytes: &[u8]) -> Format {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        Format::Zip
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        Format::OleCompound
    } else if text.starts_with(b"<") {
        Format::Markup
    } else {
        Format::Text
    }
}
