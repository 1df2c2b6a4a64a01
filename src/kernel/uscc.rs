//! The unified social credit code (统一社会信用代码) of an organisation.
//!
//! Source: GB 32100-2015. Eighteen characters, written here with their positions from 1:
//!
//! ```text
//! 1     registering authority     9–17  organisation code (GB 11714), its own check at 17
//! 2     kind of organisation      18    check character
//! 3–8   division code
//! ```
//!
//! Check character: each of the first 17 characters has its index in `ALPHABET` as value and
//! 3^(position − 1) mod 31 as weight; with r = Σ value × weight mod 31 it is
//! `ALPHABET[(31 − r) mod 31]`.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// A code whose length, characters and check character are right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uscc(String);

impl Uscc {
    /// Accepts what people type: surrounding blanks, lower case and full-width characters are
    /// folded (NFKC) before anything is checked.
    pub fn parse(text: &str) -> Result<Self, UsccError> {
        let code = text.nfkc().collect::<String>().trim().to_ascii_uppercase();
        let found = code.chars().count();
        if found != LENGTH {
            return Err(UsccError::Length { found });
        }
        let expected = expected_check(&code)?;
        match code.chars().last() {
            Some(found) if found == expected => Ok(Self(code)),
            _ => Err(UsccError::Check { expected }),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is odd about the organisation code inside, or `None` if its check character is right.
    ///
    /// Only a warning: the character at position 18 already guards the whole code.
    /// Source: GB 11714-1997: digits count as themselves, A to Z as 10 to 35, the weights are
    /// 3 7 9 10 5 8 4 2, and the check is 11 − Σ mod 11, written X for 10 and 0 for 11.
    #[must_use]
    pub fn inner_code_warning(&self) -> Option<InnerCodeWarning> {
        const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
        let mut inner = self.0.chars().skip(8);
        let sum: u32 =
            WEIGHTS.iter().zip(inner.by_ref()).filter_map(|(weight, character)| Some(weight * character.to_digit(36)?)).sum();
        let expected = match 11 - sum % 11 {
            10 => 'X',
            check => char::from_digit(check % 11, 10)?,
        };
        let found = inner.next()?;
        (found != expected).then_some(InnerCodeWarning { expected, found })
    }
}

/// Why a text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsccError {
    #[error("a unified social credit code has 18 characters, not {found}")]
    Length { found: usize },
    /// `position` counts characters from 1, after trimming and folding.
    #[error("the character {character:?} at position {position} cannot occur in the code")]
    ForbiddenCharacter { position: usize, character: char },
    #[error("the check character does not fit, {expected} was expected")]
    Check { expected: char },
}

/// The organisation code inside is not what GB 11714 would give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InnerCodeWarning {
    pub expected: char,
    pub found: char,
}

const LENGTH: usize = 18;

/// The characters by value; I, O, S, V and Z are left out because they are easily misread.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The check character for the first 17 characters; refuses a forbidden one anywhere.
fn expected_check(code: &str) -> Result<char, UsccError> {
    let (mut sum, mut weight) = (0, 1);
    for (position, character) in (1..).zip(code.chars()) {
        let value = ALPHABET
            .iter()
            .position(|&allowed| char::from(allowed) == character)
            .ok_or(UsccError::ForbiddenCharacter { position, character })?;
        if position < LENGTH {
            sum += value * weight;
            weight = weight * 3 % ALPHABET.len();
        }
    }
    let check = (ALPHABET.len() - sum % ALPHABET.len()) % ALPHABET.len();
    Ok(char::from(ALPHABET[check]))
}

impl fmt::Display for Uscc {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Uscc {
    type Error = UsccError;

    fn try_from(text: String) -> Result<Self, UsccError> {
        Self::parse(&text)
    }
}

impl From<Uscc> for String {
    fn from(code: Uscc) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Vectors {
        valid: Vec<String>,
        invalid: Vec<Invalid>,
    }

    #[derive(Deserialize)]
    struct Invalid {
        code: String,
    }

    fn vectors() -> Vectors {
        serde_json::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/uscc_vectors.json"))).unwrap()
    }

    #[test]
    fn every_valid_vector_is_accepted_without_a_warning() {
        let valid = vectors().valid;
        assert_eq!(valid.len(), 13);
        for code in valid {
            let uscc = Uscc::parse(&code).unwrap();
            assert_eq!(uscc.as_str(), code);
            assert_eq!(uscc.inner_code_warning(), None, "{code}");
        }
    }

    #[test]
    fn every_invalid_vector_is_refused_for_its_reason() {
        let reasons: Vec<_> = vectors().invalid.iter().map(|invalid| Uscc::parse(&invalid.code)).collect();
        assert_eq!(
            reasons,
            [
                Err(UsccError::ForbiddenCharacter { position: 18, character: 'Z' }),
                Err(UsccError::Check { expected: '6' }),
                Err(UsccError::Check { expected: 'G' }),
                Err(UsccError::Length { found: 17 }),
                Err(UsccError::ForbiddenCharacter { position: 7, character: 'O' }),
                Err(UsccError::Check { expected: '5' }),
            ]
        );
    }

    #[test]
    fn blanks_lower_case_and_full_width_are_folded() {
        let expected = Uscc::parse("91420105MA4K00029Y").unwrap();
        assert_eq!(Uscc::parse("\u{3000}91420105ma4k00029y \n"), Ok(expected.clone()));
        assert_eq!(Uscc::parse("９１４２０１０５ＭＡ４Ｋ０００２９ｙ"), Ok(expected));
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(Uscc::parse(""), Err(UsccError::Length { found: 0 }));
        assert_eq!(Uscc::parse("统一社会信用代码"), Err(UsccError::Length { found: 8 }));
        assert_eq!(Uscc::parse("91420105MA4K0002信Y"), Err(UsccError::ForbiddenCharacter { position: 17, character: '信' }));
    }

    #[test]
    fn every_single_wrong_character_is_noticed() {
        let code = "91420105MA4K00029Y";
        for position in 0..LENGTH {
            for wrong in ALPHABET.iter().map(|&wrong| char::from(wrong)) {
                let mut typed: Vec<char> = code.chars().collect();
                typed[position] = wrong;
                let typed: String = typed.into_iter().collect();
                assert_eq!(Uscc::parse(&typed).is_ok(), typed == code, "{typed}");
            }
        }
    }

    #[test]
    fn a_wrong_inner_check_is_a_warning_that_says_what_was_expected() {
        let odd = Uscc::parse("91420105MA4K00028U").unwrap();
        assert_eq!(odd.inner_code_warning(), Some(InnerCodeWarning { expected: '9', found: '8' }));
    }

    #[test]
    fn serialised_it_is_a_plain_string_and_reading_checks_it() {
        let uscc = Uscc::parse("91420105MA4K000102").unwrap();
        assert_eq!(serde_json::to_string(&uscc).unwrap(), r#""91420105MA4K000102""#);
        assert_eq!(serde_json::from_str::<Uscc>(r#"" 91420105ma4k000102""#).unwrap(), uscc);
        let refused = serde_json::from_str::<Uscc>(r#""91420105MA4K000103""#).unwrap_err();
        assert_eq!(refused.to_string(), "the check character does not fit, 2 was expected");
    }
}
