//! Lists on their way out: who may take which, a link that carries the right for some minutes, and the
//! rows, a batch at a time.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::{App, Cx, Failure, rates};
use crate::{
    domain::{
        category::Category,
        contact_point::ContactPoint,
        demand::Demand,
        organisation::Organisation,
        place::Place,
        project::Project,
        rates::Rates,
        reach::{Coverage, Part, Street},
        resource::Resource,
        snapshot::Snapshot,
        zone::Zone,
    },
    kernel::{
        division::DivisionCode,
        id::{
            AccountId, CategoryId, ContactPointId, DemandId, OrganisationId, PlaceId, PostingId, SessionId, SnapshotId, ZoneId,
        },
        page::{Direction, Mark, PageRequest},
        problem::{Code, Problem},
        text::Name,
    },
    policy::{Action, Actor, Scope, Subject},
    store::{self, Reader, StoreResult, audit::Effect},
};

/// How long a link can be followed.
pub const LINK_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// Rows that are read at a time: enough to keep the database busy, few enough to hold.
const BATCH: u32 = 500;
/// The longest token that a link carries; an address has to fit into a request line.
const MOST_TOKEN_BYTES: usize = 6000;

/// A list with the filter that narrows it, as the list's own query has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum List {
    Demands(store::demand::Filter),
    Resources(store::resource::Filter),
    Projects(store::project_list::Filter),
    /// From and to, both included; of these organisations, or of all that are seen.
    Rates(Date, Date, Vec<OrganisationId>),
    Snapshot(SnapshotId),
    /// An instructor's year: of this posting, in this year. See [`super::year_file`].
    YearFile(PostingId, i16),
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Format {
    Xlsx,
    Csv,
    Json,
}

/// A list as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    pub list: List,
    pub format: Format,
}

/// A link that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// To be put behind `/exports/`.
    pub token: String,
    pub expires_at: Timestamp,
}

/// What a token seals.
#[derive(Serialize, Deserialize)]
struct Ticket {
    session: SessionId,
    export: Export,
    expires_at: Timestamp,
}

const TICKET: &[u8] = b"export.ticket";

/// Some rows of a list, with the names that they refer to.
#[derive(Debug)]
pub enum Batch {
    Demands(Vec<Demand>, Box<Names>),
    Resources(Vec<Resource>, Box<Names>),
    Projects(Vec<Project>, Box<Names>),
    /// With the number of cases that a rate needs to say anything.
    Rates(Vec<(String, Rates)>, u32),
    /// Canonical lines.
    Snapshot(Vec<String>),
}

/// What rows refer to by id, as far as whoever exports sees it.
#[derive(Debug, Default)]
pub struct Names {
    pub organisations: HashMap<OrganisationId, Organisation>,
    pub places: HashMap<PlaceId, Place>,
    pub zones: HashMap<ZoneId, Zone>,
    /// By the code of the street.
    pub streets: HashMap<String, Name>,
    pub categories: HashMap<CategoryId, Category>,
    pub contacts: HashMap<ContactPointId, ContactPoint>,
    /// The demands of projects.
    pub demands: HashMap<DemandId, Demand>,
}

/// What names are wanted of.
#[derive(Default)]
struct Wanted {
    organisations: BTreeSet<OrganisationId>,
    places: BTreeSet<PlaceId>,
    zones: BTreeSet<ZoneId>,
    streets: BTreeSet<Street>,
    categories: BTreeSet<CategoryId>,
    contacts: BTreeSet<ContactPointId>,
    demands: BTreeSet<DemandId>,
}

/// Makes a link under which the same session can fetch the file for a few minutes.
pub async fn create(cx: &Cx, export: Export) -> Result<Link, Failure> {
    let session = cx.session.ok_or(Failure::Unauthenticated)?;
    let is_year = matches!(export.list, List::YearFile(..));
    if is_year && export.format == Format::Csv || !is_year && export.format == Format::Json {
        let problem = Problem::new(Code::Validation).at("format");
        let problem = problem.saying("该清单不提供此格式。", "There is no such kind of file of this list.");
        return Err(Failure::Invalid(vec![problem]));
    }
    if let List::YearFile(posting, _) = export.list {
        super::year_file::must_be_seen(cx, posting).await?;
    }
    cx.write(Action::ExportCreate, move |cx, tx| {
        let permit = cx.permit(Action::ExportCreate, &exporter(&cx.actor))?;
        let expires_at = cx.now + LINK_LIFE;
        let ticket = Ticket { session, export: export.clone(), expires_at };
        let token = seal(&cx.app, &ticket)?;
        cx.record(tx, permit, &[facts(&export, cx.actor.account)], Link { token, expires_at })
    })
    .await
}

