//! A grant (授权): a role in a scope for an account, from a day to a day.
//!
//! ```text
//! Proposed ──approve──▶ Active ──suspend──▶ Suspended
//!    │                    │ ◀────resume───────┘ │
//!    └────────end─────────┴─────────end─────────┴──▶ Ended
//! ```
//!
//! One administrator proposes, another approves, and neither for themselves. The three
//! administering roles watch each other (三员分立), so one person holds one of them at most and no
//! business role beside it.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::organisation;
use crate::kernel::{
    district::District,
    id::{AccountId, GrantId, OrganisationId, PlaceId, PostingId, ZoneId},
    version::Version,
};

/// A role in a scope for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub id: GrantId,
    pub district: District,
    pub version: Version,
    pub account: AccountId,
    pub role: Role,
    pub scope: GrantScope,
    pub from: Date,
    /// The last day; `None` while no end is foreseen.
    pub to: Option<Date>,
    pub status: Status,
    /// `None` for the first administrators, whom the operator entered on the command line.
    pub proposed_by: Option<AccountId>,
    /// `None` until it is approved, and for the first administrators.
    pub approved_by: Option<AccountId>,
    pub created_at: Timestamp,
}

/// What an account is trusted with. Three roles administer and see no business text (三员分立).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    Liaison,
    Official,
    Lead,
    Steward,
    Coordinator,
    Instructor,
    DispatchReviewer,
    OrganisationReviewer,
    SystemAdmin,
    SecurityAdmin,
    Auditor,
}

/// How far a grant reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GrantScope {
    District,
    /// The places of a zone.
    Zone(ZoneId),
    /// A place with all that lie in it.
    Place(PlaceId),
    Organisation(OrganisationId),
    /// What the posting of an instructor is about.
    Posting(PostingId),
}

/// The name of a scope, without what it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScopeKind {
    District,
    Zone,
    Place,
    Organisation,
    Posting,
}

/// Where a grant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Proposed,
    Active,
    Suspended,
    Ended,
}

/// Why a grant cannot be, or a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    #[error("a {} grant cannot do this", <&str>::from(*.0))]
    WrongState(Status),
    #[error("whoever proposed a grant cannot approve it")]
    OwnProposal,
    #[error("nobody decides about a grant of their own")]
    OwnGrant,
    #[error("the role {} does not go with this kind of scope", <&str>::from(*.0))]
    ScopeKind(Role),
    #[error("the role {} does not go with this kind of organisation", <&str>::from(*.0))]
    OrganisationKind(Role),
    #[error("an auditor holds no other role")]
    AuditorAlone,
    #[error("the two administrators are two persons")]
    AdminsApart,
    #[error("an administrator holds no business role")]
    AdminsOnly,
    #[error("the posting is that of another instructor")]
    ForeignPosting,
}

/// The parts of the separation of powers: a person holds roles of one of them only.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Power {
    Business,
    System,
    Security,
    Audit,
}

impl Role {
    /// Whether the role works with lists, claims and projects at all.
    pub fn is_business(self) -> bool {
        self.power() == Power::Business
    }

    /// Whether a person who holds or is proposed for `others` may get this role as well.
    pub fn beside(self, others: &[Self]) -> Result<(), GrantError> {
        match others.iter().find(|other| other.power() != self.power()) {
            None => Ok(()),
            Some(other) => Err(match (self.power(), other.power()) {
                (Power::Audit, _) | (_, Power::Audit) => GrantError::AuditorAlone,
                (Power::Business, _) | (_, Power::Business) => GrantError::AdminsOnly,
                (Power::System | Power::Security, Power::System | Power::Security) => GrantError::AdminsApart,
            }),
        }
    }

    /// Whether the role goes with this kind of scope.
    pub fn suits(self, scope: ScopeKind) -> Result<(), GrantError> {
        let fits = match self {
            Self::Liaison | Self::Official | Self::Lead | Self::DispatchReviewer => scope == ScopeKind::Organisation,
            Self::Steward => matches!(scope, ScopeKind::Zone | ScopeKind::Place),
            Self::Instructor => scope == ScopeKind::Posting,
            Self::Coordinator | Self::OrganisationReviewer | Self::SystemAdmin | Self::SecurityAdmin | Self::Auditor => {
                scope == ScopeKind::District
            }
        };
        if fits { Ok(()) } else { Err(GrantError::ScopeKind(self)) }
    }

