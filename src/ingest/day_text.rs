//! The day that a text begins with. What follows it is the business of [`super::date`].

use jiff::civil::Date;

/// The day was understood, but no calendar has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoSuchDay;

pub(crate) type Taken<'a> = (Result<Date, NoSuchDay>, &'a str);

/// The day at the start of `text`, and what follows it. With `first`, the year, or year and month,
/// may be left out and are those of `first`.
pub(crate) fn take_day(text: &str, first: Option<Date>) -> Option<Taken<'_>> {
    let (number, digits, rest) = take_number(text)?;
    match (digits, first) {
        (8, _) => Some((make(number / 10_000, number / 100 % 100, number % 100), without_time(rest))),
        (4, _) => take_month_and_day(number, rest),
        (1 | 2, Some(first)) => {
            let year = u32::from(first.year().unsigned_abs());
            match rest.strip_prefix(['日', '号']) {
                Some(rest) => Some((make(year, u32::from(first.month().unsigned_abs()), number), rest)),
                None => take_after_month(year, number, rest),
            }
        }
        _ => None,
    }
}

fn take_month_and_day(year: u32, text: &str) -> Option<Taken<'_>> {
    let text = text.trim_start().strip_prefix(['年', '-', '/', '.'])?.trim_start();
    let (month, 1 | 2, rest) = take_number(text)? else {
        return None;
    };
    take_after_month(year, month, rest)
}

fn take_after_month(year: u32, month: u32, text: &str) -> Option<Taken<'_>> {
    let text = text.trim_start().strip_prefix(['月', '-', '/', '.'])?.trim_start();
    let (day, 1 | 2, rest) = take_number(text)? else {
        return None;
    };
    let rest = rest.trim_start();
    Some((make(year, month, day), without_time(rest.strip_prefix(['日', '号']).unwrap_or(rest))))
}

fn make(year: u32, month: u32, day: u32) -> Result<Date, NoSuchDay> {
    let part = |number: u32| i8::try_from(number).map_err(|_| NoSuchDay);
    let year = i16::try_from(year).map_err(|_| NoSuchDay)?;
    let day = Date::new(year, part(month)?, part(day)?).map_err(|_| NoSuchDay)?;
    if is_plausible(day) { Ok(day) } else { Err(NoSuchDay) }
}

/// The number at the start, how many digits it has, and the rest.
fn take_number(text: &str) -> Option<(u32, usize, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text[..digits].parse().ok()?;
    Some((number, digits, &text[digits..]))
}

/// Drops `0:00` or `T00:00:00` behind a day: exports add it, and no list means it.
fn without_time(text: &str) -> &str {
    let rest = text.trim_start();
    let time = rest.strip_prefix('T').unwrap_or(rest);
    let end = time.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(time.len());
    if time[..end].contains(':') { time[end..].trim_start() } else { rest }
}

/// Years that a list of today can mean; others are slips of the finger.
pub(crate) fn is_plausible(day: Date) -> bool {
    (1950..=2100).contains(&day.year())
}
