//! The demand list: its rows arrive handed in, as if an enterprise had done so today.

use std::collections::HashMap;

use jiff::SignedDuration;

use super::{
    desk::{Desk, ends},
    fault::{RowFault, Twin},
    list::{Entered, Good, List},
    similar::Similar,
};
use crate::{
    domain::{
        demand::{Demand, Source, State, Terms, Urgency, Visibility},
        rules::RuleCode,
    },
    ingest::{self, DemandRecord, Field, Named},
    kernel::{
        id::{CategoryId, DemandId, kind},
        quantity::Quantity,
        reference::Series,
        text::{Reason, Tag, Unit},
        version::Version,
    },
    ops::{Failure, Scene, demand::made},
    policy::{Action, Subject},
    store::{
        self, Tx,
        import_lookup::{NamedOrganisation, NamedPlace},
    },
};

/// What a quantity counts when a list does not say it.
const DEFAULT_UNIT: &str = "项";

/// The enterprise that asks, and where it sits.
pub(super) struct Site {
    organisation: NamedOrganisation,
    place: NamedPlace,
}

/// A demand before it has a number.
pub(super) struct NewDemand {
    id: DemandId,
    site: Site,
    terms: Terms,
}

impl List for DemandRecord {
    type Site = Site;
    type Meaning = CategoryId;
    type Made = NewDemand;
    type Noun = kind::Demand;

    fn named(&self) -> Named {
        Named {
            organisation: self.organisation.clone(),
            uscc: self.uscc.clone(),
            place: self.place.clone(),
            category: Some(self.category.clone()),
            coverage: None,
            span: Some(self.desired),
        }
    }

    fn admit(desk: &mut Desk<'_>, named: &Named) -> Option<Site> {
        let organisation = desk.organisation(named);
        let place = match (&named.place, &organisation) {
            (Some(name), _) => desk.place(name),
            (None, Some(organisation)) => only_site(desk, organisation),
            (None, None) => None,
        };
        let site = Site { organisation: organisation?, place: place? };
        if !desk.may(&[Action::DemandDraft, Action::DemandSubmit], &site.subject(desk)) {
            desk.note(&[Field::Place, Field::Organisation], RowFault::NotAllowed);
            return None;
        }
        Some(site)
    }

    fn resolve(desk: &mut Desk<'_>, named: &Named, site: Option<&Site>) -> Option<CategoryId> {
        if let Some(Site { organisation, place }) = site {
            desk.must_be_active(organisation);
            if !desk.register.sites(organisation.id).iter().any(|sits_in| sits_in.id == place.id) {
                desk.note(&[Field::Place], RowFault::NoTenancy { place: Some(place.name.clone()) });
            }
        }
        let (from, to) = ends(named.span);
        desk.must_lie_ahead(Field::Desired, from.or(to));
        desk.category(named)
    }

    fn make(&self, desk: &mut Desk<'_>, site: Site, category: CategoryId) -> Option<NewDemand> {
        let title = desk.free_text(&[Field::Title, Field::TitleAndDetail, Field::Detail], &self.title);
        let detail = desk.free_text(&[Field::Detail, Field::TitleAndDetail, Field::Title], &self.detail);
        let tags: Option<Vec<Tag>> = self.tags.iter().map(|tag| desk.free_text(&[Field::Tags], tag)).collect();
        let unit: Option<Unit> = desk.text(&[Field::Unit, Field::Quantity], self.unit.as_deref().unwrap_or(DEFAULT_UNIT));
        let (urgency, urgency_reason) = urgency(self, desk)?;
        if desk.is_blocked() {
            return None;
        }
        let contact = desk.contact(site.organisation.id, self.contact.as_ref())?;
        let terms = Terms {
            category,
            title: title?,
            detail: detail?,
            tags: tags?,
            quantity: self.quantity.unwrap_or(Quantity::ONE),
            unit: unit?,
            urgency,
            urgency_reason,
            desired_from: self.desired.from,
            desired_to: self.desired.to,
            visibility: self.visibility.unwrap_or(Visibility::District),
            contact,
        };
        Some(NewDemand { id: desk.next_id(), site, terms })
    }

