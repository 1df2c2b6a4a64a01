//! Demands in the API.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Error, ID, Object, SimpleObject};

pub use super::demand_words::{
    DemandDecision, DemandFulfilment, DemandObjectionRuling, DemandOutcome, DemandSource, DemandStatus, DemandUrgency,
    DemandVisibility,
};
use super::{
    category::{Category, CategoryLoader},
    claim::{Claim, DemandClaimsLoader},
    clock::{self, RunningClock},
    contact_point::{ContactPoint, ContactPointLoader},
    loader::Load,
    organisation::{Organisation, OrganisationLoader},
    page::nested_rows,
    place::{Place, PlaceLoader},
    project::{DemandProjectsLoader, Project},
    request::{Request, load},
    scalar::{Date, DateTime},
    zone::{Zone, ZoneLoader},
};
use crate::{
    domain::demand as domain,
    kernel::{
        calendar::{Calendar, shanghai_date},
        id::DemandId,
        reference::RefNo,
    },
    policy::{self, Action, Scope, Subject},
    store::{self, Reader, StoreResult},
};

/// A demand as the API shows it.
#[derive(Clone)]
pub struct Demand(pub domain::Demand);

/// A demand (需求): what an enterprise needs.
#[Object]
impl Demand {
    /// The opaque id, `dem_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// The number that people quote, e.g. `D-420105-2026-000123`; null while it is a draft.
    async fn ref_no(&self) -> Option<&str> {
        self.0.ref_no.as_ref().map(RefNo::as_str)
    }

    /// Where it stands (状态).
    async fn status(&self) -> DemandStatus {
        self.0.status().into()
    }

    /// Why it was given back, put aside, taken back or closed; null when no reason was given.
    async fn status_reason(&self) -> Option<&str> {
        self.0.reason().map(|reason| reason.as_str())
    }

    /// How it ended (办结方式); null until it is closed.
    async fn outcome(&self) -> Option<DemandOutcome> {
        if let domain::State::Closed { outcome, .. } = &self.0.state { Some((*outcome).into()) } else { None }
    }

    /// The enterprise's objection to the coordinator's decision (异议), if it has made one.
    async fn objection(&self) -> Option<DemandObjection> {
        let domain::State::Closed { appeal: Some(appeal), .. } = &self.0.state else { return None };
        appeal.objection.as_ref().map(DemandObjection::of)
    }

    /// The demand that this one was merged into, if it was.
    async fn merged_into(&self, ctx: &Context<'_>) -> Result<Option<Demand>, Error> {
        let domain::State::Merged { into } = &self.0.state else { return Ok(None) };
        load::<DemandLoader>(ctx, *into).await
    }

