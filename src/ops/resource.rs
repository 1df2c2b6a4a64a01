//! What people do with resources: draft, revise, list, pause, resume, assure, set the capacity, retire.

use jiff::{Timestamp, civil::Date};

use super::{Cx, Failure, Scene};
use crate::{
    domain::{
        reach::Part,
        resource::{Assurance, Resource, ResourceError, State, Terms, check_pause},
        rules::RuleCode,
    },
    kernel::{
        calendar::shanghai_date,
        id::{OrganisationId, ResourceId},
        problem::{Code, Problem},
        quantity::Capacity,
        reference::Series,
        text::Reason,
        version::Version,
    },
    policy::{Action, Permit, Subject, Subjected},
    store::{self, Tx, audit::Effect},
};

/// Drafts a resource, for one's own organisation or on behalf of one in scope.
pub async fn draft(cx: &Cx, organisation: OrganisationId, terms: Terms) -> Result<Resource, Failure> {
    cx.write(Action::ResourceDraft, move |cx, tx| {
        let organisation =
            store::organisation::find(tx, &cx.actor.scope(), organisation)?.ok_or(Failure::missing("organisation"))?;
        let places = store::tenancy::places_of(tx, organisation.id, shanghai_date(cx.now))?;
        let subject = Subject::owned(organisation.district.clone(), organisation.id).at(places);
        let permit = cx.permit(Action::ResourceDraft, &subject)?;
        organisation.must_be_active()?;
        check_terms(cx, tx, organisation.id, &terms)?;
        let resource = Resource {
            id: cx.new_id(),
            district: organisation.district,
            version: Version::FIRST,
            ref_no: None,
            organisation: organisation.id,
            terms: terms.clone(),
            state: State::Draft,
            assurance: None,
            created_by: cx.actor.account,
            created_at: cx.now,
            listed_at: None,
        };
        store::resource::insert(tx, &resource)?;
        cx.record(tx, permit, &[made(&resource)], resource)
    })
    .await
}

/// Changes the terms of a draft.
pub async fn revise(cx: &Cx, id: ResourceId, expected: Version, terms: Terms) -> Result<Resource, Failure> {
    cx.write(Action::ResourceRevise, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = permit(cx, tx, Action::ResourceRevise, &before)?;
        let after = before.clone().revise(terms.clone())?;
        cx.expect(before.version, expected)?;
        check_terms(cx, tx, before.organisation, &terms)?;
        store::resource::save_terms(tx, &after, expected)?;
        cx.record(tx, permit, &[with_terms(moved(&before, &after), &after)], after)
    })
    .await
}

/// Puts a draft on the list, which also says that it is true today.
pub async fn list(cx: &Cx, id: ResourceId, expected: Version) -> Result<Resource, Failure> {
    cx.write(Action::ResourceList, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = permit(cx, tx, Action::ResourceList, &before)?;
        let today = shanghai_date(cx.now);
        let mut after = before.clone().list(cx.now, assurance(cx))?;
        cx.expect(before.version, expected)?;
        must_be_on_offer(cx, tx, &after, today)?;
        if store::category::duty_unit(tx, after.terms.category)?.is_none() {
            return Err(Failure::refused(Code::NoDutyUnit));
        }
        after.ref_no = Some(store::number::next(tx, Series::Resource, &after.district, cx.now)?);
        store::resource::save(tx, &after, expected)?;
        let effect = assured(moved(&before, &after), &after).maybe("ref_no", after.ref_no.as_ref());
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

/// Takes a resource off the list for a time.
pub async fn pause(cx: &Cx, id: ResourceId, expected: Version, reason: Reason, until: Date) -> Result<Resource, Failure> {
    cx.write(Action::ResourcePause, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = permit(cx, tx, Action::ResourcePause, &before)?;
        let after = before.clone().pause(reason.clone(), until)?;
        cx.expect(before.version, expected)?;
        check_pause(until, shanghai_date(cx.now), cx.rules.get(RuleCode::ResourcePause))?;
        store::resource::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).code("until", until)], after)
    })
    .await
}

