//! What time does to projects: pauses, later days, reports, silence.

use park_portal::ops::upkeep;
use rstest::rstest;
use serde_json::{Value, json};

use super::{answers, at, attempt, clocks, confirmed, delivered, opened, seen, started, step};
use crate::world::{
    Db, World,
    steps::{Made, listed_demand},
};

/// Fails unless the step is refused with this, and nothing of the project changes.
async fn refused(world: &World, login: &str, mutation: &str, project: &Made, more: Value) -> String {
    const ALL: &str = "version status dueOn pauses { status until } extensions { status } progress { note } callBacks { status }";
    let before = seen(world, "coordinator", project, ALL).await;
    let problems = attempt(world, login, mutation, project, more).await.problems();
    assert_eq!(seen(world, "coordinator", project, ALL).await, before, "{mutation}");
    problems.join(", ").trim_end_matches(" at ").to_owned()
}

fn season(until: &str) -> Value {
    json!({ "reason": "SEASON", "note": "冬季无法施工", "until": until })
}

const APPROVE: &str = "APPROVE";

async fn decide(world: &World, mutation: &str, project: &Made, ruling: &str) -> Made {
    let reason = (ruling != APPROVE).then_some("理由不充分");
    step(world, "coordinator", mutation, project, json!({ "ruling": ruling, "reason": reason })).await
}

/// A project that was asked to be paused on Monday at nine, and is paused from Tuesday noon on.
async fn paused(world: &World, until: &str) -> Made {
    let demand = listed_demand(world, json!({ "quantity": 1 })).await;
    let project = started(world, &demand, "justice").await;
    let asked = step(world, "justice.official", "projectPauseAsk", &project, season(until)).await;
    at(world, "2026-11-24T04:00:00Z").await;
    decide(world, "projectPauseDecide", &asked, APPROVE).await
}

#[rstest]
#[tokio::test]
async fn a_pause_begins_with_its_approval_and_keeps_the_working_minutes_that_are_left(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = started(&world, &demand, "justice").await;
    assert_eq!(
        world.last_effects(),
        [json!({ "object": project.id, "from": "PLANNED", "to": "ACTIVE",
                 "facts": { "progress_due_at": "2026-12-23T09:30:00Z" } })]
    );
    let running = json!([["DUE", "2026-12-14T09:30:00Z"], ["PROGRESS", "2026-12-23T09:30:00Z"]]);
    assert_eq!(clocks(&world, &project).await, running);
    let asked = step(&world, "justice.official", "projectPauseAsk", &project, season("2026-12-08")).await;
    assert_eq!(seen(&world, "mill.liaison", &project, "status").await, json!({ "status": "ACTIVE" }));
    assert_eq!(clocks(&world, &project).await, running);
    let facts = &world.last_effects()[1]["facts"];
    assert_eq!(facts, &json!({ "project": project.id, "reason": "SEASON", "until": "2026-12-08" }));
    // Tuesday noon: half of the day is left, and fourteen days after it, twenty-one for the report.
    at(&world, "2026-11-24T04:00:00Z").await;
    let paused = decide(&world, "projectPauseDecide", &asked, APPROVE).await;
    assert_eq!(
        world.last_effects()[0],
        json!({ "object": project.id, "from": "ACTIVE", "to": "PAUSED", "facts": {
            "pause_due_at": "2026-12-07T16:00:00Z", "due_minutes": 330 + 14 * 540, "progress_minutes": 330 + 21 * 540 } })
    );
    assert_eq!((&world.last_effects()[1]["from"], &world.last_effects()[1]["to"]), (&json!("ASKED"), &json!("RUNNING")));
    assert_eq!(clocks(&world, &project).await, json!([["PAUSE", "2026-12-07T16:00:00Z"]]));
    let shown = "status pausedUntil dueOn pauses { status reason note until askedAt decision { at reason } endedAt endReason }";
    assert_eq!(
        seen(&world, "mill.liaison", &project, shown).await,
        json!({ "status": "PAUSED", "pausedUntil": "2026-12-08", "dueOn": "2026-12-14", "pauses": [{
            "status": "RUNNING", "reason": "SEASON", "note": "冬季无法施工", "until": "2026-12-08", "askedAt": "2026-11-23T01:00:00Z",
            "decision": { "at": "2026-11-24T04:00:00Z", "reason": null }, "endedAt": null, "endReason": null }] })
    );
    for mutation in ["projectDeliver", "projectProgressReport"] {
        let more = json!({ if mutation == "projectDeliver" { "summary" } else { "note" }: "讲解已完成" });
        assert_eq!(refused(&world, "justice.lead", mutation, &paused, more).await, "INVALID_STATE");
    }
    assert_eq!(at(&world, "2026-12-07T15:59:59Z").await, 0);
    assert_eq!(at(&world, "2026-12-07T16:00:00Z").await, 1);
    assert_eq!(
        world.last_effects()[0],
        json!({ "object": project.id, "from": "PAUSED", "to": "ACTIVE", "facts": {
            "due_on": "2026-12-28", "progress_due_at": "2027-01-06T09:30:00Z" } })
    );
    assert_eq!(clocks(&world, &project).await, json!([["DUE", "2026-12-28T09:30:00Z"], ["PROGRESS", "2027-01-06T09:30:00Z"]]));
    assert_eq!(
        seen(&world, "mill.liaison", &project, "status dueOn originalDueOn pausedUntil pauses { status endedAt }").await,
        json!({ "status": "ACTIVE", "dueOn": "2026-12-28", "originalDueOn": "2026-12-14", "pausedUntil": null,
                "pauses": [{ "status": "ENDED", "endedAt": "2026-12-07T16:00:00Z" }] })
    );
    assert_eq!(world.audit().await.last().map(String::as_str), Some("project.end_pause OK"));
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_pause_ends_early_with_a_reason_and_the_days_between_are_won(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values("coordinator", "justice.lead")] login: &str,
) {
    let Some(world) = World::new(db).await else { return };
    let project = paused(&world, "2027-03-01").await;
    // As far into Thursday as Tuesday was: two working days later in all.
    at(&world, "2026-11-26T04:00:00Z").await;
    let resumed = step(&world, login, "projectResume", &project, json!({ "reason": "条件已具备" })).await;
    assert_eq!(clocks(&world, &project).await, json!([["DUE", "2026-12-16T09:30:00Z"], ["PROGRESS", "2026-12-25T09:30:00Z"]]));
    let shown = seen(&world, "mill.liaison", &project, "dueOn pauses { status endReason endedAt }").await;
    let ended = json!([{ "status": "ENDED", "endReason": "条件已具备", "endedAt": "2026-11-26T04:00:00Z" }]);
    assert_eq!(shown, json!({ "dueOn": "2026-12-16", "pauses": ended }));
    let again = json!({ "reason": "条件已具备" });
    assert_eq!(refused(&world, login, "projectResume", &resumed, again).await, "INVALID_STATE");
}

