//! Changes to service categories in the API.

use std::marker::PhantomData;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};

use super::{
    category::{Category, CategoryProfile},
    error::Problem,
    form::Form,
    request::{Outcome, settle},
};
use crate::{domain::category as domain, kernel::version::Version, ops, ops::category::NewCategory};

/// What came of a change to a category.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "CategoryCreatePayload", params(CategoryCreateInput)),
    concrete(name = "CategoryDutyUnitSetPayload", params(CategoryDutyUnitSetInput))
)]
pub struct CategoryPayload<I: Send + Sync> {
    /// The category as it is now; null when there are problems.
    category: Option<Category>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Category>> for CategoryPayload<I> {
    fn from(outcome: Outcome<domain::Category>) -> Self {
        let (category, problems) = match outcome {
            Ok(category) => (Some(Category(category)), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        Self { category, problems, input: PhantomData }
    }
}

/// Enters a leaf below a root.
#[derive(InputObject)]
pub struct CategoryCreateInput {
    /// Unique in the district: 2–40 capital letters, digits and underscores.
    code: String,
    /// What it is called, unique in the district; 1–120 characters.
    name: String,
    /// The root that it lies below.
    parent: ID,
    /// The active department that answers for it; when left out, its root's.
    duty_unit: Option<ID>,
    /// How long its projects take.
    profile: CategoryProfile,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

impl CategoryCreateInput {
    fn read(&self, form: &mut Form) -> Option<NewCategory> {
        let code = form.code("code", &self.code);
        let name = form.text("name", &self.name);
        let parent = form.id("parent", &self.parent);
        let duty_unit = form.optional_id("dutyUnit", self.duty_unit.as_ref());
        Some(NewCategory { code: code?, name: name?, parent: parent?, duty_unit: duty_unit?, profile: self.profile.into() })
    }
}

/// Names the department that answers for a category.
#[derive(InputObject)]
pub struct CategoryDutyUnitSetInput {
    /// The category.
    category: ID,
    /// The version that the client has seen.
    expected_version: i32,
    /// The active department.
    duty_unit: ID,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Changes to service categories.
#[derive(Default)]
pub struct CategoryMutation;

#[Object]
impl CategoryMutation {
    /// Enters a leaf behind the last one below its root (新建二级类别).
    async fn category_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the category is.")] input: CategoryCreateInput,
    ) -> Option<Result<CategoryPayload<CategoryCreateInput>, Error>> {
        let mut form = Form::default();
        let new = input.read(&mut form);
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(new) = new else {
                return Err(form.refuse());
            };
            ops::category::create(&cx, new).await
        })
        .await
    }

    /// Names the department that answers for a category (设置归口单位).
    async fn category_duty_unit_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which category, and who answers for it.")] input: CategoryDutyUnitSetInput,
    ) -> Option<Result<CategoryPayload<CategoryDutyUnitSetInput>, Error>> {
        let mut form = Form::default();
        let category = form.id("category", &input.category);
        let unit = form.id("dutyUnit", &input.duty_unit);
        settle(ctx, input.idempotency_key, async |cx| {
            let (Some(category), Some(unit)) = (category, unit) else {
                return Err(form.refuse());
            };
            ops::category::duty_unit_set(&cx, category, Version(input.expected_version), unit).await
        })
        .await
    }
}
