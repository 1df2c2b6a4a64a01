//! STAND-IN for `kernel::uscc`: the same `Uscc::parse(&str) -> Result<Uscc, UsccError>`.
//!
//! To be deleted when this floor moves into the product; only the `Explain` below stays, for the
//! error type of the kernel.

use std::fmt;

use super::message::{Explain, ProblemCode};

/// A unified social credit code 统一社会信用代码 (GB 32100-2015): 18 characters, the last one a check.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Uscc(String);

impl Uscc {
    const SET: &'static [u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

    /// Trims, upper-cases and checks.
    pub fn parse(text: &str) -> Result<Self, UsccError> {
        let code = text.trim().to_uppercase();
        let length = code.chars().count();
        if length != 18 {
            return Err(UsccError::Length(length));
        }
        let mut sum = 0;
        let mut weight = 1;
        let mut last = 0;
        for (index, letter) in code.chars().enumerate() {
            let value = Self::SET
                .iter()
                .position(|known| char::from(*known) == letter);
            last = value.ok_or(UsccError::Character(index + 1))?;
            if index < 17 {
                sum = (sum + last * weight) % 31;
                weight = weight * 3 % 31;
            }
        }
        if (31 - sum) % 31 == last {
            Ok(Self(code))
        } else {
            Err(UsccError::Check)
        }
    }

    /// The code in capital letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a code is refused. None repeats the code: an identity number may stand in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsccError {
    /// Not 18 characters, but so many.
    #[error("the code has {0} characters instead of 18.")]
    Length(usize),
    /// The character at this place, counted from 1, is not in the set.
    #[error(
        "character {0} of the code is not allowed; only digits and capital letters without I, O, S, V, Z are."
    )]
    Character(usize),
    /// The last character does not fit the others.
    #[error("the check character of the code is wrong; compare it with the business licence.")]
    Check,
}

impl Explain for UsccError {
    fn code(&self) -> ProblemCode {
        ProblemCode::UsccInvalid
    }

    fn zh(&self) -> String {
        match self {
            Self::Length(length) => {
                format!("统一社会信用代码应为 18 位，现在是 {length} 位，请核对。")
            }
            Self::Character(place) => {
                format!(
                    "统一社会信用代码第 {place} 位的字符不允许使用（只能是数字和除 I、O、S、V、Z 以外的大写字母），请核对。"
                )
            }
            Self::Check => "统一社会信用代码校验位不正确，请对照营业执照核对。".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_codes_are_trimmed_and_upper_cased() {
        for code in [
            "914403001922038216",
            " 9144030071526726xg ",
            "91350100M000100Y43",
            "52420105587900015H",
        ] {
            assert_eq!(
                Uscc::parse(code).unwrap().as_str(),
                code.trim().to_uppercase()
            );
        }
    }

    #[test]
    fn each_kind_of_fault_is_told_apart() {
        assert_eq!(Uscc::parse("91440300192203821"), Err(UsccError::Length(17)));
        assert_eq!(
            Uscc::parse("914403OO1922038216"),
            Err(UsccError::Character(7))
        );
        assert_eq!(
            Uscc::parse("91350100M000100Y4Z"),
            Err(UsccError::Character(18))
        );
        assert_eq!(Uscc::parse("914403001922038217"), Err(UsccError::Check));
        assert_eq!(Uscc::parse("91330100799655085B"), Err(UsccError::Check));
    }
}
