//! A place: a building or a park, in a tree of at most four levels.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::division::{Division, Level};
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
    #[error("a place cannot lie inside a closed one")]
    ParentClosed,
    #[error("a place lies in a street or community")]
    NotInDivision,
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
            Some(parent) if parent.status == Status::Closed => Err(PlaceError::ParentClosed),
            Some(parent) if !division.starts_with(parent.division.as_str()) => Err(PlaceError::OutsideParent),
            Some(parent) if parent.depth >= MAX_DEPTH => Err(PlaceError::TooDeep),
            Some(parent) => Ok(parent.depth + 1),
        }
    }

    /// Refuses a division that is too large to lie in: the district itself.
    pub fn check_division(division: &Division) -> Result<(), PlaceError> {
        match division.level {
            Level::Street | Level::Community => Ok(()),
            Level::District => Err(PlaceError::NotInDivision),
        }
    }

    /// Refuses new tenancies in a place that is closed.
    pub fn must_admit_tenants(&self) -> Result<(), PlaceError> {
        match self.status {
            Status::Planned | Status::Open => Ok(()),
            Status::Closed => Err(PlaceError::WrongState(self.status)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::text::Text;

    fn place(depth: u8, division: &str, status: Status) -> Place {
        Place {
            id: PlaceId::from_bytes([1; 16]),
            district: "420105".parse().unwrap(),
            version: Version::FIRST,
            kind: Kind::Complex,
            name: Text::parse("商场").unwrap(),
            dominance: Dominance::Complex,
            zone: None,
            parent: None,
            depth,
            division: division.to_owned(),
            address: Text::parse("某路 1 号").unwrap(),
            operator: None,
            status,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_child_lies_in_the_same_or_a_lower_division() {
        let parent = place(1, "420105006", Status::Open);
        let below = |division| Place::depth_below(Some(&parent), division);
        assert_eq!(below("420105006"), Ok(2));
        assert_eq!(below("420105006001"), Ok(2));
        assert_eq!(below("420105008"), Err(PlaceError::OutsideParent));
        assert_eq!(below("420105"), Err(PlaceError::OutsideParent));
        assert_eq!(Place::depth_below(None, "420105008"), Ok(1));
    }

    #[test]
    fn the_tree_has_four_levels() {
        let below = |depth| Place::depth_below(Some(&place(depth, "420105006", Status::Open)), "420105006");
        assert_eq!(below(3), Ok(4));
        assert_eq!(below(4), Err(PlaceError::TooDeep));
    }

    #[test]
    fn nothing_is_put_into_a_closed_place() {
        let closed = place(1, "420105006", Status::Closed);
        assert_eq!(Place::depth_below(Some(&closed), "420105006"), Err(PlaceError::ParentClosed));
        assert_eq!(closed.must_admit_tenants(), Err(PlaceError::WrongState(Status::Closed)));
        assert_eq!(place(1, "420105006", Status::Planned).must_admit_tenants(), Ok(()));
    }

    #[test]
    fn a_place_opens_once_and_closes_for_good() {
        let open = place(1, "420105006", Status::Planned).open().unwrap();
        assert_eq!((open.status, open.version), (Status::Open, Version(2)));
        assert_eq!(open.clone().open(), Err(PlaceError::WrongState(Status::Open)));
        let closed = open.close().unwrap();
        assert_eq!(closed.clone().close(), Err(PlaceError::WrongState(Status::Closed)));
        assert_eq!(closed.open(), Err(PlaceError::WrongState(Status::Closed)));
    }
}
