use jiff::civil::date;

use super::*;

const MADE: Timestamp = Timestamp::constant(1_795_000_000, 0);
const LATER: Timestamp = Timestamp::constant(1_795_100_000, 0);
const LATEST: Timestamp = Timestamp::constant(1_795_200_000, 0);

fn account(number: u8) -> AccountId {
    AccountId::from_bytes([number; 16])
}

fn reason(text: &str) -> Reason {
    Reason::parse(text).unwrap()
}

fn claim(kind: Kind) -> Claim {
    let first = Some(Consent { at: MADE, by: account(1) });
    let (demand_consent, provider_consent) = match kind.proposer() {
        Some(Side::Demand) => (first, None),
        Some(Side::Provider) => (None, first),
        None => (None, None),
    };
    let dispatch = (kind == Kind::Dispatch).then(|| Dispatch::open(LATER));
    let district: District = "420105".parse().unwrap();
    Claim {
        id: ClaimId::from_bytes([1; 16]),
        version: Version::FIRST,
        ref_no: RefNo::new(crate::kernel::reference::Series::Claim, &district, 2026, 1),
        district,
        kind,
        demand: DemandId::from_bytes([2; 16]),
        demand_organisation: OrganisationId::from_bytes([3; 16]),
        place: PlaceId::from_bytes([4; 16]),
        resource: None,
        provider: OrganisationId::from_bytes([5; 16]),
        quantity: 1.try_into().unwrap(),
        note: Note::parse("").unwrap(),
        plan: Plan { start: date(2026, 12, 1), due: date(2026, 12, 31), steps: Vec::new() },
        demand_consent,
        provider_consent,
        state: State::Pending { missing: kind.first_asked() },
        respond_by: LATER,
        cancel_ask: None,
        dispatch,
        created_by: account(1),
        created_at: MADE,
        settled_at: None,
    }
}

/// An offer in every state there is.
fn in_every_state() -> Vec<Claim> {
    let offer = claim(Kind::Offer);
    let agreed = offer.clone().consent(Side::Demand, account(2), LATER, LATEST).unwrap();
    vec![
        offer.clone(),
        agreed.clone(),
        offer.clone().decline(Side::Demand, reason("不需要了"), LATER).unwrap(),
        offer.clone().withdraw(LATER).unwrap(),
        offer.clone().lapse(LATEST).unwrap(),
        offer.clone().supersede(Shortage::Quantity, LATER).unwrap(),
        agreed.cancel(reason("双方无法继续"), LATER).unwrap(),
        Claim { state: State::Ended { reason: reason("需求已撤回") }, ..offer },
    ]
}

/// In which states a step is possible.
fn possible(step: impl Fn(Claim) -> Result<Claim, ClaimError>) -> Vec<Status> {
    in_every_state().into_iter().filter(|claim| step(claim.clone()).is_ok()).map(|claim| claim.status()).collect()
}

#[test]
fn an_offer_waits_for_the_enterprise_and_a_request_for_the_provider() {
    assert_eq!(claim(Kind::Offer).missing(), Some(Side::Demand));
    assert_eq!(claim(Kind::Request).missing(), Some(Side::Provider));
    assert_eq!(in_every_state().iter().filter_map(Claim::missing).count(), 1);
}

#[test]
fn the_second_consent_settles_the_claim_and_keeps_the_first() {
    let agreed = claim(Kind::Request).consent(Side::Provider, account(9), LATER, LATEST).unwrap();
    assert_eq!(agreed.state, State::Agreed);
    assert_eq!(agreed.demand_consent, Some(Consent { at: MADE, by: account(1) }));
    assert_eq!(agreed.provider_consent, Some(Consent { at: LATER, by: account(9) }));
    assert_eq!((agreed.version, agreed.settled_at), (Version(2), Some(LATER)));
}

#[test]
fn the_same_side_does_not_consent_twice() {
    let offer = claim(Kind::Offer);
    assert_eq!(offer.clone().consent(Side::Provider, account(1), LATER, LATEST), Err(ClaimError::AlreadyConsented));
    let agreed = offer.consent(Side::Demand, account(2), LATER, LATEST).unwrap();
    assert_eq!(agreed.clone().consent(Side::Demand, account(2), LATER, LATEST), Err(ClaimError::AlreadyConsented));
    assert_eq!(agreed.consent(Side::Provider, account(1), LATER, LATEST), Err(ClaimError::AlreadyConsented));
}

