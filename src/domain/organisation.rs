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
