//! A district (区县) as its coordinator sets it up.

use serde::{Deserialize, Serialize};

use super::organisation::Organisation;
use crate::kernel::{district, id::OrganisationId, text::Name, version::Version};

/// One tenant of the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct District {
    pub code: district::District,
    pub name: Name,
    /// The unit that takes over when a final dispatch lapses (兜底单位).
    pub backstop: Option<OrganisationId>,
    pub version: Version,
}

/// Only a department stands in for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only a department stands in")]
pub struct NotADepartment;

impl District {
    /// Names the unit that stands in.
    pub fn set_backstop(self, unit: &Organisation) -> Result<Self, NotADepartment> {
        if unit.kind.is_enterprise() {
            return Err(NotADepartment);
        }
        Ok(Self { backstop: Some(unit.id), version: self.version.next(), ..self })
    }
}
