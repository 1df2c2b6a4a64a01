//! The clocks of demands in the database, and which have run out.

use diesel::{prelude::*, sql_types::Bool};
use jiff::{Timestamp, civil::Date};

use super::{
    Reader, StoreError, StoreResult,
    columns::optional_text,
    conn::MultiBackend,
    schema::demand,
    types::{At, On},
};
use crate::{
    domain::demand::{Appeal, Demand, Dismissal, Listing, Objection, State, Unclaimed},
    kernel::{
        calendar::{shanghai_date, start_of_day},
        district::District,
        id::DemandId,
    },
};

/// The columns that a state's clocks stand in.
#[derive(Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = demand, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Clocks {
    triage_due_at: Option<At>,
    unclaimed_due_at: Option<At>,
    escalate_due_at: Option<At>,
    reminded_at: Option<At>,
    escalated_at: Option<At>,
    decide_due_at: Option<At>,
    expires_on: Option<On>,
    review_on: Option<On>,
    object_due_at: Option<At>,
    objected_at: Option<At>,
    objection: Option<String>,
    objection_due_at: Option<At>,
    dismissed_at: Option<At>,
    dismissal: Option<String>,
    expired_at: Option<At>,
    renew_until: Option<On>,
}

impl Clocks {
    pub(super) fn of(demand: &Demand) -> Self {
        let none = Self::default();
        match &demand.state {
            State::Draft | State::Returned { .. } | State::Merged { .. } => none,
            State::Submitted { triage_due_at } => Self { triage_due_at: Some(At(*triage_due_at)), ..none },
            State::Listed(listing) => Self::of_listing(listing),
            State::Parked { review_on, .. } => Self { review_on: Some(On(*review_on)), ..none },
            State::Closed { appeal, .. } => appeal.as_ref().map_or(none, Self::of_appeal),
            State::Expired { at, renew_until } => Self { expired_at: Some(At(*at)), renew_until: Some(On(*renew_until)), ..none },
        }
    }

    fn of_listing(listing: &Listing) -> Self {
        let waiting = listing.unclaimed.as_ref();
        Self {
            unclaimed_due_at: waiting.map(|waiting| At(waiting.remind_due_at)),
            escalate_due_at: waiting.map(|waiting| At(waiting.escalate_due_at)),
            reminded_at: waiting.and_then(|waiting| waiting.reminded_at).map(At),
            escalated_at: waiting.and_then(|waiting| waiting.escalated_at).map(At),
            decide_due_at: listing.decide_due_at.map(At),
            expires_on: listing.expires_on.map(On),
            ..Self::default()
        }
    }

    fn of_appeal(appeal: &Appeal) -> Self {
        let objection = appeal.objection.as_ref();
        let dismissal = objection.and_then(|objection| objection.dismissal.as_ref());
        Self {
            object_due_at: Some(At(appeal.object_due_at)),
            objected_at: objection.map(|objection| At(objection.at)),
            objection: objection.map(|objection| objection.reason.to_string()),
            objection_due_at: objection.map(|objection| At(objection.decide_due_at)),
            dismissed_at: dismissal.map(|dismissal| At(dismissal.at)),
            dismissal: dismissal.map(|dismissal| dismissal.reason.to_string()),
            ..Self::default()
        }
    }

    pub(super) fn triage(&self) -> Result<Timestamp, &'static str> {
        Ok(self.triage_due_at.ok_or("triage_due_at")?.into())
    }

    pub(super) fn listing(&self) -> Result<Listing, &'static str> {
        let unclaimed = match (self.unclaimed_due_at, self.escalate_due_at) {
            (Some(remind_due_at), Some(escalate_due_at)) => Some(Unclaimed {
                remind_due_at: remind_due_at.into(),
                escalate_due_at: escalate_due_at.into(),
                reminded_at: self.reminded_at.map(Into::into),
                escalated_at: self.escalated_at.map(Into::into),
            }),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err("escalate_due_at"),
        };
        Ok(Listing { unclaimed, decide_due_at: self.decide_due_at.map(Into::into), expires_on: self.expires_on.map(Into::into) })
    }

    pub(super) fn review(&self) -> Result<Date, &'static str> {
        Ok(self.review_on.ok_or("review_on")?.into())
    }

    pub(super) fn appeal(&self) -> Result<Option<Appeal>, &'static str> {
        let Some(object_due_at) = self.object_due_at else {
            return Ok(None);
        };
        Ok(Some(Appeal { object_due_at: object_due_at.into(), objection: self.objection()? }))
    }

    fn objection(&self) -> Result<Option<Objection>, &'static str> {
        let Some(at) = self.objected_at else {
            return Ok(None);
        };
        let dismissal = match self.dismissed_at {
            Some(at) => Some(Dismissal {
                at: at.into(),
                reason: optional_text(self.dismissal.as_deref(), "dismissal")?.ok_or("dismissal")?,
            }),
            None => None,
        };
        Ok(Some(Objection {
            at: at.into(),
            reason: optional_text(self.objection.as_deref(), "objection")?.ok_or("objection")?,
            decide_due_at: self.objection_due_at.ok_or("objection_due_at")?.into(),
            dismissal,
        }))
    }

    pub(super) fn expired(&self) -> Result<State, &'static str> {
        Ok(State::Expired {
            at: self.expired_at.ok_or("expired_at")?.into(),
            renew_until: self.renew_until.ok_or("renew_until")?.into(),
        })
    }
}

