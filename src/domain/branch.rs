//! A branch (党组织) of a place: proposed by a steward, decided by the coordinator.
//!
//! ```text
//! Returned ◀──return── Proposed ──approve──▶ Approved ──activate──▶ Active ⇄ Suspended
//!     └─────revise────────▲                                           │
//!                                        Converted, Merged, Dissolved ◀┘
//! ```
//!
//! This file decides *when* a step is possible, [`super::branch_rules`] which branch may exist at
//! all; *who* may take a step is [`crate::policy`]'s business.

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::kernel::{
    district::District,
    id::{AccountId, BranchId, OrganisationId, PlaceId},
    text::{Name, Reason},
    version::Version,
};

/// A branch in one of its states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    pub id: BranchId,
    pub district: District,
    pub version: Version,
    pub kind: Kind,
    pub place: PlaceId,
    pub terms: Terms,
    /// `None` for a custody branch, which has no term.
    pub term_months: Option<u32>,
    pub state: State,
    /// What was to be warned of at its last step.
    pub warnings: BTreeSet<Warning>,
    /// `None` until it is approved.
    pub decision: Option<Decision>,
    pub proposed_by: AccountId,
    pub created_at: Timestamp,
}

/// What is proposed: everything that a revision may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Unique in the district.
    pub name: Name,
    pub form: Form,
    pub lead: OrganisationId,
    /// The branch that has a custody branch in its care.
    pub custodian: Option<BranchId>,
    pub parent: Option<BranchId>,
    /// One number; who the members are is nobody's business here.
    pub member_count: u32,
    /// 0 when there is no committee.
    pub committee_size: u32,
    pub formed_on: Option<Date>,
    /// The organisations to cover from activation on, each once. What an active branch covers
    /// stands in its coverages.
    pub covers: Vec<OrganisationId>,
}

/// The most organisations that one proposal can name.
pub const MAX_PROPOSED_COVERS: usize = 200;

/// The approval of a branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub by: AccountId,
    /// The warnings that stood against it, each named by the approver.
    pub acknowledged: BTreeSet<Warning>,
}

/// The three types of branch (`domain.md` §4).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// 枢纽型
    Hub,
    /// 物业型
    Property,
    /// 托管型
    Custody,
}

/// How a branch is organised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Form {
    /// 党支部
    Branch,
    /// 联合党支部
    JointBranch,
    /// 党总支
    GeneralBranch,
    /// 党委
    Committee,
    /// 党员联络站
    LiaisonStation,
}

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Proposed,
    Returned { reason: Reason },
    Approved,
    Active,
    Suspended { reason: Reason },
    Converted { reason: Reason },
    Merged { into: BranchId },
    Dissolved { reason: Reason },
}

/// The name of a state, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Proposed,
    Returned,
    Approved,
    Active,
    Suspended,
    Converted,
    Merged,
    Dissolved,
}

/// What speaks against a branch without forbidding it; see [`super::branch_rules`] for the sources.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Warning {
    /// A joint branch of more units than it usually has.
    ManyUnits,
    /// A branch of more members than it usually has.
    ManyMembers,
    /// So many members usually elect a committee.
    NoCommittee,
    /// A station has enough members to become a branch.
    EligibleForBranch,
    /// The term is over, or soon will be.
    TermEnding,
}

/// Why a step is not possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BranchError {
    #[error("a {} branch cannot do this", <&str>::from(*.0))]
    WrongState(Status),
    #[error("a branch cannot be merged into itself or into one that is not active")]
    MergeTarget,
    #[error("{} warnings are not acknowledged", .0.len())]
    Unacknowledged(BTreeSet<Warning>),
}

impl Branch {
    /// The name of its state.
    pub fn status(&self) -> Status {
        self.state.status()
    }

    /// New terms before the decision; a returned proposal stands again.
    pub fn revise(self, terms: Terms) -> Result<Self, BranchError> {
        match self.state {
            State::Proposed | State::Returned { .. } => Ok(Self { terms, ..self.into(State::Proposed) }),
            State::Approved
            | State::Active
            | State::Suspended { .. }
            | State::Converted { .. }
            | State::Merged { .. }
            | State::Dissolved { .. } => Err(self.wrong_state()),
        }
    }

    /// Gives the proposal back to whoever made it.
    pub fn give_back(self, reason: Reason) -> Result<Self, BranchError> {
        self.step(Status::Proposed, State::Returned { reason })
    }

    /// Decides for the proposal; the warnings against it are looked at in [`Self::acknowledge`].
    pub fn approve(self, by: AccountId) -> Result<Self, BranchError> {
        let approved = self.step(Status::Proposed, State::Approved)?;
        Ok(Self { decision: Some(Decision { by, acknowledged: BTreeSet::new() }), ..approved })
    }

