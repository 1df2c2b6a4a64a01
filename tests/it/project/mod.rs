//! Projects through the API: from the agreement to the enterprise's word, and what follows from it.

mod call_back;
mod constraints;
mod input;
mod list;
mod time;

use jiff::{SignedDuration, Timestamp};
use park_portal::ops::upkeep;
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, Reply, World,
    steps::{self, Made, listed_demand},
};

/// An offer of one unit by a department on a demand of the mill, agreed: its project.
pub async fn opened(world: &World, demand: &Made, provider: &str) -> Made {
    let offer = json!({
        "demand": demand.id, "provider": steps::organisation_id(provider), "quantity": 1,
        "plan": { "start": "2026-12-31", "due": "2026-12-31" },
    });
    let lead = format!("{provider}.lead");
    let claim = world.mutate(&lead, "claimOffer", "claim { id }", offer).await.text("/claim/id");
    let consents = json!({ "claim": claim, "expectedVersion": 1 });
    let reply = world.mutate("mill.liaison", "claimConsent", "claim { project { id } }", consents).await;
    Made { id: reply.text("/claim/project/id"), version: 1 }
}

/// Takes a step and answers what came back.
async fn attempt(world: &World, login: &str, mutation: &str, project: &Made, more: Value) -> Reply {
    let input = steps::with(&json!({ "project": project.id, "expectedVersion": project.version }), more);
    world.mutate(login, mutation, "project { id version status }", input).await
}

/// Takes a step that is possible.
async fn step(world: &World, login: &str, mutation: &str, project: &Made, more: Value) -> Made {
    steps::step(world, login, mutation, "project", project, more).await
}

/// A project of the department that is being worked on.
pub async fn started(world: &World, demand: &Made, provider: &str) -> Made {
    let lead = format!("{provider}.lead");
    let opened = opened(world, demand, provider).await;
    let contacted = step(world, &lead, "projectContactLog", &opened, json!({ "note": "已电话联系" })).await;
    let planned = step(world, &lead, "projectPlanFile", &contacted, json!({ "plan": "上门讲解一次" })).await;
    step(world, &lead, "projectStart", &planned, json!({})).await
}

/// A project of the department that is delivered.
pub async fn delivered(world: &World, demand: &Made, provider: &str) -> Made {
    let started = started(world, demand, provider).await;
    step(world, &format!("{provider}.lead"), "projectDeliver", &started, json!({ "summary": "讲解已完成" })).await
}

fn answers(solved: &str) -> Value {
    json!({ "solved": solved, "answered": true, "reachedOut": false, "satisfaction": 4 })
}

pub async fn confirmed(world: &World, demand: &Made, provider: &str, solved: &str) -> Made {
    let delivered = delivered(world, demand, provider).await;
    step(world, "mill.liaison", "projectConfirm", &delivered, answers(solved)).await
}

/// Goes to a moment and lets the system do what is due; answers how much it did.
async fn at(world: &World, moment: &str) -> usize {
    let moment: Timestamp = moment.parse().expect("a moment");
    world.advance(moment.duration_since(world.app.clock.now())).await;
    upkeep::run_due(&world.app).await.expect("what is due is done")
}

/// Some fields of a project as somebody sees it.
async fn seen(world: &World, login: &str, project: &Made, fields: &str) -> Value {
    let query = format!("query($id: ID!) {{ project(id: $id) {{ {fields} }} }}");
    world.run(login, &query, json!({ "id": project.id })).await.data("/project").clone()
}

/// The clocks that run, each as its name and its end.
async fn clocks(world: &World, project: &Made) -> Value {
    let shown = seen(world, "mill.liaison", project, "clocks { clock dueAt }").await;
    let clocks = shown["clocks"].as_array().expect("clocks");
    clocks.iter().map(|clock| json!([clock["clock"], clock["dueAt"]])).collect()
}

async fn look(world: &World, project: &Made, pointer: &str) -> Value {
    let query = "query($id: ID!) { project(id: $id) { version status statusReason contact { at note } plan { filedAt text } \
        milestones { title dueOn status } delivery { at summary confirmDueAt } reopenCount closedAt isOverdue \
        confirmation { at solved answered reachedOut satisfaction comment closeDueAt } \
        demand { status outcome fulfilStatus closedAt } } }";
    world.run("coordinator", query, json!({ "id": project.id })).await.data(&format!("/project{pointer}")).clone()
}

