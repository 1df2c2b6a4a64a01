//! Records of which the served enterprise has said nothing in time, and years that are over.

use super::{Deed, Shift};
use crate::{
    kernel::id::{FiledRecordId, PostingId},
    ops::{Failure, record::moved},
    store::{self, Tx, audit::Effect},
};

/// Notes that nobody has verified a record in time (F5); somebody still may.
pub(super) fn unverify(shift: &Shift, tx: &mut Tx, id: FiledRecordId) -> Result<Option<Deed>, Failure> {
    let Some(before) = store::record_standing::get(tx, id)? else {
        return Ok(None);
    };
    // Verified or disputed since it was found.
    let Ok(after) = before.clone().unverify(shift.now) else {
        return Ok(None);
    };
    store::record_standing::save(tx, &after, before.version)?;
    Ok(Some(Deed { action: "record.unverify", effects: vec![moved(&before, &after)] }))
}

/// Seals a year of a posting's records: nothing is filed in it any more, and its checkpoint stays when
/// the records are removed one day.
pub(super) fn seal(shift: &Shift, tx: &mut Tx, posting: PostingId, year: i32) -> Result<Option<Deed>, Failure> {
    let Some((records, hash)) = store::record_segment::seal(tx, posting, year, shift.now)? else {
        return Ok(None);
    };
    let effect = Effect::changed(posting).number("year", year).number("records", records).code("hash", hash);
    Ok(Some(Deed { action: "record.seal", effects: vec![effect] }))
}