/// Brings a paused resource back to the list.
pub async fn resume(cx: &Cx, id: ResourceId, expected: Version) -> Result<Resource, Failure> {
    cx.write(Action::ResourceResume, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = permit(cx, tx, Action::ResourceResume, &before)?;
        let after = before.clone().resume()?;
        cx.expect(before.version, expected)?;
        must_be_on_offer(cx, tx, &after, shanghai_date(cx.now))?;
        store::resource::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Says that all of it is still true: one act, which also brings a stale resource back to the list.
pub async fn assure(cx: &Cx, id: ResourceId, expected: Version) -> Result<Resource, Failure> {
    cx.write(Action::ResourceAssure, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = permit(cx, tx, Action::ResourceAssure, &before)?;
        let today = shanghai_date(cx.now);
        let after = before.clone().assure(assurance(cx))?;
        cx.expect(before.version, expected)?;
        must_be_on_offer(cx, tx, &after, today)?;
        store::resource::save(tx, &after, expected)?;
        cx.record(tx, permit, &[assured(moved(&before, &after), &after)], after)
    })
    .await
}

/// Changes how much there is in the present period and the later ones.
pub async fn capacity_set(cx: &Cx, id: ResourceId, expected: Version, capacity: Capacity) -> Result<Resource, Failure> {
    cx.write(Action::ResourceCapacitySet, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = permit(cx, tx, Action::ResourceCapacitySet, &before)?;
        let after = before.clone().set_capacity(capacity)?;
        cx.expect(before.version, expected)?;
        let present = after.period_of(shanghai_date(cx.now));
        if !store::resource::set_capacity(tx, id, present, capacity)? {
            return Err(below_what_is_agreed());
        }
        store::resource::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).number("capacity", capacity)], after)
    })
    .await
}