#[rstest]
#[tokio::test]
async fn what_was_overdue_before_a_pause_is_overdue_after_it(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = started(&world, &demand, "justice").await;
    at(&world, "2026-12-15T04:00:00Z").await;
    let asked = step(&world, "justice.lead", "projectPauseAsk", &project, season("2026-12-20")).await;
    let paused = decide(&world, "projectPauseDecide", &asked, APPROVE).await;
    assert_eq!(seen(&world, "mill.liaison", &paused, "isOverdue").await, json!({ "isOverdue": false }));
    at(&world, "2026-12-19T16:00:00Z").await;
    let shown = seen(&world, "mill.liaison", &paused, "status dueOn isOverdue").await;
    assert_eq!(shown, json!({ "status": "ACTIVE", "dueOn": "2026-12-14", "isOverdue": true }));
}

#[rstest]
#[tokio::test]
async fn of_several_servers_one_ends_a_pause(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    paused(&world, "2026-12-08").await;
    world.advance(jiff::SignedDuration::from_hours(24 * 30)).await;
    let (one, other, third) = tokio::join!(upkeep::run_due(&world.app), upkeep::run_due(&world.app), upkeep::run_due(&world.app));
    let done = [one, other, third].map(|done| done.expect("what is due is done"));
    assert_eq!(done.iter().sum::<usize>(), 1, "{done:?}");
    assert_eq!(world.number("SELECT count(*) FROM audit_line WHERE action = 'project.end_pause'").await, 1);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_pause_is_asked_for_once_and_within_its_days(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = started(&world, &demand, "justice").await;
    for until in ["2026-11-22", "2026-11-23", "2027-05-23"] {
        assert_eq!(
            refused(&world, "justice.lead", "projectPauseAsk", &project, season(until)).await,
            "VALIDATION at input.until",
            "{until}"
        );
    }
    let asked = step(&world, "justice.lead", "projectPauseAsk", &project, season("2027-05-22")).await;
    assert_eq!(refused(&world, "justice.lead", "projectPauseAsk", &asked, season("2026-12-15")).await, "ALREADY_ASKED");
    let bare = json!({ "ruling": "REFUSE" });
    assert_eq!(refused(&world, "coordinator", "projectPauseDecide", &asked, bare).await, "VALIDATION at input.reason");
    let back = step(&world, "justice.official", "projectPauseWithdraw", &asked, json!({})).await;
    assert_eq!(refused(&world, "justice.lead", "projectPauseWithdraw", &back, json!({})).await, "INVALID_STATE");
    let again = step(&world, "justice.lead", "projectPauseAsk", &back, season("2026-12-15")).await;
    let refusal = decide(&world, "projectPauseDecide", &again, "REFUSE").await;
    let shown = "status pauses { status until decision { reason } endedAt }";
    assert_eq!(
        seen(&world, "mill.liaison", &refusal, shown).await,
        json!({ "status": "ACTIVE", "pauses": [
            { "status": "REFUSED", "until": "2026-12-15", "decision": { "reason": "理由不充分" }, "endedAt": null },
            { "status": "WITHDRAWN", "until": "2027-05-22", "decision": null, "endedAt": "2026-11-23T01:00:00Z" },
        ] })
    );
    // What is decided only when it would be over is no pause any more.
    let late = step(&world, "justice.lead", "projectPauseAsk", &refusal, season("2026-11-25")).await;
    at(&world, "2026-11-25T01:00:00Z").await;
    let approval = json!({ "ruling": "APPROVE" });
    assert_eq!(refused(&world, "coordinator", "projectPauseDecide", &late, approval).await, "TOO_LATE");
}

#[rstest]
#[tokio::test]
async fn of_two_decisions_at_once_one_counts(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = started(&world, &demand, "justice").await;
    let asked = step(&world, "justice.lead", "projectPauseAsk", &project, season("2026-12-15")).await;
    let later = json!({ "dueOn": "2026-12-18", "reason": "材料未齐" });
    let asked = step(&world, "justice.lead", "projectExtensionAsk", &asked, later).await;
    let approval = json!({ "ruling": "APPROVE" });
    let decides = |mutation: &'static str| attempt(&world, "coordinator", mutation, &asked, approval.clone());
    let (pause, extension) = tokio::join!(decides("projectPauseDecide"), decides("projectExtensionDecide"));
    let mut codes = [pause.code().to_owned(), extension.code().to_owned()];
    codes.sort();
    // Whichever comes second finds another version, or nothing that waits.
    assert!(codes[1] == "OK" || codes[0] == "OK", "{codes:?}");
    assert!(codes.contains(&"STALE_VERSION".to_owned()) || codes.contains(&"INVALID_STATE".to_owned()), "{codes:?}");
    let decided = "SELECT (SELECT count(*) FROM project_pause WHERE decided_at IS NOT NULL) \
        + (SELECT count(*) FROM project_extension WHERE decided_at IS NOT NULL)";
    assert_eq!(world.number(decided).await, 1);
}

#[rstest]
#[tokio::test]
async fn what_is_not_decided_is_dropped_when_the_project_is_delivered_or_cancelled(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(true, false)] is_delivered: bool,
) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = started(&world, &demand, "justice").await;
    let asked = step(&world, "justice.lead", "projectPauseAsk", &project, season("2026-12-15")).await;
    let later = json!({ "dueOn": "2026-12-18", "reason": "材料未齐" });
    let asked = step(&world, "justice.lead", "projectExtensionAsk", &asked, later).await;
    if is_delivered {
        step(&world, "justice.lead", "projectDeliver", &asked, json!({ "summary": "讲解已完成" })).await;
        assert_eq!(world.last_effects()[0]["facts"], json!({ "confirm_due_at": "2026-11-30T09:30:00Z" }));
    } else {
        cancel(&world).await;
    }
    let dropped = world.last_effects();
    let dropped: Vec<_> = dropped.iter().filter(|effect| effect["to"] == "DROPPED").map(|effect| &effect["from"]).collect();
    assert_eq!(dropped, ["ASKED", "ASKED"]);
    assert_eq!(
        seen(&world, "mill.liaison", &asked, "pauses { status endedAt } extensions { status }").await,
        json!({ "pauses": [{ "status": "DROPPED", "endedAt": "2026-11-23T01:00:00Z" }], "extensions": [{ "status": "DROPPED" }] })
    );
}

