//! What an action is done to, reduced to what rights can depend on.

use crate::{
    domain::{
        account::Account,
        branch::Branch,
        category::Category,
        claim::{Claim, Side},
        contact_point::ContactPoint,
        demand::Demand,
        grant::Grant,
        organisation::Organisation,
        place::Place,
        posting::Posting,
        project::Project,
        resource::Resource,
        rule_change::RuleChange,
        tenancy::Tenancy,
        zone::Zone,
    },
    kernel::{
        district::District,
        id::{OrganisationId, PlaceId, PostingId},
    },
};

/// The ties a subject can have to an actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub district: District,
    /// The organisation it belongs to.
    pub owner: Option<OrganisationId>,
    /// The enterprise whose demand it is about, for claims and projects.
    pub demand_side: Option<OrganisationId>,
    /// The organisation that provides, for claims and projects.
    pub provider_side: Option<OrganisationId>,
    /// The posting that it is about.
    pub posting: Option<PostingId>,
    /// The places that tie it to a steward: its own, or those of its owner's tenancies.
    pub places: Vec<PlaceId>,
}

/// Something that rights can be asked about.
pub trait Subjected {
    /// Its ties.
    fn subject(&self) -> Subject;
}

impl Subject {
    /// Something that belongs to a district and to nobody in it.
    pub fn of_district(district: District) -> Self {
        Self { district, owner: None, demand_side: None, provider_side: None, posting: None, places: Vec::new() }
    }

    /// Something that belongs to one organisation, wherever it is.
    pub fn owned(district: District, owner: OrganisationId) -> Self {
        Self { owner: Some(owner), ..Self::of_district(district) }
    }

    /// The same at these places.
    #[must_use]
    pub fn at(self, places: Vec<PlaceId>) -> Self {
        Self { places, ..self }
    }

    /// The same between these two parties.
    #[must_use]
    pub fn between(self, demand_side: OrganisationId, provider_side: OrganisationId) -> Self {
        Self { demand_side: Some(demand_side), provider_side: Some(provider_side), ..self }
    }

    /// The same about a posting.
    #[must_use]
    pub fn posted(self, posting: PostingId) -> Self {
        Self { posting: Some(posting), ..self }
    }

    /// The same with one party alone: what the other one has no say in.
    #[must_use]
    pub fn only(self, side: Side) -> Self {
        match side {
            Side::Demand => Self { provider_side: None, ..self },
            Side::Provider => Self { demand_side: None, ..self },
        }
    }
}

impl Subjected for Subject {
    fn subject(&self) -> Subject {
        self.clone()
    }
}

impl Subjected for Account {
    fn subject(&self) -> Subject {
        Subject::of_district(self.district.clone())
    }
}

impl Subjected for Grant {
    fn subject(&self) -> Subject {
        Subject::of_district(self.district.clone())
    }
}

impl Subjected for Branch {
    fn subject(&self) -> Subject {
        Subject::of_district(self.district.clone()).at(vec![self.place])
    }
}

impl Subjected for Demand {
    fn subject(&self) -> Subject {
        Subject::owned(self.district.clone(), self.organisation).at(vec![self.place])
    }
}

impl Subjected for Claim {
    fn subject(&self) -> Subject {
        Subject::of_district(self.district.clone()).between(self.demand_organisation, self.provider).at(vec![self.place])
    }
}

impl Subjected for Project {
    fn subject(&self) -> Subject {
        Subject::of_district(self.district.clone()).between(self.demand_organisation, self.lead).at(vec![self.place])
    }
}

/// To the unit that dispatches; whoever answers for a target is asked about that target.
impl Subjected for Posting {
    fn subject(&self) -> Subject {
        Subject::owned(self.district.clone(), self.dispatch_unit).posted(self.id)
    }
}

impl Subjected for RuleChange {
    fn subject(&self) -> Subject {
        Subject::of_district(self.district.clone())
    }
}

impl Subjected for Zone {
    fn subject(&self) -> Subject {
        Subject::of_district(self.district.clone())
    }
}

impl Subjected for Place {
    fn subject(&self) -> Subject {
        Subject::of_district(self.district.clone()).at(vec![self.id])
    }
}

impl Subjected for Category {
    fn subject(&self) -> Subject {
        Subject::of_district(self.district.clone())
    }
}

/// Where it sits is not known to the organisation itself; whoever needs that tie adds the places.
impl Subjected for Organisation {
    fn subject(&self) -> Subject {
        Subject::owned(self.district.clone(), self.id)
    }
}

impl Subjected for Tenancy {
    fn subject(&self) -> Subject {
        Subject::owned(self.district.clone(), self.organisation).at(vec![self.place])
    }
}

/// The places of its organisation are to be added, as for [`Organisation`].
impl Subjected for ContactPoint {
    fn subject(&self) -> Subject {
        Subject::owned(self.district.clone(), self.organisation)
    }
}

/// The places of its organisation are to be added, as for [`Organisation`].
impl Subjected for Resource {
    fn subject(&self) -> Subject {
        Subject::owned(self.district.clone(), self.organisation)
    }
}
