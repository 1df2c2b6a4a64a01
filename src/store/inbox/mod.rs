//! What waits for somebody, found where it is: in the states of the objects themselves.
//!
//! Each line of `waits.rs` says which rows wait for which step. The rights come from the policy's own
//! table, so there is no second truth.

mod waits;

use std::cmp::Ordering;

use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, Text},
};
use jiff::Timestamp;

use self::waits::{Due, WAITS, Wait};
use super::{
    Reader, StoreResult,
    conn::Conn,
    page::{Sort, Window},
    types::{At, Day, Instant, On, Uuid},
};
use crate::{
    domain::inbox::Kind,
    kernel::{
        calendar::{close_of_day, shanghai_date},
        digest::hex,
        id::{DemandId, Id, Kind as KindOfId, kind},
        page::{Mark, Page, PageRequest},
    },
    policy::{Action, Actor, Span, span},
};

/// One thing that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub kind: Kind,
    /// The step that is waited for.
    pub action: Action,
    pub object: [u8; 16],
    pub noun: Noun,
    /// Reference number and title, as far as the object has them.
    pub label: String,
    /// `None` where no clock runs.
    pub due_at: Option<Timestamp>,
}

/// How much of a kind waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub kind: Kind,
    pub waiting: i64,
    pub overdue: i64,
}

/// What an item is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    Branch,
    Claim,
    Demand,
    Evaluation,
    FiledRecord,
    Grant,
    Posting,
    Project,
    Resource,
    RuleChange,
    ToolkitIssue,
}

/// One page of what waits for an actor, what is due first first; what has no end comes last.
pub fn page(reader: &mut Reader, actor: &Actor, kinds: &[Kind], request: &PageRequest) -> StoreResult<Page<Item>> {
    let window = Window::new(request, Sort::Ascending);
    let dialect = Dialect::of(reader);
    let mut items = Vec::new();
    for wait in WAITS.iter().filter(|wait| kinds.is_empty() || kinds.contains(&wait.kind)) {
        let (Some(tied), Some(between)) = (tied(actor, wait, dialect), between(wait, &window, dialect)) else { continue };
        let order = if window.upwards { "ASC" } else { "DESC" };
        let sql = format!(
            "SELECT id, {due} AS due, {label} AS label FROM {table} WHERE {waits} AND {tied}{between} AND $1 = $1 \
             ORDER BY due {order}, id {order} LIMIT {limit}",
            due = wait.due.selected(dialect),
            label = wait.noun.label(),
            table = wait.noun.table(),
            waits = wait.waits,
            limit = window.limit,
        );
        items.extend(load(reader, actor, wait, &sql)?);
    }
    items.sort_by_key(place);
    // What waits for somebody in two ways, such as for a steward who coordinates as well, is one thing.
    items.dedup_by_key(|item| place(item));
    if !window.upwards {
        items.reverse();
    }
    items.truncate(usize::try_from(window.limit).unwrap_or(usize::MAX));
    Ok(Page::cut(items, request))
}

/// Where an item stands.
pub fn mark(item: &Item) -> Mark {
    Mark { key: key(item.due_at, item.kind), id: item.object }
}

/// How much of each kind waits for an actor; kinds of which nothing does are left out.
pub fn counts(reader: &mut Reader, actor: &Actor, kinds: &[Kind], now: Timestamp) -> StoreResult<Vec<Count>> {
    let dialect = Dialect::of(reader);
    let mut counts: Vec<Count> = Vec::new();
    for (number, wait) in WAITS.iter().enumerate() {
        let Some(tied) = tied(actor, wait, dialect).filter(|_| kinds.is_empty() || kinds.contains(&wait.kind)) else { continue };
        // What an earlier line of the same kind has counted is not counted again.
        let counted: String = WAITS[..number]
            .iter()
            .filter(|earlier| earlier.kind == wait.kind)
            .filter_map(|earlier| Some(format!(" AND NOT ({} AND {})", earlier.waits, self::tied(actor, earlier, dialect)?)))
            .collect();
        let sql = format!(
            "SELECT count(*) AS waiting, count(CASE WHEN {overdue} THEN 1 END) AS overdue FROM {table} \
             WHERE {waits} AND {tied}{present}{counted} AND $1 = $1",
            overdue = wait.due.compared("<", now, dialect),
            table = wait.noun.table(),
            waits = wait.waits,
            present = wait.due.present(),
        );
        let found: Counted = diesel::sql_query(sql).bind::<Uuid, _>(actor.account).get_result(reader.conn())?;
        match counts.iter_mut().find(|count| count.kind == wait.kind) {
            Some(count) => {
                count.waiting += found.waiting;
                count.overdue += found.overdue;
            }
            None => counts.push(Count { kind: wait.kind, waiting: found.waiting, overdue: found.overdue }),
        }
    }
    counts.retain(|count| count.waiting > 0);
    counts.sort_by_key(|count| count.kind);
    Ok(counts)
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    waiting: i64,
    #[diesel(sql_type = BigInt)]
    overdue: i64,
}

