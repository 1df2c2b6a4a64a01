//! Problems of single cells, in the words of a clerk.
//!
//! A message names row, column and heading, and says what to write instead. The wording of each
//! refusal stands beside the type that refuses; this file only puts the place in front of it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something in one cell that keeps its row from being imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellProblem {
    /// The row in the spreadsheet, counted from 1.
    pub row: u32,
    /// The column in letters, such as `C`.
    pub column: String,
    /// The heading as the file writes it.
    pub heading: String,
    /// The stable name of the problem.
    pub code: ProblemCode,
    /// The whole sentence in Chinese, with the place. Never holds a telephone number.
    pub message_zh: String,
    /// The same in English.
    pub message_en: String,
}

impl CellProblem {
    pub(crate) fn new(row: u32, column: usize, heading: &str, fault: &dyn Explain) -> Self {
        let column = letters(column);
        Self {
            row,
            code: fault.code(),
            message_zh: format!("第 {row} 行 {column} 列“{heading}”：{}", fault.zh()),
            message_en: format!("Row {row}, column {column} \"{heading}\": {fault}"),
            heading: heading.to_owned(),
            column,
        }
    }
}

/// The stable names of all problems that a cell can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProblemCode {
    /// A mandatory cell is blank.
    Required,
    /// The text is shorter than allowed.
    TooShort,
    /// The text is longer than allowed.
    TooLong,
    /// More entries in one cell than allowed.
    TooMany,
    /// A character that is no text.
    ControlCharacter,
    /// A long code was stored as a number and lost its last digits.
    DigitsLost,
    /// The spreadsheet program turned a text into a date.
    DateInText,
    /// The formula of the cell has an error instead of a value.
    FormulaError,
    /// Not a number.
    NotANumber,
    /// A number with decimals where whole ones are counted.
    NotWhole,
    /// A number outside its range.
    OutOfRange,
    /// Not a date, or one that no calendar has.
    BadDate,
    /// A time that is not precise to the day.
    DateNotExact,
    /// The range ends before it begins.
    DateOrder,
    /// Not one of the words to choose from.
    UnknownWord,
    /// More than one of the words to choose from.
    SeveralWords,
    /// No number of times where one is needed.
    CapacityUnclear,
    /// Not a valid unified social credit code.
    UsccInvalid,
    /// No telephone number, an unreadable one or more than one.
    PhoneInvalid,
    /// Not an e-mail address.
    EmailInvalid,
    /// Section and division of the industry do not belong together.
    IndustryMismatch,
}

impl ProblemCode {
    /// Every code, for documentation and for the test that lists them.
    pub const ALL: [Self; 21] = [
        Self::Required,
        Self::TooShort,
        Self::TooLong,
        Self::TooMany,
        Self::ControlCharacter,
        Self::DigitsLost,
        Self::DateInText,
        Self::FormulaError,
        Self::NotANumber,
        Self::NotWhole,
        Self::OutOfRange,
        Self::BadDate,
        Self::DateNotExact,
        Self::DateOrder,
        Self::UnknownWord,
        Self::SeveralWords,
        Self::CapacityUnclear,
        Self::UsccInvalid,
        Self::PhoneInvalid,
        Self::EmailInvalid,
        Self::IndustryMismatch,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Required => "REQUIRED",
            Self::TooShort => "TOO_SHORT",
            Self::TooLong => "TOO_LONG",
            Self::TooMany => "TOO_MANY",
            Self::ControlCharacter => "CONTROL_CHARACTER",
            Self::DigitsLost => "DIGITS_LOST",
            Self::DateInText => "DATE_IN_TEXT",
            Self::FormulaError => "FORMULA_ERROR",
            Self::NotANumber => "NOT_A_NUMBER",
            Self::NotWhole => "NOT_WHOLE",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::BadDate => "BAD_DATE",
            Self::DateNotExact => "DATE_NOT_EXACT",
            Self::DateOrder => "DATE_ORDER",
            Self::UnknownWord => "UNKNOWN_WORD",
            Self::SeveralWords => "SEVERAL_WORDS",
            Self::CapacityUnclear => "CAPACITY_UNCLEAR",
            Self::UsccInvalid => "USCC_INVALID",
            Self::PhoneInvalid => "PHONE_INVALID",
            Self::EmailInvalid => "EMAIL_INVALID",
            Self::IndustryMismatch => "INDUSTRY_MISMATCH",
        }
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A refusal that can be put before a clerk. The English sentence is its `Display`.
pub(crate) trait Explain: std::error::Error {
    fn code(&self) -> ProblemCode;
    /// The Chinese sentence, without the place.
    fn zh(&self) -> String;
}

/// A cell's content as a message may show it: short, and without anything like a telephone number.
///
/// Columns get shifted when lists are copied together, so a number that reaches a person can stand
/// under any heading. Runs of seven digits and more are therefore never repeated, except a date
/// written in eight digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown(Option<String>);

impl Shown {
    const CHARS: usize = 24;

