//! The resource list: its rows arrive as drafts, which their organisations look at before listing them.

use std::collections::BTreeSet;

use super::{
    desk::{Desk, ends},
    fault::{RowFault, What},
    list::{Entered, Good, List},
    names::Found,
};
use crate::{
    domain::{
        reach::{self, Eligibility, MAX_PARTS, Part},
        resource::{Fee, MAX_DOCUMENTS, Resource, State, Terms},
    },
    ingest::{Coverage, Field, Named, ResourceRecord},
    kernel::{
        id::{CategoryId, ResourceId, kind},
        text::{Name, Tag, Unit},
        version::Version,
    },
    ops::{Failure, Scene, resource::made},
    policy::{Action, Subject},
    store::{self, Tx, import_lookup::NamedOrganisation},
};

/// The office of a resource that a list gives to the organisation as a whole.
const DEFAULT_OFFICE: &str = "本单位";

/// What the names of a row mean.
pub(super) struct Meaning {
    category: CategoryId,
    coverage: reach::Coverage,
}

/// A resource before it is entered.
pub(super) struct NewResource {
    id: ResourceId,
    organisation: NamedOrganisation,
    terms: Terms,
}

impl List for ResourceRecord {
    type Site = NamedOrganisation;
    type Meaning = Meaning;
    type Made = NewResource;
    type Noun = kind::Resource;

    fn named(&self) -> Named {
        Named {
            organisation: Some(self.organisation.clone()),
            category: Some(self.category.clone()),
            coverage: self.coverage.clone(),
            span: Some(self.valid),
            ..Named::default()
        }
    }

    fn admit(desk: &mut Desk<'_>, named: &Named) -> Option<NamedOrganisation> {
        let organisation = desk.organisation(named)?;
        let places = desk.register.site_ids(organisation.id);
        let subject = Subject::owned(desk.cx.actor.district.clone(), organisation.id).at(places);
        if !desk.may(&[Action::ResourceDraft], &subject) {
            desk.note(&[Field::Organisation], RowFault::NotAllowed);
            return None;
        }
        Some(organisation)
    }

    fn resolve(desk: &mut Desk<'_>, named: &Named, organisation: Option<&NamedOrganisation>) -> Option<Meaning> {
        if let Some(organisation) = organisation {
            desk.must_be_active(organisation);
        }
        let (_, last_day) = ends(named.span);
        desk.must_lie_ahead(Field::Validity, last_day);
        let category = desk.category(named);
        let coverage = match &named.coverage {
            None | Some(Coverage::District) => Some(reach::Coverage::District),
            Some(Coverage::Named(names)) => parts(desk, names),
        };
        Some(Meaning { category: category?, coverage: coverage? })
    }

    fn make(&self, desk: &mut Desk<'_>, organisation: NamedOrganisation, meaning: Meaning) -> Option<NewResource> {
        let title = desk.free_text(&[Field::Title, Field::TitleAndDetail], &self.title);
        let detail = desk.free_text(&[Field::Detail, Field::TitleAndDetail], &self.detail);
        let tags: Option<Vec<Tag>> = self.tags.iter().map(|tag| desk.free_text(&[Field::Tags], tag)).collect();
        let unit: Option<Unit> = desk.text(&[Field::Office], self.office.as_deref().unwrap_or(DEFAULT_OFFICE));
        let required_documents = documents(desk, self.documents.as_deref().unwrap_or_default());
        if desk.is_blocked() {
            return None;
        }
        let contact = desk.contact(organisation.id, self.contact.as_ref())?;
        let terms = Terms {
            unit: unit?,
            category: meaning.category,
            title: title?,
            detail: detail?,
            tags: tags?,
            mode: self.mode,
            coverage: meaning.coverage,
            eligibility: Eligibility::default(),
            capacity: self.capacity.amount,
            per: self.capacity.per,
            valid_from: self.valid.from.unwrap_or(desk.today()),
            valid_to: self.valid.to,
            fee: self.fee.unwrap_or(Fee::Free),
            required_documents: required_documents?,
            contact,
        };
        Some(NewResource { id: desk.next_id(), organisation, terms })
    }

    fn enter(cx: &Scene, tx: &mut Tx, good: &[Good<Self>]) -> Result<Vec<Entered<kind::Resource>>, Failure> {
        let resources: Vec<Resource> = good
            .iter()
            .map(|Good { made, .. }| Resource {
                id: made.id,
                district: cx.actor.district.clone(),
                version: Version::FIRST,
                ref_no: None,
                organisation: made.organisation.id,
                terms: made.terms.clone(),
                state: State::Draft,
                assurance: None,
                created_by: cx.actor.account,
                created_at: cx.now,
                listed_at: None,
            })
            .collect();
        store::resource::insert_many(tx, &resources)?;
        let entered = |resource: &Resource| Entered { id: resource.id, effect: made(resource), others: Vec::new() };
        Ok(resources.iter().map(entered).collect())
    }
}

/// The streets, zones and places that a cell names.
fn parts(desk: &mut Desk<'_>, names: &[String]) -> Option<reach::Coverage> {
    let mut parts: BTreeSet<Part> = BTreeSet::new();
    let mut all_known = true;
    for name in names {
        match desk.register.areas.find(name) {
            Found::One(part) => drop(parts.insert(part)),
            Found::Several | Found::Nothing => {
                desk.unknown(&[Field::Coverage], What::Area, name);
                all_known = false;
            }
        }
    }
    if parts.len() > MAX_PARTS {
        desk.note(&[Field::Coverage], RowFault::TooMany { max: MAX_PARTS, found: parts.len() });
        return None;
    }
    all_known.then_some(reach::Coverage::Parts(parts))
}

/// The documents that a cell names, each once.
fn documents(desk: &mut Desk<'_>, text: &str) -> Option<Vec<Name>> {
    const FIELDS: &[Field] = &[Field::Documents];
    let entries = text.split(['、', ';', '；', '\n']).map(str::trim).filter(|entry| !entry.is_empty());
    let documents: Option<Vec<Name>> = entries.map(|entry| desk.free_text(FIELDS, entry)).collect();
    let mut documents = documents?;
    let mut seen = BTreeSet::new();
    documents.retain(|document| seen.insert(document.clone()));
    if documents.len() > MAX_DOCUMENTS {
        desk.note(FIELDS, RowFault::TooMany { max: MAX_DOCUMENTS, found: documents.len() });
        return None;
    }
    Some(documents)
}
