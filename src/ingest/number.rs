//! Quantities: whole numbers within a range, with the unit that is often typed behind them.

use std::ops::RangeInclusive;

use super::message::{Explain, ProblemCode, Shown};
use super::text::{TextFault, folded};
use super::workbook::Cell;
use crate::kernel::quantity::Quantity;

/// What a demand may ask for.
pub(crate) const QUANTITY: RangeInclusive<u32> = 1..=Quantity::MAX;

/// A quantity and the unit typed behind it: `20人` is 20 and `人`.
pub(crate) fn quantity(cell: &Cell) -> Result<(Quantity, Option<String>), NumberFault> {
    let text = folded(cell)?;
    let (number, unit) = split_unit(&text);
    let unit = unit.trim();
    if !is_unit(unit) {
        return Err(NumberFault::NotANumber(Shown::new(&text), QUANTITY));
    }
    let number = whole(number, &text, QUANTITY)?;
    Ok((number, (!unit.is_empty()).then(|| unit.to_owned())))
}

/// A whole number of `range`, which is the range of `N`; `shown` is what a refusal repeats.
pub(crate) fn whole<N: TryFrom<i64>>(number: &str, shown: &str, range: RangeInclusive<u32>) -> Result<N, NumberFault> {
    let shown = Shown::new(shown);
    let plain = without_grouping(number.trim());
    let (sign, digits) = match plain.strip_prefix(['+', '-']) {
        Some(digits) => (&plain[..1], digits),
        None => ("", plain.as_str()),
    };
    let (digits, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(digits) || !all_digits(decimals) {
        return Err(NumberFault::NotANumber(shown, range));
    }
    if decimals.bytes().any(|b| b != b'0') {
        return Err(NumberFault::NotWhole(shown, range));
    }
    // Too many digits for the type are as much out of range as a sign is.
    let number = digits.parse::<u32>().ok().filter(|number| sign != "-" && range.contains(number));
    number.and_then(|number| N::try_from(i64::from(number)).ok()).ok_or(NumberFault::OutOfRange(shown, range))
}

/// Why a number is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NumberFault {
    #[error("{0} is not a number; enter a whole number from {start} to {end}.", start = .1.start(), end = .1.end())]
    NotANumber(Shown, RangeInclusive<u32>),
    #[error("{0} is not a whole number; enter a whole number from {start} to {end}.", start = .1.start(), end = .1.end())]
    NotWhole(Shown, RangeInclusive<u32>),
    #[error("{0} is out of range; enter a whole number from {start} to {end}.", start = .1.start(), end = .1.end())]
    OutOfRange(Shown, RangeInclusive<u32>),
    #[error(transparent)]
    Text(#[from] TextFault),
}

impl Explain for NumberFault {
    fn code(&self) -> ProblemCode {
        match self {
            Self::NotANumber(..) => ProblemCode::NotANumber,
            Self::NotWhole(..) => ProblemCode::NotWhole,
            Self::OutOfRange(..) => ProblemCode::OutOfRange,
            Self::Text(fault) => fault.code(),
        }
    }

    fn zh(&self) -> String {
        let (shown, what, range) = match self {
            Self::NotANumber(shown, range) => (shown, "不是数字", range),
            Self::NotWhole(shown, range) => (shown, "不是整数", range),
            Self::OutOfRange(shown, range) => (shown, "超出范围", range),
            Self::Text(fault) => return fault.zh(),
        };
        format!("{}{what}，请填写 {} 到 {} 的整数。", shown.zh(), range.start(), range.end())
    }
}

fn split_unit(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '+' | '-')).unwrap_or(text.len());
    text.split_at(end)
}

/// A few letters that count something. Letters that change the number itself make it unreadable:
/// `3万` is not 3.
fn is_unit(unit: &str) -> bool {
    const CHANGES: &str = "十百千万亿余多几半约左右以上下第";
    unit.chars().count() <= 4 && unit.chars().all(|c| c.is_alphabetic() && !CHANGES.contains(c))
}

/// `1,000` is one thousand; a comma anywhere else is left, and refused as no number.
fn without_grouping(number: &str) -> String {
    let mut groups = number.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if grouped { number.replace(',', "") } else { number.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(u32, Option<String>), ProblemCode> {
        quantity(&Cell::Text(text.to_owned())).map(|(number, unit)| (number.get(), unit)).map_err(|fault| fault.code())
    }

    #[test]
    fn whole_numbers_are_read_in_every_usual_spelling() {
        let spellings = ["3", "３", " 3 ", "3.0", "3.00", "+3"];
        assert!(spellings.iter().all(|text| read(text) == Ok((3, None))));
        assert_eq!(read("1,000"), Ok((1_000, None)));
        assert_eq!(quantity(&Cell::Number(3.0)).map(|(number, _)| number.get()), Ok(3));
    }

    #[test]
    fn a_unit_behind_the_number_is_split_off() {
        assert_eq!(read("20人"), Ok((20, Some("人".to_owned()))));
        assert_eq!(read("２０ 人次"), Ok((20, Some("人次".to_owned()))));
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        for text in ["3万", "十", "两场", "3-5", "约3", "3余人", "1,0", "1e4", "若干", "3 / 5"] {
            assert_eq!(read(text), Err(ProblemCode::NotANumber), "{text}");
        }
        assert_eq!(read("3.5"), Err(ProblemCode::NotWhole));
        assert_eq!(quantity(&Cell::Number(0.5)).map_err(|f| f.code()), Err(ProblemCode::NotWhole));
        for text in ["0", "-3", "10001", "1000000000000"] {
            assert_eq!(read(text), Err(ProblemCode::OutOfRange), "{text}");
        }
    }

    #[test]
    fn the_refusal_says_what_to_write() {
        let fault = quantity(&Cell::Number(3.5)).unwrap_err();
        assert_eq!(fault.zh(), "“3.5”不是整数，请填写 1 到 10000 的整数。");
        assert_eq!(fault.to_string(), "\"3.5\" is not a whole number; enter a whole number from 1 to 10000.");
    }
}
