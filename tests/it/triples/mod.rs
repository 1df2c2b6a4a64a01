//! Every state × transition × role of every machine: exactly what is allowed passes, all the rest is
//! refused with the right code and leaves nothing behind but its audit line.
//!
//! What is expected stands in the machines' files as data, written from the domain model and not from
//! the policy's table or the state machines in the code. A new state is a word in `states`, a new
//! transition a [`Step`], a new role a login of the [`CAST`] and a [`Viewer`] wherever it sees
//! anything; who is not listed sees nothing. A mutation, status or role without its line fails a test.

mod account;
mod branch;
mod category;
mod claim;
mod demand;
mod dispatch;
mod district;
mod evaluation;
mod grant;
mod organisation;
mod place;
mod posting;
mod project;
mod record;
mod resource;
mod rows;
mod rule_change;
mod run;
mod stage;
mod tenancy;

use std::collections::{BTreeMap, BTreeSet};

use park_portal::{
    policy::{Action, Role},
    store::{StoreResult, Tx},
};
use serde_json::{Value, json};
use strum::IntoEnumIterator;

/// One state machine and everything that is expected of it.
pub struct Machine {
    /// What it is about, as people read it in a failure.
    pub noun: &'static str,
    /// The states to start from: a status, or a status with what else decides, as in `LISTED_FULL`.
    pub states: &'static str,
    /// The statuses that the product knows; each must be among the states.
    pub statuses: fn() -> Vec<&'static str>,
    /// Puts a fresh object into a state, behind the API.
    pub enter: fn(&mut Tx, &Entry) -> StoreResult<Object>,
    pub steps: &'static [Step],
    /// Everybody who sees the object in some state.
    pub viewers: &'static [Viewer],
}

/// An object that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub state: &'static str,
    /// No other object of the world has it.
    pub number: u32,
}

/// A fresh object, and the ids of what belongs to it.
#[derive(Clone, Debug, Default)]
pub struct Object {
    pub id: String,
    pub more: BTreeMap<&'static str, String>,
}

/// A transition. Whoever is allowed is answered by the first case that fits, `INVALID_STATE` by none.
pub struct Step {
    /// The mutation; what follows a `/` tells apart two ways of calling it.
    pub name: &'static str,
    /// The input; [`Step::input`] adds the version if there is one.
    pub input: fn(&Object) -> Value,
    pub versioned: Versioned,
    pub when: &'static [Case],
}

/// Whether the input carries the version that the client has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Versioned {
    Yes,
    No,
}

/// For which sides and in which states (both as [`holds`] reads them), and with which outcome: `OK`,
/// a code that the state gives, or `late CODE` for one that is decided after the version.
pub type Case = (&'static str, &'static str, &'static str);

/// Somebody who sees the object.
pub struct Viewer {
    pub login: &'static str,
    /// For which party of a claim or project; elsewhere empty.
    pub side: &'static str,
    /// In which states the object is seen; see [`holds`].
    pub sees: &'static str,
    /// Which steps are allowed, whatever the state; see [`holds`].
    pub may: &'static str,
}

/// Everybody there is: each role with each tie that matters, and those without any.
const CAST: [&str; 20] = [
    "mill.liaison",
    "bakery.liaison",
    "forge.liaison",
    "justice.official",
    "justice.lead",
    "labour.official",
    "labour.lead",
    "circle.steward",
    "plant.steward",
    "coordinator",
    // Posted by justice to serve the mill.
    "instructor",
    "justice.reviewer",
    "org.reviewer",
    "sysadmin",
    "secadmin",
    "auditor",
    "nobody",
    // A liaison of the mill whose grant is suspended.
    "former.liaison",
    "neighbour.coordinator",
    STRANGER,
];
/// Accounts that only the machines which list them know: the liaison of whatever organisation was just
/// made, and the one whose grants the administrators decide about. They hold nothing else.
pub const GUESTS: [&str; 2] = ["own.liaison", "holder"];
/// Nobody is signed in.
pub const STRANGER: &str = "";

/// Whoever sees the object in these states and may take these steps.
pub const fn viewer(login: &'static str, sees: &'static str, may: &'static str) -> Viewer {
    Viewer { login, side: "", sees, may }
}

/// The same for a party.
pub const fn party(login: &'static str, side: &'static str, sees: &'static str, may: &'static str) -> Viewer {
    Viewer { login, side, sees, may }
}

/// A step that carries the object's version.
pub const fn step(name: &'static str, input: fn(&Object) -> Value, when: &'static [Case]) -> Step {
    Step { name, input, versioned: Versioned::Yes, when }
}

/// A step that makes something new, and so has no version to carry.
pub const fn making(name: &'static str, input: fn(&Object) -> Value, when: &'static [Case]) -> Step {
    Step { name, input, versioned: Versioned::No, when }
}

/// Whether a list of patterns holds a name. The last word that fits decides: `*` fits all, `LISTED*`
/// what begins so, and `-DRAFT` takes out.
pub fn holds(patterns: &str, name: &str) -> bool {
    let fits = |word: &str| word.strip_suffix('*').map_or(word == name, |start| name.starts_with(start));
    patterns.split_whitespace().fold(false, |held, word| match word.strip_prefix('-') {
        Some(out) => held && !fits(out),
        None => held || fits(word),
    })
}

impl Machine {
    /// The states, one by one.
    pub fn states(&self) -> impl Iterator<Item = &'static str> {
        self.states.split_whitespace()
    }

    /// Everybody who tries: the cast, and the guests of this machine.
    pub fn cast(&self) -> impl Iterator<Item = &'static str> {
        CAST.into_iter().chain(self.viewers.iter().map(|viewer| viewer.login).filter(|login| GUESTS.contains(login)))
    }

    /// What somebody is answered: sign-in, scope, permission, state, in this order.
    pub fn expected(&self, state: &str, step: &Step, login: &str) -> &'static str {
        if login == STRANGER {
            return "UNAUTHENTICATED";
        }
        let Some(viewer) = self.viewers.iter().find(|viewer| viewer.login == login && holds(viewer.sees, state)) else {
            return "NOT_FOUND";
        };
        if !holds(viewer.may, step.name) {
            return "FORBIDDEN";
        }
        let fits = |(sides, states, _): &&Case| holds(sides, viewer.side) && holds(states, state);
        step.when.iter().find(fits).map_or("INVALID_STATE", |(_, _, outcome)| *outcome)
    }
}

