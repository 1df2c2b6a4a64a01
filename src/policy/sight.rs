//! Which levels of an evaluation somebody sees.

use strum::IntoEnumIterator as _;

use super::Scope;
use crate::{
    domain::{
        evaluation::{Evaluation, Level, Status, score::Points},
        posting::Posting,
    },
    kernel::id::OrganisationId,
};

/// As what somebody looks at an evaluation; of several the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Everything, single answers as well.
    Department,
    /// The levels up to one's own; the last one and the grade once they are published.
    Unit,
    /// The formula of level 1; the other levels once they are published; single answers never.
    Instructor,
    /// That one is asked, and one's own answer.
    Enterprise,
}

impl Scope {
    /// Whether this scope shows everything that belongs to a posting, and not only what concerns one enterprise.
    pub fn sees_all_of(&self, posting: &Posting) -> bool {
        let is_involved = self.postings.contains(&posting.id) || self.dispatches.contains(&posting.dispatch_unit);
        self.district == posting.district && self.business && (is_involved || self.reviews || self.whole_district)
    }

    /// As what this scope looks at an evaluation; `None` is not at all.
    pub fn sight(&self, evaluation: &Evaluation) -> Option<Sight> {
        if self.district != evaluation.district || !self.business {
            return None;
        }
        // Nobody sees more of the assessment of their own work than an instructor does.
        let own = self.postings.contains(&evaluation.posting) || self.account == evaluation.instructor;
        let asked = |organisation: &OrganisationId| self.speaks_for.contains(organisation);
        if own {
            Some(Sight::Instructor)
        } else if self.reviews {
            Some(Sight::Department)
        } else if self.dispatches.contains(&evaluation.dispatch_unit) {
            Some(Sight::Unit)
        } else if evaluation.asked.iter().any(asked) {
            Some(Sight::Enterprise)
        } else {
            None
        }
    }
}

impl Sight {
    /// Whether the points of a level are seen in a state.
    pub fn shows(self, level: Level, status: Status) -> bool {
        let published = status >= Status::Published;
        match (self, level) {
            (Self::Department, _) => true,
            (Self::Unit, Level::Records | Level::Enterprises | Level::DispatchUnit) => true,
            (Self::Instructor, Level::Records) => true,
            (Self::Unit, Level::OrganisationDepartment) => published,
            (Self::Instructor, Level::Enterprises | Level::DispatchUnit | Level::OrganisationDepartment) => published,
            (Self::Enterprise, _) => false,
        }
    }

    /// The points of the four levels that are seen in a state.
    pub fn levels(self, status: Status, points: [Option<Points>; 4]) -> [Option<Points>; 4] {
        let mut levels = Level::iter();
        points.map(|points| points.filter(|_| levels.next().is_some_and(|level| self.shows(level, status))))
    }

    /// Whether it is seen what single enterprises have answered.
    pub fn shows_answers(self) -> bool {
        self == Self::Department
    }
}
