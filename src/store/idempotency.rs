//! First answers to idempotency keys, kept for 24 hours.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};

use super::{Reader, StoreResult, Tx, schema::idempotency, types::At};
use crate::kernel::id::AccountId;

/// How long an answer is kept.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// A kept answer.
#[derive(Queryable)]
pub struct Kept {
    /// SHA-256 of what was asked.
    pub fingerprint: Vec<u8>,
    /// JSON.
    pub answer: String,
}

/// The answer that an account's key got before, if it is still kept.
pub fn find(reader: &mut Reader, account: AccountId, key: &str, now: Timestamp) -> StoreResult<Option<Kept>> {
    Ok(idempotency::table
        .find((account, key))
        .filter(idempotency::created_at.ge(At(now - KEPT_FOR)))
        .select((idempotency::fingerprint, idempotency::answer))
        .get_result(reader.conn())
        .optional()?)
}

/// Keeps the first answer to a key, and forgets what is older than [`KEPT_FOR`].
pub fn keep(
    tx: &mut Tx,
    account: AccountId,
    (key, fingerprint): (&str, &[u8; 32]),
    answer: &str,
    now: Timestamp,
) -> StoreResult<()> {
    // Only the account's own: other districts' rows are not held back by this transaction.
    let old = idempotency::table.filter(idempotency::account.eq(account).and(idempotency::created_at.lt(At(now - KEPT_FOR))));
    diesel::delete(old).execute(tx.conn())?;
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::account.eq(account),
            idempotency::idempotency_key.eq(key),
            idempotency::fingerprint.eq(&fingerprint[..]),
            idempotency::answer.eq(answer),
            idempotency::created_at.eq(At(now)),
        ))
        .execute(tx.conn())?;
    Ok(())
}
