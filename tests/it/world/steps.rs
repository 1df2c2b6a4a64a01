//! Steps that many tests take on their way to what they are about.

pub use super::seed::{category_id, enter_account, enter_grant, organisation_id, place_id, zone_id};
