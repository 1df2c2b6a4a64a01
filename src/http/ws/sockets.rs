//! All open sockets: how many there may be, whose they are, and how they end from outside.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, watch};

use crate::{
    kernel::id::{AccountId, SessionId},
    ops::{self, App},
};

/// How often it is looked whether the sessions of all sockets still live.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The open sockets of this process.
pub struct Sockets {
    most: usize,
    most_of_account: usize,
    state: Mutex<State>,
    stop: watch::Sender<bool>,
    count: watch::Sender<usize>,
}

#[derive(Default)]
struct State {
    next: u64,
    open: HashMap<u64, Entry>,
    is_watched: bool,
}

struct Entry {
    /// `None` before it has said who it is.
    owner: Option<(AccountId, SessionId)>,
    ended: Arc<Notify>,
}

/// The place of one socket. It is given back when this is dropped.
pub struct Seat {
    sockets: Arc<Sockets>,
    number: u64,
    ended: Arc<Notify>,
}

/// The account has as many sockets as it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

impl Sockets {
    pub fn new(most: usize, most_of_account: usize) -> Arc<Self> {
        let state = Mutex::default();
        Arc::new(Self { most, most_of_account, state, stop: watch::Sender::new(false), count: watch::Sender::new(0) })
    }

    /// Takes a place; `None` when there is none left.
    pub fn enter(sockets: &Arc<Self>) -> Option<Seat> {
        let mut state = sockets.state();
        if state.open.len() >= sockets.most || *sockets.stop.borrow() {
            return None;
        }
        let (number, ended) = (state.next, Arc::new(Notify::new()));
        state.next += 1;
        state.open.insert(number, Entry { owner: None, ended: Arc::clone(&ended) });
        sockets.count.send_replace(state.open.len());
        Some(Seat { sockets: Arc::clone(sockets), number, ended })
    }

    /// Closes every socket and lets none in any more.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until every socket is closed.
    pub async fn closed(&self) {
        // The sender lives as long as this does.
        drop(self.count.subscribe().wait_for(|open| *open == 0).await);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is left half done under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sessions(&self) -> Vec<SessionId> {
        self.state().open.values().filter_map(|entry| entry.owner.map(|(_, session)| session)).collect()
    }
}

impl Seat {
    /// Says whose socket it is. From here on it ends with the session.
    pub fn sign_in(&self, app: &Arc<App>, account: AccountId, session: SessionId) -> Result<(), TooMany> {
        let mut state = self.sockets.state();
        let own = state.open.values().filter(|entry| entry.owner.is_some_and(|(owner, _)| owner == account)).count();
        if own >= self.sockets.most_of_account {
            return Err(TooMany);
        }
        if let Some(entry) = state.open.get_mut(&self.number) {
            entry.owner = Some((account, session));
        }
        if !std::mem::replace(&mut state.is_watched, true) {
            tokio::spawn(watch_over(Arc::clone(&self.sockets), Arc::clone(app)));
        }
        Ok(())
    }

    /// Ends once the session of the socket has ended.
    pub async fn ended(&self) {
        self.ended.notified().await;
    }

    /// Ends once the server stops.
    pub async fn stopped(&self) {
        drop(self.sockets.stop.subscribe().wait_for(|stop| *stop).await);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.sockets.state();
        state.open.remove(&self.number);
        self.sockets.count.send_replace(state.open.len());
    }
}

/// Looks every few seconds which sessions live, all of them with one statement, and ends the sockets of
/// those that do not. It stops when nobody is left to watch over.
async fn watch_over(sockets: Arc<Sockets>, app: Arc<App>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let sessions = sockets.sessions();
        if sessions.is_empty() {
            let mut state = sockets.state();
            if state.open.values().all(|entry| entry.owner.is_none()) {
                state.is_watched = false;
                return;
            }
            continue;
        }
        let living = match ops::live::living(&app, sessions).await {
            Ok(living) => living,
            Err(fault) => {
                tracing::warn!(error = %fault, "the sessions of sockets could not be looked at");
                continue;
            }
        };
        let state = sockets.state();
        let dead = |entry: &&Entry| entry.owner.is_some_and(|(_, session)| !living.contains(&session));
        // Who has just signed in may not have been asked about yet; the next look is soon.
        state.open.values().filter(dead).for_each(|entry| entry.ended.notify_one());
    }
}
