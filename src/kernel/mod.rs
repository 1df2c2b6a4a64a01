//! The ground floor: values that know nothing of the portal's nouns.
//!
//! No database, no async, no GraphQL here; the machine's clock and randomness are asked in
//! [`clock`] alone.

pub mod calendar;
pub mod clock;
pub mod digest;
pub mod district;
pub mod division;
pub mod id;
pub mod lang;
pub mod media;
pub mod page;
pub mod password;
pub mod problem;
pub mod quality;
pub mod quantity;
pub mod reference;
pub mod seal;
pub mod sensitive;
pub mod text;
pub mod tokens;
pub mod uscc;
pub mod version;
