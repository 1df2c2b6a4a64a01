//! Encryption of the few fields that must not be readable in the database: AES-256-GCM.

use std::{fmt, sync::Arc};

use aes_gcm::{
    Aes256Gcm, Key, Nonce,
    aead::{Aead, KeyInit, Payload},
};

/// Seals and opens with one key. Its debug form shows the key's name only.
#[derive(Clone)]
pub struct Sealer {
    key_id: Arc<str>,
    cipher: Aes256Gcm,
}

/// The bytes were not sealed with this key for this purpose, or were changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed value cannot be opened")]
pub struct SealError;

const NONCE_LENGTH: usize = 12;

impl Sealer {
    /// A sealer with a 256-bit key; `key_id` is stored beside every sealed value.
    pub fn new(key_id: &str, key: &[u8; 32]) -> Self {
        Self { key_id: key_id.into(), cipher: Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key)) }
    }

    /// The name of the key.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Seals a text. The nonce must never be used twice with the same key: take it from
    /// [`Entropy`](super::clock::Entropy). `purpose` binds the value to its place, so that one
    /// field's value cannot be moved to another.
    pub fn seal(&self, plain: &str, purpose: &[u8], nonce: [u8; NONCE_LENGTH]) -> Result<Vec<u8>, SealError> {
        let payload = Payload { msg: plain.as_bytes(), aad: purpose };
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| SealError)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what [`Sealer::seal`] made for the same purpose.
    pub fn open(&self, sealed: &[u8], purpose: &[u8]) -> Result<String, SealError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LENGTH>().ok_or(SealError)?;
        let payload = Payload { msg: sealed, aad: purpose };
        let plain = self.cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| SealError)?;
        String::from_utf8(plain).map_err(|_| SealError)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({})", self.key_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_with_its_key_and_purpose() {
        let sealer = Sealer::new("k1", &[7; 32]);
        let sealed = sealer.seal("027-84000012", b"phone", [1; 12]).unwrap();
        assert_eq!(sealer.open(&sealed, b"phone").as_deref(), Ok("027-84000012"));
        assert_eq!(sealer.open(&sealed, b"email"), Err(SealError));
        assert_eq!(Sealer::new("k2", &[8; 32]).open(&sealed, b"phone"), Err(SealError));
        assert_eq!(sealer.open(&sealed[..11], b"phone"), Err(SealError));
    }
}
