//! Steps that many tests take on their way to what they are about.

use serde_json::{Value, json};

use super::World;
pub use super::seed::{category_id, enter_account, enter_grant, organisation_id, place_id, zone_id};

/// An object as the last step left it.
#[derive(Clone, Debug)]
pub struct Made {
    pub id: String,
    pub version: i64,
}

/// Drafts a demand.
pub const DRAFT: &str =
    "mutation($input: DemandDraftInput!) { demandDraft(input: $input) { demand { id version } problems { code path } } }";
/// Submits a demand.
pub const SUBMIT: &str =
    "mutation($input: DemandSubmitInput!) { demandSubmit(input: $input) { demand { id version refNo } problems { code path } } }";

/// The input of a demand for legal advice, five times.
pub fn demand_input(organisation: &str, place: &str, title: &str) -> Value {
    json!({
        "organisation": organisation_id(organisation),
        "place": place_id(place),
        "category": category_id("LEGAL"),
        "title": title,
        "detail": format!("{title}:希望有人上门讲解。"),
        "quantity": 5,
        "unit": "次",
        "urgency": "NORMAL",
        "visibility": "DISTRICT",
    })
}

/// The input of a draft that nothing is wrong with: legal advice by justice.
pub fn resource_input() -> Value {
    json!({
        "organisation": organisation_id("justice"), "unit": "公共法律服务科", "category": category_id("LEGAL"),
        "title": "园区法律体检", "detail": "律师上门查找用工风险", "mode": "ONSITE", "capacity": 4, "per": "MONTH",
        "validFrom": "2026-01-01", "fee": "FREE",
    })
}

/// Takes one step with an object and answers what became of it; fails the test when it is refused.
pub async fn step(world: &World, login: &str, mutation: &str, noun: &str, made: &Made, more: Value) -> Made {
    let input = with(&json!({ noun: made.id, "expectedVersion": made.version }), more);
    let reply = world.mutate(login, mutation, &format!("{noun} {{ id version }}"), input).await;
    Made { id: reply.text(&format!("/{noun}/id")), version: reply.done(&format!("/{noun}/version")).as_i64().unwrap_or(0) }
}

/// A drafted demand, the usual one but for the changes.
pub async fn drafted_demand(world: &World, login: &str, changes: Value) -> Made {
    let reply = world
        .mutate(login, "demandDraft", "demand { id version }", with(&demand_input("mill", "mall", "劳动合同法律咨询"), changes))
        .await;
    Made { id: reply.text("/demand/id"), version: 1 }
}

/// A listed demand of the mill, listed by the coordinator.
pub async fn listed_demand(world: &World, changes: Value) -> Made {
    let drafted = drafted_demand(world, "mill.liaison", changes).await;
    let submitted = step(world, "mill.liaison", "demandSubmit", "demand", &drafted, json!({})).await;
    step(world, "coordinator", "demandList", "demand", &submitted, json!({})).await
}

/// A drafted resource, the usual one but for the changes.
pub async fn drafted_resource(world: &World, login: &str, changes: Value) -> Made {
    let reply = world.mutate(login, "resourceDraft", "resource { id version }", with(&resource_input(), changes)).await;
    Made { id: reply.text("/resource/id"), version: 1 }
}

/// A listed resource of justice, listed by its lead.
pub async fn listed_resource(world: &World, changes: Value) -> Made {
    let drafted = drafted_resource(world, "justice.lead", changes).await;
    step(world, "justice.lead", "resourceList", "resource", &drafted, json!({})).await
}

/// `base` with the fields of `changes` in their place.
pub fn with(base: &Value, changes: Value) -> Value {
    let mut merged = base.clone();
    if let (Some(merged), Value::Object(changes)) = (merged.as_object_mut(), changes) {
        merged.extend(changes);
    }
    merged
}

/// How much of a test runs: a little in everyday runs, all of it with `PORTAL_TEST_SCALE=full`.
pub fn scale(everyday: usize, full: usize) -> usize {
    if std::env::var("PORTAL_TEST_SCALE").is_ok_and(|scale| scale == "full") { full } else { everyday }
}
