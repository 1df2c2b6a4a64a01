//! Demands through the API: what happens to one, step by step.

mod constraints;
mod input;
mod list;
mod rights;
mod time;

use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World,
    rows::{enter_claim, enter_confirmed_project},
    steps::{self, Made, drafted_demand, listed_demand, listed_resource, step},
};

/// Everything a demand shows of its own.
const FIELDS: &str = "demand { id version refNo status statusReason outcome mergedInto { id } organisation { name } \
    place { name } zone { code } category { code } title detail tags quantity unit agreedQuantity openQuantity commitStatus \
    fulfilStatus urgency urgencyReason desiredFrom desiredTo visibility source contact { id } waitingWorkdays triageDueAt \
    unclaimedDueAt createdAt submittedAt listedAt closedAt }";

/// One value of a demand, as the coordinator or its own liaison sees it.
async fn look(world: &World, made: &Made, field: &str) -> Value {
    let query = format!("query($id: ID!) {{ demand(id: $id) {{ {field} }} }}");
    let reply = world.run("mill.liaison", &query, json!({ "id": made.id })).await;
    reply.data(&format!("/demand/{}", field.split(' ').next().unwrap_or_default())).clone()
}

fn terms() -> Value {
    let mut terms = steps::demand_input("mill", "mall", "劳动合同法律咨询");
    if let Some(fields) = terms.as_object_mut() {
        fields.remove("organisation");
        fields.remove("place");
    }
    terms
}

