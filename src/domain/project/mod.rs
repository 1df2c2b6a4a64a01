//! A project (项目): what an agreed claim becomes, dated and owned, until the enterprise confirms it.
//!
//! ```text
//!                  Paused
//!                    ▲ │
//!               pause│ │resume
//!                    │ ▼
//! Planned ──start──▶ Active ──deliver──▶ Delivered ──confirm──▶ Confirmed ──(some days)──▶ Closed
//!                      ▲                    │                     ▲  │                      ▲ │
//!                      │               (some days)             confirm                      │ │
//!                      │                    └──────▶ Unconfirmed ─┘──┼──(some days)─────────┘ │
//!                      └────────────────────────reopen───────────────┴────────────────────────┘
//! ```
//!
//! What is planned, active or paused can be cancelled with its claim. Contact and plan are logged
//! while it is planned, milestones and progress while it is active; neither changes the state. This
//! folder decides *when* a step is possible; *who* may take it is [`crate::policy`]'s business.

mod extension;
mod pause;
mod silence;
#[cfg(test)]
mod tests;
mod time;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

pub use self::{
    extension::{Extension, ExtensionError, ExtensionState, ExtensionStatus, Extensions, Limits},
    pause::{Decision, Pause, PauseEnd, PauseError, PauseReason, PauseState, PauseStatus, check_until},
    time::{Paused, Rest},
};
use super::{
    claim::{self, Claim},
    milestone,
};
use crate::kernel::{
    district::District,
    id::{AccountId, ClaimId, DemandId, OrganisationId, PlaceId, ProjectId, ProjectProgressId, ResourceId},
    reference::RefNo,
    text::{Account, Note, Reason, Title},
    version::Version,
};

/// A project in one of its states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    pub id: ProjectId,
    pub district: District,
    pub version: Version,
    pub ref_no: RefNo,
    /// One project per agreed claim.
    pub claim: ClaimId,
    pub demand: DemandId,
    /// The enterprise that confirms.
    pub demand_organisation: OrganisationId,
    /// The demand's place; it ties the project to a steward.
    pub place: PlaceId,
    pub resource: Option<ResourceId>,
    /// The organisation that provides.
    pub lead: OrganisationId,
    /// That of the demand at the time of the agreement.
    pub title: Title,
    pub state: State,
    /// When it should be delivered, by the rule for its category.
    pub due_on: Date,
    pub original_due_on: Date,
    pub contact_due_at: Timestamp,
    pub contact: Option<Contact>,
    pub plan_due_at: Timestamp,
    pub plan: Option<FiledPlan>,
    /// How often it was reopened; at most [`MAX_REOPENINGS`].
    pub reopen_count: u8,
    pub created_at: Timestamp,
    /// When it was closed or cancelled.
    pub closed_at: Option<Timestamp>,
}

/// How often a project can be reopened.
pub const MAX_REOPENINGS: u8 = 2;

/// The first contact of the lead with the enterprise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub at: Timestamp,
    pub note: Note,
}

/// The plan that the lead has filed; its milestones stand beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledPlan {
    pub at: Timestamp,
    pub text: Account,
}

/// What the lead has reported about the running work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub id: ProjectProgressId,
    pub project: ProjectId,
    pub at: Timestamp,
    pub by: AccountId,
    pub note: Account,
}

/// That the lead says it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub at: Timestamp,
    pub summary: Account,
    /// When the enterprise should have confirmed.
    pub confirm_due_at: Timestamp,
    /// When it was found that nobody had; it stays although somebody does later.
    pub unconfirmed_at: Option<Timestamp>,
}

/// What the enterprise says of it: the four questions, and a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    pub at: Timestamp,
    pub by: AccountId,
    pub solved: Solved,
    /// Whether questions were answered.
    pub answered: bool,
    /// Whether the lead came by itself.
    pub reached_out: bool,
    /// 1 to 5.
    pub satisfaction: u8,
    pub comment: Option<Note>,
    /// When the project closes by itself.
    pub close_due_at: Timestamp,
}

