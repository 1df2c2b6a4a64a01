//! Answers to a claim: consent (C2), decline (C3), withdraw (C4).

use super::{
    super::{Cx, Failure, Scene},
    agreed, code_of, demand_of, find, moved,
    proposal::left_of,
    used, withdrawal,
};
use crate::{
    domain::{
        claim::{Claim, Shortage, Status},
        demand::{Demand, Status as DemandStatus},
        project::{Clocks, Project},
        resource::{Resource, Status as ResourceStatus},
        rules::RuleCode,
    },
    kernel::{id::ClaimId, problem::Code, reference::Series, text::Reason, version::Version},
    policy::Action,
    store::{self, Tx, audit::Effect},
};

/// Gives the missing consent and opens the project (C2).
///
/// Of two that consent for the last unit of a demand at the same moment, one gets the project and
/// the other `QUANTITY_EXCEEDED`: the counters decide, in the WHERE clause. Claims that no longer
/// fit are superseded at once, so whoever comes later hears the same, whatever version was sent.
pub async fn consent(cx: &Cx, id: ClaimId, expected: Version) -> Result<Claim, Failure> {
    cx.write(Action::ClaimConsent, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let awaited = before.missing().unwrap_or(before.kind.first_asked().other());
        let (permit, side) = cx.permit_side(Action::ClaimConsent, &before, awaited)?;
        let respond_by = cx.workdays(RuleCode::ClaimRespond)?.at;
        let after = before.clone().consent(side, cx.actor.account, cx.now, respond_by)?;
        let matter = Matter::find(cx, tx, &after)?;
        cx.expect(before.version, expected)?;
        let consented = moved(&before, &after).code("side", <&str>::from(side));
        if after.status() == Status::Pending {
            store::claim::save(tx, &after, expected)?;
            return cx.record(tx, permit, &[consented.code("respond_by", respond_by)], after);
        }
        matter.take(tx, &after)?;
        store::claim::save(tx, &after, expected)?;
        let mut effects = vec![consented, agreed(&matter.demand, matter.demand.agreed + after.quantity.get())];
        effects.extend(used(tx, &after)?);
        effects.push(matter.open_project(cx, tx, &after)?);
        effects.extend(matter.supersede_what_no_longer_fits(cx, tx, &after)?);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// The waiting side does not want it (C3).
pub async fn decline(cx: &Cx, id: ClaimId, expected: Version, reason: Reason) -> Result<Claim, Failure> {
    cx.write(Action::ClaimDecline, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let awaited = before.missing().unwrap_or(before.kind.first_asked().other());
        let (permit, side) = cx.permit_side(Action::ClaimDecline, &before, awaited)?;
        let after = before.clone().decline(side, reason.clone(), cx.now)?;
        cx.expect(before.version, expected)?;
        store::claim::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).code("side", <&str>::from(side))], after)
    })
    .await
}

