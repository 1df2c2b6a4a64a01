//! A posting (选派): an instructor serves some organisations for a time, sent by a dispatch unit.
//!
//! ```text
//! Proposed ──(every target has answered, one consents)──▶ Consented ──approve──▶ Active
//!    └───────────────────────────end───────────────────────────┴───────end─────────┴──▶ Ended
//! ```
//!
//! Each target consents or declines for itself. A posting whose last target has gone ends by itself.
//! This file decides *when* a step is possible; *who* may take it is [`crate::policy`]'s business.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::clock::{Clock, Running};
use crate::kernel::{
    district::District,
    id::{AccountId, OrganisationId, PostingId},
    text::Reason,
    version::Version,
};

/// A posting in one of its states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    pub id: PostingId,
    pub district: District,
    pub version: Version,
    /// 1 to 9999, without gap in the district; part of the reference numbers of its records.
    pub number: i32,
    pub instructor: AccountId,
    /// The department that sends the instructor and answers for the work.
    pub dispatch_unit: OrganisationId,
    pub kind: Kind,
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// In the order in which they were named; never empty.
    pub targets: Vec<Target>,
    pub proposed_by: AccountId,
    pub proposed_at: Timestamp,
    /// `None` until it is approved.
    pub approval: Option<Approval>,
    pub state: State,
}

/// Who put a posting into force, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub by: AccountId,
    pub at: Timestamp,
}

/// In what way somebody is an instructor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    Retired,
    Serving,
    FullTime,
}

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Targets have until then to answer.
    Proposed {
        consent_due_at: Timestamp,
    },
    /// The organisation department has until then to decide.
    Consented {
        approve_due_at: Timestamp,
    },
    Active,
    /// `by` is `None` when it ended by itself.
    Ended {
        at: Timestamp,
        by: Option<AccountId>,
        reason: Reason,
    },
}

/// The name of a state, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Proposed,
    Consented,
    Active,
    Ended,
}

/// An organisation that a posting serves, or was to serve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub organisation: OrganisationId,
    /// Who answered for it, and when.
    pub answer: Option<Approval>,
    pub state: TargetState,
}

/// Where a target stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TargetState {
    Asked,
    Consented,
    Declined {
        reason: Reason,
    },
    /// It is not served any more.
    Ended {
        at: Timestamp,
        reason: Reason,
    },
}

/// The name of such a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum TargetStatus {
    Asked,
    Consented,
    Declined,
    Ended,
}

/// Something about a posting that whoever approves it has to acknowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Warning {
    /// It serves as many organisations as are thought to be a lot.
    ManyTargets,
}

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostingError {
    #[error("a {} posting cannot do this", <&str>::from(*.0))]
    WrongState(Status),
    #[error("this organisation has answered already")]
    AlreadyAnswered,
    #[error("this organisation is no target of the posting, or no longer")]
    NoTarget,
    #[error("whoever proposed a posting, or is posted, does not approve it")]
    SamePerson,
    #[error("the posting has not run out")]
    NotDue,
}

/// Why the system ends a posting of which nobody is served any more.
pub const NOBODY_LEFT: &str = "已无服务对象。";
/// Why the system ends a posting on the day after its last.
pub const TERM_OVER: &str = "选派期满。";

impl Posting {
    /// The name of its state.
    pub fn status(&self) -> Status {
        match &self.state {
            State::Proposed { .. } => Status::Proposed,
            State::Consented { .. } => Status::Consented,
            State::Active => Status::Active,
            State::Ended { .. } => Status::Ended,
        }
    }

    /// One of its targets, whatever it has answered.
    pub fn target(&self, organisation: OrganisationId) -> Option<&Target> {
        self.targets.iter().find(|target| target.organisation == organisation)
    }

    /// The organisations that it serves: nobody before it is active or after it has ended.
    pub fn served(&self) -> impl Iterator<Item = OrganisationId> {
        let active = self.status() == Status::Active;
        self.targets.iter().filter(move |target| active && target.is_consented()).map(|target| target.organisation)
    }

    /// The clocks that run.
    pub fn clocks(&self) -> Vec<Running> {
        match self.state {
            State::Proposed { consent_due_at } => vec![Running::at(Clock::Consent, consent_due_at)],
            State::Consented { approve_due_at } => vec![Running::at(Clock::Approval, approve_due_at)],
            State::Active | State::Ended { .. } => Vec::new(),
        }
    }

    /// What is to be acknowledged before it is approved; `many` targets are a lot.
    pub fn warnings(&self, many: u32) -> Vec<Warning> {
        let wanted =
            self.targets.iter().filter(|target| matches!(target.status(), TargetStatus::Asked | TargetStatus::Consented));
        if wanted.count() >= many as usize { vec![Warning::ManyTargets] } else { Vec::new() }
    }

    /// A target wants to be served. With the last answer the posting goes to whoever approves it.
    pub fn consent(self, target: OrganisationId, answer: Approval, approve_due_at: Timestamp) -> Result<Self, PostingError> {
        self.answer(target, answer, TargetState::Consented, approve_due_at)
    }

    /// A target does not want to be served; the others still may.
    pub fn decline(
        self,
        target: OrganisationId,
        answer: Approval,
        reason: Reason,
        approve_due_at: Timestamp,
    ) -> Result<Self, PostingError> {
        self.answer(target, answer, TargetState::Declined { reason }, approve_due_at)
    }

