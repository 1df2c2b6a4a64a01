//! The integration tests: one binary, through the GraphQL API, on both databases.

mod demand;
mod world;
