//! Every setting of the server: its name, unit, default and check. Read once, at start.
//!
//! A setting `listen` is the key `listen` of the TOML file that `--config` names, or the
//! environment variable `PORTAL_LISTEN`, which wins. `DATABASE_URL` is understood as well.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    kernel::lang::Lang,
    store::{LaneSettings, conn::Target},
};

/// What the server works with.
#[derive(Clone, Debug)]
pub struct Config {
    pub database: Target,
    pub listen: SocketAddr,
    pub lanes: LaneSettings,
    pub execution_timeout: Duration,
    pub shutdown_grace: Duration,
    /// Spreadsheets that are written at the same time.
    pub export_slots: usize,
    /// WebSockets of the process, and of one account.
    pub sockets: usize,
    pub sockets_of_account: usize,
    /// Set when the server is reached over plain HTTP only, so that browsers keep the cookie.
    pub insecure_cookies: bool,
    pub introspection_for_all: bool,
    pub log_format: LogFormat,
    pub log_level: String,
    pub secret_key: Option<SecretKey>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// The key that contact data is encrypted with. Never printed.
#[derive(Clone)]
pub struct SecretKey(pub [u8; 32]);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// One setting as `--help` and the operations guide print it.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    /// `None` when there is no default.
    pub default: Option<&'static str>,
    /// What it is, with its unit and range.
    pub meaning: &'static str,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default: Some(default), meaning }
}

/// All settings.
pub const SETTINGS: &[Setting] = &[
    setting("database_url", "sqlite:data/portal.db", "sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME"),
    setting("listen", "127.0.0.1:8080", "address and port to serve on"),
    setting("read_lanes", "4", "threads that read, 1-64; on PostgreSQL each has a connection"),
    setting("write_lanes", "8", "threads that write, 1-64; SQLite always has one"),
    setting("lane_queue", "1024", "jobs that may wait for the database, 1-100000; beyond it requests are shed"),
    setting("statement_timeout_ms", "10000", "milliseconds one database statement may take, 100-600000"),
    setting("execution_timeout_ms", "10000", "milliseconds one GraphQL request may take, 100-600000"),
    setting("shutdown_grace_ms", "10000", "milliseconds that requests under way may take to finish at shutdown, 0-600000"),
    setting("export_slots", "2", "spreadsheets that are written at the same time, 1-64; beyond it requests are shed"),
    setting("sockets", "2000", "WebSockets that may be open, 0-100000; beyond it upgrades are refused"),
    setting("sockets_of_account", "20", "WebSockets that one account may have open, 1-100000"),
    setting("insecure_cookies", "false", "true lets browsers send the session cookie over plain HTTP"),
    setting("introspection_for_all", "false", "true lets clients read the schema without signing in"),
    setting("log_format", "text", "text or json"),
    setting("log_level", "info", "error, warn, info, debug or trace; or a filter such as park_portal=debug,info"),
    Setting { name: "secret_key", default: None, meaning: "32 random bytes in base64 that contact data is encrypted with" },
    Setting { name: "secret_key_file", default: None, meaning: "a file that holds the secret key instead" },
];

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration file cannot be read: {0}")]
    File(String),
    #[error("there is no setting `{0}`; `park-portal --help` lists them")]
    Unknown(String),
    #[error("the setting `{name}` is {found:?}, but {expected}")]
    Value { name: &'static str, found: String, expected: String },
    #[error("the secret key cannot be read: {0}")]
    SecretKey(String),
}

type Values = BTreeMap<String, String>;