    fn answer(
        self,
        organisation: OrganisationId,
        answer: Approval,
        state: TargetState,
        approve_due_at: Timestamp,
    ) -> Result<Self, PostingError> {
        // Whoever is no target cannot tell from the answer where the posting stands.
        let known = self.target(organisation).ok_or(PostingError::NoTarget)?;
        if self.status() != Status::Proposed {
            return Err(PostingError::WrongState(self.status()));
        }
        if known.status() != TargetStatus::Asked {
            return Err(PostingError::AlreadyAnswered);
        }
        let answered = self.with(organisation, |target| Target { answer: Some(answer), state: state.clone(), ..target });
        Ok(answered.forward(answer.at, approve_due_at))
    }

    /// Once nobody is asked any more it waits to be approved, or ends if nobody is left.
    fn forward(self, at: Timestamp, approve_due_at: Timestamp) -> Self {
        let statuses: Vec<TargetStatus> = self.targets.iter().map(Target::status).collect();
        if statuses.contains(&TargetStatus::Asked) {
            return Self { version: self.version.next(), ..self };
        }
        if statuses.contains(&TargetStatus::Consented) {
            let state = match self.state {
                State::Proposed { .. } => State::Consented { approve_due_at },
                other => other,
            };
            return Self { state, version: self.version.next(), ..self };
        }
        self.ended(State::Ended { at, by: None, reason: words(NOBODY_LEFT) }, at)
    }

    /// Puts it into force. Nobody approves what they have proposed, or their own posting.
    pub fn approve(self, approval: Approval) -> Result<Self, PostingError> {
        match self.state {
            State::Consented { .. } if [self.proposed_by, self.instructor].contains(&approval.by) => {
                Err(PostingError::SamePerson)
            }
            State::Consented { .. } => {
                Ok(Self { state: State::Active, approval: Some(approval), version: self.version.next(), ..self })
            }
            State::Proposed { .. } | State::Active | State::Ended { .. } => Err(PostingError::WrongState(self.status())),
        }
    }

    /// One organisation is not served any more, or was not to be asked; with the last one the posting ends.
    pub fn end_target(
        self,
        organisation: OrganisationId,
        at: Timestamp,
        reason: Reason,
        approve_due_at: Timestamp,
    ) -> Result<Self, PostingError> {
        if self.status() == Status::Ended {
            return Err(PostingError::WrongState(Status::Ended));
        }
        match self.target(organisation).map(Target::status) {
            Some(TargetStatus::Asked | TargetStatus::Consented) => {}
            Some(TargetStatus::Declined | TargetStatus::Ended) | None => return Err(PostingError::NoTarget),
        }
        let ended = |target| Target { state: TargetState::Ended { at, reason: reason.clone() }, ..target };
        Ok(self.with(organisation, ended).forward(at, approve_due_at))
    }

    /// Ends it for a reason, or takes a proposal back; `by` is `None` for the system.
    pub fn end(self, at: Timestamp, by: Option<AccountId>, reason: Reason) -> Result<Self, PostingError> {
        match self.status() {
            Status::Ended => Err(PostingError::WrongState(Status::Ended)),
            Status::Proposed | Status::Consented | Status::Active => Ok(self.ended(State::Ended { at, by, reason }, at)),
        }
    }

    /// Its last day has passed.
    pub fn run_out(self, at: Timestamp, today: Date) -> Result<Self, PostingError> {
        match self.status() {
            Status::Active if self.to < today => self.end(at, None, words(TERM_OVER)),
            Status::Active => Err(PostingError::NotDue),
            Status::Proposed | Status::Consented | Status::Ended => Err(PostingError::WrongState(self.status())),
        }
    }

    /// Whoever is still served, or asked, is not any more.
    fn ended(self, state: State, at: Timestamp) -> Self {
        let State::Ended { reason, .. } = &state else { return self };
        let end = |target: Target| match target.state {
            TargetState::Asked | TargetState::Consented => {
                Target { state: TargetState::Ended { at, reason: reason.clone() }, ..target }
            }
            TargetState::Declined { .. } | TargetState::Ended { .. } => target,
        };
        let targets = self.targets.into_iter().map(end).collect();
        Self { targets, state, version: self.version.next(), ..self }
    }

    fn with(self, organisation: OrganisationId, change: impl Fn(Target) -> Target) -> Self {
        let changed = |target: Target| if target.organisation == organisation { change(target) } else { target };
        Self { targets: self.targets.into_iter().map(changed).collect(), ..self }
    }
}

impl Target {
    /// A target that is to answer.
    pub fn asked(organisation: OrganisationId) -> Self {
        Self { organisation, answer: None, state: TargetState::Asked }
    }

    /// The name of its state.
    pub fn status(&self) -> TargetStatus {
        match self.state {
            TargetState::Asked => TargetStatus::Asked,
            TargetState::Consented => TargetStatus::Consented,
            TargetState::Declined { .. } => TargetStatus::Declined,
            TargetState::Ended { .. } => TargetStatus::Ended,
        }
    }

    fn is_consented(&self) -> bool {
        self.status() == TargetStatus::Consented
    }
}

/// Our own words, which are within bounds.
fn words(text: &'static str) -> Reason {
    Reason::fixed(text)
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl TargetStatus {
    /// The name in the database.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
