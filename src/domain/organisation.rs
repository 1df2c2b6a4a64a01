//! An organisation: an enterprise or a department.
//!
//! ```text
//! Active ──suspend──▶ Suspended ──resume──▶ Active
//!    └──close──▶ Closed ◀──close──┘
//! ```

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::kernel::{
    district::District,
    id::OrganisationId,
    text::{Name, Reason},
    uscc::Uscc,
    version::Version,
};

/// An organisation of a district.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    pub id: OrganisationId,
    pub district: District,
    pub version: Version,
    pub kind: Kind,
    pub profile: Profile,
    pub state: State,
    pub created_at: Timestamp,
}

/// What is known of an organisation and may be corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Unique in the district.
    pub name: Name,
    pub short_name: Option<Name>,
    /// Unique in the district; required for enterprises and property companies.
    pub uscc: Option<Uscc>,
    pub industry: Option<Industry>,
    pub size_band: Option<SizeBand>,
    pub parent: Option<OrganisationId>,
}

/// What kind of organisation it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    Enterprise,
    SocialOrganisation,
    PropertyCompany,
    Department,
    StreetOffice,
    ParkCommittee,
    Community,
    PublicInstitution,
    PartyOrgan,
}

/// An industry of GB/T 4754-2017: a section letter A–T and a division of two digits in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Industry {
    pub section: char,
    pub division: Option<u8>,
}

/// How large an enterprise is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SizeBand {
    Micro,
    Small,
    Medium,
    Large,
}

/// Whether it takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Active,
    Suspended { reason: Reason },
    Closed { reason: Reason },
}

/// The name of a state, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Active,
    Suspended,
    Closed,
}

/// Why a step or a profile is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationError {
    #[error("the organisation is not active")]
    Inactive,
    #[error("a {} organisation cannot do this", <&str>::from(*.0))]
    WrongState(Status),
    #[error("this kind of organisation needs a unified social credit code")]
    UsccRequired,
    #[error("an organisation cannot be above itself")]
    ParentCycle,
}

/// The division does not lie in the section, or there is no such section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such industry in GB/T 4754-2017")]
pub struct IndustryError;

/// The sections of GB/T 4754-2017 with their first and last divisions.
const SECTIONS: [(char, u8, u8); 20] = [
    ('A', 1, 5),
    ('B', 6, 12),
    ('C', 13, 43),
    ('D', 44, 46),
    ('E', 47, 50),
    ('F', 51, 52),
    ('G', 53, 60),
    ('H', 61, 62),
    ('I', 63, 65),
    ('J', 66, 69),
    ('K', 70, 70),
    ('L', 71, 72),
    ('M', 73, 75),
    ('N', 76, 79),
    ('O', 80, 82),
    ('P', 83, 83),
    ('Q', 84, 85),
    ('R', 86, 90),
    ('S', 91, 96),
    ('T', 97, 97),
];

impl Industry {
    /// An industry whose division, if one is given, lies in its section.
    pub fn new(section: char, division: Option<u8>) -> Result<Self, IndustryError> {
        let (_, first, last) = SECTIONS.iter().find(|(letter, _, _)| *letter == section).ok_or(IndustryError)?;
        if division.is_none_or(|division| (*first..=*last).contains(&division)) {
            Ok(Self { section, division })
        } else {
            Err(IndustryError)
        }
    }
}

impl Kind {
    /// Whether it is shown as an enterprise; all others are departments.
    pub fn is_enterprise(self) -> bool {
        match self {
            Self::Enterprise | Self::SocialOrganisation | Self::PropertyCompany => true,
            Self::Department
            | Self::StreetOffice
            | Self::ParkCommittee
            | Self::Community
            | Self::PublicInstitution
            | Self::PartyOrgan => false,
        }
    }

    fn needs_uscc(self) -> bool {
        matches!(self, Self::Enterprise | Self::PropertyCompany)
    }
}

impl Organisation {
    /// The name of its state.
    pub fn status(&self) -> Status {
        match self.state {
            State::Active => Status::Active,
            State::Suspended { .. } => Status::Suspended,
            State::Closed { .. } => Status::Closed,
        }
    }

    /// Refuses what only an active organisation can do.
    pub fn must_be_active(&self) -> Result<(), OrganisationError> {
        match self.state {
            State::Active => Ok(()),
            State::Suspended { .. } | State::Closed { .. } => Err(OrganisationError::Inactive),
        }
    }

    /// Whether the profile suits the kind.
    pub fn check(kind: Kind, profile: &Profile) -> Result<(), OrganisationError> {
        if kind.needs_uscc() && profile.uscc.is_none() { Err(OrganisationError::UsccRequired) } else { Ok(()) }
    }

