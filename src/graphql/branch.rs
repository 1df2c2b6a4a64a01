//! Branches in the API: three types behind one interface.

use std::collections::HashMap;

use async_graphql::{Context, Error, ID, Interface, Object, ObjectType};

use super::{
    branch_shown::Shown,
    branch_words::{BranchForm, BranchNotice, BranchStatus, BranchWarning},
    loader::Load,
    organisation::Organisation,
    place::Place,
    request::load,
    scalar::{Date, DateTime},
    tenancy::MAX_NESTED,
};
use crate::{
    domain::branch::{self as domain, Kind},
    kernel::id::{BranchId, OrganisationId},
    policy::Scope,
    store::{self, Reader, StoreResult},
};

/// A branch (党组织) of a place: of the hub type (枢纽型), the property type (物业型) or the custody
/// type (托管型).
#[expect(clippy::duplicated_attributes, reason = "several fields of the interface have the same type")]
#[derive(Interface, Clone)]
#[graphql(
    field(name = "id", ty = "ID", desc = "The opaque id, `brn_…`."),
    field(name = "version", ty = "i32", desc = "Counts the changes; send it back as `expectedVersion`."),
    field(name = "name", ty = "&str", desc = "What it is called; unique in the district."),
    field(name = "form", ty = "BranchForm", desc = "How it is organised (组织形式)."),
    field(name = "status", ty = "BranchStatus", desc = "Where it stands (状态)."),
    field(name = "status_reason", ty = "Option<&str>", desc = "Why it was given back, suspended, converted or dissolved."),
    field(name = "place", ty = "Option<Place>", desc = "The building or park it belongs to."),
    field(name = "lead", ty = "Option<Organisation>", desc = "The organisation that leads it (牵头单位)."),
    field(name = "parent", ty = "Option<Branch>", desc = "The branch above it (上级党组织), if there is one."),
    field(name = "merged_into", ty = "Option<Branch>", desc = "The branch that it was merged into, if it was."),
    field(name = "member_count", ty = "u32", desc = "How many members it has (党员人数). A number, never a roster."),
    field(name = "committee_size", ty = "u32", desc = "Seats of its committee (支委人数); 0 when there is none."),
    field(name = "formed_on", ty = "Option<Date>", desc = "The day it was formed (成立日期)."),
    field(
        name = "covers",
        ty = "Vec<Organisation>",
        desc = "The organisations it covers (覆盖单位), or is to cover; at most 100."
    ),
    field(name = "cover_count", ty = "u32", desc = "How many organisations it covers, or is to cover."),
    field(name = "warnings", ty = "Vec<BranchNotice>", desc = "What was to be warned of at its last step."),
    field(name = "acknowledged_warnings", ty = "Vec<BranchWarning>", desc = "The warnings that the approver acknowledged."),
    field(name = "created_at", ty = "DateTime", desc = "When it was proposed."),
    field(name = "viewer_can_revise", ty = "bool", desc = "Whether the signed-in account may revise it, its state aside."),
    field(name = "viewer_can_return", ty = "bool", desc = "Whether the signed-in account may give it back, its state aside."),
    field(name = "viewer_can_approve", ty = "bool", desc = "Whether the signed-in account may approve it, its state aside."),
    field(name = "viewer_can_activate", ty = "bool", desc = "Whether the signed-in account may activate it, its state aside."),
    field(name = "viewer_can_suspend", ty = "bool", desc = "Whether the signed-in account may suspend it, its state aside."),
    field(name = "viewer_can_resume", ty = "bool", desc = "Whether the signed-in account may resume it, its state aside."),
    field(name = "viewer_can_convert", ty = "bool", desc = "Whether the signed-in account may convert it, its state aside."),
    field(name = "viewer_can_merge", ty = "bool", desc = "Whether the signed-in account may merge it, its state aside."),
    field(name = "viewer_can_dissolve", ty = "bool", desc = "Whether the signed-in account may dissolve it, its state aside."),
    field(
        name = "viewer_can_cover",
        ty = "bool",
        desc = "Whether the signed-in account may add an organisation to it, its state aside."
    ),
    field(
        name = "viewer_can_uncover",
        ty = "bool",
        desc = "Whether the signed-in account may take an organisation from it, its state aside."
    ),
    field(
        name = "viewer_can_hand_over",
        ty = "bool",
        desc = "Whether the signed-in account may hand it over to another custodian, its type and state aside."
    )
)]
pub enum Branch {
    Hub(HubBranch),
    Property(PropertyBranch),
    Custody(CustodyBranch),
}

/// A hub branch (枢纽型).
pub type HubBranch = Shown<HubRealm>;
/// A property branch (物业型).
pub type PropertyBranch = Shown<PropertyRealm>;
/// A custody branch (托管型).
pub type CustodyBranch = Shown<CustodyRealm>;

