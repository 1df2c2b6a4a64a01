//! A session: one sign-in of an account, until it ends, idles out or grows too old.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::kernel::id::{AccountId, SessionId};

/// How long a session lives without a request.
pub const IDLE_LIMIT: SignedDuration = SignedDuration::from_mins(30);
/// How long a session lives at most.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(12);
/// The idle stamp is moved at most this often, so that reading does not write every time.
pub const TOUCH_INTERVAL: SignedDuration = SignedDuration::from_mins(1);
/// The most characters of [`Session::client`].
pub const MAX_CLIENT: usize = 120;

/// One sign-in of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub account: AccountId,
    /// What the client calls itself; at most [`MAX_CLIENT`] characters.
    pub client: String,
    pub created_at: Timestamp,
    /// The last request, to within [`TOUCH_INTERVAL`].
    pub seen_at: Timestamp,
    /// When it ends at the latest, whatever is done with it.
    pub expires_at: Timestamp,
    /// When its owner or an administrator ended it.
    pub ended_at: Option<Timestamp>,
}

/// What a client proves its session with: 256 random bits. Stored as their SHA-256 only, so that
/// whoever reads the database cannot sign in with what stands there.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl Session {
    /// A session that starts now.
    pub fn start(id: SessionId, account: AccountId, client: &str, now: Timestamp) -> Self {
        let client = client.chars().filter(|letter| !letter.is_control()).take(MAX_CLIENT).collect();
        Self { id, account, client, created_at: now, seen_at: now, expires_at: now + LIFETIME, ended_at: None }
    }

    /// Whether its idle stamp is old enough to be moved.
    pub fn wants_touch(seen_at: Timestamp, now: Timestamp) -> bool {
        now.duration_since(seen_at) >= TOUCH_INTERVAL
    }
}

impl SessionToken {
    /// A token of random bytes, as 43 characters of base64url.
    pub fn new(random: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(random))
    }

    /// The token itself, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

/// Never shows the token.
impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_43_characters_and_never_shows_itself() {
        let token = SessionToken::new([0xa5; 32]);
        assert_eq!(token.reveal(), "paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaU");
        assert_eq!(format!("{token:?}"), "SessionToken");
        assert_ne!(token.hash(), SessionToken::new([0xa4; 32]).hash());
    }

    #[test]
    fn a_session_starts_with_a_bounded_name_and_twelve_hours() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let session = Session::start(SessionId::from_bytes([1; 16]), AccountId::from_bytes([2; 16]), "fire\u{7}fox", now);
        assert_eq!((session.client.as_str(), session.expires_at), ("firefox", now + SignedDuration::from_hours(12)));
        let long = Session::start(session.id, session.account, &"园".repeat(500), now);
        assert_eq!(long.client.chars().count(), 120);
    }

    #[test]
    fn the_idle_stamp_is_moved_once_a_minute() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        assert!(!Session::wants_touch(now - SignedDuration::from_secs(59), now));
        assert!(Session::wants_touch(now - SignedDuration::from_secs(60), now));
    }
}
