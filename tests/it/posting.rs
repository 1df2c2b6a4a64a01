//! Postings of instructors through the API: who agrees, what follows, and what instructors are given.

use axum::body::Body;
use jiff::{SignedDuration, Timestamp};
use park_portal::{kernel::id::PostingId, ops::upkeep};
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    Db, Reply, World, named,
    posting::active,
    steps::{self, Made, organisation_id},
    token,
};

const SEEN: &str = "id version status statusReason number instructorName kind from to clocks { clock dueAt } \
    targets { organisation { name } status reason }";

async fn propose(world: &World, login: &str, changes: Value) -> Reply {
    let input = json!({
        "instructor": "nobody", "dispatchUnit": organisation_id("justice"), "kind": "RETIRED", "from": "2026-12-01",
        "targets": [organisation_id("mill"), organisation_id("bakery")],
    });
    world.mutate(login, "postingPropose", &format!("posting {{ {SEEN} }}"), steps::with(&input, changes)).await
}

async fn proposed(world: &World, changes: Value) -> Made {
    Made { id: propose(world, "justice.reviewer", changes).await.text("/posting/id"), version: 1 }
}

async fn act(world: &World, login: &str, mutation: &str, posting: &Made, more: Value) -> Reply {
    let input = json!({ "posting": posting.id, "expectedVersion": posting.version });
    world.mutate(login, mutation, &format!("posting {{ {SEEN} }}"), steps::with(&input, more)).await
}

fn after(reply: &Reply) -> Made {
    Made { id: reply.text("/posting/id"), version: reply.done("/posting/version").as_i64().unwrap() }
}

async fn answer(world: &World, login: &str, mutation: &str, posting: &Made, target: &str) -> Reply {
    let mut more = json!({ "target": organisation_id(target) });
    if mutation == "postingDecline" {
        more["reason"] = json!("暂无需要");
    }
    act(world, login, mutation, posting, more).await
}

/// A world in which the account "instructor" serves the mill and the bakery.
pub async fn posted(db: Db) -> Option<World> {
    let world = World::new(db).await?;
    let posting = active("instructor", 9001, "instructor", &[named("mill"), named("bakery")]);
    let entered = world.app.store.write(move |tx| park_portal::store::posting::insert(tx, &posting)).await;
    entered.expect("a posting is entered");
    Some(world)
}

