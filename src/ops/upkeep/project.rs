//! Projects whose time has come: confirmed ones close, and with the last one of a demand the demand.

use jiff::Timestamp;

use super::{Deed, Shift};
use crate::{
    kernel::id::{DemandId, ProjectId},
    ops::Failure,
    store::{self, Tx, audit::Effect},
};

/// Closes a confirmed project whose time has come (P8).
pub(super) fn close(shift: &Shift, tx: &mut Tx, id: ProjectId) -> Result<Option<Deed>, Failure> {
    let Some(before) = store::project::get(tx, id)? else {
        return Ok(None);
    };
    // Closed by another server, or reopened by the enterprise, since it was found.
    let Ok(after) = before.clone().close(shift.now) else {
        return Ok(None);
    };
    store::project::save(tx, &after, before.version)?;
    let mut effects = vec![Effect::moved(id, before.status().name(), after.status().name())];
    effects.extend(satisfy(tx, after.demand, shift.now)?);
    Ok(Some(Deed { action: "project.close", effects }))
}

/// Closes a demand whose whole quantity is agreed and whose projects are all closed as solved (D8).
fn satisfy(tx: &mut Tx, id: DemandId, now: Timestamp) -> Result<Option<Effect>, Failure> {
    if store::project::unsolved_of(tx, id)? > 0 {
        return Ok(None);
    }
    let Some(before) = store::demand::get(tx, id)? else {
        return Ok(None);
    };
    // More of its quantity is still open: it stays on the list.
    let Ok(after) = before.clone().satisfy(now) else {
        return Ok(None);
    };
    store::demand::save(tx, &after, before.version)?;
    Ok(Some(Effect::moved(id, before.status().name(), after.status().name()).code("outcome", "SATISFIED")))
}
