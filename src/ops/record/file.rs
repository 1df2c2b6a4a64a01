//! Filing a record (F2), and opening a month for it that is locked.

use jiff::{SignedDuration, Timestamp};

use super::{
    super::{Cx, Failure, Scene},
    draft, must_have_begun, posting_of,
};
use crate::{
    domain::{
        posting::Posting,
        record::{
            Attachment, Deadlines, Draft, FiledRecord, IsOpened, Opening, Timing,
            chain::Hash,
            standing::{Standing, State},
            timing,
        },
        rules::RuleCode,
    },
    kernel::{
        calendar::{Month, shanghai_date},
        digest::hex,
        id::{FiledRecordId, PostingId, RecordDraftId, RecordOpeningId},
        problem::{Code, Problem},
        text::Reason,
        tokens::{near_duplicate_permille, tokens},
        version::Version,
    },
    policy::Action,
    store::{self, StoreError, Tx, audit::Effect, filed_record::Kept},
};

/// What is said when a record is filed.
#[derive(Clone, Debug, Default)]
pub struct Filing {
    /// Why so late; needed when it is.
    pub late_reason: Option<Reason>,
    /// Records that look alike and are others all the same.
    pub acknowledge_similar: Vec<FiledRecordId>,
}

/// Files a draft: it becomes the next record of the posting's chain and never changes again.
///
/// Of two that are filed at the same moment one waits for the other: the head of the chain is taken in
/// the transaction that extends it, so that numbers have no gap and no two follow the same record.
pub async fn file(cx: &Cx, id: RecordDraftId, expected: Version, filing: Filing) -> Result<Kept, Failure> {
    cx.write(Action::RecordFile, move |cx, tx| {
        let before = draft::find(cx, tx, id)?;
        let permit = cx.permit(Action::RecordFile, &draft::subject(&before))?;
        let after = before.clone().file()?;
        cx.expect(before.version, expected)?;
        let posting = posting_of(cx, tx, before.posting)?;
        must_have_begun(&posting)?;
        draft::check(cx, tx, &posting, &before.content)?;
        let (timing, opening) = in_which_time(cx, tx, &before, filing.late_reason.clone())?;
        must_be_another(cx, tx, &before, &filing.acknowledge_similar)?;
        let record = next_record(cx, tx, &posting, &before, (timing, opening))?;
        let standing = Standing {
            record: record.id,
            district: record.district.clone(),
            version: Version::FIRST,
            posting: posting.id,
            dispatch_unit: posting.dispatch_unit,
            target: record.content.target,
            ref_no: record.ref_no.clone(),
            verify_due_at: cx.workdays(RuleCode::RecordVerify)?.at,
            state: State::Filed,
        };
        store::filed_record::insert(tx, &record, &standing, before.id)?;
        store::record_draft::save(tx, &after, expected)?;
        let settled = Effect::moved(after.id, before.status.name(), after.status.name());
        cx.record(tx, permit, &[settled, made(&record, &standing)], (record, standing))
    })
    .await
}

/// Opens a month for filing although its time is over.
pub async fn month_open(cx: &Cx, posting: PostingId, month: Month, reason: Reason) -> Result<Opening, Failure> {
    cx.write(Action::RecordMonthOpen, move |cx, tx| {
        let posting = posting_of(cx, tx, posting)?;
        let permit = cx.permit(Action::RecordMonthOpen, &posting)?;
        must_have_begun(&posting)?;
        if month >= Month::of(cx.now) || month < Month::of(crate::kernel::calendar::start_of_day(posting.from)) {
            let problem = Problem::new(Code::Validation).at("month");
            return Err(Failure::Invalid(vec![
                problem.saying("只能开放选派期内已结束的月份。", "A month of the posting that is over is opened."),
            ]));
        }
        let opening = Opening {
            id: cx.new_id(),
            district: posting.district,
            posting: posting.id,
            month,
            reason: reason.clone(),
            until: cx.workdays(RuleCode::RecordOpening)?.at,
            opened_by: cx.actor.account,
            opened_at: cx.now,
        };
        store::record_draft::insert_opening(tx, &opening)?;
        let effect = Effect::changed(opening.id).code("posting", opening.posting).code("month", opening.month);
        cx.record(tx, permit, &[effect.code("until", opening.until)], opening)
    })
    .await
}

