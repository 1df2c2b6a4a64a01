//! Steps that many tests take on their way to what they are about.

use serde_json::{Value, json};

pub use super::seed::{category_id, enter_account, enter_grant, organisation_id, place_id, zone_id};

/// Drafts a demand.
pub const DRAFT: &str =
    "mutation($input: DemandDraftInput!) { demandDraft(input: $input) { demand { id version } problems { code path } } }";
/// Submits a demand.
pub const SUBMIT: &str =
    "mutation($input: DemandSubmitInput!) { demandSubmit(input: $input) { demand { id version refNo } problems { code path } } }";

/// The input of a demand for legal advice, five times.
pub fn demand_input(organisation: &str, place: &str, title: &str) -> Value {
    json!({
        "organisation": organisation_id(organisation),
        "place": place_id(place),
        "category": category_id("LEGAL"),
        "title": title,
        "detail": format!("{title}:希望有人上门讲解。"),
        "quantity": 5,
        "unit": "次",
        "urgency": "NORMAL",
        "visibility": "DISTRICT",
    })
}

/// How much of a test runs: a little in everyday runs, all of it with `PORTAL_TEST_SCALE=full`.
pub fn scale(everyday: usize, full: usize) -> usize {
    if std::env::var("PORTAL_TEST_SCALE").is_ok_and(|scale| scale == "full") { full } else { everyday }
}
