//! The numbers that rules work with: data of the district, never constants of the code.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoEnumIterator, IntoStaticStr};

/// The numbers in force in a district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules(BTreeMap<RuleCode, u32>);

/// The name of a number.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RuleCode {
    DemandTriage,
    DemandUnclaimed,
    DemandUnclaimedUrgent,
    DemandEscalate,
    DemandEscalateUrgent,
    DemandPark,
    DemandDecide,
    DemandObject,
    DemandObjectionDecide,
    DemandExpire,
    DemandRenew,
    DuplicateWindow,
    DuplicateSimilarity,
    ClaimRespond,
    ClaimCancelRespond,
    ClaimObject,
    ClaimObjectionDecide,
    ProjectContact,
    ProjectPlan,
    ProjectDueSimple,
    ProjectDueNormal,
    ProjectDueComplex,
    ProjectConfirm,
    ProjectReopenWindow,
    ProjectCloseSolved,
    ProjectCloseUnsolved,
    ProjectCloseUnconfirmed,
    ProjectProgress,
    ProjectPause,
    ProjectExtensionAsk,
    ProjectExtensionTotal,
    ProjectExtensionsMost,
    CallBackShare,
    ResourcePause,
    ResourceRemindFirst,
    ResourceRemindSecond,
    ResourceStale,
    BranchTerm,
    BranchTermWarning,
    BranchMembersLeast,
    BranchMembersMost,
    JointBranchUnitsMost,
    CommitteeNeeded,
    CommitteeLeast,
    CommitteeMost,
    HubCoversLeast,
    RateClaimedWithin,
    RateSatisfiedLeast,
    RateCasesLeast,
    PostingTerm,
    PostingTargetsMany,
    PostingTargetsMost,
    PostingConsent,
    PostingApprove,
    ToolkitAcknowledge,
    RecordLate,
    RecordLock,
    RecordOpening,
    RecordVerify,
    RecordDecide,
    RecordAttachmentsMost,
    EvaluationAssigned,
    EvaluationAnswersLeast,
    EvaluationObject,
}

/// A number in force, with the document it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub code: RuleCode,
    pub value: u32,
    pub unit: RuleUnit,
    pub basis: RuleBasis,
    pub source: String,
}

/// What a rule's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RuleUnit {
    Workdays,
    Days,
    Months,
    Count,
    Permille,
}

/// Where a rule's number comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RuleBasis {
    Published,
    OwnChoice,
}

/// A number as a new district gets it, with the document it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleSeed {
    pub code: RuleCode,
    pub value: u32,
    /// `WORKDAYS`, `DAYS`, `MONTHS`, `COUNT` or `PERMILLE`.
    pub unit: &'static str,
    /// `PUBLISHED` for a published rule or practice, `OWN_CHOICE` for the district's own.
    pub basis: &'static str,
    pub source: &'static str,
}

/// A district lacks a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rule {} is missing", <&str>::from(*.0))]
pub struct MissingRule(pub RuleCode);

/// A number would be greater than another that it may not exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} may not exceed {}", <&str>::from(*.less), <&str>::from(*.more))]
pub struct Contradiction {
    pub less: RuleCode,
    pub more: RuleCode,
}

impl Rules {
    /// All numbers of a district; none may be missing.
    pub fn new(values: BTreeMap<RuleCode, u32>) -> Result<Self, MissingRule> {
        match RuleCode::iter().find(|code| !values.contains_key(code)) {
            Some(code) => Err(MissingRule(code)),
            None => Ok(Self(values)),
        }
    }

    /// The same with one number changed; refused where it would contradict another.
    pub fn with(&self, code: RuleCode, value: u32) -> Result<Self, Contradiction> {
        let mut values = self.0.clone();
        values.insert(code, value);
        let changed = Self(values);
        let broken = ASCENDING.iter().find(|(less, more)| changed.get(*less) > changed.get(*more));
        match broken {
            Some((less, more)) => Err(Contradiction { less: *less, more: *more }),
            None => Ok(changed),
        }
    }

    /// One number, in the unit of its rule.
    pub fn get(&self, code: RuleCode) -> u32 {
        // `new` has seen to it that none is missing.
        self.0.get(&code).copied().unwrap_or_default()
    }
}