async fn cancel(world: &World) {
    let claims = world.run("coordinator", "{ claims { nodes { id version } } }", json!({})).await;
    let (claim, version) = (claims.data("/claims/nodes/0/id"), claims.data("/claims/nodes/0/version"));
    let cancels = json!({ "claim": claim, "expectedVersion": version, "reason": "单位无法履约" });
    world.mutate("coordinator", "claimCancel", "claim { id }", cancels).await.done("/claim/id");
}

#[rstest]
#[tokio::test]
async fn a_paused_project_is_cancelled_with_its_claim(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let project = paused(&world, "2026-12-15").await;
    cancel(&world).await;
    assert_eq!(
        seen(&world, "mill.liaison", &project, "status clocks { clock } pauses { status } demand { agreedQuantity }").await,
        json!({ "status": "CANCELLED", "clocks": [], "pauses": [{ "status": "ENDED" }], "demand": { "agreedQuantity": 0 } })
    );
    assert_eq!(at(&world, "2026-12-16T01:00:00Z").await, 2, "the demand is reminded of and escalated, the pause is over");
}

#[rstest]
#[tokio::test]
async fn a_later_day_is_asked_for_in_time_and_decided(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    // It is due from the agreement on, so it can be extended before it starts.
    let project = opened(&world, &demand, "justice").await;
    let until = |day: &str| json!({ "dueOn": day, "reason": "材料未齐" });
    for day in ["2026-12-14", "2026-12-11", "2026-12-19"] {
        let problem = refused(&world, "justice.lead", "projectExtensionAsk", &project, until(day)).await;
        assert_eq!(problem, "VALIDATION at input.dueOn", "{day}");
    }
    // Thirty-one working days, and then thirty of them.
    assert_eq!(refused(&world, "justice.lead", "projectExtensionAsk", &project, until("2027-01-26")).await, "EXTENSION_LIMIT");
    let asked = step(&world, "justice.lead", "projectExtensionAsk", &project, until("2026-12-18")).await;
    assert_eq!(world.last_effects()[1]["facts"], json!({ "project": project.id, "new_due_on": "2026-12-18", "workdays": 4 }));
    let twice = refused(&world, "justice.official", "projectExtensionAsk", &asked, until("2026-12-17")).await;
    assert_eq!(twice, "ALREADY_ASKED");
    assert_eq!(seen(&world, "mill.liaison", &asked, "dueOn").await, json!({ "dueOn": "2026-12-14" }));
    let given = decide(&world, "projectExtensionDecide", &asked, APPROVE).await;
    assert_eq!(
        world.last_effects()[0],
        json!({ "object": project.id, "from": "PLANNED", "to": "PLANNED", "facts": { "due_on": "2026-12-18" } })
    );
    assert_eq!(
        seen(
            &world,
            "mill.liaison",
            &given,
            "dueOn originalDueOn extensions { status oldDueOn newDueOn workdays reason decision { at } }"
        )
        .await,
        json!({ "dueOn": "2026-12-18", "originalDueOn": "2026-12-14", "extensions": [{
            "status": "APPROVED", "oldDueOn": "2026-12-14", "newDueOn": "2026-12-18", "workdays": 4, "reason": "材料未齐",
            "decision": { "at": "2026-11-23T01:00:00Z" } }] })
    );
    assert_eq!(
        refused(&world, "coordinator", "projectExtensionDecide", &given, json!({ "ruling": "APPROVE" })).await,
        "INVALID_STATE"
    );
    at(&world, "2026-12-17T15:59:59Z").await;
    let back = step(&world, "justice.lead", "projectExtensionAsk", &given, until("2026-12-21")).await;
    let back = step(&world, "justice.lead", "projectExtensionWithdraw", &back, json!({})).await;
    // On the day itself it is too late.
    at(&world, "2026-12-17T16:00:00Z").await;
    assert_eq!(refused(&world, "justice.lead", "projectExtensionAsk", &back, until("2026-12-21")).await, "TOO_LATE");
}

