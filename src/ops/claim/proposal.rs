//! What both directions of claiming have in common (C1).

use super::super::{Failure, Scene};
use crate::{
    domain::{
        claim::{Claim, Consent, Dispatch, Kind, Plan, Side, State, Use},
        demand::{Demand, Status as DemandStatus},
        organisation::Organisation,
        period::Period,
        place::Place,
        resource::{Resource, Status as ResourceStatus},
        rules::RuleCode,
    },
    kernel::{
        calendar::shanghai_date,
        problem::{Code, Problem},
        quantity::Quantity,
        reference::Series,
        text::Note,
        version::Version,
    },
    store::{self, Tx, audit::Effect},
};

/// What is proposed: how much, and how the work is meant to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub quantity: Quantity,
    pub note: Note,
    pub plan: Plan,
}

/// A claim that is about to be made, with all that it must be checked against.
pub(super) struct Proposal<'a> {
    pub kind: Kind,
    pub demand: &'a Demand,
    pub enterprise: &'a Organisation,
    pub provider: &'a Organisation,
    pub resource: Option<&'a Resource>,
    pub terms: &'a Terms,
}

impl Proposal<'_> {
    /// Checks the proposal, and enters the claim with the consent of the side that makes it.
    pub(super) fn enter(&self, cx: &Scene, tx: &mut Tx) -> Result<Claim, Failure> {
        self.check_state(cx, tx)?;
        self.check_counters(tx)?;
        let consent = Some(Consent { at: cx.now, by: cx.actor.account });
        let (demand_consent, provider_consent) = match self.kind.proposer() {
            Some(Side::Demand) => (consent, None),
            Some(Side::Provider) => (None, consent),
            None => (None, None),
        };
        let dispatch = match self.kind {
            Kind::Offer | Kind::Request => None,
            Kind::Dispatch => Some(Dispatch::open(cx.workdays(RuleCode::ClaimObject)?.at)),
        };
        let claim = Claim {
            id: cx.new_id(),
            district: self.demand.district.clone(),
            version: Version::FIRST,
            ref_no: store::number::next(tx, Series::Claim, &self.demand.district, cx.now)?,
            kind: self.kind,
            demand: self.demand.id,
            demand_organisation: self.enterprise.id,
            place: self.demand.place,
            resource: self.resource.map(|resource| Use { resource: resource.id, period: self.period_of(resource) }),
            provider: self.provider.id,
            quantity: self.terms.quantity,
            note: self.terms.note.clone(),
            plan: self.terms.plan.clone(),
            demand_consent,
            provider_consent,
            state: State::Pending { missing: self.kind.first_asked() },
            respond_by: cx.workdays(RuleCode::ClaimRespond)?.at,
            cancel_ask: None,
            dispatch,
            created_by: cx.actor.account,
            created_at: cx.now,
            settled_at: None,
        };
        store::claim::insert(tx, &claim).map_err(|error| {
            super::super::failure::unless_unique(error, store::claim::ONE_OPEN, Code::DuplicateClaim, "demand")
        })?;
        Ok(claim)
    }

    fn period_of(&self, resource: &Resource) -> Period {
        resource.period_of(self.terms.plan.start)
    }

    fn check_state(&self, cx: &Scene, tx: &mut Tx) -> Result<(), Failure> {
        if self.demand.status() != DemandStatus::Listed {
            return Err(Failure::refused_at(Code::InvalidState, "demand"));
        }
        if self.provider.id == self.enterprise.id {
            let field = match self.kind {
                Kind::Offer | Kind::Dispatch => "provider",
                Kind::Request => "resource",
            };
            return Err(Failure::refused_at(Code::OwnDemand, field));
        }
        self.enterprise.must_be_active()?;
        self.provider.must_be_active()?;
        if let Some(resource) = self.resource {
            let line = store::place::line(tx, &cx.actor.scope(), self.demand.place)?;
            self.check_resource(resource, &line)?;
        }
        if self.terms.plan.start < shanghai_date(cx.now) {
            let problem = Problem::new(Code::Validation).at("plan.start");
            return Err(Failure::Invalid(vec![
                problem.saying("计划开始日期不能早于今天。", "The plan cannot start in the past."),
            ]));
        }
        if store::claim::is_open_between(tx, self.demand.id, self.provider.id)? {
            return Err(Failure::refused_at(Code::DuplicateClaim, "demand"));
        }
        Ok(())
    }

    /// `line` is the demand's place with all that it lies in.
    fn check_resource(&self, resource: &Resource, line: &[Place]) -> Result<(), Failure> {
        if resource.status() != ResourceStatus::Listed || !resource.is_valid_on(self.terms.plan.start) {
            return Err(Failure::refused_at(Code::ResourceUnavailable, "resource"));
        }
        let profile = &self.enterprise.profile;
        let eligible = line.first().is_some_and(|place| {
            resource.terms.eligibility.is_eligible(profile.industry.as_ref(), profile.size_band, place.kind)
        });
        if eligible && resource.terms.coverage.covers(line) {
            Ok(())
        } else {
            Err(Failure::refused_at(Code::NotEligible, "resource"))
        }
    }

    /// Nobody is kept waiting for what cannot be agreed; what is left when both have consented
    /// decides anew.
    fn check_counters(&self, tx: &mut Tx) -> Result<(), Failure> {
        if self.terms.quantity.get() > self.demand.open_quantity() {
            return Err(Failure::refused_at(Code::QuantityExceeded, "quantity"));
        }
        if let Some(resource) = self.resource
            && self.terms.quantity.get() > left_of(tx, resource, self.period_of(resource))?
        {
            return Err(Failure::refused_at(Code::CapacityExceeded, "quantity"));
        }
        Ok(())
    }
}

/// How much of a resource is not agreed yet in a period.
pub(super) fn left_of(tx: &mut Tx, resource: &Resource, period: Period) -> Result<u32, Failure> {
    let known = store::resource::uses(tx, &[(resource.id, period)])?;
    Ok(match known.get(&(resource.id, period)) {
        Some(used) => used.capacity.saturating_sub(used.taken),
        None => resource.terms.capacity.get(),
    })
}

/// The effect of a new claim, with all that its status and rates are computed from.
pub(in crate::ops) fn made(claim: &Claim) -> Effect {
    Effect::made(claim.id, claim.status().name())
        .code("kind", <&str>::from(claim.kind))
        .code("demand", claim.demand)
        .code("enterprise", claim.demand_organisation)
        .code("provider", claim.provider)
        .maybe("resource", claim.resource.map(|used| used.resource))
        .maybe("period", claim.resource.map(|used| used.period))
        .number("quantity", claim.quantity)
        .code("plan_start", claim.plan.start)
        .code("plan_due", claim.plan.due)
        .code("ref_no", &claim.ref_no)
        .code("respond_by", claim.respond_by)
        .maybe("object_by", claim.dispatch.as_ref().and_then(|dispatch| dispatch.object_by))
}