    /// Keeps the warnings that stand against an approval, if the approver has named every one.
    pub fn acknowledge(self, warnings: BTreeSet<Warning>, named: &BTreeSet<Warning>) -> Result<Self, BranchError> {
        let missing: BTreeSet<Warning> = warnings.difference(named).copied().collect();
        if !missing.is_empty() {
            return Err(BranchError::Unacknowledged(missing));
        }
        let decision = self.decision.clone().map(|decision| Decision { acknowledged: warnings.clone(), ..decision });
        Ok(Self { warnings, decision, ..self })
    }

    /// Puts an approved branch to work; its coverages start with it.
    pub fn activate(self) -> Result<Self, BranchError> {
        self.step(Status::Approved, State::Active)
    }

    /// Lets the branch rest; it keeps what it covers and the stations in its care.
    pub fn suspend(self, reason: Reason) -> Result<Self, BranchError> {
        self.step(Status::Active, State::Suspended { reason })
    }

    /// Puts a resting branch to work again.
    pub fn resume(self) -> Result<Self, BranchError> {
        match self.state {
            State::Suspended { .. } => Ok(self.into(State::Active)),
            State::Proposed
            | State::Returned { .. }
            | State::Approved
            | State::Active
            | State::Converted { .. }
            | State::Merged { .. }
            | State::Dissolved { .. } => Err(self.wrong_state()),
        }
    }

    /// Ends the branch because another form takes its place, e.g. a station that grew to a branch.
    pub fn convert(self, reason: Reason) -> Result<Self, BranchError> {
        self.step(Status::Active, State::Converted { reason })
    }

    /// Ends the branch in favour of an active one.
    pub fn merge(self, target: &Self) -> Result<Self, BranchError> {
        let merged = self.step(Status::Active, State::Merged { into: target.id })?;
        if target.id == merged.id || target.status() != Status::Active {
            return Err(BranchError::MergeTarget);
        }
        Ok(merged)
    }

    /// Ends the branch for good. A resting one is put to work again before, as for every other end.
    pub fn dissolve(self, reason: Reason) -> Result<Self, BranchError> {
        self.step(Status::Active, State::Dissolved { reason })
    }

    /// Covers an organisation more or fewer.
    pub fn change_covers(self) -> Result<Self, BranchError> {
        self.step(Status::Active, State::Active)
    }

    /// Puts a custody branch into the care of another branch. Possible as long as it lives, so that
    /// a branch that is to end can always be relieved of its stations.
    pub fn hand_over(self, custodian: BranchId) -> Result<Self, BranchError> {
        if !self.status().is_live() {
            return Err(self.wrong_state());
        }
        Ok(self.with_terms(|terms| Terms { custodian: Some(custodian), ..terms }))
    }

    /// Takes in the members of a branch that was merged into this one: as many as are told.
    #[must_use]
    pub fn take_in(self, member_count: u32) -> Self {
        self.with_terms(|terms| Terms { member_count, ..terms })
    }

    /// Moves below the parent of its parent, which has ended.
    #[must_use]
    pub fn move_below(self, parent: Option<BranchId>) -> Self {
        self.with_terms(|terms| Terms { parent, ..terms })
    }

    /// The same with what is to be warned of now; part of a step, not one of its own.
    #[must_use]
    pub fn warned(self, warnings: BTreeSet<Warning>) -> Self {
        Self { warnings, ..self }
    }

    /// The day its term is over; `None` without a term or while nobody knows when it was formed.
    pub fn term_ends_on(&self) -> Option<Date> {
        let months = i64::from(self.term_months?);
        self.terms.formed_on?.checked_add(months.months()).ok()
    }

    fn with_terms(self, change: impl FnOnce(Terms) -> Terms) -> Self {
        Self { terms: change(self.terms), version: self.version.next(), ..self }
    }

    fn step(self, from: Status, to: State) -> Result<Self, BranchError> {
        if self.status() == from { Ok(self.into(to)) } else { Err(self.wrong_state()) }
    }

    fn into(self, state: State) -> Self {
        Self { state, version: self.version.next(), ..self }
    }

    fn wrong_state(&self) -> BranchError {
        BranchError::WrongState(self.status())
    }
}