#[test]
fn a_consent_to_what_went_to_another_hears_of_what_there_was_not_enough() {
    for shortage in [Shortage::Quantity, Shortage::Capacity] {
        let superseded = claim(Kind::Offer).supersede(shortage, LATER).unwrap();
        for side in [Side::Demand, Side::Provider] {
            let refused = superseded.clone().consent(side, account(2), LATER, LATEST);
            assert_eq!(refused, Err(ClaimError::Superseded(shortage)));
        }
    }
    assert_eq!(<&str>::from(Shortage::Quantity), "QUANTITY_EXCEEDED");
    assert_eq!(<&str>::from(Shortage::Capacity), "CAPACITY_EXCEEDED");
}

#[test]
fn a_consent_to_what_is_over_is_refused_with_its_state() {
    let over = [Status::Declined, Status::Withdrawn, Status::Lapsed, Status::Cancelled, Status::Ended];
    let refused: Vec<_> = in_every_state()
        .into_iter()
        .filter_map(|claim| match claim.consent(Side::Demand, account(2), LATEST, LATEST) {
            Err(ClaimError::WrongState(status)) => Some(status),
            _ => None,
        })
        .collect();
    assert_eq!(refused, over);
}

#[test]
fn only_a_pending_claim_is_answered_or_taken_back() {
    let pending = [Status::Pending];
    assert_eq!(possible(|claim| claim.consent(Side::Demand, account(2), LATEST, LATEST)), pending);
    assert_eq!(possible(|claim| claim.decline(Side::Demand, reason("不需要"), LATEST)), pending);
    assert_eq!(possible(|claim| claim.withdraw(LATEST)), pending);
    assert_eq!(possible(|claim| claim.supersede(Shortage::Capacity, LATEST)), pending);
}

#[test]
fn whoever_made_the_claim_does_not_decline_it() {
    let refused = claim(Kind::Offer).decline(Side::Provider, reason("不需要"), LATER);
    assert_eq!(refused, Err(ClaimError::AlreadyConsented));
}

fn ask(side: Side, at: Timestamp, respond_by: Timestamp) -> CancelAsk {
    CancelAsk { side, at, reason: reason("计划有变"), respond_by }
}

#[test]
fn only_an_agreed_claim_is_cancelled() {
    let agreed = [Status::Agreed];
    assert_eq!(possible(|claim| claim.cancel(reason("无法继续"), LATEST)), agreed);
    assert_eq!(possible(|claim| claim.ask_cancel(ask(Side::Demand, LATER, LATEST))), agreed);
    assert_eq!(possible(|claim| claim.agree_cancel(Side::Demand, LATER)), []);
}

#[test]
fn the_other_side_agrees_to_cancel_up_to_the_last_moment() {
    let asked = claim(Kind::Offer)
        .consent(Side::Demand, account(2), MADE, LATEST)
        .and_then(|claim| claim.ask_cancel(ask(Side::Demand, MADE, LATER)))
        .unwrap();
    assert_eq!(asked.version, Version(3));
    assert_eq!(asked.clone().agree_cancel(Side::Demand, LATER), Err(ClaimError::AlreadyConsented));
    assert_eq!(asked.clone().agree_cancel(Side::Provider, LATEST), Err(ClaimError::TooLate));
    let cancelled = asked.agree_cancel(Side::Provider, LATER).unwrap();
    assert_eq!(cancelled.state, State::Cancelled { reason: reason("计划有变") });
    assert_eq!(cancelled.settled_at, Some(LATER));
}

#[test]
fn an_open_request_to_cancel_holds_back_others_until_it_has_ended() {
    let agreed = claim(Kind::Offer).consent(Side::Demand, account(2), MADE, LATEST).unwrap();
    assert_eq!(agreed.clone().agree_cancel(Side::Demand, MADE), Err(ClaimError::CancelNotAsked));
    let asked = agreed.ask_cancel(ask(Side::Demand, MADE, LATER)).unwrap();
    for side in [Side::Demand, Side::Provider] {
        assert_eq!(asked.clone().ask_cancel(ask(side, LATER, LATEST)), Err(ClaimError::CancelAsked));
    }
    let again = asked.ask_cancel(ask(Side::Provider, LATEST, LATEST)).unwrap();
    assert_eq!(again.cancel_ask.map(|ask| ask.side), Some(Side::Provider));
}

