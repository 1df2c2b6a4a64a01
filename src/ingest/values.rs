//! The words by which lists name the values of closed sets.

use super::words::Word;
use crate::domain::{
    demand::Visibility,
    organisation::{Kind as OrganisationKind, SizeBand},
    resource::{Fee, Mode},
};

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
