//! The columns of each kind of list: the heading a template should carry, and those lists do carry.

use super::Kind;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    Organisation,
    Uscc,
    Place,
    Category,
    Title,
    Detail,
    TitleAndDetail,
    Quantity,
    Unit,
    Desired,
    Urgency,
    UrgencyReason,
    Visibility,
    Tags,
    Contact,
    ContactPost,
    ContactPhone,
    Office,
    Mode,
    Coverage,
    Capacity,
    Validity,
    Fee,
    Documents,
    Name,
    ShortName,
    OrganisationKind,
    IndustrySection,
    IndustryDivision,
    SizeBand,
    Room,
    Since,
    Email,
}

/// A field and the headings it goes by, separated by blanks; the first is the one that messages name.
pub(crate) type Column = (Field, &'static str);

pub(crate) const fn columns(kind: Kind) -> &'static [Column] {
    match kind {
        Kind::Organisations => ORGANISATIONS,
        Kind::Demands => DEMANDS,
        Kind::Resources => RESOURCES,
    }
}

/// Of each group a list must have at least one column.
pub(crate) const fn mandatory(kind: Kind) -> &'static [&'static [Field]] {
    match kind {
        Kind::Organisations => &[&[Field::Name], &[Field::OrganisationKind]],
        Kind::Demands => {
            &[&[Field::Organisation, Field::Uscc], &[Field::Category], &[Field::Title, Field::Detail, Field::TitleAndDetail]]
        }
        Kind::Resources => &[
            &[Field::Organisation],
            &[Field::Title, Field::TitleAndDetail],
            &[Field::Category],
            &[Field::Mode],
            &[Field::Capacity],
        ],
    }
}

const USCC: Column = (Field::Uscc, "统一社会信用代码 社会信用代码 信用代码 统一信用代码 统一社会信用代码18位");
const PLACE: Column = (
    Field::Place,
    "所在楼宇/园区 所在楼宇 所在园区 楼宇/园区 楼宇园区名称 园区/楼宇 所在园区/楼宇 \
         楼宇 园区 所属楼宇 所属园区 所属楼宇/园区 所属园区/楼宇 楼宇名称 园区名称",
);
const TAGS: Column = (Field::Tags, "标签 关键词 关键字");
const CONTACT: Column = (
    Field::Contact,
    "联系人(岗位)及电话 联系人及电话 联系人岗位及电话 联系人及联系电话 联系人及联系方式 \
         联系人(岗位)及联系电话 联系人和电话 联系人/电话 联系人电话 联系岗位及电话 \
         岗位及电话 联系方式",
);
const CONTACT_POST: Column = (Field::ContactPost, "联系岗位 联系人(岗位) 联系人岗位 联系人 岗位");
const CONTACT_PHONE: Column = (Field::ContactPhone, "联系电话 电话 办公电话 电话号码 联系人联系电话");

const DEMANDS: &[Column] = &[
    (
        Field::Organisation,
        "需求单位 企业名称 单位名称 企业 需求企业 提出单位 申报单位 需求单位名称 \
         需求企业名称 单位全称 企业全称 提报单位",
    ),
    USCC,
    PLACE,
    (Field::Category, "类别 需求类别 需求类型 服务类别 分类 需求分类"),
    (Field::Title, "需求名称 需求标题 标题 需求事项 需求项目 事项名称"),
    (
        Field::Detail,
        "需求内容 具体需求 需求描述 具体内容 内容 需求说明 具体需求内容 需求详情 \
         需求具体内容",
    ),
    (Field::TitleAndDetail, "需求名称与内容 需求名称及内容 需求名称和内容 需求事项及内容"),
    (Field::Quantity, "数量 需求数量 需求量"),
    (Field::Unit, "单位(计量) 计量单位 单位 数量单位"),
    (Field::Desired, "期望时间 期望完成时间 希望时间 需求时间 期望办结时间 期望解决时间 期望日期"),
    (Field::Urgency, "紧急程度 紧急度 缓急程度 轻重缓急"),
    (Field::UrgencyReason, "紧急原因 紧急理由 紧急说明 加急原因"),
    (Field::Visibility, "可见范围 公开范围"),
    TAGS,
    CONTACT,
    CONTACT_POST,
    CONTACT_PHONE,
];

const RESOURCES: &[Column] = &[
    (
        Field::Organisation,
        "提供单位 资源单位 资源提供单位 单位名称 服务单位 责任单位 提供部门 单位 \
         提供单位名称 供给单位",
    ),
    (Field::Office, "处室 责任科室 科室 处室/科室 责任处室 承办科室 具体科室 业务科室"),
    (Field::Title, "资源名称 资源标题 服务名称 标题 项目名称 资源项目"),
    (Field::Detail, "资源内容 服务内容 具体内容 内容 资源描述 资源说明 内容简介"),
    (Field::TitleAndDetail, "资源名称与内容 资源名称及内容 资源名称和内容 资源名称、内容 服务名称及内容"),
    (Field::Category, "类别 资源类别 资源类型 服务类别 分类 资源分类"),
    (Field::Mode, "服务方式 提供方式 服务形式 资源形式"),
    (Field::Coverage, "覆盖范围 服务范围 适用范围 服务区域 覆盖区域"),
    (
        Field::Capacity,
        "可提供次数/容量 可提供次数 容量 次数 可提供数量 服务次数 可提供次数或容量 \
         次数/容量",
    ),
    (Field::Validity, "有效期 有效期限 服务期限 有效时间 有效日期 服务时间"),
    (Field::Fee, "是否收费 收费 收费情况 收费标准 费用"),
    (Field::Documents, "所需材料 申请材料 需提供材料 所需资料 办理材料"),
    TAGS,
    CONTACT,
    CONTACT_POST,
    CONTACT_PHONE,
];

const ORGANISATIONS: &[Column] = &[
    (Field::Name, "单位名称 企业名称 名称 单位全称 企业全称 机构名称 单位"),
    (Field::ShortName, "简称 单位简称 企业简称"),
    (Field::OrganisationKind, "单位类型 类型 单位性质 机构类型 单位类别"),
    USCC,
    (Field::IndustrySection, "行业门类 门类 所属行业门类"),
    (Field::IndustryDivision, "行业大类 大类 行业大类代码 所属行业大类"),
    (Field::SizeBand, "规模 企业规模 单位规模"),
    PLACE,
    (Field::Room, "房号/单元 房号 单元 房间号 门牌号 单元/房号 楼层房号"),
    (Field::Since, "入驻时间 入驻日期 进驻时间 入园时间"),
    CONTACT,
    CONTACT_POST,
    CONTACT_PHONE,
    (Field::Email, "邮箱 电子邮箱 邮箱地址 E-mail 联系邮箱"),
];