/// The request that a link stands for. A link that was tampered with or has run out, or whose session has
/// ended, is missing.
pub async fn redeem(app: &Arc<App>, token: &str) -> Result<(Cx, Export), Failure> {
    let now = app.clock.now();
    let ticket = open(app, token).filter(|ticket| now < ticket.expires_at).ok_or(Failure::missing("export"))?;
    let session = ticket.session;
    let found = app.store.read(move |reader| store::actor::of_session(reader, session, now)).await?;
    let cx = Cx::new(Arc::clone(app), found.ok_or(Failure::missing("export"))?);
    Ok((cx, ticket.export))
}

/// Asks for the right to take a list away, and leaves a line in the log that it was taken.
pub async fn download(cx: &Cx, export: &Export) -> Result<(), Failure> {
    let export = export.clone();
    cx.write(Action::ExportDownload, move |cx, tx| {
        let permit = cx.permit(Action::ExportDownload, &exporter(&cx.actor))?;
        cx.record(tx, permit, &[facts(&export, cx.actor.account)], ())
    })
    .await
}

/// The frozen list, if the actor sees it.
pub async fn snapshot(cx: &Cx, id: SnapshotId) -> Result<Snapshot, Failure> {
    let found = cx.read(move |reader, scope| store::snapshot::find_many(reader, scope, &[id])).await?;
    found.into_iter().next().ok_or(Failure::missing("snapshot"))
}

/// The rows after a mark, and the mark of the last one; `None` when there are no more.
pub async fn batch(cx: &Cx, list: List, from: Option<Mark>) -> Result<(Batch, Option<Mark>), Failure> {
    let request = PageRequest { limit: BATCH, direction: Direction::Forward, from, until: None };
    match list {
        List::Rates(from, to, organisations) => {
            let (rates, least) = rates::of_organisations(cx, (from, to), organisations).await?;
            Ok((Batch::Rates(rates.into_iter().map(|(_, name, rates)| (name, rates)).collect(), least), None))
        }
        List::Demands(filter) => cx.read(move |reader, scope| demands(reader, scope, &filter, &request)).await,
        List::Resources(filter) => cx.read(move |reader, scope| resources(reader, scope, &filter, &request)).await,
        List::Projects(filter) => cx.read(move |reader, scope| projects(reader, scope, &filter, &request)).await,
        // It is no list of rows, and is written by itself.
        List::YearFile(..) => Err(Failure::missing("list")),
        List::Snapshot(id) => {
            // Who sees the snapshot sees its rows.
            snapshot(cx, id).await?;
            let page = cx.read(move |reader, _| store::snapshot::rows(reader, id, &request)).await?;
            let last = page.rows.last().map(|row| Mark { key: i64::from(row.position), id: row.line.object });
            let next = last.filter(|_| page.has_next);
            Ok((Batch::Snapshot(page.rows.into_iter().map(|row| row.line.text).collect()), next))
        }
    }
}

type Read = StoreResult<(Batch, Option<Mark>)>;

fn demands(reader: &mut Reader, scope: &Scope, filter: &store::demand::Filter, request: &PageRequest) -> Read {
    let order = store::demand::Order::OldestFirst;
    let page = store::demand::page(reader, scope, filter, order, request)?;
    let next = page.rows.last().map(|demand| order.mark(demand)).filter(|_| page.has_next);
    let mut wanted = Wanted::default();
    for demand in &page.rows {
        wanted.organisations.insert(demand.organisation);
        wanted.places.insert(demand.place);
        wanted.categories.insert(demand.terms.category);
        wanted.contacts.extend(demand.terms.contact);
    }
    Ok((Batch::Demands(page.rows, Box::new(wanted.read(reader, scope)?)), next))
}

fn resources(reader: &mut Reader, scope: &Scope, filter: &store::resource::Filter, request: &PageRequest) -> Read {
    let order = store::resource::Order::OldestFirst;
    let page = store::resource::page(reader, scope, filter, order, request)?;
    let next = page.rows.last().map(|resource| order.mark(resource)).filter(|_| page.has_next);
    let mut wanted = Wanted::default();
    for resource in &page.rows {
        wanted.organisations.insert(resource.organisation);
        wanted.categories.insert(resource.terms.category);
        wanted.contacts.extend(resource.terms.contact);
        if let Coverage::Parts(parts) = &resource.terms.coverage {
            for part in parts {
                match part {
                    Part::Zone(zone) => wanted.zones.extend([*zone]),
                    Part::Place(place) => wanted.places.extend([*place]),
                    Part::Street(street) => wanted.streets.extend([street.clone()]),
                }
            }
        }
    }
    Ok((Batch::Resources(page.rows, Box::new(wanted.read(reader, scope)?)), next))
}