/// Of each pair the first number may not be greater than the second: a reminder comes before what it
/// reminds of.
const ASCENDING: &[(RuleCode, RuleCode)] = &[
    (RuleCode::DemandUnclaimed, RuleCode::DemandEscalate),
    (RuleCode::DemandUnclaimedUrgent, RuleCode::DemandEscalateUrgent),
    (RuleCode::ProjectDueSimple, RuleCode::ProjectDueNormal),
    (RuleCode::ProjectDueNormal, RuleCode::ProjectDueComplex),
    (RuleCode::ResourceRemindFirst, RuleCode::ResourceRemindSecond),
    (RuleCode::ResourceRemindSecond, RuleCode::ResourceStale),
    (RuleCode::BranchMembersLeast, RuleCode::BranchMembersMost),
    (RuleCode::CommitteeLeast, RuleCode::CommitteeMost),
    (RuleCode::PostingTargetsMany, RuleCode::PostingTargetsMost),
];

impl RuleUnit {
    /// The numbers that make sense for a rule of this unit, both included. A clock of no days at all
    /// would run out as it starts.
    pub fn range(self) -> (u32, u32) {
        match self {
            Self::Workdays => (1, 250),
            Self::Days => (1, 1_000),
            Self::Months => (1, 120),
            Self::Count => (1, 1_000),
            Self::Permille => (1, 1_000),
        }
    }
}

const PRACTICE: &str = "双向认领工作机制(公开报道的区级做法)";
const OWN: &str = "本区自定";
const INSTRUCTORS: &str = "党建指导员选派管理做法(公开报道)";
const BRANCH_RULES: &str = "中国共产党支部工作条例(试行)";

const fn seed(code: RuleCode, value: u32, unit: &'static str, basis: &'static str, source: &'static str) -> RuleSeed {
    RuleSeed { code, value, unit, basis, source }
}

