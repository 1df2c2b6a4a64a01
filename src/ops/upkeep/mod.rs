//! What the system does by itself when its time has come.
//!
//! The rows say when something of them is due; there is no second list of tasks. So whatever was
//! missed while no server ran is found as soon as one runs again, and of several servers on one
//! database each task is done by exactly one: it is looked at again in the transaction that does
//! it, behind the district's other writes.

mod call_back;
mod claim;
mod demand;
mod evaluation;
mod posting;
mod project;
mod record;
mod resource;

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;

use super::{App, Failure, due_after};
use crate::{
    domain::rules::{RuleCode, Rules},
    kernel::{
        calendar::{Calendar, Due, Month, shanghai_date},
        clock::Entropy,
        district::District,
        id::{ClaimId, DemandId, EvaluationId, FiledRecordId, Id, PostingId, ProjectId, ResourceId},
    },
    store::{
        self, Reader, StoreResult, Tx,
        audit::{Effect, Stamp},
    },
};

/// Tasks of one kind that are looked for at a time.
const BATCH: u32 = 200;

/// Something of one object that has fallen due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Task {
    due_at: Timestamp,
    duty: Duty,
    district: District,
}

/// What is to be done. Of what is due at the same moment, the earlier of these is done first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Duty {
    /// What nobody answers lapses (C5), and a final dispatch goes to the unit that stands in.
    ClaimLapse(ClaimId),
    /// The work on a paused project goes on (P2).
    ProjectEndPause(ProjectId),
    /// Nobody has confirmed a delivered project in time (P7).
    ProjectUnconfirm(ProjectId),
    /// A confirmed or unconfirmed project closes (P8), and with the last one of a demand the demand (D8).
    ProjectClose(ProjectId),
    /// It is drawn about which of a month's projects enterprises are called back.
    CallBackDraw(Month),
    /// A demand whose time is over and of which nothing is agreed expires (D11).
    DemandExpire(DemandId),
    /// A parked demand comes back to the list on its day (D7).
    DemandUnpark(DemandId),
    /// The duty unit is reminded of a demand that nobody has claimed (D6).
    DemandRemind(DemandId),
    /// What still nobody has claimed becomes the coordinator's business (D6).
    DemandEscalate(DemandId),
    /// A resource whose last day has passed is retired.
    ResourceEnd(ResourceId),
    /// A paused resource comes back to the list on its day.
    ResourceEndPause(ResourceId),
    /// Whoever offers a resource is reminded to say that it is still true.
    ResourceRemind(ResourceId),
    /// What nobody has said for too long to be true goes stale.
    ResourceGoStale(ResourceId),
    /// A posting ends on the day after its last.
    PostingEnd(PostingId),
    /// Nobody has verified a record in time (F5).
    RecordUnverify(FiledRecordId),
    /// A year of a posting's records is over.
    RecordSeal(PostingId, i32),
    /// The time in which enterprises answer about an instructor is over.
    EvaluationCloseAnswers(EvaluationId),
    /// An instructor has not objected in time.
    EvaluationFinish(EvaluationId),
}

/// Does everything that is due by now, the longest waiting first. Answers how many things it did.
///
/// One thing can make another due that comes before what else is waiting: after a standstill the second
/// reminder before the end that it reminds of. So it looks again after each day of what has been missed.
/// Each thing is done in a transaction of its own: what fails is left for the next call and holds up
/// nothing else; the first such failure is answered once everything has been tried.
pub async fn run_due(app: &App) -> Result<usize, Failure> {
    let (mut done, mut failed) = (0, None);
    // What failed, or turned out not to be due, is not tried again in this call.
    let mut left = BTreeSet::new();
    loop {
        let now = app.clock.now();
        let mut tasks = app.store.read(move |reader| due(reader, now)).await?;
        tasks.retain(|task| !left.contains(task));
        let Some(day) = tasks.first().map(|task| shanghai_date(task.due_at)) else { break };
        for task in tasks.into_iter().take_while(|task| shanghai_date(task.due_at) == day) {
            match perform(app, &task).await {
                Ok(true) => done += 1,
                Ok(false) => drop(left.insert(task)),
                Err(failure) => {
                    tracing::error!(duty = ?task.duty, error = %failure, "what is due was not done");
                    failed.get_or_insert(failure);
                    left.insert(task);
                }
            }
        }
    }
    failed.map_or(Ok(done), Err)
}

/// What is due by now in all districts, the longest waiting first.
fn due(reader: &mut Reader, now: Timestamp) -> StoreResult<Vec<Task>> {
    let mut tasks = Vec::new();
    note(&mut tasks, store::claim::due_to_lapse(reader, now, BATCH)?, Duty::ClaimLapse);
    note(&mut tasks, store::project::due_to_resume(reader, now, BATCH)?, Duty::ProjectEndPause);
    note(&mut tasks, store::project::due_to_unconfirm(reader, now, BATCH)?, Duty::ProjectUnconfirm);
    note(&mut tasks, store::project::due_to_close(reader, now, BATCH)?, Duty::ProjectClose);
    note(&mut tasks, store::demand::due_to_expire(reader, now, BATCH)?, Duty::DemandExpire);
    note(&mut tasks, store::demand::due_to_return(reader, now, BATCH)?, Duty::DemandUnpark);
    note(&mut tasks, store::demand::due_to_remind(reader, now, BATCH)?, Duty::DemandRemind);
    note(&mut tasks, store::demand::due_to_escalate(reader, now, BATCH)?, Duty::DemandEscalate);
    note(&mut tasks, store::resource::due_to_end(reader, now, BATCH)?, Duty::ResourceEnd);
    note(&mut tasks, store::resource::due_to_resume(reader, now, BATCH)?, Duty::ResourceEndPause);
    note(&mut tasks, store::resource::due_to_remind(reader, now, BATCH)?, Duty::ResourceRemind);
    note(&mut tasks, store::resource::due_to_go_stale(reader, now, BATCH)?, Duty::ResourceGoStale);
    note(&mut tasks, store::posting::due_to_end(reader, now, BATCH)?, Duty::PostingEnd);
    note(&mut tasks, store::record_standing::due_to_unverify(reader, now, BATCH)?, Duty::RecordUnverify);
    note(&mut tasks, store::record_segment::due_to_seal(reader, now, BATCH)?, |(posting, year)| Duty::RecordSeal(posting, year));
    note(&mut tasks, store::evaluation::due_to_close(reader, now, BATCH)?, Duty::EvaluationCloseAnswers);
    note(&mut tasks, store::evaluation::due_to_finish(reader, now, BATCH)?, Duty::EvaluationFinish);
    note(&mut tasks, call_back::due_to_draw(reader, now)?, Duty::CallBackDraw);
    tasks.sort_unstable();
    Ok(tasks)
}

