//! Rows entered behind the API, where a test needs a state that it is not about.

use diesel::prelude::*;
use jiff::civil::date;
use park_portal::{
    kernel::id::{AccountId, ClaimId, ContactPointId, DemandId, OrganisationId, PlaceId, ProjectId, ResourceId, kind},
    store::{
        conn::Target,
        schema::{claim, contact_point, project},
        types::{At, On},
    },
};

use super::{World, named, start, steps::Made};

/// Enters a contact point of an organisation, whose phone nobody can read, behind the API.
pub fn enter_contact(world: &World, organisation: &str) -> String {
    let (id, owner): (ContactPointId, OrganisationId) = (named(&format!("contact of {organisation}")), named(organisation));
    diesel::insert_into(contact_point::table)
        .values((
            contact_point::id.eq(id),
            contact_point::district.eq(super::DISTRICT),
            contact_point::organisation.eq(owner),
            contact_point::post.eq("综合办公室"),
            contact_point::phone_sealed.eq(vec![0_u8]),
            contact_point::phone_masked.eq("027-84****12"),
            contact_point::key_id.eq("test"),
            contact_point::created_at.eq(At(start())),
            contact_point::version.eq(1),
        ))
        .execute(&mut world.connection())
        .expect("a contact point");
    id.to_string()
}

/// Enters a claim of justice on a demand of the mill, in a state, behind the API.
pub fn enter_claim(world: &World, name: &str, demand: &Made, resource: Option<&Made>, status: &str) -> String {
    let id: ClaimId = named(name);
    let (mill, justice): (OrganisationId, OrganisationId) = (named("mill"), named("justice"));
    let (place, account): (PlaceId, AccountId) = (named("mall"), named("justice.lead"));
    let agreed = status == "AGREED";
    diesel::insert_into(claim::table)
        .values((
            (
                claim::id.eq(id),
                claim::district.eq(super::DISTRICT),
                claim::ref_no.eq(name),
                claim::kind.eq("OFFER"),
                claim::demand.eq(demand.id.parse::<DemandId>().expect("a demand")),
                claim::demand_organisation.eq(mill),
                claim::place.eq(place),
                claim::resource.eq(resource.map(|made| made.id.parse::<ResourceId>().expect("a resource"))),
                claim::provider.eq(justice),
                claim::quantity.eq(1),
                claim::period.eq(resource.map(|_| "2026-11")),
                claim::note.eq(""),
            ),
            (
                claim::plan_start.eq(On(date(2026, 11, 23))),
                claim::plan_due.eq(On(date(2026, 12, 1))),
                claim::plan_steps.eq("[]"),
                claim::provider_consent_at.eq(At(start())),
                claim::provider_consent_by.eq(account),
                claim::demand_consent_at.eq(agreed.then(|| At(start()))),
                claim::demand_consent_by.eq(agreed.then_some(account)),
                claim::status.eq(status),
                claim::status_reason.eq((status == "DECLINED").then_some("人手不足")),
                claim::respond_by.eq(At(start())),
                claim::created_by.eq(account),
                claim::created_at.eq(At(start())),
                claim::version.eq(1),
                claim::is_final.eq(false),
            ),
        ))
        .execute(&mut world.connection())
        .expect("a claim");
    id.to_string()
}

/// Enters the project of an agreed claim, confirmed with this answer, behind the API.
pub fn enter_confirmed_project(world: &World, claim_id: &str, demand: &Made, solved: &str) {
    let id: ProjectId = named::<kind::Project>(claim_id);
    let (mill, justice): (OrganisationId, OrganisationId) = (named("mill"), named("justice"));
    let (place, account): (PlaceId, AccountId) = (named("mall"), named("mill.liaison"));
    let at = At(start());
    diesel::insert_into(project::table)
        .values((
            (
                project::id.eq(id),
                project::district.eq(super::DISTRICT),
                project::ref_no.eq(claim_id),
                project::claim.eq(claim_id.parse::<ClaimId>().expect("a claim")),
                project::demand.eq(demand.id.parse::<DemandId>().expect("a demand")),
                project::demand_organisation.eq(mill),
                project::place.eq(place),
                project::lead.eq(justice),
                project::title.eq("法律咨询"),
                project::status.eq("CONFIRMED"),
                project::due_on.eq(On(date(2026, 12, 1))),
                project::original_due_on.eq(On(date(2026, 12, 1))),
                project::contact_due_at.eq(at),
                project::contacted_at.eq(at),
                project::contact_note.eq("已电话联系"),
                project::plan_due_at.eq(at),
                project::plan_filed_at.eq(at),
                project::plan.eq("上门讲解"),
            ),
            (
                project::delivered_at.eq(at),
                project::delivery_summary.eq("已完成"),
                project::confirm_due_at.eq(at),
                project::confirmed_at.eq(at),
                project::confirmed_by.eq(account),
                project::solved.eq(solved),
                project::answered.eq(true),
                project::reached_out.eq(true),
                project::satisfaction.eq(5),
                project::close_due_at.eq(at),
                project::reopen_count.eq(0),
                project::created_at.eq(at),
                project::version.eq(1),
            ),
        ))
        .execute(&mut world.connection())
        .expect("a project");
}

/// Copies rows of a table, some columns changed: `from` is what follows FROM, in which the table has its
/// own name; a change is a column and an SQL expression.
pub fn copy(world: &World, table: &str, from: &str, changes: &[(&str, &str)]) {
    let columns = columns(world, table);
    let value = |column: &String| {
        let changed = changes.iter().find(|(name, _)| name == column);
        changed.map_or_else(|| format!("{table}.{column}"), |(_, value)| (*value).to_owned())
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let (names, values) = (columns.join(", "), values.join(", "));
    world.execute(&format!("INSERT INTO {table} ({names}) SELECT {values} FROM {from}"));
}

/// Copies the rows of a list that have a reference number so often that there are as many as `last` of
/// them, the first included, each with a number of its own.
pub fn multiply(world: &World, table: &str, last: usize) {
    let (id, number, serial) = match &world.target {
        Target::Sqlite(_) => (
            "randomblob(16)",
            "substr(ref_no, 1, 14) || substr('000000' || n.i, -6)",
            format!("(WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n) n"),
        ),
        Target::Postgres(_) => (
            "gen_random_uuid()",
            "substr(ref_no, 1, 14) || lpad(n.i::text, 6, '0')",
            format!("(SELECT generate_series(2, {last}) AS i) n"),
        ),
    };
    copy(world, table, &format!("{table}, {serial} WHERE {table}.ref_no LIKE '%-000001'"), &[("id", id), ("ref_no", number)]);
}

/// The columns of a table.
pub fn columns(world: &World, table: &str) -> Vec<String> {
    #[derive(diesel::QueryableByName)]
    struct Column {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let sql = match &world.target {
        Target::Sqlite(_) => format!("SELECT name FROM pragma_table_info('{table}')"),
        Target::Postgres(_) => {
            format!("SELECT CAST(column_name AS TEXT) AS name FROM information_schema.columns WHERE table_name = '{table}'")
        }
    };
    let columns: Vec<Column> = diesel::sql_query(sql).load(&mut world.connection()).expect("the columns");
    columns.into_iter().map(|column| column.name).collect()
}
