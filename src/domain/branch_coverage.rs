//! Coverage (两个覆盖): that a branch covers an organisation, and how many are covered.
//!
//! Whether an organisation is covered is always derived from the coverages that go on, never kept.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoStaticStr};

use crate::kernel::{
    district::District,
    id::{BranchCoverageId, BranchId, OrganisationId},
};

/// That a branch covers an organisation, from a day to a day. An organisation has at most one that
/// goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchCoverage {
    pub id: BranchCoverageId,
    pub district: District,
    pub branch: BranchId,
    pub organisation: OrganisationId,
    pub from: Date,
    /// The last day; `None` while it goes on.
    pub to: Option<Date>,
    pub created_at: Timestamp,
}

/// In which way an organisation is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Coverage {
    /// A branch covers it (组织覆盖).
    Organisation,
    /// No branch covers it, but an instructor serves it (工作覆盖).
    Work,
    None,
}

/// How many organisations there are somewhere, how many of them a branch covers, and how many of the
/// others an instructor serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub organisations: u32,
    /// Never more than `organisations`.
    pub covered: u32,
    /// Those of the others that an instructor serves.
    pub served: u32,
}

impl Figures {
    /// How many no branch covers.
    pub fn uncovered(self) -> u32 {
        self.organisations.saturating_sub(self.covered)
    }

    /// How many are neither covered nor served.
    pub fn unreached(self) -> u32 {
        self.uncovered().saturating_sub(self.served)
    }

    /// The covered in ‰ of all, rounded down, so that 1000 means every one; `None` where there are none.
    pub fn permille(self) -> Option<u32> {
        let share = (u64::from(self.covered) * 1000).checked_div(u64::from(self.organisations))?;
        u32::try_from(share).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_down_and_absent_where_there_is_nothing() {
        let share = |covered, organisations| Figures { organisations, covered, served: 0 }.permille();
        assert_eq!(share(0, 0), None);
        assert_eq!(share(0, 3), Some(0));
        assert_eq!(share(2, 3), Some(666));
        assert_eq!(share(1999, 2000), Some(999));
        assert_eq!(share(3, 3), Some(1000));
        let figures = Figures { organisations: 9, covered: 4, served: 2 };
        assert_eq!((figures.uncovered(), figures.unreached()), (5, 3));
    }
}