fn note<I>(tasks: &mut Vec<Task>, found: Vec<(Timestamp, District, I)>, duty: impl Fn(I) -> Duty) {
    tasks.extend(found.into_iter().map(|(due_at, district, id)| Task { due_at, duty: duty(id), district }));
}

/// Answers whether it was this call that did it; somebody else may have, or it is no longer due.
async fn perform(app: &App, task: &Task) -> Result<bool, Failure> {
    let district = &task.district;
    match task.duty {
        Duty::ClaimLapse(id) => act(app, district, move |shift, tx| claim::lapse(shift, tx, id)).await,
        Duty::ProjectEndPause(id) => act(app, district, move |shift, tx| project::end_pause(shift, tx, id)).await,
        Duty::ProjectUnconfirm(id) => act(app, district, move |shift, tx| project::unconfirm(shift, tx, id)).await,
        Duty::CallBackDraw(month) => act(app, district, move |shift, tx| call_back::draw(shift, tx, month)).await,
        Duty::ProjectClose(id) => act(app, district, move |shift, tx| project::close(shift, tx, id)).await,
        Duty::DemandExpire(id) => act(app, district, move |shift, tx| demand::expire(shift, tx, id)).await,
        Duty::DemandUnpark(id) => act(app, district, move |shift, tx| demand::unpark(shift, tx, id)).await,
        Duty::DemandRemind(id) => act(app, district, move |shift, tx| demand::remind(shift, tx, id)).await,
        Duty::ResourceEnd(id) => act(app, district, move |shift, tx| resource::end(shift, tx, id)).await,
        Duty::ResourceEndPause(id) => act(app, district, move |shift, tx| resource::end_pause(shift, tx, id)).await,
        Duty::ResourceRemind(id) => act(app, district, move |shift, tx| resource::remind(shift, tx, id)).await,
        Duty::ResourceGoStale(id) => act(app, district, move |shift, tx| resource::go_stale(shift, tx, id)).await,
        Duty::PostingEnd(id) => act(app, district, move |shift, tx| posting::end(shift, tx, id)).await,
        Duty::RecordUnverify(id) => act(app, district, move |shift, tx| record::unverify(shift, tx, id)).await,
        Duty::RecordSeal(posting, year) => act(app, district, move |shift, tx| record::seal(shift, tx, posting, year)).await,
        Duty::EvaluationCloseAnswers(id) => act(app, district, move |shift, tx| evaluation::close_answers(shift, tx, id)).await,
        Duty::EvaluationFinish(id) => act(app, district, move |shift, tx| evaluation::finish(shift, tx, id)).await,
        Duty::DemandEscalate(id) => act(app, district, move |shift, tx| demand::escalate(shift, tx, id)).await,
    }
}

/// What the system works with inside a transaction: the time, the calendar and the rules of that
/// moment.
struct Shift {
    district: District,
    now: Timestamp,
    calendar: Arc<Calendar>,
    rules: Rules,
    entropy: Entropy,
}

/// A thing done: its name in the log, and what it did to what.
struct Deed {
    action: &'static str,
    effects: Vec<Effect>,
}

/// Runs one task in a transaction of its own; `None` is that there was nothing to do.
async fn act(
    app: &App,
    district: &District,
    story: impl Fn(&Shift, &mut Tx) -> Result<Option<Deed>, Failure> + Send + 'static,
) -> Result<bool, Failure> {
    let (clock, entropy, district) = (app.clock.clone(), app.entropy, district.clone());
    let whole = move |tx: &mut Tx| {
        tx.lock_district(&district)?;
        let calendar = store::calendar::load(tx)?;
        let rules = store::rule::load(tx, &district)?;
        let shift = Shift { district: district.clone(), now: clock.now(), calendar, rules, entropy };
        let Some(deed) = story(&shift, tx)? else {
            return Ok(false);
        };
        let stamp = Stamp { id: shift.new_id(), at: shift.now };
        Ok::<_, Failure>(store::audit::system(tx, &district, deed.action, stamp, &deed.effects, true)?.into_inner())
    };
    app.store.write(whole).await
}

impl Shift {
    /// A new id that sorts after the earlier ones.
    fn new_id<K>(&self) -> Id<K> {
        self.entropy.id(self.now)
    }

    /// When a clock of so many working days that starts now falls due.
    fn workdays(&self, rule: RuleCode) -> Result<Due, Failure> {
        due_after(&self.calendar, &self.rules, rule, self.now)
    }
}
