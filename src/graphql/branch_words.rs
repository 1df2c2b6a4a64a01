//! The words of branches in the API: types, forms, states, warnings.

use async_graphql::{Context, Enum, Object};

use super::request::Request;
use crate::domain::branch as domain;

/// The three types of branch (党组织类型).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Kind")]
pub enum BranchKind {
    /// In a complex or park, led by a street office, park committee, community or party organ (枢纽型).
    Hub,
    /// Where the property company dominates, led by it (物业型).
    Property,
    /// Where one enterprise dominates: a station in the care of another branch (托管型).
    Custody,
}

/// How a branch is organised (组织形式).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Form")]
pub enum BranchForm {
    /// A branch of its own (党支部).
    Branch,
    /// A branch of several units (联合党支部).
    JointBranch,
    /// A general branch (党总支).
    GeneralBranch,
    /// A party committee (党委).
    Committee,
    /// A liaison station (党员联络站), the only form of a custody branch.
    LiaisonStation,
}

/// Where a branch stands (党组织状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum BranchStatus {
    /// Waits for the coordinator's decision (待审批).
    Proposed,
    /// Given back with a reason (退回).
    Returned,
    /// Approved, not yet at work (已批准).
    Approved,
    /// At work (运行中).
    Active,
    /// Resting with a reason (暂停).
    Suspended,
    /// Ended because another form took its place (已转建).
    Converted,
    /// Merged into another branch (已合并).
    Merged,
    /// Ended for good (已撤销).
    Dissolved,
}

/// What speaks against a branch without forbidding it (提示).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Warning")]
pub enum BranchWarning {
    /// A joint branch covers more units than it usually does (联合党支部覆盖单位偏多).
    ManyUnits,
    /// A branch has more members than it usually does (党员人数偏多).
    ManyMembers,
    /// So many members usually have a committee (应设支部委员会).
    NoCommittee,
    /// A station has enough members to become a branch (可成立党支部).
    EligibleForBranch,
    /// The term is over or ends soon (即将届满).
    TermEnding,
}

/// A warning with its sentence.
pub struct BranchNotice(pub domain::Warning);

/// A warning about a branch, with a sentence for the person.
#[Object]
impl BranchNotice {
    /// Which warning it is; send it back in `acknowledgeWarnings` to approve nevertheless.
    async fn code(&self) -> BranchWarning {
        self.0.into()
    }

    /// What to tell the person, in the language that the request's `Accept-Language` prefers.
    async fn message(&self, ctx: &Context<'_>) -> String {
        self.0.message().text(Request::of(ctx).lang).to_owned()
    }
}
