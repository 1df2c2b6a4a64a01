//! Fields that take one of a few words, as lists write them.

use super::message::{Explain, ProblemCode, Shown};
use super::text::{TextFault, folded};
use super::workbook::Cell;

/// A closed list of words; the first word of each value is the one a message recommends.
pub(crate) trait Word: Copy + PartialEq + 'static {
    const WORDS: &'static [(&'static str, Self)];
}

/// The value whose word is the whole cell.
pub(crate) fn word<W: Word>(cell: &Cell) -> Result<W, WordFault> {
    let text = folded(cell)?;
    let plain = text.replace(' ', "");
    W::WORDS
        .iter()
        .find(|(word, _)| *word == plain)
        .map(|(_, value)| *value)
        .ok_or_else(|| WordFault::Unknown(Shown::new(&text), choices::<W>()))
}

/// The value whose word occurs in the cell, such as `上门服务` for `上门`; two values are one too many.
pub(crate) fn word_within<W: Word>(cell: &Cell) -> Result<W, WordFault> {
    let text = folded(cell)?;
    let plain = text.replace(' ', "");
    let mut found = W::WORDS.iter().filter(|(word, _)| plain.contains(word)).map(|(_, value)| *value);
    let shown = Shown::new(&text);
    match found.next() {
        None => Err(WordFault::Unknown(shown, choices::<W>())),
        Some(value) if found.any(|other| other != value) => Err(WordFault::Several(shown, choices::<W>())),
        Some(value) => Ok(value),
    }
}

/// Why a word is refused. The choices are the words as the list should write them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WordFault {
    #[error("{0} is none of the choices; enter one of {1}.")]
    Unknown(Shown, String),
    #[error("{0} names more than one choice; enter one of {1} only.")]
    Several(Shown, String),
    #[error(transparent)]
    Text(#[from] TextFault),
}

impl Explain for WordFault {
    fn code(&self) -> ProblemCode {
        match self {
            Self::Unknown(..) => ProblemCode::UnknownWord,
            Self::Several(..) => ProblemCode::SeveralWords,
            Self::Text(fault) => fault.code(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Unknown(shown, choices) => {
                format!("{}不在可选范围内，请填写{choices}中的一项。", shown.zh())
            }
            Self::Several(shown, choices) => {
                format!("{}包含多项，请只填写{choices}中的一项。", shown.zh())
            }
            Self::Text(fault) => fault.zh(),
        }
    }
}

fn choices<W: Word>() -> String {
    let mut values: Vec<W> = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for (word, value) in W::WORDS {
        if !values.contains(value) {
            values.push(*value);
            words.push(word);
        }
    }
    words.join("、")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        demand::Visibility,
        organisation::{Kind as OrganisationKind, SizeBand},
        resource::{Fee, Mode},
    };

    fn cell(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn every_listed_word_gives_its_value() {
        fn all<W: Word + std::fmt::Debug>() {
            for (text, value) in W::WORDS {
                assert_eq!(word::<W>(&cell(text)), Ok(*value), "{text}");
            }
        }
        all::<Visibility>();
        all::<Mode>();
        all::<Fee>();
        all::<SizeBand>();
        all::<OrganisationKind>();
    }

    #[test]
    fn a_mode_may_be_part_of_a_phrase_but_only_one() {
        assert_eq!(word_within::<Mode>(&cell("上门 服务")), Ok(Mode::Onsite));
        assert_eq!(word_within::<Mode>(&cell("线上（网上预约）")), Ok(Mode::Online));
        let fault = word_within::<Mode>(&cell("上门、线上")).unwrap_err();
        assert_eq!(fault.zh(), "“上门、线上”包含多项，请只填写上门、线上、场地、窗口、政策、专家中的一项。");
    }

    #[test]
    fn an_unknown_word_is_answered_with_the_choices() {
        let fault = word::<Fee>(&cell("是")).unwrap_err();
        assert_eq!(fault.zh(), "“是”不在可选范围内，请填写免费、成本价中的一项。");
        assert_eq!(fault.code(), ProblemCode::UnknownWord);
    }
}
