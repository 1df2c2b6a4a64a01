//! The integration tests: one binary, through the GraphQL API, on both databases.

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
