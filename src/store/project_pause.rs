//! Pauses of projects in the database; they are seen with their project.

use diesel::prelude::*;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{optional_text, text},
    schema::project_pause,
    types::{At, On},
};
use crate::{
    domain::project::{Decision, Pause, PauseEnd, PauseState, PauseStatus},
    kernel::id::{AccountId, ProjectId, ProjectPauseId},
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = project_pause, treat_none_as_null = true)]
struct Row {
    id: ProjectPauseId,
    project: ProjectId,
    reason: String,
    note: String,
    until_on: On,
    asked_at: At,
    asked_by: AccountId,
    status: String,
    decided_at: Option<At>,
    decided_by: Option<AccountId>,
    decision_reason: Option<String>,
    ended_at: Option<At>,
    ended_by: Option<AccountId>,
    end_reason: Option<String>,
}

/// Rows that are read at most for the projects of one page: far above what they have.
const MAX_NESTED: i64 = 10_000;

/// The pauses of these projects, the newest first. The projects themselves must have been seen through
/// a scope.
pub fn of_projects(reader: &mut Reader, projects: &[ProjectId]) -> StoreResult<Vec<Pause>> {
    let rows: Vec<Row> = project_pause::table
        .filter(project_pause::project.eq_any(projects))
        .order((project_pause::asked_at.desc(), project_pause::id.desc()))
        .limit(MAX_NESTED)
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// The request that waits for a decision, or the pause that runs: a project has at most one of both.
pub fn open_of(tx: &mut Tx, project: ProjectId) -> StoreResult<Option<Pause>> {
    let row: Option<Row> = project_pause::table
        .filter(project_pause::project.eq(project))
        .filter(project_pause::status.eq_any(["ASKED", "RUNNING"]))
        .select(Row::as_select())
        .get_result(tx.conn())
        .optional()?;
    row.map(Row::parse).transpose()
}

/// Enters a request.
pub fn insert(tx: &mut Tx, pause: &Pause) -> StoreResult<()> {
    diesel::insert_into(project_pause::table).values(&Row::of(pause)).execute(tx.conn())?;
    Ok(())
}

/// Saves a step of a pause that was in the state `from`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, pause: &Pause, from: PauseStatus) -> StoreResult<()> {
    let row = Row::of(pause);
    let there = project_pause::id.eq(row.id).and(project_pause::status.eq(from.name()));
    let changed = diesel::update(project_pause::table.filter(there)).set(&row).execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

impl Row {
    fn of(pause: &Pause) -> Self {
        let (decision, end) = (pause.decision(), pause.ended());
        Self {
            id: pause.id,
            project: pause.project,
            reason: <&str>::from(pause.reason).to_owned(),
            note: pause.note.to_string(),
            until_on: On(pause.until),
            asked_at: At(pause.asked_at),
            asked_by: pause.asked_by,
            status: pause.status().name().to_owned(),
            decided_at: decision.map(|decision| At(decision.at)),
            decided_by: decision.map(|decision| decision.by),
            decision_reason: decision.and_then(|decision| decision.reason.as_ref()).map(ToString::to_string),
            ended_at: end.map(|end| At(end.at)),
            ended_by: end.and_then(|end| end.by),
            end_reason: end.and_then(|end| end.reason.as_ref()).map(ToString::to_string),
        }
    }

    fn parse(self) -> StoreResult<Pause> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "project_pause", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Pause, &'static str> {
        Ok(Pause {
            state: self.state()?,
            id: self.id,
            project: self.project,
            reason: self.reason.parse().map_err(|_| "reason")?,
            note: text(&self.note, "note")?,
            until: self.until_on.into(),
            asked_at: self.asked_at.into(),
            asked_by: self.asked_by,
        })
    }

    fn state(&self) -> Result<PauseState, &'static str> {
        Ok(match self.status.parse::<PauseStatus>().map_err(|_| "status")? {
            PauseStatus::Asked => PauseState::Asked,
            PauseStatus::Withdrawn => PauseState::Withdrawn(self.end()?),
            PauseStatus::Dropped => PauseState::Dropped(self.end()?),
            PauseStatus::Refused => PauseState::Refused(self.decision()?),
            PauseStatus::Running => PauseState::Running(self.decision()?),
            PauseStatus::Ended => PauseState::Ended(self.decision()?, self.end()?),
        })
    }

    fn decision(&self) -> Result<Decision, &'static str> {
        Ok(Decision {
            at: self.decided_at.ok_or("decided_at")?.into(),
            by: self.decided_by.ok_or("decided_by")?,
            reason: optional_text(self.decision_reason.as_deref(), "decision_reason")?,
        })
    }

    fn end(&self) -> Result<PauseEnd, &'static str> {
        Ok(PauseEnd {
            at: self.ended_at.ok_or("ended_at")?.into(),
            by: self.ended_by,
            reason: optional_text(self.end_reason.as_deref(), "end_reason")?,
        })
    }
}
