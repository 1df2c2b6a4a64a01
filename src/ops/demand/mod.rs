//! What people do with demands: draft, revise, submit, give back, list, merge, withdraw, and what
//! takes one off the list for a time or for good.

mod clocks;
mod rest;

pub(super) use clocks::{listing, unclaimed};
use jiff::{SignedDuration, Timestamp, civil::Date};
pub use rest::{Ruling, close, object, objection_decide, park, renew};

use super::{Cx, Failure, Scene};
use crate::{
    domain::{
        clock::Running,
        demand::{Demand, DemandError, Source, State, Terms},
        rules::RuleCode,
    },
    kernel::{
        calendar::shanghai_date,
        id::{DemandId, OrganisationId, PlaceId},
        problem::{Code, Problem},
        reference::Series,
        text::Reason,
        tokens::{near_duplicate_permille, tokens},
        version::Version,
    },
    policy::{Action, Permit, Role, Subject},
    store::{self, Tx, audit::Effect},
};

/// Drafts a demand (D1), for one's own organisation or on behalf of one in scope.
pub async fn draft(cx: &Cx, organisation: OrganisationId, place: PlaceId, terms: Terms) -> Result<Demand, Failure> {
    cx.write(Action::DemandDraft, move |cx, tx| {
        let (permit, demand) = enter(cx, tx, organisation, place, &terms)?;
        cx.record(tx, permit, &[made(&demand)], demand)
    })
    .await
}

/// Enters a draft, whatever it comes from, with the right to draft it.
pub(super) fn enter(
    cx: &Scene,
    tx: &mut Tx,
    organisation: OrganisationId,
    place: PlaceId,
    terms: &Terms,
) -> Result<(Permit, Demand), Failure> {
    let scope = cx.actor.scope();
    let organisation = store::organisation::find(tx, &scope, organisation)?.ok_or(Failure::missing("organisation"))?;
    let place = store::place::find(tx, &scope, place)?.ok_or(Failure::missing("place"))?;
    let subject = Subject::owned(place.district.clone(), organisation.id).at(vec![place.id]);
    let permit = cx.permit(Action::DemandDraft, &subject)?;
    organisation.must_be_active()?;
    if !store::tenancy::sits_in(tx, organisation.id, place.id, shanghai_date(cx.now))? {
        return Err(Failure::refused_at(Code::TenancyMissing, "place"));
    }
    check_terms(cx, tx, organisation.id, terms)?;
    let demand = Demand {
        id: cx.new_id(),
        district: place.district,
        version: Version::FIRST,
        ref_no: None,
        organisation: organisation.id,
        place: place.id,
        zone: place.zone,
        terms: terms.clone(),
        source: source(cx, organisation.id),
        state: State::Draft,
        agreed: 0,
        created_by: cx.actor.account,
        created_at: cx.now,
        submitted_at: None,
        listed_at: None,
        closed_at: None,
    };
    store::demand::insert(tx, &demand)?;
    Ok((permit, demand))
}

/// By whom a demand of an organisation comes in. Whoever can act for it in two ways acts as its own.
fn source(cx: &Scene, organisation: OrganisationId) -> Source {
    if cx.actor.acts_for(Role::Liaison, organisation) {
        Source::Own
    } else if cx.actor.serves(organisation) {
        Source::Instructor
    } else {
        Source::Steward
    }
}