#[rstest]
#[tokio::test]
async fn contact_and_plan_come_before_the_work(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let opened = opened(&world, &demand, "justice").await;
    assert_eq!(attempt(&world, "justice.lead", "projectStart", &opened, json!({})).await.code(), "PLAN_INCOMPLETE");
    let contacted = step(&world, "justice.official", "projectContactLog", &opened, json!({ "note": "已电话联系" })).await;
    assert_eq!(look(&world, &opened, "/contact").await, json!({ "at": "2026-11-23T01:00:00Z", "note": "已电话联系" }));
    let twice = attempt(&world, "justice.lead", "projectContactLog", &contacted, json!({ "note": "再次联系" })).await;
    assert_eq!(twice.code(), "INVALID_STATE");
    assert_eq!(attempt(&world, "justice.lead", "projectStart", &contacted, json!({})).await.code(), "PLAN_INCOMPLETE");
    let milestones = json!([{ "title": "现场踏勘", "dueOn": "2026-11-30" }, { "title": "提交报告", "dueOn": "2026-12-04" }]);
    let filing = json!({ "plan": "先踏勘再出报告", "milestones": milestones });
    let planned = step(&world, "justice.lead", "projectPlanFile", &contacted, filing).await;
    // Filing again replaces plan and milestones.
    let filing = json!({ "plan": "一次完成", "milestones": [{ "title": "上门讲解", "dueOn": "2026-12-01" }] });
    let planned = step(&world, "justice.lead", "projectPlanFile", &planned, filing).await;
    assert_eq!(look(&world, &opened, "/plan").await, json!({ "filedAt": "2026-11-23T01:00:00Z", "text": "一次完成" }));
    assert_eq!(
        look(&world, &opened, "/milestones").await,
        json!([{ "title": "上门讲解", "dueOn": "2026-12-01", "status": "OPEN" }])
    );
    let started = step(&world, "justice.lead", "projectStart", &planned, json!({})).await;
    assert_eq!((started.version, look(&world, &opened, "/status").await), (5, json!("ACTIVE")));
    let late = attempt(&world, "justice.lead", "projectPlanFile", &started, json!({ "plan": "另作安排" })).await;
    assert_eq!(late.code(), "INVALID_STATE");
    assert_eq!(look(&world, &opened, "/plan/text").await, "一次完成");
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn milestones_are_done_or_waived_before_the_delivery(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let opened = opened(&world, &demand, "justice").await;
    let contacted = step(&world, "justice.lead", "projectContactLog", &opened, json!({ "note": "已电话联系" })).await;
    let milestones = json!([{ "title": "现场踏勘", "dueOn": "2026-11-30" }, { "title": "提交报告", "dueOn": "2026-12-04" }]);
    let filing = json!({ "plan": "先踏勘再出报告", "milestones": milestones });
    let planned = step(&world, "justice.lead", "projectPlanFile", &contacted, filing).await;
    let started = step(&world, "justice.lead", "projectStart", &planned, json!({})).await;
    let ids =
        world.run("justice.lead", "query($id: ID!) { project(id: $id) { milestones { id } } }", json!({ "id": opened.id })).await;
    let id = |place: u8| ids.data(&format!("/project/milestones/{place}/id")).clone();
    let settle = async |mutation: &str, place: u8, version: i64, more: Value| {
        let input = steps::with(&json!({ "milestone": id(place), "expectedVersion": version }), more);
        let fields = "milestone { status doneOn waivedReason project { version } }";
        world.mutate("justice.official", mutation, fields, input).await
    };
    let future = settle("milestoneDone", 0, started.version, json!({ "doneOn": "2026-11-24" })).await;
    assert_eq!(future.problems(), ["VALIDATION at input.doneOn"]);
    let done = settle("milestoneDone", 0, started.version, json!({ "doneOn": "2026-11-23", "note": "提前完成" })).await;
    let expected = json!({ "status": "DONE", "doneOn": "2026-11-23", "waivedReason": null, "project": { "version": 5 } });
    assert_eq!(done.done("/milestone"), &expected);
    let again = settle("milestoneWaive", 0, 5, json!({ "reason": "不再需要" })).await;
    assert_eq!(again.problems(), ["INVALID_STATE at input.milestone"]);
    let summary = json!({ "summary": "已完成" });
    let project = Made { version: 5, ..started };
    assert_eq!(attempt(&world, "justice.lead", "projectDeliver", &project, summary.clone()).await.code(), "MILESTONES_OPEN");
    assert_eq!(look(&world, &project, "/status").await, "ACTIVE");
    let waived = settle("milestoneWaive", 1, 5, json!({ "reason": "企业不再需要报告" })).await;
    assert_eq!(waived.done("/milestone/waivedReason"), "企业不再需要报告");
    let project = Made { version: 6, ..project };
    let delivered = step(&world, "justice.lead", "projectDeliver", &project, summary).await;
    assert_eq!(delivered.version, 7);
    // Five working days from Monday.
    assert_eq!(
        look(&world, &project, "/delivery").await,
        json!({ "at": "2026-11-23T01:00:00Z", "summary": "已完成", "confirmDueAt": "2026-11-30T09:30:00Z" })
    );
}

#[rstest]
#[tokio::test]
async fn the_enterprise_alone_confirms_and_the_log_carries_its_answers(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let delivered = delivered(&world, &demand, "justice").await;
    for login in ["justice.lead", "justice.official", "circle.steward", "coordinator"] {
        assert_eq!(attempt(&world, login, "projectConfirm", &delivered, answers("YES")).await.code(), "FORBIDDEN", "{login}");
    }
    let comment = steps::with(&answers("PARTLY"), json!({ "comment": "希望再讲一次" }));
    step(&world, "mill.liaison", "projectConfirm", &delivered, comment).await;
    assert_eq!(
        look(&world, &delivered, "/confirmation").await,
        json!({
            "at": "2026-11-23T01:00:00Z", "solved": "PARTLY", "answered": true, "reachedOut": false, "satisfaction": 4,
            // Ten working days when it is not wholly solved.
            "comment": "希望再讲一次", "closeDueAt": "2026-12-07T09:30:00Z",
        })
    );
    assert_eq!(
        world.last_effects()[0]["facts"],
        json!({
            "solved": "PARTLY", "answered": true, "reached_out": false, "satisfaction": 4, "close_due_at": "2026-12-07T09:30:00Z",
        })
    );
}

/// From Monday 09:00 to a minute before offices close on the third working day.
const A_MINUTE_SHORT: SignedDuration = SignedDuration::from_mins(80 * 60 + 29);

#[rstest]
#[tokio::test]
async fn a_solved_project_closes_after_three_working_days_and_its_demand_with_it(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": 1 })).await;
    let project = confirmed(&world, &demand, "justice", "YES").await;
    world.advance(A_MINUTE_SHORT).await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 0);
    assert_eq!(look(&world, &project, "/status").await, "CONFIRMED");
    world.advance(SignedDuration::from_mins(1)).await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 1);
    assert_eq!(look(&world, &project, "/status").await, "CLOSED");
    assert_eq!(look(&world, &project, "/closedAt").await, "2026-11-26T09:30:00Z");
    let expected =
        json!({ "status": "CLOSED", "outcome": "SATISFIED", "fulfilStatus": "COMPLETE", "closedAt": "2026-11-26T09:30:00Z" });
    assert_eq!(look(&world, &project, "/demand").await, expected);
    assert_eq!(
        world.last_effects(),
        [
            json!({ "object": project.id, "from": "CONFIRMED", "to": "CLOSED" }),
            json!({ "object": demand.id, "from": "LISTED", "to": "CLOSED", "facts": { "outcome": "SATISFIED" } }),
        ]
    );
    // Once is enough.
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 0);
    assert_eq!(world.number("SELECT count(*) FROM audit_line WHERE action = 'project.close'").await, 1);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_demand_stays_listed_while_something_of_it_is_open_or_unsolved(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    // The quantity asked for, and what the enterprise says of each project.
    #[values((2, &["YES"][..]), (2, &["YES", "PARTLY"][..]), (1, &["NO"][..]))] (quantity, solved): (u8, &[&str]),
) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": quantity })).await;
    let mut last = None;
    for (provider, solved) in ["justice", "labour"].iter().zip(solved) {
        last = Some(confirmed(&world, &demand, provider, solved).await);
    }
    world.advance(SignedDuration::from_hours(30 * 24)).await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), solved.len());
    let last = last.expect("a project");
    assert_eq!(look(&world, &last, "/status").await, "CLOSED");
    assert_eq!(look(&world, &last, "/demand/status").await, "LISTED");
}

