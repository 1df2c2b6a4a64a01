//! Projects whose time has come: confirmed ones close, and with the last one of a demand the demand.

use super::{Deed, Shift, demand::after_project};
use crate::{
    kernel::id::ProjectId,
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
    effects.extend(after_project(shift, tx, after.demand)?);
    Ok(Some(Deed { action: "project.close", effects }))
}
