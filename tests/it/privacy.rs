//! What is never stored: no column, field or argument is named after it.

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use park_portal::{graphql::sdl, store::conn::Conn};
use rstest::rstest;

use crate::world::{Db, World};

/// Words of which one is enough, and words that follow each other.
const NEVER: &[&str] = &[
    "identity",
    "idcard",
    "photo",
    "portrait",
    "birth",
    "birthday",
    "birthdate",
    "born",
    "gender",
    "sex",
    "ethnicity",
    "ethnic",
    "nationality",
    "roster",
    "health",
    "medical",
    "religion",
    "religious",
    "family",
    "spouse",
    "vetting",
    "location",
    "latitude",
    "longitude",
    "gps",
    "id number",
    "id card",
    "home address",
    "member names",
    "study time",
    "study minutes",
    "online time",
    "online minutes",
];

/// The words of a name: `homeAddress` and `home_address` have the same two.
fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.ends_with(' ') {
            words.push(' ');
        }
        words.extend(if letter == '_' { ' ' } else { letter }.to_lowercase());
    }
    format!(" {} ", words.trim())
}

fn is_never_stored(name: &str) -> bool {
    let words = words(name);
    NEVER.iter().any(|never| words.contains(&format!(" {never} ")))
}

#[test]
fn names_are_recognised_however_they_are_written() {
    for name in ["birth_date", "dateOfBirth", "homeAddress", "home_address", "idNumber", "member_roster", "gender", "studyTime"] {
        assert!(is_never_stored(name), "{name}");
    }
    for name in ["address", "memberCount", "id", "number", "lastSeenAt", "summary", "allocation"] {
        assert!(!is_never_stored(name), "{name}");
    }
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[rstest]
#[tokio::test]
async fn no_column_holds_what_is_never_stored(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let mut conn = world.connection();
    let query = match conn {
        Conn::Sqlite(_) => "SELECT p.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'",
        Conn::Pg(_) => "SELECT column_name::text AS name FROM information_schema.columns WHERE table_schema = 'public'",
    };
    let columns: Vec<Named> = sql_query(query).load(&mut conn).expect("the catalogue");
    assert!(columns.len() > 400 && columns.iter().any(|column| column.name == "occurred_on"), "{}", columns.len());
    let found: Vec<String> = columns.into_iter().map(|column| column.name).filter(|name| is_never_stored(name)).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn no_field_or_argument_asks_for_what_is_never_stored() {
    let mut names = Vec::new();
    for definition in parse_schema(sdl()).expect("the schema parses").definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let fields = match definition.node.kind {
            TypeKind::Object(object) => object.fields,
            TypeKind::Interface(interface) => interface.fields,
            TypeKind::InputObject(input) => {
                names.extend(input.fields.into_iter().map(|field| field.node.name.node.to_string()));
                continue;
            }
            _ => continue,
        };
        for field in fields {
            names.push(field.node.name.node.to_string());
            names.extend(field.node.arguments.into_iter().map(|argument| argument.node.name.node.to_string()));
        }
    }
    assert!(names.len() > 1_000 && names.iter().any(|name| name == "occurredOn"), "{}", names.len());
    names.retain(|name| is_never_stored(name));
    assert_eq!(names, Vec::<String>::new());
}
