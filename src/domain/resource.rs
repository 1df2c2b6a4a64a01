//! A resource (资源): what an organisation can give, from draft to the list and off it again.
//!
//! ```text
//! Draft ──list──▶ Listed ──pause──▶ Paused ──resume──▶ Listed
//!                    └──(nobody assures it)──▶ Stale ──assure──▶ Listed
//! ```
//!
//! A listed resource is assured without leaving the list; every state but Retired can be retired.
//! This file decides *when* a step is possible; *who* may take it is [`crate::policy`]'s business.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::{
    period::{Per, Period},
    reach::{Coverage, Eligibility},
};
use crate::kernel::{
    district::District,
    id::{AccountId, CategoryId, ContactPointId, OrganisationId, ResourceId},
    quantity::Capacity,
    reference::RefNo,
    text::{Detail, Name, Reason, Tag, Title, Unit},
    version::Version,
};

/// A resource in one of its states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    pub id: ResourceId,
    pub district: District,
    pub version: Version,
    /// Given when the resource leaves the draft for the list.
    pub ref_no: Option<RefNo>,
    pub organisation: OrganisationId,
    pub terms: Terms,
    pub state: State,
    /// When somebody last said that all this is still true; `None` until it is listed.
    pub assured_on: Option<Date>,
    pub created_by: AccountId,
    pub created_at: Timestamp,
    pub listed_at: Option<Timestamp>,
}

/// What is offered: everything that a revision may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The office that gives it: a section or desk of the organisation.
    pub unit: Unit,
    pub category: CategoryId,
    pub title: Title,
    pub detail: Detail,
    /// At most [`super::demand::MAX_TAGS`].
    pub tags: Vec<Tag>,
    pub mode: Mode,
    pub coverage: Coverage,
    pub eligibility: Eligibility,
    /// How much there is in each period of `per`.
    pub capacity: Capacity,
    pub per: Per,
    pub valid_from: Date,
    /// The last day; `None` while no end is set.
    pub valid_to: Option<Date>,
    pub fee: Fee,
    /// At most [`MAX_DOCUMENTS`].
    pub required_documents: Vec<Name>,
    pub contact: Option<ContactPointId>,
}

/// The most documents that a resource can ask for.
pub const MAX_DOCUMENTS: usize = 20;

/// How it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mode {
    Onsite,
    Online,
    Venue,
    Window,
    Policy,
    Expert,
}

/// What it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fee {
    Free,
    AtCost,
}

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Draft,
    Listed,
    Paused {
        reason: Reason,
        /// The last day of the pause as announced.
        until: Date,
    },
    /// Nobody has said for too long that it is still true.
    Stale,
    Retired {
        reason: Reason,
    },
}

/// The name of a state, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Draft,
    Listed,
    Paused,
    Stale,
    Retired,
}

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResourceError {
    #[error("a {} resource cannot do this", <&str>::from(*.0))]
    WrongState(Status),
    #[error("the resource has ended")]
    Ended,
    #[error("a pause ends after today and within {max_days} days")]
    PauseEnd { max_days: u32 },
}

impl Resource {
    /// The name of its state.
    pub fn status(&self) -> Status {
        self.state.status()
    }

