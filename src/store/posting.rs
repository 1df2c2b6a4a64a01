//! Postings of instructors in the database, and who sees them.

use std::collections::{BTreeSet, HashMap};

use diesel::{
    dsl::{auto_type, count_star},
    prelude::*,
    sql_types::Bool,
};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{optional_text, text},
    conn::MultiBackend,
    page::{Sort, Window},
    schema::{posting, posting_target, tenancy},
    types::{At, On},
};
use crate::{
    domain::posting::{Approval, Posting, State, Status, Target, TargetState, TargetStatus},
    kernel::{
        calendar::{shanghai_date, start_of_day},
        district::District,
        id::{AccountId, OrganisationId, PostingId},
        page::{Mark, Page, PageRequest},
        version::Version,
    },
    policy::{Reach, Scope},
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = posting, treat_none_as_null = true)]
struct Row {
    id: PostingId,
    district: String,
    number: i32,
    instructor: AccountId,
    dispatch_unit: OrganisationId,
    kind: String,
    from_on: On,
    to_on: On,
    status: String,
    proposed_by: AccountId,
    proposed_at: At,
    consent_due_at: Option<At>,
    approve_due_at: Option<At>,
    approved_by: Option<AccountId>,
    approved_at: Option<At>,
    ended_by: Option<AccountId>,
    ended_at: Option<At>,
    end_reason: Option<String>,
    version: i32,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = posting_target, treat_none_as_null = true, primary_key(posting, organisation))]
struct TargetRow {
    posting: PostingId,
    organisation: OrganisationId,
    district: String,
    position: i32,
    status: String,
    answered_by: Option<AccountId>,
    answered_at: Option<At>,
    ended_at: Option<At>,
    reason: Option<String>,
}

/// The unique index that lets an instructor have one open posting, by name and by columns.
pub const ONE_OPEN: (&str, &str) = ("posting_one_open", "posting.instructor");

/// Which postings a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    pub statuses: Vec<Status>,
    pub dispatch_unit: Option<OrganisationId>,
    /// Serves it, or was to.
    pub target: Option<OrganisationId>,
}

/// Where a posting stands in a list, the newest first.
pub fn mark(posting: &Posting) -> Mark {
    Mark { key: posting.proposed_at.as_microsecond(), id: *posting.id.as_bytes() }
}

/// The posting, if the scope shows it.
pub fn find(reader: &mut Reader, scope: &Scope, id: PostingId) -> StoreResult<Option<Posting>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the postings that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[PostingId]) -> StoreResult<Vec<Posting>> {
    let seen: Condition<'_> = Box::new(posting::id.eq_any(ids).and(visible(scope)));
    let rows: Vec<Row> = posting::table.filter(seen).select(Row::as_select()).load(reader.conn())?;
    with_targets(reader, rows)
}

/// Those of the postings that the scope shows, by their ids.
pub(super) fn seen(reader: &mut Reader, scope: &Scope, ids: &[PostingId]) -> StoreResult<BTreeSet<PostingId>> {
    let seen: Condition<'_> = Box::new(posting::id.eq_any(ids).and(visible(scope)));
    let ids: Vec<PostingId> = posting::table.filter(seen).select(posting::id).load(reader.conn())?;
    Ok(ids.into_iter().collect())
}

/// A posting in the system's own hands, whatever the scope.
pub fn get(tx: &mut Tx, id: PostingId) -> StoreResult<Option<Posting>> {
    let rows: Vec<Row> = posting::table.find(id).select(Row::as_select()).load(tx.conn())?;
    Ok(with_targets(tx, rows)?.pop())
}

