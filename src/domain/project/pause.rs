//! A pause of a project (暂停): asked for by the lead, decided by the coordinator (P2).
//!
//! ```text
//! Asked ──approve──▶ Running ──▶ Ended
//!   ├──refuse────▶ Refused
//!   ├──withdraw──▶ Withdrawn
//!   └──(the project goes on without it)──▶ Dropped
//! ```

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::kernel::{
    id::{AccountId, ProjectId, ProjectPauseId},
    text::{Note, Reason},
};

/// A request for a pause, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub id: ProjectPauseId,
    pub project: ProjectId,
    pub reason: PauseReason,
    pub note: Note,
    /// The day on which the work goes on.
    pub until: Date,
    pub asked_at: Timestamp,
    pub asked_by: AccountId,
    pub state: PauseState,
}

/// Why the work cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PauseReason {
    WaitingEnterprise,
    WaitingPolicy,
    Season,
    ForceMajeure,
}

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PauseState {
    Asked,
    Withdrawn(PauseEnd),
    Dropped(PauseEnd),
    Refused(Decision),
    Running(Decision),
    Ended(Decision, PauseEnd),
}

/// The name of a state, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum PauseStatus {
    Asked,
    Withdrawn,
    Dropped,
    Refused,
    Running,
    Ended,
}

/// What the coordinator has said to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub at: Timestamp,
    pub by: AccountId,
    /// Always there when it was refused.
    pub reason: Option<Reason>,
}

/// That a pause, or the request for one, is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PauseEnd {
    pub at: Timestamp,
    /// `None` when it ended by itself.
    pub by: Option<AccountId>,
    /// Why before its day.
    pub reason: Option<Reason>,
}

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PauseError {
    #[error("a {} pause cannot do this", <&str>::from(*.0))]
    WrongState(PauseStatus),
    #[error("a pause ends within {max_days} days from tomorrow")]
    Until { max_days: u32 },
}

/// A pause ends after today, at most `max_days` from it.
pub fn check_until(until: Date, today: Date, max_days: u32) -> Result<(), PauseError> {
    let days = (until - today).get_days();
    if days >= 1 && i64::from(days) <= i64::from(max_days) { Ok(()) } else { Err(PauseError::Until { max_days }) }
}

impl Pause {
    /// The name of its state.
    pub fn status(&self) -> PauseStatus {
        match &self.state {
            PauseState::Asked => PauseStatus::Asked,
            PauseState::Withdrawn(_) => PauseStatus::Withdrawn,
            PauseState::Dropped(_) => PauseStatus::Dropped,
            PauseState::Refused(_) => PauseStatus::Refused,
            PauseState::Running(_) => PauseStatus::Running,
            PauseState::Ended(..) => PauseStatus::Ended,
        }
    }

    /// The work rests.
    pub fn approve(self, decision: Decision) -> Result<Self, PauseError> {
        self.must_be_asked()?;
        Ok(Self { state: PauseState::Running(decision), ..self })
    }

    /// The work goes on.
    pub fn refuse(self, decision: Decision) -> Result<Self, PauseError> {
        self.must_be_asked()?;
        Ok(Self { state: PauseState::Refused(decision), ..self })
    }

    /// The lead does not need it after all.
    pub fn withdraw(self, end: PauseEnd) -> Result<Self, PauseError> {
        self.must_be_asked()?;
        Ok(Self { state: PauseState::Withdrawn(end), ..self })
    }

    /// Its project has gone on without it, or is over: a request is dropped, a pause ends.
    pub fn drop_with_project(self, end: PauseEnd) -> Result<Self, PauseError> {
        if self.status() == PauseStatus::Asked {
            return Ok(Self { state: PauseState::Dropped(end), ..self });
        }
        self.end(end)
    }

    /// The work goes on.
    pub fn end(self, end: PauseEnd) -> Result<Self, PauseError> {
        match self.state.clone() {
            PauseState::Running(decision) => Ok(Self { state: PauseState::Ended(decision, end), ..self }),
            PauseState::Asked
            | PauseState::Withdrawn(_)
            | PauseState::Dropped(_)
            | PauseState::Refused(_)
            | PauseState::Ended(..) => Err(PauseError::WrongState(self.status())),
        }
    }

    /// What the coordinator has said to it.
    pub fn decision(&self) -> Option<&Decision> {
        match &self.state {
            PauseState::Refused(decision) | PauseState::Running(decision) | PauseState::Ended(decision, _) => Some(decision),
            PauseState::Asked | PauseState::Withdrawn(_) | PauseState::Dropped(_) => None,
        }
    }

    /// How it came to be over.
    pub fn ended(&self) -> Option<&PauseEnd> {
        match &self.state {
            PauseState::Withdrawn(end) | PauseState::Dropped(end) | PauseState::Ended(_, end) => Some(end),
            PauseState::Asked | PauseState::Refused(_) | PauseState::Running(_) => None,
        }
    }

    fn must_be_asked(&self) -> Result<(), PauseError> {
        match self.status() {
            PauseStatus::Asked => Ok(()),
            other => Err(PauseError::WrongState(other)),
        }
    }
}

impl PauseStatus {
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

    const AT: Timestamp = Timestamp::constant(1_795_000_000, 0);
    const BY: AccountId = AccountId::from_bytes([7; 16]);

    fn decision() -> Decision {
        Decision { at: AT, by: BY, reason: None }
    }

    fn end() -> PauseEnd {
        PauseEnd { at: AT, by: None, reason: None }
    }

    fn asked() -> Pause {
        Pause {
            id: ProjectPauseId::from_bytes([1; 16]),
            project: ProjectId::from_bytes([2; 16]),
            reason: PauseReason::Season,
            note: Note::parse("").unwrap(),
            until: date(2027, 3, 1),
            asked_at: AT,
            asked_by: BY,
            state: PauseState::Asked,
        }
    }

    fn possible(step: impl Fn(Pause) -> Result<Pause, PauseError>) -> Vec<PauseStatus> {
        let running = asked().approve(decision()).unwrap();
        let all = [
            asked(),
            asked().withdraw(end()).unwrap(),
            asked().drop_with_project(end()).unwrap(),
            asked().refuse(decision()).unwrap(),
            running.clone(),
            running.end(end()).unwrap(),
        ];
        assert_eq!(all.clone().map(|pause| pause.status()).to_vec(), PauseStatus::iter().collect::<Vec<_>>());
        all.into_iter().filter(|pause| step(pause.clone()).is_ok()).map(|pause| pause.status()).collect()
    }

    #[test]
    fn every_step_has_its_states() {
        assert_eq!(possible(|pause| pause.approve(decision())), [PauseStatus::Asked]);
        assert_eq!(possible(|pause| pause.refuse(decision())), [PauseStatus::Asked]);
        assert_eq!(possible(|pause| pause.withdraw(end())), [PauseStatus::Asked]);
        assert_eq!(possible(|pause| pause.drop_with_project(end())), [PauseStatus::Asked, PauseStatus::Running]);
        assert_eq!(possible(|pause| pause.end(end())), [PauseStatus::Running]);
    }

    #[test]
    fn a_pause_ends_after_today_and_within_its_days() {
        let check = |until| check_until(until, date(2026, 11, 23), 180).is_ok();
        assert!(!check(date(2026, 11, 22)) && !check(date(2026, 11, 23)) && check(date(2026, 11, 24)));
        assert!(check(date(2027, 5, 22)) && !check(date(2027, 5, 23)));
    }
}
