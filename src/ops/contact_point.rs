//! What people do with contact points; here their values are sealed and opened.

use super::App;
use crate::{
    domain::contact_point::ContactPoint,
    kernel::{id::ContactPointId, seal::SealError},
};

/// The phone in plain, for whoever is entitled to it.
pub fn open_phone(app: &App, contact: &ContactPoint) -> Result<String, SealError> {
    app.secrets.open(&contact.phone.bytes, &purpose(PHONE, contact.id))
}

/// The e-mail address in plain, for whoever is entitled to it; empty when there is none.
pub fn open_email(app: &App, contact: &ContactPoint) -> Result<String, SealError> {
    match &contact.email {
        Some(email) => app.secrets.open(&email.bytes, &purpose(EMAIL, contact.id)),
        None => Ok(String::new()),
    }
}

/// What a sealed phone is bound to, besides the contact point.
const PHONE: &[u8] = b"contact_point.phone";
/// See [`PHONE`].
const EMAIL: &[u8] = b"contact_point.email";

fn purpose(field: &[u8], id: ContactPointId) -> Vec<u8> {
    [field, &id.as_bytes()[..]].concat()
}
