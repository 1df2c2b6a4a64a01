//! The API: one file per noun, resolvers that only translate.

pub mod answer;
pub mod audit;
pub mod calendar;
pub mod category;
pub mod category_input;
pub mod contact_point;
pub mod contact_point_input;
pub mod demand;
pub mod district;
pub mod division;
pub mod error;
pub mod form;
pub mod guard;
pub mod industry;
pub mod loader;
pub mod organisation;
pub mod organisation_input;
pub mod organisation_list;
pub mod page;
pub mod place;
pub mod place_input;
pub mod place_list;
pub mod request;
pub mod scalar;
pub mod shape;
pub mod tenancy;
pub mod tenancy_input;
pub mod zone;
pub mod zone_input;

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, Schema};

/// Everything that can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    audit::AuditQuery,
    calendar::CalendarQuery,
    category::CategoryQuery,
    contact_point::ContactPointQuery,
    demand::DemandQuery,
    district::DistrictQuery,
    division::DivisionQuery,
    organisation_list::OrganisationQuery,
    place_list::PlaceQuery,
    tenancy::TenancyQuery,
    zone::ZoneQuery,
);

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    category_input::CategoryMutation,
    contact_point_input::ContactPointMutation,
    demand::DemandMutation,
    organisation_input::OrganisationMutation,
    place_input::PlaceMutation,
    tenancy_input::TenancyMutation,
    zone_input::ZoneMutation,
);

/// The schema of the portal.
pub type PortalSchema = Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema.
pub fn schema() -> PortalSchema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription).finish()
}

/// The schema in its definition language, as `schema.graphql` has it.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_enum_items().sorted_arguments().include_specified_by();
    schema().sdl_with_options(options)
}
