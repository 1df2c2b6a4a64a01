use jiff::civil::date;

use super::{chain::*, standing::*, *};
use crate::kernel::{calendar::CalendarVersion, text::Text};

const AT: Timestamp = Timestamp::constant(1_795_000_000, 0);

fn calendar() -> Calendar {
    Calendar::new(CalendarVersion(1), []).unwrap()
}

fn at(text: &str) -> Timestamp {
    format!("{}+08:00", text.replace(' ', "T")).parse().unwrap()
}

fn timed(now: &str, opened: IsOpened, reason: Option<&str>) -> Result<Timing, RecordError> {
    let deadlines = Deadlines { late: 7, lock: 10 };
    let reason = reason.map(|reason| Text::parse(reason).unwrap());
    // A Friday.
    timing(&calendar(), deadlines, date(2026, 11, 13), at(now), opened, reason).unwrap()
}

#[test]
fn a_record_is_in_time_for_seven_working_days_and_late_until_the_month_is_locked() {
    let late = Ok(Timing::Late { reason: Text::parse("出差").unwrap() });
    assert_eq!(timed("2026-11-24 17:30:00", IsOpened::No, None), Ok(Timing::InTime));
    assert_eq!(timed("2026-11-24 17:30:01", IsOpened::No, None), Err(RecordError::LateReasonMissing));
    assert_eq!(timed("2026-11-24 17:30:01", IsOpened::No, Some("出差")), late);
    // The tenth working day of December.
    assert_eq!(timed("2026-12-14 17:30:00", IsOpened::No, Some("出差")), late);
    assert_eq!(timed("2026-12-14 17:30:01", IsOpened::No, Some("出差")), Err(RecordError::Locked));
    assert_eq!(timed("2026-12-14 17:30:01", IsOpened::Yes, Some("出差")), late);
}

fn fields<'a>() -> RecordFields<'a> {
    RecordFields {
        id: "rec_1",
        district: "420105",
        posting: "pst_1",
        year: 2026,
        number: 7,
        ref_no: "F-420105-2026-0001-0007",
        occurred_on: "2026-11-13",
        target: "org_1",
        kind: "VISIT",
        summary: "走访",
        links: "{}",
        attachments: "[]",
        timing: "IN_TIME",
        late_reason: None,
        opening: None,
        filed_by: "acc_1",
        filed_at: "2026-11-13T01:00:00Z",
        previous_hash: &[0; 32],
    }
}

/// Computed with another implementation of the description: Python's `hashlib` over the fields, each
/// with its length.
#[test]
fn the_hash_is_what_the_description_says() {
    assert_eq!(fields().hash().to_string(), EXPECTED);
}

const EXPECTED: &str = "430bcd375717118bd24fdb15925cc422a4deed12fe4a10875d91ed76d0c5999e";

#[test]
fn nothing_absent_looks_like_something_empty_and_no_field_runs_into_the_next() {
    let plain = fields().hash();
    assert_ne!(RecordFields { late_reason: Some(""), ..fields() }.hash(), plain);
    assert_ne!(RecordFields { opening: Some(""), ..fields() }.hash(), plain);
    assert_ne!(RecordFields { kind: "VISIT走", summary: "访", ..fields() }.hash(), plain);
    assert_ne!(RecordFields { previous_hash: &[1; 32], ..fields() }.hash(), plain);
}

fn standing() -> Standing {
    Standing {
        record: FiledRecordId::from_bytes([1; 16]),
        district: "420105".parse().unwrap(),
        version: Version::FIRST,
        posting: PostingId::from_bytes([2; 16]),
        dispatch_unit: OrganisationId::from_bytes([3; 16]),
        target: OrganisationId::from_bytes([4; 16]),
        ref_no: "F-420105-2026-0001-0001".to_owned(),
        verify_due_at: AT,
        state: State::Filed,
    }
}

const LIAISON: AccountId = AccountId::from_bytes([5; 16]);
const REVIEWER: AccountId = AccountId::from_bytes([6; 16]);
const INSTRUCTOR: AccountId = AccountId::from_bytes([7; 16]);

fn dispute() -> Dispute {
    Dispute { by: LIAISON, at: AT, reason: Text::parse("未曾到访").unwrap(), decide_due_at: AT }
}

fn decision(by: AccountId) -> Decision {
    Decision { by, at: AT, reason: Text::parse("经核实").unwrap() }
}

#[test]
fn every_step_has_its_states() {
    let disputed = standing().dispute(dispute()).unwrap();
    let all = [
        standing(),
        standing().verify(LIAISON, AT).unwrap(),
        standing().unverify(AT).unwrap(),
        disputed.clone(),
        disputed.clone().decide(Ruling::Confirm, decision(REVIEWER), INSTRUCTOR).unwrap(),
        disputed.decide(Ruling::Void, decision(REVIEWER), INSTRUCTOR).unwrap(),
    ];
    use strum::IntoEnumIterator;
    assert_eq!(all.clone().map(|one| one.status()).to_vec(), Status::iter().collect::<Vec<_>>());
    let possible = |step: &dyn Fn(Standing) -> Result<Standing, StandingError>| -> Vec<Status> {
        all.iter().filter(|one| step((*one).clone()).is_ok()).map(Standing::status).collect()
    };
    assert_eq!(possible(&|one| one.verify(LIAISON, AT)), [Status::Filed, Status::Unverified]);
    assert_eq!(possible(&|one| one.dispute(dispute())), [Status::Filed]);
    assert_eq!(possible(&|one| one.unverify(AT)), [Status::Filed]);
    assert_eq!(possible(&|one| one.decide(Ruling::Void, decision(REVIEWER), INSTRUCTOR)), [Status::Disputed]);
    assert_eq!(standing().unverify(AT - jiff::SignedDuration::from_nanos(1)), Err(StandingError::NotDue));
}

#[test]
fn whoever_disputed_or_filed_does_not_decide() {
    let disputed = standing().dispute(dispute()).unwrap();
    for by in [LIAISON, INSTRUCTOR] {
        let decided = disputed.clone().decide(Ruling::Confirm, decision(by), INSTRUCTOR);
        assert_eq!(decided, Err(StandingError::SamePerson));
    }
}
