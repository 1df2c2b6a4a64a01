//! Working days and rules through the API.

use rstest::rstest;
use serde_json::json;

use crate::world::{Db, World};

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