/// One of the three types of branch.
pub trait Realm: Send + Sync + 'static {
    /// What the type is, for the schema.
    const DESCRIPTION: &'static str;
    /// What this type has besides the common fields.
    type Own: ObjectType + Send + Sync;
    /// Makes those fields of a branch of the type.
    fn own(branch: &domain::Branch) -> Self::Own;
}

/// See [`HubBranch`].
pub enum HubRealm {}
/// See [`PropertyBranch`].
pub enum PropertyRealm {}
/// See [`CustodyBranch`].
pub enum CustodyRealm {}

impl Realm for HubRealm {
    const DESCRIPTION: &'static str = "A hub branch (枢纽型党组织): of several organisations in a complex or park, led by a \
        street office, park committee, community or party organ.";
    type Own = Standing;
    fn own(branch: &domain::Branch) -> Standing {
        Standing::of(branch)
    }
}

impl Realm for PropertyRealm {
    const DESCRIPTION: &'static str = "A property branch (物业型党组织): led by the property company that operates the place.";
    type Own = Standing;
    fn own(branch: &domain::Branch) -> Standing {
        Standing::of(branch)
    }
}

impl Realm for CustodyRealm {
    const DESCRIPTION: &'static str =
        "A custody branch (托管型党组织): the liaison station at a host enterprise, in the care of another branch.";
    type Own = InCustody;
    fn own(branch: &domain::Branch) -> InCustody {
        InCustody { custodian: branch.terms.custodian }
    }
}

/// What branches have that stand on their own.
pub struct Standing {
    id: BranchId,
    term_ends_on: Option<Date>,
}

/// Shown as fields of the types that have them, never as a type of its own.
#[Object]
impl Standing {
    /// The day its term is over (届满日期); null while nobody has told when it was formed.
    async fn term_ends_on(&self) -> Option<Date> {
        self.term_ends_on
    }

    /// The liaison stations in its care (托管的联络站), oldest first; at most 100.
    #[graphql(complexity = "5 + 5 * child_complexity")]
    async fn stations(&self, ctx: &Context<'_>) -> Result<Vec<CustodyBranch>, Error> {
        Ok(load::<StationsLoader>(ctx, self.id).await?.unwrap_or_default())
    }
}

impl Standing {
    fn of(branch: &domain::Branch) -> Self {
        Self { id: branch.id, term_ends_on: branch.term_ends_on().map(Date) }
    }
}

/// What branches have that are in the care of another one.
pub struct InCustody {
    custodian: Option<BranchId>,
}

/// Shown as fields of the type that has them, never as a type of its own.
#[Object]
impl InCustody {
    /// The branch that has it in its care (托管党组织).
    async fn custodian(&self, ctx: &Context<'_>) -> Result<Option<Branch>, Error> {
        load_other(ctx, self.custodian).await
    }
}

impl Branch {
    /// The branch as the type it is of.
    pub fn of(branch: domain::Branch) -> Self {
        match branch.kind {
            Kind::Hub => Self::Hub(Shown::of(branch)),
            Kind::Property => Self::Property(Shown::of(branch)),
            Kind::Custody => Self::Custody(Shown::of(branch)),
        }
    }
}

/// The branch that another one refers to; `None` when it refers to none or to a hidden one.
pub(super) async fn load_other(ctx: &Context<'_>, id: Option<BranchId>) -> Result<Option<Branch>, Error> {
    match id {
        Some(id) => load::<BranchLoader>(ctx, id).await,
        None => Ok(None),
    }
}

/// Reads branches by id.
pub struct BranchLoader;

impl Load for BranchLoader {
    type Key = BranchId;
    type Value = Branch;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[BranchId]) -> StoreResult<HashMap<BranchId, Branch>> {
        let found = store::branch::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|branch| (branch.id, Branch::of(branch))).collect())
    }
}

/// Reads the stations in the care of branches.
pub struct StationsLoader;

impl Load for StationsLoader {
    type Key = BranchId;
    type Value = Vec<CustodyBranch>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[BranchId]) -> StoreResult<HashMap<BranchId, Vec<CustodyBranch>>> {
        let found = store::branch_list::stations(reader, scope, keys)?;
        let shown = |stations: Vec<domain::Branch>| stations.into_iter().take(MAX_NESTED).map(Shown::of).collect();
        Ok(found.into_iter().map(|(custodian, stations)| (custodian, shown(stations))).collect())
    }
}

/// Reads what working branches cover. Not bounded: it is counted, too.
pub struct CoversLoader;

impl Load for CoversLoader {
    type Key = BranchId;
    type Value = Vec<OrganisationId>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[BranchId]) -> StoreResult<HashMap<BranchId, Vec<OrganisationId>>> {
        store::branch_coverage::organisations_of(reader, scope, keys)
    }
}
