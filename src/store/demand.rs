//! Demands in the database, and who sees which.

use diesel::{dsl::count_star, prelude::*, sql_types::Bool};
use serde::Serialize;

use super::{
    Reader, StoreError, StoreResult, Tx, batch,
    columns::{from_json, json, optional_text, text},
    conn::MultiBackend,
    page::{Sort, Window, containing},
    schema::{claim, demand, text_token},
    text_token::{MAX_SEARCH_TOKENS, Noun, index, index_new},
    types::{At, On},
};
use crate::{
    domain::demand::{Demand, Outcome, Source, State, Status, Terms, Urgency, Visibility},
    kernel::{
        id::{AccountId, CategoryId, ContactPointId, DemandId, OrganisationId, PlaceId, ZoneId},
        page::{Mark, Page, PageRequest},
        reference::RefNo,
        tokens::{search_form, tokens},
        version::Version,
    },
    policy::{Covered, Scope},
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = demand, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    id: DemandId,
    district: String,
    ref_no: Option<String>,
    organisation: OrganisationId,
    place: PlaceId,
    zone: Option<ZoneId>,
    category: CategoryId,
    title: String,
    detail: String,
    tags: String,
    quantity: i32,
    unit: String,
    urgency: String,
    urgency_reason: Option<String>,
    urgency_rank: i32,
    desired_from: Option<On>,
    desired_to: Option<On>,
    visibility: String,
    source: String,
    contact: Option<ContactPointId>,
    status: String,
    status_reason: Option<String>,
    outcome: Option<String>,
    merged_into: Option<DemandId>,
    /// Moved by [`take`] and [`give_back`] alone, never by saving the row.
    #[diesel(skip_update)]
    agreed_quantity: i32,
    triage_due_at: Option<At>,
    unclaimed_due_at: Option<At>,
    created_by: AccountId,
    created_at: At,
    submitted_at: Option<At>,
    listed_at: Option<At>,
    closed_at: Option<At>,
    search_text: String,
    version: i32,
}

/// Which demands a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    pub statuses: Vec<Status>,
    pub categories: Vec<CategoryId>,
    pub zones: Vec<ZoneId>,
    pub places: Vec<PlaceId>,
    pub organisations: Vec<OrganisationId>,
    pub urgencies: Vec<Urgency>,
    /// A phrase of the title or detail.
    pub text: Option<String>,
    pub created_from: Option<jiff::Timestamp>,
    pub created_before: Option<jiff::Timestamp>,
}

/// How a list of demands is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
    UrgentFirst,
}

impl Order {
    fn sort(self) -> Sort {
        match self {
            Self::NewestFirst | Self::UrgentFirst => Sort::Descending,
            Self::OldestFirst => Sort::Ascending,
        }
    }

    /// Where a demand stands in a list of this order.
    pub fn mark(self, demand: &Demand) -> Mark {
        let key = match self {
            Self::NewestFirst | Self::OldestFirst => demand.created_at.as_microsecond(),
            Self::UrgentFirst => i64::from(demand.terms.urgency.rank()),
        };
        Mark { key, id: *demand.id.as_bytes() }
    }
}

/// The demand, if the scope shows it.
pub fn find(reader: &mut Reader, scope: &Scope, id: DemandId) -> StoreResult<Option<Demand>> {
    let row: Option<Row> = demand::table
        .filter(demand::id.eq(id))
        .filter(visible(scope))
        .select(Row::as_select())
        .get_result(reader.conn())
        .optional()?;
    row.map(Row::parse).transpose()
}

/// Those of the demands that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[DemandId]) -> StoreResult<Vec<Demand>> {
    let rows: Vec<Row> =
        demand::table.filter(demand::id.eq_any(ids)).filter(visible(scope)).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// One page of the list.
