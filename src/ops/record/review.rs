//! What others say of a filed record (F3, F4), and what is added to it (F6).

use super::{
    super::{Cx, Failure},
    file::stored,
    find, moved, posting_of,
};
use crate::{
    domain::{
        record::{
            Addendum,
            chain::Hash,
            standing::{Decision, Dispute, Ruling},
        },
        rules::RuleCode,
    },
    kernel::{
        id::FiledRecordId,
        problem::Code,
        text::{Account, Reason},
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, audit::Effect, filed_record::Kept},
};

/// The enterprise says that this happened (F3): one act, until the records of its cycle are counted.
pub async fn verify(cx: &Cx, id: FiledRecordId, expected: Version) -> Result<Kept, Failure> {
    cx.write(Action::RecordVerify, move |cx, tx| {
        let (record, before) = find(cx, tx, id)?;
        let permit = cx.permit(Action::RecordVerify, &Subject::owned(before.district.clone(), before.target))?;
        let after = before.clone().verify(cx.actor.account, cx.now)?;
        if store::cycle::is_frozen(tx, &before.district, record.content.occurred_on)? {
            return Err(Failure::refused(Code::TooLate));
        }
        cx.expect(before.version, expected)?;
        store::record_standing::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], (record, after))
    })
    .await
}

/// The enterprise says that this did not happen so (F4).
pub async fn dispute(cx: &Cx, id: FiledRecordId, expected: Version, reason: Reason) -> Result<Kept, Failure> {
    cx.write(Action::RecordDispute, move |cx, tx| {
        let (record, before) = find(cx, tx, id)?;
        let permit = cx.permit(Action::RecordDispute, &Subject::owned(before.district.clone(), before.target))?;
        let decide_due_at = cx.workdays(RuleCode::RecordDecide)?.at;
        let dispute = Dispute { by: cx.actor.account, at: cx.now, reason: reason.clone(), decide_due_at };
        let after = before.clone().dispute(dispute)?;
        cx.expect(before.version, expected)?;
        store::record_standing::save(tx, &after, expected)?;
        let effect = moved(&before, &after).code("decide_due_at", decide_due_at);
        cx.record(tx, permit, &[effect], (record, after))
    })
    .await
}

/// The dispatch unit decides about a dispute (F4).
pub async fn dispute_decide(
    cx: &Cx,
    id: FiledRecordId,
    expected: Version,
    ruling: Ruling,
    reason: Reason,
) -> Result<Kept, Failure> {
    cx.write(Action::RecordDisputeDecide, move |cx, tx| {
        let (record, before) = find(cx, tx, id)?;
        let subject = Subject::owned(before.district.clone(), before.dispatch_unit);
        let permit = cx.permit(Action::RecordDisputeDecide, &subject)?;
        let decision = Decision { by: cx.actor.account, at: cx.now, reason: reason.clone() };
        let after = before.clone().decide(ruling, decision, record.filed_by)?;
        cx.expect(before.version, expected)?;
        store::record_standing::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], (record, after))
    })
    .await
}

/// Adds something to a record (F6), which itself never changes.
pub async fn add(cx: &Cx, id: FiledRecordId, text: Account) -> Result<Addendum, Failure> {
    cx.write(Action::RecordAdd, move |cx, tx| {
        let (record, standing) = find(cx, tx, id)?;
        let posting = posting_of(cx, tx, record.posting)?;
        let permit = cx.permit(Action::RecordAdd, &posting)?;
        let (number, previous_hash) = store::record_addendum::take_number(tx, record.id)?;
        let addendum = Addendum {
            id: cx.new_id(),
            record: record.id,
            posting: record.posting,
            year: record.year,
            number,
            text: text.clone(),
            added_by: cx.actor.account,
            added_at: stored(cx.now),
            previous_hash,
            hash: Hash([0; 32]),
        };
        let hash = store::record_addendum::hash_of(&addendum, &record.district);
        let addendum = Addendum { hash, ..addendum };
        store::record_addendum::insert(tx, &addendum, &record.district)?;
        let status = standing.status().name();
        let effect = Effect::moved(record.id, status, status).number("addendum", number).code("hash", addendum.hash);
        cx.record(tx, permit, &[effect], addendum)
    })
    .await
}
