//! Organisations, what is drafted for them (D1), and their contact points.

use park_portal::{
    domain::{
        contact_point::{ContactPoint, Sealed},
        grant::{GrantScope, Role, Status as GrantStatus},
        organisation::{State, Status},
    },
    kernel::{
        id::{ContactPointId, OrganisationId},
        text::Text,
        version::Version,
    },
    store::{self, StoreResult, Tx},
};
use rstest::rstest;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{
    Entry, Machine, Object, Viewer, grant, making,
    rows::{district, enter_organisation, reason},
    step, viewer,
};
use crate::world::{
    Db, start,
    steps::{demand_input, resource_input},
};

/// An organisation that sits in the mall. Its name is seen by every role but the auditor's.
pub const ORGANISATION: Machine = Machine {
    noun: "organisation",
    states: "ACTIVE SUSPENDED CLOSED",
    statuses: || Status::iter().map(<&str>::from).collect(),
    enter,
    steps: &[
        step(
            "organisationUpdate",
            |it| with(it, json!({ "profile": { "name": format!("新名{}", it.id) } })),
            &[("*", "ACTIVE SUSPENDED", "OK")],
        ),
        step("organisationSuspend", because, &[("*", "ACTIVE", "OK")]),
        step("organisationResume", bare, &[("*", "SUSPENDED", "OK")]),
        step("organisationClose", because, &[("*", "ACTIVE SUSPENDED", "OK")]),
        making("contactPointCreate", |it| with(it, json!({ "post": "行政部", "phone": "027-84841234" })), FOR_ACTIVE),
        making("demandDraft", |it| of(it, demand_input("mill", "mall", "开业")), FOR_ACTIVE),
        making("resourceDraft", |it| of(it, resource_input()), FOR_ACTIVE),
    ],
    viewers: &[
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
        viewer("circle.steward", "*", DRAFTS),
        viewer("plant.steward", "*", ""),
        viewer("own.liaison", "*", DRAFTS),
        viewer("coordinator", "*", "*"),
        viewer("sysadmin", "*", ""),
        viewer("secadmin", "*", ""),
    ],
};

/// A contact point of an organisation that sits in the mall, masked to every business role.
pub const CONTACT_POINT: Machine = Machine {
    noun: "contact point",
    states: "THERE",
    statuses: Vec::new,
    enter: enter_contact,
    steps: &[step("contactPointUpdate", |it| json!({ "contactPoint": it.id, "phone": "027-84841234" }), &[("*", "*", "OK")])],
    viewers: CONTACT_VIEWERS,
};
const CONTACT_VIEWERS: &[Viewer] = &[
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
    viewer("circle.steward", "*", "*"),
    viewer("plant.steward", "*", ""),
    viewer("own.liaison", "*", "*"),
    viewer("coordinator", "*", "*"),
];

const DRAFTS: &str = "contactPointCreate demandDraft resourceDraft";
const FOR_ACTIVE: &[super::Case] = &[("*", "ACTIVE", "OK"), ("*", "*", "ORGANISATION_INACTIVE")];

fn bare(it: &Object) -> Value {
    json!({ "organisation": it.id })
}

fn with(it: &Object, changes: Value) -> Value {
    crate::world::steps::with(&bare(it), changes)
}

/// Somebody else's input, for this organisation.
fn of(it: &Object, input: Value) -> Value {
    crate::world::steps::with(&input, bare(it))
}

fn because(it: &Object) -> Value {
    with(it, json!({ "reason": "经营调整" }))
}

fn enter(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let state = match entry.state {
        "ACTIVE" | "THERE" => State::Active,
        "SUSPENDED" => State::Suspended { reason: reason() },
        "CLOSED" => State::Closed { reason: reason() },
        other => panic!("no organisation is {other}"),
    };
    let id = enter_organisation(tx, entry, "organisation", "mall", state)?;
    let scope = GrantScope::Organisation(id);
    store::grant::insert(tx, &grant::of(entry, "own.liaison", Role::Liaison, scope, GrantStatus::Active))?;
    Ok(Object::of(id))
}

fn enter_contact(tx: &mut Tx, entry: &Entry) -> StoreResult<Object> {
    let organisation: OrganisationId = enter(tx, entry)?.id.parse().expect("an organisation");
    let id: ContactPointId = entry.id("contact");
    let contact = ContactPoint {
        id,
        district: district(),
        version: Version::FIRST,
        organisation,
        post: Text::parse("综合办公室").expect("a post"),
        phone: Sealed { bytes: vec![0], masked: "027-84****12".to_owned() },
        email: None,
        key_id: "test".to_owned(),
        created_at: start(),
    };
    store::contact_point::insert(tx, &contact)?;
    Ok(Object::of(id))
}

#[rstest]
#[tokio::test]
async fn every_triple_of_an_organisation_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &ORGANISATION).await;
}

#[rstest]
#[tokio::test]
async fn every_triple_of_a_contact_point_is_answered_as_agreed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    super::run::enumerate(db, &CONTACT_POINT).await;
}