/// Whoever made the claim takes it back (C4).
pub async fn withdraw(cx: &Cx, id: ClaimId, expected: Version) -> Result<Claim, Failure> {
    cx.write(Action::ClaimWithdraw, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ClaimWithdraw, &withdrawal(&before))?;
        let after = before.clone().withdraw(cx.now)?;
        cx.expect(before.version, expected)?;
        store::claim::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// What a claim that is agreed is about.
struct Matter {
    demand: Demand,
    resource: Option<Resource>,
}

impl Matter {
    /// Finds what the claim is about, which must still be on the lists, as must both sides be active.
    fn find(cx: &Scene, tx: &mut Tx, claim: &Claim) -> Result<Self, Failure> {
        let scope = cx.actor.scope();
        let demand = demand_of(cx, tx, claim)?;
        if demand.status() != DemandStatus::Listed {
            return Err(Failure::refused(Code::InvalidState));
        }
        let resource = match claim.resource {
            Some(used) => {
                let found = store::resource::find(tx, &scope, used.resource)?;
                let listed = found.filter(|resource| resource.status() == ResourceStatus::Listed);
                Some(listed.ok_or(Failure::refused(Code::ResourceUnavailable))?)
            }
            None => None,
        };
        for organisation in [claim.demand_organisation, claim.provider] {
            let organisation = store::organisation::find(tx, &scope, organisation)?;
            organisation.ok_or(Failure::missing("claim"))?.must_be_active()?;
        }
        Ok(Self { demand, resource })
    }

    /// Takes the claim's quantity from the demand, then from the resource: the same order for all,
    /// so that two never wait for each other.
    fn take(&self, tx: &mut Tx, claim: &Claim) -> Result<(), Failure> {
        if !store::demand::take(tx, claim.demand, claim.quantity.column())? {
            return Err(Failure::refused(Code::QuantityExceeded));
        }
        let (Some(used), Some(resource)) = (claim.resource, &self.resource) else {
            return Ok(());
        };
        if store::resource::take(tx, used.resource, used.period, resource.terms.capacity, claim.quantity)? {
            Ok(())
        } else {
            Err(Failure::refused(Code::CapacityExceeded))
        }
    }

    /// The project falls due by the rule for the category, whatever the plan says; the plan's own
    /// date stands beside it.
    fn open_project(&self, cx: &Scene, tx: &mut Tx, claim: &Claim) -> Result<Effect, Failure> {
        let category = store::category::find(tx, &cx.actor.scope(), self.demand.terms.category)?;
        let profile = category.ok_or(Failure::missing("claim"))?.profile;
        let clocks = Clocks {
            contact_due_at: cx.workdays(RuleCode::ProjectContact)?.at,
            plan_due_at: cx.workdays(RuleCode::ProjectPlan)?.at,
            due_on: cx.workdays(profile.due_rule())?.date,
        };
        let ref_no = store::number::next(tx, Series::Project, &claim.district, cx.now)?;
        let project = Project::open(cx.new_id(), ref_no, claim, self.demand.terms.title.clone(), clocks, cx.now);
        store::project::insert(tx, &project)?;
        Ok(opened(&project))
    }

    /// What is left decides: claims on the demand that ask for more, and claims on the same period of
    /// the resource that do.
    fn supersede_what_no_longer_fits(&self, cx: &Scene, tx: &mut Tx, claim: &Claim) -> Result<Vec<Effect>, Failure> {
        let left = self.demand.open_quantity().saturating_sub(claim.quantity.get());
        let open = store::claim::open_of_demand(tx, claim.demand)?;
        let mut effects = supersede(cx, tx, open, left, Shortage::Quantity)?;
        if let (Some(used), Some(resource)) = (claim.resource, &self.resource) {
            let left = left_of(tx, resource, used.period)?;
            let open = store::claim::open_of_resource(tx, used.resource, used.period)?;
            effects.extend(supersede(cx, tx, open, left, Shortage::Capacity)?);
        }
        Ok(effects)
    }
}

fn supersede(cx: &Scene, tx: &mut Tx, open: Vec<Claim>, left: u32, shortage: Shortage) -> Result<Vec<Effect>, Failure> {
    let mut effects = Vec::new();
    for before in open.into_iter().filter(|claim| claim.quantity.get() > left) {
        let after = before.clone().supersede(shortage, cx.now)?;
        store::claim::save(tx, &after, before.version)?;
        effects.push(moved(&before, &after).code("code", code_of(shortage).name()));
    }
    Ok(effects)
}

/// The effect of a new project, with all that its status and rates are computed from.
fn opened(project: &Project) -> Effect {
    Effect::made(project.id, project.status().name())
        .code("claim", project.claim)
        .code("demand", project.demand)
        .code("enterprise", project.demand_organisation)
        .code("lead", project.lead)
        .maybe("resource", project.resource)
        .code("ref_no", &project.ref_no)
        .code("due_on", project.due_on)
        .code("contact_due_at", project.contact_due_at)
        .code("plan_due_at", project.plan_due_at)
}
