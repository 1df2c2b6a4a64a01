//! What the rows of a list can name, as it stands at the moment of the import.

use std::collections::HashMap;

use super::names::Names;
use crate::{
    domain::reach::{Part, Street},
    kernel::id::{CategoryId, OrganisationId, PlaceId},
    policy::Scope,
    store::{
        Reader, StoreResult,
        import_lookup::{self as lookup, NamedContact, NamedOrganisation, NamedPlace},
    },
};

/// Everything of a district that rows are checked against, read once for a whole list.
pub(super) struct Register {
    pub organisations: Names<NamedOrganisation>,
    pub places: Names<NamedPlace>,
    pub categories: Names<CategoryId>,
    /// Streets, zones and places; of those with the same name the narrower one.
    pub areas: Names<Part>,
    by_code: HashMap<String, NamedOrganisation>,
    sites: HashMap<OrganisationId, Vec<PlaceId>>,
    place_names: HashMap<PlaceId, NamedPlace>,
    contacts: HashMap<(OrganisationId, String), NamedContact>,
}

impl Register {
    pub fn load(reader: &mut Reader, scope: &Scope) -> StoreResult<Self> {
        let organisations = lookup::organisations(reader, scope)?;
        let places = lookup::places(reader, scope)?;
        let categories = lookup::categories(reader, scope)?;
        let mut sites: HashMap<OrganisationId, Vec<PlaceId>> = HashMap::new();
        for (organisation, place) in lookup::tenancies(reader, scope)? {
            sites.entry(organisation).or_default().push(place);
        }
        let contacts = lookup::contacts(reader, scope)?.into_iter();
        Ok(Self {
            areas: areas(reader, scope, &places)?,
            by_code: organisations.iter().filter_map(|one| Some((one.uscc.clone()?, one.clone()))).collect(),
            organisations: Names::new(organisations.into_iter().map(|one| {
                let short_name = one.short_name.iter().cloned().collect();
                (one.name.clone(), short_name, one)
            })),
            place_names: places.iter().map(|place| (place.id, place.clone())).collect(),
            places: Names::new(places.into_iter().map(|place| (place.name.clone(), Vec::new(), place))),
            categories: Names::new(categories.into_iter().map(|one| (one.name, vec![one.code], one.id))),
            sites,
            contacts: contacts.map(|contact| ((contact.organisation, contact.post.clone()), contact)).collect(),
        })
    }

    /// Whatever is registered with a unified social credit code.
    pub fn with_code(&self, code: &str) -> Option<&NamedOrganisation> {
        self.by_code.get(code)
    }

    /// Where an organisation sits today.
    pub fn sites(&self, organisation: OrganisationId) -> Vec<NamedPlace> {
        let sites = self.sites.get(&organisation).map_or(&[][..], Vec::as_slice);
        sites.iter().filter_map(|place| self.place_names.get(place)).cloned().collect()
    }

    /// The same as ids, which tie an organisation to its steward.
    pub fn site_ids(&self, organisation: OrganisationId) -> Vec<PlaceId> {
        self.sites.get(&organisation).cloned().unwrap_or_default()
    }

    /// Whoever can be reached under a post.
    pub fn contact(&self, organisation: OrganisationId, post: &str) -> Option<&NamedContact> {
        self.contacts.get(&(organisation, post.to_owned()))
    }

    /// Lets later rows find a contact point that an earlier row makes.
    pub fn add_contact(&mut self, contact: NamedContact) {
        self.contacts.insert((contact.organisation, contact.post.clone()), contact);
    }
}

/// A park is often a zone of the same name as well; what names both means the park.
fn areas(reader: &mut Reader, scope: &Scope, places: &[NamedPlace]) -> StoreResult<Names<Part>> {
    let places = places.iter().map(|place| (place.name.clone(), Vec::new(), Part::Place(place.id)));
    let zones = lookup::zones(reader, scope)?.into_iter().map(|(id, name)| (name, Vec::new(), Part::Zone(id)));
    let streets = lookup::streets(reader, scope)?.into_iter().filter_map(|(code, name)| {
        let short = name.strip_suffix("街道").or(name.strip_suffix("街")).map(str::to_owned);
        Some((name, short.into_iter().collect(), Part::Street(Street::try_from(code).ok()?)))
    });
    Ok(Names::new(places.chain(zones).chain(streets)))
}
