//! The integration tests: one binary, through the GraphQL API, on both databases.

mod account;
mod audit;
mod branch;
mod demand;
mod district;
mod grant;
mod house;
mod http;
mod migrations;
mod people;
mod policy;
mod resource;
mod schema;
mod session;
mod world;
