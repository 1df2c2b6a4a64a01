//! Branches and their coverage through the API.

mod coverage;
mod ending;
mod life;
mod list;
mod rules;

use park_portal::{
    domain::tenancy::Tenancy,
    kernel::{text::Text, version::Version},
    store,
};
use serde_json::{Value, json};

use crate::world::{
    Reply, World, named,
    steps::{organisation_id, place_id},
};

/// What tests look at in a branch.
const FIELDS: &str = "branch { __typename id version status memberCount coverCount } warnings { code }";

/// A branch as a test knows it.
#[derive(Clone, Debug)]
struct Known {
    id: String,
    version: i64,
}

impl Known {
    fn of(reply: &Reply) -> Self {
        Self { id: reply.text("/branch/id"), version: reply.done("/branch/version").as_i64().unwrap_or_default() }
    }

    /// The input of a step of this branch.
    fn input(&self) -> Value {
        json!({ "branch": self.id, "expectedVersion": self.version })
    }

    /// The same with one more field.
    fn with(&self, field: &str, value: impl Into<Value>) -> Value {
        let mut input = self.input();
        input[field] = value.into();
        input
    }
}

/// A hub branch of the mall, led by the street, for the mill and the bakery.
fn hub(name: &str) -> Value {
    json!({
        "kind": "HUB",
        "place": place_id("mall"),
        "name": name,
        "form": "BRANCH",
        "lead": organisation_id("street"),
        "memberCount": 6,
        "covers": [organisation_id("mill"), organisation_id("bakery")],
    })
}

/// A property branch of the office building, led by its operator, for the bakery that sits in it.
fn property(name: &str) -> Value {
    json!({
        "kind": "PROPERTY",
        "place": place_id("office"),
        "name": name,
        "form": "BRANCH",
        "lead": organisation_id("keeper"),
        "memberCount": 6,
        "covers": [organisation_id("bakery")],
    })
}

/// A station at the forge, which must sit in the tower, in the care of a branch.
fn custody(name: &str, custodian: &Known) -> Value {
    json!({
        "kind": "CUSTODY",
        "place": place_id("tower"),
        "name": name,
        "form": "LIAISON_STATION",
        "lead": organisation_id("forge"),
        "custodian": custodian.id,
        "memberCount": 2,
        "covers": [organisation_id("forge")],
    })
}

/// A proposal with other values.
fn but(mut proposal: Value, changes: &Value) -> Value {
    for (field, value) in changes.as_object().into_iter().flatten() {
        proposal[field] = value.clone();
    }
    proposal
}

async fn propose(world: &World, proposal: Value) -> Known {
    Known::of(&world.mutate("circle.steward", "branchPropose", FIELDS, proposal).await)
}

async fn approve(world: &World, branch: &Known) -> Known {
    let all = ["MANY_UNITS", "MANY_MEMBERS", "NO_COMMITTEE", "ELIGIBLE_FOR_BRANCH", "TERM_ENDING"];
    let input = branch.with("acknowledgeWarnings", all.to_vec());
    Known::of(&world.mutate("coordinator", "branchApprove", FIELDS, input).await)
}

/// A step of the coordinator that needs nothing but the branch.
async fn step(world: &World, mutation: &str, branch: &Known) -> Known {
    Known::of(&world.mutate("coordinator", mutation, FIELDS, branch.input()).await)
}

/// A step of the coordinator with a reason.
async fn step_because(world: &World, mutation: &str, branch: &Known) -> Known {
    Known::of(&world.mutate("coordinator", mutation, FIELDS, branch.with("reason", "组织设置调整")).await)
}

/// A branch that is at work.
async fn active(world: &World, proposal: Value) -> Known {
    let proposed = propose(world, proposal).await;
    let approved = approve(world, &proposed).await;
    step(world, "branchActivate", &approved).await
}

/// Lets an organisation sit in a place from the beginning of the year, behind the API.
async fn sits_in(world: &World, organisation: &'static str, place: &'static str) {
    let tenancy = Tenancy {
        id: named(&format!("{organisation} also in {place}")),
        district: crate::world::DISTRICT.parse().expect("a district"),
        version: Version::FIRST,
        organisation: named(organisation),
        place: named(place),
        unit: Text::parse("2 层").expect("a unit"),
        from: jiff::civil::date(2026, 1, 1),
        to: None,
        created_at: crate::world::start(),
    };
    world.app.store.write(move |tx| store::tenancy::insert(tx, &tenancy)).await.expect("a tenancy");
}

/// The rows that a refusal must leave alone, each with its version, and the coverages.
async fn everything(world: &World) -> (i64, i64, i64, i64) {
    (
        world.count("branch").await,
        world.number("SELECT coalesce(sum(version), 0) FROM branch").await,
        world.count("branch_coverage").await,
        world.number("SELECT count(*) FROM branch_coverage WHERE to_on IS NULL").await,
    )
}

/// The name of the branch that covers an organisation; null when none does.
async fn cover_of(world: &World, organisation: &str) -> Value {
    let query = "query($id: ID!) { organisation(id: $id) { coverage { kind branch { name } } } }";
    let reply = world.run("mill.liaison", query, json!({ "id": organisation_id(organisation) })).await;
    let coverage = reply.data("/organisation/coverage");
    let name = coverage["branch"]["name"].clone();
    assert_eq!(coverage["kind"], if name.is_null() { "NONE" } else { "ORGANISATION" }, "{}", reply.body);
    name
}
