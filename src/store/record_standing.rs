//! What is said of filed records, in the database.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;

use super::{
    Reader, StoreError, StoreResult, Tx, columns::optional_text, filed_record::corrupt, schema::record_standing, types::At,
};
use crate::{
    domain::record::{
        chain::Hash,
        standing::{Decision, Dispute, Standing, State, Status},
    },
    kernel::{
        district::District,
        id::{AccountId, FiledRecordId, OrganisationId, PostingId},
        version::Version,
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = record_standing, treat_none_as_null = true, primary_key(record))]
struct StandingRow {
    record: FiledRecordId,
    district: String,
    posting: PostingId,
    dispatch_unit: OrganisationId,
    organisation: OrganisationId,
    ref_no: String,
    status: String,
    verify_due_at: At,
    verified_by: Option<AccountId>,
    verified_at: Option<At>,
    disputed_by: Option<AccountId>,
    disputed_at: Option<At>,
    dispute: Option<String>,
    decide_due_at: Option<At>,
    decided_by: Option<AccountId>,
    decided_at: Option<At>,
    decision: Option<String>,
    version: i32,
}

/// Where each of these records stands. The records must have been seen through a scope.
pub(super) fn of(reader: &mut Reader, records: &[FiledRecordId]) -> StoreResult<HashMap<FiledRecordId, Standing>> {
    let rows: Vec<StandingRow> = record_standing::table
        .filter(record_standing::record.eq_any(records))
        .select(StandingRow::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(|row| Ok((row.record, row.parse()?))).collect()
}

/// Enters where a new record stands; its addenda will begin with the record's own hash.
pub(super) fn insert(tx: &mut Tx, standing: &Standing, hash: Hash) -> StoreResult<()> {
    let begins = (record_standing::addenda.eq(0), record_standing::addenda_hash.eq(hash.0.to_vec()));
    diesel::insert_into(record_standing::table).values((&StandingRow::of(standing), begins)).execute(tx.conn())?;
    Ok(())
}

/// Saves what is said of a record whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, standing: &Standing, expected: Version) -> StoreResult<()> {
    let seen = record_standing::record.eq(standing.record).and(record_standing::version.eq(expected.0));
    let changed = diesel::update(record_standing::table.filter(seen)).set(&StandingRow::of(standing)).execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Where a record stands, in the system's own hands.
pub fn get(tx: &mut Tx, id: FiledRecordId) -> StoreResult<Option<Standing>> {
    let row: Option<StandingRow> =
        record_standing::table.find(id).select(StandingRow::as_select()).get_result(tx.conn()).optional()?;
    row.map(StandingRow::parse).transpose()
}

/// Records of which the enterprise has said nothing in time.
pub fn due_to_unverify(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<(Timestamp, District, FiledRecordId)>> {
    let rows: Vec<(At, String, FiledRecordId)> = record_standing::table
        .filter(record_standing::status.eq("FILED").and(record_standing::verify_due_at.le(At(now))))
        .order((record_standing::verify_due_at.asc(), record_standing::record.asc()))
        .limit(most.into())
        .select((record_standing::verify_due_at, record_standing::district, record_standing::record))
        .load(reader.conn())?;
    let due =
        |(at, district, id): (At, String, FiledRecordId)| Ok((at.0, district.parse().map_err(|_| corrupt(id, "district"))?, id));
    rows.into_iter().map(due).collect()
}

impl StandingRow {
    fn of(standing: &Standing) -> Self {
        let verified = match &standing.state {
            State::Verified { by, at } => Some((*by, *at)),
            State::Filed | State::Unverified | State::Disputed(_) | State::VerifiedByReview(..) | State::Voided(..) => None,
        };
        let (dispute, decision) = (standing.disputed(), standing.decided());
        Self {
            record: standing.record,
            district: standing.district.to_string(),
            posting: standing.posting,
            dispatch_unit: standing.dispatch_unit,
            organisation: standing.target,
            ref_no: standing.ref_no.clone(),
            status: standing.status().name().to_owned(),
            verify_due_at: At(standing.verify_due_at),
            verified_by: verified.map(|(by, _)| by),
            verified_at: verified.map(|(_, at)| At(at)),
            disputed_by: dispute.map(|dispute| dispute.by),
            disputed_at: dispute.map(|dispute| At(dispute.at)),
            dispute: dispute.map(|dispute| dispute.reason.to_string()),
            decide_due_at: dispute.map(|dispute| At(dispute.decide_due_at)),
            decided_by: decision.map(|decision| decision.by),
            decided_at: decision.map(|decision| At(decision.at)),
            decision: decision.map(|decision| decision.reason.to_string()),
            version: standing.version.0,
        }
    }

    fn parse(self) -> StoreResult<Standing> {
        let id = self.record;
        self.read().map_err(|what| corrupt(id, what))
    }

    fn read(self) -> Result<Standing, &'static str> {
        Ok(Standing {
            state: match self.status.parse::<Status>().map_err(|_| "status")? {
                Status::Filed => State::Filed,
                Status::Unverified => State::Unverified,
                Status::Verified => State::Verified {
                    by: self.verified_by.ok_or("verified_by")?,
                    at: self.verified_at.ok_or("verified_at")?.into(),
                },
                Status::Disputed => State::Disputed(self.disputed()?),
                Status::VerifiedByReview => State::VerifiedByReview(self.disputed()?, self.decided()?),
                Status::Voided => State::Voided(self.disputed()?, self.decided()?),
            },
            record: self.record,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            posting: self.posting,
            dispatch_unit: self.dispatch_unit,
            target: self.organisation,
            ref_no: self.ref_no,
            verify_due_at: self.verify_due_at.into(),
        })
    }

    fn disputed(&self) -> Result<Dispute, &'static str> {
        Ok(Dispute {
            by: self.disputed_by.ok_or("disputed_by")?,
            at: self.disputed_at.ok_or("disputed_at")?.into(),
            reason: optional_text(self.dispute.as_deref(), "dispute")?.ok_or("dispute")?,
            decide_due_at: self.decide_due_at.ok_or("decide_due_at")?.into(),
        })
    }

    fn decided(&self) -> Result<Decision, &'static str> {
        Ok(Decision {
            by: self.decided_by.ok_or("decided_by")?,
            at: self.decided_at.ok_or("decided_at")?.into(),
            reason: optional_text(self.decision.as_deref(), "decision")?.ok_or("decision")?,
        })
    }
}
