//! Which branch covers which organisation, in the database.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use jiff::civil::Date;

use super::{
    Reader, StoreError, StoreResult, Tx, branch as branches,
    schema::{branch, branch_coverage, tenancy},
    types::{At, On},
};
use crate::{
    domain::{branch::Branch, branch_coverage::BranchCoverage},
    kernel::id::{BranchCoverageId, BranchId, OrganisationId, PlaceId},
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = branch_coverage)]
struct Row {
    id: BranchCoverageId,
    district: String,
    branch: BranchId,
    organisation: OrganisationId,
    from_on: On,
    to_on: Option<On>,
    created_at: At,
}

/// The unique index, by name and by columns.
pub const ONE_CURRENT: (&str, &str) = ("branch_coverage_one_current", "branch_coverage.organisation");

/// The coverages of a branch that go on.
pub fn current(reader: &mut Reader, branch: BranchId) -> StoreResult<Vec<BranchCoverage>> {
    let rows: Vec<Row> = branch_coverage::table
        .filter(branch_coverage::branch.eq(branch).and(branch_coverage::to_on.is_null()))
        .order(branch_coverage::id.asc())
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// Those of the organisations that any branch covers at present.
pub fn covered(reader: &mut Reader, organisations: &[OrganisationId]) -> StoreResult<BTreeSet<OrganisationId>> {
    let covered: Vec<OrganisationId> = branch_coverage::table
        .filter(branch_coverage::organisation.eq_any(organisations).and(branch_coverage::to_on.is_null()))
        .select(branch_coverage::organisation)
        .load(reader.conn())?;
    Ok(covered.into_iter().collect())
}

/// The branch that covers each of the organisations at present, in one statement. It works, so that
/// every business role sees it; `None` for whoever has none.
pub fn branch_of(
    reader: &mut Reader,
    scope: &Scope,
    of: &[OrganisationId],
) -> StoreResult<Option<HashMap<OrganisationId, Branch>>> {
    if !scope.business {
        return Ok(None);
    }
    let rows: Vec<(OrganisationId, branches::Row)> = branch::table
        .inner_join(branch_coverage::table.on(branch_coverage::branch.eq(branch::id)))
        .filter(branch_coverage::organisation.eq_any(of).and(branch_coverage::to_on.is_null()))
        .filter(branch::district.eq(scope.district.as_str()).and(branch::status.eq_any(["ACTIVE", "SUSPENDED"])))
        .select((branch_coverage::organisation, branches::Row::as_select()))
        .load(reader.conn())?;
    rows.into_iter().map(|(organisation, row)| Ok((organisation, row.parse()?))).collect::<StoreResult<_>>().map(Some)
}

/// What each of these branches covers at present, the longest covered first, in one statement.
pub fn organisations_of(
    reader: &mut Reader,
    scope: &Scope,
    of: &[BranchId],
) -> StoreResult<HashMap<BranchId, Vec<OrganisationId>>> {
    let mut found: HashMap<BranchId, Vec<OrganisationId>> = of.iter().map(|branch| (*branch, Vec::new())).collect();
    if !scope.business {
        return Ok(found);
    }
    let rows: Vec<(BranchId, OrganisationId)> = branch_coverage::table
        .filter(branch_coverage::branch.eq_any(of).and(branch_coverage::to_on.is_null()))
        .filter(branch_coverage::district.eq(scope.district.as_str()))
        .order(branch_coverage::id.asc())
        .select((branch_coverage::branch, branch_coverage::organisation))
        .load(reader.conn())?;
    for (branch, organisation) in rows {
        found.entry(branch).or_default().push(organisation);
    }
    Ok(found)
}

/// Those of the organisations that sit in any of the places on a day.
pub fn tenants(
    reader: &mut Reader,
    places: &[PlaceId],
    organisations: &[OrganisationId],
    on: Date,
) -> StoreResult<BTreeSet<OrganisationId>> {
    let tenants: Vec<OrganisationId> = tenancy::table
        .filter(tenancy::organisation.eq_any(organisations).and(tenancy::place.eq_any(places)))
        .filter(tenancy::from_on.le(On(on)))
        .filter(tenancy::to_on.is_null().or(tenancy::to_on.assume_not_null().ge(On(on))))
        .select(tenancy::organisation)
        .distinct()
        .load(reader.conn())?;
    Ok(tenants.into_iter().collect())
}

/// Starts a coverage; the index refuses an organisation that is covered already.
pub fn insert(tx: &mut Tx, coverage: &BranchCoverage) -> StoreResult<()> {
    diesel::insert_into(branch_coverage::table).values(&Row::of(coverage)).execute(tx.conn())?;
    Ok(())
}

/// Ends a coverage that goes on; [`StoreError::Stale`] when it no longer does.
pub fn end(tx: &mut Tx, id: BranchCoverageId, last_day: Date) -> StoreResult<()> {
    let ended = diesel::update(branch_coverage::table.filter(branch_coverage::id.eq(id).and(branch_coverage::to_on.is_null())))
        .set(branch_coverage::to_on.eq(On(last_day)))
        .execute(tx.conn())?;
    if ended == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

impl Row {
    fn of(coverage: &BranchCoverage) -> Self {
        Self {
            id: coverage.id,
            district: coverage.district.to_string(),
            branch: coverage.branch,
            organisation: coverage.organisation,
            from_on: On(coverage.from),
            to_on: coverage.to.map(On),
            created_at: At(coverage.created_at),
        }
    }

    fn parse(self) -> StoreResult<BranchCoverage> {
        let corrupt = |id: BranchCoverageId| StoreError::Corrupt {
            table: "branch_coverage",
            id: id.to_string(),
            what: "district".to_owned(),
        };
        Ok(BranchCoverage {
            id: self.id,
            district: self.district.parse().map_err(|_| corrupt(self.id))?,
            branch: self.branch,
            organisation: self.organisation,
            from: self.from_on.into(),
            to: self.to_on.map(Into::into),
            created_at: self.created_at.into(),
        })
    }
}
