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
