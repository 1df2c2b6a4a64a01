use jiff::civil::{Date, date};

use super::*;
use crate::{
    domain::{
        clock::{Clock, Running},
        milestone::{Milestone, State as MilestoneState},
    },
    kernel::{
        calendar::{Calendar, CalendarVersion, close_of_day},
        id::MilestoneId,
    },
};

const MADE: Timestamp = Timestamp::constant(1_795_000_000, 0);
const LATER: Timestamp = Timestamp::constant(1_795_100_000, 0);
const LATEST: Timestamp = Timestamp::constant(1_795_200_000, 0);

fn reason() -> Reason {
    Reason::parse("问题没有解决").unwrap()
}

fn planned() -> Project {
    let district: District = "420105".parse().unwrap();
    Project {
        id: ProjectId::from_bytes([1; 16]),
        version: Version::FIRST,
        ref_no: RefNo::new(crate::kernel::reference::Series::Project, &district, 2026, 1),
        district,
        claim: ClaimId::from_bytes([2; 16]),
        demand: DemandId::from_bytes([3; 16]),
        demand_organisation: OrganisationId::from_bytes([4; 16]),
        place: PlaceId::from_bytes([5; 16]),
        resource: None,
        lead: OrganisationId::from_bytes([6; 16]),
        title: Title::parse("法律咨询").unwrap(),
        state: State::Planned,
        due_on: date(2026, 12, 14),
        original_due_on: date(2026, 12, 14),
        contact_due_at: MADE,
        contact: None,
        plan_due_at: MADE,
        plan: None,
        reopen_count: 0,
        created_at: MADE,
        closed_at: None,
    }
}

fn contacted(project: Project) -> Result<Project, ProjectError> {
    project.log_contact(Note::parse("已电话联系").unwrap(), MADE)
}

fn filed(project: Project) -> Result<Project, ProjectError> {
    project.file_plan(Account::parse("分两次上门").unwrap(), MADE)
}

fn delivered(project: Project, milestones: &[Milestone]) -> Result<Project, ProjectError> {
    let summary = Account::parse("已完成两次咨询").unwrap();
    project.deliver(Delivery { at: MADE, summary, confirm_due_at: LATER, unconfirmed_at: None }, milestones)
}

fn confirmed(project: Project, solved: Solved) -> Result<Project, ProjectError> {
    project.confirm(Confirmation {
        at: MADE,
        by: AccountId::from_bytes([7; 16]),
        solved,
        answered: true,
        reached_out: false,
        satisfaction: 2,
        comment: None,
        close_due_at: LATER,
    })
}

fn active() -> Project {
    contacted(planned()).and_then(filed).and_then(|project| project.start(LATEST)).unwrap()
}

fn in_every_state() -> Vec<Project> {
    let delivered = delivered(active(), &[]).unwrap();
    let unsolved = confirmed(delivered.clone(), Solved::No).unwrap();
    let closed = unsolved.clone().close(LATER).unwrap();
    let cancelled = planned().cancel(&claim::State::Cancelled { reason: reason() }, LATER).unwrap();
    let unconfirmed = delivered.clone().unconfirm(LATER, LATEST).unwrap();
    vec![planned(), active(), paused(), delivered, unsolved, unconfirmed, closed, cancelled]
}

fn calendar() -> Calendar {
    Calendar::new(CalendarVersion(1), []).unwrap()
}

/// Paused at the moment [`MADE`], Wednesday, 18 November 2026, 19:06 in Shanghai.
fn paused() -> Project {
    active().pause(MADE, date(2026, 12, 1), &calendar()).unwrap()
}

const REST: Rest = Rest { due_on: date(2026, 12, 25), progress_due_at: LATEST };

/// Each step with the states in which it is possible; everywhere else it answers the state.
fn possible(step: impl Fn(Project) -> Result<Project, ProjectError>) -> Vec<Status> {
    let mut allowed = Vec::new();
    for project in in_every_state() {
        let (before, version) = (project.status(), project.version);
        match step(project) {
            Ok(after) => {
                assert_eq!(after.version, version.next());
                allowed.push(before);
            }
            Err(error) => assert_eq!(error, ProjectError::WrongState(before)),
        }
    }
    allowed
}

