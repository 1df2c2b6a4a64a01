//! From a proposal to work, and who may take part in it.

use rstest::rstest;
use serde_json::{Value, json};

use super::{
    FIELDS, Known, active, approve, but, cover_of, custody, everything, hub, property, propose, sits_in, step, step_because,
};
use crate::world::{
    Db, World,
    steps::{organisation_id, place_id},
};

#[rstest]
#[tokio::test]
async fn a_branch_goes_from_a_proposal_to_its_end(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };

    let proposed = propose(&world, hub("摩尔城枢纽支部")).await;
    let reason = proposed.with("reason", "请补充覆盖单位");
    let returned = Known::of(&world.mutate("coordinator", "branchReturn", FIELDS, reason).await);
    let mut better = but(hub("武汉摩尔城枢纽支部"), &json!({ "branch": returned.id, "expectedVersion": returned.version }));
    for fixed in ["kind", "place"] {
        better.as_object_mut().expect("an object").remove(fixed);
    }
    let revised = Known::of(&world.mutate("circle.steward", "branchRevise", FIELDS, better).await);
    assert_eq!(cover_of(&world, "mill").await, Value::Null);
    let approved = approve(&world, &revised).await;
    let working = step(&world, "branchActivate", &approved).await;
    assert_eq!(cover_of(&world, "mill").await, "武汉摩尔城枢纽支部");
    let resting = step_because(&world, "branchSuspend", &working).await;
    assert_eq!(cover_of(&world, "mill").await, "武汉摩尔城枢纽支部");
    let back = step(&world, "branchResume", &resting).await;
    let ended = world.mutate("coordinator", "branchDissolve", FIELDS, back.with("reason", "组织设置调整")).await;

    assert_eq!(*ended.done("/branch/status"), "DISSOLVED");
    assert_eq!(*ended.done("/branch/version"), 8);
    assert_eq!(*ended.done("/branch/coverCount"), 0);
    assert_eq!(cover_of(&world, "mill").await, Value::Null);
    let lines = [
        "branch.propose OK",
        "branch.return OK",
        "branch.revise OK",
        "branch.approve OK",
        "branch.activate OK",
        "branch.suspend OK",
        "branch.resume OK",
        "branch.dissolve OK",
    ];
    assert_eq!(world.audit().await, lines);
    assert!(world.chains_hold().await);
    let day = "SELECT count(*) FROM branch_coverage WHERE from_on = '2026-11-23' AND to_on = '2026-11-23'";
    assert_eq!(world.number(day).await, 2);
}

#[rstest]
#[tokio::test]
async fn each_type_is_shown_with_its_own_fields(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    sits_in(&world, "forge", "tower").await;
    let above = active(&world, but(hub("枢纽支部"), &json!({ "formedOn": "2025-01-31" }))).await;
    let below = but(property("物业支部"), &json!({ "parent": above.id, "covers": [organisation_id("keeper")] }));
    active(&world, below).await;
    let station = active(&world, custody("联络站", &above)).await;

    let query = "{ branches(order: OLDEST_FIRST) { totalCount nodes { __typename name form
        place { name } lead { name } parent { name } covers { name } coverCount warnings { code message }
        ... on HubBranch { termEndsOn stations { name } } ... on PropertyBranch { termEndsOn stations { name } }
        ... on CustodyBranch { custodian { __typename name } } } } }";
    let reply = world.run("forge.liaison", query, json!({})).await;
    let expected = json!([
        {
            "__typename": "HubBranch", "name": "枢纽支部", "form": "BRANCH", "place": { "name": "mall" },
            "lead": { "name": "street" }, "parent": null, "covers": [{ "name": "mill" }, { "name": "bakery" }],
            "coverCount": 2, "warnings": [], "termEndsOn": "2028-01-31", "stations": [{ "name": "联络站" }],
        },
        {
            "__typename": "PropertyBranch", "name": "物业支部", "form": "BRANCH", "place": { "name": "office" },
            "lead": { "name": "keeper" }, "parent": { "name": "枢纽支部" }, "covers": [{ "name": "keeper" }],
            "coverCount": 1, "warnings": [], "termEndsOn": null, "stations": [],
        },
        {
            "__typename": "CustodyBranch", "name": "联络站", "form": "LIAISON_STATION", "place": { "name": "tower" },
            "lead": { "name": "forge" }, "parent": null, "covers": [{ "name": "forge" }], "coverCount": 1,
            "warnings": [], "custodian": { "__typename": "HubBranch", "name": "枢纽支部" },
        },
    ]);
    assert_eq!(*reply.data("/branches/nodes"), expected, "{}", reply.body);
    assert_eq!(*reply.data("/branches/totalCount"), 3);
    let reply = world.run("forge.liaison", "query($id: ID!) { branch(id: $id) { name } }", json!({ "id": station.id })).await;
    assert_eq!(*reply.data("/branch/name"), "联络站");
}