/// Whether the enterprise's need is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Solved {
    Yes,
    Partly,
    No,
}

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Planned,
    Active {
        /// Why it was reopened the last time, if it was.
        reopened: Option<Reason>,
        /// By when the lead reports again.
        progress_due_at: Timestamp,
    },
    /// The clocks stand.
    Paused {
        reopened: Option<Reason>,
        paused: Paused,
    },
    Delivered {
        delivery: Delivery,
    },
    Confirmed {
        delivery: Delivery,
        confirmation: Confirmation,
    },
    /// The enterprise has not answered in time; that is never taken for content.
    Unconfirmed {
        delivery: Delivery,
        /// When the project closes by itself.
        close_due_at: Timestamp,
    },
    Closed {
        delivery: Delivery,
        /// `None` when the enterprise never answered.
        confirmation: Option<Confirmation>,
    },
    Cancelled {
        reason: Reason,
    },
}

/// The name of a state, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Planned,
    Active,
    Paused,
    Delivered,
    Confirmed,
    Unconfirmed,
    Closed,
    Cancelled,
}

/// When the first steps of a new project fall due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    pub contact_due_at: Timestamp,
    pub plan_due_at: Timestamp,
    pub due_on: Date,
}

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectError {
    #[error("a {} project cannot do this", <&str>::from(*.0))]
    WrongState(Status),
    #[error("the first contact is logged already")]
    ContactLogged,
    #[error("the first contact and the plan come first")]
    PlanIncomplete,
    #[error("a milestone is neither done nor waived")]
    MilestonesOpen,
    #[error("what the enterprise calls solved is not reopened")]
    Solved,
    #[error("the project was confirmed too long ago")]
    TooLate,
    #[error("the project was reopened {MAX_REOPENINGS} times already")]
    ReopenLimit,
    #[error("the time for this has not come yet")]
    NotDue,
    #[error("no call has shown that the enterprise is not content")]
    CallBackFirst,
    #[error("a project is cancelled with its claim only")]
    ClaimStands,
}

impl Project {
    /// What an agreed claim becomes.
    pub fn open(id: ProjectId, ref_no: RefNo, claim: &Claim, title: Title, clocks: Clocks, at: Timestamp) -> Self {
        Self {
            id,
            district: claim.district.clone(),
            version: Version::FIRST,
            ref_no,
            claim: claim.id,
            demand: claim.demand,
            demand_organisation: claim.demand_organisation,
            place: claim.place,
            resource: claim.resource.map(|used| used.resource),
            lead: claim.provider,
            title,
            state: State::Planned,
            due_on: clocks.due_on,
            original_due_on: clocks.due_on,
            contact_due_at: clocks.contact_due_at,
            contact: None,
            plan_due_at: clocks.plan_due_at,
            plan: None,
            reopen_count: 0,
            created_at: at,
            closed_at: None,
        }
    }

    /// The name of its state.
    pub fn status(&self) -> Status {
        self.state.status()
    }

    /// Logs the first contact; there is only one first.
    pub fn log_contact(self, note: Note, at: Timestamp) -> Result<Self, ProjectError> {
        self.must_be(&[Status::Planned])?;
        match self.contact {
            Some(_) => Err(ProjectError::ContactLogged),
            None => Ok(Self { contact: Some(Contact { at, note }), version: self.version.next(), ..self }),
        }
    }

    /// Files the plan; until the work starts, filing again replaces it.
    pub fn file_plan(self, text: Account, at: Timestamp) -> Result<Self, ProjectError> {
        self.must_be(&[Status::Planned])?;
        Ok(Self { plan: Some(FiledPlan { at, text }), version: self.version.next(), ..self })
    }

    /// The work starts (P1), and with it the clock of the reports.
    pub fn start(self, progress_due_at: Timestamp) -> Result<Self, ProjectError> {
        self.must_be(&[Status::Planned])?;
        if self.contact.is_none() || self.plan.is_none() {
            return Err(ProjectError::PlanIncomplete);
        }
        Ok(self.into(State::Active { reopened: None, progress_due_at }))
    }

    /// One of its milestones is settled: the state stays, the version does not.
    pub fn progress(self) -> Result<Self, ProjectError> {
        self.must_be(&[Status::Active])?;
        Ok(Self { version: self.version.next(), ..self })
    }

