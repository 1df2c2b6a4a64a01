//! Claims in the API.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};

use super::{
    clock::{self, RunningClock},
    demand::{Demand, DemandLoader},
    loader::Load,
    organisation::{Organisation, OrganisationLoader},
    place::{Place, PlaceLoader},
    project::{ClaimProjectLoader, Project},
    request::{Request, load},
    resource::{Resource, ResourceLoader},
    scalar::{Date, DateTime},
};
use crate::{
    domain::claim as domain,
    kernel::id::{ClaimId, DemandId, ResourceId},
    ops,
    policy::{self, Action, Scope, Subjected},
    store::{self, Reader, StoreResult},
};

/// A claim as the API shows it.
#[derive(Clone)]
pub struct Claim(pub domain::Claim);

/// A claim (认领): one organisation takes up what another has listed; both consent.
#[Object]
impl Claim {
    /// The opaque id, `clm_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// The number that people quote, e.g. `C-420105-2026-000123`.
    async fn ref_no(&self) -> &str {
        self.0.ref_no.as_str()
    }

    /// From which side it came (认领方向).
    async fn kind(&self) -> ClaimKind {
        self.0.kind.into()
    }

    /// Where it stands (状态).
    async fn status(&self) -> ClaimStatus {
        self.0.status().into()
    }

    /// Why it was declined, cancelled or ended; null in every other state.
    async fn status_reason(&self) -> Option<&str> {
        match &self.0.state {
            domain::State::Declined { reason } | domain::State::Cancelled { reason } | domain::State::Ended { reason } => {
                Some(reason.as_str())
            }
            domain::State::Pending { .. }
            | domain::State::Objected
            | domain::State::Agreed
            | domain::State::Withdrawn
            | domain::State::Lapsed
            | domain::State::Superseded { .. } => None,
        }
    }

    /// Of what there was not enough left, in the code that a late consent is answered with; null
    /// unless it is superseded.
    async fn superseded_by(&self) -> Option<ClaimShortage> {
        match self.0.state {
            domain::State::Superseded { by } => Some(by.into()),
            domain::State::Pending { .. }
            | domain::State::Objected
            | domain::State::Agreed
            | domain::State::Declined { .. }
            | domain::State::Withdrawn
            | domain::State::Lapsed
            | domain::State::Cancelled { .. }
            | domain::State::Ended { .. } => None,
        }
    }

    /// Whose consent it waits for now (待回应方); null once it is settled or objected to.
    async fn waits_for(&self) -> Option<ClaimSide> {
        self.0.missing().map(Into::into)
    }

    /// The demand that is claimed (需求); null when it is hidden.
    async fn demand(&self, ctx: &Context<'_>) -> Result<Option<Demand>, Error> {
        load::<DemandLoader>(ctx, self.0.demand).await
    }

