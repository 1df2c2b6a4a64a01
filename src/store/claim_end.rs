//! What happens to open claims when the demand or the resource they are about goes away.

use diesel::{prelude::*, sql_types::Bool};
use jiff::Timestamp;

use super::{StoreError, StoreResult, Tx, conn::MultiBackend, schema::claim, types::At};
use crate::kernel::id::{ClaimId, DemandId, ResourceId};

/// The reason that both sides of a claim read when its demand was withdrawn.
const DEMAND_WITHDRAWN: &str = "需求已撤回。";
/// The reason that both sides of a claim read when its resource was retired.
const RESOURCE_RETIRED: &str = "资源已停止提供。";

/// Ends the pending claims on a demand that was withdrawn; answers which.
pub fn end_pending_of_demand(tx: &mut Tx, id: DemandId, now: Timestamp) -> StoreResult<Vec<ClaimId>> {
    end_pending(tx, || Box::new(claim::demand.eq(id)), DEMAND_WITHDRAWN, now)
}

/// Ends the pending claims on a resource that was retired; answers which. Agreed ones go on.
pub fn end_pending_of_resource(tx: &mut Tx, id: ResourceId, now: Timestamp) -> StoreResult<Vec<ClaimId>> {
    end_pending(
        tx,
        || Box::new(claim::resource.is_not_null().and(claim::resource.assume_not_null().eq(id))),
        RESOURCE_RETIRED,
        now,
    )
}

type Condition = Box<dyn BoxableExpression<claim::table, MultiBackend, SqlType = Bool>>;

fn end_pending(tx: &mut Tx, about: impl Fn() -> Condition, reason: &str, now: Timestamp) -> StoreResult<Vec<ClaimId>> {
    let pending = claim::status.eq("PENDING");
    let ids: Vec<ClaimId> =
        claim::table.filter(about()).filter(pending).select(claim::id).order(claim::id.asc()).load(tx.conn())?;
    let ended = diesel::update(claim::table.filter(about()).filter(pending))
        .set((
            claim::status.eq("ENDED"),
            claim::status_reason.eq(reason),
            claim::settled_at.eq(At(now)),
            claim::version.eq(claim::version + 1),
        ))
        .execute(tx.conn())?;
    // The district's writes are serial, so the two statements mean the same rows.
    if ended == ids.len() { Ok(ids) } else { Err(StoreError::Stale) }
}
