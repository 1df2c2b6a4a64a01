//! XML parts as a stream of events, counted while they unpack.

use std::io::{self, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::ingest::MAX_CELL_CHARS;
use crate::ingest::error::FileError;

/// Enough bytes that a longer text is above the limit of a cell in any script.
const KEPT_BYTES: usize = MAX_CELL_CHARS * 4 + 4;

/// One part. Empty elements come as a start and an end, so readers know one form only.
pub(super) struct Xml<'a> {
    reader: Reader<BufReader<Counted<'a>>>,
    buffer: Vec<u8>,
}

impl<'a> Xml<'a> {
    pub(super) fn new(source: impl Read + 'a, limit: u64) -> Self {
        let source = Counted { source: Box::new(source), left: limit };
        let mut reader = Reader::from_reader(BufReader::new(source));
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new() }
    }

    /// The next event; a part that ends early ends with [`Event::Eof`].
    pub(super) fn next(&mut self) -> Result<Event<'_>, FileError> {
        self.buffer.clear();
        self.reader.read_event_into(&mut self.buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => FileError::ContentsTooLarge,
            _ => FileError::BrokenWorkbook,
        })
    }
}

/// An attribute by its name without prefix, entities resolved; unreadable ones count as absent.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    // Checking for repeated names takes quadratic time, and the first one is taken anyway.
    let found = attributes.with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name)?;
    Some(quick_xml::escape::unescape(&found.value).ok()?.into_owned())
}

/// The text between tags that hold text, as far as a cell may be long.
#[derive(Default)]
pub(super) struct Text {
    text: String,
    is_open: bool,
    is_phonetic: bool,
}

impl Text {
    /// Takes the event in. Text counts inside `t` and `v`; readings in `rPh` are not part of it.
    pub(super) fn feed(&mut self, event: &Event<'_>) -> Result<(), FileError> {
        match event {
            Event::Start(element) => match element.local_name().as_ref() {
                "t" | "v" => self.is_open = !self.is_phonetic,
                "rPh" => self.is_phonetic = true,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "t" | "v" => self.is_open = false,
                "rPh" => self.is_phonetic = false,
                _ => {}
            },
            Event::Text(text) => self.push(&text.xml10_content()),
            Event::CData(text) => self.push(&text.xml10_content()),
            Event::GeneralRef(reference) => self.push(resolve(reference)?.encode_utf8(&mut [0; 4])),
            _ => {}
        }
        Ok(())
    }

    /// What was collected since the last call.
    pub(super) fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        if text.contains("_x") { unescape(&text) } else { text }
    }

    fn push(&mut self, text: &str) {
        if self.is_open && self.text.len() < KEPT_BYTES {
            let end = text.char_indices().nth(MAX_CELL_CHARS + 1).map_or(text.len(), |(end, _)| end);
            self.text.push_str(&text[..end]);
        }
    }
}

/// The five entities of XML and character numbers. Others could only be declared by the file itself,
/// which no spreadsheet program does.
fn resolve(reference: &BytesRef<'_>) -> Result<char, FileError> {
    if let Some(letter) = reference.resolve_char_ref().map_err(|_| FileError::BrokenWorkbook)? {
        return Ok(letter);
    }
    match &**reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(FileError::BrokenWorkbook),
    }
}

/// `_x000D_` is how workbooks write characters that XML cannot hold.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let escaped = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let letter = escaped
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32);
        plain.push_str(&rest[..at]);
        rest = match letter {
            Some(letter) => {
                plain.push(letter);
                &rest[at + 7..]
            }
            None => {
                plain.push_str("_x");
                &rest[at + 2..]
            }
        };
    }
    plain.push_str(rest);
    plain
}

/// Fails as soon as more bytes arrive than allowed, whatever the archive declared.
struct Counted<'a> {
    source: Box<dyn Read + 'a>,
    left: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_characters_are_resolved_once() {
        assert_eq!(unescape("一_x000D_\n二"), "一\r\n二");
        assert_eq!(unescape("_x005F_x000D_"), "_x000D_");
        assert_eq!(unescape("a_xb _x12_ _xZZZZ_ _x"), "a_xb _x12_ _xZZZZ_ _x");
        assert_eq!(unescape("_x中文中文_"), "_x中文中文_");
    }

    #[test]
    fn the_counter_stops_at_the_first_byte_too_many() {
        let read = |limit| io::read_to_string(Counted { source: Box::new(&b"12345"[..]), left: limit });
        assert_eq!(read(5).unwrap(), "12345");
        assert_eq!(read(4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }
}