impl State {
    /// The name of the state.
    pub fn status(&self) -> Status {
        match self {
            Self::Proposed => Status::Proposed,
            Self::Returned { .. } => Status::Returned,
            Self::Approved => Status::Approved,
            Self::Active => Status::Active,
            Self::Suspended { .. } => Status::Suspended,
            Self::Converted { .. } => Status::Converted,
            Self::Merged { .. } => Status::Merged,
            Self::Dissolved { .. } => Status::Dissolved,
        }
    }
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether the branch has not ended: it is proposed or works.
    pub fn is_live(self) -> bool {
        match self {
            Self::Proposed | Self::Returned | Self::Approved | Self::Active | Self::Suspended => true,
            Self::Converted | Self::Merged | Self::Dissolved => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use strum::IntoEnumIterator;

    use super::*;

    fn reason() -> Reason {
        Reason::parse("两新组织调整").unwrap()
    }

    fn branch(status: Status) -> Branch {
        let state = match status {
            Status::Proposed => State::Proposed,
            Status::Returned => State::Returned { reason: reason() },
            Status::Approved => State::Approved,
            Status::Active => State::Active,
            Status::Suspended => State::Suspended { reason: reason() },
            Status::Converted => State::Converted { reason: reason() },
            Status::Merged => State::Merged { into: BranchId::from_bytes([2; 16]) },
            Status::Dissolved => State::Dissolved { reason: reason() },
        };
        Branch {
            id: BranchId::from_bytes([1; 16]),
            district: "420105".parse().unwrap(),
            version: Version::FIRST,
            kind: Kind::Hub,
            place: PlaceId::from_bytes([3; 16]),
            terms: Terms {
                name: Name::parse("摩尔城枢纽党支部").unwrap(),
                form: Form::Branch,
                lead: OrganisationId::from_bytes([4; 16]),
                custodian: None,
                parent: None,
                member_count: 9,
                committee_size: 3,
                formed_on: Some(date(2024, 2, 29)),
                covers: Vec::new(),
            },
            term_months: Some(36),
            state,
            warnings: BTreeSet::new(),
            decision: None,
            proposed_by: AccountId::from_bytes([5; 16]),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// The states from which a step is possible, and where it leads.
    fn possible(step: impl Fn(Branch) -> Result<Branch, BranchError>) -> Vec<(Status, Status)> {
        let steps = Status::iter().filter_map(|from| match step(branch(from)) {
            Ok(after) => {
                assert_eq!(after.version, Version(2));
                Some((from, after.status()))
            }
            Err(error) => {
                assert_eq!(error, BranchError::WrongState(from));
                None
            }
        });
        steps.collect()
    }

    #[test]
    fn each_step_is_possible_from_its_states_alone() {
        use Status::{Active, Approved, Converted, Dissolved, Merged, Proposed, Returned, Suspended};
        let account = AccountId::from_bytes([6; 16]);
        let target = Branch { id: BranchId::from_bytes([2; 16]), ..branch(Active) };
        let terms = branch(Proposed).terms;
        assert_eq!(possible(|branch| branch.revise(terms.clone())), [(Proposed, Proposed), (Returned, Proposed)]);
        assert_eq!(possible(|branch| branch.give_back(reason())), [(Proposed, Returned)]);
        assert_eq!(possible(|branch| branch.approve(account)), [(Proposed, Approved)]);
        assert_eq!(possible(Branch::activate), [(Approved, Active)]);
        assert_eq!(possible(|branch| branch.suspend(reason())), [(Active, Suspended)]);
        assert_eq!(possible(Branch::resume), [(Suspended, Active)]);
        assert_eq!(possible(|branch| branch.convert(reason())), [(Active, Converted)]);
        assert_eq!(possible(|branch| branch.merge(&target)), [(Active, Merged)]);
        assert_eq!(possible(|branch| branch.dissolve(reason())), [(Active, Dissolved)]);
        assert_eq!(possible(Branch::change_covers), [(Active, Active)]);
        let lives: Vec<_> = Status::iter().filter(|status| status.is_live()).map(|status| (status, status)).collect();
        assert_eq!(possible(|branch| branch.hand_over(target.id)), lives);
        assert_eq!(lives.len(), 5);
    }

    #[test]
    fn a_branch_is_merged_into_another_one_that_is_active() {
        let active = branch(Status::Active);
        assert_eq!(active.clone().merge(&active), Err(BranchError::MergeTarget));
        let resting = Branch { id: BranchId::from_bytes([2; 16]), ..branch(Status::Suspended) };
        assert_eq!(active.merge(&resting), Err(BranchError::MergeTarget));
    }

    #[test]
    fn an_approval_names_every_warning_that_stands() {
        let account = AccountId::from_bytes([6; 16]);
        let present = BTreeSet::from([Warning::ManyUnits, Warning::TermEnding]);
        let approved = || branch(Status::Proposed).approve(account).unwrap();
        let one = BTreeSet::from([Warning::TermEnding, Warning::NoCommittee]);
        let missing = BTreeSet::from([Warning::ManyUnits]);
        assert_eq!(approved().acknowledge(present.clone(), &one), Err(BranchError::Unacknowledged(missing)));
        let all = Warning::iter().collect();
        let decided = approved().acknowledge(present.clone(), &all).unwrap();
        assert_eq!(decided.decision, Some(Decision { by: account, acknowledged: present.clone() }));
        assert_eq!(decided.warnings, present);
    }

    #[test]
    fn a_term_ends_as_many_months_after_the_branch_was_formed() {
        assert_eq!(branch(Status::Active).term_ends_on(), Some(date(2027, 2, 28)));
        assert_eq!(Branch { term_months: None, ..branch(Status::Active) }.term_ends_on(), None);
    }
}
