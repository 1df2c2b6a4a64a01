//! Each constraint of the registry's tables bites, whatever the code above it forgets.

use diesel::{RunQueryDsl, sql_query};
use rstest::rstest;

use crate::world::{Db, World};

/// A statement, and the constraint that refuses it.
const REFUSED: [(&str, &str); 30] = [
    ("UPDATE district SET code = '42010'", "district_code_form"),
    ("UPDATE division SET level = 'TOWN' WHERE code = '420105006'", "division_level_known|division_code_form"),
    ("UPDATE division SET level = 'COMMUNITY' WHERE code = '420105006'", "division_code_form"),
    ("UPDATE rule SET unit = 'HOURS' WHERE code = 'DEMAND_TRIAGE'", "rule_unit_known"),
    ("UPDATE rule SET basis = 'RUMOUR' WHERE code = 'DEMAND_TRIAGE'", "rule_basis_known"),
    ("UPDATE rule SET value = -1 WHERE code = 'DEMAND_TRIAGE'", "rule_value_range"),
    ("UPDATE calendar_year SET status = 'GUESSED' WHERE year = 2026", "calendar_year_status_known"),
    ("UPDATE calendar_day SET kind = 'HALF' WHERE day = '2026-01-01'", "calendar_day_kind_known"),
    ("UPDATE zone SET kind = 'SQUARE' WHERE name = 'park'", "zone_kind_known"),
    ("UPDATE organisation SET kind = 'CLUB' WHERE name = 'mill'", "organisation_kind_known"),
    ("UPDATE organisation SET uscc = NULL WHERE name = 'mill'", "organisation_uscc_required"),
    ("UPDATE organisation SET uscc = '91' WHERE name = 'mill'", "organisation_uscc_form"),
    ("UPDATE organisation SET size_band = 'HUGE' WHERE name = 'mill'", "organisation_size_known"),
    ("UPDATE organisation SET status = 'LOST', status_reason = 'x' WHERE name = 'mill'", "organisation_status_known"),
    ("UPDATE organisation SET status = 'CLOSED' WHERE name = 'mill'", "organisation_reason_given"),
    ("UPDATE place SET realm = 'PARK' WHERE name = 'mall'", "place_realm_kind"),
    ("UPDATE place SET dominance = 'NOBODY' WHERE name = 'mall'", "place_dominance_known"),
    ("UPDATE place SET depth = 5 WHERE name = 'tower'", "place_depth_range"),
    ("UPDATE place SET depth = 2 WHERE name = 'mall'", "place_root_depth"),
    ("UPDATE place SET parent = id WHERE name = 'tower'", "place_own_parent"),
    ("UPDATE place SET status = 'BURNT' WHERE name = 'mall'", "place_status_known"),
    ("UPDATE tenancy SET to_on = '2025-12-31'", "tenancy_range"),
    ("UPDATE category SET profile = 'ENDLESS' WHERE code = 'LEGAL'", "category_profile_known"),
    ("UPDATE category SET code = 'LEGAL' WHERE code = 'TALENT'", "category_code_unique|category.code"),
    ("UPDATE category SET name = '法律服务' WHERE code = 'TALENT'", "category_name_unique|category.name"),
    ("UPDATE zone SET code = 'circle' WHERE code = 'park'", "zone_code_unique|zone.code"),
    ("UPDATE zone SET name = 'circle' WHERE code = 'park'", "zone_name_unique|zone.name"),
    ("UPDATE organisation SET name = 'mill' WHERE name = 'bakery'", "organisation_name_unique|organisation.name"),
    ("UPDATE organisation SET uscc = '91420105MA4K000102' WHERE name = 'bakery'", "organisation_uscc_unique|organisation.uscc"),
    ("UPDATE place SET name = 'mall' WHERE name = 'tower'", "place_name_unique|place.name"),
];

/// What needs rows of its own first.
const REFUSED_AFTER: [(&str, &str, &str); 3] = [
    (
        "INSERT INTO contact_point (id, district, organisation, post, phone_sealed, phone_masked, key_id, created_at, version) \
         SELECT id, district, id, '办公室', '', '', 'k', created_at, 1 FROM organisation WHERE name = 'mill'",
        "UPDATE contact_point SET email_masked = 'o***@park.example'",
        "contact_point_email_pair",
    ),
    (
        "INSERT INTO contact_point (id, district, organisation, post, phone_sealed, phone_masked, key_id, created_at, version) \
         SELECT o.id, o.district, m.id, o.name, '', '', 'k', o.created_at, 1 FROM organisation o, organisation m \
         WHERE m.name = 'mill' AND o.name IN ('forge', 'bakery')",
        "UPDATE contact_point SET post = 'bakery'",
        "contact_point_post_unique|contact_point.post",
    ),
    (
        "INSERT INTO tenancy (id, district, organisation, place, unit, from_on, to_on, created_at, version) \
         SELECT p.id, t.district, t.organisation, t.place, t.unit, t.from_on, '2026-02-01', t.created_at, 1 \
         FROM tenancy t JOIN place p ON p.id = t.place WHERE p.name = 'mall'",
        "UPDATE tenancy SET to_on = NULL",
        "tenancy_one_open|tenancy.unit",
    ),
];

fn run(world: &World, sql: &str) -> Result<usize, String> {
    sql_query(sql).execute(&mut world.connection()).map_err(|error| {
        let constraint = match &error {
            diesel::result::Error::DatabaseError(_, info) => info.constraint_name().map(str::to_owned),
            _ => None,
        };
        constraint.unwrap_or_else(|| error.to_string())
    })
}

/// SQLite names the columns of a unique constraint, PostgreSQL its name; and where two constraints
/// refuse the same, each names another one first.
fn names(error: &str, constraint: &str) -> bool {
    constraint.split('|').any(|name| error.ends_with(name))
}

#[rstest]
#[tokio::test]
async fn every_constraint_of_the_registry_bites(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    for (sql, constraint) in REFUSED {
        let error = run(&world, sql).expect_err(sql);
        assert!(names(&error, constraint), "{sql}: {error}");
    }
    for (before, sql, constraint) in REFUSED_AFTER {
        // PostgreSQL has no text form of an empty byte string other than this one, SQLite no other blob.
        let before = if db == Db::Sqlite { before.replace("''", "x''") } else { before.to_owned() };
        let before = before.replacen("x'', x'', 'k'", "x'', '', 'k'", 1);
        run(&world, &before).expect(&before);
        let error = run(&world, sql).expect_err(sql);
        assert!(names(&error, constraint), "{sql}: {error}");
    }
}
