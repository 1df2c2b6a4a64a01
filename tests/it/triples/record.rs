//! Records of instructors: drafted, filed, verified, disputed, decided, added to.

use park_portal::{
    domain::record::{
        Content, Draft, DraftStatus, FiledRecord, Kind, Links, Timing,
        chain::Hash,
        standing::{Decision, Dispute, Standing, State, Status},
    },
    kernel::{text::Text, version::Version},
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{
    Entry, Machine, Object, Step, Viewer, making,
    rows::{district, later, reason},
    step, viewer,
};
use crate::world::{
    Db, named, start,
    steps::{category_id, organisation_id, place_id},
};

/// The instructor's posting, to which records are written.
pub const RECORDING: Machine = Machine {
    noun: "posting that is written about",
    states: "ACTIVE",
    statuses: Vec::new,
    enter: |_, _| Ok(Object::of(named::<park_portal::kernel::id::kind::Posting>("instructor"))),
    steps: &[
        making("recordDraft", |it| json!({ "posting": it.id, "content": content("走访") }), &[("*", "*", "OK")]),
        making(
            "recordMonthOpen",
            |it| json!({ "posting": it.id, "month": "2026-10", "reason": "系统故障" }),
            &[("*", "*", "OK")],
        ),
    ],
    viewers: &[
        viewer("instructor", "*", "recordDraft"),
        viewer("justice.reviewer", "*", "recordMonthOpen"),
        viewer("mill.liaison", "*", ""),
        viewer("circle.steward", "*", ""),
        viewer("coordinator", "*", ""),
        viewer("org.reviewer", "*", ""),
        viewer("sysadmin", "*", ""),
        viewer("secadmin", "*", ""),
    ],
};

/// A draft of the instructor, whom alone it is shown.
pub const RECORD_DRAFT: Machine = Machine {
    noun: "draft of a record",
    states: "DRAFT FILED DISCARDED",
    statuses: || DraftStatus::iter().map(DraftStatus::name).collect(),
    enter: enter_draft,
    steps: &[
        step("recordRevise", |it| with(it, json!({ "content": content("另一次走访") })), &[("*", "DRAFT", "OK")]),
        step("recordDiscard", bare, &[("*", "DRAFT", "OK")]),
        // There is no such upload, and of what is settled nobody looks.
        step(
            "recordAttach",
            |it| with(it, json!({ "file": "upl_00000000000000000000000001" })),
            &[("*", "DRAFT", "late NOT_FOUND")],
        ),
        step("recordAttach/file", |it| with(it, json!({ "file": it.get("upload") })), &[("*", "DRAFT", "OK")]),
        step("recordDetach", |it| with(it, json!({ "file": it.get("file") })), &[("*", "DRAFT", "OK")]),
        step(
            "recordDemandOpen",
            |it| {
                let more = json!({
                    "place": place_id("mall"), "category": category_id("LEGAL"), "title": "法律培训", "quantity": 1, "unit": "场",
                });
                with(it, more)
            },
            &[("*", "DRAFT", "OK")],
        ),
        step("recordFile", bare, &[("*", "DRAFT", "OK")]),
    ],
    viewers: &[viewer("instructor", "*", "*")],
};

/// A record about the mill.
pub const FILED_RECORD: Machine = Machine {
    noun: "filed record",
    states: "FILED VERIFIED UNVERIFIED DISPUTED DISPUTED_BY_REVIEWER VERIFIED_BY_REVIEW VOIDED",
    statuses: || Status::iter().map(Status::name).collect(),
    enter: enter_record,
    steps: STEPS,
    viewers: VIEWERS,
};

const STEPS: &[Step] = &[
    step("recordVerify", of_record, &[("*", "FILED UNVERIFIED", "OK")]),
    step(
        "recordDispute",
        |it| crate::world::steps::with(&of_record(it), json!({ "reason": "未曾到访" })),
        &[("*", "FILED", "OK")],
    ),
    step(
        "recordDisputeDecide/confirm",
        |it| ruling(it, "CONFIRM"),
        &[("*", "DISPUTED", "OK"), ("*", "DISPUTED_*", "SAME_PERSON")],
    ),
    step("recordDisputeDecide/void", |it| ruling(it, "VOID"), &[("*", "DISPUTED", "OK"), ("*", "DISPUTED_*", "SAME_PERSON")]),
    making("recordAdd", |it| json!({ "filedRecord": it.id, "text": "补充说明" }), &[("*", "*", "OK")]),
];

const VIEWERS: &[Viewer] = &[
    viewer("instructor", "*", "recordAdd"),
    viewer("mill.liaison", "*", "recordVerify recordDispute"),
    viewer("justice.reviewer", "*", "recordDisputeDecide* recordAdd"),
    viewer("org.reviewer", "*", ""),
    viewer("coordinator", "*", ""),
];

fn bare(it: &Object) -> Value {
    json!({ "recordDraft": it.id })
}

fn with(it: &Object, more: Value) -> Value {
    crate::world::steps::with(&bare(it), more)
}

fn of_record(it: &Object) -> Value {
    json!({ "filedRecord": it.id })
}

fn ruling(it: &Object, ruling: &str) -> Value {
    json!({ "filedRecord": it.id, "ruling": ruling, "reason": "经核实" })
}

fn content(words: &str) -> Value {
    json!({ "occurredOn": "2026-11-23", "target": organisation_id("mill"), "kind": "VISIT", "summary": words })
}

/// A summary that no other has: one word.
fn written(entry: &Entry) -> Content {
    Content {
        occurred_on: jiff::civil::date(2026, 11, 23),
        target: named("mill"),
        kind: Kind::Visit,
        summary: Text::parse(&entry.name("work")).expect("a summary"),
        links: Links::default(),
    }
}

fn enter_draft(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    use park_portal::{
        domain::{stored_file::StoredFile, upload::Upload},
        kernel::media::MediaType,
    };
    let file = StoredFile {
        id: entry.id("file"),
        district: district(),
        name: "记录.pdf".to_owned(),
        media_type: MediaType::Pdf,
        size: 8,
        sha256: [7; 32],
        created_by: named("instructor"),
        created_at: start(),
    };
    let upload = Upload {
        id: entry.id("upload"),
        district: district(),
        account: named("instructor"),
        file_name: "照片.pdf".to_owned(),
        sha256: [7; 32],
        content: b"%PDF-1.7".to_vec(),
        created_at: start(),
    };
    let draft = Draft {
        id: entry.id("draft"),
        district: district(),
        version: Version::FIRST,
        posting: named("instructor"),
        content: written(entry),
        files: vec![file.id],
        status: entry.state.parse().expect("a status"),
        created_by: named("instructor"),
        created_at: start(),
    };
    store::record_draft::insert(tx, &draft)?;
    store::stored_file::insert(tx, &file, b"%PDF-1.7")?;
    store::record_draft::attach(tx, &draft, file.id)?;
    store::upload::keep(tx, &upload, start())?;
    Ok(Object::of(draft.id).with("file", file.id).with("upload", upload.id))
}

fn enter_record(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let by = if entry.state == "DISPUTED_BY_REVIEWER" { "justice.reviewer" } else { "mill.liaison" };
    let dispute = Dispute { by: named(by), at: start(), reason: reason(), decide_due_at: later() };
    let decision = Decision { by: named("justice.reviewer"), at: start(), reason: reason() };
    let state = match entry.state {
        "VERIFIED" => State::Verified { by: named("mill.liaison"), at: start() },
        "UNVERIFIED" => State::Unverified,
        "DISPUTED" | "DISPUTED_BY_REVIEWER" => State::Disputed(dispute),
        "VERIFIED_BY_REVIEW" => State::VerifiedByReview(dispute, decision),
        "VOIDED" => State::Voided(dispute, decision),
        _ => State::Filed,
    };
    let (number, previous_hash) = store::filed_record::take_number(tx, &district(), named("instructor"), 2026)?;
    let record = FiledRecord {
        id: entry.id("record"),
        district: district(),
        posting: named("instructor"),
        year: 2026,
        number,
        ref_no: format!("F-420105-2026-9001-{number:04}"),
        content: written(entry),
        attachments: Vec::new(),
        timing: Timing::InTime,
        opening: None,
        filed_by: named("instructor"),
        filed_at: start(),
        previous_hash,
        hash: Hash([0; 32]),
    };
    let record = FiledRecord { hash: store::filed_record::hash_of(&record)?, ..record };
    let standing = Standing {
        record: record.id,
        district: district(),
        version: Version::FIRST,
        posting: record.posting,
        dispatch_unit: named("justice"),
        target: named("mill"),
        ref_no: record.ref_no.clone(),
        verify_due_at: later(),
        state,
    };
    store::filed_record::insert(tx, &record, &standing, entry.id("no draft"))?;
    Ok(Object::of(record.id))
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_record_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &RECORDING).await;
    super::run::enumerate(db, &FILED_RECORD).await;
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_draft_of_a_record_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &RECORD_DRAFT).await;
}
