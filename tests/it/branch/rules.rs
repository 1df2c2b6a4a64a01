//! The rules about branches, as errors and warnings, and the constraints behind them.

use diesel::connection::SimpleConnection;
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
async fn a_broken_rule_refuses_a_proposal_at_its_field(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    sits_in(&world, "forge", "tower").await;
    let custodian = active(&world, hub("枢纽支部")).await;
    let station = active(&world, custody("联络站", &custodian)).await;
    let before = everything(&world).await;
    let refused = async |proposal: Value, changes: Value| {
        world.mutate("circle.steward", "branchPropose", FIELDS, but(proposal, &changes)).await.problems()
    };

    assert_eq!(refused(hub("甲"), json!({ "place": place_id("office") })).await, ["BRANCH_RULE at input.place"]);
    assert_eq!(refused(hub("甲"), json!({ "lead": organisation_id("justice") })).await, ["BRANCH_RULE at input.lead"]);
    assert_eq!(refused(hub("甲"), json!({ "custodian": custodian.id })).await, ["BRANCH_RULE at input.custodian"]);
    assert_eq!(refused(hub("甲"), json!({ "parent": station.id })).await, ["BRANCH_RULE at input.parent"]);
    assert_eq!(refused(hub("甲"), json!({ "form": "LIAISON_STATION" })).await, ["BRANCH_RULE at input.form"]);
    assert_eq!(refused(hub("甲"), json!({ "memberCount": 2 })).await, ["BRANCH_RULE at input.memberCount"]);
    assert_eq!(refused(hub("甲"), json!({ "committeeSize": 2 })).await, ["BRANCH_RULE at input.committeeSize"]);
    assert_eq!(refused(hub("甲"), json!({ "committeeSize": 8 })).await, ["BRANCH_RULE at input.committeeSize"]);
    assert_eq!(refused(property("乙"), json!({ "lead": organisation_id("mill") })).await, ["BRANCH_RULE at input.lead"]);
    assert_eq!(refused(custody("丙", &custodian), json!({ "custodian": null })).await, ["BRANCH_RULE at input.custodian"]);
    assert_eq!(refused(custody("丙", &station), json!({})).await, ["BRANCH_RULE at input.custodian"]);
    assert_eq!(
        refused(custody("丙", &custodian), json!({ "lead": organisation_id("mill") })).await,
        ["BRANCH_RULE at input.lead", "BRANCH_RULE at input.covers"]
    );
    assert_eq!(
        refused(custody("丙", &custodian), json!({ "covers": [organisation_id("forge"), organisation_id("mill")] })).await,
        ["BRANCH_RULE at input.covers"]
    );
    let everywhere = json!({ "place": place_id("tower"), "lead": organisation_id("mill"), "memberCount": 0, "committeeSize": 1 });
    assert_eq!(
        refused(hub("甲"), everywhere).await,
        [
            "BRANCH_RULE at input.place",
            "BRANCH_RULE at input.lead",
            "BRANCH_RULE at input.memberCount",
            "BRANCH_RULE at input.committeeSize"
        ]
    );

    assert_eq!(everything(&world).await, before);
    let lines = world.audit().await;
    assert_eq!(lines.iter().filter(|line| *line == "branch.propose BRANCH_RULE").count(), 14);
}

#[rstest]
#[tokio::test]
async fn a_refusal_names_the_rule_in_both_languages(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let proposal = but(hub("甲"), &json!({ "memberCount": 2 }));
    let reply = world.mutate("circle.steward", "branchPropose", FIELDS, proposal).await;
    assert_eq!(reply.payload["problems"][0]["message"], "A branch (form BRANCH) has at least 3 members.");
    assert_eq!(reply.payload["branch"], Value::Null);
    assert_eq!(reply.payload["warnings"], json!([]));
}

#[rstest]
#[tokio::test]
async fn what_a_branch_must_cover_is_looked_at_when_it_is_decided_on(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    sits_in(&world, "forge", "tower").await;
    sits_in(&world, "mill", "tower").await;
    let custodian =
        active(&world, but(hub("枢纽支部"), &json!({ "covers": [organisation_id("justice"), organisation_id("labour")] }))).await;
    let proposals = [
        but(hub("甲"), &json!({ "covers": [organisation_id("mill")] })),
        but(property("乙"), &json!({ "covers": [organisation_id("mill")] })),
        but(custody("丙", &custodian), &json!({ "covers": [organisation_id("mill")] })),
    ];
    for proposal in proposals {
        let proposed = propose(&world, proposal.clone()).await;
        let before = everything(&world).await;
        let reply = world.mutate("coordinator", "branchApprove", FIELDS, proposed.input()).await;
        assert_eq!(reply.problems(), ["BRANCH_RULE at input.branch"], "{proposal}");
        assert_eq!(everything(&world).await, before);
    }
}

