//! Milestones in the database; they are seen with their project.

use diesel::{prelude::*, sql_types::Bool};

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{optional_text, text},
    conn::MultiBackend,
    schema::{milestone, project},
    types::On,
};
use crate::{
    domain::milestone::{Milestone, State},
    kernel::id::{MilestoneId, ProjectId},
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = milestone)]
struct Row {
    id: MilestoneId,
    project: ProjectId,
    position: i32,
    title: String,
    due_on: On,
    done_on: Option<On>,
    waived_reason: Option<String>,
    note: String,
}

/// The milestone, if the scope shows its project.
pub fn find(reader: &mut Reader, scope: &Scope, id: MilestoneId) -> StoreResult<Option<Milestone>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the milestones whose projects the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[MilestoneId]) -> StoreResult<Vec<Milestone>> {
    let rows: Vec<Row> =
        milestone::table.filter(milestone::id.eq_any(ids)).filter(visible(scope)).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// The milestones of these projects, as far as the scope shows them, in the order of their plans.
pub fn of_projects(reader: &mut Reader, scope: &Scope, projects: &[ProjectId]) -> StoreResult<Vec<Milestone>> {
    let rows: Vec<Row> = milestone::table
        .filter(milestone::project.eq_any(projects))
        .filter(visible(scope))
        .order((milestone::project.asc(), milestone::position.asc()))
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// Enters the milestones of a plan in place of those of the plan before it, none of which can have
/// been settled yet.
pub fn replace(tx: &mut Tx, project: ProjectId, milestones: &[Milestone]) -> StoreResult<()> {
    diesel::delete(milestone::table.filter(milestone::project.eq(project))).execute(tx.conn())?;
    for new in milestones {
        diesel::insert_into(milestone::table).values(&Row::of(new)).execute(tx.conn())?;
    }
    Ok(())
}

/// Saves how an open milestone was settled; [`StoreError::Stale`] when it is not open any more.
pub fn settle(tx: &mut Tx, settled: &Milestone) -> StoreResult<()> {
    let row = Row::of(settled);
    let open = milestone::done_on.is_null().and(milestone::waived_reason.is_null());
    let changed = diesel::update(milestone::table.filter(milestone::id.eq(row.id).and(open)))
        .set((milestone::done_on.eq(row.done_on), milestone::waived_reason.eq(row.waived_reason), milestone::note.eq(row.note)))
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

type Condition<'a> = Box<dyn BoxableExpression<milestone::table, MultiBackend, SqlType = Bool> + 'a>;

/// What a scope shows: what belongs to the projects that it shows, in the words of
/// [`super::project::visible`], which cannot stand in a subquery.
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let in_district = project::table.filter(project::district.eq(scope.district.to_string()));
    if !scope.business {
        return Box::new(milestone::id.ne(milestone::id));
    }
    if scope.whole_district {
        return Box::new(milestone::project.eq_any(in_district.select(project::id)));
    }
    let side = project::demand_organisation.eq_any(scope.sides.clone()).or(project::lead.eq_any(scope.sides.clone()));
    let shown = in_district.filter(side.or(project::place.eq_any(scope.steward_places.clone())));
    Box::new(milestone::project.eq_any(shown.select(project::id)))
}

impl Row {
    fn of(milestone: &Milestone) -> Self {
        let (done_on, note, waived_reason) = match &milestone.state {
            State::Open => (None, None, None),
            State::Done { on, note } => (Some(On(*on)), Some(note), None),
            State::Waived { reason } => (None, None, Some(reason)),
        };
        Self {
            id: milestone.id,
            project: milestone.project,
            position: milestone.position,
            title: milestone.title.to_string(),
            due_on: On(milestone.due_on),
            done_on,
            waived_reason: waived_reason.map(ToString::to_string),
            note: note.map(ToString::to_string).unwrap_or_default(),
        }
    }

    fn parse(self) -> StoreResult<Milestone> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "milestone", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Milestone, &'static str> {
        let waived = optional_text(self.waived_reason.as_deref(), "waived_reason")?;
        Ok(Milestone {
            id: self.id,
            project: self.project,
            position: self.position,
            title: text(&self.title, "title")?,
            due_on: self.due_on.into(),
            state: match (self.done_on, waived) {
                (None, None) => State::Open,
                (Some(on), None) => State::Done { on: on.into(), note: text(&self.note, "note")? },
                (None, Some(reason)) => State::Waived { reason },
                (Some(_), Some(_)) => return Err("waived_reason"),
            },
        })
    }
}
