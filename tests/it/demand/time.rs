//! What time does to demands: reminders, coming back, expiring; and what people decide about them.

use jiff::{SignedDuration, Timestamp};
use park_portal::ops::upkeep;
use rstest::rstest;
use serde_json::{Value, json};

use super::look;
use crate::{
    project,
    world::{
        Db, World,
        rows::{enter_claim, enter_confirmed_project},
        steps::{self, Made, listed_demand, listed_resource, step},
    },
};

/// Goes to a moment and lets the system do what is due; answers how much it did.
async fn at(world: &World, moment: &str) -> usize {
    let moment: Timestamp = moment.parse().expect("a moment");
    world.advance(moment.duration_since(world.app.clock.now())).await;
    upkeep::run_due(&world.app).await.expect("what is due is done")
}

/// The clocks that run, each as its name and its end.
async fn clocks(world: &World, demand: &Made) -> Value {
    let query = "query($id: ID!) { demand(id: $id) { clocks { clock dueAt provisional correctedFrom } } }";
    let reply = world.run("mill.liaison", query, json!({ "id": demand.id })).await;
    let clocks = reply.data("/demand/clocks").as_array().expect("clocks").clone();
    let shown = |clock: Value| {
        assert_eq!((&clock["provisional"], &clock["correctedFrom"]), (&json!(false), &Value::Null), "{clock}");
        json!([clock["clock"], clock["dueAt"]])
    };
    clocks.into_iter().map(shown).collect()
}

/// Some fields of a demand as its liaison sees it, and its version there.
async fn seen(world: &World, demand: &Made, fields: &str) -> Value {
    let query = format!("query($id: ID!) {{ demand(id: $id) {{ {fields} }} }}");
    world.run("mill.liaison", &query, json!({ "id": demand.id })).await.data("/demand").clone()
}

async fn now(world: &World, demand: &Made) -> Made {
    let version = look(world, demand, "version").await.as_i64().expect("a version");
    Made { id: demand.id.clone(), version }
}

async fn refused(world: &World, login: &str, mutation: &str, demand: &Made, more: Value) -> String {
    let (before, input) = (now(world, demand).await, json!({ "demand": demand.id, "expectedVersion": demand.version }));
    let reply = world.mutate(login, mutation, "demand { id }", steps::with(&input, more)).await;
    assert_eq!(now(world, demand).await.version, before.version, "{mutation}");
    reply.code().to_owned()
}

