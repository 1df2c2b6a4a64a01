//! Days and spans of days in the spellings that lists carry.
//!
//! A day: `2026年12月1日`, `2026/12/1`, `2026-12-01`, `2026.12.1`, `20261201`, a cell formatted as a
//! date, or its bare serial number. A span: two days, the second of which may leave out what it
//! shares with the first, or one day with `前`, `起`, `止`. Whatever is not precise to the day is
//! refused: the clocks of the portal need a day, and guessing one would look like a promise.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::day_text::{NoSuchDay, is_plausible, take_day};
use super::message::{Explain, ProblemCode, Shown};
use super::text::{TextFault, folded};
use super::workbook::Cell;

/// From when to when, both ends included; `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl Span {
    /// From and to.
    pub const fn new(from: Option<Date>, to: Option<Date>) -> Self {
        Self { from, to }
    }
}

/// What a single day means where a span is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SingleDay {
    /// Wanted on that very day (期望时间).
    IsBothEnds,
    /// Valid up to that day (有效期).
    IsTheEnd,
}

/// One day.
pub(crate) fn day(cell: &Cell) -> Result<Date, DateFault> {
    if let Some(day) = by_value(cell) {
        return Ok(day);
    }
    let text = folded(cell)?;
    match take_day(&text, None) {
        Some((Ok(day), "")) => Ok(day),
        other => Err(refusal(other.map(|(day, _)| day), &text)),
    }
}

/// A span; `长期` is open at both ends where a single day is the end.
pub(crate) fn span(cell: &Cell, single: SingleDay) -> Result<Span, DateFault> {
    let one = |day| match single {
        SingleDay::IsBothEnds => Span::new(Some(day), Some(day)),
        SingleDay::IsTheEnd => Span::new(None, Some(day)),
    };
    if let Some(day) = by_value(cell) {
        return Ok(one(day));
    }
    let text = folded(cell)?;
    if single == SingleDay::IsTheEnd && is_open(&text) {
        return Ok(Span::default());
    }
    match ends(&text) {
        Ends::One(day) => Ok(one(day)),
        Ends::Span(Span { from: Some(from), to: Some(to) }) if from > to => Err(DateFault::Order),
        Ends::Span(span) => Ok(span),
        Ends::Unreadable(why) => Err(refusal(why, &text)),
    }
}

/// Why a time is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DateFault {
    #[error("{0} is not a date; write it like 2026-12-01.")]
    NotADate(Shown),
    #[error("{0} names a day that does not exist or lies outside 1950 to 2100.")]
    NoSuchDay(Shown),
    #[error("{0} is not precise to the day; write a day like 2026-12-01 or a range like 2026-12-01 to 2026-12-31.")]
    NotExact(Shown),
    #[error("the end lies before the beginning.")]
    Order,
    #[error(transparent)]
    Text(#[from] TextFault),
}

impl Explain for DateFault {
    fn code(&self) -> ProblemCode {
        match self {
            Self::NotADate(_) | Self::NoSuchDay(_) => ProblemCode::BadDate,
            Self::NotExact(_) => ProblemCode::DateNotExact,
            Self::Order => ProblemCode::DateOrder,
            Self::Text(fault) => fault.code(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NotADate(shown) => {
                format!("{}不是日期，请按“2026年12月1日”的格式填写。", shown.zh())
            }
            Self::NoSuchDay(shown) => {
                format!("{}中的日期不存在，或不在 1950 年至 2100 年之间，请核对。", shown.zh())
            }
            Self::NotExact(shown) => {
                format!("{}没有具体到日，请填写“2026年12月31日”，或起止日期“2026年12月1日-2026年12月31日”。", shown.zh())
            }
            Self::Order => "结束日期早于开始日期，请核对。".to_owned(),
            Self::Text(fault) => fault.zh(),
        }
    }
}

/// The day of a spreadsheet's serial number in the 1900 system, within the years this reader takes.
///
/// Counted from 1899-12-30, which is right from serial 61 on: the system has a day 60,
/// 1900-02-29, that no calendar has. The fraction is the time of day and is dropped.
pub(crate) fn from_serial(serial: f64) -> Option<Date> {
    if !(1.0..1e6).contains(&serial) {
        return None;
    }
    let day = date(1899, 12, 30).checked_add((serial.trunc() as i64).days()).ok()?;
    is_plausible(day).then_some(day)
}

fn by_value(cell: &Cell) -> Option<Date> {
    match cell {
        Cell::Day(day) => Some(*day).filter(|day| is_plausible(*day)),
        Cell::Number(number) => from_serial(*number),
        // What a spreadsheet program writes into CSV when the cell lost its date format.
        Cell::Text(text) if text.len() == 5 => text.parse::<u32>().ok().and_then(|n| from_serial(n.into())),
        Cell::Text(_) | Cell::Empty | Cell::Error(_) => None,
    }
}

fn is_open(text: &str) -> bool {
    matches!(text, "长期" | "长期有效" | "永久" | "不限" | "无限期" | "永久有效")
}

enum Ends {
    One(Date),
    Span(Span),
    /// With the day that could not be made, when that is the reason.
    Unreadable(Option<Result<Date, NoSuchDay>>),
}

/// The two ends that a text names.
fn ends(text: &str) -> Ends {
    let text = strip(text, &["自", "从", "有效期"]);
    let only_end = strip(text, &["截止到", "截止至", "截止", "截至", "至", "到"]);
    let (day, rest) = match take_day(only_end, None) {
        Some((Ok(day), rest)) => (day, rest),
        Some((no_such_day, _)) => return Ends::Unreadable(Some(no_such_day)),
        None => return Ends::Unreadable(None),
    };
    match rest {
        "" if only_end.len() < text.len() => Ends::Span(Span::new(None, Some(day))),
        "" => Ends::One(day),
        "前" | "之前" | "以前" | "止" | "截止" | "为止" => Ends::Span(Span::new(None, Some(day))),
        "起" | "开始" | "后" | "之后" | "以后" => Ends::Span(Span::new(Some(day), None)),
        rest => second_end(day, rest),
    }
}

/// The end of a span whose first day is known, after a dash or 至.
fn second_end(from: Date, rest: &str) -> Ends {
    let rest = strip(rest, &["起"]).trim_start();
    let second = rest.trim_start_matches(['-', '—', '–', '−', '~', '至', '到', ' ']);
    if second.len() == rest.len() {
        return Ends::Unreadable(None);
    }
    if is_open(second) {
        return Ends::Span(Span::new(Some(from), None));
    }
    match take_day(second, Some(from)) {
        Some((Ok(to), "" | "止" | "前" | "为止")) => Ends::Span(Span::new(Some(from), Some(to))),
        other => Ends::Unreadable(other.map(|(day, _)| day)),
    }
}

fn strip<'a>(text: &'a str, prefixes: &[&str]) -> &'a str {
    prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text).trim_start_matches([' ', ':'])
}

fn refusal(day: Option<Result<Date, NoSuchDay>>, text: &str) -> DateFault {
    let shown = Shown::new(text);
    match day {
        Some(Err(NoSuchDay)) => DateFault::NoSuchDay(shown),
        _ if text.contains(['年', '月', '季', '周', '底', '旬', '内', '前', '后', '快', '时', '期', '天']) => {
            DateFault::NotExact(shown)
        }
        _ => DateFault::NotADate(shown),
    }
}
