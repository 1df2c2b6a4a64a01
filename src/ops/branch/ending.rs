//! How branches end: converted, merged, dissolved. Whatever leans on them is taken care of first.

use super::{
    At, Branch, BranchId, Code, Cx, Effect, Failure, Reason, RuleBreak, Scene, Tx, Version, covering, facts,
    facts::{covers_of, findings_about},
    find, moved,
};
use crate::{kernel::id::OrganisationId, policy::Action, store};

/// Ends a branch because another form takes its place, e.g. a station that grew to a branch. What it
/// covered is free from today on, for the branch that follows.
pub async fn convert(cx: &Cx, id: BranchId, expected: Version, reason: Reason) -> Result<Branch, Failure> {
    cx.write(Action::BranchConvert, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::BranchConvert, &before)?;
        let after = before.clone().convert(reason.clone())?;
        cx.expect(before.version, expected)?;
        let effects = end(cx, tx, &before, &after)?;
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Merges a branch into another one, which covers from today on what this one covered. How many
/// members the other one has then is for the coordinator to say.
pub async fn merge(cx: &Cx, id: BranchId, expected: Version, into: BranchId, member_count: u32) -> Result<Branch, Failure> {
    cx.write(Action::BranchMerge, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::BranchMerge, &before)?;
        let target = store::branch::find(tx, &cx.actor.scope(), into)?.ok_or(Failure::missing("into"))?;
        let after = before.clone().merge(&target)?;
        cx.expect(before.version, expected)?;
        let moving: Vec<OrganisationId> =
            store::branch_coverage::current(tx, id)?.into_iter().map(|coverage| coverage.organisation).collect();
        let mut effects = end(cx, tx, &before, &after)?;
        // Its parent may just have ended, and so it is read anew.
        let target = find(cx, tx, into)?;
        let larger = take_in(cx, tx, &target, &moving, member_count)?;
        store::branch::save(tx, &larger, target.version)?;
        effects.push(moved(&target, &larger).number("member_count", member_count));
        effects.extend(covering::start(cx, tx, &larger, &moving, "into")?);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Ends a branch for good.
pub async fn dissolve(cx: &Cx, id: BranchId, expected: Version, reason: Reason) -> Result<Branch, Failure> {
    cx.write(Action::BranchDissolve, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::BranchDissolve, &before)?;
        let after = before.clone().dissolve(reason.clone())?;
        cx.expect(before.version, expected)?;
        let effects = end(cx, tx, &before, &after)?;
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Saves the end of a branch: its coverages end today, branches below it move below its parent, and
/// stations in its care refuse it.
fn end(cx: &Scene, tx: &mut Tx, before: &Branch, after: &Branch) -> Result<Vec<Effect>, Failure> {
    if store::branch::has_stations(tx, before.id)? {
        return Err(Failure::refused_at(Code::StationsDepend, "branch"));
    }
    store::branch::save(tx, after, before.version)?;
    let mut effects = vec![moved(before, after)];
    let current = store::branch_coverage::current(tx, before.id)?;
    effects.extend(covering::end(cx, tx, &current)?);
    for below in store::branch::below(tx, before.id)? {
        let lifted = below.clone().move_below(before.terms.parent);
        store::branch::save(tx, &lifted, below.version)?;
        effects.push(moved(&below, &lifted).code("parent_ended", before.id).maybe("parent", lifted.terms.parent));
    }
    Ok(effects)
}

/// The target of a merger with the members and organisations it gains. It must still keep the rules
/// that this touches.
fn take_in(cx: &Scene, tx: &mut Tx, target: &Branch, moving: &[OrganisationId], member_count: u32) -> Result<Branch, Failure> {
    let larger = target.clone().take_in(member_count);
    let gained = facts(cx, tx, &larger, moving)?;
    findings_about(&gained, At::One("into"), |broken| broken == RuleBreak::CustodyReach)?;
    let mut covers = covers_of(tx, target)?;
    covers.extend(moving);
    let facts = facts(cx, tx, &larger, &covers)?;
    let warnings = findings_about(&facts, At::One("memberCount"), |broken| matches!(broken, RuleBreak::Members { .. }))?;
    Ok(larger.warned(warnings))
}
