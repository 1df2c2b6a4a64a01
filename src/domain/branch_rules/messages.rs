//! The rules and warnings in sentences for people.

use super::RuleBreak;
use crate::{
    domain::branch::{Kind, Warning},
    kernel::problem::Message,
};

impl RuleBreak {
    /// The rule in a sentence.
    pub fn message(self) -> Message {
        match self {
            Self::Place(kind) => place_message(kind),
            Self::LeadKind(kind) => lead_message(kind),
            Self::LeadOperates => Message::new(
                "物业型党组织由运营该楼宇/园区的物业公司牵头。",
                "A property branch is led by the company that operates the place.",
            ),
            Self::HostSits => Message::new(
                "托管型党组织的托管对象须入驻该楼宇/园区。",
                "The host of a custody branch must have a tenancy in the place.",
            ),
            Self::CustodianMissing => Message::new("托管型党组织必须有托管党组织。", "A custody branch needs a custodian."),
            Self::CustodianUnwanted => Message::new("只有托管型党组织才有托管党组织。", "Only a custody branch has a custodian."),
            Self::CustodianStanding => Message::new(
                "托管党组织须为运行中的党组织,且本身不是托管型。",
                "The custodian must be an active branch that is not itself a custody branch.",
            ),
            Self::ParentStanding => Message::new(
                "上级党组织须为运行中的党组织,且不是联络站。",
                "The parent must be an active branch that is not a liaison station.",
            ),
            Self::Form(kind) => form_message(kind),
            Self::HubCovers { least } => Message::new(
                format!("枢纽型党组织至少覆盖 {least} 家单位。"),
                format!("A hub branch covers at least {least} organisations."),
            ),
            Self::PropertyCovers => Message::new(
                "物业型党组织至少覆盖一家入驻该楼宇/园区的单位。",
                "A property branch covers at least one tenant of the place.",
            ),
            Self::CustodyCovers => Message::new("托管型党组织必须覆盖其托管企业。", "A custody branch covers its host."),
            Self::CustodyReach => Message::new(
                "托管型党组织只能覆盖同一楼宇内的单位。",
                "A custody branch covers only organisations that have a tenancy in the place.",
            ),
            Self::Members { least } => Message::new(
                format!("党支部至少有 {least} 名党员。"),
                format!("A branch (form BRANCH) has at least {least} members."),
            ),
            Self::Committee { least, most } => Message::new(
                format!("支部委员会由 {least} 至 {most} 人组成;没有委员会请填 0。"),
                format!("A committee has {least} to {most} seats; give 0 when there is none."),
            ),
        }
    }
}

fn place_message(kind: Kind) -> Message {
    match kind {
        Kind::Hub => Message::new(
            "枢纽型党组织设在综合体或设有管理机构的园区。",
            "A hub branch belongs to a place dominated by a complex or a park administration.",
        ),
        Kind::Property => Message::new(
            "物业型党组织设在物业主导的楼宇/园区。",
            "A property branch belongs to a place dominated by its property company.",
        ),
        Kind::Custody => Message::new(
            "托管型党组织设在企业主导的楼宇/园区。",
            "A custody branch belongs to a place dominated by one enterprise.",
        ),
    }
}

fn lead_message(kind: Kind) -> Message {
    match kind {
        Kind::Hub => Message::new(
            "枢纽型党组织由街道、园区管委会、社区或党群机关牵头。",
            "A hub branch is led by a street office, park committee, community or party organ.",
        ),
        Kind::Property => Message::new("物业型党组织由物业公司牵头。", "A property branch is led by a property company."),
        Kind::Custody => Message::new("托管型党组织以企业为托管对象。", "A custody branch is led by its host, an enterprise."),
    }
}

fn form_message(kind: Kind) -> Message {
    match kind {
        Kind::Hub | Kind::Property => Message::new(
            "枢纽型、物业型党组织不能设为党员联络站。",
            "Only a custody branch is a liaison station; choose another form.",
        ),
        Kind::Custody => Message::new("托管型党组织只能设为党员联络站。", "A custody branch is always a liaison station."),
    }
}

impl Warning {
    /// The warning in a sentence.
    pub fn message(self) -> Message {
        match self {
            Self::ManyUnits => Message::new(
                "联合党支部覆盖的单位多于一般规模。",
                "The joint branch covers more organisations than one usually does.",
            ),
            Self::ManyMembers => {
                Message::new("党员人数多于党支部一般规模。", "The branch has more members than one usually has.")
            }
            Self::NoCommittee => {
                Message::new("党员人数已达到应设支部委员会的规模。", "A branch of this many members usually has a committee.")
            }
            Self::EligibleForBranch => {
                Message::new("党员人数已达到成立党支部的条件。", "The station has enough members to become a branch.")
            }
            Self::TermEnding => {
                Message::new("任期已满或即将届满,请准备换届。", "The term is over or ends soon; prepare an election.")
            }
        }
    }
}
