//! Resources in the API.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, ID, Object};

use super::{
    category::{Category, CategoryLoader},
    claim::{Claim, ResourceClaimsLoader},
    contact_point::{ContactPoint, ContactPointLoader, places_of},
    loader::Load,
    organisation::{Organisation, OrganisationLoader},
    page::nested_rows,
    reach::{ResourceCoverage, ResourceEligibility},
    request::{Request, load},
    scalar::{Date, DateTime},
};
use crate::{
    domain::{
        period::{self, Period},
        resource as domain,
    },
    kernel::{id::ResourceId, reference::RefNo},
    policy::{self, Action, Scope, Subject, Subjected},
    store::{self, Reader, StoreResult, resource::Use},
};

/// A resource as the API shows it.
#[derive(Clone)]
pub struct Resource(pub domain::Resource);

/// A resource (资源): what an organisation can give.
#[Object]
impl Resource {
    /// The opaque id, `res_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// The number that people quote, e.g. `R-420105-2026-000123`; null until it is listed.
    async fn ref_no(&self) -> Option<&str> {
        self.0.ref_no.as_ref().map(RefNo::as_str)
    }

    /// Where it stands (状态).
    async fn status(&self) -> ResourceStatus {
        self.0.status().into()
    }

    /// Why it is paused or retired; null in every other state.
    async fn status_reason(&self) -> Option<&str> {
        match &self.0.state {
            domain::State::Paused { reason, .. } | domain::State::Retired { reason } => Some(reason.as_str()),
            domain::State::Draft | domain::State::Listed | domain::State::Stale => None,
        }
    }

    /// The day on which a paused resource is back on the list; null when it is not paused.
    async fn paused_until(&self) -> Option<Date> {
        match &self.0.state {
            domain::State::Paused { until, .. } => Some(Date(*until)),
            domain::State::Draft | domain::State::Listed | domain::State::Stale | domain::State::Retired { .. } => None,
        }
    }

    /// Who gives it (提供单位).
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.organisation).await
    }

    /// The office of the organisation that gives it (科室).
    async fn unit(&self) -> &str {
        self.0.terms.unit.as_str()
    }

    /// What sort of service it is (类别).
    async fn category(&self, ctx: &Context<'_>) -> Result<Option<Category>, Error> {
        load::<CategoryLoader>(ctx, self.0.terms.category).await
    }

    /// What is offered, in one line of 2–60 characters (资源名称).
    async fn title(&self) -> &str {
        self.0.terms.title.as_str()
    }

    /// The full description, up to 4,000 characters.
    async fn detail(&self) -> &str {
        self.0.terms.detail.as_str()
    }

    /// Keywords, at most 8 (标签).
    async fn tags(&self) -> Vec<&str> {
        self.0.terms.tags.iter().map(|tag| tag.as_str()).collect()
    }

    /// How it is given (服务方式).
    async fn mode(&self) -> ResourceMode {
        self.0.terms.mode.into()
    }

    /// Where it reaches (覆盖范围).
    async fn coverage(&self) -> ResourceCoverage<'_> {
        ResourceCoverage::of(&self.0.terms.coverage)
    }

    /// Whom it is meant for (适用对象).
    async fn eligibility(&self) -> ResourceEligibility {
        ResourceEligibility::of(&self.0.terms.eligibility)
    }

    /// How much there is in each period of `per`, 0–10,000 (可提供次数).
    async fn capacity(&self) -> u32 {
        self.0.terms.capacity.get()
    }

    /// How often the capacity is there anew (周期).
    async fn per(&self) -> ResourcePer {
        self.0.terms.per.into()
    }

    /// How much of the capacity is not agreed in the period that a day belongs to. Its state and
    /// its validity on that day are another question.
    #[graphql(complexity = "2")]
    async fn available_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Any day of the period; today if it is left out.")] on: Option<Date>,
    ) -> Result<u32, Error> {
        let day = on.map_or_else(|| Request::of(ctx).today(), |day| day.0);
        let used = load::<PeriodLoader>(ctx, (self.0.id, self.0.period_of(day))).await?;
        Ok(used.map_or(self.0.terms.capacity.get(), |used| used.capacity.saturating_sub(used.taken)))
    }

    /// The first day on which it can be used (有效期起).
    async fn valid_from(&self) -> Date {
        Date(self.0.terms.valid_from)
    }

    /// The last day on which it can be used (有效期止); null while no end is set.
    async fn valid_to(&self) -> Option<Date> {
        self.0.terms.valid_to.map(Date)
    }

    /// What it costs (收费).
    async fn fee(&self) -> ResourceFee {
        self.0.terms.fee.into()
    }

    /// Documents to bring, at most 20 (所需材料).
    async fn required_documents(&self) -> Vec<&str> {
        self.0.terms.required_documents.iter().map(|document| document.as_str()).collect()
    }

    /// The post to ask (联系岗位), if one is named.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<ContactPoint>, Error> {
        match self.0.terms.contact {
            Some(contact) => load::<ContactPointLoader>(ctx, contact).await,
            None => Ok(None),
        }
    }

    /// The day on which somebody last said that all this is still true (确认有效); null until it is listed.
    async fn assured_on(&self) -> Option<Date> {
        self.0.assured_on().map(Date)
    }

    /// The day on which it goes off the list unless somebody says that it is still true (到期日); null
    /// until it is listed.
    async fn stale_on(&self) -> Option<Date> {
        self.0.assurance.map(|assurance| Date(assurance.stale_on))
    }

    /// How many of the two reminders to say so there have been since it was last said (提醒次数).
    async fn reminders(&self) -> u32 {
        self.0.assurance.map_or(0, |assurance| assurance.reminded.into())
    }

    /// When it was drafted.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was listed; null until then.
    async fn listed_at(&self) -> Option<DateTime> {
        self.0.listed_at.map(DateTime)
    }

    /// The newest claims that use it and that the signed-in account may see (认领); the query `claims`
    /// has all.
    #[graphql(complexity = "5 + first.clamp(0, 100) as usize * child_complexity")]
    async fn claims(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1–100.", default = 3)] first: i32,
    ) -> Result<Vec<Claim>, Error> {
        let rows = nested_rows(ctx, first)?;
        Ok(load::<ResourceClaimsLoader>(ctx, (self.0.id, rows)).await?.unwrap_or_default())
    }

    /// Whether the signed-in account may revise it, its state aside.
    async fn viewer_can_revise(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ResourceRevise).await
    }

    /// Whether the signed-in account may list it, its state aside.
    async fn viewer_can_list(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ResourceList).await
    }

    /// Whether the signed-in account may pause it, its state aside.
    async fn viewer_can_pause(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ResourcePause).await
    }

    /// Whether the signed-in account may bring it back from a pause, its state aside.
    async fn viewer_can_resume(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ResourceResume).await
    }

    /// Whether the signed-in account may assure that it is still true, its state aside.
    async fn viewer_can_assure(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ResourceAssure).await
    }

    /// Whether the signed-in account may change its capacity, its state aside.
    async fn viewer_can_set_capacity(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ResourceCapacitySet).await
    }

    /// Whether the signed-in account may retire it, its state aside.
    async fn viewer_can_retire(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ResourceRetire).await
    }

    /// Whether the signed-in account may claim it for one of its enterprises, its state aside.
    async fn viewer_can_request(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let actor = &Request::of(ctx).cx()?.actor;
        let subject = |enterprise| Subject::of_district(self.0.district.clone()).between(enterprise, self.0.organisation);
        let others = actor.own().into_iter().filter(|own| *own != self.0.organisation);
        Ok(others.into_iter().any(|enterprise| policy::may(actor, Action::ClaimRequest, &subject(enterprise))))
    }
}

