//! How many: of a demand or a claim, and how much a resource has to give.

use serde::{Deserialize, Serialize};

/// A count from 1 to [`Quantity::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Quantity(u32);

/// The number is outside the range of a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quantity is a whole number from 1 to {}", Quantity::MAX)]
pub struct QuantityError;

impl Quantity {
    /// The largest quantity that can be asked for at once.
    pub const MAX: u32 = 10_000;
    /// The smallest one, and what a list means that does not say how many.
    pub const ONE: Self = Self(1);

    /// The bare number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The number as a column holds it.
    pub fn column(self) -> i32 {
        // The range ends far below `i32::MAX`.
        self.0.cast_signed()
    }
}

impl TryFrom<i64> for Quantity {
    type Error = QuantityError;
    fn try_from(number: i64) -> Result<Self, QuantityError> {
        match u32::try_from(number) {
            Ok(number @ 1..=Self::MAX) => Ok(Self(number)),
            _ => Err(QuantityError),
        }
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> Self {
        Self::from(quantity.0)
    }
}

/// How much a resource has to give in one period: 0 to [`Capacity::MAX`]. 0 gives nothing for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Capacity(u32);

/// The number is outside the range of a capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a capacity is a whole number from 0 to {}", Capacity::MAX)]
pub struct CapacityError;

impl Capacity {
    /// The largest capacity of one period.
    pub const MAX: u32 = 10_000;

    /// The bare number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The number as a column holds it.
    pub fn column(self) -> i32 {
        // The range ends far below `i32::MAX`.
        self.0.cast_signed()
    }
}

impl TryFrom<i64> for Capacity {
    type Error = CapacityError;
    fn try_from(number: i64) -> Result<Self, CapacityError> {
        match u32::try_from(number) {
            Ok(number @ 0..=Self::MAX) => Ok(Self(number)),
            _ => Err(CapacityError),
        }
    }
}

impl From<Capacity> for i64 {
    fn from(capacity: Capacity) -> Self {
        Self::from(capacity.0)
    }
}
