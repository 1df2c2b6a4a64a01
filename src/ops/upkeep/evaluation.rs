//! Evaluations whose time has come: enterprises that do not answer, and instructors who do not object.

use super::{Deed, Shift};
use crate::{
    domain::rules::RuleCode,
    kernel::id::EvaluationId,
    ops::{
        Failure,
        evaluation::{finish_cycle, moved},
    },
    store::{self, Tx},
};

/// Ends the time to answer: the level is what has been answered, or missing.
pub(super) fn close_answers(shift: &Shift, tx: &mut Tx, id: EvaluationId) -> Result<Option<Deed>, Failure> {
    let Some((before, answers)) = store::evaluation::get(tx, id)? else {
        return Ok(None);
    };
    let least = shift.rules.get(RuleCode::EvaluationAnswersLeast);
    let Ok(after) = before.clone().close_answers(&answers, least, shift.now) else {
        return Ok(None);
    };
    store::evaluation::save(tx, &after, before.version)?;
    Ok(Some(Deed { action: "evaluation.close_answers", effects: vec![moved(&before, &after)] }))
}

/// Nobody has objected in time; with the last one the cycle is final.
pub(super) fn finish(shift: &Shift, tx: &mut Tx, id: EvaluationId) -> Result<Option<Deed>, Failure> {
    let Some((before, _)) = store::evaluation::get(tx, id)? else {
        return Ok(None);
    };
    let Ok(after) = before.clone().finish(shift.now) else {
        return Ok(None);
    };
    store::evaluation::save(tx, &after, before.version)?;
    let mut effects = vec![moved(&before, &after)];
    if let Some(cycle) = store::cycle::get(tx, after.cycle)? {
        effects.extend(finish_cycle(tx, &cycle)?);
    }
    Ok(Some(Deed { action: "evaluation.finish", effects }))
}
