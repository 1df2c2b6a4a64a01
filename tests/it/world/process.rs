//! The program itself, as a process of its own on a free port of the loopback.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use park_portal::store::conn::Target;
use serde_json::Value;

use super::{World, token};

/// How long a process may take for what it is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub struct Server {
    process: Child,
    /// Host and port.
    pub address: String,
    log: Arc<Lines>,
    said: Arc<Lines>,
}

/// What a process has written so far.
#[derive(Default)]
struct Lines {
    lines: Mutex<Vec<String>>,
    more: Condvar,
}

/// A command of the program, with nothing of our own environment that could be a setting.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_park-portal"));
    let settings = std::env::vars_os().map(|(name, _)| name);
    for name in settings.filter(|name| name.to_string_lossy().starts_with("PORTAL_") || name == "DATABASE_URL") {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

/// Runs a command of the program to its end.
pub fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    program(arguments).envs(settings.iter().copied()).output().expect("the program runs")
}

/// What the setting `database_url` is for a database.
pub fn url(target: &Target) -> String {
    match target {
        Target::Sqlite(path) => format!("sqlite:{}", path.display()),
        Target::Postgres(url) => url.clone(),
    }
}

impl Server {
    /// Serves the database of a world.
    pub fn serve(world: &World, settings: &[(&str, &str)]) -> Self {
        let mut command = program(&["serve"]);
        command.env("PORTAL_SECRET_KEY", STANDARD.encode([7; 32])).envs(settings.iter().copied());
        Self::start(command, &world.target)
    }

    /// Serves the demo on a database; `folder` is where it may leave its key.
    pub fn demo(target: &Target, folder: &Path) -> Self {
        let mut command = program(&["demo"]);
        command.current_dir(folder);
        Self::start(command, target)
    }

    /// Starts a command that serves, and waits until it does.
    pub fn start(mut command: Command, target: &Target) -> Self {
        command.env("PORTAL_DATABASE_URL", url(target)).env("PORTAL_LISTEN", "127.0.0.1:0");
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the server starts");
        let log = Lines::follow(process.stderr.take().expect("its log"));
        let said = Lines::follow(process.stdout.take().expect("its output"));
        let mut server = Self { process, address: String::new(), log, said };
        let line = server.logged(|line| line.contains("serving"));
        let address = match serde_json::from_str::<Value>(&line) {
            Ok(line) => line["fields"]["address"].as_str().expect("an address").to_owned(),
            Err(_) => line.split("address=").nth(1).and_then(|rest| rest.split(' ').next()).expect("an address").to_owned(),
        };
        server.address = address;
        server
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Waits for a line of the log.
    pub fn logged(&self, wanted: impl Fn(&str) -> bool) -> String {
        self.log.wait(wanted)
    }

    /// Everything on its standard output up to a line.
    pub fn said(&self, last: &str) -> String {
        self.said.wait(|line| line.contains(last));
        self.said.lines.lock().expect("the output").join("\n")
    }

    /// Asks the process to stop, as a service manager does.
    pub fn terminate(&self) {
        let asked = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        assert!(asked.expect("kill runs").success());
    }

    /// Waits for the end of the process, and answers its exit code.
    pub fn exit_code(mut self) -> Option<i32> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().expect("the process is ours") {
                return status.code();
            }
            assert!(began.elapsed() < PATIENCE, "the server does not end: {:?}", self.log.lines.lock().expect("the log"));
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends the process in the middle of its work.
    pub fn kill(mut self) {
        self.process.kill().expect("SIGKILL");
        self.process.wait().expect("the process ends");
    }
}

/// A test that fails must not leave its server behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Lines {
    /// Reads a pipe to its end: the process would block on a full one.
    fn follow(pipe: impl Read + Send + 'static) -> Arc<Self> {
        let lines = Arc::new(Self::default());
        let kept = Arc::clone(&lines);
        thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                kept.lines.lock().expect("the lines").push(line);
                kept.more.notify_all();
            }
        });
        lines
    }

    fn wait(&self, wanted: impl Fn(&str) -> bool) -> String {
        let lines = self.lines.lock().expect("the lines");
        let found = |lines: &mut Vec<String>| !lines.iter().any(|line| wanted(line));
        let (lines, waited) = self.more.wait_timeout_while(lines, PATIENCE, found).expect("the lines");
        assert!(!waited.timed_out(), "the line did not come: {lines:#?}");
        lines.iter().find(|line| wanted(line)).cloned().unwrap_or_default()
    }
}

/// Sends a document to a server as an account of a world; `None` when no answer came.
pub fn post(address: &str, login: &str, body: &Value) -> Option<Value> {
    post_with(address, &token(login), body)
}

/// The same with a token; `""` is nobody's.
pub fn post_with(address: &str, token: &str, body: &Value) -> Option<Value> {
    let mut request = ureq::post(format!("http://{address}/graphql")).header("content-type", "application/json");
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut answer = request.send(body.to_string()).ok()?;
    serde_json::from_str(&answer.body_mut().read_to_string().ok()?).ok()
}

#[expect(clippy::disallowed_methods, reason = "a server under test runs on the machine's clock")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
