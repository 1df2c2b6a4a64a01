//! The administrative divisions of a district: itself, its streets (街道), their communities (社区).

use strum::{EnumString, IntoStaticStr};

use crate::kernel::text::Name;

/// One line of the snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// 6, 9 or 12 digits; the code of what it lies in is a prefix of it.
    pub code: String,
    pub level: Level,
    pub name: Name,
    /// `None` for the district.
    pub parent: Option<String>,
    /// Which list it is from, and of which day.
    pub source: String,
}

/// How far down a division is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    District,
    Street,
    Community,
}
