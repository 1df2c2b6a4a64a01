//! What people do with evaluations: answer, score, waive, grade, object, decide.

use super::{Cx, Failure, Scene};
use crate::{
    domain::{
        evaluation::{
            Answer, Decision, Evaluation, EvaluationError, Given, Level, Objection, UnitScore, Waiver,
            cycle::Cycle,
            score::{Grade, Points, unit},
        },
        rules::RuleCode,
    },
    kernel::{
        id::{EvaluationId, OrganisationId},
        problem::{Code, Problem},
        text::{GradeReason, Reason},
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, StoreError, Tx, audit::Effect, evaluation::Assessed},
};

/// What the organisation department says of an evaluation.
#[derive(Clone, Debug)]
pub struct Grades {
    pub points: Points,
    pub grade: Grade,
    pub reason: Option<GradeReason>,
}

/// An enterprise answers (level 2). What others answer meanwhile is no reason to refuse it, so no version is
/// expected.
pub async fn answer(cx: &Cx, id: EvaluationId, organisation: OrganisationId, items: [u8; 5]) -> Result<Assessed, Failure> {
    cx.write(Action::EvaluationAnswer, move |cx, tx| {
        let (before, mut answers) = find(cx, tx, id)?;
        let subject = Subject::owned(before.district.clone(), organisation);
        let permit = cx.permit(Action::EvaluationAnswer, &subject)?;
        let answer = Answer { organisation, items, by: cx.actor.account, at: cx.now };
        let after = before.clone().answer(&answer, &answers, cx.rules.get(RuleCode::EvaluationAnswersLeast))?;
        store::evaluation::keep_answer(tx, id, &answer)?;
        store::evaluation::save(tx, &after, before.version)?;
        answers.push(answer);
        let effect = moved(&before, &after).code("organisation", organisation);
        cx.record(tx, permit, &[effect], (after, answers))
    })
    .await
}

/// The dispatch unit scores the items of the cycle's template (level 3).
pub async fn score(cx: &Cx, id: EvaluationId, expected: Version, items: Vec<u8>) -> Result<Assessed, Failure> {
    let story = move |cx: &Scene, cycle: &Cycle, before: &Evaluation, answers: &[Answer]| {
        let points = unit(&items, &cycle.terms.item_weights()).ok_or(EvaluationError::Items)?;
        let score = UnitScore { items: items.clone(), points, by: cx.actor.account, at: cx.now };
        Ok(before.clone().score(score, answers)?)
    };
    step(cx, Action::EvaluationScore, (id, expected), of_unit, story).await
}

/// The organisation department accepts that a level is missing.
pub async fn waive(cx: &Cx, id: EvaluationId, expected: Version, level: Level, reason: Reason) -> Result<Assessed, Failure> {
    let story = move |cx: &Scene, _: &Cycle, before: &Evaluation, _: &[Answer]| {
        let waiver = Waiver { level, reason: reason.clone(), by: cx.actor.account, at: cx.now };
        Ok(before.clone().waive(waiver)?)
    };
    step(cx, Action::EvaluationWaive, (id, expected), of_district, story).await
}

/// The organisation department scores and grades (level 4).
pub async fn grade(cx: &Cx, id: EvaluationId, expected: Version, grades: Grades) -> Result<Assessed, Failure> {
    let story = move |cx: &Scene, cycle: &Cycle, before: &Evaluation, answers: &[Answer]| {
        let Grades { points, grade, reason } = grades.clone();
        let given = Given { points, grade, reason, by: cx.actor.account, at: cx.now };
        Ok(before.clone().grade(given, answers, (cycle.terms.weights, cycle.terms.thresholds))?)
    };
    step(cx, Action::EvaluationGrade, (id, expected), of_district, story).await
}

/// The instructor does not accept it.
pub async fn object(cx: &Cx, id: EvaluationId, expected: Version, reason: Reason) -> Result<Assessed, Failure> {
    let story = move |cx: &Scene, _: &Cycle, before: &Evaluation, _: &[Answer]| {
        Ok(before.clone().object(Objection { reason: reason.clone(), at: cx.now })?)
    };
    step(cx, Action::EvaluationObject, (id, expected), of_posting, story).await
}

