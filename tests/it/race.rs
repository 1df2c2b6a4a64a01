//! Many at once: what is left goes to exactly one, numbers have no gap, and a key has one effect.

use std::{collections::BTreeMap, sync::Arc};

use diesel::{RunQueryDsl, sql_query};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::world::{
    Db, World, named,
    steps::{self, Made},
};

/// Departments that all offer to do the same.
const OFFERS: usize = 64;

const CONSENT: &str =
    "mutation($input: ClaimConsentInput!) { claimConsent(input: $input) { claim { status } problems { code path } } }";

/// An id as the database writes it.
fn literal<K>(world: &World, name: &str) -> String {
    let id: park_portal::kernel::id::Id<K> = named(name);
    let hex: String = id.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    match &world.target {
        park_portal::store::conn::Target::Sqlite(_) => format!("x'{hex}'"),
        park_portal::store::conn::Target::Postgres(_) => format!("'{hex}'"),
    }
}

/// Enters as many departments as there are offers, each like justice but for its name.
fn enter_departments(world: &World) {
    for number in 0..OFFERS {
        let (id, justice) = (
            literal::<park_portal::kernel::id::kind::Organisation>(world, &department(number)),
            literal::<park_portal::kernel::id::kind::Organisation>(world, "justice"),
        );
        world.execute(&format!(
            "INSERT INTO organisation (id, district, name, kind, status, search_text, created_at, version) \
             SELECT {id}, district, '{name}', kind, status, '{name}', created_at, version FROM organisation WHERE id = {justice}",
            name = department(number)
        ));
    }
}

fn department(number: usize) -> String {
    format!("第 {number} 科")
}

/// Enters one pending offer of each department on the demand, each like the pattern but for its provider.
fn enter_offers(world: &World, demand: &Made, resource: Option<&Made>, round: usize) -> Vec<String> {
    let pattern = crate::world::rows::enter_claim(world, &format!("pattern {round}"), demand, resource, "PENDING");
    let mut conn = world.connection();
    let columns = "district, kind, demand, demand_organisation, place, resource, quantity, period, note, plan_start, plan_due, \
        plan_steps, provider_consent_at, provider_consent_by, status, respond_by, created_by, created_at, version, is_final";
    let pattern_id = literal::<park_portal::kernel::id::kind::Claim>(world, &format!("pattern {round}"));
    let mut ids = vec![pattern];
    for number in 1..OFFERS {
        let name = format!("offer {number} of round {round}");
        let id: park_portal::kernel::id::ClaimId = named(&name);
        sql_query(format!(
            "INSERT INTO claim (id, ref_no, provider, {columns}) SELECT {}, '{name}', {}, {columns} FROM claim WHERE id = {pattern_id}",
            literal::<park_portal::kernel::id::kind::Claim>(world, &name),
            literal::<park_portal::kernel::id::kind::Organisation>(world, &department(number)),
        ))
        .execute(&mut conn)
        .expect("an offer");
        ids.push(id.to_string());
    }
    ids
}

