//! What can wait for somebody (待办): the kinds of it, and the words for them.
//!
//! Nothing is kept of an inbox. What waits follows from the states of objects, and for whom from the
//! rights to take the step that is waited for.

use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::kernel::lang::Lang;

/// A step that is waited for. Of what is due at the same moment, the earlier of these comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    ClaimAnswer,
    ClaimCancelAnswer,
    ClaimObjectionDecide,
    DemandTriage,
    DemandClaim,
    DemandDispatch,
    DemandDecide,
    DemandObjectionDecide,
    DemandMend,
    DemandRenew,
    ProjectContact,
    ProjectPlan,
    ProjectStart,
    ProjectProgress,
    ProjectDeliver,
    ProjectConfirm,
    ProjectPauseDecide,
    ProjectExtensionDecide,
    ProjectCallBack,
    ResourceAssure,
    ResourceList,
    BranchMend,
    BranchDecide,
    BranchActivate,
    GrantApprove,
    RuleChangeDecide,
    PostingAnswer,
    PostingApprove,
    ToolkitAcknowledge,
    RecordVerify,
    RecordDisputeDecide,
    EvaluationAnswer,
    EvaluationScore,
    EvaluationGrade,
    EvaluationObjectionDecide,
}

impl Kind {
    /// The name in the API.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Its place among those of the same moment, below 64.
    pub fn rank(self) -> i64 {
        self as i64
    }

    /// What is to be done, for people.
    pub fn words(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::ClaimAnswer => ("答复认领", "Answer a claim"),
            Self::ClaimCancelAnswer => ("答复取消请求", "Answer a request to cancel"),
            Self::ClaimObjectionDecide => ("裁定派单异议", "Decide about an objection to a dispatch"),
            Self::DemandTriage => ("审核需求", "Triage a demand"),
            Self::DemandClaim => ("认领归口需求", "Claim a demand of one's duty"),
            Self::DemandDispatch => ("派单无人认领的需求", "Dispatch a demand that nobody claims"),
            Self::DemandDecide => ("办结需求", "Decide about a demand"),
            Self::DemandObjectionDecide => ("答复企业异议", "Answer an objection"),
            Self::DemandMend => ("修改退回的需求", "Mend a returned demand"),
            Self::DemandRenew => ("续期过期的需求", "Renew an expired demand"),
            Self::ProjectContact => ("首次联系企业", "Contact the enterprise"),
            Self::ProjectPlan => ("提交项目计划", "File the plan"),
            Self::ProjectStart => ("启动项目", "Start the project"),
            Self::ProjectProgress => ("报告项目进展", "Report progress"),
            Self::ProjectDeliver => ("交付项目", "Deliver the project"),
            Self::ProjectConfirm => ("确认办理结果", "Confirm the result"),
            Self::ProjectPauseDecide => ("审批项目暂停", "Decide about a pause"),
            Self::ProjectExtensionDecide => ("审批项目延期", "Decide about a later day"),
            Self::ProjectCallBack => ("回访企业", "Call the enterprise back"),
            Self::ResourceAssure => ("确认资源仍然有效", "Assure a resource"),
            Self::ResourceList => ("发布资源", "List a resource"),
            Self::BranchMend => ("修改退回的支部方案", "Mend a returned branch"),
            Self::BranchDecide => ("审批支部方案", "Decide about a branch"),
            Self::BranchActivate => ("启用支部", "Activate a branch"),
            Self::GrantApprove => ("审批授权", "Approve a grant"),
            Self::RuleChangeDecide => ("审批规则修改", "Decide about a rule"),
            Self::PostingAnswer => ("答复选派", "Answer a posting"),
            Self::PostingApprove => ("审批选派", "Approve a posting"),
            Self::RecordVerify => ("核实指导员纪实", "Verify a record"),
            Self::RecordDisputeDecide => ("复核有异议的纪实", "Decide about a disputed record"),
            Self::EvaluationAnswer => ("评价指导员", "Answer about an instructor"),
            Self::EvaluationScore => ("考核指导员", "Score an instructor"),
            Self::EvaluationGrade => ("评定等次", "Grade an instructor"),
            Self::EvaluationObjectionDecide => ("复核考核异议", "Decide about an objection to an evaluation"),
            Self::ToolkitAcknowledge => ("签收百宝袋", "Take note of an item of the toolkit"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}
