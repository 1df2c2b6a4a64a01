//! What the organisation department does with cycles of evaluations: prepare, open, freeze, publish.

use super::{Cx, Failure, Scene};
use crate::{
    domain::{
        evaluation::{
            Evaluation, EvaluationError, Status,
            count::{Span, asked, count},
            cycle::{self, Cycle, CycleError, Terms},
        },
        posting::Posting,
        rules::RuleCode,
    },
    kernel::{
        calendar::{close_of_day, shanghai_date},
        id::CycleId,
        problem::{Code, Problem},
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, Tx, audit::Effect},
};

/// Prepares the cycle of a year.
pub async fn prepare(cx: &Cx, year: i16, terms: Terms) -> Result<Cycle, Failure> {
    cx.write(Action::CyclePrepare, move |cx, tx| {
        let district = cx.actor.district.clone();
        let permit = cx.permit(Action::CyclePrepare, &Subject::of_district(district.clone()))?;
        terms.check()?;
        let cycle = Cycle {
            id: cx.new_id(),
            district,
            version: Version::FIRST,
            year,
            terms: terms.clone(),
            status: cycle::Status::Prepared,
            prepared_by: cx.actor.account,
            prepared_at: cx.now,
            frozen_at: None,
            published_at: None,
        };
        store::cycle::insert(tx, &cycle)
            .map_err(|error| super::failure::unless_unique(error, store::cycle::ONE_A_YEAR, Code::DuplicateName, "year"))?;
        cx.record(tx, permit, &[measured(Effect::made(cycle.id, cycle.status.name()), &cycle)], cycle)
    })
    .await
}

/// Changes the measures of a cycle that is not open.
pub async fn revise(cx: &Cx, id: CycleId, expected: Version, terms: Terms) -> Result<Cycle, Failure> {
    step(cx, Action::CycleRevise, (id, expected), move |_, before| Ok(before.revise(terms.clone())?), nothing_more).await
}

/// Opens a cycle: from now on its measures stand.
pub async fn open(cx: &Cx, id: CycleId, expected: Version) -> Result<Cycle, Failure> {
    step(cx, Action::CycleOpen, (id, expected), |_, before| Ok(before.open()?), nothing_more).await
}

/// Counts the records of the cycle: level 1 of every posting that was in force, and who is asked.
pub async fn freeze(cx: &Cx, id: CycleId, expected: Version) -> Result<Cycle, Failure> {
    let freeze = |cx: &Scene, before: Cycle| Ok(before.freeze(cx.now, shanghai_date(cx.now))?);
    step(cx, Action::CycleFreeze, (id, expected), freeze, |cx, tx, frozen| {
        let span = Span { from: frozen.terms.from, to: frozen.terms.to };
        let mut effects = Vec::new();
        for id in store::evaluation::postings_within(tx, &frozen.district, span)? {
            let Some(posting) = store::posting::get(tx, id)? else { continue };
            let evaluation = begun(cx, tx, &frozen, &posting, span)?;
            store::evaluation::insert(tx, &evaluation)?;
            effects.push(made(&evaluation));
        }
        Ok((frozen, effects))
    })
    .await
}

/// Tells instructors of their evaluations, which must all be graded.
pub async fn publish(cx: &Cx, id: CycleId, expected: Version) -> Result<Cycle, Failure> {
    let publish = |cx: &Scene, before: Cycle| Ok(before.publish(cx.now)?);
    step(cx, Action::CyclePublish, (id, expected), publish, |cx, tx, published| {
        let object_due_at = cx.workdays(RuleCode::EvaluationObject)?.at;
        let mut effects = Vec::new();
        for (before, _) in store::evaluation::get_of_cycle(tx, published.id)? {
            let after = before.clone().publish(object_due_at).map_err(not_graded)?;
            store::evaluation::save(tx, &after, before.version)?;
            effects.push(super::evaluation::moved(&before, &after).code("object_due_at", object_due_at));
        }
        // Where nobody was posted there is nothing to wait for.
        Ok((if effects.is_empty() { published.finish()? } else { published }, effects))
    })
    .await
}

