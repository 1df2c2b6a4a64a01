//! Claims in the database, and who sees which.

use diesel::{
    dsl::{exists, select},
    prelude::*,
    sql_types::Bool,
};
use jiff::Timestamp;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{from_json, json, optional_text, text},
    conn::MultiBackend,
    schema::claim,
    types::{At, On},
};
use crate::{
    domain::{
        claim::{CancelAsk, Claim, Consent, Dispatch, Kind, Objection, Plan, Shortage, Side, State, Status, Use},
        period::Period,
    },
    kernel::{
        district::District,
        id::{AccountId, ClaimId, DemandId, OrganisationId, PlaceId, ResourceId},
        reference::RefNo,
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = claim, treat_none_as_null = true)]
pub(super) struct Row {
    id: ClaimId,
    district: String,
    ref_no: String,
    kind: String,
    demand: DemandId,
    demand_organisation: OrganisationId,
    place: PlaceId,
    resource: Option<ResourceId>,
    provider: OrganisationId,
    quantity: i32,
    period: Option<String>,
    note: String,
    plan_start: On,
    plan_due: On,
    plan_steps: String,
    demand_consent_at: Option<At>,
    demand_consent_by: Option<AccountId>,
    provider_consent_at: Option<At>,
    provider_consent_by: Option<AccountId>,
    status: String,
    status_reason: Option<String>,
    superseded_by_code: Option<String>,
    respond_by: At,
    cancel_asked_side: Option<String>,
    cancel_asked_at: Option<At>,
    cancel_reason: Option<String>,
    cancel_respond_by: Option<At>,
    created_by: AccountId,
    created_at: At,
    settled_at: Option<At>,
    version: i32,
    is_final: bool,
    object_due_at: Option<At>,
    objected_at: Option<At>,
    objected_by: Option<AccountId>,
    objection: Option<String>,
    objection_due_at: Option<At>,
}

/// That there is at most one open claim for a demand and a provider, by name and by columns.
pub const ONE_OPEN: (&str, &str) = ("claim_one_open", "claim.demand, claim.provider");

