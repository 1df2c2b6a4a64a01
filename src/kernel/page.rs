//! Pages of a list: how many rows, from where, in which direction.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// One page of a list, in the order of the list whichever way it was asked for.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub has_previous: bool,
    pub has_next: bool,
}

/// Which page is wanted: `limit` rows in `direction` from `from`, the mark excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    pub limit: u32,
    pub direction: Direction,
    /// `None` starts at the list's end that the direction comes from.
    pub from: Option<Mark>,
    /// The far end, when both `after` and `before` were given.
    pub until: Option<Mark>,
}

/// `first` reads forward, `last` backward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    Forward,
    Backward,
}

/// The largest page a client may ask for.
pub const MAX_PAGE: u32 = 100;
/// The page a client gets that did not say.
pub const DEFAULT_PAGE: u32 = 20;

/// Where a row stands in its list: its sort key and, to break ties, its id.
///
/// The sort key is whatever integer the list is ordered by (microseconds, a rank, a number).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mark {
    pub key: i64,
    pub id: [u8; 16],
}

/// Why a page request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    #[error("`first` and `last` exclude each other")]
    BothDirections,
    #[error("a page has 1 to {MAX_PAGE} rows")]
    Size,
    #[error("this cursor does not belong to this list with this filter and order")]
    ForeignCursor,
}

/// What a list is, as a number: its name, filter and order. Two lists do not share cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListPrint(pub u64);

impl Mark {
    /// The opaque text of the mark, bound to its list.
    pub fn to_cursor(self, list: ListPrint) -> String {
        let mut bytes = [0_u8; 32];
        bytes[..8].copy_from_slice(&list.0.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.key.to_be_bytes());
        bytes[16..].copy_from_slice(&self.id);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor back; one of another list, filter or order is refused, never guessed at.
    pub fn from_cursor(cursor: &str, list: ListPrint) -> Result<Self, PageError> {
        let bytes: [u8; 32] =
            URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(PageError::ForeignCursor)?;
        let (print, rest) = bytes.split_at(8);
        let (key, id) = rest.split_at(8);
        if print != list.0.to_be_bytes() {
            return Err(PageError::ForeignCursor);
        }
        let mut mark = Self { key: 0, id: [0; 16] };
        mark.key = key.iter().fold(0, |value, byte| value << 8 | i64::from(*byte));
        mark.id.copy_from_slice(id);
        Ok(mark)
    }
}

impl PageRequest {
    /// Reads the four Relay arguments.
    pub fn parse(
        list: ListPrint,
        first: Option<i32>,
        after: Option<&str>,
        last: Option<i32>,
        before: Option<&str>,
    ) -> Result<Self, PageError> {
        let (size, direction) = match (first, last) {
            (Some(_), Some(_)) => return Err(PageError::BothDirections),
            (None, Some(size)) => (Some(size), Direction::Backward),
            (size, None) => (size, Direction::Forward),
        };
        let limit = match size.map(u32::try_from) {
            None => DEFAULT_PAGE,
            Some(Ok(size @ 1..=MAX_PAGE)) => size,
            Some(_) => return Err(PageError::Size),
        };
        let after = after.map(|cursor| Mark::from_cursor(cursor, list)).transpose()?;
        let before = before.map(|cursor| Mark::from_cursor(cursor, list)).transpose()?;
        let (from, until) = match direction {
            Direction::Forward => (after, before),
            Direction::Backward => (before, after),
        };
        Ok(Self { limit, direction, from, until })
    }
}

impl<T> Page<T> {
    /// Makes a page of rows that were read in the request's direction, one more than its limit.
    pub fn cut(mut rows: Vec<T>, request: &PageRequest) -> Self {
        let more = rows.len() > request.limit as usize;
        rows.truncate(request.limit as usize);
        match request.direction {
            Direction::Forward => Self { rows, has_previous: request.from.is_some(), has_next: more },
            Direction::Backward => {
                rows.reverse();
                Self { rows, has_previous: more, has_next: request.from.is_some() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_bound_to_its_list() {
        let mark = Mark { key: -5, id: [9; 16] };
        let cursor = mark.to_cursor(ListPrint(1));
        assert_eq!(Mark::from_cursor(&cursor, ListPrint(1)), Ok(mark));
        assert_eq!(Mark::from_cursor(&cursor, ListPrint(2)), Err(PageError::ForeignCursor));
        assert_eq!(Mark::from_cursor("x", ListPrint(1)), Err(PageError::ForeignCursor));
    }

    #[test]
    fn a_page_has_one_direction_and_a_bounded_size() {
        let parse = |first, last| PageRequest::parse(ListPrint(0), first, None, last, None).map(|page| page.limit);
        assert_eq!(parse(None, None), Ok(20));
        assert_eq!(parse(Some(100), None), Ok(100));
        assert_eq!(parse(Some(101), None), Err(PageError::Size));
        assert_eq!(parse(Some(0), None), Err(PageError::Size));
        assert_eq!(parse(Some(-1), None), Err(PageError::Size));
        assert_eq!(parse(Some(1), Some(1)), Err(PageError::BothDirections));
    }
}
