//! An account (账号): who signs in.
//!
//! ```text
//! Invited ──(first own password)──▶ Active ──suspend──▶ Suspended
//!    │                                │  ◀───resume────────┘ │
//!    └──────────────end───────────────┴─────────end──────────┴──▶ Ended
//! ```
//!
//! What an account may do follows from its grants alone; see [`super::grant`].

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de};
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::kernel::{district::District, id::AccountId, text::Name, version::Version};

/// An account of a district. Its password is no part of it: only `store::account` knows the hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub district: District,
    pub version: Version,
    /// Unique among all districts, because nobody names a district when signing in.
    pub login: Login,
    pub display_name: Name,
    pub status: Status,
    /// Whether its password was chosen by somebody else: nothing but choosing a new one is possible.
    pub must_change_password: bool,
    pub created_at: Timestamp,
}

/// A login name: 3–40 of `a-z`, `0-9`, `.`, `_` and `-`; capitals are taken as small letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Login(String);

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Invited,
    Active,
    Suspended,
    Ended,
}

/// The text is no login name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a login name has 3 to 40 of a-z, 0-9, '.', '_' and '-'")]
pub struct LoginError;

/// Why a step is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    #[error("a {} account cannot do this", <&str>::from(*.0))]
    WrongState(Status),
}

impl Account {
    /// Whether the right password opens a session.
    pub fn may_sign_in(&self) -> bool {
        match self.status {
            Status::Invited | Status::Active => true,
            Status::Suspended | Status::Ended => false,
        }
    }

    /// Refuses what an ended account can no longer take part in.
    pub fn must_not_be_ended(&self) -> Result<(), AccountError> {
        match self.status {
            Status::Invited | Status::Active | Status::Suspended => Ok(()),
            Status::Ended => Err(self.wrong_state()),
        }
    }

    /// Notes that its owner has chosen a password; the first one makes an invited account active.
    pub fn choose_password(self) -> Result<Self, AccountError> {
        match self.status {
            Status::Invited | Status::Active => Ok(Self { must_change_password: false, ..self.into(Status::Active) }),
            Status::Suspended | Status::Ended => Err(self.wrong_state()),
        }
    }

    /// Gives it an initial password again, which has to be changed.
    pub fn reset_password(self) -> Result<Self, AccountError> {
        match self.status {
            status @ (Status::Invited | Status::Active) => Ok(Self { must_change_password: true, ..self.into(status) }),
            Status::Suspended | Status::Ended => Err(self.wrong_state()),
        }
    }

    /// Keeps it from signing in for a time.
    pub fn suspend(self) -> Result<Self, AccountError> {
        match self.status {
            Status::Active => Ok(self.into(Status::Suspended)),
            Status::Invited | Status::Suspended | Status::Ended => Err(self.wrong_state()),
        }
    }

    /// Lets a suspended account sign in again.
    pub fn resume(self) -> Result<Self, AccountError> {
        match self.status {
            Status::Suspended => Ok(self.into(Status::Active)),
            Status::Invited | Status::Active | Status::Ended => Err(self.wrong_state()),
        }
    }

    /// Ends it for good.
    pub fn end(self) -> Result<Self, AccountError> {
        match self.status {
            Status::Invited | Status::Active | Status::Suspended => Ok(self.into(Status::Ended)),
            Status::Ended => Err(self.wrong_state()),
        }
    }

    /// What a search looks through.
    pub fn search_text(&self) -> String {
        format!("{}\n{}", self.login, self.display_name)
    }

    fn into(self, status: Status) -> Self {
        Self { status, version: self.version.next(), ..self }
    }

    fn wrong_state(&self) -> AccountError {
        AccountError::WrongState(self.status)
    }
}

impl Status {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Login {
    /// Trims, folds capitals and checks.
    pub fn parse(text: &str) -> Result<Self, LoginError> {
        let login = text.trim().to_ascii_lowercase();
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
        if (3..=40).contains(&login.len()) && login.bytes().all(known) { Ok(Self(login)) } else { Err(LoginError) }
    }

    /// The folded name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Login {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    fn account(status: Status) -> Account {
        Account {
            id: AccountId::from_bytes([1; 16]),
            district: "420105".parse().unwrap(),
            version: Version(3),
            login: Login::parse("li.ming").unwrap(),
            display_name: Name::parse("李明").unwrap(),
            status,
            must_change_password: false,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// Which state each step leads to, from every state in turn; `None` where it is refused.
    fn ends(step: fn(Account) -> Result<Account, AccountError>) -> Vec<Option<Status>> {
        Status::iter()
            .map(|status| match step(account(status)) {
                Ok(after) => {
                    assert_eq!(after.version, Version(4));
                    Some(after.status)
                }
                Err(error) => {
                    assert_eq!(error, AccountError::WrongState(status));
                    None
                }
            })
            .collect()
    }

    #[test]
    fn each_step_is_possible_from_its_own_states_only() {
        use Status::{Active, Ended, Invited, Suspended};
        assert_eq!(ends(Account::choose_password), [Some(Active), Some(Active), None, None]);
        assert_eq!(ends(Account::reset_password), [Some(Invited), Some(Active), None, None]);
        assert_eq!(ends(Account::suspend), [None, Some(Suspended), None, None]);
        assert_eq!(ends(Account::resume), [None, None, Some(Active), None]);
        assert_eq!(ends(Account::end), [Some(Ended), Some(Ended), Some(Ended), None]);
    }

    #[test]
    fn an_initial_password_has_to_be_changed_and_an_own_one_has_not() {
        let reset = account(Status::Active).reset_password().unwrap();
        assert!(reset.must_change_password);
        assert!(!reset.choose_password().unwrap().must_change_password);
    }

    #[test]
    fn only_invited_and_active_accounts_sign_in() {
        let open: Vec<Status> = Status::iter().filter(|status| account(*status).may_sign_in()).collect();
        assert_eq!(open, [Status::Invited, Status::Active]);
        let refused: Vec<Status> = Status::iter().filter(|status| account(*status).must_not_be_ended().is_err()).collect();
        assert_eq!(refused, [Status::Ended]);
    }

    #[test]
    fn a_login_name_is_folded_and_bounded() {
        assert_eq!(Login::parse(" Li.Ming-01_x ").unwrap().as_str(), "li.ming-01_x");
        assert_eq!(Login::parse(&"a".repeat(40)).unwrap().as_str().len(), 40);
        for refused in ["", "ab", "li ming", "李明明", "a@b.c", &"a".repeat(41)] {
            assert_eq!(Login::parse(refused), Err(LoginError), "{refused}");
        }
    }
}
