//! Where resources reach that do not cover the whole district: streets, zones and places.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::{
    Reader, StoreError, StoreResult, Tx, batch,
    schema::{division, place, resource_reach, zone},
};
use crate::{
    domain::{
        reach::{Coverage, Part, Street},
        resource::Resource,
    },
    kernel::id::{PlaceId, ResourceId, ZoneId},
    policy::Scope,
};

#[derive(Insertable)]
#[diesel(table_name = resource_reach)]
struct Row {
    resource: ResourceId,
    kind: &'static str,
    target: String,
}

/// Whatever reaches one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Targets {
    pub streets: BTreeSet<String>,
    pub zones: BTreeSet<ZoneId>,
    pub places: BTreeSet<PlaceId>,
}

/// The parts that each of the resources names.
pub(super) fn of_many(reader: &mut Reader, ids: &[ResourceId]) -> StoreResult<BTreeMap<ResourceId, Vec<Part>>> {
    let rows: Vec<(ResourceId, String, String)> = resource_reach::table
        .filter(resource_reach::resource.eq_any(ids))
        .select((resource_reach::resource, resource_reach::kind, resource_reach::target))
        .load(reader.conn())?;
    let mut parts: BTreeMap<ResourceId, Vec<Part>> = BTreeMap::new();
    for (resource, kind, target) in rows {
        let part = read(&kind, target).ok_or_else(|| StoreError::Corrupt {
            table: "resource_reach",
            id: resource.to_string(),
            what: kind.clone(),
        })?;
        parts.entry(resource).or_default().push(part);
    }
    Ok(parts)
}

/// Puts the parts of a resource in the place of those it had.
pub(super) fn replace(tx: &mut Tx, id: ResourceId, coverage: &Coverage) -> StoreResult<()> {
    diesel::delete(resource_reach::table.filter(resource_reach::resource.eq(id))).execute(tx.conn())?;
    let parts = match coverage {
        Coverage::District => return Ok(()),
        Coverage::Parts(parts) => parts,
    };
    for part in parts {
        let (kind, target) = written(part);
        let row = (resource_reach::resource.eq(id), resource_reach::kind.eq(kind), resource_reach::target.eq(target));
        diesel::insert_into(resource_reach::table).values(row).execute(tx.conn())?;
    }
    Ok(())
}

/// Enters the parts of resources that have none yet.
pub(super) fn insert_many(tx: &mut Tx, resources: &[Resource]) -> StoreResult<()> {
    let mut rows = Vec::new();
    for Resource { id, terms, .. } in resources {
        if let Coverage::Parts(parts) = &terms.coverage {
            rows.extend(parts.iter().map(written).map(|(kind, target)| Row { resource: *id, kind, target }));
        }
    }
    batch::insert::<resource_reach::table, Row>(tx, 3, &rows)
}

/// Those of the parts that the district does not have.
pub fn unknown_parts(reader: &mut Reader, scope: &Scope, coverage: &Coverage) -> StoreResult<Vec<Part>> {
    let parts = match coverage {
        Coverage::District => return Ok(Vec::new()),
        Coverage::Parts(parts) => parts,
    };
    let wanted = Targets::named_by(parts);
    let district = scope.district.as_str();
    let streets: Vec<String> = division::table
        .filter(division::district.eq(district).and(division::level.eq("STREET")))
        .filter(division::code.eq_any(&wanted.streets))
        .select(division::code)
        .load(reader.conn())?;
    let zones: Vec<ZoneId> = zone::table
        .filter(zone::district.eq(district).and(zone::id.eq_any(&wanted.zones)))
        .select(zone::id)
        .load(reader.conn())?;
    let places: Vec<PlaceId> = place::table
        .filter(place::district.eq(district).and(place::id.eq_any(&wanted.places)))
        .select(place::id)
        .load(reader.conn())?;
    let is_known = |part: &&Part| match part {
        Part::Street(street) => streets.iter().any(|code| code == street.as_str()),
        Part::Zone(id) => zones.contains(id),
        Part::Place(id) => places.contains(id),
    };
    Ok(parts.iter().filter(|part| !is_known(part)).cloned().collect())
}

impl Targets {
    /// What reaches one of the places, or anything in one of the zones: the district's places tell
    /// which streets, zones and larger places they lie in.
    pub(super) fn of(reader: &mut Reader, scope: &Scope, zones: &[ZoneId], places: &[PlaceId]) -> StoreResult<Self> {
        if zones.is_empty() && places.is_empty() {
            return Ok(Self::default());
        }
        let tree = Tree::load(reader, scope)?;
        let mut targets = Self { zones: zones.iter().copied().collect(), ..Self::default() };
        for node in tree.nodes.values() {
            let line = tree.line(node);
            let wanted = places.contains(&node.id) || line.iter().any(|node| node.zone.is_some_and(|zone| zones.contains(&zone)));
            if wanted {
                line.into_iter().for_each(|node| targets.add(node));
            }
        }
        Ok(targets)
    }

    fn add(&mut self, node: &Node) {
        self.streets.extend(node.division.get(..Street::LENGTH).map(str::to_owned));
        self.zones.extend(node.zone);
        self.places.insert(node.id);
    }

    fn named_by(parts: &BTreeSet<Part>) -> Self {
        let mut targets = Self::default();
        for part in parts {
            match part {
                Part::Street(street) => targets.streets.insert(street.as_str().to_owned()),
                Part::Zone(id) => targets.zones.insert(*id),
                Part::Place(id) => targets.places.insert(*id),
            };
        }
        targets
    }
}

/// The places of a district, as far as it matters what lies in what.
struct Tree {
    nodes: BTreeMap<PlaceId, Node>,
}

struct Node {
    id: PlaceId,
    parent: Option<PlaceId>,
    zone: Option<ZoneId>,
    division: String,
}

impl Tree {
    fn load(reader: &mut Reader, scope: &Scope) -> StoreResult<Self> {
        let rows: Vec<(PlaceId, Option<PlaceId>, Option<ZoneId>, String)> = place::table
            .filter(place::district.eq(scope.district.as_str()))
            .select((place::id, place::parent, place::zone, place::division))
            .load(reader.conn())?;
        let nodes = rows.into_iter().map(|(id, parent, zone, division)| (id, Node { id, parent, zone, division }));
        Ok(Self { nodes: nodes.collect() })
    }

    /// The place with all that it lies in. The tree has no cycles; the limit is only a seat belt.
    fn line<'a>(&'a self, node: &'a Node) -> Vec<&'a Node> {
        let parent = |node: &&'a Node| node.parent.and_then(|parent| self.nodes.get(&parent));
        std::iter::successors(Some(node), parent).take(usize::from(crate::domain::place::MAX_DEPTH)).collect()
    }
}

fn written(part: &Part) -> (&'static str, String) {
    match part {
        Part::Street(street) => ("STREET", street.as_str().to_owned()),
        Part::Zone(id) => ("ZONE", id.to_string()),
        Part::Place(id) => ("PLACE", id.to_string()),
    }
}

fn read(kind: &str, target: String) -> Option<Part> {
    match kind {
        "STREET" => Street::try_from(target).ok().map(Part::Street),
        "ZONE" => target.parse().ok().map(Part::Zone),
        "PLACE" => target.parse().ok().map(Part::Place),
        _ => None,
    }
}
