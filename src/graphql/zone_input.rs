//! Changes to zones in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    request::{Outcome, settle},
    zone::{Zone, ZoneKind},
};
use crate::{domain::zone as domain, ops};

/// What came of a change to a zone.
#[derive(SimpleObject)]
#[graphql(concrete(name = "ZoneCreatePayload", params(ZoneCreateInput)))]
pub struct ZonePayload<I: Send + Sync> {
    /// The zone as it is now; null when there are problems.
    zone: Option<Zone>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Zone>> for ZonePayload<I> {
    fn from(outcome: Outcome<domain::Zone>) -> Self {
        let (zone, problems) = match outcome {
            Ok(zone) => (Some(Zone(zone)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { zone, problems, input: PhantomData }
    }
}

/// Enters a zone.
#[derive(InputObject)]
pub struct ZoneCreateInput {
    /// A short code, unique in the district: 2–40 capital letters, digits and underscores.
    code: String,
    /// What it is called, unique in the district; 1–120 characters.
    name: String,
    /// What sort of zone it is.
    kind: ZoneKind,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes to zones.
#[derive(Default)]
pub struct ZoneMutation;

#[Object]
impl ZoneMutation {
    /// Enters a zone (新建集聚区).
    async fn zone_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the zone is.")] input: ZoneCreateInput,
    ) -> Option<Result<ZonePayload<ZoneCreateInput>, Error>> {
        let mut form = Form::default();
        let code = form.code("code", &input.code);
        let name = form.text("name", &input.name);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(code), Some(name)) = (code, name) else {
                return Err(form.refuse());
            };
            ops::zone::create(&cx, code, name, input.kind.into()).await
        })
        .await
    }
}
