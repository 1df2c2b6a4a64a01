//! Claims and projects, each brought to the state that the content asks for, step by step, by the
//! two sides themselves.

use std::sync::Arc;

use jiff::{SignedDuration, ToSpan, civil::Date};

use super::{
    DemoError,
    cast::{Cast, find, parsed},
    data::{self, Content},
    lists::{Lists, text},
    refused,
};
use crate::{
    domain::{
        claim::{Claim, Plan},
        grant::Role,
        project::{Project, Solved},
    },
    kernel::{calendar::shanghai_date, id::ProjectId},
    ops::{
        self, App, Cx,
        claim::{About, NewDemand, Terms},
        project::{Answers, PlannedMilestone},
    },
    store::{self, StoreError},
};

/// Who may act for a provider: a department's people, or an enterprise's liaison.
const PROVIDERS: [Role; 3] = [Role::Official, Role::Lead, Role::Liaison];

/// Opens the claims in the order of the content, settles them, and runs the projects.
pub async fn act(app: &Arc<App>, cast: &Cast, content: &Content, lists: &Lists) -> Result<(), DemoError> {
    let mut open = Vec::new();
    for wanted in &content.claims {
        app.clock.advance(SignedDuration::from_hours(2));
        let stage = Stage { app, cast, wanted };
        open.push((stage.open(lists).await?, wanted));
    }
    for (claim, wanted) in open {
        app.clock.advance(SignedDuration::from_mins(30));
        Stage { app, cast, wanted }.settle(claim).await?;
    }
    Ok(())
}

/// One claim of the content with everything around it.
struct Stage<'a> {
    app: &'a Arc<App>,
    cast: &'a Cast,
    wanted: &'a data::Claim,
}