#[rstest]
#[tokio::test]
async fn each_organisation_consents_and_the_organisation_department_approves(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let reply = propose(&world, "justice.reviewer", json!({})).await;
    let shown = json!({
        "id": reply.text("/posting/id"), "version": 1, "status": "PROPOSED", "statusReason": null, "number": 1,
        "instructorName": "nobody", "kind": "RETIRED", "from": "2026-12-01", "to": "2028-11-30",
        // Five working days.
        "clocks": [{ "clock": "CONSENT", "dueAt": "2026-11-30T09:30:00Z" }],
        "targets": [
            { "organisation": { "name": "mill" }, "status": "ASKED", "reason": null },
            { "organisation": { "name": "bakery" }, "status": "ASKED", "reason": null },
        ],
    });
    assert_eq!(reply.done("/posting"), &shown);
    let posting = after(&reply);
    let inbox = "{ inbox { nodes { kind mutation label dueAt object { id } } } }";
    let waits = world.run("mill.liaison", inbox, json!({})).await;
    let item = json!({
        "kind": "POSTING_ANSWER", "mutation": "postingConsent", "label": "1", "dueAt": "2026-11-30T09:30:00Z",
        "object": { "id": posting.id },
    });
    assert_eq!(waits.data("/inbox/nodes"), &json!([item]));
    assert_eq!(world.run("org.reviewer", inbox, json!({})).await.data("/inbox/nodes"), &json!([]));

    let posting = after(&answer(&world, "mill.liaison", "postingConsent", &posting, "mill").await);
    assert_eq!(world.run("mill.liaison", inbox, json!({})).await.data("/inbox/nodes"), &json!([]));
    assert_eq!(act(&world, "org.reviewer", "postingApprove", &posting, json!({})).await.code(), "INVALID_STATE");
    let reply = answer(&world, "bakery.liaison", "postingConsent", &posting, "bakery").await;
    assert_eq!(reply.done("/posting/status"), "CONSENTED");
    let posting = after(&reply);
    let waits = world.run("org.reviewer", inbox, json!({})).await;
    assert_eq!(waits.data("/inbox/nodes/0/kind"), "POSTING_APPROVE");
    let reply = act(&world, "org.reviewer", "postingApprove", &posting, json!({})).await;
    assert_eq!(reply.done("/posting/status"), "ACTIVE");
    assert_eq!(reply.done("/posting/clocks"), &json!([]));

    // Its number is gone, and the next one has the next.
    assert_eq!(propose(&world, "justice.reviewer", json!({})).await.code(), "ALREADY_POSTED");
    let other = propose(&world, "justice.reviewer", json!({ "instructor": "mill.liaison" })).await;
    assert_eq!(other.done("/posting/number"), 2);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_posting_goes_on_without_those_who_decline_and_ends_without_anybody(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let posting = proposed(&world, json!({})).await;
    let reply = answer(&world, "mill.liaison", "postingDecline", &posting, "mill").await;
    assert_eq!(
        reply.done("/posting/targets/0"),
        &json!({ "organisation": { "name": "mill" }, "status": "DECLINED", "reason": "暂无需要" })
    );
    let posting = after(&reply);
    assert_eq!(answer(&world, "mill.liaison", "postingConsent", &posting, "mill").await.code(), "ALREADY_CONSENTED");
    // One is asked for by its own liaison only, and who is no target does not see it at all.
    assert_eq!(answer(&world, "mill.liaison", "postingConsent", &posting, "bakery").await.code(), "FORBIDDEN");
    assert_eq!(answer(&world, "forge.liaison", "postingConsent", &posting, "forge").await.code(), "NOT_FOUND");
    let posting = after(&answer(&world, "bakery.liaison", "postingConsent", &posting, "bakery").await);
    let posting = after(&act(&world, "org.reviewer", "postingApprove", &posting, json!({})).await);
    let reply = act(
        &world,
        "justice.reviewer",
        "postingTargetEnd",
        &posting,
        json!({ "target": organisation_id("bakery"), "reason": "企业搬迁" }),
    )
    .await;
    assert_eq!(reply.done("/posting/status"), "ENDED");
    assert_eq!(reply.done("/posting/statusReason"), "已无服务对象。");
    let gone = act(&world, "justice.reviewer", "postingEnd", &after(&reply), json!({ "reason": "工作调动" })).await;
    assert_eq!(gone.code(), "INVALID_STATE");
}

#[rstest]
#[tokio::test]
async fn what_is_proposed_has_to_make_sense(
    #[values(Db::Sqlite, Db::Postgres)] db: Db,
    #[values(
        (json!({ "targets": [] }), "VALIDATION", "targets"),
        (json!({ "targets": ["mill", "mill"] }), "VALIDATION", "targets"),
        (json!({ "targets": ["mill", "bakery", "forge", "keeper", "justice", "labour"] }), "VALIDATION", "targets"),
        (json!({ "targets": ["labour"] }), "VALIDATION", "targets.0"),
        (json!({ "targets": ["neighbour"] }), "NOT_FOUND", "targets"),
        (json!({ "to": "2028-12-01" }), "VALIDATION", "to"),
        (json!({ "to": "2026-11-30" }), "VALIDATION", "to"),
        (json!({ "from": "2025-01-01", "to": "2026-11-22" }), "VALIDATION", "to"),
        (json!({ "instructor": "neighbour.coordinator" }), "NOT_FOUND", "instructor"),
        (json!({ "instructor": "X" }), "VALIDATION", "instructor"),
        (json!({ "instructor": "justice.reviewer" }), "SAME_PERSON", ""),
        (json!({ "dispatchUnit": "labour" }), "FORBIDDEN", ""),
    )]
    (mut changes, code, path): (Value, &str, &str),
) {
    let Some(world) = World::new(db).await else { return };
    let as_id = |name: &Value| json!(organisation_id(name.as_str().expect("a name")));
    if let Some(targets) = changes["targets"].as_array() {
        changes["targets"] = targets.iter().map(as_id).collect();
    }
    if changes["dispatchUnit"].is_string() {
        changes["dispatchUnit"] = as_id(&changes["dispatchUnit"]);
    }
    let reply = propose(&world, "justice.reviewer", changes).await;
    assert_eq!(reply.code(), code);
    if !path.is_empty() {
        assert_eq!(reply.problem_path(), format!("input.{path}"));
    }
    assert_eq!(world.count("posting").await, 0);
    assert_eq!(world.number("SELECT count(*) FROM counter WHERE kind = 'I'").await, 0);
}