/// What a new district starts with.
pub const SEEDS: &[RuleSeed] = &[
    seed(RuleCode::DemandTriage, 3, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::DemandUnclaimed, 5, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::DemandUnclaimedUrgent, 2, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::DemandEscalate, 10, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::DemandEscalateUrgent, 3, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::DemandPark, 180, "DAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::DemandDecide, 5, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::DemandObject, 5, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::DemandObjectionDecide, 5, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::DemandExpire, 30, "DAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::DemandRenew, 90, "DAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::DuplicateWindow, 90, "DAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::DuplicateSimilarity, 800, "PERMILLE", "OWN_CHOICE", OWN),
    seed(RuleCode::ClaimRespond, 3, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ClaimCancelRespond, 3, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ClaimObject, 1, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ClaimObjectionDecide, 1, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ProjectContact, 1, "WORKDAYS", "PUBLISHED", PRACTICE),
    seed(RuleCode::ProjectPlan, 3, "WORKDAYS", "PUBLISHED", PRACTICE),
    seed(RuleCode::ProjectDueSimple, 7, "WORKDAYS", "PUBLISHED", PRACTICE),
    seed(RuleCode::ProjectDueNormal, 15, "WORKDAYS", "PUBLISHED", PRACTICE),
    seed(RuleCode::ProjectDueComplex, 30, "WORKDAYS", "PUBLISHED", PRACTICE),
    seed(RuleCode::ProjectConfirm, 5, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ProjectReopenWindow, 10, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ProjectCloseSolved, 3, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ProjectCloseUnsolved, 10, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ProjectCloseUnconfirmed, 20, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ProjectProgress, 1, "MONTHS", "PUBLISHED", PRACTICE),
    seed(RuleCode::ProjectPause, 180, "DAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ProjectExtensionAsk, 1, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ProjectExtensionTotal, 30, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ProjectExtensionsMost, 2, "COUNT", "OWN_CHOICE", OWN),
    seed(RuleCode::CallBackShare, 100, "PERMILLE", "OWN_CHOICE", OWN),
    seed(RuleCode::ResourcePause, 180, "DAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ResourceRemindFirst, 75, "DAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ResourceRemindSecond, 85, "DAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ResourceStale, 90, "DAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::BranchTerm, 36, "MONTHS", "PUBLISHED", BRANCH_RULES),
    seed(RuleCode::BranchTermWarning, 90, "DAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::BranchMembersLeast, 3, "COUNT", "PUBLISHED", BRANCH_RULES),
    seed(RuleCode::BranchMembersMost, 50, "COUNT", "PUBLISHED", BRANCH_RULES),
    seed(RuleCode::JointBranchUnitsMost, 5, "COUNT", "PUBLISHED", BRANCH_RULES),
    seed(RuleCode::CommitteeNeeded, 7, "COUNT", "PUBLISHED", BRANCH_RULES),
    seed(RuleCode::CommitteeLeast, 3, "COUNT", "PUBLISHED", BRANCH_RULES),
    seed(RuleCode::CommitteeMost, 7, "COUNT", "PUBLISHED", BRANCH_RULES),
    seed(RuleCode::HubCoversLeast, 2, "COUNT", "OWN_CHOICE", OWN),
    seed(RuleCode::RateClaimedWithin, 10, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::RateSatisfiedLeast, 4, "COUNT", "OWN_CHOICE", OWN),
    seed(RuleCode::RateCasesLeast, 5, "COUNT", "OWN_CHOICE", OWN),
    seed(RuleCode::PostingTerm, 24, "MONTHS", "PUBLISHED", INSTRUCTORS),
    seed(RuleCode::PostingTargetsMany, 4, "COUNT", "OWN_CHOICE", OWN),
    seed(RuleCode::PostingTargetsMost, 5, "COUNT", "OWN_CHOICE", OWN),
    seed(RuleCode::PostingConsent, 5, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::PostingApprove, 5, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::ToolkitAcknowledge, 5, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::RecordLate, 7, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::RecordLock, 10, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::RecordOpening, 5, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::RecordVerify, 5, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::RecordDecide, 5, "WORKDAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::RecordAttachmentsMost, 5, "COUNT", "OWN_CHOICE", OWN),
    seed(RuleCode::EvaluationAssigned, 90, "DAYS", "OWN_CHOICE", OWN),
    seed(RuleCode::EvaluationAnswersLeast, 3, "COUNT", "OWN_CHOICE", OWN),
    seed(RuleCode::EvaluationObject, 5, "WORKDAYS", "OWN_CHOICE", OWN),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_district_gets_every_number() {
        let values = SEEDS.iter().map(|seed| (seed.code, seed.value)).collect();
        assert!(Rules::new(values).is_ok());
        assert_eq!(SEEDS.len(), RuleCode::iter().count());
    }

    #[test]
    fn what_a_new_district_gets_is_within_range_and_without_contradiction() {
        let rules = Rules::new(SEEDS.iter().map(|seed| (seed.code, seed.value)).collect()).unwrap();
        for seed in SEEDS {
            let (least, most) = seed.unit.parse::<RuleUnit>().unwrap().range();
            assert!((least..=most).contains(&seed.value), "{seed:?}");
            assert_eq!(rules.with(seed.code, seed.value).as_ref(), Ok(&rules));
        }
    }

    #[test]
    fn a_reminder_cannot_come_after_what_it_reminds_of() {
        let rules = Rules::new(SEEDS.iter().map(|seed| (seed.code, seed.value)).collect()).unwrap();
        assert_eq!(rules.with(RuleCode::DemandUnclaimed, 10).unwrap().get(RuleCode::DemandUnclaimed), 10);
        let contradiction = Contradiction { less: RuleCode::DemandUnclaimed, more: RuleCode::DemandEscalate };
        assert_eq!(rules.with(RuleCode::DemandUnclaimed, 11), Err(contradiction));
        assert_eq!(rules.with(RuleCode::DemandEscalate, 4), Err(contradiction));
    }

    #[test]
    fn every_seed_has_a_unit_and_a_basis_that_there_are() {
        for seed in SEEDS {
            assert!(seed.unit.parse::<RuleUnit>().is_ok() && seed.basis.parse::<RuleBasis>().is_ok(), "{seed:?}");
        }
    }

    #[test]
    fn a_district_that_lacks_a_number_is_refused() {
        assert_eq!(Rules::new(BTreeMap::new()), Err(MissingRule(RuleCode::DemandTriage)));
    }
}
