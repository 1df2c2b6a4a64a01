//! Spreadsheets in and out. In: the bytes of a file become typed records and problems a clerk understands.
//!
//! ```text
//! bytes ──workbook──▶ grid of cells ──heading──▶ columns ──record──▶ rows | problems
//!         xlsx, csv     texts, days     by alias           one file per kind
//! ```
//!
//! Out (`out/`): rows that `ops` reads become sheets.
//!
//! This floor knows no database: organisations, places and categories stay the texts that the list
//! carries, and who calls resolves them. A blank optional cell is `None`, never a default: what a
//! blank means is a rule of the domain.

mod canonical;
mod capacity;
mod cell;
mod cell_uscc;
mod columns;
mod contact;
mod date;
mod day_text;
mod delimited;
mod demands;
mod email;
mod error;
mod footer;
mod heading;
mod industry;
mod list;
mod message;
mod named;
mod number;
mod organisations;
pub mod out;
mod record;
mod resources;
mod text;
mod title;
mod values;
mod words;
mod workbook;
mod xlsx;

#[cfg(test)]
mod tests;

pub use capacity::Capacity;
pub(crate) use columns::Field;
pub use contact::{Contact, Phone};
pub use date::Span;
pub use demands::{DemandRecord, Urgency};
pub use error::FileError;
pub use heading::Columns;
pub use industry::{IndustryDivision, IndustrySection};
pub use list::Coverage;
pub use message::{CellProblem, ProblemCode};
pub(crate) use message::{Explain, Shown};
pub use named::{Named, RefusedRow};
pub use organisations::OrganisationRecord;
pub use record::Record;
pub use resources::ResourceRecord;

pub use crate::domain::import::Kind;

use self::cell::Cells;
use self::heading::Aliases;

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;
/// The largest number of filled rows below the heading.
pub const MAX_ROWS: usize = 20_000;
/// The largest number of columns; only cells with content count.
pub const MAX_COLUMNS: usize = 100;
/// The longest cell, in characters. A longer one is a problem of its row.
pub const MAX_CELL_CHARS: usize = 8_000;

/// Reads one list: `sheet` names the sheet of a workbook, `None` takes the first visible one.
///
/// An error means that nothing of the file could be read. Problems of single cells are part of
/// [`Parsed`]: a row is either in `rows` or has at least one entry in `problems`.
pub fn read<R: Record>(bytes: &[u8], sheet: Option<&str>) -> Result<Parsed<R>, FileError> {
    let aliases = Aliases::new(R::KIND);
    let grid = workbook::open(bytes, sheet, &|row| aliases.count(row))?;
    let heading = heading::find(&aliases, &grid)?;
    let body = footer::split(&grid, &heading);
    if body.rows.len() > MAX_ROWS {
        return Err(FileError::TooManyRows);
    }
    let mut parsed = Parsed {
        sheet: grid.sheet.clone(),
        heading_row: heading.row,
        rows: Vec::with_capacity(body.rows.len()),
        refused: Vec::new(),
        problems: Vec::new(),
        blank_rows: body.blank,
        footer_rows: body.footer,
        unused_headings: heading.unused.clone(),
        columns: heading.columns().clone(),
    };
    for row in body.rows {
        let mut cells = Cells::new(&heading, row);
        let record = R::from_cells(&mut cells);
        let problems = cells.into_problems();
        // A record made although a cell was refused belongs to a bad row all the same.
        match record {
            Ok(record) if problems.is_empty() => parsed.rows.push(Row { number: row.number, record }),
            Ok(_) | Err(_) => {
                parsed.problems.extend(problems);
                parsed.refused.push(RefusedRow { number: row.number, named: Named::read(Cells::new(&heading, row)) });
            }
        }
    }
    Ok(parsed)
}

/// One list as read: the good rows, and why each other row is not among them.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<R> {
    /// The sheet that was read; empty for CSV, which has none.
    pub sheet: String,
    /// The row of the heading, counted from 1 as spreadsheet programs do.
    pub heading_row: u32,
    /// The rows without any problem, top to bottom.
    pub rows: Vec<Row<R>>,
    /// The other filled rows, top to bottom.
    pub refused: Vec<RefusedRow>,
    /// All problems of all bad rows, top to bottom; columns of a row in the order they were checked.
    pub problems: Vec<CellProblem>,
    /// Rows below the heading, up to the last filled one, in which no known column is filled.
    pub blank_rows: u32,
    /// Rows at the end that are totals, notes or signatures, not entries.
    pub footer_rows: u32,
    /// Headings that no field of this kind goes by, as written: what stands below was not read.
    pub unused_headings: Vec<String>,
    /// Where its fields stand.
    pub columns: Columns,
}

/// A good row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<R> {
    /// The row in the spreadsheet, counted from 1.
    pub number: u32,
    /// What it says.
    pub record: R,
}

impl<R: Record> Row<R> {
    /// The text to hash so that the same entry is recognised again; see [`Record::canonical`].
    pub fn canonical(&self) -> String {
        self.record.canonical()
    }
}
