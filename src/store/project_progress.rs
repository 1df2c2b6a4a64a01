//! What leads have reported about running projects; seen with the project.

use diesel::prelude::*;

use super::{Reader, StoreError, StoreResult, Tx, columns::text, schema::project_progress, types::At};
use crate::{
    domain::project::Progress,
    kernel::id::{AccountId, ProjectId, ProjectProgressId},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = project_progress)]
struct Row {
    id: ProjectProgressId,
    project: ProjectId,
    reported_at: At,
    reported_by: AccountId,
    note: String,
}

/// Rows that are read at most for the projects of one page.
const MAX_NESTED: i64 = 10_000;

/// The reports on these projects, the newest first. The projects themselves must have been seen through
/// a scope.
pub fn of_projects(reader: &mut Reader, projects: &[ProjectId]) -> StoreResult<Vec<Progress>> {
    let rows: Vec<Row> = project_progress::table
        .filter(project_progress::project.eq_any(projects))
        .order((project_progress::reported_at.desc(), project_progress::id.desc()))
        .limit(MAX_NESTED)
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// Enters a report.
pub fn insert(tx: &mut Tx, report: &Progress) -> StoreResult<()> {
    let row = Row {
        id: report.id,
        project: report.project,
        reported_at: At(report.at),
        reported_by: report.by,
        note: report.note.to_string(),
    };
    diesel::insert_into(project_progress::table).values(&row).execute(tx.conn())?;
    Ok(())
}

impl Row {
    fn parse(self) -> StoreResult<Progress> {
        let note = text(&self.note, "note").map_err(|what| StoreError::Corrupt {
            table: "project_progress",
            id: self.id.to_string(),
            what: what.to_owned(),
        })?;
        Ok(Progress { id: self.id, project: self.project, at: self.reported_at.into(), by: self.reported_by, note })
    }
}