#[rstest]
#[tokio::test]
async fn a_proposal_is_seen_by_those_who_decide_on_it_alone(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let proposed = propose(&world, hub("枢纽支部")).await;
    let query = "query($id: ID!) { branch(id: $id) { name } branches { totalCount nodes { id } } }";
    for (login, sees) in [("circle.steward", 1), ("coordinator", 1), ("plant.steward", 0), ("mill.liaison", 0), ("sysadmin", 0)] {
        let reply = world.run(login, query, json!({ "id": proposed.id })).await;
        assert_eq!(*reply.data("/branches/totalCount"), sees, "{login}: {}", reply.body);
        assert_eq!(reply.data("/branch").is_null(), sees == 0, "{login}");
    }
    let approved = approve(&world, &proposed).await;
    step(&world, "branchActivate", &approved).await;
    for (login, sees) in [("plant.steward", 1), ("mill.liaison", 1), ("justice.lead", 1), ("sysadmin", 0), ("auditor", 0)] {
        let reply = world.run(login, query, json!({ "id": proposed.id })).await;
        assert_eq!(*reply.data("/branches/totalCount"), sees, "{login}: {}", reply.body);
    }
    let reply = world.run("mill.liaison", "{ viewer: branches { nodes { viewerCanRevise viewerCanApprove } } }", json!({})).await;
    assert_eq!(*reply.data("/viewer/nodes/0"), json!({ "viewerCanRevise": false, "viewerCanApprove": false }));
    let reply = world.run("circle.steward", "{ branches { nodes { viewerCanCover viewerCanApprove } } }", json!({})).await;
    assert_eq!(*reply.data("/branches/nodes/0"), json!({ "viewerCanCover": true, "viewerCanApprove": false }));
}

#[rstest]
#[tokio::test]
async fn stewards_propose_in_their_zone_and_the_coordinator_decides(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    for login in ["plant.steward", "coordinator", "mill.liaison", "justice.lead"] {
        let reply = world.mutate(login, "branchPropose", FIELDS, hub("枢纽支部")).await;
        assert_eq!(reply.code(), "FORBIDDEN", "{login}");
    }
    let reply = world.mutate("sysadmin", "branchPropose", FIELDS, hub("枢纽支部")).await;
    assert_eq!(reply.code(), "FORBIDDEN");
    let proposed = propose(&world, hub("枢纽支部")).await;
    let before = everything(&world).await;
    let reply = world.mutate("circle.steward", "branchApprove", FIELDS, proposed.input()).await;
    assert_eq!(reply.code(), "FORBIDDEN");
    for login in ["plant.steward", "mill.liaison"] {
        let reply = world.mutate(login, "branchApprove", FIELDS, proposed.input()).await;
        assert_eq!(reply.problems(), ["NOT_FOUND at input.branch"], "{login}");
    }
    let approved = approve(&world, &proposed).await;
    let working = step(&world, "branchActivate", &approved).await;
    let reply =
        world.mutate("plant.steward", "branchCover", FIELDS, working.with("organisation", organisation_id("forge"))).await;
    assert_eq!(reply.code(), "FORBIDDEN");
    assert_eq!(before.0, 1);
    let refusals = world.audit().await.into_iter().filter(|line| line.ends_with("FORBIDDEN") || line.ends_with("NOT_FOUND"));
    assert_eq!(refusals.count(), 9);
}

