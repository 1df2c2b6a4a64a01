//! Resources whose day has come: reminders, going stale, the end of a pause, the end of all.

use super::{Deed, Shift};
use crate::{
    domain::resource::{Resource, ResourceError},
    kernel::{calendar::shanghai_date, id::ResourceId, text::Reason},
    ops::{
        Failure,
        resource::{end_claims, moved},
    },
    store::{self, StoreError, Tx, audit::Effect},
};

/// Why the system retires a resource.
const ENDED: &str = "有效期已过。";

/// Reminds whoever offers a resource to say that it is still true; twice at most.
pub(super) fn remind(shift: &Shift, tx: &mut Tx, id: ResourceId) -> Result<Option<Deed>, Failure> {
    let Some((effect, after)) = step(tx, id, |resource| resource.remind(shanghai_date(shift.now)))? else {
        return Ok(None);
    };
    let effect = effect.number("reminded", after.assurance.map_or(0, |assurance| assurance.reminded));
    Ok(Some(Deed { action: "resource.remind", effects: vec![effect] }))
}

/// Takes a resource off the list that nobody has said for too long to be true.
pub(super) fn go_stale(shift: &Shift, tx: &mut Tx, id: ResourceId) -> Result<Option<Deed>, Failure> {
    let gone = step(tx, id, |resource| resource.go_stale(shanghai_date(shift.now)))?;
    Ok(gone.map(|(effect, _)| Deed { action: "resource.go_stale", effects: vec![effect] }))
}

/// Brings a paused resource back to the list on its day.
pub(super) fn end_pause(shift: &Shift, tx: &mut Tx, id: ResourceId) -> Result<Option<Deed>, Failure> {
    let back = step(tx, id, |resource| resource.end_pause(shanghai_date(shift.now)))?;
    Ok(back.map(|(effect, _)| Deed { action: "resource.end_pause", effects: vec![effect] }))
}

/// Retires a resource whose last day has passed: its pending claims end, agreed ones go on.
pub(super) fn end(shift: &Shift, tx: &mut Tx, id: ResourceId) -> Result<Option<Deed>, Failure> {
    let reason = Reason::parse(ENDED)
        .map_err(|e| Failure::Store(StoreError::Corrupt { table: "resource", id: id.to_string(), what: e.to_string() }))?;
    let Some((effect, _)) = step(tx, id, |resource| resource.end(shanghai_date(shift.now), reason.clone()))? else {
        return Ok(None);
    };
    let mut effects = vec![effect];
    effects.extend(end_claims(tx, id, shift.now)?);
    Ok(Some(Deed { action: "resource.end", effects }))
}

/// Takes a step with a resource; `None` is that it is not possible (any more), and nothing is changed.
fn step(
    tx: &mut Tx,
    id: ResourceId,
    take: impl Fn(Resource) -> Result<Resource, ResourceError>,
) -> Result<Option<(Effect, Resource)>, Failure> {
    let Some(before) = store::resource::get(tx, id)? else {
        return Ok(None);
    };
    let Ok(after) = take(before.clone()) else {
        return Ok(None);
    };
    store::resource::save(tx, &after, before.version)?;
    Ok(Some((moved(&before, &after), after)))
}
