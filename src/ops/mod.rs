//! What people do, one function each: find, permit, decide, write, record.
//!
//! [`Cx::write`] is the only door to a write transaction. It reads the actor's rights inside that
//! transaction, answers a repeated idempotency key with its first answer, and audits a refusal in
//! a small transaction of its own after the rollback.

pub mod account;
pub mod bootstrap;
pub mod branch;
pub mod calendar;
pub mod call_back;
pub mod category;
pub mod claim;
pub mod contact_point;
pub mod cycle;
pub mod demand;
pub mod district;
pub mod evaluation;
pub mod export;
pub mod failure;
pub mod grant;
pub mod import;
pub mod inbox;
pub mod live;
pub mod milestone;
pub mod operator;
pub mod organisation;
pub mod password;
pub mod place;
pub mod posting;
pub mod project;
pub mod rates;
pub mod record;
pub mod resource;
pub mod rule_change;
pub mod session;
pub mod snapshot;
pub mod tenancy;
pub mod toolkit;
pub mod upkeep;
pub mod upload;
pub mod year_file;
pub mod zone;

use std::sync::Arc;

pub use failure::Failure;
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    domain::{
        claim::Side,
        rules::{RuleCode, Rules},
    },
    kernel::{
        calendar::{Calendar, Due},
        clock::{Clock, Entropy},
        id::{AccountId, Id, SessionId},
        problem::{Code, Problem},
        version::Version,
    },
    policy::{self, Action, Actor, Permit, Scope, Subjected},
    store::{
        self, Reader, Store, StoreError, StoreResult, Tx,
        actor::SignedIn,
        audit::{Audited, Effect, Stamp},
    },
};

/// What every request shares.
pub struct App {
    pub store: Store,
    pub clock: Clock,
    pub entropy: Entropy,
    pub secrets: crate::kernel::seal::Sealer,
    pub passwords: password::PasswordPolicy,
}

/// One request of a signed-in account.
#[derive(Clone)]
pub struct Cx {
    pub app: Arc<App>,
    /// The rights at the start of the request: enough to read with, never to write with.
    pub actor: Arc<Actor>,
    /// `None` on the command line, where the operator acts with an account's rights.
    pub session: Option<SessionId>,
    /// Whether somebody else chose its password: nothing but choosing a new one is possible.
    pub must_change_password: bool,
    /// Set when the client gave a key for the mutation that runs.
    pub idempotency: Option<Idempotency>,
}

/// A client's key for one mutation, and what the key stands for.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// 1–64 printable ASCII characters.
    pub key: String,
    /// SHA-256 of the mutation's name and input.
    pub fingerprint: [u8; 32],
}

/// What a story works with inside its transaction: rights, time, calendar and rules of that moment.
pub struct Scene {
    pub actor: Actor,
    pub now: Timestamp,
    pub calendar: Arc<Calendar>,
    pub rules: Rules,
    app: Arc<App>,
}

/// The stored first answer to an idempotency key.
#[derive(Serialize, Deserialize)]
enum Answer<T> {
    Done(T),
    Refused(Vec<Problem>),
}

impl Cx {
    /// The request of an account whose session was just found alive.
    pub fn new(app: Arc<App>, signed_in: SignedIn) -> Self {
        Self {
            app,
            actor: Arc::new(signed_in.actor),
            session: Some(signed_in.session),
            must_change_password: signed_in.must_change_password,
            idempotency: None,
        }
    }

    /// Acts with the rights of an active account, without a session of it: on the command line.
    pub async fn on_behalf(app: Arc<App>, account: AccountId) -> Result<Self, Failure> {
        let now = app.clock.now();
        let found = app.store.read(move |reader| store::actor::of_account(reader, account, now)).await?;
        let actor = found.ok_or(Failure::missing("account"))?;
        Ok(Self { app, actor: Arc::new(actor), session: None, must_change_password: false, idempotency: None })
    }

