//! What waits for whom, and until when.

use jiff::Timestamp;
use park_portal::ops::upkeep;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    project,
    world::{
        DISTRICT, Db, World,
        steps::{
            Made, drafted_demand, drafted_resource, enter_account, listed_demand, listed_resource, organisation_id, place_id,
            step,
        },
        walk::walk,
    },
};

/// Everything that waits for an account, as `KIND label until`; and that it is what the counts say, and
/// that the account may do it.
async fn waits(world: &World, login: &str) -> Vec<String> {
    let query = "{ inbox(first: 100) { totalCount nodes { kind mutation label dueAt overdue object { id } } } \
        inboxCounts { kind count overdue } }";
    let reply = world.run(login, query, json!({})).await;
    let nodes = reply.data("/inbox/nodes").as_array().expect("items").clone();
    assert_eq!(reply.data("/inbox/totalCount"), nodes.len(), "{login}");
    let counts = reply.data("/inboxCounts").as_array().expect("counts");
    for count in counts {
        let of_kind: Vec<&Value> = nodes.iter().filter(|node| node["kind"] == count["kind"]).collect();
        let late = of_kind.iter().filter(|node| node["overdue"] == true).count();
        assert_eq!((&count["count"], &count["overdue"]), (&json!(of_kind.len()), &json!(late)), "{login} {count}");
    }
    assert_eq!(counts.iter().filter_map(|count| count["count"].as_u64()).sum::<u64>() as usize, nodes.len());
    nodes
        .iter()
        .map(|node| {
            assert!(node["object"]["id"].is_string(), "{login} does not see what waits: {node}");
            let due = node["dueAt"].as_str().map_or(String::new(), |due| format!(" {due}"));
            format!("{} {}{due}", node["kind"].as_str().unwrap(), node["label"].as_str().unwrap())
        })
        .collect()
}

/// Nothing waits for any of these.
async fn idle(world: &World, logins: &[&str]) {
    for login in logins {
        assert_eq!(waits(world, login).await, Vec::<String>::new(), "{login}");
    }
}

async fn at(world: &World, moment: &str) {
    let moment: Timestamp = moment.parse().expect("a moment");
    world.advance(moment.duration_since(world.app.clock.now())).await;
    upkeep::run_due(&world.app).await.expect("what is due is done");
}

async fn demand_now(world: &World, demand: &Made) -> Made {
    let query = "query($id: ID!) { demand(id: $id) { version } }";
    let reply = world.run("coordinator", query, json!({ "id": demand.id })).await;
    Made { id: demand.id.clone(), version: reply.data("/demand/version").as_i64().unwrap() }
}

#[rstest]
#[tokio::test]
async fn a_demand_waits_for_who_triages_then_for_who_mends(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let draft = drafted_demand(&world, "mill.liaison", json!({})).await;
    idle(&world, &["mill.liaison", "circle.steward", "coordinator"]).await;
    let submitted = step(&world, "mill.liaison", "demandSubmit", "demand", &draft, json!({})).await;
    let triage = "DEMAND_TRIAGE D-420105-2026-000001 劳动合同法律咨询 2026-11-26T09:30:00Z";
    for login in ["circle.steward", "coordinator"] {
        assert_eq!(waits(&world, login).await, [triage]);
    }
    idle(&world, &["mill.liaison", "plant.steward", "justice.lead", "sysadmin", "auditor", "nobody"]).await;
    let returned = step(&world, "circle.steward", "demandReturn", "demand", &submitted, json!({ "reason": "请写明次数" })).await;
    assert_eq!(waits(&world, "mill.liaison").await, ["DEMAND_MEND D-420105-2026-000001 劳动合同法律咨询"]);
    idle(&world, &["circle.steward", "coordinator", "bakery.liaison"]).await;
    let submitted = step(&world, "mill.liaison", "demandSubmit", "demand", &returned, json!({})).await;
    step(&world, "circle.steward", "demandList", "demand", &submitted, json!({})).await;
    idle(&world, &["mill.liaison", "circle.steward", "coordinator"]).await;
}

