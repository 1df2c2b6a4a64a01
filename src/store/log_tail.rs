//! The end of a district's log, as live changes are taken from it.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{
    Reader, StoreError, StoreResult,
    schema::{account, audit_head, audit_line, claim, session},
    types::At,
};
use crate::{
    domain::session::IDLE_LIMIT,
    kernel::{
        district::District,
        id::{ClaimId, DemandId, ResourceId, SessionId},
    },
    store::audit::Effect,
};

/// The stream that tells of demands, resources and claims.
const BUSINESS: &str = "BUSINESS";

/// What one committed action did.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Without a gap in a district.
    pub number: i64,
    pub at: jiff::Timestamp,
    pub effects: Vec<Effect>,
}

/// The number of the last line.
pub fn head(reader: &mut Reader, district: &District) -> StoreResult<i64> {
    Ok(audit_head::table.find((district.as_str(), BUSINESS)).select(audit_head::number).get_result(reader.conn())?)
}

/// The lines after a number, refusals left out, and the number up to which the log was read.
pub fn after(reader: &mut Reader, district: &District, number: i64, most: i64) -> StoreResult<(Vec<Entry>, i64)> {
    let rows: Vec<(i64, At, String, String)> = audit_line::table
        .filter(audit_line::district.eq(district.as_str()).and(audit_line::stream.eq(BUSINESS)))
        .filter(audit_line::number.gt(number).and(audit_line::number.le(number + most)))
        .order(audit_line::number.asc())
        .select((audit_line::number, audit_line::at, audit_line::outcome, audit_line::effects))
        .load(reader.conn())?;
    let last = rows.last().map_or(number, |row| row.0);
    let entry = |(number, at, _, effects): (i64, At, String, String)| {
        let corrupt = |error: serde_json::Error| StoreError::Corrupt {
            table: "audit_line",
            id: number.to_string(),
            what: error.to_string(),
        };
        Ok(Entry { number, at: at.into(), effects: serde_json::from_str(&effects).map_err(corrupt)? })
    };
    let entries = rows.into_iter().filter(|row| row.2 == "OK").map(entry).collect::<StoreResult<_>>()?;
    Ok((entries, last))
}

/// What claims are about. Whoever asks looks at the demand and the resource through a scope.
pub fn claimed(reader: &mut Reader, ids: &[ClaimId]) -> StoreResult<HashMap<ClaimId, (DemandId, Option<ResourceId>)>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(ClaimId, DemandId, Option<ResourceId>)> =
        claim::table.filter(claim::id.eq_any(ids)).select((claim::id, claim::demand, claim::resource)).load(reader.conn())?;
    Ok(rows.into_iter().map(|(id, demand, resource)| (id, (demand, resource))).collect())
}

/// Those of the sessions that live, whose accounts may sign in.
pub fn living(reader: &mut Reader, ids: &[SessionId], now: jiff::Timestamp) -> StoreResult<Vec<SessionId>> {
    Ok(session::table
        .inner_join(account::table.on(account::id.eq(session::account)))
        .filter(session::id.eq_any(ids).and(session::ended_at.is_null()))
        .filter(session::expires_at.gt(At(now)).and(session::seen_at.gt(At(now - IDLE_LIMIT))))
        .filter(account::status.eq_any(["INVITED", "ACTIVE"]))
        .select(session::id)
        .load(reader.conn())?)
}
