//! Changes of the district's numbers: one coordinator proposes, another decides.

use park_portal::{
    domain::{
        rule_change::{RuleChange, State, Status},
        rules::{RuleBasis, RuleCode},
    },
    kernel::{text::Text, version::Version},
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{
    Entry, Machine, Object,
    rows::{district, reason},
    step, viewer,
};
use crate::world::{Db, named, start};

/// A change of a number, in most states proposed by somebody else.
pub const RULE_CHANGE: Machine = Machine {
    noun: "rule change",
    states: "PROPOSED PROPOSED_BY_COORDINATOR APPROVED REJECTED WITHDRAWN",
    statuses: || Status::iter().map(Status::name).collect(),
    enter,
    steps: &[
        step("ruleChangeApprove", bare, &[("*", "PROPOSED", "OK"), ("*", "PROPOSED_BY_COORDINATOR", "SAME_PERSON")]),
        step(
            "ruleChangeReject",
            |it| json!({ "ruleChange": it.id, "reason": "依据不足" }),
            &[("*", "PROPOSED", "OK"), ("*", "PROPOSED_BY_COORDINATOR", "SAME_PERSON")],
        ),
        // Only by whoever proposed it.
        step("ruleChangeWithdraw", bare, &[("*", "PROPOSED_BY_COORDINATOR", "OK")]),
    ],
    viewers: &[viewer("coordinator", "*", "*")],
};

fn bare(it: &Object) -> Value {
    json!({ "ruleChange": it.id })
}

fn enter(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let (by, at) = (named("secadmin"), start());
    let state = match entry.state {
        "APPROVED" => State::Approved { by, at },
        "REJECTED" => State::Rejected { by, at, reason: reason() },
        "WITHDRAWN" => State::Withdrawn,
        _ => State::Proposed,
    };
    let proposer = if entry.state == "PROPOSED_BY_COORDINATOR" { "coordinator" } else { "sysadmin" };
    let code = RuleCode::DemandTriage;
    let value = store::rule::load(tx, &district())?.get(code);
    withdraw_open(tx, code)?;
    let change = RuleChange {
        id: entry.id("rule"),
        district: district(),
        version: Version::FIRST,
        code,
        old_value: value,
        new_value: if value == 3 { 4 } else { 3 },
        basis: RuleBasis::OwnChoice,
        source: Text::parse("本区自定").expect("a source"),
        reason: reason(),
        proposed_by: named(proposer),
        proposed_at: at,
        state,
    };
    store::rule_change::insert(tx, &change)?;
    Ok(Object::of(change.id))
}

/// A number has one open change at a time: that of the step before makes room.
pub fn withdraw_open(tx: &mut Tx, code: RuleCode) -> StoreResult<()> {
    if let Some(open) = store::rule_change::open(tx, &district(), code)? {
        let expected = open.version;
        store::rule_change::save(tx, &RuleChange { state: State::Withdrawn, ..open }, expected)?;
    }
    Ok(())
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_rule_change_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &RULE_CHANGE).await;
}
