//! What was found in a list, and what became of it.

use serde::{Deserialize, Serialize};

use super::list::{Checked, List};
use crate::{
    ingest::{CellProblem, Parsed},
    kernel::id::ImportBatchId,
    store::audit::Effect,
};

/// What was found in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The sheet that was read; empty for CSV.
    pub sheet: String,
    /// The row of the heading, counted from 1.
    pub heading_row: u32,
    /// Rows that can come in.
    pub good: u32,
    /// Rows that cannot.
    pub bad: u32,
    /// Rows that have come in before, in an earlier import or further up in this list.
    pub known: u32,
    /// Blank rows among them.
    pub blank: u32,
    /// Totals, notes and signatures below them.
    pub footer: u32,
    /// Headings under which nothing was read, as written.
    pub unused_headings: Vec<String>,
    /// Of bad rows, and warnings of others; top to bottom, at most [`MOST_PROBLEMS`], of which
    /// warnings take only the places that are left.
    pub problems: Vec<CellProblem>,
    /// How many there are in all.
    pub problem_count: u32,
}

/// What a commit did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committed {
    pub batch: ImportBatchId,
    /// Objects that are new: one for each good row.
    pub created: u32,
    pub report: Report,
}

/// Problems that a report carries at most.
pub const MOST_PROBLEMS: usize = 1_000;

impl Report {
    pub(super) fn of<L: List>(parsed: &Parsed<L>, checked: &Checked<L>) -> Self {
        Self {
            sheet: parsed.sheet.clone(),
            heading_row: parsed.heading_row,
            good: number(checked.good.len()),
            bad: checked.bad,
            known: checked.known,
            blank: parsed.blank_rows,
            footer: parsed.footer_rows,
            unused_headings: parsed.unused_headings.clone(),
            problems: told(&checked.problems),
            problem_count: number(checked.problems.len()),
        }
    }

    /// All filled rows below the heading.
    pub fn total(&self) -> u32 {
        self.good + self.bad + self.known
    }

    /// The counts as facts of an audit line.
    pub(super) fn facts(&self, effect: Effect) -> Effect {
        effect.number("total", self.total()).number("good", self.good).number("bad", self.bad).number("known", self.known)
    }
}

/// As many problems as a report carries. A clerk has to mend what is bad before anything else, so
/// warnings never take its place.
fn told(problems: &[CellProblem]) -> Vec<CellProblem> {
    let (bad, warnings): (Vec<_>, Vec<_>) = problems.iter().partition(|problem| problem.code.blocks());
    let mut told: Vec<CellProblem> = bad.into_iter().chain(warnings).take(MOST_PROBLEMS).cloned().collect();
    told.sort_by_key(|problem| problem.row);
    told
}

/// A list has far fewer rows than this type holds.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
