//! Contact points through the API: sealed at rest, masked unless one is a party.

use diesel::{RunQueryDsl, sql_query};
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{Db, World, steps::organisation_id, walk::but};

const FIELDS: &str = "contactPoint { id version post phone email isMasked viewerCanUpdate organisation { name } }";
const QUERY: &str = "query($id: ID!) { contactPoint(id: $id) { post phone email isMasked viewerCanUpdate } }";

fn office(organisation: &str) -> Value {
    json!({
        "organisation": organisation_id(organisation), "post": "综合办公室", "phone": "027-84001212",
        "email": "office@park.example",
    })
}

#[rstest]
#[tokio::test]
async fn only_the_parties_see_a_contact_point_whole(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let reply = world.mutate("mill.liaison", "contactPointCreate", FIELDS, office("mill")).await;
    let id = reply.text("/contactPoint/id");
    assert_eq!(
        reply.done("/contactPoint"),
        &json!({
            "id": id, "version": 1, "post": "综合办公室", "phone": "027-84001212", "email": "office@park.example",
            "isMasked": false, "viewerCanUpdate": true, "organisation": { "name": "mill" },
        })
    );
    let whole = json!({ "phone": "027-84001212", "email": "office@park.example", "isMasked": false });
    let masked = json!({ "phone": "027-84****12", "email": "o***@park.example", "isMasked": true });
    for (login, seen, may) in [
        ("mill.liaison", &whole, true),
        ("coordinator", &whole, true),
        ("circle.steward", &masked, true),
        ("plant.steward", &masked, false),
        ("bakery.liaison", &masked, false),
        ("justice.official", &masked, false),
    ] {
        let reply = world.run(login, QUERY, json!({ "id": id })).await;
        let expected = but(seen.clone(), json!({ "post": "综合办公室", "viewerCanUpdate": may }));
        assert_eq!(reply.data("/contactPoint"), &expected, "{login}");
    }
    for login in ["sysadmin", "secadmin", "auditor", "nobody", "neighbour.coordinator"] {
        let reply = world.run(login, QUERY, json!({ "id": id })).await;
        assert_eq!(reply.body, json!({ "data": { "contactPoint": null } }), "{login}");
    }
    // Neither the log nor the table holds the number itself.
    let leaks = "SELECT count(*) FROM audit_line WHERE effects LIKE '%8400%' OR effects LIKE '%office%'";
    assert_eq!(world.number(leaks).await, 0);
    assert_eq!(world.number("SELECT count(*) FROM contact_point WHERE phone_masked LIKE '%8400%'").await, 0);
}

#[rstest]
#[tokio::test]
async fn an_agreed_claim_opens_both_sides_to_each_other(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let mill = world.mutate("mill.liaison", "contactPointCreate", FIELDS, office("mill")).await.text("/contactPoint/id");
    let justice = world.mutate("justice.lead", "contactPointCreate", FIELDS, office("justice")).await.text("/contactPoint/id");
    let masked =
        async |login: &str, id: &str| world.run(login, QUERY, json!({ "id": id })).await.data("/contactPoint/isMasked").clone();
    for (status, hidden) in [("PENDING", true), ("AGREED", false), ("CANCELLED", true)] {
        enter_claim(&world, status);
        assert_eq!(masked("justice.official", &mill).await, hidden, "{status}");
        assert_eq!(masked("mill.liaison", &justice).await, hidden, "{status}");
        // A third party is not concerned, whatever others agree on.
        assert_eq!(masked("labour.lead", &mill).await, true, "{status}");
        assert_eq!(masked("bakery.liaison", &justice).await, true, "{status}");
    }
}

/// Makes the one claim of justice on a demand of the mill have this status.
fn enter_claim(world: &World, status: &str) {
    let mut conn = world.connection();
    let mut run = |sql: &str| sql_query(sql).execute(&mut conn).expect("the claim is entered");
    run("DELETE FROM claim");
    run("DELETE FROM demand");
    let id = "(SELECT id FROM organisation WHERE name = 'mill')";
    let now = "(SELECT created_at FROM organisation WHERE name = 'mill')";
    let account = "(SELECT id FROM account WHERE login = 'mill.liaison')";
    run(&format!(
        "INSERT INTO demand (id, district, ref_no, organisation, place, category, title, detail, tags, quantity, unit, urgency, \
         urgency_rank, visibility, source, status, agreed_quantity, unclaimed_due_at, escalate_due_at, created_by, created_at, \
         submitted_at, listed_at, search_text, version) \
         SELECT {id}, '420105', 'D-420105-2026-000001', {id}, p.id, c.id, '法律', '咨询', '[]', 1, '次', 'NORMAL', 0, \
         'DISTRICT', 'SELF', 'LISTED', 0, {now}, {now}, {account}, {now}, {now}, {now}, '法律', 1 \
         FROM place p, category c WHERE p.name = 'mall' AND c.code = 'LEGAL'"
    ));
    run(&format!(
        "INSERT INTO claim (id, district, ref_no, kind, demand, demand_organisation, place, provider, quantity, note, plan_start, \
         plan_due, plan_steps, demand_consent_at, demand_consent_by, provider_consent_at, provider_consent_by, status, \
         status_reason, respond_by, created_by, created_at, version, is_final) \
         SELECT {id}, '420105', 'C-420105-2026-000001', 'OFFER', {id}, {id}, d.place, o.id, 1, '', '2026-12-01', '2026-12-31', \
         '[]', {now}, {account}, {now}, {account}, '{status}', '双方同意', {now}, {account}, {now}, 1, FALSE \
         FROM demand d, organisation o WHERE o.name = 'justice'"
    ));
}

