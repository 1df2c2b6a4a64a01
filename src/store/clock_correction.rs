//! Ends of running clocks that were counted anew.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;

use super::{Reader, StoreError, StoreResult, Tx, schema::clock_correction, types::At};
use crate::{
    domain::clock::Clock,
    kernel::{
        district::District,
        id::{ClockCorrectionId, Id, Kind},
    },
};

/// That the end of a clock has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correction {
    pub clock: Clock,
    pub old_due_at: Timestamp,
    pub new_due_at: Timestamp,
}

/// The year whose table was replaced, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occasion {
    pub year: i16,
    pub at: Timestamp,
}

/// The corrections of each object, the oldest first; an object without any is left out. The objects
/// themselves must have been seen through a scope.
pub fn of_objects<K: Kind + 'static>(reader: &mut Reader, objects: &[Id<K>]) -> StoreResult<HashMap<Id<K>, Vec<Correction>>> {
    let rows: Vec<(Id<K>, String, At, At)> = clock_correction::table
        .filter(clock_correction::object.eq_any(objects.to_vec()))
        .order((clock_correction::corrected_at.asc(), clock_correction::id.asc()))
        .select((clock_correction::object, clock_correction::clock, clock_correction::old_due_at, clock_correction::new_due_at))
        .load(reader.conn())?;
    let mut found: HashMap<Id<K>, Vec<Correction>> = HashMap::new();
    for (object, clock, old, new) in rows {
        let clock = clock.parse().map_err(|_| StoreError::Corrupt {
            table: "clock_correction",
            id: object.to_string(),
            what: "clock".to_owned(),
        })?;
        let correction = Correction { clock, old_due_at: old.into(), new_due_at: new.into() };
        found.entry(object).or_default().push(correction);
    }
    Ok(found)
}

/// Enters a correction of an object's clock.
pub fn insert<K: Kind + 'static>(
    tx: &mut Tx,
    id: ClockCorrectionId,
    (district, object): (&District, Id<K>),
    correction: Correction,
    occasion: Occasion,
) -> StoreResult<()> {
    diesel::insert_into(clock_correction::table)
        .values((
            clock_correction::id.eq(id),
            clock_correction::district.eq(district.as_str()),
            clock_correction::object.eq(object),
            clock_correction::clock.eq(correction.clock.name()),
            clock_correction::old_due_at.eq(At(correction.old_due_at)),
            clock_correction::new_due_at.eq(At(correction.new_due_at)),
            clock_correction::year.eq(i32::from(occasion.year)),
            clock_correction::corrected_at.eq(At(occasion.at)),
        ))
        .execute(tx.conn())?;
    Ok(())
}
