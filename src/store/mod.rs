//! The data layer: one set of queries for SQLite and PostgreSQL, run on lanes.
//!
//! A *lane* is a thread that owns a connection and takes closures from a bounded queue. Async code
//! awaits the answer; inside a closure everything is plain synchronous Rust, and neither a
//! connection nor a transaction can leave it.

pub mod account;
pub mod actor;
pub mod audit;
pub mod audit_list;
mod batch;
pub mod branch;
pub mod branch_coverage;
pub mod branch_list;
pub mod calendar;
pub mod call_back;
pub mod category;
pub mod claim;
pub mod claim_end;
pub mod claim_list;
pub mod clock_correction;
pub mod clock_recount;
mod columns;
pub mod conn;
pub mod contact_point;
pub mod coverage_report;
pub mod cycle;
pub mod demand;
mod demand_clocks;
mod demand_list;
pub mod district;
pub mod division;
pub mod ended;
pub mod error;
pub mod evaluation;
pub mod file_sight;
pub mod filed_record;
pub mod grant;
pub mod idempotency;
pub mod import_lookup;
pub mod import_row;
pub mod inbox;
mod lane;
pub mod log_tail;
pub mod migrate;
pub mod milestone;
mod news;
pub mod number;
pub mod organisation;
pub mod organisation_close;
pub mod organisation_list;
mod page;
pub mod place;
pub mod place_list;
pub mod posting;
pub mod project;
mod project_clocks;
pub mod project_extension;
pub mod project_list;
pub mod project_pause;
pub mod project_progress;
pub mod rates;
pub mod record_addendum;
pub mod record_chain;
pub mod record_draft;
pub mod record_segment;
pub mod record_standing;
pub mod resource;
mod resource_due;
mod resource_list;
mod resource_period;
mod resource_reach;
pub mod rule;
pub mod rule_change;
pub mod schema;
pub mod session;
pub mod snapshot;
pub mod stored_file;
pub mod tenancy;
pub mod tenancy_list;
pub mod text_token;
pub mod toolkit;
pub mod types;
pub mod upload;
pub mod zone;

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use conn::{Conn, Target};
pub use error::{StoreError, StoreResult};
use lane::{ReadLanes, WriteLanes};
use news::News;
use tokio::sync::watch;

use crate::kernel::district::District;

/// The database, behind its lanes. Clones share them; the lanes end when the last clone is dropped.
#[derive(Clone)]
pub struct Store {
    reads: Arc<ReadLanes>,
    writes: Arc<WriteLanes>,
    gauge: Arc<Gauge>,
    news: Arc<News>,
    target: Target,
}

/// How many lanes there are and how much may wait before them.
#[derive(Clone, Debug)]
pub struct LaneSettings {
    /// Threads that read.
    pub readers: usize,
    /// Threads that write. SQLite always has one.
    pub writers: usize,
    /// Jobs that may wait for a read lane, and as many again for a write lane.
    pub queue: usize,
    /// How long a statement may run on PostgreSQL, and how long SQLite waits for another process.
    pub statement_timeout: Duration,
}

/// Numbers about the store that are worth a look from outside.
#[derive(Debug, Default)]
pub struct Gauge {
    statements: AtomicU64,
    read_visits: AtomicU64,
    write_visits: AtomicU64,
}

/// A snapshot to read from: everything read through one reader is of one moment.
pub struct Reader {
    conn: Conn,
}

/// A running write transaction. It can read, too.
pub struct Tx {
    reader: Reader,
}

/// An error that can carry a fault of the store upwards.
pub trait Faulty: From<StoreError> + Send + 'static {
    /// Whether this is [`StoreError::Conflict`], after which the closure may simply run again.
    fn is_conflict(&self) -> bool;
}

impl Faulty for StoreError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict)
    }
}

impl Store {
    /// Opens the lanes. The database must be there and migrated; see [`migrate`].
    pub fn open(target: Target, settings: &LaneSettings) -> StoreResult<Self> {
        let gauge = Arc::new(Gauge::default());
        let reads = ReadLanes::open(&target, settings, &gauge)?;
        let writes = WriteLanes::open(&target, settings, &gauge)?;
        Ok(Self { reads: Arc::new(reads), writes: Arc::new(writes), gauge, news: News::new(), target })
    }

    /// Reads in one snapshot, on whichever read lane is free first.
    pub async fn read<T, E>(&self, job: impl FnOnce(&mut Reader) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Faulty,
    {
        self.gauge.read_visits.fetch_add(1, Ordering::Relaxed);
        self.reads.run(job).await
    }

    /// Writes in one transaction. `Ok` is answered only after the commit is durable; an `Err` or a
    /// panic has left nothing behind. The closure may run more than once.
    pub async fn write<T, E>(&self, job: impl Fn(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Faulty,
    {
        self.gauge.write_visits.fetch_add(1, Ordering::Relaxed);
        let written = self.writes.run(job).await;
        self.news.tell();
        written
    }

    /// Changes whenever something was written through this store, and by other processes once
    /// [`Self::follow`] was called.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.listen()
    }

    /// Listens to what other processes write to the same PostgreSQL database.
    pub fn follow(&self) -> StoreResult<()> {
        match &self.target {
            Target::Postgres(url) => news::follow(url.clone(), Arc::downgrade(&self.news)),
            Target::Sqlite(_) => Ok(()),
        }
    }

    /// Statements sent so far, those that begin and end transactions included.
    pub fn statements(&self) -> u64 {
        self.gauge.statements.load(Ordering::Relaxed)
    }

    /// Which database this is.
    pub fn target(&self) -> &Target {
        &self.target
    }
}

impl Reader {
    /// The connection, for the files of this floor.
    fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Tx {
    /// Holds every other write of the district back until this transaction ends.
    pub fn lock_district(&mut self, district: &District) -> StoreResult<()> {
        self.conn().lock_district(district.as_str())
    }
}

impl Deref for Tx {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}
