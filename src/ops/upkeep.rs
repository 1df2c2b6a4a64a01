//! What the system does by itself when its time has come.

use jiff::Timestamp;

use super::{App, Failure};
use crate::{
    kernel::{
        district::District,
        id::{DemandId, ProjectId},
    },
    store::{
        self, Tx,
        audit::{Effect, Stamp},
    },
};

/// Projects that are looked for at a time.
const BATCH: u32 = 200;

/// Closes confirmed projects whose time has come (P8), and with the last one of a demand the demand
/// (D8). Answers how many projects it closed.
///
/// Each in a transaction of its own, so that one that fails holds up no other for longer than until
/// the next call; of two servers that do this at once, one closes a project and the other passes
/// it over.
pub async fn close_confirmed(app: &App) -> Result<usize, Failure> {
    let mut closed = 0;
    loop {
        let now = app.clock.now();
        let due = app.store.read(move |reader| store::project::due_to_close(reader, now, BATCH)).await?;
        let mut closed_now = 0;
        for (district, id) in due {
            closed_now += usize::from(close(app, district, id).await?);
        }
        closed += closed_now;
        // What is due and cannot be closed is left for the next call.
        if closed_now < BATCH as usize {
            return Ok(closed);
        }
    }
}

/// Answers whether it was this call that closed the project.
async fn close(app: &App, district: District, id: ProjectId) -> Result<bool, Failure> {
    let (clock, entropy) = (app.clock.clone(), app.entropy);
    let story = move |tx: &mut Tx| {
        tx.lock_district(&district)?;
        let now = clock.now();
        let Some(before) = store::project::get(tx, id)? else {
            return Ok(false);
        };
        // Closed by another server, or reopened by the enterprise, since it was found.
        let Ok(after) = before.clone().close(now) else {
            return Ok(false);
        };
        store::project::save(tx, &after, before.version)?;
        let mut effects = vec![Effect::moved(id, before.status().name(), after.status().name())];
        effects.extend(satisfy(tx, after.demand, now)?);
        let stamp = Stamp { id: entropy.id(now), at: now };
        Ok::<_, Failure>(store::audit::system(tx, &district, "project.close", stamp, &effects, true)?.into_inner())
    };
    app.store.write(story).await
}

/// Closes a demand whose whole quantity is agreed and whose projects are all closed as solved.
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