/// The id of a row is read as that of a demand: until its table is looked at, an id is only bytes.
#[derive(QueryableByName)]
struct AtRow {
    #[diesel(sql_type = Uuid)]
    id: DemandId,
    #[diesel(sql_type = Nullable<Instant>)]
    due: Option<At>,
    #[diesel(sql_type = Text)]
    label: String,
}

#[derive(QueryableByName)]
struct OnRow {
    #[diesel(sql_type = Uuid)]
    id: DemandId,
    #[diesel(sql_type = Nullable<Day>)]
    due: Option<On>,
    #[diesel(sql_type = Text)]
    label: String,
}

fn load(reader: &mut Reader, actor: &Actor, wait: &Wait, sql: &str) -> StoreResult<Vec<Item>> {
    let item = |object: DemandId, due_at, label| Item {
        kind: wait.kind,
        action: wait.action,
        object: *object.as_bytes(),
        noun: wait.noun,
        label,
        due_at,
    };
    let query = diesel::sql_query(sql).bind::<Uuid, _>(actor.account);
    Ok(match wait.due {
        Due::On(_) => {
            let rows: Vec<OnRow> = query.load(reader.conn())?;
            rows.into_iter().map(|row| item(row.id, row.due.map(|day| close_of_day(day.0)), row.label)).collect()
        }
        Due::At(_) | Due::Never => {
            let rows: Vec<AtRow> = query.load(reader.conn())?;
            rows.into_iter().map(|row| item(row.id, row.due.map(Into::into), row.label)).collect()
        }
    })
}

/// The condition that ties rows to an actor; `None` where the actor may not take the step at all.
fn tied(actor: &Actor, wait: &Wait, dialect: Dialect) -> Option<String> {
    let district = format!("district = '{}'", actor.district);
    // A tie that runs over another table is left open for the ids.
    let end = if wait.by.starts_with("EXISTS (") { ")" } else { "" };
    let among = |ids: Vec<String>| format!("{district} AND {} IN ({}){end}", wait.by, ids.join(", "));
    match span(actor, wait.action, wait.tie) {
        Span::Nothing => None,
        Span::District => Some(district),
        Span::Organisations(ids) => Some(among(ids.iter().map(|id| dialect.id(id.as_bytes())).collect())),
        Span::Postings(ids) => Some(among(ids.iter().map(|id| dialect.id(id.as_bytes())).collect())),
        Span::Places(ids) => Some(among(ids.iter().map(|id| dialect.id(id.as_bytes())).collect())),
    }
}

/// Which rows of a line lie in a window; `None` where none can.
fn between(wait: &Wait, window: &Window, dialect: Dialect) -> Option<String> {
    let above = window.above.map_or(Some(String::new()), |mark| beside(wait, mark, Side::Above, dialect))?;
    let below = window.below.map_or(Some(String::new()), |mark| beside(wait, mark, Side::Below, dialect))?;
    Some(format!("{}{above}{below}", wait.due.present()))
}

/// Where rows lie, as seen from a mark.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Above,
    Below,
}

/// Items stand by their end, their kind and their id. Within a line the kind is the same, so that it
/// decides as a whole about the rows that end with the mark.
fn beside(wait: &Wait, mark: Mark, side: Side, dialect: Dialect) -> Option<String> {
    let (end, rank) = (mark.key.div_euclid(RANKS), mark.key.rem_euclid(RANKS));
    let (beyond, or_equal) = if side == Side::Above { (">", ">=") } else { ("<", "<=") };
    let id = format!("id {beyond} {}", dialect.id(&mark.id));
    let is_beyond = match wait.kind.rank().cmp(&rank) {
        Ordering::Equal => None,
        unequal => Some((unequal == Ordering::Greater) == (side == Side::Above)),
    };
    if let Due::Never = wait.due {
        return match (end == NEVER, is_beyond) {
            // Everything that ends comes before what does not.
            (false, _) => (side == Side::Above).then(String::new),
            (true, None) => Some(format!(" AND {id}")),
            (true, Some(is_beyond)) => is_beyond.then(String::new),
        };
    }
    if end == NEVER {
        return (side == Side::Below).then(String::new);
    }
    let at = Timestamp::from_microsecond(end).ok()?;
    let compared = |sign| wait.due.compared(sign, at, dialect);
    Some(match is_beyond {
        Some(true) => format!(" AND {}", compared(or_equal)),
        Some(false) => format!(" AND {}", compared(beyond)),
        None => format!(" AND ({} OR ({} AND {id}))", compared(beyond), compared("=")),
    })
}

/// How an item is sorted.
fn place(item: &Item) -> (i64, [u8; 16]) {
    (key(item.due_at, item.kind), item.object)
}

