//! The clocks that run for an object, in the API.

use std::{collections::HashMap, marker::PhantomData};

use async_graphql::{Context, Enum, Error, SimpleObject};

use super::{
    demand::CalendarLoader,
    loader::Load,
    request::{Request, load},
    scalar::DateTime,
};
use crate::{
    domain::clock::{Clock, CountedIn, Running},
    kernel::{
        calendar::{Calendar, shanghai_date},
        id::{Id, Kind},
    },
    policy::Scope,
    store::{self, Reader, StoreResult, clock_correction::Correction},
};

/// A clock that runs for an object (时限).
#[derive(SimpleObject)]
pub struct RunningClock {
    /// What it is for.
    clock: ClockName,
    /// When it ends. What a person has to do stays due after that; what the system does, it does then.
    due_at: DateTime,
    /// Whether a day was counted in a year whose official notice is not out yet (暂定).
    provisional: bool,
    /// Where it ended before a year of the working-day calendar was replaced; null unless that moved it.
    corrected_from: Option<DateTime>,
}

/// What a clock is for (时限名称); new ones may be added.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Clock")]
pub enum ClockName {
    /// A demand is to be listed, merged or given back (审核).
    Triage,
    /// A listed demand is to be claimed; then its duty unit is reminded (认领).
    Unclaimed,
    /// A listed demand is to be claimed; then it is the coordinator's business (升级).
    Escalation,
    /// A parked demand is listed again (复核).
    Review,
    /// The coordinator is to decide about a demand whose projects are closed and not all solved (办理结论).
    Decision,
    /// The enterprise can object to the coordinator's decision (提出异议).
    Objection,
    /// The coordinator is to answer the enterprise's objection (异议答复).
    ObjectionDecision,
    /// A listed demand expires if nothing is agreed (过期).
    Expiry,
    /// An expired demand can be renewed (续期).
    Renewal,
    /// A claim is to be answered; then it lapses (答复).
    Response,
    /// A request to cancel is to be answered; then it ends (取消答复).
    CancelResponse,
    /// The lead of a project is to be in contact with the enterprise (首次联系).
    Contact,
    /// The lead of a project is to file the plan (计划).
    Plan,
    /// A project is to be delivered (办结).
    Due,
    /// The lead is to report on a running project (进展).
    Progress,
    /// A paused project is worked on again (暂停到期).
    Pause,
    /// The enterprise is to confirm a delivered project; then it counts as unconfirmed (企业确认).
    Confirmation,
    /// A confirmed or unconfirmed project is closed (结项).
    Closing,
    /// Organisations are to say whether an instructor may serve them (服务对象答复).
    Consent,
    /// The organisation department is to approve a posting (选派审批).
    Approval,
    /// The instructor is to take note of what was given (签收).
    Acknowledgement,
    /// The served enterprise is to say whether a record is right (核实).
    Verification,
    /// The dispatch unit is to decide about a disputed record (复核).
    DisputeDecision,
}

/// The clocks of an object that was seen through a scope.
pub(super) async fn shown<K: Kind + 'static>(
    ctx: &Context<'_>,
    object: Id<K>,
    running: Vec<Running>,
) -> Result<Vec<RunningClock>, Error> {
    if running.is_empty() {
        return Ok(Vec::new());
    }
    let calendar = load::<CalendarLoader>(ctx, ()).await?;
    let corrections = load::<CorrectionLoader<K>>(ctx, object).await?.unwrap_or_default();
    let today = Request::of(ctx).today();
    let shown = |running: Running| RunningClock {
        clock: running.clock.into(),
        due_at: DateTime(running.due_at),
        provisional: calendar.as_ref().is_some_and(|calendar| is_provisional(calendar, today, &running)),
        corrected_from: corrected_from(&corrections, &running).map(DateTime),
    };
    Ok(running.into_iter().map(shown).collect())
}

fn is_provisional(calendar: &Calendar, today: jiff::civil::Date, running: &Running) -> bool {
    match running.counted_in {
        CountedIn::Days => false,
        CountedIn::Workdays => {
            let due = shanghai_date(running.due_at);
            // What is overdue has its last day still counted.
            calendar.is_provisional(today.min(due.yesterday().unwrap_or(due)), due)
        }
    }
}

/// Only of the run that is on: a clock that was started anew was not corrected.
fn corrected_from(corrections: &[Correction], running: &Running) -> Option<jiff::Timestamp> {
    let of_this_run = |correction: &&Correction| correction.clock == running.clock && correction.new_due_at == running.due_at;
    corrections.iter().rev().find(of_this_run).map(|correction| correction.old_due_at)
}

/// Reads how the clocks of objects were corrected, the oldest correction first. Asked only about
/// objects that the scope has shown.
struct CorrectionLoader<K>(PhantomData<fn() -> K>);

impl<K: Kind + 'static> Load for CorrectionLoader<K> {
    type Key = Id<K>;
    type Value = Vec<Correction>;
    fn read(reader: &mut Reader, _: &Scope, keys: &[Id<K>]) -> StoreResult<HashMap<Id<K>, Vec<Correction>>> {
        store::clock_correction::of_objects(reader, keys)
    }
}
