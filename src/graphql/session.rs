//! Whoever is signed in, and their sessions, in the API.

use std::collections::HashMap;

use async_graphql::{Context, Error, ID, Object};
use jiff::Timestamp;

use super::{
    account::Account,
    district::District,
    grant::Grant,
    loader::Load,
    request::{Request, or_error},
    scalar::DateTime,
};
use crate::{
    domain::session as domain,
    kernel::id::SessionId,
    ops::{Failure, upload::import_subject},
    policy::{self, Action, Scope},
    store::{self, Reader, StoreResult},
};

/// A session as the API shows it.
#[derive(Clone)]
pub struct Session(pub domain::Session);

/// One sign-in of an account (会话). It ends when its owner ends it, after 30 minutes without a
/// request, and after twelve hours at the latest.
#[Object]
impl Session {
    /// The opaque id, `ses_…`. It is not the token and proves nothing.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Where it was opened: what the client called itself, or its program and address.
    async fn client(&self) -> &str {
        &self.0.client
    }

    /// Whether this very request belongs to it.
    async fn is_current(&self, ctx: &Context<'_>) -> bool {
        Request::of(ctx).cx.as_ref().is_some_and(|cx| cx.session == Some(self.0.id))
    }

    /// When it was opened.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Its last request, to the minute.
    async fn seen_at(&self) -> DateTime {
        DateTime(self.0.seen_at)
    }

    /// When it ends at the latest.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// When it was ended; null while it lives.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }
}

/// Whoever is signed in, as the API shows them.
pub struct Viewer {
    account: Account,
    district: District,
    grants: Vec<Grant>,
    sessions: Vec<Session>,
}

/// Whoever is signed in (当前用户), with what they may do and where they are signed in.
#[Object]
impl Viewer {
    /// The account.
    async fn account(&self) -> &Account {
        &self.account
    }

    /// The district that it belongs to.
    async fn district(&self) -> &District {
        &self.district
    }

    /// Its grants that have not ended, the oldest first, at most 100.
    #[graphql(complexity = "10 + 10 * child_complexity")]
    async fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Its sessions that live now, the newest first, at most 100.
    #[graphql(complexity = "10 + 10 * child_complexity")]
    async fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// Whether it has to choose a password: until then `passwordChange`, `sessionEnd` and `viewer`
    /// are all that it can use.
    async fn must_change_password(&self) -> bool {
        self.account.0.must_change_password
    }

    /// Whether it may look at lists with `importPreview`; each row is asked about again.
    async fn viewer_can_import_preview(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may_import(ctx, Action::ImportPreview)
    }

    /// Whether it may import lists with `importCommit`; each row is asked about again.
    async fn viewer_can_import_commit(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may_import(ctx, Action::ImportCommit)
    }
}

fn may_import(ctx: &Context<'_>, action: Action) -> Result<bool, Error> {
    let actor = &Request::of(ctx).any_cx()?.actor;
    Ok(policy::may(actor, action, &import_subject(actor)))
}

/// Reads whoever is signed in, even before they have chosen a password.
pub(super) async fn viewer(ctx: &Context<'_>) -> Result<Option<Viewer>, Error> {
    let Some(cx) = &Request::of(ctx).cx else {
        return Ok(None);
    };
    let (id, code, now) = (cx.actor.account, cx.actor.district.clone(), cx.now());
    let read = cx.read(move |reader, scope| {
        let account = store::account::find(reader, scope, id)?;
        let district = store::district::find(reader, &code)?;
        let grants = store::grant::open_of_many(reader, scope, &[id])?.remove(&id).unwrap_or_default();
        let sessions = store::session::living_of(reader, id, now)?;
        Ok((account, district, grants, sessions))
    });
    let (Some(account), Some(district), grants, sessions) = or_error(ctx, read.await)? else {
        return or_error(ctx, Err(Failure::Unauthenticated));
    };
    Ok(Some(Viewer {
        account: Account(account),
        district: District(district),
        grants: grants.into_iter().map(Grant).collect(),
        sessions: sessions.into_iter().map(Session).collect(),
    }))
}

/// Queries about whoever is signed in.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Whoever is signed in; null when nobody is.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>, Error> {
        viewer(ctx).await
    }
}

/// Reads sessions of the signed-in account by id, those that live at a moment.
pub struct SessionLoader;

impl Load for SessionLoader {
    type Key = (SessionId, Timestamp);
    type Value = Session;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[Self::Key]) -> StoreResult<HashMap<Self::Key, Session>> {
        // The keys of one request differ by the blink of an eye; what lives at the last lived before.
        let Some(now) = keys.iter().map(|(_, now)| *now).max() else { return Ok(HashMap::new()) };
        let ids: Vec<SessionId> = keys.iter().map(|(id, _)| *id).collect();
        let living = store::session::find_many(reader, scope.account(), &ids, now)?;
        let of = |id: SessionId| living.iter().find(|session| session.id == id).cloned();
        Ok(keys.iter().filter_map(|key| Some((*key, Session(of(key.0)?)))).collect())
    }
}