#[rstest]
#[tokio::test]
async fn many_targets_are_acknowledged_by_whoever_approves(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let all = ["mill", "bakery", "forge", "keeper"];
    let posting = proposed(&world, json!({ "targets": all.map(organisation_id) })).await;
    steps::enter_account(&mut world.connection(), crate::world::DISTRICT, "keeper.liaison", "LIAISON", "ORGANISATION", "keeper");
    let mut posting = posting;
    for target in all {
        posting = after(&answer(&world, &format!("{target}.liaison"), "postingConsent", &posting, target).await);
    }
    let refused = act(&world, "org.reviewer", "postingApprove", &posting, json!({})).await;
    assert_eq!(
        (refused.code(), refused.problem_path()),
        ("WARNINGS_UNACKNOWLEDGED".to_owned(), "input.acknowledgedWarnings".to_owned())
    );
    assert_eq!(world.number("SELECT count(*) FROM posting WHERE status = 'CONSENTED'").await, 1);
    let approved =
        act(&world, "org.reviewer", "postingApprove", &posting, json!({ "acknowledgedWarnings": ["MANY_TARGETS"] })).await;
    assert_eq!(approved.done("/posting/status"), "ACTIVE");
}

#[rstest]
#[tokio::test]
async fn a_posting_ends_on_the_day_after_its_last(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    // The last moment of the last day of 2026 in Shanghai.
    let last: Timestamp = "2026-12-31T15:59:59Z".parse().unwrap();
    world.advance(last.duration_since(world.app.clock.now())).await;
    upkeep::run_due(&world.app).await.expect("what is due is done");
    assert_eq!(world.number("SELECT count(*) FROM posting WHERE status = 'ACTIVE'").await, 1);
    world.advance(SignedDuration::from_secs(1)).await;
    assert_eq!(upkeep::run_due(&world.app).await.expect("what is due is done"), 1);
    assert_eq!(upkeep::run_due(&world.app).await.expect("what is due is done"), 0);
    let seen = "query($id: ID!) { posting(id: $id) { status statusReason targets { status } } }";
    let id: PostingId = named("instructor");
    let reply = world.run("instructor", seen, json!({ "id": id.to_string() })).await;
    let ended =
        json!({ "status": "ENDED", "statusReason": "选派期满。", "targets": [{ "status": "ENDED" }, { "status": "ENDED" }] });
    assert_eq!(reply.data("/posting"), &ended);
    assert_eq!(world.audit().await, ["posting.run_out OK"]);
}

