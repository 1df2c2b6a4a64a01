//! Many rows in few statements.

use diesel::{
    Insertable, PgConnection, RunQueryDsl, SqliteConnection, Table, associations::HasTable, query_builder::InsertStatement,
    query_dsl::methods::ExecuteDsl,
};

use super::{StoreResult, Tx, conn::Conn};

/// Values that one statement binds at most: SQLite takes 32,766, PostgreSQL twice as many.
const MOST_VALUES: usize = 30_000;

/// Enters rows of `columns` values each, as many per statement as both databases take.
///
/// Shared code cannot say this: the number of rows is part of the statement, and each database has
/// its own way to write several. A row type must not leave `None` to the column's default
/// (`treat_none_as_default_value = false`), or SQLite gets one statement per row.
pub(super) fn insert<'r, T, R>(tx: &mut Tx, columns: usize, rows: &'r [R]) -> StoreResult<()>
where
    T: Table + HasTable<Table = T>,
    &'r [R]: Insertable<T>,
    InsertStatement<T, <&'r [R] as Insertable<T>>::Values>: ExecuteDsl<PgConnection> + ExecuteDsl<SqliteConnection>,
{
    for some in rows.chunks(MOST_VALUES / columns) {
        let statement = diesel::insert_into(T::table()).values(some);
        match tx.conn() {
            Conn::Pg(conn) => statement.execute(conn)?,
            Conn::Sqlite(conn) => statement.execute(conn)?,
        };
    }
    Ok(())
}
