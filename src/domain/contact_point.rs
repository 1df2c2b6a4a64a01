//! A contact point: a post that can be reached, never a person.

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
    fn an_address_shows_only_its_first_letter_and_host() {
        assert_eq!(mask_email("office@park.example"), "o***@park.example");
        assert_eq!(mask_email("nothing"), "***");
    }
}
