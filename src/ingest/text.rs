//! Texts of cells: cleaning, bounds, and the folded form that words and numbers are compared in.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::MAX_CELL_CHARS;
use super::message::{Explain, ProblemCode};
use super::workbook::Cell;

/// The bounds of a text field, in characters after NFC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextRule {
    pub(crate) min: usize,
    pub(crate) max: usize,
    pub(crate) lines: Lines,
}

/// Whether line breaks inside a cell mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// A break is only how the cell was wrapped; it is joined.
    One,
    /// Paragraphs are kept.
    Many,
}

impl TextRule {
    pub(crate) const fn line(min: usize, max: usize) -> Self {
        Self { min, max, lines: Lines::One }
    }

    pub(crate) const fn paragraphs(max: usize) -> Self {
        Self { min: 1, max, lines: Lines::Many }
    }
}

pub(crate) const NAME: TextRule = TextRule::line(2, 120);
pub(crate) const SHORT_NAME: TextRule = TextRule::line(1, 40);
pub(crate) const TITLE: TextRule = TextRule::line(2, 60);
pub(crate) const DETAIL: TextRule = TextRule::paragraphs(4_000);
pub(crate) const CATEGORY: TextRule = TextRule::line(1, 60);
/// What is counted, an office or a room.
pub(crate) const UNIT: TextRule = TextRule::line(1, 20);
pub(crate) const REASON: TextRule = TextRule::line(2, 200);
pub(crate) const DOCUMENTS: TextRule = TextRule::paragraphs(1_000);

/// The cleaned text of a cell within its bounds.
pub(crate) fn text(cell: &Cell, rule: TextRule) -> Result<String, TextFault> {
    clean(&content(cell)?, rule)
}

/// Cleans and measures: NFC, outer blanks gone, invisible joiners gone, control characters refused.
pub(crate) fn clean(raw: &str, rule: TextRule) -> Result<String, TextFault> {
    let broken = raw.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let text: String = broken.trim().chars().filter(|c| !is_invisible(*c)).nfc().collect();
    if text.chars().any(is_control) {
        return Err(TextFault::ControlCharacter);
    }
    let text = match rule.lines {
        Lines::One => join_lines(&text),
        Lines::Many => text,
    };
    match text.chars().count() {
        found if found < rule.min => Err(TextFault::TooShort { min: rule.min }),
        found if found > rule.max => Err(TextFault::TooLong { max: rule.max, found }),
        _ => Ok(text),
    }
}

/// The content as text: numbers as people write them, and what is no text refused.
pub(crate) fn content(cell: &Cell) -> Result<Cow<'_, str>, TextFault> {
    match cell {
        Cell::Empty => Ok(Cow::Borrowed("")),
        Cell::Text(text) if text.chars().nth(MAX_CELL_CHARS).is_some() => {
            Err(TextFault::TooLong { max: MAX_CELL_CHARS, found: text.chars().count() })
        }
        Cell::Text(text) => Ok(Cow::Borrowed(text)),
        // From 10^15 on a cell number no longer holds every digit of what was typed.
        Cell::Number(number) if number.abs() >= 1e15 => Err(TextFault::DigitsLost),
        Cell::Number(number) => Ok(Cow::Owned(number.to_string())),
        Cell::Day(_) => Err(TextFault::DateInText),
        Cell::Error(name) => Err(TextFault::FormulaError(name.clone())),
    }
}

/// The form in which words, dates, numbers and codes are compared: NFKC (full-width forms become
/// plain ones), every run of white space one blank.
pub(crate) fn folded(cell: &Cell) -> Result<String, TextFault> {
    let content = content(cell)?;
    let text: String = content.nfkc().filter(|c| !is_invisible(*c)).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    match text.chars().any(is_control) {
        true => Err(TextFault::ControlCharacter),
        false => Ok(text),
    }
}

/// Why a cell's text is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TextFault {
    #[error("the text is too short; enter at least {min} characters.")]
    TooShort { min: usize },
    #[error("the text has {found} characters; at most {max} are allowed.")]
    TooLong { max: usize, found: usize },
    #[error("the text holds invisible control characters; type it again as plain text.")]
    ControlCharacter,
    #[error("stored as a number, the last digits are lost; format the cell as text and type the code again.")]
    DigitsLost,
    #[error("the spreadsheet program turned this into a date; format the cell as text and type it again.")]
    DateInText,
    #[error("the formula answers {0}; type the value itself.")]
    FormulaError(String),
}

