//! The API: one file per noun, resolvers that only translate.

pub mod demand;
pub mod error;
pub mod form;
pub mod loader;
pub mod page;
pub mod request;
pub mod scalar;

use async_graphql::{EmptySubscription, MergedObject, Schema};

/// Everything that can be asked.
#[derive(MergedObject, Default)]
pub struct Query(demand::DemandQuery);

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(demand::DemandMutation);

/// The schema of the portal.
pub type PortalSchema = Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema.
pub fn schema() -> PortalSchema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription).finish()
}
