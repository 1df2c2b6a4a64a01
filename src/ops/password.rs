//! Passwords: hashed by a few threads of their own, and changed by their owners.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::{Cx, Failure, session::ended};
use crate::{
    domain::{
        account::Account,
        password::{MAX_LENGTH, MIN_LENGTH, Password, Weakness},
        session::SessionToken,
    },
    kernel::{
        password::{PasswordCost, PasswordError, PasswordHash},
        problem::{Code, Problem},
    },
    policy::Action,
    store::{self, StoreError, audit::Effect},
};

/// Hashes that run at the same time; each takes a core and the memory of its cost.
const WORKERS: usize = 2;
/// Hashes that may wait or run; whoever comes then is told to come back.
const QUEUE: usize = 64;

/// How passwords are hashed, and by how many threads.
#[derive(Clone, Debug)]
pub struct PasswordPolicy {
    cost: PasswordCost,
    workers: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

/// An account with the password that it chose.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Changed {
    pub account: Account,
    /// The session's new token. A repeated idempotency key is answered without it: it is shown once
    /// and never stored.
    #[serde(skip)]
    pub token: Option<SessionToken>,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self::new(PasswordCost::default())
    }
}

impl PasswordPolicy {
    /// A policy with this cost.
    pub fn new(cost: PasswordCost) -> Self {
        Self { cost, workers: Arc::new(Semaphore::new(WORKERS)), queue: Arc::new(Semaphore::new(QUEUE)) }
    }

    /// Hashes a password with a salt that was never used before.
    pub async fn hash(&self, password: Password, salt: [u8; 16]) -> Result<PasswordHash, Failure> {
        let cost = self.cost.clone();
        self.work(move || cost.hash(password.as_str(), salt)).await
    }

    /// Whether the hash is of the password. Without a hash it is not, and to find that out takes as
    /// long as with one: the time does not tell whether there is such an account.
    pub async fn is_right(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, Failure> {
        let cost = self.cost.clone();
        self.work(move || match hash {
            Some(hash) => hash.is_of(password.as_str()),
            None => cost.hash(password.as_str(), [0; 16]).map(|_| false),
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, Failure> {
        let seat = Arc::clone(&self.queue).try_acquire_owned().map_err(|_| StoreError::Overloaded)?;
        let worker = Arc::clone(&self.workers).acquire_owned().await.map_err(|_| StoreError::Panicked)?;
        let work = tokio::task::spawn_blocking(move || {
            let done = job();
            // Held to the end of the work, which goes on when the client has hung up.
            drop((worker, seat));
            done
        });
        let done = work.await.map_err(|_| StoreError::Panicked)?;
        Ok(done.map_err(|e| StoreError::Corrupt { table: "account", id: String::new(), what: e.to_string() })?)
    }
}

/// Changes one's own password. Ends all other sessions and gives this one a new token.
///
/// The hashes are made before the transaction: nothing holds a lane or the district's other writes
/// back for so long.
pub async fn change(cx: &Cx, present: &str, chosen: &str) -> Result<Changed, Failure> {
    let (id, session) = (cx.actor.account, cx.session.ok_or(Failure::Unauthenticated)?);
    let seen = cx.app.store.read(move |reader| store::account::by_id(reader, id)).await?.ok_or(Failure::Unauthenticated)?;
    let present = Password::typed(present);
    let chosen = Password::choose(chosen, &seen.account.login, &present).map_err(refusal)?;
    let hash = match cx.app.passwords.is_right(present, Some(seen.hash.clone())).await? {
        true => Some(cx.app.passwords.hash(chosen, cx.app.entropy.bytes()).await?),
        false => None,
    };
    cx.write(Action::PasswordChange, move |cx, tx| {
        let permit = cx.permit_self(Action::PasswordChange);
        let unchanged = store::account::by_id(tx, id)?.filter(|found| found.hash == seen.hash);
        let (Some(before), Some(hash)) = (unchanged, &hash) else {
            return Err(Failure::refused_at(Code::SignInFailed, "currentPassword"));
        };
        let (before, after) = (before.account.clone(), before.account.choose_password()?);
        store::account::save_with_password(tx, &after, hash, before.version)?;
        let others = store::session::end_all(tx, id, Some(session), cx.now)?;
        let token = SessionToken::new(cx.app().entropy.bytes());
        store::session::rotate(tx, session, &token.hash())?;
        let mut effects = vec![Effect::moved(id, before.status.name(), after.status.name())];
        effects.extend(others.iter().map(ended));
        cx.record(tx, permit, &effects, Changed { account: after, token: Some(token) })
    })
    .await
}

/// What to tell a person about a password.
fn refusal(weakness: Weakness) -> Failure {
    let problem = Problem::new(Code::WeakPassword).at("newPassword");
    Failure::Invalid(vec![match weakness {
        Weakness::TooShort => {
            problem.saying(format!("密码至少 {MIN_LENGTH} 个字符。"), format!("A password has at least {MIN_LENGTH} characters."))
        }
        Weakness::TooLong => {
            problem.saying(format!("密码最多 {MAX_LENGTH} 个字符。"), format!("A password has at most {MAX_LENGTH} characters."))
        }
        Weakness::Repetition => {
            problem.saying("密码不能只是重复少数几个字符。", "A password that repeats a few characters is guessed at once.")
        }
        Weakness::Sequence => problem.saying(
            "密码不能是连续的字母、数字或键盘顺序。",
            "A password that runs along the alphabet, the digits or the keyboard is guessed at once.",
        ),
        Weakness::LoginName => {
            problem.saying("密码不能与账号名相近。", "A password that is little more than the login name is guessed at once.")
        }
        Weakness::Common => problem.saying("这是常见密码,请换一个。", "This password is one of those that are tried first."),
        Weakness::Unchanged => problem.saying("新密码不能与原密码相同。", "The new password is the present one."),
    }])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap() -> PasswordPolicy {
        PasswordPolicy::new(PasswordCost::new(8, 1, 1).unwrap())
    }

    #[tokio::test]
    async fn a_password_is_right_for_its_own_hash_alone() {
        let policy = cheap();
        let hash = policy.hash(Password::typed("correct horse"), [3; 16]).await.unwrap();
        assert!(policy.is_right(Password::typed("correct horse"), Some(hash.clone())).await.unwrap());
        assert!(!policy.is_right(Password::typed("wrong horse"), Some(hash)).await.unwrap());
        assert!(!policy.is_right(Password::typed("correct horse"), None).await.unwrap());
    }

    #[tokio::test]
    async fn who_comes_while_too_many_wait_is_sent_away_and_the_seat_of_who_is_done_is_free() {
        let policy = cheap();
        let seats = policy.queue.clone().try_acquire_many_owned(u32::try_from(QUEUE).unwrap()).unwrap();
        let refused = policy.hash(Password::typed("correct horse"), [3; 16]).await;
        assert!(matches!(refused, Err(Failure::Store(StoreError::Overloaded))));
        drop(seats);
        policy.hash(Password::typed("correct horse"), [3; 16]).await.unwrap();
        assert_eq!((policy.queue.available_permits(), policy.workers.available_permits()), (QUEUE, WORKERS));
    }
}
