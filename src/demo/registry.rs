//! Zones, places, organisations, categories, contact points, accounts and grants: one audited write.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};

use super::{
    DemoError, PASSWORD,
    cast::{Cast, find, parsed},
    data::Content,
};
use crate::{
    domain::{
        account::{Account, Login, Status as AccountStatus},
        category::{Category, Profile as CategoryProfile},
        contact_point::{ContactPoint, Sealed, mask_email, mask_phone},
        grant::{Grant, GrantScope, Role, Status as GrantStatus},
        organisation::{Industry, Kind as OrganisationKind, Organisation, Profile, SizeBand, State},
        place::{Dominance, Kind as PlaceKind, Place, Status as PlaceStatus},
        tenancy::Tenancy,
        zone::{Kind as ZoneKind, Zone},
    },
    kernel::{
        calendar::shanghai_date,
        district::District,
        id::{Id, Kind},
        password::PasswordHash,
        text::{Bounds, Text},
        uscc::Uscc,
        version::Version,
    },
    ops::{App, Failure},
    store::{
        self, StoreError,
        audit::{Effect, Stamp},
    },
};

/// The audit line that marks a database as the demo's.
pub const BEGUN: &str = "demo.load";
/// The last line of the demo's loading: without it, something is missing.
pub const DONE: &str = "demo.loaded";

/// Everything to be entered, and the ids by which the rest refers to it.
#[derive(Clone, Default)]
struct Entries {
    zones: Vec<Zone>,
    organisations: Vec<Organisation>,
    places: Vec<Place>,
    tenancies: Vec<Tenancy>,
    contacts: Vec<ContactPoint>,
    accounts: Vec<Account>,
    grants: Vec<Grant>,
}

struct Clerk<'a> {
    app: &'a App,
    district: &'a District,
    now: Timestamp,
    cast: Cast,
    entries: Entries,
}

/// Enters the registry and the accounts, and answers their ids.
pub async fn enter(app: &Arc<App>, district: &District, content: &Content) -> Result<Cast, DemoError> {
    let mut clerk = Clerk { app, district, now: app.clock.now(), cast: Cast::default(), entries: Entries::default() };
    clerk.zones(content)?;
    clerk.organisations(content)?;
    clerk.places(content)?;
    clerk.tenancies(content)?;
    clerk.contacts(content)?;
    clerk.accounts(content)?;
    let hash = app.passwords.hash(crate::domain::password::Password::typed(PASSWORD), app.entropy.bytes()).await;
    let hash = hash.map_err(super::refused("the password"))?;
    let Clerk { mut cast, entries, now, .. } = clerk;
    let categories = categories(app, district, content, &cast).await?;
    cast.categories = categories.iter().map(|category| (category.code.clone(), category.id)).collect();
    write(app, district, now, entries, categories, hash).await.map_err(super::refused("the registry"))?;
    Ok(cast)
}

async fn write(
    app: &App,
    district: &District,
    now: Timestamp,
    entries: Entries,
    categories: Vec<Category>,
    hash: PasswordHash,
) -> Result<(), Failure> {
    let (district, entropy) = (district.clone(), app.entropy);
    let written = app.store.write(move |tx| {
        tx.lock_district(&district)?;
        entries.zones.iter().try_for_each(|zone| store::zone::insert(tx, zone))?;
        entries.organisations.iter().try_for_each(|organisation| store::organisation::insert(tx, organisation))?;
        entries.places.iter().try_for_each(|place| store::place::insert(tx, place))?;
        entries.tenancies.iter().try_for_each(|tenancy| store::tenancy::insert(tx, tenancy))?;
        entries.contacts.iter().try_for_each(|contact| store::contact_point::insert(tx, contact))?;
        for category in &categories {
            match category.version {
                Version::FIRST => store::category::insert(tx, category)?,
                _ => store::category::save(tx, category, Version::FIRST)?,
            }
        }
        entries.accounts.iter().try_for_each(|account| store::account::insert(tx, account, &hash))?;
        entries.grants.iter().try_for_each(|grant| store::grant::insert(tx, grant))?;
        let stamp = Stamp { id: entropy.id(now), at: now };
        let effects: Vec<Effect> = entries.accounts.iter().map(|account| Effect::made(account.id, "ACTIVE")).collect();
        store::audit::system(tx, &district, BEGUN, stamp, &effects, ())?;
        Ok::<_, StoreError>(())
    });
    Ok(written.await?)
}

