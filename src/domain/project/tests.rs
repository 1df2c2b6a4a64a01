use jiff::civil::date;

use super::*;
use crate::{
    domain::milestone::{Milestone, State as MilestoneState},
    kernel::id::MilestoneId,
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
    project.deliver(Delivery { at: MADE, summary, confirm_due_at: LATER }, milestones)
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
    contacted(planned()).and_then(filed).and_then(Project::start).unwrap()
}

fn in_every_state() -> Vec<Project> {
    let delivered = delivered(active(), &[]).unwrap();
    let unsolved = confirmed(delivered.clone(), Solved::No).unwrap();
    let closed = unsolved.clone().close(LATER).unwrap();
    let cancelled = planned().cancel(&claim::State::Cancelled { reason: reason() }, LATER).unwrap();
    vec![planned(), active(), delivered, unsolved, closed, cancelled]
}

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
    assert_eq!(possible(|project| confirmed(project, Solved::Yes)), [Status::Delivered]);
    assert_eq!(possible(|project| project.reopen(reason(), LATER, LATER)), [Status::Confirmed]);
    assert_eq!(possible(|project| project.close(LATER)), [Status::Confirmed]);
    let with_claim = claim::State::Cancelled { reason: reason() };
    assert_eq!(possible(|project| project.cancel(&with_claim, LATER)), [Status::Planned, Status::Active]);
}

#[test]
fn the_work_starts_after_the_first_contact_and_the_plan() {
    assert_eq!(planned().start(), Err(ProjectError::PlanIncomplete));
    assert_eq!(contacted(planned()).unwrap().start(), Err(ProjectError::PlanIncomplete));
    assert_eq!(filed(planned()).unwrap().start(), Err(ProjectError::PlanIncomplete));
    assert_eq!(active().state, State::Active { reopened: None });
    assert_eq!(active().start(), Err(ProjectError::WrongState(Status::Active)));
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
        project = unsolved.reopen(reason(), LATER, LATER).unwrap();
        assert_eq!(project.reopen_count, count);
        assert_eq!(project.state, State::Active { reopened: Some(reason()) });
        assert_eq!((project.delivery(), project.confirmation()), (None, None));
    }
    let third = delivered(project, &[]).and_then(|project| confirmed(project, Solved::No)).unwrap();
    assert_eq!(third.reopen(reason(), LATER, LATER), Err(ProjectError::ReopenLimit));
}

#[test]
fn what_is_solved_or_long_confirmed_is_not_reopened() {
    let solved = delivered(active(), &[]).and_then(|project| confirmed(project, Solved::Yes)).unwrap();
    assert_eq!(solved.reopen(reason(), LATER, LATER), Err(ProjectError::Solved));
    let unsolved = delivered(active(), &[]).and_then(|project| confirmed(project, Solved::No)).unwrap();
    assert_eq!(unsolved.clone().reopen(reason(), LATEST, LATER), Err(ProjectError::TooLate));
    assert!(unsolved.reopen(reason(), LATER, LATER).is_ok());
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
