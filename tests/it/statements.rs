//! Each list query, nested four levels deep, keeps to its budget of statements with five rows and with fifty.
//!
//! The shape of a query is what bounds its statements. It can send fewer: what an upper level has
//! read is not read again below. The budgets stand in `statements.txt`; `PORTAL_TEST_ACCEPT=1`
//! writes the larger of the two counts.

use std::{collections::BTreeMap, fs, ops::Range};

use diesel::{RunQueryDsl, sql_query};
use park_portal::{
    kernel::id::{BranchId, ClaimId, DemandId, ProjectId, ResourceId, kind},
    store::conn::Target,
};
use rstest::rstest;
use serde_json::json;

use crate::world::{
    DISTRICT, Db, World, named, rows,
    steps::{self, organisation_id, place_id, zone_id},
};

const BUDGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/statements.txt");
const FEW: usize = 5;
const MANY: usize = 50;

/// Name, who asks, and the document; every list has at least as many rows as the world was grown to.
const LISTS: &[(&str, &str, &str)] = &[
    (
        "inbox",
        "coordinator",
        "{ inbox(first: 50) { totalCount nodes { kind label dueAt overdue object { id ... on Demand { title organisation { name }
            place { name } } ... on Project { lead { name } demand { title } } ... on Claim { demand { title organisation { name } } } } } }
            inboxCounts { kind count overdue } }",
    ),
    (
        "demands",
        "coordinator",
        "{ demands(first: 50) { totalCount pageInfo { endCursor } nodes { title waitingWorkdays viewerCanList viewerCanOffer
            organisation { name parent { name } tenancies { place { name zone { name } operator { name } } } contactPoints { post }
                coverage { branch { name lead { name } } } }
            place { name zone { name } division { name parent { name } } tenancies { organisation { name coverage { kind } } } }
            zone { name } category { name parent { name } dutyUnit { name tenancies { place { name } } } }
            contact { post organisation { name contactPoints { post } } } mergedInto { id }
            claims { quantity provider { name tenancies { unit } } resource { title organisation { name } availableIn }
                project { title milestones { title } } }
            projects { title lead { name contactPoints { post } } milestones { title project { title } } } } } }",
    ),
    (
        "resources",
        "coordinator",
        "{ resources(first: 50) { totalCount nodes { title availableIn viewerCanRevise viewerCanRequest
            organisation { name tenancies { place { name zone { name } } } coverage { branch { name } } }
            category { name dutyUnit { name parent { name } } } contact { post organisation { name parent { name } } }
            coverage { places { name zone { name } tenancies { organisation { name } } } zones { name } streets { name parent { name } } }
            claims { quantity demand { title place { name zone { name } } organisation { name } } project { title lead { name } } } } } }",
    ),
    (
        "claims",
        "coordinator",
        "{ claims(first: 50) { totalCount nodes { refNo viewerCanConsent viewerCanCancel
            demand { title organisation { name tenancies { place { name } } } category { name dutyUnit { name } } }
            resource { title availableIn organisation { name contactPoints { post } } category { name } }
            enterprise { name coverage { branch { name place { name } } } } provider { name parent { name } }
            place { name zone { name } operator { name } }
            project { title milestones { title } lead { name tenancies { unit place { name } } } } } } }",
    ),
    (
        "projects",
        "coordinator",
        "{ projects(first: 50) { totalCount nodes { title isOverdue viewerCanStart viewerCanConfirm
            clocks { clock dueAt } pauses { status } extensions { status } progress { note } callBacks { status project { title } }
            demand { title claims { refNo provider { name } } organisation { name tenancies { place { name } } } }
            claim { refNo resource { title organisation { name } } enterprise { name parent { name } } }
            enterprise { name contactPoints { post } } lead { name coverage { branch { name } } } resource { title }
            place { name zone { name } tenancies { organisation { name } } }
            milestones { title viewerCanMarkDone project { title lead { name parent { name } } } } } } }",
    ),
    (
        "organisations",
        "coordinator",
        "{ organisations(first: 50) { totalCount nodes { name viewerCanUpdate parent { name tenancies { place { name } } }
            tenancies { unit place { name zone { name } children { name } operator { name parent { name } } } }
            contactPoints { organisation { name coverage { kind branch { name } } } }
            coverage { kind branch { name lead { name tenancies { unit } } place { name zone { name } } } } } } }",
    ),
    (
        "places",
        "coordinator",
        "{ places(first: 50) { totalCount nodes { name viewerCanStartTenancy zone { name } division { name parent { name } }
            parent { name children { name zone { name } } } children { name operator { name parent { name } } }
            operator { name contactPoints { post } } tenancies { unit organisation { name coverage { branch { name } } } } } } }",
    ),
    (
        "branches",
        "coordinator",
        "{ branches(first: 50) { totalCount nodes { name coverCount viewerCanConvert warnings { code }
            lead { name tenancies { place { name zone { name } } } contactPoints { post } } place { name operator { name } zone { name } }
            covers { name coverage { branch { name place { name } } } tenancies { place { name } } }
            parent { name } mergedInto { name } ... on HubBranch { stations { name } } } } }",
    ),
    (
        "tenancies",
        "coordinator",
        "{ tenancies(first: 50) { totalCount nodes { unit viewerCanEnd
            organisation { name parent { name } coverage { branch { name lead { name } } } contactPoints { post } }
            place { name zone { name } operator { name tenancies { unit place { name } } } tenancies { organisation { name } } } } } }",
    ),
    (
        "divisions",
        "coordinator",
        "{ divisions(first: 50) { totalCount nodes { name parent { name parent { name parent { name } } } } } }",
    ),
    (
        "accounts",
        "sysadmin",
        "{ accounts(first: 50) { totalCount nodes { login viewerCanSuspend viewerCanProposeGrant
            grants { role inForce organisation { name parent { name tenancies { unit } } } zone { name } place { name }
                account { login grants { role } } proposedBy { login } approvedBy { login } } } } }",
    ),
    (
        "grants",
        "secadmin",
        "{ grants(first: 50) { totalCount nodes { role inForce viewerCanApprove viewerCanEnd
            organisation { name parent { name tenancies { place { name } } } } zone { name } place { name zone { name } }
            account { login grants { role account { login } } } proposedBy { login } approvedBy { login } } } }",
    ),
    ("auditEntries", "auditor", "{ auditEntries(first: 50) { totalCount nodes { number action effects account hash } } }"),
    ("zones", "coordinator", "{ zones { name kind } }"),
    (
        "categories",
        "coordinator",
        "{ categories { name viewerCanSetDutyUnit parent { name dutyUnit { name } } dutyUnit { name parent { name } }
            children { name dutyUnit { name } parent { name children { name } } } } }",
    ),
    (
        "coverageReport",
        "coordinator",
        "{ coverageReport { total { permille }
            places(first: 50) { totalCount nodes { figures { permille } place { name zone { name } operator { name parent { name } } } } }
            uncovered(first: 50) { totalCount nodes { organisation { name contactPoints { post }
                tenancies { place { name zone { name } operator { name } } } } } } } }",
    ),
];

