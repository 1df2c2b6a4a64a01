//! What people do with records of instructors' work: draft, attach, file; verify, dispute, decide, add.

mod draft;
mod file;
mod review;

pub use draft::{NewDemand, attach, demand_open, detach, discard, draft, revise};
pub use file::{Filing, file, month_open};
pub use review::{add, dispute, dispute_decide, verify};

use super::{Failure, Scene};
use crate::{
    domain::{
        posting::{Posting, Status},
        record::{
            RecordError,
            standing::{Standing, StandingError},
        },
    },
    kernel::{
        id::{FiledRecordId, PostingId},
        problem::{Code, Problem},
    },
    store::{self, Tx, audit::Effect, filed_record::Kept},
};

fn find(cx: &Scene, tx: &mut Tx, id: FiledRecordId) -> Result<Kept, Failure> {
    store::filed_record::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("filedRecord"))
}

/// The posting of a draft or record that was just seen.
fn posting_of(cx: &Scene, tx: &mut Tx, id: PostingId) -> Result<Posting, Failure> {
    store::posting::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("posting"))
}

/// Work is written down while the posting is in force, and what was done until its end still then.
fn must_have_begun(posting: &Posting) -> Result<(), Failure> {
    match posting.status() {
        Status::Active => Ok(()),
        Status::Ended if posting.approval.is_some() => Ok(()),
        Status::Proposed | Status::Consented | Status::Ended => Err(Failure::refused_at(Code::InvalidState, "posting")),
    }
}

/// The effect of a step with where a record stands.
pub(super) fn moved(before: &Standing, after: &Standing) -> Effect {
    Effect::moved(after.record, before.status().name(), after.status().name()).code("posting", after.posting)
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        let invalid =
            |field: &str, zh: String, en: String| Self::Invalid(vec![Problem::new(Code::Validation).at(field).saying(zh, en)]);
        match error {
            RecordError::Settled => Self::refused(Code::InvalidState),
            RecordError::Future => {
                invalid("occurredOn", "发生日期不能晚于今天。".to_owned(), "The day cannot lie in the future.".to_owned())
            }
            RecordError::NotServed => Self::refused_at(Code::NotServed, "target"),
            RecordError::LateReasonMissing => Self::refused_at(Code::LateReasonMissing, "lateReason"),
            RecordError::Locked => Self::refused(Code::RecordMonthLocked),
            RecordError::TooManyFiles { most } => {
                invalid("file", format!("最多 {most} 个附件。"), format!("A record has at most {most} attachments."))
            }
            RecordError::NoSuchFile => Self::missing("file"),
        }
    }
}

impl From<StandingError> for Failure {
    fn from(error: StandingError) -> Self {
        match error {
            StandingError::WrongState(_) | StandingError::NotDue => Self::refused(Code::InvalidState),
            StandingError::SamePerson => Self::refused(Code::SamePerson),
        }
    }
}
