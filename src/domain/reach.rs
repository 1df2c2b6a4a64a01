//! Whom something is meant for, and where in the district it reaches.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    organisation::{Industry, SizeBand},
    place::{Kind as PlaceKind, Place},
};
use crate::kernel::id::{PlaceId, ZoneId};

/// Where it reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Coverage {
    /// The whole district.
    District,
    /// These parts of it: at least one, at most [`MAX_PARTS`].
    Parts(BTreeSet<Part>),
}

/// A part of a district.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Part {
    Street(Street),
    Zone(ZoneId),
    /// A place with all that lies in it.
    Place(PlaceId),
}

/// The code of a street (街道): nine digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Street(String);

/// Whom it is meant for. An empty set means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligibility {
    /// Section letters A–T of GB/T 4754-2017.
    pub industry_sections: BTreeSet<char>,
    pub size_bands: BTreeSet<SizeBand>,
    pub place_kinds: BTreeSet<PlaceKind>,
}

/// The most streets, zones and places together that a resource can name.
pub const MAX_PARTS: usize = 50;

/// The text is not nine digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a street code has nine digits")]
pub struct StreetError;

impl Eligibility {
    /// Whether an organisation of this industry and size may use the resource at a place of this
    /// kind. Where a choice is made, what is not known is not in it.
    pub fn is_eligible(&self, industry: Option<&Industry>, size: Option<SizeBand>, place: PlaceKind) -> bool {
        let in_section = industry.is_some_and(|industry| self.industry_sections.contains(&industry.section));
        let in_band = size.is_some_and(|size| self.size_bands.contains(&size));
        (self.industry_sections.is_empty() || in_section)
            && (self.size_bands.is_empty() || in_band)
            && (self.place_kinds.is_empty() || self.place_kinds.contains(&place))
    }
}

impl Coverage {
    /// Whether it reaches a place. `line` is the place with all that it lies in: what reaches the
    /// whole reaches its parts.
    pub fn covers(&self, line: &[Place]) -> bool {
        match self {
            Self::District => true,
            Self::Parts(parts) => parts.iter().any(|part| line.iter().any(|place| part.holds(place))),
        }
    }
}

impl Part {
    fn holds(&self, place: &Place) -> bool {
        match self {
            // Division codes are prefixes of the codes below them.
            Self::Street(street) => place.division.starts_with(street.as_str()),
            Self::Zone(zone) => place.zone == Some(*zone),
            Self::Place(id) => place.id == *id,
        }
    }
}

impl Street {
    /// How many digits a street's code has.
    pub const LENGTH: usize = 9;

    /// The nine digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Street {
    type Error = StreetError;
    fn try_from(code: String) -> Result<Self, StreetError> {
        if code.len() == Self::LENGTH && code.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(code))
        } else {
            Err(StreetError)
        }
    }
}

impl From<Street> for String {
    fn from(street: Street) -> Self {
        street.0
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        domain::place::{Dominance, Status},
        kernel::{id::Id, text::Name, version::Version},
    };

    fn place(number: u8, zone: Option<u8>, division: &str) -> Place {
        Place {
            id: Id::from_bytes([number; 16]),
            district: "420105".parse().unwrap(),
            version: Version::FIRST,
            kind: PlaceKind::OfficeBuilding,
            name: Name::parse("写字楼").unwrap(),
            dominance: Dominance::PropertyLed,
            zone: zone.map(|zone| Id::from_bytes([zone; 16])),
            parent: None,
            depth: 1,
            division: division.to_owned(),
            address: Name::parse("测试路 1 号").unwrap(),
            operator: None,
            status: Status::Open,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn parts(part: Part) -> Coverage {
        Coverage::Parts(BTreeSet::from([part]))
    }

    #[test]
    fn the_whole_district_covers_every_place() {
        assert!(Coverage::District.covers(&[place(1, None, "420105006")]));
    }

    #[test]
    fn a_street_covers_the_places_of_its_communities() {
        let street = parts(Part::Street(Street::try_from("420105006".to_owned()).unwrap()));
        assert!(street.covers(&[place(1, None, "420105006")]));
        assert!(street.covers(&[place(1, None, "420105006003")]));
        assert!(!street.covers(&[place(1, None, "420105008")]));
    }

    #[test]
    fn what_reaches_a_place_or_its_zone_reaches_all_that_lies_in_it() {
        let line = [place(2, None, "420105006"), place(1, Some(7), "420105006")];
        assert!(parts(Part::Place(Id::from_bytes([1; 16]))).covers(&line));
        assert!(parts(Part::Place(Id::from_bytes([2; 16]))).covers(&line));
        assert!(!parts(Part::Place(Id::from_bytes([3; 16]))).covers(&line));
        assert!(parts(Part::Zone(Id::from_bytes([7; 16]))).covers(&line));
        assert!(!parts(Part::Zone(Id::from_bytes([8; 16]))).covers(&line));
        assert!(!parts(Part::Place(Id::from_bytes([2; 16]))).covers(&line[1..]));
    }

    #[test]
    fn a_street_code_has_nine_digits() {
        for code in ["", "420105", "420105006003", "42010500a", "４２０１０５００６"] {
            assert_eq!(Street::try_from(code.to_owned()), Err(StreetError), "{code}");
        }
    }

    #[test]
    fn nothing_chosen_means_everybody() {
        assert!(Eligibility::default().is_eligible(None, None, PlaceKind::Complex));
    }

    #[test]
    fn each_choice_must_be_met_and_what_is_not_known_does_not_meet_it() {
        let industry = |section| Industry { section, division: None };
        let eligibility = Eligibility {
            industry_sections: BTreeSet::from(['C', 'I']),
            size_bands: BTreeSet::from([SizeBand::Micro, SizeBand::Small]),
            place_kinds: BTreeSet::from([PlaceKind::Industrial]),
        };
        let eligible = |section: Option<char>, size, kind| eligibility.is_eligible(section.map(industry).as_ref(), size, kind);
        assert!(eligible(Some('C'), Some(SizeBand::Small), PlaceKind::Industrial));
        assert!(!eligible(Some('D'), Some(SizeBand::Small), PlaceKind::Industrial));
        assert!(!eligible(None, Some(SizeBand::Small), PlaceKind::Industrial));
        assert!(!eligible(Some('C'), Some(SizeBand::Large), PlaceKind::Industrial));
        assert!(!eligible(Some('C'), None, PlaceKind::Industrial));
        assert!(!eligible(Some('C'), Some(SizeBand::Small), PlaceKind::Creative));
    }
}
