//! Reads a session's account with everything its rights follow from, in one snapshot.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use jiff::{Timestamp, civil::Date};

use super::{
    Reader, StoreError, StoreResult,
    schema::{account, category, place, resource, resource_reach, role_grant, session, tenancy},
    types::{At, On},
};
use crate::{
    domain::session::IDLE_LIMIT,
    kernel::{
        calendar::shanghai_date,
        district::District,
        id::{AccountId, CategoryId, OrganisationId, PlaceId, PostingId, SessionId, ZoneId},
    },
    policy::{Actor, Covered, Held, Reach, Role},
};

/// A living session's account.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub actor: Actor,
    pub session: SessionId,
    pub seen_at: Timestamp,
    pub must_change_password: bool,
}

/// The account behind a session token's SHA-256; `None` when the session or the account has ended.
pub fn of_token(reader: &mut Reader, token_hash: &[u8], now: Timestamp) -> StoreResult<Option<SignedIn>> {
    let id: Option<SessionId> =
        session::table.filter(session::token_hash.eq(token_hash)).select(session::id).get_result(reader.conn()).optional()?;
    match id {
        Some(id) => of_session(reader, id, now),
        None => Ok(None),
    }
}

/// The account behind a session; `None` when either has ended.
pub fn of_session(reader: &mut Reader, id: SessionId, now: Timestamp) -> StoreResult<Option<SignedIn>> {
    let living: Option<(AccountId, At)> = session::table
        .find(id)
        .filter(session::ended_at.is_null())
        .filter(session::expires_at.gt(At(now)))
        .filter(session::seen_at.gt(At(now - IDLE_LIMIT)))
        .select((session::account, session::seen_at))
        .get_result(reader.conn())
        .optional()?;
    let Some((account_id, seen_at)) = living else {
        return Ok(None);
    };
    let Some((district, must_change_password)) = standing(reader, account_id)? else {
        return Ok(None);
    };
    let actor = load(reader, account_id, district, now)?;
    Ok(Some(SignedIn { actor, session: id, seen_at: seen_at.0, must_change_password }))
}

/// An account's rights today, without a session of it; `None` when it cannot sign in.
pub fn of_account(reader: &mut Reader, id: AccountId, now: Timestamp) -> StoreResult<Option<Actor>> {
    match standing(reader, id)? {
        Some((district, _)) => load(reader, id, district, now).map(Some),
        None => Ok(None),
    }
}

/// The district of an account that may sign in, and whether it has to choose a password first.
fn standing(reader: &mut Reader, id: AccountId) -> StoreResult<Option<(District, bool)>> {
    let found: Option<(String, bool)> = account::table
        .find(id)
        .filter(account::status.eq_any(["INVITED", "ACTIVE"]))
        .select((account::district, account::must_change))
        .get_result(reader.conn())
        .optional()?;
    let parse = |(district, must_change): (String, bool)| {
        Ok((district.parse().map_err(|_| corrupt("account", id, "district"))?, must_change))
    };
    found.map(parse).transpose()
}

/// An account's rights today, whether or not it has a session.
pub fn load(reader: &mut Reader, account: AccountId, district: District, now: Timestamp) -> StoreResult<Actor> {
    let today = shanghai_date(now);
    let grants = grants_in_force(reader, account, today)?;
    let tree = if grants.iter().any(|grant| grant.role == Role::Steward) { places(reader, &district)? } else { Vec::new() };
    let mut held = Vec::new();
    for grant in grants {
        let reach = match (grant.scope_kind.as_str(), grant.scope) {
            ("DISTRICT", _) => Reach::District,
            ("ORGANISATION", Some(id)) => Reach::Organisation(OrganisationId::from_bytes(id)),
            ("POSTING", Some(id)) => match super::posting::reach(reader, PostingId::from_bytes(id), account)? {
                Some(reach) => reach,
                // It is somebody else's, or was never approved.
                None => continue,
            },
            ("ZONE", Some(id)) => Reach::Places(in_zone(&tree, ZoneId::from_bytes(id))),
            ("PLACE", Some(id)) => Reach::Places(below(&tree, PlaceId::from_bytes(id))),
            (other, _) => return Err(corrupt("role_grant", account, other)),
        };
        held.push(Held { role: grant.role, reach });
    }
    let mut actor = Actor {
        account,
        district,
        today,
        held,
        tenancy_zones: BTreeSet::new(),
        duty_categories: BTreeSet::new(),
        covered: Covered::Nowhere,
    };
    let sides: Vec<OrganisationId> = actor.sides().into_iter().collect();
    if !sides.is_empty() {
        actor.tenancy_zones = tenancy_zones(reader, &sides, today)?;
    }
    let own: Vec<OrganisationId> = actor.own().into_iter().collect();
    if !own.is_empty() {
        actor.duty_categories = duty_categories(reader, &actor.district, &own)?;
        actor.covered = covered(reader, &actor.district, &departments(&actor))?;
    }
    Ok(actor)
}

struct GrantInForce {
    role: Role,
    scope_kind: String,
    scope: Option<[u8; 16]>,
}

