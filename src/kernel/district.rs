//! A district (区县): the tenant, by its six-digit division code.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A six-digit division code, e.g. `420105` for 汉阳区.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct District(String);

/// The text is not six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a district code has six digits")]
pub struct DistrictError;

impl District {
    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for District {
    type Err = DistrictError;
    fn from_str(code: &str) -> Result<Self, DistrictError> {
        if code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(code.to_owned()))
        } else {
            Err(DistrictError)
        }
    }
}

impl TryFrom<String> for District {
    type Error = DistrictError;
    fn try_from(code: String) -> Result<Self, DistrictError> {
        code.parse()
    }
}

impl From<District> for String {
    fn from(district: District) -> Self {
        district.0
    }
}

impl fmt::Display for District {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
