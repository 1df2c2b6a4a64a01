//! Queries about branches.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    branch::{Branch, BranchLoader},
    branch_words::{BranchKind, BranchStatus},
    form::Form,
    page::{Connection, Listed, PageArguments, print},
    request::{Request, id_argument, load, or_error},
};
use crate::{
    kernel::text::{Text, TitleBounds},
    ops::Failure,
    store::branch_list as rows,
};

/// Narrows a list of branches; every field that is given must match.
#[derive(InputObject, Default)]
pub struct BranchFilter {
    /// Of any of these types.
    kind: Option<Vec<BranchKind>>,
    /// In any of these states.
    status: Option<Vec<BranchStatus>>,
    /// At any of these places, `plc_…`; at most 100.
    place: Option<Vec<ID>>,
    /// At places of any of these zones, `zon_…`; at most 100.
    zone: Option<Vec<ID>>,
    /// Led by or covering any of these organisations, `org_…`; at most 100.
    organisation: Option<Vec<ID>>,
    /// A phrase of the name, 1–60 characters.
    text: Option<String>,
}

/// How a list of branches is ordered.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
#[graphql(remote = "rows::Order")]
pub enum BranchOrder {
    /// The last proposed first.
    #[default]
    NewestFirst,
    /// The first proposed first.
    OldestFirst,
    /// The one with the most members first.
    MostMembersFirst,
}
