//! Working days and rules through the API.

use jiff::{SignedDuration, Timestamp};
use park_portal::ops::upkeep;
use rstest::rstest;
use serde_json::json;

use crate::world::{Db, World, steps::listed_demand};

#[rstest]
#[tokio::test]
async fn working_days_are_counted_over_the_holidays(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let query = "query($from: Date!, $add: Int!) { workday(from: $from, add: $add) { dueAt dueOn provisional calendarVersion } }";
    // 1 to 8 October 2026 are off but for the days worked in exchange; 2027 has no table yet.
    for (from, add, due_on, provisional) in [
        ("2026-11-23", 0, "2026-11-23", false),
        ("2026-11-23", 3, "2026-11-26", false),
        ("2026-11-27", 1, "2026-11-30", false),
        ("2026-12-31", 1, "2027-01-01", true),
    ] {
        let reply = world.run("mill.liaison", query, json!({ "from": from, "add": add })).await;
        let expected = json!({
            "dueAt": format!("{due_on}T09:30:00Z"), "dueOn": due_on, "provisional": provisional, "calendarVersion": 3,
        });
        assert_eq!(reply.data("/workday"), &expected, "{from} + {add}: {}", reply.body);
    }
    for add in [-1, 1001, 2_000_000_000] {
        let reply = world.run("mill.liaison", query, json!({ "from": "2026-11-23", "add": add })).await;
        assert_eq!(reply.code(), "VALIDATION", "{add}");
    }
    let reply = world.run("mill.liaison", query, json!({ "from": "9999-12-30", "add": 1000 })).await;
    assert_eq!(reply.code(), "VALIDATION");
    assert_eq!(world.run("", query, json!({ "from": "2026-11-23", "add": 1 })).await.code(), "UNAUTHENTICATED");
}

#[rstest]
#[tokio::test]
async fn a_year_shows_its_exceptions_and_where_they_come_from(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let query = "query($year: Int!) { calendarYear(year: $year) { year source status exceptions { on kind name } } }";
    let reply = world.run("justice.lead", query, json!({ "year": 2026 })).await;
    assert_eq!(reply.data("/calendarYear/year"), 2026);
    assert_eq!(reply.data("/calendarYear/status"), "OFFICIAL");
    let exceptions = reply.data("/calendarYear/exceptions").as_array().expect("days").clone();
    assert_eq!(exceptions[0]["on"], "2026-01-01");
    assert_eq!(exceptions[0]["kind"], "OFF");
    let days: Vec<&str> = exceptions.iter().filter_map(|day| day["on"].as_str()).collect();
    assert!(days.is_sorted() && days.len() > 20, "{days:?}");
    let reply = world.run("justice.lead", query, json!({ "year": 1999 })).await;
    assert_eq!(reply.body, json!({ "data": { "calendarYear": null } }));
}

#[rstest]
#[tokio::test]
async fn rules_name_their_documents(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let reply = world.run("coordinator", "{ rules { code value unit basis source } }", json!({})).await;
    let rules = reply.data("/rules").as_array().expect("rules").clone();
    let expected =
        json!({ "code": "DEMAND_TRIAGE", "value": 3, "unit": "WORKDAYS", "basis": "OWN_CHOICE", "source": "本区自定" });
    assert!(rules.contains(&expected), "{rules:?}");
    assert!(rules.iter().map(|rule| rule["code"].as_str()).is_sorted());
}

/// New Year's Day and the Monday after it off, a Sunday worked in exchange.
const NOTICE: &str = "date,kind,name_en,source\n2027-01-01,OFF,New Year,国办发明电〔2026〕9号\n\
    2027-01-04,OFF,New Year,国办发明电〔2026〕9号\n2027-01-10,WORK,,国办发明电〔2026〕9号\n";

async fn import(world: &World, table: &str) -> crate::world::Reply {
    world.mutate("coordinator", "calendarImport", "years movedClocks", json!({ "table": table })).await
}

async fn clocks(world: &World, noun: &str, id: &str) -> serde_json::Value {
    let query = format!("query($id: ID!) {{ {noun}(id: $id) {{ clocks {{ clock dueAt provisional correctedFrom }} }} }}");
    world.run("mill.liaison", &query, json!({ "id": id })).await.data(&format!("/{noun}/clocks")).clone()
}

