//! Recomputes what should have become of every demand, claim, project and resource from the log, and
//! compares. It shares no code with the product: the steps are in `steps.txt`, the working days in
//! [`super::days`], and what follows from a step is written down here once more, from the rules.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    days::{Days, close_of, day_of, start_of},
    history::{History, Line},
};

/// An object as the log leaves it.
#[derive(Clone, Debug, Default)]
pub struct Thing {
    pub status: String,
    /// What runs for it, by the name that the API gives it, and until when.
    pub clocks: BTreeMap<&'static str, Timestamp>,
    /// What the log has said of it so far.
    pub facts: BTreeMap<String, Value>,
    /// When it came to its present state, and when certain steps were last taken with it.
    pub moments: BTreeMap<&'static str, Timestamp>,
    pub agreed: i64,
}

/// The state of everything while the log is read.
pub struct Replay<'a> {
    pub days: Days,
    pub history: &'a History,
    pub things: BTreeMap<String, Thing>,
    /// Claims and projects of each demand, claims of each resource.
    pub belong: HashMap<String, BTreeSet<String>>,
    pub taken: BTreeMap<(String, String), i64>,
    pub drawn: BTreeSet<String>,
    pub found: Vec<String>,
    steps: BTreeMap<(&'static str, &'static str), Vec<(&'static str, &'static str)>>,
}

/// Everything that does not add up; nothing, if all is well.
pub fn differences(history: &History) -> Vec<String> {
    let mut replay = Replay {
        days: Days::new(),
        history,
        things: BTreeMap::new(),
        belong: HashMap::new(),
        taken: BTreeMap::new(),
        drawn: BTreeSet::new(),
        found: Vec::new(),
        steps: steps(),
    };
    let mut runs = history.runs.iter().peekable();
    for line in &history.lines {
        while let Some(run) = runs.next_if(|run| **run < line.at) {
            replay.nothing_is_left(*run);
        }
        replay.take(line);
    }
    runs.for_each(|run| replay.nothing_is_left(*run));
    replay.numbers_have_no_gap();
    replay.compare_with_what_is_seen();
    replay.compare_rates();
    replay.found
}

fn steps() -> BTreeMap<(&'static str, &'static str), Vec<(&'static str, &'static str)>> {
    let lines = include_str!("steps.txt").lines().filter(|line| !line.starts_with('#'));
    let step = |line: &'static str| {
        let mut words = line.split_whitespace();
        let key = (words.next().expect("an action"), words.next().expect("a kind"));
        (key, words.filter_map(|step| step.split_once('>')).collect())
    };
    lines.map(step).collect()
}

/// A text of a JSON object; empty where there is none.
pub fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

pub fn kind(object: &str) -> &str {
    object.split('_').next().unwrap_or_default()
}

const FOLLOWED: [&str; 4] = ["dem", "clm", "prj", "res"];

