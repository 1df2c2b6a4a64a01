//! What the database itself refuses, whatever the program does.

use rstest::rstest;
use serde_json::json;

use super::offered;
use crate::world::{Db, World, steps::listed_demand};

#[rstest]
#[tokio::test]
async fn each_constraint_of_a_claim_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("claim_kind_known", "kind = 'GIFT'"),
        ("claim_request_has_resource", "kind = 'REQUEST'"),
        ("claim_two_parties", "provider = demand_organisation"),
        ("claim_quantity_range", "quantity = 0"),
        ("claim_quantity_range", "quantity = 10001"),
        ("claim_period_given", "period = '2026-11'"),
        ("claim_plan_range", "plan_due = '2026-11-23'"),
        ("claim_demand_consent_whole", "demand_consent_at = created_at"),
        ("claim_provider_consent_whole", "provider_consent_by = NULL"),
        ("claim_status_known", "status = 'OPEN'"),
        ("claim_agreed_by_both", "status = 'AGREED'"),
        ("claim_reason_given", "status = 'DECLINED'"),
        ("claim_superseded_code", "status = 'SUPERSEDED'"),
        ("claim_superseded_code", "superseded_by_code = 'QUANTITY_EXCEEDED'"),
        ("claim_cancel_ask_whole", "cancel_reason = '推迟'"),
        ("claim_cancel_ask_whole", "cancel_asked_at = created_at"),
        ("claim_first_consent", "provider_consent_at = NULL, provider_consent_by = NULL"),
        ("claim_object_clock", "object_due_at = created_at"),
        ("claim_object_clock", "kind = 'DISPATCH'"),
        ("claim_final_dispatch", "is_final = (1 = 1)"),
        ("claim_objection_whole", "objection = '不合适'"),
        ("claim_objection_whole", "objection_due_at = created_at"),
        ("claim_objection_to_dispatch",
         "objected_at = created_at, objected_by = created_by, objection = '不合适', objection_due_at = created_at"),
        ("claim_objected", "status = 'OBJECTED'"),
        ("claim_cancel_side_known",
         "cancel_asked_side = 'BOTH', cancel_asked_at = created_at, cancel_reason = '推迟', cancel_respond_by = created_at")
    )]
    (constraint, change): (&str, &str),
) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    offered(&world, "justice.lead", &demand, json!({})).await;
    let said = world.refused_by(&format!("UPDATE claim SET {change}"));
    assert!(said.contains(constraint), "{said}");
}

#[rstest]
#[tokio::test]
async fn two_open_claims_of_one_pair_and_one_number_twice_are_refused(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    offered(&world, "justice.lead", &demand, json!({})).await;
    let labour = json!({ "provider": crate::world::steps::organisation_id("labour") });
    offered(&world, "labour.lead", &demand, labour).await;
    let said = world.refused_by("UPDATE claim SET provider = (SELECT id FROM organisation WHERE name = 'justice')");
    assert!(said.contains("claim_one_open") || said.contains("claim.demand, claim.provider"), "{said}");
    let said = world.refused_by("UPDATE claim SET ref_no = 'C-420105-2026-000001'");
    assert!(said.contains("claim_ref_no_unique") || said.contains("claim.district, claim.ref_no"), "{said}");
}
