//! Industries of GB/T 4754-2017: a section letter and a division of two digits.

use std::fmt;

use super::message::{Explain, ProblemCode, Shown};
use super::text::{TextFault, folded};
use super::workbook::Cell;

/// Letter, first and last division, name.
const SECTIONS: [(char, u8, u8, &str); 20] = [
    ('A', 1, 5, "农、林、牧、渔业"),
    ('B', 6, 12, "采矿业"),
    ('C', 13, 43, "制造业"),
    ('D', 44, 46, "电力、热力、燃气及水生产和供应业"),
    ('E', 47, 50, "建筑业"),
    ('F', 51, 52, "批发和零售业"),
    ('G', 53, 60, "交通运输、仓储和邮政业"),
    ('H', 61, 62, "住宿和餐饮业"),
    ('I', 63, 65, "信息传输、软件和信息技术服务业"),
    ('J', 66, 69, "金融业"),
    ('K', 70, 70, "房地产业"),
    ('L', 71, 72, "租赁和商务服务业"),
    ('M', 73, 75, "科学研究和技术服务业"),
    ('N', 76, 79, "水利、环境和公共设施管理业"),
    ('O', 80, 82, "居民服务、修理和其他服务业"),
    ('P', 83, 83, "教育"),
    ('Q', 84, 85, "卫生和社会工作"),
    ('R', 86, 90, "文化、体育和娱乐业"),
    ('S', 91, 96, "公共管理、社会保障和社会组织"),
    ('T', 97, 97, "国际组织"),
];

/// A section (门类), `A` to `T`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IndustrySection(char);

impl IndustrySection {
    /// The letter.
    pub const fn letter(self) -> char {
        self.0
    }

    /// Whether the division belongs to this section.
    pub fn contains(self, division: IndustryDivision) -> bool {
        SECTIONS.iter().any(|(letter, first, last, _)| *letter == self.0 && (*first..=*last).contains(&division.0))
    }
}

/// A division (大类), 1 to 97; displayed with two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IndustryDivision(u8);

impl IndustryDivision {
    /// The two digits as a number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The section that it belongs to; every division has one.
    pub fn section(self) -> IndustrySection {
        let of = SECTIONS.iter().find(|(_, first, last, _)| (*first..=*last).contains(&self.0));
        IndustrySection(of.map_or('A', |(letter, ..)| *letter))
    }
}

impl fmt::Display for IndustryDivision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

/// `C`, `C 制造业` or `制造业`.
pub(crate) fn section(cell: &Cell) -> Result<IndustrySection, IndustryFault> {
    let text = folded(cell)?;
    let key = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
    let written = key(&text);
    let named = written.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letter = written[..written.len() - named.len()].to_ascii_uppercase();
    SECTIONS
        .iter()
        .find(|(known, _, _, name)| match (letter.as_str(), named) {
            ("", named) => key(name) == named,
            (letter, _) => letter.len() == 1 && letter.starts_with(*known),
        })
        .map(|(letter, ..)| IndustrySection(*letter))
        .ok_or_else(|| IndustryFault::Section(Shown::new(&text)))
}

/// `65`, `65 软件和信息技术服务业`, `I65`, or a number cell that lost its leading zero.
pub(crate) fn division(cell: &Cell) -> Result<IndustryDivision, IndustryFault> {
    let text = folded(cell)?;
    let unlettered = text.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(&text);
    let digits = unlettered.bytes().take_while(u8::is_ascii_digit).count();
    match unlettered[..digits].parse::<u8>() {
        Ok(number) if digits <= 2 && (1..=97).contains(&number) => Ok(IndustryDivision(number)),
        Ok(_) | Err(_) => Err(IndustryFault::Division(Shown::new(&text))),
    }
}

/// Why an industry is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IndustryFault {
    #[error("{0} is no section of GB/T 4754-2017; enter a letter from A to T or its full name.")]
    Section(Shown),
    #[error("{0} is no division of GB/T 4754-2017; enter its two digits, such as 65.")]
    Division(Shown),
    #[error("division {1} does not belong to section {letter}.", letter = .0.letter())]
    Mismatch(IndustrySection, IndustryDivision),
    #[error(transparent)]
    Text(#[from] TextFault),
}

impl Explain for IndustryFault {
    fn code(&self) -> ProblemCode {
        match self {
            Self::Section(_) | Self::Division(_) => ProblemCode::UnknownWord,
            Self::Mismatch(..) => ProblemCode::IndustryMismatch,
            Self::Text(fault) => fault.code(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Section(shown) => {
                format!("{}不是国民经济行业门类，请填写 A 到 T 的字母或门类全称。", shown.zh())
            }
            Self::Division(shown) => {
                format!("{}不是国民经济行业大类，请填写两位数字，例如 65。", shown.zh())
            }
            Self::Mismatch(section, division) => {
                format!("大类 {division} 不属于门类 {}，请核对。", section.letter())
            }
            Self::Text(fault) => fault.zh(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn the_sections_cover_the_divisions_without_gap_or_overlap() {
        let bounds: Vec<u8> = SECTIONS.iter().flat_map(|(_, first, last, _)| *first..=*last).collect();
        assert_eq!(bounds, (1..=97).collect::<Vec<u8>>());
    }

    #[test]
    fn a_section_is_read_by_letter_by_name_and_by_both() {
        for text in ["C", "c", "Ｃ", "C 制造业", "C-制造业", "制造业"] {
            assert_eq!(section(&cell(text)), Ok(IndustrySection('C')), "{text}");
        }
        assert_eq!(section(&cell("农林牧渔业")), Ok(IndustrySection('A')));
        for text in ["U", "CC", "制造", "高科技", "13"] {
            assert_eq!(section(&cell(text)).unwrap_err().code(), ProblemCode::UnknownWord, "{text}");
        }
    }

    #[test]
    fn a_division_is_read_from_text_and_number() {
        for text in ["65", "I65", "65 软件和信息技术服务业"] {
            assert_eq!(division(&cell(text)).unwrap().to_string(), "65", "{text}");
        }
        assert_eq!(division(&Cell::Number(5.0)).unwrap().to_string(), "05");
        for text in ["98", "0", "651", "软件"] {
            assert_eq!(division(&cell(text)).unwrap_err().code(), ProblemCode::UnknownWord, "{text}");
        }
    }

    #[test]
    fn a_division_knows_its_section() {
        let software = division(&cell("65")).unwrap();
        assert!(section(&cell("I")).unwrap().contains(software));
        assert!(!section(&cell("C")).unwrap().contains(software));
    }
}
