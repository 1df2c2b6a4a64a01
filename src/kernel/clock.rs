//! The only place that asks the machine for the time or for randomness.
//!
//! Everything above takes a [`Clock`] and an [`Entropy`], so a test can hold the time still.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU32, Ordering},
};

use jiff::{SignedDuration, Timestamp};

use super::id::Id;

/// Where "now" comes from. Always whole microseconds, the precision that both databases keep.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is moved; clones share the hand.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.as_microsecond())))
    }

    /// The present moment, cut to microseconds.
    pub fn now(&self) -> Timestamp {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
            Self::System => micros(Timestamp::now().as_microsecond()),
            Self::Fixed(hand) => micros(hand.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock forward; a system clock goes its own way.
    pub fn advance(&self, by: SignedDuration) {
        if let Self::Fixed(hand) = self {
            let step = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            hand.fetch_add(step, Ordering::SeqCst);
        }
    }
}

fn micros(value: i64) -> Timestamp {
    // Both sources are timestamps already, so the value is in range.
    Timestamp::from_microsecond(value).unwrap_or(Timestamp::MAX)
}

/// Where random bytes come from: the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entropy;

impl Entropy {
    /// Random bytes that nobody can predict; for tokens, salts and ids.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done without it.
    pub fn bytes<const N: usize>(self) -> [u8; N] {
        let mut bytes = [0; N];
        #[expect(clippy::disallowed_methods, reason = "this is the one place that asks for randomness")]
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }

    /// A new id that sorts after those that this process has minted before (UUID version 7,
    /// RFC 9562, with a counter of 26 bits behind the millisecond and 48 random bits behind that).
    pub fn id<K>(self, now: Timestamp) -> Id<K> {
        let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let count = MINTED.fetch_add(1, Ordering::Relaxed);
        let mut rest = self.bytes::<10>();
        // The builder overwrites the top four bits of the first pair and the top two of the second.
        rest[..2].copy_from_slice(&((count >> 14 & 0x0fff) as u16).to_be_bytes());
        rest[2..4].copy_from_slice(&((count & 0x3fff) as u16).to_be_bytes());
        let builder = uuid::Builder::from_unix_timestamp_millis(milliseconds, &rest);
        Id::from_bytes(builder.into_uuid().into_bytes())
    }
}

/// How many ids this process has minted. It starts anew with each process: ids of one millisecond
/// of two processes have no order, and need none.
static MINTED: AtomicU32 = AtomicU32::new(0);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::id::DemandId;

    #[test]
    fn ids_of_one_moment_sort_in_the_order_they_were_minted() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let ids: Vec<DemandId> = (0..1000).map(|_| Entropy.id(now)).collect();
        assert!(ids.is_sorted());
        assert!(ids.last() < Some(&Entropy.id(now + SignedDuration::from_millis(1))));
    }
}
