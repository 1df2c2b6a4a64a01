//! Call-backs: what is drawn and that anybody can repeat it, what is logged, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use park_portal::{
    kernel::id::{ClaimId, DemandId, kind},
    ops::upkeep,
    store::{
        schema::project,
        types::{At, On},
    },
};
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{answers, at, attempt, clocks, confirmed, delivered, seen, step};
use crate::world::{
    DISTRICT, Db, World, named,
    rows::enter_claim,
    steps::{Made, listed_demand, organisation_id},
};

const SEED: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const DRAWS: &str = "{ callBackDraws { month seed sharePermille poolSize drawnCount drawnAt \
    pool { refNo leadId lead { name } project { id } } calls { status drawn project { refNo id } } } }";

/// Enters projects that were closed, or left unconfirmed, at a moment: so many of each lead.
async fn enter(world: &World, month: &str, leads: &[(&str, usize)]) {
    let demand = listed_demand(world, json!({ "quantity": 900, "title": format!("事项{month}"), "detail": month })).await;
    let moment = At(format!("{month}-15T04:00:00Z").parse().expect("a moment"));
    let mut number = 0;
    for (lead, count) in leads {
        for _ in 0..*count {
            number += 1;
            let name = format!("{month}-{number:03}");
            let claim = enter_claim(world, &name, &demand, None, "AGREED");
            world.execute("UPDATE claim SET status = 'CANCELLED', status_reason = '测试'");
            let silent = number % 2 == 0;
            diesel::insert_into(project::table)
                .values((
                    (
                        project::id.eq(named::<kind::Project>(&name)),
                        project::district.eq(DISTRICT),
                        project::ref_no.eq(format!("P-{name}")),
                        project::claim.eq(claim.parse::<ClaimId>().expect("a claim")),
                        project::demand.eq(demand.id.parse::<DemandId>().expect("a demand")),
                        project::demand_organisation.eq(named::<kind::Organisation>("mill")),
                        project::place.eq(named::<kind::Place>("mall")),
                        project::lead.eq(named::<kind::Organisation>(lead)),
                        project::title.eq("法律咨询"),
                        project::status.eq("CLOSED"),
                    ),
                    (
                        project::due_on.eq(On(jiff::civil::date(2026, 12, 1))),
                        project::original_due_on.eq(On(jiff::civil::date(2026, 12, 1))),
                        project::contact_due_at.eq(moment),
                        project::contacted_at.eq(moment),
                        project::contact_note.eq(""),
                        project::plan_due_at.eq(moment),
                        project::plan_filed_at.eq(moment),
                        project::plan.eq("上门讲解"),
                        project::delivered_at.eq(moment),
                        project::delivery_summary.eq("已完成"),
                        project::confirm_due_at.eq(moment),
                    ),
                    (
                        project::unconfirmed_at.eq(moment),
                        project::closed_at.eq((!silent).then_some(moment)),
                        project::reopen_count.eq(0),
                        project::created_at.eq(moment),
                        project::version.eq(1),
                    ),
                ))
                .execute(&mut world.connection())
                .expect("a project");
        }
    }
}

async fn draw(world: &World, login: &str, month: &str, seed: Option<&str>) -> crate::world::Reply {
    world.mutate(login, "callBackDraw", "draw { month seed drawnCount }", json!({ "month": month, "seed": seed })).await
}

