//! Lists as spreadsheets: a heading, then row after row into a file, so that a list of any length takes
//! the memory of one batch.
//!
//! The headings are those that an import knows, where a column is one that lists bring in.

mod cell;
mod headings;
mod rows;
mod words;
mod write;
mod year_file;

use std::io::{Seek, Write};

pub use self::write::WriteError;
use crate::{
    domain::snapshot,
    kernel::{calendar::shanghai_date, page::Mark},
    ops::{
        Cx, Failure,
        export::{self, Batch, Export, Format, List},
    },
};

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// In Chinese, with the district and the day.
    pub file_name: String,
    pub content_type: &'static str,
    /// Without the heading.
    pub rows: u64,
}

/// Why a list could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Failed(#[from] Failure),
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Writes the whole list into a file, and leaves a line in the log before the first row is read.
///
/// What changes meanwhile is seen as a client sees it that turns pages: no row comes twice.
pub async fn write<F: Write + Seek + Send>(cx: &Cx, export: Export, file: F) -> Result<Written, ExportError> {
    if let List::YearFile(posting, year) = export.list {
        return year_file::write(cx, &export, (posting, year), file).await;
    }
    let frozen = match export.list {
        List::Snapshot(id) => Some(export::snapshot(cx, id).await?),
        List::Demands(_) | List::Resources(_) | List::Projects(_) | List::Rates(..) | List::YearFile(..) => None,
    };
    export::download(cx, &export).await?;
    let frozen = frozen.as_ref().map(|snapshot| (snapshot.list, snapshot.quarter.to_string()));
    let (title, columns) = headings::of(&export.list, frozen.as_ref().map(|(list, _)| *list));
    let mut sheet = write::Sheet::new(export.format, file, columns)?;
    let mut rows = 0;
    let mut from: Option<Mark> = None;
    loop {
        let (batch, next) = export::batch(cx, export.list.clone(), from).await?;
        for cells in lines(batch) {
            sheet.row(&cells)?;
            rows += 1;
        }
        match next {
            Some(mark) => from = Some(mark),
            None => break,
        }
    }
    sheet.finish()?;
    let quarter = frozen.map(|(_, quarter)| format!("-{quarter}")).unwrap_or_default();
    let (ending, content_type) = kind(export.format);
    let file_name = format!("{title}{quarter}-{}-{}.{ending}", cx.actor.district, shanghai_date(cx.now()));
    Ok(Written { file_name, content_type, rows })
}

fn lines(batch: Batch) -> Vec<Vec<cell::Out>> {
    match batch {
        Batch::Demands(demands, names) => demands.iter().map(|demand| rows::demand(demand, &names)).collect(),
        Batch::Resources(resources, names) => resources.iter().map(|resource| rows::resource(resource, &names)).collect(),
        Batch::Projects(projects, names) => projects.iter().map(|project| rows::project(project, &names)).collect(),
        Batch::Rates(rates, least) => rates.iter().map(|(name, rates)| rows::rates(name, rates, least)).collect(),
        Batch::Snapshot(lines) => lines.iter().map(|line| rows::canonical(line)).collect(),
    }
}

fn kind(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Format::Csv => ("csv", "text/csv; charset=utf-8"),
        Format::Json => ("json", "application/json"),
    }
}

/// The list of a frozen one, as the headings need it.
type Frozen = snapshot::List;
