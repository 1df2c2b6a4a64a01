//! What can go wrong between us and the database.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A fault or refusal of the data layer. Its text is for the log only.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A guarded write met no row: somebody else was first.
    #[error("the row is no longer in the state that was expected")]
    Stale,
    /// A unique constraint or index said no; the name is the one the migration gives it.
    #[error("{0} is violated")]
    Unique(String),
    /// A CHECK or foreign key said no: a rule that the floors above should have applied.
    #[error("{constraint} is violated: {message}")]
    Constraint { constraint: String, message: String },
    /// Two transactions could not both win; the loser may simply run again.
    #[error("the transaction lost to another one and may be run again")]
    Conflict,
    /// A stored value that no version of this program writes.
    #[error("{table} {id} holds {what}, which cannot be read")]
    Corrupt { table: &'static str, id: String, what: String },
    /// The queue before the database is full.
    #[error("too many requests wait for the database")]
    Overloaded,
    /// No connection, or the server is going down.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The closure that ran on the lane panicked; its transaction was rolled back.
    #[error("a database job panicked")]
    Panicked,
    /// Anything else the database said.
    #[error("the database refused: {0}")]
    Database(DieselError),
}

/// What every store function answers.
pub type StoreResult<T> = Result<T, StoreError>;

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, info) => {
                let message = info.message().to_owned();
                let constraint = info.constraint_name().map_or_else(|| sqlite_constraint(&message), str::to_owned);
                match kind {
                    DatabaseErrorKind::UniqueViolation => Self::Unique(constraint),
                    DatabaseErrorKind::SerializationFailure => Self::Conflict,
                    DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => Self::Unavailable(message),
                    DatabaseErrorKind::CheckViolation
                    | DatabaseErrorKind::ForeignKeyViolation
                    | DatabaseErrorKind::NotNullViolation => Self::Constraint { constraint, message },
                    _ if message.contains("deadlock detected") || message.contains("检测到死锁") => Self::Conflict,
                    // Waiting for another writer took too long.
                    _ if message.contains("database is locked") || message.contains("statement timeout") => Self::Overloaded,
                    _ => Self::Database(DieselError::DatabaseError(kind, info)),
                }
            }
            other => Self::Database(other),
        }
    }
}

/// SQLite names the constraint only in its message: `CHECK constraint failed: demand_quantity_range`
/// or `UNIQUE constraint failed: zone.district, zone.code`.
fn sqlite_constraint(message: &str) -> String {
    message.split_once("failed: ").map_or(message, |(_, name)| name).to_owned()
}

impl StoreError {
    /// Whether this is the violation of the unique constraint or index `name`, which spans `columns`
    /// (`table.column`, in order). PostgreSQL tells the name, SQLite the columns.
    pub fn is_unique(&self, name: &str, columns: &str) -> bool {
        matches!(self, Self::Unique(constraint) if constraint == name || constraint == columns)
    }
}
