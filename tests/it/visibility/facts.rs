//! Random worlds: what there is, before anybody asks who may see it.

use diesel::prelude::*;
use jiff::civil::{Date, date};
use park_portal::{
    kernel::id::{AccountId, CategoryId, ClaimId, DemandId, OrganisationId, PlaceId, ProjectId, ResourceId, ZoneId},
    store::{
        conn::Conn,
        schema::{claim, demand, project, resource, resource_reach, role_grant, tenancy},
        types::{At, On},
    },
};

use crate::world::{DISTRICT, named, rng::Rng, start, steps};

pub const ENTERPRISES: [&str; 4] = ["mill", "bakery", "forge", "keeper"];
pub const DEPARTMENTS: [&str; 3] = ["justice", "labour", "street"];
/// Places with their zone, parent and division, as the world's registry has them.
pub const PLACES: [(&str, &str, Option<&str>, &str); 4] = [
    ("mall", "circle", None, "420105006"),
    ("tower", "circle", Some("mall"), "420105006"),
    ("office", "circle", None, "420105008"),
    ("plant", "park", None, "420105010"),
];
/// Where each enterprise sits in the world's registry.
pub const SEATS: [(&str, &str); 4] = [("mill", "mall"), ("bakery", "office"), ("forge", "plant"), ("keeper", "office")];

#[derive(Debug)]
pub struct Demand {
    pub id: DemandId,
    pub organisation: &'static str,
    pub place: &'static str,
    pub category: &'static str,
    pub visibility: &'static str,
    pub status: &'static str,
    pub creator: String,
    pub merged_into: Option<DemandId>,
}

#[derive(Debug)]
pub struct Resource {
    pub id: ResourceId,
    pub organisation: &'static str,
    pub status: &'static str,
    pub creator: String,
    /// Kind and name of what it reaches; empty means the whole district.
    pub reach: Vec<(&'static str, &'static str)>,
}

#[derive(Debug)]
pub struct Claim {
    pub id: ClaimId,
    /// Index of its demand.
    pub demand: usize,
    pub resource: Option<usize>,
    pub provider: &'static str,
    pub status: &'static str,
    pub project: Option<ProjectId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub login: String,
    pub role: &'static str,
    pub scope_kind: &'static str,
    pub scope: &'static str,
    pub status: &'static str,
    pub from: Date,
    pub to: Option<Date>,
}

#[derive(Debug)]
pub struct Facts {
    pub demands: Vec<Demand>,
    pub resources: Vec<Resource>,
    pub claims: Vec<Claim>,
    pub grants: Vec<Grant>,
    /// Further tenancies: organisation, place, first and last day.
    pub tenancies: Vec<(&'static str, &'static str, Date, Option<Date>)>,
}

const ACCOUNTS: usize = 3;

impl Facts {
    pub fn random(rng: &mut Rng) -> Self {
        let grants = random_grants(rng);
        let demands = random_demands(rng);
        let resources: Vec<Resource> = (0..8).map(|number| random_resource(rng, number)).collect();
        let claims = random_claims(rng, &demands, resources.len());
        let tenancies = (0..2)
            .map(|_| {
                let ended = rng.chance(40).then_some(date(2026, 6, 30));
                (rng.pick(&ENTERPRISES), PLACES[rng.below(4)].0, date(2026, 2, 1), ended)
            })
            .collect();
        Self { demands, resources, claims, grants, tenancies }
    }

    pub fn logins(&self) -> Vec<String> {
        (0..ACCOUNTS).map(account).collect()
    }

    pub fn grants_of(&self, login: &str) -> Vec<&Grant> {
        self.grants.iter().filter(|grant| grant.login == login).collect()
    }

    /// The ids of everything, visible or not.
    pub fn all_ids(&self) -> Vec<String> {
        let demands = self.demands.iter().map(|demand| demand.id.to_string());
        let resources = self.resources.iter().map(|resource| resource.id.to_string());
        let claims = self.claims.iter().map(|claim| claim.id.to_string());
        let projects = self.claims.iter().filter_map(|claim| claim.project).map(|project| project.to_string());
        demands.chain(resources).chain(claims).chain(projects).collect()
    }

