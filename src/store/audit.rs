//! The audit log: append-only, one line per thing done, chained by hash per district and stream.

use diesel::prelude::*;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use super::{
    Reader, StoreError, StoreResult, Tx,
    schema::{audit_head, audit_line, audit_segment},
    types::At,
};
use crate::{
    kernel::{
        calendar::shanghai_date,
        district::District,
        id::{AccountId, AuditLineId, Id, Kind},
    },
    policy::{Action, Permit},
};

/// A result whose audit line is written: the only thing a business write can commit as.
#[derive(Debug)]
pub struct Audited<T>(T);

impl<T> Audited<T> {
    /// The result itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// What one action did to one object: enough to recompute states and rates from the log alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The object's id.
    pub object: String,
    /// The state it left; `None` when it was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    /// The state it is in now; `None` for objects without states.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<String>,
    /// Enums, numbers, dates and ids that changed. Never free text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub facts: BTreeMap<String, Fact>,
}

/// A fact that may stand in the log. There is deliberately no variant for free text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    Number(i64),
    Flag(bool),
    /// The code of an enum, an id, a reference number, a date or a moment.
    Code(String),
}

impl Effect {
    /// That an object was made, in a state.
    pub fn made<K: Kind>(object: Id<K>, state: &str) -> Self {
        Self { object: object.to_string(), from: None, to: Some(state.to_owned()), facts: BTreeMap::new() }
    }

    /// That an object went from one state to another; or stayed, with other facts.
    pub fn moved<K: Kind>(object: Id<K>, from: &str, to: &str) -> Self {
        Self { object: object.to_string(), from: Some(from.to_owned()), to: Some(to.to_owned()), facts: BTreeMap::new() }
    }

    /// That something about an object changed that has no states.
    pub fn changed<K: Kind>(object: Id<K>) -> Self {
        Self { object: object.to_string(), from: None, to: None, facts: BTreeMap::new() }
    }

    /// The same with a number.
    #[must_use]
    pub fn number(mut self, name: &str, value: impl Into<i64>) -> Self {
        self.facts.insert(name.to_owned(), Fact::Number(value.into()));
        self
    }

    /// The same with a yes or no.
    #[must_use]
    pub fn flag(mut self, name: &str, value: bool) -> Self {
        self.facts.insert(name.to_owned(), Fact::Flag(value));
        self
    }

    /// The same with the code of an enum, an id, a reference number, a date or a moment.
    #[must_use]
    pub fn code(mut self, name: &str, value: impl ToString) -> Self {
        self.facts.insert(name.to_owned(), Fact::Code(value.to_string()));
        self
    }

    /// The same with a code that may be absent.
    #[must_use]
    pub fn maybe(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.code(name, value),
            None => self,
        }
    }
}

/// The id and moment of a line.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    pub id: AuditLineId,
    pub at: Timestamp,
}

/// One line as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub id: AuditLineId,
    pub district: String,
    pub stream: String,
    /// Counts from 1 in its chain.
    pub number: i64,
    /// The Asia/Shanghai month, `2026-11`.
    pub segment: String,
    pub at: Timestamp,
    /// `None` for the system itself.
    pub account: Option<AccountId>,
    pub action: String,
    /// `OK`, or the code of the refusal.
    pub outcome: String,
    /// JSON, exactly as it was hashed.
    pub effects: String,
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_line)]
pub(super) struct Row {
    id: AuditLineId,
    district: String,
    stream: String,
    number: i64,
    segment: String,
    at: At,
    account: Option<AccountId>,
    action: String,
    outcome: String,
    effects: String,
    previous_hash: Vec<u8>,
    hash: Vec<u8>,
}

impl From<Row> for Line {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            district: row.district,
            stream: row.stream,
            number: row.number,
            segment: row.segment,
            at: row.at.into(),
            account: row.account,
            action: row.action,
            outcome: row.outcome,
            effects: row.effects,
            previous_hash: row.previous_hash,
            hash: row.hash,
        }
    }
}

/// Writes the line of an allowed action and releases its result for commit.
pub fn record<T>(tx: &mut Tx, permit: Permit, stamp: Stamp, effects: &[Effect], value: T) -> StoreResult<Audited<T>> {
    let entry = Entry {
        district: permit.district(),
        account: Some(permit.account()),
        action: permit.action().name(),
        is_security: permit.action().is_security(),
        outcome: "OK",
        effects,
    };
    append(tx, stamp, &entry)?;
    Ok(Audited(value))
}

