//! Claims whose time has come: what nobody answers lapses, and a final dispatch goes to the unit
//! that stands in.

use jiff::{ToSpan, civil::Date};

use super::{Deed, Shift};
use crate::{
    domain::{
        claim::{Claim, Dispatch, Kind, Plan, Side, State},
        demand, organisation,
        rules::RuleCode,
    },
    kernel::{
        calendar::shanghai_date,
        id::{ClaimId, OrganisationId},
        reference::Series,
        version::Version,
    },
    ops::{Failure, claim::made},
    store::{self, Tx, audit::Effect},
};

/// Lets a claim lapse that nobody has answered in time (C5).
pub(super) fn lapse(shift: &Shift, tx: &mut Tx, id: ClaimId) -> Result<Option<Deed>, Failure> {
    let Some(before) = store::claim::get(tx, id)? else {
        return Ok(None);
    };
    // Answered since it was found, or given more time.
    let Ok(after) = before.clone().lapse(shift.now) else {
        return Ok(None);
    };
    store::claim::save(tx, &after, before.version)?;
    let waited_for = before.missing().map(<&str>::from);
    let mut effects = vec![Effect::moved(id, before.status().name(), after.status().name()).maybe("side", waited_for)];
    if before.is_final() && before.missing() == Some(Side::Provider) {
        effects.extend(stand_in(shift, tx, &after)?);
    }
    Ok(Some(Deed { action: "claim.lapse", effects }))
}

/// Dispatches to the unit that stands in what a department did not answer for, if there is one that
/// can. It has the last word of the coordinator already, so it cannot object.
fn stand_in(shift: &Shift, tx: &mut Tx, lapsed: &Claim) -> Result<Option<Effect>, Failure> {
    let Some(unit) = able_unit(shift, tx, lapsed)? else {
        return Ok(None);
    };
    let claim = Claim {
        id: shift.new_id(),
        version: Version::FIRST,
        ref_no: store::number::next(tx, Series::Claim, &shift.district, shift.now)?,
        kind: Kind::Dispatch,
        resource: None,
        provider: unit,
        plan: postponed(&lapsed.plan, shanghai_date(shift.now)),
        demand_consent: None,
        provider_consent: None,
        state: State::Pending { missing: Side::Provider },
        respond_by: shift.workdays(RuleCode::ClaimRespond)?.at,
        cancel_ask: None,
        dispatch: Some(Dispatch::FINAL),
        created_at: shift.now,
        settled_at: None,
        ..lapsed.clone()
    };
    store::claim::insert(tx, &claim)?;
    Ok(Some(made(&claim).code("stands_in_for", lapsed.id)))
}

fn able_unit(shift: &Shift, tx: &mut Tx, lapsed: &Claim) -> Result<Option<OrganisationId>, Failure> {
    let settings = store::district::find(tx, &shift.district)?;
    let Some(unit) = settings.and_then(|district| district.backstop) else {
        return Ok(None);
    };
    let is_another = unit != lapsed.provider && unit != lapsed.demand_organisation;
    let is_active = store::organisation::get(tx, unit)?.is_some_and(|unit| unit.status() == organisation::Status::Active);
    let wanted = store::demand::get(tx, lapsed.demand)?
        .is_some_and(|demand| demand.status() == demand::Status::Listed && demand.open_quantity() >= lapsed.quantity.get());
    let able = is_another && is_active && wanted && !store::claim::is_open_between(tx, lapsed.demand, unit)?;
    Ok(able.then_some(unit))
}

/// The plan with as many days, from today if it should have begun before.
fn postponed(plan: &Plan, today: Date) -> Plan {
    let start = plan.start.max(today);
    let days = (plan.due - plan.start).get_days();
    Plan { start, due: start.saturating_add(days.days()), steps: plan.steps.clone() }
}
