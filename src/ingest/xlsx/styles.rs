//! Which cell formats show a date. Nothing else of a format matters here.

use std::collections::HashSet;

use quick_xml::events::{BytesStart, Event};

use super::xml::{Xml, attribute};
use crate::ingest::error::FileError;

/// For each cell format, by its index, whether it shows a day.
pub(super) fn read(mut xml: Xml<'_>) -> Result<Vec<ShowsDay>, FileError> {
    let mut custom = HashSet::new();
    let mut formats = Vec::new();
    let mut is_cell_format = false;
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "numFmt" if attribute(&element, "formatCode").is_some_and(|code| shows_day(&code)) => {
                    custom.extend(number(&element));
                }
                "cellXfs" => is_cell_format = true,
                "xf" if is_cell_format => {
                    let id = number(&element).unwrap_or(0);
                    formats.push(ShowsDay(is_builtin_day(id) || custom.contains(&id)));
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => is_cell_format = false,
            Event::Eof => return Ok(formats),
            _ => {}
        }
    }
}

/// Whether a format shows a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShowsDay(pub(super) bool);

fn number(element: &BytesStart<'_>) -> Option<u32> {
    attribute(element, "numFmtId")?.parse().ok()
}

/// Formats that every program knows by number: 14–17 and 22, and the East Asian ones except those of
/// times.
const fn is_builtin_day(id: u32) -> bool {
    matches!(id, 14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58)
}

/// Whether a format code has a year or a day, or a month without hours or seconds beside it. Texts in
/// quotes, in brackets or behind a backslash are not part of the pattern, nor is what follows the first
/// semicolon.
fn shows_day(code: &str) -> bool {
    let mut pattern = String::new();
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => drop(letters.by_ref().find(|c| *c == '"')),
            '[' => {
                let inside: String = letters.by_ref().take_while(|c| *c != ']').collect();
                // `[h]` counts hours beyond a day; other brackets hold colours and languages.
                if matches!(inside.to_ascii_lowercase().as_str(), "h" | "hh" | "m" | "mm" | "s") {
                    pattern.push('h');
                }
            }
            '\\' | '_' | '*' => drop(letters.next()),
            ';' => break,
            other => pattern.push(other.to_ascii_lowercase()),
        }
    }
    let has = |letters: &[char]| pattern.contains(letters);
    // "General" and its translations are words, not patterns.
    !matches!(pattern.as_str(), "general" | "standard") && (has(&['y', 'd']) || (has(&['m']) && !has(&['h', 's'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_with_year_month_or_day_show_a_day() {
        for code in [
            "yyyy/m/d",
            "yyyy\\-mm\\-dd",
            "yyyy\"年\"m\"月\"d\"日\";@",
            "[$-804]yyyy\"年\"m\"月\"",
            "m\"月\"d\"日\"",
            "[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\"",
            "yyyy/m/d\\ h:mm",
            "mmm-yy",
            "d",
        ] {
            assert!(shows_day(code), "{code}");
        }
    }

    #[test]
    fn numbers_times_and_texts_do_not() {
        for code in
            ["General", "0.00", "#,##0", "@", "h:mm:ss", "mm:ss", "[h]:mm", "0\"day\"", "0.0;[Red]\\d0", "¥#,##0.00_d", "0\\y"]
        {
            assert!(!shows_day(code), "{code}");
        }
    }
}