/// What follows from a step with a cycle: the cycle as it is then, and the effects on others.
type Followed = Result<(Cycle, Vec<Effect>), Failure>;

fn nothing_more(_: &Scene, _: &mut Tx, cycle: Cycle) -> Followed {
    Ok((cycle, Vec::new()))
}

async fn step(
    cx: &Cx,
    action: Action,
    (id, expected): (CycleId, Version),
    take: impl Fn(&Scene, Cycle) -> Result<Cycle, Failure> + Send + 'static,
    follow: impl Fn(&Scene, &mut Tx, Cycle) -> Followed + Send + 'static,
) -> Result<Cycle, Failure> {
    cx.write(action, move |cx, tx| {
        let before = store::cycle::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("cycle"))?;
        let permit = cx.permit(action, &Subject::of_district(before.district.clone()))?;
        let taken = take(cx, before.clone())?;
        cx.expect(before.version, expected)?;
        let (after, effects) = follow(cx, tx, taken)?;
        store::cycle::save(tx, &after, expected)?;
        let moved = measured(Effect::moved(id, before.status.name(), after.status.name()), &after);
        let effects: Vec<Effect> = std::iter::once(moved).chain(effects).collect();
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// The evaluation of a posting as it begins.
fn begun(cx: &Scene, tx: &mut Tx, cycle: &Cycle, posting: &Posting, span: Span) -> Result<Evaluation, Failure> {
    let records = store::evaluation::counted(tx, posting.id, span)?;
    Ok(Evaluation {
        id: cx.new_id(),
        district: cycle.district.clone(),
        version: Version::FIRST,
        cycle: cycle.id,
        posting: posting.id,
        instructor: posting.instructor,
        dispatch_unit: posting.dispatch_unit,
        label: format!("{}-{:04}", cycle.year, posting.number),
        records: count(posting, span, &records, cycle.terms.required_days),
        asked: asked(posting, span, cx.rules.get(RuleCode::EvaluationAssigned)),
        answers_end_at: close_of_day(cycle.terms.answers_due_on),
        enterprises: None,
        unit: None,
        waivers: Vec::new(),
        grading: None,
        objection: None,
        decision: None,
        object_due_at: None,
        status: Status::RecordsReady,
    })
}

/// The effect of a new evaluation, with what level 1 came to.
fn made(evaluation: &Evaluation) -> Effect {
    Effect::made(evaluation.id, evaluation.status.name())
        .code("posting", evaluation.posting)
        .code("cycle", evaluation.cycle)
        .number("level_1", evaluation.records.points().hundredths())
        .number("asked", i64::try_from(evaluation.asked.len()).unwrap_or(i64::MAX))
}

/// The effect with the days and the measures.
fn measured(effect: Effect, cycle: &Cycle) -> Effect {
    let weights = cycle.terms.weights.0.map(|weight| weight.to_string()).join("/");
    effect.code("from", cycle.terms.from).code("to", cycle.terms.to).code("weights", weights)
}

fn not_graded(error: EvaluationError) -> Failure {
    match error {
        EvaluationError::WrongState(_) => Failure::refused(Code::NotGraded),
        other => other.into(),
    }
}

impl From<CycleError> for Failure {
    fn from(error: CycleError) -> Self {
        match error {
            CycleError::WrongState(_) => Self::refused(Code::InvalidState),
            CycleError::NotOver => Self::refused(Code::CycleNotOver),
            CycleError::Terms => Self::Invalid(vec![Problem::new(Code::Validation).at("terms").saying(
                "考核周期的日期、权重、等次分数线或评分项不合要求。",
                "The days, weights, thresholds or items of the cycle contradict each other.",
            )]),
        }
    }
}
