//! Zones in the API.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, ID, Object};

use super::{
    loader::Load,
    request::{Request, id_argument, load, or_error},
};
use crate::{
    domain::zone as domain,
    kernel::id::ZoneId,
    policy::Scope,
    store::{self, Reader, StoreResult},
};

/// A zone (集聚区) as the API shows it.
#[derive(Clone)]
pub struct Zone(pub domain::Zone);

/// A zone (集聚区) that places lie in: a circle, a park or a valley.
#[Object]
impl Zone {
    /// The opaque id, `zon_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// A short code, unique in the district.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What it is called, unique in the district.
    async fn name(&self) -> &str {
        self.0.name.as_str()
    }

    /// What sort of zone it is.
    async fn kind(&self) -> ZoneKind {
        self.0.kind.into()
    }
}

/// What sort of zone it is (两圈两园一谷).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Kind")]
pub enum ZoneKind {
    /// A circle around a commercial centre (圈).
    Circle,
    /// A zone of parks (园).
    Park,
    /// A valley (谷).
    Valley,
}

/// Reads zones by id.
pub struct ZoneLoader;

impl Load for ZoneLoader {
    type Key = ZoneId;
    type Value = Zone;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[ZoneId]) -> StoreResult<HashMap<ZoneId, Zone>> {
        let found = store::zone::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|zone| (zone.id, Zone(zone))).collect())
    }
}

/// Queries about zones.
#[derive(Default)]
pub struct ZoneQuery;

#[Object]
impl ZoneQuery {
    /// A zone by its id; null when it does not exist or is hidden.
    async fn zone(
        &self, ctx: &Context<'_>, #[graphql(desc = "The zone's id, `zon_…`.")] id: ID
    ) -> Result<Option<Zone>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<ZoneLoader>(ctx, id).await
    }

    /// All zones of the district, by code; at most 500.
    #[graphql(complexity = "10 + 20 * child_complexity")]
    async fn zones(&self, ctx: &Context<'_>) -> Result<Vec<Zone>, Error> {
        let cx = Request::of(ctx).cx()?;
        let zones = or_error(ctx, cx.read(store::zone::all).await)?;
        Ok(zones.into_iter().map(Zone).collect())
    }
}
