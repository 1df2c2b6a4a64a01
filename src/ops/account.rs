//! What administrators do with accounts: create, suspend, resume, end, hand out a new password.

use serde::{Deserialize, Serialize};

use super::{Cx, Failure, Scene, failure::unless_unique, grant, session};
use crate::{
    domain::{
        account::{Account, AccountError, Login, Status},
        grant::Role,
        password::InitialPassword,
    },
    kernel::{
        id::AccountId,
        problem::{Code, Problem},
        text::Name,
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, Tx, audit::Effect},
};

/// An account with the password that somebody has to be told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Issued {
    pub account: Account,
    /// A repeated idempotency key is answered without it: it is shown once and never stored.
    #[serde(skip)]
    pub initial_password: Option<InitialPassword>,
}

/// Creates an account without any right, and its initial password.
pub async fn create(cx: &Cx, login: Login, display_name: Name) -> Result<Issued, Failure> {
    let initial = InitialPassword::new(cx.app.entropy.bytes());
    let hash = cx.app.passwords.hash(initial.password(), cx.app.entropy.bytes()).await?;
    cx.write(Action::AccountCreate, move |cx, tx| {
        let permit = cx.permit(Action::AccountCreate, &Subject::of_district(cx.actor.district.clone()))?;
        let account = Account {
            id: cx.new_id(),
            district: cx.actor.district.clone(),
            version: Version::FIRST,
            login: login.clone(),
            display_name: display_name.clone(),
            status: Status::Invited,
            must_change_password: true,
            created_at: cx.now,
        };
        let taken = |error| unless_unique(error, store::account::LOGIN_UNIQUE, Code::DuplicateName, "login");
        store::account::insert(tx, &account, &hash).map_err(taken)?;
        let effect = Effect::made(account.id, account.status.name());
        cx.record(tx, permit, &[effect], Issued { account, initial_password: Some(initial.clone()) })
    })
    .await
}

/// Keeps an account from signing in, and ends its sessions at once.
pub async fn suspend(cx: &Cx, id: AccountId, expected: Version) -> Result<Account, Failure> {
    cx.write(Action::AccountSuspend, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::AccountSuspend, &before)?;
        let after = before.clone().suspend()?;
        must_be_another(cx, id)?;
        cx.expect(before.version, expected)?;
        store::account::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(store::session::end_all(tx, id, None, cx.now)?.iter().map(session::ended));
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Lets a suspended account sign in again.
pub async fn resume(cx: &Cx, id: AccountId, expected: Version) -> Result<Account, Failure> {
    cx.write(Action::AccountResume, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::AccountResume, &before)?;
        let after = before.clone().resume()?;
        cx.expect(before.version, expected)?;
        store::account::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Ends an account for good, with its sessions and grants.
pub async fn end(cx: &Cx, id: AccountId, expected: Version) -> Result<Account, Failure> {
    cx.write(Action::AccountEnd, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::AccountEnd, &before)?;
        let after = before.clone().end()?;
        must_be_another(cx, id)?;
        cx.expect(before.version, expected)?;
        store::account::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(store::session::end_all(tx, id, None, cx.now)?.iter().map(session::ended));
        for open in store::grant::open_of(tx, id)? {
            let ended = open.clone().end()?;
            store::grant::save(tx, &ended, open.version)?;
            effects.push(grant::moved(&open, &ended));
        }
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Gives an account a new initial password and ends its sessions.
///
/// Whoever hands out a password could use it. So that a system administrator cannot act as the
/// second person in this way, those who watch them get theirs on the command line.
pub async fn password_reset(cx: &Cx, id: AccountId, expected: Version) -> Result<Issued, Failure> {
    let initial = InitialPassword::new(cx.app.entropy.bytes());
    let hash = cx.app.passwords.hash(initial.password(), cx.app.entropy.bytes()).await?;
    cx.write(Action::AccountPasswordReset, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::AccountPasswordReset, &before)?;
        let after = before.clone().reset_password()?;
        must_be_another(cx, id)?;
        must_not_watch(tx, id)?;
        cx.expect(before.version, expected)?;
        store::account::save_with_password(tx, &after, &hash, expected)?;
        let mut effects = vec![moved(&before, &after).flag("must_change_password", true)];
        effects.extend(store::session::end_all(tx, id, None, cx.now)?.iter().map(session::ended));
        cx.record(tx, permit, &effects, Issued { account: after, initial_password: Some(initial.clone()) })
    })
    .await
}

fn find(cx: &Scene, tx: &mut Tx, id: AccountId) -> Result<Account, Failure> {
    store::account::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("account"))
}

/// The effect of a step.
fn moved(before: &Account, after: &Account) -> Effect {
    Effect::moved(after.id, before.status.name(), after.status.name())
}

fn must_be_another(cx: &Scene, id: AccountId) -> Result<(), Failure> {
    if id == cx.actor.account {
        let problem = Problem::new(Code::SamePerson)
            .at("account")
            .saying("不能对自己的账号执行此操作。", "Nobody does this to their own account.");
        return Err(Failure::Refused(Box::new(problem)));
    }
    Ok(())
}

fn must_not_watch(tx: &mut Tx, id: AccountId) -> Result<(), Failure> {
    let watches = |role: Role| matches!(role, Role::SecurityAdmin | Role::Auditor);
    if store::grant::open_of(tx, id)?.iter().any(|grant| watches(grant.role)) {
        let problem = Problem::new(Code::SamePerson).at("account").saying(
            "安全管理员与审计员的密码只能在服务器命令行重置,以免一人身兼两职。",
            "The password of a security administrator or auditor is reset on the command line, so that nobody can act as both.",
        );
        return Err(Failure::Refused(Box::new(problem)));
    }
    Ok(())
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::WrongState(_) => Self::refused(Code::InvalidState),
        }
    }
}
