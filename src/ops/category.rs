//! What people do with service categories: enter a leaf, name a duty unit.

use super::{Cx, Failure, Scene, failure::unless_unique};
use crate::{
    domain::{
        category::{Category, CategoryError, Profile},
        organisation::Organisation,
    },
    kernel::{
        id::{CategoryId, OrganisationId},
        problem::{Code, Problem},
        text::Name,
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, StoreError, Tx, audit::Effect},
};

/// What a new leaf is.
#[derive(Clone, Debug)]
pub struct NewCategory {
    pub code: String,
    pub name: Name,
    /// The root that it lies below.
    pub parent: CategoryId,
    /// `None`: its root's.
    pub duty_unit: Option<OrganisationId>,
    pub profile: Profile,
}

/// Enters a leaf behind the last one below its root. The roots are there from the district's set-up.
pub async fn create(cx: &Cx, new: NewCategory) -> Result<Category, Failure> {
    cx.write(Action::CategoryCreate, move |cx, tx| {
        let scope = cx.actor.scope();
        let root = store::category::find(tx, &scope, new.parent)?.ok_or(Failure::missing("parent"))?;
        let unit = new.duty_unit.map(|unit| find_unit(cx, tx, unit)).transpose()?;
        let permit = cx.permit(Action::CategoryCreate, &Subject::of_district(root.district.clone()))?;
        root.must_be_root()?;
        unit.as_ref().map_or(Ok(()), check_unit)?;
        let leaf = Category {
            id: cx.new_id(),
            district: root.district,
            version: Version::FIRST,
            code: new.code.clone(),
            name: new.name.clone(),
            parent: Some(root.id),
            duty_unit: new.duty_unit,
            profile: new.profile,
            position: store::category::next_position(tx, root.id)?,
            created_at: cx.now,
        };
        store::category::insert(tx, &leaf).map_err(duplicate)?;
        let effect = Effect::changed(leaf.id).code("code", &leaf.code).code("parent", root.id);
        let effect = effect.code("profile", <&str>::from(leaf.profile)).maybe("duty_unit", leaf.duty_unit);
        cx.record(tx, permit, &[effect], leaf)
    })
    .await
}

/// Names the department that answers for a category (归口单位).
pub async fn duty_unit_set(cx: &Cx, id: CategoryId, expected: Version, unit: OrganisationId) -> Result<Category, Failure> {
    cx.write(Action::CategoryDutyUnitSet, move |cx, tx| {
        let before = store::category::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("category"))?;
        let unit = find_unit(cx, tx, unit)?;
        let permit = cx.permit(Action::CategoryDutyUnitSet, &before)?;
        cx.expect(before.version, expected)?;
        check_unit(&unit)?;
        let after = before.clone().set_duty_unit(&unit)?;
        store::category::save(tx, &after, expected)?;
        let effect = Effect::changed(after.id).code("duty_unit", unit.id).maybe("duty_unit_before", before.duty_unit);
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

fn find_unit(cx: &Scene, tx: &mut Tx, unit: OrganisationId) -> Result<Organisation, Failure> {
    store::organisation::find(tx, &cx.actor.scope(), unit)?.ok_or(Failure::missing("dutyUnit"))
}

fn check_unit(unit: &Organisation) -> Result<(), Failure> {
    Category::check_duty_unit(unit)?;
    unit.must_be_active().map_err(|_| Failure::refused_at(Code::OrganisationInactive, "dutyUnit"))
}

fn duplicate(error: StoreError) -> Failure {
    let (name, columns) = store::category::CODE_UNIQUE;
    if error.is_unique(name, columns) {
        Failure::refused_at(Code::DuplicateName, "code")
    } else {
        unless_unique(error, store::category::NAME_UNIQUE, Code::DuplicateName, "name")
    }
}

impl From<CategoryError> for Failure {
    fn from(error: CategoryError) -> Self {
        let problem = Problem::new(Code::Validation);
        Self::Invalid(vec![match error {
            CategoryError::NotARoot => problem
                .at("parent")
                .saying("类别只有两级,上级必须是一级类别。", "Categories have two levels: a leaf lies below a root."),
            CategoryError::NotADepartment => {
                problem.at("dutyUnit").saying("归口单位必须是部门单位。", "Only a department can answer for a category.")
            }
        }])
    }
}
