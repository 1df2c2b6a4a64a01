//! How lists are cut into pages on both databases.

use crate::kernel::page::{Direction, Mark, PageRequest};

/// The way a list is ordered by its key, the id breaking ties in the same direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Ascending,
    Descending,
}

/// Where a keyset page starts and ends, and which way its rows are read.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Rows are read upwards by key.
    pub upwards: bool,
    /// Rows above this mark only.
    pub above: Option<Mark>,
    /// Rows below this mark only.
    pub below: Option<Mark>,
    /// Rows to read: one more than the page has, to know whether there are more.
    pub limit: i64,
}

impl Window {
    /// What a page request means in a list of this order.
    pub fn new(request: &PageRequest, sort: Sort) -> Self {
        let upwards = (request.direction == Direction::Forward) == (sort == Sort::Ascending);
        let (above, below) = if upwards { (request.from, request.until) } else { (request.until, request.from) };
        Self { upwards, above, below, limit: i64::from(request.limit) + 1 }
    }
}

/// A phrase as a LIKE pattern: everything that means something to LIKE means itself.
pub fn containing(phrase: &str) -> String {
    let escaped = phrase.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