/// Marks the demo as whole.
pub async fn finish(app: &App, district: &District) -> Result<(), DemoError> {
    let (district, entropy, now) = (district.clone(), app.entropy, app.clock.now());
    let written = app.store.write(move |tx| {
        tx.lock_district(&district)?;
        let stamp = Stamp { id: entropy.id(now), at: now };
        store::audit::system(tx, &district, DONE, stamp, &[], ())?;
        Ok::<_, Failure>(())
    });
    written.await.map_err(super::refused("the end of the demo"))
}

/// The roots are there already and get their duty units; the leaves are new.
async fn categories(app: &App, district: &District, content: &Content, cast: &Cast) -> Result<Vec<Category>, DemoError> {
    let code = district.clone();
    let roots = app.store.read(move |reader| store::category::roots(reader, &code)).await;
    let roots = roots.map_err(|fault: StoreError| DemoError::Content(fault.to_string()))?;
    let mut all = Vec::new();
    for (root, wanted) in roots.into_iter().zip(&content.categories) {
        let duty_unit = Some(find(&cast.organisations, &wanted.duty_unit)?);
        let profile: CategoryProfile = parsed(&wanted.profile, |text| text.parse().ok())?;
        let root = Category { duty_unit, profile, version: Version::FIRST.next(), ..root };
        for (position, leaf) in (1..).zip(&wanted.leaves) {
            all.push(Category {
                id: app.entropy.id(app.clock.now()),
                version: Version::FIRST,
                code: leaf.code.clone(),
                name: text(&leaf.name)?,
                parent: Some(root.id),
                duty_unit: leaf.duty_unit.as_deref().map(|unit| find(&cast.organisations, unit)).transpose()?,
                profile: parsed(&leaf.profile, |text| text.parse().ok())?,
                position,
                ..root.clone()
            });
        }
        all.push(root);
    }
    Ok(all)
}

fn text<B: Bounds>(written: &str) -> Result<Text<B>, DemoError> {
    parsed(written, |written| Text::parse(written).ok())
}

fn optional_text<B: Bounds>(written: Option<&str>) -> Result<Option<Text<B>>, DemoError> {
    written.map(text).transpose()
}

fn day(written: &str) -> Result<Date, DemoError> {
    parsed(written, |written| written.parse().ok())
}

