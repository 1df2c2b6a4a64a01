//! Accounts: the system administrator's business, and what may be proposed for them.

use park_portal::{
    domain::{
        account::{Account, Login, Status},
        grant::{GrantScope, Role, Status as GrantStatus},
    },
    kernel::{password::PasswordHash, text::Text, version::Version},
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{Entry, Machine, Object, grant, making, rows::district, step, viewer};
use crate::world::{Db, start, steps::organisation_id};

/// An account of somebody else; `AUDITOR` holds the auditor's grant.
pub const ACCOUNT: Machine = Machine {
    noun: "account",
    states: "INVITED ACTIVE ACTIVE_AUDITOR SUSPENDED ENDED",
    statuses: || Status::iter().map(Status::name).collect(),
    enter,
    steps: &[
        step("accountSuspend", bare, &[("*", "ACTIVE*", "OK")]),
        step("accountResume", bare, &[("*", "SUSPENDED", "OK")]),
        step("accountEnd", bare, &[("*", "INVITED ACTIVE* SUSPENDED", "OK")]),
        // Whoever hands out the password of those who watch could act as both.
        step("accountPasswordReset", bare, &[("*", "ACTIVE_AUDITOR", "SAME_PERSON"), ("*", "INVITED ACTIVE", "OK")]),
        // The auditor holds no other role.
        making("grantPropose", proposal, &[("*", "ACTIVE_AUDITOR", "GRANT_SCOPE"), ("*", "INVITED ACTIVE SUSPENDED", "OK")]),
    ],
    viewers: &[viewer("sysadmin", "*", "account* grantPropose"), viewer("secadmin", "*", "")],
};

fn bare(it: &Object) -> Value {
    json!({ "account": it.id })
}

fn proposal(it: &Object) -> Value {
    json!({ "account": it.id, "role": "LIAISON", "scope": organisation_id("mill"), "from": "2026-11-23" })
}

fn enter(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let login = entry.name("account");
    let account = Account {
        id: crate::world::named(&login),
        district: district(),
        version: Version::FIRST,
        login: Login::parse(&login).expect("a login"),
        display_name: Text::parse(&login).expect("a name"),
        status: match entry.state {
            "INVITED" => Status::Invited,
            "ACTIVE" | "ACTIVE_AUDITOR" => Status::Active,
            "SUSPENDED" => Status::Suspended,
            "ENDED" => Status::Ended,
            other => panic!("no account is {other}"),
        },
        must_change_password: entry.state == "INVITED",
        created_at: start(),
    };
    store::account::insert(tx, &account, &PasswordHash::stored("never used".to_owned()))?;
    if entry.state == "ACTIVE_AUDITOR" {
        store::grant::insert(tx, &grant::of(entry, &login, Role::Auditor, GrantScope::District, GrantStatus::Active))?;
    }
    Ok(Object::of(account.id))
}

#[rstest]
#[tokio::test]
async fn every_triple_of_an_account_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &ACCOUNT).await;
}
