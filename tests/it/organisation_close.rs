//! What ends with an organisation, and what goes on.

use diesel::prelude::*;
use park_portal::{
    kernel::id::{AccountId, CategoryId, ClaimId, DemandId, OrganisationId, PlaceId, ResourceId},
    store::{
        schema::{claim, demand, resource},
        types::{At, On},
    },
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{Db, World, named, start, steps::organisation_id, walk::but};

const CLOSE: &str = "organisation { status statusReason version tenancies { id } }";

fn close(organisation: &str) -> Value {
    json!({ "organisation": organisation_id(organisation), "expectedVersion": 1, "reason": "企业注销" })
}

/// A demand, named by its state and the quantity agreed on it.
fn enter_demand(world: &World, name: &str, organisation: &str, status: &str, agreed: i32) {
    let given = |when: bool| when.then(|| At(start()));
    diesel::insert_into(demand::table)
        .values((
            (
                demand::id.eq(named::<park_portal::kernel::id::kind::Demand>(name) as DemandId),
                demand::district.eq("420105"),
                demand::ref_no.eq((status != "DRAFT").then(|| format!("D-420105-2026-{name}"))),
                demand::organisation.eq(named::<park_portal::kernel::id::kind::Organisation>(organisation) as OrganisationId),
                demand::place.eq(named::<park_portal::kernel::id::kind::Place>("mall") as PlaceId),
                demand::category.eq(named::<park_portal::kernel::id::kind::Category>("LEGAL") as CategoryId),
                demand::title.eq("法律"),
                demand::detail.eq("咨询"),
                demand::tags.eq("[]"),
                demand::quantity.eq(3),
                demand::unit.eq("次"),
                demand::urgency.eq("NORMAL"),
                demand::urgency_rank.eq(0),
                demand::visibility.eq("DISTRICT"),
                demand::source.eq("SELF"),
            ),
            (
                demand::status.eq(status),
                demand::status_reason.eq((status == "RETURNED").then_some("补充")),
                demand::outcome.eq((status == "CLOSED").then_some("SATISFIED")),
                demand::agreed_quantity.eq(agreed),
                demand::triage_due_at.eq(given(status == "SUBMITTED")),
                demand::unclaimed_due_at.eq(given(status == "LISTED")),
                demand::escalate_due_at.eq(given(status == "LISTED")),
                demand::created_by.eq(named::<park_portal::kernel::id::kind::Account>("mill.liaison") as AccountId),
                demand::created_at.eq(At(start())),
                demand::submitted_at.eq(given(status != "DRAFT")),
                demand::search_text.eq("法律"),
                demand::version.eq(1),
            ),
        ))
        .execute(&mut world.connection())
        .expect("a demand");
}

fn enter_resource(world: &World, name: &str, organisation: &str, status: &str) {
    let today = || On(jiff::civil::date(2026, 11, 23));
    diesel::insert_into(resource::table)
        .values((
            (
                resource::id.eq(named::<park_portal::kernel::id::kind::Resource>(name) as ResourceId),
                resource::district.eq("420105"),
                resource::ref_no.eq(format!("R-420105-2026-{name}")),
                resource::organisation.eq(named::<park_portal::kernel::id::kind::Organisation>(organisation) as OrganisationId),
                resource::unit.eq("次"),
                resource::category.eq(named::<park_portal::kernel::id::kind::Category>("LEGAL") as CategoryId),
                resource::title.eq("法律讲座"),
                resource::detail.eq("上门"),
                resource::tags.eq("[]"),
                resource::mode.eq("ONSITE"),
                resource::coverage.eq("DISTRICT"),
                resource::eligibility.eq("{}"),
                resource::capacity.eq(3),
                resource::per.eq("MONTH"),
            ),
            (
                resource::valid_from.eq(today()),
                resource::fee.eq("FREE"),
                resource::required_documents.eq("[]"),
                resource::assured_on.eq(today()),
                resource::remind_first_on.eq(today()),
                resource::remind_second_on.eq(today()),
                resource::stale_on.eq(today()),
                resource::reminded.eq(0),
                resource::status.eq(status),
                resource::status_reason.eq(["PAUSED", "RETIRED"].contains(&status).then_some("整理")),
                resource::paused_until.eq((status == "PAUSED").then(today)),
                resource::created_by.eq(named::<park_portal::kernel::id::kind::Account>("mill.liaison") as AccountId),
                resource::created_at.eq(At(start())),
                resource::search_text.eq("法律"),
                resource::version.eq(1),
            ),
        ))
        .execute(&mut world.connection())
        .expect("a resource");
}

fn enter_claim(world: &World, name: &str, on: &str, (from, by): (&str, &str), status: &str) {
    let account: AccountId = named("mill.liaison");
    let day = |day| On(jiff::civil::date(2026, 12, day));
    diesel::insert_into(claim::table)
        .values((
            (
                claim::id.eq(named::<park_portal::kernel::id::kind::Claim>(name) as ClaimId),
                claim::district.eq("420105"),
                claim::ref_no.eq(format!("C-420105-2026-{name}")),
                claim::kind.eq("OFFER"),
                claim::demand.eq(named::<park_portal::kernel::id::kind::Demand>(on) as DemandId),
                claim::demand_organisation.eq(named::<park_portal::kernel::id::kind::Organisation>(from) as OrganisationId),
                claim::place.eq(named::<park_portal::kernel::id::kind::Place>("mall") as PlaceId),
                claim::provider.eq(named::<park_portal::kernel::id::kind::Organisation>(by) as OrganisationId),
                claim::quantity.eq(1),
                claim::note.eq(""),
            ),
            (
                claim::plan_start.eq(day(1)),
                claim::plan_due.eq(day(31)),
                claim::plan_steps.eq("[]"),
                claim::demand_consent_at.eq((status == "AGREED").then(|| At(start()))),
                claim::demand_consent_by.eq((status == "AGREED").then_some(account)),
                claim::provider_consent_at.eq(At(start())),
                claim::provider_consent_by.eq(account),
                claim::status.eq(status),
                claim::respond_by.eq(At(start())),
                claim::created_by.eq(account),
                claim::created_at.eq(At(start())),
                claim::version.eq(1),
                claim::is_final.eq(false),
            ),
        ))
        .execute(&mut world.connection())
        .expect("a claim");
}

/// `reference version` of every row in a state, in order of the references.
fn in_state(world: &World, table: &str, status: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        row: String,
    }
    let sql =
        format!("SELECT coalesce(ref_no, 'draft') || ' v' || version AS row FROM {table} WHERE status = '{status}' ORDER BY 1");
    let rows: Vec<Row> = diesel::sql_query(sql).load(&mut world.connection()).expect("the rows");
    rows.into_iter().map(|row| row.row.replace("-420105-2026-", ":")).collect()
}

