//! Changes to cycles of evaluations in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    cycle::Cycle,
    error::Problem,
    form::Form,
    request::{Outcome, settle},
    scalar::Date,
};
use crate::{
    domain::evaluation::{
        cycle::{self as domain, MOST_ITEMS, TemplateItem, Terms},
        score::{Points, Thresholds, Weights},
    },
    kernel::{
        problem::{Code, Problem as Refusal},
        version::Version,
    },
    ops,
};

/// What came of a step with a cycle.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "CyclePreparePayload", params(CyclePrepareInput)),
    concrete(name = "CycleRevisePayload", params(CycleReviseInput)),
    concrete(name = "CycleOpenPayload", params(CycleOpenInput)),
    concrete(name = "CycleFreezePayload", params(CycleFreezeInput)),
    concrete(name = "CyclePublishPayload", params(CyclePublishInput))
)]
pub struct CyclePayload<I: Send + Sync> {
    /// The object as it is now; null when there are problems.
    cycle: Option<Cycle>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Cycle>> for CyclePayload<I> {
    fn from(outcome: Outcome<domain::Cycle>) -> Self {
        let (cycle, problems) = match outcome {
            Ok(found) => (Some(Cycle(found)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { cycle, problems, input: PhantomData }
    }
}

/// By what measure a cycle assesses.
#[derive(InputObject)]
pub struct CycleTermsInput {
    /// The first day that is assessed.
    from: Date,
    /// The last day, at most two years after the first.
    to: Date,
    /// How much each of the four levels weighs, 0 to 10,000; the first one weighs something.
    #[graphql(default_with = "vec![3_000, 3_000, 2_000, 2_000]")]
    weights: Vec<i64>,
    /// From how many hundredths of a point on an instructor is excellent, competent, basically competent; each
    /// less than the one before.
    #[graphql(default_with = "vec![9_000, 7_500, 6_000]")]
    thresholds: Vec<i64>,
    /// The days of service that earn full marks, 1 to 366.
    #[graphql(default = 36)]
    required_days: i64,
    /// What the dispatch unit scores, 1 to 20 items.
    template: Vec<CycleItemInput>,
    /// The last day on which enterprises answer, after the last day that is assessed.
    answers_due_on: Date,
}

/// An item that the dispatch unit scores.
#[derive(InputObject)]
pub struct CycleItemInput {
    /// What is scored, 2–60 characters.
    title: String,
    /// How much it weighs among the items, 1 to 1,000.
    weight: i64,
}

impl CycleTermsInput {
    fn read(&self, form: &mut Form) -> Option<Terms> {
        let weights = numbers(form, "terms.weights", &self.weights);
        let thresholds = numbers(form, "terms.thresholds", &self.thresholds);
        let required_days = form.number("terms.requiredDays", self.required_days, 1, 366);
        if self.template.len() > MOST_ITEMS {
            form.too_many("terms.template", MOST_ITEMS);
            return None;
        }
        let items: Vec<Option<TemplateItem>> =
            self.template.iter().enumerate().map(|(place, item)| item.read(form, place)).collect();
        let [excellent, competent, basic] = thresholds?;
        let points = |hundredths: u32| Points::try_from(hundredths).ok();
        Some(Terms {
            from: self.from.0,
            to: self.to.0,
            weights: Weights(weights?),
            thresholds: Thresholds { excellent: points(excellent)?, competent: points(competent)?, basic: points(basic)? },
            required_days: required_days?,
            template: items.into_iter().collect::<Option<_>>()?,
            answers_due_on: self.answers_due_on.0,
        })
    }
}

impl CycleItemInput {
    fn read(&self, form: &mut Form, place: usize) -> Option<TemplateItem> {
        let title = form.text(&format!("terms.template.{place}.title"), &self.title);
        let weight = form.number(&format!("terms.template.{place}.weight"), self.weight, 1, 1_000);
        Some(TemplateItem { title: title?, weight: weight? })
    }
}

/// So many numbers of 0 to 10,000.
fn numbers<const N: usize>(form: &mut Form, field: &str, numbers: &[i64]) -> Option<[u32; N]> {
    let Ok(numbers) = <[i64; N]>::try_from(numbers) else {
        let problem = Refusal::new(Code::Validation).at(field);
        form.note(problem.saying(format!("应为 {N} 个数。"), format!("{N} numbers are expected.")));
        return None;
    };
    let read = numbers.map(|number| form.number(field, number, 0, 10_000));
    read.iter().all(Option::is_some).then(|| read.map(Option::unwrap_or_default))
}

/// Prepares a cycle.
#[derive(InputObject)]
pub struct CyclePrepareInput {
    /// The year, 2000 to 2100; there is one cycle a year.
    year: i64,
    /// By what measure it assesses.
    terms: CycleTermsInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes the measures of a cycle.
#[derive(InputObject)]
pub struct CycleReviseInput {
    /// The cycle.
    cycle: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// By what measure it assesses.
    terms: CycleTermsInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Opens a cycle.
#[derive(InputObject)]
pub struct CycleOpenInput {
    /// The cycle.
    cycle: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Counts the records of a cycle.
#[derive(InputObject)]
pub struct CycleFreezeInput {
    /// The cycle.
    cycle: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Publishes the evaluations of a cycle.
#[derive(InputObject)]
pub struct CyclePublishInput {
    /// The cycle.
    cycle: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Cycles of evaluations.
#[derive(Default)]
pub struct CycleMutation;

#[Object]
impl CycleMutation {
    /// Prepares the cycle of a year (筹备考核周期).
    async fn cycle_prepare(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which year, and by what measure.")] input: CyclePrepareInput,
    ) -> Option<Result<CyclePayload<CyclePrepareInput>, Error>> {
        let mut form = Form::default();
        let year = form.number("year", input.year, 2_000, 2_100).and_then(|year| i16::try_from(year).ok());
        let terms = input.terms.read(&mut form);
        settle(ctx, input.idempotency_key, async |cx| match (year, terms) {
            (Some(year), Some(terms)) => ops::cycle::prepare(&cx, year, terms).await,
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Changes the measures of a cycle that is not open (修改考核周期).
    async fn cycle_revise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which cycle, and by what measure.")] input: CycleReviseInput,
    ) -> Option<Result<CyclePayload<CycleReviseInput>, Error>> {
        let mut form = Form::default();
        let (cycle, terms) = (form.id("cycle", &input.cycle), input.terms.read(&mut form));
        settle(ctx, input.idempotency_key, async |cx| match (cycle, terms) {
            (Some(cycle), Some(terms)) => ops::cycle::revise(&cx, cycle, Version(input.expected_version), terms).await,
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Opens a cycle (启动考核周期): from now on its measures stand.
    async fn cycle_open(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which cycle.")] input: CycleOpenInput,
    ) -> Option<Result<CyclePayload<CycleOpenInput>, Error>> {
        let mut form = Form::default();
        let cycle = form.id("cycle", &input.cycle);
        settle(ctx, input.idempotency_key, async |cx| match cycle {
            Some(cycle) => ops::cycle::open(&cx, cycle, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Counts the records of a cycle that is over (截止考核周期): level 1 of every posting, and who is asked.
    /// Records of its days can no longer be verified.
    async fn cycle_freeze(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which cycle.")] input: CycleFreezeInput,
    ) -> Option<Result<CyclePayload<CycleFreezeInput>, Error>> {
        let mut form = Form::default();
        let cycle = form.id("cycle", &input.cycle);
        settle(ctx, input.idempotency_key, async |cx| match cycle {
            Some(cycle) => ops::cycle::freeze(&cx, cycle, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Tells instructors of their evaluations (公布考核结果), which must all be graded.
    async fn cycle_publish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which cycle.")] input: CyclePublishInput,
    ) -> Option<Result<CyclePayload<CyclePublishInput>, Error>> {
        let mut form = Form::default();
        let cycle = form.id("cycle", &input.cycle);
        settle(ctx, input.idempotency_key, async |cx| match cycle {
            Some(cycle) => ops::cycle::publish(&cx, cycle, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }
}