/// Somebody who did not grade decides about the objection; with the last one the cycle is final.
pub async fn objection_decide(
    cx: &Cx,
    id: EvaluationId,
    expected: Version,
    grade: Grade,
    reason: GradeReason,
) -> Result<Assessed, Failure> {
    let story = move |cx: &Scene, _: &Cycle, before: &Evaluation, answers: &[Answer]| {
        let decision = Decision { grade, reason: reason.clone(), by: cx.actor.account, at: cx.now };
        Ok(before.clone().decide(decision, answers)?)
    };
    step(cx, Action::EvaluationObjectionDecide, (id, expected), of_district, story).await
}

fn of_unit(evaluation: &Evaluation) -> Subject {
    Subject::owned(evaluation.district.clone(), evaluation.dispatch_unit)
}

fn of_district(evaluation: &Evaluation) -> Subject {
    Subject::of_district(evaluation.district.clone())
}

fn of_posting(evaluation: &Evaluation) -> Subject {
    Subject::of_district(evaluation.district.clone()).posted(evaluation.posting)
}

/// One step with an evaluation, by the measures of its cycle.
async fn step(
    cx: &Cx,
    action: Action,
    (id, expected): (EvaluationId, Version),
    subject: fn(&Evaluation) -> Subject,
    story: impl Fn(&Scene, &Cycle, &Evaluation, &[Answer]) -> Result<Evaluation, Failure> + Send + 'static,
) -> Result<Assessed, Failure> {
    cx.write(action, move |cx, tx| {
        let (before, answers) = find(cx, tx, id)?;
        let permit = cx.permit(action, &subject(&before))?;
        let cycle = store::cycle::get(tx, before.cycle)?.ok_or(Failure::missing("evaluation"))?;
        let after = story(cx, &cycle, &before, &answers)?;
        cx.expect(before.version, expected)?;
        store::evaluation::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(finish_cycle(tx, &cycle)?);
        cx.record(tx, permit, &effects, (after, answers))
    })
    .await
}

/// Ends the cycle with its last evaluation.
pub(super) fn finish_cycle(tx: &mut Tx, cycle: &Cycle) -> Result<Option<Effect>, Failure> {
    use crate::domain::evaluation::{Status, cycle};
    if cycle.status != cycle::Status::Published {
        return Ok(None);
    }
    let all = store::evaluation::get_of_cycle(tx, cycle.id)?;
    if all.iter().any(|(evaluation, _)| evaluation.status != Status::Final) {
        return Ok(None);
    }
    let after = cycle.clone().finish()?;
    store::cycle::save(tx, &after, cycle.version)?;
    Ok(Some(Effect::moved(cycle.id, cycle.status.name(), after.status.name())))
}

fn find(cx: &Scene, tx: &mut Tx, id: EvaluationId) -> Result<Assessed, Failure> {
    store::evaluation::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("evaluation"))
}

/// The effect of a step, with what it came to; never what a single enterprise has answered.
pub(super) fn moved(before: &Evaluation, after: &Evaluation) -> Effect {
    let effect = Effect::moved(after.id, before.status.name(), after.status.name());
    let level = |effect: Effect, name: &str, was: Option<Points>, is: Option<Points>| match is {
        Some(points) if was != is => effect.number(name, points.hundredths()),
        _ => effect,
    };
    let (was, is) = (before.levels(None), after.levels(None));
    let effect = level(level(level(effect, "level_2", was[1], is[1]), "level_3", was[2], is[2]), "level_4", was[3], is[3]);
    let effect = match (&before.grading, &after.grading) {
        (None, Some(grading)) => {
            let effect = effect.number("total", grading.total.hundredths()).code("suggested", grading.suggested.name());
            effect.code("grade", grading.grade.name())
        }
        _ => effect,
    };
    let waived = after.waivers.len() > before.waivers.len();
    let effect = effect.maybe("waived", after.waivers.last().filter(|_| waived).map(|waiver| waiver.level.name()));
    effect.maybe("decided", after.decision.as_ref().filter(|_| before.decision.is_none()).map(|decision| decision.grade.name()))
}

