//! What the register, the calendar and the policy have to say about a row, in the words of a clerk.

use crate::{
    ingest::{Explain, ProblemCode, Shown},
    kernel::{reference::RefNo, text::TextError},
};

/// Why a row is refused, or what its clerk should know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RowFault {
    #[error("{shown} {}{}", .what.en(), end(.nearest.as_deref()))]
    Unknown { what: What, shown: Shown, nearest: Option<String> },
    #[error("no organisation is registered with this code; compare it with the business licence.")]
    UnknownCode,
    #[error("the code belongs to \"{0}\", which is not the name in this row; correct one of them.")]
    NameAndCode(String),
    #[error("{0} is the short name of several organisations; enter the full name.")]
    ShortName(Shown),
    #[error("\"{0}\" is suspended or closed.")]
    Inactive(String),
    #[error("\"{0}\" is registered already.")]
    Registered(String),
    #[error("row {0} registers the same name or code.")]
    RegisteredInRow(u32),
    #[error("the organisation sits in several places ({0}); enter which one.")]
    PlaceUnclear(String),
    #[error("the organisation has no tenancy today{}.", .place.as_ref().map(|place| format!(" in \"{place}\"")).unwrap_or_default())]
    NoTenancy { place: Option<String> },
    #[error("the day has passed already.")]
    PastDate,
    #[error("the text holds what looks like an identity, mobile phone or bank card number; remove it.")]
    PersonalNumber,
    #[error("your account may not import this row: it lies outside what you look after.")]
    NotAllowed,
    #[error("a room or a date needs the building or park it is about.")]
    PlaceMissing,
    #[error("an e-mail address needs a telephone number beside it.")]
    PhoneMissing,
    #[error("{found} entries; at most {max} are allowed.")]
    TooMany { max: usize, found: usize },
    #[error("{0}.")]
    Text(TextError),
    #[error("the same as row {0}; it is imported once.")]
    Repeated(u32),
    #[error("similar to {0}; it is imported all the same.")]
    Similar(Twin),
    #[error("the post \"{0}\" is registered with another number, which stays; change it in the portal if it is outdated.")]
    ContactKept(String),
}

/// What a name was expected to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Organisation,
    Place,
    Category,
    Area,
}

/// The demand that another one resembles.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Twin {
    #[error("the demand {0}")]
    Demand(RefNo),
    #[error("row {0}")]
    Row(u32),
}

impl What {
    fn en(self) -> &'static str {
        match self {
            Self::Organisation => "is not registered",
            Self::Place => "is no registered building or park",
            Self::Category => "is no category",
            Self::Area => "is no street, zone, building or park of the district",
        }
    }

    fn zh(self) -> &'static str {
        match self {
            Self::Organisation => "没有登记，请核对单位全称",
            Self::Place => "不是已登记的楼宇或园区，请核对名称",
            Self::Category => "不是已有的类别，请核对名称",
            Self::Area => "不是本区的街道、集聚区、楼宇或园区，请核对名称",
        }
    }

    fn code(self) -> ProblemCode {
        match self {
            Self::Organisation => ProblemCode::UnknownOrganisation,
            Self::Place => ProblemCode::UnknownPlace,
            Self::Category => ProblemCode::UnknownCategory,
            Self::Area => ProblemCode::UnknownArea,
        }
    }
}

/// The end of a sentence about an unknown name.
fn end(nearest: Option<&str>) -> String {
    nearest.map_or_else(|| ".".to_owned(), |name| format!("; did the list mean \"{name}\"?"))
}

