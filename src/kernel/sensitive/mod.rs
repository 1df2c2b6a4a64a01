//! Numbers that do not belong into free text: identity numbers, mobile phones, bank cards.
//!
//! What is found is a warning, to be acknowledged by whoever writes. So a number is reported when
//! its own checks hold, and one that is part of something longer is not: a code with letters in
//! it, a longer run of digits, a reference number such as D-420105-2026-000123.

#[cfg(test)]
mod tests;

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization as _;

/// A number found, by kind and place. It does not repeat the number, so that it may be stored and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Finding {
    pub kind: FindingKind,
    /// The first character of the number, counted in characters from 1.
    pub position: usize,
    /// In characters, blanks and dashes inside the number included.
    pub length: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    IdentityNumber,
    MobilePhone,
    BankCard,
}

/// Everything that looks like a personal number, in the order of the text, never overlapping.
#[must_use]
pub fn findings(text: &str) -> Vec<Finding> {
    let characters: Vec<char> = text.chars().map(fold).collect();
    let pieces = pieces(&characters);
    let mut found = Vec::new();
    let mut rest = pieces.as_slice();
    while !rest.is_empty() {
        // The longest first: a phone number may be written inside a card number.
        let hit =
            (1..=rest.len().min(MOST_PIECES)).rev().find_map(|count| Some((count, recognise(&characters, &rest[..count])?)));
        let (count, finding) = hit.map_or((1, None), |(count, finding)| (count, Some(finding)));
        found.extend(finding);
        rest = &rest[count..];
    }
    found
}

/// Organisations write their unified social credit code into texts, and it is not personal.
const USCC_LENGTH: usize = 18;

/// A card number written in groups of four has five of them at most.
const MOST_PIECES: usize = 5;

/// A run of digits that is not part of a code, with the X that may end an identity number.
#[derive(Debug, Clone, Copy)]
struct Piece {
    start: usize,
    end: usize,
    /// The single blank or dash between this piece and the one before, if that is all there is.
    joint: Option<char>,
}

/// The plain form of a character, one for one, so that positions stay those of the text.
fn fold(character: char) -> char {
    match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        _ => {
            let mut folded = character.nfkc();
            match (folded.next(), folded.next()) {
                (Some(plain), None) if plain.is_whitespace() => ' ',
                (Some(plain), None) => plain.to_ascii_uppercase(),
                _ => character,
            }
        }
    }
}

fn pieces(characters: &[char]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut end = 0;
    for run in characters.chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
        let (from, start) = (end, end + letters_before(run));
        end = from + run.len();
        let may_be_uscc = start > from && run.len() == USCC_LENGTH;
        if may_be_uscc || !is_number(&characters[start..end]) {
            continue;
        }
        let joint = pieces.last().filter(|last| start == from && last.end + 1 == start);
        let joint = joint.map(|last| characters[last.end]).filter(|joint| matches!(joint, ' ' | '-'));
        pieces.push(Piece { start, end, joint });
    }
    pieces
}

/// Letters in front are a word like "Tel" or "VX"; letters further on make the run a code.
fn letters_before(run: &[char]) -> usize {
    run.iter().take_while(|character| character.is_ascii_alphabetic()).count()
}

fn is_number(run: &[char]) -> bool {
    match run {
        [digits @ .., 'X'] | digits => !digits.is_empty() && digits.iter().all(char::is_ascii_digit),
    }
}

/// What the pieces are together, if they are the whole of one number.
fn recognise(characters: &[char], pieces: &[Piece]) -> Option<Finding> {
    let (first, others) = pieces.split_first()?;
    let last = others.last().unwrap_or(first);
    if others.iter().any(|piece| piece.joint.is_none() || piece.joint != last.joint) {
        return None;
    }
    let lengths: Vec<usize> = pieces.iter().map(|piece| piece.end - piece.start).collect();
    let number = || -> String { pieces.iter().flat_map(|piece| &characters[piece.start..piece.end]).collect() };
    let kind = match lengths[..] {
        [15 | 18] | [6, 8, 4] if is_identity_number(&number()) => FindingKind::IdentityNumber,
        [16..=19] | [4, 4, 4, 4] | [4, 4, 4, 4, 1..=3] if is_bank_card(&number()) => FindingKind::BankCard,
        [11 | 13 | 15] | [3 | 5 | 7, 4, 4] | [3, 8] | [3, 3, 5] | [4, 3, 4] if is_mobile_phone(&number()) => {
            FindingKind::MobilePhone
        }
        _ => return None,
    };
    Some(Finding { kind, position: first.start + 1, length: last.end - first.start })
}

/// Source: GB 11643-1999: division code, date of birth, serial number, and since 1999 a check
/// character by ISO 7064 MOD 11-2; before, 15 digits with a year of two and no check.
fn is_identity_number(number: &str) -> bool {
    if !number.get(..2).is_some_and(|province| PROVINCES.contains(&province)) {
        return false;
    }
    match number.len() {
        15 => is_all_digits(number) && is_birth_date(&format!("19{}", &number[6..12])),
        18 => is_all_digits(&number[..17]) && is_birth_date(&number[6..14]) && iso_7064_mod_11_2(number) == 1,
        _ => false,
    }
}

/// First two digits of every division code, with Taiwan, Hong Kong, Macao and the residence
/// permits of their people. Source: GB/T 2260; the permits (81–83) by
/// the rules of 2018.
const PROVINCES: [&str; 35] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46",
    "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
];

/// A date of the years 1900 to 2099, written as eight digits. It may lie in the future: there is no
/// clock here.
fn is_birth_date(digits: &str) -> bool {
    matches!(digits.get(..2), Some("19" | "20")) && Date::strptime("%Y%m%d", digits).is_ok()
}

/// The remainder over the whole number, 1 if its check character is right.
fn iso_7064_mod_11_2(number: &str) -> u32 {
    let values = number.chars().map(|character| character.to_digit(10).unwrap_or(10));
    values.fold(0, |remainder, value| (remainder * 2 + value) % 11)
}

/// Eleven digits from 13 to 19, with or without the country code 86 or 0086.
fn is_mobile_phone(number: &str) -> bool {
    let abroad = number.strip_prefix("0086").or_else(|| number.strip_prefix("86"));
    let number = abroad.unwrap_or(number);
    number.len() == 11 && is_all_digits(number) && matches!(number.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// Luhn's check, and a first digit that banks use.
///
/// One number in ten passes Luhn by chance. So numbers that begin like a date (1, 2), a serial
/// number (0) or a fuel card (7) are left alone, and of those as long as a social credit code only
/// the ones of `UnionPay` (6) are cards.
fn is_bank_card(number: &str) -> bool {
    let issued = match (number.len(), number.as_bytes()[0]) {
        (USCC_LENGTH, first) => first == b'6',
        (_, first) => matches!(first, b'3'..=b'6' | b'8' | b'9'),
    };
    issued && is_all_digits(number) && luhn(number) == 0
}

/// The remainder over the whole number, 0 if its last digit is right. Source: ISO/IEC 7812-1.
fn luhn(number: &str) -> u32 {
    let digits = number.chars().rev().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum % 10
}

fn is_all_digits(number: &str) -> bool {
    number.bytes().all(|byte| byte.is_ascii_digit())
}
