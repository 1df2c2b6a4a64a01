//! The table of texts that cells share.

use quick_xml::events::Event;

use super::MAX_TEXT;
use super::xml::{Text, Xml};
use crate::ingest::error::FileError;

/// More entries than a list of the largest size can use.
const MAX_ENTRIES: usize = 2_000_000;

/// All shared texts, by their index. The count that the part announces is not looked at.
pub(super) fn read(mut xml: Xml<'_>) -> Result<Vec<Box<str>>, FileError> {
    let mut strings = Vec::new();
    let mut text = Text::default();
    let mut bytes = 0;
    loop {
        let event = xml.next()?;
        text.feed(&event)?;
        match event {
            Event::End(element) if element.local_name().as_ref() == "si" => {
                let entry = text.take().into_boxed_str();
                bytes += entry.len();
                strings.push(entry);
                if strings.len() > MAX_ENTRIES || bytes > MAX_TEXT {
                    return Err(FileError::ContentsTooLarge);
                }
            }
            Event::Eof => return Ok(strings),
            _ => {}
        }
    }
}
