//! Everything that a database holds, as text, without what is random by its nature.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{RunQueryDsl, sql_query};
use park_portal::store::conn::Conn;

use crate::{
    migrations::{Column, columns},
    world::World,
};

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

/// All rows of all tables, sorted. Hashes and sealed texts are left out; each id is replaced by its
/// place among the ids of its kind, which is the order in which they were minted.
pub fn dump(world: &World) -> Vec<String> {
    let mut conn = world.connection();
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for column in columns(&mut conn) {
        tables.entry(column.table_name.clone()).or_default().push(column);
    }
    let mut lines = Vec::new();
    for (table, columns) in tables {
        let written = columns.iter().filter(|column| !is_random(&column.column_name)).map(|column| written(&conn, column));
        let sql = format!("SELECT {} AS line FROM {table}", written.collect::<Vec<_>>().join(" || '|' || "));
        let rows: Vec<Row> = sql_query(sql).load(&mut conn).expect("the rows");
        lines.extend(rows.into_iter().map(|row| format!("{table}: {}", row.line)));
    }
    let mut lines = numbered(&lines);
    lines.sort();
    lines
}

fn is_random(column: &str) -> bool {
    column.ends_with("hash") || column.ends_with("_sealed")
}

fn written(conn: &Conn, column: &Column) -> String {
    let name = &column.column_name;
    match conn {
        Conn::Sqlite(_) => format!("quote({name})"),
        Conn::Pg(_) if column.kind == "uuid" => format!("coalesce(replace(CAST({name} AS text), '-', ''), 'NULL')"),
        Conn::Pg(_) => format!("coalesce(CAST({name} AS text), 'NULL')"),
    }
}

/// Replaces ids by their places.
fn numbered(lines: &[String]) -> Vec<String> {
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (kind, id) in lines.iter().flat_map(|line| words(line)).filter_map(id_in) {
        ids.entry(kind).or_default().insert(id);
    }
    let places: BTreeMap<(String, String), usize> =
        ids.into_iter().flat_map(|(kind, ids)| (1..).zip(ids).map(move |(place, id)| ((kind.clone(), id), place))).collect();
    let replaced = |word: &str| match id_in(word) {
        Some((kind, id)) => format!("<{kind} {}>", places[&(kind.clone(), id)]),
        None => word.to_owned(),
    };
    lines.iter().map(|line| words(line).into_iter().map(replaced).collect()).collect()
}

/// A line cut before and after each run of letters that an id can have.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let in_id = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let end = rest.find(|letter| in_id(letter) != in_id(first)).unwrap_or(rest.len());
        words.push(&rest[..end]);
        rest = &rest[end..];
    }
    words
}

/// The kind and the sortable text of an id, if a word is one.
fn id_in(word: &str) -> Option<(String, String)> {
    if word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(("id".to_owned(), word.to_lowercase()));
    }
    let (kind, digits) = word.split_once('_')?;
    let is_id = kind.len() <= 4 && digits.len() == 26 && digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_id.then(|| (kind.to_owned(), digits.to_owned()))
}
