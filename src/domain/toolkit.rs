//! The toolkit (百宝袋): what instructors are given to work with. A new version of an item is a new row,
//! so that what somebody was given stays what it was.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::kernel::{
    district::District,
    id::{AccountId, PostingId, StoredFileId, ToolkitIssueId, ToolkitItemId},
    text::Title,
    version::Version,
};

/// One version of an item. Never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolkitItem {
    pub id: ToolkitItemId,
    pub district: District,
    /// The same for all versions of an item.
    pub code: String,
    /// Counts from 1 for each code.
    pub revision: i32,
    pub title: Title,
    pub file: StoredFileId,
    pub effective_from: Date,
    pub published_by: AccountId,
    pub published_at: Timestamp,
}

/// That an instructor was given a version of an item, and whether it was taken note of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolkitIssue {
    pub id: ToolkitIssueId,
    pub district: District,
    pub version: Version,
    pub posting: PostingId,
    pub item: ToolkitItemId,
    pub issued_by: AccountId,
    pub issued_at: Timestamp,
    pub acknowledge_due_at: Timestamp,
    pub acknowledged_at: Option<Timestamp>,
}

/// It was taken note of already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the item was acknowledged already")]
pub struct AlreadyAcknowledged;

impl ToolkitIssue {
    /// The instructor has taken note of it.
    pub fn acknowledge(self, at: Timestamp) -> Result<Self, AlreadyAcknowledged> {
        match self.acknowledged_at {
            Some(_) => Err(AlreadyAcknowledged),
            None => Ok(Self { acknowledged_at: Some(at), version: self.version.next(), ..self }),
        }
    }
}