    /// Runs a story in one write transaction. Its result is answered only once it is durable.
    ///
    /// Of two requests with the same idempotency key, the second gets the first's answer.
    pub async fn write<T>(
        &self,
        action: Action,
        story: impl Fn(&Scene, &mut Tx) -> Result<Audited<T>, Failure> + Send + 'static,
    ) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let cx = self.clone();
        let outcome = self
            .app
            .store
            .write(move |tx| {
                let scene = cx.enter(tx, action)?;
                if let Some(answer) = cx.first_answer(tx)? {
                    return answer;
                }
                let done = story(&scene, tx)?.into_inner();
                cx.keep_answer(tx, scene.now, &Answer::Done(&done))?;
                Ok(done)
            })
            .await;
        match outcome {
            Err(failure) => Err(self.refuse(action, failure).await),
            done => done,
        }
    }

    /// Reads in one snapshot what the actor may see.
    pub async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Reader, &Scope) -> StoreResult<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let scope = self.actor.scope();
        Ok(self.app.store.read(move |reader| job(reader, &scope)).await?)
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// Holds the district's other writes back and reads the rights anew, so that a right that was
    /// withdrawn a moment ago is not used.
    fn enter(&self, tx: &mut Tx, action: Action) -> Result<Scene, Failure> {
        tx.lock_district(&self.actor.district)?;
        let now = self.app.clock.now();
        let actor = self.present_rights(tx, now, action)?;
        Ok(Scene {
            calendar: store::calendar::load(tx)?,
            rules: store::rule::load(tx, &actor.district)?,
            actor,
            now,
            app: Arc::clone(&self.app),
        })
    }

    fn present_rights(&self, tx: &mut Tx, now: Timestamp, action: Action) -> Result<Actor, Failure> {
        let Some(session) = self.session else {
            return store::actor::of_account(tx, self.actor.account, now)?.ok_or(Failure::Unauthenticated);
        };
        let signed_in = store::actor::of_session(tx, session, now)?.ok_or(Failure::Unauthenticated)?;
        if signed_in.must_change_password && action.needs_own_password() {
            return Err(Failure::PasswordChangeRequired);
        }
        Ok(signed_in.actor)
    }

    fn first_answer<T: DeserializeOwned>(&self, tx: &mut Tx) -> Result<Option<Result<T, Failure>>, Failure> {
        let Some(Idempotency { key, fingerprint }) = &self.idempotency else {
            return Ok(None);
        };
        let Some(kept) = store::idempotency::find(tx, self.actor.account, key, self.now())? else {
            return Ok(None);
        };
        if kept.fingerprint != fingerprint {
            return Ok(Some(Err(Failure::Invalid(vec![Problem::new(Code::IdempotencyConflict).at("idempotencyKey")]))));
        }
        let answer = serde_json::from_str(&kept.answer).map_err(|e| StoreError::Corrupt {
            table: "idempotency",
            id: key.clone(),
            what: e.to_string(),
        })?;
        Ok(Some(match answer {
            Answer::Done(value) => Ok(value),
            Answer::Refused(problems) => Err(Failure::Replayed(problems)),
        }))
    }

    fn keep_answer<T: Serialize>(&self, tx: &mut Tx, now: Timestamp, answer: &Answer<T>) -> Result<(), Failure> {
        if let Some(Idempotency { key, fingerprint }) = &self.idempotency {
            let text = serde_json::to_string(answer).map_err(|e| StoreError::Corrupt {
                table: "idempotency",
                id: key.clone(),
                what: e.to_string(),
            })?;
            store::idempotency::keep(tx, self.actor.account, (key, fingerprint), &text, now)?;
        }
        Ok(())
    }

    /// Leaves the audit line of a refusal, and the refusal as the first answer to its key.
    async fn refuse(&self, action: Action, failure: Failure) -> Failure {
        let Some(code) = failure.audited_as() else {
            return failure;
        };
        let cx = self.clone();
        let problems = failure.problems();
        let written = self
            .app
            .store
            .write(move |tx| {
                tx.lock_district(&cx.actor.district)?;
                let stamp = Stamp { id: cx.app.entropy.id(cx.now()), at: cx.now() };
                store::audit::refused(tx, (&cx.actor.district, cx.actor.account), action, stamp, code.name(), None)?;
                if let (Some(problems), None) = (&problems, cx.first_answer::<serde_json::Value>(tx)?) {
                    cx.keep_answer(tx, stamp.at, &Answer::<()>::Refused(problems.clone()))?;
                }
                Ok::<_, Failure>(())
            })
            .await;
        match written {
            Ok(()) => failure,
            // A refusal that cannot be recorded is not answered as one.
            Err(fault) => fault,
        }
    }
}

impl Scene {
    /// A new id that sorts after the earlier ones.
    pub fn new_id<K>(&self) -> Id<K> {
        self.app.entropy.id(self.now)
    }

    /// Asks the policy about the actor of this transaction.
    pub fn permit(&self, action: Action, subject: &impl Subjected) -> Result<Permit, Failure> {
        Ok(policy::permit(&self.actor, action, subject)?)
    }

    /// The same for what either party of a claim may do, with the side on which the actor acts; see
    /// [`policy::permit_side`].
    pub fn permit_side(&self, action: Action, subject: &impl Subjected, awaited: Side) -> Result<(Permit, Side), Failure> {
        Ok(policy::permit_side(&self.actor, action, subject, awaited)?)
    }

    /// What every account may do with its own session and password, whatever its grants.
    pub fn permit_self(&self, action: Action) -> Permit {
        policy::permit_self(self.actor.account, &self.actor.district, action)
    }

    /// Writes the audit line and releases the result for commit.
    pub fn record<T>(&self, tx: &mut Tx, permit: Permit, effects: &[Effect], value: T) -> Result<Audited<T>, Failure> {
        let stamp = Stamp { id: self.new_id(), at: self.now };
        Ok(store::audit::record(tx, permit, stamp, effects, value)?)
    }

    /// When a clock of so many working days that starts now falls due.
    pub fn workdays(&self, rule: RuleCode) -> Result<Due, Failure> {
        self.workdays_from(rule, self.now)
    }

    /// When a clock of so many working days that started at a moment falls due.
    pub fn workdays_from(&self, rule: RuleCode, start: Timestamp) -> Result<Due, Failure> {
        due_after(&self.calendar, &self.rules, rule, start)
    }

    /// Refuses a step on a version that somebody has moved on from. The write is guarded as well;
    /// this check comes before counters and invariants, so that the answer is the same every time.
    pub fn expect(&self, found: Version, expected: Version) -> Result<(), Failure> {
        if found == expected { Ok(()) } else { Err(Failure::refused(Code::StaleVersion)) }
    }

    /// What the application shares: secrets, clock.
    pub fn app(&self) -> &App {
        &self.app
    }
}

/// When a clock of a rule's number of working days that started at a moment falls due.
fn due_after(calendar: &Calendar, rules: &Rules, rule: RuleCode, start: Timestamp) -> Result<Due, Failure> {
    calendar.add_workdays_from_instant(start, rules.get(rule)).map_err(|e| {
        Failure::Store(StoreError::Corrupt { table: "rule", id: <&str>::from(rule).to_owned(), what: e.to_string() })
    })
}
