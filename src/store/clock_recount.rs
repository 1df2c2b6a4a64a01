//! The clocks of working days that run in the database, and their ends counted anew.

use diesel::{prelude::*, sql_types::Text};
use jiff::{Timestamp, civil::Date};

use super::{
    StoreError, StoreResult, Tx,
    types::{At, Day, Instant, On, Uuid},
};
use crate::{
    domain::clock::Clock,
    kernel::{
        calendar::{Recount, start_of_day},
        district::District,
        id::{ClaimId, DemandId, EvaluationId, FiledRecordId, Id, PostingId, ProjectId, ToolkitIssueId},
    },
};

/// A clock whose end has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub district: District,
    pub object: Object,
    pub clock: Clock,
    pub old_due_at: Timestamp,
    pub new_due_at: Timestamp,
}

/// Whose clock it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    Demand(DemandId),
    Claim(ClaimId),
    Project(ProjectId),
    Posting(PostingId),
    ToolkitIssue(ToolkitIssueId),
    FiledRecord(FiledRecordId),
    Evaluation(EvaluationId),
}

/// A column that holds the end of a clock of working days.
struct Column {
    object: fn([u8; 16]) -> Object,
    table: &'static str,
    name: &'static str,
    clock: Clock,
    /// Whether the clock of a row still runs. What has run out and been acted on stays as it is.
    runs: &'static str,
}

const fn demand(name: &'static str, clock: Clock, runs: &'static str) -> Column {
    Column { object: |raw| Object::Demand(Id::from_bytes(raw)), table: "demand", name, clock, runs }
}

const fn claim(name: &'static str, clock: Clock, runs: &'static str) -> Column {
    Column { object: |raw| Object::Claim(Id::from_bytes(raw)), table: "claim", name, clock, runs }
}

const fn project(name: &'static str, clock: Clock, runs: &'static str) -> Column {
    Column { object: |raw| Object::Project(Id::from_bytes(raw)), table: "project", name, clock, runs }
}

const fn posting(name: &'static str, clock: Clock, runs: &'static str) -> Column {
    Column { object: |raw| Object::Posting(Id::from_bytes(raw)), table: "posting", name, clock, runs }
}

const fn issue(name: &'static str, clock: Clock, runs: &'static str) -> Column {
    Column { object: |raw| Object::ToolkitIssue(Id::from_bytes(raw)), table: "toolkit_issue", name, clock, runs }
}

const fn record(name: &'static str, clock: Clock, runs: &'static str) -> Column {
    Column { object: |raw| Object::FiledRecord(Id::from_bytes(raw)), table: "record_standing", name, clock, runs }
}

/// Every column of a moment. A test compares them with the schema, so that none is forgotten.
const MOMENTS: &[Column] = &[
    demand("triage_due_at", Clock::Triage, "status = 'SUBMITTED'"),
    // The second of the two moves before the first, which may never lie behind it.
    demand("escalate_due_at", Clock::Escalation, "status = 'LISTED' AND escalated_at IS NULL"),
    demand("unclaimed_due_at", Clock::Unclaimed, "status = 'LISTED' AND reminded_at IS NULL"),
    demand("decide_due_at", Clock::Decision, "status = 'LISTED'"),
    demand("object_due_at", Clock::Objection, "status = 'CLOSED' AND objected_at IS NULL"),
    demand("objection_due_at", Clock::ObjectionDecision, "status = 'CLOSED' AND dismissed_at IS NULL"),
    claim("respond_by", Clock::Response, "status = 'PENDING'"),
    claim("cancel_respond_by", Clock::CancelResponse, "status = 'AGREED'"),
    claim("object_due_at", Clock::Objection, "status = 'PENDING' AND objected_at IS NULL"),
    claim("objection_due_at", Clock::ObjectionDecision, "status = 'OBJECTED'"),
    project("contact_due_at", Clock::Contact, "status = 'PLANNED' AND contacted_at IS NULL"),
    project("plan_due_at", Clock::Plan, "status = 'PLANNED' AND plan_filed_at IS NULL"),
    project("confirm_due_at", Clock::Confirmation, "status = 'DELIVERED'"),
    project("close_due_at", Clock::Closing, "status IN ('CONFIRMED', 'UNCONFIRMED')"),
    project("progress_due_at", Clock::Progress, "status = 'ACTIVE'"),
    posting("consent_due_at", Clock::Consent, "status = 'PROPOSED'"),
    posting("approve_due_at", Clock::Approval, "status = 'CONSENTED'"),
    record("verify_due_at", Clock::Verification, "status = 'FILED'"),
    record("decide_due_at", Clock::DisputeDecision, "status = 'DISPUTED'"),
    Column {
        object: |raw| Object::Evaluation(Id::from_bytes(raw)),
        table: "evaluation",
        name: "object_due_at",
        clock: Clock::Objection,
        runs: "status = 'PUBLISHED'",
    },
    issue("acknowledge_due_at", Clock::Acknowledgement, "acknowledged_at IS NULL"),
];

/// Every column of a day.
const DAYS: &[Column] = &[project("due_on", Clock::Due, "status IN ('PLANNED', 'ACTIVE')")];

