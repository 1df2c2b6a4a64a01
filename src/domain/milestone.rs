//! A milestone (里程碑): a dated part of a project's plan, done or waived in the end.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::kernel::{
    id::{MilestoneId, ProjectId},
    text::{Note, Reason, Title},
};

/// A milestone in one of its states. Its changes count in the version of its project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    pub id: MilestoneId,
    pub project: ProjectId,
    /// Where it stands in the plan, from 1.
    pub position: i32,
    pub title: Title,
    pub due_on: Date,
    pub state: State,
}

/// The most milestones that a plan has.
pub const MAX_MILESTONES: usize = 20;

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Open,
    Done { on: Date, note: Note },
    Waived { reason: Reason },
}

/// The name of a state, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Open,
    Done,
    Waived,
}

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the milestone is {} already", <&str>::from(.0))]
pub struct MilestoneError(pub Status);

impl Milestone {
    /// The name of its state.
    pub fn status(&self) -> Status {
        match self.state {
            State::Open => Status::Open,
            State::Done { .. } => Status::Done,
            State::Waived { .. } => Status::Waived,
        }
    }

    /// It was reached on a day.
    pub fn done(self, on: Date, note: Note) -> Result<Self, MilestoneError> {
        self.while_open(State::Done { on, note })
    }

    /// It is not needed after all.
    pub fn waive(self, reason: Reason) -> Result<Self, MilestoneError> {
        self.while_open(State::Waived { reason })
    }

    fn while_open(self, state: State) -> Result<Self, MilestoneError> {
        match self.status() {
            Status::Open => Ok(Self { state, ..self }),
            settled @ (Status::Done | Status::Waived) => Err(MilestoneError(settled)),
        }
    }
}

impl Status {
    /// The name in the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_milestone_is_settled_once() {
        let open = Milestone {
            id: MilestoneId::from_bytes([1; 16]),
            project: ProjectId::from_bytes([2; 16]),
            position: 1,
            title: Title::parse("现场踏勘").unwrap(),
            due_on: date(2026, 12, 1),
            state: State::Open,
        };
        let note = || Note::parse("已完成").unwrap();
        let reason = || Reason::parse("不再需要").unwrap();
        let done = open.clone().done(date(2026, 12, 1), note()).unwrap();
        let waived = open.waive(reason()).unwrap();
        assert_eq!((done.status(), waived.status()), (Status::Done, Status::Waived));
        for settled in [done, waived] {
            let refused = Err(MilestoneError(settled.status()));
            assert_eq!(settled.clone().done(date(2026, 12, 2), note()), refused);
            assert_eq!(settled.waive(reason()), refused);
        }
    }
}