    /// Whose demand it is (需求单位).
    async fn enterprise(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.demand_organisation).await
    }

    /// Where it is needed (所在楼宇 / 园区).
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<Place>, Error> {
        load::<PlaceLoader>(ctx, self.0.place).await
    }

    /// What of the provider's list it uses (资源); null when it uses none, or when that is hidden.
    async fn resource(&self, ctx: &Context<'_>) -> Result<Option<Resource>, Error> {
        match self.0.resource {
            Some(used) => load::<ResourceLoader>(ctx, used.resource).await,
            None => Ok(None),
        }
    }

    /// The period of the resource whose capacity it counts against: `ONCE`, `2026-12`, `2026-Q4` or
    /// `2026`; null when it uses no resource.
    async fn period(&self) -> Option<String> {
        self.0.resource.map(|used| used.period.to_string())
    }

    /// Who gives it (提供单位).
    async fn provider(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.provider).await
    }

    /// How many of the demand's quantity it takes (数量).
    async fn quantity(&self) -> u32 {
        self.0.quantity.get()
    }

    /// What the side that made it says to it, up to 500 characters.
    async fn note(&self) -> &str {
        self.0.note.as_str()
    }

    /// How the work is meant to go (计划).
    async fn plan(&self) -> ClaimPlan {
        ClaimPlan {
            start: Date(self.0.plan.start),
            due: Date(self.0.plan.due),
            steps: self.0.plan.steps.iter().map(ToString::to_string).collect(),
        }
    }

    /// That the enterprise consented; null until it has.
    async fn demand_consent(&self) -> Option<ClaimConsent> {
        self.0.demand_consent.map(ClaimConsent::of)
    }

    /// That the provider consented; null until it has.
    async fn provider_consent(&self) -> Option<ClaimConsent> {
        self.0.provider_consent.map(ClaimConsent::of)
    }

    /// The clocks that run for it (时限), each with its end; empty when nothing does.
    #[graphql(complexity = "4 + child_complexity")]
    async fn clocks(&self, ctx: &Context<'_>) -> Result<Vec<RunningClock>, Error> {
        let now = Request::of(ctx).app.clock.now();
        clock::shown(ctx, self.0.id, self.0.clocks(now)).await
    }

    /// By when the waiting side should answer; without an answer the claim lapses.
    async fn respond_by(&self) -> DateTime {
        DateTime(self.0.respond_by)
    }

    /// Until when the department may object to the dispatch; null for other kinds and once the
    /// dispatch is final.
    async fn object_by(&self) -> Option<DateTime> {
        self.0.dispatch.as_ref()?.object_by.map(DateTime)
    }

    /// Whether it is a dispatch that cannot be objected to any more (最终派单).
    async fn is_final(&self) -> bool {
        self.0.is_final()
    }

    /// Why the department objected to the dispatch (异议), whatever became of it; null unless it did.
    async fn objection(&self) -> Option<ClaimObjection> {
        let objection = self.0.dispatch.as_ref()?.objection.as_ref()?;
        Some(ClaimObjection {
            at: DateTime(objection.at),
            reason: objection.reason.to_string(),
            decide_by: DateTime(objection.decide_by),
        })
    }

    /// The last request of one side to cancel what is agreed, if there was one.
    async fn cancel_ask(&self, ctx: &Context<'_>) -> Option<ClaimCancelRequest> {
        let now = Request::of(ctx).app.clock.now();
        self.0.cancel_ask.as_ref().map(|ask| ClaimCancelRequest {
            side: ask.side.into(),
            at: DateTime(ask.at),
            reason: ask.reason.to_string(),
            respond_by: DateTime(ask.respond_by),
            is_open: self.0.status() == domain::Status::Agreed && ask.is_open(now),
        })
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was last settled: agreed, refused, taken back, superseded, ended or cancelled.
    async fn settled_at(&self) -> Option<DateTime> {
        self.0.settled_at.map(DateTime)
    }

    /// What it became once it was agreed (项目); null before that.
    async fn project(&self, ctx: &Context<'_>) -> Result<Option<Project>, Error> {
        load::<ClaimProjectLoader>(ctx, self.0.id).await
    }

    /// Whether the signed-in account may consent for one of the sides, its state aside.
    async fn viewer_can_consent(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::ClaimConsent, &self.0)
    }

    /// Whether the signed-in account may decline it for one of the sides, its state aside.
    async fn viewer_can_decline(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::ClaimDecline, &self.0)
    }

    /// Whether the signed-in account may withdraw it, its state aside.
    async fn viewer_can_withdraw(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::ClaimWithdraw, &ops::claim::withdrawal(&self.0))
    }

    /// Whether the signed-in account may object to it, its kind and state aside.
    async fn viewer_can_object(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::ClaimObject, &self.0)
    }

    /// Whether the signed-in account may decide on an objection to it, its kind and state aside.
    async fn viewer_can_decide_objection(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::ClaimObjectionDecide, &self.0)
    }

    /// Whether the signed-in account may take it back if it is a dispatch, its state aside.
    async fn viewer_can_withdraw_dispatch(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::ClaimDispatchWithdraw, &self.0)
    }

    /// Whether the signed-in account may ask the other side to cancel it, its state aside.
    async fn viewer_can_ask_cancel(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::ClaimCancelAsk, &self.0)
    }

    /// Whether the signed-in account may agree to cancel it, its state aside.
    async fn viewer_can_agree_cancel(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::ClaimCancelAgree, &self.0)
    }

    /// Whether the signed-in account may cancel it over the heads of both sides, its state aside.
    async fn viewer_can_cancel(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::ClaimCancel, &self.0)
    }
}

fn may(ctx: &Context<'_>, action: Action, subject: &impl Subjected) -> Result<bool, Error> {
    Ok(policy::may(&Request::of(ctx).cx()?.actor, action, subject))
}

/// How the work of a claim is meant to go (计划).
#[derive(SimpleObject)]
pub struct ClaimPlan {
    /// Its first day.
    start: Date,
    /// Its last day as planned. The project's own due date follows the rule for the category.
    due: Date,
    /// What is done one after the other, at most 20 steps.
    steps: Vec<String>,
}

/// That somebody consented for a side of a claim.
#[derive(SimpleObject)]
pub struct ClaimConsent {
    /// When.
    at: DateTime,
    /// The account that consented, `acc_…`.
    by: ID,
}

