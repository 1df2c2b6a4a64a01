//! What every kind of list has in common.

use super::Kind;
use super::cell::{Cells, Reported};
use super::cell_uscc::UsccFault;
use super::columns::Field;
use super::message::{Explain, ProblemCode};
use super::text::{TextFault, folded};
use crate::kernel::uscc::Uscc;

/// One entry of a list; implemented by the three record types and not meant for others.
pub trait Record: Sized {
    /// The list in which such records stand.
    const KIND: Kind;

    /// Reads one row. All cells are checked before the first refusal is returned, so that a clerk
    /// sees every problem of a row at once.
    #[doc(hidden)]
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, Reported>;

    /// An unambiguous text of the whole record: equal texts mean equal records.
    ///
    /// Independent of row number, file format and spelling of dates and numbers. Fields are prefixed
    /// with their length in bytes, so no content can imitate a boundary. Telephone numbers and e-mail
    /// addresses are left out, because hashes of it are kept: they are few enough to be tried out.
    fn canonical(&self) -> String;
}

/// The code of an organisation, from full-width or plain characters, with or without blanks.
pub(crate) fn uscc(cells: &mut Cells<'_>) -> Result<Option<Uscc>, Reported> {
    cells.read(Field::Uscc, |cell| {
        let text = folded(cell)?;
        // What CSV keeps of a code that was stored as a number.
        if text.contains("E+") && text.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(CodeFault::Text(TextFault::DigitsLost));
        }
        Ok(Uscc::parse(&text.replace(' ', "")).map_err(UsccFault::from)?)
    })
}

#[derive(Debug, thiserror::Error)]
enum CodeFault {
    #[error(transparent)]
    Text(#[from] TextFault),
    #[error(transparent)]
    Uscc(#[from] UsccFault),
}

impl Explain for CodeFault {
    fn code(&self) -> ProblemCode {
        match self {
            Self::Text(fault) => fault.code(),
            Self::Uscc(fault) => fault.code(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Text(fault) => fault.zh(),
            Self::Uscc(fault) => fault.zh(),
        }
    }
}