/// Every step with what it needs besides the branch.
fn steps(other: &Known) -> [(&'static str, Value); 12] {
    let reason = json!({ "reason": "组织设置调整" });
    let mut terms = hub("改名支部");
    for fixed in ["kind", "place"] {
        terms.as_object_mut().expect("an object").remove(fixed);
    }
    [
        ("branchRevise", terms),
        ("branchReturn", reason.clone()),
        ("branchApprove", json!({})),
        ("branchActivate", json!({})),
        ("branchSuspend", reason.clone()),
        ("branchResume", json!({})),
        ("branchConvert", reason.clone()),
        ("branchMerge", json!({ "into": other.id, "memberCount": 9 })),
        ("branchDissolve", reason),
        ("branchCover", json!({ "organisation": organisation_id("justice") })),
        ("branchUncover", json!({ "organisation": organisation_id("mill") })),
        ("branchHandOver", json!({ "custodian": other.id })),
    ]
}

/// The steps that a state allows. Handing over is refused to a hub branch for its type, not its state.
fn allowed(status: &str) -> &'static [&'static str] {
    match status {
        "PROPOSED" => &["branchRevise", "branchReturn", "branchApprove", "branchHandOver"],
        "RETURNED" => &["branchRevise", "branchHandOver"],
        "APPROVED" => &["branchActivate", "branchHandOver"],
        "ACTIVE" => {
            &["branchSuspend", "branchConvert", "branchMerge", "branchDissolve", "branchCover", "branchUncover", "branchHandOver"]
        }
        "SUSPENDED" => &["branchResume", "branchHandOver"],
        _ => &[],
    }
}

/// A hub branch in a state, and an active branch to merge into.
async fn in_state(world: &World, status: &str, other: &Known) -> Known {
    let proposed = propose(world, hub("枢纽支部")).await;
    if status == "PROPOSED" {
        return proposed;
    }
    if status == "RETURNED" {
        return step_because(world, "branchReturn", &proposed).await;
    }
    let approved = approve(world, &proposed).await;
    if status == "APPROVED" {
        return approved;
    }
    let working = step(world, "branchActivate", &approved).await;
    match status {
        "SUSPENDED" => step_because(world, "branchSuspend", &working).await,
        "CONVERTED" => step_because(world, "branchConvert", &working).await,
        "DISSOLVED" => step_because(world, "branchDissolve", &working).await,
        "MERGED" => {
            let into = but(working.with("into", other.id.clone()), &json!({ "memberCount": 9 }));
            Known::of(&world.mutate("coordinator", "branchMerge", FIELDS, into).await)
        }
        _ => working,
    }
}

