//! Branches in the database, and who sees which.

use std::collections::BTreeSet;

use diesel::{
    dsl::{exists, select},
    prelude::*,
    sql_types::Bool,
};

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{from_json, json, optional_text, text},
    conn::MultiBackend,
    schema::branch,
    types::{At, On},
};
use crate::{
    domain::{
        branch::{Branch, Decision, Form, Kind, State, Status, Terms},
        branch_rules::Standing,
    },
    kernel::{
        id::{AccountId, BranchId, OrganisationId, PlaceId},
        tokens::search_form,
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = branch, treat_none_as_null = true)]
pub(super) struct Row {
    id: BranchId,
    district: String,
    kind: String,
    name: String,
    form: String,
    place: PlaceId,
    lead: OrganisationId,
    custodian: Option<BranchId>,
    parent: Option<BranchId>,
    member_count: i32,
    committee_size: i32,
    proposed_covers: String,
    formed_on: Option<On>,
    term_months: Option<i32>,
    status: String,
    status_reason: Option<String>,
    merged_into: Option<BranchId>,
    warnings: String,
    acknowledged: String,
    search_text: String,
    proposed_by: AccountId,
    decided_by: Option<AccountId>,
    created_at: At,
    version: i32,
}

/// The unique constraint, by name and by columns.
pub const NAME_UNIQUE: (&str, &str) = ("branch_name_unique", "branch.district, branch.name");

/// The branch, if the scope shows it.
pub fn find(reader: &mut Reader, scope: &Scope, id: BranchId) -> StoreResult<Option<Branch>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the branches that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[BranchId]) -> StoreResult<Vec<Branch>> {
    let rows: Vec<Row> =
        branch::table.filter(branch::id.eq_any(ids)).filter(visible(scope)).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// What matters of a branch that another one refers to, whoever may see it.
pub fn standing(reader: &mut Reader, id: BranchId) -> StoreResult<Standing> {
    let (kind, status): (String, String) =
        branch::table.find(id).select((branch::kind, branch::status)).get_result(reader.conn())?;
    let corrupt = |what: &str| StoreError::Corrupt { table: "branch", id: id.to_string(), what: what.to_owned() };
    Ok(Standing { kind: kind.parse().map_err(|_| corrupt("kind"))?, status: status.parse().map_err(|_| corrupt("status"))? })
}

/// Whether a live branch is in the custody of this one. A proposed one counts: it would be left
/// without a custodian as well.
pub fn has_stations(reader: &mut Reader, custodian: BranchId) -> StoreResult<bool> {
    let stations = branch::table.filter(branch::custodian.eq(custodian)).filter(branch::status.eq_any(live()));
    Ok(select(exists(stations)).get_result(reader.conn())?)
}

/// The live branches right below this one.
pub fn below(reader: &mut Reader, parent: BranchId) -> StoreResult<Vec<Branch>> {
    let rows: Vec<Row> = branch::table
        .filter(branch::parent.eq(parent))
        .filter(branch::status.eq_any(live()))
        .order(branch::id.asc())
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// Enters a new branch.
pub fn insert(tx: &mut Tx, branch: &Branch) -> StoreResult<()> {
    diesel::insert_into(branch::table).values(&Row::of(branch)?).execute(tx.conn())?;
    Ok(())
}

/// Saves a step of a branch whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, branch: &Branch, expected: Version) -> StoreResult<()> {
    let row = Row::of(branch)?;
    let changed = diesel::update(branch::table.filter(branch::id.eq(row.id).and(branch::version.eq(expected.0))))
        .set(&row)
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

pub(super) type Condition<'a> = Box<dyn BoxableExpression<branch::table, MultiBackend, SqlType = Bool> + 'a>;

/// What a scope shows: what works is shown to every business role; what is proposed or has ended to
/// its proposer, the stewards of its place and the coordinator.
pub(super) fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = branch::district.eq(scope.district.to_string());
    if !scope.business {
        return Box::new(district.and(branch::id.ne(branch::id)));
    }
    if scope.whole_district {
        return Box::new(district);
    }
    let works = branch::status.eq_any([Status::Active.name(), Status::Suspended.name()]);
    let looked_after = branch::place.eq_any(scope.steward_places.clone());
    Box::new(district.and(works.or(looked_after).or(branch::proposed_by.eq(scope.account))))
}

fn live() -> Vec<&'static str> {
    use strum::IntoEnumIterator;
    Status::iter().filter(|status| status.is_live()).map(Status::name).collect()
}

