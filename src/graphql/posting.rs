//! Postings of instructors in the API.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    clock::{self, RunningClock},
    loader::Load,
    organisation::{Organisation, OrganisationLoader},
    page::{Connection, Listed, PageArguments, page_cost, print},
    request::{Request, bounded_argument, id_argument, load, or_error},
    scalar::{Date, DateTime},
    toolkit::{IssuesLoader, ToolkitIssue},
};
use crate::{
    domain::posting::{self as domain, State, TargetState},
    kernel::id::{AccountId, PostingId},
    policy::{self, Action, Scope, Subject},
    store::{self, Reader, StoreResult, posting as rows},
};

/// A posting as the API shows it.
#[derive(Clone)]
pub struct Posting(pub domain::Posting);

/// A posting (选派): an instructor (党建指导员) serves some organisations for a time.
#[Object]
impl Posting {
    /// The opaque id, `pst_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// Its number in the district (选派编号), 1 to 9999; part of the reference numbers of its records.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// What the instructor's account is called (指导员).
    async fn instructor_name(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        load::<AccountNameLoader>(ctx, self.0.instructor).await
    }

    /// The department that sends the instructor (选派单位).
    async fn dispatch_unit(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.dispatch_unit).await
    }

    /// In what way somebody is an instructor (类型).
    async fn kind(&self) -> PostingKind {
        self.0.kind.into()
    }

    /// The first day (选派开始日期).
    async fn from(&self) -> Date {
        Date(self.0.from)
    }

    /// The last day (选派结束日期).
    async fn to(&self) -> Date {
        Date(self.0.to)
    }

    /// The organisations that it serves, or was to serve (服务对象), in the order in which they were named.
    async fn targets(&self) -> Vec<PostingTarget> {
        let own = |target: &domain::Target| PostingTarget { posting: self.0.clone(), target: target.clone() };
        self.0.targets.iter().map(own).collect()
    }

    /// Where it stands (状态).
    async fn status(&self) -> PostingStatus {
        self.0.status().into()
    }

    /// Why it ended (结束原因); null unless it did.
    async fn status_reason(&self) -> Option<&str> {
        match &self.0.state {
            State::Ended { reason, .. } => Some(reason.as_str()),
            State::Proposed { .. } | State::Consented { .. } | State::Active => None,
        }
    }

    /// What runs for it, and until when (时限).
    #[graphql(complexity = "10 * child_complexity")]
    async fn clocks(&self, ctx: &Context<'_>) -> Result<Vec<RunningClock>, Error> {
        clock::shown(ctx, self.0.id, self.0.clocks()).await
    }

    /// When it was proposed.
    async fn proposed_at(&self) -> DateTime {
        DateTime(self.0.proposed_at)
    }

    /// When it was approved; null until then.
    async fn approved_at(&self) -> Option<DateTime> {
        self.0.approval.map(|approval| DateTime(approval.at))
    }

    /// When it ended; null until then.
    async fn ended_at(&self) -> Option<DateTime> {
        match self.0.state {
            State::Ended { at, .. } => Some(DateTime(at)),
            State::Proposed { .. } | State::Consented { .. } | State::Active => None,
        }
    }

    /// What the instructor was given (百宝袋), the first issued first.
    async fn toolkit(&self, ctx: &Context<'_>) -> Result<Vec<ToolkitIssue>, Error> {
        Ok(load::<IssuesLoader>(ctx, self.0.id).await?.unwrap_or_default())
    }

    /// Whether the signed-in account may approve it, its state aside; never whoever proposed it or is posted.
    async fn viewer_can_approve(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::PostingApprove, &self.0)
    }

    /// Whether the signed-in account may end it, its state aside.
    async fn viewer_can_end(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::PostingEnd, &self.0)
    }

    /// Whether the signed-in account may give the instructor items of the toolkit, its state aside.
    async fn viewer_can_issue(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::ToolkitIssue, &self.0)
    }
}

fn may(ctx: &Context<'_>, action: Action, posting: &domain::Posting) -> Result<bool, Error> {
    Ok(policy::may(&Request::of(ctx).cx()?.actor, action, posting))
}

/// One organisation of a posting.
pub struct PostingTarget {
    posting: domain::Posting,
    target: domain::Target,
}