#[rstest]
#[tokio::test]
async fn a_demand_that_nobody_claims_waits_for_its_duty_unit_then_for_the_coordinator(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    at(&world, "2026-11-30T09:30:00Z").await;
    let claim = "DEMAND_CLAIM D-420105-2026-000001 劳动合同法律咨询 2026-12-07T09:30:00Z";
    for login in ["justice.official", "justice.lead"] {
        assert_eq!(waits(&world, login).await, [claim]);
    }
    idle(&world, &["labour.lead", "coordinator", "mill.liaison"]).await;
    at(&world, "2026-12-07T09:30:00Z").await;
    idle(&world, &["justice.official"]).await;
    assert_eq!(waits(&world, "coordinator").await, ["DEMAND_DISPATCH D-420105-2026-000001 劳动合同法律咨询"]);

    let offer = json!({ "demand": demand.id, "provider": organisation_id("justice"), "quantity": 1,
        "plan": { "start": "2026-12-31", "due": "2026-12-31" } });
    let reply = world.mutate("coordinator", "claimDispatch", "claim { id version }", offer).await;
    let claim = Made { id: reply.text("/claim/id"), version: 1 };
    idle(&world, &["coordinator", "mill.liaison"]).await;
    let answer = "CLAIM_ANSWER C-420105-2026-000001 2026-12-10T09:30:00Z";
    assert_eq!(waits(&world, "justice.lead").await, [answer]);
    let objected = step(&world, "justice.lead", "claimObject", "claim", &claim, json!({ "reason": "不属于本单位职责" })).await;
    assert_eq!(waits(&world, "coordinator").await, ["CLAIM_OBJECTION_DECIDE C-420105-2026-000001 2026-12-08T09:30:00Z"]);
    idle(&world, &["justice.lead", "justice.official"]).await;
    let ruling = json!({ "ruling": "DISMISS", "reason": null });
    let decided = world
        .mutate(
            "coordinator",
            "claimObjectionDecide",
            "claim { id version }",
            json!({ "claim": objected.id, "expectedVersion": objected.version, "ruling": ruling["ruling"], "reason": ruling["reason"] }),
        )
        .await;
    let decided = Made { id: decided.text("/claim/id"), version: objected.version + 1 };
    assert_eq!(waits(&world, "justice.official").await, ["CLAIM_ANSWER C-420105-2026-000001 2026-12-10T09:30:00Z"]);
    step(&world, "justice.official", "claimConsent", "claim", &decided, json!({})).await;
    assert_eq!(waits(&world, "mill.liaison").await, ["CLAIM_ANSWER C-420105-2026-000001 2026-12-10T09:30:00Z"]);
    idle(&world, &["justice.official", "coordinator"]).await;
}

