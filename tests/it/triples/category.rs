//! Service categories: they have no states, only somebody who answers for them.

use park_portal::{
    domain::category::{Category, Profile},
    kernel::{text::Text, version::Version},
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};

use super::{Entry, Machine, Object, Viewer, making, rows::district, step, viewer};
use crate::world::{
    Db, named, start,
    steps::{category_id, organisation_id},
};

/// A leaf below the legal services, seen by every business role.
pub const CATEGORY: Machine = Machine {
    noun: "category",
    states: "THERE",
    statuses: Vec::new,
    enter,
    steps: &[
        step(
            "categoryDutyUnitSet",
            |it| json!({ "category": it.id, "dutyUnit": organisation_id("labour") }),
            &[("*", "*", "OK")],
        ),
        making("categoryCreate", leaf, &[("*", "*", "OK")]),
    ],
    viewers: VIEWERS,
};

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
    viewer("org.reviewer", "*", ""),
    viewer("circle.steward", "*", ""),
    viewer("plant.steward", "*", ""),
    viewer("coordinator", "*", "*"),
];

fn leaf(it: &Object) -> Value {
    let code = it.get("code");
    json!({ "code": code, "name": format!("类别{code}"), "parent": category_id("LEGAL"), "profile": "SIMPLE" })
}

fn enter(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let code = entry.name("LEAF");
    let category = Category {
        id: entry.id("category"),
        district: district(),
        version: Version::FIRST,
        code: code.clone(),
        name: Text::parse(&code).expect("a name"),
        parent: Some(named("LEGAL")),
        duty_unit: None,
        profile: Profile::Normal,
        position: i32::try_from(entry.number).expect("a position"),
        created_at: start(),
    };
    store::category::insert(tx, &category)?;
    Ok(Object::of(category.id).with("code", entry.name("NEW")))
}

#[rstest]
#[tokio::test]
async fn every_pair_of_a_category_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &CATEGORY).await;
}