fn grants_in_force(reader: &mut Reader, account: AccountId, today: Date) -> StoreResult<Vec<GrantInForce>> {
    // The scope's kind decides which id this is; any id type reads its bytes.
    let rows: Vec<(String, String, Option<OrganisationId>)> = role_grant::table
        .filter(role_grant::account.eq(account).and(role_grant::status.eq("ACTIVE")))
        .filter(role_grant::from_on.le(On(today)))
        .filter(role_grant::to_on.is_null().or(role_grant::to_on.assume_not_null().ge(On(today))))
        .select((role_grant::role, role_grant::scope_kind, role_grant::scope_id))
        .order(role_grant::id.asc())
        .load(reader.conn())?;
    let parse = |(role, scope_kind, scope): (String, String, Option<OrganisationId>)| {
        Ok(GrantInForce {
            role: role.parse().map_err(|_| corrupt("role_grant", account, &role))?,
            scope_kind,
            scope: scope.map(|id| *id.as_bytes()),
        })
    };
    rows.into_iter().map(parse).collect()
}

struct PlaceNode {
    id: PlaceId,
    parent: Option<PlaceId>,
    zone: Option<ZoneId>,
    division: String,
}

fn places(reader: &mut Reader, district: &District) -> StoreResult<Vec<PlaceNode>> {
    let rows: Vec<(PlaceId, Option<PlaceId>, Option<ZoneId>, String)> = place::table
        .filter(place::district.eq(district.as_str()))
        .order(place::depth.asc())
        .select((place::id, place::parent, place::zone, place::division))
        .load(reader.conn())?;
    Ok(rows.into_iter().map(|(id, parent, zone, division)| PlaceNode { id, parent, zone, division }).collect())
}

/// The places of a zone with all that lie inside them. Parents come before children in `tree`.
fn in_zone(tree: &[PlaceNode], zone: ZoneId) -> BTreeSet<PlaceId> {
    closure(tree, |node| node.zone == Some(zone))
}

fn below(tree: &[PlaceNode], root: PlaceId) -> BTreeSet<PlaceId> {
    closure(tree, |node| node.id == root)
}

fn closure(tree: &[PlaceNode], seed: impl Fn(&PlaceNode) -> bool) -> BTreeSet<PlaceId> {
    let mut reached = BTreeSet::new();
    for node in tree {
        if seed(node) || node.parent.is_some_and(|parent| reached.contains(&parent)) {
            reached.insert(node.id);
        }
    }
    reached
}

fn tenancy_zones(reader: &mut Reader, own: &[OrganisationId], today: Date) -> StoreResult<BTreeSet<ZoneId>> {
    let zones: Vec<Option<ZoneId>> = tenancy::table
        .inner_join(place::table.on(place::id.eq(tenancy::place)))
        .filter(tenancy::organisation.eq_any(own))
        .filter(tenancy::from_on.le(On(today)))
        .filter(tenancy::to_on.is_null().or(tenancy::to_on.assume_not_null().ge(On(today))))
        .select(place::zone)
        .load(reader.conn())?;
    Ok(zones.into_iter().flatten().collect())
}

/// A leaf without a duty unit of its own has its root's.
fn duty_categories(reader: &mut Reader, district: &District, own: &[OrganisationId]) -> StoreResult<BTreeSet<CategoryId>> {
    let rows: Vec<(CategoryId, Option<CategoryId>, Option<OrganisationId>)> = category::table
        .filter(category::district.eq(district.as_str()))
        .select((category::id, category::parent, category::duty_unit))
        .load(reader.conn())?;
    let direct: BTreeMap<CategoryId, OrganisationId> =
        rows.iter().filter_map(|(id, _, unit)| unit.map(|unit| (*id, unit))).collect();
    let effective = |id: &CategoryId, parent: &Option<CategoryId>| {
        direct.get(id).or_else(|| parent.as_ref().and_then(|parent| direct.get(parent))).copied()
    };
    let mine = rows.iter().filter(|(id, parent, _)| effective(id, parent).is_some_and(|unit| own.contains(&unit)));
    Ok(mine.map(|(id, _, _)| *id).collect())
}

/// The organisations that are departments: those that officials and leads act for.
fn departments(actor: &Actor) -> Vec<OrganisationId> {
    let held = actor.held.iter().filter_map(|held| match (held.role, &held.reach) {
        (Role::Official | Role::Lead, Reach::Organisation(id)) => Some(*id),
        _ => None,
    });
    held.collect()
}

fn covered(reader: &mut Reader, district: &District, own: &[OrganisationId]) -> StoreResult<Covered> {
    let listed: Vec<(crate::kernel::id::ResourceId, String)> = resource::table
        .filter(resource::organisation.eq_any(own).and(resource::status.eq("LISTED")))
        .select((resource::id, resource::coverage))
        .load(reader.conn())?;
    if listed.is_empty() {
        return Ok(Covered::Nowhere);
    }
    if listed.iter().any(|(_, coverage)| coverage == "DISTRICT") {
        return Ok(Covered::District);
    }
    let ids: Vec<_> = listed.into_iter().map(|(id, _)| id).collect();
    let targets: Vec<(String, String)> = resource_reach::table
        .filter(resource_reach::resource.eq_any(ids))
        .select((resource_reach::kind, resource_reach::target))
        .load(reader.conn())?;
    let tree = places(reader, district)?;
    let reached = closure(&tree, |node| targets.iter().any(|(kind, target)| hits(node, kind, target)));
    Ok(Covered::Places(reached))
}

/// A street covers every place whose division lies in it.
fn hits(node: &PlaceNode, kind: &str, target: &str) -> bool {
    match kind {
        "STREET" => node.division.starts_with(target),
        "ZONE" => node.zone.is_some_and(|zone| zone.to_string() == target),
        _ => node.id.to_string() == target,
    }
}

fn corrupt(table: &'static str, id: AccountId, what: &str) -> StoreError {
    StoreError::Corrupt { table, id: id.to_string(), what: what.to_owned() }
}