    /// Whether the role goes with an organisation of this kind: liaisons are of enterprises,
    /// officials, leads and those who
    /// review instructors of departments.
    pub fn suits_organisation(self, kind: organisation::Kind) -> Result<(), GrantError> {
        let fits = match self {
            Self::Liaison => kind.is_enterprise(),
            Self::Official | Self::Lead | Self::DispatchReviewer => !kind.is_enterprise(),
            Self::Steward
            | Self::Coordinator
            | Self::Instructor
            | Self::OrganisationReviewer
            | Self::SystemAdmin
            | Self::SecurityAdmin
            | Self::Auditor => false,
        };
        if fits { Ok(()) } else { Err(GrantError::OrganisationKind(self)) }
    }

    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }

    fn power(self) -> Power {
        match self {
            Self::Liaison
            | Self::Official
            | Self::Lead
            | Self::Steward
            | Self::Coordinator
            | Self::Instructor
            | Self::DispatchReviewer
            | Self::OrganisationReviewer => Power::Business,
            Self::SystemAdmin => Power::System,
            Self::SecurityAdmin => Power::Security,
            Self::Auditor => Power::Audit,
        }
    }
}

impl GrantScope {
    /// The name of the scope.
    pub fn kind(self) -> ScopeKind {
        match self {
            Self::District => ScopeKind::District,
            Self::Zone(_) => ScopeKind::Zone,
            Self::Place(_) => ScopeKind::Place,
            Self::Organisation(_) => ScopeKind::Organisation,
            Self::Posting(_) => ScopeKind::Posting,
        }
    }

    /// The id of what it reaches; `None` for the district.
    pub fn id(self) -> Option<String> {
        match self {
            Self::District => None,
            Self::Zone(id) => Some(id.to_string()),
            Self::Place(id) => Some(id.to_string()),
            Self::Organisation(id) => Some(id.to_string()),
            Self::Posting(id) => Some(id.to_string()),
        }
    }
}

impl Grant {
    /// Refuses whoever would decide about a grant for themselves.
    pub fn must_not_be_of(&self, by: AccountId) -> Result<(), GrantError> {
        if self.account == by { Err(GrantError::OwnGrant) } else { Ok(()) }
    }

    /// Puts a proposal into force: the second person's word.
    pub fn approve(self, by: AccountId) -> Result<Self, GrantError> {
        match self.status {
            Status::Proposed if self.proposed_by == Some(by) => Err(GrantError::OwnProposal),
            Status::Proposed => {
                self.must_not_be_of(by)?;
                Ok(Self { approved_by: Some(by), ..self.into(Status::Active) })
            }
            Status::Active | Status::Suspended | Status::Ended => Err(self.wrong_state()),
        }
    }

    /// Takes the right away for a time.
    pub fn suspend(self) -> Result<Self, GrantError> {
        match self.status {
            Status::Active => Ok(self.into(Status::Suspended)),
            Status::Proposed | Status::Suspended | Status::Ended => Err(self.wrong_state()),
        }
    }

    /// Gives a suspended right back.
    pub fn resume(self, by: AccountId) -> Result<Self, GrantError> {
        match self.status {
            Status::Suspended => {
                self.must_not_be_of(by)?;
                Ok(self.into(Status::Active))
            }
            Status::Proposed | Status::Active | Status::Ended => Err(self.wrong_state()),
        }
    }

    /// Ends it for good; a proposal is turned down that way.
    pub fn end(self) -> Result<Self, GrantError> {
        match self.status {
            Status::Proposed | Status::Active | Status::Suspended => Ok(self.into(Status::Ended)),
            Status::Ended => Err(self.wrong_state()),
        }
    }

    /// Whether it gives its right on this day.
    pub fn is_in_force(&self, today: Date) -> bool {
        self.status == Status::Active && self.from <= today && self.to.is_none_or(|to| today <= to)
    }

    fn into(self, status: Status) -> Self {
        Self { status, version: self.version.next(), ..self }
    }

    fn wrong_state(&self) -> GrantError {
        GrantError::WrongState(self.status)
    }
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use strum::IntoEnumIterator;

    use super::*;

    const PROPOSER: AccountId = AccountId::from_bytes([1; 16]);
    const APPROVER: AccountId = AccountId::from_bytes([2; 16]);
    const HOLDER: AccountId = AccountId::from_bytes([3; 16]);

