//! How filed records are chained: each carries the hash of the one before.
//!
//! A hash is SHA-256 over the fields in their order. Each field is its length in bytes, as eight bytes
//! with the most significant first, and then the bytes themselves; a field that is absent is eight bytes
//! of `ff` alone, so that nothing absent looks like something empty. Texts are UTF-8 as they are stored,
//! numbers and moments as the API writes them.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hash(pub [u8; 32]);

/// Before the first record there is nothing.
pub const NOTHING: Hash = Hash([0; 32]);

/// The fields of a record as they go into its hash, the previous hash last.
#[derive(Clone, Debug)]
pub struct RecordFields<'a> {
    pub id: &'a str,
    pub district: &'a str,
    pub posting: &'a str,
    pub year: i32,
    pub number: i32,
    pub ref_no: &'a str,
    pub occurred_on: &'a str,
    pub target: &'a str,
    pub kind: &'a str,
    pub summary: &'a str,
    pub links: &'a str,
    pub attachments: &'a str,
    pub timing: &'a str,
    pub late_reason: Option<&'a str>,
    pub opening: Option<&'a str>,
    pub filed_by: &'a str,
    pub filed_at: &'a str,
    pub previous_hash: &'a [u8],
}

/// The fields of an addendum as they go into its hash, the previous hash last.
#[derive(Clone, Debug)]
pub struct AddendumFields<'a> {
    pub id: &'a str,
    pub district: &'a str,
    pub record: &'a str,
    pub posting: &'a str,
    pub year: i32,
    pub number: i32,
    pub text: &'a str,
    pub added_by: &'a str,
    pub added_at: &'a str,
    pub previous_hash: &'a [u8],
}

impl RecordFields<'_> {
    /// The hash of the record.
    pub fn hash(&self) -> Hash {
        let (year, number) = (self.year.to_string(), self.number.to_string());
        let mut hasher = Hasher::new("filed_record/1");
        for field in [self.id, self.district, self.posting, &year, &number, self.ref_no, self.occurred_on, self.target] {
            hasher.field(field.as_bytes());
        }
        for field in [self.kind, self.summary, self.links, self.attachments, self.timing] {
            hasher.field(field.as_bytes());
        }
        hasher.maybe(self.late_reason);
        hasher.maybe(self.opening);
        hasher.field(self.filed_by.as_bytes());
        hasher.field(self.filed_at.as_bytes());
        hasher.field(self.previous_hash);
        hasher.end()
    }
}

impl AddendumFields<'_> {
    /// The hash of the addendum.
    pub fn hash(&self) -> Hash {
        let (year, number) = (self.year.to_string(), self.number.to_string());
        let mut hasher = Hasher::new("record_addendum/1");
        for field in [self.id, self.district, self.record, self.posting, &year, &number, self.text, self.added_by, self.added_at]
        {
            hasher.field(field.as_bytes());
        }
        hasher.field(self.previous_hash);
        hasher.end()
    }
}

struct Hasher(Sha256);

impl Hasher {
    /// The form of what is hashed goes first, so that another form never has the same hash.
    fn new(form: &str) -> Self {
        let mut hasher = Self(Sha256::new());
        hasher.field(form.as_bytes());
        hasher
    }

    fn field(&mut self, bytes: &[u8]) {
        // A length always fits: it is that of something in memory.
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn maybe(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.field(text.as_bytes()),
            None => self.0.update([0xff; 8]),
        }
    }

    fn end(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a verifier found out about the records of a posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How many records were looked at.
    pub records: u32,
    /// Years of which only the checkpoint is left.
    pub checkpoints: u32,
    /// The first thing that does not hold.
    pub broken: Option<Break>,
}

/// Where and how a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    pub year: i32,
    /// Of the record that does not hold, or that is missing.
    pub number: i32,
    pub what: Fault,
}

/// What does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Fault {
    /// There is no record with this number.
    Missing,
    /// The record cannot be read.
    Unreadable,
    /// It does not name the one before.
    Unlinked,
    /// Its content is not what was hashed.
    Changed,
    /// The end of the chain is not what was written when the last record was filed.
    Head,
    /// An addendum is missing or not what was hashed.
    Addendum,
    /// A file is missing or not what was filed.
    Attachment,
    /// What others say of it is missing.
    Standing,
}