/// Takes a resource off the list for good: its pending claims end, agreed ones go on.
pub async fn retire(cx: &Cx, id: ResourceId, expected: Version, reason: Reason) -> Result<Resource, Failure> {
    cx.write(Action::ResourceRetire, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = permit(cx, tx, Action::ResourceRetire, &before)?;
        let after = before.clone().retire(reason.clone())?;
        cx.expect(before.version, expected)?;
        store::resource::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(end_claims(tx, id, cx.now)?);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Ends the open claims on a resource that was retired; agreed ones go on.
pub(super) fn end_claims(tx: &mut Tx, id: ResourceId, now: Timestamp) -> Result<Vec<Effect>, Failure> {
    let ended = store::claim_end::end_open_of_resource(tx, id, now)?;
    Ok(ended.into_iter().map(|claim| Effect::moved(claim.id, &claim.from, "ENDED")).collect())
}

/// That somebody says so today, for as long as the rules in force let it hold.
fn assurance(cx: &Scene) -> Assurance {
    let days = |rule| cx.rules.get(rule);
    let (first, second) = (days(RuleCode::ResourceRemindFirst), days(RuleCode::ResourceRemindSecond));
    Assurance::new(shanghai_date(cx.now), first, second, days(RuleCode::ResourceStale))
}

/// The effect with the days that follow from an assurance.
fn assured(effect: Effect, after: &Resource) -> Effect {
    let assurance = after.assurance.as_ref();
    effect
        .maybe("assured_on", assurance.map(|assurance| assurance.on))
        .maybe("remind_first_on", assurance.map(|assurance| assurance.remind_first_on))
        .maybe("remind_second_on", assurance.map(|assurance| assurance.remind_second_on))
        .maybe("stale_on", assurance.map(|assurance| assurance.stale_on))
}

fn find(cx: &Scene, tx: &mut Tx, id: ResourceId) -> Result<Resource, Failure> {
    store::resource::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("resource"))
}

/// A steward is tied to a resource by the places in which its organisation sits today.
fn permit(cx: &Scene, tx: &mut Tx, action: Action, resource: &Resource) -> Result<Permit, Failure> {
    let places = store::tenancy::places_of(tx, resource.organisation, shanghai_date(cx.now))?;
    cx.permit(action, &resource.subject().at(places))
}

/// The effect of a new resource, with all that its status and rates are computed from.
pub(super) fn made(resource: &Resource) -> Effect {
    let effect = Effect::made(resource.id, resource.status().name()).code("organisation", resource.organisation);
    with_terms(effect, resource).maybe("ref_no", resource.ref_no.as_ref())
}

/// The effect of a step.
pub(super) fn moved(before: &Resource, after: &Resource) -> Effect {
    Effect::moved(after.id, before.status().name(), after.status().name())
}

fn with_terms(effect: Effect, resource: &Resource) -> Effect {
    let terms = &resource.terms;
    effect
        .code("category", terms.category)
        .code("mode", <&str>::from(terms.mode))
        .number("capacity", terms.capacity)
        .code("per", <&str>::from(terms.per))
        .code("valid_from", terms.valid_from)
        .maybe("valid_to", terms.valid_to)
}

/// What the terms refer to must exist and be the organisation's own, and must not be over.
fn check_terms(cx: &Scene, tx: &mut Tx, organisation: OrganisationId, terms: &Terms) -> Result<(), Failure> {
    let scope = cx.actor.scope();
    store::category::find(tx, &scope, terms.category)?.ok_or(Failure::missing("category"))?;
    if let Some(contact) = terms.contact {
        let contact = store::contact_point::find(tx, &scope, contact)?.filter(|contact| contact.organisation == organisation);
        contact.ok_or(Failure::missing("contact"))?;
    }
    if let Some(unknown) = store::resource::unknown_parts(tx, &scope, &terms.coverage)?.first() {
        return Err(Failure::missing(match unknown {
            Part::Street(_) => "coverage.streets",
            Part::Zone(_) => "coverage.zones",
            Part::Place(_) => "coverage.places",
        }));
    }
    if terms.valid_to.is_some_and(|last_day| last_day < shanghai_date(cx.now)) {
        let problem = Problem::new(Code::Validation)
            .at("validTo")
            .saying("有效期的最后一天不能早于今天。", "The last day cannot lie in the past.");
        return Err(Failure::Invalid(vec![problem]));
    }
    Ok(())
}

/// Only an active organisation offers, and only what has not ended.
fn must_be_on_offer(cx: &Scene, tx: &mut Tx, resource: &Resource, today: Date) -> Result<(), Failure> {
    let organisation = store::organisation::find(tx, &cx.actor.scope(), resource.organisation)?;
    organisation.ok_or(Failure::missing("resource"))?.must_be_active()?;
    Ok(resource.must_not_have_ended(today)?)
}

fn below_what_is_agreed() -> Failure {
    let problem = Problem::new(Code::CapacityExceeded).at("capacity");
    Failure::Refused(Box::new(problem.saying(
        "容量不能低于本周期或以后周期内已达成认领的数量。",
        "More than this is already agreed in the present or a later period.",
    )))
}

impl From<ResourceError> for Failure {
    fn from(error: ResourceError) -> Self {
        match error {
            ResourceError::WrongState(_) | ResourceError::NotDue => Self::refused(Code::InvalidState),
            ResourceError::Ended => {
                let problem = Problem::new(Code::InvalidState).at("resource");
                Self::Refused(Box::new(problem.saying("该资源的有效期已过。", "The last day of the resource has passed.")))
            }
            ResourceError::PauseEnd { max_days } => Self::Invalid(vec![Problem::new(Code::Validation).at("until").saying(
                format!("暂停截止日应在明天起 {max_days} 天之内。"),
                format!("A pause ends after today and within {max_days} days."),
            )]),
        }
    }
}
