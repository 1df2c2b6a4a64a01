//! A spreadsheet (导入): what its list holds, and what becomes of it when some rows are bad.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

/// What a list holds; each kind has its own columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// Enterprises and departments.
    Organisations,
    /// The demand list (需求清单).
    Demands,
    /// The resource list (资源清单).
    Resources,
}

/// What is imported of a list of which some rows are bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mode {
    /// Nothing.
    AllOrNothing,
    /// The good rows.
    GoodRows,
}

impl Kind {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
