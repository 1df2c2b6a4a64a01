//! The API: one file per noun, resolvers that only translate.

pub mod account;
pub mod account_input;
pub mod answer;
pub mod audit;
pub mod branch;
pub mod branch_input;
pub mod branch_list;
pub mod branch_mutation;
pub mod branch_shown;
pub mod branch_words;
pub mod category;
pub mod contact_point;
pub mod coverage;
pub mod demand;
pub mod demand_input;
pub mod demand_list;
pub mod district;
pub mod division;
pub mod error;
pub mod form;
pub mod grant;
pub mod grant_input;
pub mod guard;
pub mod industry;
pub mod loader;
pub mod organisation;
pub mod organisation_list;
pub mod page;
pub mod place;
pub mod place_list;
pub mod reach;
pub mod request;
pub mod resource;
pub mod resource_input;
pub mod resource_list;
pub mod scalar;
pub mod session;
pub mod session_input;
pub mod shape;
pub mod tenancy;
pub mod zone;

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, Schema};

/// Everything that can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    account::AccountQuery,
    audit::AuditQuery,
    branch_list::BranchQuery,
    category::CategoryQuery,
    contact_point::ContactPointQuery,
    coverage::CoverageQuery,
    demand_list::DemandQuery,
    division::DivisionQuery,
    grant::GrantQuery,
    organisation_list::OrganisationQuery,
    place_list::PlaceQuery,
    resource_list::ResourceQuery,
    session::ViewerQuery,
    tenancy::TenancyQuery,
    zone::ZoneQuery,
);

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    account_input::AccountMutation,
    branch_mutation::BranchMutation,
    demand_input::DemandMutation,
    grant_input::GrantMutation,
    resource_input::ResourceMutation,
    session_input::SessionMutation,
);

/// The schema of the portal.
pub type PortalSchema = Schema<Query, Mutation, EmptySubscription>;

/// What one operation may cost: about this many fields, those of nested pages multiplied.
pub const MOST_COST: usize = 100_000;

/// Builds the schema.
pub fn schema() -> PortalSchema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription).limit_complexity(MOST_COST).finish()
}

/// The schema in its definition language, as `schema.graphql` has it.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_enum_items().sorted_arguments().include_specified_by();
    schema().sdl_with_options(options)
}
