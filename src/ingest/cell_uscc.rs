//! What a clerk is told about a unified social credit code that is none.

use super::message::{Explain, ProblemCode};
use crate::kernel::uscc::UsccError;

/// Why a code is refused. No sentence repeats the code: an identity number may stand in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UsccFault {
    /// Not 18 characters, but so many.
    #[error("the code has {0} characters instead of 18.")]
    Length(usize),
    /// The character at this place, counted from 1, is not in the set.
    #[error("character {0} of the code is not allowed; only digits and capital letters without I, O, S, V, Z are.")]
    Character(usize),
    /// The last character does not fit the others.
    #[error("the check character of the code is wrong; compare it with the business licence.")]
    Check,
}

impl From<UsccError> for UsccFault {
    fn from(error: UsccError) -> Self {
        match error {
            UsccError::Length { found } => Self::Length(found),
            UsccError::ForbiddenCharacter { position, .. } => Self::Character(position),
            UsccError::Check { .. } => Self::Check,
        }
    }
}

impl Explain for UsccFault {
    fn code(&self) -> ProblemCode {
        ProblemCode::UsccInvalid
    }

    fn zh(&self) -> String {
        match self {
            Self::Length(length) => format!("统一社会信用代码应为 18 位，现在是 {length} 位，请核对。"),
            Self::Character(place) => {
                format!("统一社会信用代码第 {place} 位的字符不允许使用（只能是数字和除 I、O、S、V、Z 以外的大写字母），请核对。")
            }
            Self::Check => "统一社会信用代码校验位不正确，请对照营业执照核对。".to_owned(),
        }
    }
}
