//! Who may see what, computed a second time: plain sets over the random facts, read straight from
//! the sentences of the domain model, with nothing of the product in it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;

use super::facts::{Claim, Demand, Facts, Grant, PLACES, Resource, SEATS, zone_of};

/// The day on which everything is looked at.
const TODAY: jiff::civil::Date = date(2026, 11, 23);

/// What one account may see.
#[derive(Debug, Default)]
pub struct Seen {
    pub demands: BTreeSet<String>,
    pub resources: BTreeSet<String>,
    pub claims: BTreeSet<String>,
    pub projects: BTreeSet<String>,
    claims_of: BTreeMap<String, BTreeSet<String>>,
}

impl Seen {
    pub fn has(&self, id: &str) -> bool {
        [&self.demands, &self.resources, &self.claims, &self.projects].into_iter().any(|ids| ids.contains(id))
    }

    /// The visible claims of a demand.
    pub fn claims_of(&self, demand: &str) -> BTreeSet<String> {
        self.claims_of.get(demand).cloned().unwrap_or_default()
    }
}

struct Viewer<'a> {
    facts: &'a Facts,
    login: &'a str,
    grants: Vec<&'a Grant>,
}

pub fn seen_by(facts: &Facts, login: &str) -> Seen {
    let in_force = |grant: &&Grant| grant.status == "ACTIVE" && grant.from <= TODAY && grant.to.is_none_or(|to| to >= TODAY);
    let viewer = Viewer { facts, login, grants: facts.grants_of(login).into_iter().filter(in_force).collect() };
    let mut seen = Seen::default();
    for demand in facts.demands.iter().filter(|demand| viewer.sees_demand(demand)) {
        seen.demands.insert(demand.id.to_string());
    }
    for (number, resource) in facts.resources.iter().enumerate() {
        if viewer.sees_resource(number, resource) {
            seen.resources.insert(resource.id.to_string());
        }
    }
    for claim in facts.claims.iter().filter(|claim| viewer.sees_claim(claim)) {
        seen.claims.insert(claim.id.to_string());
        seen.projects.extend(claim.project.map(|project| project.to_string()));
        let demand = facts.demands[claim.demand].id.to_string();
        seen.claims_of.entry(demand).or_default().insert(claim.id.to_string());
    }
    seen
}

impl Viewer<'_> {
    fn has_role(&self, role: &str) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// Liaisons, officials, leads, stewards and coordinators work with lists; administrators and
    /// auditors do not.
    fn works_with_lists(&self) -> bool {
        ["LIAISON", "OFFICIAL", "LEAD", "STEWARD", "COORDINATOR"].into_iter().any(|role| self.has_role(role))
    }

    fn acts_for(&self, organisation: &str) -> bool {
        self.grants.iter().any(|grant| grant.scope_kind == "ORGANISATION" && grant.scope == organisation)
    }

    fn organisations(&self) -> impl Iterator<Item = &str> {
        self.grants.iter().filter(|grant| grant.scope_kind == "ORGANISATION").map(|grant| grant.scope)
    }

    /// A steward of a zone looks after its places; one of a place after it and all inside it.
    fn looks_after(&self, place: &str) -> bool {
        let parent = PLACES.iter().find(|(name, ..)| *name == place).and_then(|(_, _, parent, _)| *parent);
        self.grants.iter().filter(|grant| grant.role == "STEWARD").any(|grant| match grant.scope_kind {
            "ZONE" => grant.scope == zone_of(place) || parent.is_some_and(|parent| zone_of(parent) == grant.scope),
            _ => grant.scope == place || parent == Some(grant.scope),
        })
    }

    fn sits_in_zone(&self, zone: &str) -> bool {
        self.organisations().any(|organisation| self.seats(organisation).iter().any(|place| zone_of(place) == zone))
    }

    /// Where an organisation sits today.
    fn seats(&self, organisation: &str) -> Vec<&'static str> {
        let settled = SEATS.iter().filter(|(tenant, _)| *tenant == organisation).map(|(_, place)| *place);
        let further = self.facts.tenancies.iter().filter(|(tenant, ..)| *tenant == organisation);
        let today = further.filter(|(_, _, from, to)| *from <= TODAY && to.is_none_or(|to| to >= TODAY));
        settled.chain(today.map(|(_, place, ..)| *place)).collect()
    }

    fn answers_for(&self, category: &str) -> bool {
        match category {
            "LEGAL" => self.acts_for("justice"),
            "TALENT" => self.acts_for("labour"),
            "OTHER" => false,
            _ => self.acts_for("street"),
        }
    }

    /// Whether a listed resource of a department that one works for reaches the place.
    fn covers(&self, place: &str) -> bool {
        let works_for = |unit: &str| self.grants.iter().any(|grant| ["OFFICIAL", "LEAD"].contains(&grant.role) && grant.scope == unit);
        let listed = self.facts.resources.iter().filter(|resource| resource.status == "LISTED" && works_for(resource.organisation));
        let (_, zone, parent, division) = PLACES.iter().find(|(name, ..)| *name == place).copied().expect("a place");
        let reaches = |kind: &str, name: &str| match kind {
            "ZONE" => name == zone,
            "PLACE" => name == place || parent == Some(name),
            _ => name == division,
        };
        listed.into_iter().any(|resource| resource.reach.is_empty() || resource.reach.iter().any(|(kind, name)| reaches(kind, name)))
    }

    fn sees_demand(&self, demand: &Demand) -> bool {
        if !self.works_with_lists() {
            return false;
        }
        let index = self.facts.demands.iter().position(|other| other.id == demand.id).expect("a demand of the facts");
        let claimed = self.facts.claims.iter().any(|claim| {
            claim.demand == index && ["PENDING", "AGREED"].contains(&claim.status) && self.acts_for(claim.provider)
        });
        let followed = self.facts.demands.iter().any(|other| other.merged_into == Some(demand.id) && self.acts_for(other.organisation));
        let own = self.acts_for(demand.organisation) || claimed || followed;
        let open_to_stewards = demand.status != "DRAFT" || demand.creator == self.login;
        let looked_after = open_to_stewards && (self.has_role("COORDINATOR") || self.looks_after(demand.place));
        own || looked_after || (demand.status == "LISTED" && self.is_shown(demand))
    }

    fn is_shown(&self, demand: &Demand) -> bool {
        match demand.visibility {
            "DISTRICT" => true,
            "ZONE" => self.sits_in_zone(zone_of(demand.place)) || self.answers_for(demand.category) || self.covers(demand.place),
            _ => self.answers_for(demand.category),
        }
    }

    fn sees_resource(&self, number: usize, resource: &Resource) -> bool {
        if !self.works_with_lists() {
            return false;
        }
        let claimed = self.facts.claims.iter().any(|claim| {
            claim.resource == Some(number)
                && ["PENDING", "AGREED"].contains(&claim.status)
                && self.acts_for(self.facts.demands[claim.demand].organisation)
        });
        let own = self.acts_for(resource.organisation) || claimed;
        let near = self.seats(resource.organisation).into_iter().any(|place| self.looks_after(place));
        let open_to_stewards = resource.status != "DRAFT" || resource.creator == self.login;
        let looked_after = open_to_stewards && (self.has_role("COORDINATOR") || near);
        own || looked_after || resource.status == "LISTED"
    }

    fn sees_claim(&self, claim: &Claim) -> bool {
        let demand = &self.facts.demands[claim.demand];
        self.works_with_lists()
            && (self.acts_for(demand.organisation)
                || self.acts_for(claim.provider)
                || self.has_role("COORDINATOR")
                || self.looks_after(demand.place))
    }
}
