//! Demands in the database.

use std::collections::BTreeMap;

use diesel::prelude::*;

pub use super::demand_clocks::{due_to_escalate, due_to_expire, due_to_remind, due_to_return};
pub use super::demand_list::{Filter, Order, count, page};
use super::{
    Reader, StoreError, StoreResult, Tx, batch,
    columns::{from_json, json, optional_text, text},
    demand_clocks::Clocks,
    demand_list::visible,
    schema::{claim, demand, project},
    text_token::{Noun, index, index_new},
    types::{At, On},
};
use crate::{
    domain::demand::{Demand, Outcome, Source, State, Status, Terms, Unclaimed, Visibility},
    kernel::{
        id::{AccountId, CategoryId, ContactPointId, DemandId, OrganisationId, PlaceId, ZoneId},
        reference::RefNo,
        tokens::search_form,
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = demand, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Row {
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
    created_by: AccountId,
    created_at: At,
    submitted_at: Option<At>,
    listed_at: Option<At>,
    closed_at: Option<At>,
    search_text: String,
    version: i32,
    #[diesel(embed)]
    clocks: Clocks,
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

/// A demand in the system's own hands, whatever the scope.
pub fn get(tx: &mut Tx, id: DemandId) -> StoreResult<Option<Demand>> {
    let row: Option<Row> = demand::table.find(id).select(Row::as_select()).get_result(tx.conn()).optional()?;
    row.map(Row::parse).transpose()
}

/// Those of the demands that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[DemandId]) -> StoreResult<Vec<Demand>> {
    let rows: Vec<Row> =
        demand::table.filter(demand::id.eq_any(ids)).filter(visible(scope)).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// How much of each demand was delivered and found solved; a demand without any is left out. The
/// demands themselves must have been seen through a scope.
pub fn solved_quantities(reader: &mut Reader, ids: &[DemandId]) -> StoreResult<BTreeMap<DemandId, u32>> {
    let rows: Vec<(DemandId, i32)> = project::table
        .inner_join(claim::table.on(claim::id.eq(project::claim)))
        .filter(project::demand.eq_any(ids))
        .filter(project::status.eq_any(["CONFIRMED", "CLOSED"]))
        .filter(project::solved.is_not_null().and(project::solved.assume_not_null().eq("YES")))
        .select((project::demand, claim::quantity))
        .load(reader.conn())?;
    let mut solved = BTreeMap::new();
    for (id, quantity) in rows {
        let quantity = u32::try_from(quantity).map_err(|_| StoreError::Corrupt {
            table: "claim",
            id: id.to_string(),
            what: "quantity".to_owned(),
        })?;
        *solved.entry(id).or_default() += quantity;
    }
    Ok(solved)
}

/// Demands of the same organisation and category since a moment, drafts and closed ones left out:
/// what a new demand may be a duplicate of. Only what the scope shows: a suspicion tells a lot about
/// the text that it is about.
pub fn similar_candidates(reader: &mut Reader, scope: &Scope, to: &Demand, since: jiff::Timestamp) -> StoreResult<Vec<Demand>> {
    let rows: Vec<Row> = demand::table
        .filter(demand::organisation.eq(to.organisation).and(demand::category.eq(to.terms.category)))
        .filter(demand::id.ne(to.id).and(demand::created_at.ge(At(since))))
        .filter(demand::status.eq_any(["SUBMITTED", "RETURNED", "LISTED", "PARKED"]))
        .filter(visible(scope))
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
    batch::insert::<demand::table, Row>(tx, 48, &rows)?;
    let texts: Vec<_> = demands.iter().map(|demand| (demand.id, demand.search_text())).collect();
    index_new(tx, Noun::Demand, &texts)
}

/// Saves a step of a demand whose version was `expected`; [`StoreError::Stale`] when it no longer is.
/// A step does not change what the demand says; see [`save_terms`].
pub fn save(tx: &mut Tx, demand: &Demand, expected: Version) -> StoreResult<()> {
    let row = Row::of(demand)?;
    let changed = diesel::update(demand::table.filter(demand::id.eq(demand.id).and(demand::version.eq(expected.0))))
        .set(&row)
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Saves new terms of a demand whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save_terms(tx: &mut Tx, demand: &Demand, expected: Version) -> StoreResult<()> {
    save(tx, demand, expected)?;
    index(tx, Noun::Demand, demand.id, &demand.search_text())
}

/// Takes a quantity for an agreed claim, which stops the clock of what is unclaimed; `false` when the
/// demand is not listed or has not that much left.
pub fn take(tx: &mut Tx, id: DemandId, quantity: i32) -> StoreResult<bool> {
    let taken = diesel::update(demand::table.filter(demand::id.eq(id).and(demand::status.eq("LISTED"))))
        .filter((demand::agreed_quantity + quantity).le(demand::quantity))
        .set((
            demand::agreed_quantity.eq(demand::agreed_quantity + quantity),
            demand::unclaimed_due_at.eq(None::<At>),
            demand::escalate_due_at.eq(None::<At>),
            demand::reminded_at.eq(None::<At>),
            demand::escalated_at.eq(None::<At>),
        ))
        .execute(tx.conn())?;
    Ok(taken == 1)
}

/// Gives back what a cancelled claim had taken. What is listed and has nothing agreed any more waits
/// anew: `unclaimed` is its clock, and the answer is whether it runs.
pub fn give_back(tx: &mut Tx, id: DemandId, quantity: i32, unclaimed: &Unclaimed) -> StoreResult<bool> {
    let free = diesel::update(demand::table.filter(demand::id.eq(id).and(demand::agreed_quantity.eq(quantity))))
        .filter(demand::status.eq("LISTED"))
        .set((
            demand::agreed_quantity.eq(0),
            demand::decide_due_at.eq(None::<At>),
            demand::unclaimed_due_at.eq(At(unclaimed.remind_due_at)),
            demand::escalate_due_at.eq(At(unclaimed.escalate_due_at)),
        ))
        .execute(tx.conn())?;
    if free == 1 {
        return Ok(true);
    }
    let given = diesel::update(demand::table.filter(demand::id.eq(id).and(demand::agreed_quantity.ge(quantity))))
        .set((demand::agreed_quantity.eq(demand::agreed_quantity - quantity), demand::decide_due_at.eq(None::<At>)))
        .execute(tx.conn())?;
    if given == 1 { Ok(false) } else { Err(StoreError::Stale) }
}

impl Row {
    fn of(demand: &Demand) -> StoreResult<Self> {
        let terms = &demand.terms;
        let (outcome, merged_into) = match &demand.state {
            State::Merged { into } => (None, Some(*into)),
            State::Closed { outcome, .. } => (Some(*outcome), None),
            State::Draft
            | State::Submitted { .. }
            | State::Returned { .. }
            | State::Listed(_)
            | State::Parked { .. }
            | State::Expired { .. } => (None, None),
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
            status_reason: demand.reason().map(ToString::to_string),
            outcome: outcome.map(|outcome| <&str>::from(outcome).to_owned()),
            merged_into,
            agreed_quantity: demand.agreed.cast_signed(),
            created_by: demand.created_by,
            created_at: At(demand.created_at),
            submitted_at: demand.submitted_at.map(At),
            listed_at: demand.listed_at.map(At),
            closed_at: demand.closed_at.map(At),
            search_text: search_form(&demand.search_text()),
            version: demand.version.0,
            clocks: Clocks::of(demand),
        })
    }

    pub(super) fn parse(self) -> StoreResult<Demand> {
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
        let clocks = &self.clocks;
        Ok(match self.status.parse::<Status>().map_err(|_| "status")? {
            Status::Draft => State::Draft,
            Status::Submitted => State::Submitted { triage_due_at: clocks.triage()? },
            Status::Returned => State::Returned { reason: reason()?.ok_or("status_reason")? },
            Status::Listed => State::Listed(clocks.listing()?),
            Status::Parked => State::Parked { reason: reason()?.ok_or("status_reason")?, review_on: clocks.review()? },
            Status::Merged => State::Merged { into: self.merged_into.ok_or("merged_into")? },
            Status::Closed => State::Closed {
                outcome: self.outcome.as_deref().and_then(|name| name.parse::<Outcome>().ok()).ok_or("outcome")?,
                reason: reason()?,
                appeal: clocks.appeal()?,
            },
            Status::Expired => clocks.expired()?,
        })
    }
}
