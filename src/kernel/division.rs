//! Codes of divisions (区划代码): the district, its streets and its communities.

use std::{fmt, str::FromStr};

use serde::Serialize;

/// 6, 9 or 12 digits; those of the division above are a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct DivisionCode {
    /// Left-aligned, zero bytes behind.
    digits: [u8; 12],
}

/// The text is not a division code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a division code has 6, 9 or 12 digits")]
pub struct DivisionCodeError;

impl DivisionCode {
    /// The digits as people write them.
    pub fn as_str(&self) -> &str {
        let end = self.digits.iter().position(|digit| *digit == 0).unwrap_or(self.digits.len());
        // Only ASCII digits are ever put in.
        std::str::from_utf8(&self.digits[..end]).unwrap_or_default()
    }

    /// Left-aligned digits with zero bytes behind: sorts like the text.
    pub fn as_bytes(&self) -> &[u8; 12] {
        &self.digits
    }
}

impl FromStr for DivisionCode {
    type Err = DivisionCodeError;

    fn from_str(code: &str) -> Result<Self, DivisionCodeError> {
        if !matches!(code.len(), 6 | 9 | 12) || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(DivisionCodeError);
        }
        let mut digits = [0; 12];
        digits[..code.len()].copy_from_slice(code.as_bytes());
        Ok(Self { digits })
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_nine_or_twelve_digits() {
        for right in ["420105", "420105006", "420105006001"] {
            assert_eq!(right.parse::<DivisionCode>().unwrap().as_str(), right);
        }
        for wrong in ["", "42010", "4201050", "42010500600", "4201050060011", "42010x", "４２０１０５"] {
            assert_eq!(wrong.parse::<DivisionCode>(), Err(DivisionCodeError), "{wrong}");
        }
    }

    #[test]
    fn codes_sort_with_each_division_before_those_inside_it() {
        let mut codes: Vec<DivisionCode> =
            ["420105008", "420105006001", "420105", "420105006"].into_iter().filter_map(|code| code.parse().ok()).collect();
        codes.sort();
        let codes: Vec<&str> = codes.iter().map(DivisionCode::as_str).collect();
        assert_eq!(codes, ["420105", "420105006", "420105006001", "420105008"]);
    }
}
