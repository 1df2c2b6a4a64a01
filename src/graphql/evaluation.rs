//! Evaluations of instructors in the API: to each what they may see of it.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};

use super::{
    cycle::{Cycle, CycleLoader},
    loader::Load,
    organisation::{Organisation, OrganisationLoader},
    posting::{Posting, PostingLoader},
    request::{Request, id_argument, load, or_error},
    scalar::DateTime,
};
use crate::{
    domain::evaluation::{self as domain, Level, score},
    kernel::id::EvaluationId,
    ops::{self, evaluation::Recomputed},
    policy::{self, Action, Scope, Sight, Subject},
    store::{self, Reader, StoreResult, evaluation::Assessed},
};

/// An evaluation as somebody sees it.
#[derive(Clone)]
pub struct Evaluation {
    evaluation: domain::Evaluation,
    answers: Vec<domain::Answer>,
    sight: Sight,
}

impl Evaluation {
    /// What a scope shows of an evaluation; `None` where that is nothing. Of the answers only those stay that
    /// are seen one by one.
    pub fn seen((evaluation, mut answers): Assessed, scope: &Scope) -> Option<Self> {
        let sight = scope.sight(&evaluation)?;
        answers.retain(|answer| sight.shows_answers() || scope.speaks_for(answer.organisation));
        Some(Self { evaluation, answers, sight })
    }

    /// The hundredths of each level, where they are seen.
    fn shown(&self) -> [Option<u32>; 4] {
        let seen = self.sight.levels(self.evaluation.status, self.evaluation.levels(None));
        seen.map(|points| points.map(score::Points::hundredths))
    }

    fn grading(&self) -> Option<&domain::Grading> {
        self.evaluation.grading.as_ref().filter(|_| self.is_whole())
    }

    /// What is said about an objection is for those who see the grade.
    fn is_whole(&self) -> bool {
        self.sight.shows(Level::OrganisationDepartment, self.evaluation.status)
    }
}

/// The evaluation of an instructor's work in a cycle (考核评定), as far as the signed-in account sees it. Points
/// are in hundredths: 10,000 are full marks.
#[Object]
impl Evaluation {
    /// The opaque id, `evl_…`.
    pub async fn id(&self) -> ID {
        ID(self.evaluation.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.evaluation.version.0
    }

    /// The cycle.
    async fn cycle(&self, ctx: &Context<'_>) -> Result<Option<Cycle>, Error> {
        load::<CycleLoader>(ctx, self.evaluation.cycle).await
    }

    /// The posting that is assessed.
    async fn posting(&self, ctx: &Context<'_>) -> Result<Option<Posting>, Error> {
        load::<PostingLoader>(ctx, self.evaluation.posting).await
    }

    /// Where it stands (状态).
    async fn status(&self) -> EvaluationStatus {
        self.evaluation.status.into()
    }

    /// Until when enterprises can answer (企业评价截止).
    async fn answers_end_at(&self) -> DateTime {
        DateTime(self.evaluation.answers_end_at)
    }

    /// What level 1 is computed from, field by field (档案纪实得分明细); null where it is not seen.
    async fn records(&self) -> Option<EvaluationRecords> {
        let is_shown = self.sight.shows(Level::Records, self.evaluation.status);
        is_shown.then(|| self.evaluation.records.into())
    }

    /// Level 1 (档案纪实): computed from the records; null where it is not seen.
    async fn level_1(&self) -> Option<u32> {
        self.shown()[0]
    }

    /// Level 2 (企业评价): the mean of the enterprises' answers; null while it is asked, where fewer than three
    /// have answered, and where it is not seen.
    async fn level_2(&self) -> Option<u32> {
        self.shown()[1]
    }

    /// Level 3 (选派单位考核); null where it is missing or not seen.
    async fn level_3(&self) -> Option<u32> {
        self.shown()[2]
    }

    /// Level 4 (区委组织部评定); null where it is missing or not seen.
    async fn level_4(&self) -> Option<u32> {
        self.shown()[3]
    }

    /// The weighted mean of the levels that are there (总分); null where it is not seen.
    async fn total(&self) -> Option<u32> {
        self.grading().map(|grading| grading.total.hundredths())
    }

    /// The grade that follows from the total (建议等次); null where it is not seen.
    async fn suggested_grade(&self) -> Option<EvaluationGrade> {
        self.grading().map(|grading| grading.suggested.into())
    }

    /// The grade that counts (等次); null where it is not seen.
    async fn grade(&self) -> Option<EvaluationGrade> {
        self.grading().and_then(|_| self.evaluation.grade_in_force()).map(Into::into)
    }

    /// Why that grade (评定理由); null where none was given or it is not seen.
    async fn grade_reason(&self) -> Option<&str> {
        self.grading().and_then(|grading| grading.reason.as_ref()).map(|reason| reason.as_str())
    }

    /// The levels that are missing, and why that is accepted (豁免); empty where they are not seen.
    async fn waivers(&self) -> Vec<EvaluationWaiver> {
        let shown = self.evaluation.waivers.iter().filter(|waiver| self.sight.shows(waiver.level, self.evaluation.status));
        shown.map(|waiver| EvaluationWaiver { level: waiver.level.into(), reason: waiver.reason.to_string() }).collect()
    }

    /// How many enterprises are asked (应评企业数); null where level 2 is not seen.
    async fn asked(&self) -> Option<usize> {
        self.sight.shows(Level::Enterprises, self.evaluation.status).then_some(self.evaluation.asked.len())
    }

    /// What enterprises have answered, as far as it is seen one by one: one's own, and all by the organisation
    /// department. Never shown to the instructor.
    async fn answers(&self) -> Vec<EvaluationAnswer> {
        self.answers.iter().cloned().map(EvaluationAnswer).collect()
    }

    /// Until when the instructor can object (异议期限); null until it is published, and where that is not seen.
    async fn object_due_at(&self) -> Option<DateTime> {
        self.evaluation.object_due_at.filter(|_| self.is_whole()).map(DateTime)
    }

    /// Why the instructor objected (异议); null unless that happened and is seen.
    async fn objection(&self) -> Option<&str> {
        self.evaluation.objection.as_ref().filter(|_| self.is_whole()).map(|objection| objection.reason.as_str())
    }

    /// What was decided about the objection (异议答复); null unless that happened and is seen.
    async fn decision(&self) -> Option<&str> {
        self.evaluation.decision.as_ref().filter(|_| self.is_whole()).map(|decision| decision.reason.as_str())
    }

    /// Whether the signed-in account may score level 3, its state aside.
    async fn viewer_can_score(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let subject = Subject::owned(self.evaluation.district.clone(), self.evaluation.dispatch_unit);
        may(ctx, Action::EvaluationScore, &subject)
    }

    /// Whether the signed-in account may grade, its state aside.
    async fn viewer_can_grade(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::EvaluationGrade, &Subject::of_district(self.evaluation.district.clone()))
    }

