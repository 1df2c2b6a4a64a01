//! Evaluations of instructors in the database, and who sees them at all.

use std::collections::HashMap;

use diesel::{prelude::*, sql_types::Bool};
use jiff::Timestamp;

use super::{
    Reader, StoreError, StoreResult, Tx,
    columns::{from_json, json},
    conn::MultiBackend,
    schema::{evaluation, evaluation_asked, filed_record, posting, record_standing},
    types::{At, On},
};
use crate::{
    domain::{
        evaluation::{
            Answer, Evaluation, Status,
            count::{Counted, Filed, LinkedTo, Span},
        },
        record::{Links, standing},
    },
    kernel::{
        district::District,
        id::{AccountId, CycleId, EvaluationId, FiledRecordId, OrganisationId, PostingId},
        version::Version,
    },
    policy::Scope,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = evaluation, treat_none_as_null = true)]
struct Row {
    id: EvaluationId,
    district: String,
    cycle: CycleId,
    posting: PostingId,
    instructor: AccountId,
    dispatch_unit: OrganisationId,
    label: String,
    records: String,
    answers_end_at: At,
    enterprises: Option<i32>,
    unit: Option<String>,
    waivers: String,
    grading: Option<String>,
    objection: Option<String>,
    decision: Option<String>,
    object_due_at: Option<At>,
    status: String,
    version: i32,
}

/// An evaluation with what enterprises have answered so far.
pub type Assessed = (Evaluation, Vec<Answer>);

/// The evaluation, if the scope shows anything of it.
pub fn find(reader: &mut Reader, scope: &Scope, id: EvaluationId) -> StoreResult<Option<Assessed>> {
    Ok(find_many(reader, scope, &[id])?.pop())
}

/// Those of the evaluations of which the scope shows anything, the first posting's first.
pub fn find_many(reader: &mut Reader, scope: &Scope, ids: &[EvaluationId]) -> StoreResult<Vec<Assessed>> {
    seen(reader, scope, Box::new(evaluation::id.eq_any(ids.to_vec())))
}

/// The evaluations of a cycle of which the scope shows anything, the first posting's first.
pub fn of_cycle(reader: &mut Reader, scope: &Scope, id: CycleId) -> StoreResult<Vec<Assessed>> {
    seen(reader, scope, Box::new(evaluation::cycle.eq(id)))
}

/// The evaluations of a posting of which the scope shows anything.
pub fn of_posting(reader: &mut Reader, scope: &Scope, id: PostingId) -> StoreResult<Vec<Assessed>> {
    seen(reader, scope, Box::new(evaluation::posting.eq(id)))
}

/// An evaluation in the system's own hands, whatever the scope.
pub fn get(tx: &mut Tx, id: EvaluationId) -> StoreResult<Option<Assessed>> {
    Ok(load(tx, Box::new(evaluation::id.eq(id)))?.pop())
}

/// All evaluations of a cycle, in the system's own hands.
pub fn get_of_cycle(tx: &mut Tx, id: CycleId) -> StoreResult<Vec<Assessed>> {
    load(tx, Box::new(evaluation::cycle.eq(id)))
}

type Condition = Box<dyn BoxableExpression<evaluation::table, MultiBackend, SqlType = Bool>>;

fn seen(reader: &mut Reader, scope: &Scope, which: Condition) -> StoreResult<Vec<Assessed>> {
    if !scope.business {
        return Ok(Vec::new());
    }
    let of_district: Condition = Box::new(which.and(evaluation::district.eq(scope.district.to_string())));
    let mut found = load(reader, of_district)?;
    // As what somebody looks decides about the levels as well, so it is decided in one place.
    found.retain(|(evaluation, _)| scope.sight(evaluation).is_some());
    Ok(found)
}

