//! Typed, opaque, global identifiers: `dem_06f3…`.
//!
//! An id is a UUID version 7 in Crockford base 32 behind the prefix of its kind, so an id that is
//! given for another kind of object is recognised as such before any table is read.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The identifier of one object of kind `K`.
pub struct Id<K> {
    raw: [u8; 16],
    kind: PhantomData<fn() -> K>,
}

/// A kind of object that has ids.
pub trait Kind {
    /// The letters before the underscore; unique among all kinds.
    const PREFIX: &'static str;
}

/// Why a text is no id of the kind that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// It is an id, but of another kind of object.
    #[error("this id belongs to another kind of object")]
    OtherKind,
    /// It is no id at all.
    #[error("this is not an id")]
    Malformed,
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 128 bits in groups of five.
const TEXT_LENGTH: usize = 26;

impl<K> Id<K> {
    /// Wraps the sixteen bytes of a UUID.
    pub const fn from_bytes(raw: [u8; 16]) -> Self {
        Self { raw, kind: PhantomData }
    }

    /// The sixteen bytes of the UUID, in network order.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.raw
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0_u8; TEXT_LENGTH];
        let mut rest = u128::from_be_bytes(self.raw);
        for place in text.iter_mut().rev() {
            *place = ALPHABET[(rest & 31) as usize];
            rest >>= 5;
        }
        f.write_str(K::PREFIX)?;
        f.write_str("_")?;
        text.iter().try_for_each(|byte| fmt::Write::write_char(f, char::from(*byte)))
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (prefix, digits) = text.split_once('_').ok_or(IdError::Malformed)?;
        let raw = decode(digits).ok_or(IdError::Malformed)?;
        if prefix == K::PREFIX {
            Ok(Self::from_bytes(raw))
        } else if !prefix.is_empty() && prefix.len() <= 4 && prefix.bytes().all(|b| b.is_ascii_lowercase()) {
            Err(IdError::OtherKind)
        } else {
            Err(IdError::Malformed)
        }
    }
}

/// Only the canonical spelling is accepted, so that one object has one id text.
fn decode(digits: &str) -> Option<[u8; 16]> {
    if digits.len() != TEXT_LENGTH || digits.as_bytes()[0] > b'7' {
        return None;
    }
    let mut value = 0_u128;
    for byte in digits.bytes() {
        let digit = ALPHABET.iter().position(|letter| *letter == byte)?;
        value = value << 5 | digit as u128;
    }
    Some(value.to_be_bytes())
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.raw.cmp(&other.raw)
    }
}
impl<K> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// The kinds, each an empty type that only carries its prefix.
pub mod kind {
    use super::Kind;