    /// Enters everything behind the API.
    pub fn enter(&self, conn: &mut Conn) {
        for login in self.logins() {
            steps::enter_account(conn, DISTRICT, &login, "", "", "");
        }
        self.grants.iter().enumerate().for_each(|(number, grant)| enter_grant(conn, number, grant));
        for (number, tenancy) in self.tenancies.iter().enumerate() {
            enter_tenancy(conn, number, *tenancy);
        }
        // A merged demand points at another one, so those without a target come first.
        for demand in self.demands.iter().filter(|demand| demand.merged_into.is_none()) {
            enter_demand(conn, demand);
        }
        for demand in self.demands.iter().filter(|demand| demand.merged_into.is_some()) {
            enter_demand(conn, demand);
        }
        self.resources.iter().for_each(|resource| enter_resource(conn, resource));
        self.claims.iter().for_each(|claim| self.enter_claim(conn, claim));
    }

    fn enter_claim(&self, conn: &mut Conn, fact: &Claim) {
        let asked = &self.demands[fact.demand];
        let agreed = ["AGREED", "CANCELLED"].contains(&fact.status);
        let by: AccountId = named("coordinator");
        let consent = agreed.then_some(At(start()));
        diesel::insert_into(claim::table)
            .values((
                (
                    claim::id.eq(fact.id),
                    claim::district.eq(DISTRICT),
                    claim::ref_no.eq(fact.id.to_string()),
                    claim::kind.eq("OFFER"),
                    claim::demand.eq(asked.id),
                    claim::demand_organisation.eq(organisation(asked.organisation)),
                    claim::place.eq(place(asked.place)),
                    claim::resource.eq(fact.resource.map(|resource| self.resources[resource].id)),
                    claim::provider.eq(organisation(fact.provider)),
                    claim::quantity.eq(1),
                    claim::period.eq(fact.resource.map(|_| "2026-11")),
                    claim::note.eq(""),
                ),
                (
                    claim::plan_start.eq(On(date(2026, 12, 1))),
                    claim::plan_due.eq(On(date(2026, 12, 31))),
                    claim::plan_steps.eq("[]"),
                    claim::demand_consent_at.eq(consent),
                    claim::demand_consent_by.eq(agreed.then_some(by)),
                    claim::provider_consent_at.eq(At(start())),
                    claim::provider_consent_by.eq(by),
                    claim::status.eq(fact.status),
                    claim::status_reason.eq((!["PENDING", "AGREED", "WITHDRAWN"].contains(&fact.status)).then_some("不再需要")),
                    claim::respond_by.eq(At(start())),
                    claim::created_by.eq(by),
                    claim::created_at.eq(At(start())),
                    claim::version.eq(1),
                    claim::is_final.eq(false),
                ),
            ))
            .execute(conn)
            .expect("a claim");
        if let Some(id) = fact.project {
            enter_project(conn, id, fact, asked, fact.resource.map(|resource| self.resources[resource].id));
        }
    }
}

fn account(number: usize) -> String {
    format!("random.{number}")
}

fn creator(rng: &mut Rng) -> String {
    if rng.chance(50) { account(rng.below(ACCOUNTS)) } else { "coordinator".to_owned() }
}

