//! What waits for the signed-in account, in the API.

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};

use super::{
    node::{self, Node},
    page::{Connection, Listed, PageArguments, page_cost, print},
    request::{Request, bounded_argument, or_error},
    scalar::{Date, DateTime},
};
use crate::{
    domain::inbox as domain,
    ops,
    store::inbox::{self as rows, Item},
};

/// A thing that waits.
#[derive(Clone)]
pub struct InboxItem(pub Item);

/// Something that waits for the signed-in account (待办): a step that it may take with an object now.
#[Object]
impl InboxItem {
    /// What is to be done.
    async fn kind(&self) -> InboxKind {
        self.0.kind.into()
    }

    /// The name of the mutation that takes the step, e.g. `claimConsent`. Where there is a choice, such as
    /// to decline, it is the one that says yes.
    async fn mutation(&self) -> String {
        self.0.action.mutation()
    }

    /// The object that it is to be done with.
    pub async fn object(&self, ctx: &Context<'_>) -> Result<Option<Node>, Error> {
        node::find(ctx, &ID(self.0.object_id())).await
    }

    /// The object's reference number and title, as far as it has them.
    async fn label(&self) -> &str {
        &self.0.label
    }

    /// Until when (截止时间); null where no clock runs.
    async fn due_at(&self) -> Option<DateTime> {
        self.0.due_at.map(DateTime)
    }

    /// Whether that has passed (逾期).
    async fn overdue(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let now = Request::of(ctx).cx()?.now();
        Ok(self.0.due_at.is_some_and(|due_at| due_at < now))
    }
}

/// What is to be done (待办类型); new ones may be added.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Kind")]
pub enum InboxKind {
    /// A claim waits for the consent of one's side (答复认领).
    ClaimAnswer,
    /// The other side asks to cancel an agreed claim (答复取消请求).
    ClaimCancelAnswer,
    /// A department objects to a dispatch (裁定派单异议).
    ClaimObjectionDecide,
    /// A demand is to be listed, merged or given back (审核需求).
    DemandTriage,
    /// A demand of one's duty was reminded of: nobody claims it (认领归口需求).
    DemandClaim,
    /// A demand was escalated: nobody claims it (派单无人认领的需求).
    DemandDispatch,
    /// The projects of a demand are closed and not all solved (办结需求).
    DemandDecide,
    /// An enterprise objects to a decision (答复企业异议).
    DemandObjectionDecide,
    /// A demand was given back (修改退回的需求).
    DemandMend,
    /// A demand has expired and can be renewed (续期过期的需求).
    DemandRenew,
    /// The lead of a project is to be in contact with the enterprise (首次联系企业).
    ProjectContact,
    /// The lead of a project is to file the plan (提交项目计划).
    ProjectPlan,
    /// Contact and plan are there, the work can begin (启动项目).
    ProjectStart,
    /// The lead of a project is to report (报告项目进展).
    ProjectProgress,
    /// A project is to be delivered (交付项目).
    ProjectDeliver,
    /// A delivered project is to be confirmed (确认办理结果).
    ProjectConfirm,
    /// The lead of a project asks for a pause (审批项目暂停).
    ProjectPauseDecide,
    /// The lead of a project asks for a later day (审批项目延期).
    ProjectExtensionDecide,
    /// A project was drawn for a call-back (回访企业).
    ProjectCallBack,
    /// A resource goes stale, or has, unless it is assured (确认资源仍然有效).
    ResourceAssure,
    /// A drafted resource is to be listed (发布资源).
    ResourceList,
    /// A proposed branch was given back (修改退回的支部方案).
    BranchMend,
    /// A branch is proposed (审批支部方案).
    BranchDecide,
    /// An approved branch is to be activated (启用支部).
    BranchActivate,
    /// A grant is proposed by somebody else (审批授权).
    GrantApprove,
    /// A change of a rule is proposed by somebody else (审批规则修改).
    RuleChangeDecide,
    /// An organisation is asked whether an instructor may serve it (答复选派).
    PostingAnswer,
    /// A posting waits for approval (审批选派).
    PostingApprove,
    /// Something of the toolkit was given to the instructor (签收百宝袋).
    ToolkitAcknowledge,
    /// An instructor has filed a record about the enterprise (核实指导员纪实).
    RecordVerify,
    /// An enterprise disputes a record (复核有异议的纪实).
    RecordDisputeDecide,
    /// An enterprise is asked about an instructor (评价指导员).
    EvaluationAnswer,
    /// A dispatch unit is to score an instructor (考核指导员).
    EvaluationScore,
    /// The organisation department is to grade an instructor (评定等次).
    EvaluationGrade,
    /// An instructor objects to an evaluation (复核考核异议).
    EvaluationObjectionDecide,
}

/// How much of a kind waits (待办数量).
#[derive(SimpleObject)]
pub struct InboxCount {
    /// What is to be done.
    kind: InboxKind,
    /// How much waits.
    count: i64,
    /// How much of it is late (逾期).
    overdue: i64,
}

impl From<rows::Count> for InboxCount {
    fn from(count: rows::Count) -> Self {
        Self { kind: count.kind.into(), count: count.waiting, overdue: count.overdue }
    }
}

impl Listed for InboxItem {
    type Filter = Vec<domain::Kind>;
    async fn total(ctx: &Context<'_>, kinds: &Vec<domain::Kind>) -> Result<i64, Error> {
        let counts = or_error(ctx, ops::inbox::counts(Request::of(ctx).cx()?, kinds.clone()).await)?;
        Ok(counts.iter().map(|count| count.waiting).sum())
    }
}

/// Queries about what waits.
#[derive(Default)]
pub struct InboxQuery;

#[Object]
impl InboxQuery {
    /// What now waits for the signed-in account (待办), and until when: what is due first first, what has no
    /// end last. Computed from the states of objects and the account's grants.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn inbox(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<InboxKind>>,
    ) -> Result<Connection<InboxItem>, Error> {
        let cx = Request::of(ctx).cx()?;
        let kinds: Vec<domain::Kind> = bounded_argument(ctx, kinds)?.into_iter().map(Into::into).collect();
        let list = print("inbox", &kinds, &());
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let page = or_error(ctx, ops::inbox::page(cx, kinds.clone(), request).await)?;
        Ok(Connection::new(page, kinds, list, rows::mark, InboxItem))
    }

    /// How much of each kind waits for the signed-in account (待办统计); kinds of which nothing does are left out.
    #[graphql(complexity = "20 * child_complexity")]
    async fn inbox_counts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<InboxKind>>,
    ) -> Result<Vec<InboxCount>, Error> {
        let kinds = bounded_argument(ctx, kinds)?.into_iter().map(Into::into).collect();
        let counts = or_error(ctx, ops::inbox::counts(Request::of(ctx).cx()?, kinds).await)?;
        Ok(counts.into_iter().map(InboxCount::from).collect())
    }

    /// What waits for the signed-in account, as a text for a day (待办摘要), in the language of the request: what
    /// was due before that day, what is due then, within the week after, and without an end. At most 200
    /// things are named.
    #[graphql(complexity = "100")]
    async fn inbox_digest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day that the digest is for.")] on: Date,
    ) -> Result<String, Error> {
        let request = Request::of(ctx);
        or_error(ctx, ops::inbox::digest(request.cx()?, on.0, request.lang).await)
    }
}
