//! Settings and the command line: documented, and refused when they are wrong.

use std::fs;

use park_portal::config::SETTINGS;

use crate::world::{process::run, scratch};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.md");

/// The guide to the settings, from the same list that `--help` prints.
fn document() -> String {
    let mut text = String::from(
        "# Settings\n\nA setting `listen` is the key `listen` of the TOML file that `--config FILE` or the variable \
         `PORTAL_CONFIG` names,\nor the environment variable `PORTAL_LISTEN`, which wins. `DATABASE_URL` is understood as \
         well. A setting that is not\nknown, or a value that cannot be used, is refused at start.\n\n\
         | Setting | Variable | Default | Meaning, unit and range |\n|---|---|---|---|\n",
    );
    for setting in SETTINGS {
        let default = setting.default.map_or_else(|| "none".to_owned(), |default| format!("`{default}`"));
        let variable = setting.name.to_uppercase();
        text.push_str(&format!("| `{}` | `PORTAL_{variable}` | {default} | {} |\n", setting.name, setting.meaning));
    }
    text
}

#[test]
fn every_setting_is_documented_with_its_unit_and_default() {
    if std::env::var_os("PORTAL_TEST_ACCEPT").is_some() {
        fs::write(DOCUMENT, document()).expect("docs/settings.md is written");
    }
    assert_eq!(fs::read_to_string(DOCUMENT).expect("docs/settings.md"), document(), "accept it with PORTAL_TEST_ACCEPT=1");
    for setting in SETTINGS {
        let is_duration = setting.name.ends_with("_ms");
        assert!(!is_duration || setting.meaning.contains("milliseconds"), "{} has no unit", setting.name);
    }
}

#[test]
fn a_wrong_setting_is_refused_at_start_and_told_by_its_name() {
    let folder = scratch();
    let database = format!("sqlite:{}", folder.join("never.db").display());
    let wrong = [
        ("PORTAL_LISTEN", "localhost", "the setting `listen` is \"localhost\", but an address such as 127.0.0.1:8080"),
        ("PORTAL_LISTEN", "127.0.0.1:99999", "the setting `listen` is"),
        ("PORTAL_READ_LANES", "0", "the setting `read_lanes` is \"0\", but a whole number from 1 to 64 is expected"),
        ("PORTAL_WRITE_LANES", "65", "a whole number from 1 to 64"),
        ("PORTAL_LANE_QUEUE", "many", "the setting `lane_queue` is \"many\""),
        ("PORTAL_STATEMENT_TIMEOUT_MS", "10s", "a whole number from 100 to 600000"),
        ("PORTAL_EXECUTION_TIMEOUT_MS", "99", "the setting `execution_timeout_ms` is \"99\""),
        ("PORTAL_SHUTDOWN_GRACE_MS", "-1", "a whole number from 0 to 600000"),
        ("PORTAL_INSECURE_COOKIES", "yes", "the setting `insecure_cookies` is \"yes\", but true or false is expected"),
        ("PORTAL_INTROSPECTION_FOR_ALL", "1", "the setting `introspection_for_all`"),
        ("PORTAL_LOG_FORMAT", "xml", "the setting `log_format` is \"xml\", but text or json is expected"),
        ("PORTAL_LOG_LEVEL", "chatty", "the setting `log_level` is \"chatty\", but"),
        ("PORTAL_LOG_LEVEL", "info,park_portal=", "the setting `log_level` is"),
        ("PORTAL_SECRET_KEY", "c2hvcnQ=", "the secret key cannot be read: it is not 32 bytes in base64"),
        ("PORTAL_SECRET_KEY_FILE", "/nowhere/portal.key", "the secret key cannot be read: /nowhere/portal.key: "),
        ("PORTAL_LISTNE", "127.0.0.1:8080", "there is no setting `listne`"),
        ("PORTAL_CONFIG", "/nowhere/portal.toml", "the configuration file cannot be read: /nowhere/portal.toml: "),
    ];
    for (name, value, told) in wrong {
        let ended = run(&["migrate"], &[("PORTAL_DATABASE_URL", &database), (name, value)]);
        let message = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{name}={value}: {message}");
        assert!(message.starts_with("park-portal: ") && message.contains(told), "{name}={value}: {message}");
        assert_eq!(message.lines().count(), 1, "{name}={value}: {message}");
    }
    assert!(fs::read_dir(&folder).expect("the folder").next().is_none(), "nothing was made");
}