#[rstest]
#[tokio::test]
async fn there_are_two_extensions_of_thirty_working_days_in_all(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = started(&world, &demand, "justice").await;
    let until = |day: &str| json!({ "dueOn": day, "reason": "材料未齐" });
    let asked = step(&world, "justice.lead", "projectExtensionAsk", &project, until("2027-01-15")).await;
    let bare = json!({ "ruling": "REFUSE" });
    assert_eq!(refused(&world, "coordinator", "projectExtensionDecide", &asked, bare).await, "VALIDATION at input.reason");
    let refusal = decide(&world, "projectExtensionDecide", &asked, "REFUSE").await;
    // What was refused does not count.
    let asked = step(&world, "justice.lead", "projectExtensionAsk", &refusal, until("2027-01-15")).await;
    let given = decide(&world, "projectExtensionDecide", &asked, APPROVE).await;
    // Twenty-four days are used up; seven more are one too many.
    assert_eq!(refused(&world, "justice.lead", "projectExtensionAsk", &given, until("2027-01-26")).await, "EXTENSION_LIMIT");
    let asked = step(&world, "justice.lead", "projectExtensionAsk", &given, until("2027-01-18")).await;
    world.execute("UPDATE rule SET value = 24 WHERE code = 'PROJECT_EXTENSION_TOTAL'");
    let approval = json!({ "ruling": "APPROVE" });
    let meanwhile = refused(&world, "coordinator", "projectExtensionDecide", &asked, approval).await;
    assert_eq!(meanwhile, "EXTENSION_LIMIT", "the limits in force decide");
    world.execute("UPDATE rule SET value = 30 WHERE code = 'PROJECT_EXTENSION_TOTAL'");
    let given = decide(&world, "projectExtensionDecide", &asked, APPROVE).await;
    assert_eq!(refused(&world, "justice.lead", "projectExtensionAsk", &given, until("2027-01-19")).await, "EXTENSION_LIMIT");
}

