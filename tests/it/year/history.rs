//! What is left of a span of days: the log, and what the portal says at its end. Plain data, so that a
//! test can falsify it.

use std::collections::{BTreeMap, HashMap};

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types};
use jiff::{Timestamp, civil::Date};
use park_portal::store::conn::Target;
use serde_json::{Value, json};

use crate::world::{DISTRICT, World};

/// A line of the business log.
#[derive(Clone, Debug)]
pub struct Line {
    pub at: Timestamp,
    pub by_system: bool,
    pub action: String,
    pub effects: Vec<Value>,
}

/// All that the checker is told.
#[derive(Clone, Debug)]
pub struct History {
    /// What was done, in its order; refusals left out.
    pub lines: Vec<Line>,
    /// When the system was made to look for what is due.
    pub runs: Vec<Timestamp>,
    /// The last day of the desired time that people gave with a demand.
    pub desired: HashMap<String, Date>,
    /// The numbers of the district.
    pub rules: HashMap<String, u32>,
    /// Demands, claims, projects and resources at the end, each by its id.
    pub seen: BTreeMap<String, Value>,
    /// How much of each resource is taken: resource and period, and the sum.
    pub taken: BTreeMap<(String, String), i64>,
    /// The rates that the portal answers, by span and organisation.
    pub rates: BTreeMap<(Date, Date, String), Value>,
    pub now: Timestamp,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = sql_types::BigInt)]
    at: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    system: i64,
    #[diesel(sql_type = sql_types::Text)]
    action: String,
    #[diesel(sql_type = sql_types::Text)]
    effects: String,
}

/// The log of the district, read behind the API.
pub fn log(world: &World) -> Vec<Line> {
    let at = match world.target {
        Target::Sqlite(_) => "at",
        Target::Postgres(_) => "CAST(extract(epoch FROM at) * 1000000 AS BIGINT)",
    };
    let sql = format!(
        "SELECT {at} AS at, CAST(CASE WHEN account IS NULL THEN 1 ELSE 0 END AS BIGINT) AS system, action, effects FROM audit_line \
         WHERE district = '{DISTRICT}' AND stream = 'BUSINESS' AND outcome = 'OK' ORDER BY number"
    );
    let rows: Vec<Row> = sql_query(sql).load(&mut world.connection()).expect("the log");
    let line = |row: Row| Line {
        at: Timestamp::from_microsecond(row.at).expect("a moment"),
        by_system: row.system == 1,
        action: row.action,
        effects: serde_json::from_str(&row.effects).expect("effects"),
    };
    rows.into_iter().map(line).collect()
}

/// The numbers of the district, read behind the API.
pub fn rules(world: &World) -> HashMap<String, u32> {
    #[derive(QueryableByName)]
    struct Rule {
        #[diesel(sql_type = sql_types::Text)]
        code: String,
        #[diesel(sql_type = sql_types::BigInt)]
        value: i64,
    }
    let sql = format!("SELECT code, CAST(value AS BIGINT) AS value FROM rule WHERE district = '{DISTRICT}'");
    let rows: Vec<Rule> = sql_query(sql).load(&mut world.connection()).expect("the rules");
    rows.into_iter().map(|rule| (rule.code, u32::try_from(rule.value).expect("a number"))).collect()
}

const LISTS: [(&str, &str); 4] = [
    ("demands", "id refNo status outcome quantity agreedQuantity clocks { clock dueAt }"),
    ("claims", "id refNo status clocks { clock dueAt }"),
    ("projects", "id refNo status clocks { clock dueAt }"),
    ("resources", "id refNo status reminders staleOn pausedUntil"),
];

/// Everything on the lists, as the coordinator sees it.
pub async fn seen(world: &World) -> BTreeMap<String, Value> {
    let mut seen = BTreeMap::new();
    for (list, fields) in LISTS {
        let query = format!(
            "query($after: String) {{ {list}(first: 100, after: $after) {{ nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let mut after = Value::Null;
        loop {
            let reply = world.run("coordinator", &query, json!({ "after": after })).await;
            let page = reply.data(&format!("/{list}")).clone();
            for node in page["nodes"].as_array().expect("nodes") {
                seen.insert(node["id"].as_str().expect("an id").to_owned(), node.clone());
            }
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }
    seen
}

/// What is taken of resources, read behind the API.
pub fn taken(world: &World) -> BTreeMap<(String, String), i64> {
    use diesel::{ExpressionMethods as _, QueryDsl as _};
    use park_portal::{kernel::id::ResourceId, store::schema::resource_period as period};
    let rows: Vec<(ResourceId, String, i32)> = period::table
        .filter(period::taken.gt(0))
        .select((period::resource, period::period, period::taken))
        .load(&mut world.connection())
        .expect("the periods");
    rows.into_iter().map(|(resource, period, taken)| ((resource.to_string(), period), i64::from(taken))).collect()
}

/// The rates of a span.
pub async fn rates(world: &World, from: Date, to: Date) -> BTreeMap<(Date, Date, String), Value> {
    let rate = "{ numerator denominator }";
    let query = format!(
        "query($from: Date!, $to: Date!) {{ rates(from: $from, to: $to) {{ organisation {{ id }} response {rate} \
         resolution {rate} satisfaction {rate} answered {rate} claimed {rate} stale {rate} }} }}"
    );
    let reply = world.run("coordinator", &query, json!({ "from": from, "to": to })).await;
    let named = |rates: &Value| {
        let organisation = rates["organisation"]["id"].as_str().expect("an id").to_owned();
        let mut rates = rates.clone();
        rates.as_object_mut().expect("rates").remove("organisation");
        ((from, to, organisation), rates)
    };
    reply.data("/rates").as_array().expect("rates").iter().map(named).collect()
}
