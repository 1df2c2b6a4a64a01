//! What ends in the database with an organisation: demands, claims, resources.
//!
//! Each step is one statement over all rows of the organisation, guarded by the states that
//! `src/domain/demand.rs`, `claim.rs` and `resource.rs` let it start from. Rows are found and
//! changed whatever the scope of whoever closes the organisation: drafts end, too.

use diesel::prelude::*;
use jiff::Timestamp;

use super::{
    StoreResult, Tx,
    ended::{Ended, all_changed},
    schema::{claim, demand, resource},
    types::{At, On},
};
use crate::kernel::{
    id::{ClaimId, DemandId, OrganisationId, ResourceId},
    text::Reason,
};

/// The states that a demand can be withdrawn from (D9).
const OPEN_DEMANDS: [&str; 5] = ["DRAFT", "SUBMITTED", "RETURNED", "LISTED", "PARKED"];
/// The states that a resource can be retired from: all but the last.
const LIVING_RESOURCES: [&str; 4] = ["DRAFT", "LISTED", "PAUSED", "STALE"];

/// Withdraws the demands on which nothing is agreed (D9). One with an agreed claim goes on with its
/// project and stays as it is.
pub fn withdraw_demands(
    tx: &mut Tx,
    organisation: OrganisationId,
    reason: &Reason,
    at: Timestamp,
) -> StoreResult<Vec<Ended<DemandId>>> {
    let open = || {
        demand::table
            .filter(demand::organisation.eq(organisation))
            .filter(demand::status.eq_any(OPEN_DEMANDS))
            .filter(demand::agreed_quantity.eq(0))
    };
    let found: Vec<(DemandId, String)> = open().order(demand::id.asc()).select((demand::id, demand::status)).load(tx.conn())?;
    let changed = diesel::update(open())
        .set((
            demand::status.eq("CLOSED"),
            demand::outcome.eq("WITHDRAWN"),
            demand::status_reason.eq(reason.as_str()),
            demand::closed_at.eq(At(at)),
            demand::triage_due_at.eq(None::<At>),
            demand::unclaimed_due_at.eq(None::<At>),
            demand::escalate_due_at.eq(None::<At>),
            demand::reminded_at.eq(None::<At>),
            demand::escalated_at.eq(None::<At>),
            demand::expires_on.eq(None::<On>),
            demand::review_on.eq(None::<On>),
            demand::version.eq(demand::version + 1),
        ))
        .execute(tx.conn())?;
    all_changed(found, changed)
}

/// Ends the open claims in which the organisation is a side. Agreed ones go on.
pub fn end_claims(tx: &mut Tx, organisation: OrganisationId, reason: &Reason, at: Timestamp) -> StoreResult<Vec<Ended<ClaimId>>> {
    let open = || {
        claim::table
            .filter(claim::status.eq_any(super::claim::OPEN))
            .filter(claim::provider.eq(organisation).or(claim::demand_organisation.eq(organisation)))
    };
    let found: Vec<(ClaimId, String)> = open().order(claim::id.asc()).select((claim::id, claim::status)).load(tx.conn())?;
    let changed = diesel::update(open())
        .set((
            claim::status.eq("ENDED"),
            claim::status_reason.eq(reason.as_str()),
            claim::settled_at.eq(At(at)),
            claim::version.eq(claim::version + 1),
        ))
        .execute(tx.conn())?;
    all_changed(found, changed)
}

/// Retires the resources; what is agreed on them goes on.
pub fn retire_resources(tx: &mut Tx, organisation: OrganisationId, reason: &Reason) -> StoreResult<Vec<Ended<ResourceId>>> {
    let living =
        || resource::table.filter(resource::organisation.eq(organisation)).filter(resource::status.eq_any(LIVING_RESOURCES));
    let found: Vec<(ResourceId, String)> =
        living().order(resource::id.asc()).select((resource::id, resource::status)).load(tx.conn())?;
    let changed = diesel::update(living())
        .set((
            resource::status.eq("RETIRED"),
            resource::status_reason.eq(reason.as_str()),
            resource::paused_until.eq(None::<On>),
            resource::version.eq(resource::version + 1),
        ))
        .execute(tx.conn())?;
    all_changed(found, changed)
}
