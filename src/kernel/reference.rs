//! Reference numbers that people quote: `D-420105-2026-000123`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::district::District;

/// `{kind}-{district}-{year}-{seq6}`: gap-free per kind, district and Asia/Shanghai year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RefNo(String);

/// Which series a reference number belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    Demand,
    Resource,
    Claim,
    Project,
}

impl Series {
    /// The letter in front.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Demand => "D",
            Self::Resource => "R",
            Self::Claim => "C",
            Self::Project => "P",
        }
    }
}

impl RefNo {
    /// The number at place `sequence` of its series.
    pub fn new(series: Series, district: &District, year: i32, sequence: i32) -> Self {
        Self(format!("{}-{district}-{year}-{sequence:06}", series.letter()))
    }

    /// A number that was read from the database.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The number as people write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RefNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
