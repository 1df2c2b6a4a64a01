//! That something was written: told within the process, and on PostgreSQL to every other one.
//!
//! News has no content. Whoever hears of it looks into the log, whose lines are numbered without a gap
//! in each district, so nothing is lost when news is missed and nothing comes twice.

use std::{
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use diesel::{Connection as _, PgConnection, RunQueryDsl as _};
use tokio::sync::watch;

use super::{StoreError, StoreResult, Tx, conn::Conn};

/// The channel on which PostgreSQL tells of commits.
const CHANNEL: &str = "portal_news";
/// How often a listener looks whether anything has come in.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long a listener waits before it connects again.
const RECONNECT_AFTER: Duration = Duration::from_secs(1);

/// Who tells, and whom to ask for news.
#[derive(Debug)]
pub struct News(watch::Sender<u64>);

impl News {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(watch::Sender::new(0)))
    }

    /// Something was written.
    pub fn tell(&self) {
        self.0.send_modify(|told| *told = told.wrapping_add(1));
    }

    /// Changes whenever something was written.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}

/// Tells other processes of what this transaction writes, once it is committed. SQLite has no such way;
/// there, other processes look from time to time.
pub(super) fn announce(tx: &mut Tx) -> StoreResult<()> {
    if let Conn::Pg(conn) = tx.conn() {
        diesel::sql_query(format!("SELECT pg_notify('{CHANNEL}', '')")).execute(conn)?;
    }
    Ok(())
}

/// Passes on what other processes write, on a thread and a connection of its own, until nobody is left to
/// pass it to.
pub(super) fn follow(url: String, news: Weak<News>) -> StoreResult<()> {
    let thread = thread::Builder::new().name("news".to_owned());
    let started = thread.spawn(move || {
        while news.strong_count() > 0 {
            if let Err(fault) = listen(&url, &news) {
                tracing::warn!(error = %fault, "news of other processes is late");
                thread::sleep(RECONNECT_AFTER);
            }
        }
    });
    started.map(drop).map_err(|error| StoreError::Unavailable(error.to_string()))
}

fn listen(url: &str, news: &Weak<News>) -> StoreResult<()> {
    let unavailable = |error: String| StoreError::Unavailable(error);
    let mut conn = PgConnection::establish(url).map_err(|error| unavailable(error.to_string()))?;
    diesel::sql_query(format!("LISTEN {CHANNEL}")).execute(&mut conn)?;
    // What was written while nobody listened.
    news.upgrade().as_deref().map(News::tell);
    while let Some(news) = news.upgrade() {
        let mut heard = false;
        for notification in conn.notifications_iter() {
            notification.map_err(|error| unavailable(error.to_string()))?;
            heard = true;
        }
        if heard {
            news.tell();
        }
        drop(news);
        thread::sleep(LOOK_EVERY);
    }
    Ok(())
}
