//! Call-backs (回访): the coordinator asks enterprises what came of projects that are closed or that
//! nobody confirmed, and how those are drawn that must be asked about.
//!
//! Each month's draw can be repeated by anybody from what is recorded: the pool, the share and the
//! seed. The pool has every project that was closed in the month and still is, or became unconfirmed
//! in it and was not reopened since. `ceil(share × pool)` of them are drawn:
//!
//! 1. Each lead organisation gets `drawn × its own / pool`, rounded down. What is then missing goes, one
//!    each, to the leads with the largest remainders; of equal ones to that with the smaller
//!    `SHA-256(seed ‖ lead)`, the lead being its id as the API shows it.
//! 2. Of its own projects each lead gets those with the smallest `SHA-256(seed ‖ refNo)`.
//!
//! The seed goes into the hash as its 32 bytes, what follows as UTF-8.

use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::project::Solved;
use crate::kernel::{
    calendar::Month,
    district::District,
    id::{AccountId, CallBackDrawId, CallBackId, OrganisationId, ProjectId},
    reference::RefNo,
    text::Note,
};

/// A call that is to be made, or was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallBack {
    pub id: CallBackId,
    pub district: District,
    pub project: ProjectId,
    /// `None` when the coordinator called without being asked to.
    pub draw: Option<CallBackDrawId>,
    pub state: State,
    pub created_at: Timestamp,
}

/// The state and what only that state has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Due,
    Done(Call),
    /// The project was reopened before anybody called.
    Dropped,
}

/// The name of a state, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Due,
    Done,
    Dropped,
}

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub at: Timestamp,
    pub by: AccountId,
    /// What the enterprise says; `None` when nobody was reached.
    pub said: Option<Solved>,
    pub note: Note,
}

/// A month's draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    pub id: CallBackDrawId,
    pub district: District,
    pub month: Month,
    pub seed: Seed,
    /// How many of a thousand are drawn.
    pub share: u32,
    /// What was drawn from, by reference number.
    pub pool: Vec<Candidate>,
    /// How many were drawn.
    pub drawn: u32,
    pub drawn_at: Timestamp,
}

/// A project that can be drawn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Candidate {
    pub ref_no: RefNo,
    pub project: ProjectId,
    pub lead: OrganisationId,
}

/// What makes a draw unforeseeable, and repeatable afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed([u8; 32]);

/// Not a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a seed has 64 hexadecimal digits")]
pub struct SeedError;

/// Those of the pool that are drawn with a seed, by reference number.
pub fn drawn<'a>(seed: &Seed, share: u32, pool: &'a [Candidate]) -> Vec<&'a Candidate> {
    let mut strata: BTreeMap<OrganisationId, Vec<&Candidate>> = BTreeMap::new();
    for candidate in pool {
        strata.entry(candidate.lead).or_default().push(candidate);
    }
    let mut all = Vec::new();
    for (lead, quota) in quotas(seed, share, &strata) {
        let mut own = strata.remove(&lead).unwrap_or_default();
        own.sort_by_key(|candidate| seed.with(candidate.ref_no.as_str()));
        all.extend(own.into_iter().take(quota));
    }
    all.sort();
    all
}

/// How many of each lead are drawn; together exactly the share of all, rounded up.
fn quotas(seed: &Seed, share: u32, strata: &BTreeMap<OrganisationId, Vec<&Candidate>>) -> Vec<(OrganisationId, usize)> {
    let pool: usize = strata.values().map(Vec::len).sum();
    // A share is at most the whole.
    let total = (pool * share.min(1_000) as usize).div_ceil(1_000);
    let mut parts: Vec<_> = strata.iter().map(|(lead, own)| (*lead, total * own.len())).collect();
    let given: usize = parts.iter().map(|(_, part)| part / pool.max(1)).sum();
    parts.sort_by_key(|(lead, part)| (std::cmp::Reverse(part % pool.max(1)), seed.with(&lead.to_string())));
    let missing = total - given;
    let quota =
        |(place, (lead, part)): (usize, (OrganisationId, usize))| (lead, part / pool.max(1) + usize::from(place < missing));
    parts.into_iter().enumerate().map(quota).collect()
}

impl CallBack {
    /// The name of its state.
    pub fn status(&self) -> Status {
        match &self.state {
            State::Due => Status::Due,
            State::Done(_) => Status::Done,
            State::Dropped => Status::Dropped,
        }
    }