#[rstest]
#[tokio::test]
async fn a_project_waits_for_its_lead_until_it_waits_for_the_enterprise(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let opened = project::opened(&world, &demand, "justice").await;
    let label = "P-420105-2026-000001 劳动合同法律咨询";
    let contact = format!("PROJECT_CONTACT {label} 2026-11-24T09:30:00Z");
    let plan = format!("PROJECT_PLAN {label} 2026-11-26T09:30:00Z");
    for login in ["justice.official", "justice.lead"] {
        assert_eq!(waits(&world, login).await, [contact.clone(), plan.clone()]);
    }
    idle(&world, &["mill.liaison", "labour.lead", "coordinator", "circle.steward"]).await;
    let contacted = step(&world, "justice.lead", "projectContactLog", "project", &opened, json!({ "note": "已电话联系" })).await;
    assert_eq!(waits(&world, "justice.lead").await, [plan]);
    let planned = step(&world, "justice.lead", "projectPlanFile", "project", &contacted, json!({ "plan": "上门讲解一次" })).await;
    assert_eq!(waits(&world, "justice.lead").await, [format!("PROJECT_START {label} 2026-12-14T09:30:00Z")]);
    let started = step(&world, "justice.lead", "projectStart", "project", &planned, json!({})).await;
    let work =
        [format!("PROJECT_DELIVER {label} 2026-12-14T09:30:00Z"), format!("PROJECT_PROGRESS {label} 2026-12-23T09:30:00Z")];
    assert_eq!(waits(&world, "justice.official").await, work);
    let asks = json!({ "dueOn": "2026-12-21", "reason": "律师排期已满" });
    let asked = step(&world, "justice.official", "projectExtensionAsk", "project", &started, asks).await;
    assert_eq!(waits(&world, "coordinator").await, [format!("PROJECT_EXTENSION_DECIDE {label} 2026-12-14T09:30:00Z")]);
    let withdrawn = step(&world, "justice.official", "projectExtensionWithdraw", "project", &asked, json!({})).await;
    let season = json!({ "reason": "SEASON", "note": "冬季无法施工", "until": "2026-12-08" });
    let asked = step(&world, "justice.official", "projectPauseAsk", "project", &withdrawn, season).await;
    assert_eq!(waits(&world, "coordinator").await, [format!("PROJECT_PAUSE_DECIDE {label}")]);
    let refused = json!({ "ruling": "REFUSE", "reason": "理由不充分" });
    let refused = step(&world, "coordinator", "projectPauseDecide", "project", &asked, refused).await;
    idle(&world, &["coordinator", "mill.liaison"]).await;
    step(&world, "justice.lead", "projectDeliver", "project", &refused, json!({ "summary": "讲解已完成" })).await;
    idle(&world, &["justice.lead", "justice.official", "coordinator", "bakery.liaison"]).await;
    assert_eq!(waits(&world, "mill.liaison").await, [format!("PROJECT_CONFIRM {label} 2026-11-30T09:30:00Z")]);
    // What nobody confirms can still be confirmed until it closes.
    at(&world, "2026-11-30T09:30:01Z").await;
    assert_eq!(waits(&world, "mill.liaison").await, [format!("PROJECT_CONFIRM {label} 2026-12-28T09:30:00Z")]);
    // It is among the few of its month, so it is drawn, and the coordinator calls.
    at(&world, "2026-12-01T09:30:00Z").await;
    assert_eq!(waits(&world, "coordinator").await, [format!("PROJECT_CALL_BACK {label}")]);
}

#[rstest]
#[tokio::test]
async fn a_claim_waits_for_the_side_that_has_not_answered(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    let offer = json!({ "demand": demand.id, "provider": organisation_id("justice"), "quantity": 1,
        "plan": { "start": "2026-12-31", "due": "2026-12-31" } });
    let reply = world.mutate("justice.official", "claimOffer", "claim { id }", offer).await;
    let claim = Made { id: reply.text("/claim/id"), version: 1 };
    assert_eq!(waits(&world, "mill.liaison").await, ["CLAIM_ANSWER C-420105-2026-000001 2026-11-26T09:30:00Z"]);
    idle(&world, &["justice.official", "justice.lead", "coordinator", "bakery.liaison", "circle.steward"]).await;
    let agreed = step(&world, "mill.liaison", "claimConsent", "claim", &claim, json!({})).await;
    idle(&world, &["mill.liaison"]).await;
    let asked = step(&world, "mill.liaison", "claimCancelAsk", "claim", &agreed, json!({ "reason": "已自行解决" })).await;
    assert!(
        waits(&world, "justice.lead").await.contains(&"CLAIM_CANCEL_ANSWER C-420105-2026-000001 2026-11-26T09:30:00Z".to_owned())
    );
    idle(&world, &["mill.liaison", "coordinator"]).await;
    step(&world, "justice.lead", "claimCancelAgree", "claim", &asked, json!({})).await;
    idle(&world, &["justice.lead", "mill.liaison"]).await;
}

