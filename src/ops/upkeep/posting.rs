//! Postings that have run out.

use super::{Deed, Shift};
use crate::{
    kernel::{calendar::shanghai_date, id::PostingId},
    ops::{Failure, posting::moved},
    store::{self, Tx},
};

/// Ends a posting whose last day has passed.
pub(super) fn end(shift: &Shift, tx: &mut Tx, id: PostingId) -> Result<Option<Deed>, Failure> {
    let Some(before) = store::posting::get(tx, id)? else {
        return Ok(None);
    };
    // Ended by people since it was found.
    let Ok(after) = before.clone().run_out(shift.now, shanghai_date(shift.now)) else {
        return Ok(None);
    };
    store::posting::save(tx, &after, before.version)?;
    Ok(Some(Deed { action: "posting.run_out", effects: vec![moved(&before, &after)] }))
}