/// Writes the line of an action that policy or state refused. In a transaction of its own: the one
/// that was refused is gone.
pub fn refused(
    tx: &mut Tx,
    (district, account): (&District, AccountId),
    action: Action,
    stamp: Stamp,
    code: &str,
    object: Option<&str>,
) -> StoreResult<()> {
    let effects: Vec<Effect> = object
        .map(|object| Effect { object: object.to_owned(), from: None, to: None, facts: BTreeMap::new() })
        .into_iter()
        .collect();
    let entry = Entry {
        district,
        account: Some(account),
        action: action.name(),
        is_security: action.is_security(),
        outcome: code,
        effects: &effects,
    };
    append(tx, stamp, &entry)
}

/// Writes the line of a sign-in. It needs no permit: the right password is what allows it, and before
/// it there is no actor whom the policy could be asked about.
pub fn signed_in<T>(
    tx: &mut Tx,
    (district, account): (&District, AccountId),
    stamp: Stamp,
    effects: &[Effect],
    value: T,
) -> StoreResult<Audited<T>> {
    let action = Action::SessionCreate;
    let entry = Entry {
        district,
        account: Some(account),
        action: action.name(),
        is_security: action.is_security(),
        outcome: "OK",
        effects,
    };
    append(tx, stamp, &entry)?;
    Ok(Audited(value))
}

/// Writes the line of something the system did by itself: set-up, seeds, clocks.
pub fn system<T>(
    tx: &mut Tx,
    district: &District,
    action: &'static str,
    stamp: Stamp,
    effects: &[Effect],
    value: T,
) -> StoreResult<Audited<T>> {
    let is_security = action.starts_with("account") || action.starts_with("grant");
    append(tx, stamp, &Entry { district, account: None, action, is_security, outcome: "OK", effects })?;
    Ok(Audited(value))
}

struct Entry<'a> {
    district: &'a District,
    account: Option<AccountId>,
    action: &'static str,
    is_security: bool,
    outcome: &'a str,
    effects: &'a [Effect],
}

fn append(tx: &mut Tx, stamp: Stamp, entry: &Entry<'_>) -> StoreResult<()> {
    let stream = if entry.is_security { "SECURITY" } else { "BUSINESS" };
    let district = entry.district.as_str();
    let today = shanghai_date(stamp.at);
    let segment = format!("{}-{:02}", today.year(), today.month());
    let (number, old_segment, previous_hash): (i64, String, Vec<u8>) = audit_head::table
        .find((district, stream))
        .select((audit_head::number, audit_head::segment, audit_head::hash))
        .get_result(tx.conn())?;
    // A clock that stepped back over the end of a month must not open the sealed month again.
    let segment = segment.max(old_segment.clone());
    if old_segment != segment && number > 0 {
        seal(tx, (district, stream), &old_segment, number, &previous_hash, stamp.at)?;
    }
    let effects = serde_json::to_string(entry.effects).map_err(|e| corrupt("effects", &e.to_string()))?;
    let mut row = Row {
        id: stamp.id,
        district: district.to_owned(),
        stream: stream.to_owned(),
        number: number + 1,
        segment,
        at: At(stamp.at),
        account: entry.account,
        action: entry.action.to_owned(),
        outcome: entry.outcome.to_owned(),
        effects,
        previous_hash,
        hash: Vec::new(),
    };
    row.hash = hash(&row);
    let moved = diesel::update(audit_head::table.find((district, stream)))
        .filter(audit_head::number.eq(number))
        .set((audit_head::number.eq(row.number), audit_head::segment.eq(&row.segment), audit_head::hash.eq(&row.hash)))
        .execute(tx.conn())?;
    // Another writer moved the head between our read and our write: run again behind it.
    if moved == 0 {
        return Err(StoreError::Conflict);
    }
    diesel::insert_into(audit_line::table).values(&row).execute(tx.conn())?;
    super::news::announce(tx)
}