/// Sends every consent at the same moment and counts the answers.
async fn consent_to_all(world: &Arc<World>, claims: Vec<String>) -> BTreeMap<String, usize> {
    let mut running = JoinSet::new();
    for claim in claims {
        let world = Arc::clone(world);
        running.spawn(async move {
            let input = json!({ "claim": claim, "expectedVersion": 1 });
            let reply = world.run("mill.liaison", CONSENT, json!({ "input": input })).await.inside("claimConsent");
            reply.code()
        });
    }
    let mut codes = BTreeMap::new();
    while let Some(code) = running.join_next().await {
        *codes.entry(code.expect("a consent is answered")).or_default() += 1;
    }
    codes
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_unit_of_a_demand_goes_to_exactly_one_of_sixty_four(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let world = Arc::new(world);
    enter_departments(&world);
    for round in 0..steps::scale(5, 500) {
        let changes = json!({ "quantity": 1, "title": format!("第 {round} 轮"), "detail": round_text(round) });
        let demand = steps::listed_demand(&world, changes).await;
        let offers = enter_offers(&world, &demand, None, round);
        let codes = consent_to_all(&world, offers).await;
        let expected = BTreeMap::from([("OK".to_owned(), 1), ("QUANTITY_EXCEEDED".to_owned(), OFFERS - 1)]);
        assert_eq!(codes, expected, "round {round}");
    }
    assert_eq!(world.number("SELECT count(*) FROM demand WHERE agreed_quantity <> 1").await, 0);
    let over = "SELECT count(*) FROM demand d WHERE d.agreed_quantity <> \
        (SELECT coalesce(sum(c.quantity), 0) FROM claim c WHERE c.demand = d.id AND c.status = 'AGREED')";
    assert_eq!(world.number(over).await, 0);
    let rounds = i64::try_from(steps::scale(5, 500)).expect("a number");
    assert_eq!(world.count("project").await, rounds);
    let lost = i64::try_from(OFFERS - 1).expect("a number") * rounds;
    assert_eq!(world.number("SELECT count(*) FROM claim WHERE status = 'SUPERSEDED'").await, lost);
    let lines = world.audit().await;
    let of = |line: &str| lines.iter().filter(|found| *found == line).count();
    assert_eq!(of("claim.consent OK"), steps::scale(5, 500));
    assert_eq!(of("claim.consent QUANTITY_EXCEEDED"), (OFFERS - 1) * steps::scale(5, 500));
    assert!(world.chains_hold().await);
}

/// Words that no other round has, so that no demand is taken for a duplicate of another.
fn round_text(round: usize) -> String {
    format!("{round:x}").repeat(12)
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_unit_of_a_resource_goes_to_exactly_one_of_many_demands(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let world = Arc::new(world);
    let resource = steps::listed_resource(&world, json!({ "capacity": 1 })).await;
    let mut offers = Vec::new();
    for number in 0..16 {
        let changes = json!({ "quantity": 1, "title": format!("第 {number} 项"), "detail": round_text(number) });
        let demand = steps::listed_demand(&world, changes).await;
        offers.push(crate::world::rows::enter_claim(&world, &format!("offer {number}"), &demand, Some(&resource), "PENDING"));
    }
    let codes = consent_to_all(&world, offers).await;
    assert_eq!(codes, BTreeMap::from([("OK".to_owned(), 1), ("CAPACITY_EXCEEDED".to_owned(), 15)]));
    assert_eq!(world.number("SELECT sum(taken) FROM resource_period").await, 1);
    assert_eq!(world.number("SELECT sum(quantity) FROM claim WHERE status = 'AGREED'").await, 1);
    assert_eq!(world.count("project").await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_submissions_get_numbers_without_gap_or_duplicate(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let world = Arc::new(world);
    let mut drafts = Vec::new();
    for number in 0..32 {
        let changes = json!({ "title": format!("第 {number} 项"), "detail": round_text(number) });
        drafts.push(steps::drafted_demand(&world, "mill.liaison", changes).await);
    }
    let mut running = JoinSet::new();
    for draft in drafts {
        let world = Arc::clone(&world);
        running.spawn(async move {
            let input = json!({ "demand": draft.id, "expectedVersion": 1 });
            let reply = world.run("mill.liaison", steps::SUBMIT, json!({ "input": input })).await.inside("demandSubmit");
            reply.text("/demand/refNo")
        });
    }
    let mut numbers = Vec::new();
    while let Some(number) = running.join_next().await {
        numbers.push(number.expect("a submission is answered"));
    }
    numbers.sort();
    let expected: Vec<String> = (1..=32).map(|number| format!("D-420105-2026-{number:06}")).collect();
    assert_eq!(numbers, expected);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_idempotency_key_has_one_effect_however_often_it_comes(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let world = Arc::new(world);
    let mut input = steps::demand_input("mill", "mall", "劳动合同法律咨询");
    input["idempotencyKey"] = json!("once-and-only-once");
    let mut running = JoinSet::new();
    for _ in 0..16 {
        let (world, input) = (Arc::clone(&world), input.clone());
        running.spawn(async move { world.run("mill.liaison", steps::DRAFT, json!({ "input": input })).await.body });
    }
    let mut answers: Vec<Value> = Vec::new();
    while let Some(answer) = running.join_next().await {
        answers.push(answer.expect("a draft is answered"));
    }
    assert_eq!(answers.len(), 16);
    assert!(answers[0]["data"]["demandDraft"]["demand"]["id"].is_string(), "{}", answers[0]);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(world.count("demand").await, 1);
    assert_eq!(world.audit().await, ["demand.draft OK"]);

    input["title"] = json!("另一件事");
    let other = world.run("mill.liaison", steps::DRAFT, json!({ "input": input })).await.inside("demandDraft");
    assert_eq!(other.code(), "IDEMPOTENCY_CONFLICT");
    assert_eq!(world.count("demand").await, 1);
}
