//! Branches in the API: one interface, three types.

use std::{collections::HashMap, ops::Deref};

use async_graphql::{Context, Error, ID, Interface, Object};

use super::{
    branch_common::BranchCommon,
    branch_words::{BranchForm, BranchNotice, BranchStatus, BranchWarning},
    loader::Load,
    organisation::Organisation,
    place::Place,
    request::load,
    scalar::{Date, DateTime},
};
use crate::{
    domain::branch::{self as domain, Kind},
    kernel::id::{BranchId, OrganisationId},
    policy::Scope,
    store::{self, Reader, StoreResult},
};

/// A branch (党组织) of a place: of the hub type (枢纽型), the property type (物业型) or the custody
/// type (托管型).
#[derive(Interface, Clone)]
#[graphql(
    field(name = "id", ty = "ID", desc = "The opaque id, `brn_…`."),
    field(name = "version", ty = "i32", desc = "Counts the changes; send it back as `expectedVersion`."),
    field(name = "name", ty = "String", desc = "What it is called; unique in the district."),
    field(name = "form", ty = "BranchForm", desc = "How it is organised (组织形式)."),
    field(name = "status", ty = "BranchStatus", desc = "Where it stands (状态)."),
    field(name = "status_reason", ty = "Option<String>", desc = "Why it was given back, suspended, converted or dissolved."),
    field(name = "place", ty = "Option<Place>", desc = "The building or park it belongs to."),
    field(name = "lead", ty = "Option<Organisation>", desc = "The organisation that leads it (牵头单位)."),
    field(name = "parent", ty = "Option<Branch>", desc = "The branch above it (上级党组织), if there is one."),
    field(name = "merged_into", ty = "Option<Branch>", desc = "The branch that it was merged into, if it was."),
    field(name = "member_count", ty = "u32", desc = "How many members it has (党员人数). A number, never a roster."),
    field(name = "committee_size", ty = "u32", desc = "Seats of its committee (支委人数); 0 when there is none."),
    field(name = "formed_on", ty = "Option<Date>", desc = "The day it was formed (成立日期)."),
    field(name = "covers", ty = "Vec<Organisation>", desc = "The organisations it covers (覆盖单位), or is to cover.",
        arg(name = "first", ty = "i32", default = 20, desc = "How many at most, 1–100.")),
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
    field(name = "viewer_can_cover", ty = "bool", desc = "Whether the signed-in account may add an organisation to it, its state aside."),
    field(name = "viewer_can_uncover", ty = "bool", desc = "Whether the signed-in account may take an organisation from it, its state aside.")
)]
pub enum Branch {
    Hub(HubBranch),
    Property(PropertyBranch),
    Custody(CustodyBranch),
}

/// A hub branch.
#[derive(Clone)]
pub struct HubBranch(BranchCommon);

/// A hub branch (枢纽型党组织): several organisations of a complex or park, led by a street office, park
/// committee, community or party organ.
#[Object]
impl HubBranch {
    /// What it has in common with the other types.
    #[graphql(flatten)]
    async fn common(&self) -> &BranchCommon {
        &self.0
    }

    /// The day its term is over (届满日期); null while nobody has told when it was formed.
    async fn term_ends_on(&self) -> Option<Date> {
        self.0.term_ends_on()
    }

    /// The liaison stations in its care (托管的联络站), at most 100.
    #[graphql(complexity = "5 + 10 * child_complexity")]
    async fn stations(&self, ctx: &Context<'_>) -> Result<Vec<CustodyBranch>, Error> {
        stations(ctx, &self.0).await
    }
}

/// A property branch.
#[derive(Clone)]
pub struct PropertyBranch(BranchCommon);

/// A property branch (物业型党组织), led by the property company that operates the place.
#[Object]
impl PropertyBranch {
    /// What it has in common with the other types.
    #[graphql(flatten)]
    async fn common(&self) -> &BranchCommon {
        &self.0
    }

