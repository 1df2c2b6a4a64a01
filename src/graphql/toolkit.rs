//! The toolkit of instructors in the API.

use std::{collections::HashMap, marker::PhantomData};

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    file::{StoredFile, StoredFileLoader},
    form::Form,
    loader::Load,
    page::{Connection, Listed, PageArguments, page_cost, print},
    posting::{Posting, PostingLoader},
    request::{Outcome, Request, load, or_error, settle},
    scalar::{Date, DateTime},
};
use crate::{
    domain::toolkit as domain,
    kernel::{
        id::{PostingId, ToolkitIssueId, ToolkitItemId},
        version::Version,
    },
    ops::{self, toolkit::Publication},
    policy::{self, Action, Scope, Subject},
    store::{Reader, StoreResult, toolkit as rows},
};

/// An item as the API shows it.
#[derive(Clone)]
pub struct ToolkitItem(pub domain::ToolkitItem);

/// A version of an item of the toolkit (百宝袋物品). A new version is a new one of these.
#[Object]
impl ToolkitItem {
    /// The opaque id, `tki_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The same for all versions of an item (编码).
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Which version it is (版次), counted from 1.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// What it is called (名称).
    async fn title(&self) -> &str {
        self.0.title.as_str()
    }

    /// The file.
    async fn file(&self, ctx: &Context<'_>) -> Result<Option<StoredFile>, Error> {
        load::<StoredFileLoader>(ctx, self.0.file).await
    }

    /// From when on it is to be used (生效日期).
    async fn effective_from(&self) -> Date {
        Date(self.0.effective_from)
    }

    /// When it was published (发布时间).
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.published_at)
    }
}

/// An issue as the API shows it.
#[derive(Clone)]
pub struct ToolkitIssue(pub domain::ToolkitIssue);

/// That an instructor was given a version of an item (百宝袋发放).
#[Object]
impl ToolkitIssue {
    /// The opaque id, `tis_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// The posting of the instructor.
    async fn posting(&self, ctx: &Context<'_>) -> Result<Option<Posting>, Error> {
        load::<PostingLoader>(ctx, self.0.posting).await
    }

    /// What was given.
    async fn item(&self, ctx: &Context<'_>) -> Result<Option<ToolkitItem>, Error> {
        load::<ItemLoader>(ctx, self.0.item).await
    }

    /// When it was given (发放时间).
    async fn issued_at(&self) -> DateTime {
        DateTime(self.0.issued_at)
    }

    /// Until when the instructor should take note of it (签收期限).
    async fn acknowledge_due_at(&self) -> DateTime {
        DateTime(self.0.acknowledge_due_at)
    }

    /// When the instructor took note of it (签收时间); null until then.
    async fn acknowledged_at(&self) -> Option<DateTime> {
        self.0.acknowledged_at.map(DateTime)
    }

    /// Whether the signed-in account may acknowledge it, its state aside.
    async fn viewer_can_acknowledge(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let subject = Subject::of_district(self.0.district.clone()).posted(self.0.posting);
        Ok(policy::may(&Request::of(ctx).cx()?.actor, Action::ToolkitAcknowledge, &subject))
    }
}

/// Reads items by id.
pub struct ItemLoader;

impl Load for ItemLoader {
    type Key = ToolkitItemId;
    type Value = ToolkitItem;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[ToolkitItemId]) -> StoreResult<HashMap<ToolkitItemId, ToolkitItem>> {
        let found = rows::find_items(reader, scope, keys)?;
        Ok(found.into_iter().map(|item| (item.id, ToolkitItem(item))).collect())
    }
}

/// Reads issues by id.
pub struct IssueLoader;

impl Load for IssueLoader {
    type Key = ToolkitIssueId;
    type Value = ToolkitIssue;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[ToolkitIssueId]) -> StoreResult<HashMap<ToolkitIssueId, ToolkitIssue>> {
        let found = rows::find_issues(reader, scope, keys)?;
        Ok(found.into_iter().map(|issue| (issue.id, ToolkitIssue(issue))).collect())
    }
}

/// Reads what was issued to postings.
pub struct IssuesLoader;

impl Load for IssuesLoader {
    type Key = PostingId;
    type Value = Vec<ToolkitIssue>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[PostingId]) -> StoreResult<HashMap<PostingId, Vec<ToolkitIssue>>> {
        let mut issues: HashMap<PostingId, Vec<ToolkitIssue>> = HashMap::new();
        for issue in rows::issues_of(reader, scope, keys)? {
            issues.entry(issue.posting).or_default().push(ToolkitIssue(issue));
        }
        Ok(issues)
    }
}

impl Listed for ToolkitItem {
    type Filter = Option<String>;
    async fn total(ctx: &Context<'_>, code: &Option<String>) -> Result<i64, Error> {
        let code = code.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, code.as_deref())).await)
    }
}

