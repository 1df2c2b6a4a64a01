//! The words that lists write for the values of closed sets.

use crate::{
    domain::{
        demand::{self, Urgency},
        evaluation::{self, score::Grade},
        period::Per,
        project::{self, Solved},
        record::{self, standing},
        resource,
    },
    ingest::words::Word,
};

/// The word that an import would recommend for the value.
pub(super) fn recommended<W: Word>(value: W) -> &'static str {
    W::WORDS.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}

pub(super) fn record_kind(kind: record::Kind) -> &'static str {
    match kind {
        record::Kind::Visit => "走访",
        record::Kind::Guidance => "指导",
        record::Kind::Class => "授课",
        record::Kind::DemandCollected => "收集需求",
        record::Kind::ProblemSolved => "解决问题",
        record::Kind::Meeting => "会议",
        record::Kind::Training => "培训",
        record::Kind::HalfYearSummary => "半年小结",
    }
}

pub(super) fn record(status: standing::Status) -> &'static str {
    match status {
        standing::Status::Filed => "待核实",
        standing::Status::Verified => "已核实",
        standing::Status::Unverified => "未核实",
        standing::Status::Disputed => "有异议",
        standing::Status::VerifiedByReview => "复核属实",
        standing::Status::Voided => "复核作废",
    }
}

pub(super) fn evaluation(status: evaluation::Status) -> &'static str {
    match status {
        evaluation::Status::RecordsReady => "企业评价中",
        evaluation::Status::EnterpriseDone => "选派单位考核中",
        evaluation::Status::UnitDone => "组织部评定中",
        evaluation::Status::Graded => "已评定",
        evaluation::Status::Published => "公布中",
        evaluation::Status::Objected => "异议中",
        evaluation::Status::Final => "已办结",
    }
}

pub(super) fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::Excellent => "优秀",
        Grade::Competent => "称职",
        Grade::Basic => "基本称职",
        Grade::Incompetent => "不称职",
    }
}

pub(super) fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Normal => "一般",
        Urgency::Soon => "较急",
        Urgency::Urgent => "紧急",
    }
}

pub(super) fn demand(status: demand::Status) -> &'static str {
    match status {
        demand::Status::Draft => "草稿",
        demand::Status::Submitted => "待审核",
        demand::Status::Returned => "退回",
        demand::Status::Listed => "已发布",
        demand::Status::Parked => "暂缓",
        demand::Status::Merged => "已合并",
        demand::Status::Closed => "已办结",
        demand::Status::Expired => "已过期",
    }
}

pub(super) fn resource(status: resource::Status) -> &'static str {
    match status {
        resource::Status::Draft => "草稿",
        resource::Status::Listed => "已发布",
        resource::Status::Paused => "暂停",
        resource::Status::Stale => "待确认",
        resource::Status::Retired => "停止提供",
    }
}

pub(super) fn project(status: project::Status) -> &'static str {
    match status {
        project::Status::Planned => "待启动",
        project::Status::Active => "进行中",
        project::Status::Paused => "已暂停",
        project::Status::Delivered => "待确认",
        project::Status::Confirmed => "已确认",
        project::Status::Unconfirmed => "未确认",
        project::Status::Closed => "已办结",
        project::Status::Cancelled => "已取消",
    }
}

pub(super) fn solved(solved: Solved) -> &'static str {
    match solved {
        Solved::Yes => "已解决",
        Solved::Partly => "部分解决",
        Solved::No => "未解决",
    }
}

/// As an import reads it: `每月4次`, `共20次`.
pub(super) fn capacity(amount: u32, per: Per) -> String {
    match per {
        Per::Once => format!("共{amount}次"),
        Per::Month => format!("每月{amount}次"),
        Per::Quarter => format!("每季度{amount}次"),
        Per::Year => format!("每年{amount}次"),
    }
}