/// Whether it is in time or late, and the opening without which it could not be filed at all.
fn in_which_time(
    cx: &Scene,
    tx: &mut Tx,
    draft: &Draft,
    late_reason: Option<Reason>,
) -> Result<(Timing, Option<RecordOpeningId>), Failure> {
    let day = draft.content.occurred_on;
    let month = Month::of(crate::kernel::calendar::start_of_day(day));
    let opening = store::record_draft::opening_of(tx, draft.posting, month, cx.now)?;
    let deadlines = Deadlines { late: cx.rules.get(RuleCode::RecordLate), lock: cx.rules.get(RuleCode::RecordLock) };
    let timed = |is_opened| timing(&cx.calendar, deadlines, day, cx.now, is_opened, late_reason.clone()).map_err(uncountable);
    // An opening that was not needed is not named.
    match timed(IsOpened::No)? {
        Ok(timing) => Ok((timing, None)),
        Err(_) if opening.is_some() => Ok((timed(IsOpened::Yes)??, opening)),
        Err(refused) => Err(refused.into()),
    }
}

fn uncountable(error: crate::kernel::calendar::CalendarError) -> Failure {
    Failure::Store(StoreError::Corrupt { table: "record_draft", id: "a day".to_owned(), what: error.to_string() })
}

fn must_be_another(cx: &Scene, tx: &mut Tx, draft: &Draft, acknowledged: &[FiledRecordId]) -> Result<(), Failure> {
    let since = cx.now - SignedDuration::from_hours(24 * i64::from(cx.rules.get(RuleCode::DuplicateWindow)));
    let threshold = cx.rules.get(RuleCode::DuplicateSimilarity);
    let own = tokens(draft.content.search_text());
    let mut similar = store::filed_record::summaries_since(tx, (draft.posting, draft.content.target), since)?;
    similar.retain(|(id, _)| !acknowledged.contains(id));
    similar.retain(|(_, summary)| near_duplicate_permille(&own, &tokens(summary)) >= threshold);
    if similar.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = similar.iter().map(|(id, _)| id.to_string()).collect();
    let ids = ids.join(", ");
    Err(Failure::Refused(Box::new(Problem::new(Code::DuplicateSuspected).at("acknowledgeSimilar").saying(
        format!("近期有内容相近的纪实({ids});如非重复,请在 acknowledgeSimilar 中确认。"),
        format!("Similar records of late: {ids}. If this is another one, name them in acknowledgeSimilar."),
    ))))
}

/// The record that comes next in the chain.
fn next_record(
    cx: &Scene,
    tx: &mut Tx,
    posting: &Posting,
    draft: &Draft,
    (timing, opening): (Timing, Option<RecordOpeningId>),
) -> Result<FiledRecord, Failure> {
    let year = shanghai_date(cx.now).year();
    let (number, previous_hash) = store::filed_record::take_number(tx, &posting.district, posting.id, year)?;
    let files = store::stored_file::get_many(tx, &draft.files)?;
    let sha256 = |id| files.iter().find(|file| file.id == id).map(|file| hex(&file.sha256));
    let attachments = draft.files.iter().filter_map(|id| Some(Attachment { file: *id, sha256: sha256(*id)? }));
    let record = FiledRecord {
        id: cx.new_id(),
        district: posting.district.clone(),
        posting: posting.id,
        year,
        number,
        ref_no: format!("F-{}-{year}-{:04}-{number:04}", posting.district, posting.number),
        content: draft.content.clone(),
        attachments: attachments.collect(),
        timing,
        opening,
        filed_by: cx.actor.account,
        filed_at: stored(cx.now),
        previous_hash,
        hash: Hash([0; 32]),
    };
    Ok(FiledRecord { hash: store::filed_record::hash_of(&record)?, ..record })
}

/// The moment as the database keeps it: what is hashed is what is read back.
pub(super) fn stored(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// The effect of a new record, with all that its assessment is computed from.
fn made(record: &FiledRecord, standing: &Standing) -> Effect {
    Effect::made(record.id, standing.status().name())
        .code("posting", record.posting)
        .code("ref_no", &record.ref_no)
        .code("occurred_on", record.content.occurred_on)
        .code("target", record.content.target)
        .code("kind", record.content.kind.name())
        .code("timing", record.timing.name())
        .maybe("opening", record.opening)
        .number("demands", i64::try_from(record.content.links.demands.len()).unwrap_or(i64::MAX))
        .number("projects", i64::try_from(record.content.links.projects.len()).unwrap_or(i64::MAX))
        .number("attachments", i64::try_from(record.attachments.len()).unwrap_or(i64::MAX))
        .code("verify_due_at", standing.verify_due_at)
        .code("hash", record.hash)
}
