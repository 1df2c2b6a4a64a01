//! Rates of organisations in the API.

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};

use super::{
    organisation::{Organisation, OrganisationLoader},
    request::{Request, ids_argument, load, or_error},
    scalar::Date,
};
use crate::{domain::rates as domain, kernel::id::OrganisationId, ops};

/// A part of a whole (比率), always with both numbers.
#[derive(SimpleObject)]
pub struct Rate {
    /// How many cases are of the part (分子).
    numerator: u32,
    /// How many cases there are (分母).
    denominator: u32,
    /// Whether there are enough cases to say anything.
    sufficiency: RateSufficiency,
    /// The part in ‰ of the whole, rounded down; null where there are too few cases.
    permille: Option<u32>,
}

/// Whether a rate rests on enough cases (样本是否充足).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum RateSufficiency {
    /// There are enough (充足).
    Sufficient,
    /// There are fewer than the rule `RATE_CASES_LEAST` asks for (样本不足).
    Insufficient,
}

/// The rates of one organisation.
pub struct OrganisationRates {
    organisation: OrganisationId,
    rates: domain::Rates,
    least: u32,
}

/// The rates of one organisation in a span of days (单位指标). There is no composite of them, and no
/// rank.
#[Object]
impl OrganisationRates {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.organisation).await
    }

    /// Response (响应率): first contacts on time, of those that were due in the span. Cases are projects
    /// that it leads.
    async fn response(&self) -> Rate {
        self.shown(self.rates.response)
    }

    /// Resolution (解决率): answers that call the matter solved, of the answers in the span.
    async fn resolution(&self) -> Rate {
        self.shown(self.rates.resolution)
    }

    /// Satisfaction (满意率): answers with a score of 4 or 5, of the answers in the span.
    async fn satisfaction(&self) -> Rate {
        self.shown(self.rates.satisfaction)
    }

    /// Answered (评价率): projects that the enterprise has confirmed, of those delivered in the span.
    async fn answered(&self) -> Rate {
        self.shown(self.rates.answered)
    }

    /// Claimed (认领率): demands of which something was agreed within ten working days, of those listed in
    /// the span. Cases are an enterprise's own demands, and those of the categories whose duty unit a
    /// department is; what still has time is not counted.
    async fn claimed(&self) -> Rate {
        self.shown(self.rates.claimed)
    }

    /// Staleness (过期率): resources that nobody has assured in time, of those on the list today.
    async fn stale(&self) -> Rate {
        self.shown(self.rates.stale)
    }
}

impl OrganisationRates {
    fn shown(&self, rate: domain::Rate) -> Rate {
        let permille = rate.permille(self.least);
        let sufficiency = if permille.is_some() { RateSufficiency::Sufficient } else { RateSufficiency::Insufficient };
        Rate { numerator: rate.numerator, denominator: rate.denominator, sufficiency, permille }
    }
}

/// Queries about rates.
#[derive(Default)]
pub struct RatesQuery;

#[Object]
impl RatesQuery {
    /// The rates of organisations in a span of days (指标), by name: for a coordinator those of the
    /// district, for everybody else those of their own organisations. Who has no case at all is left out.
    #[graphql(complexity = "500 + 20 * child_complexity")]
    async fn rates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first day of the span.")] from: Date,
        #[graphql(desc = "The last day of the span, at most 366 days in all.")] to: Date,
        #[graphql(desc = "Only of these organisations, at most 50; left out, of all.")] organisation: Option<Vec<ID>>,
    ) -> Result<Vec<OrganisationRates>, Error> {
        let organisations = ids_argument(ctx, organisation)?;
        let cx = Request::of(ctx).cx()?;
        let (named, least) = or_error(ctx, ops::rates::of_organisations(cx, (from.0, to.0), organisations).await)?;
        let shown = |(organisation, _, rates)| OrganisationRates { organisation, rates, least };
        Ok(named.into_iter().map(shown).collect())
    }
}
