//! A contact point: a post that can be reached, never a person.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::{
    district::District,
    id::{ContactPointId, OrganisationId},
    text::Name,
    version::Version,
};

/// A post with its phone and e-mail, both encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPoint {
    pub id: ContactPointId,
    pub district: District,
    pub version: Version,
    pub organisation: OrganisationId,
    /// Unique in the organisation, e.g. 综合办公室.
    pub post: Name,
    pub phone: Sealed,
    pub email: Option<Sealed>,
    /// Which key sealed the values.
    pub key_id: String,
    pub created_at: Timestamp,
}

/// An encrypted value and what everybody may see of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    pub bytes: Vec<u8>,
    pub masked: String,
}

/// An office phone as people type it: digits, `+`, `-` and blanks.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

/// An e-mail address.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

/// Why a text is no phone number or e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReachError {
    #[error("a phone number has 5 to 20 digits, plus signs, hyphens and blanks")]
    Phone,
    #[error("an e-mail address has one @ between two parts and at most 100 characters")]
    Email,
}

impl Phone {
    /// Checked loosely: extensions and country codes are written in many ways.
    pub fn parse(text: &str) -> Result<Self, ReachError> {
        let phone = text.trim();
        let known = |letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '-' | ' ');
        let digits = phone.chars().filter(char::is_ascii_digit).count();
        if (5..=20).contains(&phone.len()) && digits >= 5 && phone.chars().all(known) {
            Ok(Self(phone.to_owned()))
        } else {
            Err(ReachError::Phone)
        }
    }

    /// The number itself; never to be logged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Email {
    /// Checked loosely: whether it can be reached only a letter would show.
    pub fn parse(text: &str) -> Result<Self, ReachError> {
        let email = text.trim();
        let whole =
            email.split_once('@').is_some_and(|(mailbox, host)| !mailbox.is_empty() && host.contains('.') && !host.contains('@'));
        let plain = email.chars().all(|letter| letter.is_ascii_graphic());
        if whole && plain && email.len() <= 100 { Ok(Self(email.to_owned())) } else { Err(ReachError::Email) }
    }

    /// The address itself; never to be logged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows the mask only.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask_phone(&self.0))
    }
}

/// Shows the mask only.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask_email(&self.0))
    }
}

/// A phone number with its middle hidden: `027-84****12`.
///
/// At most the first five and the last two digits stay, and at least four are hidden.
pub fn mask_phone(phone: &str) -> String {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let head = digits.saturating_sub(6).min(5);
    let mut seen = 0;
    let mut masked = String::new();
    for letter in phone.chars() {
        if letter.is_ascii_digit() {
            seen += 1;
            if seen > head && seen + 2 <= digits {
                masked.push('*');
                continue;
            }
        }
        masked.push(letter);
    }
    masked
}

/// An e-mail address with its mailbox hidden but for the first letter: `o***@park.example`.
pub fn mask_email(email: &str) -> String {
    match email.split_once('@') {
        Some((mailbox, host)) => {
            let first = mailbox.chars().next().map(String::from).unwrap_or_default();
            format!("{first}***@{host}")
        }
        None => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_does_not_show_its_middle() {
        assert_eq!(mask_phone("027-84001212"), "027-84****12");
        assert_eq!(mask_phone("13800001234"), "13800****34");
        assert_eq!(mask_phone("84001234"), "84****34");
    }

    #[test]
    fn a_phone_is_checked_loosely() {
        for right in ["84001", "027-8400 1212", "+86 27 84001212-801", " 027-84001212 "] {
            assert_eq!(Phone::parse(right).map(|phone| phone.as_str().to_owned()), Ok(right.trim().to_owned()));
        }
        for wrong in ["", "8400", "----- -----", "027-84001212转801", "0278400121202784001212", "０２７８４００１２１２"]
        {
            assert_eq!(Phone::parse(wrong), Err(ReachError::Phone), "{wrong}");
        }
    }

    #[test]
    fn an_address_has_one_at_sign() {
        assert_eq!(
            Email::parse(" office@park.example ").map(|email| email.as_str().to_owned()),
            Ok("office@park.example".to_owned())
        );
        for wrong in [
            "",
            "office",
            "@park.example",
            "office@",
            "office@park",
            "a@b@park.example",
            "办公室@park.example",
            "a b@park.example",
        ] {
            assert_eq!(Email::parse(wrong), Err(ReachError::Email), "{wrong}");
        }
        assert_eq!(Email::parse(&format!("{}@park.example", "a".repeat(100))), Err(ReachError::Email));
    }

    #[test]
    fn debugging_shows_masks() {
        assert_eq!(format!("{:?}", Phone::parse("027-84001212").unwrap()), "027-84****12");
        assert_eq!(format!("{:?}", Email::parse("office@park.example").unwrap()), "o***@park.example");
    }

    #[test]
    fn an_address_shows_only_its_first_letter_and_host() {
        assert_eq!(mask_email("office@park.example"), "o***@park.example");
        assert_eq!(mask_email("nothing"), "***");
    }
}