impl Replay<'_> {
    pub fn rule(&self, code: &str) -> u32 {
        self.history.rules[code]
    }

    pub fn workdays(&self, at: Timestamp, rule: &str) -> Timestamp {
        self.days.after(at, self.rule(rule))
    }

    pub fn thing(&self, object: &str) -> Thing {
        self.things.get(object).cloned().unwrap_or_default()
    }

    /// A text that the log has said of an object.
    pub fn said(&self, object: &str, fact: &str) -> String {
        let said = self.things.get(object).and_then(|thing| thing.facts.get(fact));
        said.and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// A number that the log has said of an object.
    pub fn number(&self, object: &str, fact: &str) -> i64 {
        self.things.get(object).and_then(|thing| thing.facts.get(fact)).and_then(Value::as_i64).unwrap_or_default()
    }

    pub fn complain(&mut self, at: Timestamp, what: String) {
        self.found.push(format!("{at} {what}"));
    }

    fn take(&mut self, line: &Line) {
        let before: Vec<(String, Thing)> = line
            .effects
            .iter()
            .map(|effect| text(effect, "/object").to_owned())
            .map(|object| (object.clone(), self.thing(&object)))
            .collect();
        if line.by_system {
            self.is_due(line);
        }
        if line.action == "call_back.draw" {
            self.draw(line);
        }
        for effect in &line.effects {
            let object = text(effect, "/object");
            if FOLLOWED.contains(&kind(object)) {
                self.step(line, object, effect);
            }
            self.remember(line, object, effect);
        }
        for (effect, (object, before)) in line.effects.iter().zip(&before) {
            match kind(object) {
                "dem" => self.demand(line, object, before),
                "clm" => self.claim(line, object, before),
                "prj" => self.project(line, object, before),
                "res" => self.resource(line, object, effect),
                _ => {}
            }
        }
        for (effect, (object, before)) in line.effects.iter().zip(&before) {
            self.compare_clocks(line, object, before, effect);
        }
        self.what_must_follow(line);
    }

    /// A step must be one that the action can take, from the state that the object is in.
    fn step(&mut self, line: &Line, object: &str, effect: &Value) {
        if effect.get("to").is_none() {
            return;
        }
        let (from, to) = (text(effect, "/from"), text(effect, "/to"));
        let known = self.things.get(object).map(|thing| thing.status.clone()).unwrap_or_default();
        if known != from {
            self.complain(line.at, format!("{}: {object} was {known}, not {from}", line.action));
        }
        let possible = self.steps.get(&(line.action.as_str(), kind(object)));
        if !possible.is_some_and(|steps| steps.contains(&(from, to))) {
            self.complain(line.at, format!("{}: {object} cannot go from {from:?} to {to}", line.action));
        }
    }

    fn remember(&mut self, line: &Line, object: &str, effect: &Value) {
        for owner in ["demand", "resource"] {
            let owner = text(effect, &format!("/facts/{owner}"));
            if !owner.is_empty() {
                self.belong.entry(owner.to_owned()).or_default().insert(object.to_owned());
            }
        }
        let thing = self.things.entry(object.to_owned()).or_default();
        if let Some(to) = effect["to"].as_str() {
            if thing.status != to {
                thing.moments.insert("state", line.at);
            }
            to.clone_into(&mut thing.status);
        }
        let facts = effect["facts"].as_object().into_iter().flatten();
        thing.facts.extend(facts.map(|(name, value)| (name.clone(), value.clone())));
    }

    /// The claims and projects of a demand, or claims of a resource, of one kind.
    pub fn of<'r>(&'r self, owner: &str, kind: &'r str) -> impl Iterator<Item = (&'r String, &'r Thing)> {
        let all = self.belong.get(owner).into_iter().flatten();
        all.filter(move |object| object.starts_with(kind)).filter_map(|object| self.things.get_key_value(object))
    }

    /// Every clock that starts or moves is in the log, with the end that it should have.
    fn compare_clocks(&mut self, line: &Line, object: &str, before: &Thing, effect: &Value) {
        let after = self.thing(object);
        for (clock, ends) in &after.clocks {
            let fact = FACTS.iter().find(|(of, name, _)| *of == kind(object) && name == clock).map(|(.., fact)| *fact);
            let Some(fact) = fact else { continue };
            let logged = logged(fact, &effect["facts"][fact]);
            let moved = before.clocks.get(clock) != Some(ends);
            // What is given back brings the end of the desired time back with it, which has not moved.
            let told = !(*clock == "EXPIRY" && line.action.starts_with("claim.cancel"));
            if logged.is_some_and(|logged| logged != *ends) || (moved && told && logged.is_none()) {
                self.complain(line.at, format!("{}: {clock} of {object} ends {ends}, the log says {logged:?}", line.action));
            }
        }
    }

    /// What follows from a step for other objects is in the same line.
    fn what_must_follow(&mut self, line: &Line) {
        let touched: BTreeSet<String> = line.effects.iter().map(|effect| text(effect, "/object").to_owned()).collect();
        for object in touched {
            let thing = self.thing(&object);
            let gone = match kind(&object) {
                "dem" => !matches!(thing.status.as_str(), "LISTED" | "DRAFT"),
                "res" => thing.status == "RETIRED",
                _ => false,
            };
            let open: Vec<(String, i64)> = self
                .of(&object, "clm")
                .filter(|(_, claim)| matches!(claim.status.as_str(), "PENDING" | "OBJECTED"))
                .map(|(id, claim)| (id.clone(), claim.facts["quantity"].as_i64().unwrap_or_default()))
                .collect();
            if gone && !open.is_empty() {
                self.complain(line.at, format!("{}: claims stay open on {object}: {open:?}", line.action));
            }
            if kind(&object) == "prj" && line.action == "project.close" {
                self.after_the_last_project(line, &self.said(&object, "demand"));
            }
            if kind(&object) == "dem" && line.action == "claim.consent" {
                let left = self.number(&object, "quantity") - thing.agreed;
                if left < 0 || open.iter().any(|(_, quantity)| *quantity > left) {
                    self.complain(line.at, format!("{left} is left of {object}, claims are open: {open:?}"));
                }
            }
        }
    }

    fn numbers_have_no_gap(&mut self) {
        let mut series: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        let mut numbered = 0;
        for thing in self.things.values() {
            let number = thing.facts.get("ref_no").and_then(Value::as_str).and_then(|number| number.rsplit_once('-'));
            if let Some((name, number)) = number {
                series.entry(name.to_owned()).or_default().insert(number.parse().unwrap_or_default());
                numbered += 1;
            }
        }
        if series.values().map(BTreeSet::len).sum::<usize>() != numbered {
            self.found.push("two objects have the same number".to_owned());
        }
        for (name, numbers) in series {
            if numbers.last().map(|last| *last as usize) != Some(numbers.len()) {
                self.found.push(format!("the numbers {name} have a gap"));
            }
        }
    }

    fn compare_with_what_is_seen(&mut self) {
        let history = self.history;
        let followed = self.things.iter().filter(|(id, thing)| FOLLOWED.contains(&kind(id)) && thing.status != "DRAFT");
        let things: Vec<(String, Thing)> = followed.map(|(id, thing)| (id.clone(), thing.clone())).collect();
        let seen = history.seen.iter().filter(|(_, seen)| seen["status"] != "DRAFT").count();
        if things.len() != seen {
            self.found.push(format!("{} objects are in the log, {seen} on the lists", things.len()));
        }
        for (id, thing) in things {
            let expected = self.shown(&id, &thing);
            let Some(seen) = history.seen.get(&id) else {
                self.found.push(format!("{id} is on no list"));
                continue;
            };
            let seen = with_sorted_clocks(seen.clone());
            for (name, value) in expected.as_object().into_iter().flatten() {
                if seen[name] != *value {
                    self.found.push(format!("{name} of {id}: computed {value}, seen {}", seen[name]));
                }
            }
        }
        let taken: BTreeMap<_, _> =
            self.taken.iter().filter(|(_, taken)| **taken > 0).map(|(key, n)| (key.clone(), *n)).collect();
        if taken != history.taken {
            self.found.push(format!("of the resources {taken:?} is taken, not {:?}", history.taken));
        }
    }

    /// What the API should show of an object at the end.
    fn shown(&self, id: &str, thing: &Thing) -> Value {
        let now = self.history.now;
        // What can no longer be answered is no clock any more.
        let open = |(clock, ends): &(&&str, &Timestamp)| {
            !matches!(**clock, "OBJECTION" | "RENEWAL" | "CANCEL_RESPONSE") || **ends >= now
        };
        let clocks: Vec<Value> =
            thing.clocks.iter().filter(open).map(|(clock, ends)| json!({ "clock": clock, "dueAt": ends.to_string() })).collect();
        match kind(id) {
            "dem" => json!({ "status": thing.status, "agreedQuantity": thing.agreed, "clocks": clocks }),
            "res" => {
                let day = |clock: &str| thing.clocks.get(clock).map(|at| day_of(*at).to_string());
                let paused = day("PAUSE").filter(|_| thing.status == "PAUSED");
                json!({ "status": thing.status, "reminders": thing.agreed, "staleOn": day("STALE"), "pausedUntil": paused })
            }
            _ => json!({ "status": thing.status, "clocks": clocks }),
        }
    }

    /// A draw takes the share of what ended in the month, spread over the leads, by the seed in the log.
    fn draw(&mut self, line: &Line) {
        let Some(draw) = line.effects.first() else { return };
        let month = text(draw, "/facts/month").to_owned();
        let pool = self.pool(&month);
        let chosen: BTreeSet<&str> = line.effects[1..].iter().map(|effect| text(effect, "/facts/project")).collect();
        let expected = super::draw::chosen(text(draw, "/facts/seed"), self.rule("CALL_BACK_SHARE"), &pool);
        if draw["facts"]["pool"] != pool.len() || chosen != expected.iter().map(String::as_str).collect() {
            self.complain(line.at, format!("the draw of {month} took {chosen:?} of {}, not {expected:?}", draw["facts"]["pool"]));
        }
        if !self.drawn.insert(month.clone()) {
            self.complain(line.at, format!("{month} was drawn twice"));
        }
    }

    /// Reference number, id and lead of what was closed in a month and still is, or became unconfirmed in
    /// it and was not reopened since.
    pub fn pool(&self, month: &str) -> Vec<(String, String, String)> {
        let within = |at: Option<&Timestamp>| at.is_some_and(|at| day_of(*at).to_string().starts_with(month));
        let projects = self.things.iter().filter(|(id, _)| kind(id) == "prj");
        projects
            .filter(|(_, project)| {
                let closed = project.status == "CLOSED" && within(project.moments.get("state"));
                closed || within(project.moments.get("unconfirmed"))
            })
            .map(|(id, _)| (self.said(id, "ref_no"), id.clone(), self.said(id, "lead")))
            .collect()
    }

    /// When the draw of the month before a moment's should have been made.
    pub fn draw_due(&self, month: &str) -> Timestamp {
        let first: jiff::civil::Date = format!("{month}-01").parse().expect("a month");
        start_of(self.days.from(first + jiff::Span::new().months(1)))
    }
}

