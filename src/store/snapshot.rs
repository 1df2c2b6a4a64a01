//! Frozen lists in the database, and who sees them.

use std::collections::HashMap;

use diesel::{dsl::count_star, prelude::*, sql_types::Bool};
use serde::Serialize;
use serde_json::json;

use super::{
    Reader, StoreError, StoreResult, Tx, batch,
    conn::MultiBackend,
    page::{Sort, Window},
    schema::{category, demand, organisation, place, project, resource, snapshot, snapshot_row},
    types::{At, On},
};
use crate::{
    domain::snapshot::{Difference, Line, List, Snapshot},
    kernel::{
        district::District,
        id::{AccountId, CategoryId, DemandId, OrganisationId, PlaceId, ProjectId, ResourceId, SnapshotId},
        page::{Mark, Page, PageRequest},
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = snapshot, treat_none_as_default_value = false)]
struct Row {
    id: SnapshotId,
    district: String,
    list: String,
    quarter: String,
    row_count: i32,
    sha256: String,
    previous: Option<SnapshotId>,
    added: i32,
    removed: i32,
    changed: i32,
    taken_by: AccountId,
    taken_at: At,
}

#[derive(Insertable)]
#[diesel(table_name = snapshot_row, treat_none_as_default_value = false)]
struct LineRow<'a> {
    snapshot: SnapshotId,
    position: i32,
    object: DemandId,
    line: &'a str,
}

/// A row of a frozen list where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Counted from 1.
    pub position: i32,
    pub line: Line,
}

/// Which frozen lists are meant. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    pub lists: Vec<String>,
}

/// Where a frozen list stands, the newest first.
pub fn mark(snapshot: &Snapshot) -> Mark {
    Mark { key: snapshot.taken_at.as_microsecond(), id: *snapshot.id.as_bytes() }
}

/// Those of the frozen lists that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[SnapshotId]) -> StoreResult<Vec<Snapshot>> {
    let rows: Vec<Row> =
        snapshot::table.filter(snapshot::id.eq_any(ids)).filter(visible(scope)).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// The newest of a list in a district.
pub fn newest(tx: &mut Tx, district: &District, list: List) -> StoreResult<Option<Snapshot>> {
    let row: Option<Row> = snapshot::table
        .filter(snapshot::district.eq(district.as_str()).and(snapshot::list.eq(list.name())))
        .order((snapshot::taken_at.desc(), snapshot::id.desc()))
        .limit(1)
        .select(Row::as_select())
        .get_result(tx.conn())
        .optional()?;
    row.map(Row::parse).transpose()
}

/// One page of the frozen lists, the newest first.
pub fn page(reader: &mut Reader, scope: &Scope, filter: &Filter, request: &PageRequest) -> StoreResult<Page<Snapshot>> {
    let window = Window::new(request, Sort::Descending);
    let mut query = snapshot::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(mark, above)?);
        }
    }
    query = if window.upwards {
        query.order((snapshot::taken_at.asc(), snapshot::id.asc()))
    } else {
        query.order((snapshot::taken_at.desc(), snapshot::id.desc()))
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    Ok(Page::cut(rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?, request))
}

/// How many frozen lists there are.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(snapshot::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

/// One page of the rows of a frozen list that the scope has shown, in their order.
pub fn rows(reader: &mut Reader, id: SnapshotId, request: &PageRequest) -> StoreResult<Page<Placed>> {
    let window = Window::new(request, Sort::Ascending);
    let mut query = snapshot_row::table.filter(snapshot_row::snapshot.eq(id)).into_boxed();
    if let Some(mark) = window.above {
        query = query.filter(snapshot_row::position.gt(position(mark)?));
    }
    if let Some(mark) = window.below {
        query = query.filter(snapshot_row::position.lt(position(mark)?));
    }
    query = if window.upwards { query.order(snapshot_row::position.asc()) } else { query.order(snapshot_row::position.desc()) };
    let rows: Vec<(i32, DemandId, String)> = query
        .limit(window.limit)
        .select((snapshot_row::position, snapshot_row::object, snapshot_row::line))
        .load(reader.conn())?;
    let placed =
        rows.into_iter().map(|(position, object, text)| Placed { position, line: Line { object: *object.as_bytes(), text } });
    Ok(Page::cut(placed.collect(), request))
}

/// All rows of a frozen list, in their order.
pub fn lines(tx: &mut Tx, id: SnapshotId) -> StoreResult<Vec<Line>> {
    let rows: Vec<(DemandId, String)> = snapshot_row::table
        .filter(snapshot_row::snapshot.eq(id))
        .order(snapshot_row::position.asc())
        .select((snapshot_row::object, snapshot_row::line))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(object, text)| Line { object: *object.as_bytes(), text }).collect())
}