#[rstest]
#[tokio::test]
async fn an_organisation_that_closes_is_served_no_more(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let close = async |name: &str| {
        let input = json!({ "organisation": organisation_id(name), "expectedVersion": 1, "reason": "已注销登记" });
        world.mutate("coordinator", "organisationClose", "organisation { id }", input).await.done("/organisation/id").clone()
    };
    close("bakery").await;
    assert_eq!(world.number("SELECT count(*) FROM posting_target WHERE status = 'CONSENTED'").await, 1);
    assert_eq!(world.number("SELECT count(*) FROM posting WHERE status = 'ACTIVE'").await, 1);
    close("justice").await;
    assert_eq!(world.number("SELECT count(*) FROM posting WHERE status = 'ENDED' AND end_reason = '已注销登记'").await, 1);
    assert_eq!(world.number("SELECT count(*) FROM posting_target WHERE status = 'ENDED'").await, 2);
}

#[rstest]
#[tokio::test]
async fn the_role_belongs_to_the_posting_and_to_whoever_is_posted(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let account = |login: &str| named::<park_portal::kernel::id::kind::Account>(login).to_string();
    let posting: PostingId = named("instructor");
    let propose = async |login: &str, scope: String| {
        let input = json!({ "account": account(login), "role": "INSTRUCTOR", "scope": scope, "from": "2026-11-23" });
        world.mutate("sysadmin", "grantPropose", "grant { id posting { number } }", input).await
    };
    let foreign = propose("nobody", posting.to_string()).await;
    assert_eq!((foreign.code(), foreign.problem_path()), ("GRANT_SCOPE".to_owned(), "input.scope".to_owned()));
    assert_eq!(propose("instructor", organisation_id("mill")).await.code(), "GRANT_SCOPE");
    assert_eq!(
        propose("instructor", named::<park_portal::kernel::id::kind::Posting>("none").to_string()).await.code(),
        "NOT_FOUND"
    );
    assert_eq!(propose("instructor", posting.to_string()).await.done("/grant/posting/number"), 9001);
}

#[rstest]
#[tokio::test]
async fn an_instructor_enters_demands_of_those_that_are_served(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let draft = async |organisation: &str, place: &str| {
        let input = steps::demand_input(organisation, place, "劳动合同法律咨询");
        world.mutate("instructor", "demandDraft", "demand { id version source }", input).await
    };
    let drafted = draft("mill", "mall").await;
    assert_eq!(drafted.done("/demand/source"), "INSTRUCTOR");
    assert_eq!(draft("forge", "plant").await.code(), "FORBIDDEN");
    let demand = Made { id: drafted.text("/demand/id"), version: 1 };
    let submitted = steps::step(&world, "instructor", "demandSubmit", "demand", &demand, json!({})).await;
    let seen = "query($id: ID!) { demand(id: $id) { status } }";
    for login in ["instructor", "mill.liaison", "coordinator"] {
        assert_eq!(world.run(login, seen, json!({ "id": demand.id })).await.data("/demand/status"), "SUBMITTED", "{login}");
    }
    // It is not theirs to take back.
    let input = json!({ "demand": demand.id, "expectedVersion": submitted.version, "reason": "不再需要" });
    assert_eq!(world.mutate("instructor", "demandWithdraw", "demand { id }", input).await.code(), "FORBIDDEN");
    // What has ended gives no right any more.
    world.execute("UPDATE posting_target SET status = 'ENDED', ended_at = answered_at, reason = '已结束'");
    assert_eq!(draft("bakery", "office").await.code(), "FORBIDDEN");
    assert_eq!(world.count("demand").await, 1);
}

pub async fn upload(world: &World, login: &str, content: &[u8]) -> String {
    let boundary = "boundary-of-the-form";
    let mut body =
        format!("--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"指导手册.pdf\"\r\n\r\n").into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let request = axum::http::Request::post("/uploads")
        .header("authorization", format!("Bearer {}", token(login)))
        .header("content-type", format!("multipart/form-data; boundary={boundary}"))
        .body(Body::from(body))
        .expect("a request");
    let reply = world.send(request).await;
    let bytes = axum::body::to_bytes(reply.into_body(), 1 << 20).await.expect("a body");
    let answer: Value = serde_json::from_slice(&bytes).expect("JSON");
    answer["id"].as_str().map_or_else(|| answer["errors"][0]["extensions"]["code"].to_string(), str::to_owned)
}

