//! Dispatching (派单): the coordinator names a department, which may object once (C4, C6, C7).

use super::{
    super::{Cx, Failure},
    find, moved,
    proposal::{Proposal, Terms, made},
    propose::{enterprise_of, find_resource},
};
use crate::{
    domain::{
        claim::{Claim, Kind, Objection, Ruling},
        rules::RuleCode,
    },
    kernel::{
        id::{ClaimId, DemandId, OrganisationId, ResourceId},
        problem::{Code, Problem},
        text::Reason,
        version::Version,
    },
    policy::{Action, Subject},
    store,
};

/// Names a department for a demand, with a resource from its list or without. The department is
/// asked first, then the enterprise.
pub async fn dispatch(
    cx: &Cx,
    demand: DemandId,
    resource: Option<ResourceId>,
    provider: OrganisationId,
    terms: Terms,
) -> Result<Claim, Failure> {
    cx.write(Action::ClaimDispatch, move |cx, tx| {
        let scope = cx.actor.scope();
        let demand = store::demand::find(tx, &scope, demand)?.ok_or(Failure::missing("demand"))?;
        let provider = store::organisation::find(tx, &scope, provider)?.ok_or(Failure::missing("provider"))?;
        let resource = match resource {
            Some(id) => Some(find_resource(cx, tx, id)?),
            None => None,
        };
        let permit = cx.permit(Action::ClaimDispatch, &Subject::of_district(demand.district.clone()))?;
        if resource.as_ref().is_some_and(|resource| resource.organisation != provider.id) {
            return Err(Failure::missing("resource"));
        }
        if provider.kind.is_enterprise() {
            let problem = Problem::new(Code::Validation).at("provider");
            return Err(Failure::Invalid(vec![problem.saying("只能派单给部门单位。", "Only a department is dispatched to.")]));
        }
        let enterprise = enterprise_of(cx, tx, &demand)?;
        let proposal = Proposal {
            kind: Kind::Dispatch,
            demand: &demand,
            enterprise: &enterprise,
            provider: &provider,
            resource: resource.as_ref(),
            terms: &terms,
        };
        let claim = proposal.enter(cx, tx)?;
        cx.record(tx, permit, &[made(&claim)], claim)
    })
    .await
}

/// The department objects to what it was named for (C6).
pub async fn object(cx: &Cx, id: ClaimId, expected: Version, reason: Reason) -> Result<Claim, Failure> {
    cx.write(Action::ClaimObject, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ClaimObject, &before)?;
        let decide_by = cx.workdays(RuleCode::ClaimObjectionDecide)?.at;
        let objection = Objection { at: cx.now, by: cx.actor.account, reason: reason.clone(), decide_by };
        let after = before.clone().object(objection)?;
        cx.expect(before.version, expected)?;
        store::claim::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).code("decide_by", decide_by)], after)
    })
    .await
}

/// The coordinator decides on an objection (C7): with a reason it is upheld and the claim is
/// cancelled; without one it is dismissed and the dispatch is final.
pub async fn objection_decide(cx: &Cx, id: ClaimId, expected: Version, upheld: Option<Reason>) -> Result<Claim, Failure> {
    cx.write(Action::ClaimObjectionDecide, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ClaimObjectionDecide, &before)?;
        let respond_by = cx.workdays(RuleCode::ClaimRespond)?.at;
        let ruling = upheld.clone().map_or(Ruling::Dismiss { respond_by }, Ruling::Uphold);
        let dismissed = upheld.is_none();
        let after = before.clone().rule(ruling, cx.now)?;
        cx.expect(before.version, expected)?;
        store::claim::save(tx, &after, expected)?;
        let effect = moved(&before, &after).flag("final", dismissed).maybe("respond_by", dismissed.then_some(respond_by));
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

/// The coordinator takes a dispatch back while it is open (C4).
pub async fn dispatch_withdraw(cx: &Cx, id: ClaimId, expected: Version) -> Result<Claim, Failure> {
    cx.write(Action::ClaimDispatchWithdraw, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::ClaimDispatchWithdraw, &before)?;
        let after = before.clone().recall(cx.now)?;
        cx.expect(before.version, expected)?;
        store::claim::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}
