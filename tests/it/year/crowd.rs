//! People who use the portal, each acting by chance on what they see. A seed repeats them.

use std::collections::HashMap;

use jiff::{ToSpan as _, civil::Date};
use serde_json::{Value, json};

use super::days::day_of;
use crate::world::{
    Reply, World,
    rng::Rng,
    steps::{self, category_id, organisation_id, place_id},
};

/// Everybody.
pub struct Crowd<'w> {
    pub world: &'w World,
    pub rng: Rng,
    pub desired: HashMap<String, Date>,
    demands: Vec<String>,
    resources: Vec<String>,
    claims: Vec<String>,
    projects: Vec<String>,
    /// Demands and resources that were made so far, which also tells them apart.
    pub made: usize,
    /// Claims that may still be made today.
    pub claims_wanted: usize,
    pub done: usize,
    pub refused: HashMap<String, usize>,
}

const SEATS: [(&str, &str); 3] = [("mill", "mall"), ("bakery", "office"), ("forge", "plant")];
const DEPARTMENTS: [&str; 2] = ["justice", "labour"];
const CATEGORIES: [&str; 4] = ["LEGAL", "TALENT", "FINANCE", "TRAINING"];
/// What people run into who do not look at what others have done meanwhile.
const EXPECTED: [&str; 11] = [
    "INVALID_STATE",
    "TOO_LATE",
    "QUANTITY_EXCEEDED",
    "CAPACITY_EXCEEDED",
    "DUPLICATE_CLAIM",
    "RESOURCE_UNAVAILABLE",
    "ALREADY_ASKED",
    "EXTENSION_LIMIT",
    "REOPEN_LIMIT",
    "CALL_BACK_FIRST",
    "FINAL_DISPATCH",
];

impl<'w> Crowd<'w> {
    pub fn new(world: &'w World, seed: u64) -> Self {
        Self {
            world,
            rng: Rng::new(seed),
            desired: HashMap::new(),
            demands: Vec::new(),
            resources: Vec::new(),
            claims: Vec::new(),
            projects: Vec::new(),
            made: 0,
            claims_wanted: 0,
            done: 0,
            refused: HashMap::new(),
        }
    }

    fn day(&mut self, least: usize, more: usize) -> Date {
        let days = i64::try_from(least + self.rng.below(more)).expect("some days");
        day_of(self.world.app.clock.now()) + days.days()
    }

    /// Words that no other thing has.
    fn words(&mut self) -> String {
        self.made += 1;
        let letter =
            |rng: &mut Rng| char::from_u32(0x4e00 + u32::try_from(rng.below(8000)).expect("a letter")).expect("a letter");
        (0..12).map(|_| letter(&mut self.rng)).collect()
    }

    /// Takes a step; `None` is that it was refused for a reason that people run into.
    async fn act(&mut self, login: &str, mutation: &str, fields: &str, input: Value) -> Option<Reply> {
        let reply = self.world.mutate(login, mutation, fields, input.clone()).await;
        let code = reply.code();
        if code == "OK" {
            self.done += 1;
            return Some(reply);
        }
        assert!(EXPECTED.contains(&code.as_str()), "{mutation} of {login} with {input}: {code}");
        *self.refused.entry(format!("{mutation} {code}")).or_default() += 1;
        None
    }

    /// Takes a step with an object as it is seen.
    async fn step(&mut self, login: &str, mutation: &str, noun: &str, seen: &Value, more: Value) -> Option<Reply> {
        let input = steps::with(&json!({ noun: seen["id"], "expectedVersion": seen["version"] }), more);
        self.act(login, mutation, &format!("{noun} {{ id }}"), input).await
    }

    async fn look(&self, login: &str, noun: &str, id: &str, fields: &str) -> Value {
        let query = format!("query($id: ID!) {{ {noun}(id: $id) {{ id version status {fields} }} }}");
        let reply = self.world.run(login, &query, json!({ "id": id })).await;
        assert!(reply.body["errors"].is_null(), "{query}: {}", reply.body);
        reply.data(&format!("/{noun}")).clone()
    }

