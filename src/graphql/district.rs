//! The district in the API.

use async_graphql::SimpleObject;

/// A district (区县): the tenant that everything belongs to.
#[derive(SimpleObject, Clone)]
pub struct District {
    /// Its six-digit division code, e.g. `420105`.
    pub code: String,
    /// What it is called, e.g. 汉阳区.
    pub name: String,
}
