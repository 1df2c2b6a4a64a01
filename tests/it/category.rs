//! Service categories through the API.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, World,
    steps::{category_id, organisation_id},
    walk::but,
};

fn leaf(code: &str, name: &str) -> Value {
    json!({ "code": code, "name": name, "parent": category_id("LEGAL"), "profile": "SIMPLE" })
}

#[rstest]
#[tokio::test]
async fn a_leaf_stands_behind_its_root_and_has_its_duty_unit(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let fields = "category { code name profile version parent { code } dutyUnit { name } hasOwnDutyUnit viewerCanSetDutyUnit }";
    let reply = world.mutate("coordinator", "categoryCreate", fields, leaf("LEGAL_ADVICE", "法律咨询")).await;
    assert_eq!(
        reply.done("/category"),
        &json!({
            "code": "LEGAL_ADVICE", "name": "法律咨询", "profile": "SIMPLE", "version": 1, "parent": { "code": "LEGAL" },
            "dutyUnit": { "name": "justice" }, "hasOwnDutyUnit": false, "viewerCanSetDutyUnit": true,
        })
    );
    let own = but(leaf("LEGAL_AID", "法律援助"), json!({ "dutyUnit": organisation_id("labour") }));
    let reply = world.mutate("coordinator", "categoryCreate", fields, own).await;
    assert_eq!(reply.done("/category/dutyUnit/name"), "labour");

    let query = "{ categories { code parent { code } dutyUnit { name } children { code dutyUnit { name } } } }";
    let reply = world.run("mill.liaison", query, json!({})).await;
    let codes: Vec<&str> =
        reply.data("/categories").as_array().expect("a list").iter().filter_map(|category| category["code"].as_str()).collect();
    assert_eq!(codes.len(), 22);
    assert_eq!(codes[..8], ["POLICY", "FINANCE", "TALENT", "EMPLOYMENT", "LEGAL", "LEGAL_ADVICE", "LEGAL_AID", "IP_TECH"]);
    assert_eq!(
        reply.data("/categories/4/children"),
        &json!([
            { "code": "LEGAL_ADVICE", "dutyUnit": { "name": "justice" } },
            { "code": "LEGAL_AID", "dutyUnit": { "name": "labour" } },
        ])
    );
    assert_eq!(reply.data("/categories/21"), &json!({ "code": "OTHER", "parent": null, "dutyUnit": null, "children": [] }));
    assert_eq!(world.audit().await, ["category.create OK", "category.create OK"]);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_leaf_that_does_not_fit_is_refused(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let first = world.mutate("coordinator", "categoryCreate", "category { id }", leaf("LEGAL_ADVICE", "法律咨询")).await;
    let suspend = json!({ "organisation": organisation_id("labour"), "expectedVersion": 1, "reason": "机构调整" });
    world.mutate("coordinator", "organisationSuspend", "organisation { id }", suspend).await.done("");
    for (changes, problem) in [
        (json!({ "code": "LEGAL_ADVICE" }), "DUPLICATE_NAME at input.code"),
        (json!({ "name": "法律服务" }), "DUPLICATE_NAME at input.name"),
        (json!({ "code": "legal" }), "VALIDATION at input.code"),
        (json!({ "code": "L" }), "VALIDATION at input.code"),
        (json!({ "code": "L".repeat(41) }), "VALIDATION at input.code"),
        (json!({ "name": "" }), "VALIDATION at input.name"),
        (json!({ "parent": "cat_00000000000000000000000000" }), "NOT_FOUND at input.parent"),
        (json!({ "parent": first.text("/category/id") }), "VALIDATION at input.parent"),
        (json!({ "dutyUnit": organisation_id("mill") }), "VALIDATION at input.dutyUnit"),
        (json!({ "dutyUnit": organisation_id("labour") }), "ORGANISATION_INACTIVE at input.dutyUnit"),
        (json!({ "dutyUnit": organisation_id("neighbour") }), "NOT_FOUND at input.dutyUnit"),
    ] {
        let input = but(leaf("LEGAL_NEW", "新类别"), changes);
        let reply = world.mutate("coordinator", "categoryCreate", "category { id }", input).await;
        assert_eq!(reply.problems(), [problem]);
    }
    for login in ["circle.steward", "justice.lead", "mill.liaison"] {
        let reply = world.mutate(login, "categoryCreate", "category { id }", leaf("LEGAL_NEW", "新类别")).await;
        assert_eq!(reply.code(), "FORBIDDEN", "{login}");
    }
    assert_eq!(world.count("category").await, 21);
}

#[rstest]
#[tokio::test]
async fn only_an_active_department_answers_for_a_category(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let set = |unit: &str, version: i32| json!({ "category": category_id("OTHER"), "expectedVersion": version, "dutyUnit": organisation_id(unit) });
    let fields = "category { version dutyUnit { name } }";
    let reply = world.mutate("coordinator", "categoryDutyUnitSet", fields, set("street", 1)).await;
    assert_eq!(reply.done("/category"), &json!({ "version": 2, "dutyUnit": { "name": "street" } }));
    let suspend = json!({ "organisation": organisation_id("labour"), "expectedVersion": 1, "reason": "机构调整" });
    world.mutate("coordinator", "organisationSuspend", "organisation { id }", suspend).await.done("");
    for (unit, version, problem) in [
        ("justice", 1, "STALE_VERSION at "),
        ("mill", 2, "VALIDATION at input.dutyUnit"),
        ("labour", 2, "ORGANISATION_INACTIVE at input.dutyUnit"),
        ("neighbour", 2, "NOT_FOUND at input.dutyUnit"),
    ] {
        let reply = world.mutate("coordinator", "categoryDutyUnitSet", fields, set(unit, version)).await;
        assert_eq!(reply.problems(), [problem]);
    }
    let reply = world.mutate("justice.lead", "categoryDutyUnitSet", fields, set("justice", 2)).await;
    assert_eq!(reply.code(), "FORBIDDEN");
    let units =
        "SELECT count(*) FROM category c JOIN organisation o ON o.id = c.duty_unit WHERE c.code = 'OTHER' AND o.name = 'street'";
    assert_eq!(world.number(units).await, 1);
    assert_eq!(
        world.audit().await,
        [
            "category.duty_unit_set OK",
            "organisation.suspend OK",
            "category.duty_unit_set STALE_VERSION",
            "category.duty_unit_set ORGANISATION_INACTIVE",
            "category.duty_unit_set NOT_FOUND",
            "category.duty_unit_set FORBIDDEN",
        ]
    );
}
