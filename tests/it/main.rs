//! The integration tests: one binary, through the GraphQL API, on both databases.

mod demand;
mod house;
mod migrations;
mod policy;
mod schema;
mod world;