fn load(reader: &mut Reader, which: Condition) -> StoreResult<Vec<Assessed>> {
    let rows: Vec<Row> = evaluation::table
        .filter(which)
        .order((evaluation::label.asc(), evaluation::id.asc()))
        .select(Row::as_select())
        .load(reader.conn())?;
    let ids: Vec<EvaluationId> = rows.iter().map(|row| row.id).collect();
    type Asked = (EvaluationId, OrganisationId, Option<String>, Option<AccountId>, Option<At>);
    let asked: Vec<Asked> = evaluation_asked::table
        .filter(evaluation_asked::evaluation.eq_any(&ids))
        .order((evaluation_asked::evaluation.asc(), evaluation_asked::organisation.asc()))
        .select((
            evaluation_asked::evaluation,
            evaluation_asked::organisation,
            evaluation_asked::items,
            evaluation_asked::answered_by,
            evaluation_asked::answered_at,
        ))
        .load(reader.conn())?;
    let mut of: HashMap<EvaluationId, (Vec<OrganisationId>, Vec<Answer>)> = HashMap::new();
    for (id, organisation, items, by, at) in asked {
        let (asked, answers) = of.entry(id).or_default();
        asked.push(organisation);
        if let (Some(items), Some(by), Some(at)) = (items, by, at) {
            let items = from_json(&items, "items").map_err(|what| corrupt(id, what))?;
            answers.push(Answer { organisation, items, by, at: at.into() });
        }
    }
    let parse = |row: Row| {
        let id = row.id;
        let (asked, answers) = of.remove(&id).unwrap_or_default();
        Ok((row.read(asked).map_err(|what| corrupt(id, what))?, answers))
    };
    rows.into_iter().map(parse).collect()
}