    /// Whether the signed-in account may object, its state aside.
    async fn viewer_can_object(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let subject = Subject::of_district(self.evaluation.district.clone()).posted(self.evaluation.posting);
        may(ctx, Action::EvaluationObject, &subject)
    }
}

fn may(ctx: &Context<'_>, action: Action, subject: &Subject) -> Result<bool, Error> {
    Ok(policy::may(&Request::of(ctx).cx()?.actor, action, subject))
}

/// What level 1 is computed from (档案纪实得分明细): the sum of 4000 × serviceDays/requiredDays, 2000 × cellsDone/cells,
/// 1500 × inTime/filed, 1500 × verified/filed and 1000 × targetsLinked/targets, rounded once. No part is above
/// its whole, and where there is nothing to divide by it is 0.
#[derive(SimpleObject)]
pub struct EvaluationRecords {
    /// Days of the cycle with a record that was verified (已核实服务天数).
    service_days: u32,
    /// So many earn full marks (应服务天数).
    required_days: u32,
    /// Organisations and half-years with a verified record (已服务的单位半年数).
    cells_done: u32,
    /// Organisations and half-years in which they were served (应服务的单位半年数).
    cells: u32,
    /// Records that were filed, voided ones included (归档数).
    filed: u32,
    /// Those that were filed in time (按时归档数).
    in_time: u32,
    /// Those that were verified (已核实数).
    verified: u32,
    /// Organisations of which a record names a demand or a project (有实效的单位数).
    targets_linked: u32,
    /// Organisations that were served (服务单位数).
    targets: u32,
}

impl From<score::LevelOne> for EvaluationRecords {
    fn from(records: score::LevelOne) -> Self {
        let score::LevelOne { service_days, required_days, cells_done, cells, filed, in_time, verified, targets_linked, targets } =
            records;
        Self { service_days, required_days, cells_done, cells, filed, in_time, verified, targets_linked, targets }
    }
}

/// That a level is missing and that this is accepted (豁免).
#[derive(SimpleObject)]
pub struct EvaluationWaiver {
    /// The level.
    level: EvaluationLevel,
    /// Why.
    reason: String,
}

/// An answer as the API shows it.
pub struct EvaluationAnswer(domain::Answer);

