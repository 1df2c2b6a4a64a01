//! Branches: a steward proposes in scope, the coordinator decides.

use std::collections::BTreeSet;

use jiff::civil::date;
use park_portal::{
    domain::{
        branch::{Branch, Decision, Form, Kind, State, Status, Terms},
        branch_coverage::BranchCoverage,
        organisation,
    },
    kernel::{
        id::{BranchId, OrganisationId},
        text::Text,
        version::Version,
    },
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{
    Entry, Machine, Object, Step, Viewer,
    rows::{district, enter_organisation, reason},
    step, viewer,
};
use crate::world::{Db, named, start};

/// A hub branch of the mall, led by the street.
pub const HUB: Machine = Machine {
    noun: "hub branch",
    states: "PROPOSED RETURNED APPROVED ACTIVE ACTIVE_CUSTODIAN SUSPENDED CONVERTED MERGED DISSOLVED",
    statuses: || Status::iter().map(Status::name).collect(),
    enter: |tx, entry| enter(tx, entry, Kind::Hub),
    steps: HUB_STEPS,
    viewers: VIEWERS,
};

/// A station in the tower, in the care of a hub branch: the steps that ask about its host or custodian.
pub const STATION: Machine = Machine {
    noun: "custody branch",
    states: "PROPOSED RETURNED APPROVED ACTIVE SUSPENDED CONVERTED MERGED DISSOLVED",
    enter: |tx, entry| enter(tx, entry, Kind::Custody),
    steps: STATION_STEPS,
    ..HUB
};

/// What works is seen by every business role.
const AT_WORK: &str = "ACTIVE* SUSPENDED";
const VIEWERS: &[Viewer] = &[
    viewer("mill.liaison", AT_WORK, ""),
    viewer("bakery.liaison", AT_WORK, ""),
    viewer("forge.liaison", AT_WORK, ""),
    viewer("justice.official", AT_WORK, ""),
    viewer("justice.lead", AT_WORK, ""),
    viewer("labour.official", AT_WORK, ""),
    viewer("labour.lead", AT_WORK, ""),
    viewer("instructor", AT_WORK, ""),
    viewer("justice.reviewer", AT_WORK, ""),
    viewer("org.reviewer", AT_WORK, ""),
    viewer("circle.steward", "*", "branchRevise branchCover branchUncover"),
    viewer("plant.steward", AT_WORK, ""),
    viewer("coordinator", "*", "branch* -branchRevise"),
];

const HUB_STEPS: &[Step] = &[
    REVISE,
    RETURN,
    APPROVE,
    ACTIVATE,
    SUSPEND,
    RESUME,
    CONVERT,
    MERGE,
    DISSOLVE,
    COVER,
    UNCOVER,
    // Only a station is in somebody's care.
    step("branchHandOver", hand_over, &[("*", LIVE, "late BRANCH_RULE")]),
];
const STATION_STEPS: &[Step] =
    &[REVISE, APPROVE, ACTIVATE, MERGE, COVER, UNCOVER, step("branchHandOver", hand_over, &[("*", LIVE, "OK")])];

const LIVE: &str = "PROPOSED RETURNED APPROVED ACTIVE* SUSPENDED";
const REVISE: Step = step("branchRevise", revision, &[("*", "PROPOSED RETURNED", "OK")]);
const RETURN: Step = step("branchReturn", because, &[("*", "PROPOSED", "OK")]);
const APPROVE: Step = step("branchApprove", bare, &[("*", "PROPOSED", "OK")]);
const ACTIVATE: Step = step("branchActivate", bare, &[("*", "APPROVED", "OK")]);
const SUSPEND: Step = step("branchSuspend", because, &[("*", "ACTIVE*", "OK")]);
const RESUME: Step = step("branchResume", bare, &[("*", "SUSPENDED", "OK")]);
// A custodian first hands over its stations.
const CONVERT: Step = step("branchConvert", because, &[("*", "ACTIVE", "OK"), ("*", "ACTIVE_CUSTODIAN", "late STATIONS_DEPEND")]);
const MERGE: Step = step(
    "branchMerge",
    |it| with(it, json!({ "into": it.get("target"), "memberCount": 9 })),
    &[("*", "ACTIVE", "OK"), ("*", "ACTIVE_CUSTODIAN", "late STATIONS_DEPEND")],
);
const DISSOLVE: Step =
    step("branchDissolve", because, &[("*", "ACTIVE", "OK"), ("*", "ACTIVE_CUSTODIAN", "late STATIONS_DEPEND")]);
const COVER: Step = step("branchCover", |it| with(it, json!({ "organisation": it.get("extra") })), &[("*", "ACTIVE*", "OK")]);
const UNCOVER: Step =
    step("branchUncover", |it| with(it, json!({ "organisation": it.get("second") })), &[("*", "ACTIVE*", "OK")]);

fn bare(it: &Object) -> Value {
    json!({ "branch": it.id })
}

fn with(it: &Object, changes: Value) -> Value {
    crate::world::steps::with(&bare(it), changes)
}

fn because(it: &Object) -> Value {
    with(it, json!({ "reason": "组织设置调整" }))
}

fn hand_over(it: &Object) -> Value {
    with(it, json!({ "custodian": it.get("target") }))
}

fn revision(it: &Object) -> Value {
    let terms = with(it, json!({ "name": format!("另一个{}", it.id), "lead": it.get("lead"), "memberCount": 5 }));
    let form = match it.get("custodian") {
        "" => json!({ "form": "BRANCH" }),
        custodian => json!({ "form": "LIAISON_STATION", "custodian": custodian }),
    };
    crate::world::steps::with(&terms, form)
}

fn enter(tx: &mut Tx, entry: &Entry, kind: Kind) -> StoreResult<Object> {
    let mut organisations = Vec::new();
    for part in ["first", "second", "third", "extra", "more"] {
        organisations.push(enter_organisation(tx, entry, part, "tower", organisation::State::Active)?);
    }
    let target = enter_one(tx, entry, ("target", Kind::Hub, "ACTIVE"), Vec::new(), None)?;
    let custodian = (kind == Kind::Custody).then_some(target.id);
    let covers = organisations[..3].to_vec();
    let branch = enter_one(tx, entry, ("branch", kind, entry.state), covers, custodian)?;
    if entry.state == "ACTIVE_CUSTODIAN" {
        enter_one(tx, entry, ("station", Kind::Custody, "ACTIVE"), vec![organisations[4]], Some(branch.id))?;
    }
    let custodian = custodian.map(|id| id.to_string()).unwrap_or_default();
    let object = Object::of(branch.id).with("target", target.id).with("custodian", custodian).with("lead", branch.terms.lead);
    Ok(object.with("second", organisations[1]).with("extra", organisations[3]))
}

/// Enters a branch with what it covers, or is to cover. The first of them is the host of a station.
fn enter_one(
    tx: &mut Tx,
    entry: &Entry,
    (part, kind, state): (&str, Kind, &str),
    covers: Vec<OrganisationId>,
    custodian: Option<BranchId>,
) -> StoreResult<Branch> {
    let is_station = kind == Kind::Custody;
    let decided = !matches!(state, "PROPOSED" | "RETURNED");
    let branch = Branch {
        id: entry.id(part),
        district: district(),
        version: Version::FIRST,
        kind,
        place: named(if is_station { "tower" } else { "mall" }),
        terms: Terms {
            name: Text::parse(&entry.name(part)).expect("a name"),
            form: if is_station { Form::LiaisonStation } else { Form::Branch },
            lead: if is_station { covers[0] } else { named("street") },
            custodian,
            parent: None,
            member_count: if is_station { 2 } else { 6 },
            committee_size: 0,
            formed_on: None,
            covers,
        },
        term_months: (!is_station).then_some(36),
        state: named_state(state, entry.id("target")),
        warnings: BTreeSet::new(),
        decision: decided.then(|| Decision { by: named("coordinator"), acknowledged: BTreeSet::new() }),
        proposed_by: named("circle.steward"),
        created_at: start(),
    };
    store::branch::insert(tx, &branch)?;
    if state.starts_with("ACTIVE") || state == "SUSPENDED" {
        cover(tx, entry, &branch)?;
    }
    Ok(branch)
}

fn cover(tx: &mut Tx, entry: &Entry, branch: &Branch) -> StoreResult<()> {
    for organisation in &branch.terms.covers {
        let coverage = BranchCoverage {
            id: entry.id(&format!("coverage of {organisation}")),
            district: district(),
            branch: branch.id,
            organisation: *organisation,
            from: date(2026, 1, 1),
            to: None,
            created_at: start(),
        };
        store::branch_coverage::insert(tx, &coverage)?;
    }
    Ok(())
}

fn named_state(name: &str, target: BranchId) -> State {
    match name {
        "PROPOSED" => State::Proposed,
        "RETURNED" => State::Returned { reason: reason() },
        "APPROVED" => State::Approved,
        "ACTIVE" | "ACTIVE_CUSTODIAN" => State::Active,
        "SUSPENDED" => State::Suspended { reason: reason() },
        "CONVERTED" => State::Converted { reason: reason() },
        "MERGED" => State::Merged { into: target },
        "DISSOLVED" => State::Dissolved { reason: reason() },
        other => panic!("no branch is {other}"),
    }
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_hub_branch_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &HUB).await;
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_station_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &STATION).await;
}