/// Ends a month with a checkpoint, where verification can start once the month's lines are gone.
fn seal(
    tx: &mut Tx,
    (district, stream): (&str, &str),
    segment: &str,
    number: i64,
    hash: &[u8],
    at: Timestamp,
) -> StoreResult<()> {
    diesel::insert_into(audit_segment::table)
        .values((
            audit_segment::district.eq(district),
            audit_segment::stream.eq(stream),
            audit_segment::segment.eq(segment),
            audit_segment::last_number.eq(number),
            audit_segment::last_hash.eq(hash),
            audit_segment::sealed_at.eq(At(at)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Opens both chains of a new district.
pub fn open_chains(tx: &mut Tx, district: &District) -> StoreResult<()> {
    for stream in ["BUSINESS", "SECURITY"] {
        diesel::insert_into(audit_head::table)
            .values((
                audit_head::district.eq(district.as_str()),
                audit_head::stream.eq(stream),
                audit_head::number.eq(0_i64),
                audit_head::segment.eq(""),
                audit_head::hash.eq(vec![0_u8; 32]),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// SHA-256 over every field behind its length (eight bytes, big-endian), the previous hash first.
fn hash(row: &Row) -> Vec<u8> {
    let mut digest = Sha256::new();
    let mut field = |bytes: &[u8]| {
        digest.update((bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    field(&row.previous_hash);
    field(row.id.as_bytes());
    field(row.district.as_bytes());
    field(row.stream.as_bytes());
    field(&row.number.to_be_bytes());
    field(row.segment.as_bytes());
    field(&row.at.0.as_microsecond().to_be_bytes());
    field(row.account.as_ref().map_or(&[][..], |account| &account.as_bytes()[..]));
    field(row.action.as_bytes());
    field(row.outcome.as_bytes());
    field(row.effects.as_bytes());
    digest.finalize().to_vec()
}

/// What a chain looks like from end to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub stream: &'static str,
    /// Lines that were read and found whole.
    pub lines: i64,
    /// The first place where the chain does not hold.
    pub broken: Option<Break>,
}

/// The first place where a chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The number that was expected there.
    pub number: i64,
    pub fault: Fault,
}

/// What is wrong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Fault {
    /// No line has this number, or a line stands in another's place.
    Missing,
    /// The line's own hash is not that of its content.
    Altered,
    /// The line does not continue the one before it.
    Unlinked,
    /// The chain ends before or after its recorded head.
    HeadDiffers,
}

/// Lines read per statement while verifying.
const VERIFY_BATCH: i64 = 1000;

/// Walks both chains of a district from their oldest kept line and stops each at its first fault.
pub fn verify(reader: &mut Reader, district: &District) -> StoreResult<Vec<Verdict>> {
    ["BUSINESS", "SECURITY"].into_iter().map(|stream| verify_chain(reader, district.as_str(), stream)).collect()
}

fn verify_chain(reader: &mut Reader, district: &str, stream: &'static str) -> StoreResult<Verdict> {
    let (head, head_hash): (i64, Vec<u8>) =
        audit_head::table.find((district, stream)).select((audit_head::number, audit_head::hash)).get_result(reader.conn())?;
    let mut previous = vec![0_u8; 32];
    let mut number = 0;
    loop {
        let rows: Vec<Row> = audit_line::table
            .filter(audit_line::district.eq(district).and(audit_line::stream.eq(stream)))
            .filter(audit_line::number.gt(number))
            .order(audit_line::number.asc())
            .limit(VERIFY_BATCH)
            .select(Row::as_select())
            .load(reader.conn())?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if let Some(fault) = fault_of(&row, number + 1, &previous) {
                return Ok(Verdict { stream, lines: number, broken: Some(Break { number: number + 1, fault }) });
            }
            number = row.number;
            previous = row.hash;
        }
    }
    let whole = number == head && (head == 0 || previous == head_hash);
    let broken = (!whole).then_some(Break { number: number + 1, fault: Fault::HeadDiffers });
    Ok(Verdict { stream, lines: number, broken })
}

fn fault_of(row: &Row, expected: i64, previous: &[u8]) -> Option<Fault> {
    if row.number != expected {
        Some(Fault::Missing)
    } else if row.previous_hash != previous {
        Some(Fault::Unlinked)
    } else if row.hash != hash(row) {
        Some(Fault::Altered)
    } else {
        None
    }
}

fn corrupt(what: &str, error: &str) -> StoreError {
    StoreError::Corrupt { table: "audit_line", id: String::new(), what: format!("{what}: {error}") }
}
