//! Lanes: threads that own a connection each and run closures on it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering},
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, TrySendError};
use diesel::connection::{Connection, InstrumentationEvent};
use tokio::sync::oneshot;

use super::{
    Faulty, Gauge, LaneSettings, Reader, StoreError, StoreResult, Tx,
    conn::{Conn, Target},
};

/// Write jobs that share one commit on SQLite. More would delay the first caller for the last one.
const GROUP_LIMIT: usize = 64;
/// How often a PostgreSQL transaction that lost to another one is run again.
const CONFLICT_RETRIES: u32 = 10;

/// The threads that read.
pub struct ReadLanes {
    queue: Sender<ReadJob>,
}

/// The threads that write.
pub struct WriteLanes {
    queue: Sender<Box<dyn WriteJob>>,
}

type ReadJob = Box<dyn FnOnce(StoreResult<&mut Reader>) + Send>;
type WriteQueue = Receiver<Box<dyn WriteJob>>;
/// How a lane of one of the two databases runs a job, and perhaps those that wait behind it.
type RunWrites = fn(&mut Seat, &WriteQueue, Box<dyn WriteJob>);

/// A write that waits for its turn, and then for the commit it is part of.
trait WriteJob: Send {
    /// Runs the closure inside a transaction or savepoint that the lane has opened.
    fn attempt(&mut self, tx: &mut Tx) -> Verdict;
    /// Answers the caller; `Err` when the commit, or the connection before it, failed.
    fn settle(self: Box<Self>, end: StoreResult<()>);
}

/// What becomes of the transaction or savepoint after an attempt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Keep,
    Drop,
    /// Dropped, and worth another attempt.
    Again,
}

impl ReadLanes {
    pub fn open(target: &Target, settings: &LaneSettings, gauge: &Arc<Gauge>) -> StoreResult<Self> {
        let (queue, jobs) = crossbeam_channel::bounded::<ReadJob>(settings.queue);
        for number in 0..settings.readers.max(1) {
            let mut seat = Seat::open(target, settings, gauge)?;
            let jobs = jobs.clone();
            spawn(format!("read-{number}"), move || {
                for job in &jobs {
                    seat.read(job);
                }
            })?;
        }
        Ok(Self { queue })
    }

    pub async fn run<T, E>(&self, job: impl FnOnce(&mut Reader) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Faulty,
    {
        let (reply, answer) = oneshot::channel();
        let boxed: ReadJob = Box::new(move |reader| {
            // Nobody waits for an answer that came too late, so nobody pays for it either.
            if reply.is_closed() {
                return;
            }
            let outcome = match reader {
                Err(fault) => Err(E::from(fault)),
                Ok(reader) => catch_unwind(AssertUnwindSafe(|| job(reader))).unwrap_or_else(|_| Err(StoreError::Panicked.into())),
            };
            // The caller may be gone (a client that hung up); then nobody wants the answer.
            drop(reply.send(outcome));
        });
        enqueue(&self.queue, boxed)?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Panicked.into()))
    }
}

impl WriteLanes {
    pub fn open(target: &Target, settings: &LaneSettings, gauge: &Arc<Gauge>) -> StoreResult<Self> {
        let (queue, jobs) = crossbeam_channel::bounded::<Box<dyn WriteJob>>(settings.queue);
        let (writers, run): (usize, RunWrites) = match target {
            Target::Sqlite(_) => (1, Seat::write_group),
            Target::Postgres(_) => (settings.writers.max(1), Seat::write_alone),
        };
        for number in 0..writers {
            let mut seat = Seat::open(target, settings, gauge)?;
            let jobs = jobs.clone();
            spawn(format!("write-{number}"), move || {
                for job in &jobs {
                    run(&mut seat, &jobs, job);
                }
            })?;
        }
        Ok(Self { queue })
    }

    pub async fn run<T, E>(&self, story: impl Fn(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Faulty,
    {
        let (reply, answer) = oneshot::channel();
        enqueue(&self.queue, Box::new(Story { story, outcome: None, reply }))?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Panicked.into()))
    }
}

fn enqueue<J, E: From<StoreError>>(queue: &Sender<J>, job: J) -> Result<(), E> {
    queue.try_send(job).map_err(|refused| {
        E::from(match refused {
            TrySendError::Full(_) => StoreError::Overloaded,
            TrySendError::Disconnected(_) => StoreError::Unavailable("the lanes are closed".into()),
        })
    })
}

fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> StoreResult<()> {
    let thread = thread::Builder::new().name(name).spawn(work);
    thread.map(drop).map_err(|e| StoreError::Unavailable(e.to_string()))
}

struct Story<F, T, E> {
    story: F,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> WriteJob for Story<F, T, E>
where
    F: Fn(&mut Tx) -> Result<T, E> + Send,
    T: Send,
    E: Faulty,
{
    fn attempt(&mut self, tx: &mut Tx) -> Verdict {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.story)(tx))).unwrap_or_else(|_| Err(StoreError::Panicked.into()));
        let verdict = match &outcome {
            Ok(_) => Verdict::Keep,
            Err(fault) if fault.is_conflict() => Verdict::Again,
            Err(_) => Verdict::Drop,
        };
        self.outcome = Some(outcome);
        verdict
    }

    fn settle(self: Box<Self>, end: StoreResult<()>) {
        let answer = match (end, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            // A refusal stands whatever became of the commit it was not part of.
            (Err(_), Some(Err(refusal))) => Err(refusal),
            (Err(fault), _) => Err(fault.into()),
            (Ok(()), None) => Err(StoreError::Panicked.into()),
        };
        // The caller may be gone; the transaction stands either way.
        drop(self.reply.send(answer));
    }
}