#[rstest]
#[tokio::test]
async fn the_rules_are_looked_at_again_before_a_branch_is_put_to_work(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let proposed = propose(&world, property("物业支部")).await;
    let approved = approve(&world, &proposed).await;
    world.connection().batch_execute("UPDATE tenancy SET to_on = '2026-11-22'").expect("everybody moves out");
    let before = everything(&world).await;
    let reply = world.mutate("coordinator", "branchActivate", FIELDS, approved.input()).await;
    assert_eq!(reply.problems(), ["BRANCH_RULE at input.branch"]);
    world.connection().batch_execute("UPDATE tenancy SET to_on = NULL").expect("everybody comes back");
    world
        .connection()
        .batch_execute("UPDATE organisation SET status = 'CLOSED', status_reason = '注销' WHERE name = 'bakery'")
        .expect("it closes");
    let reply = world.mutate("coordinator", "branchActivate", FIELDS, approved.input()).await;
    assert_eq!(reply.problems(), ["ORGANISATION_INACTIVE at input.branch"]);
    assert_eq!(everything(&world).await, before);
}

#[rstest]
#[tokio::test]
async fn an_approval_names_every_warning_that_stands(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let units: Vec<String> = ["mill", "bakery", "forge", "keeper", "justice", "labour"].map(organisation_id).to_vec();
    let joint = json!({ "form": "JOINT_BRANCH", "covers": units, "memberCount": 51, "formedOn": "2024-02-01" });
    let reply = world.mutate("circle.steward", "branchPropose", FIELDS, but(hub("联合支部"), &joint)).await;
    let warnings =
        json!([{ "code": "MANY_UNITS" }, { "code": "MANY_MEMBERS" }, { "code": "NO_COMMITTEE" }, { "code": "TERM_ENDING" }]);
    assert_eq!(*reply.done("/warnings"), warnings);
    let proposed = Known::of(&reply);
    let before = everything(&world).await;

    let some = proposed.with("acknowledgeWarnings", vec!["MANY_UNITS", "TERM_ENDING"]);
    let reply = world.mutate("coordinator", "branchApprove", FIELDS, some).await;
    let refusal = "WARNINGS_UNACKNOWLEDGED at input.acknowledgeWarnings";
    assert_eq!(reply.problems(), [refusal, refusal]);
    assert!(reply.payload["problems"][0]["message"].as_str().is_some_and(|text| text.contains("MANY_MEMBERS")), "{}", reply.body);
    assert_eq!(everything(&world).await, before);

    let all = vec!["MANY_UNITS", "MANY_MEMBERS", "NO_COMMITTEE", "TERM_ENDING", "ELIGIBLE_FOR_BRANCH"];
    let fields = "branch { warnings { code } acknowledgedWarnings } warnings { code }";
    let reply = world.mutate("coordinator", "branchApprove", fields, proposed.with("acknowledgeWarnings", all.clone())).await;
    assert_eq!(*reply.done("/warnings"), warnings);
    assert_eq!(*reply.done("/branch/acknowledgedWarnings"), json!(all[..4]));
    let decided = "SELECT count(*) FROM branch b JOIN account a ON a.id = b.decided_by WHERE a.login = 'coordinator'";
    assert_eq!(world.number(decided).await, 1);
}

#[rstest]
#[tokio::test]
async fn a_station_that_has_grown_becomes_a_branch(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    sits_in(&world, "forge", "tower").await;
    let custodian = active(&world, hub("枢纽支部")).await;
    let reply = world
        .mutate("circle.steward", "branchPropose", FIELDS, but(custody("联络站", &custodian), &json!({ "memberCount": 3 })))
        .await;
    assert_eq!(*reply.done("/warnings"), json!([{ "code": "ELIGIBLE_FOR_BRANCH" }]));
    let approved = approve(&world, &Known::of(&reply)).await;
    let station = step(&world, "branchActivate", &approved).await;

    let grown = but(hub("楼宇支部"), &json!({ "covers": [organisation_id("forge"), organisation_id("justice")] }));
    let grown = propose(&world, grown).await;
    let grown = approve(&world, &grown).await;
    let reply = world.mutate("coordinator", "branchActivate", FIELDS, grown.input()).await;
    assert_eq!(reply.problems(), ["ALREADY_COVERED at input.branch"]);
    assert_eq!(cover_of(&world, "forge").await, "联络站");
    step_because(&world, "branchConvert", &station).await;
    assert_eq!(cover_of(&world, "forge").await, Value::Null);
    step(&world, "branchActivate", &grown).await;
    assert_eq!(cover_of(&world, "forge").await, "楼宇支部");
}

