//! Postings: proposed, answered by each target, approved, ended; and what instructors are given.

use park_portal::{
    domain::{
        account::{self, Account, Login},
        posting::{Posting, State, Status, Target, TargetState},
        stored_file::StoredFile,
        toolkit::{ToolkitIssue, ToolkitItem},
    },
    kernel::{
        id::{OrganisationId, ToolkitItemId},
        media::MediaType,
        password::PasswordHash,
        text::Text,
        version::Version,
    },
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
use crate::world::{Db, named, posting::active, start, steps::organisation_id};

/// A department that proposes somebody who is free, or posted already.
pub const PROPOSAL: Machine = Machine {
    noun: "posting to be proposed",
    states: "FREE POSTED",
    statuses: Vec::new,
    enter: enter_proposal,
    steps: &[making(
        "postingPropose",
        |it| {
            json!({
                "instructor": it.get("login"), "dispatchUnit": organisation_id("justice"), "kind": "SERVING",
                "from": "2026-11-23", "targets": [organisation_id("mill")],
            })
        },
        &[("*", "FREE", "OK"), ("*", "POSTED", "ALREADY_POSTED")],
    )],
    // Everybody who sees the department.
    viewers: &[
        viewer("mill.liaison", "*", ""),
        viewer("bakery.liaison", "*", ""),
        viewer("forge.liaison", "*", ""),
        viewer("justice.official", "*", ""),
        viewer("justice.lead", "*", ""),
        viewer("labour.official", "*", ""),
        viewer("labour.lead", "*", ""),
        viewer("circle.steward", "*", ""),
        viewer("plant.steward", "*", ""),
        viewer("coordinator", "*", ""),
        viewer("instructor", "*", ""),
        viewer("justice.reviewer", "*", "*"),
        viewer("org.reviewer", "*", ""),
        viewer("sysadmin", "*", ""),
        viewer("secadmin", "*", ""),
    ],
};

/// A posting by justice that is to serve the mill and the bakery.
pub const POSTING: Machine = Machine {
    noun: "posting",
    states: "PROPOSED PROPOSED_ANSWERED CONSENTED CONSENTED_BY_REVIEWER CONSENTED_MANY ACTIVE ENDED",
    statuses: || Status::iter().map(Status::name).collect(),
    enter: enter_posting,
    steps: STEPS,
    viewers: VIEWERS,
};

const STEPS: &[Step] = &[
    step("postingConsent", for_mill, &[("*", "PROPOSED", "OK"), ("*", "PROPOSED_ANSWERED", "ALREADY_CONSENTED")]),
    step(
        "postingDecline",
        |it| crate::world::steps::with(&for_mill(it), json!({ "reason": "暂无需要" })),
        &[("*", "PROPOSED", "OK"), ("*", "PROPOSED_ANSWERED", "ALREADY_CONSENTED")],
    ),
    step(
        "postingApprove",
        bare,
        &[
            ("*", "CONSENTED", "OK"),
            ("*", "CONSENTED_BY_REVIEWER", "SAME_PERSON"),
            ("*", "CONSENTED_MANY", "late WARNINGS_UNACKNOWLEDGED"),
        ],
    ),
    step(
        "postingTargetEnd",
        |it| json!({ "posting": it.id, "target": organisation_id("bakery"), "reason": "企业搬迁" }),
        &[("*", "* -ENDED", "OK")],
    ),
    step("postingEnd", |it| json!({ "posting": it.id, "reason": "工作调动" }), &[("*", "* -ENDED", "OK")]),
    making("toolkitIssue", |it| json!({ "posting": it.id, "item": it.get("item") }), &[("*", "ACTIVE", "OK")]),
];

const VIEWERS: &[Viewer] = &[
    viewer("mill.liaison", "*", "postingConsent postingDecline"),
    viewer("bakery.liaison", "*", ""),
    // Two of the organisations sit in the circle.
    viewer("circle.steward", "*", ""),
    viewer("coordinator", "*", "postingTargetEnd postingEnd toolkitIssue"),
    viewer("justice.reviewer", "*", "postingTargetEnd postingEnd toolkitIssue"),
    viewer("org.reviewer", "*", "postingApprove postingEnd"),
    viewer("sysadmin", "ACTIVE", ""),
    viewer("secadmin", "ACTIVE", ""),
    // One of four.
    viewer("forge.liaison", "CONSENTED_MANY", ""),
    viewer("plant.steward", "CONSENTED_MANY", ""),
];

/// Something that the instructor was given.
pub const TOOLKIT_ISSUE: Machine = Machine {
    noun: "issue of the toolkit",
    states: "ISSUED ACKNOWLEDGED",
    statuses: Vec::new,
    enter: enter_issue,
    steps: &[step("toolkitAcknowledge", |it| json!({ "toolkitIssue": it.id }), &[("*", "ISSUED", "OK")])],
    viewers: &[
        viewer("instructor", "*", "*"),
        viewer("mill.liaison", "*", ""),
        viewer("circle.steward", "*", ""),
        viewer("coordinator", "*", ""),
        viewer("justice.reviewer", "*", ""),
        viewer("org.reviewer", "*", ""),
    ],
};

fn bare(it: &Object) -> Value {
    json!({ "posting": it.id })
}

fn for_mill(it: &Object) -> Value {
    json!({ "posting": it.id, "target": organisation_id("mill") })
}

/// A fresh account that can be posted: its login.
fn enter_account(tx: &mut Tx, entry: &Entry) -> StoreResult<String> {
    let login = entry.name("posted");
    let account = Account {
        id: named(&login),
        district: district(),
        version: Version::FIRST,
        login: Login::parse(&login).expect("a login"),
        display_name: Text::parse(&login).expect("a name"),
        status: account::Status::Active,
        must_change_password: false,
        created_at: start(),
    };
    store::account::insert(tx, &account, &PasswordHash::stored("never used".to_owned()))?;
    Ok(login)
}

fn enter_proposal(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let login = enter_account(tx, entry)?;
    if entry.state == "POSTED" {
        store::posting::insert(tx, &of(entry, &login, &["mill"]))?;
    }
    Ok(Object::of(organisation_id("justice")).with("login", login))
}

/// An active posting of the account.
fn of(entry: &Entry, login: &str, served: &[&str]) -> Posting {
    let served: Vec<OrganisationId> = served.iter().map(|name| named(name)).collect();
    active(&entry.name("posting"), 9100 + i32::try_from(entry.number).expect("a number"), login, &served)
}

fn enter_posting(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let login = enter_account(tx, entry)?;
    let served: &[&str] =
        if entry.state == "CONSENTED_MANY" { &["mill", "bakery", "forge", "keeper"] } else { &["mill", "bakery"] };
    let posting = of(entry, &login, served);
    let consented = State::Consented { approve_due_at: later() };
    let ended = |target: Target| Target { state: TargetState::Ended { at: start(), reason: reason() }, ..target };
    let posting = match entry.state {
        "PROPOSED" | "PROPOSED_ANSWERED" => {
            let answered = if entry.state == "PROPOSED" { 0 } else { 1 };
            let asked = served.iter().enumerate().map(|(place, name)| match place < answered {
                true => posting.targets[place].clone(),
                false => Target::asked(named(name)),
            });
            let targets = asked.collect();
            Posting { state: State::Proposed { consent_due_at: later() }, approval: None, targets, ..posting }
        }
        "CONSENTED" | "CONSENTED_MANY" => Posting { state: consented, approval: None, ..posting },
        "CONSENTED_BY_REVIEWER" => Posting { state: consented, approval: None, proposed_by: named("org.reviewer"), ..posting },
        "ENDED" => {
            let state = State::Ended { at: start(), by: None, reason: reason() };
            Posting { targets: posting.targets.into_iter().map(ended).collect(), state, ..posting }
        }
        _ => posting,
    };
    store::posting::insert(tx, &posting)?;
    Ok(Object::of(posting.id).with("item", enter_item(tx, entry)?))
}

fn enter_item(tx: &mut Tx, entry: &Entry) -> StoreResult<ToolkitItemId> {
    let content = b"%PDF-1.7";
    let file = StoredFile {
        id: entry.id("file"),
        district: district(),
        name: "手册.pdf".to_owned(),
        media_type: MediaType::Pdf,
        size: 8,
        sha256: [7; 32],
        created_by: named("coordinator"),
        created_at: start(),
    };
    store::stored_file::insert(tx, &file, content)?;
    let item = ToolkitItem {
        id: entry.id("item"),
        district: district(),
        code: "HANDBOOK".to_owned(),
        revision: i32::try_from(entry.number).expect("a number"),
        title: Text::parse("工作手册").expect("a title"),
        file: file.id,
        effective_from: jiff::civil::date(2026, 11, 23),
        published_by: named("coordinator"),
        published_at: start(),
    };
    store::toolkit::insert_item(tx, &item)?;
    Ok(item.id)
}

fn enter_issue(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let issue = ToolkitIssue {
        id: entry.id("issue"),
        district: district(),
        version: Version::FIRST,
        posting: named("instructor"),
        item: enter_item(tx, entry)?,
        issued_by: named("justice.reviewer"),
        issued_at: start(),
        acknowledge_due_at: later(),
        acknowledged_at: (entry.state == "ACKNOWLEDGED").then(start),
    };
    store::toolkit::insert_issue(tx, &issue)?;
    Ok(Object::of(issue.id))
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_posting_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &PROPOSAL).await;
    super::run::enumerate(db, &POSTING).await;
}

#[rstest]
#[tokio::test]
async fn every_triple_of_the_toolkit_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &TOOLKIT_ISSUE).await;
}