fn projects(reader: &mut Reader, scope: &Scope, filter: &store::project_list::Filter, request: &PageRequest) -> Read {
    let order = store::project_list::Order::OldestFirst;
    let page = store::project_list::page(reader, scope, filter, order, request)?;
    let next = page.rows.last().map(|project| order.mark(project)).filter(|_| page.has_next);
    let mut wanted = Wanted::default();
    for project in &page.rows {
        wanted.organisations.extend([project.demand_organisation, project.lead]);
        wanted.places.insert(project.place);
        wanted.demands.insert(project.demand);
    }
    Ok((Batch::Projects(page.rows, Box::new(wanted.read(reader, scope)?)), next))
}

impl Wanted {
    /// One statement for each noun that is wanted at all.
    fn read(self, reader: &mut Reader, scope: &Scope) -> StoreResult<Names> {
        fn ids<K: Copy>(set: &BTreeSet<K>) -> Vec<K> {
            set.iter().copied().collect()
        }
        let mut names = Names::default();
        if !self.organisations.is_empty() {
            let found = store::organisation::find_many(reader, scope, &ids(&self.organisations))?;
            names.organisations = found.into_iter().map(|organisation| (organisation.id, organisation)).collect();
        }
        if !self.places.is_empty() {
            let found = store::place::find_many(reader, scope, &ids(&self.places))?;
            names.places = found.into_iter().map(|place| (place.id, place)).collect();
        }
        if !self.zones.is_empty() {
            let found = store::zone::find_many(reader, scope, &ids(&self.zones))?;
            names.zones = found.into_iter().map(|zone| (zone.id, zone)).collect();
        }
        if !self.streets.is_empty() {
            let codes: Vec<DivisionCode> = self.streets.iter().filter_map(|street| street.as_str().parse().ok()).collect();
            let found = store::division::find_many(reader, scope, &codes)?;
            names.streets = found.into_iter().map(|division| (division.code.to_string(), division.name)).collect();
        }
        if !self.categories.is_empty() {
            let found = store::category::find_many(reader, scope, &ids(&self.categories))?;
            names.categories = found.into_iter().map(|category| (category.id, category)).collect();
        }
        if !self.contacts.is_empty() {
            let found = store::contact_point::find_many(reader, scope, &ids(&self.contacts))?;
            names.contacts = found.into_iter().map(|contact| (contact.id, contact)).collect();
        }
        if !self.demands.is_empty() {
            let found = store::demand::find_many(reader, scope, &ids(&self.demands))?;
            names.demands = found.into_iter().map(|demand| (demand.id, demand)).collect();
        }
        Ok(names)
    }
}

/// A list has no owner: whoever works with lists at all takes away what they see of them, by the first
/// organisation or the places that they act for.
fn exporter(actor: &Actor) -> Subject {
    let subject = Subject::of_district(actor.district.clone()).at(actor.places().into_iter().collect());
    // Whoever only reviews the instructors of an organisation does not act for it, but takes away what they see.
    let reviewed = actor.held.iter().find_map(|held| held.reach.organisation());
    Subject { owner: actor.own().into_iter().next().or(reviewed), posting: actor.postings().first().copied(), ..subject }
}

/// The line in the log is about whoever takes the list.
fn facts(export: &Export, account: AccountId) -> Effect {
    Effect::changed(account).code("list", <&str>::from(&export.list)).code("format", <&str>::from(export.format))
}

fn seal(app: &App, ticket: &Ticket) -> Result<String, Failure> {
    let corrupt = |what: String| store::StoreError::Corrupt { table: "export", id: String::new(), what };
    let plain = serde_json::to_string(ticket).map_err(|error| corrupt(error.to_string()))?;
    let sealed = app.secrets.seal(&plain, TICKET, app.entropy.bytes()).map_err(|error| corrupt(error.to_string()))?;
    let token = URL_SAFE_NO_PAD.encode(sealed);
    if token.len() > MOST_TOKEN_BYTES {
        let problem = Problem::new(Code::Validation).at("filter");
        return Err(Failure::Invalid(vec![
            problem.saying("筛选条件过多,请减少。", "The filter names too much; leave some out."),
        ]));
    }
    Ok(token)
}

fn open(app: &App, token: &str) -> Option<Ticket> {
    let sealed = URL_SAFE_NO_PAD.decode(token).ok()?;
    serde_json::from_str(&app.secrets.open(&sealed, TICKET).ok()?).ok()
}
