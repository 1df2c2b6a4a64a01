//! One pass over the bytes of a document, without recursion and before anything parses it.
//!
//! It refuses what is too much and what cannot be a document at all; what remains is for the
//! parser to judge. Where the two could read a byte differently the pass refuses.

use super::fault::{Bound, Fault, Place};
use super::{GuardError, Limits};

/// Counts the tokens of a document whose size, nesting and names are within the limits.
pub(super) fn scan(text: &str, limits: &Limits) -> Result<usize, GuardError> {
    if text.len() > limits.document_bytes {
        return Err(Bound::DocumentBytes.exceeded(limits.document_bytes));
    }
    Scan { text, bytes: text.as_bytes(), at: 0, tokens: 0, open: Vec::new(), limits }.run()
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tokens: usize,
    /// The closing brackets that are still to come, innermost last.
    open: Vec<u8>,
    limits: &'a Limits,
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
const BLOCK_QUOTE: &[u8] = b"\"\"\"";
const ESCAPED_BLOCK_QUOTE: &[u8] = b"\\\"\"\"";

impl Scan<'_> {
    fn run(mut self) -> Result<usize, GuardError> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => self.at += 1,
                b'#' => self.comment()?,
                _ if self.here(BYTE_ORDER_MARK) => self.at += BYTE_ORDER_MARK.len(),
                _ => self.token(byte)?,
            }
        }
        if self.open.is_empty() { Ok(self.tokens) } else { Err(self.syntax()) }
    }

    fn token(&mut self, byte: u8) -> Result<(), GuardError> {
        self.tokens += 1;
        if self.tokens > self.limits.tokens {
            return Err(Bound::Tokens.exceeded(self.limits.tokens));
        }
        match byte {
            b'{' => self.open(b'}'),
            b'[' => self.open(b']'),
            b'(' => self.open(b')'),
            b'}' | b']' | b')' => self.close(byte),
            b'!' | b'$' | b'&' | b':' | b'=' | b'@' | b'|' => self.skip(1),
            b'.' if self.here(b"...") => self.skip(3),
            b'"' if self.here(BLOCK_QUOTE) => self.block_string(),
            b'"' => self.string(),
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => self.name(),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.syntax()),
        }
    }

    fn open(&mut self, closing: u8) -> Result<(), GuardError> {
        if self.open.len() == self.limits.nesting {
            return Err(Bound::Nesting.exceeded(self.limits.nesting));
        }
        self.open.push(closing);
        self.skip(1)
    }

    fn close(&mut self, closing: u8) -> Result<(), GuardError> {
        match self.open.pop() {
            Some(expected) if expected == closing => self.skip(1),
            _ => Err(self.syntax()),
        }
    }

    fn comment(&mut self) -> Result<(), GuardError> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' | b'\r' => break,
                _ => self.text_byte(byte)?,
            }
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), GuardError> {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => return self.skip(1),
                b'\\' => self.at += 1,
                b'\n' | b'\r' => return Err(self.syntax()),
                _ => {}
            }
            match self.bytes.get(self.at) {
                Some(&byte) => self.text_byte(byte)?,
                None => break,
            }
        }
        Err(self.syntax())
    }

    fn block_string(&mut self) -> Result<(), GuardError> {
        self.at += BLOCK_QUOTE.len();
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'"' if self.here(BLOCK_QUOTE) => return self.skip(BLOCK_QUOTE.len()),
                b'\\' if self.here(ESCAPED_BLOCK_QUOTE) => self.at += ESCAPED_BLOCK_QUOTE.len(),
                b'\n' | b'\r' => self.at += 1,
                _ => self.text_byte(byte)?,
            }
        }
        Err(self.syntax())
    }

    /// Control characters belong into escapes: neither logs nor terminals should meet them raw.
    fn text_byte(&mut self, byte: u8) -> Result<(), GuardError> {
        if byte < b' ' && byte != b'\t' { Err(self.syntax()) } else { self.skip(1) }
    }

    fn name(&mut self) -> Result<(), GuardError> {
        let length = self.run_of(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
        if length > self.limits.name_bytes {
            return Err(Bound::NameBytes.exceeded(self.limits.name_bytes));
        }
        Ok(())
    }

    /// Numbers are cut where the grammar cuts them, so that `1-1` is two tokens here as well.
    fn number(&mut self) -> Result<(), GuardError> {
        let start = self.at;
        self.at += usize::from(self.here(b"-"));
        self.run_of(|byte| byte.is_ascii_digit());
        if self.here(b".") && !self.here(b"..") {
            self.at += 1;
            self.run_of(|byte| byte.is_ascii_digit());
        }
        if self.here(b"e") || self.here(b"E") {
            self.at += 1;
            self.at += usize::from(self.here(b"+") || self.here(b"-"));
            self.run_of(|byte| byte.is_ascii_digit());
        }
        if self.at - start > self.limits.name_bytes {
            return Err(Bound::NameBytes.exceeded(self.limits.name_bytes));
        }
        Ok(())
    }

    fn run_of(&mut self, belongs: impl Fn(u8) -> bool) -> usize {
        let length = self.bytes[self.at..].iter().take_while(|&&byte| belongs(byte)).count();
        self.at += length;
        length
    }

    fn here(&self, expected: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(expected)
    }

    fn skip(&mut self, bytes: usize) -> Result<(), GuardError> {
        self.at += bytes;
        Ok(())
    }

    fn syntax(&self) -> GuardError {
        Fault::Syntax.at(Place::of_byte(self.text, self.at))
    }
}
