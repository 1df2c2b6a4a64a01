//! XLSX workbooks, read with bounded memory.
//!
//! A workbook is a ZIP archive of XML parts that refer to each other. A small file can hold a part of
//! gigabytes, counts that are lies, one text that a million cells refer to, or a cell in the last
//! corner of the sheet. So this reader takes four kinds of parts only, streams each through a counter,
//! never reserves what a file merely announces, and keeps no more than the limits below.

mod package;
mod sheet;
mod strings;
mod styles;
mod xml;

use super::error::FileError;
use super::workbook::Grid;
use package::{Package, Sheet};

/// All parts together, unpacked, in bytes.
const MAX_UNPACKED: u64 = 200 * 1024 * 1024;
/// One sheet, unpacked. 20,000 rows of 50 columns have about 50 MiB.
const MAX_SHEET: u64 = 128 * 1024 * 1024;
/// The table of shared texts, unpacked.
const MAX_STRINGS: u64 = 64 * 1024 * 1024;
/// Each part that lists sheets, relations or formats.
const MAX_PART: u64 = 16 * 1024 * 1024;
/// What a sheet's cells may hold together, in bytes, however often they share one text.
const MAX_TEXT: usize = 64 * 1024 * 1024;
/// Parts of the archive, pictures included.
const MAX_PARTS: usize = 10_000;

/// The filled cells of one sheet: the one named, or the first that is not hidden.
pub(crate) fn read(bytes: &[u8], sheet: Option<&str>) -> Result<Grid, FileError> {
    let mut package = Package::open(bytes)?;
    let workbook = package.workbook()?;
    let chosen = choose(&workbook.sheets, sheet)?;
    let strings = match &workbook.strings {
        Some(path) => strings::read(package.part(path, MAX_STRINGS)?)?,
        None => Vec::new(),
    };
    let styles = match &workbook.styles {
        Some(path) => styles::read(package.part(path, MAX_PART)?)?,
        None => Vec::new(),
    };
    let context = sheet::Context { strings, styles, epoch: workbook.epoch };
    let rows = sheet::read(package.part(&chosen.path, MAX_SHEET)?, &context)?;
    Ok(Grid { sheet: chosen.name.clone(), rows })
}

fn choose<'a>(sheets: &'a [Sheet], asked: Option<&str>) -> Result<&'a Sheet, FileError> {
    match asked {
        Some(asked) => sheets.iter().find(|sheet| sheet.name.trim() == asked.trim()).ok_or_else(|| {
            let available = sheets.iter().map(|sheet| sheet.name.clone()).collect();
            FileError::SheetNotFound { asked: asked.to_owned(), available }
        }),
        None => sheets.iter().find(|sheet| sheet.is_visible).or(sheets.first()).ok_or(FileError::BrokenWorkbook),
    }
}