/// One page of the list, the newest first.
pub fn page(reader: &mut Reader, scope: &Scope, filter: &Filter, request: &PageRequest) -> StoreResult<Page<Posting>> {
    let window = Window::new(request, Sort::Descending);
    let mut query = posting::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(mark, above)?);
        }
    }
    query = if window.upwards {
        query.order((posting::proposed_at.asc(), posting::id.asc()))
    } else {
        query.order((posting::proposed_at.desc(), posting::id.desc()))
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    Ok(Page::cut(with_targets(reader, rows)?, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(posting::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

/// The organisations that an instructor serves.
#[auto_type]
pub(super) fn served<'a>(district: &'a str) -> _ {
    posting_target::table
        .inner_join(posting::table.on(posting::id.eq(posting_target::posting)))
        .filter(posting_target::district.eq(district))
        .filter(posting_target::status.eq("CONSENTED"))
        .filter(posting::status.eq("ACTIVE"))
        .select(posting_target::organisation)
}

/// Those of the organisations that an instructor serves.
pub fn served_of(reader: &mut Reader, scope: &Scope, organisations: &[OrganisationId]) -> StoreResult<BTreeSet<OrganisationId>> {
    let all = served(scope.district.as_str()).filter(posting_target::organisation.eq_any(organisations));
    let found: Vec<OrganisationId> = all.load(reader.conn())?;
    Ok(found.into_iter().collect())
}

/// What an account's grant for a posting reaches; `None` when the posting is not the account's own, or
/// was never in force.
pub fn reach(reader: &mut Reader, id: PostingId, account: AccountId) -> StoreResult<Option<Reach>> {
    let own = posting::id.eq(id).and(posting::instructor.eq(account)).and(posting::approved_at.is_not_null());
    let status: Option<String> = posting::table.filter(own).select(posting::status).get_result(reader.conn()).optional()?;
    let Some(status) = status else {
        return Ok(None);
    };
    let mut targets = BTreeSet::new();
    if status == "ACTIVE" {
        let served = posting_target::posting.eq(id).and(posting_target::status.eq("CONSENTED"));
        let served: Vec<OrganisationId> =
            posting_target::table.filter(served).select(posting_target::organisation).load(reader.conn())?;
        targets.extend(served);
    }
    Ok(Some(Reach::Posting { id, targets }))
}

/// Postings whose last day has passed.
pub fn due_to_end(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<(Timestamp, District, PostingId)>> {
    let rows: Vec<(On, String, PostingId)> = posting::table
        .filter(posting::status.eq("ACTIVE").and(posting::to_on.lt(On(shanghai_date(now)))))
        .order((posting::to_on.asc(), posting::id.asc()))
        .limit(most.into())
        .select((posting::to_on, posting::district, posting::id))
        .load(reader.conn())?;
    let due = |(last, district, id): (On, String, PostingId)| {
        let district = district.parse().map_err(|_| corrupt(id, "district"))?;
        Ok((start_of_day(last.0.tomorrow().unwrap_or(last.0)), district, id))
    };
    rows.into_iter().map(due).collect()
}

/// Postings that an organisation sends out, and those that it is served by or asked about; of those only
/// what is open.
pub fn open_of_organisation(tx: &mut Tx, organisation: OrganisationId) -> StoreResult<Vec<Posting>> {
    let asked = posting_target::table
        .filter(posting_target::organisation.eq(organisation).and(posting_target::status.eq_any(["ASKED", "CONSENTED"])))
        .select(posting_target::posting);
    let concerned = posting::dispatch_unit.eq(organisation).or(posting::id.eq_any(asked));
    let rows: Vec<Row> = posting::table
        .filter(posting::status.ne("ENDED").and(concerned))
        .order(posting::id.asc())
        .select(Row::as_select())
        .load(tx.conn())?;
    with_targets(tx, rows)
}

/// Enters a new posting. A second open one of the instructor is [`StoreError::Unique`].
pub fn insert(tx: &mut Tx, new: &Posting) -> StoreResult<()> {
    diesel::insert_into(posting::table).values(&Row::of(new)).execute(tx.conn())?;
    for (position, target) in (1..).zip(&new.targets) {
        diesel::insert_into(posting_target::table).values(&TargetRow::of(new, position, target)).execute(tx.conn())?;
    }
    Ok(())
}

/// Saves a step of a posting whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, after: &Posting, expected: Version) -> StoreResult<()> {
    let seen = posting::id.eq(after.id).and(posting::version.eq(expected.0));
    let changed = diesel::update(posting::table.filter(seen)).set(&Row::of(after)).execute(tx.conn())?;
    if changed != 1 {
        return Err(StoreError::Stale);
    }
    for (position, target) in (1..).zip(&after.targets) {
        let row = TargetRow::of(after, position, target);
        let changed = diesel::update(posting_target::table.find((after.id, target.organisation))).set(&row).execute(tx.conn())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
    }
    Ok(())
}

type Condition<'a> = Box<dyn BoxableExpression<posting::table, MultiBackend, SqlType = Bool> + 'a>;

/// The instructor's own, those of organisations that one speaks for, of units whose instructors one
/// reviews, of places that one looks after; everything for the coordinator and the organisation
/// department. Administrators see what is in force: they grant the role that belongs to it.
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = posting::district.eq(scope.district.to_string());
    if scope.administers {
        return Box::new(district.and(posting::status.eq("ACTIVE")));
    }
    if !scope.business {
        return Box::new(district.and(posting::id.ne(posting::id)));
    }
    if scope.whole_district || scope.reviews {
        return Box::new(district);
    }
    let asked = posting_target::table
        .filter(posting_target::organisation.eq_any(scope.speaks_for.clone()))
        .select(posting_target::posting);
    let near = posting_target::table
        .inner_join(tenancy::table.on(tenancy::organisation.eq(posting_target::organisation)))
        .filter(tenancy::place.eq_any(scope.steward_places.clone()))
        .filter(tenancy::from_on.le(On(scope.today)))
        .filter(tenancy::to_on.is_null().or(tenancy::to_on.assume_not_null().ge(On(scope.today))))
        .select(posting_target::posting);
    Box::new(
        district.and(
            posting::instructor
                .eq(scope.account)
                .or(posting::dispatch_unit.eq_any(scope.dispatches.clone()))
                .or(posting::id.eq_any(asked))
                .or(posting::id.eq_any(near)),
        ),
    )
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut matching: Condition<'a> = Box::new(posting::id.eq(posting::id));
    if !filter.statuses.is_empty() {
        let names: Vec<&'static str> = filter.statuses.iter().map(|status| status.name()).collect();
        matching = Box::new(matching.and(posting::status.eq_any(names)));
    }
    if let Some(unit) = filter.dispatch_unit {
        matching = Box::new(matching.and(posting::dispatch_unit.eq(unit)));
    }
    if let Some(target) = filter.target {
        let of_target = posting_target::table.filter(posting_target::organisation.eq(target)).select(posting_target::posting);
        matching = Box::new(matching.and(posting::id.eq_any(of_target)));
    }
    matching
}

fn beyond<'a>(mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = PostingId::from_bytes(mark.id);
    let at = At(Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
    Ok(if above {
        Box::new(posting::proposed_at.gt(at).or(posting::proposed_at.eq(at).and(posting::id.gt(id))))
    } else {
        Box::new(posting::proposed_at.lt(at).or(posting::proposed_at.eq(at).and(posting::id.lt(id))))
    })
}

/// The postings of the rows, in their order.
fn with_targets(reader: &mut Reader, rows: Vec<Row>) -> StoreResult<Vec<Posting>> {
    let ids: Vec<PostingId> = rows.iter().map(|row| row.id).collect();
    let found: Vec<TargetRow> = posting_target::table
        .filter(posting_target::posting.eq_any(&ids))
        .order((posting_target::posting.asc(), posting_target::position.asc()))
        .select(TargetRow::as_select())
        .load(reader.conn())?;
    let mut targets: HashMap<PostingId, Vec<Target>> = HashMap::new();
    for row in found {
        let id = row.posting;
        targets.entry(id).or_default().push(row.read().map_err(|what| corrupt(id, what))?);
    }
    let parse = |row: Row| {
        let id = row.id;
        row.read(targets.remove(&id).unwrap_or_default()).map_err(|what| corrupt(id, what))
    };
    rows.into_iter().map(parse).collect()
}

fn corrupt(id: PostingId, what: &str) -> StoreError {
    StoreError::Corrupt { table: "posting", id: id.to_string(), what: what.to_owned() }
}

impl Row {
    fn of(posting: &Posting) -> Self {
        let (consent_due_at, approve_due_at, ended) = match &posting.state {
            State::Proposed { consent_due_at } => (Some(At(*consent_due_at)), None, None),
            State::Consented { approve_due_at } => (None, Some(At(*approve_due_at)), None),
            State::Active => (None, None, None),
            State::Ended { at, by, reason } => (None, None, Some((*at, *by, reason.to_string()))),
        };
        Self {
            id: posting.id,
            district: posting.district.to_string(),
            number: posting.number,
            instructor: posting.instructor,
            dispatch_unit: posting.dispatch_unit,
            kind: <&str>::from(posting.kind).to_owned(),
            from_on: On(posting.from),
            to_on: On(posting.to),
            status: posting.status().name().to_owned(),
            proposed_by: posting.proposed_by,
            proposed_at: At(posting.proposed_at),
            consent_due_at,
            approve_due_at,
            approved_by: posting.approval.map(|approval| approval.by),
            approved_at: posting.approval.map(|approval| At(approval.at)),
            ended_by: ended.as_ref().and_then(|(_, by, _)| *by),
            ended_at: ended.as_ref().map(|(at, ..)| At(*at)),
            end_reason: ended.map(|(.., reason)| reason),
            version: posting.version.0,
        }
    }

    fn read(self, targets: Vec<Target>) -> Result<Posting, &'static str> {
        Ok(Posting {
            state: self.state()?,
            approval: approval(self.approved_by, self.approved_at),
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            number: self.number,
            instructor: self.instructor,
            dispatch_unit: self.dispatch_unit,
            kind: self.kind.parse().map_err(|_| "kind")?,
            from: self.from_on.into(),
            to: self.to_on.into(),
            targets,
            proposed_by: self.proposed_by,
            proposed_at: self.proposed_at.into(),
        })
    }

    fn state(&self) -> Result<State, &'static str> {
        Ok(match self.status.parse::<Status>().map_err(|_| "status")? {
            Status::Proposed => State::Proposed { consent_due_at: self.consent_due_at.ok_or("consent_due_at")?.into() },
            Status::Consented => State::Consented { approve_due_at: self.approve_due_at.ok_or("approve_due_at")?.into() },
            Status::Active => State::Active,
            Status::Ended => State::Ended {
                at: self.ended_at.ok_or("ended_at")?.into(),
                by: self.ended_by,
                reason: optional_text(self.end_reason.as_deref(), "end_reason")?.ok_or("end_reason")?,
            },
        })
    }
}

