//! Tries every triple of a machine, and says what was not as expected.
//!
//! The log is read after every attempt. All rows of all tables are compared after every step that
//! passed, and after all refusals of a step in a state together; at full scale after each of them,
//! which names the culprit.

use std::sync::atomic::{AtomicUsize, Ordering};

use park_portal::kernel::id::AccountId;

use super::{Machine, Object, STRANGER, Step, Versioned, stage::Stage};
use crate::world::{Db, named, steps};

/// The version of every object that a stage enters.
const FRESH: i64 = 1;
/// A version that no object has.
const STALE: i64 = 7;
/// So many faults are told; more of them help nobody.
const MOST_FAULTS: usize = 40;

/// The triples of all machines that have been tried in this run.
static TRIED: AtomicUsize = AtomicUsize::new(0);

/// One attempt.
struct Try<'a> {
    state: &'a str,
    step: &'a Step,
    login: &'a str,
    version: i64,
    expected: &'a str,
}

/// A machine that is being tried on a database.
struct Run {
    stage: Stage,
    machine: &'static Machine,
    /// A fresh object in the state that is tried.
    object: Object,
    triples: usize,
    /// Attempts since the tables were last looked at.
    unseen: usize,
    faults: Vec<String>,
}

/// Tries every state × transition × role of a machine on a database.
pub async fn enumerate(db: Db, machine: &'static Machine) {
    let Some(stage) = Stage::open(db).await else { return };
    let mut run = Run { stage, machine, object: Object::default(), triples: 0, unseen: 0, faults: Vec::new() };
    for (number, state) in machine.states().enumerate() {
        run.enter(state).await;
        for step in machine.steps {
            for login in machine.cast() {
                let expected = machine.expected(state, step, login);
                let is_allowed = !["UNAUTHENTICATED", "NOT_FOUND", "FORBIDDEN"].contains(&expected);
                // For those who get no further than their rights, one state shows that the version
                // is not looked at.
                if step.versioned == Versioned::Yes && (is_allowed || number == 0) {
                    let expected = after_a_stale_version(expected);
                    run.attempt(&Try { state, step, login, version: STALE, expected }).await;
                }
                let expected = expected.strip_prefix("late ").unwrap_or(expected);
                run.attempt(&Try { state, step, login, version: FRESH, expected }).await;
                run.triples += 1;
            }
            run.look(&format!("{state} {}", step.name));
        }
    }
    run.end(db).await;
}

impl Run {
    /// Makes a fresh object; what is there then is what must not change.
    async fn enter(&mut self, state: &'static str) {
        self.object = self.stage.enter(self.machine, state).await;
        self.unseen = 0;
    }

    /// Tries once: the answer and the log's lines must be as expected.
    async fn attempt(&mut self, this: &Try<'_>) {
        let Try { state, step, login, version, expected } = this;
        let what = format!("{state} {} {login:?} v{version}", step.name);
        if *expected == "OK" {
            self.look(&format!("{what}: before it"));
        }
        let reply = self.stage.world.mutate(login, step.mutation(), "__typename", step.input(&self.object, *version)).await;
        let (code, lines) = (reply.code(), self.stage.new_lines());
        if code != *expected {
            self.faults.push(format!("{what}: answers {code} instead of {expected}: {}", reply.body));
        }
        let account: AccountId = named(login);
        let line = (step.action().to_owned(), (*expected).to_owned(), Some(account));
        if lines != if leaves_a_line(this) { vec![line] } else { Vec::new() } {
            self.faults.push(format!("{what}: the log gains {lines:?}"));
        }
        self.unseen += 1;
        if *expected == "OK" || code == "OK" {
            if self.stage.look().is_empty() {
                self.faults.push(format!("{what}: nothing changes"));
            }
            // What has moved is no longer in the state that the next one is to find.
            self.enter(self.machine.states().find(|known| known == state).expect("a state")).await;
        } else if self.unseen >= steps::scale(usize::MAX, 1) {
            self.look(&what);
        }
    }

    /// Since the last look there were refusals only: no row of any table may have changed.
    fn look(&mut self, what: &str) {
        let changed = if self.unseen == 0 { Vec::new() } else { self.stage.look() };
        if !changed.is_empty() {
            self.faults.push(format!("{what}: {} refusals have changed {changed:?}", self.unseen));
        }
        self.unseen = 0;
    }

    async fn end(self, db: Db) {
        let (noun, triples) = (self.machine.noun, self.triples);
        let all = TRIED.fetch_add(triples, Ordering::Relaxed) + triples;
        eprintln!("{db:?}: {triples} triples of {noun} ({all} of all machines so far)");
        assert!(self.stage.world.chains_hold().await, "the log of {noun} does not hold");
        let told = self.faults.iter().take(MOST_FAULTS).cloned().collect::<Vec<_>>().join("\n");
        assert!(self.faults.is_empty(), "{} faults in {triples} triples of {noun}:\n{told}", self.faults.len());
    }
}

/// The order of the checks: scope, permission and state come before the version, counters after it.
fn after_a_stale_version(expected: &str) -> &str {
    if expected == "OK" || expected.starts_with("late ") { "STALE_VERSION" } else { expected }
}

/// Strangers write nothing, and what was never well-formed is no refusal.
fn leaves_a_line(this: &Try<'_>) -> bool {
    this.login != STRANGER && this.expected != "VALIDATION"
}
