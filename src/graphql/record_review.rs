//! Changes to records in the API: what others say of them, and what is added.

use std::marker::PhantomData;

use async_graphql::{Context, Enum, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    record::{FiledRecord, RecordAddendum},
    request::{Outcome, settle},
    scalar::DateTime,
};
use crate::{
    domain::record::{self as domain, standing},
    kernel::version::Version,
    ops,
    store::filed_record::Kept,
};

/// What came of a step with a record.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "RecordVerifyPayload", params(RecordVerifyInput)),
    concrete(name = "RecordDisputePayload", params(RecordDisputeInput)),
    concrete(name = "RecordDisputeDecidePayload", params(RecordDisputeDecideInput))
)]
pub struct RecordReviewPayload<I: Send + Sync> {
    /// The object as it is now; null when there are problems.
    filed_record: Option<FiledRecord>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<Kept>> for RecordReviewPayload<I> {
    fn from(outcome: Outcome<Kept>) -> Self {
        let (filed_record, problems) = match outcome {
            Ok(found) => (Some(FiledRecord(found)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { filed_record, problems, input: PhantomData }
    }
}

/// What came of adding to a record.
#[derive(SimpleObject)]
pub struct RecordAddPayload {
    /// What was added; null when there are problems.
    addendum: Option<RecordAddendum>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
}

impl From<Outcome<domain::Addendum>> for RecordAddPayload {
    fn from(outcome: Outcome<domain::Addendum>) -> Self {
        match outcome {
            Ok(addendum) => Self { addendum: Some(RecordAddendum(addendum)), problems: Vec::new() },
            Err(problems) => Self { addendum: None, problems: problems.into_iter().map(Problem).collect() },
        }
    }
}

/// That a month is open for filing although its time is over (开放补报).
#[derive(SimpleObject)]
pub struct RecordOpening {
    /// The month, as `2026-11`.
    month: String,
    /// Until when records of it can be filed.
    until: DateTime,
}

/// What came of opening a month.
#[derive(SimpleObject)]
pub struct RecordMonthOpenPayload {
    /// The opening; null when there are problems.
    opening: Option<RecordOpening>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
}

impl From<Outcome<domain::Opening>> for RecordMonthOpenPayload {
    fn from(outcome: Outcome<domain::Opening>) -> Self {
        match outcome {
            Ok(opening) => {
                let opening = RecordOpening { month: opening.month.to_string(), until: DateTime(opening.until) };
                Self { opening: Some(opening), problems: Vec::new() }
            }
            Err(problems) => Self { opening: None, problems: problems.into_iter().map(Problem).collect() },
        }
    }
}

/// What the dispatch unit finds about a disputed record (复核结论).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "standing::Ruling")]
pub enum RecordRuling {
    /// It happened as it was filed (属实).
    Confirm,
    /// It did not; the record counts for nothing (作废).
    Void,
}

/// Says that this happened.
#[derive(InputObject)]
pub struct RecordVerifyInput {
    /// The record.
    filed_record: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Says that this did not happen so.
#[derive(InputObject)]
pub struct RecordDisputeInput {
    /// The record.
    filed_record: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Decides about a dispute.
#[derive(InputObject)]
pub struct RecordDisputeDecideInput {
    /// The record.
    filed_record: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// What was found.
    ruling: RecordRuling,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Adds something to a record.
#[derive(InputObject)]
pub struct RecordAddInput {
    /// The record.
    filed_record: ID,
    /// What is to be added, 2–2,000 characters.
    text: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Opens a month that is locked.
#[derive(InputObject)]
pub struct RecordMonthOpenInput {
    /// The posting.
    posting: ID,
    /// A month of the posting that is over, as `2026-11`.
    month: String,
    /// Why, 2–500 characters.
    reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// What others say of records.
#[derive(Default)]
pub struct RecordReviewMutation;

#[Object]
impl RecordReviewMutation {
    /// Says for the served enterprise that this happened (核实纪实): one act.
    async fn record_verify(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which record.")] input: RecordVerifyInput,
    ) -> Option<Result<RecordReviewPayload<RecordVerifyInput>, Error>> {
        let mut form = Form::default();
        let record = form.id("filedRecord", &input.filed_record);
        settle(ctx, input.idempotency_key, async |cx| match record {
            Some(record) => ops::record::verify(&cx, record, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Says for the served enterprise that this did not happen so (提出异议); the dispatch unit decides.
    async fn record_dispute(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which record, and why.")] input: RecordDisputeInput,
    ) -> Option<Result<RecordReviewPayload<RecordDisputeInput>, Error>> {
        let mut form = Form::default();
        let (record, reason) = (form.id("filedRecord", &input.filed_record), form.text("reason", &input.reason));
        settle(ctx, input.idempotency_key, async |cx| match (record, reason) {
            (Some(record), Some(reason)) => ops::record::dispute(&cx, record, Version(input.expected_version), reason).await,
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Decides for the dispatch unit about a disputed record (复核纪实).
    async fn record_dispute_decide(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which record, and what was found.")] input: RecordDisputeDecideInput,
    ) -> Option<Result<RecordReviewPayload<RecordDisputeDecideInput>, Error>> {
        let mut form = Form::default();
        let (record, reason) = (form.id("filedRecord", &input.filed_record), form.text("reason", &input.reason));
        settle(ctx, input.idempotency_key, async |cx| match (record, reason) {
            (Some(record), Some(reason)) => {
                let expected = Version(input.expected_version);
                ops::record::dispute_decide(&cx, record, expected, input.ruling.into(), reason).await
            }
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Adds something to a record, which itself never changes (补充说明).
    async fn record_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which record, and what is to be added.")] input: RecordAddInput,
    ) -> Option<Result<RecordAddPayload, Error>> {
        let mut form = Form::default();
        let (record, text) = (form.id("filedRecord", &input.filed_record), form.text("text", &input.text));
        settle(ctx, input.idempotency_key, async |cx| match (record, text) {
            (Some(record), Some(text)) => ops::record::add(&cx, record, text).await,
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Opens a month for filing although its time is over (开放补报), for some working days.
    async fn record_month_open(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which month of which posting, and why.")] input: RecordMonthOpenInput,
    ) -> Option<Result<RecordMonthOpenPayload, Error>> {
        let mut form = Form::default();
        let (posting, month) = (form.id("posting", &input.posting), form.month("month", &input.month));
        let reason = form.text("reason", &input.reason);
        settle(ctx, input.idempotency_key, async |cx| match (posting, month, reason) {
            (Some(posting), Some(month), Some(reason)) => ops::record::month_open(&cx, posting, month, reason).await,
            _ => Err(form.refuse()),
        })
        .await
    }
}