/// Counts every running clock of all districts anew and saves those whose end moves.
///
/// The version of a row stays: nobody has decided anything about it, and whoever has it open can
/// still save what they are about to.
pub fn recount(tx: &mut Tx, recount: &Recount) -> StoreResult<Vec<Moved>> {
    let mut moves = Vec::new();
    for column in MOMENTS {
        for row in running(tx, column, recount.reference())? {
            let due_at = recount.moment(row.due.0);
            if due_at != row.due.0 {
                moves.push((column, row, due_at));
            }
        }
    }
    // A reminder may at no moment lie behind what it reminds of: what moves away goes first, from the
    // last clock of a row on; then what comes nearer, from the first one on.
    let (later, earlier): (Vec<_>, Vec<_>) = moves.into_iter().partition(|(_, row, due_at)| *due_at > row.due.0);
    let mut moved = Vec::new();
    for (column, row, due_at) in later.into_iter().chain(earlier.into_iter().rev()) {
        save(tx, column, row.id, At(due_at))?;
        moved.push(row.moved(column, row.due.0, due_at)?);
    }
    for column in DAYS {
        for row in running_days(tx, column, recount.reference())? {
            let due_on = recount.day(row.due.0);
            if due_on != row.due.0 {
                save_day(tx, column, row.id, On(due_on))?;
                moved.push(row.moved(column, recount.closing(row.due.0), recount.closing(due_on))?);
            }
        }
    }
    Ok(moved)
}

/// A row whose clock runs, and when it ends.
#[derive(QueryableByName)]
struct Moment {
    #[diesel(sql_type = Uuid)]
    id: DemandId,
    #[diesel(sql_type = Text)]
    district: String,
    #[diesel(sql_type = Instant)]
    due: At,
}

/// The same for a clock that ends with a day.
#[derive(QueryableByName)]
struct LastDay {
    #[diesel(sql_type = Uuid)]
    id: DemandId,
    #[diesel(sql_type = Text)]
    district: String,
    #[diesel(sql_type = Day)]
    due: On,
}

impl Moment {
    fn moved(&self, column: &Column, old: Timestamp, new: Timestamp) -> StoreResult<Moved> {
        moved(column, self.id, &self.district, (old, new))
    }
}

impl LastDay {
    fn moved(&self, column: &Column, old: Timestamp, new: Timestamp) -> StoreResult<Moved> {
        moved(column, self.id, &self.district, (old, new))
    }
}

/// The id of a row is read as that of a demand: until its table is looked at, an id is only bytes.
fn moved(column: &Column, id: DemandId, district: &str, (old_due_at, new_due_at): (Timestamp, Timestamp)) -> StoreResult<Moved> {
    let corrupt = || StoreError::Corrupt { table: column.table, id: id.to_string(), what: "district".to_owned() };
    let district = district.parse().map_err(|_| corrupt())?;
    Ok(Moved { district, object: (column.object)(*id.as_bytes()), clock: column.clock, old_due_at, new_due_at })
}

fn running(tx: &mut Tx, column: &Column, after: Date) -> StoreResult<Vec<Moment>> {
    Ok(diesel::sql_query(select(column)).bind::<Instant, _>(At(start_of_day(after))).load(tx.conn())?)
}

fn running_days(tx: &mut Tx, column: &Column, after: Date) -> StoreResult<Vec<LastDay>> {
    Ok(diesel::sql_query(select(column)).bind::<Day, _>(On(after)).load(tx.conn())?)
}

/// Names and conditions are our own words, never anybody's input. Both databases know `$1`.
fn select(Column { table, name, runs, .. }: &Column) -> String {
    let key = key(table);
    format!("SELECT {key} AS id, district, {name} AS due FROM {table} WHERE {runs} AND {name} > $1 ORDER BY {key}")
}

fn save(tx: &mut Tx, column: &Column, id: DemandId, due: At) -> StoreResult<()> {
    let changed = diesel::sql_query(update(column)).bind::<Instant, _>(due).bind::<Uuid, _>(id).execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

fn save_day(tx: &mut Tx, column: &Column, id: DemandId, due: On) -> StoreResult<()> {
    let changed = diesel::sql_query(update(column)).bind::<Day, _>(due).bind::<Uuid, _>(id).execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// The column that tells whose clock it is.
fn key(table: &str) -> &'static str {
    if table == "record_standing" { "record" } else { "id" }
}

fn update(Column { table, name, runs, .. }: &Column) -> String {
    format!("UPDATE {table} SET {name} = $1 WHERE {key} = $2 AND {runs}", key = key(table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_clock_of_the_schema_is_forgotten() {
        // Of these the end is a fact of the past, or follows from a day that people have named.
        let settled = [
            "clock_correction.old_due_at",
            "clock_correction.new_due_at",
            "milestone.due_on",
            "project.original_due_on",
            "project_extension.old_due_on",
            "project_extension.new_due_on",
        ];
        let known: Vec<String> = MOMENTS.iter().chain(DAYS).map(|column| format!("{}.{}", column.table, column.name)).collect();
        let mut table = "";
        let mut forgotten = Vec::new();
        for line in include_str!("schema.rs").lines().map(str::trim) {
            if let Some((name, _)) = line.split_once(" (id) {").or(line.split_once(" (record) {")) {
                table = name;
            } else if let Some((column, _)) = line.split_once(" -> ") {
                let is_clock = column.ends_with("due_at") || column.ends_with("respond_by") || column.ends_with("due_on");
                let name = format!("{table}.{column}");
                if is_clock && !known.contains(&name) && !settled.contains(&name.as_str()) {
                    forgotten.push(name);
                }
            }
        }
        assert_eq!(forgotten, Vec::<String>::new());
    }
}
