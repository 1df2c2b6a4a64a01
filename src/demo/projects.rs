//! Projects: contact, plan, start, milestones, delivery, confirmation, and now and then once more.

use std::sync::Arc;

use jiff::{SignedDuration, ToSpan};

use super::{DemoError, cast::parsed, data, lists::text, refused};
use crate::{
    domain::{
        claim::Claim,
        milestone::Status,
        project::{Project, Solved},
    },
    kernel::{calendar::shanghai_date, id::ProjectId},
    ops::{
        self, App, Cx, Failure,
        project::{Answers, PlannedMilestone},
    },
    store::{self, StoreError},
};

/// A started project that is to be delivered.
pub struct UnderWay<'a> {
    /// The claim's key.
    key: &'a str,
    wanted: &'a data::Project,
    project: Project,
    provider: Cx,
    enterprise: Cx,
}

impl<'a> UnderWay<'a> {
    /// Runs the project of a claim that was just agreed, as far as the content wants it now. Answers
    /// it if there is more to come.
    pub async fn run(
        key: &'a str,
        wanted: &'a data::Project,
        claim: &Claim,
        provider: &Cx,
        enterprise: &Cx,
    ) -> Result<Option<Self>, DemoError> {
        let claim = claim.id;
        let found = provider.read(move |reader, scope| store::project::of_claims(reader, scope, &[claim])).await;
        let project = found.map_err(refused(format!("the project of claim {key}")))?.pop();
        let project = project.ok_or_else(|| DemoError::Content(format!("the project of claim {key}")))?;
        let (provider, enterprise) = (provider.clone(), enterprise.clone());
        let mut this = Self { key, wanted, project, provider, enterprise };
        if let Some(note) = wanted.contact_note.as_deref() {
            let Project { id, version, .. } = this.project;
            let logged = ops::project::contact_log(&this.provider, id, version, text(note)?).await;
            this.project = logged.map_err(this.told("the contact"))?;
        }
        if wanted.target_state == "PLANNED" {
            return Ok(None);
        }
        this.start().await?;
        this.settle_milestones(|milestone| milestone.done).await?;
        Ok((wanted.target_state != "ACTIVE").then_some(this))
    }

    /// Delivers the project and lets the enterprise answer as the content has it.
    pub async fn finish(mut self, app: &Arc<App>) -> Result<(), DemoError> {
        app.clock.advance(SignedDuration::from_mins(5));
        self.settle_milestones(|_| true).await?;
        let Project { id, version, .. } = self.project;
        let summary = text(self.wanted.delivery_summary.as_deref().unwrap_or_default())?;
        let delivered = ops::project::deliver(&self.provider, id, version, summary).await.map_err(self.told("the delivery"))?;
        let Some(confirmation) = &self.wanted.confirmation else { return Ok(()) };
        app.clock.advance(SignedDuration::from_mins(5));
        let answers = Answers {
            solved: parsed(&confirmation.solved, |text| text.parse::<Solved>().ok())?,
            answered: confirmation.answered,
            reached_out: confirmation.reached_out,
            satisfaction: parsed(&confirmation.satisfaction.to_string(), |text| text.parse().ok())?,
            comment: None,
        };
        let confirmed = ops::project::confirm(&self.enterprise, id, delivered.version, answers).await;
        let confirmed = confirmed.map_err(self.told("the confirmation"))?;
        if let Some(reason) = &self.wanted.reopen_reason {
            app.clock.advance(SignedDuration::from_mins(5));
            let reopened = ops::project::reopen(&self.enterprise, id, confirmed.version, text(reason)?).await;
            reopened.map_err(self.told("the reopening"))?;
        }
        Ok(())
    }

    fn told(&self, step: &str) -> impl FnOnce(Failure) -> DemoError + use<> {
        refused(format!("{step} of the project of claim {}", self.key))
    }

    /// Files the plan and starts the work.
    async fn start(&mut self) -> Result<(), DemoError> {
        let today = shanghai_date(self.provider.now());
        let planned = self.wanted.milestones.iter().map(|milestone| {
            Ok(PlannedMilestone { title: text(&milestone.title)?, due_on: today.saturating_add(milestone.due_offset.days()) })
        });
        let planned = planned.collect::<Result<Vec<_>, DemoError>>()?;
        let Project { id, version, .. } = self.project;
        let plan = text("按计划分步办理,逐项回告。")?;
        let filed = ops::project::plan_file(&self.provider, id, version, plan, planned).await.map_err(self.told("the plan"))?;
        self.project = ops::project::start(&self.provider, id, filed.version).await.map_err(self.told("the start"))?;
        Ok(())
    }

    /// Reaches or waives those open milestones that are wanted.
    async fn settle_milestones(&mut self, wanted: impl Fn(&data::Milestone) -> bool) -> Result<(), DemoError> {
        let id = self.project.id;
        let found = self.provider.read(move |reader, scope| store::milestone::of_projects(reader, scope, &[id])).await;
        for milestone in
            found.map_err(self.told("the milestones"))?.into_iter().filter(|milestone| milestone.status() == Status::Open)
        {
            let known = self.wanted.milestones.iter().find(|known| known.title == milestone.title.as_str());
            let Some(known) = known.filter(|known| wanted(known)) else { continue };
            let (today, version) = (shanghai_date(self.provider.now()), self.project.version);
            let settled = match &known.waived_reason {
                Some(reason) => ops::milestone::waive(&self.provider, milestone.id, version, text(reason)?).await,
                None => ops::milestone::done(&self.provider, milestone.id, version, today, text("")?).await,
            };
            settled.map_err(self.told("a milestone"))?;
            self.project = self.again(id).await?;
        }
        Ok(())
    }

    async fn again(&self, id: ProjectId) -> Result<Project, DemoError> {
        let found = self.provider.read(move |reader, scope| store::project::find(reader, scope, id)).await;
        let project = found.map_err(self.told("the project"))?;
        project.ok_or_else(|| self.told("the project")(Failure::Store(StoreError::Stale)))
    }
}
