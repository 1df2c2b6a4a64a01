//! What takes a demand off the list without being done, and what people do about it (D7, D10, D11).

use jiff::civil::Date;

use super::{
    super::{Cx, Failure},
    end_claims, find, listing, moved, must_have_duty_unit,
};
use crate::{
    domain::{
        demand::{Decision, Demand, check_review},
        rules::RuleCode,
    },
    kernel::{
        calendar::shanghai_date,
        id::DemandId,
        problem::{Code, Problem},
        text::Reason,
        version::Version,
    },
    policy::Action,
    store,
};

/// What the coordinator answers to an objection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// The enterprise is right: the demand is listed again.
    Uphold,
    /// The decision stands.
    Dismiss,
}

/// Puts a demand aside until a day (D7); its pending claims end.
pub async fn park(cx: &Cx, id: DemandId, expected: Version, reason: Reason, review_on: Date) -> Result<Demand, Failure> {
    cx.write(Action::DemandPark, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::DemandPark, &before)?;
        let after = before.clone().park(reason.clone(), review_on)?;
        cx.expect(before.version, expected)?;
        check_review(review_on, shanghai_date(cx.now), cx.rules.get(RuleCode::DemandPark))?;
        store::demand::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(end_claims(tx, &after, cx.now)?);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Decides that no more will come of a demand (D10); its pending claims end. Not while a project for
/// it is open.
pub async fn close(cx: &Cx, id: DemandId, expected: Version, decision: Decision, explanation: Reason) -> Result<Demand, Failure> {
    cx.write(Action::DemandClose, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::DemandClose, &before)?;
        let object_due_at = cx.workdays(RuleCode::DemandObject)?.at;
        let after = before.clone().decide(decision, explanation.clone(), cx.now, object_due_at)?;
        if store::project::open_of(tx, id)? > 0 {
            return Err(Failure::refused(Code::InvalidState));
        }
        cx.expect(before.version, expected)?;
        store::demand::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after).code("outcome", <&str>::from(decision))];
        effects.extend(end_claims(tx, &after, cx.now)?);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// The enterprise does not accept the decision (D10).
pub async fn object(cx: &Cx, id: DemandId, expected: Version, reason: Reason) -> Result<Demand, Failure> {
    cx.write(Action::DemandObject, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::DemandObject, &before)?;
        let decide_due_at = cx.workdays(RuleCode::DemandObjectionDecide)?.at;
        let after = before.clone().object(reason.clone(), cx.now, decide_due_at)?;
        cx.expect(before.version, expected)?;
        store::demand::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).code("objected_at", cx.now)], after)
    })
    .await
}

/// Answers an objection: the demand is listed again, or stays closed for this reason.
pub async fn objection_decide(
    cx: &Cx,
    id: DemandId,
    expected: Version,
    ruling: Ruling,
    reason: Reason,
) -> Result<Demand, Failure> {
    cx.write(Action::DemandObjectionDecide, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::DemandObjectionDecide, &before)?;
        let after = match ruling {
            Ruling::Uphold => {
                let mut listing = listing(&cx.calendar, &cx.rules, &before.terms, cx.now)?;
                if before.agreed > 0 {
                    listing.unclaimed = None;
                }
                before.clone().uphold(cx.now, listing)?
            }
            Ruling::Dismiss => before.clone().dismiss(reason.clone(), cx.now)?,
        };
        cx.expect(before.version, expected)?;
        store::demand::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).flag("upheld", ruling == Ruling::Uphold)], after)
    })
    .await
}

/// Brings an expired demand back to the list with another end of the desired time (D11).
pub async fn renew(cx: &Cx, id: DemandId, expected: Version, desired_to: Date) -> Result<Demand, Failure> {
    cx.write(Action::DemandRenew, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::DemandRenew, &before)?;
        let today = shanghai_date(cx.now);
        let mut terms = before.terms.clone();
        terms.desired_to = Some(desired_to);
        let listing = listing(&cx.calendar, &cx.rules, &terms, cx.now)?;
        let after = before.clone().renew(desired_to, cx.now, today, listing)?;
        cx.expect(before.version, expected)?;
        if desired_to < today {
            let problem = Problem::new(Code::Validation).at("desiredTo");
            return Err(Failure::Invalid(vec![
                problem.saying("期望时间不能早于今天。", "The desired time cannot lie in the past."),
            ]));
        }
        let organisation = store::organisation::find(tx, &cx.actor.scope(), after.organisation)?;
        organisation.ok_or(Failure::missing("demand"))?.must_be_active()?;
        must_have_duty_unit(tx, &after)?;
        store::demand::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).code("desired_to", desired_to)], after)
    })
    .await
}
