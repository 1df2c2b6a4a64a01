//! How much of a resource is agreed in each period: the counter that two claims for the last unit
//! meet at.

use std::collections::BTreeMap;

use diesel::{
    dsl::{exists, select},
    prelude::*,
};

use super::{
    Reader, StoreError, StoreResult, Tx,
    schema::{resource, resource_period},
};
use crate::{
    domain::period::Period,
    kernel::{
        id::ResourceId,
        quantity::{Capacity, Quantity},
    },
};

/// What a period had to give and how much of it is agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    pub capacity: u32,
    pub taken: u32,
}

/// Takes a quantity for an agreed claim; `false` when the resource is not listed or the period has
/// not that much left. `capacity` is what a period begins with that nobody has used yet.
pub fn take(tx: &mut Tx, id: ResourceId, period: Period, capacity: Capacity, quantity: Quantity) -> StoreResult<bool> {
    if taken_up(tx, id, period, quantity)? {
        return Ok(true);
    }
    let known = resource_period::table.find((id, period.to_string()));
    if select(exists(known)).get_result(tx.conn())? {
        return Ok(false);
    }
    diesel::insert_into(resource_period::table)
        .values((
            resource_period::resource.eq(id),
            resource_period::period.eq(period.to_string()),
            resource_period::capacity.eq(capacity.column()),
            resource_period::taken.eq(0),
        ))
        .execute(tx.conn())
        .map_err(first_of_the_period)?;
    taken_up(tx, id, period, quantity)
}

/// Gives back what a cancelled claim had taken.
pub fn give_back(tx: &mut Tx, id: ResourceId, period: Period, quantity: Quantity) -> StoreResult<()> {
    let given = diesel::update(resource_period::table.find((id, period.to_string())))
        .filter(resource_period::taken.ge(quantity.column()))
        .set(resource_period::taken.eq(resource_period::taken - quantity.column()))
        .execute(tx.conn())?;
    if given == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Gives the present period and the later ones another capacity; `false` when more is agreed in one
/// of them. Earlier periods keep what they had.
pub fn set_capacity(tx: &mut Tx, id: ResourceId, present: Period, capacity: Capacity) -> StoreResult<bool> {
    // Later periods of the same sort have greater texts.
    let ahead = resource_period::resource.eq(id).and(resource_period::period.ge(present.to_string()));
    let too_small = resource_period::table.filter(ahead.clone()).filter(resource_period::taken.gt(capacity.column()));
    if select(exists(too_small)).get_result(tx.conn())? {
        return Ok(false);
    }
    diesel::update(resource_period::table.filter(ahead))
        .set(resource_period::capacity.eq(capacity.column()))
        .execute(tx.conn())?;
    Ok(true)
}

/// How much of a period is agreed.
pub fn taken_in(reader: &mut Reader, id: ResourceId, period: Period) -> StoreResult<u32> {
    Ok(uses(reader, &[(id, period)])?.get(&(id, period)).map_or(0, |used| used.taken))
}

/// The periods that are in use, of those asked for: the others have their whole capacity. The
/// resources themselves must have been seen through a scope.
pub fn uses(reader: &mut Reader, keys: &[(ResourceId, Period)]) -> StoreResult<BTreeMap<(ResourceId, Period), Use>> {
    let ids: Vec<ResourceId> = keys.iter().map(|(id, _)| *id).collect();
    let periods: Vec<String> = keys.iter().map(|(_, period)| period.to_string()).collect();
    let rows: Vec<(ResourceId, String, i32, i32)> = resource_period::table
        .filter(resource_period::resource.eq_any(ids).and(resource_period::period.eq_any(periods)))
        .select((resource_period::resource, resource_period::period, resource_period::capacity, resource_period::taken))
        .load(reader.conn())?;
    let mut found = BTreeMap::new();
    for (id, period, capacity, taken) in rows {
        let period = period.parse().map_err(|_| corrupt(id, "period"))?;
        let capacity = u32::try_from(capacity).map_err(|_| corrupt(id, "capacity"))?;
        let taken = u32::try_from(taken).map_err(|_| corrupt(id, "taken"))?;
        found.insert((id, period), Use { capacity, taken });
    }
    found.retain(|key, _| keys.contains(key));
    Ok(found)
}

fn taken_up(tx: &mut Tx, id: ResourceId, period: Period, quantity: Quantity) -> StoreResult<bool> {
    let listed = resource::table.filter(resource::id.eq(id).and(resource::status.eq("LISTED"))).select(resource::id);
    let taken = diesel::update(resource_period::table.find((id, period.to_string())))
        .filter(resource_period::resource.eq_any(listed))
        .filter((resource_period::taken + quantity.column()).le(resource_period::capacity))
        .set(resource_period::taken.eq(resource_period::taken + quantity.column()))
        .execute(tx.conn())?;
    Ok(taken == 1)
}

/// Another transaction has just opened the period: run again behind it.
fn first_of_the_period(error: diesel::result::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Unique(_) => StoreError::Conflict,
        other => other,
    }
}

fn corrupt(id: ResourceId, what: &str) -> StoreError {
    StoreError::Corrupt { table: "resource_period", id: id.to_string(), what: what.to_owned() }
}
