//! The words of demands in the API.

use async_graphql::Enum;

use crate::{domain::demand as domain, ops};

/// Where a demand stands (需求状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum DemandStatus {
    /// Being written (草稿); only its own organisation and creator see it.
    Draft,
    /// Waits for triage (待审核).
    Submitted,
    /// Given back with a reason (退回).
    Returned,
    /// On the list (已发布); claims are possible.
    Listed,
    /// Put aside until a day (暂缓); then it is listed again.
    Parked,
    /// Merged into another demand (已合并).
    Merged,
    /// Ended (已办结).
    Closed,
    /// Off the list because its time was over (已过期); it can be renewed for a while.
    Expired,
}

/// How pressing a demand is (紧急程度).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Urgency")]
pub enum DemandUrgency {
    /// In its turn (一般).
    Normal,
    /// Rather soon (较急).
    Soon,
    /// At once, with a reason (紧急); its clocks are shorter.
    Urgent,
}

/// Who sees a demand while it is listed (公开范围).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Visibility")]
pub enum DemandVisibility {
    /// Everybody who works with the lists of the district (全区).
    District,
    /// Whoever sits in its zone, and the departments that answer for it or reach it (本集聚区).
    Zone,
    /// The duty unit of its category alone (归口单位).
    DutyUnit,
}

/// How a demand came in (来源).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Source")]
pub enum DemandSource {
    /// From the enterprise's own liaison (企业自报).
    #[graphql(name = "SELF")]
    Own,
    /// On behalf of the enterprise, by its instructor (指导员代为填报).
    Instructor,
    /// On behalf of the enterprise, by a steward or coordinator (代为填报).
    Steward,
    /// Made when the enterprise claimed a resource (认领资源产生).
    FromResource,
    /// From a spreadsheet (表格导入).
    Import,
}

/// How a closed demand ended (办结方式).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Outcome")]
pub enum DemandOutcome {
    /// All of it was delivered, and the enterprise found it solved (已满足).
    Satisfied,
    /// The enterprise took it back (已撤回).
    Withdrawn,
    /// Some of it was delivered, and no more will be (部分满足).
    PartlySatisfied,
    /// Nobody can do it (无法满足).
    NotFeasible,
    /// It is not what the portal is for (不属受理范围).
    OutOfScope,
}

/// What the coordinator can decide about a demand (办理结论).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Decision")]
pub enum DemandDecision {
    /// Some of it was delivered, and no more will be (部分满足).
    PartlySatisfied,
    /// Nobody can do it (无法满足).
    NotFeasible,
    /// It is not what the portal is for (不属受理范围).
    OutOfScope,
}

/// What the coordinator answers to an enterprise's objection (异议处理).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "ops::demand::Ruling")]
pub enum DemandObjectionRuling {
    /// The enterprise is right: the demand is listed again (异议成立).
    Uphold,
    /// The decision stands (异议不成立).
    Dismiss,
}

/// How much of a demand's quantity something is true of (进度).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Fulfilment")]
pub enum DemandFulfilment {
    /// Nothing of it (无).
    None,
    /// Some of it (部分).
    Partial,
    /// All of it (全部).
    Complete,
}