#[rstest]
#[tokio::test]
async fn a_list_keeps_to_its_budget_of_statements_however_many_rows_it_has(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = World::new(db).await else { return };
    let garden = Garden::plant(&world).await;
    garden.grow(0..FEW).await;
    let few = counted(&world).await;
    garden.grow(FEW..MANY).await;
    let many = counted(&world).await;
    if db == Db::Sqlite && std::env::var_os("PORTAL_TEST_ACCEPT").is_some() {
        let lines: String = many.iter().map(|(list, count)| format!("{list} {}\n", count.max(&few[list]))).collect();
        let head = "# SQL statements that each list query may send, whatever its rows (tests/it/statements.rs).\n";
        fs::write(BUDGET, format!("{head}{lines}")).expect("the budget is written");
    }
    let budget = fs::read_to_string(BUDGET).unwrap_or_default();
    let budget: BTreeMap<&str, u64> = budget
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(list, count)| Some((list, count.parse().ok()?)))
        .collect();
    let listed: Vec<&str> = budget.keys().copied().collect();
    assert_eq!(listed, many.keys().copied().collect::<Vec<_>>(), "every list has its budget");
    for (rows, counts) in [(FEW, few), (MANY, many)] {
        let over: Vec<_> = counts.iter().filter(|(list, count)| **count > budget[*list]).collect();
        assert!(over.is_empty(), "with {rows} rows: {over:?}");
    }
}

