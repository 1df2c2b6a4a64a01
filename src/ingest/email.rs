//! E-mail addresses, checked for shape only: whether one is answered, no reader can tell.

use super::message::{Explain, ProblemCode};
use super::text::{TextFault, folded};
use super::workbook::Cell;

/// An e-mail address: one `@`, something before it, a host with a dot behind it.
pub(crate) fn email(cell: &Cell) -> Result<String, EmailFault> {
    let text = folded(cell)?;
    let sound = text.split_once('@').is_some_and(|(user, host)| {
        let labels = host.split('.').all(|label| !label.is_empty()) && host.contains('.');
        !user.is_empty() && !host.contains('@') && labels
    });
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && !b"<>(),;:\"[]\\".contains(&b));
    if sound && plain && text.len() <= 254 { Ok(text) } else { Err(EmailFault::Invalid) }
}

/// Why an address is refused. The address is not repeated: it may name a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EmailFault {
    #[error("not an e-mail address; write it like name@example.com.")]
    Invalid,
    #[error(transparent)]
    Text(#[from] TextFault),
}

impl Explain for EmailFault {
    fn code(&self) -> ProblemCode {
        match self {
            Self::Invalid => ProblemCode::EmailInvalid,
            Self::Text(fault) => fault.code(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Invalid => "不是有效的邮箱地址，请按“name@example.com”的格式填写。".to_owned(),
            Self::Text(fault) => fault.zh(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_without_user_host_or_dot_are_refused() {
        let read = |text: &str| email(&Cell::Text(text.to_owned()));
        assert_eq!(read(" Office@Example.com ").unwrap(), "Office@Example.com");
        for text in ["office", "@example.com", "a@b", "a@b..c", "a@b@c.d", "a b@c.d", "办公室@c.d"] {
            assert_eq!(read(text), Err(EmailFault::Invalid), "{text}");
        }
    }
}