/// One thread's connection and what is needed to open it again.
struct Seat {
    tx: Option<Tx>,
    target: Target,
    statement_timeout: Duration,
    gauge: Arc<Gauge>,
}

impl Seat {
    fn open(target: &Target, settings: &LaneSettings, gauge: &Arc<Gauge>) -> StoreResult<Self> {
        let mut seat =
            Self { tx: None, target: target.clone(), statement_timeout: settings.statement_timeout, gauge: Arc::clone(gauge) };
        seat.take_place()?;
        Ok(seat)
    }

    /// The connection; a new one when the last was given up.
    fn take_place(&mut self) -> StoreResult<&mut Tx> {
        if self.tx.is_none() {
            let mut conn = Conn::open(&self.target, self.statement_timeout)?;
            let gauge = Arc::clone(&self.gauge);
            conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                    gauge.statements.fetch_add(1, Ordering::Relaxed);
                }
            });
            self.tx = Some(Tx { reader: Reader { conn } });
        }
        self.tx.as_mut().ok_or(StoreError::Panicked)
    }

    /// Begins a transaction; on a new connection when the old one turns out to be dead, as it is
    /// after a failover. Nothing has run on it yet, so trying again is safe.
    fn begin(&mut self, how: fn(&mut Conn) -> StoreResult<()>) -> StoreResult<()> {
        let begun = self.take_place().and_then(|tx| how(tx.conn()));
        if begun.is_ok() {
            return begun;
        }
        self.tx = None;
        self.take_place().and_then(|tx| how(tx.conn()))
    }

    /// Ends the transaction; a connection that cannot even do that is given up.
    fn end(&mut self, keep: bool) -> StoreResult<()> {
        let Some(tx) = self.tx.as_mut() else {
            return Err(StoreError::Unavailable("the connection was lost".into()));
        };
        let outcome = match keep {
            // PostgreSQL answers the COMMIT of a failed transaction with a quiet ROLLBACK.
            true if tx.conn().has_failed() => {
                tx.conn().rollback().and(Err(StoreError::Unavailable("the transaction had failed".into())))
            }
            true => tx.conn().commit(),
            false => tx.conn().rollback(),
        };
        if outcome.is_err() {
            self.tx = None;
        }
        outcome
    }

    fn read(&mut self, job: ReadJob) {
        let begun = self.begin(Conn::begin_read);
        match (begun, self.tx.as_mut()) {
            (Ok(()), Some(tx)) => {
                job(Ok(tx));
                // Nothing was written, so it does not matter how the snapshot ends.
                drop(self.end(false));
            }
            (begun, _) => {
                self.tx = None;
                job(Err(begun.err().unwrap_or(StoreError::Panicked)));
            }
        }
    }

    /// PostgreSQL: one transaction per job, run again when it lost to another.
    fn write_alone(&mut self, _: &WriteQueue, mut job: Box<dyn WriteJob>) {
        for round in 0.. {
            let begun = self.begin(Conn::begin_write);
            let (Ok(()), Some(tx)) = (&begun, self.tx.as_mut()) else {
                self.tx = None;
                return job.settle(begun);
            };
            let verdict = job.attempt(tx);
            let end = self.end(verdict == Verdict::Keep);
            let lost = verdict == Verdict::Again || matches!(end, Err(StoreError::Conflict));
            if !lost || round == CONFLICT_RETRIES {
                return job.settle(end);
            }
            // Losers of the same race come back one after another instead of all at once.
            let jitter = u64::from(round + 1) * (1 + self.gauge.statements.load(Ordering::Relaxed) % 7);
            thread::sleep(Duration::from_millis(jitter));
        }
    }

    /// SQLite: all jobs that wait share one commit, each in its own savepoint.
    fn write_group(&mut self, jobs: &WriteQueue, first: Box<dyn WriteJob>) {
        if let Err(fault) = self.begin(Conn::begin_write) {
            self.tx = None;
            return first.settle(Err(fault));
        }
        let mut group = Vec::new();
        let mut next = Some(first);
        while let Some(mut job) = next {
            let held = self.in_savepoint(job.as_mut());
            let broken = held.is_err();
            if broken {
                // A savepoint that could not be ended leaves a transaction that nobody can judge:
                // closing the connection rolls all of it back, and every job of it hears so.
                self.tx = None;
            }
            group.push((job, held));
            next = if broken || group.len() == GROUP_LIMIT { None } else { jobs.try_recv().ok() };
        }
        let end = self.end(true).map_err(|fault| fault.to_string());
        for (job, held) in group {
            job.settle(held.and_then(|()| end.clone().map_err(StoreError::Unavailable)));
        }
    }

    fn in_savepoint(&mut self, job: &mut dyn WriteJob) -> StoreResult<()> {
        let tx = self.take_place()?;
        tx.conn().savepoint()?;
        let verdict = job.attempt(tx);
        if verdict == Verdict::Keep { tx.conn().commit() } else { tx.conn().rollback() }
    }
}
