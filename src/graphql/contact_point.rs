//! Contact points in the API: masked unless the viewer is entitled to see them whole.

use std::collections::HashMap;

use async_graphql::{Context, Error, ID, Object};

use super::{
    error::top_level,
    loader::Load,
    organisation::{Organisation, OrganisationLoader, OrganisationTenanciesLoader},
    request::{Request, id_argument, load},
    scalar::DateTime,
};
use crate::{
    domain::contact_point::{self as domain, Sealed},
    kernel::{
        id::{ContactPointId, OrganisationId, PlaceId},
        seal::SealError,
    },
    ops,
    policy::{self, Action, Scope, Subject, Subjected},
    store::{self, Reader, StoreError, StoreResult},
};

/// A contact point (联系点) as the API shows it.
#[derive(Clone)]
pub struct ContactPoint(pub domain::ContactPoint);

/// A contact point (联系点): a post that can be reached, never a person. Phone and e-mail are shown
/// whole to its own organisation, to coordinators and to the other side of an agreed claim, and
/// masked to everybody else.
#[Object]
impl ContactPoint {
    /// The opaque id, `con_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// The organisation that it belongs to.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.organisation).await
    }

    /// The post (岗位), e.g. 综合办公室; unique in the organisation.
    async fn post(&self) -> &str {
        self.0.post.as_str()
    }

    /// The office phone (办公电话); masked, e.g. `027-84****12`, where `isMasked` is true.
    async fn phone(&self, ctx: &Context<'_>) -> Result<String, Error> {
        self.shown(ctx, &self.0.phone, ops::contact_point::open_phone).await
    }

    /// The e-mail address, if there is one; masked where `isMasked` is true.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        match &self.0.email {
            Some(email) => self.shown(ctx, email, ops::contact_point::open_email).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether phone and e-mail are masked for the signed-in account.
    async fn is_masked(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        Ok(load::<OpenedLoader>(ctx, self.0.organisation).await?.is_none())
    }

    /// When it was entered.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Whether the signed-in account may change it.
    async fn viewer_can_update(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let places = places_of(ctx, self.0.organisation).await?;
        Ok(policy::may(&Request::of(ctx).cx()?.actor, Action::ContactPointUpdate, &self.0.subject().at(places)))
    }
}

/// Whether the signed-in account may enter contact points of an organisation.
pub async fn may_create(ctx: &Context<'_>, organisation: Subject, id: OrganisationId) -> Result<bool, Error> {
    let places = places_of(ctx, id).await?;
    Ok(policy::may(&Request::of(ctx).cx()?.actor, Action::ContactPointCreate, &organisation.at(places)))
}

/// The places in which an organisation sits today: they tie what is its own to a steward.
pub async fn places_of(ctx: &Context<'_>, organisation: OrganisationId) -> Result<Vec<PlaceId>, Error> {
    let today = Request::of(ctx).today();
    let tenancies = load::<OrganisationTenanciesLoader>(ctx, (organisation, today)).await?.unwrap_or_default();
    Ok(tenancies.into_iter().map(|tenancy| tenancy.0.place).collect())
}

impl ContactPoint {
    async fn shown(
        &self,
        ctx: &Context<'_>,
        value: &Sealed,
        open: fn(&ops::App, &domain::ContactPoint) -> Result<String, SealError>,
    ) -> Result<String, Error> {
        if load::<OpenedLoader>(ctx, self.0.organisation).await?.is_none() {
            return Ok(value.masked.clone());
        }
        let request = Request::of(ctx);
        open(&request.app, &self.0).map_err(|error| {
            let fault = StoreError::Corrupt { table: "contact_point", id: self.0.id.to_string(), what: error.to_string() };
            top_level(fault.into(), request)
        })
    }
}

/// Reads contact points by id.
pub struct ContactPointLoader;

impl Load for ContactPointLoader {
    type Key = ContactPointId;
    type Value = ContactPoint;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[ContactPointId]) -> StoreResult<HashMap<ContactPointId, ContactPoint>> {
        let found = store::contact_point::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|contact| (contact.id, ContactPoint(contact))).collect())
    }
}

/// Reads which organisations' contact points the scope sees whole: a key that is found is one.
pub struct OpenedLoader;

impl Load for OpenedLoader {
    type Key = OrganisationId;
    type Value = ();
    fn read(reader: &mut Reader, scope: &Scope, keys: &[OrganisationId]) -> StoreResult<HashMap<OrganisationId, ()>> {
        let opened = store::contact_point::opened_to(reader, scope, keys)?;
        Ok(opened.into_iter().map(|organisation| (organisation, ())).collect())
    }
}

/// Queries about contact points.
#[derive(Default)]
pub struct ContactPointQuery;

#[Object]
impl ContactPointQuery {
    /// A contact point by its id; null when it does not exist or is hidden.
    async fn contact_point(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact point's id, `con_…`.")] id: ID,
    ) -> Result<Option<ContactPoint>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<ContactPointLoader>(ctx, id).await
    }
}
