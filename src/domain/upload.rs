//! An uploaded file that waits for an import.

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    district::District,
    id::{AccountId, UploadId},
};

/// A file as it came in. Only the account that sent it can use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub id: UploadId,
    pub district: District,
    pub account: AccountId,
    /// The name that the client gave, at most 120 characters; never used as a path.
    pub file_name: String,
    pub sha256: [u8; 32],
    pub content: Vec<u8>,
    pub created_at: Timestamp,
}

/// How long an upload waits before it is removed.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
