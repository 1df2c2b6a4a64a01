//! Problems of single cells, in the words of a clerk.
//!
//! A message names row, column and heading, and says what to write instead. The wording of each
//! refusal stands beside the type that refuses; this file only puts the place in front of it.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoStaticStr};

use crate::kernel::lang::Lang;

/// Something in one cell that a clerk has to look at; see [`ProblemCode::blocks`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The whole sentence in one language.
    pub fn message(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.message_zh,
            Lang::En => &self.message_en,
        }
    }

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
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
    /// No organisation of the district has this name or code.
    UnknownOrganisation,
    /// Name and code belong to different organisations, or a short name to several.
    OrganisationUnclear,
    /// The organisation is suspended or closed.
    OrganisationInactive,
    /// The organisation is registered already.
    Duplicate,
    /// No building or park of the district has this name.
    UnknownPlace,
    /// The organisation sits in several places, and none is named.
    PlaceUnclear,
    /// The organisation does not sit in that place.
    NoTenancy,
    /// No category of the district has this name or code.
    UnknownCategory,
    /// No street, zone or place of the district has this name.
    UnknownArea,
    /// A day that has passed already.
    PastDate,
    /// A number that looks personal stands in free text.
    PersonalNumber,
    /// The account may not do this for this row.
    NotAllowed,
    /// A warning: the row stands further up in the same file and is imported once.
    RepeatedRow,
    /// A warning: a similar demand of the same organisation and category is there already.
    SimilarDemand,
    /// A warning: the post is registered with another number, which stays.
    ContactKept,
}

impl ProblemCode {
    /// The stable name.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether it keeps its row from being imported; the others are warnings.
    pub fn blocks(self) -> bool {
        !matches!(self, Self::RepeatedRow | Self::SimilarDemand | Self::ContactKept)
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
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn columns_are_counted_as_spreadsheets_count_them() {
        assert_eq!([0, 25, 26, 51, 52, 99].map(letters), ["A", "Z", "AA", "AZ", "BA", "CV"]);
    }

    #[test]
    fn names_of_codes_are_those_of_their_serialised_form() {
        for code in ProblemCode::iter() {
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{}\"", code.name()));
        }
    }

    #[test]
    fn only_warnings_let_their_row_pass() {
        let warnings: Vec<_> = ProblemCode::iter().filter(|code| !code.blocks()).map(ProblemCode::name).collect();
        assert_eq!(warnings, ["REPEATED_ROW", "SIMILAR_DEMAND", "CONTACT_KEPT"]);
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
