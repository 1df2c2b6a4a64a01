//! The integration tests: one binary, through the GraphQL API, on both databases.

mod audit;
mod branch;
mod demand;
mod house;
mod http;
mod migrations;
mod policy;
mod resource;
mod schema;
mod world;
