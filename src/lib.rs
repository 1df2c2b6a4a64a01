//! A party-work portal for industrial parks and commercial buildings.
//!
//! The floors, from the ground up; a floor uses only those below it. To follow one noun, open the
//! file of its name on every floor.

pub mod kernel;

pub mod domain;

pub mod ingest;

pub mod policy;

pub mod store;

pub mod ops;

pub mod graphql;

pub mod http;

pub mod config;

pub mod cli;

pub mod demo;