fn random_grants(rng: &mut Rng) -> Vec<Grant> {
    let mut grants: Vec<Grant> = Vec::new();
    for number in 0..ACCOUNTS {
        for _ in 0..rng.below(3) {
            let (role, scope_kind, scope) = match rng.below(8) {
                0 | 1 => ("LIAISON", "ORGANISATION", rng.pick(&ENTERPRISES)),
                2 => ("OFFICIAL", "ORGANISATION", rng.pick(&DEPARTMENTS)),
                3 => ("LEAD", "ORGANISATION", rng.pick(&DEPARTMENTS)),
                4 => ("STEWARD", "ZONE", rng.pick(&["circle", "park"])),
                5 => ("STEWARD", "PLACE", PLACES[rng.below(4)].0),
                6 => ("COORDINATOR", "DISTRICT", ""),
                _ => (rng.pick(&["SYSTEM_ADMIN", "SECURITY_ADMIN", "AUDITOR"]), "DISTRICT", ""),
            };
            let grant = Grant {
                login: account(number),
                role,
                scope_kind,
                scope,
                status: rng.pick(&["ACTIVE", "ACTIVE", "ACTIVE", "PROPOSED", "SUSPENDED", "ENDED"]),
                from: rng.pick(&[date(2026, 1, 1), date(2026, 11, 23), date(2026, 11, 24)]),
                to: rng.pick(&[None, None, Some(date(2026, 11, 24)), Some(date(2026, 11, 23)), Some(date(2026, 11, 22))]),
            };
            if grant.to.is_none_or(|to| to >= grant.from) {
                grants.push(grant);
            }
        }
    }
    grants
}

fn random_demands(rng: &mut Rng) -> Vec<Demand> {
    let mut demands: Vec<Demand> = Vec::new();
    for number in 0..14 {
        let target = demands.iter().find(|demand| demand.status == "LISTED").map(|demand| demand.id);
        let status =
            match (rng.pick(&["DRAFT", "SUBMITTED", "RETURNED", "LISTED", "LISTED", "LISTED", "MERGED", "CLOSED"]), target) {
                ("MERGED", None) => "LISTED",
                (status, _) => status,
            };
        demands.push(Demand {
            id: named(&format!("demand {number}")),
            organisation: rng.pick(&ENTERPRISES),
            place: PLACES[rng.below(4)].0,
            category: rng.pick(&["LEGAL", "TALENT", "POLICY", "OTHER"]),
            visibility: rng.pick(&["DISTRICT", "ZONE", "DUTY_UNIT"]),
            status,
            creator: creator(rng),
            merged_into: target.filter(|_| status == "MERGED"),
        });
    }
    demands
}

fn random_resource(rng: &mut Rng, number: usize) -> Resource {
    let reach = match rng.below(6) {
        0 => vec![],
        1 | 2 => vec![("ZONE", rng.pick(&["circle", "park"]))],
        3 | 4 => vec![("PLACE", PLACES[rng.below(4)].0)],
        _ => vec![("STREET", PLACES[rng.below(4)].3)],
    };
    let owners: Vec<&'static str> = ENTERPRISES.into_iter().chain(DEPARTMENTS).collect();
    Resource {
        id: named(&format!("resource {number}")),
        organisation: rng.pick(&owners),
        status: rng.pick(&["DRAFT", "LISTED", "LISTED", "PAUSED", "STALE", "RETIRED"]),
        creator: creator(rng),
        reach,
    }
}

fn random_claims(rng: &mut Rng, demands: &[Demand], resources: usize) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    for number in 0..12 {
        let demand = rng.below(demands.len());
        let providers: Vec<&'static str> =
            ENTERPRISES.into_iter().chain(DEPARTMENTS).filter(|name| *name != demands[demand].organisation).collect();
        let provider = rng.pick(&providers);
        let status = rng.pick(&["PENDING", "PENDING", "AGREED", "DECLINED", "WITHDRAWN", "CANCELLED", "ENDED"]);
        let taken = status == "PENDING"
            && claims.iter().any(|claim| claim.demand == demand && claim.provider == provider && claim.status == "PENDING");
        if taken {
            continue;
        }
        claims.push(Claim {
            id: named(&format!("claim {number}")),
            demand,
            resource: rng.chance(50).then(|| rng.below(resources)),
            provider,
            status,
            project: ["AGREED", "CANCELLED"].contains(&status).then(|| named(&format!("project {number}"))),
        });
    }
    claims
}

fn organisation(name: &str) -> OrganisationId {
    named(name)
}

