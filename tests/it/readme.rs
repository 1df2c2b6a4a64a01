//! The READMEs, followed to the letter against the program.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Command, Output, Stdio},
};

use diesel::{RunQueryDsl, sql_query};
use park_portal::store::conn::{Conn, Target};
use rstest::rstest;

use crate::world::{
    Db, bare,
    process::{Server, url},
    scratch,
};

/// A README with the headings of the parts that are followed, and of the part after them.
struct Page {
    file: &'static str,
    parts: [&'static str; 4],
}

/// The parts, in their order.
const WALKTHROUGH: usize = 0;
const YEAR: usize = 1;
const SET_UP: usize = 2;

const ENGLISH: Page =
    Page { file: "README.md", parts: ["## A walkthrough", "## An instructor's year", "## A real district", "## Settings"] };
const CHINESE: Page =
    Page { file: "README.zh-CN.md", parts: ["## 走一遍", "## 指导员的一年", "## 正式部署", "## 设置"] };

impl Page {
    /// The shell blocks between two headings that are marked as tested.
    fn blocks(&self, part: usize) -> Vec<String> {
        let path = format!("{}/{}", env!("CARGO_MANIFEST_DIR"), self.file);
        let text = fs::read_to_string(path).expect("the README");
        let from = text.find(self.parts[part]).expect("the part");
        let to = text.find(self.parts[part + 1]).expect("the part after it");
        let blocks = text[from..to].split("<!-- tested -->\n```sh\n").skip(1);
        blocks.map(|rest| rest.split("```").next().unwrap_or_default().to_owned()).collect()
    }
}

/// Runs a script as somebody who pastes it would, but stops at the first command that fails.
fn follow(script: &str, folder: &Path, settings: &[(&str, &str)]) -> String {
    let file = folder.join("readme.sh");
    fs::write(&file, script).expect("the script");
    let program = Path::new(env!("CARGO_BIN_EXE_park-portal")).parent().expect("a folder").to_string_lossy().into_owned();
    let path = std::env::var("PATH").expect("a path");
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail"]).arg(&file).current_dir(folder).env("PATH", format!("{program}:{path}"));
    for name in ["PORTAL_TEST_ACCEPT", "PORTAL_TEST_SCALE", "DATABASE_URL"] {
        command.env_remove(name);
    }
    command.envs(settings.iter().copied()).env("NO_PROXY", "127.0.0.1").stdin(Stdio::null());
    let Output { status, stdout, stderr } = command.output().expect("bash runs");
    let (said, log) = (String::from_utf8_lossy(&stdout).into_owned(), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{said}\n{log}");
    assert!(!said.contains("\"problems\":[{") && !said.contains("\"errors\":"), "{said}");
    said
}

/// Whether the commands of the README are there; CI must have them.
fn can_follow() -> bool {
    let has = |program: &str| Command::new(program).arg("--help").output().is_ok();
    let missing: Vec<&str> = ["bash", "curl", "openssl"].into_iter().filter(|program| !has(program)).collect();
    if !missing.is_empty() {
        eprintln!("NOT RUN: the tests that follow the README, because this machine lacks {}.", missing.join(", "));
        assert!(std::env::var_os("CI").is_none(), "CI must follow the README");
    }
    missing.is_empty()
}

fn number(target: &Target, sql: &str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Number {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let mut conn = Conn::open(target, std::time::Duration::from_secs(10)).expect("a connection");
    let sql = format!("SELECT CAST(count(*) AS BIGINT) AS number FROM {sql}");
    sql_query(sql).get_result::<Number>(&mut conn).expect("a number").number
}

#[rstest]
#[case(ENGLISH, Db::Sqlite)]
#[case(CHINESE, Db::Postgres)]
#[tokio::test]
async fn the_walkthrough_ends_with_a_confirmed_project(#[case] page: Page, #[case] db: Db) {
    let Some(target) = bare(db).filter(|_| can_follow()) else { return };
    let folder = scratch();
    let server = Server::demo(&target, &folder);
    server.said("Stop with Ctrl-C");
    let confirmed = "project WHERE status = 'CONFIRMED' AND title = '软件企业劳动合同管理普法讲座'";
    assert_eq!(number(&target, confirmed), 0);
    let said = follow(&page.blocks(WALKTHROUGH).concat(), &folder, &[("PORTAL", &format!("http://{}", server.address))]);
    assert!(said.contains("\"status\":\"CONFIRMED\""), "{said}");
    assert_eq!(number(&target, confirmed), 1);
}

#[rstest]
#[case(CHINESE, Db::Sqlite)]
#[case(ENGLISH, Db::Postgres)]
#[tokio::test]
async fn a_year_of_an_instructor_ends_with_a_grade_that_is_final(#[case] page: Page, #[case] db: Db) {
    let Some(target) = bare(db).filter(|_| can_follow()) else { return };
    let folder = scratch();
    let server = Server::demo(&target, &folder);
    server.said("Stop with Ctrl-C");
    // The helpers are those of the first walkthrough.
    let script = page.blocks(WALKTHROUGH)[0].clone() + &page.blocks(YEAR).concat();
    let said = follow(&script, &folder, &[("PORTAL", &format!("http://{}", server.address))]);
    for outcome in [
        "\"holds\":true,\"records\":3,\"firstBreak\":null",
        "\"level2\":9500",
        "\"level3\":9000",
        "\"agrees\":true",
        "\"status\":\"FINAL\",\"grade\":\"COMPETENT\"",
        "\"cycle\":{\"status\":\"FINAL\"}",
    ] {
        assert!(said.contains(outcome), "{outcome}: {said}");
    }
    let found = [
        number(&target, "posting WHERE status = 'ACTIVE'"),
        number(&target, "toolkit_issue WHERE acknowledged_at IS NOT NULL"),
        number(&target, "record_standing WHERE status = 'VERIFIED'"),
        number(&target, "evaluation WHERE status = 'FINAL'"),
    ];
    assert_eq!(found, [1, 1, 2, 1]);
}

#[rstest]
#[case(CHINESE, Db::Sqlite)]
#[case(ENGLISH, Db::Postgres)]
#[tokio::test]
async fn a_district_is_set_up_from_an_empty_database_and_works(#[case] page: Page, #[case] db: Db) {
    let Some(target) = bare(db).filter(|_| can_follow()) else { return };
    let folder = scratch();
    let setup = page.blocks(SET_UP).concat();
    let (database, address) = ("sqlite:data/portal.db", "127.0.0.1:8080");
    assert_eq!((setup.matches(database).count(), setup.matches(address).count()), (1, 1));
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
    let setup = setup.replace(database, &url(&target)).replace(address, &free.to_string());
    // What follows the helpers, the sign-in and the look-ups, as the page says at its end.
    let walk = page.blocks(WALKTHROUGH)[3..].concat();
    let script = format!("trap 'kill $SERVER' EXIT\n{setup}\n{walk}\n");
    let said = follow(&script, &folder, &[]);
    assert!(said.contains("420105 BUSINESS: ") && !said.contains("broken"), "{said}");
    let found = [
        number(&target, "account WHERE status = 'ACTIVE'"),
        number(&target, "role_grant WHERE status = 'ACTIVE'"),
        number(&target, "organisation"),
        number(&target, "category WHERE duty_unit IS NOT NULL"),
        number(&target, "demand"),
        number(&target, "project WHERE status = 'CONFIRMED'"),
    ];
    assert_eq!(found, [6, 6, 4, 20, 2, 1]);
}

#[test]
fn both_languages_have_the_same_commands() {
    for part in [WALKTHROUGH, YEAR, SET_UP] {
        let english = ENGLISH.blocks(part).join("\n");
        let chinese = CHINESE.blocks(part).join("\n").replace(" -H 'Accept-Language: zh-CN'", "");
        assert!(english.lines().count() > 40);
        assert_eq!(english, chinese);
    }
}
