//! Records of instructors through the API: filed once, never changed, and what others say of them.

pub mod chain;
mod files;
mod sight;

use jiff::{SignedDuration, Timestamp};
use park_portal::{kernel::id::PostingId, ops::upkeep};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    posting::posted,
    world::{
        Db, Reply, World, named,
        steps::{self, Made, category_id, organisation_id, place_id},
    },
};

const RECORD: &str = "filedRecord { id version refNo status late lateReason summary occurredOn kind filedAt \
    previousHash hash target { name } clocks { clock dueAt } }";

/// The posting of the account "instructor".
fn posting() -> String {
    let id: PostingId = named("instructor");
    id.to_string()
}

/// What an instructor did at the mill today, but for the changes.
fn content(changes: Value) -> Value {
    let content = json!({
        "occurredOn": "2026-11-23", "target": organisation_id("mill"), "kind": "VISIT", "summary": "走访企业,了解用工情况。",
    });
    steps::with(&content, changes)
}

async fn draft(world: &World, changes: Value) -> Reply {
    let input = json!({ "posting": posting(), "content": content(changes) });
    world.mutate("instructor", "recordDraft", "recordDraft { id version status }", input).await
}

/// A draft that is there.
async fn drafted(world: &World, changes: Value) -> Made {
    Made { id: draft(world, changes).await.text("/recordDraft/id"), version: 1 }
}

async fn file(world: &World, draft: &Made, more: Value) -> Reply {
    let input = json!({ "recordDraft": draft.id, "expectedVersion": draft.version });
    world.mutate("instructor", "recordFile", RECORD, steps::with(&input, more)).await
}

/// A record that is filed, with words of its own.
async fn filed(world: &World, words: &str) -> Made {
    let draft = drafted(world, json!({ "summary": words.repeat(6) })).await;
    Made { id: file(world, &draft, json!({})).await.text("/filedRecord/id"), version: 1 }
}

async fn say(world: &World, login: &str, mutation: &str, record: &Made, more: Value) -> Reply {
    let input = json!({ "filedRecord": record.id, "expectedVersion": record.version });
    world.mutate(login, mutation, "filedRecord { version status dispute decision verifiedAt }", steps::with(&input, more)).await
}

async fn seen(world: &World, login: &str, record: &Made, fields: &str) -> Value {
    let query = format!("query($id: ID!) {{ filedRecord(id: $id) {{ {fields} }} }}");
    world.run(login, &query, json!({ "id": record.id })).await.data("/filedRecord").clone()
}

async fn chain_of(world: &World, login: &str) -> Value {
    let query =
        "query($posting: ID!) { recordChain(posting: $posting) { holds records checkpoints firstBreak { year number fault } } }";
    world.run(login, query, json!({ "posting": posting() })).await.data("/recordChain").clone()
}

async fn at(world: &World, moment: &str) {
    let moment: Timestamp = moment.parse().expect("a moment");
    world.advance(moment.duration_since(world.app.clock.now())).await;
}

#[rstest]
#[tokio::test]
async fn a_record_is_filed_once_and_verified_in_one_act(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let draft = drafted(&world, json!({})).await;
    let reply = file(&world, &draft, json!({})).await;
    let first = reply.done("/filedRecord").clone();
    let shown = json!({
        "id": first["id"], "version": 1, "refNo": "F-420105-2026-9001-0001", "status": "FILED", "late": false,
        "lateReason": null, "summary": "走访企业,了解用工情况。", "occurredOn": "2026-11-23", "kind": "VISIT",
        "filedAt": crate::world::START, "previousHash": "0".repeat(64), "hash": first["hash"],
        "target": { "name": "mill" }, "clocks": [{ "clock": "VERIFICATION", "dueAt": "2026-11-30T09:30:00Z" }],
    });
    assert_eq!(first, shown);
    // The draft is used up.
    assert_eq!(file(&world, &draft, json!({})).await.code(), "INVALID_STATE");
    let second = filed(&world, "安全检查").await;
    let second = seen(&world, "instructor", &second, "refNo previousHash").await;
    assert_eq!(second, json!({ "refNo": "F-420105-2026-9001-0002", "previousHash": first["hash"] }));

    let record = Made { id: first["id"].as_str().unwrap().to_owned(), version: 1 };
    let inbox = world.run("mill.liaison", "{ inbox(first: 1) { nodes { kind label dueAt } } }", json!({})).await;
    let item = json!([{ "kind": "RECORD_VERIFY", "label": "F-420105-2026-9001-0001", "dueAt": "2026-11-30T09:30:00Z" }]);
    assert_eq!(inbox.data("/inbox/nodes"), &item);
    let verified = say(&world, "mill.liaison", "recordVerify", &record, json!({})).await;
    assert_eq!(verified.done("/filedRecord/status"), "VERIFIED");
    assert_eq!(verified.done("/filedRecord/verifiedAt"), crate::world::START);
    let again = Made { version: 2, ..record };
    assert_eq!(say(&world, "mill.liaison", "recordVerify", &again, json!({})).await.code(), "INVALID_STATE");
    assert_eq!(
        say(&world, "mill.liaison", "recordDispute", &again, json!({ "reason": "未曾到访" })).await.code(),
        "INVALID_STATE"
    );
    assert_eq!(
        chain_of(&world, "instructor").await,
        json!({ "holds": true, "records": 2, "checkpoints": 0, "firstBreak": null })
    );
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn what_is_drafted_is_of_a_day_and_an_organisation_of_the_posting(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        (json!({ "occurredOn": "2026-11-24" }), "VALIDATION"),
        (json!({ "occurredOn": "2025-12-31" }), "NOT_SERVED"),
        (json!({ "target": "forge" }), "NOT_SERVED"),
        (json!({ "summary": "长".repeat(1001) }), "VALIDATION"),
        (json!({ "summary": "短" }), "VALIDATION"),
        (json!({ "demands": ["dem_00000000000000000000000001"] }), "NOT_FOUND"),
    )]
    (mut changes, code): (Value, &str),
) {
    let Some(world) = posted(db).await else { return };
    if changes["target"].is_string() {
        changes["target"] = json!(organisation_id("forge"));
    }
    assert_eq!(draft(&world, changes).await.code(), code);
    assert_eq!(world.count("record_draft").await, 0);
}