async fn publish(world: &World, login: &str, file: &str) -> Reply {
    let input = json!({ "code": "HANDBOOK", "title": "指导员手册", "file": file, "effectiveFrom": "2026-12-01" });
    let fields = "toolkitItem { id revision title effectiveFrom file { id name mediaType size sha256 path } }";
    world.mutate(login, "toolkitItemPublish", fields, input).await
}

pub async fn fetch(world: &World, login: &str, path: &str) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let mut request = axum::http::Request::get(path);
    if !login.is_empty() {
        request = request.header("authorization", format!("Bearer {}", token(login)));
    }
    let reply = world.send(request.body(Body::empty()).expect("a request")).await;
    let status = reply.status().as_u16();
    let headers = reply.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
    let headers = headers.collect();
    (status, headers, axum::body::to_bytes(reply.into_body(), 1 << 20).await.expect("a body").to_vec())
}

#[rstest]
#[tokio::test]
async fn what_instructors_are_given_stays_what_it_was(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let file = upload(&world, "coordinator", b"%PDF-1.7 first edition").await;
    // A file is its sender's own.
    assert_eq!(publish(&world, "org.reviewer", &file).await.code(), "NOT_FOUND");
    let first = publish(&world, "coordinator", &file).await;
    assert_eq!(first.done("/toolkitItem/revision"), 1);
    assert_eq!(first.done("/toolkitItem/file/name"), "指导手册.pdf");
    assert_eq!(first.done("/toolkitItem/file/mediaType"), "application/pdf");
    assert_eq!(first.done("/toolkitItem/file/size"), 22);
    let second = upload(&world, "org.reviewer", b"%PDF-1.7 second edition").await;
    assert_eq!(publish(&world, "org.reviewer", &second).await.done("/toolkitItem/revision"), 2);
    for login in ["justice.reviewer", "instructor", "mill.liaison", "justice.lead"] {
        assert_eq!(publish(&world, login, &file).await.code(), "FORBIDDEN", "{login}");
    }

    let posting: PostingId = named("instructor");
    let give = json!({ "posting": posting.to_string(), "item": first.text("/toolkitItem/id") });
    let given =
        world.mutate("justice.reviewer", "toolkitIssue", "toolkitIssue { id version acknowledgeDueAt }", give.clone()).await;
    assert_eq!(given.done("/toolkitIssue/acknowledgeDueAt"), "2026-11-30T09:30:00Z");
    let twice = world.mutate("coordinator", "toolkitIssue", "toolkitIssue { id }", give).await;
    assert_eq!(twice.code(), "ALREADY_ISSUED");
    let inbox = world.run("instructor", "{ inbox { nodes { kind label } } }", json!({})).await;
    assert_eq!(inbox.data("/inbox/nodes"), &json!([{ "kind": "TOOLKIT_ACKNOWLEDGE", "label": "HANDBOOK 指导员手册" }]));
    let note = json!({ "toolkitIssue": given.text("/toolkitIssue/id"), "expectedVersion": 1 });
    let noted = world.mutate("instructor", "toolkitAcknowledge", "toolkitIssue { acknowledgedAt }", note).await;
    assert_eq!(noted.done("/toolkitIssue/acknowledgedAt"), crate::world::START);
    let seen = "query($id: ID!) { posting(id: $id) { toolkit { item { revision title } acknowledgedAt } } }";
    let reply = world.run("justice.reviewer", seen, json!({ "id": posting.to_string() })).await;
    let issue = json!([{ "item": { "revision": 1, "title": "指导员手册" }, "acknowledgedAt": crate::world::START }]);
    assert_eq!(reply.data("/posting/toolkit"), &issue);
}

