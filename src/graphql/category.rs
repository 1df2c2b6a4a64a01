//! Service categories in the API.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, ID, Object};

use super::{
    loader::Load,
    organisation::{Organisation, OrganisationLoader},
    request::{Request, id_argument, load, or_error},
};
use crate::{
    domain::category as domain,
    kernel::id::CategoryId,
    policy::{self, Action, Scope},
    store::{self, Reader, StoreResult},
};

/// A service category (类别) as the API shows it.
#[derive(Clone)]
pub struct Category(pub domain::Category);

/// A service category (类别): a root, or a leaf below one.
#[Object]
impl Category {
    /// The opaque id, `cat_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// Capital letters, digits and underscores; unique in the district.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What it is called, unique in the district.
    async fn name(&self) -> &str {
        self.0.name.as_str()
    }

    /// The root above a leaf; null for a root.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Category>, Error> {
        match self.0.parent {
            Some(parent) => load::<CategoryLoader>(ctx, parent).await,
            None => Ok(None),
        }
    }

    /// The leaves below a root, in their order; none below a leaf.
    #[graphql(complexity = "5 + 10 * child_complexity")]
    async fn children(&self, ctx: &Context<'_>) -> Result<Vec<Category>, Error> {
        Ok(load::<CategoryChildrenLoader>(ctx, self.0.id).await?.unwrap_or_default())
    }

    /// The department that answers for it (归口单位); a leaf without one of its own has its root's.
    async fn duty_unit(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        let inherited = match (self.0.duty_unit, self.0.parent) {
            (None, Some(root)) => load::<CategoryLoader>(ctx, root).await?.and_then(|root| root.0.duty_unit),
            (own, _) => own,
        };
        match inherited {
            Some(unit) => load::<OrganisationLoader>(ctx, unit).await,
            None => Ok(None),
        }
    }

    /// Whether the duty unit is its own and not its root's.
    async fn has_own_duty_unit(&self) -> bool {
        self.0.duty_unit.is_some()
    }

    /// How long its projects take (办理时限类型).
    async fn profile(&self) -> CategoryProfile {
        self.0.profile.into()
    }

    /// Whether the signed-in account may set its duty unit.
    async fn viewer_can_set_duty_unit(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        Ok(policy::may(&Request::of(ctx).cx()?.actor, Action::CategoryDutyUnitSet, &self.0))
    }
}

/// How long projects of a category take; the working days of each stand in `rules`.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Profile")]
pub enum CategoryProfile {
    /// Simple matters (简单).
    Simple,
    /// Ordinary matters (一般).
    Normal,
    /// Complex matters (复杂).
    Complex,
}

/// Reads categories by id.
pub struct CategoryLoader;

impl Load for CategoryLoader {
    type Key = CategoryId;
    type Value = Category;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[CategoryId]) -> StoreResult<HashMap<CategoryId, Category>> {
        let found = store::category::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|category| (category.id, Category(category))).collect())
    }
}

/// Reads the leaves of roots.
pub struct CategoryChildrenLoader;

impl Load for CategoryChildrenLoader {
    type Key = CategoryId;
    type Value = Vec<Category>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[CategoryId]) -> StoreResult<HashMap<CategoryId, Vec<Category>>> {
        let found = store::category::children_of(reader, scope, keys)?;
        Ok(found.into_iter().map(|(parent, leaves)| (parent, leaves.into_iter().map(Category).collect())).collect())
    }
}

/// Queries about service categories.
#[derive(Default)]
pub struct CategoryQuery;

#[Object]
impl CategoryQuery {
    /// A category by its id; null when it does not exist or is hidden.
    async fn category(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The category's id, `cat_…`.")] id: ID,
    ) -> Result<Option<Category>, Error> {
        let id = id_argument(ctx, &id)?;
        load::<CategoryLoader>(ctx, id).await
    }

    /// The whole tree of categories (类别): each root with its leaves behind it; at most 500.
    #[graphql(complexity = "10 + 100 * child_complexity")]
    async fn categories(&self, ctx: &Context<'_>) -> Result<Vec<Category>, Error> {
        let cx = Request::of(ctx).cx()?;
        let categories = or_error(ctx, cx.read(store::category::all).await)?;
        Ok(categories.into_iter().map(Category).collect())
    }
}