/// An organisation that a posting serves, or was to serve (服务对象).
#[Object]
impl PostingTarget {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.target.organisation).await
    }

    /// Where it stands (状态).
    async fn status(&self) -> PostingTargetStatus {
        self.target.status().into()
    }

    /// When it answered; null until then.
    async fn answered_at(&self) -> Option<DateTime> {
        self.target.answer.map(|answer| DateTime(answer.at))
    }

    /// Why it declined or is not served any more; null otherwise.
    async fn reason(&self) -> Option<&str> {
        match &self.target.state {
            TargetState::Declined { reason } | TargetState::Ended { reason, .. } => Some(reason.as_str()),
            TargetState::Asked | TargetState::Consented => None,
        }
    }

    /// Whether the signed-in account may consent or decline for it, the state aside.
    async fn viewer_can_answer(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let subject = Subject::owned(self.posting.district.clone(), self.target.organisation);
        Ok(policy::may(&Request::of(ctx).cx()?.actor, Action::PostingConsent, &subject))
    }

    /// Whether the signed-in account may take it out of the posting, the state aside.
    async fn viewer_can_end(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::PostingTargetEnd, &self.posting)
    }
}

/// In what way somebody is an instructor (指导员类型).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Kind")]
pub enum PostingKind {
    /// Retired from office (离退休干部).
    Retired,
    /// In office (在职干部).
    Serving,
    /// Works as an instructor only (专职).
    FullTime,
}

/// Where a posting stands (选派状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum PostingStatus {
    /// Waits for the answers of the organisations (待服务对象同意).
    Proposed,
    /// Waits for approval (待审批).
    Consented,
    /// In force (在任).
    Active,
    /// Over (已结束).
    Ended,
}

/// Where an organisation of a posting stands (服务对象状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::TargetStatus")]
pub enum PostingTargetStatus {
    /// Has not answered yet (待答复).
    Asked,
    /// Wants to be served (已同意).
    Consented,
    /// Does not want to be served (已谢绝).
    Declined,
    /// Is not served any more (已结束).
    Ended,
}

/// Something that whoever approves a posting has to acknowledge (提醒).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Warning")]
pub enum PostingWarning {
    /// It serves as many organisations as are thought to be a lot (服务对象偏多).
    ManyTargets,
}

/// Narrows a list of postings; every field that is given must match.
#[derive(InputObject, Default)]
pub struct PostingFilter {
    /// In any of these states.
    status: Option<Vec<PostingStatus>>,
    /// Sent by this department.
    dispatch_unit: Option<ID>,
    /// Serves this organisation, or was to.
    target: Option<ID>,
}

/// Reads postings by id.
pub struct PostingLoader;

impl Load for PostingLoader {
    type Key = PostingId;
    type Value = Posting;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[PostingId]) -> StoreResult<HashMap<PostingId, Posting>> {
        let found = rows::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|posting| (posting.id, Posting(posting))).collect())
    }
}

/// Reads what accounts are called. Only of accounts that stand in something that was seen.
pub struct AccountNameLoader;

impl Load for AccountNameLoader {
    type Key = AccountId;
    type Value = String;
    fn read(reader: &mut Reader, _: &Scope, keys: &[AccountId]) -> StoreResult<HashMap<AccountId, String>> {
        store::account::names(reader, keys)
    }
}

impl Listed for Posting {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about postings.
#[derive(Default)]
pub struct PostingQuery;

#[Object]
impl PostingQuery {
    /// One posting (选派); null when there is none that the signed-in account may see.
    async fn posting(&self, ctx: &Context<'_>, #[graphql(desc = "The id, `pst_…`.")] id: ID) -> Result<Option<Posting>, Error> {
        load::<PostingLoader>(ctx, id_argument(ctx, &id)?).await
    }

    /// Postings of instructors (选派名单), the newest first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn postings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<PostingFilter>,
    ) -> Result<Connection<Posting>, Error> {
        let cx = Request::of(ctx).cx()?;
        let filter = filter.unwrap_or_default();
        let filter = rows::Filter {
            statuses: bounded_argument(ctx, filter.status)?.into_iter().map(Into::into).collect(),
            dispatch_unit: filter.dispatch_unit.map(|id| id_argument(ctx, &id)).transpose()?,
            target: filter.target.map(|id| id_argument(ctx, &id)).transpose()?,
        };
        let list = print("postings", &filter, &());
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, rows::mark, Posting))
    }
}