/// Changes the terms of a draft or of a demand that was given back.
pub async fn revise(cx: &Cx, id: DemandId, expected: Version, terms: Terms) -> Result<Demand, Failure> {
    cx.write(Action::DemandRevise, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::DemandRevise, &before)?;
        let after = before.clone().revise(terms.clone())?;
        cx.expect(before.version, expected)?;
        check_terms(cx, tx, before.organisation, &terms)?;
        store::demand::save_terms(tx, &after, expected)?;
        let effect = moved(&before, &after).number("quantity", after.terms.quantity);
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

/// Hands a demand in (D2). Near-duplicates of the last 90 days must have been acknowledged.
pub async fn submit(cx: &Cx, id: DemandId, expected: Version, acknowledge_similar: Vec<DemandId>) -> Result<Demand, Failure> {
    cx.write(Action::DemandSubmit, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::DemandSubmit, &before)?;
        let due = cx.workdays(RuleCode::DemandTriage)?;
        let mut after = before.clone().submit(cx.now, due.at)?;
        cx.expect(before.version, expected)?;
        check_complete(&after)?;
        let similar = unacknowledged(cx, tx, &after, &acknowledge_similar)?;
        if !similar.is_empty() {
            return Err(Failure::Refused(Box::new(suspected(&similar))));
        }
        if after.ref_no.is_none() {
            after.ref_no = Some(store::number::next(tx, Series::Demand, &after.district, cx.now)?);
        }
        store::demand::save(tx, &after, expected)?;
        let effect = moved(&before, &after).maybe("ref_no", after.ref_no.as_ref());
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

/// Gives a demand back to whoever handed it in (D3).
pub async fn give_back(cx: &Cx, id: DemandId, expected: Version, reason: Reason) -> Result<Demand, Failure> {
    cx.write(Action::DemandReturn, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::DemandReturn, &before)?;
        let after = before.clone().give_back(reason.clone())?;
        cx.expect(before.version, expected)?;
        store::demand::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Puts a demand on the list (D4).
pub async fn list(cx: &Cx, id: DemandId, expected: Version) -> Result<Demand, Failure> {
    cx.write(Action::DemandList, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::DemandList, &before)?;
        let listing = listing(&cx.calendar, &cx.rules, &before.terms, cx.now)?;
        let after = before.clone().list(cx.now, listing)?;
        cx.expect(before.version, expected)?;
        must_have_duty_unit(tx, &after)?;
        store::demand::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Merges a demand into a listed one (D5); its enterprise keeps seeing the target.
pub async fn merge(cx: &Cx, id: DemandId, expected: Version, into: DemandId) -> Result<Demand, Failure> {
    cx.write(Action::DemandMerge, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::DemandMerge, &before)?;
        let target = store::demand::find(tx, &cx.actor.scope(), into)?.ok_or(Failure::missing("into"))?;
        let after = before.clone().merge(&target)?;
        cx.expect(before.version, expected)?;
        store::demand::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).code("into", target.id)], after)
    })
    .await
}

/// Takes a demand back (D9); its pending claims end.
pub async fn withdraw(cx: &Cx, id: DemandId, expected: Version, reason: Reason) -> Result<Demand, Failure> {
    cx.write(Action::DemandWithdraw, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::DemandWithdraw, &before)?;
        let after = before.clone().withdraw(cx.now, reason.clone())?;
        cx.expect(before.version, expected)?;
        store::demand::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(end_claims(tx, &after, cx.now)?);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Ends the open claims on a demand that has left the list, with a reason by where it went.
pub(super) fn end_claims(tx: &mut Tx, demand: &Demand, now: Timestamp) -> Result<Vec<Effect>, Failure> {
    let ended = store::claim_end::end_open_of_demand(tx, demand, now)?;
    Ok(ended.into_iter().map(|claim| Effect::moved(claim.id, &claim.from, "ENDED")).collect())
}

fn must_have_duty_unit(tx: &mut Tx, demand: &Demand) -> Result<(), Failure> {
    match store::category::duty_unit(tx, demand.terms.category)? {
        Some(_) => Ok(()),
        None => Err(Failure::refused(Code::NoDutyUnit)),
    }
}

fn find(cx: &Scene, tx: &mut Tx, id: DemandId) -> Result<Demand, Failure> {
    store::demand::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("demand"))
}

/// The effect of a new demand, with all that its status and rates are computed from.
pub(super) fn made(demand: &Demand) -> Effect {
    let effect = Effect::made(demand.id, demand.status().name())
        .code("organisation", demand.organisation)
        .code("place", demand.place)
        .code("category", demand.terms.category)
        .number("quantity", demand.terms.quantity)
        .code("urgency", <&str>::from(demand.terms.urgency))
        .code("source", <&str>::from(demand.source))
        .maybe("ref_no", demand.ref_no.as_ref());
    with_clocks(effect, &[], demand)
}

