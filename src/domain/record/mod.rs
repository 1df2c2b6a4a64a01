//! Filed records (档案纪实): what an instructor writes down of the work, filed once and never changed.
//!
//! ```text
//! Draft ──file──▶ (the record, chained by hash)   Draft ──discard──▶ Discarded
//! ```
//!
//! What others say of a record stands beside it, in [`standing`]; how records are chained, in [`chain`].

pub mod chain;
pub mod standing;
#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::posting::{Posting, TargetState};
use crate::kernel::{
    calendar::{Calendar, CalendarError, Month},
    district::District,
    id::{
        AccountId, DemandId, FiledRecordId, OrganisationId, PostingId, ProjectId, RecordDraftId, RecordOpeningId, StoredFileId,
    },
    text::{Account, Reason, Summary},
    version::Version,
};

/// What an instructor is writing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub id: RecordDraftId,
    pub district: District,
    pub version: Version,
    pub posting: PostingId,
    pub content: Content,
    /// In the order in which they were attached.
    pub files: Vec<StoredFileId>,
    pub status: DraftStatus,
    pub created_by: AccountId,
    pub created_at: Timestamp,
}

/// Where a draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DraftStatus {
    Draft,
    /// There is a record with this content.
    Filed,
    Discarded,
}

/// What was done for whom, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub occurred_on: Date,
    pub target: OrganisationId,
    pub kind: Kind,
    pub summary: Summary,
    pub links: Links,
}

/// What a record is about, as far as the portal knows it. Each list is sorted and has nothing twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    pub demands: Vec<DemandId>,
    pub projects: Vec<ProjectId>,
}

/// What kind of work it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    Visit,
    Guidance,
    Class,
    DemandCollected,
    ProblemSolved,
    Meeting,
    Training,
    HalfYearSummary,
}

/// A record as it was filed. Nothing of it ever changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledRecord {
    pub id: FiledRecordId,
    pub district: District,
    pub posting: PostingId,
    /// The Asia/Shanghai year in which it was filed.
    pub year: i16,
    /// Counts from 1 for each posting and year, without gap.
    pub number: i32,
    /// `F-{district}-{year}-{posting no. 4}-{number 4}`.
    pub ref_no: String,
    pub content: Content,
    pub attachments: Vec<Attachment>,
    pub timing: Timing,
    /// That under which it was filed after the month was locked.
    pub opening: Option<RecordOpeningId>,
    pub filed_by: AccountId,
    pub filed_at: Timestamp,
    pub previous_hash: chain::Hash,
    pub hash: chain::Hash,
}

/// A file of a record, with the SHA-256 of its content in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub file: StoredFileId,
    pub sha256: String,
}

/// Whether it was filed soon after the day that it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Timing {
    InTime,
    Late { reason: Reason },
}

/// What was said of a record after it was filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addendum {
    pub id: crate::kernel::id::RecordAddendumId,
    pub record: FiledRecordId,
    pub posting: PostingId,
    /// That of its record.
    pub year: i16,
    /// Counts from 1 for each record.
    pub number: i32,
    pub text: Account,
    pub added_by: AccountId,
    pub added_at: Timestamp,
    pub previous_hash: chain::Hash,
    pub hash: chain::Hash,
}

/// That a month is open for filing until a moment although its time is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    pub id: RecordOpeningId,
    pub district: District,
    pub posting: PostingId,
    pub month: Month,
    pub reason: Reason,
    pub until: Timestamp,
    pub opened_by: AccountId,
    pub opened_at: Timestamp,
}

/// Why a draft cannot be, or a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    #[error("this was filed or discarded already")]
    Settled,
    #[error("the day lies in the future")]
    Future,
    #[error("the posting does not serve this organisation on that day")]
    NotServed,
    #[error("why it is filed late is not said")]
    LateReasonMissing,
    #[error("the month is locked")]
    Locked,
    #[error("a draft has at most {most} files")]
    TooManyFiles { most: u32 },
    #[error("the file does not belong to the draft")]
    NoSuchFile,
}

impl Links {
    /// The same, sorted and without what stands twice.
    pub fn new(mut demands: Vec<DemandId>, mut projects: Vec<ProjectId>) -> Self {
        demands.sort_unstable();
        demands.dedup();
        projects.sort_unstable();
        projects.dedup();
        Self { demands, projects }
    }
}