/// Freezes a list. One of the same list and quarter is [`StoreError::Unique`].
pub fn insert(tx: &mut Tx, snapshot: &Snapshot, lines: &[Line]) -> StoreResult<()> {
    let rows: Vec<LineRow<'_>> = (1..)
        .zip(lines)
        .map(|(position, line)| LineRow {
            snapshot: snapshot.id,
            position,
            object: DemandId::from_bytes(line.object),
            line: &line.text,
        })
        .collect();
    // The rows first: once the snapshot itself is there, the database takes no more of them.
    batch::insert::<snapshot_row::table, LineRow<'_>>(tx, 4, &rows)?;
    diesel::insert_into(snapshot::table).values(&Row::of(snapshot)).execute(tx.conn())?;
    Ok(())
}

/// The canonical rows of a list as it is now, by reference number; drafts have none and are not on it.
pub fn present(tx: &mut Tx, district: &District, list: List) -> StoreResult<Vec<Line>> {
    let organisations: HashMap<OrganisationId, String> = organisation::table
        .filter(organisation::district.eq(district.as_str()))
        .select((organisation::id, organisation::name))
        .load(tx.conn())?
        .into_iter()
        .collect();
    let categories: HashMap<CategoryId, String> = category::table
        .filter(category::district.eq(district.as_str()))
        .select((category::id, category::code))
        .load(tx.conn())?
        .into_iter()
        .collect();
    match list {
        List::Demands => demands(tx, district, &organisations, &categories),
        List::Resources => resources(tx, district, &organisations, &categories),
        List::Projects => projects(tx, district, &organisations),
    }
}

type Names<K> = HashMap<K, String>;

fn demands(
    tx: &mut Tx,
    district: &District,
    organisations: &Names<OrganisationId>,
    categories: &Names<CategoryId>,
) -> StoreResult<Vec<Line>> {
    let places: Names<PlaceId> = place::table
        .filter(place::district.eq(district.as_str()))
        .select((place::id, place::name))
        .load(tx.conn())?
        .into_iter()
        .collect();
    type Demand = (
        (DemandId, Option<String>, OrganisationId, PlaceId, CategoryId, String),
        (i32, String, String, String, Option<String>, i32),
        (Option<At>, Option<At>, Option<At>),
    );
    let rows: Vec<Demand> = demand::table
        .filter(demand::district.eq(district.as_str()).and(demand::ref_no.is_not_null()))
        .order((demand::ref_no.asc(), demand::id.asc()))
        .select((
            (demand::id, demand::ref_no, demand::organisation, demand::place, demand::category, demand::title),
            (demand::quantity, demand::unit, demand::urgency, demand::status, demand::outcome, demand::agreed_quantity),
            (demand::submitted_at, demand::listed_at, demand::closed_at),
        ))
        .load(tx.conn())?;
    let line = |(head, state, moments): Demand| {
        let (id, ref_no, enterprise, place, category, title) = head;
        let (quantity, unit, urgency, status, outcome, agreed) = state;
        let (submitted, listed, closed) = moments;
        let text = json!([
            ref_no,
            organisations.get(&enterprise),
            places.get(&place),
            categories.get(&category),
            title,
            quantity,
            unit,
            urgency,
            status,
            outcome,
            agreed,
            moment(submitted),
            moment(listed),
            moment(closed)
        ]);
        Line { object: *id.as_bytes(), text: text.to_string() }
    };
    Ok(rows.into_iter().map(line).collect())
}

fn resources(
    tx: &mut Tx,
    district: &District,
    organisations: &Names<OrganisationId>,
    categories: &Names<CategoryId>,
) -> StoreResult<Vec<Line>> {
    type Resource = (
        (ResourceId, Option<String>, OrganisationId, String, CategoryId, String),
        (String, i32, String, On, Option<On>, String, String, Option<On>),
    );
    let rows: Vec<Resource> = resource::table
        .filter(resource::district.eq(district.as_str()).and(resource::ref_no.is_not_null()))
        .order((resource::ref_no.asc(), resource::id.asc()))
        .select((
            (resource::id, resource::ref_no, resource::organisation, resource::unit, resource::category, resource::title),
            (
                resource::mode,
                resource::capacity,
                resource::per,
                resource::valid_from,
                resource::valid_to,
                resource::fee,
                resource::status,
                resource::assured_on,
            ),
        ))
        .load(tx.conn())?;
    let line = |(head, state): Resource| {
        let (id, ref_no, organisation, unit, category, title) = head;
        let (mode, capacity, per, from, to, fee, status, assured) = state;
        let text = json!([
            ref_no,
            organisations.get(&organisation),
            unit,
            categories.get(&category),
            title,
            mode,
            capacity,
            per,
            day(Some(from)),
            day(to),
            fee,
            status,
            day(assured)
        ]);
        Line { object: *id.as_bytes(), text: text.to_string() }
    };
    Ok(rows.into_iter().map(line).collect())
}

