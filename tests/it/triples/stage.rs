//! A world that is looked at before and after each attempt: every row of every table, and the log.

use diesel::prelude::*;
use park_portal::{
    kernel::id::{AccountId, AuditLineId},
    store::{
        conn::Conn,
        schema::{audit_line, role_grant},
    },
};

use super::{Entry, GUESTS, Machine, Object};
use crate::world::{Db, World, named, posting, steps};

/// A world and what was last seen of it.
pub struct Stage {
    pub world: World,
    conn: Conn,
    /// The statement that reads [`Stage::tables`].
    reading: String,
    /// Each table's name with all its rows.
    tables: Vec<Table>,
    last_line: AuditLineId,
    number: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
struct Table {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    rows: String,
}

impl Stage {
    /// A stage on a database, or `None` when this machine cannot run that database.
    pub async fn open(db: Db) -> Option<Self> {
        let world = World::new(db).await?;
        let mut conn = world.connection();
        steps::enter_account(&mut conn, crate::world::DISTRICT, "former.liaison", "LIAISON", "ORGANISATION", "mill");
        let former: AccountId = named("former.liaison");
        diesel::update(role_grant::table.filter(role_grant::account.eq(former)))
            .set(role_grant::status.eq("SUSPENDED"))
            .execute(&mut conn)
            .expect("a grant is suspended");
        for login in GUESTS {
            steps::enter_account(&mut conn, crate::world::DISTRICT, login, "", "", "");
        }
        let served = [named("mill")];
        let posting = posting::active("instructor", 9001, "instructor", &served);
        world.app.store.write(move |tx| park_portal::store::posting::insert(tx, &posting)).await.expect("a posting is entered");
        let reading = reading(&mut conn, db);
        let last_line = AuditLineId::from_bytes([0; 16]);
        let mut stage = Self { world, conn, reading, tables: Vec::new(), last_line, number: 0 };
        stage.look();
        stage.new_lines();
        Some(stage)
    }

    /// Makes a fresh object, and takes what there is then as given.
    pub async fn enter(&mut self, machine: &Machine, state: &'static str) -> Object {
        self.number += 1;
        let (enter, entry) = (machine.enter, Entry { state, number: self.number });
        let object = self.world.app.store.write(move |tx| enter(tx, &entry)).await.expect("an object is entered");
        self.look();
        object
    }

    /// The tables that have changed since the last look, the log aside.
    pub fn look(&mut self) -> Vec<String> {
        let now: Vec<Table> = diesel::sql_query(&self.reading).load(&mut self.conn).expect("the tables are read");
        let before = std::mem::replace(&mut self.tables, now);
        let changed = before.iter().zip(&self.tables).filter(|(before, now)| before != now);
        changed.map(|(table, _)| table.name.clone()).collect()
    }

    /// The lines that the log has gained since the last look: action, outcome and whose they are.
    pub fn new_lines(&mut self) -> Vec<(String, String, Option<AccountId>)> {
        let lines: Vec<(AuditLineId, String, String, Option<AccountId>)> = audit_line::table
            .filter(audit_line::id.gt(self.last_line))
            .order(audit_line::id.asc())
            .select((audit_line::id, audit_line::action, audit_line::outcome, audit_line::account))
            .load(&mut self.conn)
            .expect("the log is read");
        self.last_line = lines.last().map_or(self.last_line, |(id, ..)| *id);
        lines.into_iter().map(|(_, action, outcome, account)| (action, outcome, account)).collect()
    }
}

/// The log and its heads are looked at line by line; the migrations' own table is not ours.
const NOT_READ: [&str; 3] = ["audit_line", "audit_head", "__diesel_schema_migrations"];

/// A statement that answers each table with all its rows as one text.
fn reading(conn: &mut Conn, db: Db) -> String {
    let parts: Vec<String> = columns(conn, db).iter().map(|(table, columns)| rows_of(db, table, columns)).collect();
    parts.join(" UNION ALL ")
}

fn rows_of(db: Db, table: &str, columns: &[String]) -> String {
    match db {
        Db::Sqlite => {
            let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
            let row = quoted.join("||','||");
            format!(
                "SELECT '{table}' AS name, coalesce((SELECT group_concat(x, ';') FROM (SELECT {row} AS x FROM {table} ORDER BY 1)), '') AS rows"
            )
        }
        Db::Postgres => format!(
            "SELECT '{table}' AS name, coalesce((SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) FROM {table} t), '') AS rows"
        ),
    }
}

fn columns(conn: &mut Conn, db: Db) -> Vec<(String, Vec<String>)> {
    #[derive(QueryableByName)]
    struct Column {
        #[diesel(sql_type = diesel::sql_types::Text)]
        of: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let sql = match db {
        Db::Sqlite => {
            "SELECT m.name AS of, c.name AS name FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid"
        }
        Db::Postgres => {
            "SELECT table_name::text AS of, column_name::text AS name FROM information_schema.columns \
             WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
        }
    };
    let columns: Vec<Column> = diesel::sql_query(sql).load(conn).expect("the catalogue");
    let mut tables: Vec<(String, Vec<String>)> = Vec::new();
    for column in columns.into_iter().filter(|column| !NOT_READ.contains(&column.of.as_str())) {
        match tables.last_mut().filter(|(table, _)| *table == column.of) {
            Some((_, names)) => names.push(column.name),
            None => tables.push((column.of, vec![column.name])),
        }
    }
    assert!(tables.len() > 20, "only {} tables were found", tables.len());
    tables
}
