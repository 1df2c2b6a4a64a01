//! CSV: the encoding, the delimiter, and rows counted as a spreadsheet program counts them.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord, Terminator};
use encoding_rs::{Encoding, GB18030};

use super::error::FileError;
use super::workbook::{Cell, Grid, GridRow, Recognise};
use super::{MAX_COLUMNS, MAX_ROWS};

const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];
/// Rows that are looked at to find the delimiter; the heading stands among them.
const SAMPLE_ROWS: usize = 20;
/// Title rows, blank rows and footers do not count as entries, so there may be some more.
const READ_ROWS: usize = MAX_ROWS + 100;

/// The filled rows of a CSV file, every cell a text.
pub(crate) fn read(bytes: &[u8], recognise: Recognise<'_>) -> Result<Grid, FileError> {
    let text = unify_breaks(decode(bytes)?);
    let delimiter = delimiter(&text, recognise);
    let mut rows = Vec::new();
    for row in Rows::new(&text, delimiter) {
        let row = row?;
        if rows.len() == READ_ROWS {
            return Err(FileError::TooManyRows);
        }
        rows.push(row);
    }
    Ok(Grid { sheet: String::new(), rows })
}

/// A byte order mark decides; else whatever is valid UTF-8 is UTF-8, and the rest GB18030.
///
/// The order matters: almost no Chinese text in GB18030 is valid UTF-8 by accident, while most UTF-8
/// decodes as GB18030 into other characters.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileError> {
    let (encoding, body) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, &bytes[length..]),
        None if std::str::from_utf8(bytes).is_ok() => (encoding_rs::UTF_8, bytes),
        None => (GB18030, bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(body);
    // No text has NUL characters; files of other kinds do, and so does UTF-16 without its mark.
    text.filter(|text| !text.contains('\0')).ok_or(FileError::UnknownEncoding)
}

fn unify_breaks(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text }
}

/// The delimiter that shows the most headings in one row; of equal ones the comma.
fn delimiter(text: &str, recognise: Recognise<'_>) -> u8 {
    let headings = |delimiter: u8| {
        Rows::new(text, delimiter)
            .take(SAMPLE_ROWS)
            .map_while(Result::ok)
            .map(|row| recognise(&row.cells.into_iter().map(into_text).collect::<Vec<_>>()))
            .max()
            .unwrap_or(0)
    };
    // `max_by_key` takes the last of equal ones.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| headings(*delimiter)).unwrap_or(b',')
}

fn into_text(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => text,
        Cell::Empty | Cell::Number(_) | Cell::Day(_) | Cell::Error(_) => String::new(),
    }
}

/// The filled rows of a text whose only line break is `\n`.
struct Rows<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    number: u32,
    record: StringRecord,
}

impl<'a> Rows<'a> {
    fn new(text: &'a str, delimiter: u8) -> Self {
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(text.as_bytes());
        Self { text, reader, number: 0, record: StringRecord::new() }
    }

    /// The next record, and its row number: the parser drops empty lines, a spreadsheet counts them,
    /// and both take a quoted cell over several lines for one row.
    fn advance(&mut self) -> Result<bool, FileError> {
        let start = self.offset();
        // The bytes are valid UTF-8 and lengths are flexible, so no record can fail.
        let found = self.reader.read_record(&mut self.record).map_err(|_| FileError::UnknownEncoding)?;
        let source = &self.text[start..self.offset()];
        let blank = source.bytes().take_while(|b| *b == b'\n').count();
        self.number += blank as u32 + 1;
        let record = &source[blank..];
        let quotes = record.bytes().filter(|b| *b == b'"').count();
        if found && quotes % 2 == 1 && record.trim_end().contains('\n') {
            return Err(FileError::OpenQuote { row: self.number });
        }
        Ok(found)
    }

    fn offset(&self) -> usize {
        (self.reader.position().byte() as usize).min(self.text.len())
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<GridRow, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.advance() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error)),
            }
            let filled = (0..self.record.len()).rfind(|index| !self.record[*index].trim().is_empty());
            match filled {
                None => {}
                Some(last) if last >= MAX_COLUMNS => return Some(Err(FileError::TooManyColumns)),
                Some(last) => {
                    let cells = self.record.iter().take(last + 1).map(cell).collect();
                    return Some(Ok(GridRow { number: self.number, cells }));
                }
            }
        }
    }
}

fn cell(field: &str) -> Cell {
    if field.trim().is_empty() { Cell::Empty } else { Cell::Text(field.to_owned()) }
}
