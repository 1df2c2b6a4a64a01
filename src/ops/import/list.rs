//! What every kind of list has in common: its rows are checked one by one, and the good ones entered.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{desk::Desk, fault::RowFault, progress::Progress, register::Register};
use crate::{
    ingest::{CellProblem, Named, Parsed, Record},
    kernel::id::{Id, Kind as IdKind},
    ops::{Failure, Scene},
    store::{self, Tx, audit::Effect, import_row::RowHash},
};

/// One kind of list: from names to objects.
pub(super) trait List: Record + Send + Sync + 'static {
    /// Whom and where a row is about.
    type Site;
    /// Everything else that the names of a row mean.
    type Meaning;
    /// What a good row becomes.
    type Made;
    /// The kind of its id.
    type Noun: IdKind + 'static;

    /// The names of a good row.
    fn named(&self) -> Named;

    /// Finds whom and where a row is about, and asks the policy whether this account may say so.
    fn admit(desk: &mut Desk<'_>, named: &Named) -> Option<Self::Site>;

    /// Finds everything else that a row names, and whether it is possible now. Also called for rows
    /// that are bad already, so that a clerk hears of all that is wrong with them.
    fn resolve(desk: &mut Desk<'_>, named: &Named, site: Option<&Self::Site>) -> Option<Self::Meaning>;

    /// Puts a row together.
    fn make(&self, desk: &mut Desk<'_>, site: Self::Site, meaning: Self::Meaning) -> Option<Self::Made>;

    /// Looks at the good rows as a whole.
    fn compare(_desk: &mut Desk<'_>, _tx: &mut Tx, _good: &[Good<Self>]) -> Result<(), Failure>
    where
        Self: Sized,
    {
        Ok(())
    }

    /// Enters good rows; what each became, with the effects of that.
    fn enter(cx: &Scene, tx: &mut Tx, good: &[Good<Self>]) -> Result<Vec<Entered<Self::Noun>>, Failure>
    where
        Self: Sized;
}

/// A good row.
pub(super) struct Good<L: List> {
    pub row: u32,
    pub hash: RowHash,
    pub made: L::Made,
}

/// What a row became: the effect of the object itself first, then those of what came with it.
pub(super) struct Entered<K> {
    pub id: Id<K>,
    pub effect: Effect,
    pub others: Vec<Effect>,
}

/// A list that has been looked at.
pub(super) struct Checked<L: List> {
    pub good: Vec<Good<L>>,
    pub new_contacts: Vec<super::contact::NewContact>,
    /// Rows that have come in before, in an earlier import or further up in this list.
    pub known: u32,
    pub bad: u32,
    /// Of all rows, top to bottom.
    pub problems: Vec<CellProblem>,
}

/// Checks every row against the register, the policy and the calendar. Writes nothing.
pub(super) fn check<L: List>(
    cx: &Scene,
    tx: &mut Tx,
    (parsed, hashes): (&Parsed<L>, &[RowHash]),
    progress: &Progress,
) -> Result<Checked<L>, Failure> {
    let scope = cx.actor.scope();
    progress.start(2 * parsed.rows.len());
    let known_before = store::import_row::known(tx, &cx.actor.district, L::KIND, hashes)?;
    let mut desk = Desk::new(cx, Register::load(tx, &scope)?, &parsed.columns, parsed.rows.len());
    let (good, known) = judge(&mut desk, (parsed, hashes), &known_before, progress);
    for refused in &parsed.refused {
        desk.turn_to(refused.number);
        let site = L::admit(&mut desk, &refused.named);
        L::resolve(&mut desk, &refused.named, site.as_ref());
    }
    L::compare(&mut desk, tx, &good)?;
    let mut problems = parsed.problems.clone();
    problems.append(&mut desk.problems);
    problems.sort_by_key(|problem| problem.row);
    let bad: BTreeSet<u32> = problems.iter().filter(|problem| problem.code.blocks()).map(|problem| problem.row).collect();
    let bad = u32::try_from(bad.len()).unwrap_or(u32::MAX);
    Ok(Checked { good, new_contacts: desk.new_contacts, known, bad, problems })
}

fn judge<L: List>(
    desk: &mut Desk<'_>,
    (parsed, hashes): (&Parsed<L>, &[RowHash]),
    known_before: &HashSet<RowHash>,
    progress: &Progress,
) -> (Vec<Good<L>>, u32) {
    let (mut good, mut known) = (Vec::new(), 0);
    let mut first_rows: HashMap<RowHash, u32> = HashMap::new();
    for (row, hash) in parsed.rows.iter().zip(hashes) {
        progress.step();
        desk.turn_to(row.number);
        let named = row.record.named();
        let site = L::admit(desk, &named);
        // Only whoever may import a row is told that it has come in before.
        if site.is_some() && known_before.contains(hash) {
            known += 1;
            continue;
        }
        if let Some(first) = first_rows.get(hash) {
            desk.note(&[], RowFault::Repeated(*first));
            known += 1;
            continue;
        }
        let meaning = L::resolve(desk, &named, site.as_ref());
        let (Some(site), Some(meaning)) = (site, meaning) else {
            continue;
        };
        if let Some(made) = row.record.make(desk, site, meaning)
            && !desk.is_blocked()
        {
            first_rows.insert(*hash, row.number);
            good.push(Good { row: row.number, hash: *hash, made });
        }
    }
    (good, known)
}
