//! Free text that has been looked at: normalised, bounded, and free of characters nobody can see.
//!
//! One generic type, one marker per purpose: a [`Title`] cannot be passed where a [`Name`] is
//! wanted, and a new purpose is a marker of a few lines.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_normalization::UnicodeNormalization as _;

/// What people typed, trimmed and in Unicode NFC, within the bounds `B`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<B>(String, PhantomData<B>);

/// What is asked for or offered, in one line of 2–60 characters.
pub type Title = Text<TitleBounds>;
/// The full description, 0–4,000 characters.
pub type Detail = Text<DetailBounds>;
/// Why somebody returned, refused, paused or reopened something, 2–500 characters.
pub type Reason = Text<ReasonBounds>;
/// What an organisation, a place or a post is called, 1–120 characters.
pub type Name = Text<NameBounds>;
/// A remark, 0–500 characters.
pub type Note = Text<NoteBounds>;
/// A keyword, 1–20 characters.
pub type Tag = Text<TagBounds>;
/// What a quantity counts (次, 场, 人) or an office's name, 1–20 characters.
pub type Unit = Text<TagBounds>;
/// Why a grade is what it is, 20–500 characters.
pub type GradeReason = Text<GradeReasonBounds>;
/// What an instructor writes down of the work, 2–1,000 characters.
pub type Summary = Text<SummaryBounds>;
/// A full account of what was planned or done, 2–2,000 characters.
pub type Account = Text<AccountBounds>;

impl<B: Bounds> Text<B> {
    /// Trims, checks and normalises. In [`Layout::Lines`] CR LF becomes a newline, since browsers
    /// and spreadsheets send it.
    pub fn parse(input: &str) -> Result<Self, TextError> {
        let typed = match B::LAYOUT {
            Layout::Line => input.trim().to_owned(),
            Layout::Lines => input.trim().replace("\r\n", "\n"),
        };
        let mut numbered = (1..).zip(typed.chars());
        if let Some((position, _)) = numbered.find(|&(_, character)| B::LAYOUT.refuses(character)) {
            return Err(TextError::ControlCharacter { position });
        }
        let text: String = typed.nfc().collect();
        match text.chars().count() {
            length if length < B::MIN => Err(TextError::TooShort { min: B::MIN }),
            length if length > B::MAX => Err(TextError::TooLong { max: B::MAX }),
            _ => Ok(Self(text, PhantomData)),
        }
    }
}

impl<B> Text<B> {
    /// Our own words, which are known to be within bounds.
    #[must_use]
    pub fn fixed(words: &'static str) -> Self {
        Self(words.to_owned(), PhantomData)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// `min` counts characters (Unicode scalar values) after trimming and NFC.
    #[error("at least {min} characters are needed")]
    TooShort { min: usize },
    /// `max` counts like `min` of [`TextError::TooShort`].
    #[error("at most {max} characters are allowed")]
    TooLong { max: usize },
    /// `position` counts the characters of the trimmed text from 1, CR LF as one.
    #[error("the character at position {position} is invisible or controls the layout")]
    ControlCharacter { position: usize },
}

/// How long a text may be, in characters, and whether it has lines.
pub trait Bounds {
    const MIN: usize;
    const MAX: usize;
    const LAYOUT: Layout;
}

/// Whether a text may contain newlines and tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    Line,
    Lines,
}

