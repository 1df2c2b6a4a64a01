//! Projects in the database, and who sees which.

use diesel::{prelude::*, sql_types::Bool};
use jiff::Timestamp;

pub use super::project_clocks::{due_to_close, due_to_resume, due_to_unconfirm};
use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{optional_text, text},
    conn::MultiBackend,
    schema::project,
    types::{At, On},
};
use crate::{
    domain::project::{Confirmation, Contact, Delivery, FiledPlan, Paused, Project, State, Status},
    kernel::{
        id::{AccountId, ClaimId, DemandId, OrganisationId, PlaceId, ProjectId, ResourceId},
        reference::RefNo,
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = project, treat_none_as_null = true)]
pub(super) struct Row {
    id: ProjectId,
    district: String,
    ref_no: String,
    claim: ClaimId,
    demand: DemandId,
    demand_organisation: OrganisationId,
    place: PlaceId,
    resource: Option<ResourceId>,
    lead: OrganisationId,
    title: String,
    status: String,
    status_reason: Option<String>,
    due_on: On,
    original_due_on: On,
    contact_due_at: At,
    contacted_at: Option<At>,
    contact_note: Option<String>,
    plan_due_at: At,
    plan_filed_at: Option<At>,
    plan: Option<String>,
    delivered_at: Option<At>,
    delivery_summary: Option<String>,
    confirm_due_at: Option<At>,
    confirmed_at: Option<At>,
    confirmed_by: Option<AccountId>,
    solved: Option<String>,
    answered: Option<bool>,
    reached_out: Option<bool>,
    satisfaction: Option<i32>,
    confirm_comment: Option<String>,
    close_due_at: Option<At>,
    reopen_count: i32,
    closed_at: Option<At>,
    created_at: At,
    version: i32,
    progress_due_at: Option<At>,
    paused_at: Option<At>,
    paused_until: Option<On>,
    due_minutes_left: Option<i32>,
    progress_minutes_left: Option<i32>,
    unconfirmed_at: Option<At>,
}

