//! The chain of records: without gap whoever files, and whatever is changed behind the API is found.

use std::sync::Arc;

use jiff::SignedDuration;
use park_portal::{ops::upkeep, store::conn::Target};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{at, chain_of, drafted, file, filed, posted};
use crate::{
    posting::upload,
    world::{Db, World, process, rng::Rng, steps},
};

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_two_filed_at_once_make_one_chain_without_gap(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let world = Arc::new(world);
    let mut drafts = Vec::new();
    for number in 0..32 {
        drafts.push(drafted(&world, json!({ "summary": format!("{number:x}").repeat(12) })).await);
    }
    let mut running = JoinSet::new();
    for draft in drafts {
        let world = Arc::clone(&world);
        running.spawn(async move { file(&world, &draft, json!({})).await.text("/filedRecord/refNo") });
    }
    let mut numbers = Vec::new();
    while let Some(number) = running.join_next().await {
        numbers.push(number.expect("a filing is answered"));
    }
    numbers.sort();
    let expected: Vec<String> = (1..=32).map(|number| format!("F-420105-2026-9001-{number:04}")).collect();
    assert_eq!(numbers, expected);
    let chain = chain_of(&world, "instructor").await;
    assert_eq!(chain, json!({ "holds": true, "records": 32, "checkpoints": 0, "firstBreak": null }));
}

/// Three records, the second with two addenda and the third with a file.
async fn three(db: Db) -> Option<World> {
    let world = posted(db).await?;
    filed(&world, "安全检查").await;
    let second = filed(&world, "法律咨询").await;
    for text in ["企业已整改完毕。", "经电话核实。"] {
        let input = json!({ "filedRecord": second.id, "text": text });
        world.mutate("instructor", "recordAdd", "addendum { number }", input).await.done("/addendum/number");
    }
    let mut draft = drafted(&world, json!({ "summary": "召开座谈会,听取意见。" })).await;
    let sent = upload(&world, "instructor", b"%PDF-1.7 minutes").await;
    let input = json!({ "recordDraft": draft.id, "expectedVersion": 1, "file": sent });
    world.mutate("instructor", "recordAttach", "recordDraft { id }", input).await.done("/recordDraft/id");
    draft.version = 2;
    file(&world, &draft, json!({})).await.done("/filedRecord/id");
    Some(world)
}

#[rstest]
#[tokio::test]
async fn the_database_itself_refuses_to_change_or_remove_what_is_filed(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = three(db).await else { return };
    let mut attempts = vec![
        ("UPDATE filed_record SET summary = '别的内容'".to_owned(), "filed_record_no_update"),
        ("DELETE FROM filed_record WHERE number = 3".to_owned(), "filed_record_no_delete"),
        ("UPDATE record_addendum SET text = '别的内容'".to_owned(), "record_addendum_no_update"),
        ("DELETE FROM record_addendum".to_owned(), "record_addendum_no_delete"),
        ("UPDATE record_file SET record = NULL".to_owned(), "record_file_no_update"),
        ("DELETE FROM record_file".to_owned(), "record_file_no_delete"),
        ("UPDATE stored_file SET name = '别的名字'".to_owned(), "stored_file_no_update"),
        ("DELETE FROM stored_file".to_owned(), "stored_file_no_delete"),
    ];
    if db == Db::Postgres {
        for table in ["filed_record", "record_addendum", "record_file", "stored_file", "record_segment"] {
            attempts.push((format!("TRUNCATE {table} CASCADE"), "_no_truncate"));
        }
    }
    let refused = async |attempts: &[(String, &str)]| {
        for (sql, trigger) in attempts {
            let refusal = world.refused_by(sql);
            assert!(refusal.contains(trigger), "{sql}: {refusal}");
        }
    };
    refused(&attempts).await;
    // A sealed year is kept as well, until ten years have passed; then it goes with all that belongs to it.
    let seal = |year: i32| {
        world.execute(&format!(
            "INSERT INTO record_segment (posting, year, district, records, last_hash, sealed_at) \
             SELECT posting, {year}, district, number, hash, (SELECT max(filed_at) FROM filed_record) FROM record_head WHERE year = 2026"
        ));
    };
    seal(2026);
    refused(&attempts).await;
    refused(&[
        ("UPDATE record_segment SET records = 1".to_owned(), "record_segment_no_update"),
        ("DELETE FROM record_segment".to_owned(), "record_segment_no_delete"),
    ])
    .await;
    assert_eq!(world.count("filed_record").await, 3);
    assert_eq!(chain_of(&world, "instructor").await["holds"], true);
}

