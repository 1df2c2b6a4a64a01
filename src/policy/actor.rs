//! Who acts, and how far that reaches.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::{
    domain::grant::Role,
    kernel::{
        district::District,
        id::{AccountId, CategoryId, OrganisationId, PlaceId, PostingId, ZoneId},
    },
};

/// What a grant in force reaches, resolved to what it means today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// One organisation.
    Organisation(OrganisationId),
    /// The posting of an instructor.
    Posting {
        id: PostingId,
        /// The organisations that it serves; none once it has ended.
        targets: BTreeSet<OrganisationId>,
    },
    /// The places of a zone or the subtree of a place.
    Places(BTreeSet<PlaceId>),
    /// The whole district.
    District,
}

/// A role and how far it reaches; only grants in force are ever given to an [`Actor`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub role: Role,
    pub reach: Reach,
}

/// A signed-in account with everything its rights follow from, read in one snapshot.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account: AccountId,
    pub district: District,
    /// The day in Shanghai that all this was read for.
    pub today: Date,
    pub held: Vec<Held>,
    /// Zones in which an organisation of this actor has a tenancy today.
    pub tenancy_zones: BTreeSet<ZoneId>,
    /// Categories whose duty unit is an organisation of this actor.
    pub duty_categories: BTreeSet<CategoryId>,
    /// Where listed resources of this actor's organisations reach.
    pub covered: Covered,
}

/// Where an organisation's listed resources reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Covered {
    #[default]
    Nowhere,
    Places(BTreeSet<PlaceId>),
    District,
}

/// What an actor may see, as the sets of ids that a query filters by. Only an [`Actor`] yields one.
#[derive(Clone, Debug)]
pub struct Scope {
    pub(crate) account: AccountId,
    pub(crate) district: District,
    /// The day that tenancies are looked at.
    pub(crate) today: Date,
    /// Holds a role that works with lists at all.
    pub(crate) business: bool,
    /// Sees everything in the district but drafts.
    pub(crate) whole_district: bool,
    /// Administers accounts and grants.
    pub(crate) administers: bool,
    /// Reads the audit log.
    pub(crate) audits: bool,
    /// Sees every posting and what is assessed of it.
    pub(crate) reviews: bool,
    /// What the actor acts for.
    pub(crate) own: Vec<OrganisationId>,
    /// What the actor acts for or serves by a posting.
    pub(crate) sides: Vec<OrganisationId>,
    /// Enterprises whose liaison the actor is.
    pub(crate) speaks_for: Vec<OrganisationId>,
    /// Units whose instructors the actor proposes and reviews.
    pub(crate) dispatches: Vec<OrganisationId>,
    /// The actor's own postings as an instructor.
    pub(crate) postings: Vec<PostingId>,
    pub(crate) steward_places: Vec<PlaceId>,
    pub(crate) tenancy_zones: Vec<ZoneId>,
    pub(crate) duty_categories: Vec<CategoryId>,
    pub(crate) covered: Covered,
}

impl Actor {
    /// The organisations that this actor acts for. Whoever only reviews the instructors of one does not.
    pub fn own(&self) -> BTreeSet<OrganisationId> {
        let acts = self.held.iter().filter(|held| held.role != Role::DispatchReviewer);
        acts.filter_map(|held| held.reach.organisation()).collect()
    }

    /// The organisations whose matters this actor sees as its own: those that it acts for, and those that
    /// its posting serves.
    pub fn sides(&self) -> BTreeSet<OrganisationId> {
        let mut sides = self.own();
        for held in &self.held {
            if let Reach::Posting { targets, .. } = &held.reach {
                sides.extend(targets);
            }
        }
        sides
    }

    fn of_role(&self, role: Role) -> Vec<OrganisationId> {
        let held: BTreeSet<OrganisationId> =
            self.held.iter().filter(|held| held.role == role).filter_map(|held| held.reach.organisation()).collect();
        held.into_iter().collect()
    }

    /// Whether any grant in force carries the role.
    pub fn has(&self, role: Role) -> bool {
        self.held.iter().any(|held| held.role == role)
    }

    /// Whether a grant in force carries the role for this organisation.
    pub fn acts_for(&self, role: Role, organisation: OrganisationId) -> bool {
        self.held.iter().any(|held| held.role == role && held.reach == Reach::Organisation(organisation))
    }

    /// Whether a posting of this actor serves the organisation.
    pub fn serves(&self, organisation: OrganisationId) -> bool {
        self.held.iter().any(|held| matches!(&held.reach, Reach::Posting { targets, .. } if targets.contains(&organisation)))
    }

    /// The places that this actor looks after.
    pub fn places(&self) -> BTreeSet<PlaceId> {
        let places = self.held.iter().filter_map(|held| match &held.reach {
            Reach::Places(places) => Some(places),
            Reach::Organisation(_) | Reach::Posting { .. } | Reach::District => None,
        });
        places.flatten().copied().collect()
    }

    /// This actor's own postings as an instructor.
    pub fn postings(&self) -> Vec<PostingId> {
        let postings = self.held.iter().filter_map(|held| match held.reach {
            Reach::Posting { id, .. } => Some(id),
            Reach::Organisation(_) | Reach::Places(_) | Reach::District => None,
        });
        postings.collect()
    }

    /// What this actor may see.
    pub fn scope(&self) -> Scope {
        Scope {
            account: self.account,
            district: self.district.clone(),
            today: self.today,
            business: self.held.iter().any(|held| held.role.is_business()),
            whole_district: self.has(Role::Coordinator),
            administers: self.has(Role::SystemAdmin) || self.has(Role::SecurityAdmin),
            audits: self.has(Role::Auditor),
            reviews: self.has(Role::OrganisationReviewer),
            own: self.own().into_iter().collect(),
            sides: self.sides().into_iter().collect(),
            speaks_for: self.of_role(Role::Liaison),
            dispatches: self.of_role(Role::DispatchReviewer),
            postings: self.postings(),
            steward_places: self.places().into_iter().collect(),
            tenancy_zones: self.tenancy_zones.iter().copied().collect(),
            duty_categories: self.duty_categories.iter().copied().collect(),
            covered: self.covered.clone(),
        }
    }
}

impl Reach {
    /// The one organisation that it reaches, if it does.
    pub fn organisation(&self) -> Option<OrganisationId> {
        match self {
            Self::Organisation(id) => Some(*id),
            Self::Posting { .. } | Self::Places(_) | Self::District => None,
        }
    }
}

impl Scope {
    /// Who looks.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Whether whoever looks is a liaison of this enterprise.
    pub fn speaks_for(&self, organisation: OrganisationId) -> bool {
        self.speaks_for.contains(&organisation)
    }

    /// Whether whoever looks does business at all.
    pub fn is_of_business(&self) -> bool {
        self.business
    }

    /// The district whose audit log the scope shows; `None` for everybody but its auditor.
    pub fn audited_district(&self) -> Option<&District> {
        self.audits.then_some(&self.district)
    }
}
