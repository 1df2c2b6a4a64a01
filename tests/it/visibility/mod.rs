//! What an account can reach, in whatever way, equals what an independent reference says.
//!
//! Each round makes a random world on a fresh database: demands, resources, claims and projects in
//! random states, and accounts with random grants. The reference in [`reference`] computes from the
//! same random facts, in plain sets, what each account may see; it shares no code with the product.

mod facts;
mod reference;

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::{Value, json};

use self::facts::Facts;
use crate::world::{Db, World, rng::Rng, steps};

type Ids = BTreeSet<String>;

#[rstest]
#[case::sqlite(Db::Sqlite, 150, 700)]
#[case::postgres(Db::Postgres, 50, 300)]
#[tokio::test]
async fn what_is_reached_is_what_may_be_seen(#[case] db: Db, #[case] everyday: usize, #[case] full: usize) {
    let rounds = steps::scale(everyday, full);
    let first_seed = std::env::var("PORTAL_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_123_u64);
    println!("{rounds} worlds on {db:?} from seed {first_seed}");
    for seed in (first_seed..).take(rounds) {
        let Some(world) = World::new(db).await else { return };
        let facts = Facts::random(&mut Rng::new(seed));
        facts.enter(&mut world.connection());
        for login in facts.logins() {
            check(&world, &facts, &login, seed).await;
        }
    }
}

async fn check(world: &World, facts: &Facts, login: &str, seed: u64) {
    let seen = reference::seen_by(facts, login);
    let who = || format!("seed {seed}, {login}: {:?}", facts.grants_of(login));
    for (list, expected) in
        [("demands", &seen.demands), ("resources", &seen.resources), ("claims", &seen.claims), ("projects", &seen.projects)]
    {
        let query = format!("{{ {list}(first: 100) {{ totalCount nodes {{ id }} }} }}");
        let reply = world.run(login, &query, json!({})).await;
        assert_eq!(&ids(reply.data(&format!("/{list}/nodes"))), expected, "{list}, {}", who());
        assert_eq!(reply.data(&format!("/{list}/totalCount")), expected.len(), "{list}, {}", who());
    }
    nodes_are_the_same(world, facts, login, &seen, &who).await;
    filters_only_narrow(world, facts, login, &seen, &who).await;
    nested_objects_are_the_same(world, facts, login, &seen, &who).await;
}

/// Asking for an object by its id finds exactly what the lists show.
async fn nodes_are_the_same(world: &World, facts: &Facts, login: &str, seen: &reference::Seen, who: &impl Fn() -> String) {
    let all = facts.all_ids();
    for chunk in all.chunks(30) {
        let fields: Vec<String> =
            chunk.iter().enumerate().map(|(number, id)| format!("n{number}: {}(id: \"{id}\") {{ id }}", query_of(id))).collect();
        let reply = world.run(login, &format!("{{ {} }}", fields.join(" ")), json!({})).await;
        let found: Ids = reply
            .data("")
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, node)| node["id"].as_str())
            .map(str::to_owned)
            .collect();
        let expected: Ids = chunk.iter().filter(|id| seen.has(id)).cloned().collect();
        assert_eq!(found, expected, "by id, {}", who());
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let reply = world.run(login, query, json!({ "ids": chunk })).await;
        let shown: Vec<Option<&str>> =
            reply.data("/nodes").as_array().expect("a list").iter().map(|node| node["id"].as_str()).collect();
        let wanted: Vec<Option<&str>> = chunk.iter().map(|id| Some(id.as_str()).filter(|id| seen.has(id))).collect();
        assert_eq!(shown, wanted, "as nodes, {}", who());
    }
}

/// The query that answers an object with this id.
fn query_of(id: &str) -> &'static str {
    match &id[..3] {
        "dem" => "demand",
        "res" => "resource",
        "clm" => "claim",
        _ => "project",
    }
}

