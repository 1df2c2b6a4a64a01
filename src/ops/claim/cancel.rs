//! Cancelling what is agreed (C8), together with its project (P9).

use super::{
    super::{Cx, Failure, Scene, demand::unclaimed, project},
    agreed, demand_of, find, moved, used,
};
use crate::{
    domain::{
        claim::{CancelAsk, Claim, Side},
        clock::Clock,
        project::Project,
        rules::RuleCode,
    },
    kernel::{id::ClaimId, text::Reason, version::Version},
    policy::Action,
    store::{self, Tx, audit::Effect},
};

/// One side asks the other to cancel. Without an answer in time the request ends by itself.
pub async fn cancel_ask(cx: &Cx, id: ClaimId, expected: Version, reason: Reason) -> Result<Claim, Failure> {
    cx.write(Action::ClaimCancelAsk, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let (permit, side) = cx.permit_side(Action::ClaimCancelAsk, &before, Side::Demand)?;
        let respond_by = cx.workdays(RuleCode::ClaimCancelRespond)?.at;
        let ask = CancelAsk { side, at: cx.now, reason: reason.clone(), respond_by };
        let after = before.clone().ask_cancel(ask)?;
        project_of(cx, tx, &before)?.must_be_cancellable()?;
        cx.expect(before.version, expected)?;
        store::claim::save(tx, &after, expected)?;
        let effect = moved(&before, &after).code("asked_by", <&str>::from(side)).code("respond_by", respond_by);
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

/// The other side agrees: claim and project are cancelled, quantity and capacity return.
pub async fn cancel_agree(cx: &Cx, id: ClaimId, expected: Version) -> Result<Claim, Failure> {
    cx.write(Action::ClaimCancelAgree, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let awaited = before.cancel_ask.as_ref().map_or(Side::Demand, |ask| ask.side.other());
        let (permit, side) = cx.permit_side(Action::ClaimCancelAgree, &before, awaited)?;
        let after = before.clone().agree_cancel(side, cx.now)?;
        let mut effects = vec![moved(&before, &after).code("side", <&str>::from(side))];
        effects.extend(undo(cx, tx, &before, &after, expected)?);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// The coordinator cancels over the heads of both sides.
pub async fn cancel(cx: &Cx, id: ClaimId, expected: Version, reason: Reason) -> Result<Claim, Failure> {
    cx.write(Action::ClaimCancel, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ClaimCancel, &before)?;
        let after = before.clone().cancel(reason.clone(), cx.now)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(undo(cx, tx, &before, &after, expected)?);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Saves the cancelled claim, cancels its project and returns what it had taken, in the order in
/// which it was taken. Answers the effects on all but the claim.
fn undo(cx: &Scene, tx: &mut Tx, before: &Claim, after: &Claim, expected: Version) -> Result<Vec<Effect>, Failure> {
    let running = project_of(cx, tx, before)?;
    let cancelled = running.clone().cancel(&after.state, cx.now)?;
    let demand = demand_of(cx, tx, before)?;
    cx.expect(before.version, expected)?;
    let unclaimed = unclaimed(&cx.calendar, &cx.rules, demand.terms.urgency, cx.now)?;
    let waits = store::demand::give_back(tx, before.demand, before.quantity.column(), &unclaimed)?;
    if let Some(used) = before.resource {
        store::resource::give_back(tx, used.resource, used.period, before.quantity)?;
    }
    store::claim::save(tx, after, expected)?;
    store::project::save(tx, &cancelled, running.version)?;
    let mut given_back = agreed(&demand, demand.agreed.saturating_sub(before.quantity.get()));
    if waits {
        given_back = given_back
            .code(&Clock::Unclaimed.fact(), unclaimed.remind_due_at)
            .code(&Clock::Escalation.fact(), unclaimed.escalate_due_at);
    }
    let mut effects = vec![given_back];
    effects.extend(used(tx, before)?);
    effects.push(project::moved(&running, &cancelled));
    effects.extend(project::drop_requests(tx, cancelled.id, cx.now)?);
    Ok(effects)
}

/// An agreed claim has a project, and who sees the one sees the other.
fn project_of(cx: &Scene, tx: &mut Tx, claim: &Claim) -> Result<Project, Failure> {
    store::project::of_claims(tx, &cx.actor.scope(), &[claim.id])?.pop().ok_or(Failure::missing("claim"))
}