/// The project, if the scope shows it.
pub fn find(reader: &mut Reader, scope: &Scope, id: ProjectId) -> StoreResult<Option<Project>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the projects that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[ProjectId]) -> StoreResult<Vec<Project>> {
    let rows: Vec<Row> =
        project::table.filter(project::id.eq_any(ids)).filter(visible(scope)).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// The projects of these claims that the scope shows, in no order; a claim has at most one.
pub fn of_claims(reader: &mut Reader, scope: &Scope, claims: &[ClaimId]) -> StoreResult<Vec<Project>> {
    let rows: Vec<Row> = project::table
        .filter(project::claim.eq_any(claims))
        .filter(visible(scope))
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// A project in the system's own hands, whatever the scope.
pub fn get(tx: &mut Tx, id: ProjectId) -> StoreResult<Option<Project>> {
    let row: Option<Row> = project::table.find(id).select(Row::as_select()).get_result(tx.conn()).optional()?;
    row.map(Row::parse).transpose()
}

/// How many projects of a demand are not closed as solved; cancelled ones have given their quantity
/// back and do not count. Whatever the scope: the rule is about all of them.
pub fn unsolved_of(tx: &mut Tx, demand: DemandId) -> StoreResult<i64> {
    let solved = project::status.eq("CLOSED").and(project::solved.is_not_null()).and(project::solved.assume_not_null().eq("YES"));
    Ok(project::table
        .filter(project::demand.eq(demand).and(project::status.ne("CANCELLED")))
        .filter(diesel::dsl::not(solved))
        .count()
        .get_result(tx.conn())?)
}

/// How many projects of a demand are still being worked on or wait for somebody. Whatever the scope,
/// as before.
pub fn open_of(tx: &mut Tx, demand: DemandId) -> StoreResult<i64> {
    let open = project::table.filter(project::demand.eq(demand).and(project::status.ne_all(["CLOSED", "CANCELLED"])));
    Ok(open.count().get_result(tx.conn())?)
}

/// Enters a new project.
pub fn insert(tx: &mut Tx, project: &Project) -> StoreResult<()> {
    diesel::insert_into(project::table).values(&Row::of(project)).execute(tx.conn())?;
    Ok(())
}

/// Saves a step of a project whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, project: &Project, expected: Version) -> StoreResult<()> {
    let row = Row::of(project);
    let changed = diesel::update(project::table.filter(project::id.eq(row.id).and(project::version.eq(expected.0))))
        .set(&row)
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

pub(super) type Condition<'a> = Box<dyn BoxableExpression<project::table, MultiBackend, SqlType = Bool> + 'a>;

/// What a scope shows: both sides theirs, stewards and coordinators what they look after
/// (`domain.md` §9).
pub(super) fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = project::district.eq(scope.district.to_string());
    if !scope.business {
        return Box::new(district.and(project::id.ne(project::id)));
    }
    if scope.whole_district {
        return Box::new(district);
    }
    let side = project::demand_organisation.eq_any(scope.sides.clone()).or(project::lead.eq_any(scope.sides.clone()));
    Box::new(district.and(side.or(project::place.eq_any(scope.steward_places.clone()))))
}

impl Row {
    fn of(project: &Project) -> Self {
        let (paused, progress_due_at, close_due_at) = running(&project.state);
        let (contact, plan) = (project.contact.as_ref(), project.plan.as_ref());
        let (delivery, confirmation) = (project.delivery(), project.confirmation());
        Self {
            id: project.id,
            district: project.district.to_string(),
            ref_no: project.ref_no.to_string(),
            claim: project.claim,
            demand: project.demand,
            demand_organisation: project.demand_organisation,
            place: project.place,
            resource: project.resource,
            lead: project.lead,
            title: project.title.to_string(),
            status: project.status().name().to_owned(),
            status_reason: project.reason().map(ToString::to_string),
            due_on: On(project.due_on),
            original_due_on: On(project.original_due_on),
            contact_due_at: At(project.contact_due_at),
            contacted_at: contact.map(|contact| At(contact.at)),
            contact_note: contact.map(|contact| contact.note.to_string()),
            plan_due_at: At(project.plan_due_at),
            plan_filed_at: plan.map(|plan| At(plan.at)),
            plan: plan.map(|plan| plan.text.to_string()),
            delivered_at: delivery.map(|delivery| At(delivery.at)),
            delivery_summary: delivery.map(|delivery| delivery.summary.to_string()),
            confirm_due_at: delivery.map(|delivery| At(delivery.confirm_due_at)),
            confirmed_at: confirmation.map(|confirmation| At(confirmation.at)),
            confirmed_by: confirmation.map(|confirmation| confirmation.by),
            solved: confirmation.map(|confirmation| <&str>::from(confirmation.solved).to_owned()),
            answered: confirmation.map(|confirmation| confirmation.answered),
            reached_out: confirmation.map(|confirmation| confirmation.reached_out),
            satisfaction: confirmation.map(|confirmation| confirmation.satisfaction.into()),
            confirm_comment: confirmation.and_then(|confirmation| confirmation.comment.as_ref()).map(ToString::to_string),
            close_due_at: close_due_at.map(At),
            reopen_count: project.reopen_count.into(),
            closed_at: project.closed_at.map(At),
            created_at: At(project.created_at),
            version: project.version.0,
            progress_due_at: progress_due_at.map(At),
            paused_at: paused.map(|paused| At(paused.at)),
            paused_until: paused.map(|paused| On(paused.until)),
            due_minutes_left: paused.map(|paused| minutes_column(paused.due_minutes)),
            progress_minutes_left: paused.map(|paused| minutes_column(paused.progress_minutes)),
            unconfirmed_at: delivery.and_then(|delivery| delivery.unconfirmed_at).map(At),
        }
    }

    pub(super) fn parse(self) -> StoreResult<Project> {
        let id = self.id;
        self.read().map_err(|what| corrupt(id, what))
    }

    fn read(self) -> Result<Project, &'static str> {
        Ok(Project {
            state: self.state()?,
            contact: self.contact()?,
            plan: self.plan()?,
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            ref_no: RefNo::stored(self.ref_no),
            claim: self.claim,
            demand: self.demand,
            demand_organisation: self.demand_organisation,
            place: self.place,
            resource: self.resource,
            lead: self.lead,
            title: text(&self.title, "title")?,
            due_on: self.due_on.into(),
            original_due_on: self.original_due_on.into(),
            contact_due_at: self.contact_due_at.into(),
            plan_due_at: self.plan_due_at.into(),
            reopen_count: u8::try_from(self.reopen_count).map_err(|_| "reopen_count")?,
            created_at: self.created_at.into(),
            closed_at: self.closed_at.map(Into::into),
        })
    }

    fn state(&self) -> Result<State, &'static str> {
        let reason = || optional_text(self.status_reason.as_deref(), "status_reason");
        Ok(match self.status.parse::<Status>().map_err(|_| "status")? {
            Status::Planned => State::Planned,
            Status::Active => State::Active { reopened: reason()?, progress_due_at: self.progress()? },
            Status::Paused => State::Paused { reopened: reason()?, paused: self.paused()? },
            Status::Delivered => State::Delivered { delivery: self.delivery()? },
            Status::Confirmed => State::Confirmed { delivery: self.delivery()?, confirmation: self.confirmation()? },
            Status::Unconfirmed => {
                State::Unconfirmed { delivery: self.delivery()?, close_due_at: self.close_due_at.ok_or("close_due_at")?.into() }
            }
            Status::Closed => State::Closed {
                delivery: self.delivery()?,
                confirmation: self.confirmed_at.map(|_| self.confirmation()).transpose()?,
            },
            Status::Cancelled => State::Cancelled { reason: reason()?.ok_or("status_reason")? },
        })
    }

    fn progress(&self) -> Result<Timestamp, &'static str> {
        Ok(self.progress_due_at.ok_or("progress_due_at")?.into())
    }

    fn paused(&self) -> Result<Paused, &'static str> {
        let minutes = |left: Option<i32>| left.and_then(|left| u32::try_from(left).ok());
        Ok(Paused {
            at: self.paused_at.ok_or("paused_at")?.into(),
            until: self.paused_until.ok_or("paused_until")?.into(),
            due_minutes: minutes(self.due_minutes_left).ok_or("due_minutes_left")?,
            progress_minutes: minutes(self.progress_minutes_left).ok_or("progress_minutes_left")?,
            progress_due_at: self.progress()?,
        })
    }

    fn contact(&self) -> Result<Option<Contact>, &'static str> {
        let Some(at) = self.contacted_at else {
            return Ok(None);
        };
        let note = optional_text(self.contact_note.as_deref(), "contact_note")?.ok_or("contact_note")?;
        Ok(Some(Contact { at: at.into(), note }))
    }

    fn plan(&self) -> Result<Option<FiledPlan>, &'static str> {
        let Some(at) = self.plan_filed_at else {
            return Ok(None);
        };
        Ok(Some(FiledPlan { at: at.into(), text: optional_text(self.plan.as_deref(), "plan")?.ok_or("plan")? }))
    }

    fn delivery(&self) -> Result<Delivery, &'static str> {
        Ok(Delivery {
            at: self.delivered_at.ok_or("delivered_at")?.into(),
            summary: optional_text(self.delivery_summary.as_deref(), "delivery_summary")?.ok_or("delivery_summary")?,
            confirm_due_at: self.confirm_due_at.ok_or("confirm_due_at")?.into(),
            unconfirmed_at: self.unconfirmed_at.map(Into::into),
        })
    }

    fn confirmation(&self) -> Result<Confirmation, &'static str> {
        let satisfaction = self.satisfaction.and_then(|score| u8::try_from(score).ok());
        Ok(Confirmation {
            at: self.confirmed_at.ok_or("confirmed_at")?.into(),
            by: self.confirmed_by.ok_or("confirmed_by")?,
            solved: self.solved.as_deref().and_then(|solved| solved.parse().ok()).ok_or("solved")?,
            answered: self.answered.ok_or("answered")?,
            reached_out: self.reached_out.ok_or("reached_out")?,
            satisfaction: satisfaction.ok_or("satisfaction")?,
            comment: optional_text(self.confirm_comment.as_deref(), "confirm_comment")?,
            close_due_at: self.close_due_at.ok_or("close_due_at")?.into(),
        })
    }
}

/// What only some states have: the pause, and the ends of the clocks of the reports and of the close.
fn running(state: &State) -> (Option<Paused>, Option<Timestamp>, Option<Timestamp>) {
    match state {
        State::Active { progress_due_at, .. } => (None, Some(*progress_due_at), None),
        State::Paused { paused, .. } => (Some(*paused), Some(paused.progress_due_at), None),
        State::Confirmed { confirmation, .. } => (None, None, Some(confirmation.close_due_at)),
        State::Unconfirmed { close_due_at, .. } => (None, None, Some(*close_due_at)),
        State::Closed { confirmation, .. } => (None, None, confirmation.as_ref().map(|confirmation| confirmation.close_due_at)),
        State::Planned | State::Delivered { .. } | State::Cancelled { .. } => (None, None, None),
    }
}

/// A clock that is longer than any can be ends as late as one can.
fn minutes_column(minutes: u32) -> i32 {
    i32::try_from(minutes).unwrap_or(i32::MAX)
}

fn corrupt(id: ProjectId, what: &str) -> StoreError {
    StoreError::Corrupt { table: "project", id: id.to_string(), what: what.to_owned() }
}
