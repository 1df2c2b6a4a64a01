//! A tenancy: that an organisation sits in a unit of a place, from a day to a day.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::kernel::{
    district::District,
    id::{OrganisationId, PlaceId, TenancyId},
    text::Unit,
    version::Version,
};

/// An organisation in a unit of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenancy {
    pub id: TenancyId,
    pub district: District,
    pub version: Version,
    pub organisation: OrganisationId,
    pub place: PlaceId,
    /// A room or floor, e.g. `A座 1203`.
    pub unit: Unit,
    pub from: Date,
    /// The last day; `None` while it goes on.
    pub to: Option<Date>,
    pub created_at: Timestamp,
}

/// Why a tenancy cannot end that way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TenancyError {
    #[error("the tenancy has an end already")]
    Ended,
    #[error("a tenancy cannot end before it began")]
    EndsBeforeStart,
}

impl Tenancy {
    /// Whether the organisation sits there on that day.
    pub fn is_in_force(&self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|last_day| on <= last_day)
    }

    /// Ends an open tenancy with its last day.
    pub fn end(self, last_day: Date) -> Result<Self, TenancyError> {
        if self.to.is_some() {
            Err(TenancyError::Ended)
        } else if last_day < self.from {
            Err(TenancyError::EndsBeforeStart)
        } else {
            Ok(Self { to: Some(last_day), version: self.version.next(), ..self })
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::kernel::text::Text;

    fn since(from: Date) -> Tenancy {
        Tenancy {
            id: TenancyId::from_bytes([1; 16]),
            district: "420105".parse().unwrap(),
            version: Version::FIRST,
            organisation: OrganisationId::from_bytes([2; 16]),
            place: PlaceId::from_bytes([3; 16]),
            unit: Text::parse("1 层").unwrap(),
            from,
            to: None,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn both_the_first_and_the_last_day_count() {
        let tenancy = since(date(2026, 3, 1)).end(date(2026, 3, 31)).unwrap();
        let sits = [(2, 28), (3, 1), (3, 31), (4, 1)].map(|(month, day)| tenancy.is_in_force(date(2026, month, day)));
        assert_eq!(sits, [false, true, true, false]);
        assert!(since(date(2026, 3, 1)).is_in_force(date(2099, 1, 1)));
    }

    #[test]
    fn a_tenancy_ends_once_and_not_before_it_began() {
        let tenancy = since(date(2026, 3, 1));
        assert_eq!(tenancy.clone().end(date(2026, 2, 28)), Err(TenancyError::EndsBeforeStart));
        let ended = tenancy.end(date(2026, 3, 1)).unwrap();
        assert_eq!((ended.to, ended.version), (Some(date(2026, 3, 1)), Version(2)));
        assert_eq!(ended.end(date(2026, 4, 1)), Err(TenancyError::Ended));
    }
}