#[test]
fn a_wrong_database_url_is_told_without_its_password() {
    let wrong = [
        ("mysql://root:geheim@db/portal", "a database URL starts with `sqlite:` or `postgres://`"),
        ("sqlite:", "`sqlite:` is followed by the path of a file"),
        ("postgres://portal:geheim@db/portal?sslmode=require", "without TLS"),
        ("postgres://portal:geheim@127.0.0.1:1/portal", "127.0.0.1"),
    ];
    for (url, told) in wrong {
        let ended = run(&["migrate"], &[("PORTAL_DATABASE_URL", url)]);
        let message = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{url}: {message}");
        assert!(message.contains(told) && !message.contains("geheim"), "{url}: {message}");
    }
}

#[test]
fn a_wrong_file_of_settings_is_refused() {
    let file = scratch().join("portal.toml");
    let wrong = [
        ("listen = ", "the configuration file cannot be read: "),
        ("lisen = \"127.0.0.1:8080\"", "there is no setting `lisen`"),
        ("listen = [8080]", "`listen` is of type array, but a text, a whole number, true or false is expected"),
        ("read_lanes = 100", "the setting `read_lanes` is \"100\""),
    ];
    for (text, told) in wrong {
        fs::write(&file, text).expect("the file");
        let ended = run(&["--config", &file.to_string_lossy(), "migrate"], &[]);
        let message = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{text}: {message}");
        assert!(message.contains(told), "{text}: {message}");
    }
}

#[test]
fn a_database_without_migrations_and_a_server_without_its_key_are_told_what_to_do() {
    let database = format!("sqlite:{}", scratch().join("portal.db").display());
    let key = [("PORTAL_SECRET_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")];
    let ended = run(&["serve"], &[("PORTAL_DATABASE_URL", &database)]);
    assert!(String::from_utf8_lossy(&ended.stderr).contains("set `secret_key` or `secret_key_file`"));
    let ended = run(&["serve"], &[("PORTAL_DATABASE_URL", database.as_str()), key[0]]);
    assert!(String::from_utf8_lossy(&ended.stderr).contains("run `park-portal migrate` first"));
    assert_eq!(ended.status.code(), Some(1));
}

#[test]
fn help_tells_every_command_argument_and_setting() {
    let help = |arguments: &[&str]| {
        let ended = run(&[arguments, &["--help"]].concat(), &[]);
        assert_eq!(ended.status.code(), Some(0), "{arguments:?}");
        String::from_utf8(ended.stdout).expect("help is text")
    };
    let top = help(&[]);
    for setting in SETTINGS {
        assert!(top.contains(&format!("  {} ", setting.name)), "{} is not in --help", setting.name);
    }
    let commands: Vec<&[&str]> = vec![
        &["serve"],
        &["demo"],
        &["migrate"],
        &["schema"],
        &["district", "create"],
        &["account", "create"],
        &["account", "password-reset"],
        &["audit", "verify"],
        &["records", "verify"],
    ];
    for command in commands {
        assert!(top.contains(command[0]), "{command:?}");
        let text = help(command);
        assert!(text.contains("Usage: park-portal"), "{text}");
        // Whatever is indented as an argument goes on with what it is for.
        let lines: Vec<&str> = text.lines().collect();
        for (line, next) in lines.iter().zip(lines.iter().skip(1).chain([&""])) {
            let option = line.trim_start().starts_with("--") || line.trim_start().starts_with("-h");
            let told =
                line.trim_start().split("  ").filter(|part| !part.is_empty()).count() > 1 || next.starts_with("          ");
            assert!(!option || told, "{command:?}: {line:?} is not explained");
        }
        assert!(lines.iter().all(|line| line.chars().count() <= 120), "{text}");
    }
}