impl Content {
    /// Whether the posting serves the organisation on that day (F1), which is not in the future.
    pub fn must_be_of(&self, posting: &Posting, today: Date) -> Result<(), RecordError> {
        if self.occurred_on > today {
            return Err(RecordError::Future);
        }
        let target = posting.target(self.target).ok_or(RecordError::NotServed)?;
        let last = match &target.state {
            TargetState::Consented => posting.to,
            TargetState::Ended { at, .. } if target.answer.is_some() => crate::kernel::calendar::shanghai_date(*at),
            TargetState::Ended { .. } | TargetState::Asked | TargetState::Declined { .. } => return Err(RecordError::NotServed),
        };
        let served = posting.from <= self.occurred_on && self.occurred_on <= last.min(posting.to);
        if served { Ok(()) } else { Err(RecordError::NotServed) }
    }

    /// The texts by which near-duplicates are found.
    pub fn search_text(&self) -> &str {
        self.summary.as_str()
    }
}

impl Draft {
    /// Another content.
    pub fn revise(self, content: Content) -> Result<Self, RecordError> {
        self.must_be_open()?;
        Ok(Self { content, version: self.version.next(), ..self })
    }

    /// It will not be filed.
    pub fn discard(self) -> Result<Self, RecordError> {
        self.must_be_open()?;
        Ok(Self { status: DraftStatus::Discarded, version: self.version.next(), ..self })
    }

    /// One more file.
    pub fn attach(self, file: StoredFileId, most: u32) -> Result<Self, RecordError> {
        self.must_be_open()?;
        if self.files.len() >= most as usize {
            return Err(RecordError::TooManyFiles { most });
        }
        let mut files = self.files;
        files.push(file);
        Ok(Self { files, version: self.version.next(), ..self })
    }

    /// One file less.
    pub fn detach(self, file: StoredFileId) -> Result<Self, RecordError> {
        self.must_be_open()?;
        if !self.files.contains(&file) {
            return Err(RecordError::NoSuchFile);
        }
        let files = self.files.into_iter().filter(|other| *other != file).collect();
        Ok(Self { files, version: self.version.next(), ..self })
    }

    /// A record has been made of it (F2).
    pub fn file(self) -> Result<Self, RecordError> {
        self.must_be_open()?;
        Ok(Self { status: DraftStatus::Filed, version: self.version.next(), ..self })
    }

    fn must_be_open(&self) -> Result<(), RecordError> {
        if self.status == DraftStatus::Draft { Ok(()) } else { Err(RecordError::Settled) }
    }
}

/// The numbers that decide about time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Working days after the day until which a record is filed in time.
    pub late: u32,
    /// Working days of the next month until which a month can be filed.
    pub lock: u32,
}

/// When a record of a day is filed: in time, late with a reason, or no more (F2).
///
/// Late is after the end of the `late`-th working day after the day; no more, after the end of the
/// `lock`-th working day of the next month.
pub fn timing(
    calendar: &Calendar,
    deadlines: Deadlines,
    occurred_on: Date,
    now: Timestamp,
    is_opened: IsOpened,
    late_reason: Option<Reason>,
) -> Result<Result<Timing, RecordError>, CalendarError> {
    let in_time = now <= calendar.add_workdays(occurred_on, deadlines.late)?.at;
    let locked = now > calendar.add_workdays(occurred_on.last_of_month(), deadlines.lock)?.at;
    Ok(match (locked, is_opened, in_time, late_reason) {
        (true, IsOpened::No, ..) => Err(RecordError::Locked),
        (_, _, true, _) => Ok(Timing::InTime),
        (_, _, false, Some(reason)) => Ok(Timing::Late { reason }),
        (_, _, false, None) => Err(RecordError::LateReasonMissing),
    })
}

/// Whether the dispatch unit has opened the month again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsOpened {
    Yes,
    No,
}

impl Timing {
    /// The name in the database.
    pub fn name(&self) -> &'static str {
        match self {
            Self::InTime => "IN_TIME",
            Self::Late { .. } => "LATE",
        }
    }

    /// Why it was late.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::InTime => None,
            Self::Late { reason } => Some(reason),
        }
    }
}

impl DraftStatus {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Kind {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