pub fn page(
    reader: &mut Reader,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    request: &PageRequest,
) -> StoreResult<Page<Demand>> {
    let window = Window::new(request, order.sort());
    let mut query = demand::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(order, mark, above)?);
        }
    }
    query = match (order, window.upwards) {
        (Order::NewestFirst | Order::OldestFirst, true) => query.order((demand::created_at.asc(), demand::id.asc())),
        (Order::NewestFirst | Order::OldestFirst, false) => query.order((demand::created_at.desc(), demand::id.desc())),
        (Order::UrgentFirst, true) => query.order((demand::urgency_rank.asc(), demand::id.asc())),
        (Order::UrgentFirst, false) => query.order((demand::urgency_rank.desc(), demand::id.desc())),
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    let rows = rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?;
    Ok(Page::cut(rows, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(demand::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

/// Demands of the same organisation and category since a moment, drafts and closed ones left out:
/// what a new demand may be a duplicate of.
pub fn similar_candidates(reader: &mut Reader, to: &Demand, since: jiff::Timestamp) -> StoreResult<Vec<Demand>> {
    let rows: Vec<Row> = demand::table
        .filter(demand::organisation.eq(to.organisation).and(demand::category.eq(to.terms.category)))
        .filter(demand::id.ne(to.id).and(demand::created_at.ge(At(since))))
        .filter(demand::status.eq_any(["SUBMITTED", "RETURNED", "LISTED"]))
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// Enters a new demand.
pub fn insert(tx: &mut Tx, demand: &Demand) -> StoreResult<()> {
    diesel::insert_into(demand::table).values(&Row::of(demand)?).execute(tx.conn())?;
    index(tx, Noun::Demand, demand.id, &demand.search_text())
}

/// Enters many new demands.
pub fn insert_many(tx: &mut Tx, demands: &[Demand]) -> StoreResult<()> {
    let rows: Vec<Row> = demands.iter().map(Row::of).collect::<StoreResult<_>>()?;
    batch::insert::<demand::table, Row>(tx, 34, &rows)?;
    let texts: Vec<_> = demands.iter().map(|demand| (demand.id, demand.search_text())).collect();
    index_new(tx, Noun::Demand, &texts)
}

/// Saves a step of a demand whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, demand: &Demand, expected: Version) -> StoreResult<()> {
    let row = Row::of(demand)?;
    let changed = diesel::update(demand::table.filter(demand::id.eq(demand.id).and(demand::version.eq(expected.0))))
        .set(&row)
        .execute(tx.conn())?;
    if changed == 0 {
        return Err(StoreError::Stale);
    }
    index(tx, Noun::Demand, demand.id, &demand.search_text())
}

/// Takes a quantity for an agreed claim; `false` when the demand is not listed or has not that much left.
pub fn take(tx: &mut Tx, id: DemandId, quantity: i32) -> StoreResult<bool> {
    let taken = diesel::update(demand::table.filter(demand::id.eq(id).and(demand::status.eq("LISTED"))))
        .filter((demand::agreed_quantity + quantity).le(demand::quantity))
        .set(demand::agreed_quantity.eq(demand::agreed_quantity + quantity))
        .execute(tx.conn())?;
    Ok(taken == 1)
}

/// Gives back what a cancelled claim had taken.
pub fn give_back(tx: &mut Tx, id: DemandId, quantity: i32) -> StoreResult<()> {
    let given = diesel::update(demand::table.filter(demand::id.eq(id).and(demand::agreed_quantity.ge(quantity))))
        .set(demand::agreed_quantity.eq(demand::agreed_quantity - quantity))
        .execute(tx.conn())?;
    if given == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

type Condition<'a> = Box<dyn BoxableExpression<demand::table, MultiBackend, SqlType = Bool> + 'a>;

diesel::alias!(demand as follower: Follower);

/// What a scope shows: its own, what it looks after, and what is listed for it (`domain.md` §9).
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = demand::district.eq(scope.district.to_string());
    if !scope.business {
        return Box::new(district.and(never()));
    }
    let listed = demand::status.eq("LISTED").and(shown_to(scope));
    let looked_after = demand::status.ne("DRAFT").and(looked_after(scope));
    Box::new(district.and(own(scope).or(looked_after).or(listed)))
}

/// A side of it or its creator. Whoever has a claim on it that is open or agreed is a side; whoever
/// had a demand that was merged into it keeps seeing where it went.
fn own<'a>(scope: &Scope) -> Condition<'a> {
    let claimed = claim::table
        .filter(claim::provider.eq_any(scope.own.clone()))
        .filter(claim::status.eq_any(["PENDING", "AGREED"]))
        .select(claim::demand);
    let followed = follower
        .filter(follower.field(demand::organisation).eq_any(scope.own.clone()))
        .filter(follower.field(demand::merged_into).is_not_null())
        .select(follower.field(demand::merged_into).assume_not_null());
    Box::new(
        demand::organisation
            .eq_any(scope.own.clone())
            .or(demand::created_by.eq(scope.account))
            .or(demand::id.eq_any(claimed))
            .or(demand::id.eq_any(followed)),
    )
}

fn looked_after<'a>(scope: &Scope) -> Condition<'a> {
    if scope.whole_district { always() } else { Box::new(demand::place.eq_any(scope.steward_places.clone())) }
}

fn always<'a>() -> Condition<'a> {
    Box::new(demand::id.eq(demand::id))
}

fn never<'a>() -> Condition<'a> {
    Box::new(demand::id.ne(demand::id))
}

fn shown_to<'a>(scope: &Scope) -> Condition<'a> {
    let duty = demand::category.eq_any(scope.duty_categories.clone());
    let zone = demand::zone.is_not_null().and(demand::zone.assume_not_null().eq_any(scope.tenancy_zones.clone()));
    let covered: Condition<'a> = match &scope.covered {
        Covered::Nowhere => never(),
        Covered::Places(places) => Box::new(demand::place.eq_any(places.iter().copied().collect::<Vec<_>>())),
        Covered::District => always(),
    };
    Box::new(
        demand::visibility
            .eq("DISTRICT")
            .or(demand::visibility.eq("DUTY_UNIT").and(duty.clone()))
            .or(demand::visibility.eq("ZONE").and(zone.or(duty).or(covered))),
    )
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut condition = always();
    if !filter.statuses.is_empty() {
        let names: Vec<&'static str> = filter.statuses.iter().map(|status| status.name()).collect();
        condition = Box::new(condition.and(demand::status.eq_any(names)));
    }
    if !filter.categories.is_empty() {
        condition = Box::new(condition.and(demand::category.eq_any(filter.categories.clone())));
    }
    if !filter.zones.is_empty() {
        let zones = demand::zone.assume_not_null().eq_any(filter.zones.clone());
        condition = Box::new(condition.and(demand::zone.is_not_null().and(zones)));
    }
    if !filter.places.is_empty() {
        condition = Box::new(condition.and(demand::place.eq_any(filter.places.clone())));
    }
    if !filter.organisations.is_empty() {
        condition = Box::new(condition.and(demand::organisation.eq_any(filter.organisations.clone())));
    }
    if !filter.urgencies.is_empty() {
        let ranks: Vec<i32> = filter.urgencies.iter().map(|urgency| urgency.rank()).collect();
        condition = Box::new(condition.and(demand::urgency_rank.eq_any(ranks)));
    }
    if let Some(from) = filter.created_from {
        condition = Box::new(condition.and(demand::created_at.ge(At(from))));
    }
    if let Some(before) = filter.created_before {
        condition = Box::new(condition.and(demand::created_at.lt(At(before))));
    }
    match &filter.text {
        Some(phrase) => Box::new(condition.and(saying(phrase))),
        None => condition,
    }
}

/// The tokens narrow the rows down by index; the phrase itself decides.
fn saying<'a>(phrase: &str) -> Condition<'a> {
    let pattern = containing(&search_form(phrase));
    let mut condition: Condition<'a> = Box::new(demand::search_text.like(pattern).escape('\\'));
    for token in tokens(phrase).into_iter().take(MAX_SEARCH_TOKENS) {
        let with_token = text_token::table
            .filter(text_token::noun.eq(Noun::Demand.name()).and(text_token::token.eq(token)))
            .select(text_token::object);
        condition = Box::new(condition.and(demand::id.eq_any(with_token)));
    }
    condition
}

fn beyond<'a>(order: Order, mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = DemandId::from_bytes(mark.id);
    Ok(match order {
        Order::NewestFirst | Order::OldestFirst => {
            let at = At(jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
            if above {
                Box::new(demand::created_at.gt(at).or(demand::created_at.eq(at).and(demand::id.gt(id))))
            } else {
                Box::new(demand::created_at.lt(at).or(demand::created_at.eq(at).and(demand::id.lt(id))))
            }
        }
        Order::UrgentFirst => {
            let rank = i32::try_from(mark.key).map_err(|_| StoreError::Stale)?;
            if above {
                Box::new(demand::urgency_rank.gt(rank).or(demand::urgency_rank.eq(rank).and(demand::id.gt(id))))
            } else {
                Box::new(demand::urgency_rank.lt(rank).or(demand::urgency_rank.eq(rank).and(demand::id.lt(id))))
            }
        }
    })
}

impl Row {
    fn of(demand: &Demand) -> StoreResult<Self> {
        let terms = &demand.terms;
        let (reason, outcome, merged_into, triage_due_at, unclaimed_due_at) = match &demand.state {
            State::Draft => (None, None, None, None, None),
            State::Submitted { triage_due_at } => (None, None, None, Some(*triage_due_at), None),
            State::Returned { reason } => (Some(reason.to_string()), None, None, None, None),
            State::Listed { unclaimed_due_at } => (None, None, None, None, Some(*unclaimed_due_at)),
            State::Merged { into } => (None, None, Some(*into), None, None),
            State::Closed { outcome, reason } => (reason.as_ref().map(ToString::to_string), Some(*outcome), None, None, None),
        };
        Ok(Self {
            id: demand.id,
            district: demand.district.to_string(),
            ref_no: demand.ref_no.as_ref().map(ToString::to_string),
            organisation: demand.organisation,
            place: demand.place,
            zone: demand.zone,
            category: terms.category,
            title: terms.title.to_string(),
            detail: terms.detail.to_string(),
            tags: json(&terms.tags)?,
            quantity: terms.quantity.column(),
            unit: terms.unit.to_string(),
            urgency: <&str>::from(terms.urgency).to_owned(),
            urgency_reason: terms.urgency_reason.as_ref().map(ToString::to_string),
            urgency_rank: terms.urgency.rank(),
            desired_from: terms.desired_from.map(On),
            desired_to: terms.desired_to.map(On),
            visibility: <&str>::from(terms.visibility).to_owned(),
            source: <&str>::from(demand.source).to_owned(),
            contact: terms.contact,
            status: demand.status().name().to_owned(),
            status_reason: reason,
            outcome: outcome.map(|outcome| <&str>::from(outcome).to_owned()),
            merged_into,
            agreed_quantity: demand.agreed.cast_signed(),
            triage_due_at: triage_due_at.map(At),
            unclaimed_due_at: unclaimed_due_at.map(At),
            created_by: demand.created_by,
            created_at: At(demand.created_at),
            submitted_at: demand.submitted_at.map(At),
            listed_at: demand.listed_at.map(At),
            closed_at: demand.closed_at.map(At),
            search_text: search_form(&demand.search_text()),
            version: demand.version.0,
        })
    }

    fn parse(self) -> StoreResult<Demand> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "demand", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Demand, &'static str> {
        let state = self.state()?;
        let terms = Terms {
            category: self.category,
            title: text(&self.title, "title")?,
            detail: text(&self.detail, "detail")?,
            tags: from_json(&self.tags, "tags")?,
            quantity: i64::from(self.quantity).try_into().map_err(|_| "quantity")?,
            unit: text(&self.unit, "unit")?,
            urgency: self.urgency.parse().map_err(|_| "urgency")?,
            urgency_reason: optional_text(self.urgency_reason.as_deref(), "urgency_reason")?,
            desired_from: self.desired_from.map(Into::into),
            desired_to: self.desired_to.map(Into::into),
            visibility: self.visibility.parse::<Visibility>().map_err(|_| "visibility")?,
            contact: self.contact,
        };
        Ok(Demand {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            ref_no: self.ref_no.map(RefNo::stored),
            organisation: self.organisation,
            place: self.place,
            zone: self.zone,
            terms,
            source: self.source.parse::<Source>().map_err(|_| "source")?,
            state,
            agreed: u32::try_from(self.agreed_quantity).map_err(|_| "agreed_quantity")?,
            created_by: self.created_by,
            created_at: self.created_at.into(),
            submitted_at: self.submitted_at.map(Into::into),
            listed_at: self.listed_at.map(Into::into),
            closed_at: self.closed_at.map(Into::into),
        })
    }

    fn state(&self) -> Result<State, &'static str> {
        let reason = || optional_text(self.status_reason.as_deref(), "status_reason");
        Ok(match self.status.parse::<Status>().map_err(|_| "status")? {
            Status::Draft => State::Draft,
            Status::Submitted => State::Submitted { triage_due_at: self.triage_due_at.ok_or("triage_due_at")?.into() },
            Status::Returned => State::Returned { reason: reason()?.ok_or("status_reason")? },
            Status::Listed => State::Listed { unclaimed_due_at: self.unclaimed_due_at.ok_or("unclaimed_due_at")?.into() },
            Status::Merged => State::Merged { into: self.merged_into.ok_or("merged_into")? },
            Status::Closed => State::Closed {
                outcome: self.outcome.as_deref().and_then(|name| name.parse::<Outcome>().ok()).ok_or("outcome")?,
                reason: reason()?,
            },
        })
    }
}
