//! The cells of one sheet, in a single pass.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use super::MAX_TEXT;
use super::package::Epoch;
use super::styles::ShowsDay;
use super::xml::{Text, Xml, attribute};
use crate::ingest::date::from_serial;
use crate::ingest::error::FileError;
use crate::ingest::workbook::{Cell, GridRow};
use crate::ingest::{MAX_COLUMNS, MAX_ROWS};

/// The last row a spreadsheet can have.
const LAST_ROW: u32 = 1_048_576;
/// Title rows and footers do not count as entries, so there may be some more.
const READ_ROWS: usize = MAX_ROWS + 100;

/// What the cells of a sheet refer to.
pub(super) struct Context {
    pub(super) strings: Vec<Box<str>>,
    pub(super) styles: Vec<ShowsDay>,
    pub(super) epoch: Epoch,
}

/// The filled rows, top to bottom. Only cells with content count: sheets are often formatted down to
/// the last row.
pub(super) fn read(mut xml: Xml<'_>, context: &Context) -> Result<Vec<GridRow>, FileError> {
    let mut sheet = Reading::new(context);
    loop {
        let event = xml.next()?;
        sheet.text.feed(&event)?;
        match event {
            Event::Start(element) => match element.local_name().as_ref() {
                "row" => sheet.open_row(&element)?,
                "c" => sheet.open_cell(&element)?,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "c" => sheet.close_cell()?,
                "sheetData" => return Ok(sheet.rows()),
                _ => {}
            },
            Event::Eof => return Err(FileError::BrokenWorkbook),
            _ => {}
        }
    }
}

struct Reading<'a> {
    context: &'a Context,
    text: Text,
    /// By row number. Nothing obliges a file to keep its rows in order.
    rows: BTreeMap<u32, Vec<Cell>>,
    row: u32,
    /// The column of the open cell, counted from 1; before the first cell 0.
    column: usize,
    kind: Kind,
    style: Option<usize>,
    bytes: usize,
}

/// How the value of a cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    Text,
    Truth,
    Error,
}

impl<'a> Reading<'a> {
    fn new(context: &'a Context) -> Self {
        Self {
            context,
            text: Text::default(),
            rows: BTreeMap::new(),
            row: 0,
            column: 0,
            kind: Kind::Number,
            style: None,
            bytes: 0,
        }
    }

    /// Rows and cells may leave out where they stand; then they follow the one before.
    fn open_row(&mut self, element: &BytesStart<'_>) -> Result<(), FileError> {
        self.row = match attribute(element, "r") {
            Some(row) => row.parse().map_err(|_| FileError::BrokenWorkbook)?,
            None => self.row + 1,
        };
        self.column = 0;
        if (1..=LAST_ROW).contains(&self.row) { Ok(()) } else { Err(FileError::BrokenWorkbook) }
    }

    fn open_cell(&mut self, element: &BytesStart<'_>) -> Result<(), FileError> {
        self.text.take();
        self.column += 1;
        if let Some(place) = attribute(element, "r") {
            (self.column, self.row) = position(&place).ok_or(FileError::BrokenWorkbook)?;
        }
        self.style = attribute(element, "s").and_then(|style| style.parse().ok());
        self.kind = match attribute(element, "t").as_deref() {
            None | Some("n") => Kind::Number,
            Some("s") => Kind::Shared,
            Some("b") => Kind::Truth,
            Some("e") => Kind::Error,
            Some(_) => Kind::Text,
        };
        Ok(())
    }

    fn close_cell(&mut self) -> Result<(), FileError> {
        let text = self.text.take();
        if text.trim().is_empty() {
            return Ok(());
        }
        let cell = self.value(text)?;
        if let Cell::Text(text) | Cell::Error(text) = &cell {
            if text.trim().is_empty() {
                return Ok(());
            }
            self.bytes += text.len();
        }
        if self.column > MAX_COLUMNS {
            return Err(FileError::TooManyColumns);
        }
        if self.bytes > MAX_TEXT {
            return Err(FileError::ContentsTooLarge);
        }
        let row = self.rows.entry(self.row).or_default();
        row.resize(row.len().max(self.column), Cell::Empty);
        row[self.column - 1] = cell;
        if self.rows.len() > READ_ROWS { Err(FileError::TooManyRows) } else { Ok(()) }
    }

    fn value(&self, text: String) -> Result<Cell, FileError> {
        match self.kind {
            Kind::Text => Ok(Cell::Text(text)),
            Kind::Error => Ok(Cell::Error(error_name(&text).to_owned())),
            Kind::Truth => Ok(Cell::Text(if text.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned())),
            Kind::Shared => {
                let index = text.trim().parse::<usize>().ok();
                let shared = index.and_then(|index| self.context.strings.get(index));
                shared.map(|text| Cell::Text(text.to_string())).ok_or(FileError::BrokenWorkbook)
            }
            Kind::Number => Ok(match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => self.day(number).unwrap_or(Cell::Number(number)),
                Ok(_) | Err(_) => Cell::Text(text),
            }),
        }
    }

    /// The day that the format of the open cell makes of its number.
    fn day(&self, serial: f64) -> Option<Cell> {
        let ShowsDay(true) = self.style.and_then(|style| self.context.styles.get(style))? else {
            return None;
        };
        let serial = match self.context.epoch {
            Epoch::Of1900 => serial,
            Epoch::Of1904 => serial + 1_462.0,
        };
        from_serial(serial).map(Cell::Day)
    }

    fn rows(self) -> Vec<GridRow> {
        self.rows.into_iter().map(|(number, cells)| GridRow { number, cells }).collect()
    }
}

/// The names that spreadsheets give to errors. Others are not repeated: messages show this name.
fn error_name(text: &str) -> &str {
    let known = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!"];
    known.into_iter().find(|name| *name == text.trim()).unwrap_or("#ERROR!")
}

/// Column and row of `C17`, both counted from 1; `None` for places no sheet has.
fn position(place: &str) -> Option<(usize, u32)> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, row) = place.split_at(letters);
    if !(1..=3).contains(&letters.len()) || !row.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digit = |letter: u8| usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = letters.bytes().fold(0, |column, letter| column * 26 + digit(letter));
    let row = row.parse().ok().filter(|row| (1..=LAST_ROW).contains(row))?;
    Some((column, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_impossible_ones_refused() {
        assert_eq!(position("A1"), Some((1, 1)));
        assert_eq!(position("xfd1048576"), Some((16_384, 1_048_576)));
        for place in ["", "1", "A", "A0", "A1048577", "AAAA1", "A-1", "A+1", "中1", "A99999999999"] {
            assert_eq!(position(place), None, "{place}");
        }
    }
}
