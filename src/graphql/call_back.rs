//! Call-backs and their monthly draws in the API.

use std::collections::HashMap;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    loader::Load,
    organisation::{Organisation, OrganisationLoader},
    page::nested_rows,
    project::{Project, ProjectLoader},
    project_words::{CallBackStatus, ProjectSolved},
    request::{Outcome, Request, load, or_error, settle},
    scalar::DateTime,
};
use crate::{
    domain::call_back as domain,
    kernel::id::CallBackDrawId,
    ops,
    policy::Scope,
    store::{self, Reader, StoreResult},
};

/// A call-back as the API shows it.
#[derive(Clone)]
pub struct CallBack(pub domain::CallBack);

/// A call to an enterprise about its project (回访), made or still to be made.
#[Object]
impl CallBack {
    /// Where it stands (状态).
    async fn status(&self) -> CallBackStatus {
        self.0.status().into()
    }

    /// What it is about (项目).
    async fn project(&self, ctx: &Context<'_>) -> Result<Option<Project>, Error> {
        load::<ProjectLoader>(ctx, self.0.project).await
    }

    /// Whether it was drawn (抽取); otherwise the coordinator called unasked.
    async fn drawn(&self) -> bool {
        self.0.draw.is_some()
    }

    /// When it was drawn, or logged if it was not.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was made; null until then.
    async fn called_at(&self) -> Option<DateTime> {
        self.0.call().map(|call| DateTime(call.at))
    }

    /// The account that called, `acc_…`; null until then.
    async fn called_by(&self) -> Option<ID> {
        self.0.call().map(|call| ID(call.by.to_string()))
    }

    /// Whether anybody was reached (是否接通); null until it was made.
    async fn reached(&self) -> Option<bool> {
        self.0.call().map(|call| call.said.is_some())
    }

    /// Whether the enterprise calls its need met (是否解决); null when nobody was reached.
    async fn solved(&self) -> Option<ProjectSolved> {
        self.0.call().and_then(|call| call.said).map(ProjectSolved::from)
    }

    /// What else there is to say, up to 500 characters; null until it was made.
    async fn note(&self) -> Option<&str> {
        self.0.call().map(|call| call.note.as_str())
    }
}

/// A draw as the API shows it.
pub struct CallBackDraw(pub domain::Draw);

/// A month's draw of projects about which enterprises are called back (回访抽取).
///
/// Anybody can repeat it: `drawnCount` is `sharePermille` of the pool, rounded up. Each lead gets its part
/// of these, rounded down; what is then missing goes, one each, to the leads with the largest remainders,
/// and of equal ones to that with the smaller SHA-256 of seed and lead id. Of its own projects each lead
/// gets those with the smallest SHA-256 of seed and `refNo`. The seed is hashed as its 32 bytes, what
/// follows it as UTF-8.
#[Object]
impl CallBackDraw {
    /// The month, e.g. `2026-11`, as it is in Shanghai.
    async fn month(&self) -> String {
        self.0.month.to_string()
    }

    /// The random seed, 64 hexadecimal digits (随机种子).
    async fn seed(&self) -> String {
        self.0.seed.to_string()
    }

    /// How many of a thousand are drawn, by the rule `CALL_BACK_SHARE` of that time.
    async fn share_permille(&self) -> u32 {
        self.0.share
    }

    /// When it was drawn.
    async fn drawn_at(&self) -> DateTime {
        DateTime(self.0.drawn_at)
    }

    /// How many projects were drawn from.
    async fn pool_size(&self) -> usize {
        self.0.pool.len()
    }

    /// How many were drawn.
    async fn drawn_count(&self) -> u32 {
        self.0.drawn
    }

    /// What was drawn from, by `refNo`: the projects that were closed in the month, and those that nobody
    /// had confirmed in time in it (抽取范围).
    #[graphql(complexity = "50 + 50 * child_complexity")]
    async fn pool(&self) -> Vec<CallBackCandidate> {
        self.0.pool.iter().cloned().map(CallBackCandidate).collect()
    }

