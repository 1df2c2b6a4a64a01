//! Documents that were admitted before.

use std::sync::Arc;

use quick_cache::sync::{Cache as QuickCache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::Limits;
use super::document::Checked;

/// Bounded by number and by estimated memory; what is used least makes room.
///
/// The key is the text itself, not a digest of it: nobody can craft a document that is taken for
/// another one. Refused documents are never kept, so refusals cannot push anything out.
pub(super) struct Cache(QuickCache<Box<str>, Arc<Checked>, ByWeight>);

#[derive(Clone)]
struct ByWeight {
    /// No entry weighs less, so that the bound on bytes is a bound on the number as well.
    least: u64,
}

/// What one token takes once parsed: its node, its position and a counted name.
const BYTES_PER_TOKEN: usize = 256;

impl Cache {
    pub fn new(limits: &Limits) -> Self {
        let options = OptionsBuilder::new()
            // The bound holds for each shard alone: with several a large document fits into none.
            .shards(1)
            .estimated_items_capacity(limits.cached_documents)
            .weight_capacity(limits.cached_bytes as u64)
            .build()
            .expect("both capacities are set");
        let least = limits.cached_bytes / limits.cached_documents.max(1);
        Self(QuickCache::with_options(
            options,
            ByWeight { least: least as u64 },
            DefaultHashBuilder::default(),
            DefaultLifecycle::default(),
        ))
    }

    pub fn find(&self, text: &str) -> Option<Arc<Checked>> {
        self.0.get(text)
    }

    pub fn keep(&self, text: &str, checked: &Arc<Checked>) {
        self.0.insert(text.into(), Arc::clone(checked));
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl Weighter<Box<str>, Arc<Checked>> for ByWeight {
    fn weight(&self, text: &Box<str>, checked: &Arc<Checked>) -> u64 {
        let bytes = 2 * text.len() + BYTES_PER_TOKEN * checked.tokens;
        self.least.max(bytes as u64)
    }
}
