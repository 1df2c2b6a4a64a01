//! Objects as they are entered behind the API: complete, in any state, each with its own texts.

use jiff::{SignedDuration, Timestamp, civil::date};
use park_portal::{
    domain::{
        claim::{self, Claim, Consent, Kind, Side, Use},
        demand::{self, Demand, Source, Urgency, Visibility},
        organisation::{self, Kind as OrganisationKind, Organisation, Profile},
        period::{Per, Period},
        place::{Dominance, Kind as PlaceKind, Place, Status as PlaceStatus},
        reach::{Coverage, Eligibility},
        resource::{self, Fee, Mode, Resource},
        tenancy::Tenancy,
    },
    kernel::{
        district::District,
        id::{Id, OrganisationId},
        quantity::Quantity,
        reference::{RefNo, Series},
        text::{Reason, Text},
        version::Version,
    },
    store::{self, StoreResult, Tx},
};
use serde_json::{Value, json};

use super::{Entry, Object};
use crate::world::{DISTRICT, named, start};

/// So much is asked for and offered.
pub const QUANTITY: u32 = 4;

impl Entry {
    /// The id of a part of the object.
    pub fn id<K>(&self, part: &str) -> Id<K> {
        named(&self.name(part))
    }

    /// A name of a part of the object that nothing else has. It is one word, so that no two texts
    /// look alike.
    pub fn name(&self, part: &str) -> String {
        format!("{part}{}", self.number)
    }

    /// A reference number that nothing else has.
    pub fn ref_no(&self, series: Series) -> RefNo {
        RefNo::new(series, &district(), 2026, i32::try_from(900_000 + self.number).expect("a number"))
    }
}

impl Object {
    /// An object with its id.
    pub fn of(id: impl ToString) -> Self {
        Self { id: id.to_string(), ..Self::default() }
    }

    /// The same with what belongs to it.
    pub fn with(mut self, name: &'static str, id: impl ToString) -> Self {
        self.more.insert(name, id.to_string());
        self
    }

    /// The id of what belongs to it.
    pub fn get(&self, name: &str) -> &str {
        self.more.get(name).map_or("", String::as_str)
    }
}

pub fn district() -> District {
    DISTRICT.parse().expect("a district")
}

pub fn reason() -> Reason {
    Text::parse("情况有变").expect("a reason")
}

/// An hour before the world's present.
pub fn earlier() -> Timestamp {
    start() - SignedDuration::from_hours(1)
}

/// Some days after it.
pub fn later() -> Timestamp {
    start() + SignedDuration::from_hours(72)
}

fn quantity(of: u32) -> Quantity {
    i64::from(of).try_into().expect("a quantity")
}

/// A demand of the mill for legal advice in the mall, four times, seen by the whole district.
pub fn demand(entry: &Entry, part: &str, state: demand::State) -> Demand {
    let is_draft = state == demand::State::Draft;
    Demand {
        id: entry.id(part),
        district: district(),
        version: Version::FIRST,
        ref_no: (!is_draft).then(|| RefNo::stored(entry.name(part))),
        organisation: named("mill"),
        place: named("mall"),
        zone: Some(named("circle")),
        terms: demand::Terms {
            category: named("LEGAL"),
            title: Text::parse(&entry.name(part)).expect("a title"),
            detail: Text::parse(&entry.name(&format!("detail{part}"))).expect("a detail"),
            tags: Vec::new(),
            quantity: quantity(QUANTITY),
            unit: Text::parse("次").expect("a unit"),
            urgency: Urgency::Normal,
            urgency_reason: None,
            desired_from: None,
            desired_to: None,
            visibility: Visibility::District,
            contact: None,
        },
        source: Source::Own,
        state,
        agreed: 0,
        created_by: named("mill.liaison"),
        created_at: start(),
        submitted_at: (!is_draft).then(start),
        listed_at: None,
        closed_at: None,
    }
}

pub fn listed() -> demand::State {
    demand::State::Listed(demand::Listing {
        unclaimed: Some(demand::Unclaimed::new(later(), later())),
        ..demand::Listing::default()
    })
}

/// A demand that the coordinator has decided about, and whether the enterprise objects.
pub fn decided(objection: Option<demand::Objection>) -> demand::State {
    demand::State::Closed {
        outcome: demand::Outcome::NotFeasible,
        reason: Some(reason()),
        appeal: Some(demand::Appeal { object_due_at: later(), objection }),
    }
}

/// An objection that waits for its answer, or has got it.
pub fn objection(dismissal: Option<demand::Dismissal>) -> demand::Objection {
    demand::Objection { at: start(), reason: reason(), decide_due_at: later(), dismissal }
}

