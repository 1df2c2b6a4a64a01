//! The district in the API.

use async_graphql::{ComplexObject, Context, Error, Object, SimpleObject};

use super::{
    division::{Division, of_code},
    request::{Request, or_error},
};
use crate::{
    policy::{self, Action, Subject},
    store,
};

/// A district (区县): the tenant that everything belongs to.
#[derive(SimpleObject, Clone)]
#[graphql(complex)]
pub struct District {
    /// Its six-digit division code, e.g. `420105`.
    pub code: String,
    /// What it is called, e.g. 汉阳区.
    pub name: String,
}

#[ComplexObject]
impl District {
    /// The division of the same code, at the top of the divisions.
    async fn division(&self, ctx: &Context<'_>) -> Result<Option<Division>, Error> {
        of_code(ctx, &self.code).await
    }

    /// Whether the signed-in account may create accounts here.
    async fn viewer_can_create_account(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::AccountCreate)
    }

    /// Whether the signed-in account may create zones here.
    async fn viewer_can_create_zone(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::ZoneCreate)
    }

    /// Whether the signed-in account may create places here.
    async fn viewer_can_create_place(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::PlaceCreate)
    }

    /// Whether the signed-in account may create categories here.
    async fn viewer_can_create_category(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::CategoryCreate)
    }

    /// Whether the signed-in account may create organisations here.
    async fn viewer_can_create_organisation(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::OrganisationCreate)
    }
}

impl District {
    /// Asks about something that is not there yet, so only a right to the whole district counts.
    fn may(&self, ctx: &Context<'_>, action: Action) -> Result<bool, Error> {
        let actor = &Request::of(ctx).cx()?.actor;
        let here = actor.district.as_str() == self.code;
        Ok(here && policy::may(actor, action, &Subject::of_district(actor.district.clone())))
    }
}

/// Queries about the district.
#[derive(Default)]
pub struct DistrictQuery;

#[Object]
impl DistrictQuery {
    /// The district that the signed-in account belongs to (区县).
    async fn district(&self, ctx: &Context<'_>) -> Result<Option<District>, Error> {
        let cx = Request::of(ctx).cx()?;
        let district = cx.actor.district.clone();
        let code = district.to_string();
        let name = or_error(ctx, cx.read(move |reader, _| store::district::name(reader, &district)).await)?;
        Ok(name.map(|name| District { code, name: name.into() }))
    }
}
