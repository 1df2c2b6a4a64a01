//! Rows that came in by import, so that the same row does not come in twice.

use std::collections::HashSet;

use diesel::prelude::*;

use super::{Reader, StoreError, StoreResult, Tx, batch, schema::import_row};
use crate::{
    domain::import::Kind,
    kernel::{
        district::District,
        id::{Id, ImportBatchId, Kind as IdKind},
    },
};

#[derive(Insertable)]
#[diesel(table_name = import_row)]
struct Row<'a, K: IdKind + 'static> {
    district: &'a str,
    kind: &'a str,
    row_hash: &'a [u8],
    object: Id<K>,
    batch: ImportBatchId,
}

/// SHA-256 of what a row says.
pub type RowHash = [u8; 32];

/// Hashes looked up per statement.
const LOOKED_UP: usize = 4_096;

/// Those of the hashes that a row of this kind of list has already come in with.
pub fn known(reader: &mut Reader, district: &District, kind: Kind, hashes: &[RowHash]) -> StoreResult<HashSet<RowHash>> {
    let mut known = HashSet::new();
    for some in hashes.chunks(LOOKED_UP) {
        let some: Vec<&[u8]> = some.iter().map(|hash| &hash[..]).collect();
        let found: Vec<Vec<u8>> = import_row::table
            .filter(import_row::district.eq(district.as_str()).and(import_row::kind.eq(kind.name())))
            .filter(import_row::row_hash.eq_any(some))
            .select(import_row::row_hash)
            .load(reader.conn())?;
        known.extend(found.into_iter().filter_map(|hash| RowHash::try_from(hash).ok()));
    }
    Ok(known)
}

/// Remembers what rows became. [`StoreError::Conflict`] when one of them came in meanwhile.
pub fn remember<K: IdKind + 'static>(
    tx: &mut Tx,
    district: &District,
    kind: Kind,
    batch: ImportBatchId,
    rows: &[(RowHash, Id<K>)],
) -> StoreResult<()> {
    let (district, kind) = (district.as_str(), kind.name());
    let rows: Vec<Row<'_, K>> =
        rows.iter().map(|(row_hash, object)| Row { district, kind, row_hash: &row_hash[..], object: *object, batch }).collect();
    batch::insert::<import_row::table, Row<'_, K>>(tx, 5, &rows).map_err(|error| match error {
        StoreError::Unique(_) => StoreError::Conflict,
        other => other,
    })
}