fn objection(at: Timestamp) -> Objection {
    Objection { at, by: account(4), reason: reason("不属于本单位职责"), decide_by: LATEST }
}

#[test]
fn a_dispatch_waits_for_the_provider_first_and_then_for_the_enterprise() {
    let dispatch = claim(Kind::Dispatch);
    assert_eq!(dispatch.missing(), Some(Side::Provider));
    assert_eq!(dispatch.clone().consent(Side::Demand, account(2), MADE, LATEST), Err(ClaimError::NotYourTurn));
    assert_eq!(dispatch.clone().decline(Side::Demand, reason("不需要"), MADE), Err(ClaimError::NotYourTurn));
    let once = dispatch.consent(Side::Provider, account(5), MADE, LATEST).unwrap();
    // The first of two consents restarts the time to answer.
    assert_eq!((once.missing(), once.respond_by, once.settled_at), (Some(Side::Demand), LATEST, None));
    assert_eq!(once.clone().consent(Side::Provider, account(5), MADE, LATEST), Err(ClaimError::AlreadyConsented));
    assert_eq!(once.clone().object(objection(MADE)), Err(ClaimError::AlreadyConsented));
    assert_eq!(once.consent(Side::Demand, account(2), LATER, LATEST).unwrap().state, State::Agreed);
}

#[test]
fn a_department_objects_once_and_in_time_and_does_not_decline() {
    let dispatch = claim(Kind::Dispatch);
    assert_eq!(dispatch.clone().decline(Side::Provider, reason("人手不足"), MADE), Err(ClaimError::ObjectInstead));
    assert_eq!(dispatch.clone().object(objection(LATEST)), Err(ClaimError::TooLate));
    let objected = dispatch.object(objection(LATER)).unwrap();
    assert_eq!((objected.status(), objected.missing()), (Status::Objected, None));
    assert_eq!(objected.clone().object(objection(LATER)), Err(ClaimError::WrongState(Status::Objected)));
    let upheld = objected.clone().rule(Ruling::Uphold(reason("另行派单")), LATER).unwrap();
    assert_eq!(upheld.state, State::Cancelled { reason: reason("另行派单") });
    let last = objected.rule(Ruling::Dismiss { respond_by: LATEST }, LATER).unwrap();
    assert_eq!((last.missing(), last.respond_by, last.is_final()), (Some(Side::Provider), LATEST, true));
    assert_eq!(last.clone().object(objection(LATER)), Err(ClaimError::Final));
    assert_eq!(last.dispatch.and_then(|dispatch| dispatch.objection), Some(objection(LATER)));
}

#[test]
fn only_a_dispatch_is_objected_to_or_recalled() {
    assert_eq!(claim(Kind::Offer).object(objection(MADE)), Err(ClaimError::NotDispatched));
    assert_eq!(claim(Kind::Request).recall(MADE), Err(ClaimError::NotDispatched));
    assert_eq!(claim(Kind::Dispatch).recall(MADE).unwrap().state, State::Withdrawn);
    let objected = claim(Kind::Dispatch).object(objection(MADE)).unwrap();
    assert_eq!(objected.clone().recall(MADE).unwrap().state, State::Withdrawn);
    assert_eq!(objected.supersede(Shortage::Quantity, LATER).unwrap().status(), Status::Superseded);
    assert_eq!(
        claim(Kind::Dispatch).rule(Ruling::Uphold(reason("另行派单")), MADE),
        Err(ClaimError::WrongState(Status::Pending))
    );
}

#[test]
fn a_claim_lapses_after_its_last_moment_and_not_before() {
    assert_eq!(claim(Kind::Offer).lapse(LATER), Err(ClaimError::NotDue));
    assert_eq!(claim(Kind::Offer).lapse(LATEST).unwrap().state, State::Lapsed);
    assert_eq!(possible(|claim| claim.lapse(LATEST)), [Status::Pending]);
}
