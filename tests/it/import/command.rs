//! `park-portal import`, as an operator runs it.

use std::{
    path::PathBuf,
    process::{Command, Output},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use park_portal::store::conn::Target;
use rstest::rstest;

use super::{
    effects_of, rows_there,
    sheet::{Table, gb18030, row, xlsx},
};
use crate::world::{Db, World};

/// A file that is removed with its test.
struct File(PathBuf);

impl File {
    fn new(world: &World, name: &str, content: &[u8]) -> Self {
        let database = match &world.target {
            Target::Sqlite(path) => path.display().to_string(),
            Target::Postgres(url) => url.clone(),
        };
        let database: String = database.chars().filter(char::is_ascii_alphanumeric).collect();
        let path = std::env::temp_dir().join(format!("park-portal-{database}-{name}"));
        std::fs::write(&path, content).expect("the file is written");
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

struct Ended {
    code: i32,
    out: Vec<String>,
    err: String,
}

/// Runs `park-portal import` on the database of the world.
fn run(world: &World, file: &File, arguments: &[&str]) -> Ended {
    let url = match &world.target {
        Target::Sqlite(path) => format!("sqlite:{}", path.display()),
        Target::Postgres(url) => url.clone(),
    };
    let output = Command::new(env!("CARGO_BIN_EXE_park-portal"))
        .arg("import")
        .args(arguments)
        .arg(&file.0)
        .env("PORTAL_DATABASE_URL", url)
        .env("PORTAL_SECRET_KEY", STANDARD.encode([7; 32]))
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "C.UTF-8")
        .output()
        .expect("the program runs");
    ended(&output)
}

fn ended(output: &Output) -> Ended {
    Ended {
        code: output.status.code().expect("an exit status"),
        out: String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn list() -> Table {
    vec![
        row(["需求单位", "类别", "需求内容", "数量", "备用"]),
        row(["mill", "法律服务", "劳动合同审查", "3", ""]),
        row(["mill", "占卜", "看看风水", "1", ""]),
        row(["forge", "人才服务", "招聘焊工", "三个", ""]),
        row(["forge", "人才服务", "招聘电工", "３", ""]),
    ]
}

const AS: [&str; 4] = ["--kind", "demands", "--as", "coordinator"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    AS.into_iter().chain(more.iter().copied()).collect()
}

#[rstest]
#[tokio::test]
async fn a_clerk_is_told_every_bad_cell_and_the_status_tells_the_rest(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let file = File::new(&world, "list.xlsx", &xlsx(&list()));
    let before = rows_there(&world).await;

    let dry = run(&world, &file, &with(&["--dry-run"]));
    assert_eq!((dry.code, dry.err.as_str()), (1, ""));
    assert_eq!(
        dry.out,
        [
            "预检完成，未导入任何内容。",
            "工作表“清单”，表头在第 1 行；共 4 行：合格 2，不合格 2，已导入过 0；另有空行 0，表尾 0。",
            "没有读取的列：备用",
            "  [不合格] 第 3 行 B 列“类别”：“占卜”不是已有的类别，请核对名称。 (UNKNOWN_CATEGORY)",
            "  [不合格] 第 4 行 D 列“数量”：“三个”不是数字，请填写 1 到 10000 的整数。 (NOT_A_NUMBER)",
        ]
    );
    let all = run(&world, &file, &AS);
    assert_eq!(all.code, 1);
    assert_eq!(all.out[0], "有 2 行不合格，未导入任何内容。请修改后重试，或用 --good-rows 只导入合格行。");
    assert_eq!(all.out[1..], dry.out[1..]);
    assert_eq!(rows_there(&world).await, before);

    let dry = run(&world, &file, &with(&["--dry-run", "--good-rows"]));
    assert_eq!(dry.code, 3);
    let partly = run(&world, &file, &with(&["--good-rows", "--lang", "en"]));
    assert_eq!(partly.code, 3);
    assert!(partly.out[0].starts_with("Imported 2 rows as batch imp_"), "{:?}", partly.out);
    let line = "  [bad] Row 3, column B \"类别\": \"占卜\" is no category. (UNKNOWN_CATEGORY)";
    assert_eq!(partly.out[3], line);
    assert_eq!(world.number("SELECT count(*) FROM demand WHERE status = 'SUBMITTED' AND source = 'IMPORT'").await, 2);
    assert_eq!(effects_of(&world, "import.commit").len(), 1);
    let actor = world.number("SELECT count(*) FROM audit_line l JOIN account a ON a.id = l.account WHERE a.login = 'coordinator' AND l.action = 'import.commit' AND l.outcome = 'OK'");
    assert_eq!(actor.await, 1);

    let again = run(&world, &file, &with(&["--good-rows"]));
    assert_eq!((again.code, again.out[0].starts_with("已导入 0 行")), (1, true));
    assert_eq!(world.count("demand").await, 2);
    assert!(world.chains_hold().await);
}

#[rstest]
#[tokio::test]
async fn a_list_without_faults_ends_with_status_0_also_the_second_time(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let mut table = list();
    table.drain(2..4);
    let file = File::new(&world, "good.csv", &gb18030(&table));
    let first = run(&world, &file, &AS);
    assert_eq!((first.code, first.err.as_str()), (0, ""));
    assert!(first.out[0].starts_with("已导入 2 行，批次 imp_"), "{:?}", first.out);
    assert_eq!(first.out[1], "表头在第 1 行；共 2 行：合格 2，不合格 0，已导入过 0；另有空行 0，表尾 0。");
    let second = run(&world, &file, &AS);
    assert_eq!((second.code, world.count("demand").await), (0, 2));
}

#[tokio::test]
async fn the_account_decides_what_may_come_in() {
    let Some(world) = World::new(Db::Sqlite).await else { return };
    let mut table = list();
    table.drain(2..4);
    let file = File::new(&world, "rights.csv", &gb18030(&table));
    let before = rows_there(&world).await;
    let steward = run(&world, &file, &["--kind", "demands", "--as", "circle.steward"]);
    assert_eq!(steward.code, 1);
    assert!(steward.out[3].contains("不在您的管理范围内"), "{:?}", steward.out);
    for (login, sentence) in
        [("mill.liaison", "FORBIDDEN"), ("nobody", "FORBIDDEN"), ("no.such", "没有可用的账号“no.such”"), ("UPPER CASE", "login")]
    {
        let refused = run(&world, &file, &["--kind", "demands", "--as", login]);
        assert_eq!(refused.code, 1, "{login}");
        assert!(refused.err.contains(sentence), "{}", refused.err);
    }
    // There are two coordinators, of two districts.
    let unclear = run(&world, &file, &["--kind", "demands"]);
    assert_eq!((unclear.code, unclear.err.contains("--as")), (1, true), "{}", unclear.err);
    assert_eq!(rows_there(&world).await, before);
    world.execute("UPDATE account SET status = 'SUSPENDED' WHERE login = 'neighbour.coordinator'");
    assert_eq!(run(&world, &file, &["--kind", "demands"]).code, 0);
    world.execute("UPDATE account SET status = 'SUSPENDED' WHERE login = 'coordinator'");
    assert_eq!(run(&world, &file, &AS).code, 1);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_in_one_sentence() {
    let Some(world) = World::new(Db::Sqlite).await else { return };
    let large = File::new(&world, "large.csv", &vec![b' '; 20 * 1024 * 1024 + 1]);
    let refused = run(&world, &large, &AS);
    assert_eq!((refused.code, refused.err.trim()), (1, "park-portal: 文件超过 20 MB，请拆分后再上传。"));
    let missing = File(PathBuf::from("/nonexistent/list.xlsx"));
    assert_eq!(run(&world, &missing, &AS).code, 1);
    let wrong = File::new(&world, "wrong.csv", "姓名,年龄\n".as_bytes());
    let refused = run(&world, &wrong, &AS);
    assert_eq!((refused.code, refused.err.contains("没有找到完整的表头")), (1, true), "{}", refused.err);
    let file = File::new(&world, "sheets.xlsx", &xlsx(&list()));
    let refused = run(&world, &file, &with(&["--sheet", "另一张", "--lang", "en"]));
    assert!(refused.err.contains("There is no sheet \"另一张\". There are: 清单. [IMPORT_FILE]"), "{}", refused.err);
    assert_eq!(run(&world, &file, &with(&["--sheet", "清单", "--dry-run"])).code, 1);
    let usage = run(&world, &file, &["--kind", "persons"]);
    assert_eq!(usage.code, 2);
}

#[test]
fn the_help_tells_flags_and_statuses() {
    let output = Command::new(env!("CARGO_BIN_EXE_park-portal")).args(["import", "--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for part in ["--kind", "--dry-run", "--sheet", "--as", "--good-rows", "--lang", "Ends with status", "GB18030"] {
        assert!(help.contains(part), "{part}");
    }
}
