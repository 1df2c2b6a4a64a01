//! The shape that an answer owes to its document.
//!
//! Fields are resolved side by side and arrive as they are ready, and one that failed does not
//! arrive at all. The specification wants more of an answer ("Executing Selection Sets", "Handling
//! Execution Errors"): keys in the order of the document, `null` where a field failed, and where
//! its type forbids `null`, the nearest place around it that may be `null`.

mod plan;
mod types;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::Error;
use async_graphql::parser::types::{BaseType, Type};
use async_graphql::{Name, PathSegment, Response, Value, Variables};

use super::guard::Admitted;
use plan::{Conditions, Plan};
use types::Types;

/// Knows the types of a schema. The default one knows none: it orders the fields and takes every
/// type for nullable.
#[derive(Debug, Default)]
pub struct Shape(Types);

/// What is owed to one request, or to each event of one subscription.
pub struct Outline<'a> {
    types: &'a Types,
    admitted: Admitted,
    conditions: Conditions,
}

impl Shape {
    /// The types as the schema prints them (`Schema::sdl`).
    pub fn of_sdl(sdl: &str) -> Result<Self, Error> {
        Types::of_sdl(sdl).map(Self)
    }

    /// Taken before the variables go to the schema.
    pub fn outline(&self, admitted: &Admitted, variables: &Variables) -> Outline<'_> {
        let conditions = Conditions::of(admitted.definition(), variables);
        Outline { types: &self.0, admitted: admitted.clone(), conditions }
    }
}

impl Outline<'_> {
    /// Gives the data its shape. An answer without data and without the path of a failed field is
    /// left as it is: nothing was executed.
    pub fn complete(&self, response: &mut Response) {
        let failed: Vec<_> = response.errors.iter().map(|error| error.path.as_slice()).collect();
        if failed.iter().any(|path| path.is_empty()) && response.data == Value::Null {
            return;
        }
        let definition = self.admitted.definition();
        let plan = Plan::of(self.admitted.document(), definition, &self.conditions, self.types);
        let root = match std::mem::take(&mut response.data) {
            Value::Object(fields) => self.object(fields, &plan, &failed),
            // The root of an operation is never null by itself; here nothing of it came through.
            Value::Null => self.object(IndexMap::new(), &plan, &failed),
            other => Some(other),
        };
        response.data = root.unwrap_or_default();
    }

    /// `None` where a field failed that must not be null, so that the whole object is null.
    ///
    /// `failed` has the paths of failures at or below this object, from here on.
    fn object(&self, mut found: IndexMap<Name, Value>, plan: &Plan<'_>, failed: &[&[PathSegment]]) -> Option<Value> {
        let runtime_type = plan.runtime_type(&found).map(str::to_owned);
        let mut ordered = IndexMap::with_capacity(found.len());
        for field in &plan.fields {
            let applies = runtime_type.as_deref().is_none_or(|name| field.applies(name, self.types));
            if !applies || ordered.contains_key(field.key) {
                continue;
            }
            let failed = below(failed, |step| *step == PathSegment::Field(field.key.to_owned()));
            let (name, value) = match found.swap_remove_entry(field.key) {
                Some(entry) => entry,
                None if failed.is_empty() => continue,
                None => (Name::new(field.key), Value::Null),
            };
            ordered.insert(name, self.value(value, field.ty, plan.below(field.key), &failed)?);
        }
        ordered.extend(found);
        Some(Value::Object(ordered))
    }

    /// `None` where the value is null because of a failure and its type does not allow it.
    fn value(&self, value: Value, ty: Option<&Type>, plan: &Plan<'_>, failed: &[&[PathSegment]]) -> Option<Value> {
        let nullable = ty.is_none_or(|ty| ty.nullable);
        let lost = failed.iter().any(|path| matches!(path.first(), Some(PathSegment::Field(_))));
        let value = match value {
            Value::List(items) => self.list(items, ty, plan, failed),
            Value::Object(fields) if !plan.is_leaf => self.object(fields, plan, failed),
            // An object of which nothing came through arrives as null, also if nothing was wanted.
            Value::Null if lost || (!plan.is_leaf && plan.fields.is_empty() && !nullable) => {
                self.object(IndexMap::new(), plan, failed)
            }
            other => Some(other),
        };
        let value = value.unwrap_or_default();
        let forbidden = value == Value::Null && !nullable && !failed.is_empty();
        (!forbidden).then_some(value)
    }

    fn list(&self, items: Vec<Value>, ty: Option<&Type>, plan: &Plan<'_>, failed: &[&[PathSegment]]) -> Option<Value> {
        let ty = ty.and_then(|ty| match &ty.base {
            BaseType::List(item) => Some(&**item),
            BaseType::Named(_) => None,
        });
        let complete = |(index, item)| {
            let failed = below(failed, |step| *step == PathSegment::Index(index));
            self.value(item, ty, plan, &failed)
        };
        items.into_iter().enumerate().map(complete).collect::<Option<_>>().map(Value::List)
    }
}

/// The failures one step further down.
fn below<'a>(failed: &[&'a [PathSegment]], is_this_way: impl Fn(&PathSegment) -> bool) -> Vec<&'a [PathSegment]> {
    failed.iter().filter_map(|path| path.split_first()).filter(|(step, _)| is_this_way(step)).map(|(_, rest)| rest).collect()
}