/// The claim, if the scope shows it.
pub fn find(reader: &mut Reader, scope: &Scope, id: ClaimId) -> StoreResult<Option<Claim>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the claims that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[ClaimId]) -> StoreResult<Vec<Claim>> {
    let rows: Vec<Row> =
        claim::table.filter(claim::id.eq_any(ids)).filter(visible(scope)).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// The states in which a claim still waits for somebody.
pub(super) const OPEN: [&str; 2] = ["PENDING", "OBJECTED"];

/// Whether a claim of this provider on this demand waits for an answer. In a transaction, and
/// whatever the scope: the rule is about all claims.
pub fn is_open_between(tx: &mut Tx, demand: DemandId, provider: OrganisationId) -> StoreResult<bool> {
    let open = claim::table.filter(claim::demand.eq(demand).and(claim::provider.eq(provider))).filter(claim::status.eq_any(OPEN));
    Ok(select(exists(open)).get_result(tx.conn())?)
}

/// The open claims on a demand, the oldest first, whatever the scope: what
/// happens to the demand happens to all of them.
pub fn open_of_demand(tx: &mut Tx, demand: DemandId) -> StoreResult<Vec<Claim>> {
    open(tx, Box::new(claim::demand.eq(demand)))
}

/// The same for the claims that want to use a resource in a period.
pub fn open_of_resource(tx: &mut Tx, resource: ResourceId, period: Period) -> StoreResult<Vec<Claim>> {
    let of_resource = claim::resource.is_not_null().and(claim::resource.assume_not_null().eq(resource));
    let in_period = claim::period.is_not_null().and(claim::period.assume_not_null().eq(period.to_string()));
    open(tx, Box::new(of_resource.and(in_period)))
}

fn open(tx: &mut Tx, which: Condition<'_>) -> StoreResult<Vec<Claim>> {
    let rows: Vec<Row> = claim::table
        .filter(claim::status.eq_any(OPEN))
        .filter(which)
        .order((claim::created_at.asc(), claim::id.asc()))
        .select(Row::as_select())
        .load(tx.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// Claims that should have been answered by now, of all districts, the longest waiting first.
pub fn due_to_lapse(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<(Timestamp, District, ClaimId)>> {
    let rows: Vec<(At, String, ClaimId)> = claim::table
        .filter(claim::status.eq("PENDING").and(claim::respond_by.lt(At(now))))
        .order((claim::respond_by.asc(), claim::id.asc()))
        .limit(most.into())
        .select((claim::respond_by, claim::district, claim::id))
        .load(reader.conn())?;
    let parse = |(due_at, district, id): (At, String, ClaimId)| {
        let corrupt = |_| StoreError::Corrupt { table: "claim", id: id.to_string(), what: "district".to_owned() };
        Ok((due_at.into(), district.parse().map_err(corrupt)?, id))
    };
    rows.into_iter().map(parse).collect()
}

/// A claim in the system's own hands, whatever the scope.
pub fn get(tx: &mut Tx, id: ClaimId) -> StoreResult<Option<Claim>> {
    let row: Option<Row> = claim::table.find(id).select(Row::as_select()).get_result(tx.conn()).optional()?;
    row.map(Row::parse).transpose()
}

/// Enters a new claim.
pub fn insert(tx: &mut Tx, claim: &Claim) -> StoreResult<()> {
    diesel::insert_into(claim::table).values(&Row::of(claim)?).execute(tx.conn())?;
    Ok(())
}

/// Saves a step of a claim whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, claim: &Claim, expected: Version) -> StoreResult<()> {
    let row = Row::of(claim)?;
    let changed = diesel::update(claim::table.filter(claim::id.eq(row.id).and(claim::version.eq(expected.0))))
        .set(&row)
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

pub(super) type Condition<'a> = Box<dyn BoxableExpression<claim::table, MultiBackend, SqlType = Bool> + 'a>;

/// What a scope shows: both sides theirs, stewards and coordinators what they look after
/// (`domain.md` §9).
pub(super) fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = claim::district.eq(scope.district.to_string());
    if !scope.business {
        return Box::new(district.and(claim::id.ne(claim::id)));
    }
    if scope.whole_district {
        return Box::new(district);
    }
    let side = claim::demand_organisation.eq_any(scope.sides.clone()).or(claim::provider.eq_any(scope.sides.clone()));
    Box::new(district.and(side.or(claim::place.eq_any(scope.steward_places.clone()))))
}

impl Row {
    fn of(claim: &Claim) -> StoreResult<Self> {
        let (reason, superseded_by) = match &claim.state {
            State::Declined { reason } | State::Cancelled { reason } | State::Ended { reason } => (Some(reason), None),
            State::Superseded { by } => (None, Some(*by)),
            State::Pending { .. } | State::Objected | State::Agreed | State::Withdrawn | State::Lapsed => (None, None),
        };
        let ask = claim.cancel_ask.as_ref();
        let objection = claim.dispatch.as_ref().and_then(|dispatch| dispatch.objection.as_ref());
        Ok(Self {
            id: claim.id,
            district: claim.district.to_string(),
            ref_no: claim.ref_no.to_string(),
            kind: <&str>::from(claim.kind).to_owned(),
            demand: claim.demand,
            demand_organisation: claim.demand_organisation,
            place: claim.place,
            resource: claim.resource.map(|used| used.resource),
            provider: claim.provider,
            quantity: claim.quantity.column(),
            period: claim.resource.map(|used| used.period.to_string()),
            note: claim.note.to_string(),
            plan_start: On(claim.plan.start),
            plan_due: On(claim.plan.due),
            plan_steps: json(&claim.plan.steps)?,
            demand_consent_at: claim.demand_consent.map(|consent| At(consent.at)),
            demand_consent_by: claim.demand_consent.map(|consent| consent.by),
            provider_consent_at: claim.provider_consent.map(|consent| At(consent.at)),
            provider_consent_by: claim.provider_consent.map(|consent| consent.by),
            status: claim.status().name().to_owned(),
            status_reason: reason.map(ToString::to_string),
            superseded_by_code: superseded_by.map(|by| <&str>::from(by).to_owned()),
            respond_by: At(claim.respond_by),
            cancel_asked_side: ask.map(|ask| <&str>::from(ask.side).to_owned()),
            cancel_asked_at: ask.map(|ask| At(ask.at)),
            cancel_reason: ask.map(|ask| ask.reason.to_string()),
            cancel_respond_by: ask.map(|ask| At(ask.respond_by)),
            created_by: claim.created_by,
            created_at: At(claim.created_at),
            settled_at: claim.settled_at.map(At),
            version: claim.version.0,
            is_final: claim.is_final(),
            object_due_at: claim.dispatch.as_ref().and_then(|dispatch| dispatch.object_by).map(At),
            objected_at: objection.map(|objection| At(objection.at)),
            objected_by: objection.map(|objection| objection.by),
            objection: objection.map(|objection| objection.reason.to_string()),
            objection_due_at: objection.map(|objection| At(objection.decide_by)),
        })
    }

    pub(super) fn parse(self) -> StoreResult<Claim> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "claim", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Claim, &'static str> {
        let demand_consent = consent(self.demand_consent_at, self.demand_consent_by, "demand_consent_at")?;
        let provider_consent = consent(self.provider_consent_at, self.provider_consent_by, "provider_consent_at")?;
        let resource = match (self.resource, self.period.as_deref()) {
            (Some(resource), Some(period)) => Some(Use { resource, period: period.parse().map_err(|_| "period")? }),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err("period"),
        };
        Ok(Claim {
            state: self.state(demand_consent, provider_consent)?,
            cancel_ask: self.cancel_ask()?,
            dispatch: self.dispatch()?,
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            ref_no: RefNo::stored(self.ref_no),
            kind: self.kind.parse::<Kind>().map_err(|_| "kind")?,
            demand: self.demand,
            demand_organisation: self.demand_organisation,
            place: self.place,
            resource,
            provider: self.provider,
            quantity: i64::from(self.quantity).try_into().map_err(|_| "quantity")?,
            note: text(&self.note, "note")?,
            plan: Plan {
                start: self.plan_start.into(),
                due: self.plan_due.into(),
                steps: from_json(&self.plan_steps, "plan_steps")?,
            },
            demand_consent,
            provider_consent,
            respond_by: self.respond_by.into(),
            created_by: self.created_by,
            created_at: self.created_at.into(),
            settled_at: self.settled_at.map(Into::into),
        })
    }

    fn state(&self, demand: Option<Consent>, provider: Option<Consent>) -> Result<State, &'static str> {
        let reason = || optional_text(self.status_reason.as_deref(), "status_reason")?.ok_or("status_reason");
        Ok(match self.status.parse::<Status>().map_err(|_| "status")? {
            Status::Pending => State::Pending {
                missing: match (demand, provider) {
                    (None, Some(_)) => Side::Demand,
                    // Of a dispatch, the provider answers first.
                    (Some(_), None) | (None, None) => Side::Provider,
                    (Some(_), Some(_)) => return Err("status"),
                },
            },
            Status::Objected => State::Objected,
            Status::Lapsed => State::Lapsed,
            Status::Agreed => State::Agreed,
            Status::Declined => State::Declined { reason: reason()? },
            Status::Withdrawn => State::Withdrawn,
            Status::Superseded => State::Superseded {
                by: self
                    .superseded_by_code
                    .as_deref()
                    .and_then(|code| code.parse::<Shortage>().ok())
                    .ok_or("superseded_by_code")?,
            },
            Status::Cancelled => State::Cancelled { reason: reason()? },
            Status::Ended => State::Ended { reason: reason()? },
        })
    }

    fn dispatch(&self) -> Result<Option<Dispatch>, &'static str> {
        if self.kind != "DISPATCH" {
            return Ok(None);
        }
        let objection = match (self.objected_at, self.objected_by) {
            (Some(at), Some(by)) => Some(Objection {
                at: at.into(),
                by,
                reason: optional_text(self.objection.as_deref(), "objection")?.ok_or("objection")?,
                decide_by: self.objection_due_at.map(Timestamp::from).ok_or("objection_due_at")?,
            }),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err("objected_at"),
        };
        Ok(Some(Dispatch { object_by: self.object_due_at.map(Timestamp::from), objection }))
    }

    fn cancel_ask(&self) -> Result<Option<CancelAsk>, &'static str> {
        let Some(side) = &self.cancel_asked_side else {
            return Ok(None);
        };
        Ok(Some(CancelAsk {
            side: side.parse().map_err(|_| "cancel_asked_side")?,
            at: self.cancel_asked_at.map(Timestamp::from).ok_or("cancel_asked_at")?,
            reason: optional_text(self.cancel_reason.as_deref(), "cancel_reason")?.ok_or("cancel_reason")?,
            respond_by: self.cancel_respond_by.map(Timestamp::from).ok_or("cancel_respond_by")?,
        }))
    }
}

fn consent(at: Option<At>, by: Option<AccountId>, column: &'static str) -> Result<Option<Consent>, &'static str> {
    match (at, by) {
        (Some(at), Some(by)) => Ok(Some(Consent { at: at.into(), by })),
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => Err(column),
    }
}