#[rstest]
#[tokio::test]
async fn each_state_allows_its_steps_and_no_other(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values("PROPOSED", "RETURNED", "APPROVED", "ACTIVE", "SUSPENDED", "CONVERTED", "MERGED", "DISSOLVED")] status: &str,
) {
    let Some(world) = World::new(db).await else { return };
    let other = active(&world, but(property("物业支部"), &json!({ "covers": [organisation_id("keeper")] }))).await;
    let branch = in_state(&world, status, &other).await;
    let before = everything(&world).await;

    for (mutation, more) in steps(&other) {
        // The steward revises; the coordinator does everything else.
        let login = if mutation == "branchRevise" { "circle.steward" } else { "coordinator" };
        let stale = Known { version: branch.version - 1, ..branch.clone() };
        let reply = world.mutate(login, mutation, FIELDS, but(stale.input(), &more)).await;
        let expected = if allowed(status).contains(&mutation) { "STALE_VERSION" } else { "INVALID_STATE" };
        assert_eq!(reply.code(), expected, "{status} {mutation}: {}", reply.body);
    }

    assert_eq!(everything(&world).await, before);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn of_two_branches_that_want_an_organisation_at_once_one_gets_it(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let first = propose(&world, hub("枢纽支部")).await;
    let first = approve(&world, &first).await;
    let second = propose(&world, property("物业支部")).await;
    let second = approve(&world, &second).await;

    let (one, two) = tokio::join!(
        world.mutate("coordinator", "branchActivate", FIELDS, first.input()),
        world.mutate("coordinator", "branchActivate", FIELDS, second.input()),
    );

    let mut codes = [one.code(), two.code()];
    codes.sort();
    assert_eq!(codes, ["ALREADY_COVERED", "OK"]);
    let bakery = "SELECT count(*) FROM branch_coverage c JOIN organisation o ON o.id = c.organisation WHERE o.name = 'bakery'";
    assert_eq!(world.number(bakery).await, 1);
}

#[rstest]
#[tokio::test]
async fn bad_input_is_told_with_its_path_and_changes_nothing(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let before = everything(&world).await;
    let refused = async |changes: Value| {
        world.mutate("circle.steward", "branchPropose", FIELDS, but(hub("枢纽支部"), &changes)).await.problems()
    };
    assert_eq!(refused(json!({ "name": "" })).await, ["VALIDATION at input.name"]);
    assert_eq!(refused(json!({ "name": "支部\u{202e}" })).await, ["VALIDATION at input.name"]);
    assert_eq!(refused(json!({ "memberCount": 1_000_000_000_000_i64 })).await, ["VALIDATION at input.memberCount"]);
    assert_eq!(refused(json!({ "memberCount": -1 })).await, ["VALIDATION at input.memberCount"]);
    assert_eq!(refused(json!({ "committeeSize": 1_000_000_000_000_i64 })).await, ["VALIDATION at input.committeeSize"]);
    assert_eq!(refused(json!({ "formedOn": "2026-11-24" })).await, ["VALIDATION at input.formedOn"]);
    assert_eq!(refused(json!({ "lead": place_id("mall") })).await, ["BAD_ID at input.lead"]);
    assert_eq!(refused(json!({ "place": "nonsense" })).await, ["BAD_ID at input.place"]);
    assert_eq!(refused(json!({ "lead": organisation_id("neighbour") })).await, ["NOT_FOUND at input.lead"]);
    assert_eq!(refused(json!({ "lead": organisation_id("nowhere") })).await, ["NOT_FOUND at input.lead"]);
    assert_eq!(refused(json!({ "covers": [organisation_id("neighbour")] })).await, ["NOT_FOUND at input.covers"]);
    assert_eq!(refused(json!({ "covers": [organisation_id("mill"), "x"] })).await, ["BAD_ID at input.covers.1"]);
    assert_eq!(refused(json!({ "covers": vec![organisation_id("mill"); 201] })).await, ["VALIDATION at input.covers"]);
    let ghost = "brn_00000000000000000000000000";
    assert_eq!(refused(json!({ "parent": ghost })).await, ["NOT_FOUND at input.parent"]);
    assert_eq!(refused(json!({ "custodian": ghost })).await, ["NOT_FOUND at input.custodian"]);
    assert_eq!(everything(&world).await, before);

    let twice = json!({ "covers": [organisation_id("mill"), organisation_id("mill"), organisation_id("bakery")] });
    let reply = world.mutate("circle.steward", "branchPropose", FIELDS, but(hub("枢纽支部"), &twice)).await;
    assert_eq!(*reply.done("/branch/coverCount"), 2);
    let reply = world.mutate("circle.steward", "branchPropose", FIELDS, hub("枢纽支部")).await;
    assert_eq!(reply.problems(), ["DUPLICATE_NAME at input.name"]);
    let reply = world.mutate("coordinator", "branchReturn", FIELDS, Known::of_first(&world).await.with("reason", "短")).await;
    assert_eq!(reply.problems(), ["VALIDATION at input.reason"]);
}

#[rstest]
#[tokio::test]
async fn a_key_makes_a_proposal_happen_once(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let proposal = but(hub("枢纽支部"), &json!({ "idempotencyKey": "proposal-1" }));
    let first = world.mutate("circle.steward", "branchPropose", FIELDS, proposal.clone()).await;
    let second = world.mutate("circle.steward", "branchPropose", FIELDS, proposal.clone()).await;
    assert_eq!(first.text("/branch/id"), second.text("/branch/id"));
    assert_eq!(world.count("branch").await, 1);
    let other = but(proposal, &json!({ "memberCount": 7 }));
    assert_eq!(world.mutate("circle.steward", "branchPropose", FIELDS, other).await.code(), "IDEMPOTENCY_CONFLICT");

    let broken = but(hub("另一支部"), &json!({ "memberCount": 1, "idempotencyKey": "proposal-2" }));
    let first = world.mutate("circle.steward", "branchPropose", FIELDS, broken.clone()).await;
    let second = world.mutate("circle.steward", "branchPropose", FIELDS, broken).await;
    assert_eq!(first.problems(), ["BRANCH_RULE at input.memberCount"]);
    assert_eq!(second.problems(), first.problems());
}

impl Known {
    /// The only branch there is, as the coordinator sees it.
    async fn of_first(world: &World) -> Self {
        let reply = world.run("coordinator", "{ branches { nodes { id version } } }", json!({})).await;
        let node = reply.data("/branches/nodes/0");
        Self { id: node["id"].as_str().unwrap_or_default().to_owned(), version: node["version"].as_i64().unwrap_or_default() }
    }
}