    /// Corrects the profile.
    pub fn update(self, profile: Profile) -> Result<Self, OrganisationError> {
        Self::check(self.kind, &profile)?;
        match self.state {
            State::Active | State::Suspended { .. } => Ok(Self { profile, version: self.version.next(), ..self }),
            State::Closed { .. } => Err(self.wrong_state()),
        }
    }

    /// Keeps an organisation from taking part for a time.
    pub fn suspend(self, reason: Reason) -> Result<Self, OrganisationError> {
        match self.state {
            State::Active => Ok(self.into(State::Suspended { reason })),
            State::Suspended { .. } | State::Closed { .. } => Err(self.wrong_state()),
        }
    }

    /// Lets a suspended organisation take part again.
    pub fn resume(self) -> Result<Self, OrganisationError> {
        match self.state {
            State::Suspended { .. } => Ok(self.into(State::Active)),
            State::Active | State::Closed { .. } => Err(self.wrong_state()),
        }
    }

    /// Ends an organisation for good.
    pub fn close(self, reason: Reason) -> Result<Self, OrganisationError> {
        match self.state {
            State::Active | State::Suspended { .. } => Ok(self.into(State::Closed { reason })),
            State::Closed { .. } => Err(self.wrong_state()),
        }
    }

    fn into(self, state: State) -> Self {
        Self { state, version: self.version.next(), ..self }
    }

    fn wrong_state(&self) -> OrganisationError {
        OrganisationError::WrongState(self.status())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::text::Text;

    fn organisation(kind: Kind) -> Organisation {
        Organisation {
            id: OrganisationId::from_bytes([1; 16]),
            district: "420105".parse().unwrap(),
            version: Version::FIRST,
            kind,
            profile: Profile {
                name: Text::parse("某单位").unwrap(),
                short_name: None,
                uscc: None,
                industry: None,
                size_band: None,
                parent: None,
            },
            state: State::Active,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn why() -> Reason {
        Text::parse("迁出本区").unwrap()
    }

    #[test]
    fn enterprises_and_property_companies_need_a_code() {
        let profile = organisation(Kind::Department).profile;
        let needs = |kind| Organisation::check(kind, &profile) == Err(OrganisationError::UsccRequired);
        let needing: Vec<Kind> = <Kind as strum::IntoEnumIterator>::iter().filter(|kind| needs(*kind)).collect();
        assert_eq!(needing, [Kind::Enterprise, Kind::PropertyCompany]);
    }

    #[test]
    fn a_suspended_organisation_comes_back_and_a_closed_one_does_not() {
        let active = organisation(Kind::Department);
        let suspended = active.clone().suspend(why()).unwrap();
        assert_eq!((suspended.status(), suspended.version), (Status::Suspended, Version(2)));
        assert_eq!(suspended.must_be_active(), Err(OrganisationError::Inactive));
        assert_eq!(suspended.clone().suspend(why()), Err(OrganisationError::WrongState(Status::Suspended)));
        assert_eq!(suspended.clone().resume().unwrap().state, State::Active);
        assert_eq!(active.clone().resume(), Err(OrganisationError::WrongState(Status::Active)));
        for closed in [active.close(why()).unwrap(), suspended.close(why()).unwrap()] {
            let refused = Err(OrganisationError::WrongState(Status::Closed));
            assert_eq!(closed.clone().resume(), refused);
            assert_eq!(closed.clone().suspend(why()), refused);
            assert_eq!(closed.clone().close(why()), refused);
            let profile = closed.profile.clone();
            assert_eq!(closed.update(profile), refused);
        }
    }

    #[test]
    fn a_division_lies_in_its_section() {
        assert_eq!(Industry::new('C', Some(27)), Ok(Industry { section: 'C', division: Some(27) }));
        assert_eq!(Industry::new('C', None), Ok(Industry { section: 'C', division: None }));
        assert_eq!(Industry::new('C', Some(44)), Err(IndustryError));
        assert_eq!(Industry::new('A', Some(0)), Err(IndustryError));
        assert_eq!(Industry::new('U', None), Err(IndustryError));
    }

    #[test]
    fn the_sections_have_all_divisions_from_1_to_97_without_a_gap() {
        let divisions: Vec<u8> = SECTIONS.iter().flat_map(|(_, first, last)| *first..=*last).collect();
        assert_eq!(divisions, (1..=97).collect::<Vec<u8>>());
        assert_eq!(SECTIONS.iter().map(|(letter, _, _)| *letter).collect::<String>(), "ABCDEFGHIJKLMNOPQRST");
    }
}
