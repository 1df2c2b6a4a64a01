//! Changing the district's numbers: proposed by one coordinator, decided by another.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, Reply, World,
    steps::{self, Made, drafted_demand, enter_account, step},
};

const CHANGE: &str = "ruleChange { id version status oldValue newValue basis source reason decidedAt decisionReason }";

/// A world with two coordinators.
async fn world(db: Db) -> Option<World> {
    let world = World::new(db).await?;
    enter_account(&mut world.connection(), crate::world::DISTRICT, "second.coordinator", "COORDINATOR", "DISTRICT", "");
    Some(world)
}

async fn propose(world: &World, changes: Value) -> Reply {
    let input = json!({
        "code": "DEMAND_TRIAGE", "value": 5, "basis": "PUBLISHED", "source": "区委办〔2026〕12号", "reason": "工作量增加",
    });
    world.mutate("coordinator", "ruleChangePropose", CHANGE, steps::with(&input, changes)).await
}

async fn proposed(world: &World, changes: Value) -> Made {
    Made { id: propose(world, changes).await.text("/ruleChange/id"), version: 1 }
}

async fn decide(world: &World, login: &str, mutation: &str, change: &Made, more: Value) -> Reply {
    let input = json!({ "ruleChange": change.id, "expectedVersion": change.version });
    world.mutate(login, mutation, CHANGE, steps::with(&input, more)).await
}

async fn rule(world: &World, code: &str) -> Value {
    let reply = world.run("mill.liaison", "{ rules { code value basis source } }", json!({})).await;
    let rules = reply.data("/rules").as_array().expect("rules").clone();
    rules.into_iter().find(|rule| rule["code"] == code).expect("the rule")
}

async fn triage_due(world: &World, demand: &Made) -> Value {
    let query = "query($id: ID!) { demand(id: $id) { triageDueAt } }";
    world.run("mill.liaison", query, json!({ "id": demand.id })).await.data("/demand/triageDueAt").clone()
}

