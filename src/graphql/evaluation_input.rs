//! Changes to evaluations in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    evaluation::{Evaluation, EvaluationGrade, EvaluationLevel},
    form::Form,
    request::{Outcome, Request, settle},
};
use crate::{
    domain::evaluation::{cycle::MOST_ITEMS, score::Points},
    kernel::version::Version,
    ops::{self, evaluation::Grades},
    store::evaluation::Assessed,
};

/// An evaluation that was just changed, as whoever changed it sees it.
pub struct Changed(Option<Evaluation>);

impl Changed {
    fn by(ctx: &Context<'_>, assessed: Assessed) -> Self {
        let scope = Request::of(ctx).cx().ok().map(|cx| cx.actor.scope());
        Self(scope.and_then(|scope| Evaluation::seen(assessed, &scope)))
    }
}

/// What came of a step with an evaluation.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "EvaluationAnswerPayload", params(EvaluationAnswerInput)),
    concrete(name = "EvaluationScorePayload", params(EvaluationScoreInput)),
    concrete(name = "EvaluationWaivePayload", params(EvaluationWaiveInput)),
    concrete(name = "EvaluationGradePayload", params(EvaluationGradeInput)),
    concrete(name = "EvaluationObjectPayload", params(EvaluationObjectInput)),
    concrete(name = "EvaluationObjectionDecidePayload", params(EvaluationObjectionDecideInput))
)]
pub struct EvaluationPayload<I: Send + Sync> {
    /// The object as it is now; null when there are problems.
    evaluation: Option<Evaluation>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<Changed>> for EvaluationPayload<I> {
    fn from(outcome: Outcome<Changed>) -> Self {
        let (evaluation, problems) = match outcome {
            Ok(Changed(found)) => (found, Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { evaluation, problems, input: PhantomData }
    }
}

/// Answers for an enterprise.
#[derive(InputObject)]
pub struct EvaluationAnswerInput {
    /// The evaluation.
    evaluation: ID,
    /// The enterprise.
    organisation: ID,
    /// The five items, each 1 to 5.
    items: Vec<i64>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Scores the items of the cycle.
#[derive(InputObject)]
pub struct EvaluationScoreInput {
    /// The evaluation.
    evaluation: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// What each item of the cycle's template scores, in its order: 0 to 100.
    items: Vec<i64>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Accepts that a level is missing.
#[derive(InputObject)]
pub struct EvaluationWaiveInput {
    /// The evaluation.
    evaluation: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// The level; never the first or the last.
    level: EvaluationLevel,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Grades an evaluation.
#[derive(InputObject)]
pub struct EvaluationGradeInput {
    /// The evaluation.
    evaluation: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Level 4, in hundredths of a point: 0 to 10,000.
    points: i64,
    /// The grade.
    grade: EvaluationGrade,
    /// Why, 20–500 characters; needed when it is not the suggested grade.
    reason: Option<String>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Objects to an evaluation.
#[derive(InputObject)]
pub struct EvaluationObjectInput {
    /// The evaluation.
    evaluation: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Decides about an objection.
#[derive(InputObject)]
pub struct EvaluationObjectionDecideInput {
    /// The evaluation.
    evaluation: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// The grade from then on; it may be the same.
    grade: EvaluationGrade,
    /// Why, 20–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Reads the numbers of items.
fn items(form: &mut Form, items: &[i64], least: u32, most: u32) -> Option<Vec<u8>> {
    if items.len() > MOST_ITEMS {
        form.too_many("items", MOST_ITEMS);
        return None;
    }
    let each: Vec<Option<u32>> =
        items.iter().enumerate().map(|(place, item)| form.number(&format!("items.{place}"), *item, least, most)).collect();
    each.into_iter().map(|item| item.and_then(|item| u8::try_from(item).ok())).collect()
}

/// Evaluations.
#[derive(Default)]
pub struct EvaluationMutation;

#[Object]
impl EvaluationMutation {
    /// Answers for an enterprise that was served (企业评价): five items, each 1 to 5. Nobody but the organisation
    /// department sees it one by one.
    async fn evaluation_answer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is answered for which enterprise.")] input: EvaluationAnswerInput,
    ) -> Option<Result<EvaluationPayload<EvaluationAnswerInput>, Error>> {
        let mut form = Form::default();
        let (evaluation, organisation) = (form.id("evaluation", &input.evaluation), form.id("organisation", &input.organisation));
        let items = items(&mut form, &input.items, 1, 5);
        let five = items.and_then(|items| <[u8; 5]>::try_from(items).ok());
        if five.is_none() && form.is_clean() {
            form.only_with("items", "应为五项。", "There are five items.");
        }
        settle(ctx, input.idempotency_key, async |cx| match (evaluation, organisation, five) {
            (Some(evaluation), Some(organisation), Some(items)) => {
                let assessed = ops::evaluation::answer(&cx, evaluation, organisation, items).await?;
                Ok(Changed::by(ctx, assessed))
            }
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Scores the items of the cycle for the dispatch unit (选派单位考核).
    async fn evaluation_score(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What each item scores.")] input: EvaluationScoreInput,
    ) -> Option<Result<EvaluationPayload<EvaluationScoreInput>, Error>> {
        let mut form = Form::default();
        let (evaluation, items) = (form.id("evaluation", &input.evaluation), items(&mut form, &input.items, 0, 100));
        settle(ctx, input.idempotency_key, async |cx| match (evaluation, items) {
            (Some(evaluation), Some(items)) => {
                let assessed = ops::evaluation::score(&cx, evaluation, Version(input.expected_version), items).await?;
                Ok(Changed::by(ctx, assessed))
            }
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Accepts that level 2 or level 3 is missing (豁免).
    async fn evaluation_waive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which level, and why.")] input: EvaluationWaiveInput,
    ) -> Option<Result<EvaluationPayload<EvaluationWaiveInput>, Error>> {
        let mut form = Form::default();
        let (evaluation, reason) = (form.id("evaluation", &input.evaluation), form.text("reason", &input.reason));
        settle(ctx, input.idempotency_key, async |cx| match (evaluation, reason) {
            (Some(evaluation), Some(reason)) => {
                let expected = Version(input.expected_version);
                let assessed = ops::evaluation::waive(&cx, evaluation, expected, input.level.into(), reason).await?;
                Ok(Changed::by(ctx, assessed))
            }
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Scores and grades for the organisation department (评定等次). A level that is missing must have been waived.
    async fn evaluation_grade(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is given.")] input: EvaluationGradeInput,
    ) -> Option<Result<EvaluationPayload<EvaluationGradeInput>, Error>> {
        let mut form = Form::default();
        let evaluation = form.id("evaluation", &input.evaluation);
        let points = form.number("points", input.points, 0, 10_000).and_then(|points| Points::try_from(points).ok());
        let reason = form.optional_text("reason", input.reason.as_deref());
        settle(ctx, input.idempotency_key, async |cx| match (evaluation, points, reason) {
            (Some(evaluation), Some(points), Some(reason)) => {
                let grades = Grades { points, grade: input.grade.into(), reason };
                let assessed = ops::evaluation::grade(&cx, evaluation, Version(input.expected_version), grades).await?;
                Ok(Changed::by(ctx, assessed))
            }
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Objects to one's own evaluation (提出异议): once, within five working days.
    async fn evaluation_object(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which evaluation, and why.")] input: EvaluationObjectInput,
    ) -> Option<Result<EvaluationPayload<EvaluationObjectInput>, Error>> {
        let mut form = Form::default();
        let (evaluation, reason) = (form.id("evaluation", &input.evaluation), form.text("reason", &input.reason));
        settle(ctx, input.idempotency_key, async |cx| match (evaluation, reason) {
            (Some(evaluation), Some(reason)) => {
                let assessed = ops::evaluation::object(&cx, evaluation, Version(input.expected_version), reason).await?;
                Ok(Changed::by(ctx, assessed))
            }
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Decides about an objection (异议复核); never whoever graded.
    async fn evaluation_objection_decide(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grade from then on, and why.")] input: EvaluationObjectionDecideInput,
    ) -> Option<Result<EvaluationPayload<EvaluationObjectionDecideInput>, Error>> {
        let mut form = Form::default();
        let (evaluation, reason) = (form.id("evaluation", &input.evaluation), form.text("reason", &input.reason));
        settle(ctx, input.idempotency_key, async |cx| match (evaluation, reason) {
            (Some(evaluation), Some(reason)) => {
                let (expected, grade) = (Version(input.expected_version), input.grade.into());
                let assessed = ops::evaluation::objection_decide(&cx, evaluation, expected, grade, reason).await?;
                Ok(Changed::by(ctx, assessed))
            }
            _ => Err(form.refuse()),
        })
        .await
    }
}