#[rstest]
#[tokio::test]
async fn a_file_is_handed_out_to_be_saved_and_to_those_who_see_what_it_belongs_to(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let file = upload(&world, "coordinator", b"%PDF-1.7 <script>").await;
    let path = publish(&world, "coordinator", &file).await.text("/toolkitItem/file/path");
    let (status, headers, content) = fetch(&world, "instructor", &path).await;
    assert_eq!((status, content.as_slice()), (200, &b"%PDF-1.7 <script>"[..]));
    let header = |name: &str| headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone()).unwrap_or_default();
    assert_eq!(header("content-type"), "application/pdf");
    assert_eq!(header("content-disposition"), "attachment; filename*=UTF-8''%E6%8C%87%E5%AF%BC%E6%89%8B%E5%86%8C.pdf");
    assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(header("x-content-type-options"), "nosniff");
    for (login, status) in
        [("", 401), ("mill.liaison", 404), ("justice.lead", 404), ("sysadmin", 404), ("neighbour.coordinator", 404)]
    {
        assert_eq!(fetch(&world, login, &path).await.0, status, "{login}");
    }
    assert_eq!(fetch(&world, "coordinator", "/files/nonsense").await.0, 404);
}

#[rstest]
#[tokio::test]
async fn what_is_no_picture_and_no_document_is_not_kept(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    for content in [&b"<html>"[..], b"MZ\x90", b"\xff\xd8\xff\xe0\x00"] {
        let file = upload(&world, "coordinator", content).await;
        assert_eq!(publish(&world, "coordinator", &file).await.code(), "FILE_TYPE");
    }
    let large = [&b"%PDF-1.7"[..], &vec![b' '; 10 * 1024 * 1024]].concat();
    let file = upload(&world, "coordinator", &large).await;
    assert_eq!(publish(&world, "coordinator", &file).await.code(), "UPLOAD_TOO_LARGE");
    assert_eq!(world.count("stored_file").await, 0);
    assert_eq!(world.count("toolkit_item").await, 0);
}

#[rstest]
#[tokio::test]
async fn each_constraint_bites(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let file = upload(&world, "coordinator", b"%PDF-1.7 first edition").await;
    publish(&world, "coordinator", &file).await.done("/toolkitItem/id");
    crate::record::chain::disarm(&world);
    for (sql, constraint) in [
        ("UPDATE posting SET number = 0", "posting_number_range"),
        ("UPDATE posting SET kind = 'OTHER'", "posting_kind_known"),
        ("UPDATE posting SET to_on = '2025-12-31'", "posting_range"),
        ("UPDATE posting SET status = 'OTHER'", "posting_"),
        ("UPDATE posting SET consent_due_at = proposed_at", "posting_consent_clock"),
        ("UPDATE posting SET approve_due_at = proposed_at", "posting_approve_clock"),
        ("UPDATE posting SET approved_at = NULL", "posting_approved"),
        ("UPDATE posting SET approved_by = proposed_by", "posting_two_persons"),
        ("UPDATE posting SET status = 'ENDED'", "posting_ended"),
        ("UPDATE posting_target SET status = 'OTHER'", "posting_target_"),
        ("UPDATE posting_target SET position = 0", "posting_target_position_range"),
        ("UPDATE posting_target SET answered_by = NULL", "posting_target_answered"),
        ("UPDATE posting_target SET status = 'ENDED', reason = '无'", "posting_target_ended"),
        ("UPDATE posting_target SET status = 'DECLINED'", "posting_target_explained"),
        ("UPDATE stored_file SET media_type = 'text/html'", "stored_file_type_known"),
        ("UPDATE stored_file SET size = 1", "stored_file_size_range"),
        ("UPDATE toolkit_item SET revision = 0", "toolkit_item_revision_range"),
    ] {
        let refusal = world.refused_by(sql);
        assert!(refusal.contains(constraint), "{sql}: {refusal}");
    }
}