impl ClaimConsent {
    fn of(consent: domain::Consent) -> Self {
        Self { at: DateTime(consent.at), by: ID(consent.by.to_string()) }
    }
}

/// One side's request to cancel an agreed claim (取消申请).
#[derive(SimpleObject)]
pub struct ClaimCancelRequest {
    /// Which side asks.
    side: ClaimSide,
    /// When it asked.
    at: DateTime,
    /// Why.
    reason: String,
    /// By when the other side can agree; after that the request has ended.
    respond_by: DateTime,
    /// Whether the other side can still agree.
    is_open: bool,
}

/// That a department does not want what it was named for (异议).
#[derive(SimpleObject)]
pub struct ClaimObjection {
    /// When it objected.
    at: DateTime,
    /// Why.
    reason: String,
    /// By when the coordinator should have decided.
    decide_by: DateTime,
}

/// From which side a claim came (认领方向).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Kind")]
pub enum ClaimKind {
    /// A provider claims a demand (认领需求); it waits for the enterprise.
    Offer,
    /// An enterprise claims a resource (认领资源); it waits for the provider.
    Request,
    /// The coordinator names a department for a demand (派单); it waits for both.
    Dispatch,
}

/// One of the two parties of a claim.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Side")]
pub enum ClaimSide {
    /// The enterprise that has the need (需求方).
    Demand,
    /// The organisation that gives (提供方).
    Provider,
}

/// Where a claim stands (认领状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum ClaimStatus {
    /// Waits for the consent of one side or of both (待回应).
    Pending,
    /// The department objects to the dispatch; the coordinator decides (异议待处理).
    Objected,
    /// Both sides consented, and a project exists (已达成).
    Agreed,
    /// The waiting side did not want it (已谢绝).
    Declined,
    /// Whoever made it took it back (已撤回).
    Withdrawn,
    /// Nobody answered in time (已逾期失效).
    Lapsed,
    /// What was left went to another claim (已被取代).
    Superseded,
    /// Cancelled: after it was agreed, with its project, or on an objection (已取消).
    Cancelled,
    /// Its demand or resource was taken away (已终止).
    Ended,
}

/// Of what there was not enough left for a claim.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Shortage")]
pub enum ClaimShortage {
    /// The demand's quantity (需求数量已满).
    #[graphql(name = "QUANTITY_EXCEEDED")]
    Quantity,
    /// The resource's capacity in the period (资源容量已满).
    #[graphql(name = "CAPACITY_EXCEEDED")]
    Capacity,
}

/// Reads claims by id.
pub struct ClaimLoader;

impl Load for ClaimLoader {
    type Key = ClaimId;
    type Value = Claim;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[ClaimId]) -> StoreResult<HashMap<ClaimId, Claim>> {
        let found = store::claim::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|claim| (claim.id, Claim(claim))).collect())
    }
}

/// Reads the newest claims on demands, so many each. One statement reads for all demands of a
/// level, within the bound of [`store::claim_list`], and what is too much for one of them is cut here.
pub struct DemandClaimsLoader;

impl Load for DemandClaimsLoader {
    type Key = (DemandId, usize);
    type Value = Vec<Claim>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[Self::Key]) -> StoreResult<HashMap<Self::Key, Vec<Claim>>> {
        let demands: Vec<DemandId> = keys.iter().map(|(demand, _)| *demand).collect();
        let found = store::claim_list::of_demands(reader, scope, &demands)?;
        let of = |demand: DemandId| found.iter().filter(move |claim| claim.demand == demand);
        Ok(keys.iter().map(|key| (*key, of(key.0).take(key.1).cloned().map(Claim).collect())).collect())
    }
}

/// The same for resources.
pub struct ResourceClaimsLoader;

impl Load for ResourceClaimsLoader {
    type Key = (ResourceId, usize);
    type Value = Vec<Claim>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[Self::Key]) -> StoreResult<HashMap<Self::Key, Vec<Claim>>> {
        let resources: Vec<ResourceId> = keys.iter().map(|(resource, _)| *resource).collect();
        let found = store::claim_list::of_resources(reader, scope, &resources)?;
        let uses = |claim: &domain::Claim, id: ResourceId| claim.resource.is_some_and(|used| used.resource == id);
        let of = |id: ResourceId| found.iter().filter(move |claim| uses(claim, id));
        Ok(keys.iter().map(|key| (*key, of(key.0).take(key.1).cloned().map(Claim).collect())).collect())
    }
}
