//! A span of days in which many people use the portal by chance and the system does its duties, with
//! days on which it stands still; then everything is computed again from the log, by [`check`], and
//! compared with what the portal says. A month every time, a year at full scale.

mod check;
mod crowd;
mod days;
mod draw;
mod history;
mod nouns;
mod rates;

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date};
use park_portal::ops::upkeep;
use rstest::rstest;
use serde_json::json;

use self::{
    crowd::Crowd,
    days::{day_of, start_of},
    history::History,
};
use crate::world::{Db, World, steps};

/// What there is to be at least, and in how many days.
struct Span {
    first: Date,
    days: usize,
    demands: usize,
    resources: usize,
    projects: usize,
}

/// The month has the seven days off of October 2025 in it, with the two days worked in exchange.
const MONTH: Span = Span { first: jiff::civil::date(2025, 9, 15), days: 31, demands: 100, resources: 120, projects: 150 };
const YEAR: Span = Span { first: jiff::civil::date(2025, 9, 1), days: 365, demands: 1200, resources: 1450, projects: 1800 };

/// Categories whose projects are not due by the usual rule.
const PROFILES: [(&str, &str); 2] = [("LEGAL", "PROJECT_DUE_SIMPLE"), ("FINANCE", "PROJECT_DUE_COMPLEX")];

/// Makes the world older than the span, and gives it what the usual one has not.
async fn prepare(world: &World, span: &Span) {
    for (table, column) in [("tenancy", "from_on"), ("role_grant", "from_on")] {
        world.execute(&format!("UPDATE {table} SET {column} = '2025-01-01'"));
    }
    for (code, rule) in PROFILES {
        let profile = rule.trim_start_matches("PROJECT_DUE_");
        world.execute(&format!("UPDATE category SET profile = '{profile}' WHERE code = '{code}'"));
    }
    if span.days < 90 {
        // So that a month sees what otherwise takes a quarter.
        for (rule, number) in [
            ("RESOURCE_REMIND_FIRST", 8),
            ("RESOURCE_REMIND_SECOND", 11),
            ("RESOURCE_STALE", 13),
            ("DEMAND_EXPIRE", 4),
            ("PROJECT_CONFIRM", 3),
            ("PROJECT_CLOSE_SOLVED", 1),
            ("PROJECT_CLOSE_UNCONFIRMED", 4),
        ] {
            world.execute(&format!("UPDATE rule SET value = {number} WHERE code = '{rule}'"));
        }
    }
    at(world, start_of(span.first) + SignedDuration::from_hours(8)).await;
    let input = json!({ "unit": steps::organisation_id("street"), "expectedVersion": 1 });
    world.mutate("coordinator", "districtBackstopSet", "district { version }", input).await.done("/district");
}

async fn at(world: &World, moment: Timestamp) {
    world.advance(moment.duration_since(world.app.clock.now())).await;
}

/// Lets the days pass; answers when the system looked for what is due.
async fn pass(world: &World, crowd: &mut Crowd<'_>, span: &Span) -> Vec<Timestamp> {
    let (mut runs, mut stands_still, mut made) = (Vec::new(), 0, (0, 0));
    for number in 0..span.days {
        let day = span.first + i64::try_from(number).expect("a number").days();
        if stands_still == 0 && crowd.rng.chance(5) {
            stands_still = 1 + crowd.rng.below(4);
        }
        // Not every claim is agreed.
        crowd.claims_wanted = 2 * span.projects / span.days + 1;
        for (from, to) in [(9 * 60, 11 * 60), (13 * 60, 17 * 60 + 20), (17 * 60 + 31, 23 * 60)] {
            let minute = i64::try_from(from + crowd.rng.below(to - from)).expect("a number");
            at(world, start_of(day) + SignedDuration::from_secs(minute * 60 + 7)).await;
            while made.0 * span.days < span.demands * (number + 1) {
                crowd.drafts_a_demand().await;
                made.0 += 1;
            }
            while made.1 * span.days < span.resources * (number + 1) {
                crowd.drafts_a_resource().await;
                made.1 += 1;
            }
            crowd.act_on_what_there_is(if from > 17 * 60 { 8 } else { 30 }).await;
            world.advance(SignedDuration::from_secs(1)).await;
            if stands_still == 0 && crowd.rng.chance(60) {
                runs.push(world.app.clock.now());
                upkeep::run_due(&world.app).await.expect("what is due is done");
            }
        }
        stands_still = stands_still.saturating_sub(1);
    }
    world.advance(SignedDuration::from_secs(1)).await;
    runs.push(world.app.clock.now());
    upkeep::run_due(&world.app).await.expect("what is due is done");
    runs
}