    pub async fn drafts_a_demand(&mut self) {
        let (enterprise, place) = self.rng.pick(&SEATS);
        let words = self.words();
        let desired_to = self.rng.chance(40).then(|| self.day(1, 40));
        let urgent = self.rng.chance(15);
        let input = json!({
            "organisation": organisation_id(enterprise), "place": place_id(place),
            "category": category_id(self.rng.pick(&CATEGORIES)), "title": words, "detail": words,
            "quantity": 1 + self.rng.below(4), "unit": "次", "desiredTo": desired_to.map(|day| day.to_string()),
            "urgency": if urgent { "URGENT" } else { "NORMAL" }, "urgencyReason": urgent.then_some("临近期限"),
            "visibility": "DISTRICT",
        });
        let reply = self.act(&format!("{enterprise}.liaison"), "demandDraft", "demand { id }", input).await;
        let id = reply.expect("a draft").text("/demand/id");
        self.desired.extend(desired_to.map(|day| (id.clone(), day)));
        // Drafts are their owner's; the other states are seen by the coordinator.
        let draft = json!({ "id": id, "version": 1 });
        if self.rng.chance(95) {
            self.step(&format!("{enterprise}.liaison"), "demandSubmit", "demand", &draft, json!({})).await;
        } else {
            self.step(&format!("{enterprise}.liaison"), "demandWithdraw", "demand", &draft, json!({ "reason": "不再需要" }))
                .await;
        }
        self.demands.push(id);
    }

    pub async fn drafts_a_resource(&mut self) {
        let department = self.rng.pick(&DEPARTMENTS);
        let words = self.words();
        let valid_to = self.rng.chance(20).then(|| self.day(5, 120).to_string());
        let input = json!({
            "organisation": organisation_id(department), "category": category_id(self.rng.pick(&CATEGORIES)),
            "title": words, "detail": words, "unit": "服务科", "mode": "ONSITE", "capacity": 1 + self.rng.below(5),
            "per": self.rng.pick(&["ONCE", "MONTH", "QUARTER", "YEAR"]), "validFrom": "2025-01-01", "validTo": valid_to,
            "fee": "FREE",
        });
        let lead = format!("{department}.lead");
        let id = self.act(&lead, "resourceDraft", "resource { id }", input).await.expect("a draft").text("/resource/id");
        self.step(&lead, "resourceList", "resource", &json!({ "id": id, "version": 1 }), json!({})).await;
        self.resources.push(id);
    }

    /// Everybody does some of what there is to do. `percent` is how likely something is touched.
    pub async fn act_on_what_there_is(&mut self, percent: usize) {
        for id in self.some(|crowd| &crowd.demands, percent) {
            if !self.acts_on_a_demand(&id).await {
                self.demands.retain(|other| *other != id);
            }
        }
        for id in self.some(|crowd| &crowd.resources, percent / 4 + 1) {
            if !self.acts_on_a_resource(&id).await {
                self.resources.retain(|other| *other != id);
            }
        }
        for id in self.some(|crowd| &crowd.claims, percent) {
            if !self.acts_on_a_claim(&id).await {
                self.claims.retain(|other| *other != id);
            }
        }
        for id in self.some(|crowd| &crowd.projects, percent) {
            if !self.acts_on_a_project(&id).await {
                self.projects.retain(|other| *other != id);
            }
        }
    }

    fn some(&mut self, of: impl Fn(&Self) -> &Vec<String>, percent: usize) -> Vec<String> {
        let all = of(self).clone();
        all.into_iter().filter(|_| self.rng.chance(percent)).collect()
    }