#[rstest]
#[tokio::test]
async fn what_the_coordinator_decided_comes_back_with_an_objection(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "desiredTo": "2026-12-01" })).await;
    let closes = json!({ "outcome": "NOT_FEASIBLE", "explanation": "本区没有这样的资源" });
    let closed = step(&world, "coordinator", "demandClose", "demand", &demand, closes).await;
    idle(&world, &["coordinator", "mill.liaison"]).await;
    let objected = step(&world, "mill.liaison", "demandObject", "demand", &closed, json!({ "reason": "邻区可以提供" })).await;
    let decide = "DEMAND_OBJECTION_DECIDE D-420105-2026-000001 劳动合同法律咨询 2026-11-30T09:30:00Z";
    assert_eq!(waits(&world, "coordinator").await, [decide]);
    let ruling = json!({ "ruling": "UPHOLD", "reason": "同意继续办理" });
    step(&world, "coordinator", "demandObjectionDecide", "demand", &objected, ruling).await;
    idle(&world, &["coordinator"]).await;
    // Nothing is agreed until its time is over: it expires, and the enterprise may renew it.
    at(&world, "2026-12-31T09:30:00Z").await;
    let renew = waits(&world, "mill.liaison").await;
    assert_eq!(renew.len(), 1);
    assert!(renew[0].starts_with("DEMAND_RENEW D-420105-2026-000001 劳动合同法律咨询 2027-03-3"), "{renew:?}");
    idle(&world, &["bakery.liaison", "justice.lead"]).await;
}

#[rstest]
#[tokio::test]
async fn a_demand_whose_projects_did_not_solve_it_waits_for_a_decision(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({ "quantity": 1 })).await;
    project::confirmed(&world, &demand, "justice", "NO").await;
    at(&world, "2026-12-07T09:30:01Z").await;
    let decide = waits(&world, "coordinator").await;
    assert!(
        decide.iter().any(|item| item == "DEMAND_DECIDE D-420105-2026-000001 劳动合同法律咨询 2026-12-14T09:30:00Z"),
        "{decide:?}"
    );
    let closes = json!({ "outcome": "PARTLY_SATISFIED", "explanation": "已提供部分服务" });
    let now = demand_now(&world, &demand).await;
    step(&world, "coordinator", "demandClose", "demand", &now, closes).await;
    assert!(!waits(&world, "coordinator").await.iter().any(|item| item.starts_with("DEMAND_DECIDE")));
}

#[rstest]
#[tokio::test]
async fn a_resource_waits_for_its_lead_and_then_for_a_word_that_it_is_still_true(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let draft = drafted_resource(&world, "justice.official", json!({})).await;
    assert_eq!(waits(&world, "justice.lead").await, ["RESOURCE_LIST 园区法律体检"]);
    // An official drafts, a lead lists.
    idle(&world, &["justice.official", "labour.lead", "coordinator", "mill.liaison"]).await;
    let listed = step(&world, "justice.lead", "resourceList", "resource", &draft, json!({})).await;
    idle(&world, &["justice.lead"]).await;
    at(&world, "2027-02-06T01:00:00Z").await;
    let assure = "RESOURCE_ASSURE R-420105-2026-000001 园区法律体检 2027-02-21T09:30:00Z";
    for login in ["justice.official", "justice.lead"] {
        assert_eq!(waits(&world, login).await, [assure]);
    }
    idle(&world, &["coordinator", "labour.lead"]).await;
    at(&world, "2027-02-22T01:00:00Z").await;
    let query = "{ inbox { nodes { kind overdue } } }";
    let late = world.run("justice.official", query, json!({})).await;
    assert_eq!(late.data("/inbox/nodes"), &json!([{ "kind": "RESOURCE_ASSURE", "overdue": true }]));
    let resource =
        world.run("justice.lead", "query($id: ID!) { resource(id: $id) { version } }", json!({ "id": listed.id })).await;
    let stale = Made { id: listed.id.clone(), version: resource.data("/resource/version").as_i64().unwrap() };
    step(&world, "justice.official", "resourceAssure", "resource", &stale, json!({})).await;
    idle(&world, &["justice.official", "justice.lead"]).await;
}

