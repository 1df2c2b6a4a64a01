//! Expected refusals: a stable code, where in the input, and what to tell the person.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::lang::Lang;

/// Every machine code that a client can meet. Codes are never renamed; new ones are added.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    Unauthenticated,
    SignInFailed,
    PasswordChangeRequired,
    Forbidden,
    NotFound,
    BadId,
    BadCursor,
    BadPage,
    Validation,
    StaleVersion,
    InvalidState,
    AlreadyConsented,
    QuantityExceeded,
    CapacityExceeded,
    DuplicateSuspected,
    DuplicateName,
    DuplicateUscc,
    UsccInnerCode,
    DuplicateClaim,
    NotYourTurn,
    ObjectInstead,
    FinalDispatch,
    TenancyOverlap,
    TenancyMissing,
    OrganisationInactive,
    NoDutyUnit,
    OwnDemand,
    ResourceUnavailable,
    NotEligible,
    PlanIncomplete,
    MilestonesOpen,
    ReopenLimit,
    CallBackFirst,
    AlreadyAsked,
    ExtensionLimit,
    TooLate,
    BranchRule,
    WarningsUnacknowledged,
    AlreadyCovered,
    StationsDepend,
    PlaceTree,
    SamePerson,
    GrantScope,
    WeakPassword,
    IdempotencyConflict,
    NotGraded,
    CycleNotOver,
    AlreadyAnswered,
    OtherLevel,
    LevelMissing,
    NotWaivable,
    NotServed,
    LateReasonMissing,
    RecordMonthLocked,
    AlreadyPosted,
    AlreadyIssued,
    FileType,
    UploadMissing,
    UploadTooLarge,
    ImportFile,
    ImportRows,
    DemoRefused,
    TooCostly,
    TimedOut,
    Overloaded,
    Internal,
}

