//! The integration tests: one binary, through the GraphQL API, on both databases.

mod audit;
mod calendar;
mod category;
mod contact_point;
mod demand;
mod house;
mod http;
mod migrations;
mod organisation;
mod organisation_close;
mod place;
mod policy;
mod registry_constraints;
mod schema;
mod tenancy;
mod world;
