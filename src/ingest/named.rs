//! What a row names, read once more from a row that is refused.

use super::cell::Cells;
use super::columns::Field;
use super::date::{SingleDay, Span, span};
use super::list::{Coverage, coverage};
use super::record::uscc;
use super::text::{CATEGORY, NAME};
use crate::kernel::uscc::Uscc;

/// What a row says that only a register and a calendar can judge. Cells that cannot be read are
/// `None`: they have been reported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// The organisation that the row is about.
    pub organisation: Option<String>,
    /// Its code.
    pub uscc: Option<Uscc>,
    /// The building or park.
    pub place: Option<String>,
    /// The category.
    pub category: Option<String>,
    /// Where a resource reaches.
    pub coverage: Option<Coverage>,
    /// When a demand is wanted, or how long a resource is valid.
    pub span: Option<Span>,
}

/// A row that has problems of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// The row in the spreadsheet, counted from 1.
    pub number: u32,
    /// What it names all the same, so that a clerk hears of a wrong name in the same breath.
    pub named: Named,
}

impl Named {
    /// Reads what can be read and reports nothing; `cells` are thrown away afterwards.
    pub(crate) fn read(mut cells: Cells<'_>) -> Self {
        let name = if cells.has(Field::Name) { Field::Name } else { Field::Organisation };
        let desired = cells.read(Field::Desired, |cell| span(cell, SingleDay::IsBothEnds));
        let validity = cells.read(Field::Validity, |cell| span(cell, SingleDay::IsTheEnd));
        Self {
            organisation: cells.text(name, NAME).ok().flatten(),
            uscc: uscc(&mut cells).ok().flatten(),
            place: cells.text(Field::Place, NAME).ok().flatten(),
            category: cells.text(Field::Category, CATEGORY).ok().flatten(),
            coverage: cells.read(Field::Coverage, coverage).ok().flatten(),
            span: desired.ok().flatten().or(validity.ok().flatten()),
        }
    }
}
