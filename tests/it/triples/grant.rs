//! Grants: proposed by the system administrator, approved by the security administrator, ended by
//! either.

use jiff::civil::date;
use park_portal::{
    domain::grant::{Grant, GrantScope, Role, Status},
    kernel::version::Version,
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{Entry, Machine, Object, rows::district, step, viewer};
use crate::world::{Db, named, start};

/// A grant of the mill's liaison for the holder. Its holder sees it and decides nothing.
pub const GRANT: Machine = Machine {
    noun: "grant",
    states: "PROPOSED PROPOSED_BY_APPROVER ACTIVE SUSPENDED ENDED",
    statuses: || Status::iter().map(Status::name).collect(),
    enter,
    steps: &[
        // Never by the person who proposed it.
        step("grantApprove", bare, &[("*", "PROPOSED", "OK"), ("*", "PROPOSED_BY_APPROVER", "SAME_PERSON")]),
        step("grantSuspend", bare, &[("*", "ACTIVE", "OK")]),
        step("grantResume", bare, &[("*", "SUSPENDED", "OK")]),
        step("grantEnd", bare, &[("*", "PROPOSED* ACTIVE SUSPENDED", "OK")]),
    ],
    viewers: &[
        viewer("sysadmin", "*", "grantSuspend grantEnd"),
        viewer("secadmin", "*", "grantApprove grantSuspend grantResume grantEnd"),
        viewer("holder", "*", ""),
    ],
};

fn bare(it: &Object) -> Value {
    json!({ "grant": it.id })
}

fn enter(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let status = match entry.state {
        "PROPOSED" | "PROPOSED_BY_APPROVER" => Status::Proposed,
        "ACTIVE" => Status::Active,
        "SUSPENDED" => Status::Suspended,
        "ENDED" => Status::Ended,
        other => panic!("no grant is {other}"),
    };
    let grant = of(entry, "holder", Role::Liaison, GrantScope::Organisation(named("mill")), status);
    let proposer = if entry.state == "PROPOSED_BY_APPROVER" { "secadmin" } else { "sysadmin" };
    store::grant::insert(tx, &Grant { proposed_by: Some(named(proposer)), ..grant.clone() })?;
    Ok(Object::of(grant.id))
}

/// A grant that the two administrators have decided about.
pub fn of(entry: &Entry, login: &str, role: Role, scope: GrantScope, status: Status) -> Grant {
    Grant {
        id: entry.id("grant"),
        district: district(),
        version: Version::FIRST,
        account: named(login),
        role,
        scope,
        from: date(2026, 1, 1),
        to: None,
        status,
        proposed_by: Some(named("sysadmin")),
        approved_by: (status != Status::Proposed).then(|| named("secadmin")),
        created_at: start(),
    }
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_grant_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &GRANT).await;
}