impl Clerk<'_> {
    fn id<K>(&self) -> Id<K> {
        self.app.entropy.id(self.now)
    }

    fn zones(&mut self, content: &Content) -> Result<(), DemoError> {
        for zone in &content.zones {
            let id = self.id();
            self.cast.zones.insert(zone.code.clone(), id);
            self.entries.zones.push(Zone {
                id,
                district: self.district.clone(),
                version: Version::FIRST,
                code: zone.code.clone(),
                name: text(&zone.name)?,
                kind: parsed(&zone.kind, |text| text.parse::<ZoneKind>().ok())?,
                created_at: self.now,
            });
        }
        Ok(())
    }

    fn organisations(&mut self, content: &Content) -> Result<(), DemoError> {
        for organisation in &content.organisations {
            let id = self.id();
            self.cast.organisations.insert(organisation.key.clone(), id);
            let section = organisation.industry_section.as_deref().and_then(|section| section.chars().next());
            let division = organisation.industry_division.as_deref().and_then(|division| division.parse().ok());
            let band = organisation.size_band.as_deref();
            self.entries.organisations.push(Organisation {
                id,
                district: self.district.clone(),
                version: Version::FIRST,
                kind: parsed(&organisation.kind, |text| text.parse::<OrganisationKind>().ok())?,
                profile: Profile {
                    name: text(&organisation.name)?,
                    short_name: optional_text(organisation.short_name.as_deref())?,
                    uscc: organisation.uscc.as_deref().map(|code| parsed(code, |code| Uscc::parse(code).ok())).transpose()?,
                    industry: section.map(|section| Industry { section, division }),
                    size_band: band.map(|band| parsed(band, |text| text.parse::<SizeBand>().ok())).transpose()?,
                    parent: None,
                },
                state: State::Active,
                created_at: self.now,
            });
        }
        Ok(())
    }

    fn places(&mut self, content: &Content) -> Result<(), DemoError> {
        for place in &content.places {
            let id = self.id();
            let parent = place.parent.as_deref().map(|key| find(&self.cast.places, key)).transpose()?;
            let above = parent.and_then(|parent| self.entries.places.iter().find(|place| place.id == parent));
            let depth = Place::depth_below(above, &place.division).map_err(|e| DemoError::Content(e.to_string()))?;
            self.cast.places.insert(place.key.clone(), id);
            let zone = place.zone.as_deref().map(|code| find(&self.cast.zones, code)).transpose()?;
            let operator = place.operator.as_deref().map(|key| find(&self.cast.organisations, key)).transpose()?;
            let entry = Place {
                id,
                district: self.district.clone(),
                version: Version::FIRST,
                kind: parsed(&place.kind, |text| text.parse::<PlaceKind>().ok())?,
                name: text(&place.name)?,
                dominance: parsed(&place.dominance, |text| text.parse::<Dominance>().ok())?,
                zone,
                parent,
                depth,
                division: place.division.clone(),
                address: text(&place.address)?,
                operator,
                status: parsed(&place.status, |text| text.parse::<PlaceStatus>().ok())?,
                created_at: self.now,
            };
            self.entries.places.push(entry);
        }
        Ok(())
    }

    fn tenancies(&mut self, content: &Content) -> Result<(), DemoError> {
        for organisation in &content.organisations {
            for tenancy in &organisation.tenancies {
                self.entries.tenancies.push(Tenancy {
                    id: self.id(),
                    district: self.district.clone(),
                    version: Version::FIRST,
                    organisation: find(&self.cast.organisations, &organisation.key)?,
                    place: find(&self.cast.places, &tenancy.place)?,
                    unit: text(&tenancy.unit)?,
                    from: day(&tenancy.from)?,
                    to: tenancy.to.as_deref().map(day).transpose()?,
                    created_at: self.now,
                });
            }
        }
        Ok(())
    }

    fn contacts(&mut self, content: &Content) -> Result<(), DemoError> {
        for contact in &content.contacts {
            let id = self.id();
            self.cast.contacts.insert(contact.organisation.clone(), id);
            let phone = self.sealed(&contact.office_phone, b"contact_point.phone", id, mask_phone)?;
            let email = contact.email.as_deref().map(|email| self.sealed(email, b"contact_point.email", id, mask_email));
            self.entries.contacts.push(ContactPoint {
                id,
                district: self.district.clone(),
                version: Version::FIRST,
                organisation: find(&self.cast.organisations, &contact.organisation)?,
                post: text(&contact.post)?,
                phone,
                email: email.transpose()?,
                key_id: self.app.secrets.key_id().to_owned(),
                created_at: self.now,
            });
        }
        Ok(())
    }

    fn sealed<K: Kind>(&self, plain: &str, field: &[u8], id: Id<K>, mask: fn(&str) -> String) -> Result<Sealed, DemoError> {
        let purpose = [field, id.as_bytes()].concat();
        let bytes = self.app.secrets.seal(plain, &purpose, self.app.entropy.bytes());
        Ok(Sealed { bytes: bytes.map_err(|e| DemoError::Content(e.to_string()))?, masked: mask(plain) })
    }

    fn accounts(&mut self, content: &Content) -> Result<(), DemoError> {
        for account in &content.accounts {
            let id = self.id();
            self.cast.accounts.insert(account.login.clone(), id);
            self.entries.accounts.push(Account {
                id,
                district: self.district.clone(),
                version: Version::FIRST,
                login: parsed(&account.login, |login| Login::parse(login).ok())?,
                display_name: text(&account.display_name)?,
                status: AccountStatus::Active,
                must_change_password: false,
                created_at: self.now,
            });
            for grant in &account.grants {
                let role: Role = parsed(&grant.role, |text| text.parse().ok())?;
                let scope = self.scope(&grant.scope_kind, &grant.scope)?;
                if let GrantScope::Organisation(_) = scope {
                    self.cast.holders.insert((role, grant.scope.clone()), id);
                }
                if role == Role::Coordinator {
                    self.cast.coordinator = Some(id);
                }
                self.entries.grants.push(Grant {
                    id: self.id(),
                    district: self.district.clone(),
                    version: Version::FIRST,
                    account: id,
                    role,
                    scope,
                    from: shanghai_date(self.now),
                    to: None,
                    status: GrantStatus::Active,
                    proposed_by: None,
                    approved_by: None,
                    created_at: self.now,
                });
            }
        }
        Ok(())
    }

    fn scope(&self, kind: &str, key: &str) -> Result<GrantScope, DemoError> {
        Ok(match kind {
            "DISTRICT" => GrantScope::District,
            "ZONE" => GrantScope::Zone(find(&self.cast.zones, key)?),
            "PLACE" => GrantScope::Place(find(&self.cast.places, key)?),
            _ => GrantScope::Organisation(find(&self.cast.organisations, key)?),
        })
    }
}