impl Explain for TextFault {
    fn code(&self) -> ProblemCode {
        match self {
            Self::TooShort { .. } => ProblemCode::TooShort,
            Self::TooLong { .. } => ProblemCode::TooLong,
            Self::ControlCharacter => ProblemCode::ControlCharacter,
            Self::DigitsLost => ProblemCode::DigitsLost,
            Self::DateInText => ProblemCode::DateInText,
            Self::FormulaError(_) => ProblemCode::FormulaError,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::TooShort { min } => format!("内容太短，请至少填写 {min} 个字。"),
            Self::TooLong { max, found } => {
                format!("共 {found} 个字，超出上限，请不要超过 {max} 个字。")
            }
            Self::ControlCharacter => "含有看不见的控制字符，请重新输入文字。".to_owned(),
            Self::DigitsLost => "长编码被存成了数字，末尾几位已丢失，请把单元格格式改为“文本”后重新填写。".to_owned(),
            Self::DateInText => "内容被表格软件自动变成了日期，请把单元格格式改为“文本”后重新填写。".to_owned(),
            Self::FormulaError(name) => format!("公式出错（{name}），请直接填写内容。"),
        }
    }
}

/// Breaks between ideographs vanish, others become one blank, as the same text reads unwrapped.
fn join_lines(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut joined = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
        if ascii(joined.chars().next_back()) && ascii(line.chars().next()) {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    joined
}

/// Zero-width marks that copying from web pages leaves behind: they carry no content, but would make
/// equal names differ.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Controls, and the direction marks that make a text look like another one.
fn is_control(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_looks_like_a_formula_is_kept_as_it_stands() {
        for formula in ["=1+2", "+86", "-无", "@部门", "=HYPERLINK(\"http://a\",\"b\")"] {
            assert_eq!(clean(formula, NAME).unwrap(), formula);
        }
    }

    #[test]
    fn a_wrapped_name_is_joined_and_paragraphs_are_kept() {
        assert_eq!(clean("武汉某某\r\n有限公司", NAME).unwrap(), "武汉某某有限公司");
        assert_eq!(clean("Wuhan\nTools", NAME).unwrap(), "Wuhan Tools");
        assert_eq!(clean("一、场地\r\n二、人员\r", DETAIL).unwrap(), "一、场地\n二、人员");
    }

    #[test]
    fn bounds_are_counted_in_characters_after_composing() {
        assert_eq!(clean("e\u{301}e\u{301}", TITLE).unwrap(), "éé");
        assert_eq!(clean("法", TITLE), Err(TextFault::TooShort { min: 2 }));
        assert_eq!(clean(&"字".repeat(61), TITLE), Err(TextFault::TooLong { max: 60, found: 61 }));
        assert!(clean(&"字".repeat(60), TITLE).is_ok());
    }

    #[test]
    fn control_and_direction_characters_are_refused_and_zero_width_ones_dropped() {
        assert_eq!(clean("法律\u{7}咨询", TITLE), Err(TextFault::ControlCharacter));
        assert_eq!(clean("法律\u{202e}咨询", TITLE), Err(TextFault::ControlCharacter));
        assert_eq!(clean("\u{feff}法律\u{200b}咨询", TITLE).unwrap(), "法律咨询");
    }

    #[test]
    fn numbers_read_as_people_write_them_and_lost_digits_are_refused() {
        assert_eq!(content(&Cell::Number(84_001_234.0)).unwrap(), "84001234");
        assert_eq!(content(&Cell::Number(3.5)).unwrap(), "3.5");
        assert_eq!(content(&Cell::Number(1.142_010_501_1e17)), Err(TextFault::DigitsLost));
    }

    #[test]
    fn a_cell_above_the_limit_is_refused_whatever_its_field_allows() {
        let cell = Cell::Text("长".repeat(MAX_CELL_CHARS + 1));
        assert_eq!(folded(&cell), Err(TextFault::TooLong { max: 8_000, found: 8_001 }));
    }
}
