//! Tenancies: they end once.

use jiff::civil::date;
use park_portal::{
    domain::{organisation, tenancy::Tenancy},
    kernel::{text::Text, version::Version},
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::json;

use super::{
    Entry, Machine, Object, Viewer,
    rows::{district, enter_organisation},
    step, viewer,
};
use crate::world::{Db, named, start};

/// A tenancy in the mall. It has no status: it has an end or none.
pub const TENANCY: Machine = Machine {
    noun: "tenancy",
    states: "OPEN ENDED",
    statuses: Vec::new,
    enter,
    steps: &[step("tenancyEnd", |it| json!({ "tenancy": it.id, "lastDay": "2026-11-30" }), &[("*", "OPEN", "OK")])],
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
    viewer("circle.steward", "*", "tenancyEnd"),
    viewer("plant.steward", "*", ""),
    viewer("coordinator", "*", "tenancyEnd"),
];

fn enter(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let organisation = enter_organisation(tx, entry, "organisation", "tower", organisation::State::Active)?;
    let tenancy = Tenancy {
        id: entry.id("tenancy"),
        district: district(),
        version: Version::FIRST,
        organisation,
        place: named("mall"),
        unit: Text::parse("1 层").expect("a unit"),
        from: date(2026, 1, 1),
        to: (entry.state == "ENDED").then(|| date(2026, 12, 31)),
        created_at: start(),
    };
    store::tenancy::insert(tx, &tenancy)?;
    Ok(Object::of(tenancy.id))
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_tenancy_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &TENANCY).await;
}
