//! The evaluation of an instructor's work in a cycle: four levels, each by somebody else.
//!
//! ```text
//! RecordsReady ──(enterprises answer, or their time is over)──▶ EnterpriseDone
//!   ──score, or waive level 3──▶ UnitDone ──grade──▶ Graded ──(the cycle is published)──▶ Published
//! Published ──object──▶ Objected ──decide──▶ Final
//!    └────(nobody objects in time)───────────▶ Final
//! ```
//!
//! Level 1 is computed from the records when the cycle is frozen, level 2 from what enterprises answer,
//! level 3 from the items that the dispatch unit scores, level 4 is the organisation department's own.
//! How they are computed stands in [`score`]. Nobody enters anything on two levels of one evaluation.

pub mod count;
pub mod cycle;
pub mod score;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use self::score::{Grade, LevelOne, Points, Thresholds, Weights, total};
use crate::kernel::{
    district::District,
    id::{AccountId, CycleId, EvaluationId, OrganisationId, PostingId},
    text::{GradeReason, Reason},
    version::Version,
};

/// An evaluation in one of its states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    pub id: EvaluationId,
    pub district: District,
    pub version: Version,
    pub cycle: CycleId,
    pub posting: PostingId,
    /// Whose work it is.
    pub instructor: AccountId,
    pub dispatch_unit: OrganisationId,
    /// What level 1 was computed from, so that anybody can do so again.
    pub records: LevelOne,
    /// Cycle and posting number, by which people know it.
    pub label: String,
    /// The enterprises that are asked: served long enough.
    pub asked: Vec<OrganisationId>,
    /// Until when they can answer.
    pub answers_end_at: Timestamp,
    /// The mean of level 2; `None` while it is asked, and when too few have answered.
    pub enterprises: Option<Points>,
    pub unit: Option<UnitScore>,
    pub waivers: Vec<Waiver>,
    pub grading: Option<Grading>,
    pub objection: Option<Objection>,
    pub decision: Option<Decision>,
    /// Until when the instructor can object; `None` until it is published.
    pub object_due_at: Option<Timestamp>,
    pub status: Status,
}

/// The name of a state.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    RecordsReady,
    EnterpriseDone,
    UnitDone,
    Graded,
    Published,
    Objected,
    Final,
}

/// What an enterprise says of the instructor (level 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub organisation: OrganisationId,
    /// 1 to 5 for each of the five items.
    pub items: [u8; 5],
    pub by: AccountId,
    pub at: Timestamp,
}

/// What the dispatch unit says (level 3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitScore {
    /// 0 to 100 for each item of the cycle's template, in its order.
    pub items: Vec<u8>,
    pub points: Points,
    pub by: AccountId,
    pub at: Timestamp,
}

/// That a level is missing and that this is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    pub level: Level,
    pub reason: Reason,
    pub by: AccountId,
    pub at: Timestamp,
}

/// Which level.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    Records,
    Enterprises,
    DispatchUnit,
    OrganisationDepartment,
}

/// What the organisation department says (level 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grading {
    pub points: Points,
    /// Of all present levels.
    pub total: Points,
    /// The grade that follows from the total.
    pub suggested: Grade,
    pub grade: Grade,
    /// Always there when the grade is not the suggested one.
    pub reason: Option<GradeReason>,
    pub by: AccountId,
    pub at: Timestamp,
}

/// That the instructor does not accept it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    pub reason: Reason,
    pub at: Timestamp,
}

/// What another reviewer decides about an objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The grade from then on.
    pub grade: Grade,
    pub reason: GradeReason,
    pub by: AccountId,
    pub at: Timestamp,
}

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    #[error("a {} evaluation cannot do this", <&str>::from(*.0))]
    WrongState(Status),
    #[error("this organisation is not asked")]
    NotAsked,
    #[error("this organisation has answered already")]
    AlreadyAnswered,
    #[error("whoever acts on one level does not act on another, and nobody on their own work")]
    OtherLevel,
    #[error("a level is missing and not waived")]
    LevelMissing(Level),
    #[error("this level is there, or cannot be waived")]
    NotWaivable,
    #[error("the items are not those of the template")]
    Items,
    #[error("a grade that is not the suggested one needs a reason")]
    ReasonMissing,
    #[error("the time for this has passed")]
    TooLate,
    #[error("whoever graded does not decide about the objection")]
    SamePerson,
    #[error("the time for this has not passed")]
    NotDue,
}