/// Of each kind the clocks, and the facts in the log that tell their ends.
const FACTS: [(&str, &str, &str); 24] = [
    ("dem", "TRIAGE", "triage_due_at"),
    ("dem", "UNCLAIMED", "unclaimed_due_at"),
    ("dem", "ESCALATION", "escalation_due_at"),
    ("dem", "EXPIRY", "expiry_due_at"),
    ("dem", "DECISION", "decision_due_at"),
    ("dem", "REVIEW", "review_due_at"),
    ("dem", "OBJECTION", "objection_due_at"),
    ("dem", "OBJECTION_DECISION", "objection_decision_due_at"),
    ("dem", "RENEWAL", "renewal_due_at"),
    ("clm", "RESPONSE", "respond_by"),
    ("clm", "CANCEL_RESPONSE", "respond_by"),
    ("clm", "OBJECTION", "object_by"),
    ("clm", "OBJECTION_DECISION", "decide_by"),
    ("prj", "CONTACT", "contact_due_at"),
    ("prj", "PLAN", "plan_due_at"),
    ("prj", "DUE", "due_on"),
    ("prj", "PROGRESS", "progress_due_at"),
    ("prj", "PAUSE", "pause_due_at"),
    ("prj", "CONFIRMATION", "confirm_due_at"),
    ("prj", "CLOSING", "close_due_at"),
    ("res", "FIRST", "remind_first_on"),
    ("res", "SECOND", "remind_second_on"),
    ("res", "STALE", "stale_on"),
    ("res", "PAUSE", "until"),
];

/// The end of a clock as the log tells it: a moment, or a day.
fn logged(fact: &str, value: &Value) -> Option<Timestamp> {
    let value = value.as_str()?;
    match value.parse::<jiff::civil::Date>() {
        Ok(day) if !value.contains('T') => Some(if fact == "due_on" { close_of(day) } else { start_of(day) }),
        _ => value.parse().ok(),
    }
}

fn with_sorted_clocks(mut seen: Value) -> Value {
    if let Some(clocks) = seen["clocks"].as_array_mut() {
        clocks.sort_by_key(|clock| text(clock, "/clock").to_owned());
    }
    seen
}
