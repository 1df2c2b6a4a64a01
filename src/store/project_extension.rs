//! Extensions of projects in the database; they are seen with their project.

use diesel::prelude::*;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{optional_text, text},
    schema::project_extension,
    types::{At, On},
};
use crate::{
    domain::project::{Decision, Extension, ExtensionState, ExtensionStatus},
    kernel::id::{AccountId, ProjectExtensionId, ProjectId},
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = project_extension, treat_none_as_null = true)]
struct Row {
    id: ProjectExtensionId,
    project: ProjectId,
    old_due_on: On,
    new_due_on: On,
    workdays: i32,
    reason: String,
    asked_at: At,
    asked_by: AccountId,
    status: String,
    decided_at: Option<At>,
    decided_by: Option<AccountId>,
    decision_reason: Option<String>,
    dropped_at: Option<At>,
}

/// Rows that are read at most for the projects of one page: far above what they have.
const MAX_NESTED: i64 = 10_000;

/// The extensions of these projects, the newest first. The projects themselves must have been seen
/// through a scope.
pub fn of_projects(reader: &mut Reader, projects: &[ProjectId]) -> StoreResult<Vec<Extension>> {
    let rows: Vec<Row> = project_extension::table
        .filter(project_extension::project.eq_any(projects))
        .order((project_extension::asked_at.desc(), project_extension::id.desc()))
        .limit(MAX_NESTED)
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// Enters a request.
pub fn insert(tx: &mut Tx, extension: &Extension) -> StoreResult<()> {
    diesel::insert_into(project_extension::table).values(&Row::of(extension)?).execute(tx.conn())?;
    Ok(())
}

/// Saves what became of a request that waits; [`StoreError::Stale`] when it no longer does.
pub fn save(tx: &mut Tx, extension: &Extension) -> StoreResult<()> {
    let row = Row::of(extension)?;
    let waits = project_extension::id.eq(row.id).and(project_extension::status.eq("ASKED"));
    let changed = diesel::update(project_extension::table.filter(waits)).set(&row).execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

impl Row {
    fn of(extension: &Extension) -> StoreResult<Self> {
        let decision = extension.decision();
        let dropped_at = match &extension.state {
            ExtensionState::Withdrawn { at } | ExtensionState::Dropped { at } => Some(At(*at)),
            ExtensionState::Asked | ExtensionState::Refused(_) | ExtensionState::Approved(_) => None,
        };
        Ok(Self {
            id: extension.id,
            project: extension.project,
            old_due_on: On(extension.old_due_on),
            new_due_on: On(extension.new_due_on),
            workdays: i32::try_from(extension.workdays).map_err(|_| corrupt(extension.id, "workdays"))?,
            reason: extension.reason.to_string(),
            asked_at: At(extension.asked_at),
            asked_by: extension.asked_by,
            status: extension.status().name().to_owned(),
            decided_at: decision.map(|decision| At(decision.at)),
            decided_by: decision.map(|decision| decision.by),
            decision_reason: decision.and_then(|decision| decision.reason.as_ref()).map(ToString::to_string),
            dropped_at,
        })
    }

    fn parse(self) -> StoreResult<Extension> {
        let id = self.id;
        self.read().map_err(|what| corrupt(id, what))
    }

    fn read(self) -> Result<Extension, &'static str> {
        Ok(Extension {
            state: self.state()?,
            id: self.id,
            project: self.project,
            old_due_on: self.old_due_on.into(),
            new_due_on: self.new_due_on.into(),
            workdays: u32::try_from(self.workdays).map_err(|_| "workdays")?,
            reason: text(&self.reason, "reason")?,
            asked_at: self.asked_at.into(),
            asked_by: self.asked_by,
        })
    }

    fn state(&self) -> Result<ExtensionState, &'static str> {
        let dropped_at = || self.dropped_at.map(Into::into).ok_or("dropped_at");
        Ok(match self.status.parse::<ExtensionStatus>().map_err(|_| "status")? {
            ExtensionStatus::Asked => ExtensionState::Asked,
            ExtensionStatus::Withdrawn => ExtensionState::Withdrawn { at: dropped_at()? },
            ExtensionStatus::Dropped => ExtensionState::Dropped { at: dropped_at()? },
            ExtensionStatus::Refused => ExtensionState::Refused(self.decision()?),
            ExtensionStatus::Approved => ExtensionState::Approved(self.decision()?),
        })
    }

    fn decision(&self) -> Result<Decision, &'static str> {
        Ok(Decision {
            at: self.decided_at.ok_or("decided_at")?.into(),
            by: self.decided_by.ok_or("decided_by")?,
            reason: optional_text(self.decision_reason.as_deref(), "decision_reason")?,
        })
    }
}

fn corrupt(id: ProjectExtensionId, what: &str) -> StoreError {
    StoreError::Corrupt { table: "project_extension", id: id.to_string(), what: what.to_owned() }
}
