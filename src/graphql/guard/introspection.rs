//! How far introspection may go: as far as the standard query of current tools does.

use async_graphql::Pos;

use super::cost::Cost;
use super::fault::Fault;
use super::{GuardError, Limits};

/// The lists that one field adds on the way down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Lists {
    /// Of any kind.
    pub any: usize,
    /// Of types or of what has a type, which lead back to types without end.
    pub of_types: usize,
}

/// From this many on, lists of types inside one another are refused, as graphql-js does in
/// its rule `MaxIntrospectionDepthRule`.
const LISTS_OF_TYPES: usize = 3;

/// Whether introspection begins at a field of this name.
pub(super) fn begins(field: &str) -> bool {
    matches!(field, "__schema" | "__type")
}

pub(super) fn lists(field: &str) -> Lists {
    match field {
        "fields" | "interfaces" | "possibleTypes" | "inputFields" => Lists { any: 1, of_types: 1 },
        "types" | "directives" | "args" | "enumValues" => Lists { any: 1, of_types: 0 },
        _ => Lists::default(),
    }
}

/// The cost of a whole introspection field as the document around it sees it.
///
/// Its own depth is judged here and counts as one level outside: the standard query is deeper than
/// any other document needs to be.
pub(super) fn judged(field: Cost, at: Pos, limits: &Limits) -> Result<Cost, GuardError> {
    let too_deep = field.depth > limits.introspection_depth;
    let too_many = field.lists > limits.introspection_lists || field.type_lists >= LISTS_OF_TYPES;
    if too_deep || too_many {
        return Err(Fault::IntrospectionTooDeep.at(at));
    }
    Ok(Cost { depth: 1, lists: 0, type_lists: 0, ..field })
}
