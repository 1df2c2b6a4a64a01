//! Nested objects, read a level at a time.
//!
//! Resolvers ask for objects one by one. The keys are collected until the whole execution stalls,
//! that is until every resolver waits for something; then all that was asked for is read in *one*
//! visit to the store, one statement per noun. So the number of statements depends on the shape of
//! the query alone, never on the rows or on timing, and no timer delays anybody.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    future::poll_fn,
    hash::Hash,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use tokio::sync::oneshot;

use crate::{
    kernel::problem::Code,
    ops::{Cx, Failure},
    policy::Scope,
    store::{Reader, StoreError, StoreResult},
};

/// A way to read many objects of one noun at once.
pub trait Load: Send + Sync + 'static {
    type Key: Copy + Eq + Hash + Send + Sync + 'static;
    type Value: Clone + Send + Sync + 'static;

    /// Reads what the scope shows of the keys, in one statement. A key that is missing in the
    /// answer is absent or hidden.
    fn read(reader: &mut Reader, scope: &Scope, keys: &[Self::Key]) -> StoreResult<HashMap<Self::Key, Self::Value>>;
}

/// The loaders of one request. They see what its actor sees and forget everything with it.
#[derive(Default)]
pub struct Loaders {
    batches: Mutex<HashMap<TypeId, Box<dyn AnyBatch>>>,
    asked: AtomicUsize,
    fault: Mutex<Option<LoadFault>>,
}

/// Nested objects that one request may ask for, those that were read before included: a document
/// of a few lines can multiply small lists without a bound.
pub const MOST_LOADS: usize = 20_000;

impl Loaders {
    /// The object with this key; `None` when it is absent or hidden.
    pub async fn load<L: Load>(&self, key: L::Key) -> Result<Option<L::Value>, Failure> {
        if self.asked.fetch_add(1, Ordering::Relaxed) >= MOST_LOADS {
            return Err(Failure::refused(Code::TooCostly));
        }
        let waiting = {
            let mut batches = self.lock();
            let batch = batches.entry(TypeId::of::<L>()).or_insert_with(|| Box::new(Batch::<L>::default()));
            let Some(batch) = batch.as_any().downcast_mut::<Batch<L>>() else {
                return Err(Failure::Store(StoreError::Panicked));
            };
            if let Some(value) = batch.known.get(&key) {
                return Ok(value.clone());
            }
            batch.wait_for(key)
        };
        match waiting.await {
            Ok(found) => found.map_err(Failure::from),
            // The visit itself failed, and its fault is everybody's.
            Err(_) => Err(self.fault().clone().map_or(Failure::Unauthenticated, Failure::from)),
        }
    }

    /// Forgets what was read, as every mutation must: what comes after it shall see its effect.
    pub fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TypeId, Box<dyn AnyBatch>>> {
        // A panic while the lock was held left at worst a key that nobody waits for.
        self.batches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fault(&self) -> MutexGuard<'_, Option<LoadFault>> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Vec<Box<dyn Job>> {
        self.lock().values_mut().filter_map(|batch| batch.take()).collect()
    }

    fn waits(&self) -> bool {
        self.lock().values().any(|batch| batch.waits())
    }

    async fn dispatch(&self, cx: &Cx) {
        let jobs = self.take();
        let read = cx.read(move |reader, scope| {
            let mut jobs = jobs;
            for job in &mut jobs {
                job.read(reader, scope);
            }
            Ok(jobs)
        });
        // When the visit itself failed the jobs are gone, and with them the senders: whoever waits
        // hears of it by the closed channel, and finds the fault.
        match read.await {
            Ok(jobs) => {
                let mut batches = self.lock();
                jobs.into_iter().for_each(|job| job.deliver(&mut batches));
            }
            Err(Failure::Store(StoreError::Overloaded)) => *self.fault() = Some(LoadFault::Overloaded),
            Err(other) => *self.fault() = Some(LoadFault::Other(other.to_string())),
        }
    }
}