    /// New terms while nobody else has seen the resource.
    pub fn revise(self, terms: Terms) -> Result<Self, ResourceError> {
        match self.state {
            State::Draft => Ok(Self { terms, version: self.version.next(), ..self }),
            State::Listed | State::Paused { .. } | State::Stale | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Puts the resource on the list; listing it says that it is true today.
    pub fn list(self, at: Timestamp, today: Date) -> Result<Self, ResourceError> {
        match self.state {
            State::Draft => Ok(Self { listed_at: Some(at), assured_on: Some(today), ..self.into(State::Listed) }),
            State::Listed | State::Paused { .. } | State::Stale | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Takes the resource off the list for a time; see [`check_pause`].
    pub fn pause(self, reason: Reason, until: Date) -> Result<Self, ResourceError> {
        match self.state {
            State::Listed => Ok(self.into(State::Paused { reason, until })),
            State::Draft | State::Paused { .. } | State::Stale | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Brings a paused resource back to the list.
    pub fn resume(self) -> Result<Self, ResourceError> {
        match self.state {
            State::Paused { .. } => Ok(self.into(State::Listed)),
            State::Draft | State::Listed | State::Stale | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Says that all of it is still true; brings a stale resource back to the list.
    pub fn assure(self, today: Date) -> Result<Self, ResourceError> {
        match self.state {
            State::Listed | State::Stale => Ok(Self { assured_on: Some(today), ..self.into(State::Listed) }),
            State::Draft | State::Paused { .. } | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Changes how much there is. A draft is revised instead.
    pub fn set_capacity(self, capacity: Capacity) -> Result<Self, ResourceError> {
        match self.state {
            State::Listed | State::Paused { .. } | State::Stale => {
                Ok(Self { terms: Terms { capacity, ..self.terms }, version: self.version.next(), ..self })
            }
            State::Draft | State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Takes the resource off the list for good; what is agreed goes on.
    pub fn retire(self, reason: Reason) -> Result<Self, ResourceError> {
        match self.state {
            State::Draft | State::Listed | State::Paused { .. } | State::Stale => Ok(self.into(State::Retired { reason })),
            State::Retired { .. } => Err(self.wrong_state()),
        }
    }

    /// Refuses what makes no sense for a resource whose last day has passed.
    pub fn must_not_have_ended(&self, today: Date) -> Result<(), ResourceError> {
        match self.terms.valid_to {
            Some(last_day) if last_day < today => Err(ResourceError::Ended),
            _ => Ok(()),
        }
    }

    /// Whether it can be used on a day, its state aside.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.terms.valid_from <= day && self.terms.valid_to.is_none_or(|last_day| day <= last_day)
    }

    /// The period of its capacity that a day belongs to.
    pub fn period_of(&self, day: Date) -> Period {
        Period::of(self.terms.per, day)
    }

    /// What a search looks through.
    pub fn search_text(&self) -> String {
        format!("{}\n{}", self.terms.title, self.terms.detail)
    }

    fn into(self, state: State) -> Self {
        Self { state, version: self.version.next(), ..self }
    }

    fn wrong_state(&self) -> ResourceError {
        ResourceError::WrongState(self.status())
    }
}

/// A pause ends after today, at most `max_days` from it.
pub fn check_pause(until: Date, today: Date, max_days: u32) -> Result<(), ResourceError> {
    let days = (until - today).get_days();
    if days > 0 && days.unsigned_abs() <= max_days { Ok(()) } else { Err(ResourceError::PauseEnd { max_days }) }
}

impl State {
    /// The name of the state.
    pub fn status(&self) -> Status {
        match self {
            Self::Draft => Status::Draft,
            Self::Listed => Status::Listed,
            Self::Paused { .. } => Status::Paused,
            Self::Stale => Status::Stale,
            Self::Retired { .. } => Status::Retired,
        }
    }
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 23);

    fn draft() -> Resource {
        let terms = Terms {
            unit: Unit::parse("公共法律服务科").unwrap(),
            category: CategoryId::from_bytes([1; 16]),
            title: Title::parse("园区法律体检").unwrap(),
            detail: Detail::parse("上门服务").unwrap(),
            tags: Vec::new(),
            mode: Mode::Onsite,
            coverage: Coverage::District,
            eligibility: Eligibility::default(),
            capacity: 4.try_into().unwrap(),
            per: Per::Month,
            valid_from: date(2026, 1, 1),
            valid_to: Some(date(2026, 12, 31)),
            fee: Fee::Free,
            required_documents: Vec::new(),
            contact: None,
        };
        Resource {
            id: ResourceId::from_bytes([2; 16]),
            district: "420105".parse().unwrap(),
            version: Version::FIRST,
            ref_no: None,
            organisation: OrganisationId::from_bytes([3; 16]),
            terms,
            state: State::Draft,
            assured_on: None,
            created_by: AccountId::from_bytes([4; 16]),
            created_at: Timestamp::UNIX_EPOCH,
            listed_at: None,
        }
    }

    /// One resource in each state.
    fn each() -> Vec<Resource> {
        let reason = || Reason::parse("设备检修").unwrap();
        let paused = State::Paused { reason: reason(), until: date(2026, 12, 1) };
        [State::Draft, State::Listed, paused, State::Stale, State::Retired { reason: reason() }]
            .map(|state| Resource { state, ..draft() })
            .to_vec()
    }

    /// Which states a step is possible from, and where it leads.
    fn steps(step: impl Fn(Resource) -> Result<Resource, ResourceError>) -> Vec<(Status, Status)> {
        let mut possible = Vec::new();
        for before in each() {
            let from = before.status();
            match step(before) {
                Ok(after) => {
                    assert_eq!(after.version, Version(2));
                    possible.push((from, after.status()));
                }
                Err(error) => assert_eq!(error, ResourceError::WrongState(from)),
            }
        }
        possible
    }

    #[test]
    fn each_step_is_possible_from_its_own_states_only() {
        use Status::{Draft, Listed, Paused, Retired, Stale};
        let reason = || Reason::parse("设备检修").unwrap();
        assert_eq!(steps(|r| r.revise(draft().terms)), [(Draft, Draft)]);
        assert_eq!(steps(|r| r.list(Timestamp::UNIX_EPOCH, TODAY)), [(Draft, Listed)]);
        assert_eq!(steps(|r| r.pause(reason(), date(2026, 12, 1))), [(Listed, Paused)]);
        assert_eq!(steps(Resource::resume), [(Paused, Listed)]);
        assert_eq!(steps(|r| r.assure(TODAY)), [(Listed, Listed), (Stale, Listed)]);
        let capacity = || 9.try_into().unwrap();
        assert_eq!(steps(|r| r.set_capacity(capacity())), [(Listed, Listed), (Paused, Paused), (Stale, Stale)]);
        assert_eq!(steps(|r| r.retire(reason())), [(Draft, Retired), (Listed, Retired), (Paused, Retired), (Stale, Retired)]);
    }

    #[test]
    fn listing_and_assuring_say_that_it_is_true_today() {
        let listed = draft().list(Timestamp::UNIX_EPOCH, TODAY).unwrap();
        assert_eq!((listed.assured_on, listed.listed_at), (Some(TODAY), Some(Timestamp::UNIX_EPOCH)));
        let later = date(2027, 1, 4);
        assert_eq!(listed.assure(later).unwrap().assured_on, Some(later));
    }

    #[test]
    fn a_pause_ends_after_today_and_within_its_limit() {
        let refused = Err(ResourceError::PauseEnd { max_days: 180 });
        assert_eq!(check_pause(TODAY, TODAY, 180), refused);
        assert_eq!(check_pause(date(2026, 11, 22), TODAY, 180), refused);
        assert_eq!(check_pause(date(2026, 11, 24), TODAY, 180), Ok(()));
        assert_eq!(check_pause(date(2027, 5, 22), TODAY, 180), Ok(()));
        assert_eq!(check_pause(date(2027, 5, 23), TODAY, 180), refused);
    }

    #[test]
    fn the_last_day_still_counts() {
        let resource = draft();
        assert!(resource.is_valid_on(date(2026, 1, 1)) && resource.is_valid_on(date(2026, 12, 31)));
        assert!(!resource.is_valid_on(date(2025, 12, 31)) && !resource.is_valid_on(date(2027, 1, 1)));
        assert_eq!(resource.must_not_have_ended(date(2026, 12, 31)), Ok(()));
        assert_eq!(resource.must_not_have_ended(date(2027, 1, 1)), Err(ResourceError::Ended));
    }
}