#[rstest]
#[tokio::test]
async fn a_pause_drops_the_request_for_a_later_day(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = started(&world, &demand, "justice").await;
    let later = json!({ "dueOn": "2026-12-18", "reason": "材料未齐" });
    let asked = step(&world, "justice.lead", "projectExtensionAsk", &project, later.clone()).await;
    let asked = step(&world, "justice.lead", "projectPauseAsk", &asked, season("2026-12-15")).await;
    let paused = decide(&world, "projectPauseDecide", &asked, APPROVE).await;
    let shown = seen(&world, "mill.liaison", &paused, "extensions { status } pauses { status }").await;
    assert_eq!(shown, json!({ "extensions": [{ "status": "DROPPED" }], "pauses": [{ "status": "RUNNING" }] }));
    assert_eq!(refused(&world, "justice.lead", "projectExtensionAsk", &paused, later).await, "INVALID_STATE");
}

#[rstest]
#[tokio::test]
async fn the_lead_reports_every_month_and_what_is_late_stays_due(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = started(&world, &demand, "justice").await;
    assert_eq!(at(&world, "2026-12-28T02:00:00Z").await, 0);
    assert_eq!(clocks(&world, &project).await[1], json!(["PROGRESS", "2026-12-23T09:30:00Z"]));
    let short = refused(&world, "justice.lead", "projectProgressReport", &project, json!({ "note": "好" })).await;
    assert_eq!(short, "VALIDATION at input.note");
    let note = json!({ "note": "已走访两次,等待盖章" });
    let reported = step(&world, "justice.official", "projectProgressReport", &project, note).await;
    assert_eq!(clocks(&world, &project).await[1], json!(["PROGRESS", "2027-01-28T09:30:00Z"]));
    assert_eq!(
        world.last_effects()[0],
        json!({ "object": project.id, "from": "ACTIVE", "to": "ACTIVE", "facts": {
            "progress_due_at": "2027-01-28T09:30:00Z", "reported_at": "2026-12-28T02:00:00Z" } })
    );
    assert_eq!(
        seen(&world, "mill.liaison", &reported, "progress { at note }").await,
        json!({ "progress": [{ "at": "2026-12-28T02:00:00Z", "note": "已走访两次,等待盖章" }] })
    );
}