    pub(crate) fn new(text: &str) -> Self {
        if has_long_number(text) {
            return Self(None);
        }
        let mut short: String = text.chars().take(Self::CHARS).collect();
        if short.len() < text.len() {
            short.push('…');
        }
        Self(Some(short))
    }

    pub(crate) fn zh(&self) -> String {
        match &self.0 {
            Some(text) => format!("“{text}”"),
            None => "所填内容".to_owned(),
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(text) => write!(f, "\"{text}\""),
            None => f.write_str("the content"),
        }
    }
}

fn has_long_number(text: &str) -> bool {
    text.split(|c: char| !c.is_numeric() && !matches!(c, '-' | ' ')).any(|run| {
        let date = run.len() == 8 && (run.starts_with("19") || run.starts_with("20"));
        let longest = run.split(|c: char| !c.is_numeric()).map(|part| part.chars().count()).max();
        (longest >= Some(7) && !date) || grouped_like_a_person_s_number(run)
    })
}

/// `138 0013 8000` and `138-0013-8000`, or a bank card in groups of four.
fn grouped_like_a_person_s_number(run: &str) -> bool {
    let digits: Vec<char> = run.chars().filter(|c| c.is_numeric()).collect();
    let mobile = digits.len() == 11 && matches!(digits[0], '1' | '１');
    mobile || (digits.len() >= 15 && !run.contains('-'))
}

/// The letters of a column counted from 0: `0` is `A`, `26` is `AA`.
pub(crate) fn letters(mut column: usize) -> String {
    let mut reversed = Vec::new();
    loop {
        reversed.push(char::from(b'A' + (column % 26) as u8));
        match column / 26 {
            0 => break,
            rest => column = rest - 1,
        }
    }
    reversed.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_as_spreadsheets_count_them() {
        assert_eq!([0, 25, 26, 51, 52, 99].map(letters), ["A", "Z", "AA", "AZ", "BA", "CV"]);
    }

    #[test]
    fn names_of_codes_are_those_of_their_serialised_form_and_unique() {
        let mut names = ProblemCode::ALL.map(ProblemCode::name);
        for code in ProblemCode::ALL {
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{}\"", code.name()));
        }
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn a_number_that_reaches_a_person_is_never_repeated() {
        let hidden =
            ["13800138000", "找张工 84001234", "027-84001234", "138 0013 8000", "6222 0200 0000 0000", "１３８００１３８０００"];
        assert!(hidden.iter().all(|text| Shown::new(text) == Shown(None)), "{hidden:?}");
    }

    #[test]
    fn quantities_and_dates_are_shown_and_long_texts_are_cut() {
        assert_eq!(Shown::new("3.5").zh(), "“3.5”");
        assert_eq!(Shown::new("20261301").to_string(), "\"20261301\"");
        assert_eq!(Shown::new("2026-13-01-2026-13-31").zh(), "“2026-13-01-2026-13-31”");
        assert_eq!(Shown::new(&"长".repeat(30)).zh(), format!("“{}…”", "长".repeat(24)));
    }
}