#[rstest]
#[tokio::test]
async fn nobody_claims_and_the_duty_unit_is_reminded_then_the_coordinator(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(("NORMAL", "2026-11-30", "2026-12-07"), ("URGENT", "2026-11-25", "2026-11-26"))] (urgency, first, second): (
        &str,
        &str,
        &str,
    ),
) {
    let Some(world) = World::new(db).await else { return };
    let reason = (urgency == "URGENT").then_some("下周集中签约");
    let demand = listed_demand(&world, json!({ "urgency": urgency, "urgencyReason": reason })).await;
    let (first, second) = (format!("{first}T09:30:00Z"), format!("{second}T09:30:00Z"));
    assert_eq!(clocks(&world, &demand).await, json!([["UNCLAIMED", first], ["ESCALATION", second]]));
    assert_eq!(at(&world, &first.replace("09:30", "09:29")).await, 0);
    assert_eq!(at(&world, &first).await, 1);
    let told = seen(&world, &demand, "status version remindedAt escalated escalatedAt").await;
    assert_eq!(told, json!({ "status": "LISTED", "version": 4, "remindedAt": first, "escalated": false, "escalatedAt": null }));
    let duty_unit = steps::organisation_id("justice");
    assert_eq!(
        world.last_effects(),
        [
            json!({ "object": demand.id, "from": "LISTED", "to": "LISTED", "facts": { "duty_unit": duty_unit, "reminded_at": first } })
        ]
    );
    assert_eq!(clocks(&world, &demand).await, json!([["ESCALATION", second]]));
    assert_eq!((at(&world, &first).await, at(&world, &second).await, at(&world, &second).await), (0, 1, 0));
    let told = seen(&world, &demand, "remindedAt escalated escalatedAt").await;
    assert_eq!(told, json!({ "remindedAt": first, "escalated": true, "escalatedAt": second }));
    assert_eq!(clocks(&world, &demand).await, json!([]));
    assert_eq!(world.audit().await[3..], ["demand.remind OK", "demand.escalate OK"]);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn what_was_missed_is_done_once_in_its_order_by_one_of_several_servers(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "desiredTo": "2026-12-01" })).await;
    world.advance(SignedDuration::from_hours(24 * 60)).await;
    let (one, other, third) = tokio::join!(upkeep::run_due(&world.app), upkeep::run_due(&world.app), upkeep::run_due(&world.app));
    let done = [one, other, third].map(|done| done.expect("what is due is done"));
    assert_eq!(done.iter().sum::<usize>(), 3, "{done:?}");
    assert_eq!(world.audit().await[3..], ["demand.remind OK", "demand.escalate OK", "demand.expire OK"]);
    assert_eq!(look(&world, &demand, "status").await, "EXPIRED");
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn an_agreement_stops_the_clock_and_a_cancellation_starts_it_anew(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    at(&world, "2026-11-30T09:30:00Z").await;
    project::opened(&world, &demand, "justice").await;
    let stopped = seen(&world, &demand, "unclaimedDueAt remindedAt escalated clocks { clock }").await;
    assert_eq!(stopped, json!({ "unclaimedDueAt": null, "remindedAt": null, "escalated": false, "clocks": [] }));
    assert_eq!(at(&world, "2026-12-11T01:00:00Z").await, 0);
    let claims = world.run("coordinator", "{ claims { nodes { id version } } }", json!({})).await;
    let claim = claims.data("/claims/nodes/0/id").clone();
    let cancels = json!({ "claim": claim, "expectedVersion": 2, "reason": "单位无法履约" });
    world.mutate("coordinator", "claimCancel", "claim { id }", cancels).await.done("/claim/id");
    assert_eq!(
        world.last_effects()[1]["facts"],
        json!({ "agreed_quantity": 0, "unclaimed_due_at": "2026-12-18T09:30:00Z", "escalation_due_at": "2026-12-25T09:30:00Z" })
    );
    let running = json!([["UNCLAIMED", "2026-12-18T09:30:00Z"], ["ESCALATION", "2026-12-25T09:30:00Z"]]);
    assert_eq!(clocks(&world, &demand).await, running);
    assert_eq!(at(&world, "2026-12-18T09:30:00Z").await, 1);
}

#[rstest]
#[tokio::test]
async fn a_parked_demand_rests_until_its_day(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let resource = listed_resource(&world, json!({})).await;
    let pending = enter_claim(&world, "pending", &demand, Some(&resource), "PENDING");
    for day in ["2026-11-23", "2026-11-22", "2027-05-23"] {
        let parks = json!({ "reason": "等待政策出台", "reviewOn": day });
        assert_eq!(refused(&world, "coordinator", "demandPark", &demand, parks).await, "VALIDATION", "{day}");
    }
    let parks = json!({ "reason": "等待政策出台", "reviewOn": "2026-12-15" });
    let parked = step(&world, "coordinator", "demandPark", "demand", &demand, parks).await;
    let rests = seen(&world, &demand, "status statusReason reviewOn unclaimedDueAt waitingWorkdays").await;
    assert_eq!(
        rests,
        json!({
            "status": "PARKED", "statusReason": "等待政策出台", "reviewOn": "2026-12-15", "unclaimedDueAt": null,
            "waitingWorkdays": null,
        })
    );
    assert_eq!(
        world.last_effects(),
        [
            json!({ "object": demand.id, "from": "LISTED", "to": "PARKED", "facts": { "review_due_at": "2026-12-14T16:00:00Z" } }),
            json!({ "object": pending, "from": "PENDING", "to": "ENDED" }),
        ]
    );
    assert_eq!(world.number("SELECT count(*) FROM claim WHERE status_reason = '需求已暂缓。'").await, 1);
    assert_eq!(clocks(&world, &demand).await, json!([["REVIEW", "2026-12-14T16:00:00Z"]]));
    assert_eq!(at(&world, "2026-12-14T15:59:59Z").await, 0);
    assert_eq!(at(&world, "2026-12-14T16:00:00Z").await, 1);
    assert_eq!(look(&world, &parked, "status").await, "LISTED");
    assert_eq!(look(&world, &parked, "waitingWorkdays").await, 0);
    // Five and ten working days after 15 December, as it is in Shanghai by then.
    let running = json!([["UNCLAIMED", "2026-12-22T09:30:00Z"], ["ESCALATION", "2026-12-29T09:30:00Z"]]);
    assert_eq!(clocks(&world, &demand).await, running);
    assert_eq!(world.audit().await.last().map(String::as_str), Some("demand.unpark OK"));
}

