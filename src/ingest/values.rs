//! The closed sets of values that lists name by a word.
//!
//! STAND-INS for the types of the domain floor; only the `Word` lists stay when those take over.

use serde::{Deserialize, Serialize};

use super::words::Word;

/// Who may see a demand (可见范围).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Visibility {
    /// The whole district.
    District,
    /// The zone of the demand's place.
    Zone,
    /// The duty unit of its category.
    DutyUnit,
}

impl Visibility {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::District => "DISTRICT",
            Self::Zone => "ZONE",
            Self::DutyUnit => "DUTY_UNIT",
        }
    }
}

impl Word for Visibility {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("全区", Self::District),
        ("全区可见", Self::District),
        ("公开", Self::District),
        ("本集聚区", Self::Zone),
        ("集聚区", Self::Zone),
        ("本片区", Self::Zone),
        ("片区", Self::Zone),
        ("本园区", Self::Zone),
        ("归口单位", Self::DutyUnit),
        ("仅归口单位", Self::DutyUnit),
        ("责任单位", Self::DutyUnit),
        ("仅责任单位", Self::DutyUnit),
    ];
}

/// How a resource reaches those who need it (服务方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mode {
    /// 上门
    Onsite,
    /// 线上
    Online,
    /// 场地
    Venue,
    /// 窗口
    Window,
    /// 政策
    Policy,
    /// 专家
    Expert,
}

impl Mode {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Onsite => "ONSITE",
            Self::Online => "ONLINE",
            Self::Venue => "VENUE",
            Self::Window => "WINDOW",
            Self::Policy => "POLICY",
            Self::Expert => "EXPERT",
        }
    }
}

impl Word for Mode {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("上门", Self::Onsite),
        ("入企", Self::Onsite),
        ("线上", Self::Online),
        ("网上", Self::Online),
        ("在线", Self::Online),
        ("远程", Self::Online),
        ("场地", Self::Venue),
        ("窗口", Self::Window),
        ("政策", Self::Policy),
        ("专家", Self::Expert),
    ];
}

/// What a resource costs (是否收费).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fee {
    /// 免费
    Free,
    /// 成本价
    AtCost,
}

impl Fee {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Free => "FREE",
            Self::AtCost => "AT_COST",
        }
    }
}

impl Word for Fee {
    // 是 and 收费 are left out on purpose: they do not say whether the price is the cost.
    const WORDS: &'static [(&'static str, Self)] = &[
        ("免费", Self::Free),
        ("成本价", Self::AtCost),
        ("公益", Self::Free),
        ("不收费", Self::Free),
        ("否", Self::Free),
        ("成本", Self::AtCost),
        ("按成本", Self::AtCost),
        ("按成本价", Self::AtCost),
        ("成本收费", Self::AtCost),
    ];
}

/// The size of an enterprise (规模).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SizeBand {
    /// 微型
    Micro,
    /// 小型
    Small,
    /// 中型
    Medium,
    /// 大型
    Large,
}

impl SizeBand {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Micro => "MICRO",
            Self::Small => "SMALL",
            Self::Medium => "MEDIUM",
            Self::Large => "LARGE",
        }
    }
}

impl Word for SizeBand {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("微型", Self::Micro),
        ("微", Self::Micro),
        ("微型企业", Self::Micro),
        ("小型", Self::Small),
        ("小", Self::Small),
        ("小型企业", Self::Small),
        ("中型", Self::Medium),
        ("中", Self::Medium),
        ("中型企业", Self::Medium),
        ("大型", Self::Large),
        ("大", Self::Large),
        ("大型企业", Self::Large),
    ];
}

/// What an organisation is (单位类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrganisationKind {
    /// 企业
    Enterprise,
    /// 社会组织
    SocialOrganisation,
    /// 物业公司
    PropertyCompany,
    /// 部门
    Department,
    /// 街道办事处
    StreetOffice,
    /// 园区管委会
    ParkCommittee,
    /// 社区
    Community,
    /// 事业单位
    PublicInstitution,
    /// 党委工作部门
    PartyOrgan,
}

impl OrganisationKind {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enterprise => "ENTERPRISE",
            Self::SocialOrganisation => "SOCIAL_ORGANISATION",
            Self::PropertyCompany => "PROPERTY_COMPANY",
            Self::Department => "DEPARTMENT",
            Self::StreetOffice => "STREET_OFFICE",
            Self::ParkCommittee => "PARK_COMMITTEE",
            Self::Community => "COMMUNITY",
            Self::PublicInstitution => "PUBLIC_INSTITUTION",
            Self::PartyOrgan => "PARTY_ORGAN",
        }
    }
}

impl Word for OrganisationKind {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("企业", Self::Enterprise),
        ("社会组织", Self::SocialOrganisation),
        ("物业公司", Self::PropertyCompany),
        ("物业企业", Self::PropertyCompany),
        ("物业服务企业", Self::PropertyCompany),
        ("部门", Self::Department),
        ("政府部门", Self::Department),
        ("职能部门", Self::Department),
        ("区直部门", Self::Department),
        ("街道办事处", Self::StreetOffice),
        ("街道", Self::StreetOffice),
        ("园区管委会", Self::ParkCommittee),
        ("管委会", Self::ParkCommittee),
        ("社区", Self::Community),
        ("社区居委会", Self::Community),
        ("事业单位", Self::PublicInstitution),
        ("党委工作部门", Self::PartyOrgan),
        ("党委部门", Self::PartyOrgan),
    ];
}