/// Statements of each list, the second time it is asked for.
async fn counted(world: &World) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for (list, login, document) in LISTS {
        let reply = world.run(login, document, json!({})).await;
        assert!(reply.body["errors"].is_null(), "{list}: {}", reply.body["errors"]);
        let before = world.statements().await;
        world.run(login, document, json!({})).await;
        counts.insert(*list, world.statements().await - before);
    }
    counts
}

/// A world in which everything has been made once, and from which it is copied, behind the API.
struct Garden<'a> {
    world: &'a World,
    demand: String,
    resource: String,
    claim: String,
    project: String,
    branch: String,
}

impl<'a> Garden<'a> {
    async fn plant(world: &'a World) -> Self {
        let contact = rows::enter_contact(world, "mill");
        let demand = steps::listed_demand(world, json!({ "contact": contact })).await;
        let coverage =
            json!({ "places": [place_id("mall"), place_id("office")], "zones": [zone_id("circle")], "streets": ["420105010"] });
        let resource = steps::listed_resource(world, json!({ "coverage": coverage })).await;
        let claim = rows::enter_claim(world, "seed claim", &demand, Some(&resource), "AGREED");
        rows::enter_confirmed_project(world, &claim, &demand, "YES");
        let project = named::<kind::Project>(&claim);
        world.execute(&format!(
            "INSERT INTO milestone (id, project, position, title, due_on, note) VALUES ({}, {}, 1, '第一步', '2026-12-01', '')",
            literal(world, named::<kind::Milestone>("seed milestone").as_bytes()),
            literal(world, project.as_bytes())
        ));
        let proposal = json!({
            "kind": "HUB", "place": place_id("mall"), "name": "摩尔城联合党支部", "form": "BRANCH",
            "lead": organisation_id("street"), "memberCount": 6, "covers": [organisation_id("mill"), organisation_id("bakery")],
        });
        let proposed = world.mutate("circle.steward", "branchPropose", "branch { id }", proposal).await.text("/branch/id");
        let warnings = ["MANY_UNITS", "MANY_MEMBERS", "NO_COMMITTEE", "ELIGIBLE_FOR_BRANCH", "TERM_ENDING"];
        let input = json!({ "branch": proposed, "expectedVersion": 1, "acknowledgeWarnings": warnings });
        world.mutate("coordinator", "branchApprove", "branch { id }", input).await.done("/branch/id");
        let input = json!({ "branch": proposed, "expectedVersion": 2 });
        world.mutate("coordinator", "branchActivate", "branch { id }", input).await.done("/branch/id");
        let raw = |bytes: &[u8; 16]| literal(world, bytes);
        Self {
            world,
            demand: raw(demand.id.parse::<DemandId>().unwrap().as_bytes()),
            resource: raw(resource.id.parse::<ResourceId>().unwrap().as_bytes()),
            claim: raw(claim.parse::<ClaimId>().unwrap().as_bytes()),
            project: raw((project as ProjectId).as_bytes()),
            branch: raw(proposed.parse::<BranchId>().unwrap().as_bytes()),
        }
    }

    /// Makes one more of everything for each number, each with its own of everything below it.
    async fn grow(&self, numbers: Range<usize>) {
        for number in numbers {
            self.grow_registry(number);
            self.grow_lists(number);
            let (person, organisation) = (format!("person{number}"), format!("organisation {number}"));
            steps::enter_account(&mut self.world.connection(), DISTRICT, &person, "LIAISON", "ORGANISATION", &organisation);
            self.world.execute(&format!(
                "INSERT INTO division (code, district, level, name, parent, source) \
                 VALUES ('420105{:03}', '420105', 'STREET', '第{number}街道', '420105', 'test')",
                100 + number
            ));
            let input =
                json!({ "demand": named::<kind::Demand>("nowhere").to_string(), "expectedVersion": 1, "reason": "看不清楚" });
            self.world.mutate("coordinator", "demandReturn", "demand { id }", input).await;
        }
    }