    fn compare(desk: &mut Desk<'_>, tx: &mut Tx, good: &[Good<Self>]) -> Result<(), Failure> {
        let window = SignedDuration::from_hours(24 * i64::from(desk.cx.rules.get(RuleCode::DuplicateWindow)));
        let mut organisations: Vec<_> = good.iter().map(|good| good.made.site.organisation.id).collect();
        organisations.sort_unstable();
        organisations.dedup();
        let mut groups: HashMap<_, Similar> = HashMap::new();
        let threshold = desk.cx.rules.get(RuleCode::DuplicateSimilarity);
        for recent in store::import_lookup::recent_demands(tx, &organisations, desk.cx.now - window)? {
            if let Some(ref_no) = recent.ref_no {
                let group = groups.entry((recent.organisation, recent.category)).or_insert_with(|| Similar::new(threshold));
                group.add(&recent.search_text, Twin::Demand(ref_no));
            }
        }
        for Good { row, made, .. } in good {
            let group = groups.entry((made.site.organisation.id, made.terms.category)).or_insert_with(|| Similar::new(threshold));
            let text = format!("{}\n{}", made.terms.title, made.terms.detail);
            if let Some(twin) = group.compare(&text, Twin::Row(*row)) {
                desk.note_at(*row, &[Field::Detail, Field::TitleAndDetail, Field::Title], RowFault::Similar(twin));
            }
        }
        Ok(())
    }

    fn enter(cx: &Scene, tx: &mut Tx, good: &[Good<Self>]) -> Result<Vec<Entered<kind::Demand>>, Failure> {
        let due = cx.workdays(RuleCode::DemandTriage)?;
        let numbers = store::number::next_block(tx, Series::Demand, &cx.actor.district, cx.now, good.len())?;
        let demands: Vec<Demand> = good
            .iter()
            .zip(numbers)
            .map(|(Good { made, .. }, ref_no)| Demand {
                id: made.id,
                district: cx.actor.district.clone(),
                version: Version::FIRST,
                ref_no: Some(ref_no),
                organisation: made.site.organisation.id,
                place: made.site.place.id,
                zone: made.site.place.zone,
                terms: made.terms.clone(),
                source: Source::Import,
                state: State::Submitted { triage_due_at: due.at },
                agreed: 0,
                created_by: cx.actor.account,
                created_at: cx.now,
                submitted_at: Some(cx.now),
                listed_at: None,
                closed_at: None,
            })
            .collect();
        store::demand::insert_many(tx, &demands)?;
        let entered = |demand: &Demand| Entered { id: demand.id, effect: made(demand), others: Vec::new() };
        Ok(demands.iter().map(entered).collect())
    }
}

impl Site {
    fn subject(&self, desk: &Desk<'_>) -> Subject {
        Subject::owned(desk.cx.actor.district.clone(), self.organisation.id).at(vec![self.place.id])
    }
}

/// An organisation that sits in one place only need not say which.
fn only_site(desk: &mut Desk<'_>, organisation: &NamedOrganisation) -> Option<NamedPlace> {
    let mut sites = desk.register.sites(organisation.id);
    let fault = match sites.len() {
        1 => return sites.pop(),
        0 => RowFault::NoTenancy { place: None },
        _ => RowFault::PlaceUnclear(sites.into_iter().map(|place| place.name).collect::<Vec<_>>().join("、")),
    };
    desk.note(&[Field::Place, Field::Organisation], fault);
    None
}

/// A demand is urgent with a reason only.
fn urgency(record: &DemandRecord, desk: &mut Desk<'_>) -> Option<(Urgency, Option<Reason>)> {
    Some(match &record.urgency {
        None | Some(ingest::Urgency::Normal) => (Urgency::Normal, None),
        Some(ingest::Urgency::Soon) => (Urgency::Soon, None),
        Some(ingest::Urgency::Urgent { reason }) => {
            (Urgency::Urgent, Some(desk.free_text(&[Field::UrgencyReason, Field::Urgency], reason)?))
        }
    })
}