#[rstest]
#[tokio::test]
async fn a_number_changes_once_another_coordinator_approves_and_for_clocks_that_start_then(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
) {
    let Some(world) = world(db).await else { return };
    let drafted = drafted_demand(&world, "mill.liaison", json!({})).await;
    let earlier = step(&world, "mill.liaison", "demandSubmit", "demand", &drafted, json!({})).await;
    let reply = propose(&world, json!({})).await;
    let change = Made { id: reply.text("/ruleChange/id"), version: 1 };
    let shown = json!({
        "id": change.id, "version": 1, "status": "PROPOSED", "oldValue": 3, "newValue": 5, "basis": "PUBLISHED",
        "source": "区委办〔2026〕12号", "reason": "工作量增加", "decidedAt": null, "decisionReason": null,
    });
    assert_eq!(reply.done("/ruleChange"), &shown);
    assert_eq!(rule(&world, "DEMAND_TRIAGE").await["value"], 3);
    assert_eq!(decide(&world, "coordinator", "ruleChangeApprove", &change, json!({})).await.code(), "SAME_PERSON");
    assert_eq!(rule(&world, "DEMAND_TRIAGE").await["value"], 3);

    let approved = decide(&world, "second.coordinator", "ruleChangeApprove", &change, json!({})).await;
    assert_eq!(approved.done("/ruleChange/status"), "APPROVED");
    assert_eq!(approved.done("/ruleChange/decidedAt"), crate::world::START);
    let expected = json!({ "code": "DEMAND_TRIAGE", "value": 5, "basis": "PUBLISHED", "source": "区委办〔2026〕12号" });
    assert_eq!(rule(&world, "DEMAND_TRIAGE").await, expected);
    let effects = world.last_effects();
    let facts = json!({ "code": "DEMAND_TRIAGE", "old_value": 3, "new_value": 5, "basis": "PUBLISHED" });
    assert_eq!(effects, [json!({ "object": change.id, "from": "PROPOSED", "to": "APPROVED", "facts": facts })]);

    // What runs keeps its end; what starts gets the new number.
    assert_eq!(triage_due(&world, &earlier).await, "2026-11-26T09:30:00Z");
    let drafted = drafted_demand(&world, "mill.liaison", json!({ "title": "厂房消防检查", "detail": "请上门" })).await;
    let later = step(&world, "mill.liaison", "demandSubmit", "demand", &drafted, json!({})).await;
    assert_eq!(triage_due(&world, &later).await, "2026-11-30T09:30:00Z");
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_change_that_is_turned_down_or_taken_back_changes_nothing(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = world(db).await else { return };
    let change = proposed(&world, json!({})).await;
    let because = json!({ "reason": "依据不足" });
    let own = decide(&world, "coordinator", "ruleChangeReject", &change, because.clone()).await;
    assert_eq!(own.code(), "SAME_PERSON");
    let foreign = decide(&world, "second.coordinator", "ruleChangeWithdraw", &change, json!({})).await;
    assert_eq!(foreign.code(), "INVALID_STATE");
    let rejected = decide(&world, "second.coordinator", "ruleChangeReject", &change, because).await;
    assert_eq!(rejected.done("/ruleChange/status"), "REJECTED");
    assert_eq!(rejected.done("/ruleChange/decisionReason"), "依据不足");
    let again = proposed(&world, json!({})).await;
    let withdrawn = decide(&world, "coordinator", "ruleChangeWithdraw", &again, json!({})).await;
    assert_eq!(withdrawn.done("/ruleChange/status"), "WITHDRAWN");
    assert_eq!(rule(&world, "DEMAND_TRIAGE").await["value"], 3);
    let query = "{ ruleChanges(first: 5) { totalCount nodes { id status } } \
        open: ruleChanges(first: 5, filter: { status: [PROPOSED] }) { totalCount } }";
    let list = world.run("second.coordinator", query, json!({})).await;
    let newest_first = json!([{ "id": again.id, "status": "WITHDRAWN" }, { "id": change.id, "status": "REJECTED" }]);
    assert_eq!((list.data("/ruleChanges/nodes"), list.data("/open/totalCount")), (&newest_first, &json!(0)));
    let query = "query($id: ID!) { ruleChanges(first: 5) { totalCount } node(id: $id) { id } }";
    let seen = world.run("second.coordinator", query, json!({ "id": change.id })).await;
    assert_eq!(seen.body["data"], json!({ "ruleChanges": { "totalCount": 2 }, "node": { "id": change.id } }));
    let hidden = world.run("circle.steward", query, json!({ "id": change.id })).await;
    assert_eq!(hidden.body["data"], json!({ "ruleChanges": { "totalCount": 0 }, "node": null }));
}

#[rstest]
#[tokio::test]
async fn a_number_that_makes_no_sense_is_not_proposed(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        (json!({ "code": "DEMAND_LUCK" }), "VALIDATION at input.code"),
        (json!({ "value": 3 }), "VALIDATION at input.value"),
        (json!({ "value": 0 }), "VALIDATION at input.value"),
        (json!({ "value": 251 }), "VALIDATION at input.value"),
        (json!({ "value": -1 }), "VALIDATION at input.value"),
        (json!({ "code": "DEMAND_UNCLAIMED", "value": 11 }), "VALIDATION at input.value"),
        (json!({ "source": "" }), "VALIDATION at input.source"),
        (json!({ "reason": "好" }), "VALIDATION at input.reason")
    )]
    (changes, problem): (Value, &str),
) {
    let Some(world) = world(db).await else { return };
    assert_eq!(propose(&world, changes).await.problems(), [problem]);
    assert_eq!(world.count("rule_change").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_number_has_one_open_change_and_two_changes_may_not_contradict_each_other(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = world(db).await else { return };
    let first = proposed(&world, json!({ "code": "DEMAND_UNCLAIMED", "value": 9 })).await;
    let second = propose(&world, json!({ "code": "DEMAND_UNCLAIMED", "value": 8 })).await;
    assert_eq!(second.problems(), ["INVALID_STATE at input.code"]);
    // Each goes with the numbers in force, but not with the other.
    let other = proposed(&world, json!({ "code": "DEMAND_ESCALATE", "value": 8 })).await;
    decide(&world, "second.coordinator", "ruleChangeApprove", &first, json!({})).await.done("/ruleChange/id");
    let refused = decide(&world, "second.coordinator", "ruleChangeApprove", &other, json!({})).await;
    assert_eq!(refused.code(), "VALIDATION");
    assert_eq!(rule(&world, "DEMAND_ESCALATE").await["value"], 10);
    assert_eq!(world.number("SELECT count(*) FROM rule_change WHERE status = 'PROPOSED'").await, 1);
}

#[rstest]
#[tokio::test]
async fn each_constraint_of_a_change_bites(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        ("rule_change_value_range", "new_value = 100001"),
        ("rule_change_basis_known", "basis = 'RUMOUR'"),
        ("rule_change_status_known", "status = 'LOST'"),
        ("rule_change_decided_whole", "decided_at = proposed_at"),
        ("rule_change_decided", "status = 'APPROVED'"),
        ("rule_change_two_persons", "status = 'APPROVED', decided_by = proposed_by, decided_at = proposed_at"),
        ("rule_change_rejection_reason", "decision_reason = '依据不足'")
    )]
    (constraint, change): (&str, &str),
) {
    let Some(world) = world(db).await else { return };
    proposed(&world, json!({})).await;
    let said = world.refused_by(&format!("UPDATE rule_change SET {change}"));
    assert!(said.contains(constraint), "{said}");
}

#[rstest]
#[tokio::test]
async fn the_database_too_allows_one_open_change_of_a_number(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = world(db).await else { return };
    proposed(&world, json!({})).await;
    proposed(&world, json!({ "code": "CLAIM_RESPOND", "value": 4 })).await;
    let said = world.refused_by("UPDATE rule_change SET code = 'CLAIM_RESPOND'");
    assert!(said.contains("rule_change_one_open") || said.contains("rule_change.code"), "{said}");
}