    /// Who needs it (需求单位).
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.organisation).await
    }

    /// Where it is needed (所在楼宇 / 园区).
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<Place>, Error> {
        load::<PlaceLoader>(ctx, self.0.place).await
    }

    /// The zone of the place (集聚区), if it lies in one.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, Error> {
        match self.0.zone {
            Some(zone) => load::<ZoneLoader>(ctx, zone).await,
            None => Ok(None),
        }
    }

    /// What sort of service is needed (类别).
    async fn category(&self, ctx: &Context<'_>) -> Result<Option<Category>, Error> {
        load::<CategoryLoader>(ctx, self.0.terms.category).await
    }

    /// What is asked for, in one line of 2–60 characters (需求名称).
    async fn title(&self) -> &str {
        self.0.terms.title.as_str()
    }

    /// The full description, up to 4,000 characters (需求内容).
    async fn detail(&self) -> &str {
        self.0.terms.detail.as_str()
    }

    /// Keywords, at most 8 (标签).
    async fn tags(&self) -> Vec<&str> {
        self.0.terms.tags.iter().map(|tag| tag.as_str()).collect()
    }

    /// How many are needed, 1–10,000 (数量).
    async fn quantity(&self) -> u32 {
        self.0.terms.quantity.get()
    }

    /// What the quantity counts (单位): 次, 场, 人 …
    async fn unit(&self) -> &str {
        self.0.terms.unit.as_str()
    }

    /// How much of the quantity is agreed in claims.
    async fn agreed_quantity(&self) -> u32 {
        self.0.agreed
    }

    /// How much of the quantity is still open for claims.
    async fn open_quantity(&self) -> u32 {
        self.0.open_quantity()
    }

    /// How much of the quantity is agreed, in one word (认领进度).
    async fn commit_status(&self) -> DemandFulfilment {
        self.0.commitment().into()
    }

    /// How much of the quantity was delivered and found solved by the enterprise, in one word (办结进度).
    #[graphql(complexity = "2")]
    async fn fulfil_status(&self, ctx: &Context<'_>) -> Result<DemandFulfilment, Error> {
        let solved = load::<SolvedLoader>(ctx, self.0.id).await?.unwrap_or_default();
        Ok(domain::Fulfilment::of(solved, self.0.terms.quantity).into())
    }

    /// How pressing it is (紧急程度).
    async fn urgency(&self) -> DemandUrgency {
        self.0.terms.urgency.into()
    }

    /// Why it is urgent; null when it is not.
    async fn urgency_reason(&self) -> Option<&str> {
        self.0.terms.urgency_reason.as_ref().map(|reason| reason.as_str())
    }

    /// The first day on which it would help (期望时间起), if one was given.
    async fn desired_from(&self) -> Option<Date> {
        self.0.terms.desired_from.map(Date)
    }

    /// The last day on which it would help (期望时间止), if one was given.
    async fn desired_to(&self) -> Option<Date> {
        self.0.terms.desired_to.map(Date)
    }

    /// Who sees it while it is listed (公开范围).
    async fn visibility(&self) -> DemandVisibility {
        self.0.terms.visibility.into()
    }

    /// How it came in (来源).
    async fn source(&self) -> DemandSource {
        self.0.source.into()
    }

    /// The post to ask (联系岗位), if one is named.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<ContactPoint>, Error> {
        match self.0.terms.contact {
            Some(contact) => load::<ContactPointLoader>(ctx, contact).await,
            None => Ok(None),
        }
    }

    /// How many working days it has been on the list this time, today included (等待工作日); null when it is
    /// not listed.
    #[graphql(complexity = "2")]
    async fn waiting_workdays(&self, ctx: &Context<'_>) -> Result<Option<u32>, Error> {
        let (Some(_), Some(listed_at)) = (self.0.listing(), self.0.listed_at) else {
            return Ok(None);
        };
        let calendar = load::<CalendarLoader>(ctx, ()).await?;
        Ok(calendar.map(|calendar| calendar.workdays_between(shanghai_date(listed_at), Request::of(ctx).today())))
    }

    /// The clocks that run for it (时限), each with its end; empty when nothing does.
    #[graphql(complexity = "4 + child_complexity")]
    async fn clocks(&self, ctx: &Context<'_>) -> Result<Vec<RunningClock>, Error> {
        let now = Request::of(ctx).app.clock.now();
        clock::shown(ctx, self.0.id, self.0.clocks(now)).await
    }

    /// By when it is to be listed, merged or given back; null unless it waits for that.
    async fn triage_due_at(&self) -> Option<DateTime> {
        if let domain::State::Submitted { triage_due_at } = self.0.state { Some(DateTime(triage_due_at)) } else { None }
    }

    /// By when somebody is to claim it, before its duty unit is reminded; null unless it is listed and
    /// nothing is agreed.
    async fn unclaimed_due_at(&self) -> Option<DateTime> {
        self.0.unclaimed().map(|waiting| DateTime(waiting.remind_due_at))
    }

    /// When its duty unit was reminded that nobody has claimed it (催办); null unless it was.
    async fn reminded_at(&self) -> Option<DateTime> {
        self.0.unclaimed()?.reminded_at.map(DateTime)
    }

    /// Whether nobody has claimed it for so long that it is the coordinator's business (升级).
    async fn escalated(&self) -> bool {
        self.0.unclaimed().is_some_and(|waiting| waiting.escalated_at.is_some())
    }

    /// When it became the coordinator's business; null unless it did.
    async fn escalated_at(&self) -> Option<DateTime> {
        self.0.unclaimed()?.escalated_at.map(DateTime)
    }

    /// The day on which it is listed again; null unless it is parked.
    async fn review_on(&self) -> Option<Date> {
        if let domain::State::Parked { review_on, .. } = self.0.state { Some(Date(review_on)) } else { None }
    }

    /// The last day on which it can be renewed; null unless it has expired.
    async fn renew_until(&self) -> Option<Date> {
        if let domain::State::Expired { renew_until, .. } = self.0.state { Some(Date(renew_until)) } else { None }
    }

    /// When it expired; null unless it has.
    async fn expired_at(&self) -> Option<DateTime> {
        if let domain::State::Expired { at, .. } = self.0.state { Some(DateTime(at)) } else { None }
    }

    /// When it was drafted.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was last handed in; null until then.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.0.submitted_at.map(DateTime)
    }

    /// When it last came to the list; null until then.
    async fn listed_at(&self) -> Option<DateTime> {
        self.0.listed_at.map(DateTime)
    }

    /// When it was closed; null until then.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    /// The newest claims on it that the signed-in account may see (认领); the query `claims` has all.
    #[graphql(complexity = "5 + first.clamp(0, 100) as usize * child_complexity")]
    async fn claims(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1–100.", default = 3)] first: i32,
    ) -> Result<Vec<Claim>, Error> {
        let rows = nested_rows(ctx, first)?;
        Ok(load::<DemandClaimsLoader>(ctx, (self.0.id, rows)).await?.unwrap_or_default())
    }

    /// The newest projects for it that the signed-in account may see (项目); the query `projects` has all.
    #[graphql(complexity = "5 + first.clamp(0, 100) as usize * child_complexity")]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1–100.", default = 3)] first: i32,
    ) -> Result<Vec<Project>, Error> {
        let rows = nested_rows(ctx, first)?;
        Ok(load::<DemandProjectsLoader>(ctx, (self.0.id, rows)).await?.unwrap_or_default())
    }

    /// Whether the signed-in account may revise it, its state aside.
    async fn viewer_can_revise(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::DemandRevise)
    }

    /// Whether the signed-in account may submit it, its state aside.
    async fn viewer_can_submit(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::DemandSubmit)
    }

    /// Whether the signed-in account may give it back, its state aside.
    async fn viewer_can_return(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::DemandReturn)
    }

    /// Whether the signed-in account may list it, its state aside.
    async fn viewer_can_list(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::DemandList)
    }

    /// Whether the signed-in account may merge it into another one, its state aside.
    async fn viewer_can_merge(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::DemandMerge)
    }

    /// Whether the signed-in account may withdraw it, its state aside.
    async fn viewer_can_withdraw(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::DemandWithdraw)
    }

    /// Whether the signed-in account may put it aside, its state aside.
    async fn viewer_can_park(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::DemandPark)
    }

    /// Whether the signed-in account may decide that no more will come of it, its state aside.
    async fn viewer_can_close(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::DemandClose)
    }

    /// Whether the signed-in account may object to that decision, its state aside.
    async fn viewer_can_object(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::DemandObject)
    }

    /// Whether the signed-in account may answer an objection, its state aside.
    async fn viewer_can_decide_objection(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::DemandObjectionDecide)
    }

    /// Whether the signed-in account may renew it, its state aside.
    async fn viewer_can_renew(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::DemandRenew)
    }

    /// Whether the signed-in account may claim it for one of its organisations, its state aside.
    async fn viewer_can_offer(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let actor = &Request::of(ctx).cx()?.actor;
        let subject = |provider| Subject::of_district(self.0.district.clone()).between(self.0.organisation, provider);
        let others = actor.own().into_iter().filter(|own| *own != self.0.organisation);
        Ok(others.into_iter().any(|provider| policy::may(actor, Action::ClaimOffer, &subject(provider))))
    }
}

