//! What people do with claims: offer, request, consent, decline, withdraw, cancel.
//!
//! Checks run in the order scope, permission, state, version, counters. The counters are moved in
//! the fixed order demand, resource; they, and not what was read before, decide who gets the last
//! unit.

mod answer;
mod cancel;
mod proposal;
mod propose;

pub use answer::{consent, decline, withdraw};
pub use cancel::{cancel, cancel_agree, cancel_ask};
pub use proposal::Terms;
pub use propose::{About, NewDemand, offer, request};

use super::{Failure, Scene};
use crate::{
    domain::{
        claim::{Claim, ClaimError, Shortage},
        demand::Demand,
    },
    kernel::{id::ClaimId, problem::Code},
    policy::Subject,
    store::{self, Tx, audit::Effect},
};

/// What rights on taking a claim back depend on: only the side that made it has a say.
pub fn withdrawal(claim: &Claim) -> Subject {
    use crate::policy::Subjected;
    claim.subject().only(claim.kind.proposer())
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
            ClaimError::WrongState(_) | ClaimError::CancelAsked | ClaimError::CancelNotAsked => Self::refused(Code::InvalidState),
            ClaimError::AlreadyConsented => Self::refused(Code::AlreadyConsented),
            ClaimError::Superseded(shortage) => Self::refused(code_of(shortage)),
            ClaimError::TooLate => Self::refused(Code::TooLate),
        }
    }
}