impl Config {
    /// Reads the file, if one is named here or by `PORTAL_CONFIG`, and the environment.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let named = std::env::var_os("PORTAL_CONFIG").map(PathBuf::from);
        let file = file.or(named.as_deref());
        let mut values = match file {
            Some(path) => {
                from_file(&std::fs::read_to_string(path).map_err(|e| ConfigError::File(format!("{}: {e}", path.display())))?)?
            }
            None => Values::new(),
        };
        // A variable that is no text cannot be a setting of ours.
        let texts = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        values.extend(from_environment(texts)?);
        Self::parse(&values)
    }

    /// Reads settings that were gathered elsewhere.
    pub fn parse(values: &Values) -> Result<Self, ConfigError> {
        let read = Read(values);
        Ok(Self {
            database: read.parsed("database_url", |url| url.parse::<Target>().map_err(|e| e.to_string()))?,
            listen: read
                .parsed("listen", |text| text.parse().map_err(|_| "an address such as 127.0.0.1:8080 is expected".to_owned()))?,
            lanes: LaneSettings {
                readers: read.number("read_lanes", 1, 64)?,
                writers: read.number("write_lanes", 1, 64)?,
                queue: read.number("lane_queue", 1, 100_000)?,
                statement_timeout: read.milliseconds("statement_timeout_ms", 100)?,
            },
            execution_timeout: read.milliseconds("execution_timeout_ms", 100)?,
            shutdown_grace: read.milliseconds("shutdown_grace_ms", 0)?,
            export_slots: read.number("export_slots", 1, 64)?,
            sockets: read.number("sockets", 0, 100_000)?,
            sockets_of_account: read.number("sockets_of_account", 1, 100_000)?,
            insecure_cookies: read.flag("insecure_cookies")?,
            introspection_for_all: read.flag("introspection_for_all")?,
            log_format: read.parsed("log_format", |text| match text {
                "text" => Ok(LogFormat::Text),
                "json" => Ok(LogFormat::Json),
                _ => Err("text or json is expected".to_owned()),
            })?,
            log_level: read.parsed("log_level", |text| match is_log_filter(text) {
                true => Ok(text.to_owned()),
                false => Err("a level such as info, or a filter such as park_portal=debug,info, is expected".to_owned()),
            })?,
            secret_key: read.secret_key()?,
        })
    }
}

/// The language of whoever sits at the terminal: English where the locale says so, else Chinese.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn terminal_lang() -> Lang {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(std::env::var_os);
    of_locale(named.filter_map(|value| value.into_string().ok()).find(|value| !value.is_empty()).as_deref())
}

fn of_locale(locale: Option<&str>) -> Lang {
    match locale.and_then(|locale| locale.split(['_', '.', '@', '-']).next()) {
        Some("en") => Lang::En,
        Some(_) | None => Lang::Zh,
    }
}

/// Reads the TOML file: a flat table of settings.
fn from_file(text: &str) -> Result<Values, ConfigError> {
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| ConfigError::File(e.message().to_owned()))?;
    let mut values = Values::new();
    for (name, value) in table {
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(flag) => flag.to_string(),
            other => {
                let found = other.type_str();
                return Err(ConfigError::File(format!(
                    "`{name}` is of type {found}, but a text, a whole number, true or false is expected"
                )));
            }
        };
        known(&name)?;
        values.insert(name, value);
    }
    Ok(values)
}

fn from_environment(vars: impl Iterator<Item = (String, String)>) -> Result<Values, ConfigError> {
    let mut values = Values::new();
    for (name, value) in vars {
        if name == "DATABASE_URL" {
            values.entry("database_url".to_owned()).or_insert(value);
        } else if let Some(name) = name.strip_prefix("PORTAL_") {
            let name = name.to_ascii_lowercase();
            // The configuration file itself is named by the command line or this variable.
            if name == "config" || name.starts_with("test_") {
                continue;
            }
            known(&name)?;
            values.insert(name, value);
        }
    }
    Ok(values)
}

fn known(name: &str) -> Result<(), ConfigError> {
    if SETTINGS.iter().any(|setting| setting.name == name) { Ok(()) } else { Err(ConfigError::Unknown(name.to_owned())) }
}

