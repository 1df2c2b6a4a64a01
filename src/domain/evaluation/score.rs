//! How the levels of an evaluation are computed, in hundredths of a point and with one rounding each.
//!
//! Half a hundredth is rounded up. Whatever is above what is required earns no more, and where there is
//! nothing to divide by the part is 0.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

/// Hundredths of a point: 0 to 10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Points(u32);

/// More than full marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("points are 0 to 10,000 hundredths")]
pub struct TooMany;

/// What level 1 is computed from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelOne {
    /// Days of the cycle with a record that was verified.
    pub service_days: u32,
    /// So many are required.
    pub required_days: u32,
    /// Of each organisation and half-year in which it was served, whether there is a verified record.
    pub cells_done: u32,
    pub cells: u32,
    /// Records that were filed, those that count for nothing included.
    pub filed: u32,
    pub in_time: u32,
    pub verified: u32,
    /// Organisations of which a record names a demand or a project.
    pub targets_linked: u32,
    pub targets: u32,
}

/// How much of the whole a part of level 1 is, in hundredths.
const PARTS: [u64; 5] = [4_000, 2_000, 1_500, 1_500, 1_000];

/// How much each level weighs, in any unit; never all nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights(pub [u32; 4]);

/// From how many points on which grade is suggested; each less than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    pub excellent: Points,
    pub competent: Points,
    pub basic: Points,
}

/// A grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Grade {
    Excellent,
    Competent,
    Basic,
    Incompetent,
}

impl Points {
    /// Full marks.
    pub const FULL: Self = Self(10_000);

    /// The number of hundredths.
    pub fn hundredths(self) -> u32 {
        self.0
    }

    fn rounded(numerator: u128, denominator: u128) -> Self {
        let twice = (2 * numerator + denominator) / (2 * denominator.max(1));
        Self(u32::try_from(twice).unwrap_or(u32::MAX).min(Self::FULL.0))
    }
}

impl TryFrom<u32> for Points {
    type Error = TooMany;
    fn try_from(hundredths: u32) -> Result<Self, TooMany> {
        if hundredths <= Self::FULL.0 { Ok(Self(hundredths)) } else { Err(TooMany) }
    }
}

impl LevelOne {
    /// 4000 × min(1, service days / required) + 2000 × cells + 1500 × in time / filed
    /// + 1500 × verified / filed + 1000 × linked / targets, rounded once.
    pub fn points(&self) -> Points {
        let shares = [
            (self.service_days, self.required_days),
            (self.cells_done, self.cells),
            (self.in_time, self.filed),
            (self.verified, self.filed),
            (self.targets_linked, self.targets),
        ];
        // The sum over one common denominator.
        let common: u128 = shares.iter().map(|(_, whole)| u128::from((*whole).max(1))).product();
        let part = |((part, whole), worth): ((u32, u32), u64)| match whole {
            0 => 0,
            whole => u128::from(worth) * u128::from(part.min(whole)) * (common / u128::from(whole)),
        };
        Points::rounded(shares.into_iter().zip(PARTS).map(part).sum(), common)
    }
}

/// The mean of what enterprises have answered, each 500 × (sum of five items − 5); `None` with fewer than
/// `least` answers, so that no single one can be told from it.
pub fn enterprises(answers: &[[u8; 5]], least: u32) -> Option<Points> {
    if answers.is_empty() || answers.len() < least as usize {
        return None;
    }
    let sum: u128 =
        answers.iter().map(|items| items.iter().map(|item| u128::from(*item)).sum::<u128>().saturating_sub(5) * 500).sum();
    Some(Points::rounded(sum, answers.len() as u128))
}

/// What the dispatch unit's items come to, each 0 to 100 with its weight; `None` where the items are not
/// those that have weights.
pub fn unit(items: &[u8], weights: &[u32]) -> Option<Points> {
    let whole: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if items.len() != weights.len() || whole == 0 || items.iter().any(|item| *item > 100) {
        return None;
    }
    let sum: u128 = items.iter().zip(weights).map(|(item, weight)| u128::from(*item) * 100 * u128::from(*weight)).sum();
    Some(Points::rounded(sum, whole))
}

/// The weighted mean of the levels that are there.
pub fn total(Weights(weights): Weights, levels: [Option<Points>; 4]) -> Points {
    let present = || weights.iter().zip(levels).filter_map(|(weight, points)| Some((u128::from(*weight), u128::from(points?.0))));
    let whole: u128 = present().map(|(weight, _)| weight).sum();
    Points::rounded(present().map(|(weight, points)| weight * points).sum(), whole.max(1))
}

impl Thresholds {
    /// The grade that so many points suggest.
    pub fn grade(self, points: Points) -> Grade {
        match points {
            points if points >= self.excellent => Grade::Excellent,
            points if points >= self.competent => Grade::Competent,
            points if points >= self.basic => Grade::Basic,
            _ => Grade::Incompetent,
        }
    }
}

impl Grade {
    /// The name in the database and the log.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