#[test]
fn every_step_has_its_states() {
    assert_eq!(possible(contacted), [Status::Planned]);
    assert_eq!(possible(filed), [Status::Planned]);
    assert_eq!(possible(Project::progress), [Status::Active]);
    assert_eq!(possible(|project| delivered(project, &[])), [Status::Active]);
    assert_eq!(possible(|project| confirmed(project, Solved::Yes)), [Status::Delivered, Status::Unconfirmed]);
    assert_eq!(possible(|project| project.unconfirm(LATER, LATEST)), [Status::Delivered]);
    assert_eq!(possible(Project::weigh_pause), [Status::Active]);
    assert_eq!(possible(Project::weigh_extension), [Status::Planned, Status::Active]);
    assert_eq!(possible(|project| project.extend(date(2026, 12, 25))), [Status::Planned, Status::Active]);
    assert_eq!(possible(|project| project.report_progress(LATEST)), [Status::Active]);
    assert_eq!(possible(|project| project.pause(MADE, date(2026, 12, 1), &calendar())), [Status::Active]);
    assert_eq!(possible(|project| project.resume(REST)), [Status::Paused]);
    assert_eq!(possible(|project| project.end_pause(date(2026, 12, 1), REST)), [Status::Paused]);
    let over = [Status::Confirmed, Status::Unconfirmed, Status::Closed];
    assert_eq!(possible(|project| project.log_call(None, LATER)), over);
    assert_eq!(possible(|project| project.reopen_after_call(reason(), Some(Solved::No), LATEST)), over);
    assert_eq!(possible(|project| project.reopen(reason(), LATER, LATER, LATEST)), [Status::Confirmed]);
    assert_eq!(possible(|project| project.close(LATEST)), [Status::Confirmed, Status::Unconfirmed]);
    let with_claim = claim::State::Cancelled { reason: reason() };
    assert_eq!(possible(|project| project.cancel(&with_claim, LATER)), [Status::Planned, Status::Active, Status::Paused]);
}

#[test]
fn the_work_starts_after_the_first_contact_and_the_plan() {
    assert_eq!(planned().start(LATEST), Err(ProjectError::PlanIncomplete));
    assert_eq!(contacted(planned()).unwrap().start(LATEST), Err(ProjectError::PlanIncomplete));
    assert_eq!(filed(planned()).unwrap().start(LATEST), Err(ProjectError::PlanIncomplete));
    assert_eq!(active().state, State::Active { reopened: None, progress_due_at: LATEST });
    assert_eq!(active().start(LATEST), Err(ProjectError::WrongState(Status::Active)));
}

#[test]
fn there_is_one_first_contact_but_a_plan_can_be_filed_again() {
    let contacted_once = contacted(planned()).unwrap();
    assert_eq!(contacted(contacted_once), Err(ProjectError::ContactLogged));
    let again = filed(planned()).and_then(|project| project.file_plan(Account::parse("改为线上").unwrap(), LATER));
    assert_eq!(again.unwrap().plan, Some(FiledPlan { at: LATER, text: Account::parse("改为线上").unwrap() }));
}

#[test]
fn nothing_is_delivered_while_a_milestone_is_open() {
    let milestone = |state| Milestone {
        id: MilestoneId::from_bytes([8; 16]),
        project: planned().id,
        position: 1,
        title: Title::parse("第一次上门").unwrap(),
        due_on: date(2026, 12, 1),
        state,
    };
    let done = milestone(MilestoneState::Done { on: date(2026, 12, 1), note: Note::parse("").unwrap() });
    let waived = milestone(MilestoneState::Waived { reason: reason() });
    let open = milestone(MilestoneState::Open);
    assert_eq!(delivered(active(), &[done.clone(), open, waived.clone()]), Err(ProjectError::MilestonesOpen));
    assert_eq!(delivered(active(), &[done, waived]).unwrap().status(), Status::Delivered);
}