/// Runs an execution to its end, reading what its loaders collected each time it stalls.
pub async fn drive<F: Future>(loaders: &Loaders, cx: Option<&Cx>, execution: F) -> F::Output {
    // A runtime's budget would report answers as pending that are ready, and split a level in two.
    let mut execution = pin!(tokio::task::unconstrained(execution));
    let signal = Arc::new(Signal::default());
    let waker = Waker::from(Arc::clone(&signal));
    loop {
        let stalled = poll_fn(|outer| {
            signal.listen(outer.waker());
            loop {
                signal.woken.store(false, Ordering::SeqCst);
                match execution.as_mut().poll(&mut Context::from_waker(&waker)) {
                    Poll::Ready(output) => return Poll::Ready(Some(output)),
                    Poll::Pending if signal.woken.load(Ordering::SeqCst) => {}
                    Poll::Pending if loaders.waits() => return Poll::Ready(None),
                    Poll::Pending => return Poll::Pending,
                }
            }
        });
        match (stalled.await, cx) {
            (Some(output), _) => return output,
            (None, Some(cx)) => loaders.dispatch(cx).await,
            // Nobody is signed in, so nobody may see anything: drop the keys, which ends the wait.
            (None, None) => drop(loaders.take()),
        }
    }
}

/// Tells whether the execution was woken while it was polled, and passes later wakes on.
#[derive(Default)]
struct Signal {
    woken: AtomicBool,
    outer: Mutex<Option<Waker>>,
}

impl Signal {
    fn listen(&self, waker: &Waker) {
        let mut outer = self.outer.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *outer {
            Some(known) => known.clone_from(waker),
            None => *outer = Some(waker.clone()),
        }
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::SeqCst);
        if let Some(outer) = &*self.outer.lock().unwrap_or_else(PoisonError::into_inner) {
            outer.wake_by_ref();
        }
    }
}

type Found<V> = Result<Option<V>, LoadFault>;
/// Who waits for which key.
type Waiting<K, V> = HashMap<K, Vec<oneshot::Sender<Found<V>>>>;

/// A fault that many resolvers share.
#[derive(Clone, Debug)]
enum LoadFault {
    Overloaded,
    Other(String),
}

impl From<LoadFault> for Failure {
    fn from(fault: LoadFault) -> Self {
        Self::Store(match fault {
            LoadFault::Overloaded => StoreError::Overloaded,
            LoadFault::Other(what) => StoreError::Unavailable(what),
        })
    }
}

struct Batch<L: Load> {
    known: HashMap<L::Key, Option<L::Value>>,
    waiting: Waiting<L::Key, L::Value>,
}

impl<L: Load> Default for Batch<L> {
    fn default() -> Self {
        Self { known: HashMap::new(), waiting: HashMap::new() }
    }
}

impl<L: Load> Batch<L> {
    fn wait_for(&mut self, key: L::Key) -> oneshot::Receiver<Found<L::Value>> {
        let (sender, receiver) = oneshot::channel();
        self.waiting.entry(key).or_default().push(sender);
        receiver
    }
}

trait AnyBatch: Send {
    fn as_any(&mut self) -> &mut dyn Any;
    fn waits(&self) -> bool;
    fn take(&mut self) -> Option<Box<dyn Job>>;
}

impl<L: Load> AnyBatch for Batch<L> {
    fn as_any(&mut self) -> &mut dyn Any {
        self
    }

    fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn take(&mut self) -> Option<Box<dyn Job>> {
        if self.waiting.is_empty() {
            return None;
        }
        Some(Box::new(Visit::<L> { waiting: std::mem::take(&mut self.waiting), found: Ok(HashMap::new()) }))
    }
}

/// One noun's part of a visit to the store.
trait Job: Send {
    fn read(&mut self, reader: &mut Reader, scope: &Scope);
    fn deliver(self: Box<Self>, batches: &mut HashMap<TypeId, Box<dyn AnyBatch>>);
}

struct Visit<L: Load> {
    waiting: Waiting<L::Key, L::Value>,
    found: Result<HashMap<L::Key, L::Value>, LoadFault>,
}

impl<L: Load> Job for Visit<L> {
    fn read(&mut self, reader: &mut Reader, scope: &Scope) {
        let keys: Vec<L::Key> = self.waiting.keys().copied().collect();
        self.found = L::read(reader, scope, &keys).map_err(|fault| match fault {
            StoreError::Overloaded => LoadFault::Overloaded,
            other => LoadFault::Other(other.to_string()),
        });
    }

    fn deliver(self: Box<Self>, batches: &mut HashMap<TypeId, Box<dyn AnyBatch>>) {
        let mut batch = batches.get_mut(&TypeId::of::<L>()).and_then(|batch| batch.as_any().downcast_mut::<Batch<L>>());
        for (key, senders) in self.waiting {
            let found = self.found.as_ref().map(|values| values.get(&key).cloned()).map_err(LoadFault::clone);
            if let (Some(batch), Ok(value)) = (&mut batch, &found) {
                batch.known.insert(key, value.clone());
            }
            for sender in senders {
                // A resolver that was dropped meanwhile needs no answer.
                drop(sender.send(found.clone()));
            }
        }
    }
}