async fn history(world: &World, crowd: Crowd<'_>, runs: Vec<Timestamp>, span: &Span) -> History {
    let now = world.app.clock.now();
    let today = day_of(now);
    let mut rates = history::rates(world, span.first, today).await;
    let mut month = span.first.first_of_month();
    while month < today {
        rates.extend(history::rates(world, month, month.last_of_month()).await);
        month += 1.month();
    }
    History {
        lines: history::log(world),
        runs,
        desired: crowd.desired,
        rules: history::rules(world),
        seen: history::seen(world).await,
        taken: history::taken(world),
        rates,
        now,
    }
}

#[rstest]
#[tokio::test]
async fn what_the_log_says_of_a_busy_time_is_what_there_is(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let span = if steps::scale(0, 1) == 0 { MONTH } else { YEAR };
    let seed = std::env::var("PORTAL_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_250_915_u64);
    let Some(world) = World::new(db).await else { return };
    prepare(&world, &span).await;
    let mut crowd = Crowd::new(&world, seed);
    let runs = pass(&world, &mut crowd, &span).await;
    let (demands, resources, projects) =
        (world.count("demand").await, world.count("resource").await, world.count("project").await);
    println!("seed {seed} on {db:?}: {demands} demands, {resources} resources, {projects} projects, {} acts", crowd.done);
    println!("{} runs; refused: {:?}", runs.len(), crowd.refused);
    assert!(usize::try_from(demands).unwrap() >= span.demands && usize::try_from(resources).unwrap() >= span.resources);
    assert!(usize::try_from(projects).unwrap() >= span.projects);

    let history = history(&world, crowd, runs, &span).await;
    let mut counts = std::collections::BTreeMap::new();
    history.lines.iter().for_each(|line| *counts.entry(line.action.as_str()).or_insert(0) += 1);
    println!("{counts:?}");
    every_duty_was_seen(&history);
    let found = check::differences(&history);
    assert!(found.is_empty(), "seed {seed}, {} differences, the first: {:#?}", found.len(), &found[..found.len().min(20)]);
    assert!(world.chains_hold().await);
    what_is_false_is_found(&history);
}

/// A time in which something never happens says nothing of it.
fn every_duty_was_seen(history: &History) {
    let duties = [
        "claim.lapse",
        "project.end_pause",
        "project.unconfirm",
        "project.close",
        "call_back.draw",
        "demand.expire",
        "demand.unpark",
        "demand.remind",
        "demand.escalate",
        "resource.end",
        "resource.end_pause",
        "resource.remind",
        "resource.go_stale",
    ];
    for duty in duties {
        assert!(history.lines.iter().any(|line| line.by_system && line.action == duty), "{duty} never happened");
    }
}

/// The checker is no formality: whatever is changed in what it is told, it says so.
fn what_is_false_is_found(history: &History) {
    let falsify = |what: &str, change: &dyn Fn(&mut History)| {
        let mut changed = history.clone();
        change(&mut changed);
        assert!(!check::differences(&changed).is_empty(), "nobody notices: {what}");
    };
    for duty in ["claim.lapse", "demand.remind", "project.close", "resource.go_stale", "call_back.draw", "demand.unpark"] {
        let place = history.lines.iter().rposition(|line| line.action == duty).expect("it happened");
        falsify(&format!("{duty} is missing"), &|history| drop(history.lines.remove(place)));
        falsify(&format!("{duty} is done twice"), &|history| history.lines.insert(place, history.lines[place].clone()));
        falsify(&format!("{duty} is done a week before"), &|history| {
            history.lines[place].at -= SignedDuration::from_hours(7 * 24);
        });
    }
    for (action, fact) in [
        ("demand.list", "unclaimed_due_at"),
        ("claim.offer", "respond_by"),
        ("claim.consent", "contact_due_at"),
        ("project.start", "progress_due_at"),
        ("project.deliver", "confirm_due_at"),
        ("project.confirm", "close_due_at"),
    ] {
        falsify(&format!("{fact} of {action} is another"), &|history| {
            let effects = history.lines.iter_mut().filter(|line| line.action == action).flat_map(|line| &mut line.effects);
            let mut told = effects.filter(|effect| effect["facts"][fact].is_string());
            told.next().expect("a fact")["facts"][fact] = json!("2025-09-20T09:30:00Z");
        });
    }
    let some = |prefix: &str| history.seen.keys().find(|id| id.starts_with(prefix)).expect("one of each").clone();
    for prefix in ["dem", "clm", "prj", "res"] {
        falsify(&format!("{prefix} has another status"), &|history| {
            history.seen.get_mut(&some(prefix)).expect("it is there")["status"] = json!("LOST");
        });
        falsify(&format!("{prefix} is gone"), &|history| drop(history.seen.remove(&some(prefix))));
    }
    falsify("a rate is better", &|history| {
        let rates = history.rates.values_mut().next().expect("rates");
        rates["answered"]["numerator"] = json!(rates["answered"]["numerator"].as_i64().unwrap_or_default() + 1);
    });
    falsify("more is taken of a resource", &|history| *history.taken.values_mut().next().expect("a resource in use") += 1);
}
