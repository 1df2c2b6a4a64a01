//! What ended by one statement over many rows, and from which state each row came.

use super::{StoreError, StoreResult};

/// An object that ended, and the state it left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended<I> {
    pub id: I,
    pub from: String,
}

/// The district's writes wait for each other, so what was found is what was changed; if it is not,
/// the whole step is refused rather than logged wrongly.
pub(super) fn all_changed<I>(found: Vec<(I, String)>, changed: usize) -> StoreResult<Vec<Ended<I>>> {
    if found.len() != changed {
        return Err(StoreError::Stale);
    }
    Ok(found.into_iter().map(|(id, from)| Ended { id, from }).collect())
}
