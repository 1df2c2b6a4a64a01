//! The monthly draw of call-backs, on the first working day after the month.

use jiff::Timestamp;

use super::{Deed, Shift};
use crate::{
    domain::call_back::Seed,
    kernel::{
        calendar::{Month, start_of_day},
        district::District,
    },
    ops::{Failure, call_back::Wanted},
    store::{self, Reader, StoreResult, Tx},
};

/// Months whose draw should have been made by now.
pub(super) fn due_to_draw(reader: &mut Reader, now: Timestamp) -> StoreResult<Vec<(Timestamp, District, Month)>> {
    let months = store::call_back::months_without_draw(reader, now)?;
    if months.is_empty() {
        return Ok(Vec::new());
    }
    let calendar = store::calendar::load(reader)?;
    let due_at = |month: Month| {
        let first = month.next().first_day();
        // What cannot be counted is due at once.
        calendar.workday_from(first).map_or(start_of_day(first), |due| start_of_day(due.date))
    };
    let due = months.into_iter().map(|(district, month)| (due_at(month), district, month));
    Ok(due.filter(|(due_at, ..)| *due_at <= now).collect())
}

/// Draws the call-backs of a month.
pub(super) fn draw(shift: &Shift, tx: &mut Tx, month: Month) -> Result<Option<Deed>, Failure> {
    if store::call_back::draw_of(tx, &shift.district, month)?.is_some() {
        return Ok(None);
    }
    let seed = Seed::new(shift.entropy.bytes());
    let wanted = Wanted { id: shift.new_id(), district: shift.district.clone(), month, seed, at: shift.now };
    let (_, effects) = wanted.make(tx, &shift.rules, || shift.new_id())?;
    Ok(Some(Deed { action: "call_back.draw", effects }))
}