#[rstest]
#[tokio::test]
async fn a_year_that_is_older_than_ten_can_be_removed_and_its_checkpoint_stays(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    world.execute("UPDATE posting SET from_on = '2014-01-01'");
    // Long ago, by the world's clock; the database goes by its own.
    at(&world, "2015-03-02T01:00:00Z").await;
    world.execute("UPDATE role_grant SET from_on = '2014-01-01'");
    let old = drafted(&world, json!({ "occurredOn": "2015-03-02" })).await;
    file(&world, &old, json!({})).await.done("/filedRecord/id");
    assert!(world.refused_by("DELETE FROM filed_record").contains("filed_record_no_delete"), "it is not sealed");
    at(&world, "2026-11-23T01:00:00Z").await;
    while upkeep::run_due(&world.app).await.unwrap() > 0 {}
    assert_eq!(world.number("SELECT count(*) FROM record_segment WHERE year = 2015 AND records = 1").await, 1);
    filed(&world, "安全检查").await;
    assert_eq!(chain_of(&world, "instructor").await["records"], 2);
    world.execute("DELETE FROM record_standing WHERE record IN (SELECT id FROM filed_record WHERE year = 2015)");
    world.execute("DELETE FROM filed_record WHERE year = 2015");
    let chain = json!({ "holds": true, "records": 1, "checkpoints": 1, "firstBreak": null });
    assert_eq!(chain_of(&world, "instructor").await, chain);
    assert!(world.refused_by("DELETE FROM record_segment").contains("record_segment_no_delete"));
}

/// Takes the triggers away, as somebody could who owns the database.
pub fn disarm(world: &World) {
    for table in ["filed_record", "record_addendum", "record_file", "stored_file", "record_segment"] {
        for event in ["update", "delete"] {
            let on = if matches!(world.target, Target::Sqlite(_)) { String::new() } else { format!(" ON {table}") };
            world.execute(&format!("DROP TRIGGER {table}_no_{event}{on}"));
        }
    }
}

/// One bit of one column of one row of a table, turned over; `None` where the database refuses what comes
/// of it.
fn flip(world: &World, rng: &mut Rng, table: &str, column: &str, kind: Kind, number: i64) -> Option<String> {
    use diesel::RunQueryDsl as _;
    let row = format!("number = {number}");
    let change = match (kind, &world.target) {
        (Kind::Number, _) => {
            let bit = 1_u64 << rng.below(12);
            let value = format!("(({column} | {bit}) - ({column} & {bit}))");
            format!("UPDATE {table} SET {column} = {value} WHERE {row}")
        }
        (Kind::Moment, Target::Sqlite(_)) => {
            let bit = 1_u64 << rng.below(40);
            format!("UPDATE {table} SET {column} = (({column} | {bit}) - ({column} & {bit})) WHERE {row}")
        }
        (Kind::Moment, Target::Postgres(_)) => {
            let microseconds = 1_u64 << rng.below(40);
            format!("UPDATE {table} SET {column} = {column} + interval '{microseconds} microseconds' WHERE {row}")
        }
        (Kind::Bytes | Kind::Text, target) => {
            let hex = read_hex(world, table, column, &row, target)?;
            let mut bytes: Vec<u8> =
                (0..hex.len() / 2).map(|byte| u8::from_str_radix(&hex[2 * byte..2 * byte + 2], 16).expect("hex")).collect();
            let place = rng.below(bytes.len().max(1));
            *bytes.get_mut(place)? ^= 1 << rng.below(8);
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let value = match (kind, target) {
                (Kind::Text, Target::Sqlite(_)) => format!("CAST(x'{hex}' AS TEXT)"),
                (_, Target::Sqlite(_)) => format!("x'{hex}'"),
                (Kind::Text, Target::Postgres(_)) => format!("convert_from(decode('{hex}', 'hex'), 'UTF8')"),
                (_, Target::Postgres(_)) => format!("decode('{hex}', 'hex')"),
            };
            format!("UPDATE {table} SET {column} = {value} WHERE {row}")
        }
    };
    diesel::sql_query(&change).execute(&mut world.connection()).ok().filter(|changed| *changed > 0).map(|_| change)
}

