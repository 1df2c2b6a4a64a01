//! Places in the API: buildings and parks behind one interface.

use std::{collections::HashMap, marker::PhantomData};

use async_graphql::{Context, Description, Enum, Error, ID, Interface, Object};
use jiff::civil::Date;

use super::{
    division::{Division, of_code},
    loader::Load,
    organisation::{Organisation, OrganisationLoader},
    request::{Request, load},
    scalar::DateTime,
    tenancy::{MAX_NESTED, Tenancy},
    zone::{Zone, ZoneLoader},
};
use crate::{
    domain::place as domain,
    kernel::id::PlaceId,
    policy::{self, Action, Scope},
    store::{self, Reader, StoreResult, place_list as rows},
};

/// A building or a park (楼宇 / 园区). Places form a tree of at most four levels.
#[derive(Interface, Clone)]
#[expect(clippy::duplicated_attributes, reason = "several fields have the same type")]
#[graphql(
    field(name = "id", ty = "ID", desc = "The opaque id, `plc_…`."),
    field(name = "version", ty = "i32", desc = "Counts the changes; send it back as `expectedVersion`."),
    field(name = "kind", ty = "PlaceKind", desc = "What kind of building or park it is."),
    field(name = "name", ty = "&str", desc = "What it is called, unique in the district."),
    field(name = "dominance", ty = "Dominance", desc = "Who dominates it; decides which type of branch it can have."),
    field(name = "zone", ty = "Option<Zone>", desc = "The zone it lies in, if any."),
    field(name = "parent", ty = "Option<Place>", desc = "The place it lies inside of; null at the top of the tree."),
    field(name = "depth", ty = "u8", desc = "How far down the tree it lies, 1–4."),
    field(name = "children", ty = "Vec<Place>", desc = "The places directly inside it, oldest first; at most 100."),
    field(name = "division", ty = "Option<Division>", desc = "The street or community it lies in."),
    field(name = "address", ty = "&str", desc = "The postal address."),
    field(name = "operator", ty = "Option<Organisation>", desc = "The organisation that operates it, if any."),
    field(name = "status", ty = "PlaceStatus", desc = "Whether it is in use."),
    field(name = "created_at", ty = "DateTime", desc = "When it was entered."),
    field(
        name = "tenancies",
        ty = "Vec<Tenancy>",
        desc = "Who sits in it today, newest first; at most 100. The query `tenancies` has all."
    ),
    field(name = "viewer_can_open", ty = "bool", desc = "Whether the signed-in account may open it, its state aside."),
    field(name = "viewer_can_close", ty = "bool", desc = "Whether the signed-in account may close it, its state aside."),
    field(
        name = "viewer_can_start_tenancy",
        ty = "bool",
        desc = "Whether the signed-in account may start tenancies in it, its state aside."
    )
)]
pub enum Place {
    Building(Building),
    Park(Park),
}

/// A building (楼宇).
pub type Building = Shown<BuildingRealm>;
/// A park (园区).
pub type Park = Shown<ParkRealm>;

/// One of the two sorts of place.
pub trait Realm: Send + Sync + 'static {
    /// What the sort is, for the schema.
    const DESCRIPTION: &'static str;
}

/// See [`Building`].
pub enum BuildingRealm {}
/// See [`Park`].
pub enum ParkRealm {}

impl Realm for BuildingRealm {
    const DESCRIPTION: &'static str = "A building (楼宇): a complex, an office building or a service centre.";
}

impl Realm for ParkRealm {
    const DESCRIPTION: &'static str = "A park (园区): industrial, creative or for health.";
}

/// A place of one sort as the API shows it. The two sorts have the same fields.
pub struct Shown<R: Realm> {
    place: domain::Place,
    realm: PhantomData<fn() -> R>,
}

impl<R: Realm> Clone for Shown<R> {
    fn clone(&self) -> Self {
        Self { place: self.place.clone(), realm: PhantomData }
    }
}

impl<R: Realm> Description for Shown<R> {
    fn description() -> &'static str {
        R::DESCRIPTION
    }
}

#[Object(use_type_description, concrete(name = "Building", params(BuildingRealm)), concrete(name = "Park", params(ParkRealm)))]
impl<R: Realm> Shown<R> {
    /// The opaque id, `plc_…`.
    pub async fn id(&self) -> ID {
        ID(self.place.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.place.version.0
    }

    /// What kind of building or park it is.
    async fn kind(&self) -> PlaceKind {
        self.place.kind.into()
    }

    /// What it is called, unique in the district.
    async fn name(&self) -> &str {
        self.place.name.as_str()
    }

    /// Who dominates it; decides which type of branch it can have.
    async fn dominance(&self) -> Dominance {
        self.place.dominance.into()
    }

    /// The zone it lies in, if any.
    async fn zone(&self, ctx: &Context<'_>) -> Result<Option<Zone>, Error> {
        match self.place.zone {
            Some(zone) => load::<ZoneLoader>(ctx, zone).await,
            None => Ok(None),
        }
    }

    /// The place it lies inside of; null at the top of the tree.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Place>, Error> {
        match self.place.parent {
            Some(parent) => load::<PlaceLoader>(ctx, parent).await,
            None => Ok(None),
        }
    }