/// A resource for everybody, four times a month; a department's or an enterprise's.
pub fn resource(entry: &Entry, part: &str, owner: &str, state: resource::State) -> Resource {
    let is_draft = state == resource::State::Draft;
    Resource {
        id: entry.id(part),
        district: district(),
        version: Version::FIRST,
        ref_no: (!is_draft).then(|| RefNo::stored(entry.name(part))),
        organisation: named(owner),
        terms: resource::Terms {
            unit: Text::parse("综合科").expect("a unit"),
            category: named("LEGAL"),
            title: Text::parse(&entry.name(part)).expect("a title"),
            detail: Text::parse("上门服务").expect("a detail"),
            tags: Vec::new(),
            mode: Mode::Onsite,
            coverage: Coverage::District,
            eligibility: Eligibility::default(),
            capacity: i64::from(QUANTITY).try_into().expect("a capacity"),
            per: Per::Month,
            valid_from: date(2026, 1, 1),
            valid_to: None,
            fee: Fee::Free,
            required_documents: Vec::new(),
            contact: None,
        },
        state,
        assurance: (!is_draft).then(|| resource::Assurance::new(date(2026, 11, 1), 75, 85, 90)),
        created_by: if owner == "justice" { named("justice.lead") } else { named(&format!("{owner}.liaison")) },
        created_at: start(),
        listed_at: (!is_draft).then(start),
    }
}

/// A claim of a provider on a demand for once. Whoever proposed it has consented, and the other side
/// as well where the state says so.
pub fn claim(
    entry: &Entry,
    kind: Kind,
    demand: &Demand,
    resource: Option<&Resource>,
    provider: &str,
    state: claim::State,
) -> Claim {
    let consent = |side: Side| {
        let both = matches!(state, claim::State::Agreed | claim::State::Cancelled { .. });
        let by = if side == Side::Demand { "mill.liaison" } else { "justice.lead" };
        (both || kind.proposer() == Some(side)).then(|| Consent { at: start(), by: named(by) })
    };
    Claim {
        id: entry.id("claim"),
        district: district(),
        version: Version::FIRST,
        ref_no: entry.ref_no(Series::Claim),
        kind,
        demand: demand.id,
        demand_organisation: demand.organisation,
        place: demand.place,
        resource: resource.map(|resource| Use { resource: resource.id, period: november() }),
        provider: named(provider),
        quantity: quantity(1),
        note: Text::parse("").expect("a note"),
        plan: claim::Plan { start: date(2026, 11, 23), due: date(2026, 12, 1), steps: Vec::new() },
        demand_consent: consent(Side::Demand),
        provider_consent: consent(Side::Provider),
        state,
        respond_by: later(),
        cancel_ask: None,
        dispatch: (kind == Kind::Dispatch).then(|| claim::Dispatch::open(later())),
        created_by: named("coordinator"),
        created_at: start(),
        settled_at: None,
    }
}

/// The period that every plan here starts in.
pub fn november() -> Period {
    Period::of(Per::Month, date(2026, 11, 23))
}

/// Enters a resource, on the list if some of it is agreed in November.
pub fn enter_used(tx: &mut Tx, resource: &Resource, used: u32) -> StoreResult<()> {
    store::resource::insert(tx, resource)?;
    if used > 0 {
        assert!(store::resource::take(tx, resource.id, november(), resource.terms.capacity, quantity(used))?);
    }
    Ok(())
}

/// An organisation that sits in a place since the beginning of the year, without a code of its own.
pub fn enter_organisation(
    tx: &mut Tx,
    entry: &Entry,
    part: &str,
    place: &str,
    state: organisation::State,
) -> StoreResult<OrganisationId> {
    let id = entry.id(part);
    let organisation = Organisation {
        id,
        district: district(),
        version: Version::FIRST,
        kind: OrganisationKind::SocialOrganisation,
        profile: profile(&entry.name(part)),
        state,
        created_at: start(),
    };
    store::organisation::insert(tx, &organisation)?;
    let tenancy = Tenancy {
        id: entry.id(&format!("seat of {part}")),
        district: district(),
        version: Version::FIRST,
        organisation: id,
        place: named(place),
        unit: Text::parse("2 层").expect("a unit"),
        from: date(2026, 1, 1),
        to: None,
        created_at: start(),
    };
    store::tenancy::insert(tx, &tenancy)?;
    Ok(id)
}

fn profile(name: &str) -> Profile {
    Profile {
        name: Text::parse(name).expect("a name"),
        short_name: None,
        uscc: None,
        industry: None,
        size_band: None,
        parent: None,
    }
}

/// A place in the circle.
pub fn place(entry: &Entry, part: &str, status: PlaceStatus) -> Place {
    Place {
        id: entry.id(part),
        district: district(),
        version: Version::FIRST,
        kind: PlaceKind::Complex,
        name: Text::parse(&entry.name(part)).expect("a name"),
        dominance: Dominance::Complex,
        zone: Some(named("circle")),
        parent: None,
        depth: 1,
        division: "420105006".to_owned(),
        address: Text::parse("测试路 2 号").expect("an address"),
        operator: None,
        status,
        created_at: start(),
    }
}

/// The plan of every claim that is made here.
pub fn plan() -> Value {
    json!({ "start": "2026-11-23", "due": "2026-12-01" })
}