impl Step {
    /// The name of the mutation.
    pub fn mutation(&self) -> &'static str {
        self.name.split('/').next().unwrap_or(self.name)
    }

    /// The action, as the log calls it.
    pub fn action(&self) -> &'static str {
        let mutation = self.mutation();
        Action::iter().find(|action| action.mutation() == mutation).expect("the mutation is an action").name()
    }

    /// The input for an object in a version.
    pub fn input(&self, object: &Object, version: i64) -> Value {
        let mut input = (self.input)(object);
        if self.versioned == Versioned::Yes {
            input["expectedVersion"] = json!(version);
        }
        input
    }
}

/// Every machine there is.
const MACHINES: [&Machine; 27] = [
    &demand::DEMAND,
    &resource::OF_A_DEPARTMENT,
    &resource::OF_AN_ENTERPRISE,
    &claim::OFFER,
    &claim::REQUEST,
    &claim::ENTERPRISE_OFFER,
    &dispatch::DISPATCH,
    &project::PROJECT,
    &branch::HUB,
    &branch::STATION,
    &grant::GRANT,
    &account::ACCOUNT,
    &organisation::ORGANISATION,
    &organisation::CONTACT_POINT,
    &place::PLACE,
    &tenancy::TENANCY,
    &category::CATEGORY,
    &district::DISTRICT,
    &rule_change::RULE_CHANGE,
    &posting::PROPOSAL,
    &posting::POSTING,
    &posting::TOOLKIT_ISSUE,
    &record::RECORDING,
    &record::RECORD_DRAFT,
    &record::FILED_RECORD,
    &evaluation::CYCLE,
    &evaluation::EVALUATION,
];

/// Actions that are no transition of any machine.
const ELSEWHERE: [&str; 11] = [
    // Every account's own; they have no role and no tie.
    "sessionCreate",
    "sessionEnd",
    "sessionRevoke",
    "sessionRevokeAll",
    "passwordChange",
    // Not about an object with a state.
    "exportCreate",
    "exportDownload",
    // The same; each row of a file is asked about anew.
    "uploadReceive",
    "importPreview",
    // The file is its sender's own.
    "toolkitItemPublish",
    "importCommit",
];

#[test]
fn every_mutation_is_a_transition_of_a_machine() {
    let known: BTreeSet<&str> = MACHINES.iter().flat_map(|machine| machine.steps).map(Step::mutation).chain(ELSEWHERE).collect();
    let all: BTreeSet<String> = Action::iter().map(Action::mutation).collect();
    assert_eq!(known.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), all);
}

#[test]
fn every_mutation_passes_somewhere() {
    let mut passed = BTreeSet::new();
    for machine in MACHINES {
        for (state, step) in machine.states().flat_map(|state| machine.steps.iter().map(move |step| (state, step))) {
            if machine.cast().any(|login| machine.expected(state, step, login) == "OK") {
                passed.insert(step.mutation());
            }
        }
    }
    let all: BTreeSet<&str> = MACHINES.iter().flat_map(|machine| machine.steps).map(Step::mutation).collect();
    assert_eq!(passed, all);
}

#[test]
fn every_status_is_a_state_to_start_from() {
    for machine in MACHINES {
        for status in (machine.statuses)() {
            let is_there = machine.states().any(|state| state == status || state.starts_with(&format!("{status}_")));
            assert!(is_there, "no {} starts from {status}", machine.noun);
        }
    }
}

#[test]
fn every_role_is_in_the_cast() {
    let played: BTreeSet<&str> = crate::world::ACCOUNTS
        .iter()
        .filter(|(login, ..)| CAST.contains(login))
        .map(|(_, role, ..)| *role)
        .filter(|role| !role.is_empty())
        .collect();
    assert_eq!(played, Role::iter().map(Role::name).collect());
    for machine in MACHINES {
        let mut listed = BTreeSet::new();
        for viewer in machine.viewers {
            let is_known = CAST.contains(&viewer.login) || GUESTS.contains(&viewer.login);
            assert!(is_known && listed.insert(viewer.login), "{} of {}", viewer.login, machine.noun);
        }
    }
}

#[test]
fn patterns_are_read_from_left_to_right() {
    assert!(holds("*", "DRAFT") && holds("LISTED*", "LISTED_FULL") && holds("DRAFT LISTED", "LISTED"));
    assert!(!holds("", "DRAFT") && !holds("* -DRAFT*", "DRAFT_OTHER") && !holds("LISTED", "LISTED_FULL"));
    assert!(holds("* -LISTED* LISTED_FULL", "LISTED_FULL"));
}
