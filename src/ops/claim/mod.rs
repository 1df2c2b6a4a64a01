//! What people do with claims: offer, request, dispatch, consent, decline, object, withdraw, cancel.
//!
//! Checks run in the order scope, permission, state, version, counters. The counters are moved in
//! the fixed order demand, resource; they, and not what was read before, decide who gets the last
//! unit.

mod answer;
mod cancel;
mod dispatch;
mod proposal;
mod propose;

pub use answer::{consent, decline, withdraw};
pub use cancel::{cancel, cancel_agree, cancel_ask};
pub use dispatch::{dispatch, dispatch_withdraw, object, objection_decide};
pub use proposal::Terms;
pub(super) use proposal::made;
pub use propose::{About, NewDemand, offer, request};

use super::{Failure, Scene};
use crate::{
    domain::{
        claim::{Claim, ClaimError, Shortage},
        demand::Demand,
    },
    kernel::{id::ClaimId, problem::Code},
    policy::{Subject, Subjected},
    store::{self, Tx, audit::Effect},
};

/// What withdrawing a claim is about: the side that made it, for the other has no say in it. What
/// neither side made, neither takes back.
pub fn withdrawal(claim: &Claim) -> Subject {
    match claim.kind.proposer() {
        Some(side) => claim.subject().only(side),
        None => Subject::of_district(claim.district.clone()).at(vec![claim.place]),
    }
}

fn find(cx: &Scene, tx: &mut Tx, id: ClaimId) -> Result<Claim, Failure> {
    store::claim::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("claim"))
}

/// The demand of a claim that was just seen; both sides see it as long as the claim is open.
fn demand_of(cx: &Scene, tx: &mut Tx, claim: &Claim) -> Result<Demand, Failure> {
    store::demand::find(tx, &cx.actor.scope(), claim.demand)?.ok_or(Failure::missing("claim"))
}

/// The effect of a step.
fn moved(before: &Claim, after: &Claim) -> Effect {
    Effect::moved(after.id, before.status().name(), after.status().name())
}

/// The effect on a demand of whose quantity so much is agreed now.
fn agreed(demand: &Demand, agreed: u32) -> Effect {
    let status = demand.status().name();
    Effect::moved(demand.id, status, status).number("agreed_quantity", agreed)
}

/// The effect on a resource of whose capacity in the claim's period so much is agreed now.
fn used(tx: &mut Tx, claim: &Claim) -> Result<Option<Effect>, Failure> {
    let Some(used) = claim.resource else {
        return Ok(None);
    };
    let taken = store::resource::taken_in(tx, used.resource, used.period)?;
    Ok(Some(Effect::changed(used.resource).code("period", used.period).number("taken", taken)))
}

/// The code that answers a shortage.
fn code_of(shortage: Shortage) -> Code {
    match shortage {
        Shortage::Quantity => Code::QuantityExceeded,
        Shortage::Capacity => Code::CapacityExceeded,
    }
}

impl From<ClaimError> for Failure {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::WrongState(_)
            | ClaimError::CancelAsked
            | ClaimError::CancelNotAsked
            | ClaimError::NotDispatched
            | ClaimError::NotDue => Self::refused(Code::InvalidState),
            ClaimError::NotYourTurn => Self::refused(Code::NotYourTurn),
            ClaimError::ObjectInstead => Self::refused(Code::ObjectInstead),
            ClaimError::Final => Self::refused(Code::FinalDispatch),
            ClaimError::AlreadyConsented => Self::refused(Code::AlreadyConsented),
            ClaimError::Superseded(shortage) => Self::refused(code_of(shortage)),
            ClaimError::TooLate => Self::refused(Code::TooLate),
        }
    }
}
