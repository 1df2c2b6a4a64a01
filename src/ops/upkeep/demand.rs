//! Demands whose time has come: unclaimed ones are told of, parked ones come back, old ones expire;
//! and what becomes of one when its last project closes.

use jiff::ToSpan as _;

use super::{Deed, Shift};
use crate::{
    domain::{
        demand::{Demand, DemandError},
        rules::RuleCode,
    },
    kernel::{calendar::shanghai_date, id::DemandId},
    ops::{
        Failure,
        demand::{end_claims, listing, moved},
    },
    store::{self, Tx, audit::Effect},
};

/// Reminds the duty unit of a demand that nobody has claimed (D6).
pub(super) fn remind(shift: &Shift, tx: &mut Tx, id: DemandId) -> Result<Option<Deed>, Failure> {
    let Some((before, after)) = step(tx, id, |demand| demand.remind(shift.now))? else {
        return Ok(None);
    };
    let duty_unit = store::category::duty_unit(tx, after.terms.category)?;
    let effect = moved(&before, &after).code("reminded_at", shift.now).maybe("duty_unit", duty_unit);
    Ok(Some(Deed { action: "demand.remind", effects: vec![effect] }))
}

/// Makes a demand that nobody has claimed the coordinator's business (D6).
pub(super) fn escalate(shift: &Shift, tx: &mut Tx, id: DemandId) -> Result<Option<Deed>, Failure> {
    let Some((before, after)) = step(tx, id, |demand| demand.escalate(shift.now))? else {
        return Ok(None);
    };
    let effect = moved(&before, &after).code("escalated_at", shift.now);
    Ok(Some(Deed { action: "demand.escalate", effects: vec![effect] }))
}

/// Brings a parked demand back to the list on its day (D7).
pub(super) fn unpark(shift: &Shift, tx: &mut Tx, id: DemandId) -> Result<Option<Deed>, Failure> {
    let Some(parked) = store::demand::get(tx, id)? else {
        return Ok(None);
    };
    let listing = listing(&shift.calendar, &shift.rules, &parked.terms, shift.now)?;
    let back = |demand: Demand| demand.unpark(shift.now, shanghai_date(shift.now), listing);
    let Some((before, after)) = step(tx, id, back)? else {
        return Ok(None);
    };
    Ok(Some(Deed { action: "demand.unpark", effects: vec![moved(&before, &after)] }))
}

/// Takes a demand off the list whose time is over (D11); its pending claims end.
pub(super) fn expire(shift: &Shift, tx: &mut Tx, id: DemandId) -> Result<Option<Deed>, Failure> {
    let today = shanghai_date(shift.now);
    let days = i64::from(shift.rules.get(RuleCode::DemandRenew)).days();
    let off = |demand: Demand| demand.expire(shift.now, today, today.saturating_add(days));
    let Some((before, after)) = step(tx, id, off)? else {
        return Ok(None);
    };
    let mut effects = vec![moved(&before, &after)];
    effects.extend(end_claims(tx, &after, shift.now)?);
    Ok(Some(Deed { action: "demand.expire", effects }))
}

/// What becomes of a demand when a project for it has closed (D8): satisfied, once its whole quantity
/// is agreed and every project closed as solved; if not each was solved, the coordinator has to decide.
pub(super) fn after_project(shift: &Shift, tx: &mut Tx, id: DemandId) -> Result<Option<Effect>, Failure> {
    if store::project::open_of(tx, id)? > 0 {
        return Ok(None);
    }
    if store::project::unsolved_of(tx, id)? == 0 {
        // More of its quantity may still be open: then it stays on the list.
        let satisfied = step(tx, id, |demand| demand.satisfy(shift.now))?;
        return Ok(satisfied.map(|(before, after)| moved(&before, &after).code("outcome", "SATISFIED")));
    }
    let due = shift.workdays(RuleCode::DemandDecide)?;
    let awaited = step(tx, id, |demand| demand.await_decision(due.at))?;
    Ok(awaited.map(|(before, after)| moved(&before, &after)))
}

/// Takes a step with a demand; `None` is that it is not possible (any more), and nothing is changed.
fn step(
    tx: &mut Tx,
    id: DemandId,
    take: impl Fn(Demand) -> Result<Demand, DemandError>,
) -> Result<Option<(Demand, Demand)>, Failure> {
    let Some(before) = store::demand::get(tx, id)? else {
        return Ok(None);
    };
    let Ok(after) = take(before.clone()) else {
        return Ok(None);
    };
    store::demand::save(tx, &after, before.version)?;
    Ok(Some((before, after)))
}