#[rstest]
#[tokio::test]
async fn an_active_branch_covers_more_and_fewer_within_the_rules(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    sits_in(&world, "forge", "tower").await;
    let branch = active(&world, hub("枢纽支部")).await;
    let station = active(&world, custody("联络站", &branch)).await;
    let before = everything(&world).await;
    let cover = async |branch: &Known, organisation: &str| {
        world.mutate("circle.steward", "branchCover", FIELDS, branch.with("organisation", organisation_id(organisation))).await
    };
    let uncover = async |branch: &Known, organisation: &str| {
        world.mutate("circle.steward", "branchUncover", FIELDS, branch.with("organisation", organisation_id(organisation))).await
    };

    assert_eq!(cover(&branch, "forge").await.problems(), ["ALREADY_COVERED at input.organisation"]);
    assert_eq!(cover(&branch, "mill").await.problems(), ["ALREADY_COVERED at input.organisation"]);
    assert_eq!(cover(&branch, "neighbour").await.problems(), ["NOT_FOUND at input.organisation"]);
    assert_eq!(cover(&station, "justice").await.problems(), ["BRANCH_RULE at input.organisation"]);
    assert_eq!(uncover(&branch, "mill").await.problems(), ["BRANCH_RULE at input.organisation"]);
    assert_eq!(uncover(&branch, "forge").await.problems(), ["NOT_FOUND at input.organisation"]);
    assert_eq!(uncover(&station, "forge").await.problems(), ["BRANCH_RULE at input.organisation"]);
    assert_eq!(everything(&world).await, before);

    let larger = cover(&branch, "justice").await;
    assert_eq!(*larger.done("/branch/coverCount"), 3);
    let smaller = uncover(&Known::of(&larger), "mill").await;
    assert_eq!(*smaller.done("/branch/coverCount"), 2);
    assert_eq!(cover_of(&world, "mill").await, Value::Null);
    let again = cover(&Known::of(&smaller), "mill").await;
    assert_eq!(*again.done("/branch/coverCount"), 3);
    assert_eq!(world.number("SELECT count(*) FROM branch_coverage WHERE to_on IS NOT NULL").await, 1);
    sits_in(&world, "labour", "tower").await;
    assert_eq!(*cover(&station, "labour").await.done("/branch/coverCount"), 2);
}

#[rstest]
#[tokio::test]
async fn the_database_refuses_what_the_rules_forbid(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    sits_in(&world, "forge", "tower").await;
    let branch = active(&world, hub("枢纽支部")).await;
    active(&world, custody("联络站", &branch)).await;
    propose(&world, hub("待批支部")).await;
    let refused = |statement: &str, constraint: &str| {
        let error = world.connection().batch_execute(statement).expect_err(statement).to_string();
        assert!(error.contains(constraint), "{statement}: {error}");
    };
    refused("UPDATE branch SET kind = 'OTHER'", "branch_");
    refused("UPDATE branch SET form = 'LIAISON_STATION' WHERE kind = 'HUB'", "branch_form_fits");
    refused("UPDATE branch SET form = 'BRANCH' WHERE kind = 'CUSTODY'", "branch_form_fits");
    refused("UPDATE branch SET custodian = NULL WHERE kind = 'CUSTODY'", "branch_custodian_fits");
    refused("UPDATE branch SET custodian = id WHERE kind = 'HUB'", "branch_custodian_fits");
    refused("UPDATE branch SET term_months = 36 WHERE kind = 'CUSTODY'", "branch_term_fits");
    refused("UPDATE branch SET term_months = NULL WHERE kind = 'HUB'", "branch_term_fits");
    refused("UPDATE branch SET member_count = -1", "branch_counts_range");
    refused("UPDATE branch SET committee_size = 1001", "branch_counts_range");
    refused("UPDATE branch SET status = 'ELSEWHERE' WHERE name = '枢纽支部'", "branch_status_known");
    refused("UPDATE branch SET status = 'SUSPENDED' WHERE name = '枢纽支部'", "branch_reason_given");
    refused("UPDATE branch SET status_reason = '原因' WHERE name = '枢纽支部'", "branch_reason_given");
    refused("UPDATE branch SET status = 'ACTIVE' WHERE name = '待批支部'", "branch_decision_taken");
    refused("UPDATE branch SET decided_by = NULL WHERE name = '枢纽支部'", "branch_decision_taken");
    refused("UPDATE branch SET status = 'MERGED' WHERE name = '枢纽支部'", "branch_merge_target");
    refused("UPDATE branch SET merged_into = id WHERE name = '枢纽支部'", "branch_merge_target");
    refused("UPDATE branch_coverage SET to_on = '2026-11-22'", "branch_coverage_range");
    let unique = |postgres: &'static str, sqlite: &'static str| if db == Db::Sqlite { sqlite } else { postgres };
    refused("UPDATE branch SET name = '同名'", unique("branch_name_unique", "branch.district, branch.name"));
    let everybody = "UPDATE branch_coverage SET organisation = (SELECT id FROM organisation WHERE name = 'mill')";
    refused(everybody, unique("branch_coverage_one_current", "branch_coverage.organisation"));
}
