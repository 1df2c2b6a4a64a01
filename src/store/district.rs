//! Districts: the tenants of a deployment.

use diesel::prelude::*;

use super::{Reader, StoreError, StoreResult, columns::text, schema::district};
use crate::kernel::{district::District, text::Name};

/// All districts, by code.
pub fn all(reader: &mut Reader) -> StoreResult<Vec<District>> {
    let codes: Vec<String> = district::table.select(district::code).order(district::code.asc()).load(reader.conn())?;
    let parse = |code: String| {
        code.parse().map_err(|_| StoreError::Corrupt { table: "district", id: code.clone(), what: "code".to_owned() })
    };
    codes.into_iter().map(parse).collect()
}

/// What the district is called; `None` when it was not entered.
pub fn name(reader: &mut Reader, code: &District) -> StoreResult<Option<Name>> {
    let name: Option<String> = district::table.find(code.as_str()).select(district::name).get_result(reader.conn()).optional()?;
    name.map(|name| text(&name, "name").map_err(|what| corrupt(code, what))).transpose()
}

fn corrupt(code: &District, what: &str) -> StoreError {
    StoreError::Corrupt { table: "district", id: code.to_string(), what: what.to_owned() }
}
