//! The words for records in the API.

use async_graphql::{Enum, SimpleObject};

use crate::domain::record::{self as domain, chain, standing};

/// What kind of work a record is about (纪实类型).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Kind")]
pub enum RecordKind {
    /// A visit to the organisation (走访).
    Visit,
    /// Guidance (指导).
    Guidance,
    /// A class (授课).
    Class,
    /// A demand was collected (收集需求).
    DemandCollected,
    /// A problem was solved (解决问题).
    ProblemSolved,
    /// A meeting (会议).
    Meeting,
    /// The instructor was trained (培训).
    Training,
    /// The summary of half a year (半年小结).
    HalfYearSummary,
}

/// Where a filed record stands (核实状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "standing::Status")]
pub enum RecordStatus {
    /// Waits for the enterprise (待核实).
    Filed,
    /// The enterprise says that this happened (已核实).
    Verified,
    /// The enterprise has said nothing in time, and still may (未核实).
    Unverified,
    /// The enterprise says that this did not happen so (有异议).
    Disputed,
    /// The dispatch unit found that it happened (复核属实).
    VerifiedByReview,
    /// The dispatch unit found that it did not; it counts for nothing (作废).
    Voided,
}

/// Where a draft stands (草稿状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::DraftStatus")]
pub enum RecordDraftStatus {
    /// Being written (草稿).
    Draft,
    /// There is a record with this content (已归档).
    Filed,
    /// Thrown away (已删除).
    Discarded,
}

/// What does not hold of a chain of records (链条问题).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "chain::Fault")]
pub enum RecordChainFault {
    /// There is no record with this number (缺失).
    Missing,
    /// The record cannot be read (无法读取).
    Unreadable,
    /// It does not name the one before (断链).
    Unlinked,
    /// Its content is not what was hashed (内容被改).
    Changed,
    /// The end of the chain is not what was written when the last record was filed (链尾不符).
    Head,
    /// An addendum is missing or not what was hashed (补充说明不符).
    Addendum,
    /// A file is missing or not what was filed (附件不符).
    Attachment,
    /// What others say of it is missing (核实信息缺失).
    Standing,
}

/// What a verifier found out about the records of a posting (链条校验).
#[derive(SimpleObject)]
pub struct RecordChain {
    /// Whether nothing was changed, removed or swapped.
    holds: bool,
    /// How many records were looked at, up to the first that does not hold.
    records: u32,
    /// How many years are there as checkpoints only, their records being past their time.
    checkpoints: u32,
    /// The first thing that does not hold; null when everything does.
    first_break: Option<RecordChainBreak>,
}

/// Where and how a chain is broken (断点).
#[derive(SimpleObject)]
pub struct RecordChainBreak {
    /// The year of the chain.
    year: i32,
    /// The number of the record that does not hold, or is missing.
    number: i32,
    /// What does not hold.
    fault: RecordChainFault,
}

impl From<chain::Verdict> for RecordChain {
    fn from(verdict: chain::Verdict) -> Self {
        let chain::Verdict { records, checkpoints, broken } = verdict;
        let first_break =
            broken.map(|broken| RecordChainBreak { year: broken.year, number: broken.number, fault: broken.what.into() });
        Self { holds: first_break.is_none(), records, checkpoints, first_break }
    }
}
