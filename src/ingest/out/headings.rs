//! What each list is called and which columns it has.

use super::Frozen;
use crate::ops::export::List;

const DEMANDS: &[&str] = &[
    "编号",
    "需求单位",
    "统一社会信用代码",
    "所在楼宇/园区",
    "类别",
    "需求名称",
    "需求内容",
    "数量",
    "单位(计量)",
    "期望时间",
    "紧急程度",
    "紧急原因",
    "可见范围",
    "标签",
    "联系人(岗位)及电话",
    "状态",
    "已认领数量",
    "提交时间",
    "发布时间",
];

const RESOURCES: &[&str] = &[
    "编号",
    "提供单位",
    "处室",
    "资源名称",
    "资源内容",
    "类别",
    "服务方式",
    "覆盖范围",
    "可提供次数/容量",
    "有效期",
    "是否收费",
    "所需材料",
    "标签",
    "联系人(岗位)及电话",
    "状态",
    "最近确认日期",
    "发布时间",
];

const PROJECTS: &[&str] = &[
    "编号",
    "项目名称",
    "需求编号",
    "需求单位",
    "牵头单位",
    "所在楼宇/园区",
    "状态",
    "应交付日期",
    "原定日期",
    "首次联系时间",
    "方案提交时间",
    "交付时间",
    "企业确认时间",
    "是否解决",
    "满意度",
    "重启次数",
    "结束时间",
];

const RATES: &[&str] = &[
    "单位",
    "响应率分子",
    "响应率分母",
    "响应率(‰)",
    "解决率分子",
    "解决率分母",
    "解决率(‰)",
    "满意率分子",
    "满意率分母",
    "满意率(‰)",
    "答复率分子",
    "答复率分母",
    "答复率(‰)",
    "认领率分子",
    "认领率分母",
    "认领率(‰)",
    "过期率分子",
    "过期率分母",
    "过期率(‰)",
];

const YEAR_FILE: &[&str] =
    &["部分", "编号", "日期", "服务对象", "类型", "内容", "状态", "补报原因", "时间", "上一条哈希", "哈希"];

const FROZEN_DEMANDS: &[&str] = &[
    "编号",
    "需求单位",
    "所在楼宇/园区",
    "类别代码",
    "需求名称",
    "数量",
    "单位(计量)",
    "紧急程度代码",
    "状态代码",
    "结果代码",
    "已认领数量",
    "提交时间",
    "发布时间",
    "结束时间",
];

const FROZEN_RESOURCES: &[&str] = &[
    "编号",
    "提供单位",
    "处室",
    "类别代码",
    "资源名称",
    "服务方式代码",
    "容量",
    "周期代码",
    "有效期起",
    "有效期止",
    "收费代码",
    "状态代码",
    "最近确认日期",
];

const FROZEN_PROJECTS: &[&str] = &[
    "编号",
    "需求编号",
    "需求单位",
    "牵头单位",
    "项目名称",
    "状态代码",
    "应交付日期",
    "原定日期",
    "首次联系时间",
    "交付时间",
    "企业确认时间",
    "是否解决代码",
    "满意度",
    "重启次数",
    "结束时间",
];

/// The title and the columns of a list; `frozen` says of which list a snapshot is.
pub(super) fn of(list: &List, frozen: Option<Frozen>) -> (&'static str, &'static [&'static str]) {
    match (list, frozen) {
        (List::Demands(_), _) => ("需求清单", DEMANDS),
        (List::Resources(_), _) => ("资源清单", RESOURCES),
        (List::Projects(_), _) => ("项目清单", PROJECTS),
        (List::Rates(..), _) => ("单位指标", RATES),
        (List::YearFile(..), _) => ("指导员年度档案", YEAR_FILE),
        (List::Snapshot(_), Some(Frozen::Demands) | None) => ("需求清单快照", FROZEN_DEMANDS),
        (List::Snapshot(_), Some(Frozen::Resources)) => ("资源清单快照", FROZEN_RESOURCES),
        (List::Snapshot(_), Some(Frozen::Projects)) => ("项目清单快照", FROZEN_PROJECTS),
    }
}