    fn grant(status: Status) -> Grant {
        Grant {
            id: GrantId::from_bytes([9; 16]),
            district: "420105".parse().unwrap(),
            version: Version(1),
            account: HOLDER,
            role: Role::Coordinator,
            scope: GrantScope::District,
            from: date(2026, 11, 1),
            to: Some(date(2026, 11, 30)),
            status,
            proposed_by: Some(PROPOSER),
            approved_by: None,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn ends(step: fn(Grant) -> Result<Grant, GrantError>) -> Vec<Option<Status>> {
        Status::iter()
            .map(|status| match step(grant(status)) {
                Ok(after) => {
                    assert_eq!(after.version, Version(2));
                    Some(after.status)
                }
                Err(error) => {
                    assert_eq!(error, GrantError::WrongState(status));
                    None
                }
            })
            .collect()
    }

    #[test]
    fn each_step_is_possible_from_its_own_states_only() {
        use Status::{Active, Ended, Suspended};
        assert_eq!(ends(|grant| grant.approve(APPROVER)), [Some(Active), None, None, None]);
        assert_eq!(ends(Grant::suspend), [None, Some(Suspended), None, None]);
        assert_eq!(ends(|grant| grant.resume(APPROVER)), [None, None, Some(Active), None]);
        assert_eq!(ends(Grant::end), [Some(Ended), Some(Ended), Some(Ended), None]);
    }

    #[test]
    fn two_persons_decide_about_a_third() {
        assert_eq!(grant(Status::Proposed).approve(PROPOSER), Err(GrantError::OwnProposal));
        assert_eq!(grant(Status::Proposed).approve(HOLDER), Err(GrantError::OwnGrant));
        assert_eq!(grant(Status::Suspended).resume(HOLDER), Err(GrantError::OwnGrant));
        assert_eq!(grant(Status::Proposed).approve(APPROVER).unwrap().approved_by, Some(APPROVER));
    }

    #[test]
    fn the_state_is_looked_at_before_the_person() {
        assert_eq!(grant(Status::Ended).approve(PROPOSER), Err(GrantError::WrongState(Status::Ended)));
    }

    #[test]
    fn a_grant_is_in_force_from_its_first_to_its_last_day() {
        let active = grant(Status::Active);
        let days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1)];
        assert_eq!(days.map(|day| active.is_in_force(day)), [false, true, true, false]);
        assert!(Grant { to: None, ..active }.is_in_force(date(2036, 1, 1)));
        assert!(!grant(Status::Suspended).is_in_force(date(2026, 11, 1)));
    }

    #[test]
    fn each_role_has_its_kinds_of_scope() {
        let kinds = |role: Role| ScopeKind::iter().filter(move |kind| role.suits(*kind).is_ok()).collect::<Vec<_>>();
        for role in [Role::Liaison, Role::Official, Role::Lead] {
            assert_eq!(kinds(role), [ScopeKind::Organisation], "{role:?}");
        }
        assert_eq!(kinds(Role::Steward), [ScopeKind::Zone, ScopeKind::Place]);
        for role in [Role::Coordinator, Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor] {
            assert_eq!(kinds(role), [ScopeKind::District], "{role:?}");
        }
        assert_eq!(Role::Steward.suits(ScopeKind::District), Err(GrantError::ScopeKind(Role::Steward)));
    }

    #[test]
    fn liaisons_are_of_enterprises_and_officials_of_departments() {
        for kind in organisation::Kind::iter() {
            assert_eq!(Role::Liaison.suits_organisation(kind).is_ok(), kind.is_enterprise(), "{kind:?}");
            assert_eq!(Role::Official.suits_organisation(kind).is_ok(), !kind.is_enterprise(), "{kind:?}");
            assert_eq!(Role::Lead.suits_organisation(kind).is_ok(), !kind.is_enterprise(), "{kind:?}");
            assert_eq!(Role::Steward.suits_organisation(kind), Err(GrantError::OrganisationKind(Role::Steward)), "{kind:?}");
        }
    }

    #[test]
    fn powers_are_separate() {
        use Role::{Auditor, Coordinator, Liaison, SecurityAdmin, SystemAdmin};
        assert_eq!(Auditor.beside(&[]), Ok(()));
        assert_eq!(Auditor.beside(&[Auditor]), Ok(()));
        assert_eq!(Coordinator.beside(&[Liaison, Role::Steward]), Ok(()));
        assert_eq!(Auditor.beside(&[Liaison]), Err(GrantError::AuditorAlone));
        assert_eq!(SystemAdmin.beside(&[Auditor]), Err(GrantError::AuditorAlone));
        assert_eq!(SystemAdmin.beside(&[SecurityAdmin]), Err(GrantError::AdminsApart));
        assert_eq!(SecurityAdmin.beside(&[SystemAdmin]), Err(GrantError::AdminsApart));
        assert_eq!(Liaison.beside(&[SystemAdmin]), Err(GrantError::AdminsOnly));
        assert_eq!(SecurityAdmin.beside(&[Coordinator]), Err(GrantError::AdminsOnly));
        let alone = |role: Role| Role::iter().filter(move |other| role.beside(&[*other]).is_ok()).count();
        assert_eq!(Role::iter().map(alone).collect::<Vec<_>>(), [8, 8, 8, 8, 8, 8, 8, 8, 1, 1, 1]);
    }
}
