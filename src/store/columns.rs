//! How the values of text columns are read and written, the same for every noun.

use serde::{Serialize, de::DeserializeOwned};

use super::{StoreError, StoreResult};
use crate::kernel::text::{Bounds, Text};

/// A list or small structure as JSON.
pub(super) fn json(value: &impl Serialize) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|e| StoreError::Corrupt { table: "json", id: String::new(), what: e.to_string() })
}

/// Reads JSON back; `column` names what is corrupt when it cannot be read.
pub(super) fn from_json<T: DeserializeOwned>(stored: &str, column: &'static str) -> Result<T, &'static str> {
    serde_json::from_str(stored).map_err(|_| column)
}

/// Reads a bounded text back.
pub(super) fn text<B: Bounds>(stored: &str, column: &'static str) -> Result<Text<B>, &'static str> {
    Text::parse(stored).map_err(|_| column)
}

/// Reads a bounded text back that may be absent.
pub(super) fn optional_text<B: Bounds>(stored: Option<&str>, column: &'static str) -> Result<Option<Text<B>>, &'static str> {
    stored.map(|stored| text(stored, column)).transpose()
}
