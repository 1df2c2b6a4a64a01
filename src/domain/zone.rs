//! A zone (集聚区): a circle, a park or a valley that places lie in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::kernel::{district::District, id::ZoneId, text::Name, version::Version};

/// A zone of a district.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    pub id: ZoneId,
    pub district: District,
    pub version: Version,
    /// Capital letters, digits and underscores; unique in the district.
    pub code: String,
    /// Unique in the district.
    pub name: Name,
    pub kind: Kind,
    pub created_at: Timestamp,
}

/// What sort of zone it is (两圈两园一谷).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    Circle,
    Park,
    Valley,
}