impl Resource {
    /// Asks the policy with the places in which the organisation sits today, as the mutations do.
    async fn may(&self, ctx: &Context<'_>, action: Action) -> Result<bool, Error> {
        let places = places_of(ctx, self.0.organisation).await?;
        Ok(policy::may(&Request::of(ctx).cx()?.actor, action, &self.0.subject().at(places)))
    }
}

/// Where a resource stands (资源状态).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum ResourceStatus {
    /// Being written (草稿); only its own organisation and creator see it.
    Draft,
    /// On the list (已发布); claims are possible.
    Listed,
    /// Off the list for a time (暂停).
    Paused,
    /// Nobody has said for too long that it is still true (待确认).
    Stale,
    /// Off the list for good (停止提供).
    Retired,
}

/// How a resource is given (服务方式).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Mode")]
pub enum ResourceMode {
    /// At the enterprise (上门服务).
    Onsite,
    /// Over the network (线上服务).
    Online,
    /// As a room or ground to use (场地).
    Venue,
    /// At a counter (窗口办理).
    Window,
    /// As a policy to draw on (政策).
    Policy,
    /// By an expert (专家).
    Expert,
}

/// What a resource costs (收费).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Fee")]
pub enum ResourceFee {
    /// Nothing (免费).
    Free,
    /// What it costs the provider (成本收费).
    AtCost,
}

/// How often a capacity is there anew (周期).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "period::Per")]
pub enum ResourcePer {
    /// Once and for all (一次性).
    Once,
    /// Every calendar month (每月).
    Month,
    /// Every quarter (每季度).
    Quarter,
    /// Every calendar year (每年).
    Year,
}

/// Reads resources by id.
pub struct ResourceLoader;

impl Load for ResourceLoader {
    type Key = ResourceId;
    type Value = Resource;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[ResourceId]) -> StoreResult<HashMap<ResourceId, Resource>> {
        let found = store::resource::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|resource| (resource.id, Resource(resource))).collect())
    }
}

/// Reads how much of resources is agreed in their periods. Asked only about resources that the
/// scope has shown.
pub struct PeriodLoader;

impl Load for PeriodLoader {
    type Key = (ResourceId, Period);
    type Value = Use;
    fn read(reader: &mut Reader, _: &Scope, keys: &[Self::Key]) -> StoreResult<HashMap<Self::Key, Use>> {
        Ok(store::resource::uses(reader, keys)?.into_iter().collect())
    }
}
