//! What a part of a document costs.

use async_graphql::parser::types::Field;

use super::fault::Bound;
use super::{GuardError, Limits, introspection, value};

/// The cost of a selection set with its fragments expanded.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    // These add up over the parts of a set.
    pub fields: usize,
    pub visits: usize,
    pub aliases: usize,
    pub directives: usize,
    pub values: usize,
    pub variable_uses: usize,
    /// The fields of the set itself, without those below them.
    pub roots: usize,
    // Of these the largest part counts.
    pub depth: usize,
    pub nesting: usize,
    pub lists: usize,
    pub type_lists: usize,
}

impl Cost {
    /// Both, side by side in one selection set.
    pub fn beside(self, other: Self) -> Self {
        Self {
            fields: self.fields + other.fields,
            visits: self.visits + other.visits,
            aliases: self.aliases + other.aliases,
            directives: self.directives + other.directives,
            values: self.values + other.values,
            variable_uses: self.variable_uses + other.variable_uses,
            roots: self.roots + other.roots,
            depth: self.depth.max(other.depth),
            nesting: self.nesting.max(other.nesting),
            lists: self.lists.max(other.lists),
            type_lists: self.type_lists.max(other.type_lists),
        }
    }

    /// This as what stands between the braces of one selection set.
    pub fn enclosed(self) -> Self {
        Self { visits: self.visits + self.roots, nesting: self.nesting + 1, ..self }
    }

    /// This as what stands below a field.
    pub fn under(self, field: &Field) -> Self {
        let lists = introspection::lists(&field.name.node);
        Self {
            fields: self.fields + 1,
            aliases: self.aliases + usize::from(field.alias.is_some()),
            roots: 1,
            depth: self.depth + 1,
            lists: self.lists + lists.any,
            type_lists: self.type_lists + lists.of_types,
            ..self
        }
        .beside(value::of_arguments(field))
    }

    /// Sums that a part exceeds the whole exceeds as well, so this may be asked of any part.
    pub fn within(self, limits: &Limits) -> Result<Self, GuardError> {
        for (bound, counted, limit) in [
            (Bound::Fields, self.fields, limits.fields),
            (Bound::Fields, self.visits, limits.visits),
            (Bound::Aliases, self.aliases, limits.aliases),
            (Bound::Directives, self.directives, limits.directives),
            (Bound::Values, self.values, limits.values),
        ] {
            if counted > limit {
                return Err(bound.exceeded(limit));
            }
        }
        Ok(self)
    }
}