#[rstest]
#[tokio::test]
async fn who_is_served_counts_as_covered_by_work(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let report = "{ coverageReport { total { organisations covered served unreached uncovered } } }";
    let reply = world.run("coordinator", report, json!({})).await;
    let figures = json!({ "organisations": 4, "covered": 0, "served": 2, "unreached": 2, "uncovered": 4 });
    assert_eq!(reply.data("/coverageReport/total"), &figures);
    let of = async |name: &str| {
        let query = "query($id: ID!) { organisation(id: $id) { coverage { kind hasInstructor } } }";
        world.run("coordinator", query, json!({ "id": organisation_id(name) })).await.data("/organisation/coverage").clone()
    };
    assert_eq!(of("mill").await, json!({ "kind": "WORK", "hasInstructor": true }));
    assert_eq!(of("forge").await, json!({ "kind": "NONE", "hasInstructor": false }));
    world.execute("UPDATE posting_target SET status = 'ENDED', ended_at = answered_at, reason = '已结束'");
    assert_eq!(of("mill").await, json!({ "kind": "NONE", "hasInstructor": false }));
}

#[rstest]
#[tokio::test]
async fn postings_and_items_are_found_by_their_ids_and_listed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    // The newest first.
    world.advance(SignedDuration::from_secs(1)).await;
    proposed(&world, json!({ "targets": [organisation_id("forge")] })).await;
    let file = upload(&world, "coordinator", b"%PDF-1.7 first edition").await;
    let item = publish(&world, "coordinator", &file).await;
    let ids = json!({ "ids": [named::<park_portal::kernel::id::kind::Posting>("instructor").to_string(),
        item.text("/toolkitItem/id"), item.text("/toolkitItem/file/id")] });
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }";
    let all = json!([{ "__typename": "Posting" }, { "__typename": "ToolkitItem" }, { "__typename": "StoredFile" }]);
    assert_eq!(world.run("instructor", nodes, ids.clone()).await.data("/nodes"), &all);
    let own = json!([{ "__typename": "Posting" }, null, null]);
    assert_eq!(world.run("mill.liaison", nodes, ids.clone()).await.data("/nodes"), &own);
    assert_eq!(world.run("forge.liaison", nodes, ids).await.data("/nodes"), &json!([null, null, null]));
    let list = "query($filter: PostingFilter) { postings(filter: $filter) { totalCount nodes { status number } } }";
    let listed =
        async |login: &str, filter: Value| world.run(login, list, json!({ "filter": filter })).await.data("/postings").clone();
    let both =
        json!({ "totalCount": 2, "nodes": [{ "status": "PROPOSED", "number": 1 }, { "status": "ACTIVE", "number": 9001 }] });
    let active = json!({ "totalCount": 1, "nodes": [{ "status": "ACTIVE", "number": 9001 }] });
    for login in ["coordinator", "org.reviewer", "justice.reviewer"] {
        assert_eq!(listed(login, json!({})).await, both, "{login}");
    }
    assert_eq!(listed("coordinator", json!({ "status": ["ACTIVE"] })).await, active);
    assert_eq!(listed("coordinator", json!({ "target": organisation_id("mill") })).await, active);
    assert_eq!(listed("coordinator", json!({ "dispatchUnit": organisation_id("labour") })).await["totalCount"], 0);
    for login in ["instructor", "mill.liaison", "circle.steward", "sysadmin"] {
        assert_eq!(listed(login, json!({})).await, active, "{login}");
    }
    for login in ["justice.lead", "auditor", "neighbour.coordinator"] {
        assert_eq!(listed(login, json!({})).await["totalCount"], 0, "{login}");
    }
    let items = "{ toolkitItems { totalCount nodes { code revision } } }";
    let kit = json!({ "totalCount": 1, "nodes": [{ "code": "HANDBOOK", "revision": 1 }] });
    assert_eq!(world.run("instructor", items, json!({})).await.data("/toolkitItems"), &kit);
    assert_eq!(world.run("mill.liaison", items, json!({})).await.data("/toolkitItems/totalCount"), 0);
}