    /// How far down the tree it lies, 1–4.
    async fn depth(&self) -> u8 {
        self.place.depth
    }

    /// The places directly inside it, oldest first; at most 100.
    #[graphql(complexity = "5 + 5 * child_complexity")]
    async fn children(&self, ctx: &Context<'_>) -> Result<Vec<Place>, Error> {
        Ok(load::<PlaceChildrenLoader>(ctx, self.place.id).await?.unwrap_or_default())
    }

    /// The street or community it lies in.
    async fn division(&self, ctx: &Context<'_>) -> Result<Option<Division>, Error> {
        of_code(ctx, &self.place.division).await
    }

    /// The postal address.
    async fn address(&self) -> &str {
        self.place.address.as_str()
    }

    /// The organisation that operates it, if any.
    async fn operator(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        match self.place.operator {
            Some(operator) => load::<OrganisationLoader>(ctx, operator).await,
            None => Ok(None),
        }
    }

    /// Whether it is in use.
    async fn status(&self) -> PlaceStatus {
        self.place.status.into()
    }

    /// When it was entered.
    async fn created_at(&self) -> DateTime {
        DateTime(self.place.created_at)
    }

    /// Who sits in it today, newest first; at most 100. The query `tenancies` has all.
    #[graphql(complexity = "5 + 20 * child_complexity")]
    async fn tenancies(&self, ctx: &Context<'_>) -> Result<Vec<Tenancy>, Error> {
        let today = Request::of(ctx).today();
        Ok(load::<PlaceTenanciesLoader>(ctx, (self.place.id, today)).await?.unwrap_or_default())
    }

    /// Whether the signed-in account may open it, its state aside.
    async fn viewer_can_open(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).cx()?.actor, Action::PlaceOpen, &self.place))
    }

    /// Whether the signed-in account may close it, its state aside.
    async fn viewer_can_close(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).cx()?.actor, Action::PlaceClose, &self.place))
    }

    /// Whether the signed-in account may start tenancies in it, its state aside.
    async fn viewer_can_start_tenancy(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).cx()?.actor, Action::TenancyStart, &self.place))
    }
}

impl Place {
    /// The place as the sort it is.
    pub fn of(place: domain::Place) -> Self {
        if place.kind.is_building() {
            Self::Building(Shown { place, realm: PhantomData })
        } else {
            Self::Park(Shown { place, realm: PhantomData })
        }
    }
}

/// What kind of place it is; the first three are buildings, the others parks.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Kind")]
pub enum PlaceKind {
    /// A building: a commercial complex (综合体).
    Complex,
    /// A building: offices (写字楼).
    OfficeBuilding,
    /// A building: a service centre (服务中心).
    ServiceCentre,
    /// A park: industrial (工业园区).
    Industrial,
    /// A park: creative (文创园区).
    Creative,
    /// A park: health (健康园区).
    Health,
}

/// Who dominates a place (主导类型).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Dominance")]
pub enum Dominance {
    /// A complex with many owners (综合体): a hub branch.
    Complex,
    /// The property company (物业主导): a property branch.
    PropertyLed,
    /// One enterprise (企业主导): a custody branch.
    EnterpriseLed,
    /// The park's administration (园区管委会): a hub branch.
    ParkAdmin,
}

/// Whether a place is in use.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Status")]
pub enum PlaceStatus {
    /// Not yet in use (筹建).
    Planned,
    /// In use (运营).
    Open,
    /// Not in use any more (关闭).
    Closed,
}

/// Reads places by id.
pub struct PlaceLoader;

impl Load for PlaceLoader {
    type Key = PlaceId;
    type Value = Place;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[PlaceId]) -> StoreResult<HashMap<PlaceId, Place>> {
        let found = store::place::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|place| (place.id, Place::of(place))).collect())
    }
}

/// Reads the places directly inside places.
pub struct PlaceChildrenLoader;

impl Load for PlaceChildrenLoader {
    type Key = PlaceId;
    type Value = Vec<Place>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[PlaceId]) -> StoreResult<HashMap<PlaceId, Vec<Place>>> {
        let found = rows::children_of(reader, scope, keys)?;
        let shown = |places: Vec<domain::Place>| places.into_iter().take(MAX_NESTED).map(Place::of).collect();
        Ok(found.into_iter().map(|(parent, places)| (parent, shown(places))).collect())
    }
}

/// Reads who sits in places on a day.
pub struct PlaceTenanciesLoader;

impl Load for PlaceTenanciesLoader {
    type Key = (PlaceId, Date);
    type Value = Vec<Tenancy>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[Self::Key]) -> StoreResult<HashMap<Self::Key, Vec<Tenancy>>> {
        let found = store::tenancy_list::in_places(reader, scope, keys)?;
        Ok(found.into_iter().map(|(key, tenancies)| (key, Tenancy::nested(tenancies))).collect())
    }
}
