//! Whatever is done to the log behind the portal's back is found: any bit, any line, any order.

use std::process::Command;

use diesel::{
    RunQueryDsl, sql_query,
    sql_types::{Binary, Text},
};
use jiff::SignedDuration;
use park_portal::store::conn::Target;
use rstest::rstest;
use serde_json::json;

use crate::world::{Db, World, steps};

/// A field of a line, by the way its bits are flipped.
#[derive(Clone, Copy, Debug)]
enum Field {
    Text(&'static str),
    Number(&'static str),
    Moment(&'static str),
    Id(&'static str),
    Bytes(&'static str),
}

const FIELDS: [Field; 12] = [
    Field::Id("id"),
    Field::Text("district"),
    Field::Text("stream"),
    Field::Number("number"),
    Field::Text("segment"),
    Field::Moment("at"),
    Field::Id("account"),
    Field::Text("action"),
    Field::Text("outcome"),
    Field::Text("effects"),
    Field::Bytes("previous_hash"),
    Field::Bytes("hash"),
];

/// Numbers that look random and are the same for the same seed (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).expect("a limit")).expect("a number")
    }
}

/// A world whose log has lines of both chains before and after the turn of a month.
async fn with_history(db: Db) -> Option<World> {
    let world = World::new(db).await?;
    for month in 0..2 {
        for number in 0..5 {
            let changes = json!({ "title": format!("第 {month}{number} 项"), "detail": format!("{month}{number}").repeat(8) });
            let made = steps::drafted_demand(&world, "mill.liaison", changes).await;
            steps::step(&world, "mill.liaison", "demandSubmit", "demand", &made, json!({})).await;
            let input = json!({ "login": format!("person.{month}{number}"), "displayName": "某某" });
            world.mutate("sysadmin", "accountCreate", "account { id }", input).await.text("/account/id");
        }
        world.advance(SignedDuration::from_hours(24 * 9)).await;
    }
    assert!(world.chains_hold().await);
    world.execute("CREATE TABLE audit_kept AS SELECT * FROM audit_line");
    Some(world)
}

/// Puts the log back as it was.
async fn restore(world: &World) {
    world.execute("DELETE FROM audit_line");
    world.execute("INSERT INTO audit_line SELECT * FROM audit_kept");
    assert!(world.chains_hold().await, "the log is whole again");
}

/// The places of all lines: stream and number.
fn places(world: &World) -> Vec<(String, i64)> {
    #[derive(diesel::QueryableByName)]
    struct Place {
        #[diesel(sql_type = Text)]
        stream: String,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let sql = "SELECT stream, CAST(number AS BIGINT) AS number FROM audit_kept WHERE district = '420105' ORDER BY stream, number";
    let places: Vec<Place> = sql_query(sql).load(&mut world.connection()).expect("the places");
    places.into_iter().map(|place| (place.stream, place.number)).collect()
}

/// Flips one bit of a field of a line; `None` when the field is empty, `Some(false)` when a
/// constraint of the database refuses the change.
fn flip(world: &World, place: &(String, i64), field: Field, dice: &mut Dice) -> Option<bool> {
    let of_line = format!("district = '420105' AND stream = '{}' AND number = {}", place.0, place.1);
    let mut conn = world.connection();
    let done = match field {
        Field::Text(column) => {
            let mut bytes = text(world, column, &of_line).into_bytes();
            let ascii: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii()).collect();
            let at = ascii[dice.below(ascii.len())];
            // The seven lower bits keep it a text; the zero byte is none that PostgreSQL would take.
            let flipped = bytes[at] ^ (1 << dice.below(7));
            bytes[at] = if flipped == 0 { bytes[at] ^ 1 } else { flipped };
            let changed = String::from_utf8(bytes).expect("a text");
            let sql = match &world.target {
                Target::Sqlite(_) => format!("UPDATE audit_line SET {column} = ? WHERE {of_line}"),
                Target::Postgres(_) => format!("UPDATE audit_line SET {column} = $1 WHERE {of_line}"),
            };
            sql_query(sql).bind::<Text, _>(changed).execute(&mut conn)
        }
        Field::Number(column) => {
            let bit = 1_i64 << dice.below(20);
            let change = if place.1 & bit == 0 { bit } else { -bit };
            sql_query(format!("UPDATE audit_line SET {column} = {column} + ({change}) WHERE {of_line}")).execute(&mut conn)
        }
        Field::Moment(column) => {
            let change = 1_i64 << dice.below(40);
            let sql = match &world.target {
                Target::Sqlite(_) => format!("UPDATE audit_line SET {column} = {column} + {change} WHERE {of_line}"),
                Target::Postgres(_) => {
                    format!("UPDATE audit_line SET {column} = {column} + interval '{change} microseconds' WHERE {of_line}")
                }
            };
            sql_query(sql).execute(&mut conn)
        }
        Field::Id(column) => {
            let mut bytes = bytes(world, column, &of_line)?;
            bytes[dice.below(16)] ^= 1 << dice.below(8);
            let hex = hex(&bytes);
            let literal = match &world.target {
                Target::Sqlite(_) => format!("x'{hex}'"),
                Target::Postgres(_) => format!("'{hex}'"),
            };
            sql_query(format!("UPDATE audit_line SET {column} = {literal} WHERE {of_line}")).execute(&mut conn)
        }
        Field::Bytes(column) => {
            let mut bytes = bytes(world, column, &of_line)?;
            bytes[dice.below(32)] ^= 1 << dice.below(8);
            let sql = match &world.target {
                Target::Sqlite(_) => format!("UPDATE audit_line SET {column} = ? WHERE {of_line}"),
                Target::Postgres(_) => format!("UPDATE audit_line SET {column} = $1 WHERE {of_line}"),
            };
            sql_query(sql).bind::<Binary, _>(bytes).execute(&mut conn)
        }
    };
    Some(match done {
        Ok(changed) => {
            assert_eq!(changed, 1, "{field:?} {place:?}");
            true
        }
        Err(_) => false,
    })
}

fn text(world: &World, column: &str, of_line: &str) -> String {
    #[derive(diesel::QueryableByName)]
    struct Value {
        #[diesel(sql_type = Text)]
        value: String,
    }
    let sql = format!("SELECT {column} AS value FROM audit_line WHERE {of_line}");
    sql_query(sql).get_result::<Value>(&mut world.connection()).expect("a text").value
}

/// The bytes of an id or a hash; `None` when there are none.
fn bytes(world: &World, column: &str, of_line: &str) -> Option<Vec<u8>> {
    let sql = match &world.target {
        Target::Sqlite(_) => format!("coalesce(hex({column}), '')"),
        Target::Postgres(_) if column.ends_with("hash") => format!("encode({column}, 'hex')"),
        Target::Postgres(_) => format!("coalesce(replace(CAST({column} AS text), '-', ''), '')"),
    };
    let text = text(world, &sql, of_line);
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal digits");
    (!text.is_empty()).then(|| (0..text.len()).step_by(2).map(digit).collect())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether `park-portal audit verify` finds the log whole.
fn command_finds_it_whole(world: &World) -> bool {
    let url = match &world.target {
        Target::Sqlite(path) => format!("sqlite:{}", path.display()),
        Target::Postgres(url) => url.clone(),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_park-portal"));
    command.args(["audit", "verify"]).env("PORTAL_DATABASE_URL", url);
    command.output().expect("the command runs").status.success()
}

#[rstest]
#[tokio::test]
async fn any_flipped_bit_is_found(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = with_history(db).await else { return };
    let seed = std::env::var("PORTAL_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_123_u64);
    println!("bits flipped on {db:?} from seed {seed}");
    let (places, mut dice, mut refused) = (places(&world), Dice(seed), 0);
    for round in 0..steps::scale(120, 2_400) {
        let (place, field) = (&places[dice.below(places.len())], FIELDS[round % FIELDS.len()]);
        match flip(&world, place, field, &mut dice) {
            None => {}
            Some(false) => refused += 1,
            Some(true) => {
                assert!(!world.chains_hold().await, "round {round}: {field:?} of {place:?}");
                restore(&world).await;
            }
        }
    }
    // Districts and streams that are none are refused by constraints; nearly everything else is not.
    assert!(refused <= steps::scale(120, 2_400) / 4, "{refused} changes were refused");
}

#[rstest]
#[tokio::test]
async fn any_removed_or_swapped_line_is_found(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = with_history(db).await else { return };
    let places = places(&world);
    assert!(places.len() >= 30, "{}", places.len());
    for (stream, number) in &places {
        world.execute(&format!("DELETE FROM audit_line WHERE stream = '{stream}' AND number = {number} AND district = '420105'"));
        assert!(!world.chains_hold().await, "without {stream} {number}");
        restore(&world).await;
    }
    let mut dice = Dice(7);
    for _ in 0..steps::scale(20, 200) {
        let (first, second) = (&places[dice.below(places.len())], &places[dice.below(places.len())]);
        if first.0 != second.0 || first.1 == second.1 {
            continue;
        }
        let of = |number: i64| format!("district = '420105' AND stream = '{}' AND number = {number}", first.0);
        world.execute(&format!("UPDATE audit_line SET number = 100000 WHERE {}", of(first.1)));
        world.execute(&format!("UPDATE audit_line SET number = {} WHERE {}", first.1, of(second.1)));
        world.execute(&format!("UPDATE audit_line SET number = {} WHERE {}", second.1, of(100_000)));
        assert!(!world.chains_hold().await, "{first:?} and {second:?} swapped");
        restore(&world).await;
    }
}

#[rstest]
#[tokio::test]
async fn the_command_line_finds_it_as_well(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = with_history(db).await else { return };
    assert!(command_finds_it_whole(&world));
    for tampering in [
        "UPDATE audit_line SET outcome = 'DONE' WHERE stream = 'BUSINESS' AND number = 7",
        "DELETE FROM audit_line WHERE stream = 'SECURITY' AND number = 2 AND district = '420105'",
        "DELETE FROM audit_line WHERE stream = 'BUSINESS' AND number = 20 AND district = '420105'",
    ] {
        world.execute(tampering);
        assert!(!command_finds_it_whole(&world), "{tampering}");
        restore(&world).await;
    }
    assert!(command_finds_it_whole(&world));
}