    /// The calls that were drawn (抽中项目), with what became of them.
    #[graphql(complexity = "20 + 20 * child_complexity")]
    async fn calls(&self, ctx: &Context<'_>) -> Result<Vec<CallBack>, Error> {
        Ok(load::<DrawCallsLoader>(ctx, self.0.id).await?.unwrap_or_default())
    }
}

/// A candidate as the API shows it.
pub struct CallBackCandidate(domain::Candidate);

/// A project that could be drawn.
#[Object]
impl CallBackCandidate {
    /// The project's number, which the draw goes by.
    async fn ref_no(&self) -> &str {
        self.0.ref_no.as_str()
    }

    /// The id of its lead as the draw goes by it, `org_…`.
    async fn lead_id(&self) -> String {
        self.0.lead.to_string()
    }

    /// Its lead (牵头单位).
    async fn lead(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.lead).await
    }

    /// The project (项目).
    async fn project(&self, ctx: &Context<'_>) -> Result<Option<Project>, Error> {
        load::<ProjectLoader>(ctx, self.0.project).await
    }
}

/// Reads the calls of draws, by the number of their projects' turn.
pub struct DrawCallsLoader;

impl Load for DrawCallsLoader {
    type Key = CallBackDrawId;
    type Value = Vec<CallBack>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[CallBackDrawId]) -> StoreResult<HashMap<CallBackDrawId, Vec<CallBack>>> {
        let mut found: HashMap<CallBackDrawId, Vec<CallBack>> = HashMap::new();
        // They were entered by reference number, and are read the newest first.
        for call in store::call_back::of_draws(reader, scope, keys)?.into_iter().rev() {
            if let Some(draw) = call.draw {
                found.entry(draw).or_default().push(CallBack(call));
            }
        }
        Ok(found)
    }
}

/// Queries about call-backs.
#[derive(Default)]
pub struct CallBackQuery;

#[Object]
impl CallBackQuery {
    /// The newest months' draws of call-backs (回访抽取), the newest first; empty for everybody but the
    /// coordinator.
    #[graphql(complexity = "5 + first.clamp(0, 100) as usize * child_complexity")]
    async fn call_back_draws(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1–100.", default = 12)] first: i32,
    ) -> Result<Vec<CallBackDraw>, Error> {
        let rows = u32::try_from(nested_rows(ctx, first)?).unwrap_or(u32::MAX);
        let cx = Request::of(ctx).cx()?;
        let found = cx.read(move |reader, scope| store::call_back::draws(reader, scope, rows)).await;
        Ok(or_error(ctx, found)?.into_iter().map(CallBackDraw).collect())
    }
}

/// Draws the call-backs of a month.
#[derive(InputObject)]
pub struct CallBackDrawInput {
    /// A month that is over, e.g. `2026-11`.
    month: String,
    /// The seed to draw with, 64 hexadecimal digits; a random one if it is left out.
    seed: Option<String>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// What came of a draw.
#[derive(SimpleObject)]
pub struct CallBackDrawPayload {
    /// The month's draw; null when there are problems.
    draw: Option<CallBackDraw>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
}

impl From<Outcome<domain::Draw>> for CallBackDrawPayload {
    fn from(outcome: Outcome<domain::Draw>) -> Self {
        match outcome {
            Ok(draw) => Self { draw: Some(CallBackDraw(draw)), problems: Vec::new() },
            Err(problems) => Self { draw: None, problems: problems.into_iter().map(Problem).collect() },
        }
    }
}

/// Changes to call-backs.
#[derive(Default)]
pub struct CallBackMutation;

#[Object]
impl CallBackMutation {
    /// Draws about which projects of a month enterprises are called back (抽取回访项目). The system does so
    /// by itself on the first working day after the month; a month that was drawn stays as it is.
    async fn call_back_draw(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which month.")] input: CallBackDrawInput,
    ) -> Option<Result<CallBackDrawPayload, Error>> {
        let mut form = Form::default();
        let month = form.month("month", &input.month);
        let seed = form.optional_seed("seed", input.seed.as_deref());
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(month), Some(seed)) = (month, seed) else { return Err(form.refuse()) };
            ops::call_back::draw(&cx, month, seed).await
        })
        .await
    }
}