/// A demand for which something is due, since when, and whose district it is in.
pub type DueDemand = (Timestamp, District, DemandId);
type Condition = Box<dyn BoxableExpression<demand::table, MultiBackend, SqlType = Bool>>;

/// Demands that nobody has claimed in time and whose duty unit has not been reminded, the longest
/// waiting first; of all districts, like the others here.
pub fn due_to_remind(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueDemand>> {
    let due = demand::unclaimed_due_at.is_not_null().and(demand::unclaimed_due_at.assume_not_null().le(At(now)));
    let rows: Vec<(Option<At>, String, DemandId)> = demand::table
        .filter(unclaimed().and(demand::reminded_at.is_null()).and(due))
        .order((demand::unclaimed_due_at.asc(), demand::id.asc()))
        .limit(most.into())
        .select((demand::unclaimed_due_at, demand::district, demand::id))
        .load(reader.conn())?;
    rows.into_iter().map(|(at, district, id)| due_at(at.map(|at| at.0), &district, id)).collect()
}

/// The same for those that the coordinator takes over.
pub fn due_to_escalate(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueDemand>> {
    let due = demand::escalate_due_at.is_not_null().and(demand::escalate_due_at.assume_not_null().le(At(now)));
    let rows: Vec<(Option<At>, String, DemandId)> = demand::table
        .filter(unclaimed().and(demand::escalated_at.is_null()).and(due))
        .order((demand::escalate_due_at.asc(), demand::id.asc()))
        .limit(most.into())
        .select((demand::escalate_due_at, demand::district, demand::id))
        .load(reader.conn())?;
    rows.into_iter().map(|(at, district, id)| due_at(at.map(|at| at.0), &district, id)).collect()
}

/// Demands whose time is over and of which nothing is agreed.
pub fn due_to_expire(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueDemand>> {
    let due = demand::expires_on.is_not_null().and(demand::expires_on.assume_not_null().le(On(shanghai_date(now))));
    let rows: Vec<(Option<On>, String, DemandId)> = demand::table
        .filter(unclaimed().and(due))
        .order((demand::expires_on.asc(), demand::id.asc()))
        .limit(most.into())
        .select((demand::expires_on, demand::district, demand::id))
        .load(reader.conn())?;
    rows.into_iter().map(|(day, district, id)| due_at(day.map(|day| start_of_day(day.0)), &district, id)).collect()
}

/// Parked demands whose day has come.
pub fn due_to_return(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueDemand>> {
    let due = demand::review_on.is_not_null().and(demand::review_on.assume_not_null().le(On(shanghai_date(now))));
    let rows: Vec<(Option<On>, String, DemandId)> = demand::table
        .filter(demand::status.eq("PARKED").and(due))
        .order((demand::review_on.asc(), demand::id.asc()))
        .limit(most.into())
        .select((demand::review_on, demand::district, demand::id))
        .load(reader.conn())?;
    rows.into_iter().map(|(day, district, id)| due_at(day.map(|day| start_of_day(day.0)), &district, id)).collect()
}

fn unclaimed() -> Condition {
    Box::new(demand::status.eq("LISTED").and(demand::agreed_quantity.eq(0)))
}

fn due_at(since: Option<Timestamp>, district: &str, id: DemandId) -> StoreResult<DueDemand> {
    let corrupt = |what: &str| StoreError::Corrupt { table: "demand", id: id.to_string(), what: what.to_owned() };
    let since = since.ok_or_else(|| corrupt("a clock without an end"))?;
    Ok((since, district.parse().map_err(|_| corrupt("district"))?, id))
}
