//! One row, field by field, with every refusal written down.

use super::columns::Field;
use super::footer::is_blank;
use super::heading::Heading;
use super::message::{CellProblem, Explain, ProblemCode};
use super::text::{TextRule, text};
use super::workbook::{Cell, GridRow};

/// The cells of one row by field. Refusals are collected, so that checking goes on after the first.
pub struct Cells<'a> {
    heading: &'a Heading,
    row: &'a GridRow,
    problems: Vec<CellProblem>,
}

/// Proof that a problem of this row was written down; only [`Cells`] makes one. A record can
/// therefore not be dropped without a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported(());

impl<'a> Cells<'a> {
    pub(crate) fn new(heading: &'a Heading, row: &'a GridRow) -> Self {
        Self { heading, row, problems: Vec::new() }
    }

    /// What `parse` makes of a filled cell; `None` when it is blank or the list has no such column.
    pub(crate) fn read<T, F: Explain>(
        &mut self,
        field: Field,
        parse: impl FnOnce(&Cell) -> Result<T, F>,
    ) -> Result<Option<T>, Reported> {
        match self.filled(field).map(parse) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value)),
            Some(Err(fault)) => Err(self.refuse(field, &fault)),
        }
    }

    /// As [`Self::read`], but a blank cell is a problem.
    pub(crate) fn need<T, F: Explain>(&mut self, field: Field, parse: impl FnOnce(&Cell) -> Result<T, F>) -> Result<T, Reported> {
        self.read(field, parse)?.ok_or_else(|| self.refuse_blank(&[field]))
    }

    pub(crate) fn text(&mut self, field: Field, rule: TextRule) -> Result<Option<String>, Reported> {
        self.read(field, |cell| text(cell, rule))
    }

    pub(crate) fn need_text(&mut self, field: Field, rule: TextRule) -> Result<String, Reported> {
        self.need(field, |cell| text(cell, rule))
    }

    pub(crate) fn has(&self, field: Field) -> bool {
        self.heading.column(field).is_some()
    }

    pub(crate) fn is_filled(&self, field: Field) -> bool {
        self.filled(field).is_some()
    }

    /// The first of these fields that is filled, else the first that has a column.
    pub(crate) fn present(&self, fields: &[Field]) -> Option<Field> {
        let mut fields = fields.iter().copied();
        let filled = fields.clone().find(|field| self.is_filled(*field));
        filled.or_else(|| fields.find(|field| self.has(*field)))
    }

    /// Refuses a row in which none of `fields` is filled, at the first that has a column.
    pub(crate) fn refuse_blank(&mut self, fields: &[Field]) -> Reported {
        let field = self.present(fields).unwrap_or(fields[0]);
        self.refuse(field, &Blank)
    }

    /// Writes a problem down at a field, or at the first column when the list does not have it.
    pub(crate) fn refuse(&mut self, field: Field, fault: &dyn Explain) -> Reported {
        self.problems.push(self.heading.columns().problem(self.row.number, &[field], fault));
        Reported(())
    }

    pub(crate) fn into_problems(self) -> Vec<CellProblem> {
        self.problems
    }

    fn filled(&self, field: Field) -> Option<&'a Cell> {
        let column = self.heading.column(field)?;
        self.row.cells.get(column.index).filter(|cell| !is_blank(cell))
    }
}

/// A mandatory cell without content.
///
/// The hint at joined cells is there because such lists join the cells of one enterprise, and a
/// joined cell has content in its first row only. Repeating it downwards would be wrong for
/// quantities, so nothing is repeated.
#[derive(Debug, thiserror::Error)]
#[error("nothing is entered; merged cells have to be split and every row filled in.")]
struct Blank;

impl Explain for Blank {
    fn code(&self) -> ProblemCode {
        ProblemCode::Required
    }

    fn zh(&self) -> String {
        "没有填写（合并的单元格请拆开，每一行都要填写）。".to_owned()
    }
}
