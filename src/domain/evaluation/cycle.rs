//! A cycle of evaluations (考核周期): the year that is assessed, and by what measure.
//!
//! ```text
//! Prepared ──open──▶ Open ──freeze──▶ Frozen ──publish──▶ Published ──(all are final)──▶ Final
//! ```

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::score::{Thresholds, Weights};
use crate::kernel::{
    district::District,
    id::{AccountId, CycleId},
    text::Title,
    version::Version,
};

/// A cycle in one of its states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    pub id: CycleId,
    pub district: District,
    pub version: Version,
    /// One cycle a year.
    pub year: i16,
    pub terms: Terms,
    pub status: Status,
    pub prepared_by: AccountId,
    pub prepared_at: Timestamp,
    /// When the records were counted.
    pub frozen_at: Option<Timestamp>,
    pub published_at: Option<Timestamp>,
}

/// By what measure a cycle assesses. Changed only before it is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub from: Date,
    /// The last day, whose records still count.
    pub to: Date,
    pub weights: Weights,
    pub thresholds: Thresholds,
    /// The days of service that earn full marks.
    pub required_days: u32,
    /// What the dispatch unit scores.
    pub template: Vec<TemplateItem>,
    /// The last day on which enterprises answer.
    pub answers_due_on: Date,
}

/// An item that the dispatch unit scores, and how much it weighs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateItem {
    pub title: Title,
    pub weight: u32,
}

/// The most items of a template.
pub const MOST_ITEMS: usize = 20;

/// The name of a state.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Prepared,
    Open,
    Frozen,
    Published,
    Final,
}

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CycleError {
    #[error("a {} cycle cannot do this", <&str>::from(*.0))]
    WrongState(Status),
    #[error("the cycle has not ended")]
    NotOver,
    #[error("the measures contradict each other")]
    Terms,
}

impl Terms {
    /// Days in their order within two years, thresholds that descend, levels and items that weigh something.
    pub fn check(&self) -> Result<(), CycleError> {
        let days = (self.to - self.from).get_days();
        let ordered = self.from <= self.to && days < 731 && self.answers_due_on > self.to;
        let descending =
            self.thresholds.excellent > self.thresholds.competent && self.thresholds.competent > self.thresholds.basic;
        let weighs = self.weights.0[0] > 0 && self.weights.0.iter().all(|weight| *weight <= 10_000);
        let items = (1..=MOST_ITEMS).contains(&self.template.len())
            && self.template.iter().all(|item| (1..=1_000).contains(&item.weight));
        if ordered && descending && weighs && items && (1..=366).contains(&self.required_days) {
            Ok(())
        } else {
            Err(CycleError::Terms)
        }
    }

    /// The weights of the template's items, in its order.
    pub fn item_weights(&self) -> Vec<u32> {
        self.template.iter().map(|item| item.weight).collect()
    }
}

impl Cycle {
    /// Other measures, before it is open.
    pub fn revise(self, terms: Terms) -> Result<Self, CycleError> {
        self.must_be(Status::Prepared)?;
        terms.check()?;
        Ok(Self { terms, ..self.next() })
    }

    /// From now on the measures stand.
    pub fn open(self) -> Result<Self, CycleError> {
        self.must_be(Status::Prepared)?;
        Ok(Self { status: Status::Open, ..self.next() })
    }

    /// The records are counted; only once the last day has passed.
    pub fn freeze(self, at: Timestamp, today: Date) -> Result<Self, CycleError> {
        self.must_be(Status::Open)?;
        if today <= self.terms.to {
            return Err(CycleError::NotOver);
        }
        Ok(Self { status: Status::Frozen, frozen_at: Some(at), ..self.next() })
    }

    /// Instructors are told.
    pub fn publish(self, at: Timestamp) -> Result<Self, CycleError> {
        self.must_be(Status::Frozen)?;
        Ok(Self { status: Status::Published, published_at: Some(at), ..self.next() })
    }

    /// Every evaluation is final.
    pub fn finish(self) -> Result<Self, CycleError> {
        self.must_be(Status::Published)?;
        Ok(Self { status: Status::Final, ..self.next() })
    }

    fn must_be(&self, status: Status) -> Result<(), CycleError> {
        if self.status == status { Ok(()) } else { Err(CycleError::WrongState(self.status)) }
    }

    fn next(self) -> Self {
        Self { version: self.version.next(), ..self }
    }
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
