//! Both migration trees make the same tables, and `schema.rs` says what they are.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use park_portal::store::conn::Conn;
use rstest::rstest;

use crate::world::{Db, World};

#[derive(QueryableByName, Debug)]
pub struct Column {
    #[diesel(sql_type = Text)]
    pub table_name: String,
    #[diesel(sql_type = Text)]
    pub column_name: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    nullable: String,
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS table_name, c.name AS column_name, c.type AS kind, \
    CASE WHEN c.\"notnull\" = 1 THEN 'NO' ELSE 'YES' END AS nullable \
    FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY 1, 2";
const POSTGRES_COLUMNS: &str = "SELECT table_name::text, column_name::text, data_type::text AS kind, is_nullable::text AS nullable \
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%' ORDER BY 1, 2";

/// All columns of all tables, as the database's catalogue has them.
pub fn columns(conn: &mut Conn) -> Vec<Column> {
    let query = match conn {
        Conn::Sqlite(_) => SQLITE_COLUMNS,
        Conn::Pg(_) => POSTGRES_COLUMNS,
    };
    sql_query(query).load(conn).expect("the catalogue")
}

/// `table.column` with its type in the words of `schema.rs`, as the file has it.
fn declared() -> BTreeMap<String, String> {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/schema.rs")).expect("schema.rs");
    let mut columns = BTreeMap::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = name.to_owned();
        } else if let Some((name, kind)) = line.trim_end_matches(',').split_once(" -> ") {
            columns.insert(format!("{table}.{name}"), kind.to_owned());
        }
    }
    columns
}

/// What a column of this declared type is in each database.
fn expected(db: Db, declared: &str) -> (String, &'static str) {
    let (inner, nullable) = match declared.strip_prefix("Nullable<") {
        Some(inner) => (inner.trim_end_matches('>'), "YES"),
        None => (declared, "NO"),
    };
    let kind = match (inner, db) {
        ("Uuid", Db::Sqlite) | ("Binary", Db::Sqlite) => "BLOB",
        ("Instant" | "BigInt" | "Integer" | "Bool", Db::Sqlite) => "INTEGER",
        ("Day" | "Text", Db::Sqlite) => "TEXT",
        ("Uuid", Db::Postgres) => "uuid",
        ("Binary", Db::Postgres) => "bytea",
        ("Instant", Db::Postgres) => "timestamp with time zone",
        ("BigInt", Db::Postgres) => "bigint",
        ("Integer", Db::Postgres) => "integer",
        ("Bool", Db::Postgres) => "boolean",
        ("Day", Db::Postgres) => "date",
        ("Text", Db::Postgres) => "text",
        (other, _) => panic!("schema.rs uses {other}"),
    };
    (kind.to_owned(), nullable)
}

#[rstest]
#[tokio::test]
async fn the_catalogue_is_what_the_schema_declares(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let found: BTreeMap<String, (String, String)> = columns(&mut world.connection())
        .into_iter()
        .map(|column| (format!("{}.{}", column.table_name, column.column_name), (column.kind, column.nullable)))
        .collect();
    let declared: BTreeMap<String, (String, String)> = declared()
        .into_iter()
        .map(|(name, kind)| {
            let (kind, nullable) = expected(db, &kind);
            (name, (kind, nullable.to_owned()))
        })
        .collect();
    assert_eq!(found, declared);
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

const SQLITE_OBJECTS: &str = "SELECT name, sql FROM sqlite_master \
    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'";
const POSTGRES_OBJECTS: &str = "SELECT relname::text AS name, '' AS sql FROM pg_class \
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE '\\_\\_%' \
    UNION ALL SELECT conname::text, '' FROM pg_constraint \
    WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'f', 'u', 'c') AND conrelid::regclass::text NOT LIKE '\\_\\_%' \
    UNION ALL SELECT indexname::text, '' FROM pg_indexes \
    WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint) \
    UNION ALL SELECT tgname::text, '' FROM pg_trigger WHERE NOT tgisinternal";

/// The names of all tables, constraints, indexes and triggers that a database ends up with.
fn names(conn: &mut Conn) -> BTreeSet<String> {
    let query = match conn {
        Conn::Sqlite(_) => SQLITE_OBJECTS,
        Conn::Pg(_) => POSTGRES_OBJECTS,
    };
    let found: Vec<Named> = sql_query(query).load(conn).expect("the catalogue");
    // SQLite keeps the names of constraints in the text of their table only.
    let within = |named: &Named| {
        let words: Vec<&str> = named.sql.split_whitespace().collect();
        words.windows(2).filter(|pair| pair[0] == "CONSTRAINT").map(|pair| pair[1].to_owned()).collect::<Vec<_>>()
    };
    found.iter().flat_map(|named| within(named).into_iter().chain([named.name.clone()])).collect()
}

#[tokio::test]
async fn both_trees_end_with_the_same_tables_constraints_indexes_and_triggers() {
    let (Some(sqlite), Some(postgres)) = (World::new(Db::Sqlite).await, World::new(Db::Postgres).await) else { return };
    let mut names = [sqlite, postgres].map(|world| names(&mut world.connection()));
    // SQLite has no TRUNCATE that would have to be refused.
    names[1].retain(|name| !name.ends_with("_no_truncate"));
    assert!(names[0].contains("claim_one_open") && names[0].contains("claim_two_parties"), "{:?}", names[0]);
    assert_eq!(names[0], names[1]);
}

#[test]
fn both_trees_have_the_same_migrations_each_with_a_way_back() {
    let tree = |name: &str| {
        let folder = format!("{}/migrations/{name}", env!("CARGO_MANIFEST_DIR"));
        let mut migrations = BTreeSet::new();
        for entry in fs::read_dir(folder).expect("a tree").flatten() {
            for file in ["up.sql", "down.sql"] {
                let text = fs::read_to_string(entry.path().join(file)).expect("a migration");
                assert!(!text.trim().is_empty(), "{}", entry.path().display());
            }
            migrations.insert(entry.file_name().to_string_lossy().into_owned());
        }
        migrations
    };
    assert_eq!(tree("sqlite"), tree("postgres"));
}

#[rstest]
#[tokio::test]
async fn every_migration_goes_back_and_forth(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::empty(db).await else { return };
    let before = names(&mut world.connection());
    let gone = park_portal::store::migrate::revert_all(&world.target).expect("the way back");
    assert_eq!(names(&mut world.connection()), BTreeSet::new());
    let back = park_portal::store::migrate::run(&world.target).expect("the way forth");
    assert_eq!(gone.into_iter().rev().collect::<Vec<_>>(), back);
    assert_eq!(names(&mut world.connection()), before);
}