#[rstest]
#[tokio::test]
async fn late_is_allowed_and_seen_and_a_locked_month_is_opened_with_a_reason(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    // The seventh working day after the 23rd.
    at(&world, "2026-12-02T09:30:01Z").await;
    let draft = drafted(&world, json!({})).await;
    let refused = file(&world, &draft, json!({})).await;
    assert_eq!((refused.code(), refused.problem_path()), ("LATE_REASON_MISSING".to_owned(), "input.lateReason".to_owned()));
    assert_eq!(world.count("filed_record").await, 0);
    assert_eq!(world.count("record_head").await, 0);
    let late = file(&world, &draft, json!({ "lateReason": "外出培训" })).await;
    assert_eq!((late.done("/filedRecord/late"), late.done("/filedRecord/lateReason")), (&json!(true), &json!("外出培训")));

    // The tenth working day of December.
    at(&world, "2026-12-14T09:30:00Z").await;
    let still = drafted(&world, json!({ "summary": "协助办理证照变更手续。" })).await;
    file(&world, &still, json!({ "lateReason": "外出培训" })).await.done("/filedRecord/id");
    world.advance(SignedDuration::from_secs(1)).await;
    let draft = drafted(&world, json!({ "summary": "组织职工参加消防演练。" })).await;
    assert_eq!(file(&world, &draft, json!({ "lateReason": "外出培训" })).await.code(), "RECORD_MONTH_LOCKED");
    let open = async |login: &str, month: &str| {
        let input = json!({ "posting": posting(), "month": month, "reason": "系统故障" });
        world.mutate(login, "recordMonthOpen", "opening { month until }", input).await
    };
    assert_eq!(open("instructor", "2026-11").await.code(), "FORBIDDEN");
    assert_eq!(open("justice.reviewer", "2026-12").await.code(), "VALIDATION");
    assert_eq!(open("justice.reviewer", "2025-12").await.code(), "VALIDATION");
    let opened = open("justice.reviewer", "2026-11").await;
    assert_eq!(opened.done("/opening"), &json!({ "month": "2026-11", "until": "2026-12-21T09:30:00Z" }));
    assert_eq!(file(&world, &draft, json!({})).await.code(), "LATE_REASON_MISSING");
    file(&world, &draft, json!({ "lateReason": "外出培训" })).await.done("/filedRecord/id");
    assert_eq!(world.number("SELECT count(*) FROM filed_record WHERE opening IS NOT NULL").await, 1);
    // It ends by itself.
    at(&world, "2026-12-21T09:30:01Z").await;
    let draft = drafted(&world, json!({ "summary": "帮助联系法律援助律师。" })).await;
    assert_eq!(file(&world, &draft, json!({ "lateReason": "外出培训" })).await.code(), "RECORD_MONTH_LOCKED");
}

