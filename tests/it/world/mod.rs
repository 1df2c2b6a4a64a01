//! A small district on a fresh database, with a clock that stands still.
//!
//! Everything a test does goes through the HTTP router, as a client would; only the registry and
//! the accounts are entered directly, once per process, and copied for each world.

pub mod client;
mod cluster;
pub mod posting;
pub mod process;
mod reply;
pub mod rng;
pub mod rows;
mod seed;
pub mod steps;
pub mod walk;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, http::Request};
use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query};
use jiff::{SignedDuration, Timestamp};
use park_portal::{
    http::{Portal, Settings, router},
    kernel::{
        clock::{Clock, Entropy},
        district::District,
        password::PasswordCost,
        seal::Sealer,
    },
    ops::{App, password::PasswordPolicy},
    store::{
        LaneSettings, Store, audit,
        conn::{Conn, Target},
    },
};
pub use reply::Reply;
pub use seed::{ACCOUNTS, id as named};
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tower::ServiceExt;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Db {
    Sqlite,
    Postgres,
}

/// One district on its own database.
pub struct World {
    pub clock: Clock,
    pub app: Arc<App>,
    pub target: Target,
    router: Router,
    /// Lines of the audit log that were there before the test.
    lines_before: i64,
    file: Option<PathBuf>,
}

/// Monday, 23 November 2026, 09:00 in Shanghai.
pub const START: &str = "2026-11-23T01:00:00Z";
/// The district that worlds are about; 420106 is the neighbour whom nothing here concerns.
pub const DISTRICT: &str = "420105";

static NUMBER: AtomicU32 = AtomicU32::new(0);
static SQLITE_TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
static POSTGRES_TEMPLATE: OnceCell<String> = OnceCell::const_new();

impl World {
    /// A world on the database, or `None` when this machine cannot run that database.
    pub async fn new(db: Db) -> Option<Self> {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let (target, file) = match db {
            Db::Sqlite => {
                let file = folder().join(format!("world-{number}.db"));
                std::fs::copy(sqlite_template().await, &file).expect("the template is copied");
                (Target::Sqlite(file.clone()), Some(file))
            }
            Db::Postgres => {
                let cluster = cluster::cluster()?;
                let template = POSTGRES_TEMPLATE.get_or_init(|| postgres_template(cluster)).await;
                let name = format!("world_{number}");
                administer(cluster, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
                (Target::Postgres(cluster.url(&name)), None)
            }
        };
        Some(Self::on(target, file).await)
    }

    /// A world on a database that has its tables and nothing in them.
    pub async fn empty(db: Db) -> Option<Self> {
        let target = bare(db)?;
        park_portal::store::migrate::run(&target).expect("the migrations run");
        let file = match &target {
            Target::Sqlite(file) => Some(file.clone()),
            Target::Postgres(_) => None,
        };
        Some(Self::on(target, file).await)
    }

    async fn on(target: Target, file: Option<PathBuf>) -> Self {
        let clock = Clock::fixed(START.parse().expect("a moment"));
        let app = Arc::new(app(&target, clock.clone()));
        let settings = Settings {
            execution_timeout: Duration::from_secs(30),
            export_slots: 2,
            sockets: 2000,
            sockets_of_account: 2000,
            insecure_cookies: false,
            introspection_for_all: false,
        };
        let router = router(Portal::new(Arc::clone(&app), settings));
        let mut world = Self { clock, app, target, router, lines_before: 0, file };
        world.lines_before = world.count("audit_line").await;
        world
    }

    /// Another server on the same database.
    pub async fn beside(&self) -> Self {
        Self::on(self.target.clone(), None).await
    }

    /// Sends a document as the account with this login; `""` is nobody.
    pub async fn run(&self, login: &str, query: &str, variables: Value) -> Reply {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut request = Request::post("/graphql").header("content-type", "application/json").header("host", "portal.test");
        if !login.is_empty() {
            request = request.header("authorization", format!("Bearer {}", token(login)));
        }
        let request = request.body(Body::from(body)).expect("a request");
        let reply = Reply::read(self.send(request).await).await;
        if !reply.body["data"].is_null() {
            client::must_understand(query);
        }
        reply
    }

    /// Sends any request to the server.
    pub async fn send(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.expect("the router answers")
    }

    /// Calls one mutation with an input and answers its payload. `fields` is what is selected.
    pub async fn mutate(&self, login: &str, mutation: &str, fields: &str, input: Value) -> Reply {
        let mut input_type = mutation.to_owned();
        input_type[..1].make_ascii_uppercase();
        let query = format!(
            "mutation($input: {input_type}Input!) {{ {mutation}(input: $input) {{ {fields} problems {{ code message path }} }} }}"
        );
        self.run(login, &query, json!({ "input": input })).await.inside(mutation)
    }

    /// Moves the clock, and keeps everybody signed in.
    pub async fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
        seed::renew_sessions(&mut self.connection(), self.clock.now());
    }

    /// Keeps everybody signed in at a moment that is not the world's own.
    pub fn renew_sessions(&self, at: Timestamp) {
        seed::renew_sessions(&mut self.connection(), at);
    }

    /// Where a demand stands in the database; `None` when it is not there.
    pub fn status_of_demand(&self, id: &str) -> Option<String> {
        use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
        use park_portal::store::schema::demand;
        let id: park_portal::kernel::id::DemandId = id.parse().expect("a demand's id");
        let found = demand::table.filter(demand::id.eq(id)).select(demand::status).get_result(&mut self.connection());
        found.optional().expect("the demand is read")
    }

