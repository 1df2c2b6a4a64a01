//! The demo's content as the files in `data/` have it.

use serde::Deserialize;

/// Everything that the demo district begins with.
pub struct Content {
    pub zones: Vec<Zone>,
    pub places: Vec<Place>,
    pub organisations: Vec<Organisation>,
    pub categories: Vec<Category>,
    pub contacts: Vec<Contact>,
    pub accounts: Vec<Account>,
    pub demands: Vec<Demand>,
    pub resources: Vec<Resource>,
    pub claims: Vec<Claim>,
    pub branches: Vec<Branch>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    pub code: String,
    pub name: String,
    pub kind: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub key: String,
    pub name: String,
    pub kind: String,
    /// `BUILDING` or `PARK`; follows from the kind, and stands in the file for its readers.
    #[serde(rename = "type")]
    #[expect(dead_code, reason = "stands in the file for its readers")]
    pub realm: String,
    pub dominance: String,
    pub zone: Option<String>,
    pub parent: Option<String>,
    pub division: String,
    pub address: String,
    pub operator: Option<String>,
    pub status: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub key: String,
    pub name: String,
    pub short_name: Option<String>,
    pub kind: String,
    pub uscc: Option<String>,
    pub industry_section: Option<String>,
    pub industry_division: Option<String>,
    pub size_band: Option<String>,
    pub tenancies: Vec<Tenancy>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenancy {
    pub place: String,
    pub unit: String,
    pub from: String,
    pub to: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    #[expect(dead_code, reason = "the roots are there already, in this order; the code tells readers which one it is")]
    pub code: String,
    #[expect(dead_code, reason = "the roots have their names already")]
    pub name: String,
    pub duty_unit: String,
    pub profile: String,
    #[serde(default)]
    pub leaves: Vec<Leaf>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    pub code: String,
    pub name: String,
    pub duty_unit: Option<String>,
    pub profile: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub organisation: String,
    pub post: String,
    pub office_phone: String,
    pub email: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub login: String,
    pub display_name: String,
    /// Shown with its role when the demo starts; the others only stand behind the data.
    pub featured: bool,
    pub grants: Vec<Grant>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub role: String,
    pub scope_kind: String,
    pub scope: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    pub key: String,
    pub organisation: String,
    pub place: String,
    pub category: String,
    pub title: String,
    pub detail: String,
    pub quantity: i64,
    pub unit: String,
    pub urgency: String,
    pub urgency_reason: Option<String>,
    /// Days from the demo's "today".
    pub desired_from: Option<i64>,
    pub desired_to: Option<i64>,
    pub visibility: String,
    #[serde(default)]
    pub tags: Vec<String>,
    pub target_state: String,
    pub reason: Option<String>,
    pub merged_into: Option<String>,
    /// Listed first, and withdrawn only after somebody has claimed it.
    #[serde(default)]
    pub after_claims: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    pub key: String,
    pub organisation: String,
    pub unit: String,
    pub category: String,
    pub title: String,
    pub detail: String,
    #[serde(default)]
    pub tags: Vec<String>,
    pub mode: String,
    pub coverage: Coverage,
    pub eligibility: Eligibility,
    pub capacity: i64,
    pub per: String,
    pub valid_from_offset: i64,
    pub valid_to_offset: Option<i64>,
    pub fee: String,
    #[serde(default)]
    pub required_documents: Vec<String>,
    pub target_state: String,
    pub reason: Option<String>,
    pub until_offset: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    pub kind: String,
    pub keys: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    pub industry_sections: Vec<String>,
    pub size_bands: Vec<String>,
    pub place_kinds: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    pub key: String,
    pub kind: String,
    pub demand: Option<String>,
    /// With the following four: the demand that a request without one makes.
    pub organisation: Option<String>,
    pub place: Option<String>,
    pub title: Option<String>,
    pub detail: Option<String>,
    pub unit: Option<String>,
    pub resource: Option<String>,
    pub provider: String,
    pub quantity: i64,
    pub note: String,
    pub target_state: String,
    pub reason: Option<String>,
    /// The claim whose agreement supersedes this one.
    #[expect(dead_code, reason = "it happens by itself; the file tells its readers")]
    pub superseded_by: Option<String>,
    /// `DEMAND`, `PROVIDER` or `COORDINATOR`: which side asks the other to cancel, or who decides it.
    pub cancelled_by: Option<String>,
    pub project: Option<Project>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    pub target_state: String,
    pub contact_note: Option<String>,
    pub delivery_summary: Option<String>,
    pub reopen_reason: Option<String>,
    pub confirmation: Option<Confirmation>,
    #[serde(default)]
    pub milestones: Vec<Milestone>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    pub solved: String,
    pub answered: bool,
    pub reached_out: bool,
    pub satisfaction: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    pub title: String,
    /// Days from the day on which the plan is filed.
    pub due_offset: i64,
    /// Whether it is reached before the project is delivered; all that are not waived are by then.
    pub done: bool,
    pub waived_reason: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    pub key: String,
    pub kind: String,
    pub name: String,
    pub form: String,
    pub place: String,
    pub lead: String,
    pub custodian: Option<String>,
    pub parent: Option<String>,
    pub member_count: u32,
    pub committee_size: u32,
    /// Days from the demo's "today".
    pub formed_on_offset: Option<i64>,
    pub covers: Vec<String>,
    pub status: String,
    pub reason: Option<String>,
    pub merged_into: Option<String>,
    /// Why the coordinator approves it in spite of its warnings.
    pub warning_ack: Option<String>,
}

#[derive(Deserialize)]
struct File<T> {
    #[serde(
        alias = "zone",
        alias = "place",
        alias = "organisation",
        alias = "category",
        alias = "contact",
        alias = "account",
        alias = "demand",
        alias = "resource",
        alias = "claim",
        alias = "branch"
    )]
    rows: Vec<T>,
}

/// The content, as it was built in.
pub fn content() -> Result<Content, toml::de::Error> {
    Ok(Content {
        zones: rows(include_str!("data/zones.toml"))?,
        places: rows(include_str!("data/places.toml"))?,
        organisations: rows(include_str!("data/organisations.toml"))?,
        categories: rows(include_str!("data/categories.toml"))?,
        contacts: rows(include_str!("data/contacts.toml"))?,
        accounts: rows(include_str!("data/accounts.toml"))?,
        demands: rows(include_str!("data/demands.toml"))?,
        resources: rows(include_str!("data/resources.toml"))?,
        claims: rows(include_str!("data/claims.toml"))?,
        branches: rows(include_str!("data/branches.toml"))?,
    })
}

fn rows<T: serde::de::DeserializeOwned>(text: &str) -> Result<Vec<T>, toml::de::Error> {
    toml::from_str::<File<T>>(text).map(|file| file.rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_is_whole() {
        let content = content().unwrap();
        assert_eq!(content.zones.len(), 5);
        assert_eq!(content.places.iter().filter(|place| place.parent.is_none()).count(), 6);
        assert_eq!(content.categories.len(), 20);
        assert_eq!((content.demands.len(), content.resources.len()), (60, 60));
    }
}
