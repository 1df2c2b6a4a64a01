//! How often a resource can be given: `每月4次`, `4次/月`, `20`.

use std::ops::RangeInclusive;

use super::message::{Explain, ProblemCode, Shown};
use super::number::{NumberFault, whole};
use super::text::{TextFault, folded};
use super::workbook::Cell;
use crate::{domain::period::Per, kernel::quantity::Capacity as Amount};

const AMOUNT: RangeInclusive<u32> = 0..=Amount::MAX;

/// An amount per period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// How many times.
    pub amount: Amount,
    /// Per what.
    pub per: Per,
}

/// One number and at most one period; everything else must be a word that only counts or divides.
pub(crate) fn capacity(cell: &Cell) -> Result<Capacity, CapacityFault> {
    let text = folded(cell)?;
    let unclear = || CapacityFault::Unclear(Shown::new(&text));
    let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    let Some(start) = text.find(number) else {
        return Err(unclear());
    };
    let end = text[start..].find(|c| !number(c) && c != ',').map_or(text.len(), |at| start + at);
    let words = format!("{} {}", &text[..start], &text[end..]);
    if words.contains(number) || !words.chars().all(is_filler_or_period) {
        return Err(unclear());
    }
    let per = period(&words).ok_or_else(unclear)?;
    Ok(Capacity { amount: whole(&text[start..end], &text, AMOUNT)?, per })
}

/// The only period named; `None` when there are two.
fn period(words: &str) -> Option<Per> {
    let named = [('月', Per::Month), ('季', Per::Quarter), ('年', Per::Year)];
    let mut found = named.into_iter().filter(|(letter, _)| words.contains(*letter));
    match (found.next(), found.next()) {
        (None, _) => Some(Per::Once),
        (Some((_, per)), None) => Some(per),
        (Some(_), Some(_)) => None,
    }
}

/// Letters that cannot change the amount. 周, 天, 约, 余, 万 and the like are missing on purpose.
fn is_filler_or_period(c: char) -> bool {
    "月季度年每全可共计限一性提供服务次场人个名家期批间套份小时课节位组户件 /()、,:".contains(c)
}

/// Why a capacity is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CapacityFault {
    #[error(
        "{0} does not say how many times; write a number and month, quarter or year, such as \"每月4次\", or a total such as \"20次\"."
    )]
    Unclear(Shown),
    #[error(transparent)]
    Number(#[from] NumberFault),
    #[error(transparent)]
    Text(#[from] TextFault),
}

impl Explain for CapacityFault {
    fn code(&self) -> ProblemCode {
        match self {
            Self::Unclear(_) => ProblemCode::CapacityUnclear,
            Self::Number(fault) => fault.code(),
            Self::Text(fault) => fault.code(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Unclear(shown) => {
                format!("{}没有写明次数，请按“每月4次”“每季度2场”“每年10次”填写，一次性的填写总数，例如“20次”。", shown.zh())
            }
            Self::Number(fault) => fault.zh(),
            Self::Text(fault) => fault.zh(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(u32, Per), ProblemCode> {
        capacity(&Cell::Text(text.to_owned())).map(|capacity| (capacity.amount.get(), capacity.per)).map_err(|fault| fault.code())
    }

    #[test]
    fn an_amount_per_period_is_read_in_every_usual_order() {
        for text in ["每月4次", "4次/月", "４次／月", "4/月", "每月 4", "每月可提供4次", "每月限4场次"] {
            assert_eq!(read(text), Ok((4, Per::Month)), "{text}");
        }
        assert_eq!(read("每季度2场"), Ok((2, Per::Quarter)));
        assert_eq!(read("2次/季"), Ok((2, Per::Quarter)));
        assert_eq!(read("全年10次"), Ok((10, Per::Year)));
        assert_eq!(read("每年1,000人次"), Ok((1_000, Per::Year)));
    }

    #[test]
    fn a_bare_amount_is_given_once() {
        for text in ["20", "20次", "共20个", "一次性20份", "20.0"] {
            assert_eq!(read(text), Ok((20, Per::Once)), "{text}");
        }
        assert_eq!(capacity(&Cell::Number(0.0)), Ok(Capacity { amount: 0.try_into().unwrap(), per: Per::Once }));
    }

    #[test]
    fn an_amount_that_is_no_number_is_refused_with_help() {
        for text in ["不限", "若干", "按需", "每周1次", "约20次", "每月4次每年10次", "每年每月4次", "3万次", "每天8小时"]
        {
            assert_eq!(read(text), Err(ProblemCode::CapacityUnclear), "{text}");
        }
        assert_eq!(
            capacity(&Cell::Text("不限".to_owned())).unwrap_err().zh(),
            "“不限”没有写明次数，请按“每月4次”“每季度2场”“每年10次”填写，一次性的填写总数，例如“20次”。"
        );
    }

    #[test]
    fn fractions_ranges_and_more_than_ten_thousand_are_refused() {
        assert_eq!(read("每月2.5次"), Err(ProblemCode::NotWhole));
        assert_eq!(read("每月3-5次"), Err(ProblemCode::NotANumber));
        assert_eq!(read("-3"), Err(ProblemCode::OutOfRange));
        assert_eq!(read("10001"), Err(ProblemCode::OutOfRange));
    }
}