impl Code {
    /// The code as clients see it.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What to tell a person when nothing more particular is known.
    pub fn message(self) -> Message {
        let (zh, en) = self.texts();
        Message { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
    }

    #[expect(clippy::too_many_lines, reason = "a table in the form of a match: one line per code")]
    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Unauthenticated => ("请先登录。", "Sign in first."),
            Self::SignInFailed => ("账号或密码不正确。", "The account or the password is wrong."),
            Self::PasswordChangeRequired => ("首次登录请先修改密码。", "Change the password first."),
            Self::Forbidden => ("您没有执行此操作的权限。", "You may not do this."),
            Self::NotFound => ("没有找到该对象。", "There is no such object."),
            Self::BadId => ("编号格式不正确或类型不符。", "This is not an id of the kind that is expected here."),
            Self::BadCursor => ("游标不属于此列表。", "This cursor does not belong to this list with this filter and order."),
            Self::BadPage => (
                "分页参数不正确:每页 1 至 100 条,first 与 last 不能同时使用。",
                "A page has 1 to 100 rows, and `first` and `last` exclude each other.",
            ),
            Self::Validation => ("填写内容不符合要求。", "The input is not acceptable."),
            Self::StaleVersion => {
                ("该记录已被他人修改,请刷新后重试。", "Somebody has changed this since you read it; read it again.")
            }
            Self::InvalidState => ("当前状态下不能执行此操作。", "This is not possible in the present state."),
            Self::AlreadyConsented => ("该方已经同意,无需重复操作。", "This side has already consented."),
            Self::QuantityExceeded => ("需求数量已满,无法再认领。", "The demand's quantity is already agreed with others."),
            Self::CapacityExceeded => ("资源在该周期内的容量已满。", "The resource's capacity in this period is already agreed."),
            Self::DuplicateSuspected => (
                "近 90 天内有内容相近的需求,请确认不是重复提交。",
                "There are similar demands of the last 90 days; acknowledge them if this is another one.",
            ),
            Self::DuplicateName => ("名称或代码已被使用。", "This name or code is already in use."),
            Self::DuplicateUscc => ("该统一社会信用代码已被登记。", "This unified social credit code is already registered."),
            Self::UsccInnerCode => (
                "统一社会信用代码中的组织机构代码校验位不符,请核对。",
                "The organisation code inside the unified social credit code does not check; have a second look.",
            ),
            Self::DuplicateClaim => ("双方已有一个待回应的认领。", "There already is an open claim between these two."),
            Self::NotYourTurn => ("请先等待另一方回应。", "The other side answers first."),
            Self::ObjectInstead => {
                ("派单不能谢绝,请在期限内提出异议。", "A dispatch is not declined; object to it in time instead.")
            }
            Self::FinalDispatch => ("该派单已最终确定,不能再提出异议。", "The dispatch is final and cannot be objected to."),
            Self::TenancyOverlap => {
                ("该单位在此房号的入驻时间重叠。", "The organisation already has a tenancy of this unit in that time.")
            }
            Self::TenancyMissing => ("该单位在此楼宇/园区没有入驻记录。", "The organisation has no tenancy in this place."),
            Self::OrganisationInactive => ("该单位已停用或注销。", "The organisation is suspended or closed."),
            Self::NoDutyUnit => ("该类别尚未设置归口单位。", "The category has no duty unit yet."),
            Self::OwnDemand => ("不能认领本单位的需求或资源。", "An organisation cannot claim what it has listed itself."),
            Self::ResourceUnavailable => ("该资源当前不接受认领。", "The resource does not accept claims at present."),
            Self::NotEligible => ("该资源不面向此单位或此地点。", "The resource is not meant for this organisation or place."),
            Self::PlanIncomplete => ("请先登记首次联系并提交计划。", "Log the first contact and file the plan first."),
            Self::MilestonesOpen => ("仍有里程碑未完成或未豁免。", "Some milestones are neither done nor waived."),
            Self::ReopenLimit => ("该项目已重新开启两次,不能再次开启。", "The project has been reopened twice already."),
            Self::CallBackFirst => (
                "请先登记回访:须已联系到企业,且企业表示问题未完全解决。",
                "Log a call-back first in which the enterprise was reached and does not call it solved.",
            ),
            Self::AlreadyAsked => ("已有一个申请等待决定。", "There already is a request that waits for a decision."),
            Self::ExtensionLimit => (
                "延期次数或累计工作日已达上限。",
                "The project has been extended too often, or would be by too many working days in all.",
            ),
            Self::TooLate => ("已超过办理期限。", "The time for this has passed."),
            Self::BranchRule => ("不符合党组织设置规则。", "This breaks a rule for branches."),
            Self::WarningsUnacknowledged => ("有提示尚未确认。", "There are warnings to acknowledge first."),
            Self::AlreadyCovered => ("该单位已由其他党组织覆盖。", "The organisation is already covered by a branch."),
            Self::StationsDepend => {
                ("仍有联络站由该党组织托管,请先移交。", "The branch still has stations in custody; hand them over first.")
            }
            Self::PlaceTree => ("楼宇/园区的层级关系不正确。", "The place does not fit into the tree of places."),
            Self::SamePerson => ("提议人与批准人不能是同一人。", "The proposer and the approver must be two persons."),
            Self::GrantScope => ("角色与授权范围不匹配。", "The role does not go with this scope."),
            Self::WeakPassword => (
                "密码不符合要求:至少 10 个字符,且不能是常见密码。",
                "A password has at least 10 characters and is not a common one.",
            ),
            Self::IdempotencyConflict => ("同一幂等键已用于其他请求。", "This idempotency key was used for another request."),
            Self::NotGraded => ("尚有考核未评定等次。", "Not every evaluation of the cycle is graded."),
            Self::CycleNotOver => ("考核周期尚未结束。", "The days of the cycle are not over."),
            Self::AlreadyAnswered => ("该企业已作出评价。", "The enterprise has answered already."),
            Self::OtherLevel => (
                "同一人只能参与一个层级的考核,且不得考核本人。",
                "One person acts on one level of an evaluation, and never on their own.",
            ),
            Self::LevelMissing => ("有层级缺失且未豁免。", "A level is missing and was not waived."),
            Self::NotWaivable => ("该层级不缺失或不可豁免。", "This level is there, or cannot be waived."),
            Self::NotServed => {
                ("该日期内此单位不是选派的服务对象。", "The posting does not serve this organisation on that day.")
            }
            Self::LateReasonMissing => ("已超过填报时限,请说明补报原因。", "This is filed late: say why."),
            Self::RecordMonthLocked => {
                ("该月份已锁定,请选派单位开放补报。", "The month is locked; the dispatch unit can open it.")
            }
            Self::AlreadyPosted => ("该指导员已有未结束的选派。", "The instructor has an open posting already."),
            Self::AlreadyIssued => ("该版本已发放给此指导员。", "The instructor was given this version already."),
            Self::FileType => ("附件应为 JPEG、PNG 或 PDF。", "Only JPEG, PNG and PDF files are kept."),
            Self::UploadMissing => ("没有收到文件。", "No file was received."),
            Self::UploadTooLarge => ("文件超过 20 MiB。", "The file is larger than 20 MiB."),
            Self::ImportFile => ("无法读取该文件。", "The file cannot be read."),
            Self::ImportRows => ("表格中有不合格的行,未导入任何内容。", "Some rows are not acceptable; nothing was imported."),
            Self::DemoRefused => ("数据库中已有其他数据。", "The database holds other data."),
            Self::TooCostly => ("查询内容过多,请缩小范围。", "This asks for too much at once; ask for less."),
            Self::TimedOut => (
                "处理超时,结果未知,请刷新后确认。",
                "This took too long; whether it was done is not known, so look before you repeat it.",
            ),
            Self::Overloaded => ("系统繁忙,请稍后再试。", "The server is busy; try again shortly."),
            Self::Internal => (
                "系统内部错误,请联系管理员并提供事件编号。",
                "Something went wrong on our side; tell the operator the incident id.",
            ),
        }
    }
}

/// A sentence for a person in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub zh: Cow<'static, str>,
    pub en: Cow<'static, str>,
}

impl Message {
    /// A sentence made for the occasion.
    pub fn new(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The sentence in one language.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// One refusal that a person can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub code: Code,
    pub message: Message,
    /// Where in the mutation's arguments, from `input` on; empty when it is not about one field.
    pub path: Vec<String>,
}

impl Problem {
    /// A refusal with the usual message of its code.
    pub fn new(code: Code) -> Self {
        Self { code, message: code.message(), path: Vec::new() }
    }

    /// The same with a sentence made for the occasion.
    #[must_use]
    pub fn saying(self, zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { message: Message::new(zh, en), ..self }
    }

    /// The same at a field of the input; dots separate levels: `plan.due`.
    #[must_use]
    pub fn at(self, field: &str) -> Self {
        let path = std::iter::once("input").chain(field.split('.')).map(str::to_owned).collect();
        Self { path, ..self }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_code_speaks_both_languages() {
        for code in Code::iter() {
            let message = code.message();
            assert!(message.zh.ends_with('。'), "{code:?}");
            assert!(message.en.ends_with('.') && message.en.is_ascii(), "{code:?}");
        }
    }
}
