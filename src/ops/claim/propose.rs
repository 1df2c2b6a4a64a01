//! The two directions of claiming: a provider offers, an enterprise requests (C1).

use super::{
    super::{Cx, Failure, Scene, demand::listing},
    proposal::{Proposal, Terms, made},
};
use crate::{
    domain::{
        claim::{Claim, Kind},
        demand::{self, Demand, Source, Urgency, Visibility},
        organisation::Organisation,
        resource::Resource,
    },
    kernel::{
        calendar::shanghai_date,
        id::{ContactPointId, DemandId, OrganisationId, PlaceId, ResourceId},
        problem::Code,
        quantity::Quantity,
        reference::Series,
        text::{Detail, Title, Unit},
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, Tx},
};

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A demand on the list.
    Listed(DemandId),
    /// A demand that is made for the request.
    New(Box<NewDemand>),
}

/// A demand that somebody has because there is a resource for it. Its category is that of the
/// resource, its desired time that of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDemand {
    pub organisation: OrganisationId,
    pub place: PlaceId,
    pub title: Title,
    /// Never empty.
    pub detail: Detail,
    pub quantity: Quantity,
    pub unit: Unit,
    pub contact: Option<ContactPointId>,
}

/// A provider claims a demand, with a resource from its list or without.
pub async fn offer(
    cx: &Cx,
    demand: DemandId,
    resource: Option<ResourceId>,
    provider: OrganisationId,
    terms: Terms,
) -> Result<Claim, Failure> {
    cx.write(Action::ClaimOffer, move |cx, tx| {
        let scope = cx.actor.scope();
        let demand = store::demand::find(tx, &scope, demand)?.ok_or(Failure::missing("demand"))?;
        let provider = store::organisation::find(tx, &scope, provider)?.ok_or(Failure::missing("provider"))?;
        let resource = match resource {
            Some(id) => Some(find_resource(cx, tx, id)?),
            None => None,
        };
        let subject = Subject::of_district(demand.district.clone()).between(demand.organisation, provider.id);
        let permit = cx.permit(Action::ClaimOffer, &subject.at(vec![demand.place]))?;
        if resource.as_ref().is_some_and(|resource| resource.organisation != provider.id) {
            return Err(Failure::missing("resource"));
        }
        let enterprise = enterprise_of(cx, tx, &demand)?;
        let proposal = Proposal {
            kind: Kind::Offer,
            demand: &demand,
            enterprise: &enterprise,
            provider: &provider,
            resource: resource.as_ref(),
            terms: &terms,
        };
        let claim = proposal.enter(cx, tx)?;
        cx.record(tx, permit, &[made(&claim)], claim)
    })
    .await
}

/// An enterprise claims a resource, for a demand on the list or for one that is listed with the
/// request.
pub async fn request(cx: &Cx, resource: ResourceId, about: About, terms: Terms) -> Result<Claim, Failure> {
    cx.write(Action::ClaimRequest, move |cx, tx| {
        let scope = cx.actor.scope();
        let resource = find_resource(cx, tx, resource)?;
        let provider = store::organisation::find(tx, &scope, resource.organisation)?.ok_or(Failure::missing("resource"))?;
        let party = Party::find(cx, tx, &about)?;
        let subject = Subject::of_district(resource.district.clone()).between(party.enterprise.id, provider.id);
        let permit = cx.permit(Action::ClaimRequest, &subject.at(vec![party.place()]))?;
        let mut effects = Vec::new();
        let demand = match party.need {
            Need::Listed(demand) => *demand,
            Need::New(new) => {
                if provider.id == party.enterprise.id {
                    return Err(Failure::refused_at(Code::OwnDemand, "resource"));
                }
                let demand = list_from_resource(cx, tx, &party.enterprise, &resource, &new, &terms)?;
                effects.push(super::super::demand::made(&demand));
                demand
            }
        };
        let proposal = Proposal {
            kind: Kind::Request,
            demand: &demand,
            enterprise: &party.enterprise,
            provider: &provider,
            resource: Some(&resource),
            terms: &terms,
        };
        let claim = proposal.enter(cx, tx)?;
        effects.push(made(&claim));
        cx.record(tx, permit, &effects, claim)
    })
    .await
}

