//! Password hashes: argon2id, in the PHC string format.

use std::fmt;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc},
};

/// What one guess costs whoever tries passwords. The default is the smallest that OWASP's password
/// storage cheat sheet names for argon2id: 19 MiB, two passes, one lane.
#[derive(Clone, Debug, Default)]
pub struct PasswordCost(Params);

/// A hash as it is stored, with its salt and its cost. Its debug form shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// A cost that argon2 does not know, or a stored hash that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password cannot be hashed or compared")]
pub struct PasswordError;

impl PasswordCost {
    /// A cost of so much memory, so many passes over it and so many lanes.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, PasswordError> {
        Params::new(memory_kib, passes, lanes, None).map(Self).map_err(|_| PasswordError)
    }

    /// Hashes a password. The salt must be a new one each time: take it from
    /// [`Entropy`](super::clock::Entropy).
    pub fn hash(&self, password: &str, salt: [u8; 16]) -> Result<PasswordHash, PasswordError> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.0.clone());
        let hash: phc::PasswordHash = argon2.hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| PasswordError)?;
        Ok(PasswordHash(hash.to_string()))
    }
}

impl PasswordHash {
    /// A hash that was read from the database.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// What is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the hash of the password; it costs what the hash did cost.
    pub fn is_of(&self, password: &str) -> Result<bool, PasswordError> {
        match Argon2::default().verify_password(password.as_bytes(), self.0.as_str()) {
            Ok(()) => Ok(true),
            Err(password_hash::Error::PasswordInvalid) => Ok(false),
            Err(_) => Err(PasswordError),
        }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_of_one_password_and_shows_nothing() {
        let hash = PasswordCost::new(8, 1, 1).unwrap().hash("correct horse", [7; 16]).unwrap();
        assert_eq!(hash.is_of("correct horse"), Ok(true));
        assert_eq!(hash.is_of("correct  horse"), Ok(false));
        assert_eq!(format!("{hash:?}"), "PasswordHash");
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    }

    #[test]
    fn the_default_cost_is_the_recommended_one() {
        let hash = PasswordCost::default().hash("correct horse", [7; 16]).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[test]
    fn an_unknown_cost_and_a_broken_hash_are_faults() {
        assert!(PasswordCost::new(1, 0, 0).is_err());
        assert_eq!(PasswordHash::stored("$argon2id$".to_owned()).is_of("x"), Err(PasswordError));
    }
}
