//! The district in the API.

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    division::{Division, of_code},
    error::Problem,
    form::Form,
    organisation::{Organisation, OrganisationLoader},
    request::{Outcome, Request, load, or_error, settle},
};
use crate::{
    domain::district as domain,
    kernel::version::Version,
    ops,
    policy::{self, Action, Subject},
    store,
};

/// A district as the API shows it.
#[derive(Clone)]
pub struct District(pub domain::District);

/// A district (区县): the tenant that everything belongs to.
#[Object]
impl District {
    /// Its six-digit division code, e.g. `420105`.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// What it is called, e.g. 汉阳区.
    async fn name(&self) -> &str {
        self.0.name.as_str()
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// The unit that takes over when a final dispatch lapses (兜底单位); null while none is named.
    async fn backstop(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        match self.0.backstop {
            Some(unit) => load::<OrganisationLoader>(ctx, unit).await,
            None => Ok(None),
        }
    }

    /// The division of the same code, at the top of the divisions.
    async fn division(&self, ctx: &Context<'_>) -> Result<Option<Division>, Error> {
        of_code(ctx, self.0.code.as_str()).await
    }

    /// Whether the signed-in account may name the unit that stands in.
    async fn viewer_can_set_backstop(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        self.may(ctx, Action::DistrictBackstopSet)
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
        let here = actor.district == self.0.code;
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
        let found = or_error(ctx, cx.read(move |reader, _| store::district::find(reader, &district)).await)?;
        Ok(found.map(District))
    }
}

/// Names the unit that stands in.
#[derive(InputObject)]
pub struct DistrictBackstopSetInput {
    /// The version that the client has seen.
    expected_version: i32,
    /// The active department that takes over when a final dispatch lapses.
    unit: ID,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// What came of a change to the district.
#[derive(SimpleObject)]
pub struct DistrictBackstopSetPayload {
    /// The district as it is now; null when there are problems.
    district: Option<District>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
}

impl From<Outcome<domain::District>> for DistrictBackstopSetPayload {
    fn from(outcome: Outcome<domain::District>) -> Self {
        match outcome {
            Ok(district) => Self { district: Some(District(district)), problems: Vec::new() },
            Err(problems) => Self { district: None, problems: problems.into_iter().map(Problem).collect() },
        }
    }
}

/// Changes to the district.
#[derive(Default)]
pub struct DistrictMutation;

#[Object]
impl DistrictMutation {
    /// Names the unit that takes over when a final dispatch lapses (设置兜底单位).
    async fn district_backstop_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who stands in.")] input: DistrictBackstopSetInput,
    ) -> Option<Result<DistrictBackstopSetPayload, Error>> {
        let mut form = Form::default();
        let unit = form.id("unit", &input.unit);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(unit) = unit else { return Err(form.refuse()) };
            ops::district::backstop_set(&cx, Version(input.expected_version), unit).await
        })
        .await
    }
}
