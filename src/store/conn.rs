//! One connection type for both databases, and the places where the two differ.

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use diesel::{
    Connection, RunQueryDsl,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    pg::PgConnection,
    sqlite::SqliteConnection,
};

use super::error::{StoreError, StoreResult};

/// A connection to whichever database the configuration names.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Pg(PgConnection),
    Sqlite(SqliteConnection),
}

/// Where the database is: `sqlite:data/portal.db` or `postgres://…`.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    Sqlite(PathBuf),
    Postgres(String),
}

/// Why a database URL cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    #[error("a database URL starts with `sqlite:` or `postgres://`")]
    UnknownScheme,
    #[error("`sqlite:` is followed by the path of a file")]
    NoPath,
    #[error("this build speaks to PostgreSQL without TLS; `sslmode=require` and stricter need a TLS tunnel or a local socket")]
    NoTls,
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(url: &str) -> Result<Self, TargetError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.starts_with(':') {
                return Err(TargetError::NoPath);
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(TargetError::UnknownScheme);
        }
        let wants_tls = ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"];
        if wants_tls.iter().any(|mode| url.contains(mode)) {
            return Err(TargetError::NoTls);
        }
        Ok(Self::Postgres(url.to_owned()))
    }
}

/// Never shows the password of the URL.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                let place = rest.split_once('@').map_or(rest, |(_, place)| place);
                let place = place.split_once('?').map_or(place, |(place, _)| place);
                write!(f, "{scheme}://{place}")
            }
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Conn {
    /// Opens a connection and sets it up for the work of a lane.
    pub fn open(target: &Target, statement_timeout: Duration) -> StoreResult<Self> {
        let milliseconds = statement_timeout.as_millis();
        match target {
            Target::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(|e| unavailable(&e))?;
                conn.batch_execute(&format!(
                    "PRAGMA busy_timeout = {milliseconds}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA mmap_size = 268435456; \
                     PRAGMA temp_store = MEMORY;"
                ))?;
                Ok(Self::Sqlite(conn))
            }
            Target::Postgres(url) => {
                let mut conn = PgConnection::establish(&with_timeouts(url)).map_err(|e| unavailable(&e))?;
                conn.batch_execute(&format!(
                    "SET application_name = 'park-portal'; SET timezone = 'UTC'; \
                     SET statement_timeout = {milliseconds}; SET idle_in_transaction_session_timeout = {milliseconds};"
                ))?;
                Ok(Self::Pg(conn))
            }
        }
    }

    /// Begins the transaction a write runs in.
    ///
    /// SQLite takes its write lock at once: a transaction that reads first and writes later would
    /// fail with `SQLITE_BUSY` whatever the timeout.
    pub fn begin_write(&mut self) -> StoreResult<()> {
        self.begin("BEGIN", "BEGIN IMMEDIATE")
    }

    /// Begins the snapshot that everything in one visit is read from.
    pub fn begin_read(&mut self) -> StoreResult<()> {
        self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN DEFERRED")
    }

    fn begin(&mut self, postgres: &str, sqlite: &str) -> StoreResult<()> {
        Ok(match self {
            Self::Pg(conn) => AnsiTransactionManager::begin_transaction_sql(conn, postgres),
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, sqlite),
        }?)
    }

    /// Opens a savepoint inside the running transaction.
    pub fn savepoint(&mut self) -> StoreResult<()> {
        Ok(match self {
            Self::Pg(conn) => AnsiTransactionManager::begin_transaction(conn),
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction(conn),
        }?)
    }

    /// Ends the innermost transaction or savepoint and keeps its changes.
    pub fn commit(&mut self) -> StoreResult<()> {
        Ok(match self {
            Self::Pg(conn) => AnsiTransactionManager::commit_transaction(conn),
            Self::Sqlite(conn) => AnsiTransactionManager::commit_transaction(conn),
        }?)
    }

    /// Ends the innermost transaction or savepoint and drops its changes.
    pub fn rollback(&mut self) -> StoreResult<()> {
        Ok(match self {
            Self::Pg(conn) => AnsiTransactionManager::rollback_transaction(conn),
            Self::Sqlite(conn) => AnsiTransactionManager::rollback_transaction(conn),
        }?)
    }

    /// Whether a statement of the running transaction has failed, so that it cannot commit.
    pub fn has_failed(&mut self) -> bool {
        use diesel::connection::TransactionManagerStatus;
        let status = match self {
            Self::Pg(conn) => AnsiTransactionManager::transaction_manager_status_mut(conn),
            Self::Sqlite(conn) => AnsiTransactionManager::transaction_manager_status_mut(conn),
        };
        match status {
            TransactionManagerStatus::Valid(status) => {
                status.in_transaction.as_ref().is_none_or(|open| open.requires_rollback_maybe_up_to_top_level)
            }
            TransactionManagerStatus::InError => true,
        }
    }

    /// Holds every other write of the district back until this transaction ends.
    ///
    /// On PostgreSQL this locks the heads of the district's audit chains, which each write has to
    /// take anyway; taking them first makes what a write reads as fresh as what it writes. SQLite
    /// has one writer and needs nothing.
    pub fn lock_district(&mut self, district: &str) -> StoreResult<()> {
        if let Self::Pg(conn) = self {
            diesel::sql_query("SELECT 1 FROM audit_head WHERE district = $1 ORDER BY stream FOR UPDATE")
                .bind::<diesel::sql_types::Text, _>(district)
                .execute(conn)?;
        }
        Ok(())
    }
}

/// A host that does not answer must not hold a lane for minutes.
fn with_timeouts(url: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}connect_timeout=5&keepalives_idle=30&tcp_user_timeout=10000")
}

fn unavailable(error: &diesel::ConnectionError) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_never_shows_its_password() {
        let target: Target = "postgres://portal:secret@db.example:5432/portal?sslmode=disable".parse().unwrap();
        assert_eq!(format!("{target} {target:?}"), "postgres://db.example:5432/portal postgres://db.example:5432/portal");
    }

    #[test]
    fn a_url_that_cannot_be_served_is_refused() {
        assert_eq!("mysql://x".parse::<Target>(), Err(TargetError::UnknownScheme));
        assert_eq!("sqlite:".parse::<Target>(), Err(TargetError::NoPath));
        assert_eq!("sqlite::memory:".parse::<Target>(), Err(TargetError::NoPath));
        assert_eq!("postgres://db/portal?sslmode=require".parse::<Target>(), Err(TargetError::NoTls));
    }
}
