//! What happens to projects while they run, in the API: pauses, extensions, reports, calls.

use std::collections::HashMap;

use async_graphql::{ID, SimpleObject};

use super::{
    call_back::CallBack,
    loader::Load,
    project_words::{ProjectExtensionStatus, ProjectPauseReason, ProjectPauseStatus},
    scalar::{Date, DateTime},
};
use crate::{
    domain::project as domain,
    kernel::id::ProjectId,
    policy::Scope,
    store::{self, Reader, StoreResult},
};

/// A pause of a project, or the request for one (暂停).
#[derive(SimpleObject, Clone)]
pub struct ProjectPause {
    /// Where it stands.
    status: ProjectPauseStatus,
    /// Why the work cannot go on.
    reason: ProjectPauseReason,
    /// What else there is to say, up to 500 characters.
    note: String,
    /// The day on which the work goes on by itself.
    until: Date,
    /// When it was asked for.
    asked_at: DateTime,
    /// The account that asked, `acc_…`.
    asked_by: ID,
    /// What the coordinator has said; null until then.
    decision: Option<ProjectDecision>,
    /// When it ended, was withdrawn or dropped; null until then.
    ended_at: Option<DateTime>,
    /// Why it ended before its day; null unless it did.
    end_reason: Option<String>,
}

/// A request for a later day, and what became of it (延期).
#[derive(SimpleObject, Clone)]
pub struct ProjectExtension {
    /// Where it stands.
    status: ProjectExtensionStatus,
    /// By when the project was to be delivered when it was asked for.
    old_due_on: Date,
    /// By when it is to be delivered instead.
    new_due_on: Date,
    /// Working days between the two.
    workdays: u32,
    /// Why.
    reason: String,
    /// When it was asked for.
    asked_at: DateTime,
    /// The account that asked, `acc_…`.
    asked_by: ID,
    /// What the coordinator has said; null until then.
    decision: Option<ProjectDecision>,
}

/// What the coordinator has said to a request (审批).
#[derive(SimpleObject, Clone)]
pub struct ProjectDecision {
    /// When.
    at: DateTime,
    /// The account that decided, `acc_…`.
    by: ID,
    /// Why; always there when it was refused.
    reason: Option<String>,
}

/// What the lead has reported about running work (进展).
#[derive(SimpleObject, Clone)]
pub struct ProjectProgress {
    /// When.
    at: DateTime,
    /// The account that reported, `acc_…`.
    by: ID,
    /// How the work goes, 2–2,000 characters.
    note: String,
}

impl From<&domain::Pause> for ProjectPause {
    fn from(pause: &domain::Pause) -> Self {
        let end = pause.ended();
        Self {
            status: pause.status().into(),
            reason: pause.reason.into(),
            note: pause.note.to_string(),
            until: Date(pause.until),
            asked_at: DateTime(pause.asked_at),
            asked_by: ID(pause.asked_by.to_string()),
            decision: pause.decision().map(ProjectDecision::from),
            ended_at: end.map(|end| DateTime(end.at)),
            end_reason: end.and_then(|end| end.reason.as_ref()).map(ToString::to_string),
        }
    }
}

impl From<&domain::Extension> for ProjectExtension {
    fn from(extension: &domain::Extension) -> Self {
        Self {
            status: extension.status().into(),
            old_due_on: Date(extension.old_due_on),
            new_due_on: Date(extension.new_due_on),
            workdays: extension.workdays,
            reason: extension.reason.to_string(),
            asked_at: DateTime(extension.asked_at),
            asked_by: ID(extension.asked_by.to_string()),
            decision: extension.decision().map(ProjectDecision::from),
        }
    }
}

impl From<&domain::Decision> for ProjectDecision {
    fn from(decision: &domain::Decision) -> Self {
        Self {
            at: DateTime(decision.at),
            by: ID(decision.by.to_string()),
            reason: decision.reason.as_ref().map(ToString::to_string),
        }
    }
}

impl From<&domain::Progress> for ProjectProgress {
    fn from(report: &domain::Progress) -> Self {
        Self { at: DateTime(report.at), by: ID(report.by.to_string()), note: report.note.to_string() }
    }
}

/// So many of each sort are shown of a project; the log has them all.
const MOST_SHOWN: usize = 20;

/// What was read for some projects, by project, and of each as much as is shown.
fn by_project<R, V>(rows: &[R], project: impl Fn(&R) -> ProjectId, shown: impl Fn(&R) -> V) -> HashMap<ProjectId, Vec<V>> {
    let mut found: HashMap<ProjectId, Vec<V>> = HashMap::new();
    for row in rows {
        let of_project = found.entry(project(row)).or_default();
        if of_project.len() < MOST_SHOWN {
            of_project.push(shown(row));
        }
    }
    found
}

/// Reads the pauses of projects that the scope has shown.
pub struct ProjectPausesLoader;

impl Load for ProjectPausesLoader {
    type Key = ProjectId;
    type Value = Vec<ProjectPause>;
    fn read(reader: &mut Reader, _: &Scope, keys: &[ProjectId]) -> StoreResult<HashMap<ProjectId, Vec<ProjectPause>>> {
        let rows = store::project_pause::of_projects(reader, keys)?;
        Ok(by_project(&rows, |pause| pause.project, |pause| ProjectPause::from(pause)))
    }
}

/// Reads the extensions of projects that the scope has shown.
pub struct ProjectExtensionsLoader;

impl Load for ProjectExtensionsLoader {
    type Key = ProjectId;
    type Value = Vec<ProjectExtension>;
    fn read(reader: &mut Reader, _: &Scope, keys: &[ProjectId]) -> StoreResult<HashMap<ProjectId, Vec<ProjectExtension>>> {
        let rows = store::project_extension::of_projects(reader, keys)?;
        Ok(by_project(&rows, |extension| extension.project, |extension| ProjectExtension::from(extension)))
    }
}

/// Reads the reports on projects that the scope has shown.
pub struct ProjectProgressLoader;

impl Load for ProjectProgressLoader {
    type Key = ProjectId;
    type Value = Vec<ProjectProgress>;
    fn read(reader: &mut Reader, _: &Scope, keys: &[ProjectId]) -> StoreResult<HashMap<ProjectId, Vec<ProjectProgress>>> {
        let rows = store::project_progress::of_projects(reader, keys)?;
        Ok(by_project(&rows, |report| report.project, |report| ProjectProgress::from(report)))
    }
}

/// Reads the calls about projects that the scope has shown.
pub struct ProjectCallBacksLoader;

impl Load for ProjectCallBacksLoader {
    type Key = ProjectId;
    type Value = Vec<CallBack>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[ProjectId]) -> StoreResult<HashMap<ProjectId, Vec<CallBack>>> {
        let rows = store::call_back::of_projects(reader, scope, keys)?;
        Ok(by_project(&rows, |call| call.project, |call| CallBack(call.clone())))
    }
}