#[rstest]
#[tokio::test]
async fn what_is_agreed_is_not_parked_and_what_is_parked_can_be_withdrawn(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    project::opened(&world, &demand, "justice").await;
    let parks = json!({ "reason": "等待政策出台", "reviewOn": "2026-12-15" });
    assert_eq!(refused(&world, "coordinator", "demandPark", &demand, parks.clone()).await, "INVALID_STATE");
    let other = listed_demand(&world, json!({ "title": "另一件事", "detail": "完全不同的内容" })).await;
    let parked = step(&world, "coordinator", "demandPark", "demand", &other, parks).await;
    step(&world, "mill.liaison", "demandWithdraw", "demand", &parked, json!({ "reason": "已自行解决" })).await;
    assert_eq!(
        seen(&world, &other, "status outcome reviewOn").await,
        json!({ "status": "CLOSED", "outcome": "WITHDRAWN", "reviewOn": null })
    );
    assert_eq!(at(&world, "2026-12-16T01:00:00Z").await, 0);
}

#[rstest]
#[tokio::test]
async fn the_coordinator_decides_and_the_enterprise_objects_once(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let resource = listed_resource(&world, json!({})).await;
    let pending = enter_claim(&world, "pending", &demand, Some(&resource), "PENDING");
    let closes = json!({ "outcome": "NOT_FEASIBLE", "explanation": "本区没有此类服务" });
    let closed = step(&world, "coordinator", "demandClose", "demand", &demand, closes).await;
    assert_eq!(
        world.last_effects(),
        [
            json!({ "object": demand.id, "from": "LISTED", "to": "CLOSED", "facts": {
                "outcome": "NOT_FEASIBLE", "objection_due_at": "2026-11-30T09:30:00Z" } }),
            json!({ "object": pending, "from": "PENDING", "to": "ENDED" }),
        ]
    );
    assert_eq!(
        seen(&world, &demand, "status outcome statusReason closedAt objection { at }").await,
        json!({
            "status": "CLOSED", "outcome": "NOT_FEASIBLE", "statusReason": "本区没有此类服务", "closedAt": "2026-11-23T01:00:00Z",
            "objection": null,
        })
    );
    assert_eq!(clocks(&world, &demand).await, json!([["OBJECTION", "2026-11-30T09:30:00Z"]]));
    at(&world, "2026-11-30T09:30:00Z").await;
    let objected = step(&world, "mill.liaison", "demandObject", "demand", &closed, json!({ "reason": "邻区可以提供" })).await;
    assert_eq!(clocks(&world, &demand).await, json!([["OBJECTION_DECISION", "2026-12-07T09:30:00Z"]]));
    let again = json!({ "reason": "再次提出" });
    assert_eq!(refused(&world, "mill.liaison", "demandObject", &objected, again).await, "INVALID_STATE");
    let dismisses = json!({ "ruling": "DISMISS", "reason": "已向邻区核实" });
    let dismissed = step(&world, "coordinator", "demandObjectionDecide", "demand", &objected, dismisses.clone()).await;
    assert_eq!(
        seen(&world, &demand, "status outcome objection { at reason decideDueAt dismissedAt dismissal } clocks { clock }").await,
        json!({ "status": "CLOSED", "outcome": "NOT_FEASIBLE", "clocks": [], "objection": {
            "at": "2026-11-30T09:30:00Z", "reason": "邻区可以提供", "decideDueAt": "2026-12-07T09:30:00Z",
            "dismissedAt": "2026-11-30T09:30:00Z", "dismissal": "已向邻区核实" } })
    );
    assert_eq!(refused(&world, "coordinator", "demandObjectionDecide", &dismissed, dismisses).await, "INVALID_STATE");
    assert_eq!(
        refused(&world, "mill.liaison", "demandObject", &dismissed, json!({ "reason": "再次提出" })).await,
        "INVALID_STATE"
    );
}

#[rstest]
#[tokio::test]
async fn an_objection_that_is_upheld_lists_the_demand_again(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let closes = json!({ "outcome": "OUT_OF_SCOPE", "explanation": "不属受理范围" });
    let closed = step(&world, "coordinator", "demandClose", "demand", &demand, closes).await;
    let objected = step(&world, "mill.liaison", "demandObject", "demand", &closed, json!({ "reason": "属于清单事项" })).await;
    let upholds = json!({ "ruling": "UPHOLD", "reason": "经核属受理范围" });
    step(&world, "coordinator", "demandObjectionDecide", "demand", &objected, upholds).await;
    assert_eq!(
        seen(&world, &demand, "status outcome statusReason closedAt objection { at }").await,
        json!({ "status": "LISTED", "outcome": null, "statusReason": null, "closedAt": null, "objection": null })
    );
    let running = json!([["UNCLAIMED", "2026-11-30T09:30:00Z"], ["ESCALATION", "2026-12-07T09:30:00Z"]]);
    assert_eq!(clocks(&world, &demand).await, running);
}