/// How a column is turned over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Moment,
    Bytes,
    Text,
}

fn read_hex(world: &World, table: &str, column: &str, row: &str, target: &Target) -> Option<String> {
    use diesel::RunQueryDsl as _;
    #[derive(diesel::QueryableByName)]
    struct Hex {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
        hex: Option<String>,
    }
    let hex = match target {
        Target::Sqlite(_) => format!("lower(hex({column}))"),
        Target::Postgres(_) if matches!(column, "hash" | "previous_hash") => format!("encode({column}, 'hex')"),
        Target::Postgres(_) => format!("encode(convert_to({column}, 'UTF8'), 'hex')"),
    };
    let rows: Vec<Hex> =
        diesel::sql_query(format!("SELECT {hex} AS hex FROM {table} WHERE {row}")).load(&mut world.connection()).expect("a row");
    rows.into_iter().next().and_then(|row| row.hex)
}

const RECORD_COLUMNS: [(&str, Kind); 10] = [
    ("ref_no", Kind::Text),
    ("kind", Kind::Text),
    ("summary", Kind::Text),
    ("links", Kind::Text),
    ("attachments", Kind::Text),
    ("timing", Kind::Text),
    ("filed_at", Kind::Moment),
    ("number", Kind::Number),
    ("previous_hash", Kind::Bytes),
    ("hash", Kind::Bytes),
];
const ADDENDUM_COLUMNS: [(&str, Kind); 5] = [
    ("text", Kind::Text),
    ("number", Kind::Number),
    ("added_at", Kind::Moment),
    ("previous_hash", Kind::Bytes),
    ("hash", Kind::Bytes),
];

/// Both tables as they were filed, to be put back after each attempt.
struct Originals;

impl Originals {
    const TABLES: [&str; 2] = ["filed_record", "record_addendum"];

    fn keep(world: &World) {
        for table in Self::TABLES {
            world.execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"));
        }
    }

    fn put_back(world: &World) {
        let mut conn = world.connection();
        let free = if matches!(world.target, Target::Sqlite(_)) {
            "PRAGMA foreign_keys = OFF;"
        } else {
            "SET session_replication_role = replica;"
        };
        let renew: String = Self::TABLES
            .iter()
            .map(|table| format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table};"))
            .collect();
        diesel::connection::SimpleConnection::batch_execute(&mut conn, &format!("{free} {renew}"))
            .expect("the originals are back");
    }

    /// Lets rows be anything, as somebody could who owns the database.
    fn unbind(world: &World) {
        if let Target::Postgres(_) = world.target {
            for constraint in [
                "filed_record_kind_known",
                "filed_record_timing_known",
                "filed_record_late_explained",
                "filed_record_number_range",
            ] {
                world.execute(&format!("ALTER TABLE filed_record DROP CONSTRAINT {constraint}"));
            }
            world.execute("ALTER TABLE record_addendum DROP CONSTRAINT record_addendum_number_range");
        }
    }
}

