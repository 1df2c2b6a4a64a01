//! One cell on its way out.

use jiff::{Timestamp, civil::Date, civil::DateTime, tz::TimeZone};

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Out {
    Empty,
    Text(String),
    Number(i64),
    Day(Date),
    /// Local time in Shanghai, to the minute.
    Moment(DateTime),
}

/// Shanghai has been eight hours ahead without summer time since 1992.
const SHANGHAI: TimeZone = TimeZone::fixed(jiff::tz::offset(8));

impl Out {
    /// A text; an empty one is an empty cell.
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text = harmless(&text.into());
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// A text that may be absent.
    pub(super) fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }

    /// A day that may be absent.
    pub(super) fn day(day: Option<Date>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }

    /// A moment that may be absent.
    pub(super) fn moment(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Empty, |at| Self::Moment(SHANGHAI.to_datetime(at)))
    }

    /// As a text, the way CSV has it.
    pub(super) fn written(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Moment(at) => at.strftime("%Y-%m-%d %H:%M").to_string(),
        }
    }
}

/// A text that no spreadsheet takes for a formula: one that could be is put behind an apostrophe, which
/// spreadsheets read as "this is text". What XML cannot carry is left out; line breaks stay.
fn harmless(text: &str) -> String {
    let kept: String = text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect();
    let kept: String = kept.chars().filter(|letter| !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect();
    let first = kept.trim_start().chars().next();
    // A leading tab is dangerous as well: some programs drop it and read on.
    let dangerous = |letter| matches!(letter, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '|');
    if first.is_some_and(dangerous) || kept.starts_with('\t') { format!("'{kept}") } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_could_be_a_formula_is_put_behind_an_apostrophe() {
        for text in ["=1+1", "+86", "-1", "@SUM(A1)", " =1", "\t=1", "＝1", "|cmd"] {
            assert_eq!(Out::text(text).written(), format!("'{text}"));
        }
        for text in ["a=1", "1-2", "法律咨询", "𠮷野", "a\nb"] {
            assert_eq!(Out::text(text).written(), text);
        }
        assert_eq!(Out::text("a\u{0}\u{8}\rb").written(), "ab");
    }

    #[test]
    fn a_moment_is_local_time() {
        let at: Timestamp = "2026-12-31T16:30:59Z".parse().expect("a moment");
        assert_eq!(Out::moment(Some(at)).written(), "2027-01-01 00:30");
    }
}
