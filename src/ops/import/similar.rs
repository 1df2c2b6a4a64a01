//! Whether a demand resembles an earlier one of the same organisation and category.

use std::collections::{BTreeSet, VecDeque};

use super::fault::Twin;
use crate::kernel::tokens::{near_duplicate_permille, tokens};

/// How many earlier ones a demand is held against: the latest. A list of thousands of the same
/// organisation and category would otherwise be compared with itself for minutes.
const MOST_COMPARED: usize = 100;

/// The demands of one organisation in one category, by their tokens.
pub(super) struct Similar {
    threshold_permille: u32,
    earlier: VecDeque<(BTreeSet<String>, Twin)>,
}

impl Similar {
    pub fn new(threshold_permille: u32) -> Self {
        Self { threshold_permille, earlier: VecDeque::new() }
    }

    /// Adds a demand that was there before.
    pub fn add(&mut self, text: &str, twin: Twin) {
        self.push(tokens(text), twin);
    }

    /// Adds a new demand, and answers the latest one that it resembles.
    pub fn compare(&mut self, text: &str, twin: Twin) -> Option<Twin> {
        let own = tokens(text);
        let resembles = |(other, _): &&(BTreeSet<String>, Twin)| near_duplicate_permille(&own, other) >= self.threshold_permille;
        let found = self.earlier.iter().rev().find(resembles).map(|(_, twin)| twin.clone());
        self.push(own, twin);
        found
    }

    fn push(&mut self, tokens: BTreeSet<String>, twin: Twin) {
        if self.earlier.len() == MOST_COMPARED {
            self.earlier.pop_front();
        }
        self.earlier.push_back((tokens, twin));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_twin_is_named_and_others_are_left_alone() {
        let mut similar = Similar::new(800);
        similar.add("劳动合同审查", Twin::Row(1));
        similar.add("劳动合同审查", Twin::Row(2));
        assert_eq!(similar.compare("劳动合同的审查", Twin::Row(3)), None);
        assert_eq!(similar.compare("劳动合同审查,请律师上门", Twin::Row(4)), Some(Twin::Row(2)));
        assert_eq!(similar.compare("停车位不足", Twin::Row(5)), None);
    }

    #[test]
    fn only_the_latest_are_compared() {
        let mut similar = Similar::new(800);
        similar.add("劳动合同审查", Twin::Row(0));
        for row in 1..=100 {
            similar.add("停车位不足", Twin::Row(row));
        }
        assert_eq!(similar.compare("劳动合同审查", Twin::Row(101)), None);
        assert_eq!(similar.compare("停车位不足", Twin::Row(102)), Some(Twin::Row(100)));
    }
}