impl From<EvaluationError> for Failure {
    fn from(error: EvaluationError) -> Self {
        match error {
            EvaluationError::WrongState(_) | EvaluationError::NotDue => Self::refused(Code::InvalidState),
            EvaluationError::NotAsked => Self::missing("organisation"),
            EvaluationError::AlreadyAnswered => Self::refused(Code::AlreadyAnswered),
            EvaluationError::OtherLevel => Self::refused(Code::OtherLevel),
            EvaluationError::LevelMissing(_) => Self::refused(Code::LevelMissing),
            EvaluationError::NotWaivable => Self::refused_at(Code::NotWaivable, "level"),
            EvaluationError::Items => Self::Invalid(vec![Problem::new(Code::Validation).at("items").saying(
                "评分项数与模板不符,每项应为 0 至 100 的整数。",
                "The items are those of the cycle's template, each 0 to 100.",
            )]),
            EvaluationError::ReasonMissing => Self::Invalid(vec![Problem::new(Code::Validation).at("reason").saying(
                "等次与建议等次不一致时,应说明理由(不少于 20 字)。",
                "A grade that is not the suggested one needs a reason of at least 20 characters.",
            )]),
            EvaluationError::TooLate => Self::refused(Code::TooLate),
            EvaluationError::SamePerson => Self::refused(Code::SamePerson),
        }
    }
}

/// What recomputing an evaluation came to, against what is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recomputed {
    pub evaluation: Evaluation,
    pub levels: [Option<Points>; 4],
    pub total: Option<Points>,
    pub suggested: Option<Grade>,
    /// Whether everything is what is kept.
    pub agrees: bool,
}

/// Computes an evaluation again from what it carries; `None` where the scope shows nothing of it.
pub async fn recompute(cx: &Cx, id: EvaluationId) -> Result<Option<Recomputed>, Failure> {
    let found = cx.read(move |reader, scope| {
        let Some((evaluation, answers)) = store::evaluation::find(reader, scope, id)? else {
            return Ok(None);
        };
        let cycle = store::cycle::find(reader, scope, evaluation.cycle)?;
        let rules = store::rule::load(reader, &evaluation.district)?;
        let cycle =
            cycle.ok_or_else(|| StoreError::Corrupt { table: "evaluation", id: id.to_string(), what: "cycle".to_owned() })?;
        Ok(Some((evaluation, answers, cycle, rules.get(RuleCode::EvaluationAnswersLeast))))
    });
    let Some((evaluation, answers, cycle, least)) = found.await? else {
        return Ok(None);
    };
    Ok(Some(again(evaluation, &answers, &cycle, least)))
}

fn again(evaluation: Evaluation, answers: &[Answer], cycle: &Cycle, least: u32) -> Recomputed {
    use crate::domain::evaluation::{Status, score};
    let items: Vec<[u8; 5]> = answers.iter().map(|answer| answer.items).collect();
    let asked = evaluation.status == Status::RecordsReady;
    let enterprises = if asked { None } else { score::enterprises(&items, least) };
    let unit = evaluation.unit.as_ref().and_then(|unit| score::unit(&unit.items, &cycle.terms.item_weights()));
    let department = evaluation.grading.as_ref().map(|grading| grading.points);
    let levels = [Some(evaluation.records.points()), enterprises, unit, department];
    let total = department.map(|_| score::total(cycle.terms.weights, levels));
    let suggested = total.map(|total| cycle.terms.thresholds.grade(total));
    let kept = evaluation.grading.as_ref().map(|grading| (grading.total, grading.suggested));
    let agrees = levels == evaluation.levels(None) && kept == total.zip(suggested);
    Recomputed { evaluation, levels, total, suggested, agrees }
}
