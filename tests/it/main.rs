//! The integration tests: one binary, through the GraphQL API, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account;
mod audit;
mod branch;
mod crash;
mod demand;
mod district;
mod grant;
mod house;
mod http;
mod migrations;
mod people;
mod policy;
mod schema;
mod session;
mod visibility;
mod world;