impl Layout {
    /// Control characters, and what makes a text look different from what it says: zero-width
    /// characters, marks that turn the writing direction, separators that break a line unseen.
    fn refuses(self, character: char) -> bool {
        match character {
            '\n' | '\t' => self == Self::Line,
            '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => true,
            _ => character.is_control(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TitleBounds {}
impl Bounds for TitleBounds {
    const MIN: usize = 2;
    const MAX: usize = 60;
    const LAYOUT: Layout = Layout::Line;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DetailBounds {}
impl Bounds for DetailBounds {
    const MIN: usize = 0;
    const MAX: usize = 4_000;
    const LAYOUT: Layout = Layout::Lines;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReasonBounds {}
impl Bounds for ReasonBounds {
    const MIN: usize = 2;
    const MAX: usize = 500;
    const LAYOUT: Layout = Layout::Lines;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameBounds {}
impl Bounds for NameBounds {
    const MIN: usize = 1;
    const MAX: usize = 120;
    const LAYOUT: Layout = Layout::Line;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteBounds {}
impl Bounds for NoteBounds {
    const MIN: usize = 0;
    const MAX: usize = 500;
    const LAYOUT: Layout = Layout::Lines;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TagBounds {}
impl Bounds for TagBounds {
    const MIN: usize = 1;
    const MAX: usize = 20;
    const LAYOUT: Layout = Layout::Line;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GradeReasonBounds {}
impl Bounds for GradeReasonBounds {
    const MIN: usize = 20;
    const MAX: usize = 500;
    const LAYOUT: Layout = Layout::Lines;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SummaryBounds {}
impl Bounds for SummaryBounds {
    const MIN: usize = 2;
    const MAX: usize = 1_000;
    const LAYOUT: Layout = Layout::Lines;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountBounds {}
impl Bounds for AccountBounds {
    const MIN: usize = 2;
    const MAX: usize = 2_000;
    const LAYOUT: Layout = Layout::Lines;
}

impl<B> AsRef<str> for Text<B> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<B> fmt::Display for Text<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<B> From<Text<B>> for String {
    fn from(text: Text<B>) -> Self {
        text.0
    }
}

impl<B> Serialize for Text<B> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, B: Bounds> Deserialize<'de> for Text<B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outcome at each length around the two bounds.
    fn bounds_hold<B: Bounds + fmt::Debug + PartialEq>() {
        let of_length = |length| Text::<B>::parse(&"园".repeat(length));
        if B::MIN > 0 {
            assert_eq!(of_length(B::MIN - 1), Err(TextError::TooShort { min: B::MIN }));
        }
        assert_eq!(of_length(B::MIN).unwrap().as_str().chars().count(), B::MIN);
        assert_eq!(of_length(B::MAX).unwrap().as_str().chars().count(), B::MAX);
        assert_eq!(of_length(B::MAX + 1), Err(TextError::TooLong { max: B::MAX }));
    }

    #[test]
    fn every_kind_of_text_keeps_its_bounds() {
        bounds_hold::<TitleBounds>();
        bounds_hold::<DetailBounds>();
        bounds_hold::<ReasonBounds>();
        bounds_hold::<NameBounds>();
        bounds_hold::<NoteBounds>();
        bounds_hold::<TagBounds>();
    }

    #[test]
    fn blanks_around_a_text_do_not_count() {
        assert_eq!(Title::parse(" \u{3000}法律 咨询\r\n").unwrap().as_str(), "法律 咨询");
        assert_eq!(Title::parse(" 法 "), Err(TextError::TooShort { min: 2 }));
        assert_eq!(Note::parse(" \n\t ").unwrap().as_str(), "");
    }

    #[test]
    fn length_is_counted_after_nfc_and_in_characters() {
        let composed = Tag::parse(&"e\u{301}".repeat(20)).unwrap();
        assert_eq!(composed.as_str(), "\u{e9}".repeat(20));
        assert_eq!(Title::parse("e\u{301}"), Err(TextError::TooShort { min: 2 }));
        assert_eq!(Tag::parse("𠮷").unwrap().as_str(), "𠮷");
    }

    #[test]
    fn newline_and_tab_are_for_texts_with_lines_only() {
        assert_eq!(Title::parse("一行\n两行"), Err(TextError::ControlCharacter { position: 3 }));
        assert_eq!(Name::parse("  甲\t乙"), Err(TextError::ControlCharacter { position: 2 }));
        assert_eq!(Tag::parse("甲\r\n乙"), Err(TextError::ControlCharacter { position: 2 }));
        assert_eq!(Detail::parse("一行\r\n\t两行").unwrap().as_str(), "一行\n\t两行");
        assert_eq!(Reason::parse("一行\r两行"), Err(TextError::ControlCharacter { position: 3 }));
    }

    #[test]
    fn control_and_invisible_characters_are_refused_everywhere() {
        let refused = |character: char| {
            let text = format!("甲乙{character}丙");
            let expected = Err(TextError::ControlCharacter { position: 3 });
            Title::parse(&text).map(String::from) == expected && Detail::parse(&text).map(String::from) == expected
        };
        let hidden = "\0\u{7}\u{1b}\u{7f}\u{9f}\u{200b}\u{200d}\u{200f}\u{2028}\u{202a}\u{202e}\u{2066}\u{2069}\u{feff}";
        assert_eq!(hidden.chars().filter(|&character| !refused(character)).count(), 0);
        let visible = "\u{a0}·—“”《》\u{2010}\u{2027}\u{202f}\u{2065}\u{206a}🏭";
        assert_eq!(visible.chars().filter(|&character| refused(character)).count(), 0);
    }

    #[test]
    fn serialised_it_is_a_plain_string_and_reading_checks_it() {
        let title: Title = serde_json::from_str(r#"" 法律咨询 ""#).unwrap();
        assert_eq!(serde_json::to_string(&title).unwrap(), r#""法律咨询""#);
        let refused = serde_json::from_str::<Title>(r#""法""#).unwrap_err();
        assert_eq!(refused.to_string(), "at least 2 characters are needed");
    }

    #[test]
    fn parsing_a_parsed_text_changes_nothing() {
        let detail = Detail::parse("  cafe\u{301}\r\n Ａ股 ").unwrap();
        assert_eq!(Detail::parse(detail.as_str()), Ok(detail));
    }
}
