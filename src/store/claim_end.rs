//! What happens to open claims when the demand or the resource they are about goes away.

use diesel::{prelude::*, sql_types::Bool};
use jiff::Timestamp;

use super::{
    StoreResult, Tx,
    claim::OPEN,
    conn::MultiBackend,
    ended::{Ended, all_changed},
    schema::claim,
    types::At,
};
use crate::{
    domain::demand::{Demand, State},
    kernel::id::{ClaimId, ResourceId},
};

/// The reason that both sides of a claim read when its resource was retired.
const RESOURCE_RETIRED: &str = "资源已停止提供。";

/// Ends the open claims on a demand that has left the list; answers which.
pub fn end_open_of_demand(tx: &mut Tx, demand: &Demand, now: Timestamp) -> StoreResult<Vec<Ended<ClaimId>>> {
    let id = demand.id;
    end_open(tx, || Box::new(claim::demand.eq(id)), why_ended(&demand.state), now)
}

/// The reason that both sides of a claim read when its demand has left the list.
fn why_ended(state: &State) -> &'static str {
    match state {
        State::Parked { .. } => "需求已暂缓。",
        State::Expired { .. } => "需求已过期。",
        State::Closed { appeal: Some(_), .. } => "需求已办结。",
        State::Closed { appeal: None, .. }
        | State::Draft
        | State::Submitted { .. }
        | State::Returned { .. }
        | State::Listed(_)
        | State::Merged { .. } => "需求已撤回。",
    }
}

/// Ends the open claims on a resource that was retired; answers which. Agreed ones go on.
pub fn end_open_of_resource(tx: &mut Tx, id: ResourceId, now: Timestamp) -> StoreResult<Vec<Ended<ClaimId>>> {
    end_open(tx, || Box::new(claim::resource.is_not_null().and(claim::resource.assume_not_null().eq(id))), RESOURCE_RETIRED, now)
}

type Condition = Box<dyn BoxableExpression<claim::table, MultiBackend, SqlType = Bool>>;

fn end_open(tx: &mut Tx, about: impl Fn() -> Condition, reason: &str, now: Timestamp) -> StoreResult<Vec<Ended<ClaimId>>> {
    let open = || claim::table.filter(about()).filter(claim::status.eq_any(OPEN));
    let found: Vec<(ClaimId, String)> = open().order(claim::id.asc()).select((claim::id, claim::status)).load(tx.conn())?;
    let changed = diesel::update(open())
        .set((
            claim::status.eq("ENDED"),
            claim::status_reason.eq(reason),
            claim::settled_at.eq(At(now)),
            claim::version.eq(claim::version + 1),
        ))
        .execute(tx.conn())?;
    all_changed(found, changed)
}
