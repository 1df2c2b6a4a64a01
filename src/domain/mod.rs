//! The nouns: what they are, which states they have, when a step is possible.
//!
//! No database, no async, no GraphQL, and no question of *who* may do something.

pub mod account;
pub mod branch;
pub mod branch_coverage;
pub mod branch_rules;
pub mod call_back;
pub mod category;
pub mod claim;
pub mod clock;
pub mod contact_point;
pub mod demand;
pub mod district;
pub mod division;
pub mod evaluation;
pub mod grant;
pub mod import;
pub mod inbox;
pub mod milestone;
pub mod organisation;
pub mod password;
pub mod period;
pub mod place;
pub mod posting;
pub mod project;
pub mod rates;
pub mod reach;
pub mod record;
pub mod resource;
pub mod rule_change;
pub mod rules;
pub mod session;
pub mod snapshot;
pub mod stored_file;
pub mod tenancy;
pub mod toolkit;
pub mod upload;
pub mod zone;