/// The effect of a step, with the end of every clock that starts with it or ends at another moment.
pub(super) fn moved(before: &Demand, after: &Demand) -> Effect {
    let effect = Effect::moved(after.id, before.status().name(), after.status().name());
    with_clocks(effect, &before.clocks(Timestamp::MIN), after)
}

fn with_clocks(effect: Effect, ran: &[Running], after: &Demand) -> Effect {
    let started = after.clocks(Timestamp::MIN).into_iter().filter(|running| !ran.contains(running));
    started.fold(effect, |effect, running| effect.code(&running.clock.fact(), running.due_at))
}

/// What the terms refer to must exist, be the organisation's own, and lie ahead.
fn check_terms(cx: &Scene, tx: &mut Tx, organisation: OrganisationId, terms: &Terms) -> Result<(), Failure> {
    let scope = cx.actor.scope();
    store::category::find(tx, &scope, terms.category)?.ok_or(Failure::missing("category"))?;
    if let Some(contact) = terms.contact {
        let contact = store::contact_point::find(tx, &scope, contact)?.filter(|contact| contact.organisation == organisation);
        contact.ok_or(Failure::missing("contact"))?;
    }
    let today = shanghai_date(cx.now);
    let past = |date: Option<Date>| date.is_some_and(|date| date < today);
    for (field, date) in [("desiredFrom", terms.desired_from), ("desiredTo", terms.desired_to)] {
        if past(date) {
            let problem = Problem::new(Code::Validation)
                .at(field)
                .saying("期望时间不能早于今天。", "The desired time cannot lie in the past.");
            return Err(Failure::Invalid(vec![problem]));
        }
    }
    Ok(())
}

/// A draft may lack what a triage needs.
fn check_complete(demand: &Demand) -> Result<(), Failure> {
    if demand.terms.detail.as_str().is_empty() {
        let problem =
            Problem::new(Code::Validation).at("demand").saying("请先填写需求内容。", "Describe the demand before you submit it.");
        return Err(Failure::Invalid(vec![problem]));
    }
    Ok(())
}

fn unacknowledged(cx: &Scene, tx: &mut Tx, demand: &Demand, acknowledged: &[DemandId]) -> Result<Vec<Demand>, Failure> {
    let window = SignedDuration::from_hours(24 * i64::from(cx.rules.get(RuleCode::DuplicateWindow)));
    let threshold = cx.rules.get(RuleCode::DuplicateSimilarity);
    let own = tokens(&demand.search_text());
    let mut similar = store::demand::similar_candidates(tx, &cx.actor.scope(), demand, cx.now - window)?;
    similar.retain(|other| !acknowledged.contains(&other.id));
    similar.retain(|other| near_duplicate_permille(&own, &tokens(&other.search_text())) >= threshold);
    Ok(similar)
}

/// Names the suspects, so that a client can show them and send their ids back.
fn suspected(similar: &[Demand]) -> Problem {
    let ids: Vec<String> = similar.iter().map(|demand| demand.id.to_string()).collect();
    let ids = ids.join(", ");
    Problem::new(Code::DuplicateSuspected).at("acknowledgeSimilar").saying(
        format!("近 90 天内有内容相近的需求({ids});如非重复,请在 acknowledgeSimilar 中确认。"),
        format!("Similar demands of the last 90 days: {ids}. If this is another one, name them in acknowledgeSimilar."),
    )
}

impl From<DemandError> for Failure {
    fn from(error: DemandError) -> Self {
        match error {
            DemandError::WrongState(_) | DemandError::ClaimAgreed | DemandError::NotDue | DemandError::AlreadyDone => {
                Self::refused(Code::InvalidState)
            }
            DemandError::MergeTarget => Self::refused_at(Code::InvalidState, "into"),
            DemandError::TooLate => Self::refused(Code::TooLate),
            DemandError::ReviewDay { max_days } => Self::Invalid(vec![Problem::new(Code::Validation).at("reviewOn").saying(
                format!("复核日期应在明天起 {max_days} 天之内。"),
                format!("A review lies after today and within {max_days} days."),
            )]),
        }
    }
}
