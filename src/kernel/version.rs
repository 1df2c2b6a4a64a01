//! The version of a row: which state of it a client has seen.

use serde::{Deserialize, Serialize};

/// Counts the changes of a row, from 1. A write names the version it expects and loses to whoever
/// came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Version(pub i32);

impl Version {
    /// The version of a row that was just made.
    pub const FIRST: Self = Self(1);

    /// The version after one more change.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