#[rstest]
#[tokio::test]
async fn an_objection_after_its_time_is_too_late(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let closes = json!({ "outcome": "NOT_FEASIBLE", "explanation": "本区没有此类服务" });
    let closed = step(&world, "coordinator", "demandClose", "demand", &demand, closes).await;
    at(&world, "2026-11-30T09:30:01Z").await;
    assert_eq!(refused(&world, "mill.liaison", "demandObject", &closed, json!({ "reason": "邻区可以提供" })).await, "TOO_LATE");
    assert_eq!(clocks(&world, &demand).await, json!([]));
}

#[rstest]
#[tokio::test]
async fn nothing_is_decided_while_a_project_is_open(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    project::opened(&world, &demand, "justice").await;
    let closes = json!({ "outcome": "PARTLY_SATISFIED", "explanation": "其余无单位承接" });
    assert_eq!(refused(&world, "coordinator", "demandClose", &demand, closes.clone()).await, "INVALID_STATE");
    world.execute("UPDATE project SET status = 'CANCELLED', status_reason = '测试'");
    step(&world, "coordinator", "demandClose", "demand", &demand, closes).await;
    assert_eq!(look(&world, &demand, "outcome").await, "PARTLY_SATISFIED");
}

#[rstest]
#[tokio::test]
async fn the_coordinator_has_to_decide_when_all_is_closed_and_not_all_solved(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values("PARTLY", "NO")] solved: &str,
) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": 2 })).await;
    for (name, solved) in [("a", "YES"), ("b", solved)] {
        let claim = enter_claim(&world, name, &demand, None, "AGREED");
        enter_confirmed_project(&world, &claim, &demand, solved);
    }
    world.execute("UPDATE demand SET agreed_quantity = 2, unclaimed_due_at = NULL, escalate_due_at = NULL");
    assert_eq!(at(&world, "2026-11-23T01:00:00Z").await, 2);
    assert_eq!(seen(&world, &demand, "status outcome").await, json!({ "status": "LISTED", "outcome": null }));
    assert_eq!(clocks(&world, &demand).await, json!([["DECISION", "2026-11-30T09:30:00Z"]]));
    assert_eq!(
        world.last_effects()[1],
        json!({ "object": demand.id, "from": "LISTED", "to": "LISTED", "facts": { "decision_due_at": "2026-11-30T09:30:00Z" } })
    );
    // The system leaves it to the coordinator, however late it gets; it only draws November's call-backs.
    assert_eq!(at(&world, "2026-12-21T01:00:00Z").await, 1);
    let demand = now(&world, &demand).await;
    let closes = json!({ "outcome": "PARTLY_SATISFIED", "explanation": "一次已办结,另一次未解决" });
    step(&world, "coordinator", "demandClose", "demand", &demand, closes).await;
    assert_eq!(seen(&world, &demand, "status outcome").await, json!({ "status": "CLOSED", "outcome": "PARTLY_SATISFIED" }));
}

#[rstest]
#[tokio::test]
async fn what_is_left_open_keeps_a_demand_on_the_list_without_a_decision(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": 2 })).await;
    let claim = enter_claim(&world, "a", &demand, None, "AGREED");
    enter_confirmed_project(&world, &claim, &demand, "NO");
    world.execute("UPDATE demand SET agreed_quantity = 1, unclaimed_due_at = NULL, escalate_due_at = NULL");
    assert_eq!(at(&world, "2026-11-23T01:00:00Z").await, 1);
    assert_eq!(seen(&world, &demand, "status clocks { clock }").await, json!({ "status": "LISTED", "clocks": [] }));
}