    /// Answers whether anything can still become of it; so do the others.
    async fn acts_on_a_demand(&mut self, id: &str) -> bool {
        let fields = "openQuantity agreedQuantity escalated outcome objection { at dismissedAt } organisation { name }";
        let seen = self.look("coordinator", "demand", id, fields).await;
        let liaison = format!("{}.liaison", seen["organisation"]["name"].as_str().unwrap_or("mill"));
        let chance = self.rng.below(100);
        match seen["status"].as_str().unwrap_or("DRAFT") {
            "SUBMITTED" if chance < 8 => {
                self.step("coordinator", "demandReturn", "demand", &seen, json!({ "reason": "请补充" })).await;
            }
            "SUBMITTED" if chance < 12 => self.merges(&seen).await,
            "SUBMITTED" => drop(self.step("coordinator", "demandList", "demand", &seen, json!({})).await),
            "RETURNED" => drop(self.step(&liaison, "demandSubmit", "demand", &seen, json!({})).await),
            "LISTED" => self.acts_on_a_listed_demand(&seen, &liaison, chance).await,
            "PARKED" if chance < 10 => self.closes(&seen).await,
            "CLOSED" => return self.objects(&seen, &liaison, chance).await,
            "EXPIRED" if chance < 50 => {
                let day = self.day(1, 30);
                let renewed = self.step(&liaison, "demandRenew", "demand", &seen, json!({ "desiredTo": day.to_string() })).await;
                return renewed.is_some();
            }
            "PARKED" => {}
            _ => return false,
        }
        true
    }

    async fn acts_on_a_listed_demand(&mut self, seen: &Value, liaison: &str, chance: usize) {
        let open = usize::try_from(seen["openQuantity"].as_i64().unwrap_or(0)).unwrap_or(0);
        let provider = self.rng.pick(&DEPARTMENTS);
        let (start, due) = (self.day(0, 3), self.day(4, 20));
        let quantity = 1 + self.rng.below(open.clamp(1, 2));
        let claim = json!({
            "demand": seen["id"], "provider": organisation_id(provider), "quantity": quantity,
            "plan": { "start": start.to_string(), "due": due.to_string() },
        });
        match chance {
            0..2 => drop(self.step(liaison, "demandWithdraw", "demand", seen, json!({ "reason": "不再需要" })).await),
            2..5 => {
                let day = self.day(1, 30);
                let parked = json!({ "reason": "等待政策", "reviewOn": day.to_string() });
                self.step("coordinator", "demandPark", "demand", seen, parked).await;
            }
            5..10 => self.closes(seen).await,
            10..20 if open > 0 && self.claims_wanted > 0 => self.claims("coordinator", "claimDispatch", claim).await,
            20..95 if open > 0 && self.claims_wanted > 0 => self.claims(&format!("{provider}.lead"), "claimOffer", claim).await,
            _ => {}
        }
    }

    async fn claims(&mut self, login: &str, mutation: &str, input: Value) {
        if let Some(reply) = self.act(login, mutation, "claim { id }", input).await {
            self.claims.push(reply.text("/claim/id"));
            self.claims_wanted -= 1;
        }
    }

    async fn closes(&mut self, seen: &Value) {
        let decision = json!({ "outcome": self.rng.pick(&["NOT_FEASIBLE", "OUT_OF_SCOPE"]), "explanation": "暂无条件" });
        self.step("coordinator", "demandClose", "demand", seen, decision).await;
    }

    async fn merges(&mut self, seen: &Value) {
        let into = self.demands[self.rng.below(self.demands.len())].clone();
        if into != seen["id"].as_str().unwrap_or_default() && !self.look("coordinator", "demand", &into, "").await.is_null() {
            self.step("coordinator", "demandMerge", "demand", seen, json!({ "into": into })).await;
        }
    }

