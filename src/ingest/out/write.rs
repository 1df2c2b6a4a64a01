//! Files of rows: CSV for programs, XLSX for people.

use std::io::{Seek, Write};

use rust_xlsxwriter::{Format as CellFormat, Workbook, XlsxError};

use super::cell::Out;
use crate::ops::export::Format;

/// A file that is written row by row.
pub(super) enum Sheet<F: Write + Seek + Send> {
    Csv(Box<csv::Writer<F>>),
    Xlsx(Box<Book<F>>),
}

/// A workbook of one sheet, whose rows go to a temporary file as they come.
pub(super) struct Book<F> {
    workbook: Workbook,
    file: F,
    day: CellFormat,
    moment: CellFormat,
    next: u32,
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("the file could not be written: {0}")]
    Csv(#[from] csv::Error),
    #[error("the file could not be written: {0}")]
    Io(#[from] std::io::Error),
    #[error("this kind of file has no rows")]
    NoRows,
    #[error("the workbook could not be written: {0}")]
    Xlsx(#[from] XlsxError),
}

/// Spreadsheets take CSV for UTF-8 when it begins with this.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl<F: Write + Seek + Send> Sheet<F> {
    /// A file with its heading.
    pub(super) fn new(format: Format, mut file: F, columns: &[&str]) -> Result<Self, WriteError> {
        match format {
            Format::Csv => {
                file.write_all(BYTE_ORDER_MARK)?;
                let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
                writer.write_record(columns)?;
                Ok(Self::Csv(Box::new(writer)))
            }
            Format::Json => Err(WriteError::NoRows),
            Format::Xlsx => Ok(Self::Xlsx(Box::new(Book::new(file, columns)?))),
        }
    }

    /// One more row.
    pub(super) fn row(&mut self, cells: &[Out]) -> Result<(), WriteError> {
        match self {
            Self::Csv(writer) => Ok(writer.write_record(cells.iter().map(Out::written))?),
            Self::Xlsx(book) => book.row(cells),
        }
    }

    /// Everything is in the file from here on.
    pub(super) fn finish(self) -> Result<(), WriteError> {
        match self {
            Self::Csv(mut writer) => Ok(writer.flush()?),
            Self::Xlsx(book) => {
                let Book { mut workbook, file, .. } = *book;
                Ok(workbook.save_to_writer(file)?)
            }
        }
    }
}

impl<F> Book<F> {
    fn new(file: F, columns: &[&str]) -> Result<Self, WriteError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_freeze_panes(1, 0)?;
        let bold = CellFormat::new().set_bold();
        for (column, heading) in (0..).zip(columns) {
            sheet.set_column_width(column, 16)?;
            sheet.write_string_with_format(0, column, *heading, &bold)?;
        }
        Ok(Self {
            workbook,
            file,
            day: CellFormat::new().set_num_format("yyyy-mm-dd"),
            moment: CellFormat::new().set_num_format("yyyy-mm-dd hh:mm"),
            next: 1,
        })
    }

    fn row(&mut self, cells: &[Out]) -> Result<(), WriteError> {
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Out::Empty => continue,
                Out::Text(text) => sheet.write_string(self.next, column, text)?,
                // Numbers of ours are far below 2^53.
                Out::Number(number) => sheet.write_number(self.next, column, *number as f64)?,
                Out::Day(_) => sheet.write_datetime_with_format(self.next, column, excel(cell)?, &self.day)?,
                Out::Moment(_) => sheet.write_datetime_with_format(self.next, column, excel(cell)?, &self.moment)?,
            };
        }
        self.next += 1;
        Ok(())
    }
}

fn excel(cell: &Out) -> Result<rust_xlsxwriter::ExcelDateTime, WriteError> {
    Ok(rust_xlsxwriter::ExcelDateTime::parse_from_str(&cell.written())?)
}
