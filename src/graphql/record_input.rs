//! Changes to records in the API: drafting and filing.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    demand::Demand,
    error::Problem,
    form::Form,
    record::{FiledRecord, RecordDraft},
    record_words::RecordKind,
    request::{Outcome, settle},
    scalar::Date,
};
use crate::{
    domain::{
        demand as demands,
        record::{self as domain, Content, Links},
    },
    kernel::version::Version,
    ops::{
        self,
        record::{Filing, NewDemand},
    },
    store::filed_record::Kept,
};

/// The most demands, projects or similar records that are named.
const MOST_NAMED: usize = 50;

/// What came of a step with a draft.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "RecordDraftPayload", params(RecordDraftInput)),
    concrete(name = "RecordRevisePayload", params(RecordReviseInput)),
    concrete(name = "RecordDiscardPayload", params(RecordDiscardInput)),
    concrete(name = "RecordAttachPayload", params(RecordAttachInput)),
    concrete(name = "RecordDetachPayload", params(RecordDetachInput))
)]
pub struct RecordDraftPayload<I: Send + Sync> {
    /// The object as it is now; null when there are problems.
    record_draft: Option<RecordDraft>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Draft>> for RecordDraftPayload<I> {
    fn from(outcome: Outcome<domain::Draft>) -> Self {
        let (record_draft, problems) = match outcome {
            Ok(found) => (Some(RecordDraft(found)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { record_draft, problems, input: PhantomData }
    }
}

/// What came of a step with a record.
#[derive(SimpleObject)]
#[graphql(concrete(name = "RecordFilePayload", params(RecordFileInput)))]
pub struct FiledRecordPayload<I: Send + Sync> {
    /// The object as it is now; null when there are problems.
    filed_record: Option<FiledRecord>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<Kept>> for FiledRecordPayload<I> {
    fn from(outcome: Outcome<Kept>) -> Self {
        let (filed_record, problems) = match outcome {
            Ok(found) => (Some(FiledRecord(found)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { filed_record, problems, input: PhantomData }
    }
}

/// What came of making a demand of a draft.
#[derive(SimpleObject)]
pub struct RecordDemandOpenPayload {
    /// The draft as it is now; null when there are problems.
    record_draft: Option<RecordDraft>,
    /// The drafted demand; null when there are problems.
    demand: Option<Demand>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
}

impl From<Outcome<(domain::Draft, demands::Demand)>> for RecordDemandOpenPayload {
    fn from(outcome: Outcome<(domain::Draft, demands::Demand)>) -> Self {
        match outcome {
            Ok((draft, demand)) => {
                Self { record_draft: Some(RecordDraft(draft)), demand: Some(Demand(demand)), problems: Vec::new() }
            }
            Err(problems) => Self { record_draft: None, demand: None, problems: problems.into_iter().map(Problem).collect() },
        }
    }
}

/// What was done for whom.
#[derive(InputObject)]
pub struct RecordContentInput {
    /// The day on which it happened; not in the future, and within the posting.
    occurred_on: Date,
    /// The organisation that was served.
    target: ID,
    /// What kind of work it was.
    kind: RecordKind,
    /// What was done, 2–1,000 characters.
    summary: String,
    /// The demands of the organisation that it is about.
    #[graphql(default)]
    demands: Vec<ID>,
    /// The projects of the organisation that it is about; together with the demands at most 20.
    #[graphql(default)]
    projects: Vec<ID>,
}

impl RecordContentInput {
    fn read(&self, form: &mut Form) -> Option<Content> {
        let target = form.id("content.target", &self.target);
        let summary = form.text("content.summary", &self.summary);
        let demands = form.ids("content.demands", &self.demands, MOST_NAMED);
        let projects = form.ids("content.projects", &self.projects, MOST_NAMED);
        Some(Content {
            occurred_on: self.occurred_on.0,
            target: target?,
            kind: self.kind.into(),
            summary: summary?,
            links: Links::new(demands?, projects?),
        })
    }
}

/// Begins a record.
#[derive(InputObject)]
pub struct RecordDraftInput {
    /// The posting of the instructor.
    posting: ID,
    /// What it says.
    content: RecordContentInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes what a draft says.
#[derive(InputObject)]
pub struct RecordReviseInput {
    /// The draft.
    record_draft: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// What it says.
    content: RecordContentInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Throws a draft away.
#[derive(InputObject)]
pub struct RecordDiscardInput {
    /// The draft.
    record_draft: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Attaches a file to a draft.
#[derive(InputObject)]
pub struct RecordAttachInput {
    /// The draft.
    record_draft: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// The id that `POST /uploads` has answered; a JPEG, PNG or PDF of at most 10 MiB.
    file: ID,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Takes a file off a draft.
#[derive(InputObject)]
pub struct RecordDetachInput {
    /// The draft.
    record_draft: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// The file, `fil_…`.
    file: ID,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Makes a demand of what a draft says.
#[derive(InputObject)]
pub struct RecordDemandOpenInput {
    /// The draft.
    record_draft: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Where the organisation needs it; it must have a tenancy there.
    place: ID,
    /// What it is about.
    category: ID,
    /// What is asked for, 2–60 characters.
    title: String,
    /// How much, 1–10,000.
    quantity: i64,
    /// What the quantity counts, 1–20 characters.
    unit: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Files a draft.
#[derive(InputObject)]
pub struct RecordFileInput {
    /// The draft.
    record_draft: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Why it is filed late, 2–500 characters; needed when it is.
    late_reason: Option<String>,
    /// Similar records, if this is another one.
    acknowledge_similar: Option<Vec<ID>>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Records of instructors' work.
#[derive(Default)]
pub struct RecordMutation;

#[Object]
impl RecordMutation {
    /// Begins a record (新建纪实草稿). Work is written down for the days of the posting.
    async fn record_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was done.")] input: RecordDraftInput,
    ) -> Option<Result<RecordDraftPayload<RecordDraftInput>, Error>> {
        let mut form = Form::default();
        let (posting, content) = (form.id("posting", &input.posting), input.content.read(&mut form));
        settle(ctx, input.idempotency_key, async |cx| match (posting, content) {
            (Some(posting), Some(content)) => ops::record::draft(&cx, posting, content).await,
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Changes what a draft says (修改纪实草稿).
    async fn record_revise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft, and what it says now.")] input: RecordReviseInput,
    ) -> Option<Result<RecordDraftPayload<RecordReviseInput>, Error>> {
        let mut form = Form::default();
        let (draft, content) = (form.id("recordDraft", &input.record_draft), input.content.read(&mut form));
        settle(ctx, input.idempotency_key, async |cx| match (draft, content) {
            (Some(draft), Some(content)) => ops::record::revise(&cx, draft, Version(input.expected_version), content).await,
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Throws a draft away (删除纪实草稿).
    async fn record_discard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft.")] input: RecordDiscardInput,
    ) -> Option<Result<RecordDraftPayload<RecordDiscardInput>, Error>> {
        let mut form = Form::default();
        let draft = form.id("recordDraft", &input.record_draft);
        settle(ctx, input.idempotency_key, async |cx| match draft {
            Some(draft) => ops::record::discard(&cx, draft, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }

    /// Attaches a file to a draft (添加附件). Images are kept without what they tell of where and how they were taken.
    async fn record_attach(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which file of which draft.")] input: RecordAttachInput,
    ) -> Option<Result<RecordDraftPayload<RecordAttachInput>, Error>> {
        let mut form = Form::default();
        let (draft, file) = (form.id("recordDraft", &input.record_draft), form.id("file", &input.file));
        settle(ctx, input.idempotency_key, async |cx| match (draft, file) {
            (Some(draft), Some(file)) => ops::record::attach(&cx, draft, Version(input.expected_version), file).await,
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Takes a file off a draft for good (移除附件).
    async fn record_detach(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which file of which draft.")] input: RecordDetachInput,
    ) -> Option<Result<RecordDraftPayload<RecordDetachInput>, Error>> {
        let mut form = Form::default();
        let (draft, file) = (form.id("recordDraft", &input.record_draft), form.id("file", &input.file));
        settle(ctx, input.idempotency_key, async |cx| match (draft, file) {
            (Some(draft), Some(file)) => ops::record::detach(&cx, draft, Version(input.expected_version), file).await,
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Drafts a demand of the served organisation with what a draft says, and links the two (由纪实生成需求):
    /// what was written once is not written again.
    async fn record_demand_open(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft, and what a demand needs beside it.")] input: RecordDemandOpenInput,
    ) -> Option<Result<RecordDemandOpenPayload, Error>> {
        let mut form = Form::default();
        let draft = form.id("recordDraft", &input.record_draft);
        let (place, category) = (form.id("place", &input.place), form.id("category", &input.category));
        let (title, unit) = (form.text("title", &input.title), form.text("unit", &input.unit));
        let quantity = form.quantity("quantity", input.quantity);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(draft), Some(place), Some(category), Some(title), Some(quantity), Some(unit)) =
                (draft, place, category, title, quantity, unit)
            else {
                return Err(form.refuse());
            };
            let wanted = NewDemand { place, category, title, quantity, unit };
            ops::record::demand_open(&cx, draft, Version(input.expected_version), wanted).await
        })
        .await
    }

    /// Files a draft (归档): it becomes the next record of the chain and never changes again. More than seven
    /// working days after the day it is late and says why; after the tenth working day of the next month the
    /// month is locked.
    async fn record_file(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft.")] input: RecordFileInput,
    ) -> Option<Result<FiledRecordPayload<RecordFileInput>, Error>> {
        let mut form = Form::default();
        let draft = form.id("recordDraft", &input.record_draft);
        let late_reason = form.optional_text("lateReason", input.late_reason.as_deref());
        let similar = input.acknowledge_similar.unwrap_or_default();
        let similar = form.ids("acknowledgeSimilar", &similar, MOST_NAMED);
        settle(ctx, input.idempotency_key, async |cx| match (draft, late_reason, similar) {
            (Some(draft), Some(late_reason), Some(acknowledge_similar)) => {
                let filing = Filing { late_reason, acknowledge_similar };
                ops::record::file(&cx, draft, Version(input.expected_version), filing).await
            }
            _ => Err(form.refuse()),
        })
        .await
    }
}