fn place(name: &str) -> PlaceId {
    named(name)
}

/// The zone of a place of the registry.
pub fn zone_of(place: &str) -> &'static str {
    PLACES.iter().find(|(name, ..)| *name == place).map(|(_, zone, ..)| *zone).expect("a place of the registry")
}

fn enter_grant(conn: &mut Conn, number: usize, grant: &Grant) {
    let scope: Option<OrganisationId> = (!grant.scope.is_empty()).then(|| named(grant.scope));
    diesel::insert_into(role_grant::table)
        .values((
            role_grant::id.eq(named::<park_portal::kernel::id::kind::Grant>(&format!("grant {number}"))),
            role_grant::district.eq(DISTRICT),
            role_grant::account.eq(named::<park_portal::kernel::id::kind::Account>(&grant.login)),
            role_grant::role.eq(grant.role),
            role_grant::scope_kind.eq(grant.scope_kind),
            role_grant::scope_id.eq(scope),
            role_grant::from_on.eq(On(grant.from)),
            role_grant::to_on.eq(grant.to.map(On)),
            role_grant::status.eq(grant.status),
            role_grant::created_at.eq(At(start())),
            role_grant::version.eq(1),
        ))
        .execute(conn)
        .expect("a grant");
}

fn enter_tenancy(conn: &mut Conn, number: usize, (tenant, at, from, to): (&str, &str, Date, Option<Date>)) {
    diesel::insert_into(tenancy::table)
        .values((
            tenancy::id.eq(named::<park_portal::kernel::id::kind::Tenancy>(&format!("tenancy {number}"))),
            tenancy::district.eq(DISTRICT),
            tenancy::organisation.eq(organisation(tenant)),
            tenancy::place.eq(place(at)),
            tenancy::unit.eq(format!("{number} 号")),
            tenancy::from_on.eq(On(from)),
            tenancy::to_on.eq(to.map(On)),
            tenancy::created_at.eq(At(start())),
            tenancy::version.eq(1),
        ))
        .execute(conn)
        .expect("a tenancy");
}

fn enter_demand(conn: &mut Conn, fact: &Demand) {
    let numbered = fact.status != "DRAFT";
    diesel::insert_into(demand::table)
        .values((
            (
                demand::id.eq(fact.id),
                demand::district.eq(DISTRICT),
                demand::ref_no.eq(numbered.then(|| fact.id.to_string())),
                demand::organisation.eq(organisation(fact.organisation)),
                demand::place.eq(place(fact.place)),
                demand::zone.eq(Some(named::<park_portal::kernel::id::kind::Zone>(zone_of(fact.place)) as ZoneId)),
                demand::category.eq(named::<park_portal::kernel::id::kind::Category>(fact.category) as CategoryId),
                demand::title.eq("法律咨询"),
                demand::detail.eq("需要一次法律咨询"),
                demand::tags.eq("[]"),
                demand::quantity.eq(10),
                demand::unit.eq("次"),
                demand::urgency.eq("NORMAL"),
                demand::urgency_rank.eq(0),
                demand::visibility.eq(fact.visibility),
                demand::source.eq("SELF"),
            ),
            (
                demand::status.eq(fact.status),
                demand::status_reason.eq((fact.status == "RETURNED").then_some("请补充")),
                demand::outcome.eq((fact.status == "CLOSED").then_some("SATISFIED")),
                demand::merged_into.eq(fact.merged_into),
                demand::agreed_quantity.eq(0),
                demand::triage_due_at.eq((fact.status == "SUBMITTED").then_some(At(start()))),
                demand::unclaimed_due_at.eq((fact.status == "LISTED").then_some(At(start()))),
                demand::escalate_due_at.eq((fact.status == "LISTED").then_some(At(start()))),
                demand::created_by.eq(named::<park_portal::kernel::id::kind::Account>(&fact.creator) as AccountId),
                demand::created_at.eq(At(start())),
                demand::submitted_at.eq(numbered.then_some(At(start()))),
                demand::search_text.eq("法律咨询"),
                demand::version.eq(1),
            ),
        ))
        .execute(conn)
        .expect("a demand");
}

