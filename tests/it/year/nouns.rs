//! What runs for an object after a step, once more from the rules; and what the system has to do when
//! it has run out.

use jiff::{Timestamp, ToSpan as _, civil::Date};
use serde_json::Value;

use super::{
    check::{Replay, Thing, kind, text},
    days::{close_of, day_of, start_of},
    history::Line,
};

impl Replay<'_> {
    pub fn demand(&mut self, line: &Line, object: &str, before: &Thing) {
        let at = line.at;
        let mut demand = self.thing(object);
        if line.effects.iter().any(|effect| text(effect, "/object") == object && effect["facts"]["agreed_quantity"].is_number()) {
            demand.agreed = self.agreed_of(object);
            if demand.facts["agreed_quantity"] != demand.agreed {
                self.complain(
                    at,
                    format!("of {object} {} is agreed, the log says {}", demand.agreed, demand.facts["agreed_quantity"]),
                );
            }
        }
        let comes_back = demand.status == "LISTED" && (before.status != "LISTED" || (before.agreed > 0 && demand.agreed == 0));
        if demand.status != before.status {
            demand.clocks.clear();
        }
        if comes_back && before.status != "LISTED" {
            demand.moments.insert("listed", at);
        }
        match (line.action.as_str(), demand.status.as_str()) {
            (_, "SUBMITTED") => drop(demand.clocks.insert("TRIAGE", self.workdays(at, "DEMAND_TRIAGE"))),
            (_, "LISTED") if comes_back => self.comes_to_the_list(object, &mut demand, at),
            (_, "LISTED") if demand.agreed > 0 => demand.clocks.retain(|clock, _| *clock == "DECISION"),
            ("demand.remind", _) => drop(demand.clocks.remove("UNCLAIMED")),
            ("demand.escalate", _) => drop(demand.clocks.remove("ESCALATION")),
            ("demand.park", _) => {
                demand
                    .clocks
                    .extend(demand.facts["review_due_at"].as_str().and_then(|at| at.parse().ok()).map(|at| ("REVIEW", at)));
            }
            ("demand.close", _) => drop(demand.clocks.insert("OBJECTION", self.workdays(at, "DEMAND_OBJECT"))),
            ("demand.object", _) => {
                demand.clocks = [("OBJECTION_DECISION", self.workdays(at, "DEMAND_OBJECTION_DECIDE"))].into();
            }
            ("demand.objection_decide", _) => demand.clocks.clear(),
            ("demand.expire", _) => {
                let last = day_of(at) + i64::from(self.rule("DEMAND_RENEW")).days();
                demand.clocks.insert("RENEWAL", start_of(last.tomorrow().expect("a day")));
            }
            _ => {}
        }
        match line.action.as_str() {
            "project.reopen" => drop(demand.clocks.remove("DECISION")),
            "project.close" if demand.status == "LISTED" && !demand.clocks.contains_key("DECISION") => {
                demand.clocks.insert("DECISION", self.workdays(at, "DEMAND_DECIDE"));
            }
            _ => {}
        }
        self.things.insert(object.to_owned(), demand);
    }

    fn comes_to_the_list(&self, object: &str, demand: &mut Thing, at: Timestamp) {
        if demand.agreed > 0 {
            return;
        }
        let urgent = demand.facts.get("urgency").is_some_and(|urgency| urgency == "URGENT");
        let (remind, escalate) =
            if urgent { ("DEMAND_UNCLAIMED_URGENT", "DEMAND_ESCALATE_URGENT") } else { ("DEMAND_UNCLAIMED", "DEMAND_ESCALATE") };
        demand.clocks.insert("UNCLAIMED", self.workdays(at, remind));
        demand.clocks.insert("ESCALATION", self.workdays(at, escalate));
        let renewed = demand.facts.get("desired_to").and_then(Value::as_str).and_then(|day| day.parse::<Date>().ok());
        if let Some(last) = renewed.or_else(|| self.history.desired.get(object).copied()) {
            demand.clocks.insert("EXPIRY", start_of(last + i64::from(self.rule("DEMAND_EXPIRE")).days()));
        }
    }

    fn agreed_of(&self, demand: &str) -> i64 {
        let agreed = self.of(demand, "clm").filter(|(_, claim)| claim.status == "AGREED");
        agreed.map(|(_, claim)| claim.facts["quantity"].as_i64().unwrap_or_default()).sum()
    }

    pub fn claim(&mut self, line: &Line, object: &str, before: &Thing) {
        let at = line.at;
        let mut claim = self.thing(object);
        let stands_in = claim.facts.contains_key("stands_in_for");
        let dispatched = claim.facts["kind"] == "DISPATCH";
        if claim.status != before.status {
            claim.clocks.clear();
        }
        match (line.action.as_str(), claim.status.as_str()) {
            ("claim.consent" | "claim.objection_decide", "PENDING") => {
                claim.clocks = [("RESPONSE", self.workdays(at, "CLAIM_RESPOND"))].into();
            }
            (_, "PENDING") => {
                claim.clocks.insert("RESPONSE", self.workdays(at, "CLAIM_RESPOND"));
                if dispatched && !stands_in {
                    claim.clocks.insert("OBJECTION", self.workdays(at, "CLAIM_OBJECT"));
                }
            }
            (_, "OBJECTED") => drop(claim.clocks.insert("OBJECTION_DECISION", self.workdays(at, "CLAIM_OBJECTION_DECIDE"))),
            ("claim.cancel_ask", _) => {
                claim.clocks.insert("CANCEL_RESPONSE", self.workdays(at, "CLAIM_CANCEL_RESPOND"));
            }
            _ => {}
        }
        let used = (self.said(object, "resource"), self.said(object, "period"));
        let quantity = claim.facts["quantity"].as_i64().unwrap_or_default();
        if claim.status == "AGREED" && before.status != "AGREED" {
            claim.moments.insert("agreed", at);
            if !used.0.is_empty() {
                *self.taken.entry(used.clone()).or_default() += quantity;
            }
        }
        if before.status == "AGREED" && claim.status == "CANCELLED" && !used.0.is_empty() {
            *self.taken.entry(used).or_default() -= quantity;
        }
        self.things.insert(object.to_owned(), claim);
    }

    pub fn project(&mut self, line: &Line, object: &str, before: &Thing) {
        let at = line.at;
        let mut project = self.thing(object);
        let due = before.clocks.get("DUE").copied().or_else(|| before.moments.get("due").copied());
        if project.status != before.status {
            project.clocks.clear();
            project.moments.extend(due.map(|due| ("due", due)));
        }
        match line.action.as_str() {
            "claim.consent" => self.opens(object, &mut project, at),
            "project.contact_log" => {
                project.clocks.remove("CONTACT");
                project.moments.insert("contacted", at);
            }
            "project.plan_file" => drop(project.clocks.remove("PLAN")),
            "project.start" | "project.reopen" | "project.progress_report" => {
                project.clocks.extend(due.map(|due| ("DUE", due)));
                project.clocks.insert("PROGRESS", self.days.month_after(at));
                if line.action == "project.reopen" {
                    for moment in ["delivered", "unconfirmed", "confirmed"] {
                        project.moments.remove(moment);
                    }
                }
            }
            "project.pause_decide" if project.status == "PAUSED" => self.rests(line, &mut project, before),
            "project.resume" | "project.end_pause" => self.goes_on(at, &mut project),
            "project.extension_decide" => self.is_extended(line, &mut project),
            "project.deliver" => {
                project.moments.insert("delivered", at);
                project.clocks.insert("CONFIRMATION", self.workdays(at, "PROJECT_CONFIRM"));
            }
            "project.confirm" => {
                project.moments.insert("confirmed", at);
                let solved = project.facts["solved"] == "YES";
                let rule = if solved { "PROJECT_CLOSE_SOLVED" } else { "PROJECT_CLOSE_UNSOLVED" };
                project.clocks.insert("CLOSING", self.workdays(at, rule));
            }
            "project.unconfirm" => {
                project.moments.insert("unconfirmed", at);
                project.clocks.insert("CLOSING", self.workdays(at, "PROJECT_CLOSE_UNCONFIRMED"));
            }
            "project.call_back_log" if project.status == "UNCONFIRMED" => {
                let reached = line.effects.iter().any(|effect| effect["facts"]["reached"] == true);
                if let Some(closing) = project.clocks.get_mut("CLOSING").filter(|closing| reached && **closing > at) {
                    *closing = at;
                }
            }
            _ => {}
        }
        self.things.insert(object.to_owned(), project);
    }

    fn opens(&self, object: &str, project: &mut Thing, at: Timestamp) {
        let category = self.said(&self.said(object, "demand"), "category");
        let profile = super::PROFILES.iter().find(|(code, _)| crate::world::steps::category_id(code) == category);
        let rule = profile.map_or("PROJECT_DUE_NORMAL", |(_, rule)| rule);
        project.clocks = [
            ("CONTACT", self.workdays(at, "PROJECT_CONTACT")),
            ("PLAN", self.workdays(at, "PROJECT_PLAN")),
            ("DUE", self.workdays(at, rule)),
        ]
        .into();
        project.moments.insert("contact_due", project.clocks["CONTACT"]);
    }

    /// The working minutes that are left are kept until the work goes on.
    fn rests(&self, line: &Line, project: &mut Thing, before: &Thing) {
        let pause = line.effects.iter().map(|effect| text(effect, "/object")).find(|object| kind(object) == "pau");
        let until = self.said(pause.unwrap_or_default(), "until").parse::<Date>();
        project.clocks = until.map(|until| ("PAUSE", start_of(until))).into_iter().collect();
        for (clock, moment, left) in [("DUE", "due", "due_left"), ("PROGRESS", "progress", "progress_left")] {
            let ends = before.clocks.get(clock).copied().unwrap_or_default();
            project.moments.insert(moment, ends);
            project.facts.insert(left.to_owned(), self.days.minutes(line.at, ends).into());
        }
    }

    fn goes_on(&self, at: Timestamp, project: &mut Thing) {
        for (clock, moment, left) in [("DUE", "due", "due_left"), ("PROGRESS", "progress", "progress_left")] {
            let ends = match project.facts[left].as_i64() {
                Some(minutes) if minutes > 0 => self.days.used_up(at, minutes),
                _ => project.moments[moment],
            };
            project.clocks.insert(clock, ends);
        }
    }

    fn is_extended(&self, line: &Line, project: &mut Thing) {
        let extension = line.effects.iter().find(|effect| kind(text(effect, "/object")) == "pex" && effect["to"] == "APPROVED");
        let day = extension.map(|effect| self.said(text(effect, "/object"), "new_due_on"));
        if let Some(day) = day.and_then(|day| day.parse::<Date>().ok()) {
            project.clocks.insert("DUE", close_of(day));
        }
    }

    pub fn resource(&mut self, line: &Line, object: &str, effect: &Value) {
        let today = day_of(line.at);
        let mut resource = self.thing(object);
        match line.action.as_str() {
            "resource.list" | "resource.assure" => {
                let later = |rule: &str| start_of(today + i64::from(self.rule(rule)).days());
                resource.clocks.insert("FIRST", later("RESOURCE_REMIND_FIRST"));
                resource.clocks.insert("SECOND", later("RESOURCE_REMIND_SECOND"));
                resource.clocks.insert("STALE", later("RESOURCE_STALE"));
                resource.agreed = 0;
                let last = resource.facts.get("valid_to").and_then(Value::as_str).and_then(|day| day.parse::<Date>().ok());
                resource.clocks.extend(last.map(|last| ("END", start_of(last.tomorrow().expect("a day")))));
            }
            // Its two reminders are counted where other things count what is agreed.
            "resource.remind" => resource.agreed += 1,
            "resource.pause" => {
                let until = text(effect, "/facts/until").parse::<Date>();
                resource.clocks.extend(until.map(|until| ("PAUSE", start_of(until))));
            }
            "resource.resume" | "resource.end_pause" => drop(resource.clocks.remove("PAUSE")),
            _ => {}
        }
        self.things.insert(object.to_owned(), resource);
    }

    /// What the system has to do with an object by itself, and from when on.
    fn duties(id: &str, thing: &Thing) -> Vec<(&'static str, Timestamp)> {
        let at = |clock: &str| thing.clocks.get(clock).copied();
        let duty = |action: &'static str, clock: &str| at(clock).map(|at| (action, at));
        let duties = match (kind(id), thing.status.as_str()) {
            ("dem", "LISTED") => {
                vec![duty("demand.remind", "UNCLAIMED"), duty("demand.escalate", "ESCALATION"), duty("demand.expire", "EXPIRY")]
            }
            ("dem", "PARKED") => vec![duty("demand.unpark", "REVIEW")],
            // An answer still counts at the last moment.
            ("clm", "PENDING") => vec![at("RESPONSE").map(|at| ("claim.lapse", at + jiff::SignedDuration::from_nanos(1)))],
            ("prj", "PAUSED") => vec![duty("project.end_pause", "PAUSE")],
            ("prj", "DELIVERED") => vec![duty("project.unconfirm", "CONFIRMATION")],
            ("prj", "CONFIRMED" | "UNCONFIRMED") => vec![duty("project.close", "CLOSING")],
            ("res", "LISTED") => {
                let reminder = if thing.agreed == 0 { duty("resource.remind", "FIRST") } else { None };
                let second = if thing.agreed == 1 { duty("resource.remind", "SECOND") } else { None };
                vec![reminder, second, duty("resource.go_stale", "STALE"), duty("resource.end", "END")]
            }
            ("res", "PAUSED") => vec![duty("resource.end_pause", "PAUSE"), duty("resource.end", "END")],
            ("res", "STALE") => vec![duty("resource.end", "END")],
            _ => Vec::new(),
        };
        duties.into_iter().flatten().collect()
    }

    /// Nothing is done before its time, or by the system that is not the system's.
    pub fn is_due(&mut self, line: &Line) {
        let object = line.effects.first().map(|effect| text(effect, "/object")).unwrap_or_default();
        if line.action == "call_back.draw" {
            let month = text(&line.effects[0], "/facts/month");
            if line.at < self.draw_due(month) {
                self.complain(line.at, format!("{month} was drawn too early"));
            }
            return;
        }
        let duties = Self::duties(object, &self.thing(object));
        if !duties.iter().any(|(action, due)| *action == line.action && *due <= line.at) {
            self.complain(line.at, format!("{} of {object} was not due: {duties:?}", line.action));
        }
    }

    /// Whatever was due when the system last looked is done.
    pub fn nothing_is_left(&mut self, run: Timestamp) {
        let left: Vec<String> = self
            .things
            .iter()
            .flat_map(|(id, thing)| Self::duties(id, thing).into_iter().map(move |(action, due)| (id, action, due)))
            .filter(|(.., due)| *due <= run)
            .map(|(id, action, due)| format!("{action} of {id} was due {due} and is not done"))
            .collect();
        left.into_iter().for_each(|what| self.complain(run, what));
        let last_month = day_of(run).first_of_month().yesterday().expect("a day").strftime("%Y-%m").to_string();
        let is_due = self.draw_due(&last_month) <= run && !self.drawn.contains(&last_month);
        if is_due && !self.pool(&last_month).is_empty() {
            self.complain(run, format!("the call-backs of {last_month} are not drawn"));
        }
    }

    /// A demand is satisfied, or to be decided about, with its last project (D8).
    pub fn after_the_last_project(&mut self, line: &Line, demand: &str) {
        let thing = self.thing(demand);
        let projects: Vec<&Thing> = self.of(demand, "prj").map(|(_, project)| project).collect();
        let open = projects.iter().any(|project| !matches!(project.status.as_str(), "CLOSED" | "CANCELLED"));
        let closed = || projects.iter().filter(|project| project.status == "CLOSED");
        let unsolved = closed().any(|project| !project.moments.contains_key("confirmed") || project.facts["solved"] != "YES");
        let full = thing.agreed == self.number(demand, "quantity");
        let satisfied = line.effects.iter().any(|effect| text(effect, "/object") == demand && effect["to"] == "CLOSED");
        let was_listed = satisfied || thing.status == "LISTED";
        let expected = was_listed && full && !open && !unsolved;
        let waits = was_listed && full && !open && unsolved;
        if expected != satisfied || (waits && !thing.clocks.contains_key("DECISION")) {
            self.complain(line.at, format!("{demand} is {} after its last project", thing.status));
        }
    }
}