    /// The lead says it is done (P4). `milestones` are all that the project has.
    pub fn deliver(self, delivery: Delivery, milestones: &[milestone::Milestone]) -> Result<Self, ProjectError> {
        self.must_be(&[Status::Active])?;
        if milestones.iter().any(|milestone| milestone.status() == milestone::Status::Open) {
            return Err(ProjectError::MilestonesOpen);
        }
        Ok(self.into(State::Delivered { delivery }))
    }

    /// Cancelled together with its claim and for the same reason (P9).
    pub fn cancel(self, claim: &claim::State, at: Timestamp) -> Result<Self, ProjectError> {
        self.must_be_cancellable()?;
        match claim {
            claim::State::Cancelled { reason } => {
                Ok(Self { closed_at: Some(at), ..self.into(State::Cancelled { reason: reason.clone() }) })
            }
            claim::State::Pending { .. }
            | claim::State::Objected
            | claim::State::Agreed
            | claim::State::Declined { .. }
            | claim::State::Withdrawn
            | claim::State::Lapsed
            | claim::State::Superseded { .. }
            | claim::State::Ended { .. } => Err(ProjectError::ClaimStands),
        }
    }

    /// Refuses what makes no sense once the work is delivered or over.
    pub fn must_be_cancellable(&self) -> Result<(), ProjectError> {
        self.must_be(&[Status::Planned, Status::Active, Status::Paused])
    }

    /// What the lead delivered, since it was last reopened.
    pub fn delivery(&self) -> Option<&Delivery> {
        match &self.state {
            State::Delivered { delivery }
            | State::Confirmed { delivery, .. }
            | State::Unconfirmed { delivery, .. }
            | State::Closed { delivery, .. } => Some(delivery),
            State::Planned | State::Active { .. } | State::Paused { .. } | State::Cancelled { .. } => None,
        }
    }

    /// What the enterprise said of it, since it was last reopened.
    pub fn confirmation(&self) -> Option<&Confirmation> {
        match &self.state {
            State::Confirmed { confirmation, .. } => Some(confirmation),
            State::Closed { confirmation, .. } => confirmation.as_ref(),
            State::Planned
            | State::Active { .. }
            | State::Paused { .. }
            | State::Delivered { .. }
            | State::Unconfirmed { .. }
            | State::Cancelled { .. } => None,
        }
    }

    /// Why it was reopened or cancelled the last time, if it was.
    pub fn reason(&self) -> Option<&Reason> {
        match &self.state {
            State::Active { reopened, .. } | State::Paused { reopened, .. } => reopened.as_ref(),
            State::Cancelled { reason } => Some(reason),
            State::Planned
            | State::Delivered { .. }
            | State::Confirmed { .. }
            | State::Unconfirmed { .. }
            | State::Closed { .. } => None,
        }
    }

    /// Whether it should have been delivered before this day and is not.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.due_on < today && UNDELIVERED.contains(&self.status())
    }

    fn must_be(&self, statuses: &[Status]) -> Result<(), ProjectError> {
        if statuses.contains(&self.status()) { Ok(()) } else { Err(self.wrong_state()) }
    }

    fn into(self, state: State) -> Self {
        Self { state, version: self.version.next(), ..self }
    }

    fn wrong_state(&self) -> ProjectError {
        ProjectError::WrongState(self.status())
    }
}

/// The states in which a project can be overdue: while it is paused, its clock stands.
pub const UNDELIVERED: [Status; 2] = [Status::Planned, Status::Active];

impl State {
    /// The name of the state.
    pub fn status(&self) -> Status {
        match self {
            Self::Planned => Status::Planned,
            Self::Active { .. } => Status::Active,
            Self::Paused { .. } => Status::Paused,
            Self::Delivered { .. } => Status::Delivered,
            Self::Confirmed { .. } => Status::Confirmed,
            Self::Unconfirmed { .. } => Status::Unconfirmed,
            Self::Closed { .. } => Status::Closed,
            Self::Cancelled { .. } => Status::Cancelled,
        }
    }
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