    /// An account (账号).
    pub enum Account {}
    /// One line of the audit log.
    pub enum AuditLine {}
    /// A branch (党组织) of one of the three types.
    pub enum Branch {}
    /// That a branch covers an organisation.
    pub enum BranchCoverage {}
    /// A call-back to an enterprise (回访).
    pub enum CallBack {}
    /// A month's draw of projects to call back about (回访抽取).
    pub enum CallBackDraw {}
    /// A service category (类别).
    pub enum Category {}
    /// A claim (认领).
    pub enum Claim {}
    /// That the end of a running clock was counted anew.
    pub enum ClockCorrection {}
    /// A contact point (联系点).
    pub enum ContactPoint {}
    /// A cycle of evaluations (考核周期).
    pub enum Cycle {}
    /// A demand (需求).
    pub enum Demand {}
    /// The evaluation of an instructor's work in a cycle (考核评定).
    pub enum Evaluation {}
    /// A filed record (档案纪实).
    pub enum FiledRecord {}
    /// A grant of a role.
    pub enum Grant {}
    /// One committed spreadsheet.
    pub enum ImportBatch {}
    /// A milestone of a project.
    pub enum Milestone {}
    /// An organisation (企业, 部门单位).
    pub enum Organisation {}
    /// A place (楼宇, 园区).
    pub enum Place {}
    /// A posting of an instructor (选派).
    pub enum Posting {}
    /// A project (项目).
    pub enum Project {}
    /// An extension of a project's time (延期).
    pub enum ProjectExtension {}
    /// A pause of a project (暂停).
    pub enum ProjectPause {}
    /// A report on a running project (进展).
    pub enum ProjectProgress {}
    /// Something that was said of a record later (补充说明).
    pub enum RecordAddendum {}
    /// A record that is being written (纪实草稿).
    pub enum RecordDraft {}
    /// That a month is open for filing (开放补报).
    pub enum RecordOpening {}
    /// A resource (资源).
    pub enum Resource {}
    /// A change of one of a district's numbers (规则调整).
    pub enum RuleChange {}
    /// A session of a signed-in account.
    pub enum Session {}
    /// A frozen list (清单快照).
    pub enum Snapshot {}
    /// A file that is kept.
    pub enum StoredFile {}
    /// A tenancy (入驻).
    pub enum Tenancy {}
    /// That an instructor was given an item (百宝袋发放).
    pub enum ToolkitIssue {}
    /// A version of an item of the toolkit (百宝袋).
    pub enum ToolkitItem {}
    /// An uploaded file.
    pub enum Upload {}
    /// A zone (集聚区).
    pub enum Zone {}

    impl Kind for Account {
        const PREFIX: &'static str = "acc";
    }
    impl Kind for AuditLine {
        const PREFIX: &'static str = "aud";
    }
    impl Kind for Branch {
        const PREFIX: &'static str = "brn";
    }
    impl Kind for BranchCoverage {
        const PREFIX: &'static str = "cov";
    }
    impl Kind for CallBack {
        const PREFIX: &'static str = "cbk";
    }
    impl Kind for CallBackDraw {
        const PREFIX: &'static str = "cbd";
    }
    impl Kind for Category {
        const PREFIX: &'static str = "cat";
    }
    impl Kind for Claim {
        const PREFIX: &'static str = "clm";
    }
    impl Kind for ClockCorrection {
        const PREFIX: &'static str = "ccr";
    }
    impl Kind for ContactPoint {
        const PREFIX: &'static str = "con";
    }
    impl Kind for Cycle {
        const PREFIX: &'static str = "cyc";
    }
    impl Kind for Demand {
        const PREFIX: &'static str = "dem";
    }
    impl Kind for Evaluation {
        const PREFIX: &'static str = "evl";
    }
    impl Kind for FiledRecord {
        const PREFIX: &'static str = "rec";
    }
    impl Kind for Grant {
        const PREFIX: &'static str = "grt";
    }
    impl Kind for ImportBatch {
        const PREFIX: &'static str = "imp";
    }
    impl Kind for Milestone {
        const PREFIX: &'static str = "mil";
    }
    impl Kind for Organisation {
        const PREFIX: &'static str = "org";
    }
    impl Kind for Place {
        const PREFIX: &'static str = "plc";
    }
    impl Kind for Posting {
        const PREFIX: &'static str = "pst";
    }
    impl Kind for Project {
        const PREFIX: &'static str = "prj";
    }
    impl Kind for ProjectExtension {
        const PREFIX: &'static str = "pex";
    }
    impl Kind for ProjectPause {
        const PREFIX: &'static str = "pau";
    }
    impl Kind for ProjectProgress {
        const PREFIX: &'static str = "prg";
    }
    impl Kind for RecordAddendum {
        const PREFIX: &'static str = "rad";
    }
    impl Kind for RecordDraft {
        const PREFIX: &'static str = "rdr";
    }
    impl Kind for RecordOpening {
        const PREFIX: &'static str = "rop";
    }
    impl Kind for Resource {
        const PREFIX: &'static str = "res";
    }
    impl Kind for RuleChange {
        const PREFIX: &'static str = "rch";
    }
    impl Kind for Session {
        const PREFIX: &'static str = "ses";
    }
    impl Kind for Snapshot {
        const PREFIX: &'static str = "snp";
    }
    impl Kind for StoredFile {
        const PREFIX: &'static str = "fil";
    }
    impl Kind for Tenancy {
        const PREFIX: &'static str = "ten";
    }
    impl Kind for ToolkitIssue {
        const PREFIX: &'static str = "tis";
    }
    impl Kind for ToolkitItem {
        const PREFIX: &'static str = "tki";
    }
    impl Kind for Upload {
        const PREFIX: &'static str = "upl";
    }
    impl Kind for Zone {
        const PREFIX: &'static str = "zon";
    }
}

