//! Lists of branches.

use std::collections::HashMap;

use diesel::{dsl::count_star, prelude::*};
use serde::Serialize;

use super::{
    Reader, StoreError, StoreResult,
    branch::{Condition, Row, visible},
    page::{Sort, Window, containing},
    schema::{branch, branch_coverage, place},
    types::At,
};
use crate::{
    domain::branch::{Branch, Kind, Status},
    kernel::{
        id::{BranchId, OrganisationId, PlaceId, ZoneId},
        page::{Mark, Page, PageRequest},
        tokens::search_form,
    },
    policy::Scope,
};

/// Which branches a list is about. Empty means all that the scope shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    pub kinds: Vec<Kind>,
    pub statuses: Vec<Status>,
    pub places: Vec<PlaceId>,
    /// Of the place.
    pub zones: Vec<ZoneId>,
    /// That it is led by or covers at present.
    pub organisations: Vec<OrganisationId>,
    /// A phrase of the name.
    pub text: Option<String>,
}

/// How a list of branches is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
    MostMembersFirst,
}

impl Order {
    fn sort(self) -> Sort {
        match self {
            Self::NewestFirst | Self::MostMembersFirst => Sort::Descending,
            Self::OldestFirst => Sort::Ascending,
        }
    }

    /// Where a branch stands in a list of this order.
    pub fn mark(self, branch: &Branch) -> Mark {
        let key = match self {
            Self::NewestFirst | Self::OldestFirst => branch.created_at.as_microsecond(),
            Self::MostMembersFirst => i64::from(branch.terms.member_count),
        };
        Mark { key, id: *branch.id.as_bytes() }
    }
}

/// One page of the list.
pub fn page(
    reader: &mut Reader,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    request: &PageRequest,
) -> StoreResult<Page<Branch>> {
    let window = Window::new(request, order.sort());
    let mut query = branch::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    for (mark, above) in [(window.above, true), (window.below, false)] {
        if let Some(mark) = mark {
            query = query.filter(beyond(order, mark, above)?);
        }
    }
    query = match (order, window.upwards) {
        (Order::NewestFirst | Order::OldestFirst, true) => query.order((branch::created_at.asc(), branch::id.asc())),
        (Order::NewestFirst | Order::OldestFirst, false) => query.order((branch::created_at.desc(), branch::id.desc())),
        (Order::MostMembersFirst, true) => query.order((branch::member_count.asc(), branch::id.asc())),
        (Order::MostMembersFirst, false) => query.order((branch::member_count.desc(), branch::id.desc())),
    };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    let rows = rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?;
    Ok(Page::cut(rows, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(branch::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

/// The live branches in the custody of each of these, as far as the scope shows them, oldest first.
pub fn stations(reader: &mut Reader, scope: &Scope, custodians: &[BranchId]) -> StoreResult<HashMap<BranchId, Vec<Branch>>> {
    let rows: Vec<Row> = branch::table
        .filter(branch::custodian.assume_not_null().eq_any(custodians).and(branch::custodian.is_not_null()))
        .filter(visible(scope))
        .order(branch::id.asc())
        .select(Row::as_select())
        .load(reader.conn())?;
    let mut stations: HashMap<BranchId, Vec<Branch>> = custodians.iter().map(|custodian| (*custodian, Vec::new())).collect();
    for branch in rows.into_iter().map(Row::parse) {
        let branch = branch?;
        let of_custodian = branch.terms.custodian.and_then(|custodian| stations.get_mut(&custodian));
        if let Some(of_custodian) = of_custodian.filter(|_| branch.status().is_live()) {
            of_custodian.push(branch);
        }
    }
    Ok(stations)
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut condition: Condition<'a> = Box::new(branch::id.eq(branch::id));
    if !filter.kinds.is_empty() {
        let names: Vec<&'static str> = filter.kinds.iter().map(|kind| <&str>::from(*kind)).collect();
        condition = Box::new(condition.and(branch::kind.eq_any(names)));
    }
    if !filter.statuses.is_empty() {
        let names: Vec<&'static str> = filter.statuses.iter().map(|status| status.name()).collect();
        condition = Box::new(condition.and(branch::status.eq_any(names)));
    }
    if !filter.places.is_empty() {
        condition = Box::new(condition.and(branch::place.eq_any(filter.places.clone())));
    }
    if !filter.zones.is_empty() {
        let in_zones = place::table
            .filter(place::zone.is_not_null().and(place::zone.assume_not_null().eq_any(filter.zones.clone())))
            .select(place::id);
        condition = Box::new(condition.and(branch::place.eq_any(in_zones)));
    }
    if !filter.organisations.is_empty() {
        let covering = branch_coverage::table
            .filter(branch_coverage::organisation.eq_any(filter.organisations.clone()))
            .filter(branch_coverage::to_on.is_null())
            .select(branch_coverage::branch);
        let leading = branch::lead.eq_any(filter.organisations.clone());
        condition = Box::new(condition.and(leading.or(branch::id.eq_any(covering))));
    }
    match &filter.text {
        Some(phrase) => {
            let pattern = containing(&search_form(phrase));
            Box::new(condition.and(branch::search_text.like(pattern).escape('\\')))
        }
        None => condition,
    }
}

fn beyond<'a>(order: Order, mark: Mark, above: bool) -> StoreResult<Condition<'a>> {
    let id = BranchId::from_bytes(mark.id);
    Ok(match order {
        Order::NewestFirst | Order::OldestFirst => {
            let at = At(jiff::Timestamp::from_microsecond(mark.key).map_err(|_| StoreError::Stale)?);
            if above {
                Box::new(branch::created_at.gt(at).or(branch::created_at.eq(at).and(branch::id.gt(id))))
            } else {
                Box::new(branch::created_at.lt(at).or(branch::created_at.eq(at).and(branch::id.lt(id))))
            }
        }
        Order::MostMembersFirst => {
            let count = i32::try_from(mark.key).map_err(|_| StoreError::Stale)?;
            if above {
                Box::new(branch::member_count.gt(count).or(branch::member_count.eq(count).and(branch::id.gt(id))))
            } else {
                Box::new(branch::member_count.lt(count).or(branch::member_count.eq(count).and(branch::id.lt(id))))
            }
        }
    })
}