#[rstest]
#[tokio::test]
async fn branches_wait_for_the_coordinator_and_for_the_steward(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let hub = json!({ "kind": "HUB", "place": place_id("mall"), "name": "枢纽支部", "form": "BRANCH",
        "lead": organisation_id("street"), "memberCount": 6, "covers": [organisation_id("mill"), organisation_id("bakery")] });
    let proposed = world.mutate("circle.steward", "branchPropose", "branch { id }", hub.clone()).await;
    let branch = Made { id: proposed.text("/branch/id"), version: 1 };
    assert_eq!(waits(&world, "coordinator").await, ["BRANCH_DECIDE 枢纽支部"]);
    idle(&world, &["circle.steward", "plant.steward", "mill.liaison"]).await;
    let returned = step(&world, "coordinator", "branchReturn", "branch", &branch, json!({ "reason": "请补充党员人数" })).await;
    assert_eq!(waits(&world, "circle.steward").await, ["BRANCH_MEND 枢纽支部"]);
    idle(&world, &["coordinator", "plant.steward"]).await;
    let mut revised = hub;
    revised["branch"] = json!(returned.id);
    revised["expectedVersion"] = json!(returned.version);
    revised.as_object_mut().unwrap().retain(|name, _| name != "kind" && name != "place");
    let revised = world.mutate("circle.steward", "branchRevise", "branch { id version }", revised).await;
    let branch = Made { id: revised.text("/branch/id"), version: returned.version + 1 };
    step(&world, "coordinator", "branchApprove", "branch", &branch, json!({})).await;
    assert_eq!(waits(&world, "coordinator").await, ["BRANCH_ACTIVATE 枢纽支部"]);
}

#[rstest]
#[tokio::test]
async fn nobody_is_asked_to_approve_what_they_have_proposed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    enter_account(&mut world.connection(), DISTRICT, "second.coordinator", "COORDINATOR", "DISTRICT", "");
    let change =
        json!({ "code": "DEMAND_TRIAGE", "value": 4, "basis": "OWN_CHOICE", "source": "本区自定", "reason": "人手不足" });
    world.mutate("coordinator", "ruleChangePropose", "ruleChange { id }", change).await.text("/ruleChange/id");
    assert_eq!(waits(&world, "second.coordinator").await, ["RULE_CHANGE_DECIDE DEMAND_TRIAGE"]);
    idle(&world, &["coordinator"]).await;
    let account = world.run("sysadmin", "{ accounts(first: 100) { nodes { id login } } }", json!({})).await;
    let nodes = account.data("/accounts/nodes").as_array().unwrap().clone();
    let id = nodes.iter().find(|node| node["login"] == "nobody").unwrap()["id"].clone();
    let grant = json!({ "account": id, "role": "LIAISON", "scope": organisation_id("mill"), "from": "2026-11-23" });
    world.mutate("sysadmin", "grantPropose", "grant { id }", grant).await.text("/grant/id");
    assert_eq!(waits(&world, "secadmin").await, ["GRANT_APPROVE LIAISON"]);
    idle(&world, &["sysadmin", "coordinator"]).await;
}

