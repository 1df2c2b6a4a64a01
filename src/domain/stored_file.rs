//! A file that is kept (文件): known by its content, never changed, never executed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::{
    district::District,
    id::{AccountId, StoredFileId},
    media::MediaType,
};

/// What is known of a file without its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    pub id: StoredFileId,
    pub district: District,
    /// The name that it came with, at most 120 characters; never used as a path.
    pub name: String,
    pub media_type: MediaType,
    /// In bytes, at most [`MAX_SIZE`].
    pub size: u32,
    /// Of the content as it is kept: what was taken out of an image is not in it.
    pub sha256: [u8; 32],
    pub created_by: AccountId,
    pub created_at: Timestamp,
}

/// The largest file that is kept, in bytes.
pub const MAX_SIZE: usize = 10 * 1024 * 1024;
