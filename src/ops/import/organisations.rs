//! The list of organisations, with where they sit and how they are reached.

use jiff::civil::Date;

use super::{
    desk::Desk,
    fault::RowFault,
    list::{Entered, Good, List},
};
use crate::{
    domain::{
        organisation::{Industry, Kind, Organisation, Profile, State},
        tenancy::Tenancy,
    },
    ingest::{Field, Named, OrganisationRecord},
    kernel::{
        id::{OrganisationId, PlaceId, kind},
        text::Unit,
        version::Version,
    },
    ops::{Failure, Scene},
    policy::{Action, Subject},
    store::{self, Tx, audit::Effect, import_lookup::NamedPlace},
};

/// The unit of a tenancy whose room a list does not tell.
const DEFAULT_ROOM: &str = "未登记";

/// An organisation before it is entered.
pub(super) struct NewOrganisation {
    id: OrganisationId,
    kind: Kind,
    profile: Profile,
    tenancy: Option<(PlaceId, Unit, Date)>,
}

/// That this account may enter organisations at all.
pub(super) struct Allowed;

impl List for OrganisationRecord {
    type Site = Allowed;
    /// Where it sits, if the list says it.
    type Meaning = Option<NamedPlace>;
    type Made = NewOrganisation;
    type Noun = kind::Organisation;

    fn named(&self) -> Named {
        Named { organisation: Some(self.name.clone()), uscc: self.uscc.clone(), place: self.place.clone(), ..Named::default() }
    }

    fn admit(desk: &mut Desk<'_>, _: &Named) -> Option<Allowed> {
        let district = Subject::of_district(desk.cx.actor.district.clone());
        if desk.may(&[Action::OrganisationCreate], &district) {
            return Some(Allowed);
        }
        desk.note(&[Field::Name], RowFault::NotAllowed);
        None
    }

    fn resolve(desk: &mut Desk<'_>, named: &Named, allowed: Option<&Allowed>) -> Option<Option<NamedPlace>> {
        allowed?;
        if let Some(name) = &named.organisation {
            must_be_new(desk, Field::Name, desk.register.organisations.named(name).map(|one| one.name.clone()), name);
        }
        if let Some(code) = &named.uscc {
            let code = code.as_str();
            must_be_new(desk, Field::Uscc, desk.register.with_code(code).map(|one| one.name.clone()), code);
        }
        match &named.place {
            Some(name) => desk.place(name).map(Some),
            None => Some(None),
        }
    }

    fn make(&self, desk: &mut Desk<'_>, _: Allowed, place: Option<NamedPlace>) -> Option<NewOrganisation> {
        let name = desk.text(&[Field::Name], &self.name);
        let short_name = self.short_name.as_deref().map(|short| desk.text(&[Field::ShortName], short));
        let room: Option<Unit> = desk.text(&[Field::Room], self.room.as_deref().unwrap_or(DEFAULT_ROOM));
        if place.is_none() && (self.room.is_some() || self.since.is_some()) {
            desk.note(&[Field::Place, Field::Room, Field::Since], RowFault::PlaceMissing);
        }
        if self.email.is_some() && self.contact.is_none() {
            desk.note(&[Field::ContactPhone, Field::Contact, Field::Email], RowFault::PhoneMissing);
        }
        let id = desk.next_id();
        let places: Vec<PlaceId> = place.iter().map(|place| place.id).collect();
        let subject = Subject::owned(desk.cx.actor.district.clone(), id).at(places);
        if place.is_some() && !desk.may(&[Action::TenancyStart], &subject) {
            desk.note(&[Field::Place], RowFault::NotAllowed);
        }
        let profile = Profile {
            name: name?,
            short_name: short_name.map_or(Some(None), |short| short.map(Some))?,
            uscc: self.uscc.clone(),
            industry: self.industry(),
            size_band: self.size_band,
            parent: None,
        };
        let tenancy = place.zip(room).map(|(place, room)| (place.id, room, self.since.unwrap_or(desk.today())));
        if desk.is_blocked() {
            return None;
        }
        if let Some(contact) = &self.contact {
            desk.contact_of(id, &subject, contact, self.email.as_deref())?;
        }
        Some(NewOrganisation { id, kind: self.kind, profile, tenancy })
    }

    fn enter(cx: &Scene, tx: &mut Tx, good: &[Good<Self>]) -> Result<Vec<Entered<kind::Organisation>>, Failure> {
        let organisations: Vec<Organisation> = good.iter().map(|good| good.made.organisation(cx)).collect();
        let tenancies: Vec<Option<Tenancy>> = good.iter().map(|good| good.made.tenancy(cx)).collect();
        store::organisation::insert_many(tx, &organisations)?;
        store::tenancy::insert_many(tx, &tenancies.iter().flatten().cloned().collect::<Vec<_>>())?;
        let entered = |(organisation, tenancy): (&Organisation, &Option<Tenancy>)| Entered {
            id: organisation.id,
            effect: made(organisation),
            others: tenancy.iter().map(started).collect(),
        };
        Ok(organisations.iter().zip(&tenancies).map(entered).collect())
    }
}

impl NewOrganisation {
    fn organisation(&self, cx: &Scene) -> Organisation {
        Organisation {
            id: self.id,
            district: cx.actor.district.clone(),
            version: Version::FIRST,
            kind: self.kind,
            profile: self.profile.clone(),
            state: State::Active,
            created_at: cx.now,
        }
    }

    fn tenancy(&self, cx: &Scene) -> Option<Tenancy> {
        let (place, unit, from) = self.tenancy.clone()?;
        Some(Tenancy {
            id: cx.new_id(),
            district: cx.actor.district.clone(),
            version: Version::FIRST,
            organisation: self.id,
            place,
            unit,
            from,
            to: None,
            created_at: cx.now,
        })
    }
}

impl OrganisationRecord {
    /// A division tells its section, so a list may leave that out.
    fn industry(&self) -> Option<Industry> {
        let section = self.industry_section.or(self.industry_division.map(|division| division.section()))?;
        Some(Industry { section: section.letter(), division: self.industry_division.map(|division| division.number()) })
    }
}

/// Neither the register nor an earlier row has the name or code.
fn must_be_new(desk: &mut Desk<'_>, field: Field, registered: Option<String>, text: &str) {
    if let Some(name) = registered {
        desk.note(&[field], RowFault::Registered(name));
    } else if let Some(row) = desk.take(field, super::names::key(text)) {
        desk.note(&[field], RowFault::RegisteredInRow(row));
    }
}

fn made(organisation: &Organisation) -> Effect {
    Effect::made(organisation.id, <&str>::from(organisation.status())).code("kind", <&str>::from(organisation.kind))
}

fn started(tenancy: &Tenancy) -> Effect {
    Effect::changed(tenancy.id).code("organisation", tenancy.organisation).code("place", tenancy.place).code("from", tenancy.from)
}