/// A filter shows a part of the list, and its count is that of the part.
async fn filters_only_narrow(world: &World, facts: &Facts, login: &str, seen: &reference::Seen, who: &impl Fn() -> String) {
    let mut filters: Vec<(Value, Ids)> = Vec::new();
    let mut narrow = |filter: Value, keeps: &dyn Fn(&facts::Demand) -> bool| {
        let kept = facts.demands.iter().filter(|demand| keeps(demand)).map(|demand| demand.id.to_string());
        filters.push((filter, kept.filter(|id| seen.has(id)).collect()));
    };
    for status in ["DRAFT", "SUBMITTED", "LISTED", "CLOSED"] {
        narrow(json!({ "status": [status] }), &|demand| demand.status == status);
    }
    for (place, ..) in facts::PLACES {
        narrow(json!({ "place": [steps::place_id(place)] }), &|demand| demand.place == place);
    }
    for zone in ["circle", "park"] {
        narrow(json!({ "zone": [steps::zone_id(zone)] }), &|demand| facts::zone_of(demand.place) == zone);
    }
    for category in ["LEGAL", "OTHER"] {
        narrow(json!({ "category": [steps::category_id(category)] }), &|demand| demand.category == category);
    }
    for organisation in facts::ENTERPRISES {
        let filter = json!({ "organisation": [steps::organisation_id(organisation)], "status": ["LISTED", "DRAFT"] });
        let keeps = |demand: &facts::Demand| demand.organisation == organisation && ["LISTED", "DRAFT"].contains(&demand.status);
        narrow(filter, &keeps);
    }
    let query = "query($filter: DemandFilter) { demands(first: 100, filter: $filter) { totalCount nodes { id } } }";
    for (filter, expected) in filters {
        let reply = world.run(login, query, json!({ "filter": filter })).await;
        assert_eq!(ids(reply.data("/demands/nodes")), expected, "{filter}, {}", who());
        assert_eq!(reply.data("/demands/totalCount"), expected.len(), "{filter}, {}", who());
    }
}

/// An object inside another one is there exactly when it is visible by itself.
async fn nested_objects_are_the_same(
    world: &World,
    facts: &Facts,
    login: &str,
    seen: &reference::Seen,
    who: &impl Fn() -> String,
) {
    let query = "{ claims(first: 100) { nodes { id demand { id } resource { id } project { id } } } \
                   projects(first: 100) { nodes { id demand { id } claim { id } } } \
                   demands(first: 100) { nodes { id claims(first: 100) { id } } } }";
    let reply = world.run(login, query, json!({})).await;
    assert_eq!(reply.code(), "OK", "{}", reply.body);
    let shown = |id: Option<String>| id.filter(|id| seen.has(id)).map_or(Value::Null, |id| json!({ "id": id }));
    for object in reply.data("/claims/nodes").as_array().expect("a list") {
        let fact = facts.claims.iter().find(|claim| object["id"] == json!(claim.id.to_string())).expect("a claim of the facts");
        let expected = json!({
            "id": fact.id.to_string(),
            "demand": shown(Some(facts.demands[fact.demand].id.to_string())),
            "resource": shown(fact.resource.map(|number| facts.resources[number].id.to_string())),
            "project": shown(fact.project.map(|project| project.to_string())),
        });
        assert_eq!(object, &expected, "{}", who());
    }
    for object in reply.data("/projects/nodes").as_array().expect("a list") {
        let id = |claim: &&facts::Claim| claim.project.is_some_and(|project| object["id"] == json!(project.to_string()));
        let fact = facts.claims.iter().find(id).expect("a project of the facts");
        let (demand, claim) = (facts.demands[fact.demand].id.to_string(), fact.id.to_string());
        let expected = json!({ "id": object["id"], "demand": shown(Some(demand)), "claim": shown(Some(claim)) });
        assert_eq!(object, &expected, "{}", who());
    }
    for demand in reply.data("/demands/nodes").as_array().expect("a list") {
        let nested = ids(&demand["claims"]);
        let expected: Ids = seen.claims_of(demand["id"].as_str().expect("an id"));
        assert_eq!(nested, expected, "claims of {}, {}", demand["id"], who());
    }
}

fn ids(list: &Value) -> Ids {
    list.as_array().into_iter().flatten().filter_map(|node| node["id"].as_str()).map(str::to_owned).collect()
}