/// More kinds than there will ever be.
const RANKS: i64 = 64;
/// The end of what has none: after all others.
const NEVER: i64 = i64::MAX / RANKS;

fn key(due_at: Option<Timestamp>, kind: Kind) -> i64 {
    due_at.map_or(NEVER, |at| at.as_microsecond()) * RANKS + kind.rank()
}

/// How a database writes values. Ids and moments are numbers of our own, so they stand in the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    fn of(reader: &mut Reader) -> Self {
        match reader.conn() {
            Conn::Pg(_) => Self::Postgres,
            Conn::Sqlite(_) => Self::Sqlite,
        }
    }

    fn id(self, bytes: &[u8; 16]) -> String {
        let digits = hex(bytes);
        match self {
            Self::Sqlite => format!("x'{digits}'"),
            Self::Postgres => format!("'{digits}'::uuid"),
        }
    }

    fn moment(self, at: Timestamp) -> String {
        match self {
            Self::Sqlite => at.as_microsecond().to_string(),
            Self::Postgres => format!("'{at}'::timestamptz"),
        }
    }
}

impl Due {
    fn selected(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (Self::At(column) | Self::On(column), _) => column,
            (Self::Never, Dialect::Sqlite) => "NULL",
            (Self::Never, Dialect::Postgres) => "NULL::timestamptz",
        }
    }

    /// A row whose clock does not run does not wait.
    fn present(self) -> String {
        match self {
            Self::At(column) | Self::On(column) => format!(" AND {column} IS NOT NULL"),
            Self::Never => String::new(),
        }
    }

    /// Compares the end of a row with a moment.
    fn compared(self, sign: &str, at: Timestamp, dialect: Dialect) -> String {
        match self {
            Self::At(column) => format!("{column} {sign} {}", dialect.moment(at)),
            Self::On(column) => compared_day(column, sign, at),
            Self::Never => "1 = 0".to_owned(),
        }
    }
}

/// A day ends when offices close on it, so it is compared as that moment.
fn compared_day(column: &str, sign: &str, at: Timestamp) -> String {
    let day = shanghai_date(at);
    let closing = close_of_day(day).cmp(&at);
    let sign = match (sign, closing) {
        ("=", Ordering::Equal) => "=",
        ("=", _) => return "1 = 0".to_owned(),
        (">" | ">=", Ordering::Greater) => ">=",
        (">" | ">=", Ordering::Less) => ">",
        ("<" | "<=", Ordering::Less) => "<=",
        ("<" | "<=", Ordering::Greater) => "<",
        (exact, Ordering::Equal) => exact,
        (other, _) => other,
    };
    format!("{column} {sign} '{day}'")
}

impl Noun {
    fn table(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Claim => "claim",
            Self::Demand => "demand",
            Self::Evaluation => "evaluation",
            // Where it stands, under the name that all others have for their id.
            Self::FiledRecord => "(SELECT record AS id, s.* FROM record_standing s) record_standing",
            Self::Grant => "role_grant",
            Self::Posting => "posting",
            Self::Project => "project",
            Self::Resource => "resource",
            Self::RuleChange => "rule_change",
            Self::ToolkitIssue => "toolkit_issue",
        }
    }

    /// What tells one object from another; nothing about persons.
    fn label(self) -> &'static str {
        match self {
            Self::Branch => "name",
            Self::Claim => "ref_no",
            Self::Demand | Self::Resource => "coalesce(ref_no || ' ', '') || title",
            Self::Evaluation => "label",
            Self::FiledRecord => "ref_no",
            Self::Grant => "role",
            Self::Posting => "CAST(number AS TEXT)",
            Self::Project => "ref_no || ' ' || title",
            Self::RuleChange => "code",
            Self::ToolkitIssue => "(SELECT i.code || ' ' || i.title FROM toolkit_item i WHERE i.id = toolkit_issue.item)",
        }
    }
}

impl Item {
    /// The id of the object as the API writes it.
    pub fn object_id(&self) -> String {
        fn text<K: KindOfId>(bytes: [u8; 16]) -> String {
            Id::<K>::from_bytes(bytes).to_string()
        }
        match self.noun {
            Noun::Branch => text::<kind::Branch>(self.object),
            Noun::Claim => text::<kind::Claim>(self.object),
            Noun::Demand => text::<kind::Demand>(self.object),
            Noun::Evaluation => text::<kind::Evaluation>(self.object),
            Noun::FiledRecord => text::<kind::FiledRecord>(self.object),
            Noun::Grant => text::<kind::Grant>(self.object),
            Noun::Posting => text::<kind::Posting>(self.object),
            Noun::Project => text::<kind::Project>(self.object),
            Noun::Resource => text::<kind::Resource>(self.object),
            Noun::RuleChange => text::<kind::RuleChange>(self.object),
            Noun::ToolkitIssue => text::<kind::ToolkitIssue>(self.object),
        }
    }
}