#[rstest]
#[tokio::test]
async fn what_waits_ends_and_what_is_agreed_goes_on(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    for (name, status, agreed) in [
        ("draft", "DRAFT", 0),
        ("submitted", "SUBMITTED", 0),
        ("returned", "RETURNED", 0),
        ("listed", "LISTED", 0),
        ("agreed", "LISTED", 1),
        ("closed", "CLOSED", 3),
    ] {
        enter_demand(&world, name, "mill", status, agreed);
    }
    enter_demand(&world, "other", "bakery", "LISTED", 0);
    for status in ["DRAFT", "LISTED", "PAUSED", "STALE", "RETIRED"] {
        enter_resource(&world, &status.to_lowercase(), "mill", status);
    }
    enter_resource(&world, "other", "bakery", "LISTED");
    enter_claim(&world, "pending", "listed", ("mill", "justice"), "PENDING");
    enter_claim(&world, "second", "agreed", ("mill", "labour"), "PENDING");
    enter_claim(&world, "agreed", "agreed", ("mill", "justice"), "AGREED");
    enter_claim(&world, "offered", "other", ("bakery", "mill"), "PENDING");
    enter_claim(&world, "other", "other", ("bakery", "justice"), "PENDING");
    let later = json!({
        "organisation": organisation_id("mill"), "place": crate::world::steps::place_id("office"), "unit": "2 层", "from": "2027-01-01",
    });
    world.mutate("coordinator", "tenancyStart", "tenancy { id }", later).await.done("");

    let reply = world.mutate("coordinator", "organisationClose", CLOSE, close("mill")).await;

    let closed = json!({ "status": "CLOSED", "statusReason": "企业注销", "version": 2 });
    let reply_without = {
        let mut organisation = reply.done("/organisation").clone();
        organisation.as_object_mut().expect("an organisation").remove("tenancies");
        organisation
    };
    assert_eq!(reply_without, closed);
    assert_eq!(
        in_state(&world, "demand", "CLOSED"),
        ["D:closed v1", "D:listed v2", "D:returned v2", "D:submitted v2", "draft v2"]
    );
    assert_eq!(in_state(&world, "demand", "LISTED"), ["D:agreed v1", "D:other v1"]);
    assert_eq!(in_state(&world, "claim", "ENDED"), ["C:offered v2", "C:pending v2", "C:second v2"]);
    assert_eq!(in_state(&world, "claim", "AGREED"), ["C:agreed v1"]);
    assert_eq!(in_state(&world, "claim", "PENDING"), ["C:other v1"]);
    assert_eq!(
        in_state(&world, "resource", "RETIRED"),
        ["R:draft v2", "R:listed v2", "R:paused v2", "R:retired v1", "R:stale v2"]
    );
    assert_eq!(in_state(&world, "resource", "LISTED"), ["R:other v1"]);
    for table in ["demand", "claim", "resource"] {
        let with_reason = format!("SELECT count(*) FROM {table} WHERE version = 2 AND status_reason <> '企业注销'");
        assert_eq!(world.number(&with_reason).await, 0, "{table}");
    }
    let open =
        "SELECT count(*) FROM tenancy t JOIN organisation o ON o.id = t.organisation WHERE o.name = 'mill' AND to_on IS NULL";
    assert_eq!(world.number(open).await, 0);
    // What it has today ends today; what was to begin later ends as it begins.
    assert_eq!(world.number("SELECT count(*) FROM tenancy WHERE to_on = '2026-11-23'").await, 1);
    assert_eq!(world.number("SELECT count(*) FROM tenancy WHERE to_on = '2027-01-01'").await, 1);

    assert_eq!(world.audit().await, ["tenancy.start OK", "organisation.close OK"]);
    let effects = effects_of(&world);
    assert_eq!(effects.len(), 1 + 3 + 4 + 4 + 2);
    assert_eq!(effects[0], json!({ "object": organisation_id("mill"), "from": "ACTIVE", "to": "CLOSED" }));
    let listed: DemandId = named("listed");
    let withdrawn =
        json!({ "object": listed.to_string(), "from": "LISTED", "to": "CLOSED", "facts": { "outcome": "WITHDRAWN" } });
    assert!(effects.contains(&withdrawn), "{effects:?}");
    assert!(world.chains_hold().await);
}