/// Enters an evaluation with those who are asked.
pub fn insert(tx: &mut Tx, new: &Evaluation) -> StoreResult<()> {
    diesel::insert_into(evaluation::table).values(&Row::of(new)?).execute(tx.conn())?;
    for organisation in &new.asked {
        diesel::insert_into(evaluation_asked::table)
            .values((
                evaluation_asked::evaluation.eq(new.id),
                evaluation_asked::organisation.eq(*organisation),
                evaluation_asked::district.eq(new.district.to_string()),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Saves a step of an evaluation whose version was `expected`; [`StoreError::Stale`] when it no longer is.
pub fn save(tx: &mut Tx, after: &Evaluation, expected: Version) -> StoreResult<()> {
    let seen = evaluation::id.eq(after.id).and(evaluation::version.eq(expected.0));
    let changed = diesel::update(evaluation::table.filter(seen)).set(&Row::of(after)?).execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Keeps what an enterprise has answered: once.
pub fn keep_answer(tx: &mut Tx, id: EvaluationId, answer: &Answer) -> StoreResult<()> {
    let waits = evaluation_asked::answered_at.is_null();
    let changed = diesel::update(evaluation_asked::table.find((id, answer.organisation)).filter(waits))
        .set((
            evaluation_asked::items.eq(json(&answer.items)?),
            evaluation_asked::answered_by.eq(answer.by),
            evaluation_asked::answered_at.eq(At(answer.at)),
        ))
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// The postings of a district that were in force within a span.
pub fn postings_within(tx: &mut Tx, district: &District, span: Span) -> StoreResult<Vec<PostingId>> {
    Ok(posting::table
        .filter(posting::district.eq(district.as_str()).and(posting::approved_at.is_not_null()))
        .filter(posting::from_on.le(On(span.to)).and(posting::to_on.ge(On(span.from))))
        .order(posting::number.asc())
        .select(posting::id)
        .load(tx.conn())?)
}

/// The records of a posting in a span, as far as they are counted.
pub fn counted(tx: &mut Tx, id: PostingId, span: Span) -> StoreResult<Vec<Counted>> {
    type Found = (FiledRecordId, On, OrganisationId, String, String, String);
    let rows: Vec<Found> = filed_record::table
        .inner_join(record_standing::table.on(record_standing::record.eq(filed_record::id)))
        .filter(filed_record::posting.eq(id))
        .filter(filed_record::occurred_on.ge(On(span.from)).and(filed_record::occurred_on.le(On(span.to))))
        .select((
            filed_record::id,
            filed_record::occurred_on,
            filed_record::target,
            filed_record::timing,
            filed_record::links,
            record_standing::status,
        ))
        .load(tx.conn())?;
    let read = |(id, day, target, timing, links, status): Found| {
        let links: Links = from_json(&links, "links").map_err(|what| super::filed_record::corrupt(id, what))?;
        let standing = status.parse::<standing::Status>().map_err(|_| super::filed_record::corrupt(id, "status"))?;
        let is_linked = !links.demands.is_empty() || !links.projects.is_empty();
        Ok(Counted {
            occurred_on: day.into(),
            target,
            filed: if timing == "IN_TIME" { Filed::InTime } else { Filed::Late },
            standing,
            links: if is_linked { LinkedTo::Something } else { LinkedTo::Nothing },
        })
    };
    rows.into_iter().map(read).collect()
}

type DueEvaluation = (Timestamp, District, EvaluationId);

/// Evaluations whose time to answer is over.
pub fn due_to_close(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueEvaluation>> {
    let rows: Vec<(At, String, EvaluationId)> = evaluation::table
        .filter(evaluation::status.eq("RECORDS_READY").and(evaluation::answers_end_at.lt(At(now))))
        .order((evaluation::answers_end_at.asc(), evaluation::id.asc()))
        .limit(most.into())
        .select((evaluation::answers_end_at, evaluation::district, evaluation::id))
        .load(reader.conn())?;
    rows.into_iter().map(|(at, district, id)| due(Some(at), &district, id)).collect()
}

/// Published evaluations to which nobody has objected in time.
pub fn due_to_finish(reader: &mut Reader, now: Timestamp, most: u32) -> StoreResult<Vec<DueEvaluation>> {
    let over = evaluation::object_due_at.is_not_null().and(evaluation::object_due_at.assume_not_null().lt(At(now)));
    let rows: Vec<(Option<At>, String, EvaluationId)> = evaluation::table
        .filter(evaluation::status.eq("PUBLISHED").and(over))
        .order((evaluation::object_due_at.asc(), evaluation::id.asc()))
        .limit(most.into())
        .select((evaluation::object_due_at, evaluation::district, evaluation::id))
        .load(reader.conn())?;
    rows.into_iter().map(|(at, district, id)| due(at, &district, id)).collect()
}

fn due(at: Option<At>, district: &str, id: EvaluationId) -> StoreResult<DueEvaluation> {
    let at = at.ok_or_else(|| corrupt(id, "a clock without an end"))?;
    Ok((at.into(), district.parse().map_err(|_| corrupt(id, "district"))?, id))
}

fn corrupt(id: EvaluationId, what: &str) -> StoreError {
    StoreError::Corrupt { table: "evaluation", id: id.to_string(), what: what.to_owned() }
}

impl Row {
    fn of(evaluation: &Evaluation) -> StoreResult<Self> {
        let enterprises = evaluation.enterprises.map(|points| points.hundredths().cast_signed());
        Ok(Self {
            id: evaluation.id,
            district: evaluation.district.to_string(),
            cycle: evaluation.cycle,
            posting: evaluation.posting,
            instructor: evaluation.instructor,
            dispatch_unit: evaluation.dispatch_unit,
            label: evaluation.label.clone(),
            records: json(&evaluation.records)?,
            answers_end_at: At(evaluation.answers_end_at),
            enterprises,
            unit: evaluation.unit.as_ref().map(json).transpose()?,
            waivers: json(&evaluation.waivers)?,
            grading: evaluation.grading.as_ref().map(json).transpose()?,
            objection: evaluation.objection.as_ref().map(json).transpose()?,
            decision: evaluation.decision.as_ref().map(json).transpose()?,
            object_due_at: evaluation.object_due_at.map(At),
            status: evaluation.status.name().to_owned(),
            version: evaluation.version.0,
        })
    }

    fn read(self, asked: Vec<OrganisationId>) -> Result<Evaluation, &'static str> {
        let enterprises = self.enterprises.map(|points| u32::try_from(points).map(TryInto::try_into));
        let enterprises = match enterprises {
            Some(Ok(Ok(points))) => Some(points),
            Some(_) => return Err("enterprises"),
            None => None,
        };
        Ok(Evaluation {
            enterprises,
            unit: self.unit.as_deref().map(|stored| from_json(stored, "unit")).transpose()?,
            grading: self.grading.as_deref().map(|stored| from_json(stored, "grading")).transpose()?,
            objection: self.objection.as_deref().map(|stored| from_json(stored, "objection")).transpose()?,
            decision: self.decision.as_deref().map(|stored| from_json(stored, "decision")).transpose()?,
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            version: Version(self.version),
            cycle: self.cycle,
            posting: self.posting,
            instructor: self.instructor,
            dispatch_unit: self.dispatch_unit,
            records: from_json(&self.records, "records")?,
            label: self.label,
            asked,
            answers_end_at: self.answers_end_at.into(),
            waivers: from_json(&self.waivers, "waivers")?,
            object_due_at: self.object_due_at.map(Into::into),
            status: self.status.parse::<Status>().map_err(|_| "status")?,
        })
    }
}
