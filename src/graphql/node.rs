//! Any object by its id, as Relay clients ask for it.

use async_graphql::{Context, Error, ID, Interface, Object};
use futures_util::future::try_join_all;

use super::{
    account::{Account, AccountLoader},
    audit::{AuditEntry, AuditEntryLoader},
    branch::{Branch, BranchLoader, CustodyBranch, HubBranch, PropertyBranch},
    category::{Category, CategoryLoader},
    claim::{Claim, ClaimLoader},
    contact_point::{ContactPoint, ContactPointLoader},
    cycle::{Cycle, CycleLoader},
    demand::{Demand, DemandLoader},
    evaluation::{Evaluation, EvaluationLoader},
    file::{StoredFile, StoredFileLoader},
    grant::{Grant, GrantLoader},
    loader::Load,
    milestone::{Milestone, MilestoneLoader},
    organisation::{Department, Enterprise, Organisation, OrganisationLoader},
    place::{Building, Park, Place, PlaceLoader},
    posting::{Posting, PostingLoader},
    project::{Project, ProjectLoader},
    record::{FiledRecord, FiledRecordLoader, RecordDraft, RecordDraftLoader},
    request::{Request, bounded_argument, id_argument, load},
    resource::{Resource, ResourceLoader},
    rule_change::{RuleChange, RuleChangeLoader},
    session::{Session, SessionLoader},
    snapshot::{Snapshot, SnapshotLoader},
    tenancy::{Tenancy, TenancyLoader},
    toolkit::{IssueLoader, ItemLoader, ToolkitIssue, ToolkitItem},
    zone::{Zone, ZoneLoader},
};
use crate::kernel::id::{Id, Kind, kind};

/// An object with an id that is unique in the whole portal (全局对象).
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The opaque, typed id; its letters before `_` tell the kind."))]
pub enum Node {
    Account(Account),
    AuditEntry(AuditEntry),
    Building(Building),
    Category(Category),
    Claim(Claim),
    ContactPoint(ContactPoint),
    CustodyBranch(CustodyBranch),
    Cycle(Cycle),
    Demand(Demand),
    Department(Department),
    Enterprise(Enterprise),
    Evaluation(Evaluation),
    FiledRecord(FiledRecord),
    Grant(Grant),
    HubBranch(HubBranch),
    Milestone(Milestone),
    Park(Park),
    Posting(Posting),
    Project(Project),
    PropertyBranch(PropertyBranch),
    RecordDraft(RecordDraft),
    Resource(Resource),
    RuleChange(RuleChange),
    Session(Session),
    Snapshot(Snapshot),
    StoredFile(StoredFile),
    Tenancy(Tenancy),
    ToolkitIssue(ToolkitIssue),
    ToolkitItem(ToolkitItem),
    Zone(Zone),
}

impl From<Organisation> for Node {
    fn from(organisation: Organisation) -> Self {
        match organisation {
            Organisation::Enterprise(enterprise) => enterprise.into(),
            Organisation::Department(department) => department.into(),
        }
    }
}

impl From<Place> for Node {
    fn from(place: Place) -> Self {
        match place {
            Place::Building(building) => building.into(),
            Place::Park(park) => park.into(),
        }
    }
}

impl From<Branch> for Node {
    fn from(branch: Branch) -> Self {
        match branch {
            Branch::Hub(branch) => branch.into(),
            Branch::Property(branch) => branch.into(),
            Branch::Custody(branch) => branch.into(),
        }
    }
}

/// Queries for any object.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this id; null when there is none that the signed-in account may see.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of any object, e.g. `dem_…`.")] id: ID,
    ) -> Result<Option<Node>, Error> {
        find(ctx, &id).await
    }

    /// The objects with these ids, in the same order; null for each that the signed-in account may
    /// not see or that is not there.
    #[graphql(complexity = "10 + ids.len() * child_complexity")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids of any objects, at most 50.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>, Error> {
        let ids = bounded_argument(ctx, Some(ids))?;
        // All at once, so that the loaders read each kind in one statement.
        try_join_all(ids.iter().map(|id| find(ctx, id))).await
    }
}

/// The object with this id; `None` when it is hidden or not there.
pub(super) async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>, Error> {
    let now = Request::of(ctx).cx()?.now();
    let prefix = id.split_once('_').map_or("", |(prefix, _)| prefix);
    match prefix {
        kind::Account::PREFIX => found::<AccountLoader, _>(ctx, id).await,
        kind::AuditLine::PREFIX => found::<AuditEntryLoader, _>(ctx, id).await,
        kind::Branch::PREFIX => found::<BranchLoader, _>(ctx, id).await,
        kind::Category::PREFIX => found::<CategoryLoader, _>(ctx, id).await,
        kind::Claim::PREFIX => found::<ClaimLoader, _>(ctx, id).await,
        kind::ContactPoint::PREFIX => found::<ContactPointLoader, _>(ctx, id).await,
        kind::Cycle::PREFIX => found::<CycleLoader, _>(ctx, id).await,
        kind::Demand::PREFIX => found::<DemandLoader, _>(ctx, id).await,
        kind::Evaluation::PREFIX => found::<EvaluationLoader, _>(ctx, id).await,
        kind::FiledRecord::PREFIX => found::<FiledRecordLoader, _>(ctx, id).await,
        kind::Grant::PREFIX => found::<GrantLoader, _>(ctx, id).await,
        kind::Milestone::PREFIX => found::<MilestoneLoader, _>(ctx, id).await,
        kind::Organisation::PREFIX => found::<OrganisationLoader, _>(ctx, id).await,
        kind::Place::PREFIX => found::<PlaceLoader, _>(ctx, id).await,
        kind::Posting::PREFIX => found::<PostingLoader, _>(ctx, id).await,
        kind::Project::PREFIX => found::<ProjectLoader, _>(ctx, id).await,
        kind::RecordDraft::PREFIX => found::<RecordDraftLoader, _>(ctx, id).await,
        kind::Resource::PREFIX => found::<ResourceLoader, _>(ctx, id).await,
        kind::RuleChange::PREFIX => found::<RuleChangeLoader, _>(ctx, id).await,
        kind::Session::PREFIX => Ok(load::<SessionLoader>(ctx, (id_argument(ctx, id)?, now)).await?.map(Node::from)),
        kind::Snapshot::PREFIX => found::<SnapshotLoader, _>(ctx, id).await,
        kind::StoredFile::PREFIX => found::<StoredFileLoader, _>(ctx, id).await,
        kind::Tenancy::PREFIX => found::<TenancyLoader, _>(ctx, id).await,
        kind::ToolkitIssue::PREFIX => found::<IssueLoader, _>(ctx, id).await,
        kind::ToolkitItem::PREFIX => found::<ItemLoader, _>(ctx, id).await,
        kind::Zone::PREFIX => found::<ZoneLoader, _>(ctx, id).await,
        // An id of a kind that is no object here is as good as none, and answers the same.
        _ => id_argument::<kind::Demand>(ctx, id).map(|_| None),
    }
}

async fn found<L, K>(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>, Error>
where
    L: Load<Key = Id<K>>,
    L::Value: Into<Node>,
    K: Kind,
{
    Ok(load::<L>(ctx, id_argument(ctx, id)?).await?.map(Into::into))
}