/// What an enterprise has answered (企业评价).
#[Object]
impl EvaluationAnswer {
    /// The enterprise.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.organisation).await
    }

    /// The five items, each 1 to 5.
    async fn items(&self) -> Vec<u32> {
        self.0.items.iter().map(|item| u32::from(*item)).collect()
    }

    /// When it was answered.
    async fn answered_at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}

/// Where an evaluation stands (考核状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum EvaluationStatus {
    /// The records are counted, enterprises are asked (企业评价中).
    RecordsReady,
    /// The dispatch unit is to score (选派单位考核中).
    EnterpriseDone,
    /// The organisation department is to grade (组织部评定中).
    UnitDone,
    /// Graded, not published (已评定).
    Graded,
    /// The instructor can object (公布中).
    Published,
    /// The instructor has objected (异议中).
    Objected,
    /// Nothing changes any more (已办结).
    Final,
}

/// One of the four levels (考核层级).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Level")]
pub enum EvaluationLevel {
    /// Level 1: computed from the records (档案纪实).
    Records,
    /// Level 2: what enterprises answer (企业评价).
    Enterprises,
    /// Level 3: what the dispatch unit scores (选派单位考核).
    DispatchUnit,
    /// Level 4: what the organisation department gives (区委组织部评定).
    OrganisationDepartment,
}

/// A grade (等次).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "score::Grade")]
pub enum EvaluationGrade {
    /// Excellent (优秀).
    Excellent,
    /// Competent (称职).
    Competent,
    /// Basically competent (基本称职).
    Basic,
    /// Incompetent (不称职).
    Incompetent,
}

/// What recomputing an evaluation came to (重新计算), as far as the signed-in account sees the levels.
#[derive(SimpleObject)]
pub struct EvaluationRecomputation {
    /// Whether everything is what is kept.
    agrees: bool,
    /// Level 1; null where it is not seen.
    level_1: Option<u32>,
    /// Level 2; null where it is missing or not seen.
    level_2: Option<u32>,
    /// Level 3; null where it is missing or not seen.
    level_3: Option<u32>,
    /// The total; null where it is not seen.
    total: Option<u32>,
    /// The grade that follows; null where it is not seen.
    suggested_grade: Option<EvaluationGrade>,
}

impl EvaluationRecomputation {
    fn seen(again: Recomputed, sight: Sight) -> Self {
        let status = again.evaluation.status;
        let [level_1, level_2, level_3, _] =
            sight.levels(status, again.levels).map(|points| points.map(score::Points::hundredths));
        let is_whole = sight.shows(Level::OrganisationDepartment, status);
        Self {
            agrees: again.agrees,
            level_1,
            level_2,
            level_3,
            total: again.total.filter(|_| is_whole).map(score::Points::hundredths),
            suggested_grade: again.suggested.filter(|_| is_whole).map(Into::into),
        }
    }
}

/// Reads evaluations by id.
pub struct EvaluationLoader;

impl Load for EvaluationLoader {
    type Key = EvaluationId;
    type Value = Evaluation;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[EvaluationId]) -> StoreResult<HashMap<EvaluationId, Evaluation>> {
        let found = store::evaluation::find_many(reader, scope, keys)?;
        let seen = found.into_iter().filter_map(|assessed| Evaluation::seen(assessed, scope));
        Ok(seen.map(|evaluation| (evaluation.evaluation.id, evaluation)).collect())
    }
}

/// Queries about evaluations.
#[derive(Default)]
pub struct EvaluationQuery;

#[Object]
impl EvaluationQuery {
    /// One evaluation (考核评定); null when there is none of which the signed-in account sees anything.
    async fn evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, `evl_…`.")] id: ID,
    ) -> Result<Option<Evaluation>, Error> {
        load::<EvaluationLoader>(ctx, id_argument(ctx, &id)?).await
    }

    /// Computes an evaluation again from what it carries (重新计算) and says whether it is what is kept; null when
    /// there is none of which the signed-in account sees anything.
    #[graphql(complexity = "50")]
    async fn evaluation_recompute(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, `evl_…`.")] evaluation: ID,
    ) -> Result<Option<EvaluationRecomputation>, Error> {
        let cx = Request::of(ctx).cx()?;
        let again = or_error(ctx, ops::evaluation::recompute(cx, id_argument(ctx, &evaluation)?).await)?;
        let scope = cx.actor.scope();
        Ok(again.and_then(|again| {
            let sight = scope.sight(&again.evaluation)?;
            Some(EvaluationRecomputation::seen(again, sight))
        }))
    }
}
