//! Districts and their divisions in the database.

use diesel::prelude::*;
use jiff::Timestamp;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::text,
    schema::{district, division},
    types::At,
};
use crate::{
    domain::{district::District as Settings, division::Divisions},
    kernel::{district::District, id::OrganisationId, text::Name, version::Version},
};

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

/// The district as it is set up; `None` when it was not entered.
pub fn find(reader: &mut Reader, code: &District) -> StoreResult<Option<Settings>> {
    let row: Option<(String, Option<OrganisationId>, i32)> = district::table
        .find(code.as_str())
        .select((district::name, district::backstop, district::version))
        .get_result(reader.conn())
        .optional()?;
    let parse = |(name, backstop, version): (String, Option<OrganisationId>, i32)| {
        let name = text(&name, "name").map_err(|what| corrupt(code, what))?;
        Ok(Settings { code: code.clone(), name, backstop, version: Version(version) })
    };
    row.map(parse).transpose()
}

/// Saves the settings of a district whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, settings: &Settings, expected: Version) -> StoreResult<()> {
    let seen = district::code.eq(settings.code.as_str()).and(district::version.eq(expected.0));
    let changed = diesel::update(district::table.filter(seen))
        .set((district::backstop.eq(settings.backstop), district::version.eq(settings.version.0)))
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Enters a district with its divisions.
pub fn insert(tx: &mut Tx, divisions: &Divisions, now: Timestamp) -> StoreResult<()> {
    diesel::insert_into(district::table)
        .values((
            district::code.eq(divisions.district.as_str()),
            district::name.eq(divisions.name.as_str()),
            district::created_at.eq(At(now)),
        ))
        .execute(tx.conn())?;
    for entry in &divisions.all {
        diesel::insert_into(division::table)
            .values((
                division::code.eq(&entry.code),
                division::district.eq(divisions.district.as_str()),
                division::level.eq(entry.level.name()),
                division::name.eq(entry.name.as_str()),
                division::parent.eq(entry.parent.as_deref()),
                division::source.eq(&entry.source),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

fn corrupt(code: &District, what: &str) -> StoreError {
    StoreError::Corrupt { table: "district", id: code.to_string(), what: what.to_owned() }
}
