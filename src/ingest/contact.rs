//! Contacts: a post and an office telephone, as written in one cell or in two.
//!
//! No message of this file repeats any part of a cell: whatever stands there may name a person.

use std::fmt;

use super::cell::{Cells, Reported};
use super::columns::Field;
use super::message::{Explain, ProblemCode};
use super::text::{TextFault, TextRule, clean, folded};
use super::workbook::Cell;

const POST: TextRule = TextRule::line(1, 60);

/// Who answers for an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The post, such as 综合部主任; `None` when only a number was given.
    pub post: Option<String>,
    /// The telephone number.
    pub phone: Phone,
}

/// A telephone number, in plain digits with its separators.
///
/// `Debug` hides it, so that no log line shows it by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// The number, for storing it encrypted.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

/// The contact of a row: from the joint column if that is filled, else from the separate ones.
pub(crate) fn contact(cells: &mut Cells<'_>) -> Result<Option<Contact>, Reported> {
    let post = match cells.has(Field::ContactPhone) || cells.has(Field::Contact) {
        true => cells.read(Field::ContactPost, separate_post),
        false => {
            return Ok(cells.read(Field::ContactPost, post_perhaps_with_number)?.flatten());
        }
    };
    let joint = cells.read(Field::Contact, joint);
    let phone = cells.read(Field::ContactPhone, alone);
    let (post, joint, phone) = (post?.flatten(), joint?, phone?);
    match (joint, phone) {
        (Some(joint), _) => Ok(Some(Contact { post: joint.post.or(post), ..joint })),
        (None, Some(phone)) => Ok(Some(Contact { post, phone })),
        (None, None) if post.is_some() => {
            let field = cells.present(&[Field::ContactPhone, Field::Contact]);
            Err(cells.refuse(field.unwrap_or(Field::ContactPost), &ContactFault::Missing))
        }
        (None, None) => Ok(None),
    }
}

fn separate_post(cell: &Cell) -> Result<Option<String>, ContactFault> {
    Ok(post(&folded(cell)?)?)
}

/// The only contact column is headed as a post: numbers may stand there all the same. A post nobody
/// can reach is no contact, and there is no column to fill the number in.
fn post_perhaps_with_number(cell: &Cell) -> Result<Option<Contact>, ContactFault> {
    match joint(cell) {
        Err(ContactFault::Missing) => Ok(None),
        other => other.map(Some),
    }
}

/// `综合部主任 027-84001234`, `综合部/84001234`, `84001234(综合部)`.
fn joint(cell: &Cell) -> Result<Contact, ContactFault> {
    let text = folded(cell)?;
    let (start, end) = only_number(&text)?;
    let rest = format!("{} {}", &text[..start], &text[end..]);
    Ok(Contact { post: post(&rest)?, phone: phone(&text[start..end])? })
}

fn alone(cell: &Cell) -> Result<Phone, ContactFault> {
    let text = folded(cell)?;
    let (start, end) = only_number(&text)?;
    // Letters around the number belong to a post, which has its own column.
    let around = |part: &str| part.chars().any(char::is_alphanumeric);
    if around(&text[..start]) || around(&text[end..]) {
        return Err(ContactFault::Unreadable);
    }
    phone(&text[start..end])
}

/// Where the one telephone number stands. Shorter runs of digits belong to the post: 招商1部.
fn only_number(text: &str) -> Result<(usize, usize), ContactFault> {
    let mut found = None;
    let mut rest = 0;
    while let Some(start) = text[rest..].find(starts_number).map(|at| rest + at) {
        let end = text[start..].find(|c| !continues_number(c)).map_or(text.len(), |at| start + at);
        let run = text[start..end].trim_end_matches(|c: char| !c.is_ascii_digit());
        if digits(run) >= 7 && found.replace((start, start + run.len())).is_some() {
            return Err(ContactFault::Several);
        }
        rest = end.max(start + 1);
    }
    found.ok_or(ContactFault::Missing)
}

fn starts_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '+' | '(')
}