    /// The day its term is over (届满日期); null while nobody has told when it was formed.
    async fn term_ends_on(&self) -> Option<Date> {
        self.0.term_ends_on()
    }

    /// The liaison stations in its care (托管的联络站), at most 100.
    #[graphql(complexity = "5 + 10 * child_complexity")]
    async fn stations(&self, ctx: &Context<'_>) -> Result<Vec<CustodyBranch>, Error> {
        stations(ctx, &self.0).await
    }
}

/// A custody branch.
#[derive(Clone)]
pub struct CustodyBranch(BranchCommon);

/// A custody branch (托管型党组织, 党员联络站): a station at a host enterprise in the care of another branch.
#[Object]
impl CustodyBranch {
    /// What it has in common with the other types.
    #[graphql(flatten)]
    async fn common(&self) -> &BranchCommon {
        &self.0
    }

    /// The branch that has it in its care (托管党组织).
    async fn custodian(&self, ctx: &Context<'_>) -> Result<Option<Branch>, Error> {
        self.0.custodian(ctx).await
    }

    /// Whether the signed-in account may hand it over to another custodian, its state aside.
    async fn viewer_can_hand_over(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.0.may_hand_over(ctx)
    }
}

impl From<domain::Branch> for Branch {
    fn from(branch: domain::Branch) -> Self {
        let kind = branch.kind;
        let common = BranchCommon(branch);
        match kind {
            Kind::Hub => Self::Hub(HubBranch(common)),
            Kind::Property => Self::Property(PropertyBranch(common)),
            Kind::Custody => Self::Custody(CustodyBranch(common)),
        }
    }
}

impl Branch {
    /// The branch behind its type.
    pub fn of(&self) -> &domain::Branch {
        match self {
            Self::Hub(branch) => &branch.0.0,
            Self::Property(branch) => &branch.0.0,
            Self::Custody(branch) => &branch.0.0,
        }
    }
}

// The interface asks each type for its fields by name, and finds the common ones through these.
impl Deref for HubBranch {
    type Target = BranchCommon;
    fn deref(&self) -> &BranchCommon {
        &self.0
    }
}
impl Deref for PropertyBranch {
    type Target = BranchCommon;
    fn deref(&self) -> &BranchCommon {
        &self.0
    }
}
impl Deref for CustodyBranch {
    type Target = BranchCommon;
    fn deref(&self) -> &BranchCommon {
        &self.0
    }
}

/// The most stations that are shown of one custodian.
const MOST_STATIONS: usize = 100;

async fn stations(ctx: &Context<'_>, custodian: &BranchCommon) -> Result<Vec<CustodyBranch>, Error> {
    let mut stations = load::<StationsLoader>(ctx, custodian.0.id).await?.unwrap_or_default();
    stations.truncate(MOST_STATIONS);
    Ok(stations)
}

/// Reads branches by id.
pub struct BranchLoader;

impl Load for BranchLoader {
    type Key = BranchId;
    type Value = Branch;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[BranchId]) -> StoreResult<HashMap<BranchId, Branch>> {
        let found = store::branch::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|branch| (branch.id, Branch::from(branch))).collect())
    }
}

/// Reads the stations in the care of branches.
struct StationsLoader;

impl Load for StationsLoader {
    type Key = BranchId;
    type Value = Vec<CustodyBranch>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[BranchId]) -> StoreResult<HashMap<BranchId, Self::Value>> {
        let found = store::branch_list::stations(reader, scope, keys)?;
        let typed = |branches: Vec<domain::Branch>| branches.into_iter().map(BranchCommon).map(CustodyBranch).collect();
        Ok(found.into_iter().map(|(custodian, stations)| (custodian, typed(stations))).collect())
    }
}

/// Reads what working branches cover.
pub(super) struct CoversLoader;

impl Load for CoversLoader {
    type Key = BranchId;
    type Value = Vec<OrganisationId>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[BranchId]) -> StoreResult<HashMap<BranchId, Self::Value>> {
        store::branch_coverage::organisations_of(reader, scope, keys)
    }
}
