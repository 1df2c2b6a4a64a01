//! A service category (类别): two levels, each with a duty unit and a deadline profile.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::{organisation::Organisation, rules::RuleCode};
use crate::kernel::{
    district::District,
    id::{CategoryId, OrganisationId},
    text::Name,
    version::Version,
};

/// A root or leaf of the categories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: CategoryId,
    pub district: District,
    pub version: Version,
    /// Capital letters, digits and underscores; unique in the district.
    pub code: String,
    pub name: Name,
    /// The root above a leaf.
    pub parent: Option<CategoryId>,
    /// The department that answers for it (归口单位); a leaf without one has its root's.
    pub duty_unit: Option<OrganisationId>,
    pub profile: Profile,
    /// Where it stands among its siblings.
    pub position: i32,
    pub created_at: Timestamp,
}

/// How long projects of a category take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Profile {
    Simple,
    Normal,
    Complex,
}

/// Why a category does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CategoryError {
    #[error("categories have two levels: a leaf lies below a root")]
    NotARoot,
    #[error("only a department can answer for a category")]
    NotADepartment,
}

impl Category {
    /// Refuses leaves below a leaf.
    pub fn must_be_root(&self) -> Result<(), CategoryError> {
        if self.parent.is_none() { Ok(()) } else { Err(CategoryError::NotARoot) }
    }

    /// Whether the organisation is of a kind that can answer for a category.
    pub fn check_duty_unit(unit: &Organisation) -> Result<(), CategoryError> {
        if unit.kind.is_enterprise() { Err(CategoryError::NotADepartment) } else { Ok(()) }
    }

    /// Names the department that answers for it.
    pub fn set_duty_unit(self, unit: &Organisation) -> Result<Self, CategoryError> {
        Self::check_duty_unit(unit)?;
        Ok(Self { duty_unit: Some(unit.id), version: self.version.next(), ..self })
    }
}

impl Profile {
    /// The rule that carries the working days of such a project.
    pub fn due_rule(self) -> RuleCode {
        match self {
            Self::Simple => RuleCode::ProjectDueSimple,
            Self::Normal => RuleCode::ProjectDueNormal,
            Self::Complex => RuleCode::ProjectDueComplex,
        }
    }
}

/// The twenty roots of every district, in their order: code and Chinese name.
pub const ROOTS: [(&str, &str); 20] = [
    ("POLICY", "政策服务"),
    ("FINANCE", "融资服务"),
    ("TALENT", "人才服务"),
    ("EMPLOYMENT", "用工就业"),
    ("LEGAL", "法律服务"),
    ("IP_TECH", "知识产权与科技"),
    ("TRAINING", "教育培训"),
    ("VENUE", "场地设施"),
    ("CHILDCARE", "子女托育"),
    ("HEALTH", "健康医疗"),
    ("CULTURE_SPORT", "文化体育"),
    ("TRANSPORT", "交通出行"),
    ("SAFETY_FIRE", "安全消防"),
    ("PROPERTY_MGMT", "物业管理"),
    ("PARTY_AFFAIRS", "党务指导"),
    ("GOV_APPROVAL", "政务审批"),
    ("MARKET", "市场拓展"),
    ("VOLUNTEER", "志愿公益"),
    ("DIGITAL", "数字化服务"),
    ("OTHER", "其他"),
];
