//! How far a running import has come.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts steps; whoever shows them looks from time to time. Each row is checked and entered, so a
/// list has twice as many steps as rows. An import that has to run again starts over.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Steps done and steps in all; 0 of 0 until the file is read.
    pub fn look(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    pub(super) fn start(&self, steps: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(steps as u64, Ordering::Relaxed);
    }

    pub(super) fn step(&self) {
        self.steps(1);
    }

    pub(super) fn steps(&self, count: usize) {
        self.done.fetch_add(count as u64, Ordering::Relaxed);
    }
}