impl Demand {
    fn may(&self, ctx: &Context<'_>, action: Action) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).cx()?.actor, action, &self.0))
    }
}

/// That an enterprise does not accept the coordinator's decision about its demand (异议).
#[derive(SimpleObject)]
pub struct DemandObjection {
    /// When it was made.
    at: DateTime,
    /// Why the decision is not accepted.
    reason: String,
    /// By when the coordinator is to answer it.
    decide_due_at: DateTime,
    /// When it was answered that the decision stands; null while it waits for an answer.
    dismissed_at: Option<DateTime>,
    /// Why the decision stands.
    dismissal: Option<String>,
}

impl DemandObjection {
    fn of(objection: &domain::Objection) -> Self {
        let dismissal = objection.dismissal.as_ref();
        Self {
            at: DateTime(objection.at),
            reason: objection.reason.to_string(),
            decide_due_at: DateTime(objection.decide_due_at),
            dismissed_at: dismissal.map(|dismissal| DateTime(dismissal.at)),
            dismissal: dismissal.map(|dismissal| dismissal.reason.to_string()),
        }
    }
}

/// Reads demands by id.
pub struct DemandLoader;

impl Load for DemandLoader {
    type Key = DemandId;
    type Value = Demand;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[DemandId]) -> StoreResult<HashMap<DemandId, Demand>> {
        let found = store::demand::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|demand| (demand.id, Demand(demand))).collect())
    }
}

/// Reads how much of demands was delivered and found solved. Asked only about demands that the
/// scope has shown.
pub struct SolvedLoader;

impl Load for SolvedLoader {
    type Key = DemandId;
    type Value = u32;
    fn read(reader: &mut Reader, _: &Scope, keys: &[DemandId]) -> StoreResult<HashMap<DemandId, u32>> {
        Ok(store::demand::solved_quantities(reader, keys)?.into_iter().collect())
    }
}

/// Reads the working-day calendar, once per request. It is the same for everybody.
pub struct CalendarLoader;

impl Load for CalendarLoader {
    type Key = ();
    type Value = Arc<Calendar>;
    fn read(reader: &mut Reader, _: &Scope, _: &[()]) -> StoreResult<HashMap<(), Arc<Calendar>>> {
        Ok(HashMap::from([((), store::calendar::load(reader)?)]))
    }
}