#[rstest]
#[tokio::test]
async fn what_looks_alike_is_acknowledged(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let first = drafted(&world, json!({})).await;
    let first = file(&world, &first, json!({})).await.text("/filedRecord/id");
    let again = drafted(&world, json!({ "summary": "走访企业,了解用工情况!" })).await;
    let refused = file(&world, &again, json!({})).await;
    assert_eq!(
        (refused.code(), refused.problem_path()),
        ("DUPLICATE_SUSPECTED".to_owned(), "input.acknowledgeSimilar".to_owned())
    );
    assert_eq!(world.count("filed_record").await, 1);
    file(&world, &again, json!({ "acknowledgeSimilar": [first] })).await.done("/filedRecord/id");
    // What was done for somebody else is something else.
    let other = drafted(&world, json!({ "target": organisation_id("bakery") })).await;
    file(&world, &other, json!({})).await.done("/filedRecord/id");
}

#[rstest]
#[tokio::test]
async fn a_dispute_is_decided_by_somebody_of_the_dispatch_unit(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let record = filed(&world, "安全检查").await;
    assert_eq!(
        say(&world, "bakery.liaison", "recordDispute", &record, json!({ "reason": "未曾到访" })).await.code(),
        "NOT_FOUND"
    );
    let disputed = say(&world, "mill.liaison", "recordDispute", &record, json!({ "reason": "未曾到访" })).await;
    assert_eq!(disputed.done("/filedRecord/status"), "DISPUTED");
    let record = Made { version: 2, ..record };
    let clocks = seen(&world, "justice.reviewer", &record, "dispute clocks { clock dueAt }").await;
    let clock = json!([{ "clock": "DISPUTE_DECISION", "dueAt": "2026-11-30T09:30:00Z" }]);
    assert_eq!(clocks, json!({ "dispute": "未曾到访", "clocks": clock }));
    let inbox = world.run("justice.reviewer", "{ inbox { nodes { kind label } } }", json!({})).await;
    let item = json!([{ "kind": "RECORD_DISPUTE_DECIDE", "label": "F-420105-2026-9001-0001" }]);
    assert_eq!(inbox.data("/inbox/nodes"), &item);
    let decision = json!({ "ruling": "VOID", "reason": "经核实当日未到访" });
    for login in ["instructor", "mill.liaison", "org.reviewer", "coordinator"] {
        assert_eq!(say(&world, login, "recordDisputeDecide", &record, decision.clone()).await.code(), "FORBIDDEN", "{login}");
    }
    // Whoever disputed it has got the other role meanwhile.
    steps::enter_grant(
        &mut world.connection(),
        crate::world::DISTRICT,
        "mill.liaison",
        "DISPATCH_REVIEWER",
        "ORGANISATION",
        "justice",
    );
    assert_eq!(say(&world, "mill.liaison", "recordDisputeDecide", &record, decision.clone()).await.code(), "SAME_PERSON");
    let decided = say(&world, "justice.reviewer", "recordDisputeDecide", &record, decision).await;
    assert_eq!(decided.done("/filedRecord/status"), "VOIDED");
    assert_eq!(decided.done("/filedRecord/decision"), "经核实当日未到访");
    assert_eq!(chain_of(&world, "coordinator").await["holds"], true);
}

#[rstest]
#[tokio::test]
async fn silence_is_noted_and_can_still_be_broken(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let record = filed(&world, "安全检查").await;
    at(&world, "2026-11-30T09:29:59Z").await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 0);
    world.advance(SignedDuration::from_secs(1)).await;
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 1);
    let record = Made { version: 2, ..record };
    assert_eq!(
        seen(&world, "instructor", &record, "status clocks { clock }").await,
        json!({ "status": "UNVERIFIED", "clocks": [] })
    );
    assert_eq!(
        say(&world, "mill.liaison", "recordDispute", &record, json!({ "reason": "未曾到访" })).await.code(),
        "INVALID_STATE"
    );
    let verified = say(&world, "mill.liaison", "recordVerify", &record, json!({})).await;
    assert_eq!(verified.done("/filedRecord/status"), "VERIFIED");
    assert_eq!(upkeep::run_due(&world.app).await.unwrap(), 0);
}