#[rstest]
#[tokio::test]
async fn nobody_sees_demands_without_signing_in(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let reply = world.run("", "{ demands { totalCount nodes { id } } }", json!({})).await;
    assert_eq!(reply.code(), "UNAUTHENTICATED");
    let reply = world.run("mill.liaison", "{ demands { totalCount nodes { id } } }", json!({})).await;
    assert_eq!(reply.body, json!({ "data": { "demands": { "totalCount": 0, "nodes": [] } } }));
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_demand_goes_from_draft_to_the_list(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let input = steps::with(
        &steps::demand_input("mill", "mall", "劳动合同法律咨询"),
        json!({
            "tags": ["用工"], "urgency": "URGENT", "urgencyReason": "下周集中签约", "desiredFrom": "2026-11-23",
            "desiredTo": "2026-12-31", "visibility": "ZONE",
        }),
    );
    let reply = world.mutate("mill.liaison", "demandDraft", FIELDS, input).await;
    let id = reply.text("/demand/id");
    assert_eq!(
        reply.done("/demand"),
        &json!({
            "id": id, "version": 1, "refNo": null, "status": "DRAFT", "statusReason": null, "outcome": null, "mergedInto": null,
            "organisation": { "name": "mill" }, "place": { "name": "mall" }, "zone": { "code": "circle" },
            "category": { "code": "LEGAL" }, "title": "劳动合同法律咨询", "detail": "劳动合同法律咨询:希望有人上门讲解。",
            "tags": ["用工"], "quantity": 5, "unit": "次", "agreedQuantity": 0, "openQuantity": 5, "commitStatus": "NONE",
            "fulfilStatus": "NONE", "urgency": "URGENT", "urgencyReason": "下周集中签约", "desiredFrom": "2026-11-23",
            "desiredTo": "2026-12-31", "visibility": "ZONE", "source": "SELF", "contact": null, "waitingWorkdays": null,
            "triageDueAt": null, "unclaimedDueAt": null, "createdAt": "2026-11-23T01:00:00Z", "submittedAt": null,
            "listedAt": null, "closedAt": null,
        })
    );
    let submits = json!({ "demand": id, "expectedVersion": 1 });
    let reply = world.mutate("mill.liaison", "demandSubmit", FIELDS, submits).await;
    assert_eq!(reply.done("/demand/refNo"), "D-420105-2026-000001");
    assert_eq!(reply.done("/demand/status"), "SUBMITTED");
    // Three working days after Monday, when offices close in Shanghai.
    assert_eq!(reply.done("/demand/triageDueAt"), "2026-11-26T09:30:00Z");
    let lists = json!({ "demand": id, "expectedVersion": 2 });
    let reply = world.mutate("circle.steward", "demandList", FIELDS, lists).await;
    assert_eq!(reply.done("/demand/status"), "LISTED");
    assert_eq!(reply.done("/demand/triageDueAt"), &Value::Null);
    assert_eq!(reply.done("/demand/unclaimedDueAt"), "2026-11-25T09:30:00Z");
    assert_eq!(reply.done("/demand/waitingWorkdays"), 0);
    assert_eq!(world.audit().await, ["demand.draft OK", "demand.submit OK", "demand.list OK"]);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_listed_demand_counts_the_working_days_that_it_waits(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let listed = listed_demand(&world, json!({})).await;
    // From Monday over a weekend to the next Monday.
    world.advance(SignedDuration::from_hours(7 * 24)).await;
    assert_eq!(look(&world, &listed, "waitingWorkdays").await, 5);
    step(&world, "mill.liaison", "demandWithdraw", "demand", &listed, json!({ "reason": "已自行解决" })).await;
    assert_eq!(look(&world, &listed, "waitingWorkdays").await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn a_returned_demand_is_revised_and_keeps_its_number(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let drafted = drafted_demand(&world, "mill.liaison", json!({})).await;
    let submitted = step(&world, "mill.liaison", "demandSubmit", "demand", &drafted, json!({})).await;
    let returns = json!({ "demand": drafted.id, "expectedVersion": 2, "reason": "请补充人数" });
    let reply = world.mutate("coordinator", "demandReturn", FIELDS, returns).await;
    assert_eq!(reply.done("/demand/status"), "RETURNED");
    assert_eq!(reply.done("/demand/statusReason"), "请补充人数");
    let returned = Made { version: 3, ..submitted };
    let revised = step(
        &world,
        "mill.liaison",
        "demandRevise",
        "demand",
        &returned,
        steps::with(&terms(), json!({ "title": "竞业限制咨询", "detail": "请讲解条款" })),
    )
    .await;
    let again = step(&world, "mill.liaison", "demandSubmit", "demand", &revised, json!({})).await;
    assert_eq!(look(&world, &again, "refNo").await, "D-420105-2026-000001");
    assert_eq!(look(&world, &again, "title").await, "竞业限制咨询");
    assert_eq!(look(&world, &again, "statusReason").await, Value::Null);
    // Searches find the new words and no longer the old ones.
    let found = async |phrase: &str| {
        let query = "query($text: String) { demands(filter: { text: $text }) { totalCount } }";
        world.run("mill.liaison", query, json!({ "text": phrase })).await.data("/demands/totalCount").clone()
    };
    assert_eq!((found("竞业").await, found("法律咨询").await), (json!(1), json!(0)));
}

#[rstest]
#[tokio::test]
async fn a_near_duplicate_is_acknowledged_or_merged(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let listed = listed_demand(&world, json!({})).await;
    let twin = drafted_demand(&world, "mill.liaison", json!({})).await;
    let submit = async |similar: Value| {
        let input = json!({ "demand": twin.id, "expectedVersion": 1, "acknowledgeSimilar": similar });
        world.mutate("mill.liaison", "demandSubmit", "demand { version }", input).await
    };
    let refused = submit(json!([])).await;
    assert_eq!(refused.problems(), ["DUPLICATE_SUSPECTED at input.acknowledgeSimilar"]);
    assert!(refused.payload["problems"][0]["message"].as_str().is_some_and(|text| text.contains(&listed.id)));
    assert_eq!(world.number("SELECT count(*) FROM demand WHERE ref_no IS NULL AND status = 'DRAFT'").await, 1);
    assert_eq!(submit(json!([listed.id])).await.done("/demand/version"), 2);

    let merge = async |into: &str, expected: u8| {
        let input = json!({ "demand": twin.id, "expectedVersion": expected, "into": into });
        world.mutate("coordinator", "demandMerge", FIELDS, input).await
    };
    assert_eq!(merge(&twin.id, 2).await.problems(), ["INVALID_STATE at input.into"]);
    assert_eq!(merge("dem_00000000000000000000000001", 2).await.problems(), ["NOT_FOUND at input.into"]);
    let merged = merge(&listed.id, 2).await;
    assert_eq!(merged.done("/demand/status"), "MERGED");
    assert_eq!(merged.done("/demand/mergedInto/id"), listed.id.as_str());
    assert_eq!(world.last_effects()[0]["facts"], json!({ "into": listed.id }));
    // Another 90 days later nobody asks.
    world.advance(SignedDuration::from_hours(91 * 24)).await;
    let later = drafted_demand(&world, "mill.liaison", json!({})).await;
    step(&world, "mill.liaison", "demandSubmit", "demand", &later, json!({})).await;
}

#[rstest]
#[tokio::test]
async fn withdrawing_ends_the_pending_claims_in_the_same_line(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let (listed, other) = (
        listed_demand(&world, json!({})).await,
        listed_demand(&world, json!({ "title": "另一件事", "detail": "完全不同的内容" })).await,
    );
    let resource = listed_resource(&world, json!({})).await;
    let pending = enter_claim(&world, "pending", &listed, Some(&resource), "PENDING");
    enter_claim(&world, "declined", &listed, None, "DECLINED");
    enter_claim(&world, "elsewhere", &other, None, "PENDING");
    let withdraws = json!({ "demand": listed.id, "expectedVersion": 3, "reason": "已自行解决" });
    let reply = world.mutate("mill.liaison", "demandWithdraw", FIELDS, withdraws).await;
    assert_eq!(reply.done("/demand/status"), "CLOSED");
    assert_eq!(reply.done("/demand/outcome"), "WITHDRAWN");
    assert_eq!(reply.done("/demand/statusReason"), "已自行解决");
    assert_eq!(reply.done("/demand/closedAt"), "2026-11-23T01:00:00Z");
    assert_eq!(
        world.last_effects(),
        [
            json!({ "object": listed.id, "from": "LISTED", "to": "CLOSED" }),
            json!({ "object": pending, "from": "PENDING", "to": "ENDED" }),
        ]
    );
    assert_eq!(
        world.number("SELECT count(*) FROM claim WHERE status = 'PENDING' AND ref_no = 'elsewhere' AND version = 1").await,
        1
    );
    assert_eq!(world.number("SELECT count(*) FROM claim WHERE status = 'ENDED' AND ref_no = 'pending' AND version = 2").await, 1);
}

#[rstest]
#[tokio::test]
async fn a_demand_with_an_agreed_claim_is_not_withdrawn(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let listed = listed_demand(&world, json!({})).await;
    enter_claim(&world, "agreed", &listed, None, "AGREED");
    enter_claim(&world, "pending", &Made { id: listed.id.clone(), version: 0 }, None, "DECLINED");
    world.execute("UPDATE demand SET agreed_quantity = 1, unclaimed_due_at = NULL, escalate_due_at = NULL");
    let withdraws = json!({ "demand": listed.id, "expectedVersion": 3, "reason": "已自行解决" });
    assert_eq!(world.mutate("mill.liaison", "demandWithdraw", "demand { id }", withdraws).await.code(), "INVALID_STATE");
    assert_eq!(look(&world, &listed, "status").await, "LISTED");
    assert_eq!(look(&world, &listed, "commitStatus").await, "PARTIAL");
    assert_eq!(
        (look(&world, &listed, "agreedQuantity").await, look(&world, &listed, "openQuantity").await),
        (json!(1), json!(4))
    );
}

#[rstest]
#[tokio::test]
async fn what_was_solved_counts_and_nothing_else(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let listed = listed_demand(&world, json!({ "quantity": 2 })).await;
    assert_eq!(look(&world, &listed, "fulfilStatus").await, "NONE");
    for (name, solved, status) in
        [("a", "PARTLY", "NONE"), ("b", "NO", "NONE"), ("c", "YES", "PARTIAL"), ("d", "YES", "COMPLETE")]
    {
        let claim = enter_claim(&world, name, &listed, None, "AGREED");
        enter_confirmed_project(&world, &claim, &listed, solved);
        assert_eq!(look(&world, &listed, "fulfilStatus").await, status, "{name}");
    }
    world.execute(
        "UPDATE project SET status = 'UNCONFIRMED', unconfirmed_at = confirmed_at, confirmed_at = NULL, confirmed_by = NULL, \
         solved = NULL, answered = NULL, reached_out = NULL, satisfaction = NULL WHERE solved = 'YES'",
    );
    assert_eq!(look(&world, &listed, "fulfilStatus").await, "NONE");
}

#[rstest]
#[tokio::test]
async fn a_step_from_the_wrong_state_is_refused_and_changes_nothing(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values("DRAFT", "SUBMITTED", "RETURNED", "LISTED", "PARKED", "MERGED", "CLOSED")] state: &str,
) {
    let Some(world) = World::new(db).await else { return };
    let target = listed_demand(&world, json!({ "title": "目标需求", "detail": "完全不同的内容" })).await;
    let made = in_state(&world, state, &target).await;
    let possible: &[&str] = match state {
        "DRAFT" | "RETURNED" => &["demandRevise", "demandSubmit", "demandWithdraw"],
        "SUBMITTED" => &["demandReturn", "demandList", "demandMerge", "demandWithdraw"],
        "LISTED" => &["demandWithdraw", "demandPark", "demandClose"],
        "PARKED" => &["demandWithdraw", "demandClose"],
        _ => &[],
    };
    let seen = look(&world, &made, "version").await;
    let lines = world.count("audit_line").await;
    let attempts = [
        ("mill.liaison", "demandRevise", terms()),
        ("mill.liaison", "demandSubmit", json!({})),
        ("coordinator", "demandReturn", json!({ "reason": "请补充人数" })),
        ("coordinator", "demandList", json!({})),
        ("coordinator", "demandMerge", json!({ "into": target.id })),
        ("mill.liaison", "demandWithdraw", json!({ "reason": "已自行解决" })),
        ("coordinator", "demandPark", json!({ "reason": "等待政策", "reviewOn": "2026-12-01" })),
        ("coordinator", "demandClose", json!({ "outcome": "OUT_OF_SCOPE", "explanation": "不属受理范围" })),
        ("mill.liaison", "demandObject", json!({ "reason": "仍有需要" })),
        ("coordinator", "demandObjectionDecide", json!({ "ruling": "UPHOLD", "reason": "已核实" })),
        ("mill.liaison", "demandRenew", json!({ "desiredTo": "2026-12-31" })),
    ];
    let mut refused = 0;
    for (login, mutation, more) in attempts {
        // A wrong version as well: the state is looked at first.
        let base = json!({ "demand": made.id, "expectedVersion": made.version + 7 });
        let reply = world.mutate(login, mutation, "demand { id }", steps::with(&base, more)).await;
        let expected = match (possible.contains(&mutation), login, state) {
            (true, ..) => "STALE_VERSION",
            // A coordinator does not see a draft at all.
            (false, "coordinator", "DRAFT") => "NOT_FOUND",
            (false, ..) => "INVALID_STATE",
        };
        assert_eq!(reply.code(), expected, "{mutation} from {state}");
        refused += 1;
    }
    assert_eq!(look(&world, &made, "version").await, seen);
    assert_eq!(look(&world, &made, "status").await, state);
    assert_eq!(world.count("audit_line").await, lines + refused);
}

/// The usual demand in a state.
async fn in_state(world: &World, state: &str, target: &Made) -> Made {
    let drafted = drafted_demand(world, "mill.liaison", json!({})).await;
    if state == "DRAFT" {
        return drafted;
    }
    let submitted = step(world, "mill.liaison", "demandSubmit", "demand", &drafted, json!({})).await;
    let (login, mutation, more) = match state {
        "SUBMITTED" => return submitted,
        "RETURNED" => ("coordinator", "demandReturn", json!({ "reason": "请补充人数" })),
        "LISTED" => ("coordinator", "demandList", json!({})),
        "PARKED" => {
            let listed = step(world, "coordinator", "demandList", "demand", &submitted, json!({})).await;
            let parks = json!({ "reason": "等待政策", "reviewOn": "2026-12-01" });
            return step(world, "coordinator", "demandPark", "demand", &listed, parks).await;
        }
        "MERGED" => ("coordinator", "demandMerge", json!({ "into": target.id })),
        _ => ("mill.liaison", "demandWithdraw", json!({ "reason": "已自行解决" })),
    };
    step(world, login, mutation, "demand", &submitted, more).await
}

#[rstest]
#[tokio::test]
async fn a_category_without_a_duty_unit_keeps_a_demand_off_the_list(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let drafted = drafted_demand(&world, "mill.liaison", json!({ "category": steps::category_id("OTHER") })).await;
    let submitted = step(&world, "mill.liaison", "demandSubmit", "demand", &drafted, json!({})).await;
    let lists = json!({ "demand": submitted.id, "expectedVersion": 2 });
    assert_eq!(world.mutate("coordinator", "demandList", "demand { id }", lists).await.code(), "NO_DUTY_UNIT");
    assert_eq!(look(&world, &submitted, "status").await, "SUBMITTED");
}