#[rstest]
#[tokio::test]
async fn a_change_leaves_alone_what_it_does_not_name(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let id = world.mutate("mill.liaison", "contactPointCreate", FIELDS, office("mill")).await.text("/contactPoint/id");
    let change = |version: i32, changes: Value| but(json!({ "contactPoint": id, "expectedVersion": version }), changes);
    let fields = "contactPoint { version post phone email isMasked }";
    // The steward changes what it sees masked only.
    let reply = world.mutate("circle.steward", "contactPointUpdate", fields, change(1, json!({ "post": "行政部" }))).await;
    assert_eq!(
        reply.done("/contactPoint"),
        &json!({ "version": 2, "post": "行政部", "phone": "027-84****12", "email": "o***@park.example", "isMasked": true })
    );
    let reply = world.mutate("mill.liaison", "contactPointUpdate", fields, change(2, json!({ "phone": "027-8400 9999" }))).await;
    assert_eq!(
        reply.done("/contactPoint"),
        &json!({ "version": 3, "post": "行政部", "phone": "027-8400 9999", "email": "office@park.example", "isMasked": false })
    );
    let reply = world.mutate("coordinator", "contactPointUpdate", fields, change(3, json!({ "removeEmail": true }))).await;
    assert_eq!(
        reply.done("/contactPoint"),
        &json!({ "version": 4, "post": "行政部", "phone": "027-8400 9999", "email": null, "isMasked": false })
    );
    let other = but(office("mill"), json!({ "post": "前台" }));
    world.mutate("mill.liaison", "contactPointCreate", FIELDS, other).await.done("");
    for (input, problem) in [
        (change(3, json!({ "post": "前厅" })), "STALE_VERSION at "),
        (change(4, json!({ "post": "前台" })), "DUPLICATE_NAME at input.post"),
        (change(4, json!({ "email": "a@park.example", "removeEmail": true })), "VALIDATION at input.removeEmail"),
        (change(4, json!({ "phone": "电话" })), "VALIDATION at input.phone"),
        (change(4, json!({ "email": "office" })), "VALIDATION at input.email"),
        (change(4, json!({ "contactPoint": organisation_id("mill") })), "BAD_ID at input.contactPoint"),
    ] {
        assert_eq!(world.mutate("mill.liaison", "contactPointUpdate", fields, input).await.problems(), [problem]);
    }
    for login in ["plant.steward", "bakery.liaison", "justice.lead"] {
        let reply = world.mutate(login, "contactPointUpdate", fields, change(4, json!({ "post": "我" }))).await;
        assert_eq!(reply.code(), "FORBIDDEN", "{login}");
    }
    let reply = world.mutate("sysadmin", "contactPointUpdate", fields, change(4, json!({ "post": "我" }))).await;
    assert_eq!(reply.problems(), ["NOT_FOUND at input.contactPoint"]);
    assert_eq!(world.number("SELECT max(version) FROM contact_point").await, 4);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_contact_point_that_is_not_acceptable_is_refused(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    world.mutate("mill.liaison", "contactPointCreate", FIELDS, office("mill")).await.done("");
    for (login, changes, problem) in [
        ("mill.liaison", json!({}), "DUPLICATE_NAME at input.post"),
        ("mill.liaison", json!({ "post": "" }), "VALIDATION at input.post"),
        ("mill.liaison", json!({ "phone": "1234" }), "VALIDATION at input.phone"),
        ("mill.liaison", json!({ "email": "a@@park.example" }), "VALIDATION at input.email"),
        ("coordinator", json!({ "organisation": organisation_id("neighbour") }), "NOT_FOUND at input.organisation"),
    ] {
        let reply = world.mutate(login, "contactPointCreate", FIELDS, but(office("mill"), changes)).await;
        assert_eq!(reply.problems(), [problem]);
    }
    for login in ["bakery.liaison", "justice.lead", "plant.steward", "sysadmin"] {
        let input = but(office("mill"), json!({ "post": "前台" }));
        assert_eq!(world.mutate(login, "contactPointCreate", FIELDS, input).await.code(), "FORBIDDEN", "{login}");
    }
    // The steward is tied to an organisation by where it sits today.
    let input = but(office("mill"), json!({ "post": "前台" }));
    world.mutate("circle.steward", "contactPointCreate", FIELDS, input).await.done("");
    let close = json!({ "organisation": organisation_id("mill"), "expectedVersion": 1, "reason": "注销登记" });
    world.mutate("coordinator", "organisationClose", "organisation { id }", close).await.done("");
    let input = but(office("mill"), json!({ "post": "后台" }));
    let reply = world.mutate("coordinator", "contactPointCreate", FIELDS, input).await;
    assert_eq!(reply.problems(), ["ORGANISATION_INACTIVE at input.organisation"]);
    assert_eq!(world.count("contact_point").await, 2);
}