#[rstest]
#[tokio::test]
async fn what_is_not_solved_is_reopened_twice_and_within_ten_working_days(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let mut project = confirmed(&world, &demand, "justice", "NO").await;
    let reason = json!({ "reason": "问题仍未解决" });
    for round in 1..=2 {
        project = step(&world, "mill.liaison", "projectReopen", &project, reason.clone()).await;
        assert_eq!(look(&world, &project, "/reopenCount").await, round);
        assert_eq!(
            [look(&world, &project, "/status").await, look(&world, &project, "/statusReason").await],
            [json!("ACTIVE"), json!("问题仍未解决")]
        );
        // What was said of the first delivery does not hold for the next.
        assert_eq!(look(&world, &project, "/delivery").await, Value::Null);
        project = step(&world, "justice.lead", "projectDeliver", &project, json!({ "summary": "再次完成" })).await;
        project = step(&world, "mill.liaison", "projectConfirm", &project, answers("NO")).await;
    }
    assert_eq!(attempt(&world, "mill.liaison", "projectReopen", &project, reason).await.code(), "REOPEN_LIMIT");
    assert_eq!(look(&world, &project, "/status").await, "CONFIRMED");
    assert_eq!(look(&world, &project, "/reopenCount").await, 2);
}

#[rstest]
#[tokio::test]
async fn what_is_solved_or_long_past_is_not_reopened(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let solved = confirmed(&world, &demand, "justice", "YES").await;
    let unsolved = confirmed(&world, &demand, "labour", "PARTLY").await;
    let reason = json!({ "reason": "问题仍未解决" });
    assert_eq!(attempt(&world, "mill.liaison", "projectReopen", &solved, reason.clone()).await.code(), "INVALID_STATE");
    // The tenth working day is Monday in a fortnight; offices close at half past five.
    let tenth = SignedDuration::from_mins((14 * 24 + 8) * 60 + 30);
    world.advance(tenth + SignedDuration::from_secs(1)).await;
    assert_eq!(attempt(&world, "mill.liaison", "projectReopen", &unsolved, reason.clone()).await.code(), "TOO_LATE");
    assert_eq!(look(&world, &unsolved, "/status").await, "CONFIRMED");
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 2);
    assert_eq!(attempt(&world, "mill.liaison", "projectReopen", &unsolved, reason).await.code(), "INVALID_STATE");
}