#[test]
fn reopening_clears_delivery_and_confirmation_and_counts_to_two() {
    let mut project = active();
    for count in 1..=2 {
        let unsolved = delivered(project, &[]).and_then(|project| confirmed(project, Solved::Partly)).unwrap();
        project = unsolved.reopen(reason(), LATER, LATER, LATEST).unwrap();
        assert_eq!(project.reopen_count, count);
        assert_eq!(project.state, State::Active { reopened: Some(reason()), progress_due_at: LATEST });
        assert_eq!((project.delivery(), project.confirmation()), (None, None));
    }
    let third = delivered(project, &[]).and_then(|project| confirmed(project, Solved::No)).unwrap();
    assert_eq!(third.reopen(reason(), LATER, LATER, LATEST), Err(ProjectError::ReopenLimit));
}

#[test]
fn what_is_solved_or_long_confirmed_is_not_reopened() {
    let solved = delivered(active(), &[]).and_then(|project| confirmed(project, Solved::Yes)).unwrap();
    assert_eq!(solved.reopen(reason(), LATER, LATER, LATEST), Err(ProjectError::Solved));
    let unsolved = delivered(active(), &[]).and_then(|project| confirmed(project, Solved::No)).unwrap();
    assert_eq!(unsolved.clone().reopen(reason(), LATEST, LATER, LATEST), Err(ProjectError::TooLate));
    assert!(unsolved.reopen(reason(), LATER, LATER, LATEST).is_ok());
}

#[test]
fn a_project_closes_when_it_is_due_and_not_before() {
    let unsolved = delivered(active(), &[]).and_then(|project| confirmed(project, Solved::No)).unwrap();
    assert_eq!(unsolved.clone().close(MADE), Err(ProjectError::NotDue));
    let closed = unsolved.close(LATER).unwrap();
    assert_eq!(closed.closed_at, Some(LATER));
    assert_eq!(closed.confirmation().map(|confirmation| confirmation.solved), Some(Solved::No));
}

#[test]
fn a_project_is_cancelled_with_its_claim_and_for_the_same_reason() {
    assert_eq!(planned().cancel(&claim::State::Agreed, LATER), Err(ProjectError::ClaimStands));
    let cancelled = planned().cancel(&claim::State::Cancelled { reason: reason() }, LATER).unwrap();
    assert_eq!((cancelled.state, cancelled.closed_at), (State::Cancelled { reason: reason() }, Some(LATER)));
}

#[test]
fn only_what_is_not_delivered_can_be_overdue() {
    let overdue = |today| in_every_state().iter().filter(|project| project.is_overdue(today)).count();
    assert_eq!(overdue(date(2026, 12, 14)), 0);
    assert_eq!(overdue(date(2026, 12, 15)), 2);
}

/// A moment in Shanghai.
fn at(text: &str) -> Timestamp {
    format!("{text}+08:00").parse().unwrap()
}

#[test]
fn a_pause_keeps_the_working_minutes_that_are_left() {
    let project = Project { due_on: date(2026, 11, 25), ..active() };
    let project = project.report_progress(at("2026-11-30T17:30:00")).unwrap();
    // Monday noon: half a day here, and all of Tuesday and Wednesday, or of five days.
    let paused = project.pause(at("2026-11-23T12:00:00"), date(2026, 12, 1), &calendar()).unwrap();
    let left = *paused.paused().unwrap();
    assert_eq!((left.due_minutes, left.progress_minutes), (330 + 2 * 540, 330 + 5 * 540));
    assert_eq!(paused.clocks(), [Running::on(Clock::Pause, date(2026, 12, 1))]);
    assert_eq!(paused.clone().end_pause(date(2026, 11, 30), REST), Err(ProjectError::NotDue));
    for (moment, due_on, report) in [
        // A day that begins with as many minutes as Monday had left ends in the same way.
        ("2026-12-01T12:00:00", date(2026, 12, 3), date(2026, 12, 8)),
        ("2026-12-01T00:00:00", date(2026, 12, 3), date(2026, 12, 8)),
        ("2026-12-01T12:01:00", date(2026, 12, 4), date(2026, 12, 9)),
        ("2026-12-05T12:00:00", date(2026, 12, 9), date(2026, 12, 14)),
    ] {
        let rest = left.rest(paused.due_on, at(moment), &calendar()).unwrap();
        assert_eq!(rest, Rest { due_on, progress_due_at: close_of_day(report) }, "{moment}");
        let resumed = paused.clone().resume(rest).unwrap();
        assert_eq!((resumed.due_on, resumed.original_due_on), (due_on, date(2026, 12, 14)));
        assert_eq!(
            resumed.clocks(),
            [Running::at(Clock::Due, close_of_day(due_on)), Running::at(Clock::Progress, close_of_day(report))]
        );
    }
}