#[rstest]
#[tokio::test]
async fn any_bit_that_is_turned_over_is_found(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = three(db).await else { return };
    disarm(&world);
    Originals::unbind(&world);
    Originals::keep(&world);
    let seed = std::env::var("PORTAL_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_128_u64);
    let mut rng = Rng::new(seed);
    let (mut flipped, rounds) = (0, steps::scale(3, 60));
    for _ in 0..rounds {
        for number in 1..=3 {
            for (column, kind) in RECORD_COLUMNS {
                let Some(change) = flip(&world, &mut rng, "filed_record", column, kind, number) else { continue };
                assert_eq!(chain_of(&world, "instructor").await["holds"], false, "seed {seed}: {change}");
                Originals::put_back(&world);
                flipped += 1;
            }
        }
        for number in 1..=2 {
            for (column, kind) in ADDENDUM_COLUMNS {
                let Some(change) = flip(&world, &mut rng, "record_addendum", column, kind, number) else { continue };
                assert_eq!(chain_of(&world, "instructor").await["holds"], false, "seed {seed}: {change}");
                Originals::put_back(&world);
                flipped += 1;
            }
        }
    }
    println!("{flipped} bits turned over on {db:?} from seed {seed}");
    assert!(flipped > rounds * 20, "only {flipped}");
    assert_eq!(chain_of(&world, "instructor").await["holds"], true);
}

#[rstest]
#[tokio::test]
async fn what_is_removed_or_swapped_is_found_and_named(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = three(db).await else { return };
    disarm(&world);
    Originals::keep(&world);
    let broken = |number: i32, fault: &str| json!({ "year": 2026, "number": number, "fault": fault });
    let swap = "UPDATE filed_record SET number = 9000 WHERE number = 1; UPDATE filed_record SET number = 1 WHERE number = 2; \
        UPDATE filed_record SET number = 2 WHERE number = 9000";
    let delete = |number: i32| format!("DELETE FROM filed_record WHERE number = {number}");
    let mut attempts: Vec<(String, Value)> = vec![
        (delete(1), broken(1, "MISSING")),
        (delete(2), broken(2, "MISSING")),
        (delete(3), broken(3, "MISSING")),
        (swap.to_owned(), broken(1, "UNLINKED")),
        ("DELETE FROM record_addendum WHERE number = 1".to_owned(), broken(2, "ADDENDUM")),
        ("DELETE FROM record_addendum WHERE number = 2".to_owned(), broken(2, "ADDENDUM")),
        ("DELETE FROM record_addendum".to_owned(), broken(2, "ADDENDUM")),
    ];
    // What others say of the third record, and its file, are not put back: they come last.
    attempts.push((
        "UPDATE record_file SET record = NULL; DELETE FROM record_file; DELETE FROM stored_file".to_owned(),
        broken(3, "ATTACHMENT"),
    ));
    attempts.push(("DELETE FROM record_standing WHERE ref_no LIKE '%0001'".to_owned(), broken(1, "STANDING")));
    for (sql, expected) in attempts {
        let mut conn = world.connection();
        let free = if db == Db::Sqlite { "PRAGMA foreign_keys = OFF" } else { "SET session_replication_role = replica" };
        diesel::connection::SimpleConnection::batch_execute(&mut conn, &format!("{free}; {sql}")).expect("it is done");
        let chain = chain_of(&world, "instructor").await;
        assert_eq!((&chain["holds"], &chain["firstBreak"]), (&json!(false), &expected), "{sql}");
        Originals::put_back(&world);
    }
}

#[rstest]
#[tokio::test]
async fn the_command_verifies_all_postings_and_the_contents_of_files(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = three(db).await else { return };
    let url = process::url(&world.target);
    let verify = || process::run(&["records", "verify"], &[("PORTAL_DATABASE_URL", &url)]);
    let whole = verify();
    assert_eq!(String::from_utf8_lossy(&whole.stdout), "420105 9001: 3 records, 0 checkpoints, whole\n");
    assert!(whole.status.success());
    disarm(&world);
    let other = if db == Db::Sqlite {
        "x'255044462d312e37206d696e75746574'"
    } else {
        "decode('255044462d312e37206d696e75746574', 'hex')"
    };
    world.execute(&format!("UPDATE stored_file SET content = {other}"));
    // The API goes by the hashes.
    assert_eq!(chain_of(&world, "instructor").await["holds"], true);
    let broken = verify();
    assert_eq!(String::from_utf8_lossy(&broken.stdout), "420105 9001: broken at record 3 of 2026: ATTACHMENT\n");
    assert_eq!(broken.status.code(), Some(1));
}

#[rstest]
#[tokio::test]
async fn a_year_that_is_over_is_sealed_once_and_the_next_one_goes_on_from_it(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    world.execute("UPDATE posting SET to_on = '2027-12-31'");
    let last = filed(&world, "安全检查").await;
    let hash = super::seen(&world, "instructor", &last, "hash").await["hash"].clone();
    at(&world, "2026-12-31T15:59:59Z").await;
    while upkeep::run_due(&world.app).await.unwrap() > 0 {}
    assert_eq!(world.count("record_segment").await, 0);
    world.advance(SignedDuration::from_secs(1)).await;
    while upkeep::run_due(&world.app).await.unwrap() > 0 {}
    assert_eq!(world.number("SELECT count(*) FROM record_segment WHERE year = 2026 AND records = 1").await, 1);
    let draft = drafted(&world, json!({ "occurredOn": "2027-01-01", "summary": "元旦走访慰问。" })).await;
    let first = file(&world, &draft, json!({})).await;
    assert_eq!(first.done("/filedRecord/refNo"), "F-420105-2027-9001-0001");
    assert_eq!(first.done("/filedRecord/previousHash"), &hash);
    let chain = json!({ "holds": true, "records": 2, "checkpoints": 0, "firstBreak": null });
    assert_eq!(chain_of(&world, "instructor").await, chain);
}

#[rstest]
#[tokio::test]
async fn each_constraint_of_records_bites(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = three(db).await else { return };
    drafted(&world, json!({ "summary": "组织职工参加消防演练。" })).await;
    disarm(&world);
    for (sql, constraint) in [
        ("UPDATE record_draft SET kind = 'OTHER'", "record_draft_kind_known"),
        ("UPDATE record_draft SET status = 'OTHER'", "record_draft_status_known"),
        ("UPDATE filed_record SET number = 0 WHERE number = 1", "filed_record_number_range"),
        ("UPDATE filed_record SET number = 2 WHERE number = 1", "filed_record"),
        ("UPDATE filed_record SET kind = 'OTHER'", "filed_record_kind_known"),
        ("UPDATE filed_record SET timing = 'OTHER'", "filed_record_timing_known"),
        ("UPDATE filed_record SET timing = 'LATE'", "filed_record_late_explained"),
        ("UPDATE record_standing SET status = 'OTHER'", "record_standing"),
        ("UPDATE record_standing SET status = 'VERIFIED'", "record_standing_verified"),
        ("UPDATE record_standing SET status = 'DISPUTED'", "record_standing_disputed"),
        ("UPDATE record_standing SET decided_at = verify_due_at", "record_standing_decided"),
        ("UPDATE record_standing SET addenda = -1", "record_standing_addenda_range"),
        ("UPDATE record_addendum SET number = 0 WHERE number = 1", "record_addendum_number_range"),
        ("UPDATE record_file SET position = 0", "record_file_position_range"),
        ("UPDATE record_head SET number = -1", "record_head_number_range"),
    ] {
        let refusal = world.refused_by(sql);
        assert!(refusal.contains(constraint), "{sql}: {refusal}");
    }
}
