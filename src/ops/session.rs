//! What people do with their sessions: sign in, sign out, end those that they left open elsewhere.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{App, Cx, Failure};
use crate::{
    domain::{
        account::Login,
        password::Password,
        session::{Session, SessionToken},
    },
    kernel::{id::SessionId, problem::Code},
    policy::Action,
    store::{
        self, Tx,
        account::Credential,
        audit::{Effect, Stamp},
    },
};

/// A session that was just opened.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub session: Session,
    /// Shown once and never stored.
    pub token: SessionToken,
    /// Whether nothing but choosing a new password is possible.
    pub must_change_password: bool,
}

/// Which of one's own sessions to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    /// All but the one that asks.
    Others,
    All,
}

/// Signs in. An unknown account, a wrong password and an account that may not sign in are answered
/// alike and after the same work, and leave nothing behind: strangers cannot write.
pub async fn create(app: &Arc<App>, login: &str, password: &str, client: &str) -> Result<NewSession, Failure> {
    let known = match Login::parse(login) {
        Ok(login) => app.store.read(move |reader| store::account::by_login(reader, &login)).await?,
        Err(_) => None,
    };
    let hash = known.as_ref().map(|known| known.hash.clone());
    let right = app.passwords.is_right(Password::typed(password), hash).await?;
    let Some(seen) = known.filter(|known| right && known.account.may_sign_in()) else {
        return Err(Failure::refused(Code::SignInFailed));
    };
    let (app, client) = (Arc::clone(app), client.to_owned());
    let store = app.store.clone();
    store.write(move |tx| open(&app, tx, &seen, &client)).await
}

/// Opens the session of an account whose password was right a moment ago, if it still is.
fn open(app: &App, tx: &mut Tx, seen: &Credential, client: &str) -> Result<NewSession, Failure> {
    tx.lock_district(&seen.account.district)?;
    let now = app.clock.now();
    let present = store::account::by_id(tx, seen.account.id)?;
    let account = present
        .filter(|present| present.hash == seen.hash && present.account.may_sign_in())
        .ok_or(Failure::refused(Code::SignInFailed))?
        .account;
    let token = SessionToken::new(app.entropy.bytes());
    let session = Session::start(app.entropy.id(now), account.id, client, now);
    store::session::insert(tx, &session, &token.hash())?;
    let effect = Effect::made(session.id, "OPEN").code("expires_at", session.expires_at);
    let stamp = Stamp { id: app.entropy.id(now), at: now };
    let new = NewSession { session, token, must_change_password: account.must_change_password };
    Ok(store::audit::signed_in(tx, (&account.district, account.id), stamp, &[effect], new)?.into_inner())
}

/// Whoever proves a session with the token that this is the hash of; `None` when the session or its
/// account has ended. Moves the idle stamp, at most once a minute.
pub async fn resume(app: &Arc<App>, token_hash: [u8; 32]) -> Result<Option<Cx>, Failure> {
    let now = app.clock.now();
    let Some(signed_in) = app.store.read(move |reader| store::actor::of_token(reader, &token_hash, now)).await? else {
        return Ok(None);
    };
    if Session::wants_touch(signed_in.seen_at, now) {
        let id = signed_in.session;
        let store = app.store.clone();
        // Reading must not wait for the writer, and a stamp that is a minute late harms nobody.
        tokio::spawn(async move {
            if let Err(fault) = store.write(move |tx| store::session::touch(tx, id, now)).await {
                tracing::warn!(error = %fault, "an idle stamp was not moved");
            }
        });
    }
    Ok(Some(Cx::new(Arc::clone(app), signed_in)))
}

/// Signs out: ends the session that asks.
pub async fn end(cx: &Cx) -> Result<Session, Failure> {
    let id = cx.session.ok_or(Failure::Unauthenticated)?;
    cx.write(Action::SessionEnd, move |cx, tx| {
        let before = store::session::find(tx, cx.actor.account, id, cx.now)?.ok_or(Failure::Unauthenticated)?;
        let permit = cx.permit_self(Action::SessionEnd);
        store::session::end(tx, id, cx.now)?;
        let after = Session { ended_at: Some(cx.now), ..before };
        cx.record(tx, permit, &[ended(&after)], after)
    })
    .await
}

/// Ends one of one's own sessions.
pub async fn revoke(cx: &Cx, id: SessionId) -> Result<Session, Failure> {
    cx.write(Action::SessionRevoke, move |cx, tx| {
        let before = store::session::find(tx, cx.actor.account, id, cx.now)?.ok_or(Failure::missing("session"))?;
        let permit = cx.permit_self(Action::SessionRevoke);
        store::session::end(tx, id, cx.now)?;
        let after = Session { ended_at: Some(cx.now), ..before };
        cx.record(tx, permit, &[ended(&after)], after)
    })
    .await
}

/// Ends one's own sessions and answers those that were still alive.
pub async fn revoke_all(cx: &Cx, which: Which) -> Result<Vec<Session>, Failure> {
    let keep = match which {
        Which::Others => cx.session,
        Which::All => None,
    };
    cx.write(Action::SessionRevokeAll, move |cx, tx| {
        let permit = cx.permit_self(Action::SessionRevokeAll);
        let gone = store::session::end_all(tx, cx.actor.account, keep, cx.now)?;
        let effects: Vec<Effect> = gone.iter().map(ended).collect();
        cx.record(tx, permit, &effects, gone)
    })
    .await
}

/// The effect of a session's end.
pub(super) fn ended(session: &Session) -> Effect {
    Effect::moved(session.id, "OPEN", "ENDED")
}