impl Evaluation {
    /// An enterprise that is asked answers (level 2). `answered` are those that have before; with the last
    /// one the level is done.
    pub fn answer(self, answer: &Answer, before: &[Answer], least: u32) -> Result<Self, EvaluationError> {
        self.must_be(Status::RecordsReady)?;
        if answer.at > self.answers_end_at {
            return Err(EvaluationError::TooLate);
        }
        if !self.asked.contains(&answer.organisation) {
            return Err(EvaluationError::NotAsked);
        }
        if before.iter().any(|other| other.organisation == answer.organisation) {
            return Err(EvaluationError::AlreadyAnswered);
        }
        self.must_be_first_level_of(answer.by, Level::Enterprises, before)?;
        let all: Vec<Answer> = before.iter().chain([answer]).cloned().collect();
        if all.len() < self.asked.len() {
            return Ok(self.next());
        }
        Ok(self.enterprises_done(&all, least))
    }

    /// The time to answer is over: the level is what has been answered, or missing.
    pub fn close_answers(self, answers: &[Answer], least: u32, at: Timestamp) -> Result<Self, EvaluationError> {
        self.must_be(Status::RecordsReady)?;
        if at <= self.answers_end_at {
            return Err(EvaluationError::NotDue);
        }
        Ok(self.enterprises_done(answers, least))
    }

    fn enterprises_done(self, answers: &[Answer], least: u32) -> Self {
        let items: Vec<[u8; 5]> = answers.iter().map(|answer| answer.items).collect();
        let enterprises = score::enterprises(&items, least);
        Self { enterprises, status: Status::EnterpriseDone, ..self.next() }
    }

    /// The dispatch unit scores its items (level 3).
    pub fn score(self, unit: UnitScore, answers: &[Answer]) -> Result<Self, EvaluationError> {
        self.must_be(Status::EnterpriseDone)?;
        self.must_be_first_level_of(unit.by, Level::DispatchUnit, answers)?;
        Ok(Self { unit: Some(unit), status: Status::UnitDone, ..self.next() })
    }

    /// Accepts that level 2 or level 3 is missing; the other two never are. Nobody does so of their own work.
    pub fn waive(self, waiver: Waiver) -> Result<Self, EvaluationError> {
        let possible = match (waiver.level, self.status) {
            (Level::Enterprises, Status::EnterpriseDone | Status::UnitDone) => self.enterprises.is_none(),
            (Level::DispatchUnit, Status::EnterpriseDone) => true,
            (Level::Enterprises | Level::DispatchUnit, other) => return Err(EvaluationError::WrongState(other)),
            (Level::Records | Level::OrganisationDepartment, _) => false,
        };
        if !possible || self.is_waived(waiver.level) {
            return Err(EvaluationError::NotWaivable);
        }
        if waiver.by == self.instructor {
            return Err(EvaluationError::OtherLevel);
        }
        let status = if waiver.level == Level::DispatchUnit { Status::UnitDone } else { self.status };
        let mut waivers = self.waivers.clone();
        waivers.push(waiver);
        Ok(Self { waivers, status, ..self.next() })
    }

    /// The organisation department scores and grades (level 4).
    pub fn grade(
        self,
        given: Given,
        answers: &[Answer],
        (weights, thresholds): (Weights, Thresholds),
    ) -> Result<Self, EvaluationError> {
        self.must_be(Status::UnitDone)?;
        self.must_be_first_level_of(given.by, Level::OrganisationDepartment, answers)?;
        for (level, points) in [(Level::Enterprises, self.enterprises), (Level::DispatchUnit, self.unit_points())] {
            if points.is_none() && !self.is_waived(level) {
                return Err(EvaluationError::LevelMissing(level));
            }
        }
        let total = total(weights, self.levels(Some(given.points)));
        let suggested = thresholds.grade(total);
        if given.grade != suggested && given.reason.is_none() {
            return Err(EvaluationError::ReasonMissing);
        }
        let Given { points, grade, reason, by, at } = given;
        let grading = Some(Grading { points, total, suggested, grade, reason, by, at });
        Ok(Self { grading, status: Status::Graded, ..self.next() })
    }