    async fn objects(&mut self, seen: &Value, liaison: &str, chance: usize) -> bool {
        let decided = !matches!(seen["outcome"].as_str(), Some("SATISFIED" | "WITHDRAWN"));
        if !seen["objection"].is_null() && seen["objection"]["dismissedAt"].is_null() {
            let ruling = self.rng.pick(&["UPHOLD", "DISMISS"]);
            let decision = json!({ "ruling": ruling, "reason": "经复核" });
            let answered = self.step("coordinator", "demandObjectionDecide", "demand", seen, decision).await;
            return answered.is_some() && ruling == "UPHOLD";
        }
        if decided && seen["objection"].is_null() && chance < 30 {
            return self.step(liaison, "demandObject", "demand", seen, json!({ "reason": "仍有需要" })).await.is_some();
        }
        decided && chance < 80
    }

    async fn acts_on_a_resource(&mut self, id: &str) -> bool {
        let seen = self.look("coordinator", "resource", id, "organisation { name }").await;
        let lead = format!("{}.lead", seen["organisation"]["name"].as_str().unwrap_or("justice"));
        let chance = self.rng.below(100);
        match (seen["status"].as_str().unwrap_or_default(), chance) {
            ("LISTED", 0..50) if self.claims_wanted > 0 => self.requests(id).await,
            ("LISTED", 50..75) | ("STALE", 0..70) => drop(self.step(&lead, "resourceAssure", "resource", &seen, json!({})).await),
            ("LISTED", 75..82) => {
                let until = self.day(1, 20).to_string();
                self.step(&lead, "resourcePause", "resource", &seen, json!({ "reason": "人员外出", "until": until })).await;
            }
            ("LISTED" | "STALE", 97..) => {
                drop(self.step(&lead, "resourceRetire", "resource", &seen, json!({ "reason": "不再提供" })).await)
            }
            ("PAUSED", 0..30) => drop(self.step(&lead, "resourceResume", "resource", &seen, json!({})).await),
            ("RETIRED", _) => return false,
            _ => {}
        }
        true
    }

    async fn requests(&mut self, resource: &str) {
        let (enterprise, place) = self.rng.pick(&SEATS);
        let words = self.words();
        let (start, due) = (self.day(0, 3), self.day(4, 20));
        let quantity = 1 + self.rng.below(2);
        let input = json!({
            "resource": resource, "quantity": 1, "plan": { "start": start.to_string(), "due": due.to_string() },
            "newDemand": {
                "organisation": organisation_id(enterprise), "place": place_id(place), "title": words, "detail": words,
                "quantity": quantity, "unit": "次",
            },
        });
        let reply = self.act(&format!("{enterprise}.liaison"), "claimRequest", "claim { id demand { id } }", input).await;
        if let Some(reply) = reply {
            self.desired.insert(reply.text("/claim/demand/id"), due);
            self.demands.push(reply.text("/claim/demand/id"));
            self.claims.push(reply.text("/claim/id"));
            self.claims_wanted -= 1;
        }
    }

    async fn acts_on_a_claim(&mut self, id: &str) -> bool {
        let fields = "kind waitsFor isFinal cancelAsk { side } enterprise { name } provider { name } project { id }";
        let seen = self.look("coordinator", "claim", id, fields).await;
        let enterprise = format!("{}.liaison", seen["enterprise"]["name"].as_str().unwrap_or_default());
        let provider = seen["provider"]["name"].as_str().unwrap_or_default().to_owned();
        let lead = format!("{provider}.lead");
        let waits_for_provider = seen["waitsFor"] == "PROVIDER";
        let (waiting, other) = if waits_for_provider { (&lead, &enterprise) } else { (&enterprise, &lead) };
        let chance = self.rng.below(100);
        let reason = json!({ "reason": "另有安排" });
        match seen["status"].as_str().unwrap_or_default() {
            // The unit that stands in never answers.
            "PENDING" if provider == "street" => {}
            "PENDING" if chance < 75 => drop(self.step(waiting, "claimConsent", "claim", &seen, json!({})).await),
            "PENDING" if seen["kind"] == "DISPATCH" && waits_for_provider && chance < 92 => {
                self.step(&lead, "claimObject", "claim", &seen, reason).await;
            }
            "PENDING" if seen["kind"] == "DISPATCH" => {
                self.step("coordinator", "claimDispatchWithdraw", "claim", &seen, json!({})).await;
            }
            "PENDING" if chance < 82 => drop(self.step(waiting, "claimDecline", "claim", &seen, reason).await),
            "PENDING" if chance < 86 => drop(self.step(other, "claimWithdraw", "claim", &seen, json!({})).await),
            "OBJECTED" => {
                let ruling = self.rng.pick(&["UPHOLD", "DISMISS", "DISMISS"]);
                let decision = json!({ "ruling": ruling, "reason": (ruling == "UPHOLD").then_some("确有困难") });
                self.step("coordinator", "claimObjectionDecide", "claim", &seen, decision).await;
            }
            "AGREED" => {
                let project = seen["project"]["id"].as_str().expect("a project").to_owned();
                if !self.projects.contains(&project) {
                    self.projects.push(project);
                }
                return self.may_cancel(&seen, (&enterprise, &lead), chance).await;
            }
            "PENDING" => {}
            _ => return false,
        }
        true
    }

