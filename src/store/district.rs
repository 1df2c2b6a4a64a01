//! Districts: the tenants of a deployment.

use diesel::prelude::*;

use super::{Reader, StoreError, StoreResult, schema::district};
use crate::kernel::district::District;

/// All districts, by code.
pub fn all(reader: &mut Reader) -> StoreResult<Vec<District>> {
    let codes: Vec<String> = district::table.select(district::code).order(district::code.asc()).load(reader.conn())?;
    let parse = |code: String| {
        code.parse().map_err(|_| StoreError::Corrupt { table: "district", id: code.clone(), what: "code".to_owned() })
    };
    codes.into_iter().map(parse).collect()
}