/// Queries about the toolkit.
#[derive(Default)]
pub struct ToolkitQuery;

#[Object]
impl ToolkitQuery {
    /// The toolkit (百宝袋): every version of every item, the newest first. For instructors and those who
    /// review them.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn toolkit_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only the versions of this item.")] code: Option<String>,
    ) -> Result<Connection<ToolkitItem>, Error> {
        let cx = Request::of(ctx).cx()?;
        let list = print("toolkitItems", &code, &());
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let narrowed = code.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, narrowed.as_deref(), &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, code, list, rows::mark, ToolkitItem))
    }
}

/// What came of a step with an item of the toolkit.
#[derive(SimpleObject)]
#[graphql(concrete(name = "ToolkitItemPublishPayload", params(ToolkitItemPublishInput)))]
pub struct ToolkitItemPayload<I: Send + Sync> {
    /// The object as it is now; null when there are problems.
    toolkit_item: Option<ToolkitItem>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::ToolkitItem>> for ToolkitItemPayload<I> {
    fn from(outcome: Outcome<domain::ToolkitItem>) -> Self {
        let (toolkit_item, problems) = match outcome {
            Ok(found) => (Some(ToolkitItem(found)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { toolkit_item, problems, input: PhantomData }
    }
}

/// What came of a step with something that was given.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "ToolkitIssuePayload", params(ToolkitIssueInput)),
    concrete(name = "ToolkitAcknowledgePayload", params(ToolkitAcknowledgeInput))
)]
pub struct ToolkitIssuePayload<I: Send + Sync> {
    /// The object as it is now; null when there are problems.
    toolkit_issue: Option<ToolkitIssue>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::ToolkitIssue>> for ToolkitIssuePayload<I> {
    fn from(outcome: Outcome<domain::ToolkitIssue>) -> Self {
        let (toolkit_issue, problems) = match outcome {
            Ok(found) => (Some(ToolkitIssue(found)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { toolkit_issue, problems, input: PhantomData }
    }
}

/// Publishes a version of an item.
#[derive(InputObject)]
pub struct ToolkitItemPublishInput {
    /// The same for all versions of an item: 2–40 capital letters, digits and underscores.
    code: String,
    /// What it is called, 2–60 characters.
    title: String,
    /// The id that `POST /uploads` has answered; a JPEG, PNG or PDF of at most 10 MiB.
    file: ID,
    /// From when on it is to be used.
    effective_from: Date,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Gives an instructor a version of an item.
#[derive(InputObject)]
pub struct ToolkitIssueInput {
    /// The posting of the instructor; it must be active.
    posting: ID,
    /// The version of the item.
    item: ID,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Takes note of what was given.
#[derive(InputObject)]
pub struct ToolkitAcknowledgeInput {
    /// What was given.
    toolkit_issue: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// The toolkit.
#[derive(Default)]
pub struct ToolkitMutation;

#[Object]
impl ToolkitMutation {
    /// Publishes the next version of an item of the toolkit (发布百宝袋物品). Images are kept without what they tell of
    /// where and how they were taken.
    async fn toolkit_item_publish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is published.")] input: ToolkitItemPublishInput,
    ) -> Option<Result<ToolkitItemPayload<ToolkitItemPublishInput>, Error>> {
        let mut form = Form::default();
        let code = form.code("code", &input.code);
        let (title, file) = (form.text("title", &input.title), form.id("file", &input.file));
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(code), Some(title), Some(file)) = (code, title, file) else {
                return Err(form.refuse());
            };
            let effective_from = input.effective_from.0;
            ops::toolkit::publish(&cx, Publication { code, title, file, effective_from }).await
        })
        .await
    }

    /// Gives an instructor a version of an item (发放百宝袋).
    async fn toolkit_issue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is given to whom.")] input: ToolkitIssueInput,
    ) -> Option<Result<ToolkitIssuePayload<ToolkitIssueInput>, Error>> {
        let mut form = Form::default();
        let (posting, item) = (form.id("posting", &input.posting), form.id("item", &input.item));
        settle(ctx, input.idempotency_key, async |cx| match (posting, item) {
            (Some(posting), Some(item)) => ops::toolkit::issue(&cx, posting, item).await,
            _ => Err(form.refuse()),
        })
        .await
    }

    /// Takes note of what was given (签收百宝袋).
    async fn toolkit_acknowledge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was given.")] input: ToolkitAcknowledgeInput,
    ) -> Option<Result<ToolkitIssuePayload<ToolkitAcknowledgeInput>, Error>> {
        let mut form = Form::default();
        let issue = form.id("toolkitIssue", &input.toolkit_issue);
        settle(ctx, input.idempotency_key, async |cx| match issue {
            Some(issue) => ops::toolkit::acknowledge(&cx, issue, Version(input.expected_version)).await,
            None => Err(form.refuse()),
        })
        .await
    }
}