#[rstest]
#[tokio::test]
async fn a_year_that_is_published_moves_the_open_clocks_once_and_says_so(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    // Wednesday, 30 December.
    world.advance(SignedDuration::from_hours(37 * 24)).await;
    let demand = listed_demand(&world, json!({})).await;
    let plan = json!({ "plan": { "start": "2026-12-31", "due": "2027-01-08" } });
    let claim = crate::claim::offered(&world, "justice.lead", &demand, plan).await;
    let clock = |clock: &str, due: &str, provisional: bool, was: Option<&str>| {
        let at = |day: &str| format!("{day}T09:30:00Z");
        json!({ "clock": clock, "dueAt": at(due), "provisional": provisional, "correctedFrom": was.map(at) })
    };
    // Without a table, New Year's Day counts.
    let before = json!([clock("UNCLAIMED", "2027-01-06", true, None), clock("ESCALATION", "2027-01-13", true, None)]);
    assert_eq!(clocks(&world, "demand", &demand.id).await, before);
    assert_eq!(clocks(&world, "claim", &claim.id).await, json!([clock("RESPONSE", "2027-01-04", true, None)]));

    let reply = import(&world, NOTICE).await;
    assert_eq!((reply.done("/years"), reply.done("/movedClocks")), (&json!([2027]), &json!(3)));
    let after = json!([
        clock("UNCLAIMED", "2027-01-08", false, Some("2027-01-06")),
        clock("ESCALATION", "2027-01-14", false, Some("2027-01-13")),
    ]);
    assert_eq!(clocks(&world, "demand", &demand.id).await, after);
    let response = json!([clock("RESPONSE", "2027-01-06", false, Some("2027-01-04"))]);
    assert_eq!(clocks(&world, "claim", &claim.id).await, response);
    let year =
        world.run("mill.liaison", "{ calendarYear(year: 2027) { source status exceptions { on kind name } } }", json!({})).await;
    let shown = json!({ "source": "国办发明电〔2026〕9号", "status": "OFFICIAL", "exceptions": [
        { "on": "2027-01-01", "kind": "OFF", "name": "New Year" }, { "on": "2027-01-04", "kind": "OFF", "name": "New Year" },
        { "on": "2027-01-10", "kind": "WORK", "name": "" },
    ] });
    assert_eq!(year.data("/calendarYear"), &shown);
    let lines = world.audit().await;
    assert_eq!(lines[lines.len() - 2..], ["calendar.recount OK", "calendar.import OK"]);

    // The same notice again moves nothing.
    let again = import(&world, NOTICE).await;
    assert_eq!(again.done("/movedClocks"), &json!(0));
    assert_eq!(world.count("clock_correction").await, 3);
    assert_eq!(clocks(&world, "demand", &demand.id).await, after);

    // And it is the new end that counts.
    let to = |moment: &str| moment.parse::<Timestamp>().expect("a moment").duration_since(world.app.clock.now());
    world.advance(to("2027-01-06T09:30:00Z")).await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 0);
    world.advance(SignedDuration::from_secs(1)).await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 1, "the claim lapses");
    world.advance(to("2027-01-08T09:30:00Z")).await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 1, "the duty unit is reminded");
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_reminder_never_lies_behind_what_it_reminds_of_while_both_move(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    world.advance(SignedDuration::from_hours(37 * 24)).await;
    let demand = listed_demand(&world, json!({ "urgency": "URGENT", "urgencyReason": "停工" })).await;
    // The second ends where the first one did, and the other way round.
    let long = "date,kind,name_en,source\n2027-01-01,OFF,,n1\n2027-01-04,OFF,,n1\n2027-01-05,OFF,,n1\n";
    let short = "date,kind,name_en,source\n2027-01-01,OFF,,n2\n2027-01-02,WORK,,n2\n2027-01-03,WORK,,n2\n";
    for (table, first, second) in [(long, "2027-01-06", "2027-01-07"), (short, "2027-01-02", "2027-01-03")] {
        import(&world, table).await.done("/years");
        let shown = clocks(&world, "demand", &demand.id).await;
        let ends: Vec<&str> = [0, 1].iter().filter_map(|place| shown[place]["dueAt"].as_str()).collect();
        assert_eq!(ends, [format!("{first}T09:30:00Z"), format!("{second}T09:30:00Z")]);
    }
}

#[rstest]
#[tokio::test]
async fn a_table_that_is_wrong_or_too_late_changes_nothing(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        "date,kind\n2027-01-01,OFF\n",
        "date,kind,name_en,source\n",
        "date,kind,name_en,source\n2027-02-29,OFF,,n1\n",
        "date,kind,name_en,source\n2025-01-01,OFF,,n1\n",
        "date,kind,name_en,source\n2029-01-01,OFF,,n1\n",
        "date,kind,name_en,source\n2026-12-25,OFF,,statutory days only\n",
        "TOO LONG"
    )]
    table: &str,
) {
    let Some(world) = World::new(db).await else { return };
    let table = if table == "TOO LONG" { format!("{NOTICE}{}", " ".repeat(16 * 1024)) } else { table.to_owned() };
    assert_eq!(import(&world, &table).await.problems(), ["VALIDATION at input.table"]);
    assert_eq!(world.number("SELECT sum(version) FROM calendar_year").await, 3);
    assert_eq!(world.count("calendar_day").await, 108);
}

#[rstest]
#[tokio::test]
async fn each_constraint_of_a_correction_bites(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    world.advance(SignedDuration::from_hours(37 * 24)).await;
    listed_demand(&world, json!({})).await;
    import(&world, NOTICE).await.done("/years");
    let said = world.refused_by("UPDATE clock_correction SET new_due_at = old_due_at");
    assert!(said.contains("clock_correction_moves"), "{said}");
}
