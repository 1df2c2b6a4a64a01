//! Length-prefixed text of a record, the input of its hash.

use std::fmt::Display;
use std::fmt::Write as _;

use super::Kind;
use super::contact::Contact;

/// Collects the fields of one record in a fixed order.
///
/// `None` is written `-;`, a value `3:abc;`, a list as its count followed by its values.
pub(crate) struct Canonical(String);

impl Canonical {
    /// Starts with kind and version: a changed field list must not hash like the former one.
    pub(crate) fn new(kind: Kind) -> Self {
        Self(String::new()).field(format_args!("{}/1", kind.name().to_ascii_lowercase()))
    }

    pub(crate) fn field(mut self, value: impl Display) -> Self {
        let text = value.to_string();
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{}:{text};", text.len());
        self
    }

    pub(crate) fn optional(mut self, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.field(value),
            None => {
                self.0.push_str("-;");
                self
            }
        }
    }

    pub(crate) fn list(self, values: &[String]) -> Self {
        values.iter().fold(self.field(values.len()), |text, value| text.field(value))
    }

    /// The post alone: a hash over a telephone number gives the number away to whoever tries them all.
    pub(crate) fn contact(self, contact: Option<&Contact>) -> Self {
        self.optional(contact.map(|contact| contact.post.as_deref().unwrap_or_default()))
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_character_over_a_boundary_changes_the_text() {
        let one = Canonical::new(Kind::Demands).field("ab").field("c").finish();
        let other = Canonical::new(Kind::Demands).field("a").field("bc").finish();

        assert_eq!(one, "9:demands/1;2:ab;1:c;");
        assert_ne!(one, other);
    }

    #[test]
    fn absent_empty_and_dash_are_three_different_things() {
        let texts = [None, Some(""), Some("-")].map(|value| Canonical::new(Kind::Resources).optional(value).finish());

        assert_eq!(texts, ["11:resources/1;-;", "11:resources/1;0:;", "11:resources/1;1:-;"]);
    }
}
