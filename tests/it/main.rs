//! The integration tests: one binary, through the GraphQL API, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::type_complexity,
    reason = "tests fail loudly and choose their size by the environment"
)]

mod account;
mod audit;
mod branch;
mod calendar;
mod category;
mod claim;
mod contact_point;
mod crash;
mod demand;
mod demo;
mod district;
mod evaluation;
mod export;
mod grant;
mod house;
mod http;
mod import;
mod inbox;
mod live;
mod migrations;
mod node;
mod organisation;
mod organisation_close;
mod people;
mod place;
mod policy;
mod posting;
mod privacy;
mod project;
mod race;
mod rates;
mod readme;
mod record;
mod registry_constraints;
mod resource;
mod rule_change;
mod schema;
mod session;
mod settings;
mod shutdown;
mod snapshot;
mod statements;
mod tenancy;
mod triples;
mod two_servers;
mod visibility;
mod world;
mod year;