/// `转` stands before an extension.
fn continues_number(c: char) -> bool {
    starts_number(c) || matches!(c, '-' | '—' | '–' | ')' | ' ' | '转' | '#')
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// Seven digits are the shortest local number; sixteen leave room for country code and extension.
/// More digits, or two whole numbers with a blank between them, are two numbers in a row.
fn phone(run: &str) -> Result<Phone, ContactFault> {
    let whole_numbers = run.split(' ').filter(|group| digits(group) >= 7).count();
    if digits(run) > 16 || whole_numbers > 1 {
        return Err(ContactFault::Several);
    }
    let number: String = run.replace(['—', '–'], "-").chars().filter(|c| *c != ' ').collect();
    let number = match number.strip_prefix('(').filter(|rest| !rest.contains(')')) {
        Some(rest) => rest.to_owned(),
        None => number,
    };
    Ok(Phone(number))
}

/// The post without the marks that separated it from the number.
fn post(text: &str) -> Result<Option<String>, TextFault> {
    const LABELS: [&str; 4] = ["联系电话", "电话", "手机", "座机"];
    let mut text = text.trim();
    loop {
        let bare = text.trim_matches([' ', '/', ':', '-', ',', ';', '、', '|', '(', ')', '。']);
        let bare = LABELS.iter().find_map(|label| bare.strip_suffix(label)).unwrap_or(bare);
        if bare.len() == text.len() {
            break;
        }
        text = bare;
    }
    if text.is_empty() {
        return Ok(None);
    }
    clean(text, POST).map(Some)
}

/// Why a contact is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ContactFault {
    #[error("no telephone number found; write post and number, such as \"综合部 027-12345678\".")]
    Missing,
    #[error("more than one telephone number; keep one.")]
    Several,
    #[error("not a telephone number; write digits only, such as \"027-12345678\".")]
    Unreadable,
    #[error(transparent)]
    Text(#[from] TextFault),
}

impl Explain for ContactFault {
    fn code(&self) -> ProblemCode {
        match self {
            Self::Missing | Self::Several | Self::Unreadable => ProblemCode::PhoneInvalid,
            Self::Text(fault) => fault.code(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Missing => "没有找到电话号码，请填写岗位和电话，例如“综合部 027-12345678”。".to_owned(),
            Self::Several => "含有多个电话号码，请只保留一个。".to_owned(),
            Self::Unreadable => "不是电话号码，请只填写号码，例如“027-12345678”。".to_owned(),
            Self::Text(fault) => fault.zh(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Option<String>, String), ContactFault> {
        joint(&Cell::Text(text.to_owned())).map(|contact| (contact.post, contact.phone.0))
    }

    fn both(post: &str, phone: &str) -> Result<(Option<String>, String), ContactFault> {
        Ok((Some(post.to_owned()), phone.to_owned()))
    }

    #[test]
    fn post_and_number_are_told_apart_however_they_are_joined() {
        assert_eq!(read("综合部主任 027-84001234"), both("综合部主任", "027-84001234"));
        assert_eq!(read("综合部/84001234"), both("综合部", "84001234"));
        assert_eq!(read("综合部：０２７－８４００１２３４"), both("综合部", "027-84001234"));
        assert_eq!(read("综合部(027)84001234"), both("综合部", "(027)84001234"));
        assert_eq!(read("综合部（84001234）"), both("综合部", "84001234"));
        assert_eq!(read("84001234（综合部）"), both("综合部", "84001234"));
        assert_eq!(read("招商1部，联系电话：84001234转801"), both("招商1部", "84001234转801"));
        assert_eq!(read("办公室\n+86 138 0013 8000"), both("办公室", "+8613800138000"));
        assert_eq!(read("84001234"), Ok((None, "84001234".to_owned())));
        assert_eq!(joint(&Cell::Number(84_001_234.0)).unwrap().phone.0, "84001234");
    }

    #[test]
    fn none_or_two_numbers_are_refused() {
        assert_eq!(read("综合部主任"), Err(ContactFault::Missing));
        assert_eq!(read("综合部 84001"), Err(ContactFault::Missing));
        assert_eq!(read("综合部 84001234/84005678"), Err(ContactFault::Several));
        assert_eq!(read("综合部 84001234 13800138000"), Err(ContactFault::Several));
        assert_eq!(read("综合部 84001234 84001235"), Err(ContactFault::Several));
    }

    #[test]
    fn neither_messages_nor_debug_show_the_number() {
        let contact = joint(&Cell::Text("综合部 13800138000".to_owned())).unwrap();
        assert_eq!(format!("{:?}", contact.phone), "Phone(…)");
        let fault = joint(&Cell::Text("张三 13800138000、13900139000".to_owned())).unwrap_err();
        assert_eq!(fault.zh(), "含有多个电话号码，请只保留一个。");
    }
}
