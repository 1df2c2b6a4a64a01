//! The language of a message to a person.

use super::quality::{Quality, ranked};

/// The languages that every message exists in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    En,
    Zh,
}

impl Lang {
    /// The language that an `Accept-Language` header prefers; any Chinese is [`Lang::Zh`].
    ///
    /// Of two languages preferred alike the one named first wins. English answers a header that
    /// names neither, because program logs are read in English.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (Quality::NONE, Self::default());
        for entry in ranked(header) {
            if let Some(lang) = Self::of_range(entry.value)
                && entry.quality > best.0
            {
                best = (entry.quality, lang);
            }
        }
        best.1
    }

    fn of_range(range: &str) -> Option<Self> {
        let primary = range.split('-').next().unwrap_or(range);
        match primary.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Zh),
            "en" | "*" => Some(Self::En),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_browser_is_answered_in_chinese() {
        assert_eq!(Lang::from_accept_language("zh-CN,zh;q=0.9,en;q=0.8"), Lang::Zh);
        assert_eq!(Lang::from_accept_language("ZH-Hant-TW"), Lang::Zh);
    }

    #[test]
    fn the_higher_quality_wins_whatever_the_order() {
        assert_eq!(Lang::from_accept_language("en;q=0.3, zh;q=0.7"), Lang::Zh);
        assert_eq!(Lang::from_accept_language("zh;q=0.3, en-GB;q=0.7"), Lang::En);
    }

    #[test]
    fn of_two_languages_preferred_alike_the_first_wins() {
        assert_eq!(Lang::from_accept_language("zh, en"), Lang::Zh);
        assert_eq!(Lang::from_accept_language("en, zh"), Lang::En);
    }

    #[test]
    fn a_language_that_is_refused_is_not_spoken() {
        assert_eq!(Lang::from_accept_language("zh;q=0"), Lang::En);
        assert_eq!(Lang::from_accept_language("zh;q=0, *;q=0.1"), Lang::En);
    }

    #[test]
    fn english_is_spoken_where_neither_language_is_asked_for() {
        assert_eq!(Lang::from_accept_language(""), Lang::En);
        assert_eq!(Lang::from_accept_language("fr, de;q=0.5"), Lang::En);
        assert_eq!(Lang::from_accept_language("zha, *"), Lang::En);
    }

    #[test]
    fn a_second_choice_is_taken_where_the_first_is_not_spoken() {
        assert_eq!(Lang::from_accept_language("fr, zh;q=0.2"), Lang::Zh);
    }
}