    /// The call, if it was made.
    pub fn call(&self) -> Option<&Call> {
        match &self.state {
            State::Done(call) => Some(call),
            State::Due | State::Dropped => None,
        }
    }
}

/// What the enterprise said in the last call after a moment in which it was reached.
pub fn last_word(calls: &[CallBack], since: Timestamp) -> Option<Solved> {
    let reached = calls.iter().filter_map(CallBack::call).filter(|call| call.at > since && call.said.is_some());
    reached.max_by_key(|call| call.at).and_then(|call| call.said)
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Seed {
    /// A seed of random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn with(&self, text: &str) -> [u8; 32] {
        Sha256::new().chain_update(self.0).chain_update(text).finalize().into()
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Seed {
    type Err = SeedError;

    fn from_str(text: &str) -> Result<Self, SeedError> {
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(SeedError);
        }
        let mut bytes = [0; 32];
        for (byte, place) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[place..place + 2], 16).map_err(|_| SeedError)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Seed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Seed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::reference::Series;

    fn pool(leads: &[usize]) -> Vec<Candidate> {
        let district: District = "420105".parse().unwrap();
        let leads = leads.iter().enumerate().flat_map(|(lead, count)| std::iter::repeat_n(lead as u8, *count));
        leads
            .enumerate()
            .map(|(number, lead)| Candidate {
                ref_no: RefNo::new(Series::Project, &district, 2026, number as i32 + 1),
                project: ProjectId::from_bytes([number as u8; 16]),
                lead: OrganisationId::from_bytes([lead; 16]),
            })
            .collect()
    }

    fn counts(drawn: &[&Candidate], leads: usize) -> Vec<usize> {
        let of =
            |lead: usize| drawn.iter().filter(|candidate| candidate.lead == OrganisationId::from_bytes([lead as u8; 16])).count();
        (0..leads).map(of).collect()
    }

    #[test]
    fn exactly_the_share_is_drawn_and_no_lead_is_off_by_one_or_more() {
        for leads in [&[][..], &[1], &[9], &[10], &[11], &[30, 30, 40], &[1, 1, 1, 1], &[95, 3, 2], &[7, 7, 7, 7, 7]] {
            for share in [0, 1, 100, 101, 333, 999, 1_000, 5_000] {
                for seed in 0..5 {
                    let (pool, n): (_, usize) = (pool(leads), leads.iter().sum());
                    let picked = drawn(&Seed::new([seed; 32]), share, &pool);
                    let total = (n * share.min(1_000) as usize).div_ceil(1_000);
                    assert_eq!(picked.len(), total, "{leads:?} {share}");
                    for (own, got) in leads.iter().zip(counts(&picked, leads.len())) {
                        let exact = total * own;
                        assert!((got + 1) * n > exact && got * n < exact + n && got <= *own, "{leads:?} {share}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_same_seed_draws_the_same_and_another_one_others() {
        let pool = pool(&[40, 60]);
        let picked = |seed: u8| drawn(&Seed::new([seed; 32]), 100, &pool).into_iter().cloned().collect::<Vec<_>>();
        assert_eq!(picked(1), picked(1));
        assert_ne!(picked(1), picked(2));
        let mut turned = pool.clone();
        turned.reverse();
        let again: Vec<_> = drawn(&Seed::new([1; 32]), 100, &turned).into_iter().cloned().collect();
        assert_eq!(again, picked(1), "the order of the pool is of no account");
    }

    #[test]
    fn the_hash_is_that_of_the_seed_followed_by_the_number() {
        // As any other tool computes it: 32 zero bytes and the reference number.
        let hashes = ["f44b5220", "25ffb393", "3af6fb01"];
        let (pool, zero) = (pool(&[3]), Seed::new([0; 32]));
        for (candidate, begins) in pool.iter().zip(hashes) {
            let hash: String = zero.with(candidate.ref_no.as_str()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hash, begins);
        }
        assert_eq!(drawn(&zero, 100, &pool), [&pool[1]]);
    }

    #[test]
    fn a_seed_survives_its_text_form() {
        let text = "00ff".repeat(16);
        assert_eq!(text.parse::<Seed>().unwrap().to_string(), text);
        for wrong in ["", "00", &"0g".repeat(32), &"0".repeat(65), &"律".repeat(22)] {
            assert_eq!(wrong.parse::<Seed>(), Err(SeedError), "{wrong}");
        }
    }
}
