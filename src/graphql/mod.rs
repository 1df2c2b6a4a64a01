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
pub mod calendar;
pub mod calendar_import;
pub mod call_back;
pub mod category;
pub mod category_input;
pub mod claim;
pub mod claim_dispatch;
pub mod claim_input;
pub mod claim_list;
pub mod clock;
pub mod contact_point;
pub mod contact_point_input;
pub mod coverage;
pub mod cycle;
pub mod cycle_input;
pub mod demand;
pub mod demand_input;
pub mod demand_list;
pub mod demand_rest;
pub mod demand_words;
pub mod district;
pub mod division;
pub mod error;
pub mod evaluation;
pub mod evaluation_input;
pub mod export;
pub mod file;
pub mod form;
pub mod grant;
pub mod grant_input;
pub mod guard;
pub mod import;
pub mod inbox;
pub mod industry;
pub mod live;
pub mod loader;
pub mod milestone;
pub mod node;
pub mod organisation;
pub mod organisation_input;
pub mod organisation_list;
pub mod page;
pub mod place;
pub mod place_input;
pub mod place_list;
pub mod posting;
pub mod posting_input;
pub mod project;
pub mod project_input;
pub mod project_list;
pub mod project_time;
pub mod project_time_input;
pub mod project_words;
pub mod rates;
pub mod reach;
pub mod record;
pub mod record_input;
pub mod record_list;
pub mod record_review;
pub mod record_words;
pub mod request;
pub mod resource;
pub mod resource_input;
pub mod resource_list;
pub mod rule_change;
pub mod scalar;
pub mod session;
pub mod session_input;
pub mod shape;
pub mod snapshot;
pub mod tenancy;
pub mod tenancy_input;
pub mod toolkit;
pub mod zone;
pub mod zone_input;

use async_graphql::{MergedObject, SDLExportOptions, Schema};

/// Everything that can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    account::AccountQuery,
    audit::AuditQuery,
    branch_list::BranchQuery,
    calendar::CalendarQuery,
    call_back::CallBackQuery,
    category::CategoryQuery,
    claim_list::ClaimQuery,
    contact_point::ContactPointQuery,
    coverage::CoverageQuery,
    cycle::CycleQuery,
    demand_list::DemandQuery,
    district::DistrictQuery,
    division::DivisionQuery,
    evaluation::EvaluationQuery,
    grant::GrantQuery,
    inbox::InboxQuery,
    node::NodeQuery,
    organisation_list::OrganisationQuery,
    place_list::PlaceQuery,
    posting::PostingQuery,
    project_list::ProjectQuery,
    rates::RatesQuery,
    record_list::RecordQuery,
    resource_list::ResourceQuery,
    rule_change::RuleChangeQuery,
    session::ViewerQuery,
    snapshot::SnapshotQuery,
    tenancy::TenancyQuery,
    toolkit::ToolkitQuery,
    zone::ZoneQuery,
);

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    account_input::AccountMutation,
    branch_mutation::BranchMutation,
    calendar_import::CalendarMutation,
    call_back::CallBackMutation,
    category_input::CategoryMutation,
    claim_dispatch::ClaimDispatchMutation,
    claim_input::ClaimMutation,
    contact_point_input::ContactPointMutation,
    cycle_input::CycleMutation,
    demand_input::DemandMutation,
    demand_rest::DemandRestMutation,
    district::DistrictMutation,
    evaluation_input::EvaluationMutation,
    export::ExportMutation,
    grant_input::GrantMutation,
    import::ImportMutation,
    milestone::MilestoneMutation,
    organisation_input::OrganisationMutation,
    place_input::PlaceMutation,
    posting_input::PostingMutation,
    project_input::ProjectMutation,
    project_time_input::ProjectTimeMutation,
    record_input::RecordMutation,
    record_review::RecordReviewMutation,
    resource_input::ResourceMutation,
    rule_change::RuleChangeMutation,
    session_input::SessionMutation,
    snapshot::SnapshotMutation,
    tenancy_input::TenancyMutation,
    toolkit::ToolkitMutation,
    zone_input::ZoneMutation,
);

/// The schema of the portal.
pub type PortalSchema = Schema<Query, Mutation, live::Subscription>;

/// What one operation may cost: about this many fields, those of nested pages multiplied.
pub const MOST_COST: usize = 100_000;

/// Builds the schema.
pub fn schema() -> PortalSchema {
    Schema::build(Query::default(), Mutation::default(), live::Subscription).limit_complexity(MOST_COST).finish()
}

/// The schema in its definition language, as `schema.graphql` has it.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_enum_items().sorted_arguments().include_specified_by();
    schema().sdl_with_options(options)
}
