//! A PostgreSQL cluster of our own, from the binaries of this machine, for as long as the test
//! process lives.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

/// Where the cluster listens: a Unix socket in its own folder, nothing else.
#[derive(Clone, Debug)]
pub struct Cluster {
    folder: PathBuf,
}

static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();

/// The cluster of this test process; started at the first call. `None` when this machine has no
/// PostgreSQL binaries, which is a failure where `CI` is set.
pub fn cluster() -> Option<&'static Cluster> {
    CLUSTER
        .get_or_init(|| {
            let started = find_binaries().map(|binaries| Cluster::start(&binaries));
            if started.is_none() {
                eprintln!("NOT RUN: every test on PostgreSQL, because no `initdb` and `postgres` were found on this machine.");
                assert!(std::env::var_os("CI").is_none(), "CI must run the tests on PostgreSQL");
            }
            started
        })
        .as_ref()
}

impl Cluster {
    /// The URL of one database of the cluster.
    pub fn url(&self, database: &str) -> String {
        let socket = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://portal@{socket}/{database}")
    }

    fn start(binaries: &Path) -> Self {
        let folder = std::env::temp_dir().join(format!("park-portal-pg-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for the cluster");
        let user = prepare_user(&folder);
        let data = folder.join("data");
        let initdb = run_as(
            user,
            &binaries.join("initdb"),
            &[
                "--pgdata".into(),
                data.clone().into(),
                "--username=portal".into(),
                "--auth=trust".into(),
                "--encoding=UTF8".into(),
                "--locale=C".into(),
                "--no-sync".into(),
            ],
        )
        .stdout(Stdio::null())
        .status()
        .expect("initdb runs");
        assert!(initdb.success(), "initdb failed");
        Self::watch_over(user, &binaries.join("postgres"), &data, &folder);
        let cluster = Self { folder };
        cluster.wait_until_ready();
        cluster
    }

    /// Starts the server under a shell that ends it, and removes the folder, as soon as this test
    /// process is gone: the shell reads from a pipe whose other end only we hold.
    fn watch_over(user: Option<&str>, postgres: &Path, data: &Path, folder: &Path) {
        let script = r#""$@" >"$0/log" 2>&1 & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf "$0""#;
        let mut arguments: Vec<OsString> = vec!["-c".into(), script.into(), folder.into(), postgres.into()];
        let settings = [
            ("listen_addresses", "".to_owned()),
            ("unix_socket_directories", folder.display().to_string()),
            ("max_connections", "400".to_owned()),
            ("shared_buffers", "64MB".to_owned()),
            ("fsync", "off".to_owned()),
            ("deadlock_timeout", "100ms".to_owned()),
        ];
        arguments.extend(["-D".into(), data.into()]);
        for (name, value) in settings {
            arguments.extend(["-c".into(), format!("{name}={value}").into()]);
        }
        let mut shell = run_as(user, Path::new("/bin/sh"), &arguments).stdin(Stdio::piped()).spawn().expect("the cluster starts");
        // The pipe's write end lives in the child handle, and that lives as long as the process.
        std::mem::forget(shell.stdin.take());
        std::mem::forget(shell);
    }

    fn wait_until_ready(&self) {
        use diesel::{Connection, PgConnection};
        let began = Instant::now();
        while PgConnection::establish(&self.url("postgres")).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "the cluster did not come up; see {}/log", self.folder.display());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// PostgreSQL refuses to run as root, so root hands the folder to another user.
fn prepare_user(folder: &Path) -> Option<&'static str> {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    if id.stdout != b"0\n" {
        return None;
    }
    let user = ["postgres", "nobody"]
        .into_iter()
        .find(|user| Command::new("id").arg(user).output().is_ok_and(|found| found.status.success()))
        .expect("a user to run PostgreSQL as");
    let handed = Command::new("chown").arg(user).arg(folder).status().expect("chown runs");
    assert!(handed.success(), "the folder could not be handed to {user}");
    Some(user)
}

fn run_as(user: Option<&str>, program: &Path, arguments: &[OsString]) -> Command {
    let mut command = match user {
        None => Command::new(program),
        Some(user) => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user, "--regid", group_of(user).as_str(), "--clear-groups", "--"]).arg(program);
            command
        }
    };
    command.args(arguments).current_dir("/");
    command
}

fn group_of(user: &str) -> String {
    let id = Command::new("id").args(["-g", user]).output().expect("id runs");
    String::from_utf8_lossy(&id.stdout).trim().to_owned()
}

fn find_binaries() -> Option<PathBuf> {
    let has_both = |folder: &Path| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let on_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let mut installed: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    installed.sort();
    installed.into_iter().rev().chain(on_path).find(|folder| has_both(folder))
}