/// What the draw should have drawn, computed from what it shows and nothing else.
fn repeated(draw: &Value) -> BTreeSet<String> {
    let seed: Vec<u8> = (0..64)
        .step_by(2)
        .map(|place| u8::from_str_radix(&draw["seed"].as_str().expect("a seed")[place..place + 2], 16).expect("a byte"))
        .collect();
    let hash = |text: &str| -> Vec<u8> { Sha256::digest([seed.as_slice(), text.as_bytes()].concat()).to_vec() };
    let mut strata: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for candidate in draw["pool"].as_array().expect("a pool") {
        let text = |name: &str| candidate[name].as_str().expect("a text").to_owned();
        strata.entry(text("leadId")).or_default().push(text("refNo"));
    }
    let pool: usize = strata.values().map(Vec::len).sum();
    let share = usize::try_from(draw["sharePermille"].as_u64().expect("a share")).expect("a share");
    let total = (pool * share).div_ceil(1000);
    let mut parts: Vec<(usize, usize, String)> =
        strata.iter().map(|(lead, own)| (total * own.len() / pool, total * own.len() % pool, lead.clone())).collect();
    let given: usize = parts.iter().map(|(whole, ..)| whole).sum();
    parts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| hash(&a.2).cmp(&hash(&b.2))));
    let mut all = BTreeSet::new();
    for (place, (whole, _, lead)) in parts.into_iter().enumerate() {
        let mut own = strata[&lead].clone();
        own.sort_by_key(|ref_no| hash(ref_no));
        all.extend(own.into_iter().take(whole + usize::from(place < total - given)));
    }
    assert_eq!(all.len(), total);
    all
}