/// Whether every part is a level, or names one for its target: a word that is neither would be
/// taken for a target, and silence everything else.
fn is_log_filter(text: &str) -> bool {
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    text.split(',').all(|part| levels.contains(&part.rsplit_once('=').map_or(part, |(_, level)| level).trim()))
}

struct Read<'a>(&'a Values);

impl Read<'_> {
    fn text(&self, name: &'static str) -> &str {
        let default = SETTINGS.iter().find(|setting| setting.name == name).and_then(|setting| setting.default);
        self.0.get(name).map(String::as_str).or(default).unwrap_or_default()
    }

    fn parsed<T>(&self, name: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Result<T, ConfigError> {
        let text = self.text(name);
        // A database URL may carry a password, so it is not repeated.
        let found = if name == "database_url" { "…".to_owned() } else { text.to_owned() };
        parse(text).map_err(|expected| ConfigError::Value { name, found, expected })
    }

    fn number(&self, name: &'static str, least: usize, most: usize) -> Result<usize, ConfigError> {
        self.parsed(name, |text| match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(number),
            _ => Err(format!("a whole number from {least} to {most} is expected")),
        })
    }

    fn milliseconds(&self, name: &'static str, least: usize) -> Result<Duration, ConfigError> {
        Ok(Duration::from_millis(self.number(name, least, 600_000)? as u64))
    }

    fn flag(&self, name: &'static str) -> Result<bool, ConfigError> {
        self.parsed(name, |text| text.parse().map_err(|_| "true or false is expected".to_owned()))
    }

    fn secret_key(&self) -> Result<Option<SecretKey>, ConfigError> {
        let text = match (self.text("secret_key"), self.text("secret_key_file")) {
            ("", "") => return Ok(None),
            ("", path) => std::fs::read_to_string(path).map_err(|e| ConfigError::SecretKey(format!("{path}: {e}")))?,
            (text, _) => text.to_owned(),
        };
        let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.map(|key| Some(SecretKey(key))).ok_or_else(|| ConfigError::SecretKey("it is not 32 bytes in base64".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::parse(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn everything_but_the_secret_key_has_a_default() {
        let config = parse(&[]).unwrap();
        assert_eq!(config.database, Target::Sqlite("data/portal.db".into()));
        assert_eq!(config.listen, "127.0.0.1:8080".parse().unwrap());
        assert!(config.secret_key.is_none());
    }

    #[test]
    fn a_wrong_setting_is_named_with_what_was_expected() {
        let message = parse(&[("read_lanes", "0")]).unwrap_err().to_string();
        assert_eq!(message, "the setting `read_lanes` is \"0\", but a whole number from 1 to 64 is expected");
        let message = parse(&[("database_url", "mysql://root:secret@db")]).unwrap_err().to_string();
        assert!(!message.contains("secret"), "{message}");
    }

    #[test]
    fn an_english_locale_is_answered_in_english_and_every_other_in_chinese() {
        for locale in ["en", "en_US.UTF-8", "en-GB", "en@quot"] {
            assert_eq!(of_locale(Some(locale)), Lang::En, "{locale}");
        }
        for locale in [None, Some("C.UTF-8"), Some("zh_CN.UTF-8"), Some("eng"), Some("fr_FR")] {
            assert_eq!(of_locale(locale), Lang::Zh, "{locale:?}");
        }
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        assert_eq!(from_file("lisen = 1").unwrap_err(), ConfigError::Unknown("lisen".into()));
        let vars = [("PORTAL_LISEN".to_owned(), "x".to_owned())];
        assert_eq!(from_environment(vars.into_iter()).unwrap_err(), ConfigError::Unknown("lisen".into()));
    }

    #[test]
    fn a_secret_key_has_32_bytes_and_is_never_shown() {
        assert!(parse(&[("secret_key", "c2hvcnQ=")]).is_err());
        let config = parse(&[("secret_key", &STANDARD.encode([7; 32]))]).unwrap();
        assert!(format!("{config:?}").contains("SecretKey(…)"));
    }
}