impl TargetRow {
    fn of(posting: &Posting, position: i32, target: &Target) -> Self {
        let (ended_at, reason) = match &target.state {
            TargetState::Asked | TargetState::Consented => (None, None),
            TargetState::Declined { reason } => (None, Some(reason.to_string())),
            TargetState::Ended { at, reason } => (Some(At(*at)), Some(reason.to_string())),
        };
        Self {
            posting: posting.id,
            organisation: target.organisation,
            district: posting.district.to_string(),
            position,
            status: target.status().name().to_owned(),
            answered_by: target.answer.map(|answer| answer.by),
            answered_at: target.answer.map(|answer| At(answer.at)),
            ended_at,
            reason,
        }
    }

    fn read(self) -> Result<Target, &'static str> {
        let reason = || self.reason.as_deref().ok_or("reason").and_then(|stored| text(stored, "reason"));
        Ok(Target {
            state: match self.status.parse::<TargetStatus>().map_err(|_| "status")? {
                TargetStatus::Asked => TargetState::Asked,
                TargetStatus::Consented => TargetState::Consented,
                TargetStatus::Declined => TargetState::Declined { reason: reason()? },
                TargetStatus::Ended => TargetState::Ended { at: self.ended_at.ok_or("ended_at")?.into(), reason: reason()? },
            },
            organisation: self.organisation,
            answer: approval(self.answered_by, self.answered_at),
        })
    }
}

/// The database sees to it that both are there or neither.
fn approval(by: Option<AccountId>, at: Option<At>) -> Option<Approval> {
    by.zip(at).map(|(by, at)| Approval { by, at: at.into() })
}
