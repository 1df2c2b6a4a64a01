//! A place: a building or a park, in a tree of at most four levels.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::kernel::{
    district::District,
    id::{OrganisationId, PlaceId, ZoneId},
    text::Name,
    version::Version,
};

/// A building or a park.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub id: PlaceId,
    pub district: District,
    pub version: Version,
    pub kind: Kind,
    /// Unique in the district.
    pub name: Name,
    pub dominance: Dominance,
    pub zone: Option<ZoneId>,
    pub parent: Option<PlaceId>,
    /// 1 for a root, at most [`MAX_DEPTH`].
    pub depth: u8,
    /// The street or community it lies in: 9 or 12 digits.
    pub division: String,
    pub address: Name,
    pub operator: Option<OrganisationId>,
    pub status: Status,
    pub created_at: Timestamp,
}

/// How many levels the tree of places has at most.
pub const MAX_DEPTH: u8 = 4;

/// What kind of place it is; the first three are buildings, the others parks.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    Complex,
    OfficeBuilding,
    ServiceCentre,
    Industrial,
    Creative,
    Health,
}

/// Who dominates a place; decides which type of branch it can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Dominance {
    Complex,
    PropertyLed,
    EnterpriseLed,
    ParkAdmin,
}

/// Whether a place is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Planned,
    Open,
    Closed,
}

/// Why a place does not fit or a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    #[error("the tree of places has at most {MAX_DEPTH} levels")]
    TooDeep,
    #[error("a child lies in the same or a lower division than its parent")]
    OutsideParent,
    #[error("a {} place cannot do this", <&str>::from(*.0))]
    WrongState(Status),
}

impl Kind {
    /// Whether it is a building; all others are parks.
    pub fn is_building(self) -> bool {
        match self {
            Self::Complex | Self::OfficeBuilding | Self::ServiceCentre => true,
            Self::Industrial | Self::Creative | Self::Health => false,
        }
    }
}

impl Place {
    /// The depth of a place below `parent`, if it may lie there.
    ///
    /// Division codes are prefixes of the codes below them, so "same or lower" is a prefix test.
    pub fn depth_below(parent: Option<&Self>, division: &str) -> Result<u8, PlaceError> {
        match parent {
            None => Ok(1),
            Some(parent) if !division.starts_with(parent.division.as_str()) => Err(PlaceError::OutsideParent),
            Some(parent) if parent.depth >= MAX_DEPTH => Err(PlaceError::TooDeep),
            Some(parent) => Ok(parent.depth + 1),
        }
    }

    /// Opens a planned place.
    pub fn open(self) -> Result<Self, PlaceError> {
        match self.status {
            Status::Planned => Ok(Self { status: Status::Open, version: self.version.next(), ..self }),
            Status::Open | Status::Closed => Err(PlaceError::WrongState(self.status)),
        }
    }

    /// Closes a place for good.
    pub fn close(self) -> Result<Self, PlaceError> {
        match self.status {
            Status::Planned | Status::Open => Ok(Self { status: Status::Closed, version: self.version.next(), ..self }),
            Status::Closed => Err(PlaceError::WrongState(self.status)),
        }
    }
}