impl Explain for RowFault {
    fn code(&self) -> ProblemCode {
        match self {
            Self::Unknown { what, .. } => what.code(),
            Self::UnknownCode => ProblemCode::UnknownOrganisation,
            Self::NameAndCode(_) | Self::ShortName(_) => ProblemCode::OrganisationUnclear,
            Self::Inactive(_) => ProblemCode::OrganisationInactive,
            Self::Registered(_) | Self::RegisteredInRow(_) => ProblemCode::Duplicate,
            Self::PlaceUnclear(_) => ProblemCode::PlaceUnclear,
            Self::NoTenancy { .. } => ProblemCode::NoTenancy,
            Self::PastDate => ProblemCode::PastDate,
            Self::PersonalNumber => ProblemCode::PersonalNumber,
            Self::NotAllowed => ProblemCode::NotAllowed,
            Self::PlaceMissing | Self::PhoneMissing => ProblemCode::Required,
            Self::TooMany { .. } => ProblemCode::TooMany,
            Self::Text(TextError::TooShort { .. }) => ProblemCode::TooShort,
            Self::Text(TextError::TooLong { .. }) => ProblemCode::TooLong,
            Self::Text(TextError::ControlCharacter { .. }) => ProblemCode::ControlCharacter,
            Self::Repeated(_) => ProblemCode::RepeatedRow,
            Self::Similar(_) => ProblemCode::SimilarDemand,
            Self::ContactKept(_) => ProblemCode::ContactKept,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Unknown { what, shown, nearest } => {
                let nearest = nearest.as_ref().map(|name| format!("是不是“{name}”？")).unwrap_or_default();
                format!("{}{}。{nearest}", shown.zh(), what.zh())
            }
            Self::UnknownCode => "没有单位登记了这个统一社会信用代码，请对照营业执照核对。".to_owned(),
            Self::NameAndCode(name) => format!("这个代码属于“{name}”，与本行的单位名称不一致，请核对。"),
            Self::ShortName(shown) => format!("{}是多家单位的简称，请填写单位全称。", shown.zh()),
            Self::Inactive(name) => format!("“{name}”已停用或注销。"),
            Self::Registered(name) => format!("“{name}”已经登记过。"),
            Self::RegisteredInRow(row) => format!("与第 {row} 行登记的名称或代码相同。"),
            Self::PlaceUnclear(names) => format!("该单位在多处入驻（{names}），请填写是哪一处。"),
            Self::NoTenancy { place: Some(place) } => format!("该单位今天在“{place}”没有入驻记录。"),
            Self::NoTenancy { place: None } => "该单位今天没有任何入驻记录。".to_owned(),
            Self::PastDate => "日期已经过去，请填写今天或以后的日期。".to_owned(),
            Self::PersonalNumber => "内容中有疑似身份证号、手机号或银行卡号，请删除。".to_owned(),
            Self::NotAllowed => "不在您的管理范围内，您的账号不能导入这一行。".to_owned(),
            Self::PlaceMissing => "填写了房号或入驻时间，请同时填写所在楼宇/园区。".to_owned(),
            Self::PhoneMissing => "填写邮箱时请同时填写联系电话。".to_owned(),
            Self::TooMany { max, found } => format!("共 {found} 项，请不要超过 {max} 项。"),
            Self::Text(TextError::TooShort { min }) => format!("内容太短，请至少填写 {min} 个字。"),
            Self::Text(TextError::TooLong { max }) => format!("内容太长，请不要超过 {max} 个字。"),
            Self::Text(TextError::ControlCharacter { .. }) => "含有看不见的控制字符，请重新输入。".to_owned(),
            Self::Repeated(row) => format!("与第 {row} 行完全相同，只导入一次。"),
            Self::Similar(Twin::Demand(ref_no)) => format!("与已有需求 {ref_no} 内容相近，仍会导入，请确认不是重复。"),
            Self::Similar(Twin::Row(row)) => format!("与第 {row} 行内容相近，仍会导入，请确认不是重复。"),
            Self::ContactKept(post) => format!("岗位“{post}”已登记了另一个电话，沿用原有号码；如已变更，请在系统中修改。"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest_one() {
        let fault = |nearest: Option<&str>| RowFault::Unknown {
            what: What::Organisation,
            shown: Shown::new("武汉江城机械"),
            nearest: nearest.map(str::to_owned),
        };
        assert_eq!(fault(None).to_string(), "\"武汉江城机械\" is not registered.");
        assert_eq!(fault(None).zh(), "“武汉江城机械”没有登记，请核对单位全称。");
        let near = fault(Some("武汉江城机械有限公司"));
        assert_eq!(near.to_string(), "\"武汉江城机械\" is not registered; did the list mean \"武汉江城机械有限公司\"?");
        assert_eq!(near.zh(), "“武汉江城机械”没有登记，请核对单位全称。是不是“武汉江城机械有限公司”？");
    }

    #[test]
    fn a_number_that_slipped_into_a_name_is_not_repeated() {
        let fault = RowFault::Unknown { what: What::Place, shown: Shown::new("13800138000"), nearest: None };
        assert_eq!(fault.to_string(), "the content is no registered building or park.");
        assert_eq!(fault.zh(), "所填内容不是已登记的楼宇或园区，请核对名称。");
    }
}
