use jiff::civil::date;

use super::*;

const TODAY: Date = date(2026, 11, 23);

fn assured(on: Date) -> Assurance {
    Assurance::new(on, 75, 85, 90)
}

fn draft() -> Resource {
    let terms = Terms {
        unit: Unit::parse("公共法律服务科").unwrap(),
        category: CategoryId::from_bytes([1; 16]),
        title: Title::parse("园区法律体检").unwrap(),
        detail: Detail::parse("上门服务").unwrap(),
        tags: Vec::new(),
        mode: Mode::Onsite,
        coverage: Coverage::District,
        eligibility: Eligibility::default(),
        capacity: 4.try_into().unwrap(),
        per: Per::Month,
        valid_from: date(2026, 1, 1),
        valid_to: Some(date(2026, 12, 31)),
        fee: Fee::Free,
        required_documents: Vec::new(),
        contact: None,
    };
    Resource {
        id: ResourceId::from_bytes([2; 16]),
        district: "420105".parse().unwrap(),
        version: Version::FIRST,
        ref_no: None,
        organisation: OrganisationId::from_bytes([3; 16]),
        terms,
        state: State::Draft,
        assurance: None,
        created_by: AccountId::from_bytes([4; 16]),
        created_at: Timestamp::UNIX_EPOCH,
        listed_at: None,
    }
}

/// One resource in each state.
fn each() -> Vec<Resource> {
    let reason = || Reason::parse("设备检修").unwrap();
    let paused = State::Paused { reason: reason(), until: date(2026, 12, 1) };
    [State::Draft, State::Listed, paused, State::Stale, State::Retired { reason: reason() }]
        .map(|state| Resource { state, ..draft() })
        .to_vec()
}

/// Which states a step is possible from, and where it leads.
fn steps(step: impl Fn(Resource) -> Result<Resource, ResourceError>) -> Vec<(Status, Status)> {
    let mut possible = Vec::new();
    for before in each() {
        let from = before.status();
        match step(before) {
            Ok(after) => {
                assert_eq!(after.version, Version(2));
                possible.push((from, after.status()));
            }
            Err(error) => assert_eq!(error, ResourceError::WrongState(from)),
        }
    }
    possible
}

#[test]
fn each_step_is_possible_from_its_own_states_only() {
    use Status::{Draft, Listed, Paused, Retired, Stale};
    let reason = || Reason::parse("设备检修").unwrap();
    assert_eq!(steps(|r| r.revise(draft().terms)), [(Draft, Draft)]);
    assert_eq!(steps(|r| r.list(Timestamp::UNIX_EPOCH, assured(TODAY))), [(Draft, Listed)]);
    assert_eq!(steps(|r| r.pause(reason(), date(2026, 12, 1))), [(Listed, Paused)]);
    assert_eq!(steps(Resource::resume), [(Paused, Listed)]);
    assert_eq!(steps(|r| r.assure(assured(TODAY))), [(Listed, Listed), (Stale, Listed)]);
    let capacity = || 9.try_into().unwrap();
    assert_eq!(steps(|r| r.set_capacity(capacity())), [(Listed, Listed), (Paused, Paused), (Stale, Stale)]);
    assert_eq!(steps(|r| r.retire(reason())), [(Draft, Retired), (Listed, Retired), (Paused, Retired), (Stale, Retired)]);
}

#[test]
fn listing_and_assuring_say_that_it_is_true_today() {
    let listed = draft().list(Timestamp::UNIX_EPOCH, assured(TODAY)).unwrap();
    assert_eq!((listed.assured_on(), listed.listed_at), (Some(TODAY), Some(Timestamp::UNIX_EPOCH)));
    let later = date(2027, 1, 4);
    assert_eq!(listed.assure(assured(later)).unwrap().assured_on(), Some(later));
}

#[test]
fn a_pause_ends_after_today_and_within_its_limit() {
    let refused = Err(ResourceError::PauseEnd { max_days: 180 });
    assert_eq!(check_pause(TODAY, TODAY, 180), refused);
    assert_eq!(check_pause(date(2026, 11, 22), TODAY, 180), refused);
    assert_eq!(check_pause(date(2026, 11, 24), TODAY, 180), Ok(()));
    assert_eq!(check_pause(date(2027, 5, 22), TODAY, 180), Ok(()));
    assert_eq!(check_pause(date(2027, 5, 23), TODAY, 180), refused);
}

#[test]
fn the_last_day_still_counts() {
    let resource = draft();
    assert!(resource.is_valid_on(date(2026, 1, 1)) && resource.is_valid_on(date(2026, 12, 31)));
    assert!(!resource.is_valid_on(date(2025, 12, 31)) && !resource.is_valid_on(date(2027, 1, 1)));
    assert_eq!(resource.must_not_have_ended(date(2026, 12, 31)), Ok(()));
    assert_eq!(resource.must_not_have_ended(date(2027, 1, 1)), Err(ResourceError::Ended));
}

#[test]
fn reminders_come_twice_before_a_resource_goes_stale() {
    let listed = draft().list(Timestamp::UNIX_EPOCH, assured(TODAY)).unwrap();
    let reminded = |resource: &Resource| resource.assurance.map(|assurance| assurance.reminded);
    // 75, 85 and 90 days after 23 November.
    let (first, second, stale) = (date(2027, 2, 6), date(2027, 2, 16), date(2027, 2, 21));
    assert_eq!(listed.clone().remind(date(2027, 2, 5)), Err(ResourceError::NotDue));
    let once = listed.clone().remind(first).unwrap();
    assert_eq!((reminded(&once), once.status()), (Some(1), Status::Listed));
    assert_eq!(once.clone().remind(date(2027, 2, 15)), Err(ResourceError::NotDue));
    let twice = once.remind(second).unwrap();
    assert_eq!((reminded(&twice), twice.clone().remind(stale)), (Some(2), Err(ResourceError::NotDue)));
    assert_eq!(twice.clone().go_stale(date(2027, 2, 20)), Err(ResourceError::NotDue));
    let gone = twice.go_stale(stale).unwrap();
    assert_eq!(gone.status(), Status::Stale);
    assert_eq!(reminded(&gone.assure(assured(stale)).unwrap()), Some(0));
}

#[test]
fn only_what_has_left_the_draft_ends_with_its_last_day() {
    let after = date(2027, 1, 1);
    let ended: Vec<Status> = each()
        .into_iter()
        .filter(|resource| resource.clone().end(after, Reason::parse("有效期已过").unwrap()).is_ok())
        .map(|resource| resource.status())
        .collect();
    assert_eq!(ended, [Status::Listed, Status::Paused, Status::Stale]);
    let listed = Resource { state: State::Listed, ..draft() };
    assert_eq!(listed.end(date(2026, 12, 31), Reason::parse("有效期已过").unwrap()), Err(ResourceError::NotDue));
}

#[test]
fn a_pause_is_over_on_its_day() {
    let paused = each().remove(2);
    assert_eq!(paused.clone().end_pause(date(2026, 11, 30)), Err(ResourceError::NotDue));
    assert_eq!(paused.end_pause(date(2026, 12, 1)).unwrap().status(), Status::Listed);
}
