//! Claims, each brought to the state that the content asks for by the two sides themselves.
//!
//! Three waves: what is over by now was agreed some weeks ago, what is under way a fortnight ago,
//! and what still waits for an answer came today.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

use super::{
    DemoError, advance_to,
    cast::{Cast, find},
    data::{self, Content},
    lists::{Lists, text},
    projects::UnderWay,
    refused,
};
use crate::{
    domain::{
        claim::{Claim, Plan},
        grant::Role,
    },
    kernel::calendar::shanghai_date,
    ops::{
        self, App, Cx, Failure,
        claim::{About, NewDemand, Terms},
    },
};

/// Who may act for a provider: a department's people, or an enterprise's liaison.
const PROVIDERS: [Role; 3] = [Role::Official, Role::Lead, Role::Liaison];
/// How long ago what is under way was agreed: less than the shortest term of a usual project.
const UNDER_WAY: SignedDuration = SignedDuration::from_hours(12 * 24);
/// How long ago the last deliveries and claims were; nothing of theirs is due yet.
const RECENT: SignedDuration = SignedDuration::from_hours(6);

/// Opens the claims, settles them, and runs their projects up to `now`.
pub async fn act(app: &Arc<App>, cast: &Cast, content: &Content, lists: &Lists, now: Timestamp) -> Result<(), DemoError> {
    let is_over = |claim: &&data::Claim| claim.project.as_ref().is_some_and(|project| project.target_state == "CLOSED");
    let (over, rest): (Vec<_>, Vec<_>) = content.claims.iter().partition(is_over);
    let (waiting, agreed): (Vec<_>, Vec<_>) = rest.into_iter().partition(|claim| claim.target_state == "PENDING");
    let troupe = Troupe { app, cast, content, lists };
    for project in troupe.agree(&over).await? {
        project.finish(app).await?;
    }
    advance_to(app, now - UNDER_WAY);
    let under_way = troupe.agree(&agreed).await?;
    advance_to(app, now - RECENT);
    ops::upkeep::run_due(app).await.map_err(refused("what falls due"))?;
    for project in under_way {
        project.finish(app).await?;
    }
    for wanted in waiting {
        app.clock.advance(SignedDuration::from_mins(10));
        Stage { troupe: &troupe, wanted }.open().await?;
    }
    Ok(())
}

/// Everybody and everything that claims are about.
struct Troupe<'a> {
    app: &'a Arc<App>,
    cast: &'a Cast,
    content: &'a Content,
    lists: &'a Lists,
}

impl Troupe<'_> {
    /// Opens claims in their order, then settles them in the same: one that supersedes another comes
    /// after it. Answers the projects that are to be delivered.
    async fn agree<'b>(&self, claims: &[&'b data::Claim]) -> Result<Vec<UnderWay<'b>>, DemoError> {
        let mut open = Vec::new();
        for &wanted in claims {
            self.app.clock.advance(SignedDuration::from_hours(2));
            open.push((Stage { troupe: self, wanted }.open().await?, wanted));
        }
        let mut under_way = Vec::new();
        for (claim, wanted) in open {
            self.app.clock.advance(SignedDuration::from_mins(30));
            under_way.extend(Stage { troupe: self, wanted }.settle(claim).await?);
        }
        Ok(under_way)
    }
}

/// One claim of the content with everything around it.
struct Stage<'a, 'b> {
    troupe: &'a Troupe<'a>,
    wanted: &'b data::Claim,
}

