//! Migrations: two trees with the same names, embedded in the binary.

use std::time::Duration;

use diesel::{connection::SimpleConnection, migration::MigrationSource, pg::PgConnection, prelude::*, sqlite::SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{
    Reader, StoreError, StoreResult,
    conn::{Conn, Target},
};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
/// The key of the advisory lock that keeps two servers from migrating at once. Any constant does.
const LOCK_KEY: i64 = 0x7061_726b;
/// A migration may rewrite a large table.
const MIGRATION_TIMEOUT: Duration = Duration::from_secs(3600);

/// Brings the database to the newest schema and answers the names of the migrations that were run.
/// Creates the SQLite file and its folder if they are not there.
pub fn run(target: &Target) -> StoreResult<Vec<String>> {
    if let Target::Sqlite(path) = target
        && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|e| StoreError::Unavailable(e.to_string()))?;
    }
    let ran = match &mut Conn::open(target, MIGRATION_TIMEOUT)? {
        Conn::Sqlite(conn) => return run_sqlite(conn),
        Conn::Pg(conn) => {
            conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK_KEY})"))?;
            let ran = conn.run_pending_migrations(POSTGRES).map(|ran| names(&ran));
            conn.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK_KEY})"))?;
            ran
        }
    };
    ran.map_err(|e| StoreError::Unavailable(e.to_string()))
}

/// Takes every migration back, the last one first, and answers their names: for tests of the way back.
/// An operator goes back by restoring a backup, which loses nothing.
pub fn revert_all(target: &Target) -> StoreResult<Vec<String>> {
    let gone = match &mut Conn::open(target, MIGRATION_TIMEOUT)? {
        Conn::Sqlite(conn) => {
            conn.batch_execute("PRAGMA foreign_keys = OFF")?;
            conn.revert_all_migrations(SQLITE).map(|gone| names(&gone))
        }
        Conn::Pg(conn) => conn.revert_all_migrations(POSTGRES).map(|gone| names(&gone)),
    };
    gone.map_err(|e| StoreError::Unavailable(e.to_string()))
}

/// SQLite changes the constraints of a table by building it anew under its name, which the rows of
/// other tables that refer to it must outlive: they are not checked row by row, but all at the end.
fn run_sqlite(conn: &mut SqliteConnection) -> StoreResult<Vec<String>> {
    conn.batch_execute("PRAGMA foreign_keys = OFF")?;
    let ran = conn.run_pending_migrations(SQLITE).map(|ran| names(&ran)).map_err(|e| StoreError::Unavailable(e.to_string()))?;
    let orphans: Vec<Orphan> = diesel::sql_query("SELECT \"table\" AS name FROM pragma_foreign_key_check").load(conn)?;
    match orphans.first() {
        Some(orphan) => Err(StoreError::Corrupt {
            table: "sqlite_master",
            id: orphan.name.clone(),
            what: "a row refers to one that is not there".to_owned(),
        }),
        None => Ok(ran),
    }
}

/// The table of a row whose reference leads nowhere.
#[derive(QueryableByName)]
struct Orphan {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// What stands in a database, as far as its tables tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No table, or no file.
    Bare,
    /// Tables of a portal, of whatever version.
    Portal,
    /// Tables of something else.
    Foreign,
}

/// Looks what a database holds, without changing anything.
pub fn standing(target: &Target) -> StoreResult<Standing> {
    let unavailable = |e: ConnectionError| StoreError::Unavailable(e.to_string());
    let tables: Vec<Table> = match target {
        Target::Sqlite(path) if !path.exists() => Vec::new(),
        Target::Sqlite(path) => {
            // Not by `Conn::open`, which would set the file up for our work.
            let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(unavailable)?;
            diesel::sql_query("SELECT name FROM sqlite_master WHERE type = 'table'").load(&mut conn)?
        }
        Target::Postgres(url) => {
            let mut conn = PgConnection::establish(url).map_err(unavailable)?;
            let named = "SELECT CAST(tablename AS text) AS name FROM pg_tables \
                         WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
            diesel::sql_query(named).load(&mut conn)?
        }
    };
    let has = |name: &str| tables.iter().any(|table| table.name == name);
    Ok(match tables.as_slice() {
        [] => Standing::Bare,
        _ if has("__diesel_schema_migrations") && has("audit_line") => Standing::Portal,
        _ => Standing::Foreign,
    })
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// The names of the migrations that this binary has and the database has not.
pub fn pending(target: &Target) -> StoreResult<Vec<String>> {
    match &mut Conn::open(target, MIGRATION_TIMEOUT)? {
        Conn::Sqlite(conn) => conn.pending_migrations(SQLITE).map(|left| left.iter().map(|m| m.name().to_string()).collect()),
        Conn::Pg(conn) => conn.pending_migrations(POSTGRES).map(|left| left.iter().map(|m| m.name().to_string()).collect()),
    }
    .map_err(|e| StoreError::Unavailable(e.to_string()))
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> diesel::sql_types::Text,
    }
}

/// Whether the database behind a reader has every migration of this binary.
///
/// Reads the list of migrations itself: the harness would first want to create it, which a
/// read-only transaction refuses.
pub fn is_current(reader: &mut Reader) -> StoreResult<bool> {
    let ran: Vec<String> = __diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(reader.conn())?;
    let wanted = match reader.conn() {
        Conn::Sqlite(_) => versions::<diesel::sqlite::Sqlite>(SQLITE),
        Conn::Pg(_) => versions::<diesel::pg::Pg>(POSTGRES),
    }?;
    Ok(wanted.iter().all(|version| ran.contains(version)))
}

fn versions<DB: diesel::backend::Backend>(tree: EmbeddedMigrations) -> StoreResult<Vec<String>> {
    let migrations = MigrationSource::<DB>::migrations(&tree).map_err(|e| StoreError::Unavailable(e.to_string()))?;
    Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
}

fn names(ran: &[diesel::migration::MigrationVersion<'_>]) -> Vec<String> {
    ran.iter().map(ToString::to_string).collect()
}
