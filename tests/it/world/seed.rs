//! What every world begins with: a registry and accounts, entered once and copied.

use std::collections::BTreeMap;

use diesel::{connection::SimpleConnection, prelude::*};
use jiff::{SignedDuration, Timestamp};
use park_portal::{
    domain::{
        category::{Category, Profile as CategoryProfile, ROOTS},
        organisation::{Kind as OrganisationKind, Organisation, Profile, SizeBand, State},
        place::{Dominance, Kind as PlaceKind, Place, Status as PlaceStatus},
        tenancy::Tenancy,
    },
    kernel::{
        calendar::CalendarYear,
        district::District,
        id::{AccountId, CategoryId, GrantId, Id, OrganisationId, PlaceId, SessionId, TenancyId, ZoneId},
        text::Text,
        uscc::Uscc,
        version::Version,
    },
    store::{
        self, LaneSettings, Store, StoreError, Tx,
        conn::{Conn, Target},
        schema::{account, district, division, role_grant, session, zone},
        types::{At, On},
    },
};
use sha2::{Digest, Sha256};

use super::{DISTRICT, start, token};

/// The id of a thing of the world, from its name: the same in every world.
pub fn id<K>(name: &str) -> Id<K> {
    let hash = Sha256::digest(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    // Crockford's first letter carries three bits; keep the rest as it is.
    Id::from_bytes(bytes)
}

/// Enterprises with the place they sit in.
const ENTERPRISES: [(&str, &str, &str); 4] = [
    ("mill", "mall", "91420105MA4K000102"),
    ("bakery", "office", "91420105MA4K00029Y"),
    ("forge", "plant", "914201053000000107"),
    ("keeper", "office", "91330100799655058B"),
];
const DEPARTMENTS: [(&str, OrganisationKind); 3] = [
    ("justice", OrganisationKind::Department),
    ("labour", OrganisationKind::Department),
    ("street", OrganisationKind::StreetOffice),
];
const PLACES: [(&str, PlaceKind, Dominance, &str, Option<&str>, &str); 4] = [
    ("mall", PlaceKind::Complex, Dominance::Complex, "circle", None, "420105006"),
    ("tower", PlaceKind::OfficeBuilding, Dominance::EnterpriseLed, "circle", Some("mall"), "420105006"),
    ("office", PlaceKind::OfficeBuilding, Dominance::PropertyLed, "circle", None, "420105008"),
    ("plant", PlaceKind::Industrial, Dominance::ParkAdmin, "park", None, "420105010"),
];

/// Login, role, scope kind and the scope's name.
pub const ACCOUNTS: &[(&str, &str, &str, &str)] = &[
    ("mill.liaison", "LIAISON", "ORGANISATION", "mill"),
    ("bakery.liaison", "LIAISON", "ORGANISATION", "bakery"),
    ("forge.liaison", "LIAISON", "ORGANISATION", "forge"),
    ("justice.official", "OFFICIAL", "ORGANISATION", "justice"),
    ("justice.lead", "LEAD", "ORGANISATION", "justice"),
    ("labour.official", "OFFICIAL", "ORGANISATION", "labour"),
    ("labour.lead", "LEAD", "ORGANISATION", "labour"),
    ("circle.steward", "STEWARD", "ZONE", "circle"),
    ("plant.steward", "STEWARD", "PLACE", "plant"),
    ("coordinator", "COORDINATOR", "DISTRICT", ""),
    // In force once a test enters the posting of this name.
    ("instructor", "INSTRUCTOR", "POSTING", "instructor"),
    ("justice.reviewer", "DISPATCH_REVIEWER", "ORGANISATION", "justice"),
    ("org.reviewer", "ORGANISATION_REVIEWER", "DISTRICT", ""),
    ("sysadmin", "SYSTEM_ADMIN", "DISTRICT", ""),
    ("secadmin", "SECURITY_ADMIN", "DISTRICT", ""),
    ("auditor", "AUDITOR", "DISTRICT", ""),
    ("nobody", "", "", ""),
];

/// Makes a database and enters everything.
pub async fn fill(target: &Target) {
    store::migrate::run(target).expect("the migrations run");
    let lanes = LaneSettings { readers: 1, writers: 1, queue: 16, statement_timeout: std::time::Duration::from_secs(20) };
    let store = Store::open(target.clone(), &lanes).expect("the store opens");
    enter_districts(&mut Conn::open(target, lanes.statement_timeout).expect("a connection"));
    store
        .write(|tx| {
            for code in [DISTRICT, "420106"] {
                let district: District = code.parse().expect("a district");
                store::audit::open_chains(tx, &district)?;
                store::rule::seed(tx, &district)?;
            }
            enter_calendar(tx)?;
            enter_registry(tx)?;
            Ok::<_, StoreError>(())
        })
        .await
        .expect("the world is entered");
    let mut conn = Conn::open(target, lanes.statement_timeout).expect("a connection");
    for (login, role, scope_kind, scope) in ACCOUNTS {
        enter_account(&mut conn, DISTRICT, login, role, scope_kind, scope);
    }
    enter_account(&mut conn, "420106", "neighbour.coordinator", "COORDINATOR", "DISTRICT", "");
    if let Conn::Sqlite(_) = conn {
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").expect("the template is one file");
    }
}

fn enter_districts(conn: &mut Conn) {
    for (code, name) in [(DISTRICT, "汉阳区"), ("420106", "邻区")] {
        let row = (district::code.eq(code), district::name.eq(name), district::created_at.eq(At(start())));
        diesel::insert_into(district::table).values(row).execute(conn).expect("a district");
    }
    let divisions = [
        ("420105", "DISTRICT", "汉阳区", None),
        ("420105006", "STREET", "洲头街道", Some("420105")),
        ("420105008", "STREET", "琴断口街道", Some("420105")),
        ("420105010", "STREET", "永丰街道", Some("420105")),
    ];
    for (code, level, name, parent) in divisions {
        diesel::insert_into(division::table)
            .values((
                division::code.eq(code),
                division::district.eq(DISTRICT),
                division::level.eq(level),
                division::name.eq(name),
                division::parent.eq(parent),
                division::source.eq("test"),
            ))
            .execute(conn)
            .expect("a division");
    }
    for (name, kind) in [("circle", "CIRCLE"), ("park", "PARK")] {
        diesel::insert_into(zone::table)
            .values((
                zone::id.eq(id::<park_portal::kernel::id::kind::Zone>(name)),
                zone::district.eq(DISTRICT),
                zone::code.eq(name),
                zone::name.eq(name),
                zone::kind.eq(kind),
                zone::created_at.eq(At(start())),
                zone::version.eq(1),
            ))
            .execute(conn)
            .expect("a zone");
    }
}

fn enter_calendar(tx: &mut Tx) -> Result<(), StoreError> {
    let text = include_str!("../../fixtures/cn_holiday_exceptions_2024_2026.csv");
    for year in CalendarYear::parse_csv(text).expect("the fixture is a calendar") {
        store::calendar::enter(tx, &year, &BTreeMap::new())?;
    }
    Ok(())
}

fn enter_registry(tx: &mut Tx) -> Result<(), StoreError> {
    let district: District = DISTRICT.parse().expect("a district");
    let enterprises = ENTERPRISES.map(|(name, _, uscc)| {
        let kind = if name == "keeper" { OrganisationKind::PropertyCompany } else { OrganisationKind::Enterprise };
        (name, kind, Some(uscc))
    });
    let departments = DEPARTMENTS.map(|(name, kind)| (name, kind, None));
    for (name, kind, uscc) in enterprises.into_iter().chain(departments) {
        store::organisation::insert(tx, &organisation(&district, name, kind, uscc))?;
    }
    let neighbour: District = "420106".parse().expect("a district");
    store::organisation::insert(tx, &organisation(&neighbour, "neighbour", OrganisationKind::Department, None))?;
    for (name, kind, dominance, zone, parent, division) in PLACES {
        let place = Place {
            id: id(name),
            district: district.clone(),
            version: Version::FIRST,
            kind,
            name: Text::parse(name).expect("a name"),
            dominance,
            zone: Some(id(zone)),
            parent: parent.map(id),
            depth: if parent.is_some() { 2 } else { 1 },
            division: division.to_owned(),
            address: Text::parse("测试路 1 号").expect("an address"),
            operator: (name == "office").then(|| id("keeper")),
            status: PlaceStatus::Open,
            created_at: start(),
        };
        store::place::insert(tx, &place)?;
    }
    for (name, place, _) in ENTERPRISES {
        store::tenancy::insert(tx, &tenancy(&district, name, place))?;
    }
    enter_categories(tx, &district)
}

fn organisation(district: &District, name: &str, kind: OrganisationKind, uscc: Option<&str>) -> Organisation {
    Organisation {
        id: id(name),
        district: district.clone(),
        version: Version::FIRST,
        kind,
        profile: Profile {
            name: Text::parse(name).expect("a name"),
            short_name: None,
            uscc: uscc.map(|code| Uscc::parse(code).expect("a code")),
            industry: None,
            size_band: kind.is_enterprise().then_some(SizeBand::Small),
            parent: None,
        },
        state: State::Active,
        created_at: start(),
    }
}

fn tenancy(district: &District, name: &str, place: &str) -> Tenancy {
    Tenancy {
        id: id::<park_portal::kernel::id::kind::Tenancy>(&format!("{name} in {place}")) as TenancyId,
        district: district.clone(),
        version: Version::FIRST,
        organisation: id(name),
        place: id(place),
        unit: Text::parse("1 层").expect("a unit"),
        from: jiff::civil::date(2026, 1, 1),
        to: None,
        created_at: start(),
    }
}

/// LEGAL is answered for by justice, TALENT by labour, OTHER by nobody, the rest by the street.
fn enter_categories(tx: &mut Tx, district: &District) -> Result<(), StoreError> {
    for (position, (code, name)) in (1..).zip(ROOTS) {
        let duty_unit: Option<OrganisationId> = match code {
            "LEGAL" => Some(id("justice")),
            "TALENT" => Some(id("labour")),
            "OTHER" => None,
            _ => Some(id("street")),
        };
        let category = Category {
            id: id::<park_portal::kernel::id::kind::Category>(code) as CategoryId,
            district: district.clone(),
            version: Version::FIRST,
            code: code.to_owned(),
            name: Text::parse(name).expect("a name"),
            parent: None,
            duty_unit,
            profile: CategoryProfile::Normal,
            position,
            created_at: start(),
        };
        store::category::insert(tx, &category)?;
    }
    Ok(())
}

/// Enters an account with one grant (none when `role` is empty) and a living session.
pub fn enter_account(conn: &mut Conn, district: &str, login: &str, role: &str, scope_kind: &str, scope: &str) {
    let account_id: AccountId = id(login);
    diesel::insert_into(account::table)
        .values((
            account::id.eq(account_id),
            account::district.eq(district),
            account::login.eq(login),
            account::display_name.eq(login),
            account::password_hash.eq("never used"),
            account::must_change.eq(false),
            account::status.eq("ACTIVE"),
            account::search_text.eq(login),
            account::created_at.eq(At(start())),
            account::version.eq(1),
        ))
        .execute(conn)
        .expect("an account");
    if !role.is_empty() {
        enter_grant(conn, district, login, role, scope_kind, scope);
    }
    diesel::insert_into(session::table)
        .values((
            session::id.eq(id::<park_portal::kernel::id::kind::Session>(login) as SessionId),
            session::account.eq(account_id),
            session::token_hash.eq(Sha256::digest(token(login).as_bytes()).to_vec()),
            session::client.eq("test"),
            session::created_at.eq(At(start())),
            session::seen_at.eq(At(start())),
            session::expires_at.eq(At(start() + SignedDuration::from_hours(12))),
        ))
        .execute(conn)
        .expect("a session");
}

/// Enters a grant in force since the beginning of the year.
pub fn enter_grant(conn: &mut Conn, district: &str, login: &str, role: &str, scope_kind: &str, scope: &str) {
    let scope: Option<OrganisationId> = (!scope.is_empty()).then(|| id(scope));
    diesel::insert_into(role_grant::table)
        .values((
            role_grant::id.eq(id::<park_portal::kernel::id::kind::Grant>(&format!("{login} {role} {scope:?}")) as GrantId),
            role_grant::district.eq(district),
            role_grant::account.eq(id::<park_portal::kernel::id::kind::Account>(login) as AccountId),
            role_grant::role.eq(role),
            role_grant::scope_kind.eq(scope_kind),
            role_grant::scope_id.eq(scope),
            role_grant::from_on.eq(On(jiff::civil::date(2026, 1, 1))),
            role_grant::status.eq("ACTIVE"),
            role_grant::created_at.eq(At(start())),
            role_grant::version.eq(1),
        ))
        .execute(conn)
        .expect("a grant");
}

/// Keeps every session alive at a new moment.
pub fn renew_sessions(conn: &mut Conn, now: Timestamp) {
    diesel::update(session::table)
        .set((session::seen_at.eq(At(now)), session::expires_at.eq(At(now + SignedDuration::from_hours(12)))))
        .execute(conn)
        .expect("the sessions are renewed");
}

/// The id text of a place of the world.
pub fn place_id(name: &str) -> String {
    (id::<park_portal::kernel::id::kind::Place>(name) as PlaceId).to_string()
}

/// The id text of an organisation of the world.
pub fn organisation_id(name: &str) -> String {
    (id::<park_portal::kernel::id::kind::Organisation>(name) as OrganisationId).to_string()
}

/// The id text of a category of the world.
pub fn category_id(code: &str) -> String {
    (id::<park_portal::kernel::id::kind::Category>(code) as CategoryId).to_string()
}

/// The id text of a zone of the world.
pub fn zone_id(name: &str) -> String {
    (id::<park_portal::kernel::id::kind::Zone>(name) as ZoneId).to_string()
}