#[rstest]
#[tokio::test]
async fn a_demand_that_was_collected_is_written_once(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let draft = drafted(&world, json!({ "kind": "DEMAND_COLLECTED", "summary": "企业希望开展劳动合同法律培训。" })).await;
    let open = async |place: &str, version: i64| {
        let input = json!({
            "recordDraft": draft.id, "expectedVersion": version, "place": place_id(place), "category": category_id("LEGAL"),
            "title": "劳动合同法律培训", "quantity": 2, "unit": "场",
        });
        let fields = "recordDraft { id version demands { id } } demand { id status source detail organisation { name } }";
        world.mutate("instructor", "recordDemandOpen", fields, input).await
    };
    assert_eq!(open("office", 1).await.code(), "TENANCY_MISSING");
    assert_eq!(world.count("demand").await, 0);
    let opened = open("mall", 1).await;
    let demand = opened.text("/demand/id");
    let shown = json!({
        "id": demand, "status": "DRAFT", "source": "INSTRUCTOR", "detail": "企业希望开展劳动合同法律培训。",
        "organisation": { "name": "mill" },
    });
    assert_eq!(opened.done("/demand"), &shown);
    assert_eq!(opened.done("/recordDraft/demands"), &json!([{ "id": demand }]));
    let record = file(&world, &Made { version: 2, ..draft.clone() }, json!({})).await.text("/filedRecord/id");
    let record = Made { id: record, version: 1 };
    // The liaison sees what it is about; whoever sees no drafts sees the record without it.
    assert_eq!(seen(&world, "mill.liaison", &record, "demands { id }").await, json!({ "demands": [{ "id": demand }] }));
    assert_eq!(seen(&world, "coordinator", &record, "demands { id }").await, json!({ "demands": [] }));
    // Of another organisation nothing is linked.
    let foreign = drafted(&world, json!({ "target": organisation_id("bakery") })).await;
    let revision = json!({
        "recordDraft": foreign.id, "expectedVersion": 1,
        "content": content(json!({ "target": organisation_id("bakery"), "demands": [demand] })),
    });
    assert_eq!(world.mutate("instructor", "recordRevise", "recordDraft { id }", revision).await.code(), "NOT_FOUND");
}

#[rstest]
#[tokio::test]
async fn what_is_added_stands_beside_the_record_and_is_chained_as_well(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let record = filed(&world, "安全检查").await;
    let add = async |login: &str, text: &str| {
        let input = json!({ "filedRecord": record.id, "text": text });
        world.mutate(login, "recordAdd", "addendum { number text hash addedBy }", input).await
    };
    assert_eq!(add("instructor", "企业已整改完毕。").await.done("/addendum/number"), 1);
    assert_eq!(add("justice.reviewer", "经电话核实。").await.done("/addendum/addedBy"), "justice.reviewer");
    for login in ["mill.liaison", "org.reviewer", "coordinator"] {
        assert_eq!(add(login, "补充").await.code(), "FORBIDDEN", "{login}");
    }
    let seen = seen(&world, "mill.liaison", &record, "version summary addenda { number text }").await;
    let addenda = json!([{ "number": 1, "text": "企业已整改完毕。" }, { "number": 2, "text": "经电话核实。" }]);
    assert_eq!(seen, json!({ "version": 1, "summary": "安全检查".repeat(6), "addenda": addenda }));
    assert_eq!(chain_of(&world, "instructor").await["holds"], true);
}

#[rstest]
#[tokio::test]
async fn records_are_listed_for_those_who_have_to_do_with_them(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    filed(&world, "安全检查").await;
    world.advance(SignedDuration::from_secs(1)).await;
    let other =
        drafted(&world, json!({ "target": organisation_id("bakery"), "kind": "MEETING", "summary": "召开座谈会,听取意见。" }))
            .await;
    file(&world, &other, json!({})).await.done("/filedRecord/id");
    let query = "query($filter: FiledRecordFilter) { filedRecords(filter: $filter) { totalCount nodes { refNo } } }";
    let listed = async |login: &str, filter: Value| {
        let reply = world.run(login, query, json!({ "filter": filter })).await;
        let nodes = reply.data("/filedRecords/nodes").as_array().cloned().unwrap_or_default();
        let numbers: Vec<String> = nodes.iter().map(|node| node["refNo"].as_str().unwrap().split_at(19).1.to_owned()).collect();
        assert_eq!(reply.data("/filedRecords/totalCount"), numbers.len());
        numbers.join(" ")
    };
    for login in ["instructor", "justice.reviewer", "org.reviewer", "coordinator"] {
        assert_eq!(listed(login, json!({})).await, "0002 0001", "{login}");
    }
    assert_eq!(listed("mill.liaison", json!({})).await, "0001");
    assert_eq!(listed("bakery.liaison", json!({})).await, "0002");
    for login in
        ["forge.liaison", "justice.lead", "labour.lead", "circle.steward", "sysadmin", "auditor", "neighbour.coordinator"]
    {
        assert_eq!(listed(login, json!({})).await, "", "{login}");
        assert_eq!(
            chain_of(&world, login).await["records"],
            if login == "circle.steward" { json!(2) } else { Value::Null },
            "{login}"
        );
    }
    assert_eq!(listed("coordinator", json!({ "kind": ["MEETING"] })).await, "0002");
    assert_eq!(listed("coordinator", json!({ "target": organisation_id("mill") })).await, "0001");
    assert_eq!(listed("coordinator", json!({ "status": ["VERIFIED"] })).await, "");
    assert_eq!(listed("coordinator", json!({ "posting": posting(), "year": 2026 })).await, "0002 0001");
    assert_eq!(listed("coordinator", json!({ "year": 2025 })).await, "");
}