pub type AccountId = Id<kind::Account>;
pub type AuditLineId = Id<kind::AuditLine>;
pub type BranchId = Id<kind::Branch>;
pub type BranchCoverageId = Id<kind::BranchCoverage>;
pub type CallBackId = Id<kind::CallBack>;
pub type CallBackDrawId = Id<kind::CallBackDraw>;
pub type CategoryId = Id<kind::Category>;
pub type ClaimId = Id<kind::Claim>;
pub type ClockCorrectionId = Id<kind::ClockCorrection>;
pub type ContactPointId = Id<kind::ContactPoint>;
pub type CycleId = Id<kind::Cycle>;
pub type DemandId = Id<kind::Demand>;
pub type EvaluationId = Id<kind::Evaluation>;
pub type FiledRecordId = Id<kind::FiledRecord>;
pub type GrantId = Id<kind::Grant>;
pub type ImportBatchId = Id<kind::ImportBatch>;
pub type MilestoneId = Id<kind::Milestone>;
pub type OrganisationId = Id<kind::Organisation>;
pub type PlaceId = Id<kind::Place>;
pub type PostingId = Id<kind::Posting>;
pub type ProjectId = Id<kind::Project>;
pub type ProjectExtensionId = Id<kind::ProjectExtension>;
pub type ProjectPauseId = Id<kind::ProjectPause>;
pub type ProjectProgressId = Id<kind::ProjectProgress>;
pub type RecordAddendumId = Id<kind::RecordAddendum>;
pub type RecordDraftId = Id<kind::RecordDraft>;
pub type RecordOpeningId = Id<kind::RecordOpening>;
pub type ResourceId = Id<kind::Resource>;
pub type RuleChangeId = Id<kind::RuleChange>;
pub type SessionId = Id<kind::Session>;
pub type SnapshotId = Id<kind::Snapshot>;
pub type StoredFileId = Id<kind::StoredFile>;
pub type TenancyId = Id<kind::Tenancy>;
pub type ToolkitIssueId = Id<kind::ToolkitIssue>;
pub type ToolkitItemId = Id<kind::ToolkitItem>;
pub type UploadId = Id<kind::Upload>;
pub type ZoneId = Id<kind::Zone>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text_form() {
        let id = DemandId::from_bytes([0xff; 16]);
        assert_eq!(id.to_string(), "dem_7zzzzzzzzzzzzzzzzzzzzzzzzz");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn an_id_of_another_kind_is_told_from_nonsense() {
        let claim = ClaimId::from_bytes([7; 16]).to_string();
        assert_eq!(claim.parse::<DemandId>(), Err(IdError::OtherKind));
        assert_eq!("dem_".parse::<DemandId>(), Err(IdError::Malformed));
        assert_eq!("dem_8zzzzzzzzzzzzzzzzzzzzzzzzz".parse::<DemandId>(), Err(IdError::Malformed));
        assert_eq!("DEM_7zzzzzzzzzzzzzzzzzzzzzzzzz".parse::<DemandId>(), Err(IdError::Malformed));
        assert_eq!("dem_7ZZZZZZZZZZZZZZZZZZZZZZZZZ".parse::<DemandId>(), Err(IdError::Malformed));
    }
}