    /// A connection of the test's own, to look behind the API.
    pub fn connection(&self) -> Conn {
        Conn::open(&self.target, Duration::from_secs(10)).expect("a connection")
    }

    /// Changes something behind the API.
    pub fn execute(&self, sql: &str) {
        sql_query(sql).execute(&mut self.connection()).expect("the database obeys");
    }

    /// What the database says to a change that one of its constraints forbids.
    pub fn refused_by(&self, sql: &str) -> String {
        sql_query(sql).execute(&mut self.connection()).expect_err("a constraint forbids it").to_string()
    }

    /// What the last line of the audit log says was changed.
    pub fn last_effects(&self) -> Vec<Value> {
        #[derive(diesel::QueryableByName)]
        struct Line {
            #[diesel(sql_type = diesel::sql_types::Text)]
            effects: String,
        }
        let sql = "SELECT effects FROM audit_line ORDER BY at DESC, id DESC LIMIT 1";
        let line: Line = sql_query(sql).get_result(&mut self.connection()).expect("the log");
        serde_json::from_str(&line.effects).expect("effects are JSON")
    }

    /// Statements sent so far. A lane ends its transaction after it has answered, so this waits until
    /// no more are sent.
    pub async fn statements(&self) -> u64 {
        let mut seen = self.app.store.statements();
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            match self.app.store.statements() {
                settled if settled == seen => return settled,
                more => seen = more,
            }
        }
    }

    /// One number from SQL.
    pub async fn number(&self, sql: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Number {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            number: i64,
        }
        let sql = format!("SELECT CAST(({sql}) AS BIGINT) AS number");
        sql_query(sql).get_result::<Number>(&mut self.connection()).expect("a number").number
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM {table}")).await
    }

    /// Lines that the audit log has gained, as `action outcome`, in their order.
    pub async fn audit(&self) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct Line {
            #[diesel(sql_type = diesel::sql_types::Text)]
            line: String,
        }
        let sql = format!(
            "SELECT action || ' ' || outcome AS line FROM audit_line ORDER BY at, id LIMIT 100000 OFFSET {}",
            self.lines_before
        );
        let lines: Vec<Line> = sql_query(sql).load(&mut self.connection()).expect("the log");
        lines.into_iter().map(|line| line.line).collect()
    }

    /// Whether both chains of both districts hold.
    pub async fn chains_hold(&self) -> bool {
        let verdicts = self.app.store.read(|reader| {
            let district: District = DISTRICT.parse().expect("a district");
            audit::verify(reader, &district)
        });
        verdicts.await.expect("the log is read").iter().all(|verdict| verdict.broken.is_none())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
            }
        }
    }
}

/// The session token of an account of the world.
pub fn token(login: &str) -> String {
    format!("token-of-{login}")
}

fn app(target: &Target, clock: Clock) -> App {
    let lanes = LaneSettings { readers: 2, writers: 8, queue: 1024, statement_timeout: Duration::from_secs(20) };
    let store = Store::open(target.clone(), &lanes).expect("the store opens");
    // The cheapest hash there is: what it costs to guess a password is no matter of these tests.
    let passwords = PasswordPolicy::new(PasswordCost::new(8, 1, 1).expect("a cost"));
    App { store, clock, entropy: Entropy, secrets: Sealer::new("test", &[7; 32]), passwords }
}

/// A database without a table, or `None` when this machine cannot run it. The SQLite file is not
/// there yet.
pub fn bare(db: Db) -> Option<Target> {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    Some(match db {
        Db::Sqlite => Target::Sqlite(folder().join(format!("bare-{number}.db"))),
        Db::Postgres => {
            let cluster = cluster::cluster()?;
            administer(cluster, &format!("CREATE DATABASE bare_{number}"));
            Target::Postgres(cluster.url(&format!("bare_{number}")))
        }
    })
}

/// A fresh folder for one test's files; it goes with the process's.
pub fn scratch() -> PathBuf {
    let folder = folder().join(format!("scratch-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn folder() -> PathBuf {
    // Memory-backed where there is such a thing: the tests' disk traffic tells nothing.
    let base = if std::path::Path::new("/dev/shm").is_dir() { PathBuf::from("/dev/shm") } else { std::env::temp_dir() };
    let folder = base.join(format!("park-portal-it-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the worlds");
    folder
}

async fn sqlite_template() -> &'static PathBuf {
    SQLITE_TEMPLATE
        .get_or_init(|| async {
            let file = folder().join("template.db");
            seed::fill(&Target::Sqlite(file.clone())).await;
            file
        })
        .await
}

async fn postgres_template(cluster: &cluster::Cluster) -> String {
    administer(cluster, "CREATE DATABASE template_world");
    seed::fill(&Target::Postgres(cluster.url("template_world"))).await;
    "template_world".to_owned()
}

fn administer(cluster: &cluster::Cluster, statement: &str) {
    let target = Target::Postgres(cluster.url("postgres"));
    let mut conn = Conn::open(&target, Duration::from_secs(60)).expect("the cluster answers");
    conn.batch_execute(statement).expect("the cluster obeys");
}

/// The moment that worlds begin at.
pub fn start() -> Timestamp {
    START.parse().expect("a moment")
}