#[rstest]
#[tokio::test]
async fn a_project_is_overdue_from_the_day_after_it_was_due(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = started(&world, &demand, "justice").await;
    // Due on 14 December; the last minute of that day in Shanghai, and the next.
    world.advance(SignedDuration::from_mins((21 * 24 + 14) * 60 + 59)).await;
    assert_eq!(look(&world, &project, "/isOverdue").await, false);
    world.advance(SignedDuration::from_mins(1)).await;
    assert_eq!(look(&world, &project, "/isOverdue").await, true);
    step(&world, "justice.lead", "projectDeliver", &project, json!({ "summary": "终于完成" })).await;
    assert_eq!(look(&world, &project, "/isOverdue").await, false);
}

#[rstest]
#[tokio::test]
async fn what_the_viewer_may_do_is_what_the_mutations_allow(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let project = opened(&world, &demand, "justice").await;
    let query = "query($id: ID!) { project(id: $id) { viewerCanLogContact viewerCanFilePlan viewerCanStart viewerCanDeliver \
        viewerCanConfirm viewerCanReopen viewerCanReportProgress viewerCanAskPause viewerCanDecidePause viewerCanResume \
        viewerCanAskExtension viewerCanDecideExtension viewerCanLogCallBack } }";
    let may = async |login: &str| {
        let reply = world.run(login, query, json!({ "id": project.id })).await;
        let shown = reply.data("/project").as_object().cloned().unwrap_or_default();
        shown.into_iter().filter(|(_, may)| *may == true).map(|(name, _)| name.replace("viewerCan", "")).collect::<Vec<_>>()
    };
    let leads = ["AskExtension", "AskPause", "Deliver", "FilePlan", "LogContact", "ReportProgress", "Resume", "Start"];
    assert_eq!(may("justice.official").await, leads);
    assert_eq!(may("mill.liaison").await, ["Confirm", "Reopen"]);
    assert_eq!(may("coordinator").await, ["DecideExtension", "DecidePause", "LogCallBack", "Reopen", "Resume"]);
    assert_eq!(may("circle.steward").await, Vec::<String>::new());
}
