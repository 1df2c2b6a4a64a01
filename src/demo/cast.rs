//! Who and what is on the stage: ids by the keys of the content files.

use std::{collections::BTreeMap, sync::Arc};

use super::DemoError;
use crate::{
    domain::grant::Role,
    kernel::id::{AccountId, CategoryId, ContactPointId, OrganisationId, PlaceId, ZoneId},
    ops::{App, Cx},
};

/// Ids by the keys of the content files.
#[derive(Default)]
pub struct Cast {
    pub zones: BTreeMap<String, ZoneId>,
    pub places: BTreeMap<String, PlaceId>,
    pub organisations: BTreeMap<String, OrganisationId>,
    pub categories: BTreeMap<String, CategoryId>,
    /// By organisation.
    pub contacts: BTreeMap<String, ContactPointId>,
    pub accounts: BTreeMap<String, AccountId>,
    /// Who holds a role for an organisation.
    pub holders: BTreeMap<(Role, String), AccountId>,
    pub coordinator: Option<AccountId>,
}

/// The id behind a key, or an error that names the key.
pub fn find<T: Copy>(ids: &BTreeMap<String, T>, key: &str) -> Result<T, DemoError> {
    ids.get(key).copied().ok_or_else(|| DemoError::Content(format!("there is no {key}")))
}

/// Reads a text of the content as any type that parses.
pub fn parsed<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, DemoError> {
    parse(text).ok_or_else(|| DemoError::Content(format!("{text:?} cannot be read")))
}

impl Cast {
    /// The key of an organisation.
    pub fn organisation_of(&self, id: OrganisationId) -> Option<&str> {
        self.organisations.iter().find(|(_, known)| **known == id).map(|(key, _)| key.as_str())
    }

    /// Acts as whoever holds one of the roles for an organisation; the first that is held.
    pub async fn acting(&self, app: &Arc<App>, roles: &[Role], organisation: &str) -> Result<Cx, DemoError> {
        let holder = roles.iter().find_map(|role| self.holders.get(&(*role, organisation.to_owned())));
        let account = holder.copied().ok_or_else(|| DemoError::Content(format!("nobody acts for {organisation}")))?;
        self.acting_as(app, account).await
    }

    /// Acts as the coordinator.
    pub async fn coordinating(&self, app: &Arc<App>) -> Result<Cx, DemoError> {
        let account = self.coordinator.ok_or_else(|| DemoError::Content("there is no coordinator".to_owned()))?;
        self.acting_as(app, account).await
    }

    /// Acts as an account.
    pub async fn acting_as(&self, app: &Arc<App>, account: AccountId) -> Result<Cx, DemoError> {
        Cx::on_behalf(Arc::clone(app), account).await.map_err(super::refused("acting for an account"))
    }
}
