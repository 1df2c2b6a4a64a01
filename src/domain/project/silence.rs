//! What the enterprise says of a delivered project, what follows when it says nothing, and how a
//! project that is as good as over is opened again.

use jiff::Timestamp;

use super::{Confirmation, Delivery, MAX_REOPENINGS, Project, ProjectError, Solved, State};
use crate::kernel::text::Reason;

impl Project {
    /// The enterprise says what came of it (P5), in time or late.
    pub fn confirm(self, confirmation: Confirmation) -> Result<Self, ProjectError> {
        match self.state.clone() {
            State::Delivered { delivery } | State::Unconfirmed { delivery, .. } => {
                Ok(self.into(State::Confirmed { delivery, confirmation }))
            }
            State::Planned
            | State::Active { .. }
            | State::Paused { .. }
            | State::Confirmed { .. }
            | State::Closed { .. }
            | State::Cancelled { .. } => Err(self.wrong_state()),
        }
    }

    /// The enterprise has not answered in time (P7).
    pub fn unconfirm(self, at: Timestamp, close_due_at: Timestamp) -> Result<Self, ProjectError> {
        let State::Delivered { delivery } = self.state.clone() else {
            return Err(self.wrong_state());
        };
        if at < delivery.confirm_due_at {
            return Err(ProjectError::NotDue);
        }
        let delivery = Delivery { unconfirmed_at: Some(at), ..delivery };
        Ok(self.into(State::Unconfirmed { delivery, close_due_at }))
    }

    /// Some days after the confirmation, or after there was none, the project closes by itself (P8).
    pub fn close(self, at: Timestamp) -> Result<Self, ProjectError> {
        let (delivery, confirmation, due_at) = match self.state.clone() {
            State::Confirmed { delivery, confirmation } => {
                let due_at = confirmation.close_due_at;
                (delivery, Some(confirmation), due_at)
            }
            State::Unconfirmed { delivery, close_due_at } => (delivery, None, close_due_at),
            State::Planned
            | State::Active { .. }
            | State::Paused { .. }
            | State::Delivered { .. }
            | State::Closed { .. }
            | State::Cancelled { .. } => return Err(self.wrong_state()),
        };
        if at < due_at {
            return Err(ProjectError::NotDue);
        }
        Ok(Self { closed_at: Some(at), ..self.into(State::Closed { delivery, confirmation }) })
    }

    /// The coordinator has called the enterprise about it; `said` is `None` when nobody was reached.
    /// Once somebody was, nothing more is waited for from an enterprise that had not confirmed: the
    /// project can close (P8).
    pub fn log_call(self, said: Option<Solved>, at: Timestamp) -> Result<Self, ProjectError> {
        match self.state.clone() {
            State::Unconfirmed { delivery, close_due_at } if said.is_some() => {
                let close_due_at = close_due_at.min(at);
                Ok(self.into(State::Unconfirmed { delivery, close_due_at }))
            }
            same @ (State::Confirmed { .. } | State::Unconfirmed { .. } | State::Closed { .. }) => Ok(self.into(same)),
            State::Planned | State::Active { .. } | State::Paused { .. } | State::Delivered { .. } | State::Cancelled { .. } => {
                Err(self.wrong_state())
            }
        }
    }

    /// The enterprise is not content after all (P6); delivery and confirmation start anew.
    /// `window_ends` is the last moment at which it can say so.
    pub fn reopen(
        self,
        reason: Reason,
        at: Timestamp,
        window_ends: Timestamp,
        progress_due_at: Timestamp,
    ) -> Result<Self, ProjectError> {
        let State::Confirmed { confirmation, .. } = &self.state else {
            return Err(self.wrong_state());
        };
        if confirmation.solved == Solved::Yes {
            return Err(ProjectError::Solved);
        }
        if at > window_ends {
            return Err(ProjectError::TooLate);
        }
        self.open_again(reason, progress_due_at)
    }

    /// The coordinator opens it again (P6). `said` is what the enterprise answered to the last call
    /// since the delivery in which somebody was reached.
    pub fn reopen_after_call(
        self,
        reason: Reason,
        said: Option<Solved>,
        progress_due_at: Timestamp,
    ) -> Result<Self, ProjectError> {
        match self.state {
            State::Confirmed { .. } | State::Unconfirmed { .. } | State::Closed { .. } => {}
            State::Planned | State::Active { .. } | State::Paused { .. } | State::Delivered { .. } | State::Cancelled { .. } => {
                return Err(self.wrong_state());
            }
        }
        match said {
            Some(Solved::Partly | Solved::No) => self.open_again(reason, progress_due_at),
            Some(Solved::Yes) | None => Err(ProjectError::CallBackFirst),
        }
    }

    fn open_again(self, reason: Reason, progress_due_at: Timestamp) -> Result<Self, ProjectError> {
        if self.reopen_count >= MAX_REOPENINGS {
            return Err(ProjectError::ReopenLimit);
        }
        let reopen_count = self.reopen_count + 1;
        let active = State::Active { reopened: Some(reason), progress_due_at };
        Ok(Self { reopen_count, closed_at: None, ..self.into(active) })
    }
}
