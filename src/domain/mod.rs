//! The nouns: what they are, which states they have, when a step is possible.
//!
//! No database, no async, no GraphQL, and no question of *who* may do something.

pub mod category;
pub mod contact_point;
pub mod demand;
pub mod import;
pub mod organisation;
pub mod period;
pub mod place;
pub mod reach;
pub mod resource;
pub mod rules;
pub mod tenancy;
pub mod upload;
