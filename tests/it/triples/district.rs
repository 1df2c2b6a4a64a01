//! What is made in a district, out of nothing: everybody acts in their own.

use park_portal::{
    domain::{district::District as Settings, rules::RuleCode},
    kernel::version::Version,
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};

use super::{Entry, Machine, Object, Viewer, evaluation::terms_input, making, party, rows::district, rule_change, step, viewer};
use crate::world::{Db, steps::organisation_id};

/// The district of whoever acts. The neighbour's coordinator has one as well, but no streets in it.
pub const DISTRICT: Machine = Machine {
    noun: "district",
    states: "THERE",
    statuses: Vec::new,
    enter,
    steps: &[
        making("accountCreate", |it| json!({ "login": it.get("name"), "displayName": "新账号" }), &[("*", "*", "OK")]),
        making("zoneCreate", |it| json!({ "code": it.get("code"), "name": it.get("name"), "kind": "PARK" }), &[("*", "*", "OK")]),
        making(
            "organisationCreate",
            |it| json!({ "kind": "DEPARTMENT", "profile": { "name": it.get("name") } }),
            &[("*", "*", "OK")],
        ),
        step(
            "districtBackstopSet",
            |_| json!({ "unit": organisation_id("street") }),
            &[("neighbour", "*", "NOT_FOUND"), ("*", "*", "OK")],
        ),
        making("calendarImport", |_| json!({ "table": CALENDAR }), &[("*", "*", "OK")]),
        making(
            "ruleChangePropose",
            |_| json!({ "code": "CLAIM_RESPOND", "value": 4, "basis": "OWN_CHOICE", "source": "本区自定", "reason": "给足时间" }),
            &[("*", "*", "OK")],
        ),
        // Each coordinator draws in the own district, once.
        making("callBackDraw", |_| json!({ "month": "2026-10" }), &[("*", "*", "OK")]),
        making("snapshotTake", |_| json!({ "list": "DEMANDS", "quarter": "2026-Q4" }), &[("*", "*", "OK")]),
        making("cyclePrepare", |_| json!({ "year": 2025, "terms": terms_input() }), &[("*", "*", "OK")]),
        making("placeCreate", place, &[("neighbour", "*", "VALIDATION"), ("*", "*", "OK")]),
    ],
    viewers: VIEWERS,
};

/// What is known of 2027 before its notice.
const CALENDAR: &str = "date,kind,name_en,source\n2027-01-01,OFF,New Year,statutory days only\n";
const COORDINATES: &str =
    "zoneCreate organisationCreate placeCreate districtBackstopSet calendarImport ruleChangePropose callBackDraw snapshotTake";
const VIEWERS: &[Viewer] = &[
    viewer("mill.liaison", "*", ""),
    viewer("bakery.liaison", "*", ""),
    viewer("forge.liaison", "*", ""),
    viewer("justice.official", "*", ""),
    viewer("justice.lead", "*", ""),
    viewer("labour.official", "*", ""),
    viewer("labour.lead", "*", ""),
    viewer("instructor", "*", ""),
    viewer("justice.reviewer", "*", ""),
    viewer("org.reviewer", "*", "cyclePrepare"),
    viewer("circle.steward", "*", ""),
    viewer("plant.steward", "*", ""),
    viewer("coordinator", "*", COORDINATES),
    viewer("sysadmin", "*", "accountCreate"),
    viewer("secadmin", "*", ""),
    viewer("auditor", "*", ""),
    viewer("nobody", "*", ""),
    viewer("former.liaison", "*", ""),
    party("neighbour.coordinator", "neighbour", "*", COORDINATES),
];

fn place(it: &Object) -> Value {
    json!({
        "kind": "INDUSTRIAL", "name": it.get("name"), "dominance": "PARK_ADMIN", "division": "420105010",
        "address": "测试路 4 号",
    })
}

fn enter(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    rule_change::withdraw_open(tx, RuleCode::ClaimRespond)?;
    // The district is always the same one: it is as it was before the last step.
    let district = district();
    if let Some(moved) = store::district::find(tx, &district)?.filter(|found| found.version != Version::FIRST) {
        let expected = moved.version;
        store::district::save(tx, &Settings { backstop: None, version: Version::FIRST, ..moved }, expected)?;
    }
    Ok(Object::default().with("name", entry.name("new")).with("code", entry.name("NEW")))
}

#[rstest]
#[tokio::test]
async fn every_pair_of_a_district_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &DISTRICT).await;
}
