//! The words for projects in the API.

use async_graphql::Enum;

use crate::domain::{call_back, project as domain};

/// Where a project stands (项目状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum ProjectStatus {
    /// Agreed; contact and plan come first (待启动).
    Planned,
    /// Being worked on (进行中).
    Active,
    /// The work rests until a day, and so do the clocks (已暂停).
    Paused,
    /// Done, says the lead; the enterprise is to confirm (待确认).
    Delivered,
    /// The enterprise has answered (已确认).
    Confirmed,
    /// The enterprise has not answered in time (未确认); never taken for content.
    Unconfirmed,
    /// Over (已办结).
    Closed,
    /// Cancelled with its claim (已取消).
    Cancelled,
}

/// Whether an enterprise's need is met (是否解决).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Solved")]
pub enum ProjectSolved {
    /// It is met (已解决).
    Yes,
    /// Part of it is met (部分解决).
    Partly,
    /// It is not met (未解决).
    No,
}

/// Why the work on a project cannot go on (暂停原因).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::PauseReason")]
pub enum ProjectPauseReason {
    /// The enterprise has to do something first (等待企业).
    WaitingEnterprise,
    /// A policy is still to come (等待政策).
    WaitingPolicy,
    /// It is not the season for it (季节原因).
    Season,
    /// Nobody can help it (不可抗力).
    ForceMajeure,
}

/// Where a pause, or the request for one, stands (暂停状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::PauseStatus")]
pub enum ProjectPauseStatus {
    /// The coordinator is to decide (待审批).
    Asked,
    /// The lead has taken the request back (已撤回).
    Withdrawn,
    /// The project went on without a decision, or is over (已失效).
    Dropped,
    /// The coordinator has refused it (未批准).
    Refused,
    /// The work rests (暂停中).
    Running,
    /// The work goes on (已结束).
    Ended,
}

/// Where the request for an extension stands (延期状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::ExtensionStatus")]
pub enum ProjectExtensionStatus {
    /// The coordinator is to decide (待审批).
    Asked,
    /// The lead has taken the request back (已撤回).
    Withdrawn,
    /// The project went on without a decision, or is over (已失效).
    Dropped,
    /// The coordinator has refused it (未批准).
    Refused,
    /// The project is due later (已批准).
    Approved,
}

/// What the coordinator says to a request (审批意见).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::ops::project::Ruling")]
pub enum ProjectRuling {
    /// It is granted (批准).
    Approve,
    /// It is not (不批准).
    Refuse,
}

/// Where a call-back stands (回访状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "call_back::Status")]
pub enum CallBackStatus {
    /// It is to be made (待回访).
    Due,
    /// It was made, whether or not anybody was reached (已回访).
    Done,
    /// The project was reopened before it was made (已取消).
    Dropped,
}