impl Row {
    fn of(branch: &Branch) -> StoreResult<Self> {
        let terms = &branch.terms;
        let (reason, merged_into) = match &branch.state {
            State::Proposed | State::Approved | State::Active => (None, None),
            State::Returned { reason }
            | State::Suspended { reason }
            | State::Converted { reason }
            | State::Dissolved { reason } => (Some(reason.to_string()), None),
            State::Merged { into } => (None, Some(*into)),
        };
        let nothing = BTreeSet::new();
        let (decided_by, acknowledged) = match &branch.decision {
            Some(decision) => (Some(decision.by), &decision.acknowledged),
            None => (None, &nothing),
        };
        Ok(Self {
            id: branch.id,
            district: branch.district.to_string(),
            kind: <&str>::from(branch.kind).to_owned(),
            name: terms.name.to_string(),
            form: <&str>::from(terms.form).to_owned(),
            place: branch.place,
            lead: terms.lead,
            custodian: terms.custodian,
            parent: terms.parent,
            member_count: terms.member_count.cast_signed(),
            committee_size: terms.committee_size.cast_signed(),
            proposed_covers: json(&terms.covers)?,
            formed_on: terms.formed_on.map(On),
            term_months: branch.term_months.map(u32::cast_signed),
            status: branch.status().name().to_owned(),
            status_reason: reason,
            merged_into,
            warnings: json(&branch.warnings)?,
            acknowledged: json(acknowledged)?,
            search_text: search_form(terms.name.as_str()),
            proposed_by: branch.proposed_by,
            decided_by,
            created_at: At(branch.created_at),
            version: branch.version.0,
        })
    }

    pub(super) fn parse(self) -> StoreResult<Branch> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "branch", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Branch, &'static str> {
        let state = self.state()?;
        let acknowledged = from_json(&self.acknowledged, "acknowledged")?;
        let terms = Terms {
            name: text(&self.name, "name")?,
            form: self.form.parse::<Form>().map_err(|_| "form")?,
            lead: self.lead,
            custodian: self.custodian,
            parent: self.parent,
            member_count: u32::try_from(self.member_count).map_err(|_| "member_count")?,
            committee_size: u32::try_from(self.committee_size).map_err(|_| "committee_size")?,
            formed_on: self.formed_on.map(Into::into),
            covers: from_json(&self.proposed_covers, "proposed_covers")?,
        };
        Ok(Branch {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            kind: self.kind.parse::<Kind>().map_err(|_| "kind")?,
            place: self.place,
            terms,
            term_months: self.term_months.map(u32::try_from).transpose().map_err(|_| "term_months")?,
            state,
            warnings: from_json(&self.warnings, "warnings")?,
            decision: self.decided_by.map(|by| Decision { by, acknowledged }),
            proposed_by: self.proposed_by,
            created_at: self.created_at.into(),
        })
    }

    fn state(&self) -> Result<State, &'static str> {
        let reason = || optional_text(self.status_reason.as_deref(), "status_reason")?.ok_or("status_reason");
        Ok(match self.status.parse::<Status>().map_err(|_| "status")? {
            Status::Proposed => State::Proposed,
            Status::Returned => State::Returned { reason: reason()? },
            Status::Approved => State::Approved,
            Status::Active => State::Active,
            Status::Suspended => State::Suspended { reason: reason()? },
            Status::Converted => State::Converted { reason: reason()? },
            Status::Merged => State::Merged { into: self.merged_into.ok_or("merged_into")? },
            Status::Dissolved => State::Dissolved { reason: reason()? },
        })
    }
}