#[test]
fn what_had_run_out_before_a_pause_stays_overdue() {
    let late = at("2026-12-16T09:00:00");
    let paused = active().pause(late, date(2027, 1, 4), &calendar()).unwrap();
    let rest = paused.paused().unwrap().rest(paused.due_on, at("2027-01-04T00:00:00"), &calendar()).unwrap();
    assert_eq!(rest, Rest { due_on: date(2026, 12, 14), progress_due_at: LATEST });
    assert!(!paused.is_overdue(date(2026, 12, 17)) && paused.resume(rest).unwrap().is_overdue(date(2026, 12, 17)));
}

#[test]
fn a_pause_that_would_be_over_is_not_approved() {
    let day = shanghai_day(MADE);
    assert_eq!(active().pause(MADE, day, &calendar()), Err(ProjectError::TooLate));
}

fn shanghai_day(at: Timestamp) -> Date {
    crate::kernel::calendar::shanghai_date(at)
}

#[test]
fn silence_is_found_when_the_time_is_over_and_never_taken_for_content() {
    let delivered = delivered(active(), &[]).unwrap();
    assert_eq!(delivered.clone().unconfirm(MADE, LATEST), Err(ProjectError::NotDue));
    let silent = delivered.unconfirm(LATER, LATEST).unwrap();
    assert_eq!(silent.delivery().and_then(|delivery| delivery.unconfirmed_at), Some(LATER));
    assert_eq!(silent.clone().close(LATER), Err(ProjectError::NotDue));
    let closed = silent.clone().close(LATEST).unwrap();
    assert_eq!((closed.confirmation(), closed.closed_at), (None, Some(LATEST)));
    // Nobody was reached: it goes on waiting. Once somebody was, it can close.
    assert_eq!(silent.clone().log_call(None, LATER).unwrap().clocks(), [Running::at(Clock::Closing, LATEST)]);
    assert!(silent.clone().log_call(Some(Solved::No), LATER).unwrap().close(LATER).is_ok());
    let late = confirmed(silent, Solved::Yes).unwrap();
    assert_eq!(late.delivery().and_then(|delivery| delivery.unconfirmed_at), Some(LATER));
}

#[test]
fn the_coordinator_reopens_after_a_call_that_shows_why() {
    let closed = || delivered(active(), &[]).unwrap().unconfirm(LATER, LATER).unwrap().close(LATER).unwrap();
    for said in [None, Some(Solved::Yes)] {
        assert_eq!(closed().reopen_after_call(reason(), said, LATEST), Err(ProjectError::CallBackFirst));
    }
    let again = closed().reopen_after_call(reason(), Some(Solved::Partly), LATEST).unwrap();
    assert_eq!((again.reopen_count, again.closed_at, again.delivery()), (1, None, None));
    let twice = Project { reopen_count: MAX_REOPENINGS, ..closed() };
    assert_eq!(twice.reopen_after_call(reason(), Some(Solved::No), LATEST), Err(ProjectError::ReopenLimit));
}

#[test]
fn each_state_has_its_clocks() {
    let clocks = |project: &Project| project.clocks().into_iter().map(|running| running.clock).collect::<Vec<_>>();
    let expected: [&[Clock]; 8] = [
        &[Clock::Contact, Clock::Plan, Clock::Due],
        &[Clock::Due, Clock::Progress],
        &[Clock::Pause],
        &[Clock::Confirmation],
        &[Clock::Closing],
        &[Clock::Closing],
        &[],
        &[],
    ];
    for (project, expected) in in_every_state().iter().zip(expected) {
        assert_eq!(clocks(project), expected, "{:?}", project.status());
    }
    assert_eq!(clocks(&contacted(planned()).unwrap()), [Clock::Plan, Clock::Due]);
    assert_eq!(clocks(&contacted(planned()).and_then(filed).unwrap()), [Clock::Due]);
}