fn called(draw: &Value) -> BTreeSet<String> {
    let calls = draw["calls"].as_array().expect("calls").iter();
    calls.map(|call| call["project"]["refNo"].as_str().expect("a number").to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn a_tenth_of_a_months_projects_is_drawn_by_lead_and_anybody_can_repeat_it(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    enter(&world, "2026-10", &[("justice", 14), ("labour", 6), ("street", 1)]).await;
    // Neither what ended in another month nor what is under way.
    enter(&world, "2026-09", &[("justice", 1)]).await;
    let reply = draw(&world, "coordinator", "2026-10", Some(SEED)).await;
    assert_eq!(reply.done("/draw"), &json!({ "month": "2026-10", "seed": SEED, "drawnCount": 3 }));
    let effects = world.last_effects();
    assert_eq!(effects[0]["facts"], json!({ "month": "2026-10", "seed": SEED, "share": 100, "pool": 21, "drawn": 3 }));
    assert_eq!(
        effects[1..].iter().map(|effect| effect["to"].clone()).collect::<Vec<_>>(),
        [json!("DUE"), json!("DUE"), json!("DUE")]
    );
    let draws = world.run("coordinator", DRAWS, json!({})).await;
    let shown = draws.data("/callBackDraws/0");
    assert_eq!((&shown["poolSize"], &shown["sharePermille"]), (&json!(21), &json!(100)));
    assert_eq!(shown["pool"].as_array().map(Vec::len), Some(21));
    assert_eq!(called(shown), repeated(shown));
    // Two of justice and one of labour: the largest remainders.
    let of = |lead: &str| {
        let own =
            shown["pool"].as_array().expect("a pool").iter().filter(|candidate| candidate["leadId"] == organisation_id(lead));
        own.filter(|candidate| called(shown).contains(candidate["refNo"].as_str().unwrap_or_default())).count()
    };
    assert_eq!((of("justice"), of("labour"), of("street")), (2, 1, 0));
    // Once is enough, whatever the seed.
    let again = draw(&world, "coordinator", "2026-10", None).await;
    assert_eq!(again.done("/draw/seed"), SEED);
    assert_eq!((world.count("call_back").await, world.count("call_back_draw").await), (3, 1));
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn nobody_but_the_coordinator_draws_or_sees_it_and_no_month_is_drawn_before_it_is_over(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
) {
    let Some(world) = World::new(db).await else { return };
    enter(&world, "2026-10", &[("justice", 3)]).await;
    for login in ["mill.liaison", "justice.lead", "circle.steward", "sysadmin", "auditor"] {
        assert_eq!(draw(&world, login, "2026-10", None).await.code(), "FORBIDDEN", "{login}");
    }
    for (month, seed, problem) in [
        ("2026-11", None, "VALIDATION at input.month"),
        ("2027-01", None, "VALIDATION at input.month"),
        ("October", None, "VALIDATION at input.month"),
        ("2026-13", None, "VALIDATION at input.month"),
        ("2026-10", Some("abc"), "VALIDATION at input.seed"),
    ] {
        assert_eq!(draw(&world, "coordinator", month, seed).await.problems(), [problem], "{month}");
    }
    assert_eq!((world.count("call_back").await, world.count("call_back_draw").await), (0, 0));
    draw(&world, "coordinator", "2026-10", None).await.done("/draw");
    let project = named::<kind::Project>("2026-10-001").to_string();
    let mine = "query($id: ID!) { callBackDraws { month } project(id: $id) { callBacks { status } } }";
    for login in ["mill.liaison", "justice.lead", "neighbour.coordinator", "circle.steward"] {
        let reply = world.run(login, mine, json!({ "id": project })).await;
        assert_eq!(reply.data("/callBackDraws"), &json!([]), "{login}");
        let calls = reply.data("/project/callBacks");
        assert!(calls.is_null() || *calls == json!([]), "{login}: {calls}");
    }
}

#[rstest]
#[tokio::test]
async fn the_system_draws_on_the_first_working_day_and_catches_up_once(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    // Nothing to draw from, nothing to do.
    assert_eq!(at(&world, "2026-11-23T01:00:00Z").await, 0);
    enter(&world, "2026-11", &[("justice", 11)]).await;
    // 1 December 2026 is a Tuesday.
    assert_eq!(at(&world, "2026-11-30T15:59:59Z").await, 1, "the demand's duty unit is reminded");
    world.advance(jiff::SignedDuration::from_secs(1)).await;
    let (one, other) = tokio::join!(upkeep::run_due(&world.app), upkeep::run_due(&world.app));
    assert_eq!([one.expect("done"), other.expect("done")].iter().sum::<usize>(), 1);
    assert_eq!(world.audit().await.last().map(String::as_str), Some("call_back.draw OK"));
    let draws = world.run("coordinator", DRAWS, json!({})).await;
    let shown = draws.data("/callBackDraws/0");
    assert_eq!(
        [&shown["month"], &shown["drawnCount"], &shown["drawnAt"]],
        [&json!("2026-11"), &json!(2), &json!("2026-11-30T16:00:00Z")]
    );
    assert_eq!(called(shown), repeated(shown));
    // Months in which no server ran, and one that has nothing.
    enter(&world, "2026-12", &[("justice", 1)]).await;
    enter(&world, "2027-02", &[("labour", 20)]).await;
    world.execute("UPDATE demand SET reminded_at = created_at, escalated_at = created_at");
    // 1 to 3 January are no working days by the law, as far as anybody knows; 1 March is a Monday.
    assert_eq!(at(&world, "2027-03-05T00:00:00Z").await, 2);
    let months = world.run("coordinator", "{ callBackDraws { month drawnCount } }", json!({})).await;
    assert_eq!(
        months.data("/callBackDraws"),
        &json!([
            { "month": "2027-02", "drawnCount": 2 }, { "month": "2026-12", "drawnCount": 1 }, { "month": "2026-11", "drawnCount": 2 }
        ])
    );
}

#[rstest]
#[tokio::test]
async fn a_call_closes_what_nobody_confirmed_once_somebody_was_reached(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": 1 })).await;
    let project = delivered(&world, &demand, "justice").await;
    assert_eq!(
        attempt(&world, "coordinator", "projectCallBackLog", &project, json!({ "reached": false })).await.code(),
        "INVALID_STATE"
    );
    at(&world, "2026-11-30T09:30:00Z").await;
    let silent = Made { version: project.version + 1, ..project };
    for more in [json!({ "reached": true }), json!({ "reached": false, "solved": "YES" })] {
        let reply = attempt(&world, "coordinator", "projectCallBackLog", &silent, more).await;
        assert_eq!(reply.problems(), ["VALIDATION at input.solved"]);
    }
    assert_eq!(world.count("call_back").await, 0);
    let missed = json!({ "reached": false, "note": "无人接听" });
    let missed = step(&world, "coordinator", "projectCallBackLog", &silent, missed).await;
    assert_eq!(clocks(&world, &silent).await, json!([["CLOSING", "2026-12-28T09:30:00Z"]]));
    at(&world, "2026-11-30T10:00:00Z").await;
    let said = json!({ "reached": true, "solved": "YES", "note": "已解决" });
    step(&world, "coordinator", "projectCallBackLog", &missed, said).await;
    assert_eq!(
        world.last_effects()[0],
        json!({ "object": silent.id, "from": "UNCONFIRMED", "to": "UNCONFIRMED", "facts": { "close_due_at": "2026-11-30T10:00:00Z" } })
    );
    let facts = &world.last_effects()[1]["facts"];
    assert_eq!(facts, &json!({ "project": silent.id, "reached": true, "solved": "YES" }));
    assert_eq!(at(&world, "2026-11-30T10:00:00Z").await, 1);
    let shown =
        "status confirmation { at } callBacks { status reached solved note drawn } demand { status outcome clocks { clock } }";
    assert_eq!(
        seen(&world, "coordinator", &silent, shown).await,
        json!({ "status": "CLOSED", "confirmation": null, "callBacks": [
            { "status": "DONE", "reached": true, "solved": "YES", "note": "已解决", "drawn": false },
            { "status": "DONE", "reached": false, "solved": null, "note": "无人接听", "drawn": false },
        ], "demand": { "status": "LISTED", "outcome": null, "clocks": [{ "clock": "DECISION" }] } })
    );
}

#[rstest]
#[tokio::test]
async fn the_coordinator_reopens_a_closed_project_after_a_call_and_its_demand_is_listed_again(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": 1, "desiredTo": "2027-01-31" })).await;
    let project = confirmed(&world, &demand, "justice", "YES").await;
    at(&world, "2026-11-26T09:30:00Z").await;
    let closed = Made { version: project.version + 1, ..project };
    let shown = "status closedAt reopenCount demand { status outcome closedAt clocks { clock } }";
    assert_eq!(seen(&world, "coordinator", &closed, shown).await["demand"]["outcome"], "SATISFIED");
    let because = json!({ "reason": "企业反映问题复发" });
    // Without a call, with one that reached nobody, and with one that says all is well.
    let mut now = closed;
    for more in [json!({ "reached": false }), json!({ "reached": true, "solved": "YES" })] {
        let reply = attempt(&world, "coordinator", "projectReopen", &now, because.clone()).await;
        assert_eq!(reply.code(), "CALL_BACK_FIRST");
        now = step(&world, "coordinator", "projectCallBackLog", &now, more).await;
    }
    assert_eq!(attempt(&world, "coordinator", "projectReopen", &now, because.clone()).await.code(), "CALL_BACK_FIRST");
    assert_eq!(seen(&world, "coordinator", &now, "status").await, json!({ "status": "CLOSED" }));
    world.advance(jiff::SignedDuration::from_mins(1)).await;
    let now = step(&world, "coordinator", "projectCallBackLog", &now, json!({ "reached": true, "solved": "PARTLY" })).await;
    let reply = attempt(&world, "mill.liaison", "projectReopen", &now, because.clone()).await;
    assert_eq!(reply.code(), "INVALID_STATE", "the enterprise reopens what it has just confirmed");
    let again = step(&world, "coordinator", "projectReopen", &now, because).await;
    assert_eq!(
        world.last_effects(),
        [
            json!({ "object": again.id, "from": "CLOSED", "to": "ACTIVE", "facts": {
                "due_on": "2026-12-14", "progress_due_at": "2026-12-28T09:30:00Z", "reopen_count": 1 } }),
            json!({ "object": demand.id, "from": "CLOSED", "to": "LISTED" }),
        ]
    );
    assert_eq!(
        seen(&world, "coordinator", &again, shown).await,
        json!({ "status": "ACTIVE", "closedAt": null, "reopenCount": 1, "demand": {
            "status": "LISTED", "outcome": null, "closedAt": null, "clocks": [] } })
    );
    // A call about the first delivery says nothing of the second.
    let done = step(&world, "justice.lead", "projectDeliver", &again, json!({ "summary": "再次完成" })).await;
    world.advance(jiff::SignedDuration::from_mins(1)).await;
    let done = step(&world, "mill.liaison", "projectConfirm", &done, answers("NO")).await;
    let reply = attempt(&world, "coordinator", "projectReopen", &done, json!({ "reason": "企业反映问题复发" })).await;
    assert_eq!(reply.code(), "CALL_BACK_FIRST");
}

#[rstest]
#[tokio::test]
async fn nobody_has_to_decide_about_a_demand_whose_project_is_open_again(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": 1 })).await;
    let project = confirmed(&world, &demand, "justice", "NO").await;
    at(&world, "2026-12-07T09:30:00Z").await;
    let closed = Made { version: project.version + 1, ..project };
    let waits = seen(&world, "coordinator", &closed, "status demand { status clocks { clock } }").await;
    assert_eq!(waits, json!({ "status": "CLOSED", "demand": { "status": "LISTED", "clocks": [{ "clock": "DECISION" }] } }));
    let called = json!({ "reached": true, "solved": "NO" });
    let called = step(&world, "coordinator", "projectCallBackLog", &closed, called).await;
    step(&world, "coordinator", "projectReopen", &called, json!({ "reason": "企业反映没有解决" })).await;
    let works = seen(&world, "coordinator", &closed, "status demand { status clocks { clock } }").await;
    assert_eq!(works, json!({ "status": "ACTIVE", "demand": { "status": "LISTED", "clocks": [] } }));
}

#[rstest]
#[tokio::test]
async fn a_call_is_what_every_draw_waits_for_and_a_reopened_project_is_called_about_no_more(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
) {
    let Some(world) = World::new(db).await else { return };
    enter(&world, "2026-10", &[("justice", 2)]).await;
    world.execute("UPDATE rule SET value = 1000 WHERE code = 'CALL_BACK_SHARE'");
    draw(&world, "coordinator", "2026-10", None).await.done("/draw");
    let project = |name: &str| Made { id: named::<kind::Project>(name).to_string(), version: 1 };
    let said = json!({ "reached": true, "solved": "NO" });
    let called = step(&world, "coordinator", "projectCallBackLog", &project("2026-10-001"), said).await;
    assert_eq!((&world.last_effects()[1]["from"], &world.last_effects()[1]["to"]), (&json!("DUE"), &json!("DONE")));
    assert_eq!(world.count("call_back").await, 2);
    // Drawn, and opened again before anybody called about it.
    world.execute(
        "UPDATE call_back SET status = 'DUE', called_at = NULL, called_by = NULL, reached = NULL, solved = NULL, note = NULL",
    );
    let called = step(&world, "coordinator", "projectCallBackLog", &called, json!({ "reached": true, "solved": "NO" })).await;
    step(&world, "coordinator", "projectReopen", &called, json!({ "reason": "企业反映没有解决" })).await;
    let silent = project("2026-10-002");
    world.execute(
        "UPDATE project SET closed_at = NULL, status = 'UNCONFIRMED', close_due_at = created_at WHERE ref_no = 'P-2026-10-002'",
    );
    let done = step(&world, "mill.liaison", "projectConfirm", &silent, answers("NO")).await;
    step(&world, "mill.liaison", "projectReopen", &done, json!({ "reason": "问题仍未解决" })).await;
    let dropped = world.last_effects();
    assert_eq!((&dropped[1]["from"], &dropped[1]["to"]), (&json!("DUE"), &json!("DROPPED")));
    let shown = seen(&world, "coordinator", &silent, "status callBacks { status drawn }").await;
    assert_eq!(shown, json!({ "status": "ACTIVE", "callBacks": [{ "status": "DROPPED", "drawn": true }] }));
}