#[rstest]
#[tokio::test]
async fn pages_come_the_same_both_ways_whatever_ends_when(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    // The mill has demands to mend without an end, claims to answer at the same moment, and more.
    for (title, detail) in [("展会合同审查", "展位搭建"), ("消防疏散演练", "厂房二楼"), ("财税政策宣讲", "研发加计扣除")]
    {
        let demand = listed_demand(&world, json!({ "title": title, "detail": detail })).await;
        for provider in ["justice", "labour"] {
            let offer = json!({ "demand": demand.id, "provider": organisation_id(provider), "quantity": 1,
                "plan": { "start": "2026-12-31", "due": "2026-12-31" } });
            world.mutate(&format!("{provider}.lead"), "claimOffer", "claim { id }", offer).await.text("/claim/id");
        }
    }
    for (title, detail) in [("夜班接驳车", "地铁口"), ("托管班名额", "暑假期间"), ("心理讲座", "午休时段")]
    {
        let draft = drafted_demand(&world, "mill.liaison", json!({ "title": title, "detail": detail })).await;
        let submitted = step(&world, "mill.liaison", "demandSubmit", "demand", &draft, json!({})).await;
        step(&world, "coordinator", "demandReturn", "demand", &submitted, json!({ "reason": "请写明次数" })).await;
    }
    let demand = listed_demand(&world, json!({ "title": "另一项", "detail": "别的内容" })).await;
    project::delivered(&world, &demand, "labour").await;
    let kinds = walk(&world, "inbox", "kind", "").await;
    let expected = [&["CLAIM_ANSWER"; 6][..], &["PROJECT_CONFIRM"], &["DEMAND_MEND"; 3]].concat();
    assert_eq!(kinds, expected);
    let labels = walk(&world, "inbox", "label", "").await;
    let once: std::collections::BTreeSet<&String> = labels.iter().collect();
    assert_eq!(once.len(), 10);
    assert_eq!(walk(&world, "inbox", "kind", ", kinds: [DEMAND_MEND]").await, ["DEMAND_MEND"; 3]);
    assert_eq!(waits(&world, "mill.liaison").await.len(), 10);
    let foreign = world.run("mill.liaison", "{ inbox(first: 1, after: \"x\") { nodes { kind } } }", json!({})).await;
    assert_eq!(foreign.code(), "BAD_CURSOR");
}

#[rstest]
#[tokio::test]
async fn whoever_may_in_two_ways_is_asked_once(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let draft = drafted_demand(&world, "mill.liaison", json!({})).await;
    step(&world, "mill.liaison", "demandSubmit", "demand", &draft, json!({})).await;
    crate::world::steps::enter_grant(&mut world.connection(), DISTRICT, "circle.steward", "COORDINATOR", "DISTRICT", "");
    assert_eq!(waits(&world, "circle.steward").await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_digest_tells_what_a_day_brings_in_both_languages(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let demand = listed_demand(&world, json!({})).await;
    project::opened(&world, &demand, "justice").await;
    drafted_resource(&world, "justice.official", json!({})).await;
    listed_resource(&world, json!({ "title": "另一项资源", "detail": "别的内容" })).await;
    let digest = async |login: &str, on: &str, lang: &str| {
        let body = json!({ "query": format!("{{ inboxDigest(on: \"{on}\") }}") }).to_string();
        let request = axum::http::Request::post("/graphql")
            .header("content-type", "application/json")
            .header("host", "portal.test")
            .header("accept-language", lang)
            .header("authorization", format!("Bearer {}", crate::world::token(login)))
            .body(axum::body::Body::from(body))
            .unwrap();
        let reply = crate::world::Reply::read(world.send(request).await).await;
        reply.data("/inboxDigest").as_str().unwrap().to_owned()
    };
    assert_eq!(
        digest("justice.lead", "2026-11-26", "zh-CN").await,
        "待办摘要 2026-11-26\n\
         【已逾期】1 项\n\
         - 首次联系企业：P-420105-2026-000001 劳动合同法律咨询（2026-11-24 前）\n\
         【当日到期】1 项\n\
         - 提交项目计划：P-420105-2026-000001 劳动合同法律咨询（2026-11-26 前）\n\
         【不限时】1 项\n\
         - 发布资源：园区法律体检\n"
    );
    assert_eq!(
        digest("justice.lead", "2026-11-23", "en").await,
        "What waits on 2026-11-23\n\
         Due within seven days: 2\n\
         - Contact the enterprise: P-420105-2026-000001 劳动合同法律咨询 (by 2026-11-24)\n\
         - File the plan: P-420105-2026-000001 劳动合同法律咨询 (by 2026-11-26)\n\
         Without an end: 1\n\
         - List a resource: 园区法律体检\n"
    );
    assert_eq!(digest("bakery.liaison", "2026-11-23", "zh-CN").await, "待办摘要 2026-11-23\n没有待办事项。\n");
    assert_eq!(digest("nobody", "2026-11-23", "en").await, "What waits on 2026-11-23\nNothing waits.\n");
}
