//! Setting up a district, and its first administrators.

use jiff::SignedDuration;
use park_portal::{
    domain::{account::Login, grant::Role},
    kernel::{district::District, text::Name},
    ops::{
        self, Failure,
        bootstrap::{FirstAdmin, account_create, password_reset},
    },
    store::audit,
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    people::{PASSWORD, change, run, sign_in, token, viewer},
    world::{Db, World},
};

const DIVISIONS: &str = "code,level,name,parent_code,source\n\
    420107,DISTRICT,青山区,420100,test\n\
    420107001,STREET,红卫路街道,420107,test\n\
    420107001001,COMMUNITY,一社区,420107001,test\n";

async fn create(world: &World, divisions: &str) -> Result<District, Failure> {
    ops::district::create(&world.app.store, &world.clock, world.app.entropy, divisions).await
}

fn admin(district: &str, login: &str, role: Role) -> FirstAdmin {
    FirstAdmin {
        district: district.parse().expect("a district"),
        login: Login::parse(login).expect("a login"),
        display_name: Name::parse("首位管理员").expect("a name"),
        role,
    }
}

/// The codes of a failure's problems with their paths.
fn problems(failure: &Failure) -> Vec<String> {
    let told = failure.problems().unwrap_or_default();
    told.iter().map(|problem| format!("{} at {}", problem.code.name(), problem.path.join("."))).collect()
}

#[rstest]
#[tokio::test]
async fn a_district_is_set_up_from_its_divisions(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let district = create(&world, DIVISIONS).await.expect("the district");
    assert_eq!(district.as_str(), "420107");
    let count = async |table: &str| world.number(&format!("SELECT count(*) FROM {table} WHERE district = '420107'")).await;
    assert_eq!((count("division").await, count("category").await, count("audit_head").await), (3, 20, 2));
    assert_eq!(count("rule").await, world.number("SELECT count(*) FROM rule WHERE district = '420105'").await);
    for year in [2024, 2025, 2026] {
        assert_eq!(world.number(&format!("SELECT count(*) FROM calendar_year WHERE year = {year}")).await, 1);
    }
    assert_eq!(world.audit().await, ["district.create OK"]);

    let before = world.count("category").await;
    assert_eq!(problems(&create(&world, DIVISIONS).await.expect_err("it is there")), ["DUPLICATE_NAME at "]);
    assert_eq!(problems(&create(&world, "code,level\n1,2\n").await.expect_err("no table")), ["VALIDATION at "]);
    assert_eq!(world.count("category").await, before);
}

#[rstest]
#[tokio::test]
async fn the_first_two_administrators_grant_all_others(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    create(&world, DIVISIONS).await.expect("the district");
    let mut tokens = Vec::new();
    for (login, role) in [("first.system", Role::SystemAdmin), ("first.security", Role::SecurityAdmin)] {
        let initial = account_create(&world.app, admin("420107", login, role)).await.expect("an administrator");
        let first = token(&sign_in(&world, login, initial.reveal()).await);
        tokens.push(change(&world, &first, initial.reveal(), PASSWORD).await.text("/token"));
    }
    let query = "{ viewer { district { code name } grants { role proposedBy { id } approvedBy { id } } } }";
    let seen = run(&world, &tokens[0], query, json!({})).await;
    assert_eq!(
        seen.data("/viewer"),
        &json!({
            "district": { "code": "420107", "name": "青山区" },
            "grants": [{ "role": "SYSTEM_ADMIN", "proposedBy": null, "approvedBy": null }],
        })
    );
    let call = async |token: &str, mutation: &str, fields: &str, input: Value| {
        let mut kind = mutation.to_owned();
        kind[..1].make_ascii_uppercase();
        let query = format!("mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ {fields} problems {{ code }} }} }}");
        run(&world, token, &query, json!({ "input": input })).await.inside(mutation)
    };
    let input = json!({ "login": "chief", "displayName": "统筹" });
    let chief = call(&tokens[0], "accountCreate", "account { id }", input).await.text("/account/id");
    let input = json!({ "account": chief, "role": "COORDINATOR", "from": "2026-11-23" });
    let grant = call(&tokens[0], "grantPropose", "grant { id }", input).await.text("/grant/id");
    let input = json!({ "grant": grant, "expectedVersion": 1 });
    let approved = call(&tokens[1], "grantApprove", "grant { status }", input).await;
    assert_eq!(approved.done("/grant/status"), "ACTIVE");
    let verdicts = world.app.store.read(|reader| audit::verify(reader, &"420107".parse().expect("a district"))).await;
    assert!(verdicts.expect("the log").iter().all(|verdict| verdict.broken.is_none() && verdict.lines > 0));
}

#[rstest]
#[tokio::test]
async fn the_command_line_makes_the_first_of_each_only(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let before = world.count("account").await;
    let refused = async |district: &str, login: &str, role: Role| {
        problems(&account_create(&world.app, admin(district, login, role)).await.expect_err("a refusal"))
    };
    assert_eq!(refused("420105", "second.one", Role::SystemAdmin).await, ["INVALID_STATE at input.role"]);
    assert_eq!(refused("420105", "second.one", Role::SecurityAdmin).await, ["INVALID_STATE at input.role"]);
    for role in [Role::Auditor, Role::Coordinator, Role::Liaison] {
        assert_eq!(refused("420106", "second.one", role).await, ["GRANT_SCOPE at input.role"]);
    }
    assert_eq!(refused("999999", "second.one", Role::SystemAdmin).await, ["NOT_FOUND at input.district"]);
    assert_eq!(refused("420106", "sysadmin", Role::SystemAdmin).await, ["DUPLICATE_NAME at input.login"]);
    assert_eq!(world.count("account").await, before);
    assert_eq!(world.audit().await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn the_command_line_gives_anybody_a_new_password(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    assert_eq!(viewer(&world, &crate::world::token("secadmin")).await, "secadmin");
    world.clock.advance(SignedDuration::from_secs(1));
    let initial = password_reset(&world.app, Login::parse("secadmin").expect("a login")).await.expect("a password");
    assert_eq!(viewer(&world, &crate::world::token("secadmin")).await, Value::Null);
    assert_eq!(sign_in(&world, "secadmin", initial.reveal()).await.done("/mustChangePassword"), true);
    let unknown = password_reset(&world.app, Login::parse("nowhere").expect("a login")).await.expect_err("a refusal");
    assert_eq!(problems(&unknown), ["NOT_FOUND at input.login"]);
    assert_eq!(world.audit().await, ["account.password_reset OK", "session.create OK"]);
}
