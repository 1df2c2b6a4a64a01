//! Changes to tenancies in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    request::{Outcome, settle},
    scalar::Date,
    tenancy::Tenancy,
};
use crate::{domain::tenancy as domain, kernel::version::Version, ops};

/// What came of a change to a tenancy.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "TenancyStartPayload", params(TenancyStartInput)),
    concrete(name = "TenancyEndPayload", params(TenancyEndInput))
)]
pub struct TenancyPayload<I: Send + Sync> {
    /// The tenancy as it is now; null when there are problems.
    tenancy: Option<Tenancy>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Tenancy>> for TenancyPayload<I> {
    fn from(outcome: Outcome<domain::Tenancy>) -> Self {
        let (tenancy, problems) = match outcome {
            Ok(tenancy) => (Some(Tenancy(tenancy)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { tenancy, problems, input: PhantomData }
    }
}

/// Lets an organisation sit in a unit of a place.
#[derive(InputObject)]
pub struct TenancyStartInput {
    /// The active organisation.
    organisation: ID,
    /// The place, which must not be closed.
    place: ID,
    /// A room or floor (房号), 1–20 characters.
    unit: String,
    /// The first day.
    from: Date,
    /// The last day, where it is known already.
    to: Option<Date>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Ends a tenancy.
#[derive(InputObject)]
pub struct TenancyEndInput {
    /// The tenancy, which must not have an end yet.
    tenancy: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// The last day, not before the first.
    last_day: Date,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes to tenancies.
#[derive(Default)]
pub struct TenancyMutation;

#[Object]
impl TenancyMutation {
    /// Lets an organisation sit in a unit of a place from a day on (登记入驻).
    async fn tenancy_start(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who sits where, from when.")] input: TenancyStartInput,
    ) -> Option<Result<TenancyPayload<TenancyStartInput>, Error>> {
        let mut form = Form::default();
        let organisation = form.id("organisation", &input.organisation);
        let place = form.id("place", &input.place);
        let unit = form.text("unit", &input.unit);
        let last_day = input.to.map(|day| day.0);
        let days = form.span("to", Some(input.from.0), last_day);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(organisation), Some(place), Some(unit), Some(_)) = (organisation, place, unit, days) else {
                return Err(form.refuse());
            };
            ops::tenancy::start(&cx, organisation, place, unit, (input.from.0, last_day)).await
        })
        .await
    }

    /// Ends a tenancy with its last day (登记退出).
    async fn tenancy_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which tenancy ends, and when.")] input: TenancyEndInput,
    ) -> Option<Result<TenancyPayload<TenancyEndInput>, Error>> {
        let mut form = Form::default();
        let tenancy = form.id("tenancy", &input.tenancy);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(tenancy) = tenancy else {
                return Err(form.refuse());
            };
            ops::tenancy::end(&cx, tenancy, Version(input.expected_version), input.last_day.0).await
        })
        .await
    }
}