#[rstest]
#[tokio::test]
async fn silence_is_unconfirmed_and_never_satisfied(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": 1 })).await;
    let project = delivered(&world, &demand, "justice").await;
    assert_eq!(clocks(&world, &project).await, json!([["CONFIRMATION", "2026-11-30T09:30:00Z"]]));
    assert_eq!(at(&world, "2026-11-30T09:29:59Z").await, 0);
    assert_eq!(at(&world, "2026-11-30T09:30:00Z").await, 1);
    assert_eq!(
        world.last_effects(),
        [
            json!({ "object": project.id, "from": "DELIVERED", "to": "UNCONFIRMED", "facts": { "close_due_at": "2026-12-28T09:30:00Z" } })
        ]
    );
    assert_eq!(
        seen(&world, "mill.liaison", &project, "status delivery { unconfirmedAt } confirmation { at }").await,
        json!({ "status": "UNCONFIRMED", "delivery": { "unconfirmedAt": "2026-11-30T09:30:00Z" }, "confirmation": null })
    );
    assert_eq!(clocks(&world, &project).await, json!([["CLOSING", "2026-12-28T09:30:00Z"]]));
    // The draw of November comes first.
    assert_eq!(at(&world, "2026-12-28T09:29:59Z").await, 1);
    assert_eq!(at(&world, "2026-12-28T09:30:00Z").await, 1);
    let shown = "status closedAt confirmation { at } demand { status outcome fulfilStatus clocks { clock dueAt } }";
    assert_eq!(
        seen(&world, "coordinator", &project, shown).await,
        json!({ "status": "CLOSED", "closedAt": "2026-12-28T09:30:00Z", "confirmation": null, "demand": {
            "status": "LISTED", "outcome": null, "fulfilStatus": "NONE",
            "clocks": [{ "clock": "DECISION", "dueAt": "2027-01-04T09:30:00Z" }] } })
    );
    assert_eq!(world.audit().await.iter().filter(|line| line.starts_with("project.unconfirm")).count(), 1);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn the_enterprise_can_still_confirm_what_it_left_unconfirmed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": 1 })).await;
    let project = delivered(&world, &demand, "justice").await;
    at(&world, "2026-11-30T09:30:00Z").await;
    let silent = Made { version: project.version + 1, ..project };
    step(&world, "mill.liaison", "projectConfirm", &silent, answers("YES")).await;
    let shown =
        seen(&world, "mill.liaison", &silent, "status delivery { unconfirmedAt } confirmation { solved closeDueAt }").await;
    assert_eq!(
        shown,
        json!({ "status": "CONFIRMED", "delivery": { "unconfirmedAt": "2026-11-30T09:30:00Z" },
                "confirmation": { "solved": "YES", "closeDueAt": "2026-12-03T09:30:00Z" } })
    );
    at(&world, "2026-12-03T09:30:00Z").await;
    let shown = seen(&world, "mill.liaison", &silent, "status demand { outcome }").await;
    assert_eq!(shown, json!({ "status": "CLOSED", "demand": { "outcome": "SATISFIED" } }));
}

#[rstest]
#[tokio::test]
async fn a_milestone_is_waived_for_a_reason_only(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let opened = opened(&world, &demand, "justice").await;
    let contacted = step(&world, "justice.lead", "projectContactLog", &opened, json!({ "note": "已电话联系" })).await;
    let filing = json!({ "plan": "先踏勘", "milestones": [{ "title": "现场踏勘", "dueOn": "2026-11-30" }] });
    let planned = step(&world, "justice.lead", "projectPlanFile", &contacted, filing).await;
    let started = step(&world, "justice.lead", "projectStart", &planned, json!({})).await;
    let shown = seen(&world, "justice.lead", &started, "milestones { id }").await;
    for reason in ["", " ", "无"] {
        let input = json!({ "milestone": shown["milestones"][0]["id"], "expectedVersion": started.version, "reason": reason });
        let reply = world.mutate("justice.lead", "milestoneWaive", "milestone { id }", input).await;
        assert_eq!(reply.problems(), ["VALIDATION at input.reason"], "{reason}");
    }
    let shown = seen(&world, "justice.lead", &started, "version milestones { status }").await;
    assert_eq!(shown, json!({ "version": started.version, "milestones": [{ "status": "OPEN" }] }));
}

#[rstest]
#[tokio::test]
async fn a_reopened_project_has_its_clocks_again(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": 1 })).await;
    let project = confirmed(&world, &demand, "justice", "NO").await;
    let reopened = step(&world, "mill.liaison", "projectReopen", &project, json!({ "reason": "问题仍未解决" })).await;
    assert_eq!(
        world.last_effects(),
        [json!({ "object": project.id, "from": "CONFIRMED", "to": "ACTIVE", "facts": {
            "due_on": "2026-12-14", "progress_due_at": "2026-12-23T09:30:00Z", "reopen_count": 1 } })]
    );
    let running = json!([["DUE", "2026-12-14T09:30:00Z"], ["PROGRESS", "2026-12-23T09:30:00Z"]]);
    assert_eq!(clocks(&world, &reopened).await, running);
}
