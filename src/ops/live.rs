//! Changes as they happen. The log is the outbox: its lines are written in the transaction that they tell
//! of, and numbered without a gap, so that whoever knows the last one it has seen misses none and gets none
//! twice.

use std::{collections::HashSet, sync::Arc};

use jiff::Timestamp;
use tokio::sync::watch;

use super::{App, Cx, Failure};
use crate::{
    kernel::{
        district::District,
        id::{ClaimId, DemandId, ResourceId, SessionId},
    },
    store::{self, audit::Effect, log_tail::Entry},
};

/// Lines that are read at a time.
const MOST: i64 = 200;
/// Effects of one line that can be told apart.
const STEPS: i64 = 1 << 16;

/// A change of a demand or a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it stands among all changes of the district.
    pub mark: i64,
    pub at: Timestamp,
    pub kind: Kind,
    pub object: Object,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It came to the list.
    Listed,
    /// It left the list.
    OffList,
    /// A claim on it was made, answered or ended.
    Claimed,
    /// Something else about it.
    Changed,
}

/// What it happened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Object {
    Demand(DemandId),
    Resource(ResourceId),
}

/// Changes whenever something was written, by this process or another.
pub fn news(app: &App) -> watch::Receiver<u64> {
    app.store.news()
}

/// The mark of the present moment.
pub async fn present(cx: &Cx) -> Result<i64, Failure> {
    let district = cx.actor.district.clone();
    Ok(cx.app.store.read(move |reader| store::log_tail::head(reader, &district)).await? * STEPS + STEPS - 1)
}

/// The changes after a mark, some at a time, and the mark up to which there are no more of them. The caller
/// shows an object only as its own scope shows it.
pub async fn after(app: &App, district: &District, mark: i64) -> Result<(Vec<Change>, i64), Failure> {
    let district = district.clone();
    // A line may have been seen in part, so it is read again.
    let number = mark.div_euclid(STEPS) - 1;
    let (changes, last) = app
        .store
        .read(move |reader| {
            let (entries, last) = store::log_tail::after(reader, &district, number.max(0), MOST)?;
            let claims: Vec<ClaimId> =
                entries.iter().flat_map(|entry| &entry.effects).filter_map(|effect| effect.object.parse().ok()).collect();
            let claimed = store::log_tail::claimed(reader, &claims)?;
            let about = |claim: ClaimId| claimed.get(&claim).copied();
            let changes: Vec<Change> = entries.iter().flat_map(|entry| changes(entry, &about)).collect();
            Ok::<_, Failure>((changes, last))
        })
        .await?;
    let new = changes.into_iter().filter(|change| change.mark > mark).collect();
    Ok((new, mark.max(last * STEPS + STEPS - 1)))
}

/// Those of the sessions that live.
pub async fn living(app: &Arc<App>, sessions: Vec<SessionId>) -> Result<HashSet<SessionId>, Failure> {
    let now = app.clock.now();
    let living = app.store.read(move |reader| store::log_tail::living(reader, &sessions, now)).await?;
    Ok(living.into_iter().collect())
}

/// The rights of a session at this moment; `None` when it has ended. Nothing is noted of its use: what
/// is pushed to somebody is no sign that they are there.
pub async fn rights(app: &Arc<App>, session: SessionId) -> Result<Option<Cx>, Failure> {
    let now = app.clock.now();
    let found = app.store.read(move |reader| store::actor::of_session(reader, session, now)).await?;
    Ok(found.map(|signed_in| Cx::new(Arc::clone(app), signed_in)))
}

/// The changes of one line. Of one object the last state is told, once.
fn changes(entry: &Entry, about: &impl Fn(ClaimId) -> Option<(DemandId, Option<ResourceId>)>) -> Vec<Change> {
    let mut told: Vec<(Kind, Object)> = Vec::new();
    for effect in &entry.effects {
        for (kind, object) in of_effect(effect, about) {
            match told.iter_mut().find(|(_, known)| *known == object) {
                // That it came or went says more than that it was claimed.
                Some(known) if matches!(kind, Kind::Listed | Kind::OffList) => known.0 = kind,
                Some(_) => {}
                None => told.push((kind, object)),
            }
        }
    }
    let change = |(step, (kind, object)): (i64, (Kind, Object))| Change {
        mark: entry.number * STEPS + step.min(STEPS - 1),
        at: entry.at,
        kind,
        object,
    };
    (0..).zip(told).map(change).collect()
}

fn of_effect(effect: &Effect, about: &impl Fn(ClaimId) -> Option<(DemandId, Option<ResourceId>)>) -> Vec<(Kind, Object)> {
    if let Ok(demand) = effect.object.parse() {
        return vec![(step(effect), Object::Demand(demand))];
    }
    if let Ok(resource) = effect.object.parse() {
        return vec![(step(effect), Object::Resource(resource))];
    }
    let claimed = effect.object.parse().ok().and_then(about);
    let objects = claimed
        .into_iter()
        .flat_map(|(demand, resource)| [Some(Object::Demand(demand)), resource.map(Object::Resource)].into_iter().flatten());
    objects.map(|object| (Kind::Claimed, object)).collect()
}

fn step(effect: &Effect) -> Kind {
    const ON_LIST: Option<&str> = Some("LISTED");
    match (effect.from.as_deref(), effect.to.as_deref()) {
        (from, to) if to == ON_LIST && from != ON_LIST => Kind::Listed,
        (from, to) if from == ON_LIST && to.is_some() && to != ON_LIST => Kind::OffList,
        _ => Kind::Changed,
    }
}
