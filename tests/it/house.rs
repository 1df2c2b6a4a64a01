//! The rules of the house, as far as a test can see them.

use std::{collections::BTreeSet, fs, path::Path};

/// The floors from the ground up; a file uses only floors below its own.
const FLOORS: [&str; 8] = ["kernel", "domain", "policy", "store", "ops", "graphql", "http", "cli"];
/// Crates that only one floor may name, and the floors that may.
const OWNED: [(&str, &[&str]); 3] = [("diesel", &["store"]), ("async_graphql", &["graphql", "http"]), ("axum", &["http"])];

struct Source {
    path: String,
    floor: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    collect(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    assert!(found.len() > 60, "only {} files were found", found.len());
    found
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).expect("inside src");
            let relative = relative.to_string_lossy().replace('\\', "/");
            let floor = relative.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
            found.push(Source { path: relative, floor, text: fs::read_to_string(&path).expect("a file") });
        }
    }
}

/// The code of a file without its comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn a_file_uses_only_the_floors_below_its_own() {
    let mut wrong = BTreeSet::new();
    for source in sources() {
        let Some(own) = FLOORS.iter().position(|floor| *floor == source.floor) else { continue };
        let imports: Vec<String> = imported_floors(&source.text);
        for floor in imports {
            if FLOORS.iter().position(|known| *known == floor).is_some_and(|used| used > own) {
                wrong.insert(format!("{} uses {floor}", source.path));
            }
        }
    }
    assert_eq!(wrong, BTreeSet::new());
}

/// The floors that a file names after `crate::`, on its own or in a list in braces.
fn imported_floors(text: &str) -> Vec<String> {
    let joined: String = code(text).collect::<Vec<_>>().join("\n");
    let mut floors = Vec::new();
    for (at, _) in joined.match_indices("crate::") {
        let rest = &joined[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            floors.extend(top_level_names(list));
        } else {
            floors.push(rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect());
        }
    }
    floors
}

/// The first name of every item of a `use` list, up to its closing brace.
fn top_level_names(list: &str) -> Vec<String> {
    let (mut depth, mut names, mut name, mut reading) = (0, Vec::new(), String::new(), true);
    for letter in list.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(std::mem::take(&mut name));
                reading = true;
            }
            letter if depth == 0 && reading && (letter.is_alphanumeric() || letter == '_') => name.push(letter),
            ':' => reading = false,
            _ => {}
        }
    }
    names.push(name);
    names
}

#[test]
fn each_library_is_named_on_its_own_floor_only() {
    let mut wrong = BTreeSet::new();
    for source in sources() {
        for (library, floors) in OWNED {
            let named = code(&source.text)
                .any(|line| line.contains(&format!("{library}::")) || line.trim_start().starts_with(&format!("use {library}")));
            if named && !floors.contains(&source.floor.as_str()) {
                wrong.insert(format!("{} names {library}", source.path));
            }
        }
    }
    assert_eq!(wrong, BTreeSet::new());
}

#[test]
fn only_config_reads_the_environment() {
    let readers: BTreeSet<String> = sources()
        .into_iter()
        .filter(|source| code(&source.text).any(|line| line.contains("env::var")))
        .map(|source| source.path)
        .collect();
    assert_eq!(readers, BTreeSet::from(["config.rs".to_owned()]));
}

#[test]
fn a_write_transaction_is_opened_at_few_doors() {
    let doors: BTreeSet<String> = sources()
        .into_iter()
        .filter(|source| code(&source.text).any(|line| line.contains(".write(move |tx|") || line.contains("store.write(")))
        .map(|source| source.path)
        .collect();
    let known = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/doors.txt")).expect("the list of doors");
    let known: BTreeSet<String> =
        known.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(str::to_owned).collect();
    assert_eq!(doors, known, "tests/it/doors.txt lists who may open a write transaction");
}

#[test]
fn no_file_passes_the_wall() {
    let long: Vec<String> = sources()
        .into_iter()
        // Data in the form of code: one line per table column, per rule, per action.
        .filter(|source| !["store/schema.rs"].contains(&source.path.as_str()))
        .filter(|source| source.text.lines().count() > 500)
        .map(|source| format!("{} has {} lines", source.path, source.text.lines().count()))
        .collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn nothing_is_left_open_or_waved_through() {
    let mut wrong = BTreeSet::new();
    for source in sources() {
        for forbidden in ["#[allow", "#![allow", "todo!(", "unimplemented!(", "macro_rules!", "TODO", "FIXME"] {
            if source.text.contains(forbidden) {
                wrong.insert(format!("{}: {forbidden}", source.path));
            }
        }
        if source.floor == "store" || source.floor == "ops" {
            let swallowed = code(&source.text).any(|line| line.contains(".load(") && line.contains(".ok()"));
            if swallowed {
                wrong.insert(format!("{} swallows a database error", source.path));
            }
        }
    }
    assert_eq!(wrong, BTreeSet::new());
}
