//! Changes to places in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    place::{Dominance, Place, PlaceKind},
    request::{Outcome, settle},
};
use crate::{domain::place as domain, kernel::version::Version, ops, ops::place::NewPlace};

/// What came of a change to a place.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "PlaceCreatePayload", params(PlaceCreateInput)),
    concrete(name = "PlaceOpenPayload", params(PlaceOpenInput)),
    concrete(name = "PlaceClosePayload", params(PlaceCloseInput))
)]
pub struct PlacePayload<I: Send + Sync> {
    /// The place as it is now; null when there are problems.
    place: Option<Place>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Place>> for PlacePayload<I> {
    fn from(outcome: Outcome<domain::Place>) -> Self {
        let (place, problems) = match outcome {
            Ok(place) => (Some(Place::of(place)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { place, problems, input: PhantomData }
    }
}

/// Enters a building or a park.
#[derive(InputObject)]
pub struct PlaceCreateInput {
    /// What kind of building or park it is.
    kind: PlaceKind,
    /// What it is called, unique in the district; 1–120 characters.
    name: String,
    /// Who dominates it.
    dominance: Dominance,
    /// The zone it lies in; when left out, that of the place it lies inside of.
    zone: Option<ID>,
    /// The place it lies inside of; left out at the top of the tree.
    parent: Option<ID>,
    /// The code of the street or community it lies in; not outside the parent's.
    division: String,
    /// The postal address, 1–120 characters.
    address: String,
    /// The active organisation that operates it.
    operator: Option<ID>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

impl PlaceCreateInput {
    fn read(&self, form: &mut Form) -> Option<NewPlace> {
        let name = form.text("name", &self.name);
        let zone = form.optional_id("zone", self.zone.as_ref());
        let parent = form.optional_id("parent", self.parent.as_ref());
        let division = form.division("division", &self.division);
        let address = form.text("address", &self.address);
        let operator = form.optional_id("operator", self.operator.as_ref());
        Some(NewPlace {
            kind: self.kind.into(),
            name: name?,
            dominance: self.dominance.into(),
            zone: zone?,
            parent: parent?,
            division: division?,
            address: address?,
            operator: operator?,
        })
    }
}

/// Opens a planned place.
#[derive(InputObject)]
pub struct PlaceOpenInput {
    /// The place.
    place: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Closes a place for good.
#[derive(InputObject)]
pub struct PlaceCloseInput {
    /// The place.
    place: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes to places.
#[derive(Default)]
pub struct PlaceMutation;

#[Object]
impl PlaceMutation {
    /// Enters a building or a park, planned until it is opened (新建楼宇/园区).
    async fn place_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the place is.")] input: PlaceCreateInput,
    ) -> Option<Result<PlacePayload<PlaceCreateInput>, Error>> {
        let mut form = Form::default();
        let new = input.read(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(new) = new else {
                return Err(form.refuse());
            };
            ops::place::create(&cx, new).await
        })
        .await
    }

    /// Opens a planned place (启用楼宇/园区).
    async fn place_open(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to open.")] input: PlaceOpenInput,
    ) -> Option<Result<PlacePayload<PlaceOpenInput>, Error>> {
        let mut form = Form::default();
        let place = form.id("place", &input.place);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(place) = place else {
                return Err(form.refuse());
            };
            ops::place::open(&cx, place, Version(input.expected_version)).await
        })
        .await
    }

    /// Closes a place for good (关闭楼宇/园区). Tenancies in it go on until they are ended; new ones
    /// are refused.
    async fn place_close(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to close.")] input: PlaceCloseInput,
    ) -> Option<Result<PlacePayload<PlaceCloseInput>, Error>> {
        let mut form = Form::default();
        let place = form.id("place", &input.place);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(place) = place else {
                return Err(form.refuse());
            };
            ops::place::close(&cx, place, Version(input.expected_version)).await
        })
        .await
    }
}
