//! Sessions in the database. Everybody sees their own only, so there is no scope here: whoever
//! calls names the account.

use diesel::prelude::*;
use jiff::Timestamp;

use super::{Reader, StoreError, StoreResult, Tx, schema::session, types::At};
use crate::{
    domain::session::{IDLE_LIMIT, Session},
    kernel::id::{AccountId, SessionId},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = session)]
struct Row {
    id: SessionId,
    account: AccountId,
    client: String,
    created_at: At,
    seen_at: At,
    expires_at: At,
    ended_at: Option<At>,
}

/// The most sessions that are listed.
pub const MAX_LISTED: i64 = 100;

/// A session of the account that has not ended, idled out or grown too old.
pub fn find(reader: &mut Reader, account: AccountId, id: SessionId, now: Timestamp) -> StoreResult<Option<Session>> {
    let row: Option<Row> = session::table
        .filter(session::id.eq(id).and(session::account.eq(account)).and(session::ended_at.is_null()))
        .filter(session::expires_at.gt(At(now)).and(session::seen_at.gt(At(now - IDLE_LIMIT))))
        .select(Row::as_select())
        .get_result(reader.conn())
        .optional()?;
    Ok(row.map(Session::from))
}

/// Those of the sessions that are the account's own and live at a moment, in no order.
pub fn find_many(reader: &mut Reader, account: AccountId, ids: &[SessionId], now: Timestamp) -> StoreResult<Vec<Session>> {
    let rows: Vec<Row> = session::table
        .filter(session::id.eq_any(ids).and(session::account.eq(account)).and(session::ended_at.is_null()))
        .filter(session::expires_at.gt(At(now)).and(session::seen_at.gt(At(now - IDLE_LIMIT))))
        .select(Row::as_select())
        .load(reader.conn())?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// The sessions of the account that live now, newest first, at most [`MAX_LISTED`].
pub fn living_of(reader: &mut Reader, account: AccountId, now: Timestamp) -> StoreResult<Vec<Session>> {
    let rows: Vec<Row> = session::table
        .filter(session::account.eq(account).and(session::ended_at.is_null()))
        .filter(session::expires_at.gt(At(now)).and(session::seen_at.gt(At(now - IDLE_LIMIT))))
        .order((session::created_at.desc(), session::id.desc()))
        .limit(MAX_LISTED)
        .select(Row::as_select())
        .load(reader.conn())?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Enters a new session; `token_hash` is the SHA-256 of its token.
pub fn insert(tx: &mut Tx, session: &Session, token_hash: &[u8; 32]) -> StoreResult<()> {
    let row = Row {
        id: session.id,
        account: session.account,
        client: session.client.clone(),
        created_at: At(session.created_at),
        seen_at: At(session.seen_at),
        expires_at: At(session.expires_at),
        ended_at: session.ended_at.map(At),
    };
    diesel::insert_into(session::table).values((&row, session::token_hash.eq(&token_hash[..]))).execute(tx.conn())?;
    Ok(())
}

/// Gives a session another token: the one before it is worth nothing any more.
pub fn rotate(tx: &mut Tx, id: SessionId, token_hash: &[u8; 32]) -> StoreResult<()> {
    let open = session::table.filter(session::id.eq(id).and(session::ended_at.is_null()));
    let changed = diesel::update(open).set(session::token_hash.eq(&token_hash[..])).execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Notes a request. Never moves the stamp back, and never wakes a session that has ended.
pub fn touch(tx: &mut Tx, id: SessionId, now: Timestamp) -> StoreResult<()> {
    let open = session::table.filter(session::id.eq(id).and(session::ended_at.is_null()).and(session::seen_at.lt(At(now))));
    diesel::update(open).set(session::seen_at.eq(At(now))).execute(tx.conn())?;
    Ok(())
}

/// Ends one session; [`StoreError::Stale`] when it has ended meanwhile.
pub fn end(tx: &mut Tx, id: SessionId, now: Timestamp) -> StoreResult<()> {
    let open = session::table.filter(session::id.eq(id).and(session::ended_at.is_null()));
    let changed = diesel::update(open).set(session::ended_at.eq(At(now))).execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Ends all sessions of an account but one, and answers which of the ended ones were still alive.
pub fn end_all(tx: &mut Tx, account: AccountId, but: Option<SessionId>, now: Timestamp) -> StoreResult<Vec<Session>> {
    let mut ended = living_of(tx, account, now)?;
    ended.retain(|session| Some(session.id) != but);
    let open = session::table.filter(session::account.eq(account).and(session::ended_at.is_null()));
    match but {
        Some(but) => {
            diesel::update(open.filter(session::id.ne(but))).set(session::ended_at.eq(At(now))).execute(tx.conn())?;
        }
        None => {
            diesel::update(open).set(session::ended_at.eq(At(now))).execute(tx.conn())?;
        }
    }
    for session in &mut ended {
        session.ended_at = Some(now);
    }
    Ok(ended)
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            account: row.account,
            client: row.client,
            created_at: row.created_at.into(),
            seen_at: row.seen_at.into(),
            expires_at: row.expires_at.into(),
            ended_at: row.ended_at.map(Into::into),
        }
    }
}