fn projects(tx: &mut Tx, district: &District, organisations: &Names<OrganisationId>) -> StoreResult<Vec<Line>> {
    type Project = (
        (ProjectId, String, Option<String>, OrganisationId, OrganisationId, String, String),
        (On, On, Option<At>, Option<At>, Option<At>, Option<String>, Option<i32>, i32, Option<At>),
    );
    let rows: Vec<Project> = project::table
        .inner_join(demand::table.on(demand::id.eq(project::demand)))
        .filter(project::district.eq(district.as_str()))
        .order((project::ref_no.asc(), project::id.asc()))
        .select((
            (
                project::id,
                project::ref_no,
                demand::ref_no,
                project::demand_organisation,
                project::lead,
                project::title,
                project::status,
            ),
            (
                project::due_on,
                project::original_due_on,
                project::contacted_at,
                project::delivered_at,
                project::confirmed_at,
                project::solved,
                project::satisfaction,
                project::reopen_count,
                project::closed_at,
            ),
        ))
        .load(tx.conn())?;
    let line = |(head, state): Project| {
        let (id, ref_no, demand, enterprise, lead, title, status) = head;
        let (due, original_due, contacted, delivered, confirmed, solved, satisfaction, reopened, closed) = state;
        let text = json!([
            ref_no,
            demand,
            organisations.get(&enterprise),
            organisations.get(&lead),
            title,
            status,
            day(Some(due)),
            day(Some(original_due)),
            moment(contacted),
            moment(delivered),
            moment(confirmed),
            solved,
            satisfaction,
            reopened,
            moment(closed)
        ]);
        Line { object: *id.as_bytes(), text: text.to_string() }
    };
    Ok(rows.into_iter().map(line).collect())
}

fn moment(at: Option<At>) -> Option<String> {
    at.map(|at| at.0.to_string())
}

fn day(on: Option<On>) -> Option<String> {
    on.map(|on| on.0.to_string())
}

type Condition<'a> = Box<dyn BoxableExpression<snapshot::table, MultiBackend, SqlType = Bool> + 'a>;

/// A frozen list is about the whole district, and so for whoever sees all of that.
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = snapshot::district.eq(scope.district.to_string());
    if scope.business && scope.whole_district {
        Box::new(district)
    } else {
        Box::new(district.and(snapshot::id.ne(snapshot::id)))
    }
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    if filter.lists.is_empty() {
        return Box::new(snapshot::id.eq(snapshot::id));
    }
    Box::new(snapshot::list.eq_any(filter.lists.clone()))
}

fn position(mark: Mark) -> StoreResult<i32> {
    i32::try_from(mark.key).map_err(|_| StoreError::Stale)
}

fn beyond<'a>(mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = SnapshotId::from_bytes(mark.id);
    let at = At(jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
    Ok(if above {
        Box::new(snapshot::taken_at.gt(at).or(snapshot::taken_at.eq(at).and(snapshot::id.gt(id))))
    } else {
        Box::new(snapshot::taken_at.lt(at).or(snapshot::taken_at.eq(at).and(snapshot::id.lt(id))))
    })
}

impl Row {
    fn of(snapshot: &Snapshot) -> Self {
        Self {
            id: snapshot.id,
            district: snapshot.district.to_string(),
            list: snapshot.list.name().to_owned(),
            quarter: snapshot.quarter.to_string(),
            row_count: snapshot.rows.cast_signed(),
            sha256: snapshot.sha256.clone(),
            previous: snapshot.previous,
            added: snapshot.difference.added.cast_signed(),
            removed: snapshot.difference.removed.cast_signed(),
            changed: snapshot.difference.changed.cast_signed(),
            taken_by: snapshot.taken_by,
            taken_at: At(snapshot.taken_at),
        }
    }

    fn parse(self) -> StoreResult<Snapshot> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "snapshot", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Snapshot, &'static str> {
        Ok(Snapshot {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            list: self.list.parse().map_err(|_| "list")?,
            quarter: self.quarter.parse().map_err(|_| "quarter")?,
            rows: u32::try_from(self.row_count).map_err(|_| "row_count")?,
            sha256: self.sha256,
            previous: self.previous,
            difference: Difference {
                added: u32::try_from(self.added).map_err(|_| "added")?,
                removed: u32::try_from(self.removed).map_err(|_| "removed")?,
                changed: u32::try_from(self.changed).map_err(|_| "changed")?,
            },
            taken_by: self.taken_by,
            taken_at: self.taken_at.into(),
        })
    }
}
