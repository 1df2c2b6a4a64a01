//! The rates of organisations, once more from the log.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

use super::{
    check::{Replay, Thing, kind},
    days::{day_of, start_of},
};
use crate::world::steps;

/// Parts and wholes by organisation and rate.
type Counted = BTreeMap<(String, &'static str), (u32, u32)>;

const RATES: [&str; 6] = ["response", "resolution", "satisfaction", "answered", "claimed", "stale"];

/// Who answers for which category in these worlds.
const DUTY_UNITS: [(&str, &str); 2] = [("LEGAL", "justice"), ("TALENT", "labour")];

impl Replay<'_> {
    pub fn compare_rates(&mut self) {
        let spans: std::collections::BTreeSet<(Date, Date)> =
            self.history.rates.keys().map(|(from, to, _)| (*from, *to)).collect();
        for (from, to) in spans {
            let computed = self.rates(from, to);
            let seen = self.history.rates.iter().filter(|((since, until, _), _)| (*since, *until) == (from, to));
            let seen: BTreeMap<String, Value> =
                seen.map(|((.., organisation), rates)| (organisation.clone(), rates.clone())).collect();
            if computed != seen {
                self.found.push(format!("rates from {from} to {to}: computed {computed:?}, seen {seen:?}"));
            }
        }
    }

    fn rates(&self, from: Date, to: Date) -> BTreeMap<String, Value> {
        let mut counted = Counted::new();
        let within = |at: Option<&Timestamp>| at.is_some_and(|at| (from..=to).contains(&day_of(*at)));
        for (id, thing) in &self.things {
            match kind(id) {
                "prj" => self.count_project(id, thing, &within, &mut counted),
                "dem" => self.count_demand(id, thing, &within, &mut counted),
                "res" if matches!(thing.status.as_str(), "LISTED" | "STALE") => {
                    count(&mut counted, self.said(id, "organisation"), "stale", thing.status == "STALE");
                }
                _ => {}
            }
        }
        let mut rates: BTreeMap<String, Value> = BTreeMap::new();
        for (organisation, _) in counted.keys() {
            let rate = |rate: &&'static str| {
                let (part, whole) = counted.get(&(organisation.clone(), *rate)).copied().unwrap_or_default();
                ((*rate).to_owned(), json!({ "numerator": part, "denominator": whole }))
            };
            rates.insert(organisation.clone(), Value::Object(RATES.iter().map(rate).collect()));
        }
        rates
    }

    fn count_project(&self, id: &str, project: &Thing, within: &dyn Fn(Option<&Timestamp>) -> bool, counted: &mut Counted) {
        let lead = || self.said(id, "lead");
        let moment = |name| project.moments.get(name);
        let (contacted, due) = (moment("contacted"), project.moments["contact_due"]);
        let was_due = contacted.is_some() || (project.status != "CANCELLED" && due < self.history.now);
        if within(Some(&due)) && was_due {
            count(counted, lead(), "response", contacted.is_some_and(|at| *at <= due));
        }
        if within(moment("delivered")) {
            count(counted, lead(), "answered", moment("confirmed").is_some());
        }
        if within(moment("confirmed")) {
            count(counted, lead(), "resolution", project.facts["solved"] == "YES");
            let satisfied = project.facts["satisfaction"].as_u64() >= Some(self.rule("RATE_SATISFIED_LEAST").into());
            count(counted, lead(), "satisfaction", satisfied);
        }
    }

    fn count_demand(&self, id: &str, demand: &Thing, within: &dyn Fn(Option<&Timestamp>) -> bool, counted: &mut Counted) {
        let Some(listed) = demand.moments.get("listed").filter(|at| within(Some(at))) else { return };
        let due = self.workdays(start_of(day_of(*listed)), "RATE_CLAIMED_WITHIN");
        let agreed = self.of(id, "clm").filter_map(|(_, claim)| claim.moments.get("agreed")).min();
        let in_time = agreed.is_some_and(|at| *at <= due);
        if !in_time && due >= self.history.now {
            return;
        }
        let enterprise = self.said(id, "organisation");
        let category = self.said(id, "category");
        let unit = DUTY_UNITS.iter().find(|(code, _)| steps::category_id(code) == category).map_or("street", |(_, unit)| *unit);
        count(counted, enterprise, "claimed", in_time);
        count(counted, steps::organisation_id(unit), "claimed", in_time);
    }
}

fn count(counted: &mut Counted, organisation: String, rate: &'static str, hit: bool) {
    let (part, whole) = counted.entry((organisation, rate)).or_default();
    *part += u32::from(hit);
    *whole += 1;
}