    /// The instructor is told, and can object until a moment.
    pub fn publish(self, object_due_at: Timestamp) -> Result<Self, EvaluationError> {
        self.must_be(Status::Graded)?;
        Ok(Self { object_due_at: Some(object_due_at), status: Status::Published, ..self.next() })
    }

    /// The instructor does not accept it: once, in time.
    pub fn object(self, objection: Objection) -> Result<Self, EvaluationError> {
        self.must_be(Status::Published)?;
        if self.object_due_at.is_none_or(|due_at| objection.at > due_at) {
            return Err(EvaluationError::TooLate);
        }
        Ok(Self { objection: Some(objection), status: Status::Objected, ..self.next() })
    }

    /// Somebody who did not grade decides about the objection; with that it is final.
    pub fn decide(self, decision: Decision, answers: &[Answer]) -> Result<Self, EvaluationError> {
        self.must_be(Status::Objected)?;
        if self.grading.as_ref().is_some_and(|grading| grading.by == decision.by) {
            return Err(EvaluationError::SamePerson);
        }
        self.must_be_first_level_of(decision.by, Level::OrganisationDepartment, answers)?;
        Ok(Self { decision: Some(decision), status: Status::Final, ..self.next() })
    }

    /// Nobody has objected in time.
    pub fn finish(self, at: Timestamp) -> Result<Self, EvaluationError> {
        self.must_be(Status::Published)?;
        match self.object_due_at {
            Some(due_at) if at > due_at => Ok(Self { status: Status::Final, ..self.next() }),
            Some(_) | None => Err(EvaluationError::NotDue),
        }
    }

    /// The grade that counts.
    pub fn grade_in_force(&self) -> Option<Grade> {
        self.decision.as_ref().map(|decision| decision.grade).or(self.grading.as_ref().map(|grading| grading.grade))
    }

    /// The points of the four levels, with level 4 as it is or as it is to be.
    pub fn levels(&self, department: Option<Points>) -> [Option<Points>; 4] {
        let graded = self.grading.as_ref().map(|grading| grading.points);
        [Some(self.records.points()), self.enterprises, self.unit_points(), department.or(graded)]
    }

    /// Whether it is accepted that a level is missing.
    pub fn is_waived(&self, level: Level) -> bool {
        self.waivers.iter().any(|waiver| waiver.level == level)
    }

    fn unit_points(&self) -> Option<Points> {
        self.unit.as_ref().map(|unit| unit.points)
    }

    /// One person enters something on one level of an evaluation, and nothing on their own.
    fn must_be_first_level_of(&self, by: AccountId, level: Level, answers: &[Answer]) -> Result<(), EvaluationError> {
        let mut acted: BTreeSet<(AccountId, Level)> = answers.iter().map(|answer| (answer.by, Level::Enterprises)).collect();
        acted.extend(self.unit.iter().map(|unit| (unit.by, Level::DispatchUnit)));
        acted.extend(self.grading.iter().map(|grading| (grading.by, Level::OrganisationDepartment)));
        let elsewhere = acted.iter().any(|(account, other)| *account == by && *other != level);
        if elsewhere || by == self.instructor { Err(EvaluationError::OtherLevel) } else { Ok(()) }
    }

    fn must_be(&self, status: Status) -> Result<(), EvaluationError> {
        if self.status == status { Ok(()) } else { Err(EvaluationError::WrongState(self.status)) }
    }

    fn next(self) -> Self {
        Self { version: self.version.next(), ..self }
    }
}

/// What the organisation department gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub points: Points,
    pub grade: Grade,
    pub reason: Option<GradeReason>,
    pub by: AccountId,
    pub at: Timestamp,
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Level {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