    async fn may_cancel(&mut self, seen: &Value, (enterprise, lead): (&str, &str), chance: usize) -> bool {
        let reason = json!({ "reason": "双方协商" });
        match (seen["cancelAsk"]["side"].as_str(), chance) {
            (Some(side), 0..60) => {
                let other = if side == "DEMAND" { lead } else { enterprise };
                self.step(other, "claimCancelAgree", "claim", seen, json!({})).await;
            }
            (None, 0..3) => drop(self.step(self.asker(enterprise, lead), "claimCancelAsk", "claim", seen, reason).await),
            (_, 98..) => drop(self.step("coordinator", "claimCancel", "claim", seen, reason).await),
            // Most are never cancelled, and their project goes its way.
            (None, 3..30) => return false,
            _ => {}
        }
        true
    }

    fn asker<'l>(&self, enterprise: &'l str, lead: &'l str) -> &'l str {
        if self.done.is_multiple_of(2) { enterprise } else { lead }
    }

    async fn acts_on_a_project(&mut self, id: &str) -> bool {
        let fields = "dueOn contact { at } plan { filedAt } enterprise { name } lead { name } pauses { status } extensions { status } \
             confirmation { solved } callBacks { status solved }";
        let seen = self.look("coordinator", "project", id, fields).await;
        let enterprise = format!("{}.liaison", seen["enterprise"]["name"].as_str().unwrap_or_default());
        let lead = format!("{}.lead", seen["lead"]["name"].as_str().unwrap_or_default());
        let chance = self.rng.below(100);
        match seen["status"].as_str().unwrap_or_default() {
            "PLANNED" => self.begins(&seen, &lead, chance).await,
            "ACTIVE" => self.works(&seen, &lead, chance).await,
            "PAUSED" if chance < 8 => {
                self.step("coordinator", "projectResume", "project", &seen, json!({ "reason": "条件已具备" })).await;
            }
            "DELIVERED" if chance < 30 => self.confirms(&seen, &enterprise).await,
            "UNCONFIRMED" if chance < 10 => self.confirms(&seen, &enterprise).await,
            "CONFIRMED" if chance < 40 && seen["confirmation"]["solved"] != "YES" => {
                self.step(&enterprise, "projectReopen", "project", &seen, json!({ "reason": "问题仍在" })).await;
            }
            "UNCONFIRMED" | "CLOSED" | "CONFIRMED" => return self.calls(&seen, chance).await,
            "PAUSED" | "DELIVERED" => {}
            _ => return false,
        }
        true
    }