#[rstest]
#[tokio::test]
async fn an_old_demand_expires_and_is_renewed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "desiredTo": "2026-12-01" })).await;
    at(&world, "2026-12-30T15:59:59Z").await;
    assert_eq!(clocks(&world, &demand).await, json!([["EXPIRY", "2026-12-30T16:00:00Z"]]));
    let resource = listed_resource(&world, json!({})).await;
    let pending = enter_claim(&world, "pending", &demand, Some(&resource), "PENDING");
    world.execute("UPDATE claim SET respond_by = (SELECT escalate_due_at FROM demand) WHERE ref_no = 'pending'");
    world.execute("UPDATE claim SET status = 'PENDING'");
    // Of what falls due the older is done first: nobody has answered the claim either.
    assert_eq!(at(&world, "2026-12-30T16:00:00Z").await, 2);
    assert_eq!(
        seen(&world, &demand, "status expiredAt renewUntil").await,
        json!({ "status": "EXPIRED", "expiredAt": "2026-12-30T16:00:00Z", "renewUntil": "2027-03-31" })
    );
    assert_eq!(
        world.last_effects(),
        [
            json!({ "object": demand.id, "from": "LISTED", "to": "EXPIRED", "facts": { "renewal_due_at": "2027-03-31T16:00:00Z" } })
        ]
    );
    assert_eq!(world.number("SELECT count(*) FROM claim WHERE status = 'LAPSED'").await, 1, "{pending}");
    let expired = now(&world, &demand).await;
    let past = json!({ "desiredTo": "2026-12-30" });
    assert_eq!(refused(&world, "mill.liaison", "demandRenew", &expired, past).await, "VALIDATION");
    step(&world, "mill.liaison", "demandRenew", "demand", &expired, json!({ "desiredTo": "2027-01-31" })).await;
    assert_eq!(
        seen(&world, &demand, "status desiredTo expiredAt renewUntil listedAt").await,
        json!({
            "status": "LISTED", "desiredTo": "2027-01-31", "expiredAt": null, "renewUntil": null,
            "listedAt": "2026-12-30T16:00:00Z",
        })
    );
    let query = "query($id: ID!) { demand(id: $id) { clocks { clock dueAt provisional } } }";
    let running = world.run("mill.liaison", query, json!({ "id": demand.id })).await;
    assert_eq!(
        running.data("/demand/clocks"),
        // Nobody knows the holidays of 2027 yet; an expiry counts days and needs no calendar.
        &json!([
            { "clock": "UNCLAIMED", "dueAt": "2027-01-07T09:30:00Z", "provisional": true },
            { "clock": "ESCALATION", "dueAt": "2027-01-14T09:30:00Z", "provisional": true },
            { "clock": "EXPIRY", "dueAt": "2027-03-01T16:00:00Z", "provisional": false },
        ])
    );
}

#[rstest]
#[tokio::test]
async fn expiring_ends_the_pending_claims(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "desiredTo": "2026-12-01" })).await;
    at(&world, "2026-12-30T12:00:00Z").await;
    let offer = json!({
        "demand": demand.id, "provider": steps::organisation_id("justice"), "quantity": 1,
        "plan": { "start": "2026-12-31", "due": "2026-12-31" },
    });
    let claim = world.mutate("justice.lead", "claimOffer", "claim { id }", offer).await.text("/claim/id");
    assert_eq!(at(&world, "2026-12-30T16:00:00Z").await, 1);
    assert_eq!(world.last_effects()[1], json!({ "object": claim, "from": "PENDING", "to": "ENDED" }));
    assert_eq!(world.number("SELECT count(*) FROM claim WHERE status_reason = '需求已过期。'").await, 1);
}

#[rstest]
#[tokio::test]
async fn what_is_agreed_does_not_expire_and_what_expired_long_ago_is_not_renewed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let agreed = listed_demand(&world, json!({ "desiredTo": "2026-12-01" })).await;
    project::opened(&world, &agreed, "justice").await;
    let changes = json!({ "desiredTo": "2026-12-01", "title": "另一件事", "detail": "完全不同的内容" });
    let demand = listed_demand(&world, changes).await;
    at(&world, "2026-12-31T01:00:00Z").await;
    assert_eq!(
        (look(&world, &agreed, "status").await, look(&world, &demand, "status").await),
        (json!("LISTED"), json!("EXPIRED"))
    );
    let expired = now(&world, &demand).await;
    let renews = json!({ "desiredTo": "2027-06-30" });
    at(&world, "2027-03-31T16:00:00Z").await;
    assert_eq!(refused(&world, "mill.liaison", "demandRenew", &expired, renews.clone()).await, "TOO_LATE");
    world.execute("UPDATE demand SET renew_until = '2027-04-01' WHERE status = 'EXPIRED'");
    step(&world, "mill.liaison", "demandRenew", "demand", &expired, renews).await;
}