/// The effects of the last line of the log.
fn effects_of(world: &World) -> Vec<Value> {
    use park_portal::store::schema::audit_line;
    let text: String = audit_line::table
        .filter(audit_line::stream.eq("BUSINESS"))
        .order(audit_line::number.desc())
        .select(audit_line::effects)
        .first(&mut world.connection())
        .expect("a line");
    serde_json::from_str(&text).expect("effects")
}

#[rstest]
#[tokio::test]
async fn a_refused_close_changes_nothing(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    enter_demand(&world, "listed", "mill", "LISTED", 0);
    enter_resource(&world, "listed", "mill", "LISTED");
    for (input, problem) in [
        (but(close("mill"), json!({ "expectedVersion": 2 })), "STALE_VERSION at "),
        (but(close("mill"), json!({ "reason": "" })), "VALIDATION at input.reason"),
        (close("neighbour"), "NOT_FOUND at input.organisation"),
    ] {
        assert_eq!(world.mutate("coordinator", "organisationClose", CLOSE, input).await.problems(), [problem]);
    }
    for login in ["mill.liaison", "circle.steward", "justice.lead", "sysadmin"] {
        assert_eq!(world.mutate(login, "organisationClose", CLOSE, close("mill")).await.code(), "FORBIDDEN", "{login}");
    }
    assert_eq!(in_state(&world, "demand", "LISTED"), ["D:listed v1"]);
    assert_eq!(in_state(&world, "resource", "LISTED"), ["R:listed v1"]);
    assert_eq!(world.number("SELECT count(*) FROM organisation WHERE status <> 'ACTIVE'").await, 0);
    assert_eq!(world.number("SELECT count(*) FROM tenancy WHERE to_on IS NOT NULL").await, 0);

    world.mutate("coordinator", "organisationClose", CLOSE, close("mill")).await.done("");
    for (mutation, input) in [
        ("organisationClose", close("mill")),
        ("organisationSuspend", close("mill")),
        ("organisationResume", json!({ "organisation": organisation_id("mill"), "expectedVersion": 2 })),
        (
            "organisationUpdate",
            json!({
                "organisation": organisation_id("mill"), "expectedVersion": 2,
                "profile": { "name": "mill", "uscc": "91420105MA4K000102" },
            }),
        ),
    ] {
        let reply = world.mutate("coordinator", mutation, "organisation { id }", input).await;
        assert_eq!(reply.code(), "INVALID_STATE", "{mutation}");
    }
}
