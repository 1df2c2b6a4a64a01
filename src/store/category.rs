//! Service categories in the database.

use std::collections::HashMap;

use diesel::{dsl::max, prelude::*};

use super::{Reader, StoreError, StoreResult, Tx, columns::text, schema::category, types::At};
use crate::{
    domain::category::{Category, Profile},
    kernel::{
        id::{CategoryId, OrganisationId},
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = category, treat_none_as_null = true)]
struct Row {
    id: CategoryId,
    district: String,
    code: String,
    name: String,
    parent: Option<CategoryId>,
    duty_unit: Option<OrganisationId>,
    profile: String,
    position: i32,
    created_at: At,
    version: i32,
}

/// The unique constraints, by name and by columns.
pub const CODE_UNIQUE: (&str, &str) = ("category_code_unique", "category.district, category.code");
/// See [`CODE_UNIQUE`].
pub const NAME_UNIQUE: (&str, &str) = ("category_name_unique", "category.district, category.name");

/// The most categories that a list answers; a district has twenty roots with some leaves.
pub const MAX_LISTED: i64 = 500;

/// The category, if the scope shows it. Categories are shown to every business role of the district.
pub fn find(reader: &mut Reader, scope: &Scope, id: CategoryId) -> StoreResult<Option<Category>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the categories that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[CategoryId]) -> StoreResult<Vec<Category>> {
    if !scope.business {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = category::table
        .filter(category::id.eq_any(ids).and(category::district.eq(scope.district.as_str())))
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// All categories that the scope shows: each root with its leaves behind it, in their order.
pub fn all(reader: &mut Reader, scope: &Scope) -> StoreResult<Vec<Category>> {
    if !scope.business {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = category::table
        .filter(category::district.eq(scope.district.as_str()))
        .order((category::position.asc(), category::code.asc()))
        .limit(MAX_LISTED)
        .select(Row::as_select())
        .load(reader.conn())?;
    let (roots, leaves): (Vec<_>, Vec<_>) =
        rows.into_iter().map(Row::parse).collect::<StoreResult<Vec<_>>>()?.into_iter().partition(|row| row.parent.is_none());
    let mut below = by_parent(leaves);
    let with_leaves = |root: Category| {
        let leaves = below.remove(&root.id).unwrap_or_default();
        std::iter::once(root).chain(leaves)
    };
    Ok(roots.into_iter().flat_map(with_leaves).collect())
}

/// The leaves of each of these roots, in their order.
pub fn children_of(
    reader: &mut Reader,
    scope: &Scope,
    parents: &[CategoryId],
) -> StoreResult<HashMap<CategoryId, Vec<Category>>> {
    if !scope.business {
        return Ok(HashMap::new());
    }
    let rows: Vec<Row> = category::table
        .filter(category::district.eq(scope.district.as_str()))
        .filter(category::parent.is_not_null().and(category::parent.assume_not_null().eq_any(parents)))
        .order((category::position.asc(), category::code.asc()))
        .select(Row::as_select())
        .load(reader.conn())?;
    Ok(by_parent(rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?))
}

fn by_parent(leaves: Vec<Category>) -> HashMap<CategoryId, Vec<Category>> {
    let mut below: HashMap<CategoryId, Vec<Category>> = HashMap::new();
    for leaf in leaves {
        if let Some(parent) = leaf.parent {
            below.entry(parent).or_default().push(leaf);
        }
    }
    below
}

/// The position behind the last leaf of a root.
pub fn next_position(reader: &mut Reader, parent: CategoryId) -> StoreResult<i32> {
    let last: Option<i32> =
        category::table.filter(category::parent.eq(parent)).select(max(category::position)).get_result(reader.conn())?;
    Ok(last.map_or(1, |last| last + 1))
}

/// The department that answers for a category: its own, or its root's.
pub fn duty_unit(reader: &mut Reader, id: CategoryId) -> StoreResult<Option<OrganisationId>> {
    let (own, parent): (Option<OrganisationId>, Option<CategoryId>) =
        category::table.find(id).select((category::duty_unit, category::parent)).get_result(reader.conn())?;
    match (own, parent) {
        (Some(own), _) => Ok(Some(own)),
        (None, Some(parent)) => Ok(category::table.find(parent).select(category::duty_unit).get_result(reader.conn())?),
        (None, None) => Ok(None),
    }
}

/// Enters a new category.
pub fn insert(tx: &mut Tx, category: &Category) -> StoreResult<()> {
    diesel::insert_into(category::table).values(&Row::of(category)).execute(tx.conn())?;
    Ok(())
}

/// Saves a change of a category whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, category: &Category, expected: Version) -> StoreResult<()> {
    let row = Row::of(category);
    let changed = diesel::update(category::table.filter(category::id.eq(row.id).and(category::version.eq(expected.0))))
        .set(&row)
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

impl Row {
    fn of(category: &Category) -> Self {
        Self {
            id: category.id,
            district: category.district.to_string(),
            code: category.code.clone(),
            name: category.name.to_string(),
            parent: category.parent,
            duty_unit: category.duty_unit,
            profile: <&str>::from(category.profile).to_owned(),
            position: category.position,
            created_at: At(category.created_at),
            version: category.version.0,
        }
    }

    fn parse(self) -> StoreResult<Category> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "category", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Category, &'static str> {
        Ok(Category {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            code: self.code,
            name: text(&self.name, "name")?,
            parent: self.parent,
            duty_unit: self.duty_unit,
            profile: self.profile.parse::<Profile>().map_err(|_| "profile")?,
            position: self.position,
            created_at: self.created_at.into(),
        })
    }
}