impl Stage<'_> {
    fn today(&self) -> Date {
        shanghai_date(self.app.clock.now())
    }

    fn told(&self, step: &str) -> impl FnOnce(ops::Failure) -> DemoError + use<> {
        refused(format!("{step} of claim {}", self.wanted.key))
    }

    async fn provider(&self) -> Result<Cx, DemoError> {
        self.cast.acting(self.app, &PROVIDERS, &self.wanted.provider).await
    }

    async fn enterprise(&self, claim: &Claim) -> Result<Cx, DemoError> {
        let key = self.cast.organisations.iter().find(|(_, id)| **id == claim.demand_organisation).map(|(key, _)| key);
        let key = key.ok_or_else(|| DemoError::Content(format!("the enterprise of {}", self.wanted.key)))?;
        self.cast.acting(self.app, &[Role::Liaison], key).await
    }

    fn terms(&self) -> Result<Terms, DemoError> {
        let start = self.today().saturating_add(3.days());
        Ok(Terms {
            quantity: self.wanted.quantity.try_into().map_err(|_| DemoError::Content("a quantity".to_owned()))?,
            note: text(&self.wanted.note)?,
            plan: Plan { start, due: start.saturating_add(20.days()), steps: Vec::new() },
        })
    }

    async fn open(&self, lists: &Lists) -> Result<Claim, DemoError> {
        let wanted = self.wanted;
        let listed = wanted.demand.as_deref().and_then(|key| lists.demands.get(key));
        let resource = wanted.resource.as_deref().and_then(|key| lists.resources.get(key));
        match (wanted.kind.as_str(), listed, resource) {
            ("OFFER", Some(demand), resource) => {
                let provider = find(&self.cast.organisations, &wanted.provider)?;
                let resource = resource.map(|resource| resource.id);
                let cx = self.provider().await?;
                ops::claim::offer(&cx, demand.id, resource, provider, self.terms()?).await.map_err(self.told("the offer"))
            }
            ("REQUEST", demand, Some(resource)) => {
                let enterprise = match demand {
                    Some(demand) => {
                        self.cast.organisations.iter().find(|(_, id)| **id == demand.organisation).map(|(key, _)| key.clone())
                    }
                    None => wanted.organisation.clone(),
                };
                let enterprise = enterprise.ok_or_else(|| DemoError::Content(format!("the enterprise of {}", wanted.key)))?;
                let cx = self.cast.acting(self.app, &[Role::Liaison], &enterprise).await?;
                let about = match demand {
                    Some(demand) => About::Listed(demand.id),
                    None => About::New(Box::new(self.new_demand(&enterprise)?)),
                };
                ops::claim::request(&cx, resource.id, about, self.terms()?).await.map_err(self.told("the request"))
            }
            _ => Err(DemoError::Content(format!("what {} is about", wanted.key))),
        }
    }

    fn new_demand(&self, enterprise: &str) -> Result<NewDemand, DemoError> {
        let given = |field: &Option<String>| field.clone().unwrap_or_default();
        Ok(NewDemand {
            organisation: find(&self.cast.organisations, enterprise)?,
            place: find(&self.cast.places, &given(&self.wanted.place))?,
            title: text(&given(&self.wanted.title))?,
            detail: text(&given(&self.wanted.detail))?,
            quantity: self.wanted.quantity.try_into().map_err(|_| DemoError::Content("a quantity".to_owned()))?,
            unit: text(&given(&self.wanted.unit))?,
            contact: self.cast.contacts.get(enterprise).copied(),
        })
    }

    async fn settle(&self, claim: Claim) -> Result<(), DemoError> {
        let (provider, enterprise) = (self.provider().await?, self.enterprise(&claim).await?);
        let offered = self.wanted.kind == "OFFER";
        let (asking, waiting) = if offered { (&provider, &enterprise) } else { (&enterprise, &provider) };
        let reason = || text(self.wanted.reason.as_deref().unwrap_or("情况有变化"));
        match self.wanted.target_state.as_str() {
            "DECLINED" => {
                drop(ops::claim::decline(waiting, claim.id, claim.version, reason()?).await.map_err(self.told("the refusal"))?)
            }
            "WITHDRAWN" => {
                drop(ops::claim::withdraw(asking, claim.id, claim.version).await.map_err(self.told("the withdrawal"))?)
            }
            "AGREED" | "CANCELLED" => {
                let agreed = ops::claim::consent(waiting, claim.id, claim.version).await.map_err(self.told("the consent"))?;
                self.run(&agreed, &provider, &enterprise).await?;
                if self.wanted.target_state == "CANCELLED" {
                    let cx = self.cast.coordinating(self.app).await?;
                    ops::claim::cancel(&cx, agreed.id, agreed.version, reason()?).await.map_err(self.told("the end"))?;
                }
            }
            // What is pending stays so; what is superseded was superseded by another's consent.
            _ => {}
        }
        Ok(())
    }

    async fn run(&self, claim: &Claim, provider: &Cx, enterprise: &Cx) -> Result<(), DemoError> {
        let Some(wanted) = &self.wanted.project else { return Ok(()) };
        let claim = claim.id;
        let found = provider.read(move |reader, scope| store::project::of_claims(reader, scope, &[claim])).await;
        let project = found.map_err(self.told("the project"))?.pop();
        let project = project.ok_or_else(|| DemoError::Content(format!("the project of {}", self.wanted.key)))?;
        if wanted.target_state == "PLANNED" {
            return Ok(());
        }
        let note = text(wanted.contact_note.as_deref().unwrap_or("已电话联系"))?;
        let project =
            ops::project::contact_log(provider, project.id, project.version, note).await.map_err(self.told("the contact"))?;
        let project = self.plan(provider, &project, wanted).await?;
        let project = ops::project::start(provider, project.id, project.version).await.map_err(self.told("the start"))?;
        if wanted.target_state == "ACTIVE" {
            return Ok(());
        }
        self.deliver(provider, enterprise, project, wanted).await
    }

    async fn plan(&self, provider: &Cx, project: &Project, wanted: &data::Project) -> Result<Project, DemoError> {
        let today = self.today();
        let planned = wanted.milestones.iter().map(|milestone| {
            Ok(PlannedMilestone { title: text(&milestone.title)?, due_on: today.saturating_add(milestone.due_offset.days()) })
        });
        let planned = planned.collect::<Result<Vec<_>, DemoError>>()?;
        let plan = text("按计划分步办理,逐项回告。")?;
        ops::project::plan_file(provider, project.id, project.version, plan, planned).await.map_err(self.told("the plan"))
    }

    async fn deliver(&self, provider: &Cx, enterprise: &Cx, project: Project, wanted: &data::Project) -> Result<(), DemoError> {
        let project = self.milestones(provider, project, wanted).await?;
        let summary = text(wanted.delivery_summary.as_deref().unwrap_or("已按计划办结"))?;
        let delivered =
            ops::project::deliver(provider, project.id, project.version, summary).await.map_err(self.told("the delivery"))?;
        let Some(confirmation) = &wanted.confirmation else { return Ok(()) };
        let answers = Answers {
            solved: parsed(&confirmation.solved, |text| text.parse::<Solved>().ok())?,
            answered: confirmation.answered,
            reached_out: confirmation.reached_out,
            satisfaction: u8::try_from(confirmation.satisfaction).unwrap_or(3),
            comment: None,
        };
        let confirmed = ops::project::confirm(enterprise, delivered.id, delivered.version, answers).await;
        let confirmed = confirmed.map_err(self.told("the confirmation"))?;
        if let Some(reason) = &wanted.reopen_reason {
            let reopened = ops::project::reopen(enterprise, confirmed.id, confirmed.version, text(reason)?).await;
            reopened.map_err(self.told("the reopening"))?;
        }
        Ok(())
    }

    async fn milestones(&self, provider: &Cx, mut project: Project, wanted: &data::Project) -> Result<Project, DemoError> {
        let id = project.id;
        let found = provider.read(move |reader, scope| store::milestone::of_projects(reader, scope, &[id])).await;
        for milestone in found.map_err(self.told("the milestones"))? {
            let kept = wanted.milestones.iter().find(|kept| kept.title == milestone.title.as_str());
            let waived = kept.and_then(|kept| kept.waived_reason.as_deref());
            let settled = match waived {
                Some(reason) => ops::milestone::waive(provider, milestone.id, project.version, text(reason)?).await,
                None => ops::milestone::done(provider, milestone.id, project.version, self.today(), text("")?).await,
            };
            settled.map_err(self.told("a milestone"))?;
            project = self.again(provider, id).await?;
        }
        Ok(project)
    }

    async fn again(&self, cx: &Cx, id: ProjectId) -> Result<Project, DemoError> {
        let found =
            cx.read(move |reader, scope| store::project::find(reader, scope, id)).await.map_err(self.told("the project"))?;
        found.ok_or_else(|| refused("the project")(ops::Failure::Store(StoreError::Stale)))
    }
}