/// Who requests, and what for.
struct Party {
    enterprise: Organisation,
    need: Need,
}

enum Need {
    Listed(Box<Demand>),
    New(Box<NewDemand>),
}

impl Party {
    fn find(cx: &Scene, tx: &mut Tx, about: &About) -> Result<Self, Failure> {
        let scope = cx.actor.scope();
        match about {
            About::Listed(id) => {
                let demand = store::demand::find(tx, &scope, *id)?.ok_or(Failure::missing("demand"))?;
                Ok(Self { enterprise: enterprise_of(cx, tx, &demand)?, need: Need::Listed(Box::new(demand)) })
            }
            About::New(new) => {
                let enterprise = store::organisation::find(tx, &scope, new.organisation)?;
                let enterprise = enterprise.ok_or(Failure::missing("newDemand.organisation"))?;
                store::place::find(tx, &scope, new.place)?.ok_or(Failure::missing("newDemand.place"))?;
                Ok(Self { enterprise, need: Need::New(new.clone()) })
            }
        }
    }

    fn place(&self) -> PlaceId {
        match &self.need {
            Need::Listed(demand) => demand.place,
            Need::New(new) => new.place,
        }
    }
}

pub(super) fn find_resource(cx: &Scene, tx: &mut Tx, id: ResourceId) -> Result<Resource, Failure> {
    store::resource::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("resource"))
}

pub(super) fn enterprise_of(cx: &Scene, tx: &mut Tx, demand: &Demand) -> Result<Organisation, Failure> {
    store::organisation::find(tx, &cx.actor.scope(), demand.organisation)?.ok_or(Failure::missing("demand"))
}

/// Lists a demand for a request, under the guards of handing in (D2) and listing (D4). Nobody has
/// to look at it first: the department that listed the resource does.
fn list_from_resource(
    cx: &Scene,
    tx: &mut Tx,
    enterprise: &Organisation,
    resource: &Resource,
    new: &NewDemand,
    terms: &Terms,
) -> Result<Demand, Failure> {
    let scope = cx.actor.scope();
    let place = store::place::find(tx, &scope, new.place)?.ok_or(Failure::missing("newDemand.place"))?;
    enterprise.must_be_active()?;
    if !store::tenancy::sits_in(tx, enterprise.id, place.id, shanghai_date(cx.now))? {
        return Err(Failure::refused_at(Code::TenancyMissing, "newDemand.place"));
    }
    if store::category::duty_unit(tx, resource.terms.category)?.is_none() {
        return Err(Failure::refused_at(Code::NoDutyUnit, "resource"));
    }
    if let Some(contact) = new.contact {
        let contact = store::contact_point::find(tx, &scope, contact)?.filter(|contact| contact.organisation == enterprise.id);
        contact.ok_or(Failure::missing("newDemand.contact"))?;
    }
    let wanted = terms_of(new, resource, terms);
    let demand = Demand {
        id: cx.new_id(),
        district: place.district.clone(),
        version: Version::FIRST,
        ref_no: Some(store::number::next(tx, Series::Demand, &place.district, cx.now)?),
        organisation: enterprise.id,
        place: place.id,
        zone: place.zone,
        state: demand::State::Listed(listing(&cx.calendar, &cx.rules, &wanted, cx.now)?),
        terms: wanted,
        source: Source::FromResource,
        agreed: 0,
        created_by: cx.actor.account,
        created_at: cx.now,
        submitted_at: Some(cx.now),
        listed_at: Some(cx.now),
        closed_at: None,
    };
    store::demand::insert(tx, &demand)?;
    Ok(demand)
}

fn terms_of(new: &NewDemand, resource: &Resource, terms: &Terms) -> demand::Terms {
    demand::Terms {
        category: resource.terms.category,
        title: new.title.clone(),
        detail: new.detail.clone(),
        tags: Vec::new(),
        quantity: new.quantity,
        unit: new.unit.clone(),
        urgency: Urgency::Normal,
        urgency_reason: None,
        desired_from: Some(terms.plan.start),
        desired_to: Some(terms.plan.due),
        visibility: Visibility::District,
        contact: new.contact,
    }
}
