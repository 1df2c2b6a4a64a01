//! Rates of one organisation in a span of days: each a part of a whole, and no composite of them.

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    pub numerator: u32,
    /// Never less than the numerator.
    pub denominator: u32,
}

/// The six rates of an organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// First contacts on time, of those that were due.
    pub response: Rate,
    /// Projects that the enterprise calls solved, of those that it has confirmed.
    pub resolution: Rate,
    /// Projects that the enterprise is satisfied with, of those that it has confirmed.
    pub satisfaction: Rate,
    /// Projects that the enterprise has confirmed, of those that were delivered. What nobody confirms
    /// is never counted as satisfied.
    pub answered: Rate,
    /// Demands of which something was agreed in time, of those that were listed.
    pub claimed: Rate,
    /// Resources that nobody has assured in time, of those on the list today.
    pub stale: Rate,
}

impl Rate {
    /// Counts one case, and whether it is one of the part.
    pub fn count(&mut self, hit: bool) {
        self.denominator += 1;
        self.numerator += u32::from(hit);
    }

    /// The part in ‰ of the whole, rounded down; `None` where there are fewer cases than `least`, so that
    /// nothing is said of an organisation that rests on a handful.
    pub fn permille(self, least: u32) -> Option<u32> {
        if self.denominator < least.max(1) {
            return None;
        }
        u32::try_from(u64::from(self.numerator) * 1000 / u64::from(self.denominator)).ok()
    }
}

impl Rates {
    /// Whether there is anything to say at all.
    pub fn is_empty(&self) -> bool {
        let rates = [self.response, self.resolution, self.satisfaction, self.answered, self.claimed, self.stale];
        rates.iter().all(|rate| rate.denominator == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_cases_than_the_least_say_nothing() {
        assert_eq!(Rate { numerator: 4, denominator: 4 }.permille(5), None);
        assert_eq!(Rate { numerator: 4, denominator: 5 }.permille(5), Some(800));
        assert_eq!(Rate { numerator: 2, denominator: 3 }.permille(1), Some(666));
        assert_eq!(Rate::default().permille(0), None);
        let mut rate = Rate::default();
        rate.count(true);
        rate.count(false);
        assert_eq!(rate, Rate { numerator: 1, denominator: 2 });
    }
}