    fn grow_registry(&self, number: usize) {
        let id = |noun: &str| self.id(noun, number);
        let name = format!("'第{number}号'");
        self.copy(
            "zone",
            "id",
            &self.seed("circle"),
            &[("id", id("zone")), ("code", format!("'z{number}'")), ("name", name.clone())],
        );
        let own = [
            ("id", id("organisation")),
            ("name", name.clone()),
            ("uscc", "NULL".into()),
            ("kind", "'SOCIAL_ORGANISATION'".into()),
        ];
        self.copy("organisation", "id", &self.seed("mill"), &[&own[..], &[("parent", self.seed("mill"))]].concat());
        let own = [("id", id("place")), ("name", name.clone()), ("zone", id("zone")), ("operator", id("organisation"))];
        self.copy("place", "id", &self.seed("mall"), &own);
        let own = [("id", id("tenancy")), ("organisation", id("organisation")), ("place", id("place"))];
        self.copy("tenancy", "id", &self.seed("mill in mall"), &own);
        let own = [("id", id("contact")), ("organisation", id("organisation"))];
        self.copy("contact_point", "id", &self.seed("contact of mill"), &own);
        let own = [
            ("id", id("category")),
            ("code", format!("'LEGAL_{number}'")),
            ("name", name.clone()),
            ("parent", self.seed("LEGAL")),
            ("duty_unit", id("organisation")),
        ];
        self.copy("category", "id", &self.seed("LEGAL"), &own);
        let own = [("id", id("branch")), ("name", name), ("place", id("place")), ("lead", id("organisation"))];
        self.copy("branch", "id", &self.branch, &own);
        let own = [("id", id("coverage")), ("branch", id("branch")), ("organisation", id("organisation"))];
        let of_mill = format!("{} AND organisation = {}", self.branch, self.seed("mill"));
        // Every other organisation stays without a branch.
        if number.is_multiple_of(2) {
            self.copy("branch_coverage", "branch", &of_mill, &own);
        }
    }

    fn grow_lists(&self, number: usize) {
        let id = |noun: &str| self.id(noun, number);
        // Whoever provides is another organisation than the one that has the demand.
        let provider = number.checked_sub(1).map_or_else(|| self.seed("justice"), |before| self.id("organisation", before));
        let ref_no = |letter: char| ("ref_no", format!("'{letter}-420105-2026-9{number:05}'"));
        let own = [
            ("id", id("demand")),
            ref_no('D'),
            ("organisation", id("organisation")),
            ("place", id("place")),
            ("zone", id("zone")),
            ("category", id("category")),
            ("contact", id("contact")),
        ];
        self.copy("demand", "id", &self.demand, &own);
        let own = [
            ("id", id("resource")),
            ref_no('R'),
            ("organisation", id("organisation")),
            ("category", id("category")),
            ("contact", id("contact")),
        ];
        self.copy("resource", "id", &self.resource, &own);
        self.copy("resource_reach", "resource", &self.resource, &[("resource", id("resource"))]);
        let own = [
            ("id", id("claim")),
            ref_no('C'),
            ("demand", id("demand")),
            ("demand_organisation", id("organisation")),
            ("resource", id("resource")),
            ("provider", provider.clone()),
            ("place", id("place")),
        ];
        self.copy("claim", "id", &self.claim, &own);
        let own = [
            ("id", id("project")),
            ref_no('P'),
            ("claim", id("claim")),
            ("demand", id("demand")),
            ("demand_organisation", id("organisation")),
            ("lead", provider),
            ("place", id("place")),
        ];
        self.copy("project", "id", &self.project, &own);
        self.copy("milestone", "project", &self.project, &[("id", id("milestone")), ("project", id("project"))]);
    }

    /// Copies the rows with a key, with some columns changed.
    fn copy(&self, table: &str, key: &str, value: &str, changes: &[(&str, String)]) {
        let columns = rows::columns(self.world, table);
        let values: Vec<&str> = columns
            .iter()
            .map(|column| changes.iter().find(|(name, _)| name == column).map_or(column.as_str(), |(_, value)| value))
            .collect();
        let (names, values) = (columns.join(", "), values.join(", "));
        let sql = format!("INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {key} = {value}");
        let copied = sql_query(&sql).execute(&mut self.world.connection()).unwrap_or_else(|fault| panic!("{sql}: {fault}"));
        assert!(copied > 0, "{sql}");
    }

    fn seed(&self, name: &str) -> String {
        literal(self.world, named::<kind::Demand>(name).as_bytes())
    }

    fn id(&self, noun: &str, number: usize) -> String {
        self.seed(&format!("{noun} {number}"))
    }
}

/// An id as the database writes it.
fn literal(world: &World, bytes: &[u8; 16]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match &world.target {
        Target::Sqlite(_) => format!("x'{hex}'"),
        Target::Postgres(_) => format!("'{hex}'"),
    }
}