fn enter_resource(conn: &mut Conn, fact: &Resource) {
    let listed = fact.status != "DRAFT";
    let coverage = if fact.reach.is_empty() { "DISTRICT" } else { "PARTS" };
    diesel::insert_into(resource::table)
        .values((
            (
                resource::id.eq(fact.id),
                resource::district.eq(DISTRICT),
                resource::ref_no.eq(listed.then(|| fact.id.to_string())),
                resource::organisation.eq(organisation(fact.organisation)),
                resource::unit.eq("业务科"),
                resource::category.eq(named::<park_portal::kernel::id::kind::Category>("LEGAL") as CategoryId),
                resource::title.eq("法律讲堂"),
                resource::detail.eq("律师上门讲解"),
                resource::tags.eq("[]"),
                resource::mode.eq("ONSITE"),
                resource::coverage.eq(coverage),
                resource::eligibility.eq(r#"{"industry_sections":[],"size_bands":[],"place_kinds":[]}"#),
                resource::capacity.eq(10),
                resource::per.eq("MONTH"),
            ),
            (
                resource::valid_from.eq(On(date(2026, 1, 1))),
                resource::fee.eq("FREE"),
                resource::required_documents.eq("[]"),
                resource::assured_on.eq(listed.then_some(On(date(2026, 11, 1)))),
                resource::remind_first_on.eq(listed.then_some(On(date(2027, 1, 15)))),
                resource::remind_second_on.eq(listed.then_some(On(date(2027, 1, 25)))),
                resource::stale_on.eq(listed.then_some(On(date(2027, 1, 30)))),
                resource::reminded.eq(0),
                resource::status.eq(fact.status),
                resource::status_reason.eq(["PAUSED", "RETIRED"].contains(&fact.status).then_some("人手不足")),
                resource::paused_until.eq((fact.status == "PAUSED").then_some(On(date(2026, 12, 31)))),
                resource::created_by.eq(named::<park_portal::kernel::id::kind::Account>(&fact.creator) as AccountId),
                resource::created_at.eq(At(start())),
                resource::search_text.eq("法律讲堂"),
                resource::version.eq(1),
            ),
        ))
        .execute(conn)
        .expect("a resource");
    for (kind, name) in &fact.reach {
        let target = match *kind {
            "ZONE" => steps::zone_id(name),
            "PLACE" => steps::place_id(name),
            _ => (*name).to_owned(),
        };
        diesel::insert_into(resource_reach::table)
            .values((resource_reach::resource.eq(fact.id), resource_reach::kind.eq(*kind), resource_reach::target.eq(target)))
            .execute(conn)
            .expect("where it reaches");
    }
}

fn enter_project(conn: &mut Conn, id: ProjectId, fact: &Claim, asked: &Demand, given: Option<ResourceId>) {
    let cancelled = fact.status == "CANCELLED";
    diesel::insert_into(project::table)
        .values((
            project::id.eq(id),
            project::district.eq(DISTRICT),
            project::ref_no.eq(id.to_string()),
            project::claim.eq(fact.id),
            project::demand.eq(asked.id),
            project::demand_organisation.eq(organisation(asked.organisation)),
            project::place.eq(place(asked.place)),
            project::resource.eq(given),
            project::lead.eq(organisation(fact.provider)),
            project::title.eq("法律咨询"),
            project::status.eq(if cancelled { "CANCELLED" } else { "PLANNED" }),
            project::status_reason.eq(cancelled.then_some("不再需要")),
            project::due_on.eq(On(date(2026, 12, 31))),
            project::original_due_on.eq(On(date(2026, 12, 31))),
            project::contact_due_at.eq(At(start())),
            project::plan_due_at.eq(At(start())),
            project::reopen_count.eq(0),
            project::created_at.eq(At(start())),
            project::version.eq(1),
        ))
        .execute(conn)
        .expect("a project");
}