impl<'b> Stage<'_, 'b> {
    fn today(&self) -> Date {
        shanghai_date(self.troupe.app.clock.now())
    }

    fn told(&self, step: &str) -> impl FnOnce(Failure) -> DemoError + use<> {
        refused(format!("{step} of claim {}", self.wanted.key))
    }

    fn lacks(&self, what: &str) -> DemoError {
        DemoError::Content(format!("{what} of claim {}", self.wanted.key))
    }

    async fn provider(&self) -> Result<Cx, DemoError> {
        self.troupe.cast.acting(self.troupe.app, &PROVIDERS, &self.wanted.provider).await
    }

    async fn enterprise(&self, claim: &Claim) -> Result<Cx, DemoError> {
        let key = self.troupe.cast.organisation_of(claim.demand_organisation).ok_or_else(|| self.lacks("the enterprise"))?;
        self.troupe.cast.acting(self.troupe.app, &[Role::Liaison], key).await
    }

    fn terms(&self) -> Result<Terms, DemoError> {
        let start = self.today().saturating_add(3.days());
        Ok(Terms {
            quantity: self.wanted.quantity.try_into().map_err(|_| self.lacks("the quantity"))?,
            note: text(&self.wanted.note)?,
            plan: Plan { start, due: start.saturating_add(20.days()), steps: Vec::new() },
        })
    }

    async fn open(&self) -> Result<Claim, DemoError> {
        let (wanted, lists) = (self.wanted, self.troupe.lists);
        let listed = wanted.demand.as_deref().and_then(|key| lists.demands.get(key));
        let resource = wanted.resource.as_deref().and_then(|key| lists.resources.get(key));
        match (wanted.kind.as_str(), listed, resource) {
            ("OFFER", Some(demand), resource) => {
                let provider = find(&self.troupe.cast.organisations, &wanted.provider)?;
                let resource = resource.map(|resource| resource.id);
                let cx = self.provider().await?;
                ops::claim::offer(&cx, demand.id, resource, provider, self.terms()?).await.map_err(self.told("the offer"))
            }
            ("REQUEST", demand, Some(resource)) => {
                let enterprise = match demand {
                    Some(demand) => self.troupe.cast.organisation_of(demand.organisation),
                    None => wanted.organisation.as_deref(),
                };
                let enterprise = enterprise.ok_or_else(|| self.lacks("the enterprise"))?;
                let cx = self.troupe.cast.acting(self.troupe.app, &[Role::Liaison], enterprise).await?;
                let about = match demand {
                    Some(demand) => About::Listed(demand.id),
                    None => About::New(Box::new(self.new_demand(enterprise)?)),
                };
                ops::claim::request(&cx, resource.id, about, self.terms()?).await.map_err(self.told("the request"))
            }
            _ => Err(self.lacks("the matter")),
        }
    }

    fn new_demand(&self, enterprise: &str) -> Result<NewDemand, DemoError> {
        let given = |field: &'b Option<String>, what: &str| field.as_deref().ok_or_else(|| self.lacks(what));
        Ok(NewDemand {
            organisation: find(&self.troupe.cast.organisations, enterprise)?,
            place: find(&self.troupe.cast.places, given(&self.wanted.place, "the place")?)?,
            title: text(given(&self.wanted.title, "the title")?)?,
            detail: text(given(&self.wanted.detail, "the detail")?)?,
            quantity: self.wanted.quantity.try_into().map_err(|_| self.lacks("the quantity"))?,
            unit: text(given(&self.wanted.unit, "the unit")?)?,
            contact: self.troupe.cast.contacts.get(enterprise).copied(),
        })
    }

    /// Answers the project if it is to be delivered later on.
    async fn settle(&self, claim: Claim) -> Result<Option<UnderWay<'b>>, DemoError> {
        let (provider, enterprise) = (self.provider().await?, self.enterprise(&claim).await?);
        let offered = self.wanted.kind == "OFFER";
        let (asking, waiting) = if offered { (&provider, &enterprise) } else { (&enterprise, &provider) };
        let (id, version) = (claim.id, claim.version);
        match self.wanted.target_state.as_str() {
            "DECLINED" => {
                ops::claim::decline(waiting, id, version, self.reason()?).await.map_err(self.told("the refusal"))?;
            }
            "WITHDRAWN" => {
                ops::claim::withdraw(asking, id, version).await.map_err(self.told("the withdrawal"))?;
            }
            "ENDED" => self.withdraw_demand(&enterprise).await?,
            "AGREED" | "CANCELLED" => {
                let agreed = ops::claim::consent(waiting, id, version).await.map_err(self.told("the consent"))?;
                let under_way = match &self.wanted.project {
                    Some(project) => UnderWay::run(&self.wanted.key, project, &agreed, &provider, &enterprise).await?,
                    None => None,
                };
                if self.wanted.target_state == "AGREED" {
                    return Ok(under_way);
                }
                self.cancel(&agreed, &provider, &enterprise).await?;
            }
            // Another one's consent will supersede it.
            "SUPERSEDED" => {}
            _ => return Err(self.lacks("the state")),
        }
        Ok(None)
    }

    /// The demand is not needed any more, and the claim on it ends.
    async fn withdraw_demand(&self, enterprise: &Cx) -> Result<(), DemoError> {
        let key = self.wanted.demand.as_deref().unwrap_or_default();
        let demand = self.troupe.lists.demands.get(key).ok_or_else(|| self.lacks("the demand"))?;
        let reason =
            self.troupe.content.demands.iter().find(|demand| demand.key == key).and_then(|demand| demand.reason.as_deref());
        let reason = text(reason.ok_or_else(|| self.lacks("the reason"))?)?;
        let withdrawn = ops::demand::withdraw(enterprise, demand.id, demand.version, reason).await;
        withdrawn.map(drop).map_err(self.told("the end"))
    }

    async fn cancel(&self, claim: &Claim, provider: &Cx, enterprise: &Cx) -> Result<(), DemoError> {
        let (id, version, reason) = (claim.id, claim.version, self.reason()?);
        let (asking, agreeing) = match self.wanted.cancelled_by.as_deref() {
            Some("DEMAND") => (enterprise, provider),
            Some("PROVIDER") => (provider, enterprise),
            _ => {
                let cx = self.troupe.cast.coordinating(self.troupe.app).await?;
                let cancelled = ops::claim::cancel(&cx, id, version, reason).await;
                return cancelled.map(drop).map_err(self.told("the decision to cancel"));
            }
        };
        let asked = ops::claim::cancel_ask(asking, id, version, reason).await.map_err(self.told("the wish to cancel"))?;
        let cancelled = ops::claim::cancel_agree(agreeing, id, asked.version).await;
        cancelled.map(drop).map_err(self.told("the cancellation"))
    }

    fn reason(&self) -> Result<crate::kernel::text::Reason, DemoError> {
        text(self.wanted.reason.as_deref().ok_or_else(|| self.lacks("the reason"))?)
    }
}