    async fn begins(&mut self, seen: &Value, lead: &str, chance: usize) {
        if self.asks_or_answers(seen, lead, "extension", chance).await {
            return;
        }
        if seen["contact"].is_null() {
            self.step(lead, "projectContactLog", "project", seen, json!({ "note": "已电话联系" })).await;
        } else if seen["plan"].is_null() {
            self.step(lead, "projectPlanFile", "project", seen, json!({ "plan": "上门讲解" })).await;
        } else {
            self.step(lead, "projectStart", "project", seen, json!({})).await;
        }
    }

    async fn works(&mut self, seen: &Value, lead: &str, chance: usize) {
        for request in ["pause", "extension"] {
            if self.asks_or_answers(seen, lead, request, chance).await {
                return;
            }
        }
        if chance < 35 {
            self.step(lead, "projectProgressReport", "project", seen, json!({ "note": "按计划进行" })).await;
        } else {
            self.step(lead, "projectDeliver", "project", seen, json!({ "summary": "已完成" })).await;
        }
    }

    /// Asks for a pause or more time, or answers such a request; answers whether it did either.
    async fn asks_or_answers(&mut self, seen: &Value, lead: &str, request: &str, chance: usize) -> bool {
        let is_open = |asked: &Value| asked["status"] == "ASKED";
        let waits = seen[format!("{request}s")].as_array().is_some_and(|all| all.iter().any(is_open));
        let mutation = |what: &str| format!("project{}{}{what}", request[..1].to_uppercase(), &request[1..]);
        if waits && chance < 80 {
            let ruling = self.rng.pick(&["APPROVE", "APPROVE", "REFUSE"]);
            let decision = json!({ "ruling": ruling, "reason": (ruling == "REFUSE").then_some("理由不足") });
            self.step("coordinator", &mutation("Decide"), "project", seen, decision).await;
        } else if waits && chance < 85 {
            self.step(lead, &mutation("Withdraw"), "project", seen, json!({})).await;
        } else if !waits && chance < 15 && request == "pause" {
            let until = self.day(1, 6).to_string();
            let asked = json!({ "reason": "WAITING_ENTERPRISE", "note": "等待资料", "until": until });
            self.step(lead, &mutation("Ask"), "project", seen, asked).await;
        } else if !waits && chance < 25 && request == "extension" {
            let due: Date = seen["dueOn"].as_str().and_then(|day| day.parse().ok()).expect("a day");
            let later = i64::try_from(1 + self.rng.below(12)).expect("some days");
            let day = super::days::Days::new().from(due + later.days()).to_string();
            self.step(lead, &mutation("Ask"), "project", seen, json!({ "dueOn": day, "reason": "资料未齐" })).await;
        } else {
            return false;
        }
        true
    }

    async fn confirms(&mut self, seen: &Value, enterprise: &str) {
        let answers = json!({
            "solved": self.rng.pick(&["YES", "YES", "YES", "PARTLY", "NO"]), "answered": self.rng.chance(80),
            "reachedOut": self.rng.chance(80), "satisfaction": 1 + self.rng.below(5),
        });
        self.step(enterprise, "projectConfirm", "project", seen, answers).await;
    }

    async fn calls(&mut self, seen: &Value, chance: usize) -> bool {
        let calls = seen["callBacks"].as_array().expect("calls");
        let is_due = calls.iter().any(|call| call["status"] == "DUE");
        if is_due || (chance < 15 && seen["status"] == "UNCONFIRMED") {
            let reached = self.rng.chance(80);
            let solved = reached.then(|| self.rng.pick(&["YES", "PARTLY", "NO"]));
            let call = json!({ "reached": reached, "solved": solved, "note": "电话回访" });
            self.step("coordinator", "projectCallBackLog", "project", seen, call).await;
        } else if calls.iter().any(|call| matches!(call["solved"].as_str(), Some("PARTLY" | "NO"))) && chance < 50 {
            self.step("coordinator", "projectReopen", "project", seen, json!({ "reason": "回访反映未解决" })).await;
        }
        // Most of what is closed stays so.
        seen["status"] != "CLOSED" || chance < 90
    }
}
